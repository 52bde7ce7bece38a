-- Whose runs are: which profile and account the settings name, said in every prompt, and that a run is of no other profile.

local account_of = require("idngo.run.account")
local core = require("idngo.core")
local errors = require("idngo.error")
local output = require("idngo.cli.output")

local M = {}

--- The profile in words.
---@param of idngo.run.Whose
---@return string
function M.profile(of)
  if not of.profile then return "no profile" end
  return of.profile .. (of.production and ", which is production" or "")
end

--- Profile and account in words.
---@param of idngo.run.Whose
---@return string
function M.text(of)
  return ("%s%s, account %s at %s"):format(of.profile and "profile " or "", M.profile(of), of.account:sub(1, 12), of.origin)
end

--- The same of a run that is only looked at: for what changes nothing but its folder.
---@param store idngo.run.Store
---@return string
function M.text_of(store)
  local profile, account = store:get("profile"), store:get("account") or "?"
  return ("%s, account %s"):format(profile and "profile " .. profile or "no profile", account:sub(1, 12))
end

--- Whose the settings are; nil and why not when the run is of another profile. A run from before there were profiles is of
--- its account alone.
---@param store idngo.run.Store?
---@param settings table
---@param account_too boolean? it must be of the same account, too
---@return idngo.run.Whose?
---@return idngo.Error?
function M.of(store, settings, account_too)
  local account, of = account_of(settings)
  if not account then return nil, of end
  local theirs = store and store:get("profile")
  if theirs and theirs ~= of.profile then
    return nil, errors.config(("the run is of profile %s, and the settings are those of %s"):format(theirs,
      of.profile and "profile " .. of.profile or "none"), ("idngo --profile %s goes on with it"):format(theirs))
  end
  if store and account_too and store:get("account") ~= account then
    return nil, errors.config("the run was planned for another base_url or app_token",
      "use the settings that it was planned with, or plan again")
  end
  return of
end

--- The same for who says something to a watch. Where that is another machine's, no account is needed here.
---@param store idngo.watch.Store
---@param settings table
---@return idngo.run.Whose?
---@return idngo.Error?
function M.of_approver(store, settings)
  if store.is_ours then return M.of(store, settings) end
  local production, err = require("idngo.client.config").of_runs("production", settings)
  if err then return nil, err end
  local profile = store:get("profile")
  return { profile = profile, account = store:get("account"), production = production and profile ~= nil,
    origin = "another machine" }
end

--- The same of a folder that may hold a run.
---@param dir string
---@param settings table
---@return idngo.run.Whose?
---@return idngo.Error?
function M.of_folder(dir, settings)
  local store, err = require("idngo.run.store").find(dir)
  if err then return nil, err end
  local of
  of, err = M.of(store, settings)
  if store then store:close() end
  return of, err
end

--- In production a person types the profile's name; what is wrong when nobody does.
---@param of idngo.run.Whose
---@return idngo.Error?
function M.brake(of)
  local function refusal(message, hint)
    return errors.new { kind = "approval", outcome = "not_sent", message = message, hint = hint }
  end
  if not (core.isatty(0) and core.isatty(2)) then
    return refusal(("profile %s is production: its name is typed for an approval, and there is no terminal"):format(of.profile),
      "approve on a terminal; idngo resume goes on with what was approved anywhere")
  end
  output.tell(("This is production: profile %s, account %s at %s.\nType the profile's name: "):format(of.profile,
    of.account:sub(1, 12), of.origin))
  if io.read("*l") == of.profile then return nil end
  return refusal("what was typed is not the profile's name", "nothing was sent")
end

return M
