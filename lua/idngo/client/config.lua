-- Settings: options given to idngo.client, then the environment, then the config file, then defaults.
--
-- A config file holds lines `name = value`; # starts a comment. It is found at $IDNGO_CONFIG, else at
-- $XDG_CONFIG_HOME/idngo/config or ~/.config/idngo/config when that exists. A line `[NAME]` begins a profile: what stands below
-- it holds where that profile is chosen, and what stands above the first holds for all but for the account, which a profile
-- has to itself: whoever names a profile means its account and no other.

local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")
local known_options = require("idngo.options")
local shell_word = require("idngo.shell_word")
local sorted = require("idngo.sorted")
local suggest = require("idngo.suggest")
local text_file = require("idngo.text")

local M = {}

--- Every setting, once: the option's name, its type, its environment variable, and what it is for.
M.settings = {
  { name = "profile", type = "string", env = "IDNGO_PROFILE",
    doc = "which profile of the config file to use, empty for none; in the file itself, the one to use where none is named" },
  { name = "production", type = "boolean", of_runs = true,
    doc = "true, in a profile: approvals need its name typed, and guards are tighter" },
  { name = "client_id", type = "string", of_runs = true, of_account = true,
    doc = "what events of the account say as clientId: a watch does not decide those that say another" },
  { name = "base_url", type = "string", env = "IDNGO_BASE_URL", of_account = true,
    doc = "where the API is, e.g. https://api.idngo.kz" },
  { name = "app_token", type = "string", env = "IDNGO_APP_TOKEN", of_account = true, secret = true, doc = "the app token" },
  { name = "secret_key", type = "secret", env = "IDNGO_SECRET_KEY", of_account = true, secret = true,
    doc = "the secret key, or {file = path} to read it from a file's first line" },
  { name = "timeout", type = "seconds", default = 30, doc = "seconds one attempt may take" },
  { name = "connect_timeout", type = "seconds", default = 10, doc = "seconds to reach the server" },
  { name = "connection_idle", type = "seconds", default = 30, doc = "seconds for which a connection may stand unused" },
  { name = "connection_age", type = "seconds", default = 120, doc = "seconds after which a connection carries no further call" },
  { name = "connection_pool", type = "count", default = 64, doc = "connections that a worker of nginx keeps" },
  { name = "deadline", type = "seconds", doc = "seconds a whole call may take, waits and retries included" },
  { name = "max_attempts", type = "count", default = 4, doc = "times a call is tried" },
  { name = "max_reply", type = "count", default = 64 * 1024 * 1024,
    doc = "bytes of a reply kept in memory, counted after decompression" },
  { name = "ca_file", type = "string", doc = "certificates to trust instead of the system's (PEM)" },
  { name = "cert_file", type = "string", doc = "client certificate (PEM)" },
  { name = "key_file", type = "string", doc = "key of the client certificate (PEM)" },
  { name = "proxy", type = "string", doc = "proxy URL; empty for none" },
  { name = "limits", type = "limits", doc = "rate-limit lanes to change or add, or false for none" },
  { name = "limits_dir", type = "string", env = "IDNGO_LIMITS_DIR",
    doc = "folder, yours alone, of the slots that processes share; otherwise one of this user's in memory" },
  { name = "limits_late", type = "seconds", default = 3,
    doc = "seconds after sending in which a request that was broken off may still be counted" },
  { name = "limits_url", type = "string", env = "IDNGO_LIMITS_URL",
    doc = "Redis that keeps the slots for all machines, e.g. rediss://USER@redis.example:6380; none: limits_dir does" },
  { name = "limits_password", type = "secret", env = "IDNGO_LIMITS_PASSWORD", secret = true,
    doc = "the password of limits_url, or {file = path} to read it from a file's first line" },
  { name = "limits_timeout", type = "seconds", default = 30,
    doc = "seconds that an attempt may take at most, the same for all that share limits_url" },
  { name = "limits_rtt", type = "seconds", default = 0.02,
    doc = "seconds within which Redis has to answer, the same for all that share limits_url" },
  { name = "limits_unfenced", type = "boolean",
    doc = "true: take a Redis whose replicas may lack its last writes" },
  { name = "limits_ca_file", type = "string", doc = "certificates to trust for limits_url (PEM)" },
  { name = "limits_cert_file", type = "string", doc = "client certificate for limits_url (PEM)" },
  { name = "limits_key_file", type = "string", doc = "key of limits_cert_file (PEM)" },
  { name = "on_event", type = "function", doc = "called with a record of what happens" },
  { name = "config_file", type = "string", env = "IDNGO_CONFIG", doc = "the config file" },
  { name = "approvers", type = "string", env = "IDNGO_APPROVERS", of_runs = true,
    doc = "file of the public keys (PEM) of those who may approve runs, each below its owner's name; otherwise the audit key" },
  { name = "not_the_proposer", type = "boolean", of_runs = true,
    doc = "true: who proposes the mandate of a watch does not count among those who approve it" },
  { name = "approver_key_file", type = "string", env = "IDNGO_APPROVER_KEY_FILE", of_runs = true,
    doc = "the key that your approvals are signed with, where that is not the audit key" },
}

-- All of them; and those that are options of idngo.client: who may approve is a matter of whoever carries a run out.
local by_name, names, options_ = {}, {}, {}
for i, setting in ipairs(M.settings) do
  by_name[setting.name], names[i] = setting, setting.name
  if not setting.of_runs then options_[#options_ + 1] = setting.name end
end

local function is_positive(v) return type(v) == "number" and v > 0 and v < math.huge end

local checks = {
  string = { "a string", function(v) return type(v) == "string" end },
  secret = { 'a string or {file = "path"}', function(v)
    return type(v) == "string" or (type(v) == "table" and type(v.file) == "string")
  end },
  seconds = { "a number of seconds above 0", is_positive },
  count = { "a whole number above 0", function(v) return is_positive(v) and v % 1 == 0 end },
  limits = { "a table of lanes, or false", function(v) return v == false or type(v) == "table" end },
  boolean = { "true or false", function(v) return type(v) == "boolean" end },
  ["function"] = { "a function", function(v) return type(v) == "function" end },
}

local function config_error(message, hint)
  return nil, errors.new { kind = "config", outcome = "not_sent", message = message, hint = hint }
end

--- The path of the config file and whether it must exist.
---@param options {config_file: string?}
---@return string?
---@return boolean
function M.path(options)
  local path = options.config_file or os.getenv("IDNGO_CONFIG")
  if path and path ~= "" then return path, true end
  local home = os.getenv("XDG_CONFIG_HOME")
  if not home or home == "" then
    home = os.getenv("HOME") and os.getenv("HOME") .. "/.config"
  end
  return home and home .. "/idngo/config", false
end

--- A line's text as the value of `setting`, or nil.
local function from_text(setting, text)
  if setting.type == "string" or setting.type == "secret" then return text end
  if setting.type == "seconds" or setting.type == "count" then return compat.tonumber(text) end
  if setting.type == "boolean" and (text == "true" or text == "false") then return text == "true" end
  return nil
end

--- Why a line cannot stand where it does; nil when it can.
local function misplaced(setting, section)
  if section and (setting.name == "profile" or setting.name == "config_file") then return "stands above all profiles" end
  if not section and setting.name == "production" then return "stands in a profile" end
end

--- Reads a line into `values`, those of `section` when there is one; a message when it cannot be read.
local function read_line(text, values, section)
  local name, value = text:match("^([%w_]+)%s*=%s*(.*)$")
  if not name then return "not of the form name = value" end
  local secret = by_name[name:match("^(.*)_file$")] -- limits_ca_file and its like are settings themselves
  local is_file = secret and secret.type == "secret"
  local setting = is_file and secret or by_name[name]
  if not setting then return ("unknown setting %s, %s"):format(name, suggest(name, names)) end
  local parsed = from_text(setting, value)
  if parsed == nil then return name .. " cannot be set here" end
  local elsewhere = misplaced(setting, section)
  if elsewhere then return ("%s %s"):format(name, elsewhere) end
  if values[setting.name] ~= nil then return setting.name .. " is set already, above" end -- nobody knows which is meant
  values[setting.name] = is_file and { file = parsed } or parsed
end

--- The name of a profile: no blank, nothing that a shell or a terminal takes for more.
M.PROFILE = "^%w[%w._-]*$"

--- Reads `path` into {name = value}, and those of each profile; nil, nil and an error that names the line.
---@return table<string, any>? values
---@return table<string, table<string, any>>? profiles
---@return idngo.Error?
local function read_file(path, required)
  local whole, message = text_file.read_if_there(path)
  if whole == nil and not required then return {}, {} end
  if whole == nil then
    return nil, config_error(("config file %s cannot be read"):format(path), "create it, or correct the path")
  end
  if not whole then
    return nil, config_error("config file " .. message,
      "let it be read by who calls: without it approvers and limits would not hold")
  end
  local values, profiles, number, section = {}, {}, 0, nil
  for line in text_file.lines(whole) do
    number = number + 1
    local text, wrong = line:gsub("^%s+", ""):gsub("%s+$", ""), nil
    if text:sub(1, 1) == "[" then
      section = text:match("^%[%s*(.-)%s*%]$")
      if not section or not section:find(M.PROFILE) then
        wrong = "a profile is [NAME], of letters, digits, dots, - and _"
      elseif profiles[section] then
        wrong = ("profile %s is there already"):format(section)
      else
        profiles[section] = {}
      end
    elseif text ~= "" and text:sub(1, 1) ~= "#" then
      wrong = read_line(text, section and profiles[section] or values, section)
    end
    if wrong then return nil, config_error(("config file %s, line %d: %s"):format(path, number, wrong)) end
  end
  return values, profiles
end

local function from_environment(setting)
  if setting.type == "secret" then
    local variable = setting.env .. "_FILE"
    local path = os.getenv(variable)
    if path and path ~= "" then return { file = path }, ("environment (%s)"):format(variable) end
  end
  local value = setting.env and os.getenv(setting.env)
  if value and value ~= "" then return value, ("environment (%s)"):format(setting.env) end
end

--- Wrong options are the caller's mistake and throw.
local function check_options(where, options, level)
  known_options.check(where, options, options_, level)
  for name, value in pairs(options) do
    if not checks[by_name[name].type][2](value) then
      error(("%s: option %s must be %s"):format(where, name, checks[by_name[name].type][1]), level + 1)
    end
  end
end

--- Whether the account is named by whoever calls or by the environment.
local function names_account(options)
  for _, setting in ipairs(M.settings) do
    if setting.of_account and (options[setting.name] ~= nil or from_environment(setting) ~= nil) then return true end
  end
  return false
end

--- The profile that is meant, and who says so. That of the config file itself is for when nobody names an account otherwise.
---@return string? name
---@return string? source
local function chosen_profile(options, values, path)
  if options.profile then return options.profile ~= "" and options.profile or nil, "option" end
  local name, source = from_environment(by_name.profile)
  if name then return name, source end
  if os.getenv(by_name.profile.env) then return nil end -- empty: none, whatever the file says
  if values.profile and values.profile ~= "" and not names_account(options) then return values.profile, "config file " .. path end
end

--- What a profile says, when one is meant: {} else. An account is of one place: what the profile says of it, neither whoever
--- calls nor the environment may say otherwise.
local function profile_of(name, profiles, path, options)
  if not name then return {} end
  local profile = profiles[name]
  if not profile then
    local known = sorted(profiles)
    return config_error(("there is no profile %s in config file %s"):format(name, path or "(none)"), known[1]
      and "it has " .. table.concat(known, ", ") or "idngo init makes one")
  end
  for _, setting in ipairs(M.settings) do
    local _, other = from_environment(setting)
    if options[setting.name] ~= nil then other = "call, as an option" end
    if setting.of_account and profile[setting.name] ~= nil and other then
      return config_error(("profile %s sets %s, and so does the %s"):format(name, setting.name, other),
        "leave out one of them: an account is not mixed of two")
    end
  end
  return profile
end

--- Gathers the settings: {name = value} and {name = source}.
local function gather(where, options, level)
  check_options(where, options, level + 1)
  local path, required = M.path(options)
  local file, profiles = {}, {}
  local err
  if path then
    file, profiles, err = read_file(path, required)
    if not file then return nil, nil, err end
  end
  local name, said_by = chosen_profile(options, file, path)
  local profile
  profile, err = profile_of(name, profiles, path, options)
  if not profile then return nil, nil, err end
  local values, sources = {}, {}
  for _, setting in ipairs(M.settings) do
    local value, source = options[setting.name], "option"
    if value == nil then value, source = from_environment(setting) end
    if value == nil then
      value, source = profile[setting.name], ("profile %s of config file %s"):format(name or "", path or "")
    end
    if value == nil and not (name and setting.of_account) then
      value, source = file[setting.name], ("config file %s"):format(path or "")
    end
    if value == nil then value, source = setting.default, "default" end
    if value ~= nil and not checks[setting.type][2](value) then
      err = select(2, config_error(("%s from %s must be %s"):format(setting.name, source, checks[setting.type][1])))
      return nil, nil, err
    end
    values[setting.name], sources[setting.name] = value, source
  end
  values.profile, sources.profile = name, said_by
  -- where the secret of a profile lies, and the profiles that there are when none is meant: for messages, and no settings
  values.secret_at = name and (type(values.secret_key) == "table" and values.secret_key.file
    or profile.secret_key == values.secret_key and path) or nil
  values.profiles = not name and sorted(profiles) or nil
  return values, sources
end

local function check_base_url(settings)
  if not settings.base_url then
    local profiles = settings.profiles
    return config_error("no base_url", profiles and profiles[1] and "name a profile by --profile or IDNGO_PROFILE: "
      .. table.concat(profiles, ", ") or "set IDNGO_BASE_URL or give the option, e.g. https://api.idngo.kz")
  end
  local base, message = core.base(settings.base_url)
  if not base then return config_error("base_url " .. message) end
  settings.base, settings.prefix = base, base.prefix
  settings.origin = ("%s://%s%s"):format(base.scheme, base.host, base.port and ":" .. base.port or "")
  settings.direct = base.scheme == "http" -- plain http is for this machine alone, so never for a proxy
  return settings
end

-- Which environment a token is of: whether that is the one for trying.
local ENVIRONMENTS = { sbx = true, prd = false }

local function check_token(settings)
  local token = settings.app_token
  if not token then return config_error("no app_token", "set IDNGO_APP_TOKEN or give the option") end
  if token:find("[^\33-\126]") then
    return config_error("app_token has a blank or a control byte in it", "copy it again, without the line break")
  end
  settings.sandbox = not settings.production and ENVIRONMENTS[token:match("^(%l+):")]
  return settings
end

local function check_secret(settings)
  local secret = settings.secret_key
  if not secret then
    return config_error("no secret_key", "set IDNGO_SECRET_KEY_FILE or IDNGO_SECRET_KEY, or give the option")
  end
  local at = settings.secret_at
  if at and core.shared_with_others(at) then
    return config_error(("%s holds the secret of profile %s, and others can read it"):format(at, settings.profile),
      "chmod 600 " .. shell_word(at) .. ", and replace the secret if they did")
  end
  if type(secret) == "table" then
    local signer, message = core.signer_from_file(secret.file)
    if not signer then return config_error("secret_key file " .. message) end
    settings.signer = signer
  else
    if secret == "" or secret:find("[%s%z]") then
      return config_error(secret == "" and "secret_key is empty" or "secret_key has a blank in it",
        "copy it again, without the line break")
    end
    settings.signer = core.signer(secret)
  end
  settings.secret_key = nil
  return settings
end

local function check_files(settings)
  for _, name in ipairs { "ca_file", "cert_file", "key_file", "limits_ca_file", "limits_cert_file", "limits_key_file" } do
    local path = settings[name]
    if path then
      local file = io.open(path, "r")
      if not file then return config_error(("%s %s cannot be read"):format(name, path)) end
      file:close()
    end
  end
  return settings
end

local function check_limits(settings)
  if (settings.limits_url or "") ~= "" then
    local redis, message, hint = require("idngo.limits.settings").resolve(settings)
    if not redis then return config_error(message, hint) end
    settings.redis = redis
  end
  settings.limits_password = nil
  return settings
end

--- Settles what a client needs: the settings with `base` (the URL's parts), what transports need of it, and `signer` in place of
--- the secret.
---@param options table
---@return table? settings
---@return idngo.Error?
function M.resolve(options)
  local settings, _, err = gather("idngo.client", options, 4)
  if not settings then return nil, err end
  for _, check in ipairs { check_base_url, check_token, check_files, check_limits, check_secret } do
    local ok
    ok, err = check(settings)
    if not ok then return nil, err end
  end
  return settings
end

--- One setting of runs, which need no account to be read.
---@param name string
---@param where {config_file: string?, profile: string?}?
---@return any value
---@return idngo.Error?
function M.of_runs(name, where)
  where = where or {}
  local values, _, err = gather("idngo.config", { config_file = where.config_file, profile = where.profile }, 3)
  if not values then return nil, err end
  return values[name]
end

--- Tells where each setting came from. A secret is never shown, only whether it is set.
---@param options? table as for idngo.client
---@return {name: string, value: string, source: string}[]? rows in the order of the settings
---@return idngo.Error?
function M.explain(options)
  local values, sources, err = gather("idngo.config.explain", options or {}, 3)
  if not values then return nil, err end
  local rows = {}
  for i, setting in ipairs(M.settings) do
    local value = values[setting.name]
    local shown
    if value == nil then
      shown = "(not set)"
    elseif type(value) == "table" and value.file then
      shown = ("(from file %s)"):format(value.file)
    elseif setting.secret then
      shown = "(set, not shown)"
    elseif setting.name == "proxy" then
      shown = (value:match("^%w+://") or "") .. value:gsub("^%w+://", ""):gsub("^.*@", "(not shown)@") -- user and password
    elseif type(value) == "table" or type(value) == "function" then
      shown = ("(%s)"):format(type(value))
    elseif type(value) == "number" then
      shown = compat.with_point(tostring(value))
    else
      shown = tostring(value)
    end
    rows[i] = { name = setting.name, value = shown, source = value == nil and "" or sources[setting.name] }
  end
  return rows
end

return M
