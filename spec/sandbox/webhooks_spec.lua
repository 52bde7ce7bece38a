-- luacheck: std lua54+busted
--- idngo sandbox --webhook: what is posted when, signed, sent again at its times, and never in the sandbox's way.
local command = require("command")
local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local nginx = require("nginx")
local shell = require("shell")
local socket = require("socket")
local spool = require("idngo.webhook.spool")
local support = require("runs")

local LUA = os.getenv("IDNGO_LUA") or "lua5.4"
local SECRET = "webhook-secret"

describe("idngo sandbox --webhook", function()
  local folder, pid, url, client, receiver

  --- Starts a process and waits for the URL at which it is ready.
  local function start(name, arguments)
    local found = shell("%s bin/idngo %s >%s/%s.out 2>%s/%s.err </dev/null & echo $!", LUA, arguments, folder, name, folder, name)
      :match("%d+")
    return found, nginx.wait_for(function()
      return files.read(("%s/%s.out"):format(folder, name), ""):match("ready at (%S+)\n")
    end)
  end

  local function is_alive(process) return not core.process_gone(tonumber(process)) end

  local function stop(process)
    os.execute(("kill -TERM %s 2>/dev/null"):format(process))
    nginx.wait_for(function() return not is_alive(process) end)
  end

  local function sandbox(target, more)
    pid, url = start("sandbox", ("sandbox --no-limits --applicants 30 --webhook %s --webhook-secret-file %s/secret %s"):format(
      target, folder, more or ""))
    client = assert(idngo.client { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false })
  end

  --- A receiver with a spool; `--path` is /hook.
  local function receive(port)
    receiver, url = start("receive", ("receive --spool %s/events --secret-file %s/secret --path /hook --listen %d"):format(folder,
      folder, port or 0))
    return url
  end

  before_each(function()
    folder = files.folder()
    files.write(folder .. "/secret", SECRET .. "\n")
  end)

  after_each(function()
    if client then client:close() end
    if pid and is_alive(pid) then stop(pid) end
    if receiver and is_alive(receiver) then stop(receiver) end
    pid, receiver, client = nil, nil, nil
    os.execute("rm -rf " .. folder)
  end)

  local function said() return files.read(folder .. "/sandbox.err", "") end

  --- The events in a spool, by the time that they tell.
  local function stored(dir)
    local events = {}
    for record in spool.records(dir or folder .. "/events", {}) do
      local event = record and assert(json.decode(record.text)) or nil -- there may be no spool yet
      if event then event.text = record.text end
      events[#events + 1] = event
    end
    table.sort(events, function(a, b) return a.createdAtMs < b.createdAtMs end)
    return events
  end

  --- Waits until there are so many events of an applicant; their types.
  local function types_of(id, many, dir)
    local types
    nginx.wait_for(function()
      types = {}
      for _, event in ipairs(stored(dir)) do
        if event.applicantId == id then types[#types + 1] = event.type end
      end
      return #types >= many
    end)
    return types
  end

  local PICTURE = "\137PNG\r\n\26\n picture"

  it("posts every change that a call makes, and nothing of what was refused, or read", function()
    sandbox(receive(), "")
    local id = assert(client:create_applicant("basic-kyc-level", { externalUserId = "hook-1", email = "asel@example.org",
      phone = "+77000000000", fixedInfo = { firstName = "Asel", lastName = "Testova", dob = "1992-03-04" } })).id
    assert(client:create_level { name = "second", type = "standalone", applicantType = "individual",
      requiredIdDocs = { docSets = { { idDocSetType = "IDENTITY", types = { "PASSPORT" } } } } })
    local calls = {
      { "applicant", id }, { "status", id }, { "add_document", id, { idDocType = "PASSPORT", country = "KAZ" },
        { bytes = PICTURE, name = "a.png" } },
      { "move_to_level", id, "second", says = "applicantLevelChanged" }, { "move_to_level", id, "second" },
      { "update_info", id, { lastName = "Testova-Sample" }, says = "applicantPersonalInfoChanged" },
      { "update_fixed_info", id, { country = "KAZ" }, says = "applicantPersonalInfoChanged" },
      { "update_fixed_info", id, { country = "KAZ" } },
      { "add_tags", id, { "vip" }, says = "applicantTagsChanged" }, { "add_tags", id, { "vip" } },
      { "remove_tags", id, { "vip" }, says = "applicantTagsChanged" }, { "add_note", { applicantId = id, note = "x" } },
      { "request_check", id, says = "applicantPending" }, { "request_check", id, fails = true },
      { "reset", id, fails = true }, { "move_to_level", id, "basic-kyc-level", fails = true },
      { "complete_in_sandbox", id, { reviewAnswer = "RED", rejectLabels = { "SCREENSHOTS" }, reviewRejectType = "RETRY" },
        says = "applicantReviewed" },
      { "complete_in_sandbox", id, { reviewAnswer = "GREEN", rejectLabels = {} }, says = "applicantReviewed" },
      { "reset_step", id, "IDENTITY" }, { "request_check", id, says = "applicantPending" },
      { "approve", id, { tags = { "branch" } }, says = { "applicantTagsChanged", "applicantReviewed" } },
      { "reset", id, says = "applicantReset" }, { "reject", id, { note = "x" }, says = "applicantReviewed" },
      { "blocklist", id, "x", says = "applicantReviewed" },
      { "set_presence", id, "deactivated", says = "applicantDeactivated" }, { "set_presence", id, "deactivated" },
      { "update_profile", { id = id, deleted = false }, says = "applicantActivated" },
    }
    local expected = { "applicantCreated" }
    for _, call in ipairs(calls) do
      local result, err = client[call[1]](client, table.unpack(call, 2))
      assert.equal(call.fails == nil, result ~= nil, ("%s: %s"):format(call[1], tostring(err)))
      local says = type(call.says) == "table" and call.says or { call.says }
      for _, type in ipairs(says) do expected[#expected + 1] = type end
    end
    assert.same(expected, types_of(id, #expected))
    local events, applicant = stored(), assert(client:applicant(id))
    local seen = {}
    for i, event in ipairs(events) do
      assert.same({ applicant.inspectionId, "individual", "hook-1", true, "sandbox" },
        { event.inspectionId, event.applicantType, event.externalUserId, event.sandboxMode, event.clientId })
      assert.matches("^req%-%x+", event.correlationId)
      assert.matches("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d%+0000$", event.createdAt)
      assert.equal(event.createdAt:sub(1, 19), event.createdAtMs:match("^(.*)%.%d%d%d$"))
      assert.is_nil(seen[event.createdAtMs])
      seen[event.createdAtMs] = true
      assert.truthy(event.text:find('"type" : "' .. event.type .. '"', 1, true), event.text)
      for _, personal in ipairs { "Asel", "Testova", "1992", "example.org", "7700" } do
        assert.is_nil(event.text:find(personal, 1, true), i)
      end
    end
    local first = {}
    for _, event in ipairs(events) do first[event.type] = first[event.type] or event end
    assert.equal("init", first.applicantCreated.reviewStatus)
    assert.same({ "pending" }, { first.applicantPending.reviewStatus, first.applicantPending.reviewResult })
    assert.same({ "completed", "RED", "RETRY", "SCREENSHOTS" }, { first.applicantReviewed.reviewStatus,
      first.applicantReviewed.reviewResult.reviewAnswer, first.applicantReviewed.reviewResult.reviewRejectType,
      first.applicantReviewed.reviewResult.rejectLabels[1] })
    assert.equal("second", first.applicantLevelChanged.levelName)
  end)

  it("posts what becomes of actions, transactions, and of applicants who follow from the seed or are copied", function()
    sandbox(receive(), "")
    local id = support.told({ url = url }, "type=individual&review=completed-GREEN&limit=1"):match(("%x"):rep(24))
    assert(client:deactivate(id))
    assert(client:activate(id))
    local action = assert(client:create_action(id, "withdrawals", { externalActionId = "w-1", phone = "+77000000000" }))
    assert(client:request_action_check(action.id))
    assert(client:approve_action(action.id))
    assert(client:submit_transaction(id, { txnId = "t-1", type = "finance",
      applicant = { externalUserId = "x", fullName = "X" } }))
    local expected = { "applicantDeactivated", "applicantActivated", "applicantActionPending", "applicantActionReviewed",
      "applicantKytTxnApproved" }
    assert.same(expected, types_of(id, #expected))
    local events = stored()
    assert.same({ action.id, "w-1", "GREEN" }, { events[4].applicantActionId, events[4].externalApplicantActionId,
      events[4].reviewResult.reviewAnswer })
    assert.is_string(events[5].kytTxnId)
    local token = assert(client:share_token { applicantId = id, forClientId = "other" }).token
    local copy = assert(client:import_shared(token)).id
    assert.same({ "applicantCreated" }, types_of(copy, 1))
  end)

  it("posts what a screening finds, and what it comes to when every hit is decided", function()
    sandbox(receive(), "")
    local function somebody(i, duplicates)
      local ids = {}
      for id in support.told({ url = url }, "type=individual&review=completed-GREEN&limit=2&duplicates=" .. duplicates)
        :gmatch('"applicantId":"(%x+)"') do ids[#ids + 1] = id end
      return ids[i]
    end
    local clean = somebody(1, "GREEN")
    assert(client:recheck_aml(clean)) -- nothing is found, and nobody told
    assert.equal("completed", client:status(clean).reviewStatus)
    for i, case in ipairs { { "false_positive", "amlCaseApproved", "GREEN" }, { "true_positive", "amlCaseRejected", "RED" } } do
      local id = somebody(i, "RED")
      local function decide(status)
        local found = assert(client:aml_case(id))
        assert(client:review_aml_hits(found.id, { hitReviews = { { hitId = found.hits[1].id, matchStatus = status } } }))
      end
      assert(client:recheck_aml(id))
      assert.same({ "onHold", "onHold" }, { client:status(id).reviewStatus, client:aml_case(id).review.reviewStatus })
      assert.equal(409, select(2, client:recheck_aml(id)).status)
      decide("potential_match") -- still open
      assert.equal("onHold", client:status(id).reviewStatus)
      decide(case[1])
      decide(case[1]) -- the same again changes nothing
      local review = client:status(id)
      assert.same({ "completed", case[3] }, { review.reviewStatus, review.reviewResult.reviewAnswer })
      local expected = { "applicantOnHold", "amlCaseOnHold", "applicantReviewed", case[2] }
      assert.same(expected, types_of(id, #expected))
    end
    local case = assert(client:aml_case("6543210fedcba9876543210f")) -- who is not on hold stays as they are
    assert(client:review_aml_hits(case.id, { hitReviews = { { hitId = "HIT-1", matchStatus = "false_positive" } } }))
    assert.same({ "amlCaseApproved" }, types_of("6543210fedcba9876543210f", 1))
    assert.same({}, types_of(clean, 0))
  end)

  it("posts nothing of a call that a fault answers instead, and all of one whose answer was lost", function()
    sandbox(receive(), "")
    local id = assert(client:create_applicant("basic-kyc-level", { externalUserId = "hook-2" })).id
    local function faults(rule)
      support.faults({ url = url }, { rule })
    end
    faults { endpoint = "request_check", status = 500 }
    assert.is_nil((client:request_check(id)))
    faults { endpoint = "request_check", drop = "after" }
    assert.is_nil((client:request_check(id)))
    assert.same({ "applicantCreated", "applicantPending" }, types_of(id, 2))
  end)

  it("is taken by the receiver inside nginx #nginx", function()
    local server = nginx.start {
      http = ([[
        lua_shared_dict webhooks 8m;
        init_by_lua_block {
          take = require("idngo.webhook").handler { secrets = "%s", spool = "%s/events", dedupe = "webhooks" }
        } ]]):format(SECRET, folder),
      server = "location = /hook { content_by_lua_block { take() } }",
    }
    sandbox(server.url .. "/hook")
    local id = assert(client:create_applicant("basic-kyc-level", { externalUserId = "hook-3" })).id
    assert(client:request_check(id))
    assert.same({ "applicantCreated", "applicantPending" }, types_of(id, 2))
    assert.equal("", said())
    server:stop()
  end)

  -- A receiver of our own, which answers as it likes.

  --- Listens; not before the sandbox is started, which would inherit the socket.
  local function listen(port)
    local listening = assert(socket.bind("127.0.0.1", port))
    listening:settimeout(60)
    return listening
  end

  --- The next request: its body, its headers and its connection.
  local function take(listening)
    local peer = assert(listening:accept())
    peer:settimeout(60)
    local headers, line = {}, assert(peer:receive("*l"))
    assert.equal("POST /hook HTTP/1.1", line)
    repeat
      line = assert(peer:receive("*l"))
      local name, value = line:match("^([^:]+): (.*)$")
      if name then headers[name:lower()] = value end
    until line == ""
    return assert(peer:receive(tonumber(headers["content-length"]))), headers, peer
  end

  local function answer(peer, status)
    peer:send(("HTTP/1.1 %d Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"):format(status))
    peer:close()
  end

  it("signs what it sends, and sends the same bytes again until they are taken", function()
    local port = nginx.free_port()
    sandbox(("http://127.0.0.1:%d/hook"):format(port), "--webhook-clock 0.00001")
    local listening = listen(port)
    assert(client:create_applicant("basic-kyc-level", { externalUserId = "hook-4" }))
    local first
    for i, status in ipairs { 500, 302, 404, 200 } do
      local body, headers, peer = take(listening)
      assert.equal("HMAC_SHA256_HEX", headers["x-payload-digest-alg"])
      assert.equal("application/json", headers["content-type"])
      assert.equal(core.hmac("sha256", SECRET, body), headers["x-payload-digest"])
      first = first or body
      assert.equal(first, body, i)
      answer(peer, status)
    end
    nginx.wait_for(function() return select(2, said():gsub("\n", "")) == 3 end)
    assert.truthy(said():find("applicantCreated of %x+ was not taken: the receiver answered 500; it is sent again in 0.003 s\n"))
    assert.truthy(said():find("the receiver answered 302; it is sent again in 0.036 s\n", 1, true))
    assert.truthy(said():find("the receiver answered 404; it is sent again in 0.18 s\n", 1, true))
    assert.is_nil(said():find(SECRET, 1, true))
    listening:close()
  end)

  it("gives an event up when it was sent five times, and those of actions come sooner", function()
    local port = nginx.free_port()
    sandbox(("http://127.0.0.1:%d/hook"):format(port), "--webhook-clock 0.00001")
    local listening = listen(port)
    local id = support.told({ url = url }, "limit=1"):match(("%x"):rep(24))
    local action = assert(client:create_action(id, "withdrawals", { externalActionId = "w-1", phone = "+77000000000" }))
    assert(client:request_action_check(action.id))
    for _ = 1, 5 do
      local _, _, peer = take(listening)
      answer(peer, 503)
    end
    nginx.wait_for(function() return said():find("not taken, 5 times: the receiver answered 503; it is given up\n", 1, true) end)
    for _, seconds in ipairs { "0.0003", "0.0006", "0.003" } do
      assert.truthy(said():find(("sent again in %s s\n"):format(seconds), 1, true), said())
    end
    assert.equal(5, select(2, said():gsub("\n", "")))
    listening:close()
  end)

  it("answers its callers while a receiver says nothing, is down, and comes back", function()
    local port = nginx.free_port()
    sandbox(("http://127.0.0.1:%d/hook"):format(port), "--webhook-clock 0.0001")
    local listening = listen(port)
    local peers = {}
    for i = 1, 40 do -- as many as are on their way at once are held, and nobody answers
      assert(client:create_applicant("basic-kyc-level", { externalUserId = "slow-" .. i }))
    end
    for i = 1, 8 do
      local _, _, peer = take(listening)
      peers[i] = peer
    end
    assert(client:levels())
    for _, peer in ipairs(peers) do peer:close() end
    listening:close()
    assert(client:create_applicant("basic-kyc-level", { externalUserId = "down-1" }))
    nginx.wait_for(function() return said():find("Failed to connect", 1, true) end)
    receive(port)
    local users
    nginx.wait_for(function()
      users = {}
      for _, event in ipairs(stored()) do users[event.externalUserId] = true end
      local count = 0
      for _ in pairs(users) do count = count + 1 end
      return count == 41
    end)
    assert.is_true(users["slow-1"] and users["down-1"])
  end)

  it("waits 5 s for an answer, and no longer", function()
    local port = nginx.free_port()
    sandbox(("http://127.0.0.1:%d/hook"):format(port), "--webhook-clock 0")
    local listening = listen(port)
    assert(client:create_applicant("basic-kyc-level", { externalUserId = "hook-5" }))
    local began = core.now()
    local body, _, silent = take(listening)
    local again, _, peer = take(listening)
    assert.is_true(core.now() - began > 4)
    assert.equal(body, again)
    silent:close()
    answer(peer, 200)
    listening:close()
  end)

  it("ends at once, whatever is on its way or waits", function()
    local port = nginx.free_port()
    sandbox(("http://127.0.0.1:%d/hook"):format(port))
    local listening = listen(port)
    assert(client:create_applicant("basic-kyc-level", { externalUserId = "hook-6" }))
    local _, _, peer = take(listening)
    answer(peer, 500)
    nginx.wait_for(function() return said():find("it is sent again in 300 s\n", 1, true) end)
    assert(client:create_applicant("basic-kyc-level", { externalUserId = "hook-7" }))
    local _, _, held = take(listening)
    stop(pid)
    held:close()
    listening:close()
  end)

  it("refuses a URL, a file or a factor that cannot be", function()
    for options, wrong in pairs {
      ["--webhook ftp://here/x"] = { 78, "the receiver's URL" }, ["--webhook http://127.0.0.1:1"] = { 78, "must have a path" },
      ["--webhook http://example.org/x"] = { 78, "the receiver's URL" },
      ["--webhook http://127.0.0.1:1/x --webhook-secret-file /nowhere/at/all"] = { 78, "the webhook's secret" },
      ["--webhook http://127.0.0.1:1/x --webhook-clock 1e999"] = { 2, "is no factor" },
      ["--webhook http://127.0.0.1:1/x --webhook-clock soon"] = { 2, "is no factor" },
    } do
      local _, errors, code = command(("%s bin/idngo sandbox %s </dev/null"):format(LUA, options))
      assert.equal(wrong[1], code, options .. ": " .. errors)
      assert.truthy(errors:find(wrong[2], 1, true), errors)
    end
  end)

  it("lists what applicants may be like, with one of each", function()
    local out, _, code = command(LUA .. " bin/idngo sandbox --list --applicants 50 </dev/null")
    assert.equal(0, code)
    local served = require("idngo.sandbox").background { applicants = 50 }
    for _, name in ipairs(require("idngo.sandbox.people").situations) do
      local total = 0
      for line in out:gmatch("[^\n]+") do
        local situation, value, count, id = line:match("^(%S+)%s+(%S+)%s+(%d+)%s+(%x+)$")
        if situation == name then
          local rows = support.told(served, ("%s=%s"):format(name, value))
          assert.equal(tonumber(count), select(2, rows:gsub("\n", "")))
          assert.equal(id, rows:match(("%x"):rep(24)))
          total = total + count
        end
      end
      assert.equal(50, total, name)
    end
    served:close()
  end)
end)
