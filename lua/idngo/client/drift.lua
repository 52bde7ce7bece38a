-- Drift: a reply has what was never seen before, a field or a value. It is told once per kind and day, as an event; the reply is
-- good all the same. Only a client that has a listener looks.

local core = require("idngo.core")
local drift = require("idngo.drift")
local emit = require("idngo.client.events").emit

local M = {}

local DAY = 86400
-- Kinds that are remembered for a day: a service that makes new names all the time must not fill the memory.
local MOST = 1000

--- Tells the client's listener what of a result is not as its endpoint's description says.
---@param state table
---@param call table
---@param result table
function M.tell(state, call, result)
  local operation = call.operation
  if not operation.returns then return end
  local found = drift.find(operation.returns, result)
  if not found[1] then return end
  local day = math.floor(core.wall() / DAY)
  if not state.drift or state.drift.day ~= day then state.drift = { day = day, count = 0, told = {} } end
  local told = state.drift.told
  for _, each in ipairs(found) do
    local kind = ("%s %s %s %s"):format(operation.name, each.what, each.path, each.found or "")
    if not told[kind] and state.drift.count < MOST then
      told[kind], state.drift.count = true, state.drift.count + 1
      emit(state.on_event, call, "drift", { drift = each.what, field = each.path, value = each.found })
    end
  end
end

return M
