-- The contract of a run's store, over every kind of tables: SQLite's, PostgreSQL's, and some in memory whose every use waits.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local audit = require("idngo.run.audit")
local core = require("idngo.core")
local runtimes = require("idngo.runtime.current")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local memory_tables = require("memory_tables")
local parallel = require("idngo.runtime.parallel")
local postgres = require("postgres")
local sqlite = require("idngo.run.sqlite")
local stats = require("idngo.run.stats")
local contract = require("idngo.run.contract")
local support = require("runs")

-- Runs whose actions only count how often they were done.
local done = {}
local handlers = {
  kind = "policy", folder = "files", too_many = "too many",
  actions = { gone = { endpoint = "set_presence", destructive = true, perform = function(_, id, _, _, before_send)
    local ok, e = before_send()
    if not ok then return nil, e end
    done[#done + 1] = id
    return {}
  end } },
  header = function() return { format = 1 } end,
  people = function(line) return { [line.id] = true, shared = true } end, recheck = function() return true end,
  reads = function() return {} end, state_of = function() end, file_name = function() end,
  again = function() return "again" end, approve_hint = function() return "approve" end,
}

local key

--- Waits for a moment where that is possible, as what talks to a server does.
local function wait()
  local host = runtimes.current()
  if host then host.sleep(0) end
end

local kinds = {
  SQLite = function() return assert(sqlite.open(support.folder(), true)) end,
  ["memory, waiting"] = function() return memory_tables.new(wait) end,
}

local host, started = nil, 0

if postgres.is_there then
  function kinds.PostgreSQL()
    host, started = host or postgres.start(), started + 1
    return assert(require("idngo.run.postgres").open(assert(require("idngo.run.address").parse(host:url("r" .. started)))))
  end
else
  describe("a store in PostgreSQL", function() pending("postgresql is not installed") end)
end

for name, tables_of in pairs(kinds) do
  local kept

  --- A store of so many lines, none decided.
  local function create(count)
    kept = contract.over(tables_of())
    kept:create(handlers, key, function(made)
      made:set("account", "a")
      for n = 1, count do made:add_line(n, "p" .. n, "{}") end
      return { applicants = count }
    end)
  end

  local function claim(owner, more)
    local want = { owner = owner, state = "new", after = 0, limit = 10, seconds = 60 }
    for k, v in pairs(more or {}) do want[k] = v end
    return kept:claim(want)
  end

  local function decide(line, steps, facts)
    local row = kept:row("line", line.n)
    local list = {}
    for k = 1, steps do list[k] = { action = "gone", args = '{"k":' .. k .. "}" } end
    kept:transaction(function()
      kept:decided({ n = line.n, id = row.id, token = line.token }, { facts = facts or {}, steps = list,
        decision = steps > 0 and "act" or "pass" })
    end)
  end

  --- A line with steps, approved, claimed to be carried out.
  local function open_line(steps)
    create(1)
    decide(claim("a")[1], steps)
    kept:transaction(function()
      kept:record("planned", { plan = "p" })
      kept:record("approved", { plan = "p" })
    end)
    local line = claim("a", { state = "open" })[1]
    line.id, line.steps = "p1", kept:rows("steps", 1)
    return line
  end

  local function events()
    local found = {}
    for row in kept:each("audit_records") do found[#found + 1] = json.decode(row.record).event end
    return table.concat(found, " ")
  end

  local function is_lost(fn)
    local before = events()
    local ok, problem = pcall(fn)
    assert.is_false(ok)
    assert.truthy(tostring(problem):find("was taken over by another worker", 1, true), tostring(problem))
    assert.equal(before, events())
  end

  describe("a store in " .. name, function()
    setup(function() key = assert(keys.own(true)) end)
    after_each(function()
      if kept then kept:close() end
      kept = nil
    end)
    teardown(function()
      support.clean()
      if host then host:stop() end
      host = nil
    end)

    it("begins whole, with a first record that names run and key, or not at all", function()
      create(3)
      local record = json.decode(kept:row("audit_record", 1).record)
      assert.same({ "begun", kept.run_id, key:id(), 3 }, { record.event, record.run, record.key, record.applicants })
      local other = contract.over(tables_of())
      assert.is_false(pcall(other.create, other, handlers, key, function(made)
        made:add_line(1, "x", "{}")
        error("no")
      end))
      assert.is_nil(other:row("schema"))
      other:close()
    end)

    it("gives lines out in order, so many, behind a number, each to one owner alone", function()
      create(25)
      local first, second = claim("a"), claim("b", { after = 4 })
      assert.same({ 10, 10 }, { #first, #second })
      for i, line in ipairs(first) do assert.same({ i, 1 }, { line.n, line.token }) end
      assert.same({ 11, 20 }, { second[1].n, second[10].n })
      assert.equal(5, #claim("a"))
      assert.equal(0, #claim("a"))
    end)

    it("gives a line out again when its time is over, by a new token; what is renewed it keeps", function()
      create(2)
      claim("a", { limit = 1, seconds = 0.05 })
      local seconds, token = 0.05, 0
      local renewed
      repeat -- a busy machine may not come to renew it before its time is over
        claim("c", { limit = 1, seconds = seconds, after = 1 })
        token, renewed = token + 1, kept:renew("c", 60)
        seconds = 2 * seconds
      until #renewed > 0 or token == 10
      assert.same({ { n = 2, token = token } }, renewed)
      core.sleep(seconds) -- it would be over
      local limit, again = core.now() + 30, {}
      while #again == 0 and core.now() < limit do again = claim("b") end
      assert.same({ { n = 1, token = 2 } }, again)
      is_lost(function() decide({ n = 1, token = 1 }, 1) end)
      decide({ n = 1, token = 2 }, 1)
    end)

    it("gives what an owner had to others when it is freed", function()
      create(3)
      local held = claim("a")
      kept:free("b")
      assert.equal(0, #claim("b"))
      kept:free("a")
      assert.equal(3, #claim("b"))
      is_lost(function() decide(held[1], 1) end)
      kept:free()
      assert.equal(3, #claim("c"))
    end)

    it("takes a decision once, with its replies, and tells of it without them", function()
      create(2)
      local lines = claim("a")
      local reply = { body = '{"items":[]}' }
      decide(lines[1], 2, { levels = reply, duplicates = { body = '{"checks":[]}' } })
      decide(lines[2], 0, { levels = reply })
      assert.same({ "open", "done" }, { kept:row("line", 1).state, kept:row("line", 2).state })
      assert.equal(3, kept:row("add_reply", "h", "b").r) -- what two lines rest on is kept once
      assert.equal(core.sha256(reply.body), kept:rows("fact_hashes", 2)[1].hash)
      assert.same({ 2, 1 }, { #kept:rows("facts", 1), #kept:rows("facts", 2) })
      is_lost(function() decide(lines[1], 1) end)
      local record = json.decode(kept:row("audit_record", 2).record)
      assert.same({ "gone", "gone" }, record.actions)
      assert.not_equal(core.sha256(reply.body), record.facts.levels) -- it could be guessed
    end)

    it("takes a step from planned to intent, sent and what came of it", function()
      local line = open_line(2)
      kept:intent(line, line.steps[1])
      assert.equal("intent", kept:row("steps", 1).state)
      kept:sent(line, line.steps[1])
      assert.same({ "sent", 1 }, { kept:row("steps", 1).state, kept:row("steps", 1).attempts })
      kept:put_back(line, line.steps[1], "later")
      assert.same({ "planned", "later" }, { kept:row("steps", 1).state, kept:row("steps", 1).problem })
      kept:intent(line, line.steps[1])
      kept:settle(line, line.steps[1], { state = "rejected", problem = "no", ends = true }, true)
      local steps = kept:rows("steps", 1)
      assert.same({ "rejected", "void", "step 1 is rejected" }, { steps[1].state, steps[2].state, steps[2].problem })
      assert.equal("done", kept:row("line", 1).state)
      assert.equal("begun decided planned approved intent put_back intent outcome outcome", events())
      assert.is_true(kept.witness:is_over(1))
    end)

    it("takes nothing of a step that is settled, or by a token that is not the last", function()
      local line = open_line(2)
      kept:intent(line, line.steps[1])
      kept:settle(line, line.steps[1], { state = "applied" })
      is_lost(function() kept:intent(line, line.steps[1]) end)
      is_lost(function() kept:sent(line, line.steps[1]) end)
      is_lost(function() kept:settle(line, line.steps[1], { state = "void" }) end)
      is_lost(function() kept:put_back(line, line.steps[1], "x") end)
      line.token = line.token - 1
      is_lost(function() kept:intent(line, line.steps[2]) end)
      is_lost(function() kept:settle(line, line.steps[2], { state = "void" }) end)
      is_lost(function() kept:end_line(line) end)
      assert.same({ "applied", "planned" }, { kept:rows("steps", 1)[1].state, kept:rows("steps", 1)[2].state })
    end)

    it("claims first what was begun, where that is asked for", function()
      create(6)
      for _, line in ipairs(claim("a")) do decide(line, 1) end
      kept:transaction(function() kept:record("approved", {}) end)
      local lines = claim("a", { state = "open" })
      for _, n in ipairs { 2, 5 } do
        lines[n].id = "p" .. n
        kept:intent(lines[n], kept:rows("steps", n)[1])
      end
      kept:free()
      local begun = claim("b", { state = "open", begun = true })
      assert.same({ 2, 5 }, { begun[1].n, begun[2].n })
      assert.equal(2, #begun)
    end)

    it("reads page by page, all of it, once", function()
      create(450)
      local seen = 0
      for row in kept:each("lines") do
        seen = seen + 1
        assert.equal(seen, row.n)
      end
      assert.equal(450, seen)
      for row in kept:each("lines", 447) do seen = seen + row.n end
      assert.equal(450 + 448 + 449 + 450, seen)
    end)

    it("does a transaction whole or not at all, records and all", function()
      create(1)
      local head = kept.head
      assert.is_false(pcall(kept.transaction, kept, function()
        kept:set("state", "x")
        kept:record("planned", { plan = "p" })
        error("no")
      end))
      assert.same({ nil, head.seq, "begun" }, { kept:get("state"), kept.head.seq, events() })
      kept:transaction(function() kept:record("planned", { plan = "p" }) end)
      assert.equal("begun planned", events())
    end)

    it("forgets what is personal, and nothing else", function()
      create(1)
      decide(claim("a")[1], 1, { duplicates = { body = '{"checks":["Mary"]}' } })
      kept:purge { who = { uid = 1 } }
      assert.equal("{}", kept:row("line", 1).fields)
      assert.same({ "{}", "planned" }, { kept:row("steps", 1).args, kept:row("steps", 1).state })
      assert.equal("", kept:rows("facts", 1)[1].body)
      assert.equal(core.sha256('{"checks":["Mary"]}'), kept:rows("fact_hashes", 1)[1].hash)
      assert.is_nil(kept:get("secret"))
      assert.equal("begun decided purged", events())
      kept:read_log(handlers, key)
    end)

    it("lets many work at once, one transaction after the other, in one chain with a signed end", function()
      create(40)
      parallel.run(function()
        local all = {}
        for i = 1, 8 do all[i] = i end
        parallel.parallel(all, function(i)
          for _, line in ipairs(claim("w" .. i, { limit = 5 })) do decide(line, 1) end
        end, { concurrency = 8 })
      end)
      assert.equal(0, kept:row("left", "new").count)
      kept:read_log(handlers, key)
      assert.equal(41, kept.head.seq)
      assert.is_string(kept:row("audit_last").signature)
    end)

    it("carries a run of many lines out: each once, and one at a time where they are about the same person", function()
      create(60)
      for _ = 1, 6 do
        for _, line in ipairs(claim("a")) do decide(line, 2) end
      end
      local run = { dir = "none", handlers = handlers, store = kept, stats = stats.new(), save_stats = function() end }
      local hash = require("idngo.run.lines").plan(kept, handlers).hash
      kept:transaction(function()
        kept:set("plan_hash", hash)
        kept:record("planned", { plan = hash })
      end)
      local context = { client = { lanes = function() return {} end }, concurrency = 8, tick = function() end,
        on_step = function() end, hear = function() end }
      done = {}
      local complete, refused = apply.run(run, context)
      assert.is_nil(complete)
      assert.equal("approval", refused.kind)
      assert(approval.approve(run, { hash = hash, max = { deactivate = "0" } }))
      assert.is_true(apply.run(run, context))
      assert.equal(120, #done)
      for i = 1, 120, 2 do assert.equal(done[i], done[i + 1]) end
      assert.equal(0, kept:row("left", "open").count)
      kept:read_log(handlers, key)
      assert.is_true(kept.witness.done)
      assert.equal(audit.statement(kept.run_id, kept.head.seq, kept.head.hash),
        audit.statement(kept:get("run"), kept.head.seq, kept:row("audit_last").hash))
    end)
  end)
end
