-- What to do about an error, in one line. Kept apart so that the advice can grow.

local by_code = {
  [4000] = "the app token is not of the form prefix:public.private; copy it again",
  [4001] = "the server does not know this app token; token and base_url may belong to different environments",
  [4002] = "the app token is damaged; copy it again",
  [4003] = "the secret key does not belong to this app token, or was copied with a change",
  [4004] = "the server took the request for expired; check this machine's clock",
}

local by_status = {
  [401] = "check app token, secret key and clock; `idngo doctor` looks at each",
  [403] = "the app token lacks a permission, or this address is not on its allow list",
  [407] = "the proxy wants another user or password; see the setting proxy, or HTTPS_PROXY",
  [404] = "no such applicant or check in this environment",
  [429] = "the account's rate limit is used up; somebody else may be using the account",
}

local by_kind = {
  dns = "check the host name in base_url, and the network's resolver",
  connect = "check host and port in base_url, firewall and proxy",
  tls = "check the certificate chain; a private CA is given as ca_file",
  config = nil,
}

--- The advice for a problem, or nil.
---@param problem table
---@return string?
return function(problem)
  if problem.foreign then return "something on the way mixes up replies; tell whoever runs proxies and gateways in between" end
  return problem.hint or by_code[problem.errorCode or 0] or by_status[problem.proxy_status or problem.status or 0]
    or by_kind[problem.kind]
end
