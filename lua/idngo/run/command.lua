-- The command that goes on with a run, as a person types it: for hints. A run of a profile names it, since another profile's
-- settings are refused.

local shell_word = require("idngo.shell_word")

--- "idngo --profile test apply DIR …".
---@param run {store: idngo.run.Store, dir: string}
---@param words string behind `idngo`; %s in it is the run's folder
---@return string
return function(run, words)
  local profile = run.store:get("profile")
  return ("idngo %s%s"):format(profile and ("--profile %s "):format(shell_word(profile)) or "", words:format(shell_word(run.dir)))
end
