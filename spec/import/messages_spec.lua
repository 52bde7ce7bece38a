-- What every command that reads a table says of every table that programs write: nothing of a person is in it. Cells are looked
-- for in all that is printed, however the table is read or refused. With IDNGO_TORTURE=1 every command reads every table; else
-- each table is drafted, and what reads it otherwise takes turns.

local archives = require("archives")
local files = require("files")
local json = require("idngo.json")
local support = require("runs")

local FOLDER = "spec/fixtures/tables/"
local ALL = os.getenv("IDNGO_TORTURE") ~= nil

-- What commands say whoever is in a table: names of countries, forms and columns, and what stands for no number.
local OURS = { KAZ = true, GBR = true, nan = true, Other = true, Third = true, name = true, applicant = true }

--- The cells of a table as a person sees them, by the reader where it reads them, else what stands between its separators.
local function cells_of(name, expected, names)
  local cells, ids = {}, {}
  for _, row in ipairs(expected.rows or {}) do
    for i = 2, #row do (i == 2 and ids or cells)[row[i]] = true end
  end
  if not expected.rows or expected.problems[1] then
    for cell in files.read(FOLDER .. "files/" .. name):gmatch('[^;,\t\r\n"|]+') do cells[cell:match("^%s*(.-)%s*$")] = true end
  end
  local wanted = {}
  for cell in pairs(cells) do
    local is_word = cell:find("^[%a ]+$") and not OURS[cell]
    -- what any program says of itself: numbers of lines, and what is shorter than a name
    if (is_word and #cell > 2 or #cell > 4 and not cell:find("^[%a ]+$")) and not names[cell] and not ids[cell]
      and not cell:find("^[=#]") then
      wanted[#wanted + 1] = cell
    end
  end
  return wanted, ids
end

local POLICY = 'return { name = "p", decide = function() return pass() end }'

local MAPPING = [[
[table]
%s
[applicant]
externalUserId = {#1}
info.firstName = {#2}
info.lastName = {#3}
info.dob = {#4|dd.MM.yyyy}
info.country = {#5|country}
info.tin = {#6|iin}
review.createDate = {#7|iso}
review.levelName = l
review.reviewStatus = completed
review.reviewResult.reviewAnswer = GREEN
]]

-- What a draft lacks: the zone of its times, the level, and a document for each person.
local DOCUMENT = "\n[document card-front]\nfile = all.jpg\nidDocType = ID_CARD\nidDocSubType = FRONT_SIDE\ncountry = KAZ\n"

--- A draft that somebody has completed, as far as it can be without knowing the people.
local function completed(draft)
  local text = draft:gsub("%[document.*", ""):gsub("levelName = %?", "levelName = l"):gsub("[^\n]* = %?[^\n]*\n", "")
  return text:gsub("%[table%]\n", "[table]\nzone = +05:00\n") .. DOCUMENT
end

describe("what is said of a table #slow", function()
  local server, folder, expected
  setup(function()
    server, folder = support.server(), support.folder()
    expected = json.decode(files.read(FOLDER .. "expected.json"))
    files.write(folder .. "/policy.lua", POLICY)
  end)
  teardown(function() support.clean(server) end)

  it("holds no cell of it, whichever command reads it", function()
    local names, columns, looked, codes, wrong, documents = {}, {}, 0, {}, {}, folder .. "/documents"
    assert(os.execute("mkdir " .. documents))
    files.write(documents .. "/all.jpg", archives.JPEG)
    for name, table_ in pairs(expected) do
      names[#names + 1] = name
      for _, list in ipairs { table_.names or {}, table_.options.columns or {} } do
        for _, column in ipairs(list) do columns[column] = true end
      end
    end
    table.sort(names)
    for i, name in ipairs(names) do
      local options, lines = expected[name].options, {}
      for _, key in ipairs { "encoding", "header" } do lines[#lines + 1] = options[key] and key .. " = " .. options[key] end
      lines[#lines + 1] = options.escape and "escape = backslash" or nil
      local base, path = ("%s/%d"):format(folder, i), FOLDER .. "files/" .. name
      files.write(base .. ".map", MAPPING:format(table.concat(lines, "\n")))
      local wanted, ids = cells_of(name, expected[name], columns)
      local packs, dry = {}, {}
      for k, map in ipairs { "map", "draft" } do
        local from = ("--people %s --mapping %s.%s --documents %s"):format(path, base, map, documents)
        packs[k] = ("import pack %s --to %s.%s.out"):format(from, base, map)
        dry[k] = ("import run %s --run %s.%s.run --dry-run"):format(from, base, map)
      end
      local lists = { ("plan %s/policy.lua --input %s --run %s.plan"):format(folder, path, base),
        ("call status --input %s --output %s.calls"):format(path, base) }
      local one, other = i % 2 + 1, 2 - i % 2
      for _, command in ipairs(ALL and { packs[1], dry[1], "import draft " .. path, packs[2], dry[2], lists[1], lists[2] }
        or { "import draft " .. path, packs[one], dry[other], lists[i // 2 % 2 + 1] }) do
        local out, errors, code = support.command(server, command)
        local said = out .. errors
        if command:find("^import draft") then files.write(base .. ".draft", completed(out)) end
        codes[command:match("^%l+ ?%l*") .. " " .. code] = true
        assert.is_true(code ~= 2, said)
        assert.is_true(code ~= 70 and not said:find("traceback", 1, true), said)
        for _, cell in ipairs(wanted) do
          local found = cell:find("^[%a ]+$") and said:find("%f[%a]" .. cell .. "%f[%A]")
            or not cell:find("^[%a ]+$") and said:find(cell, 1, true)
          if found then wrong[#wrong + 1] = ("%s, %s says %q:\n%s"):format(name, command, cell, said) end
        end
        if not command:find("^import") then
          for id in pairs(ids) do assert.is_true(#id < 8 or #id == 24 or not said:find(id, 1, true), said) end
        end
        looked = looked + #wanted
      end
    end
    assert.equal("", table.concat(wrong, "\n"))
    assert.is_true(#names > 60 and looked > (ALL and 3000 or 1700), looked)
    local seen = {}
    for each in pairs(codes) do seen[#seen + 1] = each end
    table.sort(seen)
    assert.equal("call status 0, call status 65, import draft 1, import draft 65, import pack 0, import pack 65, import run 0, "
      .. "import run 1, import run 65, plan  0, plan  65", table.concat(seen, ", ")) -- what is said in each way of ending
  end)
end)
