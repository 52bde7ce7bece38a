-- Same facts, same decision: in every process, with whatever memory, watched or not. A policy may come to no decision
-- where something runs out; it never comes to another.
--
-- IDNGO_PROCESSES: how many of each policy with each ceiling; ./dev torture takes 30, and four ceilings.
local decisions = require("decisions")
local jail = require("idngo.policy.jail")
local json = require("idngo.json")
local parallel = require("idngo.runtime.parallel").parallel
local sh = require("shell")

local PROCESSES = tonumber(os.getenv("IDNGO_PROCESSES"))
local POLICIES <const> = PROCESSES and 200 or 100
local CEILINGS = PROCESSES and { 3 << 20, 12 << 20, 64 << 20, 256 << 20 } or { 3 << 20, 20 << 20 }

--- What the evaluator says, without its trace and without how far the machine let it come.
local function verdict_of(outcome)
  outcome.trace = nil
  return json.encode(outcome, "outcome", "[]")
end

--- All that a policy came to: its decisions and its own errors, as a set; how often it came to nothing, and by what.
local function verdicts_of(text)
  local verdicts, none, others = {}, 0, {}
  for _ = 1, PROCESSES or 2 do
    for _, memory in ipairs(CEILINGS) do
      local pool <close> = assert(jail.pool { text = text, chunkname = "p.lua", memory = memory, size = 1, seconds = 120 })
      for _, trace in ipairs { false, true } do
        local outcome = pool:evaluate(decisions.applicant, decisions.facts(),
          { trace = trace, columns = decisions.columns, today = "2026-01-31" })
        if outcome.kind == "decided" or outcome.reason == "policy" then
          verdicts[verdict_of(outcome)] = true
        else
          none = none + 1
          others[outcome.reason] = true
        end
      end
    end
  end
  return { verdicts = verdicts, none = none, others = others }
end

describe("Policies that look for a difference", function()
  it("decide as one, or not at all", function()
    local decided, nothing, reasons = 0, 0, {}
    local policies = decisions.policies(POLICIES, 2, 20)
    local all, errors = parallel(policies, verdicts_of, { concurrency = tonumber(sh("nproc")) })
    for i, text in ipairs(policies) do
      assert.is_nil(errors[i], tostring(errors[i]))
      local first = next(all[i].verdicts)
      local second = first and next(all[i].verdicts, first)
      assert.is_nil(second, ("policy %d decided\n%s\nand\n%s\nby\n%s"):format(i, first, second, text))
      decided, nothing = decided + (first and 1 or 0), nothing + (all[i].none > 0 and 1 or 0)
      for reason in pairs(all[i].others) do reasons[#reasons + 1], reasons[reason] = reason, true end
    end
    assert.is_true(decided > POLICIES / 2 and nothing > 4, ("%d decided, %d did not"):format(decided, nothing))
    for _, reason in ipairs { "instructions", "memory", "stack" } do assert.is_true(reasons[reason], reason) end
    for _, reason in ipairs(reasons) do
      assert.truthy(reason == "instructions" or reason == "memory" or reason == "stack", reason)
    end
  end)
end)
