-- idngo.policy.jail: what a policy can say, and what the host makes of it.
local evaluators = require("evaluators").running
local files = require("files")
local idngo = require("idngo")
local jail = require("idngo.policy.jail")
local runtimes = require("idngo.runtime.current")

--- Time enough on a busy machine: what is about the bound of time names its own.
local function pool_of(decide, options)
  local text = "return { name = \"test\", decide = function(applicant, facts)\n" .. decide .. "\nend }"
  local all = { text = text, chunkname = "test.lua", seconds = 600 }
  for name, value in pairs(options or {}) do all[name] = value end
  return assert(jail.pool(all))
end

--- One evaluation in a pool of its own.
local function evaluate(decide, facts, options)
  local pool <close> = pool_of(decide)
  return pool:evaluate({ id = "one", country = "KAZ", tags = { "a", "b" } }, facts or {}, options)
end

local function reason_of(outcome)
  assert.equal("decided", outcome.kind, outcome.message)
  return outcome.actions[1].reason
end

--- What `expression` is inside a policy, as text.
local function value_of(expression, facts)
  return reason_of(evaluate("return hold(tostring(" .. expression .. "))", facts))
end

local BLOCK_DUPLICATES = files.read("spec/fixtures/policies/block-duplicates.lua")

describe("A pool", function()
  local function problem_of(text, options)
    local all = { text = text, chunkname = "p.lua", seconds = 600 }
    for name, value in pairs(options or {}) do all[name] = value end
    local pool, problem = jail.pool(all)
    assert.is_nil(pool)
    assert.equal("config", problem.kind)
    return problem.message
  end

  it("knows the policy's name and version", function()
    local pool <close> = assert(jail.pool { text = BLOCK_DUPLICATES, chunkname = "block-duplicates.lua" })
    assert.same({ name = "block-duplicates", version = "1", inputs = {} }, pool.info)
  end)

  it("refuses what is no policy", function()
    assert.equal("policy: p.lua:1: unexpected symbol near '='", problem_of("= 1"))
    assert.equal("policy: a policy must return a table, with name and decide", problem_of("return 1"))
    assert.equal("policy: the policy has no name, which must be a string", problem_of("return {}"))
    assert.equal("policy: the policy has no function decide", problem_of("return { name = 'x' }"))
    assert.equal("policy: the policy's version must be a string", problem_of("return { name = 'x', version = 1 }"))
    assert.equal("policy: p.lua:2: deactivte is not defined, did you mean deactivate?", problem_of("\ndeactivte()"))
  end)

  it("refuses compiled policies", function()
    assert.truthy(problem_of(string.dump(load(BLOCK_DUPLICATES))):find("attempt to load a binary chunk", 1, true))
  end)

  it("survives texts made to break the compiler", function()
    assert.truthy(problem_of("return " .. ("("):rep(100000)):find("ran out of stack: it is nested too deeply", 1, true))
    assert.truthy(problem_of("return " .. ("{"):rep(100000)):find("ran out of stack: it is nested too deeply", 1, true))
    assert.truthy(problem_of(("local a\n"):rep(300)):find("too many local variables", 1, true))
    assert.truthy(problem_of("return '" .. ("x"):rep(1000000)):find("unfinished string", 1, true))
  end)

  it("bounds the policy's own chunk", function()
    local late = problem_of("while true do end", { seconds = 0.1 }) -- a busy machine kills it before it stops by itself
    assert.truthy(late == "policy: the policy took longer than 0.1 s"
      or late == "policy: the policy took longer than 0.1 s, and was killed", late)
    assert.equal("policy: the policy used more than 4 MiB of memory",
      problem_of("local t = {} while true do t[#t + 1] = {} end", { memory = 4 << 20 }))
    for _, too_little in ipairs { 1 << 10, 1 << 12, 1 << 16 } do -- for a Lua state, its libraries, what ours need
      assert.equal(("policy: the policy used more than %g MiB of memory"):format(too_little / 2 ^ 20),
        problem_of(BLOCK_DUPLICATES, { memory = too_little }))
    end
  end)

  it("says why no evaluator starts", function()
    assert.equal("policy: /dev/null/idngo-jail: Not a directory", problem_of("", { program = "/dev/null/idngo-jail" }))
    assert.truthy(problem_of("", { program = "/bin/true" }):find("ended before it answered", 1, true))
  end)

  --- A pool of a program that does this before it comes up, and that before it has loaded its policy.
  local function stand_in(before_up, before_loaded, seconds)
    local path = os.tmpname()
    files.write(path, ([[#!/usr/bin/lua5.4
package.path = "%s/spec/support/?.lua"
local forgeries = require("jail_forgeries")
%s
io.write(forgeries.ready):flush()
io.read((string.unpack("<I4", io.read(4))))
%s
io.write(forgeries.policy):flush()
io.read(1)
]]):format(io.popen("pwd"):read("l"), before_up, before_loaded))
    os.execute("chmod +x " .. path)
    local pool, err = jail.pool { text = "", seconds = seconds, program = path }
    os.remove(path)
    return pool, err
  end

  it("gives a process time to load its policy, however little an evaluation has", function()
    local pool <close> = assert(stand_in("", "os.execute('sleep 0.5')", 0.05))
    assert.equal("forged", pool.info.name)
  end)

  it("says whether another start may do what this one did not", function()
    local own = jail.START_SECONDS
    jail.START_SECONDS = 0.1
    local _, late = stand_in("io.read(1)", "", 0.05)
    jail.START_SECONDS = own
    assert.same({ "policy: no evaluator came up within 0.1 s", true }, { late.message, late.retryable })
    assert.is_nil(select(2, jail.pool { text = "return 1" }).retryable)
  end)

  it("throws on wrong options", function()
    assert.error_matches(function() jail.pool { txt = "" } end, "unknown option txt, did you mean text?", 1, true)
    assert.error_matches(function() jail.pool {} end, "text is missing", 1, true)
    assert.error_matches(function() jail.pool { text = "", size = 0 } end, "size must be a whole number above 0", 1, true)
    assert.error_matches(function() jail.pool { text = "", seconds = "1" } end, "seconds must be a number", 1, true)
  end)

  it("leaves no process behind when it is closed, which may be done twice", function()
    local pool = pool_of("return pass()")
    assert.equal(1, #evaluators())
    pool:close()
    pool:close()
    assert.equal(0, #evaluators())
    assert.error_matches(function() pool:evaluate({}, {}) end, "the pool is closed", 1, true)
  end)
end)

-- A pattern that goes on for ages counts as one instruction.
local SLOW = 'if applicant.slow then ("a"):rep(5000):find((".-"):rep(20) .. "b") end return pass()'

describe("An evaluation", function()
  it("asks for facts in the order they are touched, and decides", function()
    local pool <close> = assert(jail.pool { text = BLOCK_DUPLICATES, chunkname = "block-duplicates.lua" })
    local facts = {}
    assert.same({ kind = "need", fact = "duplicates" }, pool:evaluate({}, facts))
    facts.duplicates = { answer = "GREEN", hits = {} }
    assert.same({ kind = "need", fact = "liveness" }, pool:evaluate({}, facts))
    facts.liveness = { answer = "MISSING" }
    local held = { { name = "hold", args = {}, reason = "no passed liveness check", line = 7 } }
    assert.same({ kind = "decided", actions = held }, pool:evaluate({}, facts))
    facts.liveness = { answer = "GREEN" }
    assert.same({ kind = "decided", actions = { { name = "pass", args = {}, line = 8 } } }, pool:evaluate({}, facts))
    facts.duplicates = { answer = "RED", hits = { { applicantId = "two" } } }
    assert.same({ kind = "decided", actions = {
      { name = "deactivate", args = {}, reason = "duplicate of two", line = 5 },
      { name = "send_status_email", args = {}, line = 5 },
    } }, pool:evaluate({}, facts))
  end)

  it("takes several results or one list", function()
    local several = evaluate("return hold 'a', activate 'b'")
    local list = evaluate("return { hold 'a', activate 'b' }")
    assert.equal(2, #several.actions)
    assert.same(several, list)
  end)

  it("makes every action", function()
    local outcome = evaluate([[
      return hold "h", deactivate "d", activate "a", send_status_email(), send_status_email "s",
        update_info({ tin = "1", addresses = { { town = "Almaty" } } }, { unsetFields = { "dob" } }, "u"),
        update_info({}, { unsetFields = { "dob" } }), save_report(), save_report({ report = "companyReport", lang = "ru" }, "r"),
        save_liveness_video "v", create_websdk_link("basic"), create_websdk_link("basic", { externalUserId = "x" }, "c")
    ]])
    for _, action in ipairs(outcome.actions) do assert.is_true(action.line >= 2 and action.line <= 5) action.line = nil end
    assert.same({
      { name = "hold", args = {}, reason = "h" },
      { name = "deactivate", args = {}, reason = "d" },
      { name = "activate", args = {}, reason = "a" },
      { name = "send_status_email", args = {} },
      { name = "send_status_email", args = {}, reason = "s" },
      { name = "update_info", reason = "u",
        args = { info = { tin = "1", addresses = { { town = "Almaty" } } }, unsetFields = { "dob" } } },
      { name = "update_info", args = { info = {}, unsetFields = { "dob" } } },
      { name = "save_report", args = {} },
      { name = "save_report", args = { report = "companyReport", lang = "ru" }, reason = "r" },
      { name = "save_liveness_video", args = {}, reason = "v" },
      { name = "create_websdk_link", args = { levelName = "basic" } },
      { name = "create_websdk_link", args = { levelName = "basic", externalUserId = "x" }, reason = "c" },
    }, outcome.actions)
  end)

  it("names the action and the argument that is wrong, and the line", function()
    local wrong = {
      ["hold()"] = "hold: the reason must be a string, not nil",
      ["deactivate('')"] = "deactivate: the reason must not be empty",
      ["pass('x')"] = "pass takes no more than 0 arguments",
      ["hold('x', 'y')"] = "hold takes no more than 1 arguments",
      ["update_info('x')"] = "update_info: info must be a table, not string",
      ["update_info({ 1, 2 })"] = "update_info: info must be a table of named fields, not a list",
      ["update_info({})"] = "update_info: nothing to change: info is empty and there are no unsetFields",
      ["update_info({ a = 1 }, { unset = {} })"] = "update_info: unknown option unset, known: unsetFields",
      ["update_info({ a = 1 }, { unsetFields = 'dob' })"] = "update_info: unsetFields must be a list of names, not string",
      ["update_info({ a = 1 }, { unsetFields = { 1 } })"] = "update_info: unsetFields item 1 must be a string, not number",
      ["save_report('why')"] = "save_report: the options must be a table, not a string",
      ["save_report({ report = 'x' })"] = "save_report: report must be one of applicantReport, companyReport",
      ["save_report({ report = 1 })"] = "save_report: report must be one of applicantReport, companyReport",
      ["create_websdk_link()"] = "create_websdk_link: levelName must be a string, not nil",
    }
    for call, message in pairs(wrong) do
      local outcome = evaluate("\n  return " .. call)
      assert.same({ kind = "error", reason = "policy", message = "test.lua:3: " .. message, line = 3 }, outcome)
    end
  end)

  it("takes what it read of facts for arguments", function()
    local outcome = evaluate("return update_info({ addresses = facts.tin.addresses })",
      { tin = { addresses = { { town = "Almaty" }, { town = "Astana" } } } })
    assert.same({ info = { addresses = { { town = "Almaty" }, { town = "Astana" } } } }, outcome.actions[1].args)
  end)

  it("traces executed lines and what was read", function()
    local outcome = evaluate([[
local hit = facts.duplicates.hits[2]
if hit.types then
  return pass()
end
return hold(applicant.tags[1] .. hit.score)]], { duplicates = { hits = { {}, { score = 0.5 } } } }, { trace = true })
    assert.same({
      lines = { 1, 7, 2, 3, 6 }, -- 1 and 7 make the policy's table
      reads = {
        { path = "duplicates.hits[2].types", line = 3 },
        { path = "applicant.tags[1]", value = "a", line = 6 },
        { path = "duplicates.hits[2].score", value = 0.5, line = 6 },
      },
    }, outcome.trace)
    assert.is_nil(evaluate("return pass()").trace)
  end)

  it("traces a decision for a fact and an error, too", function()
    assert.same({ 1, 3, 2 }, evaluate("return facts.tin", {}, { trace = true }).trace.lines)
    assert.same({ 1, 3, 2 }, evaluate("error 'x'", {}, { trace = true }).trace.lines)
  end)

  it("keeps long text readable where it is cut", function()
    local long = { text = "x" .. ("ж"):rep(400) }
    local read = evaluate("local _ = facts.tin.text return pass()", { tin = long }, { trace = true }).trace.reads[1]
    assert.equal(long.text:sub(1, 255), read.value)
    assert.equal("x" .. ("ж"):rep(499), evaluate("error('x' .. ('ж'):rep(600), 0)").message)
  end)

  it("bounds a trace, but keeps the first time of every line", function()
    local trace = evaluate("local n = 0\nfor i = 1, 50000 do\nn = n + (applicant.id == 'one' and 1 or 0)\nend\nreturn pass()", {},
      { trace = true }).trace
    assert.equal(6, trace.lines[#trace.lines])
    assert.is_true(#trace.lines >= 10000 and #trace.lines < 10010)
    assert.equal(1000, #trace.reads)
  end)

  it("ends with what is counted at ordinary bounds, with the stack at wider ones, with the clock where it is short", function()
    local endless = "while true do end"
    assert.same({ kind = "error", reason = "instructions", line = 2,
      message = "the policy did not come to an end within 50 million instructions" }, evaluate(endless))
    assert.same({ kind = "error", reason = "memory", message = "the policy used more than 64 MiB of memory" },
      evaluate("return hold(('x'):rep(1 << 30))"))
    local deep <close> = pool_of("local function deeper() return 1 + deeper() end return deeper()",
      { memory = 128 << 20, seconds = 60 })
    local overflow = deep:evaluate({}, {})
    assert.same({ "stack", 2 }, { overflow.reason, overflow.line })
    assert.truthy(overflow.message:find("ran out of stack", 1, true))
    local short <close> = pool_of(endless, { seconds = 0.01 })
    local late = short:evaluate({}, {})
    assert.same({ "time", true }, { late.reason, late.transient })
    -- where the evaluator gets no processor, it is killed before it can tell the line
    assert.truthy(late.message == "the policy took longer than 0.01 s" and late.line == 2
      or late.message == "the policy took longer than 0.01 s, and was killed", late.message)
  end)

  it("is an error when its evaluator dies, and the next has another", function()
    local pool <close> = pool_of("return pass()", { size = 1 })
    os.execute("kill -9 " .. evaluators()[1])
    assert.equal("crash", pool:evaluate({}, {}).reason)
    assert.equal("decided", pool:evaluate({}, {}).kind)
  end)

  it("refuses facts that are too large, and goes on", function()
    local pool <close> = pool_of("return pass()")
    local outcome = pool:evaluate({}, { tin = { text = ("x"):rep(17 << 20) } })
    assert.same({ kind = "error", reason = "memory", message = "the facts are too large to be evaluated" }, outcome)
    assert.equal("decided", pool:evaluate({}, { tin = { text = ("x"):rep(15 << 20) } }).kind)
    assert.equal("decided", pool:evaluate({}, {}).kind)
  end)

  it("throws on wrong arguments", function()
    local pool <close> = pool_of("return pass()")
    assert.error_matches(function() pool:evaluate({}, { duplicate = {} }) end, "did you mean duplicates?", 1, true)
    assert.error_matches(function() pool:evaluate({}, { tin = "GREEN" }) end, "fact tin must be a table", 1, true)
    assert.error_matches(function() pool:evaluate("one", {}) end, "tables expected", 1, true)
    assert.error_matches(function() pool:evaluate({ f = print }, {}) end, "what is sent holds something", 1, true)
    assert.equal("decided", pool:evaluate({}, {}).kind)
  end)

  it("is an error when the policy reads a field that does not exist, and nothing when the reply left one out", function()
    local hit = { applicantId = "two", odd = 1, applicant = { info = { lastName = "Li", extra = "x" } } }
    local facts = {
      duplicates = { answer = "RED", hits = { { applicantId = "one" }, hit }, own = { a = 1 } }, timeline = { items = {} },
      tin = { answer = "RED", extractedDoc = { addresses = { { town = "x" } } } }, liveness = { answer = "RED" },
    }
    for read, why in pairs {
      ["facts.duplicates.hist"] = "duplicates has no field hist, did you mean hits?",
      ["facts.duplicates.hits.applicantId"] = "duplicates.hits is a list, which has no field applicantId; "
        .. "write duplicates.hits[1].applicantId",
      ["facts.timeline.items.ts"] = "timeline.items is a list, which has no field ts; write timeline.items[1].ts",
      ["facts.duplicates.hits[2].aplicantId"] = "duplicates.hits[2] has no field aplicantId, did you mean applicantId?",
      ["facts.duplicates.hits[2].applicant.info.lastname"] =
        "duplicates.hits[2].applicant.info has no field lastname, did you mean lastName?",
      ["facts.duplicates.own.b"] = "duplicates.own has no field b, known: a",
      ["facts.tin.extractedDoc.adresses"] = "tin.extractedDoc has no field adresses, did you mean addresses?",
      ["facts.tin.extractedDoc.addresses[1].city"] = "tin.extractedDoc.addresses[1] has no field city, known: ",
      ["facts.liveness[true]"] = "liveness has no field boolean, known: ",
      ["setmetatable({}, { __index = facts.liveness }).anser"] = "liveness has no field anser, did you mean answer?",
      ["select(2, next(facts.tin.extractedDoc.addresses)).twon"] = "did you mean town?",
    } do
      local outcome = evaluate("\nreturn hold(tostring(" .. read .. "))", facts)
      assert.equal("policy", outcome.reason, read)
      assert.truthy(outcome.message:find(why, 1, true), outcome.message)
      assert.equal("test.lua:3: ", outcome.message:sub(1, 12))
      assert.equal(3, outcome.line)
    end
    for _, read in ipairs { "facts.liveness.id", "facts.duplicates.hits[1].types", "facts.duplicates.hits[1].odd",
      "facts.duplicates.hits[9]", "facts.timeline.items[1]", "facts.duplicates.createdAt", "facts.liveness[1]" } do
      assert.equal("nil", value_of(read, facts))
    end
  end)

  it("is an error when the policy reads a column that no applicant of the run has", function()
    local names = require("idngo.policy.names")
    local columns = names.add(names.add(nil, { id = "one", Country = "KAZ", home = { town = "x" } }),
      { id = "two", vip = true, home = { flat = "1" }, list = { { a = 1 }, { b = 2 } } })
    local pool <close> = pool_of("return pass()")
    local function read(expression, applicant)
      local each <close> = pool_of("return hold(tostring(" .. expression .. "))")
      applicant = applicant or { id = "one", Country = "KAZ", home = { town = "x" } }
      local outcome = each:evaluate(applicant, {}, { columns = columns })
      return outcome.message or outcome.actions[1].reason
    end
    assert.equal("KAZ", read("applicant.Country"))
    assert.equal("nil", read("applicant.vip"))
    assert.equal("nil", read("applicant.home.flat"))
    assert.equal("test.lua:2: there is no column country, did you mean Country?", read("applicant.country"))
    assert.equal("test.lua:2: applicant.home has no field twon, did you mean town?", read("applicant.home.twon"))
    assert.equal("nil", read("applicant.list[1].b", { id = "two", list = { { a = 1 } } }))
    assert.equal("test.lua:2: applicant.list[1] has no field c, known: a, b",
      read("applicant.list[1].c", { id = "two", list = { { a = 1 } } }))
    assert.equal("nil", value_of("applicant.anything")) -- nothing is known of the others here
    assert.error_matches(function() pool:evaluate({}, {}, { column = columns }) end, "did you mean columns?", 1, true)
  end)

  it("may be begun before the one ahead of it has ended, in as many evaluators as there are", function()
    local pool <close> = pool_of("return hold(applicant.id)", { size = 2 })
    local first, second = pool:ask({ id = "1" }, {}), pool:ask({ id = "2" }, {})
    assert.error_matches(function() pool:ask({ id = "3" }, {}) end, "every evaluator is in use", 1, true)
    assert.equal("2", reason_of(second()))
    assert.equal("1", reason_of(first()))
    assert.equal("4", reason_of(pool:evaluate({ id = "4" }, {})))
  end)

  it("lets other tasks run while it is slow, each evaluator serving one", function()
    local pool <close> = pool_of(SLOW, { size = 2, seconds = 600 })
    local order, one = {}, evaluators()[1]
    idngo.run(function()
      for i, slow in ipairs { true, false, false } do
        idngo.spawn(function()
          local outcome = pool:evaluate({ slow = slow }, {})
          order[#order + 1] = i .. " " .. (outcome.reason or outcome.kind)
          if #order == 2 then os.execute("kill -9 " .. one) end -- it would go on for ages
        end)
      end
    end)
    assert.same({ "2 decided", "3 decided", "1 crash" }, order)
  end)

  it("waits for its answer once where other tasks may run, and then only looks", function()
    local pool <close> = pool_of(SLOW, { size = 1 })
    local methods, one, waits = debug.getmetatable(pool.idle[1]).__index, evaluators()[1], {}
    local own = methods.receive
    function methods.receive(process, seconds)
      waits[#waits + 1] = seconds
      if #waits == 5 then os.execute("kill -9 " .. one) end
      return own(process, seconds)
    end
    idngo.run(function() pool:evaluate({ slow = true }, {}) end)
    methods.receive = own
    assert.is_true(waits[1] > 0 and #waits >= 5)
    for i = 2, #waits do assert.equal(0, waits[i]) end
  end)

  it("ends when everything is cancelled, under way or waiting for an evaluator, and nothing is decided", function()
    local pool <close> = pool_of(SLOW, { size = 1 })
    local reasons = {}
    idngo.run(function()
      for _ = 1, 3 do
        idngo.spawn(function()
          local outcome = pool:evaluate({ slow = true }, {})
          reasons[#reasons + 1] = outcome.transient and outcome.reason
        end)
      end
      idngo.spawn(function() runtimes.current():cancel() end)
    end)
    assert.same({ "cancelled", "cancelled", "cancelled" }, reasons)
    assert.equal(0, #evaluators())
    assert.equal("decided", pool:evaluate({}, {}).kind)
  end)
end)

describe("Inside a policy", function()
  it("pairs and next walk positions first, then names in order, then truth", function()
    local table_of_all = "{ 'one', 'two', b = 1, a = 2, [true] = 3, [false] = 4, [-1] = 5, [2.5] = 6, [10] = 7, Z = 8 }"
    local expected = "1 2 -1 2.5 10 Z a b false true"
    local walk = "local t, seen = %s, {} for k in %s do seen[#seen + 1] = tostring(k) end return hold(table.concat(seen, ' '))"
    assert.equal(expected, reason_of(evaluate(walk:format(table_of_all, "pairs(t)"))))
    assert.equal(expected, reason_of(evaluate(walk:format(table_of_all, "next, t"))))
    local fact = { answer = "x", hits = {}, createdAt = "y" }
    assert.equal("answer createdAt hits", reason_of(evaluate(walk:format("facts.tin", "pairs(t)"), { tin = fact })))
    assert.equal("answer createdAt hits", reason_of(evaluate(walk:format("facts.tin", "next, t"), { tin = fact })))
  end)

  it("keys may be removed while walking", function()
    assert.equal("a b", reason_of(evaluate([[
      local t, seen = { a = 1, b = 2, c = 3 }, {}
      for k in pairs(t) do t[k], t.c = nil, nil seen[#seen + 1] = k end
      return hold(table.concat(seen, " "))]])))
  end)

  it("facts are read as tables are", function()
    local facts = { tin = { hits = { { id = 1 }, { id = 2 } }, answer = "GREEN" } }
    assert.equal("2", value_of("#facts.tin.hits", facts))
    assert.equal("2", value_of("select(2, table.unpack(facts.tin.hits)).id", facts))
    assert.equal("table", value_of("type(facts.tin)", facts))
    assert.equal("true", value_of("facts.tin == facts.tin", facts))
    assert.equal("nil", value_of("facts.tin.createdAt", facts))
    assert.equal("a,b", value_of("table.concat(applicant.tags, ',')"))
    local sum = "local n = 0 for _, hit in ipairs(facts.tin.hits) do n = n + hit.id end return hold(tostring(n))"
    assert.equal("3", reason_of(evaluate(sum, facts)))
  end)

  it("whole numbers stay whole, and text stays bytes", function()
    local facts = { tin = { n = 3, x = 3.0, big = math.mininteger, s = "a\0\255", yes = true } }
    assert.equal("integer float " .. math.mininteger .. " 3 true",
      value_of("math.type(facts.tin.n)..' '..math.type(facts.tin.x)..' '..facts.tin.big..' '..#facts.tin.s..' '"
        .. "..tostring(facts.tin.yes)", facts))
  end)

  it("table.sort is stable, and takes what order it is given", function()
    local sort = [[
      local list = {}
      for i = 1, 500 do list[i] = { key = i %% 3, at = i } end
      table.sort(list, function(a, b) return a.key %s b.key end)
      for i = 2, 500 do
        local a, b = list[i - 1], list[i]
        if a.key ~= b.key and not (a.key %s b.key) or a.key == b.key and a.at > b.at then return hold "wrong" end
      end
      return pass()]]
    assert.equal("pass", evaluate(sort:format("<", "<")).actions[1].name)
    assert.equal("pass", evaluate(sort:format(">", ">")).actions[1].name)
    assert.equal("1 2 3 5", reason_of(evaluate("local t = { 3, 1, 5, 2 } table.sort(t) return hold(table.concat(t, ' '))")))
  end)

  it("errors can be caught, and metatables used", function()
    assert.equal("test.lua:2: x", value_of("select(2, pcall(function() error('x') end))"))
    assert.equal("handled x", value_of("select(2, xpcall(error, function(e) return 'handled ' .. e end, 'x'))"))
    assert.equal("true 1 2", value_of("table.concat({ tostring(pcall(pass)), select(2, pcall(select, 1, 1, 2)) }, ' ')"))
    assert.equal("true 2", value_of("tostring((xpcall(pass, pass))) .. ' ' .. select(2, xpcall(select, pass, 2, 1, 2))"))
    assert.equal("default T", reason_of(evaluate([[
      local Class = {}
      Class.__index = Class
      function Class:name() return "default" end
      local object = setmetatable({}, Class)
      local shown = setmetatable({}, { __tostring = function() return "T" end })
      return getmetatable(object) == Class and hold(object:name() .. " " .. tostring(shown)) or pass()]])))
  end)

  it("string functions work", function()
    assert.equal("A-b|  7|ab%|x=1 nil", value_of("('a-b'):gsub('a', string.upper) .. ('|%3d|%s%%|'):format(7, 'ab') "
      .. ".. ('%s=%d %s'):format('x', 1, nil)"))
    assert.equal("abab", value_of("('ab'):rep(2)"))
  end)
end)
