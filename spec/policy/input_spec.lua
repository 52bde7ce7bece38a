-- Input: tables, JSON lines and ids; a row that is not certain is an error with its line, and none is ever shown.

local input = require("idngo.policy.input")

local A, B = "5f0b4e5a422965274f5b0aaa", "5f07f82442296516810730a2"

describe("input", function()
  it("is a table when its header names the column; other columns are the policy's", function()
    assert.same({ { id = "a", name = 'x "y", z', note = "two lines" }, { id = "b", name = "", note = "-" } },
      input.parse('\239\187\191name,applicantId,note\r\n"x ""y"", z",a,"two\nlines"\r\n,b,-'))
    assert.same({ { id = "a" }, { id = "b" } }, input.parse('applicantId\na\n\nb\n'))
    assert.same({ { id = A, n = "1" } }, input.parse(('"id","n"\n"%s","1"'):format(A)))
  end)

  it("is a table whatever its separator, line ends, mark, and the case of the column's name", function()
    local expected = { { id = A, Country = "KAZ", note = "a, b; c" }, { id = B, Country = "GBR", note = "" } }
    for _, separator in ipairs { ",", ";", "\t" } do
      for _, ending in ipairs { "\n", "\r\n", "\r" } do
        for _, name in ipairs { "applicantId", "ApplicantID", "APPLICANTID", " applicantid ", "Applicant Id", "applicant_id",
          "ID" } do
          for _, mark in ipairs { "", "\239\187\191", "\239\187\191\239\187\191", "sep=" .. separator .. ending } do
            local text = mark .. ("%s|Country |note\n%s| KAZ|\"a, b; c\"\n||\n%s|GBR||\n"):format(name, A, B)
              :gsub("|", separator):gsub("\n", ending)
            local rows, why, columns = input.parse(text)
            assert.same(expected, rows, ("%q %s"):format(text, why))
            assert.same({ id = true, Country = true, note = true }, columns)
          end
        end
      end
    end
  end)

  it("of several kinds of separators takes the one that shows the column", function()
    assert.same({ { id = A, ["name, first"] = "x, y" } }, input.parse(("applicantId;name, first\n%s;x, y\n"):format(A)))
    assert.same({ { id = A, x = "1" } }, input.parse(("applicantId,,x\n%s,y,1\n"):format(A)))
    assert.same({ { id = A, ["a;b"] = "c;d" } }, input.parse(("a;b,applicantId\nc;d,%s\n"):format(A)))
  end)

  it("keeps a quote inside a cell without quotes", function()
    assert.same({ { id = A, name = 'LLP "Sample"' } }, input.parse(('id;name\n%s;LLP "Sample"\n'):format(A)))
  end)

  it("is JSON lines when it begins with a brace; what one row lacks another may have", function()
    local rows, _, columns = input.parse('{"applicantId":"a","n":1,"tags":["x"]}\n\n{"id":"b1","to":{"x":1}}\r\n'
      .. '{"id":"b2","to":{"y":1}}')
    assert.same({ { id = "a", n = 1, tags = { "x" } }, { id = "b1", to = { x = 1 } }, { id = "b2", to = { y = 1 } } }, rows)
    assert.same({ id = true, n = true, tags = { true }, to = { x = true, y = true } }, columns)
  end)

  it("is one id per line otherwise", function()
    assert.same({ { id = "a1" }, { id = "c-3" } }, input.parse("  a1 \nc-3\n\n"))
    assert.same({ { id = A }, { id = B } }, input.parse(A .. "\r\r" .. B .. "\r"))
  end)

  for text, why in pairs {
    [""] = "no applicants", ["applicantId\n"] = "no applicants", ["\255"] = "not UTF-8",
    ["a b"] = "line 1: no applicant's id", ["a1\n.."] = "line 2: no applicant's id",
    ["a1\nb1\na1"] = "line 3: the id stands on line 1",
    ["a" .. ("1"):rep(64)] = "line 1: longer than the 64",
    ["name,note\na,b"] = "line 1: 2 columns, and none is called applicantId",
    ["id,applicantId\na,b"] = "line 1: columns 1 and 2 are both of ids",
    ["ApplicantID;note;applicantId\na;b;c"] = "line 1: columns 1 and 3 have one name",
    ["id,x\n1001,b"] = "line 2: column id does not hold applicants' ids; call it applicantId if it does",
    ["id,x,x\na,b,c"] = "line 1: columns 2 and 3 have one name", ["id,x\na1"] = "line 2: it has 1 cells for 2 columns",
    ["id,x\na1,b,c"] = "line 2: it has 3 cells for 2 columns", ['id,x\na1,"b'] = "line 2: a quoted cell has no end",
    ['id,x\n"a1"b,c'] = "line 2: text behind a quoted cell",
    ['id,x,y\na1,"1\n2",3\nb1'] = "line 4: it has 1 cells", ['{"id":"a1"}\n{"id":1}'] = "line 2: no applicantId",
    ['{"id":"a1"}\n{'] = "line 2: not JSON", ['{"id":"a1"}\n[1]'] = "line 2: not an object",
    ['{"id":"a","applicantId":"b"}'] = "line 1: both applicantId and id", ['{"name":"x"}'] = "line 1: no applicantId",
    ["applicantId,x;applicantId\n"] = "line 1: it has commas and semicolons, and which part the columns cannot be told",
    ["sep=^\nid^x"] = "line 1: the separator behind sep=", ["i\0d\0,\0x\0"] = "UTF-16 without its mark",
    ["id,x\r\na1,b\rc\n"] = "line 2: a carriage return",
    ["applicantId,note\n" .. A .. ",\n,x\n"] = "line 3: no applicantId",
  } do
    it(("refuses %q"):format(text:sub(1, 40)), function()
      local rows, problem = input.parse(text)
      assert.is_nil(rows)
      assert.truthy(problem:find(why, 1, true), problem)
    end)
  end

  it("never takes for an id, nor shows, what is none", function()
    for _, what in ipairs { "Canary", "Canary Jane", "canary@example.com", "850101399999", "Қанари", "31.05.1990",
      "+77015550101", "a1;Canary", "a1,Canary", "a1|Canary", "a1\tCanary", '"Canary', "Canary/../x", "a1?x=Canary", "1001" } do
      for _, form in ipairs { "%s", "%s\na1", "a1\n%s\n", "customer\n%s", "id\n%s", '{"id":"%s"}',
        "name,country\n%s,x", "%s,x\nb,c",
        "applicantId;x;x\n%s;1;2", "applicantId,x\n%s,x,x,x", 'applicantId,x\n%s,"x', 'applicantId,x\na1,"x"%s\n',
        'applicantId,x\na1,"x\n%s,y"\n' } do
        local text = (form:gsub("%%s", (what:gsub("%%", "%%%%"))))
        local rows, problem = input.parse(text)
        assert.is_nil(rows, text)
        for _, part in ipairs { "anary", "8501", "Қан", "1990", "7701", "1001", "a1" } do
          assert.is_nil(problem:find(part, 1, true), problem)
        end
      end
    end
  end)

  it("never makes one person of two, wherever quotes are astray", function()
    local rows = {}
    for i = 1, 4 do rows[i] = { ("a%d"):format(i), ("Name %d"):format(i), ("Town %d"):format(i) } end
    local seed, merged = 7, 0
    local function chance(n)
      seed = seed * 1103515245 % 2147483648 + 12345
      return math.floor(seed / 65536) % n + 1
    end
    for _ = 1, 3000 do
      local lines = { "applicantId,name,town" }
      for i, row in ipairs(rows) do lines[i + 1] = table.concat(row, ",") end
      local text = table.concat(lines, "\n") .. "\n"
      for _ = 1, chance(4) do
        local at = chance(#text - 22) + 21
        text = text:sub(1, at) .. '"' .. text:sub(at + 1)
      end
      local read = input.parse(text)
      for _, row in ipairs(read or {}) do
        local _, names = (row.name .. row.town):gsub("Name", "")
        if names > 1 or #read < 4 then merged = merged + 1 end
      end
    end
    assert.equal(0, merged)
  end)

  it("lists the first twenty bad lines and counts the others", function()
    local _, problem = input.parse("a1\n" .. ("..\n"):rep(30))
    assert.equal(21, select(2, problem:gsub("[^\n]+", "")))
    assert.truthy(problem:find("and 10 more", 1, true))
  end)
end)
