--- One API call, from the raw request to the reply: faults, authentication, limits, checks, work, ledger.
--
-- The order: a fault may answer first; then checks go from the outside in, as those of a gateway in front of
-- a service would: size, target, signature, rate, route, content types, parameters, body, applicant, state.
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")
local multipart = require("idngo.sandbox.multipart")
local operation = require("idngo.operation")
local seeded = require("idngo.sandbox.seeded_random")
local router = require("idngo.sandbox.router")
local auth = require("idngo.sandbox.auth")
local limits = require("idngo.sandbox.limits")
local events = require("idngo.sandbox.events")
local faults = require("idngo.sandbox.faults")
local ledger = require("idngo.sandbox.ledger")
local people = require("idngo.sandbox.people")
local store = require("idngo.sandbox.store")
local behaviour = require("idngo.sandbox.behaviour")

local api = {}
api.__index = api

local refuse = behaviour.refuse

local JSON_TYPE = "application/json"

--- An info object is small; only archives may be as large as the host takes.
local MAX_JSON_BODY = 1024 * 1024

---@param options table complete, see init.lua
function api.new(options)
  local seed = options.seed
  local everybody = people.new(seed, options.applicants)
  local self = setmetatable({
    options = options,
    started = core.now(),
    router = router.new(endpoints.rows()),
    auth = auth.new(options.app_token, options.secret_key),
    limits = options.limits and limits.new(options.limit_model),
    faults = faults.new(seed, endpoints.names()),
    ledger = ledger.new(options.ledger_size),
    next_number = seeded.sequence(-1 - seed),
    world = {
      people = everybody,
      store = store.new(everybody),
      seed = seed,
      report_seconds = options.report_seconds,
      is_production = options.app_token:find("^prd:") ~= nil,
    },
  }, api)
  if options.on_event then self.world.store.events = events.new(self.world, options.on_event) end
  return self
end

--- Whether the Accept header lets a reply of this type through.
local function accepts(accept, type)
  if not accept or accept == "" then return true end
  local family = type:match("^[^/]+") .. "/*"
  for range in accept:lower():gmatch("[^,%s;]+/[^,%s;]+") do
    if range == type or range == family or range == "*/*" then return true end
  end
  return false
end

local function check_types(endpoint, headers, body)
  local wanted = operation.content_types[endpoint.body]
  local described = endpoints.description(endpoint.name).body
  if body == "" and described and described.optional then wanted = nil end
  local given = (headers["content-type"] or ""):lower():match("^%s*([^;%s]*)")
  if wanted and given ~= wanted then return refuse(415, "Content-Type must be " .. wanted) end
  local file = endpoints.description(endpoint.name).file
  local type = file and file.media or JSON_TYPE
  if not accepts(headers.accept, type) then return refuse(415, "Accept does not allow " .. type) end
end

local REFUSALS = {
  [413] = "The body is larger than 64 MiB",
  [431] = "Too many or too long header fields",
  [503] = "The sandbox holds too many bodies at the moment",
}

--- The work of one call, without faults.
---@param match idngo.sandbox.Match
---@param call table method, target, headers, body, arrived, refused
---@return table reply as behaviour.lua has it
function api:work(match, call)
  local endpoint = match.endpoint
  if call.refused then return refuse(call.refused, REFUSALS[call.refused]) end
  local code, name, description = self.auth:check(call.method, call.target, call.headers, call.body)
  if code then return refuse(401, description, code, name) end
  if self.limits then
    local time = (call.arrived - self.started) * self.options.time_scale
    local exceeded = self.limits:take(endpoint and endpoint.lane, call.method, time)
    if exceeded then return refuse(429, exceeded) end
    call.counted = true
  end
  if not endpoint then
    local reply = refuse(match.status, match.description)
    reply.headers = { Allow = match.allow }
    return reply
  end
  local bad_type = check_types(endpoint, call.headers, call.body)
  if bad_type then return bad_type end
  local args, bad_arg = router.check(endpoint, match.args)
  if not args then return refuse(400, bad_arg) end
  local body = call.body
  if endpoint.body == "multipart" then
    local parts, message = multipart(call.headers["content-type"], body)
    if not parts then return refuse(400, "The body is not multipart/form-data: " .. message) end
    body = parts
  elseif endpoint.body == "json" then
    if #body > MAX_JSON_BODY then return refuse(413, "The body is larger than 1 MiB") end
    local message
    if body == "" and endpoints.description(endpoint.name).body.optional then body = "{}" end
    body, message = json.decode(body)
    if body == nil then return refuse(400, "The body is not JSON: " .. message) end
  end
  local person
  if args.applicantId then
    person = self.world.people:get(args.applicantId)
    if not person then return refuse(404, "Applicant not found") end
  end
  local behave = behaviour[endpoint.name] or behaviour.by_example
  return behave(self.world, { endpoint = endpoint, args = args, filters = match.filters, person = person, body = body })
end

--- Turns what the work gave into status, headers and bytes.
local function finish(reply, correlation)
  reply.status = reply.status or 200
  reply.headers = reply.headers or {}
  reply.headers["X-Correlation-Id"] = correlation
  reply.headers["Content-Type"] = reply.contentType or JSON_TYPE
  if reply.error_body then
    reply.json = reply.error_body
    reply.json.code = reply.status
    reply.json.correlationId = correlation
  end
  reply.body = reply.body or json.encode(reply.json)
  return reply
end

--- A parameter's value; nil where it has several.
local function single(value) return type(value) == "string" and value or nil end

--- Answers one call and writes it down.
---@param call table method, target, headers (lower-case names), body, arrived, refused?
---@return table reply status, headers, body, delay (real seconds), drop
function api:answer(call)
  local match = self.router:find(call.method, call.target)
  local endpoint = match.endpoint
  local name = endpoint and endpoint.name
  local applicant, user = single(match.args.applicantId), single(match.args.externalUserId)
  local rule = self.faults:strike(name, applicant)
  local done = not (rule and faults.instead(rule))
  local reply = done and self:work(match, call) or refuse(rule.status or 500, "a fault asked for")
  finish(reply, "req-" .. seeded.uuid(self.next_number(), self.next_number()))
  local heard = self.world.store.events
  if heard then heard:flush(reply.headers["X-Correlation-Id"]) end
  if rule then faults.apply(rule, reply) end
  reply.delay = ((reply.delay or 0) + self.options.latency) / self.options.time_scale
  if call.counted and endpoint then
    local leaves = call.arrived + reply.delay - self.started
    self.limits:hold(endpoint.lane, leaves * self.options.time_scale)
  end
  self.ledger:add({
    at = call.arrived - self.started,
    method = call.method,
    target = call.target,
    body = call.body,
    endpoint = name,
    applicantId = reply.applicantId or applicant,
    externalUserId = reply.externalUserId or user,
    status = reply.drop ~= "before" and reply.drop ~= "after" and reply.status or nil,
    applied = reply.applied,
    dropped = reply.drop,
  })
  return reply
end

return api
