-- What an nginx user meets, as failures that name the line to add. Also what nginx decides in place of the client.

local core = require("idngo.core")
local text_file = require("idngo.text")

local ngx = ngx

local M = {}

local function config(message, hint)
  return { kind = "config", message = message, hint = hint, sent = false, complete = false, permanent = true }
end

-- Where ngx_lua has no sockets, and what to do instead.
local timer = "hand the work to ngx.timer.at(0, …), which runs it at once, outside the request"
local access = "make the call in access_by_lua and keep its result in ngx.ctx"
local unusable_phases = {
  init = "make the client here, the call in init_worker_by_lua with ngx.timer.at(0, …)",
  init_worker = timer, header_filter = timer, body_filter = timer, log = timer,
  set = access, balancer = access, ssl_session_store = timer,
  exit_worker = "the worker is going away: nothing can wait here",
}

--- The function of C that keeps what runs from waiting, or nil, and the line of Lua that called it. pcall does not.
local function in_the_way()
  local level = 2
  while true do
    level = level + 1
    local info = debug.getinfo(level, "nSf")
    if not info then return nil end
    if info.what == "C" and info.name and info.func ~= pcall and info.func ~= xpcall then
      local caller = debug.getinfo(level + 1, "Sl")
      return info, caller and caller.currentline > 0 and (", called at %s:%d"):format(caller.short_src, caller.currentline)
    end
  end
end

--- The failure of a place where nginx cannot leave the request until something comes.
local function cannot_wait()
  local what, where = in_the_way()
  local message = ("nginx cannot wait inside %s%s"):format(what and what.name or "an error handler", where or "")
  if what and what.name == "require" then
    return config(message, "a module is being loaded there: make the call in one of its functions, when it is loaded")
  end
  return config(message, "make the call before or after that, and not in a function that is handed to it")
end

local yieldable = core.yieldable or function() return true end

--- The failure of a place in which nothing can be sent, or nil: a phase without sockets, or under a function of C.
---@return table?
function M.unusable_phase()
  local phase = ngx.get_phase()
  local hint = unusable_phases[phase]
  if hint then return config(("nginx has no sockets in the %s phase"):format(phase), hint) end
  return not yieldable() and cannot_wait() or nil
end

--- Whether a host is an IP address, in any way of writing one, and no name: a name's last label is no number.
---@param host string
---@return boolean
function M.is_address(host)
  local last = host:gsub("%.$", ""):match("[^.]*$")
  return host:find("^%[") ~= nil or last:find("^%d+$") ~= nil or last:find("^0[xX]%x*$") ~= nil
end

--- Authorities are nginx's own to name.
---@param ca_file string
function M.ca_file(ca_file)
  return config("ca_file cannot be set inside nginx",
    ("leave it out and write into nginx.conf: lua_ssl_trusted_certificate %s;"):format(ca_file))
end

--- What a certificate is for has to be a name.
---@param where string how messages call the setting
---@param what string the setting that needs a name
---@param host string
function M.no_name(where, what, host)
  return config(("%s with the address %s cannot be checked inside nginx"):format(where, host),
    ("nginx compares a certificate with names alone: write into %s a name that is in the server's certificate, "
    .. "and let the resolver of nginx.conf know it"):format(what))
end

--- A descriptor that is not nginx's own.
function M.no_wait()
  return config("nginx cannot wait for a descriptor that is not its own", "use this in plain Lua")
end

--- A proxy that speaks something else.
---@param scheme string
function M.proxy_scheme(scheme)
  return config(("proxy cannot be %s:// inside nginx"):format(scheme:lower():gsub("[^%w+.-]", "?")),
    "inside nginx a proxy is reached by plain HTTP: http://HOST:PORT")
end

--- A URL of a proxy that cannot be read.
function M.proxy_url()
  return config("proxy is no URL of a proxy", "write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with %40 for @ in them")
end

--- A proxy that does not open a tunnel.
---@param status integer its answer's
function M.proxy_refused(status)
  local failure = { kind = "connect", message = ("the proxy refused to connect: %d"):format(status), sent = false,
    complete = false, permanent = status < 500, proxy_status = status }
  if status == 407 or status == 401 then
    failure.hint = "the proxy wants another user or password; inside nginx the setting proxy alone names them"
  end
  return failure
end

--- Settings that nginx takes from its own configuration; nil when there are none.
---@param state table
---@return table?
function M.settings(state)
  if state.ca_file then return M.ca_file(state.ca_file) end
  if state.base.scheme == "https" and M.is_address(state.base.host) then
    return M.no_name("https", "base_url", state.base.host)
  end
  if (state.cert_file == nil) ~= (state.key_file == nil) then
    return config("cert_file and key_file belong together", "set both or none")
  end
end

function M.no_client_cert()
  return config("this ngx_lua cannot show a client certificate", "use ngx_lua 0.10.22 or later, or leave cert_file out")
end

--- A file of a setting, which a worker may not read though nginx's master did.
local function read(setting, path)
  local text, message = text_file.read(path)
  if text then return text end
  return nil, config(("%s cannot be read: %s"):format(setting, message), "let the workers of nginx read it")
end

--- The client certificate and its key, as cosockets take them.
---@return {cert: any, key: any, identity: string}?
---@return table? failure
function M.client_cert(state)
  local has, ssl = pcall(require, "ngx.ssl")
  if not has then return nil, M.no_client_cert() end
  local pem, failure = read("cert_file", state.cert_file)
  if not pem then return nil, failure end
  local cert = ssl.parse_pem_cert(pem)
  if not cert then return nil, config(("cert_file %s holds no PEM certificate"):format(state.cert_file)) end
  local key_pem
  key_pem, failure = read("key_file", state.key_file)
  if not key_pem then return nil, failure end
  local key = ssl.parse_pem_priv_key(key_pem)
  if not key then return nil, config(("key_file %s holds no PEM key without password"):format(state.key_file)) end
  return { cert = cert, key = key, identity = core.sha256(pem) }
end

--- Why there is no connection.
---@param host string
---@param message string nginx's own
---@param proxy any whether the host is the proxy's
function M.connect(host, message, proxy)
  if message:find("no resolver defined", 1, true) then
    return config(("nginx has no resolver to look up %s"):format(host),
      "write into the http block of nginx.conf: resolver ADDRESS_OF_YOUR_NAME_SERVER;")
  end
  local failure = { kind = "connect", message = message, sent = false, complete = false }
  if message == "timeout" then
    failure.kind, failure.message = "timeout", "timed out connecting"
  elseif message:find("could not be resolved", 1, true) then
    failure.kind = "dns"
  end
  if proxy and failure.kind ~= "timeout" then
    failure.hint = "this is the proxy; inside nginx the setting proxy alone names it"
  end
  return failure
end

local trust = "nginx trusts no authority by itself; write into the http block of nginx.conf: "
  .. "lua_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt; (or your own CA's file)"

-- What OpenSSL says of a certificate it refuses, and what to do.
local refusals = {
  { "issuer certificate", trust }, { "self.signed certificate", trust }, { "unable to verify the first", trust },
  { "chain too long", "write into the http block of nginx.conf: lua_ssl_verify_depth 5;" },
  { "certificate" }, -- its host or dates: hints.lua has the advice, which is that of any runtime
}

--- Why the handshake failed; `why` is empty where ngx_lua did not say, which it does when it refused a certificate.
function M.tls(host, message)
  message = message:gsub("^%d+: (handshake failed)$", "%1") -- the number is that of an earlier handshake
  local failure = { kind = "tls", sent = false, complete = false,
    message = ("TLS handshake with %s failed: %s"):format(host, message) }
  if message == "timeout" then
    failure.kind, failure.message = "timeout", "timed out in the TLS handshake"
  elseif message == "" then
    failure.permanent, failure.hint = true, "its host, its dates, or its authority: " .. trust
    failure.message = ("the certificate of %s was refused"):format(host)
  else
    for _, refusal in ipairs(refusals) do
      if message:find(refusal[1]) then
        failure.permanent, failure.hint = true, refusal[2]
        break
      end
    end
  end
  return failure
end

return M
