-- Which account the settings name: a run is carried out in no other.

local config = require("idngo.client.config")
local core = require("idngo.core")

---@class idngo.run.Whose
---@field account string
---@field profile string?
---@field production boolean?
---@field origin string where the service is
---@field sandbox boolean? whether it is of the environment for trying; nil where nothing says so
---@field client_id string? what its events say as clientId; nil where nobody says so

--- Tells one account from another; neither token nor secret is in it.
---@param settings table options of idngo.client
---@return string?
---@return idngo.Error|idngo.run.Whose whose or what the settings say of it
return function(settings)
  local resolved, err = config.resolve(settings)
  if not resolved then return nil, err end
  resolved.signer:close()
  local base = resolved.base
  local account = core.sha256(("%s://%s:%s%s\0%s"):format(base.scheme, base.host, base.port or "", base.prefix,
    resolved.app_token))
  return account, { account = account, profile = resolved.profile, production = resolved.production, origin = resolved.origin,
    sandbox = resolved.sandbox, client_id = resolved.client_id ~= "" and resolved.client_id or nil }
end
