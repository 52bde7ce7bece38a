-- Stores of one run in PostgreSQL, as those of several processes, here in one: which lines each has and for how long, whom they
-- hold, who is woken, and what becomes of a commit that nobody heard of.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local core = require("idngo.core")
local deafen = require("deafen")
local errors = require("idngo.error")
local json = require("idngo.json")
local postgres = require("postgres")
local support = require("runs")

if not postgres.is_there then
  describe("stores of one run", function() pending("postgresql is not installed") end)
  return
end

local address = require("idngo.run.address")
local contract = require("idngo.run.contract")
local databases = require("idngo.run.databases")
local keys = require("idngo.run.keys")
local parallel = require("idngo.runtime.parallel")
local queues = require("idngo.run.queue")
local runtimes = require("idngo.runtime.current")
local stats = require("idngo.run.stats")
local store = require("idngo.run.store")
local tables = require("idngo.run.postgres")

describe("a run of which several stores are open", function()
  local host
  local count = 0

  setup(function()
    host = postgres.start()
    assert(databases.init(host:url()))
  end)
  teardown(function()
    support.clean()
    host:stop()
  end)
  before_each(function() host:psql("TRUNCATE idngo.people") end)

  -- In one process, over actions that only count how often they were done.

  local done, on
  local fake = {
    kind = "policy", folder = "files", too_many = "too many",
    actions = { gone = { endpoint = "set_presence", class = "D", destructive = true, perform = function(_, id, _, _, before_send)
      if on.perform then on.perform(id) end
      local ok, err = before_send()
      while ok == "later" do
        runtimes.current().sleep(0.01)
        ok, err = before_send()
      end
      if not ok then return nil, { kind = err.kind, outcome = "not_sent", message = err.message } end
      done[#done + 1] = id
      return {}
    end } },
    header = function() return { format = 1 } end, reads = function() return {} end, state_of = function() end,
    people = function(line) return { [line.id] = true, shared = true } end,
    recheck = function(line, may_leave)
      if on.reread then return on.reread(line, may_leave) end
      return on.recheck == nil or on.recheck(line) or true
    end,
    file_name = function() end, again = function() return "again" end, approve_hint = function() return "approve" end,
  }

  local function open() return contract.over(assert(tables.open(assert(address.parse(host:url("run" .. count)))))) end

  --- A run of so many lines, each with one such step, approved; and another process's look at it.
  local function two_stores(lines)
    count, done, on = count + 1, {}, {}
    local key, first = assert(keys.own(true)), open()
    first:create(fake, key, function(made)
      made:set("account", "a" .. count)
      for n = 1, lines do made:add_line(n, "p" .. n, "{}") end
      return { applicants = lines }
    end)
    for _, line in ipairs(first:claim { owner = "planner", state = "new", after = 0, limit = 99, seconds = 60 }) do
      first:transaction(function()
        first:decided({ n = line.n, id = "p" .. line.n, token = line.token }, { facts = {}, decision = "act",
          steps = { { action = "gone", args = "{}" } } })
      end)
    end
    local hash = require("idngo.run.lines").plan(first, fake).hash
    first:transaction(function()
      first:set("plan_hash", hash)
      first:record("planned", { plan = hash })
    end)
    assert(approval.approve({ dir = "none", handlers = fake, store = first }, { hash = hash, max = {} }))
    local second = open()
    second.key = key
    second:read_log(fake, key)
    return first, second
  end

  --- Carries it out in this process.
  local function carry_out(kept, more)
    local context = { client = { lanes = function() return {} end }, concurrency = 2, tick = function() end, timeout = 0,
      on_step = on.step or function() end, hear = function() end }
    for name, value in pairs(more or {}) do context[name] = value end
    return apply.run({ dir = "none", handlers = fake, store = kept, stats = stats.new(), save_stats = function() end }, context)
  end

  local function claim(kept, more)
    local want = { owner = "other", state = "open", after = 0, limit = 99, seconds = 60 }
    for name, value in pairs(more or {}) do want[name] = value end
    return kept:claim(want)
  end

  local function events(kept)
    local found = {}
    for row in kept:each("audit_records", 2) do found[#found + 1] = json.decode(row.record).event end
    return table.concat(found, " ")
  end

  it("waits for lines of others, tells so, and goes on with those that they leave", function()
    local first, second = two_stores(3)
    assert(second.tables:join())
    local theirs, told = claim(second, { limit = 2 }), nil
    assert.is_true(carry_out(first, { waits = function(left)
      if not told then second:free("other") end
      told = told or left
    end }))
    assert.equal(2, told)
    table.sort(done)
    assert.same({ "p1", "p2", "p3" }, done)
    local line = { n = 1, id = "p1", token = theirs[1].token }
    assert.has_error(function() second:put_back(line, { k = 1, action = "gone" }, "x") end)
    second:close()
    first:close()
  end)

  it("is left to a resume where others put lines back", function()
    local first, second = two_stores(2)
    assert(second.tables:join())
    local theirs = claim(second, { limit = 1 })[1]
    assert.is_false(carry_out(first, { waits = function() second:put_line(theirs) end }))
    assert.same({ "p2" }, done)
    second:close()
    first:close()
  end)

  it("is not ended, and says why, where it is not what was planned any more", function()
    local first, second = two_stores(1)
    function on.step(name)
      if name == "settled" then host:psql(([[UPDATE \"idngo:run%d\".lines SET fields = '{1}']]):format(count)) end
    end
    local complete, err = carry_out(first)
    assert.is_nil(complete)
    assert.equal("the plan in the journal was changed after it was made", err.message)
    second:close()
    first:close()
  end)

  it("reads what was planned no oftener, however many lines it works on at once", function()
    local function reads(concurrency)
      local first, second = two_stores(8)
      local rows, times = first.tables.rows, 0
      function first.tables.rows(self, name, ...)
        if name == "lines" then times = times + 1 end
        return rows(self, name, ...)
      end
      assert.is_true(carry_out(first, { concurrency = concurrency }))
      second:close()
      first:close()
      return times
    end
    assert.equal(reads(1), reads(4))
  end)

  it("waits for nobody who is gone", function()
    local first, second = two_stores(2)
    assert(second.tables:join())
    claim(second, { seconds = 86400 })
    second:close()
    assert.is_true(carry_out(first))
    assert.equal(2, #done)
    first:close()
  end)

  it("takes nobody for gone who has lost the server with it, as long as that one has its lines", function()
    local first, second = two_stores(1)
    for _, kept in ipairs { first, second } do
      assert(kept.tables:join())
      kept.tables:endure(60)
    end
    local theirs = claim(second)[1]
    host:psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'idngo'")
    first:free_gone("first", 60) -- is back before the other
    second:must_hold(theirs)
    second:close()
    support.wait_for(function() -- the server hears of it
      first:free_gone("first", 0)
      return first:row("line", 1).token == theirs.token + 1
    end)
    first:close()
  end)

  for what, crash in pairs {
    ["crashed"] = function()
      host:halt("immediate")
      host:start()
    end,
    ["lost a process, and all of its connections with that"] = function()
      local function counts_since() return host:psql("SELECT extract(epoch FROM stats_reset) FROM pg_stat_bgwriter") end
      local before = counts_since()
      os.execute("kill -9 " .. host:psql("SELECT pid FROM pg_stat_activity WHERE usename = 'idngo' LIMIT 1"))
      support.wait_for(function() -- until it has noticed, it goes on as if nothing were
        local now = counts_since()
        return tonumber(now) and now ~= before
      end)
    end,
  } do
    it("leaves to others, who may wait for a server that " .. what .. ", what they have, though it begins later", function()
      local first, second = two_stores(1)
      assert(first.tables:join())
      local theirs = claim(first)[1]
      core.sleep(1.1)
      crash()
      local opened = assert(store.open(host:url("run" .. count), fake, assert(keys.own(false)), true))
      local function token() return opened:row("line", 1).token end
      assert.equal(theirs.token, token())
      opened:free_gone("mine", 60)
      assert.equal(theirs.token, token())
      local up = opened.tables:up()
      local age = host:psql("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())")
      assert.is_true(what == "crashed" or up < tonumber(age) - 1)
      opened:free_gone("mine", 0)
      assert.equal(theirs.token + 1, token())
      for _, kept in ipairs { opened, second, first } do kept:close() end
    end)
  end

  it("lets a line go at once that another has taken over, and goes on", function()
    local first, second = two_stores(3)
    assert(second.tables:join())
    local theirs
    function on.recheck(line)
      if line.n ~= 2 or theirs then return end
      second:run("free", line.claim and host:psql(([[SELECT owner FROM \"idngo:run%d\".lines WHERE n = 2]]):format(count)))
      host:psql(([[UPDATE \"idngo:run%d\".lines SET lease = 0 WHERE n = 2]]):format(count))
      theirs = claim(second, { again = true, limit = 1 })[1]
    end
    assert.is_false(carry_out(first, { waits = function() second:put_line(theirs) end }))
    assert.equal(2, theirs.n)
    table.sort(done)
    assert.same({ "p1", "p3" }, done)
    assert.equal("intent outcome intent outcome", events(first):match("approved (.*)"))
    second:close()
    first:close()
  end)

  it("gives out no line after it was told to stop, though one of its own was looking for some just then", function()
    local first, second = two_stores(2)
    local queue, row = queues.new(first, "open", { concurrency = 2 }), first.row
    local line = queue:next()
    assert.equal(2, queue:next().n)
    function first.row(self, name, ...)
      if name == "claimed" then queue:stop() end
      return row(self, name, ...)
    end
    assert.is_nil(queue:next())
    queue:put_off(line, 0)
    assert.is_nil(queue:next())
    second:close()
    first:close()
  end)

  it("sends nothing of a line whose time was over before it left, and takes the line again", function()
    local first, second = two_stores(1)
    local slept = false
    function on.step(name)
      if name ~= "sent" or slept then return end
      slept = true
      core.sleep(1.1) -- as one that was stopped
    end
    assert.is_true(carry_out(first, { lease = 1, concurrency = 1 })) -- else it might take over the line from itself first
    assert.same({ "p1" }, done)
    assert.truthy(events(first):find("approved intent put_back", 1, true), events(first))
    second:close()
    first:close()
  end)

  it("reads nothing again for a line whose time is over, and takes the line again", function()
    local first, second = two_stores(1)
    local facts, asked, stop = require("idngo.policy.facts"), {}, nil
    local reply = { checks = { { answer = "GREEN", checkType = "LIVELINESS", createdAt = "2024-02-03 13:17:55", id = "c" } } }
    local function check(_, _, options)
      local left, failure = options.before_send()
      asked[#asked + 1] = left and "left" or failure.message
      if not left then return nil, errors.new { kind = failure.kind, outcome = "not_sent", message = failure.message } end
      if #asked == 1 then stop() end -- when the first of two had left
      return reply
    end
    function on.reread(line, may_leave)
      function stop() line.claim.by = core.now() end -- as for one that was stopped until its time was over
      line.facts, line.known = { duplicates = "a", liveness = "b" }, {}
      for name in pairs(line.facts) do line.known[name] = assert(facts.normalise(name, reply)) end
      line.context.client = { duplicate_checks = check, liveness_checks = check, lanes = function() return {} end }
      return require("idngo.policy.handlers").recheck(line, may_leave)
    end
    assert.is_true(carry_out(first))
    assert.same({ "left", "its time was over before it left", "left", "left" }, asked)
    assert.same({ "p1" }, done)
    second:close()
    first:close()
  end)

  it("sends nothing of a line that it had too long, though nobody took the line: its people are another's", function()
    local first, second = two_stores(2)
    assert(second.tables:join())
    local there, everybody = require("idngo.run.line_holds").new(second, 60), { p2 = true, shared = true }
    local theirs, slept, sent = claim(second, { after = 1 })[1], false, nil
    function on.perform()
      if slept then return end
      slept = true
      core.sleep(1.1) -- as one that was stopped while it waited for its slot
      assert.is_true(there:take(everybody, 2, theirs.token))
      runtimes.current().sleep(0.6) -- in which it renews what it has
    end
    assert.is_false(carry_out(first, { concurrency = 1, lease = 1, tick = function()
      if sent or not (done[1] or events(first):find("put_back", 1, true)) then return end
      sent = #done
      there:release(everybody, 2, theirs.token)
    end, waits = function() second:put_line(theirs) end })) -- when nothing else is left, or it would be taken at once
    assert.equal(0, sent)
    assert.same({ "p1" }, done)
    second:close()
    first:close()
  end)

  it("holds people for one line, whichever process has it", function()
    local first, second = two_stores(2)
    local holds = require("idngo.run.line_holds")
    local here, there = holds.new(first, 60), holds.new(second, 60)
    local one, two = claim(first, { limit = 1 })[1], claim(second, { limit = 1 })[1]
    assert.is_true(here:take({ a = true, b = true }, 1, one.token))
    assert.is_false(there:take({ b = true, c = true }, 2, two.token))
    assert.is_true(here:take({ b = true }, 1, one.token))
    there:release({ b = true }, 1, one.token - 1) -- of who had the line before
    assert.is_false(there:take({ b = true }, 2, two.token))
    first:run("put_off", 1, one.token, 0)
    local again = claim(second, { again = true })[1]
    assert.is_true(there:take({ a = true }, 1, again.token))
    local ok, err = pcall(here.take, here, { b = true }, 1, one.token)
    assert.is_false(ok)
    assert.equal(1, err.lost)
    here:release({ a = true, b = true }, 1, one.token) -- another has it now
    assert.is_false(here:take({ a = true }, 2, two.token))
    there:release({ a = true }, 1, again.token)
    assert.is_true(here:take({ a = true, b = true }, 2, two.token))
    second:close()
    first:close()
  end)

  it("holds nobody in a process for a line that is another's by then, or its other lines would wait for ever", function()
    local first, second = two_stores(2)
    local here = require("idngo.run.line_holds").new(first, 60)
    local one, two = claim(first, { limit = 1 })[1], claim(first, { limit = 1, after = 1 })[1]
    first:run("put_off", 1, one.token, 0)
    claim(second, { again = true })
    assert.is_false(pcall(here.take, here, { a = true }, 1, one.token))
    assert.is_true(here:take({ a = true }, 2, two.token))
    second:close()
    first:close()
  end)

  --- Does `fn` when a process waits for others who has a store, in a task beside it. Who is not woken by that in ten minutes is
  --- cancelled, and would have waited for an hour.
  local function when_it_waits(kept, fn)
    local runtime, ears, limit = runtimes.current(), kept.tables.ears, core.now() + 600
    parallel.spawn(function()
      while not next(ears) do runtime.sleep(0.01) end
      fn()
      while next(ears) and core.now() < limit do runtime.sleep(0.01) end
      if next(ears) then runtime:cancel() end
    end)
  end

  local function look_hourly()
    local look = contract.LOOK
    contract.LOOK = 3600
    return function() contract.LOOK = look end
  end

  it("wakes who waits for lines, when others leave them or put them back, and says when it has ended", function()
    finally(look_hourly())
    for _, is_left in ipairs { true, false } do
      local first, second = two_stores(3)
      assert(second.tables:join())
      local theirs, ear = claim(second, { limit = 1 })[1], open()
      local heard = ear:words("work")
      local function words()
        ear:get("state") -- before a server answers this it says what it has to say
        return ear:words("work")
      end
      assert.equal(is_left, carry_out(first, { waits = function()
        when_it_waits(first, function()
          if is_left then second:free("other") else second:put_line(theirs) end
        end)
      end }))
      assert.equal(is_left and 3 or 2, #done)
      assert.equal(heard + (is_left and 2 or 1), words()) -- that lines were left, and that none is
      for _, kept in ipairs { ear, second, first } do kept:close() end
    end
  end)

  it("wakes a line that waits for people whom another process has, when those are free", function()
    finally(look_hourly())
    local first, second = two_stores(2)
    local holds, is_held = require("idngo.run.line_holds"), nil
    local here, there = holds.new(first, 60), holds.new(second, 60)
    local one, two = claim(first, { limit = 1 })[1], claim(second, { limit = 1 })[1]
    assert.is_true(here:take({ a = true }, 1, one.token))
    there:take({ a = true }, 2, two.token) -- listens from now on
    parallel.run(function()
      when_it_waits(second, function() here:release({ a = true }, 1, one.token) end)
      select(2, there:take({ a = true }, 2, two.token))()
      is_held = not runtimes.current().cancelled and there:take({ a = true }, 2, two.token)
    end)
    assert.is_true(is_held)
    second:close()
    first:close()
  end)

  it("puts a line off that needs somebody whom a line of another may have acted on", function()
    local first, second = two_stores(2)
    assert(second.tables:join())
    local theirs = claim(second, { limit = 1 })[1]
    theirs.id = "shared"
    second:intent(theirs, { k = 1, action = "gone", args = "{}" })
    local looks, counted = 0, nil
    assert.is_true(carry_out(first, { tick = function(ended) counted = ended end, waits = function()
      assert.equal(0, counted or 0) -- a line that is put off has not ended
      looks = looks + 1
      if looks == 2 then second:settle(theirs, { k = 1, action = "gone" }, { state = "rejected" }, true) end
    end }))
    assert.same({ "p2" }, done)
    assert.is_nil(events(first):find("put_back", 1, true))
    second:close()
    first:close()
  end)

  it("is behind the last record that this machine has seen, whichever process saw it and however late it told", function()
    local heads, files = require("idngo.run.heads"), require("files")
    local first, second = two_stores(1)
    local function tell(kept)
      kept:transaction(function() kept:record("remark", {}) end)
      return ("%d %s\n"):format(kept.head.seq, kept.head.hash)
    end
    for _, kept in ipairs { first, second } do
      kept.joins = true
      assert(heads.open(kept, host:url("x")))
    end
    local path = ("%s/heads/%s"):format(os.getenv("IDNGO_STATE_DIR"), first.run_id)
    local told = { tell(first), tell(second), tell(first) }
    assert.equal(told[3], files.read(path):match("[^\n]*\n$"))
    assert.truthy(files.read(path):find(told[2], 1, true))
    local later = ("%d %s\n"):format(first.head.seq + 1, ("0"):rep(64)) -- the server has lost it
    files.write(path, files.read(path) .. later .. told[3] .. told[2])
    local ok, err = heads.open(second, host:url("x"))
    assert.is_nil(ok)
    assert.equal("run", err.kind)
    second:close()
    first:close()
  end)

  it("has a transaction made once whose commit was not heard of, and another one whose server was gone", function()
    local first, second = two_stores(1)
    local times = 0
    first.tables:endure(60)
    local unheard = deafen(first)
    local function tell()
      first:transaction(function()
        times = times + 1
        first:record("remark", {})
      end)
    end
    unheard(tell)
    assert.same({ 1, "remark" }, { times, events(first):match("approved (.*)") })
    host:psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'idngo'")
    tell()
    assert.same({ 2, "remark remark" }, { times, events(first):match("approved (.*)") })
    assert.same({ { n = 1, token = 2 } }, unheard(claim, first)) -- else nobody had the line, and all waited for it
    assert.same({}, unheard(claim, first))
    second:close()
    first:close()
  end)

  it("has a transaction made once though nobody hears for longer than one commit", function()
    local first, second = two_stores(1)
    local times = 0
    first.tables:endure(60)
    deafen(first, 3)(first.transaction, first, function()
      times = times + 1
      first:record("remark", {})
    end)
    assert.same({ 1, "remark" }, { times, events(first):match("approved (.*)") })
    first:transaction(function() first:record("remark", {}) end)
    assert.equal("remark remark", events(first):match("approved (.*)"))
    second:close()
    first:close()
  end)
end)
