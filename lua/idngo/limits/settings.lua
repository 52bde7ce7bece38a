-- Where limits are kept when `limits_url` names a Redis: the settings of it, checked.

local text_file = require("idngo.text")

local M = {}

---@class idngo.RedisLimits
---@field address idngo.StreamAddress
---@field user? string
---@field password? string
---@field timeout number the longest that an attempt of any member may take
---@field rtt number the longest that an exchange may take for its grants to be used
---@field unfenced? boolean

local loopback = { localhost = true, ["127.0.0.1"] = true, ["::1"] = true }

--- What `limits_url` and the settings beside it come to.
---@param settings table
---@return idngo.RedisLimits|false redis false: something is wrong with them
---@return string? message
---@return string? hint
function M.resolve(settings)
  local url = settings.limits_url
  local scheme, rest = url:match("^(%a+)://([^/]+)/?$")
  local user, place = (rest or ""):match("^(.*)@([^@]*)$")
  place = place or rest
  if user and user:find(":", 1, true) then
    return false, "limits_url has a password in it, which ps and logs would show",
      "write rediss://USER@HOST:PORT, and set limits_password_file"
  end
  local host, port = (place or ""):match("^%[([%x:.]+)%]:?(%d*)$")
  if not host then host, port = (place or ""):match("^([%w.-]+):?(%d*)$") end
  local number = port ~= "" and tonumber(port) or 6379
  if not host or (scheme ~= "redis" and scheme ~= "rediss") or number < 1 or number > 65535 or user == "" then
    return false, "limits_url must be rediss://HOST:PORT, or redis://127.0.0.1:PORT for a Redis on this machine"
  end
  if scheme == "redis" and not loopback[host] then
    return false, "limits_url: redis:// is for this machine alone", "use rediss://, which is Redis over TLS"
  end
  if settings.timeout > settings.limits_timeout then
    return false, ("timeout is %g s, and limits_timeout %g s"):format(settings.timeout, settings.limits_timeout),
      "raise limits_timeout to it, for all that use the account: after a fault they wait for calls that long"
  end
  local password = settings.limits_password
  if type(password) == "table" then
    local whole, message = text_file.read(password.file)
    if not whole then return false, "limits_password file " .. message end
    password = whole:match("^[^\r\n]*")
  end
  if password == "" or (user and not password) then
    return false, password and "limits_password is empty" or "limits_url names a user, and there is no limits_password",
      "set limits_password_file, or IDNGO_LIMITS_PASSWORD_FILE"
  end
  local tls = scheme == "rediss"
  return {
    address = { host = host == "localhost" and "127.0.0.1" or host, port = number, tls = tls or nil,
      server_name = tls and host == "localhost" and host or nil, ca_file = tls and settings.limits_ca_file or nil,
      cert_file = tls and settings.limits_cert_file or nil, key_file = tls and settings.limits_key_file or nil },
    user = user, password = password, timeout = settings.limits_timeout, rtt = settings.limits_rtt,
    unfenced = settings.limits_unfenced,
  }
end

return M
