-- Input: tables, JSON lines and ids; a row that is not certain is an error with its line, and none is ever shown.

local input = require("idngo.policy.input")

local support = require("runs")

local A, B = "5f0b4e5a422965274f5b0aaa", "5f07f82442296516810730a2"

--- What is read, as a list.
local function parse(...)
  local rows, why, columns = input.parse(...)
  return rows and support.list(rows), why, columns
end

describe("input", function()
  it("is a table when its header names the column; other columns are the policy's", function()
    assert.same({ { id = "a", name = 'x "y", z', note = "two lines" }, { id = "b", name = "", note = "-" } },
      parse('\239\187\191name,applicantId,note\r\n"x ""y"", z",a,"two\nlines"\r\n,b,-'))
    assert.same({ { id = "a" }, { id = "b" } }, parse('applicantId\na\n\nb\n'))
    assert.same({ { id = A, n = "1" } }, parse(('"id","n"\n"%s","1"'):format(A)))
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
            local rows, why, columns = parse(text)
            assert.same(expected, rows, ("%q %s"):format(text, why))
            assert.same({ id = true, Country = true, note = true }, columns)
          end
        end
      end
    end
  end)

  it("of several kinds of separators takes the one that shows the column", function()
    assert.same({ { id = A, ["name, first"] = "x, y" } }, parse(("applicantId;name, first\n%s;x, y\n"):format(A)))
    assert.same({ { id = A, x = "1" } }, parse(("applicantId,,x\n%s,y,1\n"):format(A)))
    assert.same({ { id = A, ["a;b"] = "c;d" } }, parse(("a;b,applicantId\nc;d,%s\n"):format(A)))
  end)

  it("keeps a quote inside a cell without quotes", function()
    assert.same({ { id = A, name = 'LLP "Sample"' } }, parse(('id;name\n%s;LLP "Sample"\n'):format(A)))
  end)

  it("is JSON lines when it begins with a brace; what one row lacks another may have", function()
    local rows, _, columns = parse('{"applicantId":"a","n":1,"tags":["x"]}\n\n{"id":"b1","to":{"x":1}}\r\n'
      .. '{"id":"b2","to":{"y":1}}')
    assert.same({ { id = "a", n = 1, tags = { "x" } }, { id = "b1", to = { x = 1 } }, { id = "b2", to = { y = 1 } } }, rows)
    assert.same({ id = true, n = true, tags = { true }, to = { x = true, y = true } }, columns)
  end)

  it("is one id per line otherwise", function()
    assert.same({ { id = "a1" }, { id = "c-3" } }, parse("  a1 \nc-3\n\n"))
    assert.same({ { id = A }, { id = B } }, parse(A .. "\r\r" .. B .. "\r"))
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
      local rows, problem = parse(text)
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
        local rows, problem = parse(text)
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
      local read = parse(text)
      for _, row in ipairs(read or {}) do
        local _, names = (row.name .. row.town):gsub("Name", "")
        if names > 1 or #read < 4 then merged = merged + 1 end
      end
    end
    assert.equal(0, merged)
  end)

  it("is read from files, from pipes, and from where its input stands", function()
    local path, text = support.folder() .. "/listed", ("applicantId,n\n%s,1\n%s,2\n"):format(A, B)
    support.write(path, text)
    assert.same({ { id = A, n = "1" }, { id = B, n = "2" } }, support.list(assert(input.read(path))))
    local fifo = path .. ".fifo"
    assert(os.execute(("mkfifo %s && (cat %s >%s &)"):format(fifo, path, fifo)))
    assert.same({ { id = A, n = "1" }, { id = B, n = "2" } }, support.list(assert(input.read(fifo))))
    local read = [[lua5.4 -e 'io.write(#require("runs").list(assert(require("idngo.policy.input").read("-"))))']]
    assert.equal("2", (support.shell(("cat %s | %s"):format(path, read))))
    assert.equal("2", (support.shell(("%s <%s"):format(read, path))))
    support.write(path, "not of the table\n" .. text)
    assert.equal("2", (support.shell(("bash -c 'read -r first; %s' <%s"):format(read:gsub("'", [['\'']]), path))))
    support.clean()
  end)

  it("is read in UTF-16, too, whatever it is, and to a Ctrl-Z of old programs", function()
    local function wide(text, big)
      return (big and "\254\255" or "\255\254") .. text:gsub(".", function(char) return big and "\0" .. char or char .. "\0" end)
    end
    local path = support.folder() .. "/listed"
    for text, expected in pairs {
      [("applicantId,n\r\n%s,1\r\n%s,2\r\n"):format(A, B)] = { { id = A, n = "1" }, { id = B, n = "2" } },
      [("%s\r\n%s\r\n"):format(A, B)] = { { id = A }, { id = B } },
      [('{"applicantId":"%s","n":1}\r\n{"id":"%s"}\r\n'):format(A, B)] = { { id = A, n = 1 }, { id = B } },
    } do
      for _, dressed in ipairs { text, wide(text), wide(text, true), text .. "\26", "\239\187\191\r\n" .. text } do
        assert.same(expected, (parse(dressed)))
        support.write(path, dressed)
        assert.same(expected, support.list(assert(input.read(path))))
      end
    end
    support.clean()
  end)

  it("of a line that is longer than any is refused by that line, and says nothing of mappings", function()
    for _, form in ipairs { "%s\n%s\n", '{"id":"%s"}\n{"id":"%s"}\n', "applicantId,n\n%s,1\n%s,2\n" } do
      local rows, problem = parse(form:format(A, B .. ("x"):rep(1024 * 1024)))
      assert.is_nil(rows)
      assert.truthy(problem:find("^line [23]: the [a-z]+ is longer than 1 MiB"), problem)
    end
    for _, text in ipairs { "applicantId,n\n\255,1\n", "applicantId,x;applicantId\n", "applicantId,n\na1\n",
      "applicantId,n\na1,\"x,\n,y,\nz\"\n" } do
      local rows, problem = parse(text)
      assert.is_nil(rows)
      assert.is_nil(problem:find("[table]", 1, true), problem)
    end
  end)

  it("that cannot be read to its end is none", function()
    local path = support.folder() .. "/listed"
    support.write(path, "\255\254\0\0a\0\0\0")
    for wrong, says in pairs { ["/proc/self/mem"] = "Input/output error", ["/"] = "Is a directory", ["/nowhere"] = "No such file",
      [path] = "UTF-32" } do
      local rows, why = input.read(wrong)
      assert.is_nil(rows)
      assert.truthy(why:find(says, 1, true), wrong .. ": " .. tostring(why))
    end
    support.clean()
  end)
end)
