-- What came of a run, in numbers.

--- Sums for people and reports; and, where there are any, the steps that may or may not have taken effect.
---@param store idngo.run.Store
---@return table
return function(store)
  local totals, unknown = store:totals(), {}
  local sums = { decisions = {}, facts = {}, steps = {}, actions = {} }
  for name, count in pairs(totals) do
    local kind, what, state = name:match("^(%l+):([^:]+):?(.*)$")
    if kind == "decision" then sums.decisions[what] = count end
    if kind == "fact" then sums.facts[what] = count end
    if kind == "step" then
      sums.steps[state] = (sums.steps[state] or 0) + count
      sums.actions[what] = sums.actions[what] or {}
      sums.actions[what][state] = count
    end
  end
  for i, step in ipairs(store:rows("in_state", "unknown", -1)) do
    unknown[i] = { applicantId = step.id, action = step.action, problem = step.problem }
  end
  sums.unknown, sums.state, sums.plan = unknown[1] and unknown, store:get("state"), store:get("plan_hash")
  sums.policy, sums.version = store:get("policy_name"), store:kind() == "policy" and store:get("policy_version") or nil
  sums.applicants, sums.deactivations = totals.lines or 0, totals.deactivations or 0
  return sums
end
