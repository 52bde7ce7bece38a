-- What came of a run, in numbers.

local function counts(rows, key)
  local found = {}
  for _, row in ipairs(rows) do found[row[key]] = (found[row[key]] or 0) + row.count end
  return found
end

--- Sums for people and reports; and, where there are any, the steps that may or may not have taken effect.
---@param kept idngo.run.Store
---@return table
return function(kept)
  local states, actions, unknown = kept:rows("states"), {}, {}
  for _, row in ipairs(states) do
    actions[row.action] = actions[row.action] or {}
    actions[row.action][row.state] = row.count
  end
  for i, step in ipairs(kept:rows("in_state", "unknown", -1)) do
    unknown[i] = { applicantId = step.id, action = step.action, problem = step.problem }
  end
  return {
    unknown = unknown[1] and unknown, state = kept:get("state"), plan = kept:get("plan_hash"), policy = kept:get("policy_name"),
    version = kept:kind() == "policy" and kept:get("policy_version") or nil, applicants = kept:row("size").count,
    decisions = counts(kept:rows("decisions"), "decision"), steps = counts(states, "state"), actions = actions,
    facts = counts(kept:rows("fact_counts"), "name"), deactivations = kept:row("deactivations").count,
  }
end
