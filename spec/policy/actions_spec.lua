-- What policies do to reviews, data, tags and notes: planned, approved, applied, taken back where something takes it back, and
-- left to a person where its answer was lost and people would notice a second one.

local idngo = require("idngo")
local journals = require("journal")
local json = require("idngo.json")
local runs = require("idngo.policy.run")
local support = require("runs")
local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local store_of = require("idngo.run.store")
local work = require("idngo.run.work")

-- One action for each applicant, by a column of the input.
local POLICY = [[
return { name = "everything", version = "1", decide = function(applicant)
  local wanted = applicant.wanted
  if wanted == "request_check" then return request_check("as asked") end
  if wanted == "update_fixed_info" then return update_fixed_info({ firstName = "Mary", dob = "1990-05-31" }) end
  if wanted == "move_to_level" then return move_to_level("second-level") end
  if wanted == "reset_step" then return reset_step("IDENTITY", "blurred") end
  if wanted == "add_tags" then return add_tags({ "kept", "new" }) end
  if wanted == "remove_tags" then return remove_tags({ "old", "absent" }) end
  if wanted == "add_note" then return add_note("Seen by the policy") end
  if wanted == "blocklist" then return blocklist("two accounts", { note = "Two accounts of one person" }) end
  if wanted == "approve" then return approve("seen in the branch", { note = "Seen in the branch", tags = { "branch" } }) end
  if wanted == "reject" then return reject("two accounts", { reasons = { fraud = { "multiAccounting" } } }) end
  return pass()
end }]]

local server, folder, client

--- What must be true of the applicant when the action is applied; and again, where it has an opposite, when that was.
local ACTIONS = {
  request_check = { class = "N", after = function(id) assert.equal("pending", assert(client:status(id)).reviewStatus) end },
  update_fixed_info = { class = "I", after = function(id)
    local fixed = assert(client:applicant(id)).fixedInfo
    assert.same({ "Mary", "1990-05-31" }, { fixed.firstName, fixed.dob })
  end },
  move_to_level = { class = "I", after = function(id)
    assert.equal("second-level", assert(client:applicant(id)).review.levelName)
  end },
  reset_step = { class = "N", after = function(id)
    assert.equal("init", assert(client:status(id)).reviewStatus)
    assert.is_nil(assert(client:steps(id)).IDENTITY)
  end },
  add_tags = { class = "I", after = function(id) assert.same({ "kept", "old", "new" }, assert(client:applicant(id)).tags) end,
    back = function(id) assert.same({ "kept", "old" }, assert(client:applicant(id)).tags) end },
  remove_tags = { class = "I", after = function(id) assert.same({ "kept" }, assert(client:applicant(id)).tags) end,
    back = function(id) assert.same({ "kept", "old" }, assert(client:applicant(id)).tags) end },
  add_note = { class = "N", after = function(id)
    assert.equal("Seen by the policy", assert(client:notes(id)).list.items[1].note)
  end },
  blocklist = { class = "K", after = function(id)
    assert.same({ "BLOCKLIST" }, assert(client:applicant(id)).review.reviewResult.rejectLabels)
  end },
  approve = { class = "N", after = function(id)
    local applicant = assert(client:applicant(id))
    assert.same({ "completed", "GREEN" }, { applicant.review.reviewStatus, applicant.review.reviewResult.reviewAnswer })
    assert.same({ "kept", "old", "branch" }, applicant.tags)
    assert.equal("Seen in the branch", assert(client:notes(id)).list.items[1].note)
  end },
  reject = { class = "N", after = function(id)
    assert.equal("RED", assert(client:applicant(id)).review.reviewResult.reviewAnswer)
  end },
}

local names = {}
for name in pairs(ACTIONS) do names[#names + 1] = name end
table.sort(names)

local ALL = ""
for _, name in ipairs(names) do ALL = ("%s --max %s=100%%"):format(ALL, name) end

local function command(text, ...) return support.command(server, text:format(...)) end

local count = 0
local function new_run()
  count = count + 1
  return ("%s/run%d"):format(folder, count)
end

--- New applicants, one for each action: an input of them, and their ids by action.
local function people(wanted)
  local lines, ids = { "applicantId,wanted" }, {}
  for i, name in ipairs(wanted) do
    count = count + 1
    local id = assert(client:create_applicant("basic-kyc-level", { externalUserId = "actions-" .. count })).id
    assert(client:add_tags(id, { "kept", "old" }))
    assert(client:add_document(id, { idDocType = "PASSPORT", country = "KAZ" },
      { bytes = "\255\216\255 picture " .. count, name = "front.jpg" }))
    lines[#lines + 1] = id .. "," .. name
    ids[i] = id
  end
  count = count + 1
  return support.write(("%s/input%d.csv"):format(folder, count), table.concat(lines, "\n") .. "\n"), ids
end

--- Plans; the run's folder and the plan.
local function planned(input, policy)
  local dir = new_run()
  local file = support.write(dir .. ".lua", policy or POLICY)
  local out, errors, code = command("plan %s --input %s --run %s --json", file, input, dir)
  assert.equal(0, code, errors)
  return dir, json.decode(out).plan
end

local function applied(dir, plan, more)
  local out, errors, code = command("apply %s --approve %s %s", dir, plan, more or ALL)
  assert.equal(0, code, errors)
  return out
end

local function steps(dir)
  local store, found = assert(store_of.read(dir)), {}
  for step in store:each("all_steps") do found[step.action] = step end
  store:close()
  return found
end

--- How often an endpoint was asked for.
local function asked(name)
  local total = 0
  for _ in pairs(support.ledger(server, "?endpoint=" .. name).entries) do total = total + 1 end
  return total
end

describe("An action on an applicant", function()
  setup(function()
    server = support.server { applicants = 30 }
    folder = support.folder()
    client = assert(idngo.client(support.client_options(server)))
    assert(client:create_level { name = "second-level", type = "standalone", applicantType = "individual",
      requiredIdDocs = { docSets = { { idDocSetType = "IDENTITY", types = { "PASSPORT" } } } } })
  end)
  teardown(function()
    client:close()
    support.clean(server)
  end)
  before_each(function() support.forget(server) end)

  it("is planned, approved, applied, reported and taken back where something does that", function()
    local input, ids = people(names)
    local dir, plan = planned(input)
    local handlers = require("idngo.policy.handlers")
    for _, name in ipairs(names) do assert.equal(ACTIONS[name].class, handlers.actions[name].class, name) end
    applied(dir, plan)
    for i, name in ipairs(names) do
      ACTIONS[name].after(ids[i])
      assert.equal("applied", steps(dir)[name].state)
      local out = command("explain %s %s", dir, ids[i])
      assert.truthy(out:find(("step       %s: applied"):format(name), 1, true), out)
    end
    local listed, _, code = command("list %s --csv --columns action,state", dir)
    assert.equal(0, code)
    for _, name in ipairs(names) do assert.truthy(listed:find(name .. ",applied", 1, true), listed) end
    local _, errors
    _, errors, code = command("report %s", dir)
    assert.equal(0, code, errors)
    local numbers = json.decode(support.read(journals.folder(dir) .. "/report.json")).numbers
    for _, name in ipairs(names) do assert.same({ applied = 1 }, numbers.actions[name]) end
    local out
    out, errors, code = command("policy backtest %s.lua %s", dir, dir)
    assert.equal(0, code, errors)
    assert.truthy(out:find("10 decided as before, 0 changed", 1, true), out)
    _, errors, code = command("audit verify %s", dir)
    assert.equal(0, code, errors)

    local back = new_run()
    out, errors, code = command("undo %s --run %s --json", dir, back)
    assert.equal(0, code, errors)
    for _, name in ipairs(names) do
      local left = errors:find(("1 %s applied, which nothing takes back"):format(name), 1, true)
      assert.equal(ACTIONS[name].back == nil, left ~= nil, errors)
    end
    assert.same({ remove_tags = { planned = 1 }, add_tags = { planned = 1 } }, json.decode(out).actions)
    applied(back, json.decode(out).plan)
    for i, name in ipairs(names) do (ACTIONS[name].back or ACTIONS[name].after)(ids[i]) end
  end)

  it("whose answer was lost is done again where that is as once, looked for, or left to a person", function()
    local input, ids = people(names)
    local dir, plan = planned(input)
    support.forget(server)
    local rules = {}
    for i, name in ipairs(names) do rules[i] = { endpoint = name, drop = "after", times = 1 } end
    support.faults(server, rules)
    local _, errors, code = command("apply %s --approve %s %s", dir, plan, ALL)
    assert.equal(1, code, errors)
    local found = steps(dir)
    for i, name in ipairs(names) do
      ACTIONS[name].after(ids[i])
      assert.equal(ACTIONS[name].class == "N" and "unknown" or "applied", found[name].state, name)
      assert.equal(ACTIONS[name].class == "I" and 2 or 1, asked(name), name)
    end
    _, errors, code = command("resume %s", dir)
    assert.equal(1, code, errors)
    for _, name in ipairs(names) do
      assert.equal(found[name].state, steps(dir)[name].state)
      assert.equal(ACTIONS[name].class == "I" and 2 or 1, asked(name), name)
    end
    local out = command("settle %s", dir)
    for _, seen in ipairs { "its review is pending", "its review is init", "1 of its 1 notes say so",
      "its review is completed, GREEN", "its review is completed, RED" } do
      assert.truthy(out:find(seen, 1, true), out)
    end
  end)

  it("whose reply is spoilt is not taken for refused", function()
    local input = people(names)
    local dir, plan = planned(input)
    local rules = {}
    for i, name in ipairs(names) do rules[i] = { endpoint = name, drop = "mid-body" } end
    support.faults(server, rules)
    local _, errors, code = command("apply %s --approve %s %s", dir, plan, ALL)
    assert.not_equal(0, code, errors)
    for name, step in pairs(steps(dir)) do
      -- a blocklist is looked for, and found
      assert.equal(name == "blocklist" and "applied" or "unknown", step.state, name)
    end
  end)

  it("that people would notice twice is never sent again when the run was killed between intent and outcome", function()
    local noticed = {}
    for _, name in ipairs(names) do
      if ACTIONS[name].class == "N" then noticed[#noticed + 1] = name end
    end
    local input = people(noticed)
    local dir, plan = planned(input)
    local rules = {}
    for i, name in ipairs(noticed) do rules[i] = { endpoint = name, delay = 600 } end
    support.faults(server, rules)
    local process = support.start(server, ("apply %s --approve %s %s"):format(dir, plan, ALL))
    support.wait_for(function()
      for _, name in ipairs(noticed) do
        if asked(name) == 0 then return false end
      end
      return true
    end)
    os.execute("kill -9 " .. process.pid)
    process.wait()
    for _ = 1, 2 do
      local _, errors, code = command("resume %s", dir)
      assert.equal(1, code, errors)
      for name, step in pairs(steps(dir)) do
        assert.equal("unknown", step.state, name)
        assert.equal(1, asked(name), name)
      end
    end
  end)

  it("is kept within a guard where it does harm, and within what --max says", function()
    local input = people { "reject", "reject", "blocklist", "request_check", "request_check", "", "", "", "", "" }
    local dir = new_run()
    local file = support.write(dir .. ".lua", POLICY)
    local out, errors, code = command("plan %s --input %s --run %s", file, input, dir)
    assert.equal(0, code, errors)
    assert.truthy(errors:find("It has reject 2 times for 10 applicants; for more than 1, apply wants to be told by --max "
      .. "reject=N.", 1, true), errors)
    assert.is_nil(errors:find("--max blocklist", 1, true))
    local plan = out:match("plan%s+(%x+)")
    for max, why in pairs {
      [""] = "the plan has reject 2 times for 10 applicants, the guard allows 1",
      ["--max reject=10%"] = "the plan has reject 2 times for 10 applicants, the guard allows 1",
      ["--max reject=2 --max request_check=1"] = "the plan has request_check 2 times for 10 applicants, the guard allows 1",
      ["--max reject=2 --max blocklist=0%"] = "the plan has blocklist 1 times for 10 applicants, the guard allows 0",
    } do
      errors, code = select(2, command("apply %s --approve %s %s", dir, plan, max))
      assert.equal(4, code, errors)
      assert.truthy(errors:find(why, 1, true), errors)
    end
    for max, why in pairs {
      ["rejct=1"] = "there is no action rejct, did you mean reject?", ["reject"] = "is no bound: ACTION=N or ACTION=N% expected",
      ["reject=few"] = "a number or a percentage is expected",
    } do
      errors, code = select(2, command("apply %s --approve %s --max %s", dir, plan, max))
      assert.equal(2, code, errors)
      assert.truthy(errors:find(why, 1, true), errors)
    end
    assert.equal(0, asked("reject") + asked("blocklist") + asked("request_check"))
    applied(dir, plan, "--max reject=2")
    for _, record in ipairs(require("watches").records(dir)) do
      if record.event == "approved" then assert.same({ blocklist = 1, reject = 2 }, record.guard) end
    end
  end)

  it("that cannot be carried out is found by the plan, which names the policy's line and the argument", function()
    local input = people { "x" }
    for body, why in pairs {
      ["reset_step('selfie')"] = "line 2: reset_step: step must be a step's name in capitals, such as SELFIE",
      ["reset_step()"] = "wrong.lua:2: reset_step: step must be a string, not nil",
      ["(function() local l = facts.levels return move_to_level('secund-level') end)()"]
        = "line 2: move_to_level: the account has no level of this name, did you mean second-level?",
      ["update_fixed_info({ dob = '31.5.1990' })"] = "line 2: update_fixed_info: fixedInfo.dob must be a day such as 1990-05-31",
      ["update_fixed_info({ firstname = 'x' })"] = "fixedInfo has no field firstname; did you mean firstName?",
      ["update_fixed_info({})"] = "update_fixed_info: nothing to change: fixedInfo is empty",
      ["update_fixed_info()"] = "update_fixed_info: fixedInfo must be a table, not nil",
      ["add_tags('vip')"] = "add_tags: tags must be a list of names, not string",
      ["add_tags({})"] = "add_tags: tags must be a list of names",
      ["add_tags({ 'a', 'a' })"] = "add_tags: tags item 2 is there twice",
      ["add_tags((function() local t = {} for i = 1, 29 do t[i] = 't' .. i end return t end)())"]
        = "line 2: add_tags: tags: the applicant would have 31, of the 30 that there may be",
      ["remove_tags({ 1 })"] = "remove_tags: tags item 1 must be a string, not number",
      ["add_note('')"] = "add_note: note must not be empty",
      ["add_note('a\\nb')"] = "add_note: note must be one line, without control characters",
      ["approve()"] = "approve: the reason must be a string, not nil",
      ["approve({ note = 'x' })"] = "approve: the reason must be a string, not table",
      ["approve('x', { reasons = {} })"] = "approve: unknown option reasons",
      ["reject('x', { reasons = { fraud = 'multiAccounting' } })"] = "line 2: reject: reasons.fraud must be a list of codes",
      ["reject('x', { reasons = { 'fraud' } })"] = "reject: reasons must be a table of named fields, not a list",
      ["reject('x', { reasons = { fraud = { 5 } } })"] = "line 2: reject: reasons.fraud must be a list of codes",
      ["reject('x', { reason = {} })"] = "reject: unknown option reason, did you mean reasons?",
      ["blocklist('x', { note = 5 })"] = "blocklist: note must be a string, not number",
      ["blocklist('x', {}, 'y')"] = "blocklist takes no more than 2 arguments",
      ["request_check({ reason = 'x' })"] = "request_check: the reason must be a string, not table",
      ["approve('x'), reject('y')"] = "line 2: approve and reject stand in one decision, which has room for one of them",
      ["blocklist('x'), blocklist('y')"] = "line 2: blocklist stands twice in one decision",
      ["add_note('x'), add_note('x')"] = "line 2: add_note stands twice in one decision",
    } do
      local dir = new_run()
      local file = support.write(folder .. "/wrong.lua",
        "return { name = 'wrong', decide = function(applicant, facts)\nreturn " .. body .. "\nend }")
      local _, errors, code = command("plan %s --input %s --run %s", file, input, dir)
      assert.equal(1, code, body .. ": " .. errors)
      assert.truthy(errors:find(why, 1, true), body .. ": " .. errors)
    end
    assert.equal(0, asked("reset_step") + asked("move_to_level") + asked("add_note") + asked("reject") + asked("approve"))
  end)

  it("may be several that differ, and those of a person alone are no company's", function()
    local input = people { "x" }
    local dir = planned(input, [[return { name = "n", decide = function()
      return add_note("one"), add_note("two"), reset_step("IDENTITY"), reset_step("SELFIE") end }]])
    local store, found = assert(store_of.read(dir)), 0
    for _ in store:each("all_steps") do found = found + 1 end
    store:close()
    assert.equal(4, found)
    support.write(input, support.read(input):gsub("wanted", "type"):gsub(",x", ",company"))
    local file = support.write(folder .. "/company.lua",
      "return { name = 'c', decide = function() return update_fixed_info({ firstName = 'x' }) end }")
    local _, errors, code = command("plan %s --input %s --run %s", file, input, new_run())
    assert.equal(1, code)
    assert.truthy(errors:find("the applicant is a company, whose data the call update_company changes", 1, true), errors)
  end)

  -- the run ends behind the first step, or not at all
  for _, ends in ipairs { false, true } do
    it("on its own tags is no change of the facts that it rests on" .. (ends and ", after a resume either" or ""), function()
      local input, ids = people { "x" }
      local dir, plan = planned(input, [[return { name = "t", version = "1", decide = function(_, facts)
        if facts.applicant.tags[1] ~= "kept" then return hold("tags") end
        return add_tags({ "new" }), remove_tags({ "old" }), deactivate("done with") end }]])
      if ends then
        local run = assert(runs.open(dir))
        assert(approval.approve(run, { hash = plan, max = { deactivate = "1" } }))
        local context = assert(work.open(run, { client = support.client_options(server), on_step = function(name)
          if name == "settled" then error("ended here", 0) end
        end }))
        assert.is_nil((apply.run(run, context)))
        context.client:close()
        run:close()
        assert.equal("planned", steps(dir).deactivate.state)
        local _, errors, code = command("resume %s", dir)
        assert.equal(0, code, errors)
      else
        applied(dir, plan)
      end
      local applicant = assert(client:applicant(ids[1]))
      assert.same({ { "kept", "new" }, true }, { applicant.tags, applicant.deleted })
    end)
  end

  it("rests on tags that others change", function()
    local input, ids = people { "x" }
    local dir, plan = planned(input, [[return { name = "t", version = "1", decide = function(_, facts)
      return add_tags({ "new" }), deactivate(facts.applicant.tags[1]) end }]])
    assert(client:add_tags(ids[1], { "vip" }))
    local _, errors, code = command("apply %s --approve %s", dir, plan)
    assert.equal(1, code, errors)
    assert.same({ "applied", "void" }, { steps(dir).add_tags.state, steps(dir).deactivate.state })
    assert.truthy(steps(dir).deactivate.problem:find("applicant changed", 1, true))
  end)

  it("puts presence and tags back to where they were, whichever way they went", function()
    local input, ids = people { "x" }
    local dir, plan = planned(input, [[return { name = "t", version = "1", decide = function()
      return add_tags({ "new", "kept" }), remove_tags({ "new", "old" }), deactivate("x") end }]])
    applied(dir, plan)
    assert.same({ "kept" }, assert(client:applicant(ids[1])).tags)
    local back = new_run()
    local out, errors, code = command("undo %s --run %s --json", dir, back)
    assert.equal(0, code, errors)
    applied(back, json.decode(out).plan)
    local applicant = assert(client:applicant(ids[1]))
    assert.same({ { "kept", "old" }, false }, { applicant.tags, applicant.deleted or false })
  end)
end)

describe("A policy", function()
  local function decide(body, known)
    local pool <close> = assert(require("idngo.policy.jail").pool { chunkname = "p.lua",
      text = "return { name = 'p', decide = function(applicant, facts) " .. body .. " end }" })
    return require("idngo.policy.replay").decide(pool, { id = "a" }, known or {})
  end

  it("sees the steps that were given, each with its answer, and names that no step has are errors", function()
    local facts = require("idngo.policy.facts")
    local steps_fact = assert(facts.normalise("steps", { IDENTITY = { reviewResult = { reviewAnswer = "RED" }, idDocType = "x" },
      SELFIE = { country = "KAZ" }, INCOME = {} }))
    assert.same({ "MISSING", "RED", "MISSING", "MISSING" }, { steps_fact.answer, steps_fact.IDENTITY.answer,
      steps_fact.SELFIE.answer, steps_fact.INCOME.answer })
    local known = { steps = steps_fact }
    assert.equal("RED", decide("return hold(facts.steps.IDENTITY.answer)", known).reason)
    assert.equal("nil", decide("return hold(tostring(facts.steps.QUESTIONNAIRE))", known).reason)
    assert.equal("MISSING", decide("return hold(facts.steps.INCOME.answer)", known).reason)
    assert.truthy(decide("return hold(tostring(facts.steps.IDENTITI))", known).reason
      :find("steps has no field IDENTITI, did you mean IDENTITY", 1, true))
    assert.same({ "need", "steps" }, { decide("return hold(facts.steps.answer)").decision,
      decide("return hold(facts.steps.answer)").fact })
    assert.is_nil(facts.normalise("steps", { SELFIE = "GREEN" }))
  end)

  it("sees checks of any type by their names, and fields that no check has are errors", function()
    assert.same({ "need", "check_POA" }, { decide("return hold(facts.check_POA.answer)").decision,
      decide("return hold(facts.check_POA.answer)").fact })
    local facts = require("idngo.policy.facts")
    local check = { answer = "YELLOW", checkType = "POA" }
    local known = { check_POA = assert(facts.normalise("check_POA", { checks = { check } })) }
    assert.equal("YELLOW", decide("return hold(facts.check_POA.answer)", known).reason)
    assert.truthy(decide("return hold(tostring(facts.check_POA.anser))", known).reason
      :find("check_POA has no field anser, did you mean answer", 1, true))
    assert.equal("MISSING", assert(facts.normalise("check_NFC", { checks = {} })).answer)
    assert.is_nil(facts.normalise("check_NFC", { checks = { {}, {} } }))
    for _, name in ipairs { "check_poa", "check_", "check_" .. ("A"):rep(60), "check_P.A", "checks" } do
      assert.truthy(decide(("return hold(facts[%q].answer)"):format(name)).reason:find("there is no fact " .. name, 1, true))
      assert.is_nil(facts.facts[name])
    end
  end)

  it("reads both over the sandbox, in cases and in a comparison of policies", function()
    local world <close> = setmetatable({ server = support.server { applicants = 20 }, folder = support.folder() },
      { __close = function(self) support.clean(self.server) end })
    local _, csv = support.applicants(world.server, "type=individual&tin=YELLOW&limit=1")
    local input = support.write(world.folder .. "/in.csv", csv)
    local text = [[return { name = "f", version = "1", decide = function(_, facts)
      if facts.check_POA.answer ~= "GREEN" then return hold("address: " .. facts.check_POA.answer) end
      local step = facts.steps.IDENTITY
      if step and step.answer == "RED" then return reset_step("IDENTITY") end
      return pass() end }]]
    local file = support.write(world.folder .. "/f.lua", text)
    local out, errors, code = support.command(world.server, ("plan %s --input %s --run %s/run --json"):format(file, input,
      world.folder))
    assert.equal(0, code, errors)
    assert.same({ hold = 1 }, json.decode(out).decisions)
    assert.same({ check_POA = 1 }, json.decode(out).facts)
    out = support.command(world.server, ("explain %s/run %s"):format(world.folder, csv:match("\n%d*,?(%x+),")))
    assert.truthy(out:find('read check_POA.answer = "YELLOW"', 1, true), out)
    support.write(world.folder .. "/f.cases.lua", [[return {
      { name = "no address", facts = { check_POA = "RED" }, expect = { { "hold", reason = "address: RED" } } },
      { name = "asks", facts = { check_POA = "GREEN" }, expect = { need = "steps" } },
      { name = "blurred", facts = { check_POA = "GREEN", steps = { IDENTITY = { answer = "RED" } } },
        expect = { { "reset_step", args = { step = "IDENTITY" } } } },
      { name = "not given", facts = { check_POA = "GREEN", steps = "MISSING" }, expect = { "pass" } },
    }]])
    out, errors, code = support.command(world.server, "policy test " .. file)
    assert.equal(0, code, out .. errors)
    local other = support.write(world.folder .. "/g.lua", (text:gsub('"RED" then', '"GREY" then')))
    out = support.command(world.server, ("policy diff %s %s"):format(file, other))
    assert.truthy(out:find("check_POA GREEN, steps IDENTITY RED", 1, true), out)
    _, errors, code = support.command(world.server, "policy bench " .. file)
    assert.equal(0, code, errors)
  end)
end)
