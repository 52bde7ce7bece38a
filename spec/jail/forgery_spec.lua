-- Bytes from an evaluator that has been taken over: none may harm the host, or pass for a decision that is none.
local actions = require("idngo.policy.actions")
local forgeries = require("jail_forgeries")
local jail = require("idngo.policy.jail")

--- Evaluators that forge; one that answers has time enough on a busy machine.
local function pool_of(number)
  local seconds = forgeries.list[number][3] == "time" and 0.2 or 60
  return assert(jail.pool { text = "", memory = number, seconds = seconds, program = "spec/support/jail_forger.lua" })
end

describe("A forged answer", function()
  for number, forgery in ipairs(forgeries.list) do
    it(forgery[1], function()
      local pool <close> = pool_of(number)
      for _ = 1, 2 do -- the second time in its replacement, if it was killed
        local outcome = pool:evaluate({}, { tin = {} }, { trace = true })
        assert.equal(forgery[3], outcome.reason or outcome.kind, outcome.message)
        if outcome.message then
          assert.is_true(#outcome.message <= 1000 and not outcome.message:find("%c") and utf8.len(outcome.message) ~= nil)
        end
        for _, action in ipairs(outcome.actions or {}) do assert.truthy(actions.check(action)) end
      end
    end)
  end
end)
