-- Sends an event as the service does: its bytes as they are, signed with the webhook's secret.

local core = require("idngo.core")
local errors = require("idngo.error")
local runtimes = require("idngo.runtime.current")
local secrets = require("idngo.webhook.secrets")

local M = {}

local TIMEOUT = 5 -- seconds that the service waits for an answer

local function config_error(message, hint)
  return nil, errors.new { kind = "config", outcome = "not_sent", message = message, hint = hint }
end

local Sender = {}
Sender.__index = Sender

--- Posts a body; the status of the answer, which only a 200 makes a delivery. In a task others run meanwhile.
---@param body string
---@return integer? status
---@return idngo.Error? err no answer came
function Sender:send(body)
  local lines = ("Content-Type: application/json\r\nX-Payload-Digest: %s\r\nX-Payload-Digest-Alg: HMAC_SHA256_HEX\r\n"):format(
    core.hmac("sha256", self.secret, body))
  local way = runtimes.current() or self.link
  local status, failure = way:send(self.link.route, "POST", self.target, lines, core.now() + TIMEOUT, { body = body })
  if status then return status end
  return nil, errors.new { kind = failure.kind, outcome = failure.sent and "unknown" or "not_sent", message = failure.message }
end

function Sender:close() self.link:close() end

Sender.__close = Sender.close

--- Opens the way to a receiver.
---@param url string https, or http to this machine
---@param secret_file string? its first line is the webhook's secret
---@param secret string? the secret itself, where there is no file
---@return table? sender
---@return idngo.Error? err
function M.open(url, secret_file, secret)
  local target = url:match("^%a+://[^/?]*(.*)$") or ""
  local base, message = core.base(url:match("^(%a+://[^/?]*)") or url)
  if not base then return config_error("the receiver's URL " .. message) end
  if target == "" or target:find("[^\33-\126]") or target:find("#", 1, true) then
    return config_error("the receiver's URL must have a path, without blanks", "such as http://127.0.0.1:8088/webhooks/idngo")
  end
  if secret_file then
    secret, message = secrets.read(secret_file)
    if not secret then return config_error("the webhook's secret: " .. message) end
  end
  local link = require("idngo.transport.curl").open {
    origin = ("%s://%s%s"):format(base.scheme, base.host, base.port and ":" .. base.port or ""), direct = base.scheme == "http",
    connect_timeout = TIMEOUT, connection_idle = 30, connection_age = 120, max_reply = 64 * 1024,
  }
  return setmetatable({ link = link, target = target, secret = secret }, Sender)
end

return M
