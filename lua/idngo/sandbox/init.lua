--- The local sandbox: the whole IDnGO API on a loopback port, with strict signatures, limits, state and faults.
--
--   local sandbox = assert(require("idngo.sandbox").start({ applicants = 1000 }))
--   print(sandbox.url)
--   while not done do sandbox:step(0.1) end
--   sandbox:close()
--
-- or, as a program that serves until SIGINT or SIGTERM:
--
--   require("idngo.sandbox").run({ port = 8080 })
local compat = require("idngo.compat")
local core = require("idngo.core")
local runtimes = require("idngo.runtime.current")
local check_options = require("idngo.options").check
local api = require("idngo.sandbox.api")
local control = require("idngo.sandbox.control")
local limits = require("idngo.sandbox.limits")

local sandbox = {}

--- Beside these rows there is `on_event`, fun(body: string, type: string, applicant: string): it is told of every event that the
--- service would post to a webhook.

---@class idngo.sandbox.Option
---@field name string
---@field type "string"|"integer"|"number"|"boolean"|"one_of"
---@field values string[]? of one_of
---@field min number? of numbers
---@field default any
---@field doc string

--- Every option of start and run; the command line is made from these rows.
---@type idngo.sandbox.Option[]
sandbox.options = {
  { name = "port", type = "integer", min = 0, default = 0, doc = "port to serve on; 0 takes a free one" },
  { name = "address", type = "string", default = "127.0.0.1", doc = "numeric address to serve on" },
  { name = "applicants", type = "integer", min = 0, default = 200, doc = "how many applicants there are" },
  { name = "seed", type = "integer", default = 1, doc = "what the applicants and all chance follow from" },
  {
    name = "time_scale", type = "number", min = 0.001, default = 1,
    doc = "rate-limit windows and the sandbox's own delays are divided by this",
  },
  {
    name = "limit_model", type = "one_of", values = limits.models, default = "rolling",
    doc = "how rate limits are counted",
  },
  { name = "limits", type = "boolean", default = true, doc = "whether there are rate limits" },
  { name = "latency", type = "number", min = 0, default = 0, doc = "seconds before every answer" },
  { name = "report_seconds", type = "number", min = 0, default = 0.2, doc = "seconds to make a PDF report" },
  { name = "app_token", type = "string", default = "sbx:demo", doc = "app token that is let in" },
  { name = "secret_key", type = "string", default = "demo-secret", doc = "secret key of that token" },
  { name = "ledger_size", type = "integer", min = 1, default = 200000, doc = "calls the ledger keeps" },
}

local MIB = 1024 * 1024

--- What bounds the host's memory; see csrc/sandbox/host.h.
local BOUNDS = { max_connections = 500, idle_seconds = 60, max_body = 64 * MIB, max_bodies = 512 * MIB }

local function is_of_type(row, value)
  if row.type == "integer" then return compat.is_integer(value) end
  if row.type == "one_of" then
    for _, allowed in ipairs(row.values) do
      if value == allowed then return true end
    end
    return false
  end
  return type(value) == row.type
end

--- All options with their defaults. Throws on one that is unknown or wrong.
local function complete(given)
  local options, known = { on_event = given.on_event }, { "on_event" }
  for _, row in ipairs(sandbox.options) do known[#known + 1] = row.name end
  check_options("sandbox", given, known, 3)
  for _, row in ipairs(sandbox.options) do
    local value = given[row.name]
    if value == nil then value = row.default end
    if not is_of_type(row, value) or row.min and value < row.min then error(row.name .. ": bad value", 3) end
    options[row.name] = value
  end
  return options
end

---@class idngo.Sandbox
---@field url string "http://127.0.0.1:PORT"
local Sandbox = {}
Sandbox.__index = Sandbox

local function send(request, reply)
  if reply.drop == "before" or reply.drop == "after" then
    request:drop(reply.delay)
    return
  end
  local sent = reply.drop == "mid-body" and math.floor(#reply.body / 2) or nil
  local ok, message = request:reply(reply.status, reply.headers, reply.body, reply.delay, sent)
  if not ok then
    io.stderr:write("idngo sandbox: a reply cannot be sent: ", message, "\n")
    request:drop()
  end
end

--- An error in the sandbox ends one call, not the sandbox.
local function broken(message)
  io.stderr:write("idngo sandbox: ", tostring(message), "\n")
  return { status = 500, headers = { ["Content-Type"] = "application/json" }, body = '{"code":500}' }
end

local function answer(self, method, target, headers, body, arrived, refused)
  if target:find("^/%-/") and not refused then return control.answer(self.api, method, target, body) end
  return self.api:answer({
    method = method, target = target, headers = headers, body = body, arrived = arrived, refused = refused,
  })
end

local function serve_one(self, request, ...)
  if not request then return false end
  local ok, reply = pcall(answer, self, ...)
  send(request, ok and reply or broken(reply))
  return true
end

--- Waits up to `seconds` for requests and answers those that came. In a task others run while it waits.
---@param seconds number
---@return integer? signal number of the signal that asks to stop (only inside run)
function Sandbox:step(seconds)
  local runtime = runtimes.current()
  if runtime then
    runtime:wait(self.host:descriptor(), "r", core.now() + self.host:patience(seconds))
    seconds = 0
  end
  local signal = self.host:wait(seconds)
  while serve_one(self, self.host:next()) do end
  return signal
end

--- Stops serving; open connections are closed. May be called twice.
function Sandbox:close()
  self.host:close()
end

Sandbox.__close = Sandbox.close

--- Starts serving; nothing moves until step is called.
---@param options table? see sandbox.options
---@return idngo.Sandbox?
---@return string? message when the port cannot be had
function sandbox.start(options)
  options = complete(options or {})
  local behind = api.new(options)
  local bounds = { address = options.address, port = options.port }
  for name, value in pairs(BOUNDS) do bounds[name] = value end
  local served, message = require("idngo.sandbox_host").open(bounds)
  if not served then return nil, message end
  local name = options.address:find(":", 1, true) and "[" .. options.address .. "]" or options.address
  return setmetatable({
    host = served,
    url = string.format("http://%s:%d", name, served:port()),
    api = behind,
  }, Sandbox)
end

local function print_ready(url)
  local _, message = io.stdout:write("idngo sandbox ready at ", url, "\n")
  if not message then _, message = io.stdout:flush() end
  return not message
end

--- Serves until SIGINT or SIGTERM. Prints one line when ready.
---@param options table? see sandbox.options
---@param ready? fun(url: string): any takes the line's place; nothing is served when it returns false or nil
---@return integer|false|nil signal the one that ended it; false when it could not be reported as ready
---@return string? message when the port cannot be had
function sandbox.run(options, ready)
  local self, message = sandbox.start(options)
  if not self then return nil, message end
  self.host:catch_signals()
  local signal
  if not (ready or print_ready)(self.url) then signal = false end
  while signal == nil do signal = self:step(3600) end
  self:close()
  return signal
end

--- Serves in a process of its own, which ends with close() or with this process.
---@param options table? see sandbox.options
---@param serve? fun(options: table, ready: fun(url: string): boolean): any?, string? what serves there: sandbox.run
---@return {url: string, pid: integer, close: fun(self: table)}?
---@return string? message
function sandbox.background(options, serve)
  local host = require("idngo.sandbox_host")
  complete(options or {})
  local pid, url = host.spawn(function(ready)
    local signal, message = (serve or sandbox.run)(options or {}, function(served)
      ready(served)
      return true
    end)
    if not signal then error(message, 0) end
  end)
  if not pid then return nil, url end
  local function close(self)
    if self.pid then host.stop(self.pid) end
    self.pid = nil
  end
  return setmetatable({ url = url, pid = pid, close = close }, { __gc = close, __close = close })
end

return sandbox
