-- Webhooks: is this message from the service, and what does it say?
--
--   local event, err = idngo.webhook.verify(raw_body, headers, secret)
--
-- The digest is over the bytes as they came: a body that was decoded and encoded again never matches.
-- Events come in any order and may come again; createdAtMs says which of two is newer.

local core = require("idngo.core")
local errors = require("idngo.error")
local json = require("idngo.json")
local check_options = require("idngo.options").check

local M = {}

--- What the service sends; fields we do not know are kept.
---@class idngo.Event
---@field type string an open set: "applicantReviewed", "applicantPending", …
---@field applicantId? string missing where an event is about no single applicant: applicantFraudNetworkCreated, kytCaseCreated
---@field applicantActionId? string
---@field externalApplicantActionId? string
---@field inspectionId? string
---@field applicantType? string
---@field correlationId? string
---@field levelName? string
---@field externalUserId? string
---@field sandboxMode? boolean
---@field reviewStatus? string
---@field reviewResult? table {reviewAnswer, reviewRejectType, rejectLabels, buttonIds, moderationComment, clientComment}
---@field reviewMode? string
---@field createdAt? string "YYYY-MM-DD HH:MM:SS+0000"
---@field createdAtMs? string "YYYY-MM-DD HH:MM:SS.mmm", UTC
---@field clientId? string

---@class idngo.WebhookOptions
---@field max_body? integer longest body in bytes; 1 MiB
---@field allow_sha1? boolean take HMAC_SHA1_HEX too, which old webhooks are still set to
---@field default_alg? string algorithm when the header that names it is missing; without it such a message is refused

M.max_body = 1024 * 1024

local algs = { HMAC_SHA256_HEX = "sha256", HMAC_SHA512_HEX = "sha512", HMAC_SHA1_HEX = "sha1" }

local function refuse(kind, status, message, hint)
  return nil, errors.new { kind = kind, outcome = "rejected", status = status, message = message, hint = hint }
end

local function unsigned(message, hint)
  return refuse("http", 401, message, hint)
end

--- The one value of header `name`; false when it came more than once, nil when not at all.
local function single(headers, name)
  local found
  for key, value in pairs(headers) do
    if type(key) == "string" and key:lower() == name then
      if found ~= nil or type(value) ~= "string" then return false end
      found = value
    end
  end
  return found
end

--- The secrets as a list, checked: a forgotten secret must not become one that is easily guessed.
---@param secrets string|string[]
---@return string[]
function M.secrets(secrets)
  local list = type(secrets) == "table" and secrets or { secrets }
  if #list == 0 then error("webhook secret expected", 0) end
  for _, secret in ipairs(list) do
    if type(secret) ~= "string" or secret == "" then error("webhook secret is empty or not a string", 0) end
    if secret:find("^%s") or secret:find("%s$") then error("webhook secret starts or ends with a blank", 0) end
  end
  return list
end

--- Tries every secret, also after one fits: the time tells nothing.
local function signed(alg, secrets, body, digest)
  local fits = false
  for _, secret in ipairs(secrets) do
    fits = core.equal(core.hmac(alg, secret, body), digest) or fits
  end
  return fits
end

-- Ids by which receivers look an event up. Types differ in whom an event is about, and new types come: none of these ids is
-- required, but one that is not a text is refused.
local ids = { "applicantId", "applicantActionId" }

--- An event is an object that says of which type it is.
local function parse(body)
  local event, message = json.decode(body)
  if type(event) ~= "table" then return refuse("malformed", 400, "the body is not a JSON object: " .. (message or "a scalar")) end
  if type(event.type) ~= "string" or event.type == "" then return refuse("malformed", 400, "the event has no type") end
  for _, name in ipairs(ids) do
    if event[name] ~= nil and type(event[name]) ~= "string" then
      return refuse("malformed", 400, ("the event's %s is no text"):format(name))
    end
  end
  return event
end

--- Whether a message came from the service, and its event.
---
--- Errors have a status that fits as an answer: 401 (kind "http") when the digest is missing, given twice, of an
--- algorithm not allowed, or wrong; 413 (kind "http") when the body is too long; 400 (kind "malformed") when a
--- rightly signed body is not an event. A missing or empty secret throws.
---@param raw_body string the bytes as received
---@param headers table<string, string|string[]> names in any case, or ngx.req.get_headers()
---@param secrets string|string[] the webhook's own secret, not the app's; several while one replaces another
---@param options? idngo.WebhookOptions
---@return idngo.Event? event
---@return idngo.Error? err
function M.verify(raw_body, headers, secrets, options)
  if type(raw_body) ~= "string" then error("raw body: string expected", 2) end
  if type(headers) ~= "table" then error("headers: table expected", 2) end
  secrets = M.secrets(secrets)
  options = check_options("webhook.verify", options, { "max_body", "allow_sha1", "default_alg" })
  if #raw_body > (options.max_body or M.max_body) then return refuse("http", 413, "the body is too long") end
  local digest, alg = single(headers, "x-payload-digest"), single(headers, "x-payload-digest-alg")
  if digest == nil then return unsigned("x-payload-digest is missing") end
  if not digest then return unsigned("x-payload-digest came more than once") end
  if alg == nil then alg = options.default_alg end
  if alg == nil then return unsigned("x-payload-digest-alg is missing") end
  if not alg then return unsigned("x-payload-digest-alg came more than once") end
  if not algs[alg] then return unsigned("x-payload-digest-alg names no algorithm we know") end
  if alg == "HMAC_SHA1_HEX" and not options.allow_sha1 then
    return unsigned("HMAC_SHA1_HEX is not allowed", "set the webhook to SHA-256, or allow_sha1 here")
  end
  if not signed(algs[alg], secrets, raw_body, digest:lower()) then
    return unsigned("x-payload-digest does not fit", "the secret is the webhook's own, not the app's, and the digest is "
      .. "over the body's bytes as they came")
  end
  return parse(raw_body)
end

return M
