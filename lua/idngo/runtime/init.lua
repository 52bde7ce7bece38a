-- What a protocol needs of wherever it runs: time, tasks, and streams of bytes. HTTP has transports of its own, which are
-- faster; whatever else is spoken goes over this.
--
-- Which runtime applies is looked up when something is to be waited for: the scheduler of the running task, else the wait
-- blocks; inside nginx it is nginx. A stream of plain Lua may be used in one and then in the other. One of nginx belongs to the
-- request, or timer, that made it, as all sockets there do: who wants it later keeps it, and connects again.
--
-- Times are moments of now(), and each operation is told by when it has to be done; math.huge: it may take for ever.
--
-- A failure is a table {kind, message, hint?, permanent?, sent?}. Its kinds:
--   dns connect tls    there is no connection; permanent: trying again is of no use
--   config             nor can there be one, as things are set up
--   timeout            its time came
--   closed cut reset   the other end closed it: in order; over TLS without saying so, or, inside nginx, nobody knows; by force
--   io                 anything else
--   cancelled          by whoever runs the task
--   sent               but of a receive: whether some of what was to be sent may have left
-- A stream that failed is closed, but where a receive ran out of time, or a send did before anything left.

local check_names = require("idngo.options").check
local compat = require("idngo.compat")
local core = require("idngo.core")
local runtimes = require("idngo.runtime.current")
local parallel = require("idngo.runtime.parallel")

local ngx = compat.global("ngx")
local nginx = ngx and ngx.socket and require("idngo.runtime.nginx")
local otherwise = nginx or require("idngo.runtime.blocking")
local connect = (nginx or require("idngo.runtime.stream")).connect

local M = {}

---@class idngo.StreamAddress
---@field host? string a name or an IP address …
---@field port? integer
---@field path? string … or the path of a socket on this machine
---@field tls? boolean
---@field server_name? string whom the certificate has to be for; host, unless told otherwise
---@field ca_file? string authorities to trust, PEM, instead of the system's; inside nginx that is a line of nginx.conf
---@field cert_file? string a client certificate, PEM …
---@field key_file? string … and its key

local known = { "host", "port", "path", "tls", "server_name", "ca_file", "cert_file", "key_file" }
local texts = { "host", "path", "server_name", "ca_file", "cert_file", "key_file" }

--- The moment it is: seconds since the start of the machine.
---@type fun(): number
M.now = core.now

--- Sleeps; a scheduler's or nginx's other work goes on. Ends early when a signal came, or the task is cancelled.
---@param seconds number
function M.sleep(seconds)
  return (runtimes.current() or otherwise).sleep(seconds)
end

--- Starts `fn(...)` beside the running task: in idngo.run or idngo.parallel, and wherever nginx has light threads.
---@param fn function
---@param ... any
---@return table task task:wait() gives its results, or nil, its error and true when it threw
function M.spawn(fn, ...)
  if otherwise.spawn then return otherwise.spawn(fn, ...) end
  return parallel.spawn(fn, ...)
end

local ways = { r = true, w = true, rw = true }

--- Waits for a descriptor that somebody else owns, such as a database's connection.
---@param descriptor integer
---@param what "r"|"w"|"rw" bytes to be read, room to write, or either
---@param by number
---@return "r"|"w"|"rw"|nil found
---@return table? failure
function M.wait(descriptor, what, by)
  if not compat.is_integer(descriptor) then error("wait: a descriptor is a whole number", 2) end
  if not ways[what] then error('wait: what is waited for is "r", "w" or "rw"', 2) end
  local found, failure = (runtimes.current() or otherwise):wait(descriptor, what, by)
  if found then return found end
  return nil, failure or { kind = "timeout", message = "timed out waiting for a descriptor" }
end

local checked = setmetatable({}, { __mode = "k" })

--- Throws when an address cannot be one.
local function check(address)
  check_names("connect", address, known, 3)
  for _, name in ipairs(texts) do
    local value = address[name]
    if value ~= nil and (type(value) ~= "string" or value == "" or value:find("%z")) then
      error(("connect: %s must be a text"):format(name), 3)
    end
  end
  local port = address.port
  if (address.path == nil) ~= (address.host ~= nil) then error("connect: an address has either a host or a path", 3) end
  if address.host and (type(port) ~= "number" or port % 1 ~= 0 or port < 1 or port > 65535) then
    error("connect: port must be a whole number from 1 to 65535", 3)
  end
  for _, name in ipairs { "host", "server_name" } do
    if (address[name] or ""):find("[%c%s/@?#\\]") then error(("connect: %s is no host"):format(name), 3) end
  end
  if address.path and address.tls then error("connect: TLS is for hosts, not for a path", 3) end
  if (address.cert_file == nil) ~= (address.key_file == nil) then
    error("connect: cert_file and key_file belong together", 3)
  end
  checked[address] = true
end

--- A stream that stands: one that was kept and is silent, or a new one. The same table of an address means the same identity:
--- its certificates are read once, and what was kept is used again for it alone.
---@param address idngo.StreamAddress not to be changed afterwards
---@param by number
---@return idngo.Stream? stream
---@return table? failure
function M.connect(address, by)
  if not checked[address] then check(address) end
  return connect(address, by)
end

return M

---@class idngo.Stream
---@field reused boolean it was kept before: whoever signs in has done so
---@field send fun(self, bytes: string, by: number): true?, table? sends all of it
---@field receive fun(self, by: number): string?, table? what has come: at least one byte, at most some ten thousand
---@field is_silent fun(self): boolean it stands, and nothing is to be read, not even its end
---@field keep fun(self) gives it up for a later connect; what was asked on it has been answered
---@field close fun(self) what was sent still arrives
---@field reset fun(self) closes it by force: what the system has not sent yet does not leave
-- One task may send while another receives; a second one that does the same is an error. Whoever waits for a stream that is
-- closed meanwhile is told so.
