--- The server's side of rate limits, in the four ways servers count.
--
--   rolling   no window of W, wherever it starts, holds more than N
--   fixed     a window starts with its first request and lasts W
--   token     a bucket of N that refills at N per W
--   leaky     one request per W/N, counted in whole milliseconds, no burst
--
-- Refused requests are not counted. All times are the sandbox's (real seconds times the time scale).
local endpoints = require("idngo.endpoints")

local limits = {}
limits.__index = limits

-- Each model: new(n, w) -> room(t) and take(t). take is only called after room said yes.
local models = {}

function models.rolling(n, w)
  local taken, next_slot = {}, 1
  return function(t)
    return not taken[next_slot] or t - taken[next_slot] >= w
  end, function(t)
    taken[next_slot] = t
    next_slot = next_slot % n + 1
  end
end

function models.fixed(n, w)
  local start, count = -math.huge, 0
  return function(t)
    return t - start >= w or count < n
  end, function(t)
    if t - start >= w then start, count = t, 0 end
    count = count + 1
  end
end

function models.token(n, w)
  local tokens, at = n, 0
  local function now(t)
    return math.min(n, tokens + (t - at) * n / w)
  end
  return function(t)
    return now(t) >= 1 - 1e-9
  end, function(t)
    tokens, at = now(t) - 1, t
  end
end

function models.leaky(n, w)
  local last = -math.huge
  return function(t)
    return math.floor(t * 1000) - last >= w * 1000 / n
  end, function(t)
    last = math.floor(t * 1000)
  end
end

--- Names of the models, for options.
limits.models = { "rolling", "fixed", "token", "leaky" }

---@param model string one of limits.models
function limits.new(model)
  local lanes = {}
  for name, lane in pairs(endpoints.limits()) do
    if lane[2] > 0 then
      local room, take = models[model](lane[1], lane[2])
      lanes[name] = { room = room, take = take }
    end
  end
  return setmetatable({ lanes = lanes, busy_until = {} }, limits)
end

--- Counts one request, or says what it exceeds.
---@param lane string? of the endpoint
---@param method string
---@param t number when the request arrived
---@return string? exceeded description; nil when the request may pass
function limits:take(lane, method, t)
  local own = self.lanes[lane]
  local account = self.lanes[endpoints.account_limit(method)]
  if self.busy_until[lane] and t < self.busy_until[lane] then
    return "the previous request to this resource has not been answered yet"
  end
  if own and not own.room(t) or not account.room(t) then return "too many requests" end
  if own then own.take(t) end
  account.take(t)
end

--- Where one request may be in flight, the lane is busy until its answer has left.
function limits:hold(lane, t)
  local limit = endpoints.limits()[lane]
  if limit and limit[2] == 0 then self.busy_until[lane] = t end
end

return limits
