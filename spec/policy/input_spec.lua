-- Input: CSV, JSON lines and ids; a row that is not certain is an error with its line.

local input = require("idngo.policy.input")

describe("input", function()
  it("is CSV when its first line names the column; other columns are the policy's", function()
    assert.same({ { id = "a", name = 'x "y", z', note = "two\nlines" }, { id = "b", name = "", note = "-" } },
      input.parse('\239\187\191name,applicantId,note\r\n"x ""y"", z",a,"two\nlines"\r\n,b,-'))
    assert.same({ { id = "a" }, { id = "b" } }, input.parse('applicantId\na\n\nb\n'))
    assert.same({ { id = "a", n = "1" } }, input.parse('"id","n"\n"a","1"'))
  end)

  it("is JSON lines when it begins with a brace", function()
    assert.same({ { id = "a", n = 1, tags = { "x" } }, { id = "b" } },
      input.parse('{"applicantId":"a","n":1,"tags":["x"]}\n\n{"id":"b"}\r\n'))
  end)

  it("is one id per line otherwise", function()
    assert.same({ { id = "a|b" }, { id = "c" } }, input.parse("  a|b \nc\n\n"))
  end)

  for text, why in pairs {
    [""] = "no applicants", ["applicantId\n"] = "no applicants", ["\255"] = "not UTF-8",
    ["a b"] = "line 1: the id has a blank", ["a\n.."] = "line 2: the id is a path",
    ["a\nb\na"] = "line 3: the id stands on line 1",
    [("x"):rep(129)] = "line 1: the id is longer than 128", ["name,note\na,b"] = "line 1: no column applicantId",
    ["id,applicantId\na,b"] = "line 1: both applicantId and id", ["id,,x\na,b,c"] = "line 1: column 2 has no name",
    ["id,x,x\na,b,c"] = "line 1: two columns are called x", ["id,x\na"] = "line 2: 1 cells, the header has 2",
    ["id,x\na,b,c"] = "line 2: 3 cells", ['id,x\na,"b'] = "line 2: a quoted cell has no end",
    ['id,x\n"a"b,c'] = "line 2: text behind a quoted cell", ['id,x\na"b,c'] = "line 2: a quote inside a cell",
    ['id,x\na,"1\n2"\nb'] = "line 4: 1 cells", ['{"id":"a"}\n{"id":1}'] = "line 2: no applicantId",
    ['{"id":"a"}\n{'] = "line 2: not JSON", ['{"id":"a"}\n[1]'] = "line 2: not an object",
    ['{"id":"a","applicantId":"b"}'] = "line 1: both applicantId and id", ['{"name":"x"}'] = "line 1: no applicantId",
  } do
    it(("refuses %q"):format(text:sub(1, 40)), function()
      local rows, problem = input.parse(text)
      assert.is_nil(rows)
      assert.truthy(problem:find(why, 1, true), problem)
    end)
  end

  it("lists the first twenty bad lines and counts the others", function()
    local _, problem = input.parse("a\n" .. ("..\n"):rep(30))
    assert.equal(21, select(2, problem:gsub("[^\n]+", "")))
    assert.truthy(problem:find("and 10 more", 1, true))
  end)
end)
