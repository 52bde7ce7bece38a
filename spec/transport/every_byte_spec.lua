-- A peer that ends, resets, stalls, or puts another answer in, at every byte of its answer, in every runtime. No call takes a
-- part for the whole, none is given another's answer, a read is tried again, and an e-mail is not.

local files = require("files")
local http = require("socket.http")
local json = require("idngo.json")
local runtimes = require("interop.runtimes")
local shell = require("shell")

local folder, peer, ports

setup(function()
  folder = files.folder()
  shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
    .. "-addext subjectAltName=DNS:localhost -keyout %s/key.pem -out %s/cert.pem 2>/dev/null", folder, folder)
  shell("mkfifo %s/ports", folder)
  peer = assert(io.popen(("exec python3 spec/support/breaking_peer.py %s/cert.pem %s/key.pem >%s/ports"):format(folder, folder,
    folder), "w"))
  local ready <close> = assert(io.open(folder .. "/ports"))
  ports = { http = ready:read("n"), https = ready:read("n") }
end)
teardown(function()
  runtimes.stop()
  peer:close()
  os.execute("rm -rf " .. folder)
end)

local function ask(page)
  local body, status = http.request(("http://127.0.0.1:%d/-/%s"):format(ports.http, page))
  assert(status == 200, page)
  return body
end

local STALLED = 0.3 -- seconds after which a call gives up a peer that stalls

local function options_of(scheme, act, attempts)
  return { base_url = ("%s://localhost:%d"):format(scheme, ports[scheme]), app_token = "a", secret_key = "s", limits = false,
    max_attempts = attempts or 1, timeout = act == "stall" and STALLED or 60, connect_timeout = 60, proxy = "",
    ca_file = scheme == "https" and folder .. "/cert.pem" or nil }
end

local made = 0

--- The calls of one kind, one for each byte of their answer and one behind it: what is asked of the peer, and the calls.
local function calls_of(endpoint, act, framing, step)
  local names, list = {}, {}
  local is_email = endpoint == "send_verification_status_email"
  local sample = ("%s_%s_%03d_%06d"):format(act, framing, 0, 0)
  local size = tonumber(ask(("size/%d/%s/%s"):format(is_email and 1 or 0, framing, sample)))
  for offset = 0, size, step do
    made = made + 1
    names[#names + 1] = { name = ("%s_%s_%03d_%06d"):format(act, framing, offset, made), offset = offset, act = act,
      framing = framing, whole = offset == size }
    list[#list + 1] = { endpoint, names[#names].name }
  end
  return names, list
end

local EMAIL, READ = "send_verification_status_email", "liveness_checks"

--- A call whose answer was broken: what was whole was understood, all else is unknown. Two answers lie between: a body that
--- ends with the connection was cut, but came with its status, so that the call was applied; and the last byte of a chunked
--- one tells nothing.
local function judge_broken(endpoint, call, one, scheme)
  if one.result then
    assert.is_true(call.whole, "a part was taken for the whole")
    assert.equal(endpoint == READ and call.name or nil, one.result.checks and one.result.checks[1].id)
  else
    local err, by_end = one.err, call.framing == "end"
    assert.is_true(not call.whole or call.act == "rst" or call.act == "stall" or by_end and scheme == "https", err.text)
    assert.is_true(err.outcome == "unknown" or by_end and err.outcome == "applied"
      or call.act == "stall" and err.kind == "timeout" and err.outcome == "not_sent", err.text) -- a busy machine stalls, too
    assert.equal(endpoint == READ and err.outcome == "unknown" or err.outcome == "not_sent", err.retryable, err.text)
  end
end

-- Where another answer is what HTTP takes for the answer: before it, and in the words behind the status.
local EXCUSED = { [0] = true, [13] = true, [14] = true, [15] = true }

local function judge_injected(endpoint, call, one)
  if one.err then
    assert.is_true(one.err.kind == "malformed" or one.err.kind == "io", one.err.text)
    assert.not_equal("not_sent", one.err.outcome, one.err.text)
  elseif not EXCUSED[call.offset] then
    assert.equal(endpoint == READ and call.name or nil, one.result.checks and one.result.checks[1].id or one.result.id)
  end
end

local function check(runtime, scheme, act)
  local step = act == "stall" and not runtime.crowd and 50 or 1 -- who waits for each waits long
  local judge = act == "inject" and judge_injected or judge_broken
  for _, endpoint in ipairs { READ, EMAIL } do
    for _, framing in ipairs { "length", "chunked", (act == "fin" or act == "bye") and "end" or nil } do
      local names, list = calls_of(endpoint, act, framing, step)
      local told = runtime.run(options_of(scheme, act), list, 64)
      local seen = json.decode(ask("seen"))
      for i, call in ipairs(names) do
        local ok, why = pcall(judge, endpoint, call, told[i], scheme)
        assert(ok, ("%s, %s, byte %d: %s"):format(endpoint, framing, call.offset, type(why) == "table" and why.message or why))
        local asked = seen[call.name] or 0
        assert(asked == 1 or asked == 0 and act == "stall", ("%s, %s, byte %d: asked %d times"):format(endpoint, framing,
          call.offset, asked))
      end
    end
  end
end

for _, runtime in ipairs { runtimes.blocking, runtimes.scheduler, runtimes.nginx_crowd } do
  describe(runtime.name .. (runtime.name:find("^nginx") and " #nginx" or ""), function()
    for _, scheme in ipairs { "http", "https" } do
      local acts = { "fin", "rst", "stall", "inject", scheme == "https" and "bye" or nil }
      -- handshakes cost most: what is no other over TLS is left to the scheduler, which reads with the same code
      if scheme == "https" and runtime == runtimes.blocking then acts = { "fin", "bye" } end
      for _, act in ipairs(acts) do
        it(("over %s: a peer that does %s at every byte"):format(scheme, act), function() check(runtime, scheme, act) end)
      end

      it(("over %s: a read is tried again, and has its own answer"):format(scheme), function()
        local list = {}
        for _, act in ipairs { "fin", "rst" } do
          for _, framing in ipairs { "length", "chunked" } do
            for _, offset in ipairs { 0, 45 } do
              made = made + 1
              list[#list + 1] = { READ, ("%s_%s_%03d_%06d"):format(act, framing, offset, made) }
            end
          end
        end
        local told = runtime.run(options_of(scheme, nil, 2), list)
        local seen = json.decode(ask("seen"))
        for i, call in ipairs(list) do
          assert.equal(call[2], told[i].result and told[i].result.checks[1].id, told[i].err and told[i].err.text)
          assert.equal(2, seen[call[2]])
        end
      end)
    end
  end)
end
