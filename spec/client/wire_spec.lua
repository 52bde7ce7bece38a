-- What each call puts on the wire, captured by a plain socket, and its signature checked by openssl.

local calls = require("wire_calls")
local core = require("idngo.core")
local curl = require("idngo.curl")
local fault_server = require("fault_server")
local idngo = require("idngo")

local SECRET, TOKEN = "Hej2ch71kG2kTd1iIUDZFNsO5C1lh5Gq", "sbx:test.token"

local server

local function open(scenario, options)
  local settings = { base_url = server.http .. "/s/" .. scenario, app_token = TOKEN, secret_key = SECRET, limits = false,
    max_attempts = 1 }
  for name, value in pairs(options or {}) do settings[name] = value end
  return assert(idngo.client(settings))
end

--- A raw request taken apart by nothing but string positions.
local function dissect(raw)
  local head_end = assert(raw:find("\r\n\r\n", 1, true))
  local head, body = raw:sub(1, head_end + 1), raw:sub(head_end + 4)
  local method, target = head:match("^(%u+) (%S+) HTTP/1%.1\r\n")
  local headers = {}
  for name, value in head:gmatch("\r\n([^:\r\n]+): ([^\r\n]*)") do headers[name:lower()] = value end
  return { method = method, target = target, headers = headers, body = body }
end

--- Digests of many (timestamp .. method .. target .. body) by one run of openssl each.
local function openssl_hmac(bytes)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
  local pipe = io.popen(("openssl dgst -sha256 -hmac '%s' -hex %s"):format(SECRET, path))
  local digest = pipe:read("a"):match("=%s*(%x+)")
  pipe:close()
  os.remove(path)
  return digest
end

local JSON = "application/json"

local started = os.time()

local function check_signature(request)
  local h = request.headers
  assert.equal(TOKEN, h["x-app-token"])
  assert.truthy(h["x-app-access-ts"]:find("^%d+$"))
  assert.is_true(tonumber(h["x-app-access-ts"]) >= started and tonumber(h["x-app-access-ts"]) <= os.time() + 1)
  assert.equal(openssl_hmac(h["x-app-access-ts"] .. request.method .. request.target .. request.body),
    h["x-app-access-sig"])
end

describe("on the wire", function()
  it("every call is tried", function()
    -- in client/multipart_spec.lua, and api/account_calls_spec.lua
    local tried = { add_document = true, add_action_image = true, attach_to_note = true }
    for _, case in ipairs(calls) do tried[case[1]] = true end
    for _, endpoint in ipairs(idngo.endpoints) do assert.is_true(tried[endpoint.name], endpoint.name) end
  end)

  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)
  before_each(function() server:forget() end)

  for _, case in ipairs(calls) do
    local name, args, method, target = case[1], case[2], case[3], case[4]
    it(("%s sends %s %s"):format(name, method, target), function()
      local client = open("good")
      local result, err = client[name](client, table.unpack(args))
      assert.is_nil(err)
      assert.is_table(result)
      client:close()
      local seen = server:seen("good")
      assert.equal(1, seen.requests)
      local request = dissect(seen.raw[1])
      assert.equal(method, request.method)
      assert.equal("/s/good" .. target, request.target)
      assert.equal(case.body or "", request.body)
      assert.equal(case.content_type, request.headers["content-type"])
      assert.equal(case.accept or JSON, request.headers.accept)
      assert.equal(server.http:match("//(.*)"), request.headers.host)
      assert.equal(method ~= "GET" and tostring(#(case.body or "")) or nil, request.headers["content-length"])
      assert.is_nil(request.headers["transfer-encoding"])
      assert.is_nil(request.headers.expect)
      check_signature(request)
    end)
  end

  it("sends what prepare shows, signed now", function()
    local client = open("good")
    local prepared = client:prepare("update_info", "a b", { firstName = "Zoë" })
    assert(client:update_info("a b", { firstName = "Zoë" }))
    local request = dissect(server:seen("good").raw[1])
    assert.equal(prepared.method, request.method)
    assert.equal(prepared.target, request.target)
    assert.equal(prepared.body, request.body)
    for header, value in pairs(prepared.headers) do
      if not header:find("^X%-App%-Access") then assert.equal(value, request.headers[header:lower()]) end
    end
    assert.equal(prepared.headers["X-App-Access-Sig"], openssl_hmac(prepared.string_to_sign))
    assert.equal(prepared.url, server.http .. prepared.target)
    client:close()
  end)

  it("signs any other call", function()
    local client = open("good")
    local result = assert(client:call("GET", "/resources/applicants/-/levels", { query = { ["a b"] = "ü&=", n = 1 } }))
    assert.is_table(result.list)
    local request = dissect(server:seen("good").raw[1])
    assert.equal("/s/good/resources/applicants/-/levels?a%20b=%C3%BC%26%3D&n=1", request.target)
    check_signature(request)
    client:close()
  end)

  it("signs 200 random requests as openssl does", function()
    local client = open("good")
    math.randomseed(20230117)
    local function text(most)
      local parts = {}
      for i = 1, math.random(1, most) do
        -- letters, reserved characters, spaces, Cyrillic, four-byte characters
        local pick = math.random(5)
        parts[i] = pick == 1 and string.char(math.random(0x61, 0x7a)) or pick == 2 and (" !#$&'()*+,/:;=?@[]%|\"<>\\^`{}")
          :sub(math.random(28)):sub(1, 1) or pick == 3 and utf8.char(math.random(0x410, 0x44f))
          or pick == 4 and utf8.char(math.random(0x1f300, 0x1f5ff)) or tostring(math.random(0, 9))
      end
      return "x" .. table.concat(parts)
    end
    for _ = 1, 200 do
      local pick = math.random(5)
      if pick == 1 then assert(client:duplicate_checks(text(40)))
      elseif pick == 2 then assert(client:timeline(text(40)))
      elseif pick == 3 then assert(client:websdk_link(text(20), { externalUserId = text(60), ttlInSecs = math.random(1, 1e6) }))
      elseif pick == 4 then assert(client:update_info(text(20), { firstName = text(30), tin = text(10) }))
      else assert(client:set_presence(text(20), "deactivated")) end
    end
    client:close()
    local checked = 0
    local rest = table.concat(server:seen("good").raw)
    while rest ~= "" do
      local head_end = assert(rest:find("\r\n\r\n", 1, true))
      local length = tonumber(rest:sub(1, head_end):match("\r\nContent%-Length: (%d+)")) or 0
      check_signature(dissect(rest:sub(1, head_end + 3 + length)))
      rest = rest:sub(head_end + 4 + length)
      checked = checked + 1
    end
    assert.equal(200, checked)
  end)

  it("keeps one connection for one client's calls", function()
    local client = open("good")
    for _ = 1, 20 do assert(client:tin_checks("5eea3f5204f940217bcbc03d")) end
    client:close()
    local seen = server:seen("good")
    assert.equal(20, seen.requests)
    assert.equal(1, seen.connections)
  end)

  --- A wire, what begins a request over it, and what waits for the next that ends well.
  local function open_wire()
    local wire = curl.wire()
    local route = curl.route { origin = server.http, connect_timeout = 5, max_reply = 10000, direct = true }
    local signer = core.signer(SECRET)
    local lines = "X-App-Token: " .. TOKEN .. "\r\n"
    local function begin(target, seconds)
      return wire:add(route, "GET", "/s/good" .. target, lines, core.now() + (seconds or 30), signer, 0)
    end
    local function ended()
      local id, status
      repeat id, status = wire:step(30) until id
      assert.equal(200, status)
      return id
    end
    return wire, begin, ended, signer
  end

  it("sends requests that are begun together in one turn, each signed when it leaves", function()
    local wire <close>, begin, ended, signer = open_wire()
    begin("/a")
    begin("/b")
    ended()
    ended()
    assert.equal(2, server:seen("good").connections)
    server:forget()
    local unwanted, wanted = begin("/unwanted"), begin("/wanted?" .. ("x"):rep(200)) -- over connections that stand
    collectgarbage()
    signer:close() -- as a client is that is closed meanwhile
    assert.equal(0, server:seen("good").requests)
    assert.is_true(wire:cancel(unwanted))
    assert.equal(wanted, ended())
    local seen = server:seen("good")
    assert.equal(1, seen.requests)
    local request = dissect(seen.raw[1])
    assert.equal("/s/good/wanted?" .. ("x"):rep(200), request.target)
    check_signature(request)
    assert.error_matches(function() begin("/late") end, "signer is closed")
    assert.equal(0, wire:count())
  end)

  it("sends the others when the time of one is over before it leaves", function()
    local wire <close>, begin, ended = open_wire()
    for _ = 1, 6 do begin("/first") end
    for _ = 1, 6 do ended() end
    local found = {}
    local function step(seconds)
      local id, status, failure = wire:step(seconds)
      if id then found[id] = status or failure.message end
      return id
    end
    for _ = 1, 3 do begin("/before") end
    step(0)
    core.sleep(0.3) -- two answers or more have come, and one is told of before the others
    repeat until step(30)
    local late, others = begin("/late", -1), { begin("/c", 20), begin("/d", 20) }
    while wire:count() > 0 do step(30) end
    assert.equal("timed out before the request was sent", found[late])
    for _, id in ipairs(others) do assert.equal(200, found[id]) end
    assert.equal(0, wire:count())
  end)
end)
