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

describe("connections that the server dropped", function()
  it("hold up no call that wants one of its own, and none after it", function()
    local folder = files.folder()
    local pipe = io.popen(("exec python3 %s & echo $!; wait"):format(files.write(folder .. "/peer.py", PEER)))
    local pid, port = pipe:read("l"), pipe:read("l")
    local script = files.write(folder .. "/calls.lua", SCRIPT)
    local said = shell("timeout -s KILL 120 lua5.4 %s http://127.0.0.1:%s 2>&1", script, port)
    os.execute("kill " .. pid)
    pipe:close()
    os.execute("rm -r " .. folder)
    assert.equal("all\n", said)
  end)
end)
