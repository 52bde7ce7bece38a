-- What every command that reads a table says of every table that programs write: nothing of a person is in it. Cells are looked
-- for in all that is printed, however the table is read or refused.

local files = require("files")
local json = require("idngo.json")
local support = require("runs")

local FOLDER = "spec/fixtures/tables/"

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
    -- what any program says of itself: short words, numbers of lines
    if #cell > 4 and not names[cell] and not ids[cell] and not cell:find("^[%a ]+$") and not cell:find("^[=#]") then
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

describe("what is said of a table #slow", function()
  local server, folder, expected
  setup(function()
    server, folder = support.server(), support.folder()
    expected = json.decode(files.read(FOLDER .. "expected.json"))
    files.write(folder .. "/policy.lua", POLICY)
  end)
  teardown(function() support.clean(server) end)

  it("holds no cell of it, whichever command reads it", function()
    local names, columns, looked = {}, {}, 0
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
      for _, command in ipairs {
        ("import pack --people %s --mapping %s.map --to %s.out"):format(path, base, base),
        ("import run --people %s --mapping %s.map --run %s.run --dry-run"):format(path, base, base),
        "import draft " .. path,
        ("plan %s/policy.lua --input %s --run %s.plan"):format(folder, path, base),
        ("call status --input %s --output %s.calls"):format(path, base),
      } do
        local out, errors, code = support.command(server, command)
        local said = out .. errors
        assert.is_true(code ~= 70 and not said:find("traceback", 1, true), said)
        for _, cell in ipairs(wanted) do
          assert.is_nil(said:find(cell, 1, true), ("%s, %s says %q:\n%s"):format(name, command, cell, said))
        end
        if not command:find("^import") then
          for id in pairs(ids) do assert.is_true(#id < 8 or #id == 24 or not said:find(id, 1, true), said) end
        end
        looked = looked + #wanted
      end
    end
    assert.is_true(#names > 60 and looked > 3000, looked)
  end)
end)
