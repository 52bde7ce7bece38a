-- The webhook receiver inside nginx: what it answers, what it stores, and that nothing acknowledged is ever lost.

local core = require("idngo.core")
local files = require("files")
local json = require("idngo.json")
local nginx = require("nginx")
local shell = require("shell")
local socket = require("socket")
local spool = require("idngo.webhook.spool")

local SECRET = "webhook-secret" -- the one of spec/support/webhook_sender.c
local SENDER = (os.getenv("IDNGO_BUILD") or "build") .. "/webhook_sender"

local HTTP = [[
  lua_shared_dict webhooks 8m;
  lua_shared_dict seen_events 1m;
  lua_shared_dict tiny 12k;
  init_by_lua_block {
    local webhook = require "idngo.webhook"
    receive = webhook.handler {
      secrets = { "retired", "webhook-secret" }, spool = "SPOOL", dedupe = DEDUPE,
      on_event = function(event)
        if event.applicantId == "told" then
          ngx.shared.seen_events:incr("told", 1, 0)
          error("on_event is broken")
        end
      end,
    }
    receive_all = webhook.handler { secrets = "webhook-secret", spool = "SPOOL" }
    receive_elsewhere = webhook.handler { secrets = "another-secret", spool = "SPOOL-2", dedupe = "webhooks" }
    receive_forgetful = webhook.handler { secrets = "webhook-secret", spool = "SPOOL", dedupe = "tiny" }
    receive_webhook = receive
  }
]]

local SERVER = [[
  include ROOT/examples/nginx/webhook.conf;
  client_body_buffer_size 4k;
  location = /webhook { content_by_lua_block { receive() } }
  location = /each-time { content_by_lua_block {
    require("idngo.webhook").handler { secrets = "webhook-secret", spool = "SPOOL" } () } }
  location = /without-dedupe { content_by_lua_block { receive_all() } }
  location = /elsewhere { content_by_lua_block { receive_elsewhere() } }
  location = /forgetful { content_by_lua_block { receive_forgetful() } }
  location = /claim { content_by_lua_block {
    local core = require "idngo.core"
    ngx.req.read_body()
    ngx.shared.webhooks:set(core.sha256("SPOOL\0" .. core.sha256(ngx.req.get_body_data())), "taken", 60)
    ngx.header["Content-Length"] = 0 } }
  location = /seen { content_by_lua_block {
    local seen = tostring(ngx.shared.seen_events:get("told") or 0)
    ngx.header["Content-Length"] = #seen
    ngx.print(seen) } }
]]

local function event(id, at, padding)
  return ('{\n  "applicantId" : "%s",\n  "type" : "applicantReviewed",\n  "createdAtMs" : "2020-02-21 13:23:%s"\n%s}')
    :format(id, at or "19.321", (" "):rep(padding or 0))
end

local server, dir

local function start(workers, without_dedupe)
  local folder = files.folder()
  dir = folder .. "/events"
  local values = { SPOOL = dir, ROOT = shell("pwd"):sub(1, -2), DEDUPE = without_dedupe and "nil" or '"webhooks"' }
  server = nginx.start { workers = workers, http = HTTP:gsub("%u%u+", values), server = SERVER:gsub("%u%u+", values) }
  server.folder = folder
end

local function stop()
  server:stop()
  os.execute("rm -rf " .. server.folder)
end

--- Sends a request's head and body; the socket to read the answer from.
local function send(body, options)
  options = options or {}
  local peer = assert(socket.connect("127.0.0.1", server.port))
  peer:settimeout(10)
  local digest = options.digest or core.hmac("sha256", options.secret or SECRET, body)
  local framed = options.chunked and ("%x\r\n%s\r\n0\r\n\r\n"):format(#body, body) or body
  peer:send(table.concat {
    options.method or "POST", " ", options.path or "/webhook", " HTTP/1.1\r\nHost: nginx\r\nConnection: close\r\n",
    "X-Payload-Digest: ", digest, "\r\n", options.alg or "X-Payload-Digest-Alg: HMAC_SHA256_HEX\r\n",
    options.chunked and "Transfer-Encoding: chunked" or "Content-Length: " .. #body, "\r\n\r\n", framed,
  })
  return peer
end

--- The status and the body of the answer.
local function receive(peer)
  local status, length = tonumber((peer:receive("*l") or ""):match("^HTTP/1.1 (%d+)")), 0
  repeat
    local line = peer:receive("*l") or ""
    length = tonumber(line:match("^Content%-Length: (%d+)$")) or length
  until line == ""
  local text = length > 0 and peer:receive(length) or ""
  peer:close()
  return status, text
end

local function post(body, options)
  return receive(send(body, options))
end

--- The texts in the spool, in the order of arrival.
local function stored()
  local texts = {}
  for record, problem in spool.records(dir, {}) do
    assert(record and record.text, tostring(problem or "damaged"))
    texts[#texts + 1] = record.text
  end
  return texts
end

describe("the webhook receiver #nginx", function()
  setup(function() start(1) end)
  teardown(function() stop() end)

  --- How many records hold `id`.
  local function count(id)
    local n = 0
    for _, text in ipairs(stored()) do
      if text:find('"' .. id .. '"', 1, true) then n = n + 1 end
    end
    return n
  end

  it("stores an event byte by byte before it answers 200", function()
    assert.same({ 200, "" }, { post(event("first")) })
    assert.same({ event("first") }, stored())
  end)

  it("takes any of its secrets", function()
    assert.equal(200, (post(event("rotated"), { secret = "retired" })))
    assert.equal(401, (post(event("rotated"), { secret = "another" })))
  end)

  it("stores a body that nginx had put into a file", function()
    local body = event("buffered", nil, 300000)
    assert.equal(200, (post(body)))
    local texts = stored()
    assert.is_true(body == texts[#texts])
  end)

  it("refuses without a word, and stores nothing", function()
    local before = #stored()
    local body = event("refused")
    assert.same({ 401, "" }, { post(body, { digest = ("0"):rep(64) }) })
    assert.same({ 401, "" }, { post(body, { digest = core.hmac("sha1", SECRET, body),
      alg = "X-Payload-Digest-Alg: HMAC_SHA1_HEX\r\n" }) })
    assert.same({ 401, "" }, { post(body, { alg = "" }) })
    assert.same({ 401, "" }, { post(body, { alg = ("X-Payload-Digest-Alg: HMAC_SHA256_HEX\r\n"):rep(2) }) })
    assert.same({ 401, "" }, { post(body, { alg = "X-Payload-Digest-Alg: HMAC_SHA1_HEX, HMAC_SHA256_HEX\r\n" }) })
    assert.same({ 401, "" }, { post("", { digest = "" }) })
    assert.same({ 400, "" }, { post("") })
    assert.same({ 400, "" }, { post("{}") })
    assert.same({ 405, "" }, { post("", { method = "GET" }) })
    assert.equal(before, #stored())
  end)

  it("refuses 10 MB by the length alone, and chunks that grow too long", function()
    local before = #stored()
    assert.equal(413, (post("", { chunked = false, alg = "Content-Length: 10485760\r\nX-Ignored: " })))
    assert.equal(413, (post(event("long", nil, 1024 * 1024), { chunked = true })))
    assert.equal(before, #stored())
  end)

  it("drops a repeat, and keeps what came out of order", function()
    assert.equal(200, (post(event("twice", "20.000"))))
    assert.equal(200, (post(event("twice", "20.000"))))
    assert.equal(1, count("twice"))
    assert.equal(200, (post(event("twice", "19.000"))))
    assert.equal(2, count("twice"))
  end)

  it("takes nothing for a repeat that differs in a single byte", function()
    for network = 1, 2 do
      assert.equal(200, (post(('{"type":"applicantFraudNetworkModified","applicantId":"networked","networkId":"%d",'
        .. '"createdAtMs":"2024-01-18 13:34:32.897"}'):format(network))))
    end
    assert.equal(2, count("networked"))
    post(event("padded"))
    post(event("padded", nil, 1))
    assert.equal(2, count("padded"))
  end)

  it("stores what names no applicant, once", function()
    local body = '{"type":"applicantFraudNetworkCreated","networkId":"network-1","createdAtMs":"2023-08-30 09:59:52.864"}'
    assert.equal(200, (post(body)))
    assert.equal(200, (post(body)))
    assert.equal(1, count("network-1"))
    local listed = shell("lua5.4 bin/idngo events list --spool %s --type applicantFraudNetworkCreated", dir)
    assert.truthy(listed:find("network%-1 +applicantFraudNetworkCreated\n"), listed)
  end)

  it("stores for each receiver what another one, of the same dictionary, has stored elsewhere", function()
    assert.equal(200, (post(event("shared"))))
    assert.equal(401, (post(event("shared"), { path = "/elsewhere" })))
    assert.equal(200, (post(event("shared"), { path = "/elsewhere", secret = "another-secret" })))
    assert.equal(1, count("shared"))
    assert.equal("1\n", shell("cat %s-2/*.events | grep -ac '\"shared\"'", dir))
  end)

  it("stores one of many copies that come at once, and answers all", function()
    local peers = {}
    for i = 1, 20 do peers[i] = send(event("at-once")) end
    for i = 1, 20 do assert.equal(200, (receive(peers[i]))) end
    assert.equal(1, count("at-once"))
  end)

  it("loses nothing when the dictionary is too small for all that comes", function()
    local before = #stored()
    for i = 1, 300 do assert.equal(200, (post(event("many-" .. i), { path = "/forgetful" }))) end
    assert.equal(before + 300, #stored())
  end)

  it("does not answer 200 to a repeat whose first is not on disk", function()
    local body = event("not-yet")
    assert.equal(200, (post(body, { path = "/claim" })))
    assert.equal(503, (post(body)))
    assert.equal(0, count("not-yet"))
  end)

  it("keeps every copy where nobody asked to drop any", function()
    post(event("undropped"), { path = "/without-dedupe" })
    post(event("undropped"), { path = "/without-dedupe" })
    assert.equal(2, count("undropped"))
  end)

  it("works in the location of examples/nginx/webhook.conf", function()
    assert.equal(200, (post(event("example"), { path = "/webhooks/idngo" })))
    assert.equal(1, count("example"))
  end)

  it("shares one spool among the handlers of a worker", function()
    for i = 1, 5 do assert.equal(200, (post(event("each-" .. i), { path = "/each-time" }))) end
    assert.equal(1, #assert(core.spool_segments(dir)))
  end)

  it("calls on_event once for each event, after the answer and whatever comes of it", function()
    assert.equal(200, (post(event("told"))))
    assert.equal(200, (post(event("told"))))
    nginx.wait_for(function() return select(2, post("", { method = "GET", path = "/seen" })):find("1") end)
    assert.truthy(server:log():find("idngo webhook: on_event: ", 1, true))
  end)

  it("logs reasons, and nothing of the events", function()
    post(event("secretive"), { digest = ("a"):rep(64) })
    local log = server:log()
    assert.truthy(log:find("idngo webhook: x-payload-digest does not fit", 1, true))
    for _, private in ipairs { "secretive", ("a"):rep(64), SECRET } do
      assert.is_nil(log:find(private, 1, true))
    end
  end)
end)

describe("the webhook receiver's spool #nginx", function()
  after_each(function() stop() end)

  it("is private", function()
    start(1)
    assert.equal(200, (post(event("private"))))
    assert.equal("700\n600\n", shell("stat -c %%a %s %s/*", dir, dir))
  end)

  it("answers 503 while it cannot be written, and stores the event when it is sent again", function()
    start(1)
    os.execute("mkdir " .. dir .. " && chmod 777 " .. dir)
    assert.same({ 503, "" }, { post(event("again")) })
    assert.truthy(server:log():find("group or others may write there", 1, true))
    os.execute("chmod 700 " .. dir)
    assert.equal(200, (post(event("again"))))
    assert.same({ event("again") }, stored())
  end)

  it("answers 503 when the directory was cleared, and begins anew", function()
    start(1)
    assert.equal(200, (post(event("cleared"))))
    os.execute("rm -r " .. dir)
    assert.equal(503, (post(event("again"))))
    assert.equal(200, (post(event("again"))))
    assert.same({ event("again") }, stored())
  end)

  it("holds one thread and one folder, however often that was cleared", function()
    start(1)
    for i = 1, 12 do
      os.execute("rm -rf " .. dir)
      local body = event("cleared-" .. i)
      assert.equal(i == 1 and 200 or 503, (post(body)))
      assert.equal(200, (post(body)))
    end
    local worker = server:workers()[1]
    assert.equal("2\n", shell("ls /proc/%d/task | wc -l", worker)) -- its own, and the spool's
    assert.equal("1\n", shell("ls -l /proc/%d/fd | grep -c '%s'", worker, dir .. "$"))
    assert.equal("0\n", shell("ls -l /proc/%d/fd | grep -c '%s (deleted)$' || true", worker, dir))
  end)

  it("keeps what one nginx stored for the next", function()
    start(1)
    post(event("before"))
    local worker = server:workers()[1]
    server:signal("HUP")
    nginx.wait_for(function() return server:workers()[1] ~= worker and #server:workers() == 1 end)
    post(event("after"))
    post(event("before"))
    assert.same({ event("before"), event("after") }, stored())
  end)

  --- Sends `seconds` of webhooks that are resent until acknowledged, and calls `trouble` again and again meanwhile.
  local function send_through(trouble, seconds)
    local pipe = assert(io.popen(("%s %d run 400 %d resend"):format(SENDER, server.port, seconds)))
    local sockets = {}
    nginx.wait_for(function() return os.rename(dir, dir) end) -- is there from the first event on
    local finish = socket.gettime() + seconds
    while socket.gettime() < finish do trouble(sockets) end
    local report = assert(json.decode(pipe:read("l")))
    pipe:close()
    return report
  end

  --- The spool must hold every acknowledged event, and a second time only what was resent.
  local function holds_all(report)
    assert.equal(report.events, report.acknowledged, json.encode(report))
    local seen, records = {}, stored()
    for _, text in ipairs(records) do seen[json.decode(text).applicantId] = true end
    for i = 0, report.events - 1 do assert.is_true(seen["run-" .. i] or false) end
    assert.is_true(#records <= report.events + report.resent)
  end

  -- Without a lua_shared_dict: nginx itself may leave one broken when a worker is killed inside it.
  it("equals what was acknowledged when workers are killed again and again #slow", function()
    start(2, true)
    local kills = 0
    local report = send_through(function()
      local victim = server:workers()[1]
      os.execute("kill -9 " .. victim)
      kills = kills + 1
      nginx.wait_for(function()
        local left = server:workers()
        return #left == 2 and left[1] ~= victim and left[2] ~= victim
      end)
    end, 6)
    holds_all(report)
    assert.is_true(kills > 10)
    assert.is_true(report.lost > 0)
  end)

  it("equals what was acknowledged when nginx is reloaded again and again #slow", function()
    start(2)
    local offsets, read = {}, {}
    local report = send_through(function()
      local before = server:workers()[1]
      server:signal("HUP")
      nginx.wait_for(function()
        local workers = server:workers()
        for _, pid in ipairs(workers) do
          if pid == before then return false end
        end
        return #workers == 2
      end)
      for record, problem in spool.records(dir, offsets) do
        assert.is_truthy(record, problem)
        read[#read + 1] = record.segment .. ":" .. record.from
        offsets[record.segment] = record.to
      end
    end, 6)
    holds_all(report)
    assert.equal(0, report.refused)
    for record in spool.records(dir, offsets) do read[#read + 1] = record.segment .. ":" .. record.from end
    assert.equal(#stored(), #read)
    local once = {}
    for _, place in ipairs(read) do
      assert.is_nil(once[place])
      once[place] = true
    end
    assert.equal("", server:complaints())
  end)
end)
