-- Drafts of mapping files: the one place where something is guessed about a table, since a person reads what it writes. Every
-- guess stands in the file with its reason; what cannot be guessed is a ?, and nothing is packed with it. Of the table, names of
-- columns are written and numbers of rows, never a cell.

local dates = require("idngo.table.dates")
local headers = require("idngo.table.headers")
local iin = require("idngo.table.iin")
local letters = require("idngo.table.letters")
local source = require("idngo.table.source")
local table_ = require("idngo.table")
local words = require("idngo.table.words")

local M = {}

local NEAR = 20 -- lines in which the names are looked for

local known -- what columns are called: {field =, weak =} by the folded name

local function dictionary()
  if known then return known end
  known = {}
  local weak = {}
  for word in (headers.weak .. ";"):gmatch(" *(.-);") do weak[letters.fold(word)] = true end
  for field, names in headers.fields:gmatch("([^|\n]+) | ([^\n]+)") do
    for name in (names .. ";"):gmatch(" *(.-);") do
      local folded = letters.fold(name)
      if not known[folded] then known[folded] = { field = field, weak = weak[folded] } end
    end
  end
  return known
end

local function count_known(names)
  local count = 0
  for _, name in ipairs(names) do
    if dictionary()[letters.fold(name)] then count = count + 1 end
  end
  return count
end

--- An input that is held, since each of its first lines is tried.
local function whole(input)
  if input.file then
    input.text = input.file:read("*a")
    source.close(input)
  end
  return input
end

--- Opens the table under the header that has most names of the dictionary, among the first lines.
local function open(input, path)
  local best, most, first
  for line = 1, NEAR do
    local opened, problem = table_.open(input, { header = line })
    first = first or problem
    if opened then
      local count = count_known(opened.names)
      if count >= 2 and count > (most or 1) then best, most = line, count end
    elseif problem.code ~= "T-HEADER" and problem.code ~= "T-SEPARATOR" and problem.code ~= "T-DUPNAME" then
      break
    end
  end
  if not best then
    if first and first.code ~= "T-HEADER" and first.code ~= "T-SEPARATOR" then
      return nil, ("%s: %s"):format(path, table_.said(first))
    end
    return nil, ("%s: none of the first %d lines has two names of columns that are known; name them, or write a mapping by hand")
      :format(path, NEAR)
  end
  return table_.open(input, { header = best }), nil, best
end

-- Forms that a column of dates may have, the likeliest first; those whose order of day and month the column or its numbers
-- must tell stand twice.
local forms = {
  { "iso" }, { "dd.MM.yyyy", "MM.dd.yyyy" }, { "dd.MM.yyyy[ H:mm[:ss]]", "MM.dd.yyyy[ H:mm[:ss]]" }, { "d.M.yyyy", "M.d.yyyy" },
  { "d.M.yyyy[ H:mm[:ss]]", "M.d.yyyy[ H:mm[:ss]]" }, { "dd/MM/yyyy", "MM/dd/yyyy" }, { "d/M/yyyy", "M/d/yyyy" },
  { "d/M/yyyy[ H:mm[:ss]]", "M/d/yyyy[ H:mm[:ss]]" }, { "M/d/yyyy h:mm a", "d/M/yyyy h:mm a" }, { "yyyy/MM/dd[ H:mm[:ss]]" },
  { "dd-MM-yyyy", "MM-dd-yyyy" }, { "yyyy-MM-dd[ H:mm[:ss]][X]" }, { "yyyyMMdd" }, { "d MMMM yyyy[ 'г.']" },
  { "yyyy 'жылғы' d MMMM" }, { "d MMM yyyy[ 'ж.']" }, { "d-MMM-yyyy" }, { "dd.MM.yy@%d", "MM.dd.yy@%d" },
}

--- What is learned of each column in one pass: how many cells it has, and which forms and readers take all of them.
local function learn(opened, fields)
  local columns, rows = {}, 0
  local year = tonumber(os.date("!%Y"))
  for place, field in pairs(fields) do
    local column = { cells = 0, forms = {}, numbers = 0, two = 0, integers = 0, born = {}, field = field }
    if field.kind == "date" then
      local base = field.name == "document.validUntil" and year - 20 or year - 99
      for _, pair in ipairs(forms) do
        for _, form in ipairs(pair) do
          local text = form:format(base)
          column.forms[#column.forms + 1] = { text = text, read = dates.reader(text, nil, 0), taken = 0, agree = 0, pair = pair }
        end
      end
    end
    columns[place] = column
  end
  for row in opened:rows() do
    if row then
      rows = rows + 1
      local told
      for place, column in pairs(columns) do
        local cell = row[place]
        if cell ~= "" then
          column.cells = column.cells + 1
          if column.field.name == "applicant.info.tin" then
            local digits = iin.is_valid(cell) and not iin.is_bin(cell) and cell
            if digits then column.numbers, told = column.numbers + 1, iin.person(digits) end
          end
          if cell:find("^[A-Za-z][A-Za-z]$") then column.two = column.two + 1 end
          if cell:find("^%d+$") and tonumber(cell) >= 7000 and tonumber(cell) <= 60000 then
            column.integers = column.integers + 1
          end
        end
      end
      for place, column in pairs(columns) do
        for _, form in ipairs(column.forms) do
          local day = row[place] ~= "" and form.read(row[place])
          if day then
            form.taken = form.taken + 1
            if told and day:sub(1, 10) == told then form.agree = form.agree + 1 end
          end
        end
      end
    end
  end
  return columns, rows
end

--- The form of a column's dates and the reason, or "?" and what there is to choose from.
local function choose_form(column)
  local best, other
  for _, form in ipairs(column.forms) do
    if form.taken == column.cells and column.cells > 0 then
      if not best then best = form elseif form.pair == best.pair then other = other or form end
    end
  end
  if not best then
    if column.integers == column.cells and column.cells > 0 then
      return "?", "whole numbers: excel-1900 if a spreadsheet wrote them"
    end
    return "?", "no one form takes all of its cells"
  end
  if not best.pair[2] then return best.text end
  if not other then
    local is_day_first = best.text:find("d", 1, true) < best.text:find("M", 1, true)
    return best.text, is_day_first and "day first: some have a day over 12" or "month first: some have a day over 12"
  end
  for _, pair in ipairs { { best, other }, { other, best } } do
    if pair[1].agree >= 3 and pair[2].agree == 0 then
      return pair[1].text, ("%d of %d numbers agree"):format(pair[1].agree, column.cells)
    end
  end
  return "?", ("%s or %s: nothing tells day and month apart"):format(best.text, other.text)
end

local date_fields = { ["applicant.info.dob"] = true, ["applicant.review.createDate"] = true,
  ["applicant.review.reviewDate"] = true, ["document.issuedDate"] = true, ["document.validUntil"] = true }
local moments = { ["applicant.review.createDate"] = true, ["applicant.review.reviewDate"] = true }
local countries = { ["applicant.info.country"] = true, ["applicant.info.nationality"] = true,
  ["applicant.info.countryOfBirth"] = true, ["applicant.info.addresses.1.country"] = true, ["document.country"] = true }

--- Which column is for which field: a strong name goes before a weak one, the first before others.
local function assign(opened)
  local by_field, fields = {}, {}
  for weak = 1, 2 do
    for i, name in ipairs(opened.names) do
      local entry = dictionary()[letters.fold(name)]
      local place = entry and opened:column(name)
      if place == i and (entry.weak and 2 or 1) == weak and not by_field[entry.field] and entry.field:sub(1, 1) ~= "-" then
        local column = name:find("[{}|#]") and "#" .. i or name
        by_field[entry.field] = { place = i, column = column, weak = entry.weak }
        fields[i] = { name = entry.field, kind = date_fields[entry.field] and "date" or nil }
      end
    end
  end
  return by_field, fields
end

--- Writes lines, with what is said of each behind it.
local function writer()
  local out, open_ = {}, 0
  local self = { out = out }
  function self.line(text, comment)
    if text:find("^%? =") or text:find("= %?$") or text:find("|?}", 1, true) then open_ = open_ + 1 end
    local width = select(2, text:gsub("[^\128-\191]", "")) -- characters, not bytes
    out[#out + 1] = comment and ("%s%s  # %s"):format(text, (" "):rep(44 - width), comment) or text
  end
  function self.open() return open_ end
  return self
end

local CHECK = "check: guessed from the column's name"

--- Adds the line of a field that a column is for.
local function add_field(w, by_field, columns, name, field)
  local guess = by_field[name]
  if not guess then return false end
  local column, how, comment = columns[guess.place], nil, guess.weak and CHECK or nil
  if date_fields[name] then
    how, comment = choose_form(column)
  elseif countries[name] then
    how = column.two == column.cells and column.cells > 0 and "country-2" or "country"
  elseif name == "applicant.info.gender" then
    how = "sex"
  elseif name == "document.idDocType" then
    how = "document"
  elseif name == "applicant.info.tin" and column.cells > 0 and column.numbers >= 0.9 * column.cells then
    how = "iin"
  elseif name == "applicant.review.reviewResult.reviewAnswer" then
    how, comment = "answer", "see [values answer] below"
  end
  w.line(("%s = {%s%s}"):format(field, guess.column, how and "|" .. how or ""), how ~= "?" and guess.reason or comment)
  return true
end

local applicant_order = { "externalUserId", "info.lastName", "info.firstName", "info.middleName", "info.legalName", "info.gender",
  "info.dob", "info.placeOfBirth", "info.countryOfBirth", "info.stateOfBirth", "info.country", "info.nationality", "info.tin",
  "info.addresses.1.country", "info.addresses.1.postCode", "info.addresses.1.town", "info.addresses.1.state",
  "info.addresses.1.street", "info.addresses.1.subStreet", "info.addresses.1.buildingName",
  "info.addresses.1.buildingNumber", "info.addresses.1.flatNumber", "review.createDate", "review.reviewDate",
  "review.levelName" }

--- A whole name in one column, taken apart.
local function split_name(w, by_field)
  local name = by_field["applicant.info.legalName"]
  if not name or by_field["applicant.info.lastName"] or by_field["applicant.info.firstName"] then return end
  for _, part in ipairs { "last", "first", "middle" } do
    w.line(("info.%sName = {%s|name-%s}"):format(part, name.column, part), part == "last"
      and "check: last name first, as in Russian and Kazakh documents" or nil)
  end
  by_field["applicant.info.legalName"] = nil
end

--- A column for another field than the one that it is called by.
local function borrow(guess, reason)
  return guess and { place = guess.place, column = guess.column, reason = reason }
end

local function add_applicant(w, by_field, columns)
  w.line("")
  w.line("[applicant]")
  local id = by_field["applicant.externalUserId"]
  if not id then
    w.line("externalUserId = ?", by_field["applicant.info.tin"]
      and "the tax number is none: it would name files and stand in URLs" or "a column of your own ids")
  end
  split_name(w, by_field)
  if not by_field["applicant.info.country"] and by_field["applicant.info.nationality"] then
    by_field["applicant.info.country"] = borrow(by_field["applicant.info.nationality"],
      "check: the table has no country of residence")
  end
  local created, reviewed = "applicant.review.createDate", "applicant.review.reviewDate"
  by_field[created] = by_field[created] or borrow(by_field[reviewed], "check: the table has one date, of approval")
  for _, field in ipairs(applicant_order) do
    local has = add_field(w, by_field, columns, "applicant." .. field, field)
    if not has and (field == "info.lastName" or field == "info.firstName") and not w.out[#w.out]:find("|name%-") then
      w.line(field .. " = ?", "no column is called so; write the column's name in braces: {COLUMN}")
    elseif not has and field == "info.country" then
      w.line("info.country = ?", "no column is called so; {COLUMN|country}, or one country for all by its code, such as KAZ")
    elseif not has and field == "review.createDate" then
      w.line("review.createDate = ?",
        "no column is called so; {COLUMN|FORM}, or one moment for all, such as 2022-11-21 08:25:32+0000")
    elseif not has and field == "review.levelName" then
      w.line("review.levelName = ?", "as in the dashboard; idngo call levels lists them")
    end
  end
  w.line("review.reviewStatus = completed")
  if not add_field(w, by_field, columns, "applicant.review.reviewResult.reviewAnswer", "review.reviewResult.reviewAnswer") then
    w.line("review.reviewResult.reviewAnswer = GREEN", "these people are approved: you say so by leaving this line")
  end
end

local titles = { front = "FRONT_SIDE", back = "BACK_SIDE" }

--- Sections of documents: sides whose names lie in folders of people, or that columns name.
local function add_documents(w, by_field, columns, documents)
  local id = by_field["applicant.externalUserId"]
  local cell = id and ("{%s}"):format(id.column) or "?"
  for _, side in ipairs { "front", "back", "selfie" } do
    local named = by_field["document.file." .. side]
    local files = documents and documents[side]
    if named or files or side == "front" then
      w.line("")
      w.line(("[document %s]"):format(side == "selfie" and side or "card-" .. side))
      if named then
        w.line(("file = {%s}"):format(named.column), CHECK)
      elseif files then
        w.line(cell == "?" and "file = ?" or ("file = %s/%s.*"):format(cell, files.name),
          ("%d folder%s such a file"):format(files.count, files.count == 1 and " has" or "s have"))
      else
        w.line("file = ?", "such as {id}/front.*, below the folder of documents")
      end
      if side ~= "front" then w.line("optional = yes", "check: whether a person may be without it") end
      if side == "selfie" then
        w.line("idDocType = SELFIE")
      elseif not add_field(w, by_field, columns, "document.idDocType", "idDocType") then
        w.line("idDocType = ID_CARD", "check: no column says the type")
      end
      if titles[side] then w.line(("idDocSubType = %s"):format(titles[side])) end
      by_field["document.country"] = by_field["document.country"]
        or borrow(by_field["applicant.info.country"], "check: the person's")
      if not add_field(w, by_field, columns, "document.country", "country") then w.line("country = ?", "of the document") end
      if side == "front" then
        for _, field in ipairs { "number", "issuedDate", "validUntil" } do
          add_field(w, by_field, columns, "document." .. field, field)
        end
      end
    end
  end
end

--- Which side a file's name without its ending tells, if it does.
local function side_of(base)
  for word in base:gmatch("[^%s%p]+") do
    local side = words.readers.side().read(word)
    if side then return side == "FRONT_SIDE" and "front" or "back" end
    if word == "selfie" or word == "селфи" then return "selfie" end
  end
end

--- How files in folders of people are called, the most frequent name of each side: {name, count}. A name of one folder may be
--- a person's, and is none.
local function look(folder)
  local ok, zip = pcall(require, "idngo.zip")
  if not ok then return nil, "idngo.zip cannot be loaded; install libzip and build idngo again" end
  local entries, message = zip.list(folder)
  if not entries then return nil, ("%s: %s"):format(folder, message) end
  local names = { front = {}, back = {}, selfie = {} }
  for _, entry in ipairs(entries) do
    if entry.kind == "directory" and not entry.link then
      for _, file in ipairs(zip.list(folder .. "/" .. entry.name) or {}) do
        local base = letters.fold(file.name:match("^(.*)%.[^.]*$") or "")
        local side = side_of(base)
        if side then names[side][base] = (names[side][base] or 0) + 1 end
      end
    end
  end
  local sides = {}
  for side, counts in pairs(names) do
    for base, count in pairs(counts) do
      local is_better = not sides[side] or count > sides[side].count or count == sides[side].count and base < sides[side].name
      if (count > 1 or base == side) and is_better then sides[side] = { name = base, count = count } end
    end
  end
  return sides
end

local separator_names = { [","] = "commas", [";"] = "semicolons", ["\t"] = "tabs", ["|"] = "bars" }

---@param path string of the table
---@param options {documents: string?}
---@return {text: string, open: integer, seen: string[]}? draft the mapping file, how much there is to choose, and what was seen
---@return string? message
function M.draft(path, options)
  local input, message = source.file(path)
  if not input then return nil, ("%s: %s"):format(path, message) end
  local opened, counts, line
  opened, message, line = open(whole(input), path)
  if not opened then return nil, message end
  if options.documents then
    counts, message = look(options.documents)
    if not counts then return nil, message end
  end
  local by_field, fields = assign(opened)
  local mapped = 0
  for _ in pairs(fields) do mapped = mapped + 1 end
  local columns, rows = learn(opened, fields)
  local w = writer()
  w.line("# Made by idngo import draft. Lines with ? must be chosen; lines with \"check\" were guessed.")
  w.line("[table]")
  if opened.encoding ~= "utf-8" then w.line("encoding = " .. opened.encoding) end
  if line > 1 then w.line(("header = %d"):format(line)) end
  local needs_zone
  for field in pairs(moments) do
    local guess = by_field[field]
    if guess and columns[guess.place].cells > 0 and choose_form(columns[guess.place]) ~= "iso" then needs_zone = guess.column end
  end
  if needs_zone then
    w.line("zone = ?", ("of %s: +05:00 since 2024-03-01, +06:00 before, UTC …"):format(needs_zone))
  end
  add_applicant(w, by_field, columns)
  add_documents(w, by_field, columns, counts)
  if by_field["applicant.review.reviewResult.reviewAnswer"] then
    w.line("")
    w.line("[values answer]")
    w.line("? = GREEN", "which word of the column means approved; others are refused")
  end
  local seen = { ("%s, %s, names on line %d; %d rows"):format(opened.encoding == "utf-8" and "UTF-8" or opened.encoding,
    separator_names[opened.separator] or "one column", line, rows), ("%d of %d columns mapped"):format(mapped, opened.count) }
  for _, each in ipairs(opened:notes()) do seen[#seen + 1] = each.text end
  local number = by_field["applicant.info.tin"]
  if number then
    local column = columns[number.place]
    seen[#seen + 1] = ("%d of %d numbers are valid IINs"):format(column.numbers, column.cells)
  end
  local open_ = w.open()
  if open_ > 0 then seen[#seen + 1] = ("%d to choose: see ? in the mapping"):format(open_) end
  return { text = table.concat(w.out, "\n") .. "\n", open = open_, seen = seen }
end

--- The words of one column, for a person who writes [values]: at most fifty.
---@param path string
---@param name string
---@return string[]?
---@return string? message
function M.values(path, name)
  local input, message = source.file(path)
  if not input then return nil, ("%s: %s"):format(path, message) end
  local opened, problem, line
  opened, message, line = open(whole(input), path)
  if not opened then return nil, message end
  opened, problem = table_.open(input, { header = line, columns = { name } })
  if not opened then return nil, ("%s: %s"):format(path, table_.said(problem)) end
  local list, seen = {}, {}
  for row in opened:rows() do
    local cell = row and row[opened:column(name)] or ""
    if cell ~= "" and not seen[cell] then
      seen[cell] = true
      list[#list + 1] = cell
      if #list > 50 then return nil, ("%s: the column has more than 50 words"):format(path) end
    end
  end
  table.sort(list)
  return list
end

return M
