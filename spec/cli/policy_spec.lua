-- idngo policy test, backtest, diff, bench and idngo explain.

local coverage = require("idngo.policy.coverage")
local json = require("idngo.json")
local support = require("runs")

local server, folder

local POLICY = [[
-- removes duplicates
return {
  name = "p", version = "1",
  decide = function(_, facts)
    if facts.duplicates.answer == "RED" then
      return deactivate("duplicate")
    end
    return pass()
  end,
}
]]

local function idngo(arguments, ...)
  return support.command(server, arguments:format(...))
end

local function policy(name, text, cases)
  local path = support.write(("%s/%s.lua"):format(folder, name), text or POLICY)
  if cases then support.write(("%s/%s.cases.lua"):format(folder, name), cases) end
  return path
end

--- Plans a policy over the applicants in a situation.
local function plan(name, path, situation)
  local dir = ("%s/%s-run"):format(folder, name)
  local _, csv = support.applicants(server, situation)
  local input = support.write(dir .. ".csv", csv)
  local out, errors = idngo("plan %s --input %s --run %s --json", path, input, dir)
  return dir, assert(json.decode(out), errors)
end

describe("for authors, idngo", function()
  setup(function()
    server = support.server { applicants = 60 }
    folder = support.folder()
  end)
  teardown(function()
    server:close()
    support.clean()
  end)

  describe("policy test", function()
    it("runs the cases, and passes when all are right and enough lines are reached", function()
      local path = policy("good", POLICY, [[return {
        { name = "red", facts = { duplicates = "RED" }, expect = { { "deactivate", reason = "duplicate" } } },
        { name = "green", facts = { duplicates = { answer = "GREEN" } }, expect = { "pass" } } }]])
      local out, errors, code = idngo("policy test %s --coverage 100", path)
      assert.equal("", errors)
      assert.equal(0, code)
      assert.truthy(out:find("2 cases, 0 failed; 100 % of 3 lines", 1, true), out)
    end)

    it("exits with 3 for a wrong outcome and says what came instead", function()
      for expect, came in pairs {
        ['{ "pass" }'] = 'deactivate "duplicate"', ['{ { "deactivate", reason = "other" } }'] = 'deactivate "duplicate"',
        ['{ "deactivate", "send_status_email" }'] = 'deactivate "duplicate"', ['{ need = "tin" }'] = 'deactivate "duplicate"',
        ['{ error = "x" }'] = 'deactivate "duplicate"',
      } do
        local cases = 'return { { name = "n", facts = { duplicates = "RED" }, expect = %s } }'
        local path = policy("wrong", POLICY, cases:format(expect))
        local out, _, code = idngo("policy test %s --coverage 0", path)
        assert.equal(3, code, expect)
        assert.truthy(out:find("fail  n\n      came to: " .. came, 1, true), out)
      end
    end)

    it("fails a case whose policy asks for a fact that it was not given, unless that is expected", function()
      local path = policy("needs", POLICY, 'return { { name = "n", facts = {}, expect = { "pass" } } }')
      local out, _, code = idngo("policy test %s --coverage 0", path)
      assert.equal(3, code)
      assert.truthy(out:find("asks for the fact duplicates", 1, true), out)
      path = policy("needs", POLICY, 'return { { name = "n", facts = {}, expect = { need = "duplicates" } } }')
      assert.equal(0, (select(3, idngo("policy test %s --coverage 0", path))))
    end)

    it("fails below the coverage wanted and names the lines that were not reached", function()
      local path = policy("half", POLICY, 'return { { facts = { duplicates = "GREEN" }, expect = { "pass" } } }')
      local out, _, code = idngo("policy test %s", path)
      assert.equal(3, code)
      assert.truthy(out:find("67 % of 3 lines, below 80 %, not reached: line 6", 1, true), out)
      assert.equal(0, (select(3, idngo("policy test %s --coverage 60", path))))
    end)

    it("fails a policy without cases, with none in their file, or with a broken file", function()
      local path = policy("bare")
      for _, cases in ipairs { false, "return {}", "return", "return {", "return os.exit(0)" } do
        if cases then support.write(folder .. "/bare.cases.lua", cases) end
        local _, errors, code = idngo("policy test %s", path)
        assert.equal(3, code, errors)
        assert.truthy(errors:find("bare", 1, true), errors)
      end
    end)

    it("takes the facts of an applicant that a run recorded", function()
      local dir = plan("recorded", policy("recorded"), "duplicates=RED&type=individual&limit=2")
      local kept = assert(require("idngo.run.store").read(dir))
      local id = kept:rows("lines", 0)[1].id
      kept:close()
      local path = policy("recorded", POLICY, ([[return {
        { name = "as it was", run = "recorded-run", applicant = "%s", expect = { "deactivate" } },
        { name = "nobody", run = "recorded-run", applicant = "nobody", expect = { "pass" } } }]]):format(id))
      local out, _, code = idngo("policy test %s --coverage 0 --json", path)
      assert.equal(3, code)
      local result = json.decode(out)
      assert.is_true(result.cases[1].ok)
      assert.truthy(result.cases[2].message:find("knows no applicant nobody", 1, true))
    end)

    it("fails a case whose policy reads a column that no case has, or a field that no fact has", function()
      local text = [[return { name = "p", decide = function(a, f)
        if a.%s == "KAZ" then return hold("look") end
        if f.duplicates.%s[1] then return hold("hit") end
        return pass() end }]]
      local cases = [[return { { name = "there", applicant = { id = "a", country = "KAZ" }, expect = { "hold" } },
        { name = "left out", applicant = { id = "b" }, facts = { duplicates = "GREEN" }, expect = { "pass" } } }]]
      local out, _, code = idngo("policy test %s", policy("columns", text:format("country", "hits"), cases))
      assert.equal(0, code, out)
      out, _, code = idngo("policy test %s", policy("columns", text:format("contry", "hits"), cases))
      assert.equal(3, code)
      assert.equal(2, select(2, out:gsub("there is no column contry, did you mean country%?", "")), out)
      out, _, code = idngo("policy test %s", policy("columns", text:format("country", "hist"), cases))
      assert.equal(3, code)
      assert.truthy(out:find("duplicates has no field hist, did you mean hits?", 1, true), out)
    end)

    it("fails a case in which a name is misspelt", function()
      for case, why in pairs {
        ['expct = { "pass" }'] = "unknown field expct, did you mean expect?",
        ['applicants = {}, expect = { "pass" }'] = "unknown field applicants, did you mean applicant?",
        ['facts = { duplicate = "RED" }, expect = { "pass" }'] = "there is no fact duplicate, did you mean duplicates?",
        ['facts = { duplicates = { hist = {} } }, expect = { "pass" }'] = "duplicates has no field hist, did you mean hits?",
        ['facts = { duplicates = { hits = { { aplicantId = "x" } } } }, expect = { "pass" }'] =
          "duplicates.hits[1] has no field aplicantId, did you mean applicantId?",
        ['expect = { "pss" }'] = "expect[1]: there is no action pss, did you mean pass?",
        ['expect = { { "deactivate", reson = "x" } }'] = "unknown field in expect[1]: reson, did you mean reason?",
        ['expect = { eror = "x" }'] = "unknown field in expect: eror, did you mean error?",
        ['expect = { need = "tinn" }'] = "expect: there is no fact tinn, did you mean tin?",
      } do
        local path = policy("misspelt", POLICY, ('return { { name = "n", %s } }'):format(case))
        local out, _, code = idngo("policy test %s --coverage 0", path)
        assert.equal(3, code, case)
        assert.truthy(out:find(why, 1, true), out)
      end
    end)

    it("passes for every policy of the examples, with every line reached", function()
      local out, errors, code = idngo("policy test examples/policies/*.lua --coverage 100")
      assert.equal(0, code, out .. errors)
      assert.equal(6, select(2, out:gsub("0 failed; 100 %%", "")))
    end)
  end)

  it("coverage counts the lines on which statements of functions begin", function()
    assert.same({ 3, 6, 8, 9, 11, 13, 15, 21 }, coverage.lines([==[
local top = { -- not in a function
  f = function(a)
    local t = {
      one = a,
    }
    if a and
      t then
      for i = 1, 2 do
        a = i
      end
    elseif [[ long
      text ]] == "\"" then
      return
    else
      return a:x(
        "end",
        function() --[[ nothing
        inside ]] end)
    end
    local function g()
      return 1.5e3 .. "x"
    end
  end,
}
return top]==]))
  end)

  it("explain tells which line decided, what it read, and what was done", function()
    local dir = plan("explained", policy("explained"), "duplicates=RED&type=individual&limit=1")
    local kept = assert(require("idngo.run.store").read(dir))
    local id = kept:rows("lines", 0)[1].id
    kept:close()
    local out, errors, code = idngo("explain %s %s --json", dir, id)
    assert.equal(0, code, errors)
    local found = json.decode(out)
    assert.equal("act", found.decision)
    assert.equal(6, found.line)
    assert.equal('      return deactivate("duplicate")', found.source)
    assert.same({ path = "duplicates.answer", value = "RED", line = 5 }, found.reads[1])
    assert.is_true(found.same)
    out = idngo("explain %s %s", dir, id)
    for _, line in ipairs { "deactivate\n", "because    duplicate\n", 'read duplicates.answer = "RED"\n',
      'decided at explained.lua:6  return deactivate("duplicate")', "step       deactivate: planned" } do
      assert.truthy(out:find(line, 1, true), out)
    end
    assert.equal(65, (select(3, idngo("explain %s nobody", dir))))
  end)

  it("backtest, diff and explain know the columns of a run, whether it wrote them down or not", function()
    local text = 'return { name = "p", decide = function(a) if a.%s == 1 then return hold("look") end return pass() end }'
    local good, bad = policy("vip", text:format("vip")), policy("vpi", text:format("vpi"))
    local dir, input = folder .. "/columns-run", folder .. "/columns.jsonl"
    support.write(input, '{"applicantId":"a1","vip":1}\n{"applicantId":"a2"}\n')
    local out, errors = idngo("plan %s --input %s --run %s --json", good, input, dir)
    assert.same({ hold = 1, pass = 1 }, json.decode(out).decisions, errors)
    for _, how in ipairs { "written down", "of 0.1.0" } do
      if how == "of 0.1.0" then
        local kept = assert(require("idngo.run.store").read(dir))
        kept.tables:exec("DELETE FROM run WHERE name = 'columns'")
          assert.is_nil(kept:get("columns"))
        kept:close()
      end
      local result = json.decode((idngo("policy backtest %s %s --json", good, dir)))
      assert.equal(2, result.same, how)
      result = json.decode((idngo("policy backtest %s %s --json", bad, dir)))
      assert.equal(0, result.same, how)
      assert.truthy(result.changes[2].after.reason:find("there is no column vpi, did you mean vip?", 1, true))
      assert.is_nil(result.changes[2].after.steps)
      local found = json.decode((idngo("policy diff %s %s --run %s --json", good, bad, dir)))
      assert.equal(2, found.runs[1].different, how)
      found = json.decode((idngo("explain %s a2 --json", dir)))
      assert.is_true(found.same, how)
      assert.equal("pass", found.decision)
    end
  end)

  it("backtest decides again as it was planned, with the same digest every time, and sends nothing", function()
    local path = policy("backtested")
    local dir, summary = plan("backtested", path, "type=individual")
    support.forget(server)
    local digests = {}
    for i = 1, 3 do
      local out, errors, code = idngo("policy backtest %s %s --json", path, dir)
      assert.equal(0, code, errors)
      local result = json.decode(out)
      assert.equal(summary.applicants, result.same)
      digests[i] = result.digest
    end
    assert.equal(digests[1], digests[2])
    assert.equal(digests[1], digests[3])
    assert.equal(0, support.ledger(server).last)
  end)

  it("1 000 replays of a run come to the same bytes, in processes with hash seeds of their own #slow", function()
    local jail, replay, store = require("idngo.policy.jail"), require("idngo.policy.replay"), require("idngo.run.store")
    local dir = plan("replayed", policy("replayed", POLICY:gsub("return pass%(%)", [[
      local seen = {}
      for name, value in pairs(facts.duplicates) do seen[#seen + 1] = name .. " " .. tostring(value) end
      return hold(table.concat(seen, ", "))]])), "type=individual&limit=5")
    local kept = assert(store.read(dir))
    local text, first, count = kept:get("policy"), nil, 0
    for _ = 1, 50 do
      local pool <close> = assert(jail.pool { text = text, chunkname = "replayed.lua" })
      for _ = 1, 20 do
        local result = replay.backtest(kept, pool)
        first, count = first or result.digest, count + 1
        assert.equal(result.applicants, result.same)
        assert.equal(first, result.digest)
      end
    end
    kept:close()
    assert.equal(1000, count)
  end)

  it("backtest shows what another policy would have decided, and which facts it lacks", function()
    local dir, summary = plan("before", policy("before"), "type=individual")
    local other = policy("after", POLICY:gsub('return deactivate%("duplicate"%)', 'return hold("look")'))
    local out = idngo("policy backtest %s %s --json", other, dir)
    local result = json.decode(out)
    assert.equal(summary.decisions.act, result.changed)
    assert.equal(summary.decisions.act, result.after.hold)
    assert.equal(summary.decisions.act, result.before.deactivate)
    other = policy("after", POLICY:gsub("return pass%(%)", 'return hold(facts.tin.answer)'))
    out = idngo("policy backtest %s %s", other, dir)
    assert.truthy(out:find("no fact tin", 1, true), out)
  end)

  it("diff finds the fewest facts on which two policies part", function()
    local a, b = policy("a"), policy("b", [[
return { name = "p", version = "2", decide = function(_, facts)
  if facts.duplicates.answer == "RED" and facts.liveness.answer ~= "GREEN" then return deactivate("duplicate") end
  if facts.duplicates.answer == "MISSING" then return hold("no check") end
  return pass()
end }]])
    local out, _, code = idngo("policy diff %s %s --json", a, b)
    assert.equal(1, code)
    local found = json.decode(out)
    assert.same({ duplicates = "MISSING" }, found.differences[1].facts)
    assert.same({ duplicates = "RED with a hit", liveness = "GREEN" }, found.differences[2].facts)
    assert.equal("deactivate: duplicate", found.differences[2].before)
    assert.equal("pass", found.differences[2].after)
    assert.equal(3, #found.differences)
    _, _, code = idngo("policy diff %s %s", a, a)
    assert.equal(0, code)
    local dir = plan("diffed", a, "type=individual&limit=20")
    out = idngo("policy diff %s %s --run %s --json", a, b, dir)
    found = json.decode(out).runs[1]
    assert.equal(#support.applicants(server, "type=individual&limit=20"), found.applicants)
    assert.is_true(found.different > 0)
  end)

  it("bench measures evaluations", function()
    local out, _, code = idngo("policy bench %s --count 50 --json", policy("fast"))
    assert.equal(0, code)
    local found = json.decode(out)
    assert.equal(50, found.evaluations)
    assert.is_true(found.median_ms > 0 and found.median_ms <= found.p99_ms)
    for _, wrong in ipairs { "0", "-1", "1.5", "x" } do
      assert.equal(2, (select(3, idngo("policy bench %s --count %s", policy("fast"), wrong))))
    end
  end)

  it("exits with 65 for a policy that cannot be loaded", function()
    local path = policy("broken", "return {")
    for _, command in ipairs { "test %s", "bench %s", "backtest %s x", "diff %s %s" } do
      assert.equal(65, (select(3, idngo("policy " .. command, path, path))), command)
    end
  end)
end)
