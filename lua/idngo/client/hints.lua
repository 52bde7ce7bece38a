-- What to do about an error, in one line: a table of situations, the first that fits.
--
-- A line says what was seen. It names a cause only where what was seen excludes every other; else it names all that are
-- left, or what tells them apart. spec/client/advice_spec.lua makes each situation, over every runtime.

local core = require("idngo.core")

-- Seconds by which clocks may differ before a refusal is blamed on them: the service takes 60, and a Date has whole seconds.
local SKEW = 30

--- How far the server's clock was from the time that was signed; nil when it did not say.
local function skew_of(failure, state)
  local server = failure.date and core.http_date(failure.date)
  return server and server - core.wall() - (state.skew or 0)
end

local IN_BETWEEN = "not the service's own words: a gateway, firewall or proxy in front of it answered; look at base_url, "
  .. "and ask its operator"

local function code(number, line)
  return { function(p) return p.errorCode == number end, line }
end

local function refused_signature(_, state, call)
  if state.accepted then
    return "this key was accepted before: something on the way changed this request's path, query or body"
  end
  return ("the secret key is not this app token's, or the request was changed on the way%s%s"):format(
    (state.prefix or "") ~= "" and ", such as the path in base_url" or "",
    call and call.operation.name ~= "levels" and "; where `idngo call levels` is accepted, the key is right" or "")
end

local function refused_time(failure, state)
  local skew = skew_of(failure, state)
  if not skew then return "the service took the request for expired, and does not tell its time; check this machine's clock" end
  if math.abs(skew) <= SKEW then
    return "the service took the request for expired, though its clock and this machine's agree: it was held up on the way"
  end
  return "the service took the request for expired; set this machine's clock"
end

local function refused_key(_, state)
  if state.accepted then
    return "this key was accepted before: it was withdrawn since, or something on the way changed the request"
  end
  return "the service takes app token, signature or clock for wrong; `idngo doctor` looks at each"
end

local function not_found(_, _, call)
  local own = call and call.operation.hints -- of the endpoint
  if own and own[404] then
    return own[404]
  elseif call and (call.subject or (call.operation.template or ""):find("{", 1, true)) then
    return "the service has nothing for this id; look whether the id is of the environment that base_url and the key are for"
  end
  return "the service has nothing at this path; compare it with the service's reference"
end

local function used_up(_, state)
  if state.limits == false then return "the account's limit is used up; here limits = false, so calls are not held back" end
  return "the account's limit is used up, though calls are held back here: calls that are not counted here use it too, or it "
    .. "is lower than what is set here"
end

local function elsewhere(failure)
  return ("redirects are not followed, since a signature is for one address; this one points to %s"):format(
    failure.points_to)
end

local function status(number)
  return function(p) return p.own and p.status == number end
end

--- Whether the transport's message holds one of these words.
local function says(kind, ...)
  local words = { ... }
  return function(p)
    if p.kind ~= kind then return false end
    for _, word in ipairs(words) do
      if p.message:find(word) then return true end
    end
    return false
  end
end

--- Whether it was the proxy, and not the server, that could not be connected to. libcurl names whom it tried.
local function is_proxy(failure, state)
  local host, port = failure.message:match("^Failed to connect to (%S+) port (%d+)")
  local base = state.base
  if not host or not base or base.scheme ~= "https" then return false end
  return host ~= base.host:gsub("[%[%]]", "") or tonumber(port) ~= (tonumber(base.port) or 443)
end

local situations = {
  { function(p) return p.foreign end,
    "replies are mixed up, on the way or by the service; tell the operators of the proxies and gateways in between" },
  { function(p) return p.hint end, function(p) return p.hint end },

  -- a proxy's word, before anything reached the server
  { function(p) return p.proxy_status == 407 or p.proxy_status == 401 end, -- 401: what tinyproxy says to a wrong one
    "the proxy wants another user or password; see the setting proxy, or HTTPS_PROXY" },
  { function(p) return p.proxy_status end, "the proxy does not let calls through to base_url; ask its operator" },

  -- the service's word
  { function(p, state) return state.accepted and p.errorCode and p.errorCode >= 4000 and p.errorCode <= 4002 end, refused_key },
  code(4000, "the app token is not of the form prefix:public.private; copy it again"),
  code(4001, "the service does not know this app token: it is mistyped, withdrawn, or of another environment than base_url"),
  code(4002, "the service takes the app token for damaged; copy it again"),
  code(4003, refused_signature),
  code(4004, refused_time),
  { status(401), refused_key },
  { function(p, _, call) -- 304 has no words
    local own = call and call.operation.hints
    return own and p.status ~= 404 and own[p.status] and (p.own or p.status == 304)
  end, function(p, _, call) return call.operation.hints[p.status] end },
  { status(403), "the service does not allow this; permissions and addresses of an app token are set in the dashboard" },
  { status(404), not_found },
  { status(429), used_up },

  -- somebody else's
  { function(p) return p.points_to end, elsewhere },
  { function(p) return p.words and not p.own end, IN_BETWEEN },
  { function(p) return p.kind == "http" and p.status and p.status >= 300 and not p.own end,
    "the answer does not say whose it is, the service's or that of something in front of it" },

  -- no answer
  { says("tls", "wrong version number", "http request", "packet length too long"),
    "what answers there speaks no TLS; check the port in base_url, and that of a proxy" },
  { says("tls", "no application protocol"), "the server does not speak HTTP/1.1, which is what idngo speaks" },
  { says("tls", "alert protocol version", "unsupported protocol"),
    "the server speaks neither TLS 1.2 nor 1.3, which idngo needs" },
  { says("tls", "certificate has expired", "certificate is not yet valid"),
    "compare the dates of the server's certificate with this machine's clock" },
  { says("tls", "host mismatch", "subject name", "Hostname mismatch", "IP address mismatch"),
    "the server's certificate is for another host than base_url names" },
  { says("tls", "self.signed certificate", "issuer certificate", "unable to verify the first"),
    "an authority that is not trusted here signed the server's certificate; a private CA is given as ca_file" },
  { function(p) return p.message:find("before it was asked", 1, true) end,
    "the other side took the connection and ended it, without a reason" },
  { says("io", "alert certificate required"), "the server wants a client certificate; see cert_file and key_file" },
  { says("io", "alert unknown ca", "alert %a* ?certificate", "alert access denied"), -- what TLS 1.3 says behind the handshake
    "the server takes no client certificate but one it knows; see cert_file and key_file" },
  { says("tls", "alert"), "the server refused the handshake; ask its operator what it wants, such as a client certificate" },
  { says("tls", "^TLS handshake with .* failed: handshake failed"), "nginx writes the reason to its error log, at level info" },
  { says("tls", "SSL_ERROR_SYSCALL", "reset by peer"),
    "the connection ended in the TLS handshake, by the server or by something on the way" },
  { says("dns", "resolve proxy"), "check the proxy's name in the setting proxy, or HTTPS_PROXY" },
  { says("dns", ""), "check the host name in base_url, and the network's resolver" },
  { function(p, state) return p.kind == "connect" and is_proxy(p, state) end,
    "this is the proxy; see the setting proxy, or HTTPS_PROXY" },
  { says("connect", ""), "check host and port in base_url, and firewalls in between" },
}

--- The advice for a failure, or nil.
---@param failure table see reply.lua, and the failure of a transport
---@param state table of the client: base, prefix, limits, skew, and whether the service took its signature before
---@param call table? as in attempt.lua
---@return string?
return function(failure, state, call)
  for _, situation in ipairs(situations) do
    if situation[1](failure, state, call) then
      local line = situation[2]
      return type(line) == "function" and line(failure, state, call) or line
    end
  end
end
