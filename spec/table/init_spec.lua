-- Tables as programs write them: every fixture reads as it is said, cell by cell, with its line; whatever dress the same rows
-- wear they read alike; no stray quote makes one person of two; and nothing that is said holds a cell.

local files = require("files")
local input = require("idngo.policy.input")
local json = require("idngo.json")
local support = require("runs")
local tables = require("idngo.table")

local FOLDER = "spec/fixtures/tables/"
local expected = json.decode(files.read(FOLDER .. "expected.json"))

--- Nested lists as one text, to compare.
local function flat(value)
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for i, each in ipairs(value) do parts[i] = flat(each) end
  return "[" .. table.concat(parts, "|") .. "]"
end

--- Everything that a table says and has: rows, problems, codes of notes, and all messages.
local function everything(opened)
  local rows, problems, notes, said, seen = {}, {}, {}, {}, {}
  for row, line, wrong in opened:rows() do
    if row then
      rows[#rows + 1] = { line }
      for i = 1, #row do rows[#rows][i + 1] = row[i] end
    end
    for _, problem in ipairs(wrong or {}) do
      problems[#problems + 1] = { problem.line, problem.column, problem.code }
      said[#said + 1] = tables.line(problem)
    end
  end
  for _, note in ipairs(opened:notes()) do
    if not seen[note.code] then notes[#notes + 1] = note.code end
    seen[note.code] = true
    said[#said + 1] = note.text
  end
  return { rows = rows, problems = problems, notes = notes, names = opened.names, encoding = opened.encoding,
    separator = opened.separator }, table.concat(said, "\n")
end

--- Throws when a message holds a cell that is more than a word of the program's own.
local function search(said, cells, names)
  for _, row in ipairs(cells) do
    for i = 2, #row do
      local cell = row[i]
      if #cell > 3 and not names[cell] and not ("empty title columns lines 2022 2001"):find(cell, 1, true) then
        assert.is_nil(said:find(cell, 1, true), said)
      end
    end
  end
end

local random = 1
local function chance(n)
  random = random * 1103515245 % 2147483648 + 12345
  return math.floor(random / 65536) % n + 1
end

describe("tables", function()
  local names = {}
  for name in pairs(expected) do names[#names + 1] = name end
  table.sort(names)

  for _, name in ipairs(names) do
    local wanted = expected[name]
    local options = wanted.options
    if not options.policy then
      it("as " .. name .. " are read as they are", function()
        local columns = options.columns and options.columns[1] and options.columns or nil
        local opened, problem = tables.read(FOLDER .. "files/" .. name, { columns = columns, encoding = options.encoding,
          header = options.header, escape = options.escape and "backslash" or nil })
        local said
        if not opened then
          assert.equal(wanted.refused, problem.reason, problem.message)
          said = problem.message:gsub("^spec/[^:]*", "")
          local cells = {}
          for cell in files.read(FOLDER .. "files/" .. name):gmatch("[^;,\t\r\n]+") do cells[#cells + 1] = { 0, cell } end
          local known = { ["Код клиента"] = true, ["Телефон"] = true, ["Фамилия"] = true, ["Клиент"] = true, ["ИИН"] = true }
          for _, column in ipairs(columns or {}) do known[column] = true end
          return search(said, cells, known)
        end
        assert.is_nil(wanted.refused)
        local got
        got, said = everything(opened)
        for _, key in ipairs { "rows", "problems", "notes", "names", "encoding", "separator" } do
          assert.equal(flat(wanted[key]), flat(got[key]), key)
        end
        local known = {}
        for _, column in ipairs(opened.names) do known[column] = true end
        search(said, got.rows, known)
      end)
    end
  end

  it("of policies are read as they are", function()
    for _, name in ipairs(names) do
      local wanted = expected[name]
      if wanted.options.policy then
        local rows, problem = input.parse(files.read(FOLDER .. "files/" .. name))
        if wanted.refused then
          assert.truthy(problem:find("none is called applicantId", 1, true), problem)
        else
          rows = support.list(assert(rows, problem))
          assert.equal(#wanted.rows, #rows, name)
          for i, row in ipairs(rows) do assert.equal(wanted.rows[i][2], row.id) end
        end
      end
    end
  end)

  -- Two properties, over a sample that is spread; ./dev torture takes all of it.
  local whole = os.getenv("IDNGO_TORTURE") == "1"

  it("in whatever dress read alike", function()
    local words = { "Анна", "Özgür", "x", "", "a b", "1,5", "12;3", "t\ty", 'q"uote', "0042", "Ұлы, Һә", "two\nlines", "p|q" }
    for seed = 1, whole and 12000 or 1200 do
      random = seed * 7919 % 2147483648
      local count, rows = chance(6) + 1, {}
      for i = 1, chance(5) do
        rows[i] = {}
        for k = 1, count do rows[i][k] = words[chance(#words)] end
        rows[i][1] = ("id%d"):format(i)
      end
      local separator = ({ ",", ";", "\t", "|" })[chance(4)]
      local ending = ({ "\n", "\r\n", "\r" })[chance(3)]
      local quote_all, tail = chance(2) == 1, (separator):rep(chance(3) - 1)
      local encoding = ({ "plain", "mark", "utf-16le", "utf-16be" })[chance(4)]
      local lines = {}
      local function write(cells)
        local out = {}
        for i, cell in ipairs(cells) do
          if quote_all or cell:find('["\n\r' .. separator .. ']') then cell = '"' .. cell:gsub('"', '""') .. '"' end
          out[i] = cell
        end
        lines[#lines + 1] = table.concat(out, separator) .. tail
      end
      local header = {}
      for k = 1, count do header[k] = ("Столбец %d"):format(k) end
      write(header)
      for _, row in ipairs(rows) do write(row) end
      local text = table.concat(lines, ending) .. (chance(2) == 1 and ending or "")
      if ending == "\r" then text = text:gsub("\n", "\r") end
      if encoding == "mark" then text = "\239\187\191" .. text end
      if encoding:find("utf%-16") then
        local units = { encoding == "utf-16le" and "\255\254" or "\254\255" }
        for _, code in utf8.codes(text) do units[#units + 1] = string.pack(encoding == "utf-16le" and "<I2" or ">I2", code) end
        text = table.concat(units)
      end
      local opened = assert(tables.text(text, { columns = header, breaks = "trusted" }))
      local i = 0
      for row, _, wrong in opened:rows() do
        i = i + 1
        assert.truthy(row, wrong and tables.line(wrong[1]))
        for k = 1, count do assert.equal((rows[i][k]:gsub("[\n\t]", " ")), row[k], seed) end
      end
      assert.equal(#rows, i)
    end
  end)

  it("never make one person of two, wherever quotes are astray", function()
    for seed = 1, whole and 60000 or 6000 do
      random = seed * 104729 % 2147483648
      local count, separator = chance(6) + 1, ({ ",", ";", "\t", "|" })[chance(4)]
      local lines, people = { "id" }, chance(4) + 1
      for k = 2, count do lines[1] = lines[1] .. separator .. "c" .. k end
      for i = 1, people do
        local cells = { ("P%d"):format(i) }
        -- the last cells may be empty, as spreadsheets leave them
        for k = 2, count do cells[k] = (k > 2 and chance(4) == 1) and "" or ("P%d v%d"):format(i, k) end
        lines[#lines + 1] = table.concat(cells, separator)
      end
      local first = #lines[1] + 1
      local text = table.concat(lines, "\n") .. "\n"
      for _ = 1, chance(4) do
        local at = chance(2) == 1 and text:find(separator, first + chance(math.max(1, #text - first - 1)) - 1, true)
          or first + chance(#text - first) - 1
        if at and at >= first then text = text:sub(1, at) .. '"' .. text:sub(at + 1) end
      end
      local opened = assert(tables.text(text))
      for row in opened:rows() do
        local who = {}
        for k = 1, row and #row or 0 do
          for number in row[k]:gmatch("P(%d)") do who[number] = true end
        end
        local one = next(who)
        assert.is_nil(one and next(who, one), text)
      end
    end
  end)

  it("with short rows are filled only where that is said, and then no break is trusted", function()
    local text = 'id;a;b\n1;x\n2;"y\n3";z\n'
    local got = everything(tables.text(text))
    assert.equal("[[2|0|R-CELLS]]", flat({ got.problems[1] }))
    got = everything(tables.text(text, { short = "fill" }))
    assert.equal("[[2|1|x|]]", flat(got.rows))
    assert.equal("[[3|0|R-MERGED]]", flat(got.problems))
  end)

  it("that are no tables, or not in UTF-8, are refused by what they are", function()
    for text, reason in pairs {
      ["\255\254\0\0"] = "T-BINARY", ["a\0b;c\n"] = "T-BINARY", ["%PDF-1.7\n"] = "T-BINARY", ["\31\139\8\0"] = "T-BINARY",
      [" \r\n\t"] = "T-EMPTY", ["\239\187\191\n"] = "T-EMPTY", ["{\"a\":1}"] = "T-JSON", ["i\0d\0;\0x\0"] = "T-UTF16",
      ["id;x\n1;\207\n"] = "T-ENCODING", ["sep=^\nid^x"] = "T-SEPARATOR", ["a,b;c\n1,2;3\n"] = "T-SEPARATOR",
    } do
      local opened, problem = tables.text(text)
      assert.is_nil(opened)
      assert.equal(reason, problem.reason, text)
    end
    local _, problem = tables.text(("id;x\n" .. ("1;2\n"):rep(40000)) .. "\207;\n")
    assert.truthy(problem.message:find("line 40002: not UTF-8", 1, true), problem.message)
    _, problem = tables.text("\138\174\164;\148\160\172\n1;2\n", { columns = { "Код" } })
    assert.truthy(problem.message:find("it is cp866: convert it, iconv -f cp866 -t utf-8", 1, true), problem.message)
  end)

  it("refuse what spreadsheets left in a cell, with quotes around it and without, in used columns alone", function()
    for cell, code in pairs {
      ["=A1"] = "C-FORMULA", ["'=A1"] = "C-FORMULA", ["#####"] = "C-HASHES", ["#N/A"] = "C-ERROR", ["#Н/Д"] = "C-ERROR",
      ["#ДЕЛ/0!"] = "C-ERROR", ["Err:502"] = "C-ERROR", ["Ошибка:502"] = "C-ERROR", ["#ERROR!"] = "C-ERROR",
      ["#ССЫЛ!"] = "C-ERROR", ["#BUSY!"] = "C-ERROR", ["#QUITE_NEW?"] = "C-ERROR", ["Loading..."] = "C-ERROR",
      ["9.00531499506E11"] = "C-SCIENTIFIC", ["9,0E9"] = "C-SCIENTIFIC", ["9E+11"] = "C-SCIENTIFIC",
      ["9,00531E+11"] = "C-SCIENTIFIC",
      ["-9.005e-11"] = "C-SCIENTIFIC", ["?лия"] = "C-LOST", ["Г?лн?р"] = "C-LOST", ["A\239\191\189"] = "C-LOST",
      ["РџСЂРёРјРµСЂ"] = "C-GARBLED", ["Ð\194\159Ñ\194\128"] = "C-GARBLED", ["РђРЅРЅР°"] = "C-GARBLED", ["a\1b"] = "C-CONTROL",
      ["a\127"] = "C-CONTROL",
    } do
      for _, form in ipairs { "id;x\n1;%s\n", "id;x\n1;\"%s\"\n", "id\tx\n1\t %s \n" } do
        local text = form:gsub("%%s", (cell:gsub("%%", "%%%%")))
        local got = everything(tables.text(text))
        assert.equal(("[[2|2|%s]]"):format(code), flat(got.problems), text)
        got = everything(tables.text(text, { columns = { "id" } }))
        assert.equal("[]", flat(got.problems))
      end
    end
    for _, cell in ipairs { "Рёва", "СОРОКА", "РАЗИН", "1E5", "why ?", "# 5", "#5!", "#7A", "кв:502", "a...", "4.1E", "12.1E5",
      "O'Hara", "d'Arc", "№ 7", "a=b", "1990-05-31", "Renée" } do
      for _, form in ipairs { "id;x\n1;%s\n", "id;x\n1;\"%s\"\n" } do
        assert.equal(("[[2|1|%s]]"):format(cell), flat(everything(tables.text((form:gsub("%%s", cell)))).rows))
      end
    end
  end)

  it("give cells by name as people write it, and throw for one that is not there", function()
    local row = tables.text("Код  Клиента*;x\n1;2\n", { columns = { "код клиента" } }):next()
    assert.equal("1", row["КОД КЛИЕНТА"])
    assert.equal("2", row[2])
    assert.is_nil(row[3])
    assert.error_matches(function() return row.y end, "the table has no column y", 1, true)
    assert.error_matches(function() tables.text("a", { seperator = ";" }) end, "unknown option seperator", 1, true)
    assert.error_matches(function() tables.text("a", { header = "0" }) end, "header is the number of a line", 1, true)
  end)

  it("have rows of 1 MiB at most, and go on behind one that is longer", function()
    local opened = tables.text("id;x\n1;" .. ("y"):rep(2 ^ 21) .. "\n2;z\n3;\"" .. ("y\n"):rep(2 ^ 20) .. "\n4;a")
    local got = everything(opened)
    assert.equal("[[2|0|R-LONG]|[4|0|R-UNCLOSED]]", flat(got.problems))
    assert.equal("[[3|2|z]]", flat(got.rows))
  end)

  it("that a disk stops giving are never taken for whole", function()
    local text = "id,name\n" .. ("1,a\n"):rep(40000)
    for fails_at = 1, 12 do
      local at, reads = 0, 0
      local file = {
        seek = function() at = 0 return 0 end,
        read = function(_, size)
          reads = reads + 1
          if reads >= fails_at then return nil, "Input/output error" end
          at = at + size
          return at - size < #text and text:sub(at - size + 1, at) or nil
        end,
        close = function() end,
      }
      local ok, opened, problem = pcall(tables.open, { file = file }, {})
      if ok and not opened then
        assert.equal("T-READ", problem.code)
      else
        local count, thrown = 0, opened
        if ok then
          ok, thrown = pcall(function() for _ in opened:rows() do count = count + 1 end end)
        end
        if ok then
          assert.is_true(reads < fails_at)
          assert.equal(40000, count)
        else
          assert.equal("io", thrown.kind)
        end
      end
    end
  end)

  it("that somebody saves while they are read are never taken for whole", function()
    local folder = files.folder()
    local path, rows = folder .. "/t.csv", {}
    for i = 1, 40000 do rows[i] = ("%d,a\n"):format(100000 + i) end
    local text = "id,name\n" .. table.concat(rows)
    for what, saved in pairs { other = text:gsub("140000,a", "140000,b"), longer = text .. "1,a\n", shorter = text:sub(1, -10),
      ["the same"] = text } do
      files.write(path, text)
      local opened, count = assert(tables.read(path)), 0
      assert.equal("100001", opened:next().id)
      files.write(path, saved)
      local ok, thrown = pcall(function() for _ in opened:rows() do count = count + 1 end end)
      assert.equal(what == "the same", ok, what)
      if ok then
        assert.equal(39999, count)
      else
        assert.equal("io", thrown.kind)
        assert.equal("the table cannot be read to its end: it was changed meanwhile; run it again", thrown.message)
      end
    end
    os.execute("rm -r " .. folder)
  end)
end)
