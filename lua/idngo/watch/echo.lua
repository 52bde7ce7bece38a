-- Echoes: events that our own steps cause. One that says no more than what a step of ours set is not decided; one that a step may
-- have caused does not cut the later steps of its line.

local json = require("idngo.json")

local M = {}

--- Seconds by which an event may be older than its step's intent, and newer than its outcome.
M.BEFORE, M.AFTER = 5, 60

-- By action, the types of events that it causes. A step that sets a value, and an event that states it, have a name of their own.
local CAUSES = {
  deactivate = { "applicantDeactivated!" }, activate = { "applicantActivated!" },
  add_tags = { "applicantTagsChanged" }, remove_tags = { "applicantTagsChanged" },
  request_check = { "applicantPending", "applicantPrechecked" }, approve = { "applicantReviewed" },
  reject = { "applicantReviewed" }, blocklist = { "applicantReviewed" }, update_info = { "applicantPersonalInfoChanged" },
  update_fixed_info = { "applicantPersonalInfoChanged" }, reset_step = { "applicantReset", "applicantPending" },
}

--- What a step may cause, by the names that `of` gives.
---@param action string
---@param args string JSON
---@return string[]?
function M.causes(action, args)
  if action == "move_to_level" then
    local decoded = json.decode(args) or {}
    return { ("applicantLevelChanged!%s"):format(tostring(decoded.levelName)) }
  end
  return CAUSES[action]
end

local STATES = { applicantDeactivated = true, applicantActivated = true }

--- Under which name an event stands among what steps cause; and whether it states the value that such a step set.
---@param event table
---@return string name
---@return boolean states
function M.of(event)
  if event.type == "applicantLevelChanged" then return ("applicantLevelChanged!%s"):format(tostring(event.levelName)), true end
  if STATES[event.type] then return event.type .. "!", true end
  return event.type, false
end

return M
