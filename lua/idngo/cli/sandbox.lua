-- idngo sandbox: the service on this machine, until interrupted.

local cli = require("idngo.cli")
local compat = require("idngo.compat")
local output = require("idngo.cli.output")
local sandbox = require("idngo.sandbox")
local text_file = require("idngo.text")

local M = {}

local converts = { number = tonumber, integer = compat.tointeger }

--- What webhooks are signed with where no file says otherwise.
M.WEBHOOK_SECRET = "demo-webhook-secret"

local function clock(text)
  local factor = tonumber(text)
  if factor and factor >= 0 and factor < math.huge then return factor end
  return nil, ("%q is no factor: 1, or 0.001 for a thousandth of the time"):format(text)
end

function M.define(parser)
  for _, option in ipairs(sandbox.options) do
    local flag = option.name:gsub("_", "-")
    if option.type == "boolean" then
      parser:flag("--no-" .. flag, ("Switch off: %s."):format(option.doc)):target(option.name):action("store_false")
        :default(option.default)
    elseif option.name ~= "secret_key" then
      local word = parser:option("--" .. flag, ("%s (%s)."):format(option.doc, option.default)):target(option.name)
      word:argname(option.type == "string" and "TEXT" or option.type == "one_of" and "WORD" or "N")
      if option.values then word:choices(option.values) end
      if converts[option.type] then word:convert(converts[option.type]) end
    end
  end
  parser:flag("--list", "List what applicants may be like: how many are, and who is the first. Serve nothing.")
  parser:option("--secret-key-file", "File with the secret key to let in instead of the demo's."):argname("FILE")
  parser:option("--webhook", "Post what happens to this receiver, signed, and again where it is not taken."):argname("URL")
  parser:option("--webhook-secret-file", "The receiver's secret is this file's first line, instead of "
    .. M.WEBHOOK_SECRET .. "."):argname("FILE")
  parser:option("--webhook-clock", "What the times after which a webhook is sent again are multiplied by.")
    :argname("FACTOR"):default("1"):convert(clock)
end

--- The one line that is printed: the only place that tells where the sandbox is.
local function ready(url)
  return output.write("idngo sandbox ready at ", url, "\n") and output.flush()
end

---@class idngo.cli.Webhook where events are posted to
---@field sender table see webhook/sender.lua
---@field clock number

--- Serves until a signal, and posts what happens beside.
---@param settings table see sandbox.options
---@param webhook idngo.cli.Webhook?
---@param on_ready fun(url: string): any
---@return integer|false|nil signal as of sandbox.run
---@return string? message
function M.serve(settings, webhook, on_ready)
  if not webhook then return sandbox.run(settings, on_ready) end
  local current = require("idngo.runtime.current").current
  return require("idngo.runtime.parallel").run(function()
    local deliveries = require("idngo.webhook.deliveries").new(webhook.sender, webhook.clock, function(line)
      output.tell("idngo sandbox: ", line, "\n")
    end)
    settings.on_event = function(...) deliveries:add(...) end
    local ok, signal, message = compat.pcall(sandbox.run, settings, on_ready)
    current():cancel() -- what is on its way, and what waits to be sent again
    if not ok then error(signal, 0) end
    return signal, message
  end)
end

--- The secret key in a file; nil and an exit code when it cannot be read.
local function read_key(path)
  local text, message = text_file.read(path)
  if text then return text_file.lines(text)() end
  output.tell("idngo: ", message, "\n")
  return nil, cli.exit.io
end

--- What applicants are like, each with how many there are and one of them.
local function list(settings)
  local people = require("idngo.sandbox.people")
  for _, option in ipairs(sandbox.options) do settings[option.name] = settings[option.name] or option.default end
  local count = settings.applicants
  local crowd = people.new(settings.seed, count)
  output.write(("%-11s%-20s%6s  %s\n"):format("SITUATION", "VALUE", "COUNT", "FIRST"))
  for _, situation in ipairs(people.situations) do
    local values, found = {}, {}
    for i = 1, count do
      local person = crowd:at(i)
      local value = person[situation]
      if not found[value] then
        values[#values + 1], found[value] = value, { count = 0, first = person.id }
      end
      found[value].count = found[value].count + 1
    end
    table.sort(values)
    for _, value in ipairs(values) do
      output.write(("%-11s%-20s%6d  %s\n"):format(situation, value, found[value].count, found[value].first))
    end
  end
  return cli.exit.ok
end

function M.run(options)
  local settings, webhook = {}, nil
  for _, option in ipairs(sandbox.options) do settings[option.name] = options[option.name] end
  if options.list then return list(settings) end
  if options.secret_key_file then
    local code
    settings.secret_key, code = read_key(options.secret_key_file)
    if code then return code end
  end
  if options.webhook then
    local sender, err = require("idngo.webhook.sender").open(options.webhook, options.webhook_secret_file,
      M.WEBHOOK_SECRET)
    if not sender then return cli.fail(err) end
    webhook = { sender = sender, clock = options.webhook_clock }
  end
  local ok, signal, message = pcall(M.serve, settings, webhook, ready)
  if webhook then webhook.sender:close() end
  if not ok and tostring(signal):find("module 'idngo", 1, true) then error(signal, 0) end
  if not ok or signal == nil then
    output.tell("idngo: ", tostring(ok and message or signal):gsub("^%S+:%d+: ", ""), "\n")
    return ok and cli.exit.unavailable or cli.exit.usage
  end
  return 0
end

return M
