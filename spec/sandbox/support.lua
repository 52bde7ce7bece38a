-- luacheck: std lua54
--- What the sandbox's specs share: a sandbox in a process of its own, and a client that shares no code with the
--- project: raw sockets, signatures by the openssl command, archives by a ZIP writer of its own.
local archives = require("archives")
local cjson = require("cjson")
local files = require("files")
local socket = require("socket")

local support = {}

-- Processes and files.

---@param command string
---@return string output
function support.output_of(command)
  local pipe <close> = assert(io.popen(command))
  return pipe:read("a")
end

function support.write_file(bytes) return files.write(os.tmpname(), bytes) end

support.read_file, support.fixture = files.read, archives.fixture

local Process = {}
Process.__index = Process

--- Runs `idngo.sandbox`.run with the options, given as Lua source, and waits until it is ready.
function support.run(options)
  local code = ("os.exit(require('idngo.sandbox').run{%s} and 0 or 1)"):format(options or "")
  local pipe = assert(io.popen(("echo $$; exec lua5.4 -e %q"):format(code)))
  local pid, line = pipe:read("l"), pipe:read("l")
  local url, port = (line or ""):match("^idngo sandbox ready at (http://127%.0%.0%.1:(%d+))$")
  assert(url, "the sandbox did not start")
  return setmetatable({ pipe = pipe, pid = pid, url = url, port = math.tointeger(port) }, Process)
end

--- Sends a signal and waits for the end. Returns what popen's close returns.
function Process:stop(signal)
  os.execute("kill -" .. (signal or "TERM") .. " " .. self.pid)
  return self.pipe:close()
end

-- HTTP.

local Connection = {}
Connection.__index = Connection

---@param port integer
function support.connect(port)
  local tcp = assert(socket.tcp())
  tcp:settimeout(120)
  assert(tcp:connect("127.0.0.1", port))
  tcp:setoption("tcp-nodelay", true)
  return setmetatable({ tcp = tcp }, Connection)
end

function Connection:close()
  self.tcp:close()
end

--- One reply: {status, headers (lower-case names), body}, or nil, reason, part of the body.
function Connection:read()
  local line, why = self.tcp:receive("*l")
  if not line then return nil, why end
  local reply = { status = tonumber(line:match("^HTTP/1%.1 (%d%d%d)")), headers = {} }
  assert(reply.status, line)
  for header in function() return self.tcp:receive("*l") end do
    if header == "" then break end
    local name, value = header:match("^([^:]+):%s*(.*)$")
    reply.headers[name:lower()] = value
  end
  if reply.status == 100 then return self:read() end
  local length = tonumber(reply.headers["content-length"] or 0)
  if length > 0 then
    local part
    reply.body, why, part = self.tcp:receive(length)
    if not reply.body then return nil, why, part end
  else
    reply.body = ""
  end
  return reply
end

--- Whether anything of a reply is there.
function Connection:answered()
  return #socket.select({ self.tcp }, nil, 0) > 0
end

--- Sends bytes as they are.
function Connection:write(bytes)
  return self.tcp:send(bytes)
end

local function head(method, target, headers, body)
  local lines = { method .. " " .. target .. " HTTP/1.1", "Host: localhost" }
  for name, value in pairs(headers) do lines[#lines + 1] = name .. ": " .. value end
  if body ~= "" then lines[#lines + 1] = "Content-Length: " .. #body end
  return table.concat(lines, "\r\n") .. "\r\n\r\n"
end

-- Signing, by openssl. A signature holds for a while; the same request need not be signed again.

local signed = {}

function support.sign(secret, ts, method, target, body)
  local path = support.write_file(ts .. method .. target .. body)
  local hex = support.output_of(("openssl dgst -sha256 -hmac '%s' -r %s"):format(secret, path)):match("^%x+")
  os.remove(path)
  return assert(hex, "openssl cannot sign")
end

--- The three headers of a request.
function support.auth(method, target, body, token, secret)
  local key = table.concat({ method, target, body, token or "", secret or "" }, "\n")
  local known = signed[key]
  if not known or os.time() - known.at > 20 then
    local ts = os.time()
    local sig = support.sign(secret or "demo-secret", ts, method, target, body)
    local headers = { ["X-App-Token"] = token or "sbx:demo", ["X-App-Access-Ts"] = ts, ["X-App-Access-Sig"] = sig }
    known = { at = ts, headers = headers }
    signed[key] = known
  end
  local copy = {}
  for name, value in pairs(known.headers) do copy[name] = value end
  return copy
end

--- Writes one request, signed unless `options.unsigned`.
--- options: body, headers (over the usual ones; false leaves one out), unsigned, token, secret
function Connection:send(method, target, options)
  options = options or {}
  local body = options.body or ""
  local headers = options.unsigned and {} or support.auth(method, target, body, options.token, options.secret)
  for name, value in pairs(options.headers or {}) do headers[name] = value or nil end
  assert(self:write(head(method, target, headers, body) .. body))
end

function Connection:call(...)
  self:send(...)
  return self:read()
end

--- One call over a connection of its own. Returns the reply, with `json` decoded where it is JSON.
function support.call(process, method, target, options)
  local connection = support.connect(process.port)
  local reply, why, part = connection:call(method, target, options)
  connection:close()
  if reply and reply.headers["content-type"] == "application/json" and reply.body ~= "" then
    reply.json = cjson.decode(reply.body)
  end
  return reply, why, part
end

--- A control page; PUT bodies are tables.
function support.control(process, method, page, body)
  return support.call(process, method, "/-/" .. page, { unsigned = true, body = body and cjson.encode(body) })
end

function support.ledger(process, query)
  return support.control(process, "GET", "ledger" .. (query or "")).json
end

--- The first applicant in a situation, e.g. "duplicates=RED&email=yes".
function support.pick(process, situation)
  local reply = support.control(process, "GET", "applicants?limit=1&" .. situation)
  return cjson.decode(reply.body).applicantId
end

-- ZIP archives, stored, that can be wrong.

--- entries: array of {name, bytes, mode = Unix mode?, crc = number?, claim = size claimed?}
function support.zip(entries)
  local list = {}
  for i, entry in ipairs(entries) do
    list[i] = { name = entry[1], bytes = entry[2], attributes = entry.mode and entry.mode << 16, crc = entry.crc,
      size = entry.claim, compressed = entry.claim }
  end
  return archives.zip(list)
end

return support
