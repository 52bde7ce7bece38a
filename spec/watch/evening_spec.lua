-- An evening of a watch, with all that happens on one: webhooks by two receivers, repeats, disorder, watchers that are killed, a
-- guard that is used up, an upgrade, a breaker that opens, approvals by two people, and an hour that is taken back.

local core = require("idngo.core")
local files = require("files")
local http = require("socket.http")
local journal = require("journal")
local json = require("idngo.json")
local ltn12 = require("ltn12")
local nginx = require("nginx")
local support = require("runs")
local watches = require("watches")

local LUA = os.getenv("IDNGO_LUA") or "lua5.4"
local SECRET = "webhook-secret"
local MAILS = 8 -- that the guard lets go in a day
local GREEN, RED_FIRST, KILLS = 14, 3, 8
local FLOOD, LATE = 60, 3

local POLICY = [[
return { name = "evening", version = "%s", on = { "applicantReviewed", "applicantDeactivated" },
  decide = function(applicant, facts, event)
    if event.type == "applicantDeactivated" then return hold("a person did it") end
    if event.reviewResult.reviewAnswer ~= "GREEN" then return hold("not green") end
    return deactivate("duplicates: " .. (facts.duplicates.answer or "none")), send_status_email("by rule")
  end }]]

local CASES = [[
return {
  { name = "deactivated", event = { type = "applicantDeactivated" }, expect = { "hold" } },
  { name = "rejected", event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "RED" } }, expect = { "hold" } },
  { name = "approved", event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "GREEN" } },
    facts = { duplicates = "GREEN" }, expect = { "deactivate", "send_status_email" } } }]]

local HTTP = [[
  lua_shared_dict webhooks 8m;
  init_by_lua_block {
    receive = require("idngo.webhook").handler { secrets = "webhook-secret", spool = "SPOOL", dedupe = "webhooks" }
  }
]]

describe("an evening of a watch #nginx", function()
  local base, dir, spool, server, gateway, receiver, people, pids
  local posted = {} -- every body that was answered with 200, by itself

  --- Starts a command that says at which URL it is ready.
  local function serve(name, arguments)
    local out = ("%s/%s.out"):format(base, name)
    pids[#pids + 1] = support.shell(("%s bin/idngo %s >%s 2>%s.err </dev/null & echo $!"):format(LUA, arguments, out, out))
      :match("%d+")
    return nginx.wait_for(function() return files.read(out, ""):match("ready at (%S+)\n") end)
  end

  --- Posts a body as the service does, to one of the two receivers.
  local function post(body, to)
    local _, status = http.request { method = "POST", url = to, source = ltn12.source.string(body), headers = {
      ["Content-Length"] = #body, ["X-Payload-Digest"] = core.hmac("sha256", SECRET, body),
      ["X-Payload-Digest-Alg"] = "HMAC_SHA256_HEX" } }
    assert.equal(200, status)
    posted[body] = true
  end

  --- Runs a command as one of two people: "a" or "b".
  local function as(person, arguments, expected)
    local out, errors, code = support.shell(("%s IDNGO_APPROVERS=%s/approvers.pem IDNGO_APPROVER_KEY_FILE=%s/%s.key %s bin/idngo "
      .. "%s </dev/null"):format(support.env(server), base, base, person, LUA, arguments))
    assert.equal(expected or 0, code, ("%s: %s\n%s%s"):format(person, arguments, out, errors))
    return out, errors
  end

  local function figures() return json.decode((as("a", ("status %s --json"):format(dir)))) end

  local function start()
    return support.start(server, ("watch --run %s"):format(dir), ("IDNGO_APPROVERS=%s/approvers.pem"):format(base))
  end

  local function signal(watcher, name)
    os.execute(("kill -%s %s"):format(name, watcher.pid))
    return watcher.wait(9)
  end

  --- Watchers that are killed one after another, until nothing is left to be done.
  local function watch(kills, done)
    for _ = 1, kills do
      local watcher = start()
      core.sleep(0.2 + math.random() * 0.6)
      assert.equal(137, signal(watcher, "KILL"))
    end
    local watcher = start()
    support.wait_for(function()
      local now = figures()
      return (now.lines.new or 0) == 0 and (now.lines.open or 0) == 0 and done(now)
    end)
    assert.equal(143, signal(watcher, "TERM"))
  end

  --- Two people close the breaker; one does not.
  local function close()
    assert.truthy(as("a", ("breaker %s close --note CR-1"):format(dir)):find("1 of 2", 1, true))
    as("a", ("breaker %s close --note CR-1"):format(dir), 1)
    assert.truthy(figures().breaker)
    as("b", ("breaker %s close --note CR-1"):format(dir))
  end

  local function event(i, answer, at) return watches.reviewed(people[i], answer, at) end

  --- Calls of the sandbox's ledger that did something, by whom: {id = {deactivated = n, mails = n}}.
  local function done_to()
    local found = {}
    for _, entry in ipairs(support.writes(support.ledger(server))) do
      local id = entry.target:match(("%x"):rep(24))
      local each = found[id] or { deactivated = 0, mails = 0 }
      found[id] = each
      if entry.target:find("presence/deactivated", 1, true) then each.deactivated = each.deactivated + 1 end
      if entry.endpoint == "send_verification_status_email" then each.mails = each.mails + 1 end
    end
    return found
  end

  --- Settles by what the sandbox has seen what is in doubt, as what a watcher that is killed was sending is, several at once;
  --- how many mails had not left.
  local function settle()
    local doubtful, sent, void = support.shell(("%s bin/idngo settle %s --json"):format(LUA, dir)), done_to(), 0
    for line in doubtful:gmatch("[^\n]+") do
      local step = json.decode(line)
      local went = sent[step.applicantId].mails > 0
      as("a", ("settle %s %d %d --as %s"):format(dir, step.line, step.step, went and "applied" or "void"))
      if not went then void = void + 1 end
    end
    return void
  end

  --- How often a deactivation may have left, as the log says.
  local function intended(id)
    local count = 0
    for _, record in ipairs(watches.records(dir)) do
      if record.event == "intent" and record.applicant == id and record.action == "deactivate" then count = count + 1 end
    end
    return count
  end

  --- By every mandate, and what a person let go beyond it.
  local function mails()
    local count = 0
    for _, each in pairs(done_to()) do count = count + each.mails end
    return count
  end

  setup(function()
    math.randomseed(20261130)
    base, pids = support.folder(), {}
    dir, spool = base .. "/live", base .. "/spool"
    core.folder(spool)
    files.write(base .. "/secret", SECRET .. "\n")
    gateway = nginx.start { http = HTTP:gsub("SPOOL", spool),
      server = "location = /hook { client_body_buffer_size 64k; content_by_lua_block { receive() } }" }
    receiver = serve("receive", ("receive --spool %s --secret-file %s/secret --path /hook --listen 0"):format(spool, base))
    server = { url = serve("sandbox", ("sandbox --no-limits --applicants 120 --webhook %s/hook --webhook-secret-file %s/secret "
      .. "--webhook-clock 0.001"):format(gateway.url, base)) }
    local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&duplicates=GREEN&limit=" -- no pairs: one
      .. GREEN + RED_FIRST + LATE) -- of whom alone would be deactivated
    people = {}
    for id in csv:gmatch(("%x"):rep(24)) do people[#people + 1] = id end
    assert.equal(GREEN + RED_FIRST + LATE, #people)
    for _, person in ipairs { "a", "b" } do
      local key = ("%s/%s.key"):format(base, person)
      os.execute(("openssl genpkey -algorithm ed25519 -out %s 2>/dev/null && chmod 600 %s"):format(key, key))
      os.execute(("(echo 'Person %s'; openssl pkey -in %s -pubout) >>%s/approvers.pem"):format(person, key, base))
    end
    files.write(base .. "/policy.lua", POLICY:format("1"))
    local mandate = ("--max deactivate=none --max send_status_email=%d/1d --expect hold=0%%..50%% --require-approvals 2")
      :format(MAILS)
    local shown = as("a", ("watch %s/policy.lua --events %s --run %s %s"):format(base, spool, dir, mandate), 4)
    local hash = shown:match("mandate +(%x+)")
    assert.truthy(as("a", ("approve %s %s"):format(dir, hash)):find("taken: 1 of 2", 1, true))
    as("a", ("watch --run %s"):format(dir), 4) -- nobody counts twice, and one is not enough
    assert.truthy(as("b", ("approve %s %s"):format(dir, hash)):find("taken: 2 of 2", 1, true))
    files.write(base .. "/policy.lua", POLICY:format("2"))
  end)
  teardown(function()
    for _, pid in ipairs(pids) do os.execute(("kill -TERM %s 2>/dev/null"):format(pid)) end
    gateway:stop()
    support.clean()
  end)

  it("decides every event once, whatever order and receiver it came by, and whoever was killed", function()
    local bodies = {}
    local function add(body) table.insert(bodies, math.random(#bodies + 1), body) end
    for i = 1, GREEN do add(event(i, "GREEN", core.wall() - 60 + i)) end
    for i = GREEN + 1, GREEN + RED_FIRST do -- the service says RED, and what it said before comes later
      add(event(i, "RED", core.wall()))
      bodies[#bodies + 1] = event(i, "GREEN", core.wall() - 30)
    end
    for i, body in ipairs(bodies) do
      post(body, i % 2 == 0 and gateway.url .. "/hook" or receiver)
      if i % 4 == 0 then post(body, i % 3 == 0 and gateway.url .. "/hook" or receiver) end
    end
    watch(KILLS, function(now) return (now.decisions.hold or 0) >= RED_FIRST end)
    local done = done_to()
    for i = GREEN + 1, GREEN + RED_FIRST do assert.is_nil(done[people[i]]) end
    for i = 1, GREEN do assert.is_true(not done[people[i]] or done[people[i]].mails <= 1) end
    assert.is_true(mails() <= MAILS, mails())
  end)

  it("lets two people do by hand what the guard does not, and settle what is in doubt", function()
    local void = settle()
    if figures().breaker then close() end -- so many are in doubt
    watch(0, function(now) return (now.waiting.breaker or 0) == 0 end)
    local waiting, before = {}, mails()
    for n in as("a", ("list %s --state waiting --columns n --csv"):format(dir)):gmatch("\n(%d+)") do waiting[#waiting + 1] = n end
    assert.equal(GREEN, #waiting + before + void)
    assert.is_true(before <= MAILS and #waiting > 0)
    as("b", ("approve %s %s --note looked-at-it"):format(dir, waiting[1]))
    watch(1, function(now) return (now.lines.waiting or 0) < #waiting end)
    void = settle() -- the watcher may have been killed while it sent that one
    assert.equal(before + 1, mails() + void)
  end)

  it("goes by another policy from the moment when two people said so", function()
    files.write(base .. "/policy.cases.lua", CASES)
    local proposed = as("a", ("watch upgrade %s %s/policy.lua"):format(dir, base))
      :match("taken: (%x+)")
    as("b", ("approve %s %s"):format(dir, proposed))
    assert.equal("1", figures().version)
    as("a", ("approve %s %s"):format(dir, proposed))
    assert.equal("2", figures().version)
  end)

  it("opens its breaker when all is on hold, and goes on when two people closed it", function()
    for i = 1, FLOOD do post(watches.reviewed(("%024x"):format(i), "RED", core.wall()), receiver) end
    watch(2, function(now) return now.breaker end)
    local first = #people - LATE + 1
    for i = first, #people do post(event(i, "GREEN", core.wall()), receiver) end
    watch(1, function(now) return (now.waiting.breaker or 0) == LATE end)
    for i = first, #people do assert.is_nil(done_to()[people[i]]) end
    close()
    watch(1, function(now) return not now.breaker and (now.waiting.breaker or 0) == 0 end)
    for i = first, #people do -- once, or again after a watcher was killed meanwhile
      local times = done_to()[people[i]].deactivated
      assert.is_true(times >= 1 and times <= intended(people[i]), times)
    end
  end)

  it("takes its hour back, and the log alone tells that all was allowed", function()
    local deactivated = 0
    for _, each in pairs(done_to()) do deactivated = deactivated + math.min(each.deactivated, 1) end
    assert.equal(GREEN + LATE, deactivated, as("a", "list " .. dir))
    local plan = json.decode((as("a", ("undo %s --run %s/back --since 1h --json"):format(dir, base))))
    assert.same({ activate = { planned = deactivated } }, plan.actions)
    -- every event that was taken is there once, and was decided, or superseded, or is what the watch itself caused
    watch(0, function(now) return (now.events.echo or 0) == deactivated end) -- the sandbox may still be posting
    local store, known = watches.read(dir), {}
    for row in store:each("watch_events") do
      known[row.digest] = row.result
      assert.truthy(row.result == "line" or row.result == "echo", row.result)
    end
    for line in store:each("lines") do assert.truthy(line.state ~= "new" and line.state ~= "open", line.state) end
    store:close()
    for body in pairs(posted) do assert.equal("line", known[core.sha256(body)]) end
    local pub = base .. "/public.pem"
    os.execute(("(cat %s/approvers.pem; %s bin/idngo audit key) >%s"):format(base, LUA, pub))
    local log = dir .. "/audit.jsonl"
    if journal.is_served then
      log = base .. "/log"
      as("a", ("audit export %s --to %s"):format(dir, log))
    end
    as("a", ("audit verify %s --key %s"):format(log, pub))
    as("a", ("audit verify %s"):format(dir))
    -- by the mandates no more mails went than the guard lets go: each of the others has a person's word
    local by_mandate = 0
    for _, record in ipairs(watches.records(dir)) do
      if record.event == "intent" and record.action == "send_status_email" and not record.approved then
        by_mandate = by_mandate + 1
      end
    end
    assert.is_true(by_mandate > 0 and by_mandate <= MAILS, by_mandate)
  end)
end)
