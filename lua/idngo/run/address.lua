-- The address of a run that is in PostgreSQL: libpq's URI of a database, and `run`, the run's name in there.

local errors = require("idngo.error")

local M = {}

--- Whether a text is meant as one; else it is a folder.
---@param text string
---@return boolean
function M.is(text) return text:find("^postgres:") ~= nil or text:find("^postgresql:") ~= nil end

local function decoded(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

local SECRETS = { password = true, sslpassword = true, oauth_client_secret = true, scram_client_key = true,
  scram_server_key = true }

--- Whether what stands before the database is a user, and hosts with numbers for ports. What is not could be a password, of which
--- libpq would quote a part: one with a slash in it ends what libpq takes for a host.
local function is_place(before)
  for host in (before:match("^[^/]*"):match("[^@]*$") .. ","):gmatch("(.-),") do
    if not host:gsub("^%[.-%]", ""):find("^[^:]*:?%d*$") then return false end
  end
  return true
end

--- Parts an address. A password in it would stand in the list of processes, and in the shell's history.
---@param text string
---@return {uri: string, name: string?}? uri: what libpq is given
---@return idngo.Error?
function M.parse(text)
  local scheme, rest = text:match("^(postgres%l*)://(.*)$")
  if not scheme then
    return nil, errors.config("an address of PostgreSQL begins with postgresql://", "postgresql://HOST/DATABASE?run=NAME")
  end
  local before, query = rest:match("^([^?]*)%??(.*)$")
  local user = before:match("^([^/]*)@")
  local kept, name = {}, nil
  local secret = user and user:find(":", 1, true)
  for part in query:gmatch("[^&]+") do
    local key, value = part:match("^([^=]*)=?(.*)$")
    key = decoded(key)
    if key == "run" then
      if name then return nil, errors.config("the address names two runs") end
      name = decoded(value)
    else
      secret = secret or SECRETS[key]
      kept[#kept + 1] = part
    end
  end
  if not secret and not is_place(before) then
    return nil, errors.config("the port in the address is no number",
      "postgresql://HOST:PORT/DATABASE?run=NAME; a password belongs into a password file (~/.pgpass, mode 600)")
  end
  if secret then
    return nil, errors.config("there is a password in the address, where others on this machine could read it",
      "put it into a password file (~/.pgpass, mode 600), and leave it out of the address")
  end
  if name and not (name:find("^[%l%d][%l%d_-]*$") and #name <= 40) then
    return nil, errors.config("the run's name in the address must be of a-z, 0-9, - and _, at most 40 of them",
      "postgresql://HOST/DATABASE?run=NAME")
  end
  return { uri = scheme .. "://" .. before .. (kept[1] and "?" .. table.concat(kept, "&") or ""), name = name }
end

return M
