--- Starts the fault server for a spec and asks it what it saw.
-- It ends with stop(), or when this process goes away, since it reads from a pipe of ours.
local json = require "cjson"
local http = require "socket.http"
local ltn12 = require "ltn12"
local mime = require "mime"
local files = require "files"
local parts = require "parts"

local fault_server = {}
fault_server.__index = fault_server

--- Whole numbers as integers: this lua-cjson decodes every number to a float.
local function decode(text)
  local function tidy(value)
    if type(value) == "table" then
      for key, item in pairs(value) do
        value[key] = tidy(item)
      end
    end
    return math.type(value) == "float" and math.tointeger(value) or value
  end
  return tidy(json.decode(text))
end

local function run(command)
  assert(os.execute(command))
end

--- Starts the server and waits until it listens.
---@return table server its fields are those of the JSON line (see fault_server.py)
function fault_server.start()
  local script = debug.getinfo(1, "S").source:sub(2):gsub("%.lua$", ".py")
  local dir = os.tmpname()
  os.remove(dir)
  run("mkdir -m 700 " .. dir .. " && mkfifo " .. dir .. "/ready")
  files.write(dir .. "/replies.json", json.encode(parts.replies()))
  local command = ("exec python3 %s --dir %s --replies %s/replies.json >%s/ready"):format(script, dir, dir, dir)
  local pipe = assert(io.popen(command, "w"))
  local ready = assert(io.open(dir .. "/ready"))
  local line = ready:read("l")
  ready:close()
  local server = setmetatable(line and decode(line) or {}, fault_server)
  server.dir, server.pipe = dir, pipe
  if not line then
    server:stop()
    error("the fault server did not start")
  end
  return server
end

function fault_server:stop()
  self.pipe:close()
  run("rm -r " .. self.dir)
end

local function ask(method, url)
  local body = {}
  local ok, status = http.request { method = method, url = url, sink = ltn12.sink.table(body) }
  assert(ok and status == 200, status)
  return decode(table.concat(body))
end

--- What arrived for a scenario, or a listener without one ("trap", "reset", "tls/good").
---@return table seen {connections, requests, bytes, sent, raw = {bytes per connection}, sni}
function fault_server:seen(name)
  local seen = ask("GET", self.http .. "/-/seen/" .. name)
  for i, raw in ipairs(seen.raw) do
    seen.raw[i] = mime.unb64(raw) or ""
  end
  return seen
end

--- Forgets what arrived, and starts the scenarios' counters again.
function fault_server:forget()
  ask("DELETE", self.http .. "/-/seen")
end

return fault_server
