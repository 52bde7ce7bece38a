-- The host's end of the jail under failing allocations.

local jail = require("idngo.policy.jail")

local POLICY = [[
return {
  name = "torture", version = "1",
  decide = function(applicant, facts)
    if facts.duplicates.answer == "RED" then return deactivate("duplicate of " .. facts.duplicates.hits[1].applicantId) end
    return hold(applicant.country)
  end,
}
]]

local HIT = { applicantId = ("5"):rep(24), fields = { "dob", "tin" }, score = 0.5 }
local FACTS = { duplicates = { answer = "RED", hits = { HIT } } }

return {
  {
    name = "jail: a pool and an evaluation",
    run = function()
      local pool <close>, problem = jail.pool { text = POLICY, chunkname = "torture.lua", size = 1 }
      if not pool then return nil, problem end
      return pool:evaluate({ id = "one", country = "KAZ" }, FACTS)
    end,
    right = function(outcome) return outcome.kind == "decided" and outcome.actions[1].reason:find("5555") ~= nil end,
    check = function() collectgarbage() end, -- a process that was started, and not yet in a pool
    slack = { blocks = 4 },
  },
  {
    name = "jail: evaluations in one pool",
    setup = function() return { pool = assert(jail.pool { text = POLICY, chunkname = "torture.lua", size = 1 }) } end,
    run = function(context)
      local outcome = context.pool:evaluate({ id = "one", country = "KAZ" }, FACTS, { trace = true })
      if outcome.kind == "error" then return nil, outcome.message end
      return outcome
    end,
    right = function(outcome) return outcome.kind == "decided" and #outcome.trace.lines > 0 end,
    check = function(context)
      collectgarbage()
      if context.pool.count ~= #context.pool.idle then
        error(("%d evaluators are counted, %d idle"):format(context.pool.count, #context.pool.idle))
      end
    end,
    close = function(context) context.pool:close() end,
    slack = { blocks = 4, descriptors = 2 },
  },
}
