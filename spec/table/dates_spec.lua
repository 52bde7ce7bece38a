-- Dates of tables: the vectors, forms that contradict each other, and what is said of what is none.

local dates = require("idngo.table.dates")
local files = require("files")

describe("dates of tables", function()
  it("are what the vectors say", function()
    local count = 0
    for line in io.lines("spec/fixtures/tables/dates.tsv") do
      local form, text, kind, zone, result = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
      if form and not line:find("^#") then
        count = count + 1
        local read = dates.reader(form, kind, tonumber(zone) and tonumber(zone) * 60)
        local value, code = "F-FORM", nil
        if read then value, code = read(text) end
        assert.equal(result, value or code, line)
      end
    end
    assert.equal(80, count)
  end)

  it("of two forms in one column must not read one text as two days", function()
    for _, each in ipairs { { "dd.MM.yyyy", "MM.dd.yyyy" }, { "d.M.yyyy", "MM.dd.yyyy" }, { "d/M/yyyy", "M/d/yyyy" },
      { "dd.MM.yy@1926", "dd.MM.yy@2000" }, { "yyyyMMdd", "unix" }, { "dd.MM.yyyy[ H:mm]", "MM.dd.yyyy" } } do
      assert.is_true(dates.contradict(each[1], each[2]), each[1])
    end
    for _, each in ipairs { { "dd.MM.yyyy", "d MMMM yyyy" }, { "dd.MM.yyyy", "iso" }, { "dd.MM.yyyy", "MM/dd/yyyy" },
      { "dd.MM.yyyy", "d.M.yyyy" } } do
      assert.is_false(dates.contradict(each[1], each[2]), each[1])
    end
  end)

  it("are told without the text", function()
    for _, code in ipairs { "D-FORM", "D-CALENDAR", "D-RANGE", "D-TIME", "D-EMPTY", "D-ZONE" } do
      assert.is_string(dates.said(code, "dd.MM.yyyy %d"))
    end
    assert.is_string(files.folder and "")
  end)

  it("cost no more than their length, whatever is in brackets", function()
    local read = dates.reader("dd.MM.yyyy[ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ][ ]")
    assert.equal("1990-05-31", read("31.05.1990 "))
  end)
end)
