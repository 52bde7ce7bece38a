-- Watches that are killed, at every step and anywhere, and go on: no event is lost, none is decided twice, what people would
-- notice twice is sent once, and no guard is exceeded. And what each rule is for: without it that shows. IDNGO_WATCH_KILLS: how
-- many anywhere; with more than 100, of 20 000 events.

local core = require("idngo.core")
local judges = require("watch_judge")
local keys = require("idngo.run.keys")
local kill = require("kill")
local letters = require("idngo.watch.letters")
local runs = require("idngo.watch.run")
local support = require("runs")
local watches = require("watches")

local KILLS = tonumber(os.getenv("IDNGO_WATCH_KILLS") or 30)
local EVENTS = KILLS > 100 and 20000 or 600

local server, ids, base
local count = 0

local function command(dir, spool, more, environment)
  return ("env %s lua5.4 spec/support/watch_driver.lua '%s' %s %s %s"):format(environment or "", dir, server.url, spool,
    more or "")
end

--- Events about the applicants in disorder, a quarter of them twice: bodies, the newest of each applicant, how many distinct.
local function events(many)
  local bodies, newest, distinct, now = {}, {}, 0, core.wall() - 3600
  for i = 1, many do
    local id = ids[math.random(#ids)]
    local at = now + (i + math.random() * 50) / 10 -- the last of 20 000 is not ahead of its arrival
    local body = watches.reviewed(id, i % 3 == 0 and "RED" or "GREEN", at, { correlationId = tostring(i) })
    distinct = distinct + 1
    local place = math.max(1, #bodies + 1 - math.random(0, 20))
    table.insert(bodies, place, body)
    if not newest[id] or newest[id].at < at then newest[id] = { at = at, digest = core.sha256(body) } end
    if i % 4 == 0 then bodies[#bodies + 1] = bodies[math.random(#bodies)] end
  end
  return bodies, newest, distinct
end

local function forget() support.forget(server) end

local function new_watch()
  count = count + 1
  return ("%s/watch%d"):format(base, count), ("%s/spool%d"):format(base, count)
end

local function finish(dir, spool, environment, more)
  local _, errors, code = support.shell(command(dir, spool, more, environment))
  assert.equal(0, code, errors)
end

describe("a watch that is killed", function()
  setup(function()
    server = support.server { applicants = 60 }
    base = support.folder()
    ids = support.ids(server, "email=yes&review=completed-GREEN&type=individual&limit=12")
    assert.is_true(#ids > 4)
  end)
  teardown(function() support.clean(server) end)
  before_each(forget)

  for _, step in ipairs { "read", "taken", "decided", "intent", "sent", "answered", "settled" } do
    it("at the step " .. step .. " goes on: nothing is lost, nothing done twice", function()
      for nth = 1, (step == "read" or step == "taken") and 1 or 4, 3 do
        forget()
        local dir, spool = new_watch()
        local bodies, newest, distinct = events(30)
        watches.fill(spool, bodies)
        local _, errors, code = support.shell(command(dir, spool, ("%s %d"):format(step, nth)))
        assert.equal(137, code, errors)
        finish(dir, spool)
        local found = judges.judge(server, dir, newest, distinct)
        assert.is_true(found.unknown <= 4, "so many lines at once")
        found.unknown = 0
        assert.same({ lost = 0, twice = 0, undecided = 0, mails_twice = 0, unknown = 0, stale = 0 }, found)
        assert.is_nil(watches.log(dir))
      end
    end)
  end

  it("at any moment, by any signal, while events come, goes on; and never exceeds a guard #slow", function()
    local dir, spool = new_watch()
    local bodies, newest, distinct = events(EVENTS)
    local guard = ("WATCH_MAX='send_status_email=10/3s send_status_email=1000/1h@applicant' WATCH_KEEP=%d")
      :format(EVENTS // 8)
    local part, kills, hard = math.ceil(#bodies / math.max(1, KILLS / 6)), 0, 0
    local said, seconds = spool .. ".said", 0.7
    watches.fill(spool, {})
    for from = 1, #bodies, part do
      watches.fill(spool, table.move(bodies, from, math.min(#bodies, from + part - 1), 1, {}))
      local code, times, unheard = kill.run(("%s 2>%s"):format(command(dir, spool, nil, guard), said), seconds,
        math.min(12, KILLS - kills))
      -- a quick machine is done before the signal comes, a busy one has hardly begun
      seconds = times < 3 and seconds * 0.7 or times > 6 and seconds * 1.4 or seconds
      assert.equal(0, code, support.read(said))
      kills, hard = kills + times, hard + unheard
    end
    assert.is_true(kills > KILLS / 2, kills .. " kills")
    local found = judges.judge(server, dir, newest, distinct)
    assert.is_true(found.unknown <= 4 * kills, found.unknown .. " are unknown")
    local unknown = found.unknown
    found.unknown = 0
    assert.same({ lost = 0, twice = 0, undecided = 0, mails_twice = 0, unknown = 0, stale = 0 }, found)
    local most = judges.most_in_window(dir, 3)
    assert.is_true(most <= 10, most .. " in a window")
    assert.is_nil(watches.log(dir))
    if os.getenv("IDNGO_SAY") then
      print(("%d kills, %d events, %d unknown, most in a window %d"):format(kills, distinct, unknown, most))
    end
  end)

  it("and put back to a copy of an earlier moment, sends nothing twice that people would notice", function()
    for _, moment in ipairs { "taken", "decided" } do -- when the copy was made
      forget()
      local dir, spool = new_watch()
      watches.fill(spool, (events(20)))
      support.shell(command(dir, spool, moment .. (moment == "taken" and " 1" or " 8")))
      local before = judges.mails(server)
      local copy = dir .. ".copy"
      assert(os.execute(("cp -r %s %s"):format(dir, copy)))
      finish(dir, spool)
      local sent, later = judges.mails(server), 0
      for id, times in pairs(sent) do later = later + times - (before[id] or 0) end
      assert.is_true(moment == "decided" and next(sent) ~= nil or later > 0)
      assert(os.execute(("rm -r %s && mv %s %s"):format(dir, copy, dir)))
      local _, errors, code = support.shell(command(dir, spool))
      assert.equal(2, code)
      assert.truthy(errors:find("--went-back", 1, true), errors)
      -- people say to go on, by the same mandate anew, and approve every line that waits
      local key = assert(keys.own(false))
      local run = assert(runs.open(dir, nil, { key = key }))
      local function say(said)
        local id, body = letters.write(run.store, said, key)
        letters.leave(run.store, id, body)
        letters.take(run.store, { [key:id()] = key }, {})
        assert.truthy(letters.verdict(run.store, id):find("^taken"), letters.verdict(run.store, id))
      end
      local mandate, m = {}, #run.store.witness.mandates
      for name, value in pairs(run.store.witness.mandates[m]) do mandate[name] = value end
      mandate.m = m + 1
      say { event = "told", what = "propose", policy = run.store:get("policy " .. mandate.policy), mandate = mandate }
      say { event = "approved", target = run.store.witness.hashes[m + 1] }
      assert.equal(m + 1, run.store.witness.m)
      run:close()
      finish(dir, spool)
      run = assert(runs.open(dir))
      for row in run.store:each("watch_waiting") do
        say { event = "approved", line = row.n, target = run.store:target(run.store:line(row.n)) }
      end
      run:close()
      finish(dir, spool)
      assert.same(sent, judges.mails(server), moment)
      local store = watches.read(dir)
      assert.is_true((store:totals()["step:send_status_email:unknown"] or 0) >= later)
      store:close()
      assert.is_nil(watches.log(dir))
    end
  end)

  --- A watch that is killed at a step, again and again, without a rule.
  local function without(rule, step, times, environment, many)
    local dir, spool = new_watch()
    local bodies, newest, distinct = events(many or 40)
    watches.fill(spool, bodies)
    for _ = 1, times do support.shell(command(dir, spool, ("%s 1 %s"):format(step, rule), environment)) end
    finish(dir, spool, environment, "none 0 " .. rule)
    return dir, newest, distinct
  end

  it("decides twice where the place is kept in a file, and bytes are not known again", function()
    local dir = without("place digest", "taken", 3)
    local store = assert(require("idngo.run.store").read(dir, "watch"))
    local made = watches.rows(store, "SELECT count(*) AS count, count(DISTINCT trim(fields)) AS own FROM lines")[1]
    store:close()
    assert.is_true(made.count - made.own >= 2, ("%d lines of %d events"):format(made.count, made.own))
  end)

  it("is over a guard that is not looked at in the transaction of the intent; the log says so", function()
    local dir = without("guard", "settled", 1, "WATCH_MAX='send_status_email=2/1h send_status_email=100/1h@applicant'")
    assert.is_true(judges.most_in_window(dir, 3600) > 2)
    assert.truthy(watches.log(dir):find("beyond its guard", 1, true))
  end)
end)
