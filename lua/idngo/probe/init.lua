-- A probe: asks the service, once per call, what our descriptions claim of it, and says of each claim whether it fits.
--
-- It reads. With `made_up`, which is for the sandbox environment alone, it also creates one applicant, changes it, deactivates it
-- and leaves it inactive. Whatever else a client could send is kept from leaving by client.watch, not by care.
--
-- An endpoint is asked when all its arguments are known: from the caller, or from what other endpoints answered.

local client_ = require("idngo.client")
local compat = require("idngo.compat")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.json")
local judge = require("idngo.probe.judge")
local made_up = require("idngo.probe.made_up")
local operation = require("idngo.operation")
local places = require("idngo.probe.rows")
local random_hex = require("idngo.text").random_hex
local request = require("idngo.client.request")
local service = require("idngo.probe.service")
local version = require("idngo.version")

local M = {}

-- What replies tell that others are asked with: of which field, and of which element's where there is a list.
local LEARNED = {
  { from = "levels", list = "items", field = "id", as = "levelId", class = "Level" },
  { from = "levels", list = "items", field = "name", as = "levelName", class = "Level" },
  { from = "questionnaires", list = "items", field = "id", as = "questionnaireId", class = "Questionnaire" },
  { from = "webhooks", list = "items", field = "id", as = "webhookId", class = "Webhook" },
  { from = "applicant", field = "id", as = "id", class = "Applicant" },
  { from = "applicant", field = "inspectionId", as = "inspectionId", class = "Applicant" },
  { from = "applicant", field = "externalUserId", as = "externalUserId", class = "Applicant" },
  { from = "liveness_checks", list = "checks", field = "id", as = "checkId", class = "LivenessCheck" },
  { from = "images", list = "items", field = "id", as = "imageId", class = "Image" },
  { from = "actions", list = "items", field = "id", as = "actionId", class = "Action" },
  { from = "action", list = "images", field = "imageId", as = "actionImageId", class = "ActionImage" },
}

-- Arguments that are called as others are, and are something else; and those that need no telling.
local OTHERS = { action_image = { imageId = "actionImageId" } }
local CONSTANTS = { type = "POA" }

local Probe = {}
Probe.__index = Probe

--- Asks an endpoint.
---@param name string
---@param ... any its arguments
---@return table call
---@return idngo.probe.Reply?
---@return idngo.Error?
function Probe:ask(name, ...)
  local o = operation.of(name)
  local args, count = { ... }, select("#", ...)
  local call = request.builders[name]({ prefix = "" }, ...)
  if o.binary then
    count = count + 1
    args[count] = { to = function() return true end } -- of a picture only its head is looked at
  end
  self.method, self.reply = o.method, nil
  local began = core.now()
  local _, err = self.client[name](self.client, compat.unpack(args, 1, count))
  self.slowest = math.max(self.slowest, core.now() - began)
  local reply = self.reply
  self.method, self.reply = nil, nil
  return call, reply, err
end

--- Takes what a reply tells that others are asked with.
function Probe:learn(name, value)
  for _, each in ipairs(LEARNED) do
    if each.from == name then
      local holder, place = value, places.of_class(each.class, each.field, name)
      if each.list then
        local list = (type(value.list) == "table" and value.list or value)[each.list]
        holder = type(list) == "table" and list[1] or nil
      end
      local found = type(holder) == "table" and holder[each.field]
      local is_fit = type(found) == "string" and found ~= ""
      if is_fit and self.known[each.as] == nil then self.known[each.as] = found end
      if holder ~= nil then
        self.rows:judge(is_fit, "needed", place, "it is there", is_fit and "it is" or "it is missing")
      else
        self.rows:add("unknown", "needed", place, "it is there", "the list is empty")
      end
    end
  end
end

--- The arguments of an endpoint, or nil and the name of one that is not known.
function Probe:arguments(name)
  local args = {}
  for i, argument in ipairs(endpoints.description(name).arguments or {}) do
    local key = (OTHERS[name] or {})[argument[1]] or argument[1]
    args[i] = self.known[key] or CONSTANTS[key]
    if not args[i] then return nil, key end
  end
  return args
end

--- Asks an endpoint and judges its reply; the error where nothing can be asked at all.
---@return table? value
---@return idngo.Error? err
function Probe:try(name, args)
  local call, reply, err = self:ask(name, compat.unpack(args, 1, #args))
  local value = judge.reply(self.rows, name, call, reply, err)
  if value then self:learn(name, value) end
  self.values[name] = value
  self.asked[name] = true
  return value, (not reply or reply.status == 401) and err or nil
end

--- Asks whatever can be asked, until nothing new is known.
function Probe:read()
  repeat
    local before = #self.rows
    for _, name in ipairs(endpoints.names()) do
      if endpoints.row(endpoints.description(name)).method == "GET" and not self.asked[name] then
        local args = self:arguments(name)
        if args then self:try(name, args) end
      end
    end
  until #self.rows == before
end

--- What was not asked, and why.
function Probe:leave_out()
  for _, name in ipairs(endpoints.names()) do
    if not self.asked[name] then
      local is_read = endpoints.row(endpoints.description(name)).method == "GET"
      local _, missing = self:arguments(name)
      local reason = not is_read and "it changes something" or missing == "applicantId" and "no applicant was given"
        or ("no %s is known"):format(missing)
      self.rows:add("not tried", "status", places.of_endpoint(name, "request"), "200", reason)
    end
  end
end

--- An id of the usual form that nobody has.
function Probe.random_id()
  return random_hex(24)
end

-- Settings that follow from what was seen; they are offered, and set by nobody but the user.

local IDLE = 30 -- seconds: the setting's own

local function hear_settings(offered, head)
  local seconds = tonumber(head:lower():match("\r\nkeep%-alive:[^\r\n]*timeout=(%d+)"))
  if seconds and seconds > 1 and seconds <= IDLE then
    offered.connection_idle = math.min(offered.connection_idle or IDLE, seconds - 1)
  end
end

--- Asks, compares, and gives what was found.
---@param options {client: idngo.Client, applicant: string?, made_up: boolean?, timeout: number, warn: fun(text: string)}
---  made_up: for a token of the sandbox environment; timeout: the client's; warn: told of what may be left active
---@return table? report
---@return idngo.Error? err nothing could be asked
function M.run(options)
  local self = setmetatable({
    client = options.client, rows = places.new(), known = { applicantId = options.applicant }, values = {}, asked = {},
    given = options.applicant, warn = options.warn, may_write = false, slowest = 0,
  }, Probe)
  local clock, offered, asked_at = { count = 0, without = 0 }, {}, 0
  client_.watch(self.client, function(method)
    asked_at = core.wall()
    return method == "GET" or self.may_write
  end, function(method, status, head, body)
    service.hear_clock(clock, head, asked_at)
    hear_settings(offered, head)
    if method == self.method then self.reply = { status = status, head = head, body = body } end
  end)
  local _, unusable = self:try("levels", {}) -- which needs nothing to be known
  if unusable then return nil, unusable end
  if options.made_up then
    made_up.run(self, function() self:read() end)
  else
    self:read()
  end
  self:leave_out()
  local _, reply, err = self:ask("applicant", self.random_id())
  service.unknown_id(self.rows, "applicant", reply, err)
  _, reply, err = self:ask("applicant", "no-id")
  service.no_id(self.rows, "applicant", reply, err)
  made_up.judge_stored(self)
  self.method, self.reply = "GET", nil
  self.client:call("GET", "/openapi.json")
  service.openapi(self.rows, self.reply)
  service.clock(self.rows, clock)
  if self.slowest > options.timeout / 2 then offered.timeout = math.ceil(self.slowest * 4) end
  return { idngo = version, mode = options.made_up and "write" or "read", totals = self.rows:totals(),
    claims = setmetatable(self.rows, nil), settings = json.object(offered) }
end

return M
