-- What the client does when things fail: retries and their budget, deadlines, the clock, interrupts, chaos.

local core = require("idngo.core")
local fault_server = require("fault_server")
local files = require("files")
local runtimes = require("idngo.runtime.current")
local idngo = require("idngo")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local wait_for = require("nginx").wait_for

local server

local function open(scenario, options)
  local settings = { base_url = server.http .. "/s/" .. scenario, app_token = "sbx:a.b", secret_key = "s", limits = false }
  for name, value in pairs(options or {}) do settings[name] = value end
  return assert(idngo.client(settings))
end

local function curl(arguments)
  local pipe = io.popen("curl -sf " .. arguments)
  local text = pipe:read("a")
  assert(pipe:close())
  return text
end

describe("with a failing server", function()
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)
  before_each(function() server:forget() end)

  it("an outage meets at most 1.2 times the ordinary load", function()
    local client = open("endless-503")
    local items = {}
    for i = 1, 400 do items[i] = "id" .. i end
    local results, errors = idngo.parallel(items, function(id) return client:tin_checks(id) end, { concurrency = 100 })
    client:close()
    assert.same({}, results)
    for i = 1, 400 do assert.equal("unknown", errors[i].outcome) end
    local requests = server:seen("endless-503").requests
    assert.is_true(requests > 400 and requests <= 480, requests .. " requests for 400 calls")
  end)

  it("a deadline holds over waits, attempts and backoff together", function()
    local waits, started = {}, core.now()
    local client = open("endless-503", { deadline = 1.2, max_attempts = 50, on_event = function(e)
      if e.event == "retry" then waits[#waits + 1] = core.now() - started + e.seconds end
    end })
    local _, err = client:tin_checks("a")
    client:close()
    for _, ends in ipairs(waits) do assert.is_true(ends < 3, ends) end -- later waits are longer than that
    assert.equal(503, err.status)
    assert.is_true(err.attempts > 1)
  end)

  it("does not wait for a Retry-After that lies beyond the deadline", function()
    local client = open("503-retry-after", { deadline = 6 })
    local started = core.now()
    local _, err = client:tin_checks("a")
    client:close()
    assert.is_true(core.now() - started < 6)
    assert.equal(1, err.attempts)
    assert.equal(7, err.retry_after)
  end)

  it("finds the clock wrong, corrects it once and says so in seconds", function()
    local seen = {}
    local client = open("401-skewed-date", { on_event = function(e) seen[#seen + 1] = e end })
    assert(client:tin_checks("a"))
    local first = server:seen("401-skewed-date").requests
    assert(client:tin_checks("a"))
    client:close()
    assert.equal(2, first)
    assert.equal(3, server:seen("401-skewed-date").requests)
    local skew
    for _, e in ipairs(seen) do if e.event == "skew" then skew = e.seconds end end
    assert.is_true(math.abs(skew - 3600) < 5, tostring(skew))
  end)

  it("keeps the gravest outcome over all attempts", function()
    -- the first attempt is reset after it was read, later ones find nobody
    local client = open("reset-after-request", { max_attempts = 2 })
    local _, err = client:update_info("a", { firstName = "x" })
    client:close()
    assert.equal("unknown", err.outcome)
    assert.equal(2, err.attempts)
  end)

  it("tells its listener what happened, without arguments or secrets", function()
    local events = {}
    local client = open("503-then-ok", { on_event = function(e) events[#events + 1] = e end, secret_key = "CANARYSECRET" })
    assert(client:tin_checks("CANARYID"))
    client:close()
    local names = {}
    for i, e in ipairs(events) do names[i] = e.event end
    assert.equal("request reply retry request reply retry request reply", table.concat(names, " "))
    assert.equal(503, events[2]["http.response.status_code"])
    assert.equal("unknown", events[2].outcome)
    assert.equal(200, events[8]["http.response.status_code"])
    assert.equal(2, events[7]["http.request.resend_count"])
    assert.equal("/resources/checks/latest", events[1]["url.template"])
    for _, e in ipairs(events) do assert.is_nil(json.encode(e):find("CANARY", 1, true)) end
  end)

  it("writes events as JSON lines", function()
    local path = os.tmpname()
    local file = io.open(path, "w")
    local client = open("good", { on_event = idngo.events.json_lines(file) })
    assert(client:levels())
    client:close()
    file:close()
    local count = 0
    for line in io.lines(path) do
      assert.equal("levels", json.decode(line).endpoint)
      count = count + 1
    end
    assert.equal(2, count)
    os.remove(path)
  end)

  it("is not harmed by a listener that throws", function()
    local client = open("good", { on_event = function() error("mine") end })
    assert(client:levels())
    client:close()
  end)

  it("stops a gzip bomb at the cap", function()
    local client = open("gzip-bomb", { max_reply = 1024 * 1024, max_attempts = 1 })
    collectgarbage()
    local before = collectgarbage("count")
    local _, err = client:tin_checks("a")
    client:close()
    assert.equal("malformed", err.kind)
    assert.truthy(tostring(err):find("larger than max_reply", 1, true))
    assert.is_true(collectgarbage("count") - before < 4 * 1024)
  end)
end)

describe("many at once", function()
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)
  before_each(function() server:forget() end)

  it("keeps results and errors in the order of the items", function()
    local client = open("good", { max_attempts = 1 })
    local items = {}
    for i = 1, 60 do items[i] = i end
    local results, errors = idngo.parallel(items, function(n)
      if n % 10 == 0 then return nil, "error " .. n end
      if n % 7 == 0 then error({ thrown = n }) end
      assert(client:tin_checks("id" .. n))
      return n * n
    end, { concurrency = 8 })
    client:close()
    for n = 1, 60 do
      if n % 10 == 0 then assert.equal("error " .. n, errors[n])
      elseif n % 7 == 0 then assert.equal(n, errors[n].thrown)
      else assert.equal(n * n, results[n]) end
      assert.is_true((results[n] == nil) ~= (errors[n] == nil))
    end
  end)

  it("opens no more connections than there are workers, and uses them again", function()
    local client = open("good")
    local items = {}
    for i = 1, 200 do items[i] = "id" .. i end
    local results = idngo.parallel(items, function(id) return client:tin_checks(id) end, { concurrency = 8 })
    client:close()
    assert.equal(200, #results)
    assert.is_true(server:seen("good").connections <= 8)
  end)

  it("a connection that ends is seen to end, though another call connects before anybody looks", function()
    server:forget()
    local asks, connects = open("fin-after-a-while", { max_attempts = 1, timeout = 300 }), open("good", { max_attempts = 1 })
    local err, other = idngo.run(function()
      local asked = idngo.spawn(function() return select(2, asks:tin_checks("a")) end)
      local connected = idngo.spawn(function()
        repeat runtimes.current().sleep(0) until server:seen("fin-after-a-while").requests == 1
        core.sleep(1.5) -- nobody looks meanwhile; and libcurl looks for dead connections once a second
        return connects:tin_checks("b")
      end)
      return asked:wait(), connected:wait()
    end)
    assert.same({ "io", "unknown" }, { err.kind, err.outcome })
    assert.is_table(other)
    asks:close()
    connects:close()
  end)

  it("runs and waits for tasks, and passes on what they return and throw", function()
    local client = open("good")
    local a, b = idngo.run(function(x)
      local one = idngo.spawn(function() return client:levels() end)
      local two = idngo.spawn(function() error("broken on purpose") end)
      local levels = one:wait()
      local nothing, problem, thrown = two:wait()
      assert(levels.list and nothing == nil and thrown and problem:find("broken on purpose", 1, true))
      return x, "done"
    end, 7)
    client:close()
    assert.equal(7, a)
    assert.equal("done", b)
    assert.has_error(function() idngo.spawn(print) end)
    local ok, why = pcall(idngo.run, function() error("mine") end)
    assert.is_false(ok)
    assert.truthy(why:find("mine", 1, true))
  end)

  it("cancels the others at the first error when asked to", function()
    local client = open("stall-before-status", { timeout = 1e6, max_attempts = 1 }) -- the others would wait for that long
    local results, errors = idngo.parallel({ 1, 2, 3, 4, 5, 6 }, function(n)
      if n == 3 then return nil, "stop" end
      return client:tin_checks("a")
    end, { concurrency = 3, stop_on_error = true })
    client:close()
    assert.same({}, results)
    assert.equal("stop", errors[3])
    assert.equal("cancelled", errors[1].kind)
    assert.equal("unknown", errors[1].outcome)
    assert.equal("cancelled", errors[6].kind)
    assert.equal("not_sent", errors[6].outcome)
  end)

  it("an interrupt returns what was done and what was not, and waits for nobody's answer", function()
    local script, out = os.tmpname(), os.tmpname()
    local file = io.open(script, "w")
    file:write(([[
      local idngo = require "idngo"
      local good = assert(idngo.client { base_url = %q, app_token = "a", secret_key = "s", limits = false })
      local slow = assert(idngo.client { base_url = %q, app_token = "a", secret_key = "s", limits = false, timeout = 1e6 })
      local items = {}
      for i = 1, 100 do items[i] = i end
      io.stdout:write("ready\n") io.stdout:flush()
      local results, errors, interrupt = idngo.parallel(items, function(n)
        return (n <= 10 and good or slow):tin_checks("a")
      end, { concurrency = 20 })
      local done, cancelled = 0, 0
      for i = 1, 100 do
        if results[i] then done = done + 1 end
        if errors[i] and errors[i].kind == "cancelled" then cancelled = cancelled + 1 end
      end
      print(done, cancelled, interrupt ~= nil)
    ]]):format(server.http .. "/s/good", server.http .. "/s/stall-before-status"))
    file:close()
    local pipe = io.popen(("lua5.4 %s >%s 2>&1 & echo $!"):format(script, out))
    local pid = pipe:read("l")
    pipe:close()
    wait_for(function() return server:seen("stall-before-status").requests >= 20 end)
    os.execute("kill -INT " .. pid)
    wait_for(function() return core.process_gone(tonumber(pid)) end)
    file = io.open(out)
    assert.equal("ready\n10\t90\ttrue\n", file:read("a"))
    file:close()
    os.remove(script)
    os.remove(out)
  end)
end)

describe("ten thousand calls under random faults #slow", function()
  it("tell the truth about what took effect", function()
    local world = assert(sandbox.background { limits = false, report_seconds = 0, applicants = 50, seed = 7 })
    -- every call may meet any of these
    local rules = json.encode({
      { probability = 0.03, drop = "before" }, { probability = 0.03, drop = "after" },
      { probability = 0.03, drop = "mid-body" }, { probability = 0.03, status = 503 },
      { probability = 0.03, status = 500, after = true }, { probability = 0.02, status = 429 },
      { probability = 0.02, status = 200, body = '{"truncated', after = true },
    })
    local path = files.write(os.tmpname(), rules)
    curl(("-X PUT --data-binary @%s %s/-/faults"):format(path, world.url))
    os.remove(path)

    -- retries are plenty and immediate here, so that every path is taken often
    local client = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = false, max_attempts = 3, deadline = 20 })
    local emails, links = {}, {}
    local items = {}
    for i = 1, 10000 do items[i] = i end
    local sent = {}
    idngo.parallel(items, function(n)
      local who = "60b8ce73460647000145384e"
      local kind = n % 4
      local ok, err
      if kind == 0 then
        ok, err = client:send_verification_status_email(who)
        emails[n] = { ok = ok ~= nil, outcome = err and err.outcome, correlation = err and err.correlationId }
      elseif kind == 1 then
        ok, err = client:websdk_link("basic-kyc-level", { externalUserId = "user-" .. n })
        links["user-" .. n] = { ok = ok ~= nil, outcome = err and err.outcome }
      elseif kind == 2 then
        ok, err = client:tin_checks("5eea3f5204f940217bcbc03d")
      else
        ok, err = client:update_info("5b76df770a975a1404cbcb60", { middleName = "n" .. n })
      end
      sent[n] = { ok = ok ~= nil, outcome = err and err.outcome }
    end, { concurrency = 32 })
    client:close()

    local applied_emails, requests_by_link, applied_links = 0, {}, {}
    local after = 0
    repeat
      local page = json.decode(curl(("'%s/-/ledger?after=%d'"):format(world.url, after)))
      for _, entry in ipairs(page.entries) do
        after = entry.seq
        if entry.endpoint == "send_verification_status_email" and entry.applied then applied_emails = applied_emails + 1 end
        if entry.endpoint == "websdk_link" then
          requests_by_link[entry.externalUserId] = (requests_by_link[entry.externalUserId] or 0) + 1
          if entry.applied then applied_links[entry.externalUserId] = true end
        end
      end
    until #(page.entries) == 0
    world:close()

    local succeeded, maybe, never = 0, 0, 0
    for _, e in pairs(emails) do
      if e.ok or e.outcome == "applied" then succeeded = succeeded + 1
      elseif e.outcome == "unknown" then maybe = maybe + 1
      else never = never + 1 end
    end
    -- one call, at most one e-mail: what was applied is what succeeded, and of the unknown ones at most each once
    assert.is_true(succeeded > 1500 and maybe > 50, succeeded .. " sent, " .. maybe .. " unknown")
    assert.is_true(applied_emails >= succeeded, "every e-mail reported as sent is in the ledger")
    assert.is_true(applied_emails <= succeeded + maybe, "no e-mail was sent twice, none that was reported as not sent")
    for user, link in pairs(links) do
      if link.ok or link.outcome == "applied" then assert.is_true(applied_links[user], user .. " is missing") end
      if link.outcome == "not_sent" then assert.is_nil(requests_by_link[user]) end
    end
    local failures = 0
    for _, call in pairs(sent) do if not call.ok then failures = failures + 1 end end
    assert.is_true(failures > 100, "the faults were met")
  end)
end)
