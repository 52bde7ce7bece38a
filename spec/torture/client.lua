-- The client under failing allocations: whole calls over loopback, webhooks, settings.

local torture = torture -- luacheck: globals torture
local core = require("idngo.core")
local idngo = require("idngo")
require("idngo.client.hints") -- which the first error loads, and keeps

local BODY = '{"ok":1,"checks":[{"answer":"GREEN","createdAt":"2023-04-17 12:47:21","extractedDoc":[{"country":"USA"}]}]}'

local function settings(port, folder)
  return { base_url = ("http://127.0.0.1:%d"):format(port), app_token = "a-token", secret_key = "a-secret", limits_dir = folder,
    timeout = 20, max_attempts = 1 } -- a busy machine may take its time
end

local function open()
  local port, stop = torture.serve(BODY)
  local folder = torture.folder()
  return { settings = settings(port, folder), stop = stop, folder = folder, port = port }
end

local function close(context)
  if context.client then context.client:close() end
  context.stop()
  os.execute("rm -rf " .. context.folder)
end

local function before(context)
  context.served = torture.served()
end

--- An error's outcome is true.
local function check(context, _, problem)
  local sent = torture.served() - context.served
  if type(problem) == "table" and problem.outcome == "not_sent" and sent > 0 then
    error("told as not sent, and it was: " .. tostring(problem))
  end
  if sent > 1 then error(("sent %d times"):format(sent)) end
end

--- Errors of the client say what they know; libcurl without memory fails in any way it likes.
local function clean(problem)
  if type(problem) == "table" then return problem.outcome and problem.message and true end
  return problem:find("not enough memory") or problem:find("libcrypto cannot") or problem:find("libcurl: Out of memory")
end

local BODY_OF_EVENT = '{"type":"applicantReviewed","applicantId":"5eea3f5204f940217bcbc03d","createdAtMs":'
  .. '"2023-01-17 13:17:38.123"}'

return {
  {
    name = "client: made, called, closed",
    setup = open,
    before = function(context)
      os.execute("rm -f " .. context.folder .. "/*") -- slots of a call that threw are held to its lease
      before(context)
    end,
    run = function(context)
      local client, why = idngo.client(context.settings)
      if not client then return nil, why end
      local result, problem = client:tin_checks("5eea3f5204f940217bcbc03d")
      client:close()
      return result, problem
    end,
    right = function(result) return result.checks[1].answer == "GREEN" end,
    check = function(context, result, problem)
      collectgarbage() -- a client that a call threw out of
      check(context, result, problem)
    end,
    close = close,
    clean = clean,
    slack = { blocks = 2000 }, -- libcrypto's texts of errors, made with the first
  },
  {
    name = "client: a call on a kept connection",
    setup = function()
      local context = open()
      context.settings.limits = false -- slots of a call that threw are held to its lease
      context.client = assert(idngo.client(context.settings))
      return context
    end,
    before = before,
    run = function(context) return context.client:tin_checks("5eea3f5204f940217bcbc03d") end,
    right = function(result) return result.checks[1].answer == "GREEN" end,
    check = check,
    close = close,
    clean = clean,
    slack = { blocks = 64, descriptors = 3, bytes = 65536 },
  },
  {
    name = "client: a call that people notice",
    setup = function()
      local context = open()
      context.settings.limits, context.settings.max_attempts = false, 4 -- it could be sent again, and must not be
      context.client = assert(idngo.client(context.settings))
      return context
    end,
    before = before,
    run = function(context) return context.client:send_verification_status_email("5eea3f5204f940217bcbc03d") end,
    right = function() return true end,
    check = function(context, result, problem)
      check(context, result, problem)
      if result and torture.served() == context.served then error("told as done, and it was not sent") end
    end,
    close = close,
    clean = clean,
    slack = { blocks = 64, descriptors = 3, bytes = 65536 },
  },
  {
    name = "client: a webhook verified",
    run = function()
      local headers = { ["X-Payload-Digest-Alg"] = "HMAC_SHA256_HEX",
        ["X-Payload-Digest"] = core.hmac("sha256", "old", BODY_OF_EVENT) }
      return idngo.webhook.verify(BODY_OF_EVENT, headers, { "new", "old" })
    end,
    right = function(event) return event.type == "applicantReviewed" end,
  },
}
