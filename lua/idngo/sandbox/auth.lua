--- Authentication as the vendor does it: three headers, and a signature over what was on the wire.
--
-- The string signed is timestamp, method, raw request target and body bytes; nothing is decoded, sorted or
-- folded. The clock here is the real one: a sandbox that runs faster still wants a true timestamp.
local core = require("idngo.core")

local auth = {}
auth.__index = auth

local WINDOW = 60
--- "prefix:public.private" -> "prefix:public", "private". Prefix and private part may be missing; nil when it is
--- not a token at all.
local function split(token)
  local prefix, rest = token:match("^(%l+:)(.*)$")
  rest = rest or token
  local public, private = rest:match("^([%w_-]+)%.([%w_-]+)$")
  public = public or rest:match("^[%w_-]+$")
  if public then return (prefix or "") .. public, private or "" end
end

---@param app_token string "sbx:public.private", "sbx:public", or without a prefix
---@param secret_key string
function auth.new(app_token, secret_key)
  local public, private = split(app_token)
  if not public then error("app_token: not a token") end
  if secret_key == "" then error("secret_key: empty") end
  return setmetatable({ public = public, private = private, secret = secret_key }, auth)
end

---@return integer? errorCode nil when the request is authentic
---@return string? errorName
---@return string? description
function auth:check(method, target, headers, body)
  local token, sig, ts = headers["x-app-token"], headers["x-app-access-sig"], headers["x-app-access-ts"]
  if not token or not sig or not ts then
    return 4006, "missing-auth-headers", "X-App-Token, X-App-Access-Sig and X-App-Access-Ts are required"
  end
  if not ts:find("^%d+$") or #ts > 15 then
    return 4005, "invalid-auth-header-values", "X-App-Access-Ts is not a Unix time in seconds"
  end
  if #sig ~= 64 or sig:find("[^0-9a-f]") then
    return 4005, "invalid-auth-header-values", "X-App-Access-Sig is not 64 lowercase hex digits"
  end
  local public, private = split(token)
  if not public then
    return 4000, "app-token-invalid-format", "X-App-Token is not of the form prefix:public.private"
  end
  if not core.equal(public, self.public) then return 4001, "app-token-not-found", "App token not found" end
  if not core.equal(private, self.private) then
    return 4002, "app-token-private-part-mismatch", "App token private part mismatch"
  end
  if math.abs(core.wall() - tonumber(ts)) > WINDOW then
    return 4004, "request-expired", "X-App-Access-Ts is not within 60 seconds of the server's clock"
  end
  if not core.equal(sig, core.hmac("sha256", self.secret, ts .. method .. target .. body)) then
    return 4003, "app-token-signature-mismatch", "Request signature mismatch"
  end
end

return auth
