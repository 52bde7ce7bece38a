-- Makes a list of calls with one client and says what came of each, as plain data. It runs in the spec's process and inside
-- a worker of nginx.

local compat = require("idngo.compat")
local core = require("idngo.core")
local idngo = require("idngo")

local M = {}

--- A result as plain data: a file is what its bytes are.
local function plain(result)
  local meta = idngo.meta(result)
  local kept = { attempts = meta.attempts, elapsed = meta.elapsed, status = meta.status, headers = meta.headers }
  if result.path then
    local file = assert(io.open(result.path, "rb"))
    local digest = core.sha256(file:read("*a"))
    file:close()
    os.remove(result.path)
    return { file = digest, said = result.sha256, size = result.size, type = result.contentType }, kept
  end
  return result, kept
end

--- The fields of an error that specs judge.
local function fields(err)
  return { kind = err.kind, outcome = err.outcome, status = err.status, attempts = err.attempts, hint = err.hint,
    retryable = err.retryable, text = tostring(err) }
end

local sleep = compat.global("ngx") and ngx.sleep or core.sleep -- luacheck: globals ngx

--- Waits until no connection of this machine to a port is open on both sides.
local function wait_until_closed(port)
  local open = (":%04X 01 "):format(port)
  local deadline = core.now() + 60
  local found
  repeat
    local file = assert(io.open("/proc/net/tcp"))
    found = file:read("*a"):find(open, 1, true)
    file:close()
    if found then sleep(0.02) end
  until not found or core.now() > deadline
  assert(not found, "the server does not close what is idle")
  return { err = { kind = "waited", text = "waited" } }
end

--- Makes the calls. One of the name wait_until_closed waits for a server that closes what is idle.
---@param options table settings of the client
---@param list table[] each {name, its arguments…}
---@param at_once integer 1: one after another
---@return table[] each {result, meta} or {err}, in the order of the list
function M.run(options, list, at_once)
  local client = assert(idngo.client(options))
  local function make(call)
    if call[1] == "wait_until_closed" then return wait_until_closed(call[2]) end
    local result, err = client[call[1]](client, compat.unpack(call, 2))
    if not result then return { err = type(err) == "table" and err.kind and fields(err) or { kind = "thrown",
      text = tostring(err) } } end
    local told, meta = plain(result)
    return { result = told, meta = meta }
  end
  local results, errors = {}, {}
  if at_once == 1 then
    for i, call in ipairs(list) do results[i] = make(call) end
  else
    results, errors = idngo.parallel(list, make, { concurrency = at_once })
  end
  client:close()
  for i = 1, #list do
    if not results[i] then results[i] = { err = { kind = "thrown", text = tostring(errors[i]) } } end
  end
  return results
end

return M
