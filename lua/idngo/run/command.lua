-- The command that goes on with a run, as a person types it: for hints. A run of a profile names it, since another profile's
-- settings are refused.

local shell_word = require("idngo.shell_word")

--- "idngo --profile test apply DIR …".
---@param run {store: idngo.run.Store, dir: string}
---@param text string "idngo …"; %s in it is the run's folder
---@return string
return function(run, text)
  local profile = run.store:get("profile")
  local words = text:format(shell_word(run.dir))
  return profile and ("idngo --profile %s%s"):format(shell_word(profile), words:sub(#"idngo" + 1)) or words
end
