-- Decisions of policies, without fetching or writing: which fact an evaluation lacks, and what its outcome decides.

local arguments = require("idngo.policy.arguments")
local column_names = require("idngo.policy.names")
local core = require("idngo.core")
local day = require("idngo.policy.day")
local handlers = require("idngo.policy.handlers")
local json = require("idngo.json")

local M = {}

--- The fact that is missing: one that the policy touched, or that one of its actions needs; or nil.
---@param outcome idngo.policy.Outcome
---@param known table<string, table>
---@param applicant table
---@return string?
function M.need_of(outcome, known, applicant)
  if outcome.kind == "need" then return outcome.fact end
  if outcome.kind ~= "decided" then return nil end
  for _, action in ipairs(outcome.actions) do
    local needs = arguments.needs(action, applicant)
    if needs and not known[needs] then return needs end
  end
end

--- A text of the policy's as it is stored: bytes that are not UTF-8 stand in it in hex.
local function text_of(text)
  if text == nil or core.utf8(text) then return text end
  return (text:gsub("[\128-\255]", function(byte) return ("\\x%02x"):format(byte:byte()) end))
end

--- What is wrong with an action, and where the policy made it.
local function at_line(action, message)
  return action.line and ("line %d: %s"):format(action.line, message) or message
end

--- What to write down for an outcome other than a need.
---@param outcome idngo.policy.Outcome
---@param known table<string, table> the facts it saw
---@param applicant table
---@return "pass"|"hold"|"act"|"error" decision
---@return string? reason
---@return integer? line
---@return table[] steps {action =, args = as JSON, reason =, line =}
function M.of(outcome, known, applicant)
  if outcome.kind == "error" then return "error", text_of(outcome.message), outcome.line, {} end
  local decision, decided, steps, seen, held = "pass", outcome.actions[1], {}, {}, {}
  for _, action in ipairs(outcome.actions) do
    if handlers.actions[action.name] then
      local args, message = arguments.complete(action, known, applicant)
      if not args then return "error", at_line(action, message), action.line, {} end
      local ok, text = pcall(json.encode, args, action.name, "[]")
      if not ok then return "error", at_line(action, text), action.line, {} end
      local identity = handlers.actions[action.name].verdict and "verdict" or action.name .. text
      if seen[identity] then
        message = seen[identity] == action.name and action.name .. " stands twice in one decision"
          or ("%s and %s stand in one decision, which has room for one of them"):format(seen[identity], action.name)
        return "error", at_line(action, message), action.line, {}
      end
      seen[identity] = action.name
      steps[#steps + 1] = { action = action.name, args = text, reason = text_of(action.reason), line = action.line }
      if decision ~= "act" then decision, decided = "act", action end
    elseif action.name == "hold" then
      held[#held + 1] = action.reason
      if decision == "pass" then decision, decided = "hold", action end
    end
  end
  local reason = decided.reason
  if decision == "hold" then reason = table.concat(held, "; ") end
  return decision, text_of(reason), decided.line, steps
end

--- What a policy may read of a run's applicants. Runs of 0.1.0 did not write it down: there it is what their rows have.
---@param store idngo.run.Store
---@return idngo.policy.Names
function M.columns(store)
  local recorded = store:get("columns")
  if recorded then return json.decode(recorded) end
  local columns
  for row in store:each("lines") do columns = column_names.add(columns, json.decode(row.fields)) end
  return columns
end

--- What every evaluation of a run is given beside facts and applicant.
---@param store idngo.run.Store
---@return idngo.policy.EvaluateOptions
function M.given(store)
  return { columns = M.columns(store), today = day.today(store) }
end

return M
