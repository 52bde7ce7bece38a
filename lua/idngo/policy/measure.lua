-- How long a policy takes to decide.

local core = require("idngo.core")
local facts = require("idngo.policy.facts")

---@class idngo.policy.Measured
---@field evaluations integer
---@field median_ms number
---@field p99_ms number
---@field slowest_ms number
---@field outcomes table<string, integer> by kind

--- Evaluates a policy again and again, with a fact of every kind that has its first answer.
---@param pool idngo.policy.Pool
---@param count integer
---@param today string
---@return idngo.policy.Measured
return function(pool, count, today)
  local known, seconds, outcomes, given = {}, {}, {}, { today = today }
  for name, fact in pairs(facts.facts) do known[name] = facts.blank(name, fact.answers[1]) end
  for i = 1, count do
    local started = core.now()
    local outcome = pool:evaluate({ id = "applicant" }, known, given)
    seconds[i] = core.now() - started
    outcomes[outcome.kind] = (outcomes[outcome.kind] or 0) + 1
  end
  table.sort(seconds)
  local function at(part) return 1000 * seconds[math.max(1, math.ceil(part * count))] end
  return { evaluations = count, median_ms = at(0.5), p99_ms = at(0.99), slowest_ms = at(1), outcomes = outcomes }
end
