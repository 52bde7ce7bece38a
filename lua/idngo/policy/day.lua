-- The day on which a policy decides.

local M = {}

--- The day that a time lies on: UTC, as the service's own times are.
---@param seconds number
---@return string "2026-01-31"
function M.of(seconds)
  return os.date("!%Y-%m-%d", math.floor(seconds))
end

--- Today as a run's policy is told it, whenever it is asked: the day on which its plan was begun. Where the log was read, it
--- is believed before the table. Older runs wrote down nothing but the time.
---@param store idngo.run.Store
---@return string
function M.today(store)
  return store.witness and store.witness.today or store:get("today") or M.of(store:get("created"))
end

return M
