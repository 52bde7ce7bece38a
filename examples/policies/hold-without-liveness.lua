-- Holds everyone who has not passed the liveness check, with what to do about it.
local advice = {
  RED = "liveness failed: ask for a new selfie",
  ERROR = "liveness could not be checked: ask for a new selfie",
  MISSING = "no liveness check: send a link to the WebSDK",
}

return {
  name = "hold-without-liveness",
  version = "1",
  decide = function(_, facts)
    local answer = facts.liveness.answer
    if answer == "GREEN" then
      return pass()
    end
    return hold(advice[answer] or "liveness says " .. answer)
  end,
}
