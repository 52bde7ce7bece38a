-- A server that drops what stands idle, such as one that is started again, while the client is busy with something else: the next
-- call that wants a connection of its own comes through, and so do all after it.

local files = require("files")
local shell = require("shell")

-- Answers every request, the reads together, and closes a connection after half a second without another one.
local PEER = [[
import http.server, threading, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 0.5
    together = threading.Barrier(4)
    def log_message(self, *_): pass
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        if "together" in self.path: self.together.wait(60)
        self.answer(b'{"checks":[]}')
    def do_POST(self): self.answer(b'{"ok":1}')
http.server.ThreadingHTTPServer.request_queue_size = 128
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
]]

-- What is between the reads and the e-mail blocks: nobody sees what ended meanwhile before libcurl does, which looks at what it
-- keeps once a second, when it connects.
local SCRIPT = [[
local idngo = require("idngo")
local client = assert(idngo.client { base_url = arg[1], app_token = "a", secret_key = "s", limits = false, max_attempts = 1 })
idngo.run(function()
  local reads = { "together1", "together2", "together3", "together4" }
  local _, errors = idngo.parallel(reads, function(id) return client:duplicate_checks(id) end)
  assert(not next(errors))
  require("idngo.core").sleep(2.5)
  assert(client:send_verification_status_email("a"))
  for _ = 1, 3 do assert(client:duplicate_checks("a")) end
  assert(client:send_verification_status_email("b"))
end)
print("all")
]]

-- More idle connections than are kept, which the server drops where nobody looks, all that stand; then calls that connect, take
-- one that ended, are asked about later, end early or are cancelled.
local CROWD = [[
local core, curl = require("idngo.core"), require("idngo.curl")
local wire <close>, said = curl.wire(), "later"
local route = curl.route { origin = arg[1], direct = true, connect_timeout = 60, max_reply = 1000, idle = 60, age = 600 }
local function add(options, seconds)
  return wire:add(route, "POST", "/", "", core.now() + (seconds or 60), nil, nil, options)
end
local function ends(count, expected)
  for _ = 1, count do
    local id, status, failure
    repeat id, status, failure = wire:step(60) until id
    assert((status or failure.message) == expected, status or failure.message)
  end
end
for _ = 1, 3 do
  for _ = 1, 70 do add({ body = "" }) end
  ends(70, 200)
  core.sleep(2) -- libcurl looks once a second
  local fresh, cancelled = {}, {}
  for i = 1, 10 do
    fresh[i], cancelled[i] = add({ body = "", fresh = true }), add({ body = "" })
    add({ body = "", before = function() return said end })
    add({ body = "", fresh = true, before = function() return "later" end }, 0)
  end
  for i = 1, 10 do assert(wire:cancel(cancelled[i])) end
  for _ = 1, 20 do
    local id, status, failure
    repeat id, status, failure = wire:step(60) until id
    assert(status == 200 or failure.message == "timed out before the request was sent", failure and failure.message)
  end
  assert(wire:count() == 10)
  said = true
  wire:ask_again()
  ends(10, 200)
  assert(wire:count() == 0)
  said = "later"
end
print("all")
]]

describe("connections that the server dropped", function()
  --- What a script says that is given the peer's address.
  local function run(text)
    local folder = files.folder()
    local pipe = io.popen(("exec python3 %s & echo $!; wait"):format(files.write(folder .. "/peer.py", PEER)))
    local pid, port = pipe:read("l"), pipe:read("l")
    local script = files.write(folder .. "/calls.lua", text)
    local said = shell("timeout -s KILL 120 lua5.4 %s http://127.0.0.1:%s 2>&1", script, port)
    os.execute("kill " .. pid)
    pipe:close()
    os.execute("rm -r " .. folder)
    return said
  end

  it("hold up no call that wants one of its own, and none after it", function() assert.equal("all\n", run(SCRIPT)) end)

  it("are told of once each, however many they are and whatever becomes of calls", function()
    assert.equal("all\n", run(CROWD))
  end)
end)
