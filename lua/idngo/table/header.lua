-- The header of a table: which line it is, what parts its cells, and whether it has the columns that are wanted. It is judged
-- by names that a person wrote; until it has them its own are not shown, since they may be a person.

local letters = require("idngo.table.letters")
local suggest = require("idngo.suggest")

local M = {}

local candidates = { { ",", "commas" }, { ";", "semicolons" }, { "\t", "tabs" }, { "|", "bars" } }
local FITTING = 120 -- rows by which a separator is told where no names are wanted
local NEAR = 20 -- lines in which the names are looked for, to say where they are

--- A name of the table, short and without what terminals obey.
---@param name string
---@return string
function M.shown(name)
  name = name:gsub("[%z\1-\31\127]", " ")
  if #name <= 40 then return name end
  return (name:sub(1, 40):gsub("[\192-\255][\128-\191]*$", "")) .. "…"
end

--- Names by which columns are found: the number by the folded name, false where several have it.
local function places_of(names)
  local places = {}
  for i, name in ipairs(names) do
    local folded = letters.fold(name)
    if folded ~= "" then
      if places[folded] == nil then places[folded] = i else places[folded] = false end
    end
  end
  return places
end

--- The number of a column by its name, or by #4; false where several have that name.
---@return integer|false|nil
function M.place(self, name)
  local number = type(name) == "number" and name or tonumber(name:match("^#(%d+)$"))
  if number then return number >= 1 and number <= self.count and number or nil end
  return self.places[letters.fold(name)]
end

local function count_of(names, wanted)
  local places, count = places_of(names), 0
  for _, name in ipairs(wanted) do
    if type(name) == "string" and places[letters.fold(name)] ~= nil then count = count + 1 end
  end
  return count
end

--- Two lines of names as one: above what stands to its left where it is empty.
local function join(upper, lower)
  local names, above = {}, ""
  for i = 1, math.max(#upper, #lower) do
    if (upper[i] or "") ~= "" then above = upper[i] end
    local below = lower[i] or ""
    names[i] = below == "" and above or above == "" and below or above .. " / " .. below
  end
  return names
end

local function clean(cells)
  local names = {}
  for i, cell in ipairs(cells) do names[i] = letters.clean(cell) end
  return names
end

local function is_empty(names)
  for _, name in ipairs(names) do
    if name ~= "" then return false end
  end
  return true
end

--- Reads the names under one separator, from the line behind `before` on: {separator, names, number, line, cells}; or nil and
--- a message.
local function try(self, separator, before, two)
  local records = self.records
  records:back(before)
  records.separator = separator
  local upper
  for _ = two and 1 or 2, 2 do
    local cells, line, several, what = records:next()
    if not cells then return nil, what or "it is the last" end
    if several and several >= 2 * (#cells - 1) then return nil, "a quote too many?" end
    local names = clean(cells)
    if two and not upper then
      upper = names
    else
      if upper then names = join(upper, names) end
      return { separator = separator, names = names, number = records.number, line = line }
    end
  end
end

--- `sep=;` in the first line, as Excel knows it: the separator, false when it is none of ours, nil when there is none.
local function said_separator(self)
  local line = self.records:line()
  local named = line and line:match('^"?[Ss][Ee][Pp]=(.)"?[,;\t|]*$')
  if not named then
    self.records:back(0)
    return nil
  end
  self.sep_line = true
  for _, each in ipairs(candidates) do
    if each[1] == named then return named end
  end
  return false
end

--- Under which of several separators all of the first rows have as many cells as the header, if one alone.
local function fitting(self, headers)
  local best
  for _, header in ipairs(headers) do
    local records, fits = self.records, true
    records:back(header.number)
    records.separator = header.separator
    for _ = 1, FITTING do
      local cells = records:next()
      if cells == nil then break end
      if cells and not is_empty(clean(cells)) and #cells ~= #header.names or cells == false then fits = false end
      if not fits then break end
    end
    if fits and best then return nil end
    best = fits and header or best
  end
  return best
end

--- The header with most of the wanted names; true where there are several.
local function choose(headers, wanted)
  local best, most, again = nil, 0, false
  for _, header in ipairs(headers) do
    local count = count_of(header.names, wanted)
    if count == most and count > 0 then again = true end
    if count > most then best, most, again = header, count, false end
  end
  return best, again
end

--- On which of the first lines most of the wanted names stand, if they do.
local function look_for(self, wanted, only)
  local first
  for before = 0, NEAR - 1 do
    self.records:back(before)
    if self.records:line() == nil then break end
    for _, each in ipairs(candidates) do
      local header = (not only or only == each[1]) and try(self, each[1], before)
      if header and not first and count_of(header.names, wanted) >= math.max(1, #wanted / 2) then first = header.line end
    end
  end
  return first
end

local function refuse(code, line, what, remedy) return { code = code, line = line, what = what, remedy = remedy } end

--- What is said of a header without wanted names.
local function lacking(self, header, wanted, only)
  local missing, first = {}, nil
  for _, name in ipairs(wanted) do
    if not M.place({ places = places_of(header.names), count = #header.names }, name)
      and places_of(header.names)[letters.fold(tostring(name))] ~= false then
      missing[#missing + 1], first = type(name) == "number" and "#" .. name or M.shown(name), first or name
    end
  end
  local what = ("it has %d column%s and lacks %s (of %d that are named)"):format(#header.names, #header.names == 1 and "" or "s",
    table.concat(missing, ", "), #wanted)
  if #header.names > 1 and #missing < #wanted and 2 * #missing <= #wanted and type(first) == "string" then
    local names = {}
    for i, name in ipairs(header.names) do names[i] = M.shown(name) end
    local hint = suggest(first, names)
    return refuse("T-HEADER", header.line, what, hint)
  end
  local line = look_for(self, wanted, only)
  if line and line ~= header.line then
    return refuse("T-HEADER", header.line, what, ("they stand on line %d: write header = %d under [table]"):format(line, line))
  elseif #header.names == 1 and #wanted > 1 then
    return refuse("T-ONECOLUMN", header.line, "it has one column, and nothing that parts cells",
      "see whether it is the right file")
  end
  return refuse("T-HEADER", header.line, what, #missing == #wanted
    and "is this line a row of data? header = 3 says on which line the names stand, header = none that there are none"
    or "correct the names there or here")
end

--- Reads what parts the cells and, if need be, the names: the header, or nil and a problem.
local function find(self, options, only, before, two)
  local wanted, none = options.columns, options.header == "none"
  local headers, single, message = {}, nil, nil
  for _, each in ipairs(candidates) do
    if not only or only == each[1] then
      local header, what = try(self, each[1], before, two)
      message = message or what
      if header and #header.names > 1 then headers[#headers + 1] = header elseif header then single = single or header end
    end
  end
  local line = before + 1
  if #headers == 1 then return headers[1] end
  if #headers == 0 then
    if single and not (message and wanted and not none and count_of(single.names, wanted) < #wanted) then
      single.separator = only
      return single
    elseif none then -- row by row, each will be said to be wrong
      return { names = { "" }, number = before, line = line }
    end
    return nil, refuse("T-HEADER", line, message or "it cannot be read",
      "correct the quotes there, or write header = … under [table]")
  end
  if wanted and not none then
    local best, again = choose(headers, wanted)
    if best and not again then return best end
    if not best then return nil, lacking(self, headers[1], wanted, only) end
  else
    local best, again
    if options.hint then best, again = choose(headers, options.hint) end
    if not best or again then best = fitting(self, headers) end
    if best then return best end
  end
  local words = {}
  for i, each in ipairs(headers) do
    for _, candidate in ipairs(candidates) do
      if candidate[1] == each.separator then words[i] = candidate[2] end
    end
  end
  return nil, refuse("T-SEPARATOR", line, ("it has %s, and which part the columns cannot be told"):format(
    table.concat(words, " and ")), "write separator = … under [table]")
end

--- Finds the columns that are used: nil, or a problem.
local function use(self, header, options, only)
  local wanted = options.columns
  self.used = {}
  if not wanted then -- its names may be a person's: none is shown
    local places = {}
    for i, name in ipairs(self.names) do
      local folded = letters.fold(name)
      if folded ~= "" and places[folded] then
        return refuse("T-DUPNAME", header.line, ("columns %d and %d have one name"):format(places[folded], i),
          "name one of them otherwise")
      end
      places[folded] = i
    end
    for i = 1, self.count do
      if not (self.names[i] or ""):find("^idngo:") then self.used[#self.used + 1] = i end
    end
    return nil
  end
  local seen = {}
  for _, name in ipairs(wanted) do
    local place = M.place(self, name)
    if place == false then
      local both = {}
      for i, each in ipairs(self.names) do
        if letters.fold(each) == letters.fold(name) then both[#both + 1] = i end
      end
      return refuse("T-DUPNAME", header.line, ("columns %s are all called %s"):format(table.concat(both, ", "), M.shown(name)),
        ("write {#%d} or {#%d}"):format(both[1], both[2]))
    elseif not place then
      return lacking(self, header, wanted, only)
    end
    if not seen[place] then self.used[#self.used + 1], seen[place] = place, true end
  end
  table.sort(self.used)
end

--- A note about columns without a name or with one of another, if there are unused ones.
local function unnamed(self)
  local list = {}
  for i, name in ipairs(self.names) do
    if name == "" or self.places[letters.fold(name)] == false then list[#list + 1] = i end
  end
  if not list[1] then return nil end
  return ("columns without a name of their own, found by number only: %s"):format(table.concat(list, ", "))
end

--- Rows find cells by name through this.
local function meta_of(self)
  local known = {}
  return {
    __index = function(row, name)
      if type(name) ~= "string" then return nil end
      local place = known[name] or M.place(self, name)
      if not place then error(("the table has %s column %s"):format(place == false and "more than one" or "no", name), 2) end
      known[name] = place
      return rawget(row, place)
    end,
  }
end

--- Reads the header of a table: nil, or a problem.
---@param self table idngo.table.Table
---@param options idngo.table.Options
---@param separators table<string, string>
---@return {code: string, what: string, remedy: string, line: integer?}?
function M.read(self, options, separators)
  local said = said_separator(self)
  local only = options.separator and separators[options.separator]
  if said == false then
    return refuse("T-SEPARATOR", 1, "the separator behind sep= is none of , ; tab |", "take that line away")
  elseif said and only and said ~= only then
    return refuse("T-SEPARATOR", 1, "sep= says another separator than the one that is declared", "correct one of them")
  end
  only = only or said
  local declared = tostring(options.header or "")
  local upper = tonumber(declared:match("^(%d+)"))
  local before
  if upper then
    while self.records.number < upper - 1 do
      if self.records:line() == nil then
        return refuse("T-HEADER", nil, ("it has no line %d"):format(upper), "correct header = … under [table]")
      end
    end
    before = upper - 1
  else
    repeat
      before = self.records.number
      local line = self.records:line()
    until not line or letters.clean((line:gsub('[,;\t|"]', ""))) ~= ""
  end
  local header, problem = find(self, options, only, before, declared:find("-", 1, true))
  if not header then return problem end
  local names = header.names
  if #names > 1000 then return refuse("T-COLUMNS", header.line, "it has more than 1000 columns", "export fewer") end
  if declared == "none" then
    self.count, self.names = #names, {}
    header.number = before
  else
    while #names > 1 and names[#names] == "" do names[#names] = nil end
    self.count, self.names = #names, names
  end
  self.line, self.separator, self.places = header.line, header.separator, places_of(self.names)
  problem = use(self, header, options, only)
  if problem then return problem end
  self.unnamed = unnamed(self)
  self.meta = meta_of(self)
  self.records:back(header.number)
  self.records.separator, self.records.keeping = header.separator, false
end

return M
