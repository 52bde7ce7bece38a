-- idngo receive: the receiver without nginx answers as that one does, and nothing that it acknowledged is ever lost.

local command = require("command")
local core = require("idngo.core")
local files = require("files")
local json = require("idngo.json")
local nginx = require("nginx")
local shell = require("shell")
local socket = require("socket")
local spool = require("idngo.webhook.spool")

local BUILD = os.getenv("IDNGO_BUILD") or "build"
local LUA = os.getenv("IDNGO_LUA") or "lua5.4"

describe("idngo receive", function()
  local folder, dir, port, pid, said

  --- Starts a receiver and waits until it is ready. `env`: what is set before it.
  local function start(options, env)
    said = folder .. "/said"
    os.remove(folder .. "/out")
    pid = shell("%s %s bin/idngo receive --spool %s --secret-file %s/retired --secret-file %s/secret --path /webhook "
      .. "--listen %d %s >%s/out 2>>%s & echo $!", env or "", LUA, dir, folder, folder, port, options or "", folder, said)
      :match("%d+")
    nginx.wait_for(function() return files.read(folder .. "/out", ""):find("ready at", 1, true) end)
    assert.equal(("idngo receive ready at http://127.0.0.1:%d/webhook\n"):format(port), files.read(folder .. "/out"))
  end

  local function is_alive() return not core.process_gone(tonumber(pid)) end

  local function stop(signal)
    os.execute(("kill -%s %s 2>/dev/null"):format(signal, pid))
    nginx.wait_for(function() return not is_alive() end)
  end

  before_each(function()
    folder = files.folder()
    dir, port = folder .. "/events", nginx.free_port()
    files.write(folder .. "/secret", "webhook-secret\n")
    files.write(folder .. "/retired", "retired\n")
  end)

  after_each(function()
    if is_alive() then stop("KILL") end
    os.execute("rm -rf " .. folder)
  end)

  local function event(id) return ('{"applicantId" : "%s", "type" : "applicantReviewed"}'):format(id) end

  --- Sends a request; the socket to read the answer from.
  local function send(body, options)
    options = options or {}
    local peer = assert(socket.connect("127.0.0.1", port))
    peer:settimeout(30)
    peer:send(("%s %s HTTP/1.1\r\nHost: here\r\nConnection: close\r\n%s%s%sContent-Length: %d\r\n\r\n%s"):format(
      options.method or "POST", options.path or "/webhook",
      options.digest ~= false and ("X-Payload-Digest: %s\r\n"):format(options.digest
        or core.hmac("sha256", options.secret or "webhook-secret", body)) or "",
      "X-Payload-Digest-Alg: HMAC_SHA256_HEX\r\n", options.more or "", #body, body))
    return peer
  end

  local function status_of(peer)
    local status = tonumber((peer:receive("*l") or ""):match("^HTTP/1.1 (%d+)"))
    peer:close()
    return status
  end

  local function post(...) return status_of(send(...)) end

  local function stored()
    local list = {}
    for record, problem in spool.records(dir, {}) do
      assert(record, tostring(problem))
      list[#list + 1] = record.text
    end
    return list
  end

  it("stores what is signed, and answers 200 behind that; a repeat is stored once, and known after a restart", function()
    start()
    assert.same({ 200, 200, 200 }, { post(event "a1"), post(event "a2", { secret = "retired" }), post(event "a1") })
    assert.same({ event "a1", event "a2" }, stored())
    stop("TERM")
    start()
    assert.same({ 200, 200 }, { post(event "a2"), post(event "a3") })
    assert.same({ event "a1", event "a2", event "a3" }, stored())
  end)

  it("refuses what nginx's receiver refuses, says why, and shows nothing of it", function()
    start("--max-body 200")
    local body = event "somebody"
    for expected, status in pairs {
      ["401 secret"] = post(body, { secret = "another" }),
      ["401 missing"] = post(body, { digest = false }),
      ["401 cut"] = post(body, { digest = "00" }),
      ["401 twice"] = post(body, { more = "X-Payload-Digest: 00\r\n" }),
      ["400 no JSON"] = post("somebody"),
      ["400 no type"] = post('{"applicantId":"somebody"}'),
      ["405 method"] = post(body, { method = "PUT" }),
      ["404 path"] = post(body, { path = "/webhook2" }),
      ["413 size"] = post(event(("s"):rep(200))),
    } do
      assert.equal(expected:match("%d+"), tostring(status), expected)
    end
    assert.equal(200, post(body, { path = "/webhook?from=here" }))
    assert.same({ body }, stored())
    local told = files.read(said)
    for _, reason in ipairs { "401: ", "400: ", "404: ", "413: " } do assert.truthy(told:find(reason, 1, true), told) end
    assert.is_nil(told:find("somebody", 1, true) or told:find("webhook-secret", 1, true))
  end)

  it("takes many at once, in any pieces, and none waits for another's", function()
    start()
    local slow = assert(socket.connect("127.0.0.1", port))
    slow:send("POST /webhook HTTP/1.1\r\nHost: here\r\nContent-Le")
    local peers = {}
    for i = 1, 100 do peers[i] = send(event("m" .. i % 50)) end
    for i = 1, 100 do assert.equal(200, status_of(peers[i])) end
    assert.equal(50, #stored())
    slow:close()
  end)

  it("does not acknowledge what is not on disk, and takes it when it comes again", function()
    assert(os.execute(("cc -shared -fPIC -D_GNU_SOURCE -o %s/fail_io.so spec/support/fail_io.c -ldl"):format(folder)))
    start("", ("LD_PRELOAD=%s/fail_io.so FAIL_IO='28 2 events/'"):format(folder))
    local statuses = {}
    for i = 1, 6 do statuses[i] = post(event("d" .. i)) end
    assert.equal(200, statuses[1])
    assert.same({ 503, 503, 503 }, { statuses[4], statuses[5], statuses[6] })
    for i, status in ipairs(statuses) do
      local found = false
      for _, text in ipairs(stored()) do found = found or text == event("d" .. i) end
      if status == 200 then assert.is_true(found) end
    end
    assert.truthy(files.read(said):find("503: No space left on device", 1, true))
    assert.equal("2\n", shell("ls /proc/%s/task | wc -l", pid)) -- its own, and the spool's
    stop("TERM")
    start()
    for i = 1, 6 do assert.equal(200, post(event("d" .. i))) end
    assert.equal(6, #stored())
  end)

  it("goes on in a new file when somebody removes the directory's files", function()
    start()
    assert.equal(200, post(event "a1"))
    assert(os.execute(("rm %s/*.events"):format(dir)))
    assert.equal(503, post(event "a2")) -- nobody can tell it from one that is there
    assert.equal(200, post(event "a2"))
    assert.same({ event "a2" }, stored())
  end)

  for how, replace in pairs { ["in place of one that was removed"] = "rm -r %s && mkdir -m 700 %s",
    ["in place of one that has another name now"] = "mv %s %s.old && mkdir -m 700 %s" } do
    it("goes on in a new folder " .. how, function()
      start()
      assert.equal(200, post(event "a1"))
      assert(os.execute((replace:gsub("%%s", dir))))
      assert.equal(503, post(event "a2")) -- nobody would find it
      assert.equal(200, post(event "a2"))
      assert.equal(200, post(event "a3"))
      assert.same({ event "a2", event "a3" }, stored())
    end)
  end

  it("does not begin where what it read at its start cannot be put on the disk: its repeats would count as stored", function()
    assert(os.execute(("cc -shared -fPIC -D_GNU_SOURCE -o %s/fail_io.so spec/support/fail_io.c -ldl"):format(folder)))
    start()
    assert.equal(200, post(event "a1"))
    stop("KILL")
    local text = shell("LD_PRELOAD=%s/fail_io.so FAIL_IO='5 0 events/' timeout 60 %s bin/idngo receive --spool %s "
      .. "--secret-file %s/secret --listen %d 2>&1; echo $?", folder, LUA, dir, folder, port)
    assert.truthy(text:find("%.events: Input/output error"), text)
    assert.truthy(text:find("\n74\n$"), text)
  end)

  it("takes a file for gone that is pruned while it starts, and puts the folder on the disk once", function()
    local taken, segments, sync, synced = socket.bind("127.0.0.1", 0), core.spool_segments, core.sync, {}
    local _, used = taken:getsockname()
    finally(function()
      core.spool_segments, core.sync = segments, sync
      taken:close()
    end)
    start()
    assert.equal(200, post(event "a1"))
    stop("TERM")
    core.spool_segments = function(...)
      local list, found = segments(...)
      table.insert(list, 1, { name = "0000000000000001-1.events", size = 100, written = core.wall() })
      return list, found
    end
    core.sync = function(path)
      synced[#synced + 1] = path
      return sync(path)
    end
    local _, err = require("idngo.webhook.server").open { address = "127.0.0.1", port = tonumber(used), path = "/", spool = dir,
      secret_files = { folder .. "/secret" }, max_body = 1000 }
    assert.equal("connect", err.kind, tostring(err)) -- what comes behind all that was read
    assert.equal(3, #synced)
    assert.equal(dir, synced[3])
  end)

  it("holds all that it acknowledged when it is killed again and again", function()
    start()
    local seconds, kills = 3, 0
    local pipe = assert(io.popen(("%s/webhook_sender %d run 300 %d resend"):format(BUILD, port, seconds)))
    local finish = socket.gettime() + seconds
    repeat
      socket.sleep(0.2)
      stop("KILL")
      start()
      kills = kills + 1
    until socket.gettime() > finish and kills >= 2 -- what came meanwhile is sent again after a start
    local report = assert(json.decode(pipe:read("l")))
    pipe:close()
    assert.equal(report.events, report.acknowledged, json.encode(report))
    local seen, count = {}, 0
    for _, text in ipairs(stored()) do
      seen[json.decode(text).applicantId], count = true, count + 1
    end
    for i = 0, report.events - 1 do assert.is_true(seen["run-" .. i] or false) end
    assert.equal(report.events, count) -- what was stored and not answered is known as a repeat after the restart
  end)

  it("answers what it has taken before it ends", function()
    assert(os.execute(("mkfifo %s/gate && cc -shared -fPIC -o %s/slow_sync.so spec/support/slow_sync.c -ldl"):format(folder,
      folder)))
    start("", ("LD_PRELOAD=%s/slow_sync.so SLOW_SYNC='/events %s/gate'"):format(folder, folder))
    local first = send(event "a1")
    nginx.wait_for(function() return files.read(dir .. "/" .. (shell("ls %s", dir):match("%S+%.events") or ""), "") ~= "" end)
    os.execute("kill -TERM " .. pid)
    local gate = assert(io.open(folder .. "/gate", "w"))
    gate:write("x")
    gate:close()
    assert.equal(200, status_of(first))
    nginx.wait_for(function() return not is_alive() end)
    assert.same({ event "a1" }, stored())
  end)

  it("says what it cannot begin with", function()
    for options, expected in pairs {
      ["--spool DIR/none/events --secret-file DIR/secret --listen PORT"] = { 74, "No such file" },
      ["--spool DIR/events --secret-file DIR/none --listen PORT"] = { 78, "No such file" },
      ["--spool DIR/events --secret-file DIR/secret --listen nowhere"] = { 2, "is no address" },
      ["--spool DIR/events --secret-file DIR/secret --listen PORT --path x"] = { 2, "is no path" },
      ["--spool DIR/events --secret-file DIR/secret --listen PORT --max-body 99999999"] = { 2, "is no size" },
      ["--spool DIR/events --listen PORT"] = { 2, "--secret-file" },
    } do
      local _, told, code = command("timeout 20 lua5.4 bin/idngo receive " .. options:gsub("DIR", folder):gsub("PORT", port))
      assert.equal(expected[1], code, options .. told)
      assert.truthy(told:find(expected[2], 1, true), told)
      assert.is_nil(told:find("webhook-secret", 1, true))
    end
    start()
    local _, told, code = command(("timeout 20 lua5.4 bin/idngo receive --spool %s --secret-file %s/secret --listen %d"):format(
      dir, folder, port))
    assert.equal(69, code, told)
    assert.truthy(told:find(("127.0.0.1 port %d: Address already in use"):format(port), 1, true), told)
  end)
end)
