-- What a policy declares of its input is checked before anything is planned, and is what the policy then sees.

local input = require("idngo.policy.input")
local inputs = require("idngo.policy.inputs")
local jail = require("idngo.policy.jail")
local json = require("idngo.json")
local support = require("runs")

local A, B = "5f0b4e5a422965274f5b0aaa", "5f07f82442296516810730a2"

local function taken(kind, value)
  local row, problems = inputs.take(assert(inputs.check { c = kind }), { id = A, c = value }, true)
  return row.c, problems[1]
end

--- What is read, as a list.
local function parse(...)
  local rows, why, columns = input.parse(...)
  return rows and support.list(rows), why, columns
end

describe("a declared input", function()
  it("is what the policy sees of it", function()
    for _, each in ipairs {
      { "text", " as it is ", " as it is " }, { "upper", "kaz-1", "KAZ-1" }, { "lower", "A@B.kz", "a@b.kz" },
      { "number", "12", 12 }, { "number", "-0.50", -0.5 }, { "number", "+7", 7 }, { "number", 2.5, 2.5 }, { "integer", "007", 7 },
      { "integer", 3.0, 3 }, { "date", "2026-01-31", "2026-01-31" }, { "date", "2026-01-31T00:00:00Z", "2026-01-31" },
      { "date", "2026-01-31 00:00", "2026-01-31" }, { "boolean", "Yes", true }, { "boolean", "0", false },
      { "boolean", false, false }, { { "new", "old" }, "old", "old" }, { "date?", "2024-02-29", "2024-02-29" },
    } do
      local value, wrong = taken(each[1], each[2])
      assert.is_nil(wrong)
      assert.equal(each[3], value)
      assert.equal(math.type(each[3]), math.type(value))
      local again, stays = taken(each[1], value) -- a run's rows are checked again in a backtest
      assert.is_nil(stays)
      assert.equal(value, again)
    end
  end)

  it("is refused with its column, what is wrong and what to do, never with its value", function()
    for _, each in ipairs {
      { "upper", "Алматы", "letters other than A to Z" }, { "number", "1,5", "has a comma; write it with a point" },
      { "number", "0x10", "not a number" }, { "number", "1e3", "not a number" }, { "number", "nan", "not a number" },
      { "integer", "1.5", "not a whole number" }, { "integer", "99999999999999999999", "not a whole number" },
      { "integer", true, "not a whole number" }, { "date", "31.01.2026", "not a date of ISO 8601" },
      { "date", "2026-02-29", "not a day, time or zone that there is" }, { "date", "2026-01-31T17:00:00Z", "has a time of day" },
      { "date", 20260131, "not a text; write it in quotes" }, { "boolean", "maybe", "neither true nor false" },
      { "boolean", 2, "neither true nor false" }, { "text", 5, "not a text" }, { "text", { "a" }, "not a text" },
      { "text", "", "it is empty; fill it in, or let the policy declare that it may be, with a ?" },
      { { "new", "old" }, "older", "write one of new, old" }, { { "new", "old" }, "", "it is empty" },
    } do
      local _, wrong = taken(each[1], each[2])
      assert.truthy(wrong and wrong:find("column c: it ", 1, true), each[3])
      assert.truthy(wrong:find(each[3], 1, true), wrong)
      if type(each[2]) == "string" and #each[2] > 4 then assert.is_nil(wrong:find(each[2], 1, true)) end
    end
  end)

  it("may be empty where that is declared, and reads nil then", function()
    for _, kind in ipairs { "text?", "upper?", "number?", "integer?", "date?", "boolean?", { "a", "" } } do
      local value, wrong = taken(kind, "")
      assert.same({}, { value, wrong })
      assert.same({}, { taken(kind, nil) })
    end
  end)

  it("must be declared in a way that can be understood", function()
    for declared, why in pairs {
      [5] = "inputs must be a table of columns", [{ "country" }] = "inputs must have names of columns",
      [{ country = "uper" }] = "inputs: country: there is no kind uper, did you mean upper?",
      [{ country = {} }] = "inputs: country: must list texts", [{ country = { "a", "a" } }] = "must list texts, each once",
      [{ country = { a = 1 } }] = "must list texts", [{ country = true }] = "must be a kind, or a list",
      [{ id = "text" }] = "the id is always there",
    } do
      local found, wrong = inputs.check(declared)
      assert.is_nil(found)
      assert.truthy(wrong:find(why, 1, true), wrong)
      local text = json.encode(declared, "inputs", "[]"):gsub('"(%w+)":', "%1="):gsub("[%[%]]", { ["["] = "{", ["]"] = "}" })
      text = "return { name = 'p', inputs = " .. text .. ", decide = pass }"
      local pool, problem = jail.pool { text = text, chunkname = "p.lua" }
      assert.is_nil(pool)
      assert.equal("config", problem.kind)
      assert.truthy(problem.message:find("p.lua", 1, true), problem.message)
    end
    local pool, problem = jail.pool { text = "return { name = 'p', inputs = { a = pass }, decide = pass }" }
    assert.is_nil(pool)
    assert.truthy(problem.message:find("what the policy declares holds something that is neither", 1, true), problem.message)
  end)

  it("is told by row in every form of input, all rows at once", function()
    local declared = assert(inputs.check { country = "upper", issued = "date", n = "integer?" })
    local rows, why, columns = parse(("applicantId;country;issued;n\n%s;kaz;2020-01-31;\n"):format(A), declared)
    assert.same({ { id = A, country = "KAZ", issued = "2020-01-31" } }, rows, why)
    assert.same({ id = true, country = true, issued = true, n = true }, columns)
    for _, text in ipairs {
      ("applicantId;country;issued;n\n%s;;2020-01-31;\n%s;GBR;31.01.2020;x\n"):format(A, B),
      ('{"id":"%s","issued":"2020-01-31"}\n{"id":"%s","country":"GBR","issued":"31.01.2020","n":"x"}\n'):format(A, B),
    } do
      local shift = text:sub(1, 1) == "{" and 1 or 2
      rows, why = parse(text, declared)
      assert.is_nil(rows)
      assert.truthy(why:find(("line %d: column country: it is empty"):format(shift), 1, true), why)
      assert.truthy(why:find(("line %d: column issued: it is not a date"):format(shift + 1), 1, true), why)
      assert.truthy(why:find(("line %d: column n: it is not a whole number"):format(shift + 1), 1, true), why)
      assert.is_nil(why:find("31.01", 1, true))
    end
    rows, why = parse(("applicantId;Country;n\n%s;kaz;\n"):format(A), declared)
    assert.is_nil(rows)
    assert.truthy(why:find("the policy needs a column country, and there is none; did you mean Country?", 1, true), why)
    assert.truthy(why:find("needs a column issued", 1, true), why)
    rows, why = parse(A .. "\n", declared)
    assert.is_nil(rows)
    assert.truthy(why:find("needs a column country", 1, true), why)
  end)

  it("makes letters large and small in any locale", function()
    local before = os.setlocale()
    for _, name in ipairs { "tr_TR.UTF-8", "de_DE.UTF-8", "C.UTF-8" } do
      if os.setlocale(name) then
        assert.equal("I-KAZ", (taken("upper", "i-kaz")))
        assert.equal(2.5, (taken("number", "2.5")))
      end
    end
    os.setlocale(before)
  end)
end)

describe("idngo plan with declared inputs", function()
  local server, folder
  setup(function()
    server = support.server { applicants = 12 }
    folder = support.folder()
  end)
  teardown(function()
    server:close()
    support.clean()
  end)

  local POLICY = [[return { name = "p", version = "1", inputs = { country = "upper", issued = "date" },
    decide = function(applicant)
      if applicant.country == "KAZ" and applicant.issued < "2021-01-01" then return hold("old") end
      return pass()
    end }]]

  it("plans nothing and makes no run when a row is wrong; else decides by what was declared, also when tried again", function()
    local path, dir = support.write(folder .. "/declared.lua", POLICY), folder .. "/declared-run"
    local csv = support.write(folder .. "/wrong.csv", ("applicantId,country,issued\n%s,kaz,31.12.2020\n"):format(A))
    local _, errors, code = support.command(server, ("plan %s --input %s --run %s"):format(path, csv, dir))
    assert.equal(65, code)
    assert.truthy(errors:find("line 2: column issued: it is not a date", 1, true), errors)
    assert.is_nil(io.open(dir .. "/journal.db"))
    csv = support.write(folder .. "/right.csv",
      ("applicantId,country,issued\n%s,kaz,2020-12-31\n%s,gbr,2020-12-31\n"):format(A, B))
    local out
    out, errors, code = support.command(server, ("plan %s --input %s --run %s --json"):format(path, csv, dir))
    assert.equal(0, code, errors)
    assert.same({ hold = 1, pass = 1 }, json.decode(out).decisions)
    out = support.command(server, ("policy backtest %s %s --json"):format(path, dir))
    assert.equal(0, json.decode(out).changed)
    support.write(folder .. "/declared.cases.lua", [[return {
      { name = "small letters", applicant = { country = "kaz", issued = "2020-01-01" }, expect = { "hold" } },
      { name = "no day", applicant = { country = "KAZ", issued = "1.1.2020" },
        expect = { error = "column issued: it is not a date" } },
      { name = "else", applicant = { country = "GBR", issued = "2020-01-01" }, expect = { "pass" } } }]])
    out, errors, code = support.command(server, "policy test " .. path)
    assert.equal(0, code, out .. errors)
  end)
end)
