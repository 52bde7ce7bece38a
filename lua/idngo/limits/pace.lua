-- Calls whose body moves: uploads, and replies that are files. Their `timeout` bounds silence, not the whole attempt:
-- each STEP of a body has so long to move, and so has the answer. A `deadline` bounds all.
--
-- The transports count the time; see csrc/curl/exchange.h. While a body moves, the lease of the call's slots is moved on.

local core = require("idngo.core")

local now, min = core.now, math.min

local M = {}

--- Bytes of a body that must move within `timeout`. Smaller bodies have one `timeout`, as calls without any.
M.STEP = 64 * 1024

local LONGEST = 86400 -- of a lease, see csrc/system/limit.h
local NEVER = 1e9

--- Whether a body moves in a call. Other replies are short: one that comes byte by byte is not waited for.
---@param call table see client/attempt.lua
---@return boolean
function M.applies(call)
  return (call.operation.binary or call.to or call.source or #(call.body or "") >= M.STEP) and true or false
end

--- How long an attempt whose body moves may have its slots. A lease is renewed at a third of `timeout`; until then whatever
--- moved last leaves a whole `timeout` to wait, so that the lease is longer by as much.
---@param timeout number
---@return number seconds
function M.lease(timeout)
  return min(timeout * 4 / 3, LONGEST)
end

--- What tells a transport, while a body moves, how much longer it may. A function of its own: LuaJIT compiles none with a
--- closure in it.
---@param lanes table
---@param grant integer|false|nil
---@param timeout number
---@param deadline number?
---@param asked number? when the lease began that the call was given
---@return fun(): number? seconds nil when its slots may be another's before it could end
function M.renewer(lanes, grant, timeout, deadline, asked)
  local lease = M.lease(timeout)
  local ends = grant and asked + lease
  return function()
    if grant then
      ends = lanes:extend(grant, lease, ends)
      if not ends or ends <= now() then return nil end
    end
    local left = min(ends or NEVER, deadline or NEVER) - now()
    return left > 0 and left or 0.001
  end
end

local function megabytes(bytes)
  return bytes < 1e5 and ("%d bytes"):format(bytes) or ("%.1f MB"):format(bytes / 1e6)
end

--- What to do when time ran out: what was seen, and which setting bounds it.
---@param moved number bytes of the request's body that the server took
---@param size number? of the body
---@param received boolean the answer had begun
---@param timeout number
---@param late boolean the deadline has passed
---@return string
function M.hint(moved, size, received, timeout, late)
  local seen, whole = "no answer came", not size or moved >= size
  if received then
    seen = "the file was still coming"
  elseif size and whole then
    seen = ("the server took all %s and did not answer"):format(megabytes(size))
  elseif size then
    seen = ("the server had taken %s of %s"):format(megabytes(moved), megabytes(size))
  end
  if late then return seen .. " when the deadline passed; deadline (--deadline) bounds the whole call" end
  if whole and not received then
    return ("%s within %g s; to wait for longer raise timeout (--timeout)"):format(seen, timeout)
  end
  return ("%s and less than %d KiB moved within %g s; for a slower line raise timeout (--timeout)"):format(seen,
    M.STEP / 1024, timeout)
end

return M
