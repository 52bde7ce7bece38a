-- Counts of all workers in a lua_shared_dict, and a listener of a client's events that keeps them; shown as Prometheus reads
-- them. No series names a person: endpoints, lanes, codes, and the first digits of an account's hash are all they are told by.

local compat = require("idngo.compat")
local core = require("idngo.core")
local harmless = require("idngo.text").harmless
local json = require("idngo.json")
local prometheus = require("idngo.prometheus")
local sorted = require("idngo.sorted")

local ngx = compat.global("ngx")
local series = prometheus.series

local M = {}

-- What series are called in the dict, and the numbered list of them: to ask a dict for its keys stops all who use it. A dict
-- that is too small loses pieces of the list, too: whoever counts looks once in a while whether the series has its place, and
-- gives it one.
local SERIES, LISTED, LENGTH = "#", "#@", "#@n"
local LOOK = 1 -- seconds

-- Every metric, and what it counts.
local HELP = {
  idngo_gateway_requests_total = "Requests by their answer, and where it came from",
  idngo_gateway_questions_total = "Questions to the service by their answer",
  idngo_gateway_dict_total = "Times that the dict was too small: full, or others were evicted",
  idngo_client_responses_total = "Attempts of calls by their HTTP status; none: no response came",
  idngo_client_seconds_total = "Seconds that attempts of calls took",
  idngo_client_retries_total = "Attempts that were made again",
  idngo_client_rate_limited_total = "Times that the service closed a lane",
  idngo_client_drift_total = "Replies with something that is described nowhere",
  idngo_client_limits_total = "What kept the limits in Redis from being used",
  idngo_lane_wait_seconds_total = "Seconds that calls expected to wait for a lane",
}

---@class idngo.Counters
---@field places table<string, integer> where series are in the list, of those that this worker has counted
---@field looked table<string, number> when that was last seen, by core.now
---@field on_event fun(event: idngo.ClientEvent) counts what a client tells
local Counters = {}
Counters.__index = Counters

--- Sees to it that a series is in the list: at the place where it is, else at the first that is free.
local function list(self, of)
  local dict, length, place = self.dict, self.dict:get(LENGTH) or 0, self.places[of]
  if not place or dict:get(LISTED .. place) ~= of then
    place = 1
    while dict:get(LISTED .. place) ~= of do
      local added, why = dict:add(LISTED .. place, of)
      if not added and why ~= "exists" then return end -- no room
      if not added then place = place + 1 end
    end
    self.places[of] = place
  end
  if place > length then dict:incr(LENGTH, place - length, 0) end -- too long a list has free places
end

--- Adds to a series, which begins with the first addition.
---@param of string the series
---@param amount number? 1 unless given
function Counters:add(of, amount)
  self.dict:incr(SERIES .. of, amount or 1, 0)
  local now, looked = core.now(), self.looked[of]
  if looked and now - looked < LOOK then return end
  self.looked[of] = now
  list(self, of)
end

local function tell(self, event)
  local name, endpoint = event.event, event.endpoint
  if name == "reply" then
    local code = event["http.response.status_code"]
    self:add(series("idngo_client_responses_total",
      { { "endpoint", endpoint }, { "code", code and ("%d"):format(code) or "none" } }))
    self:add(series("idngo_client_seconds_total", { { "endpoint", endpoint } }), event.seconds or 0)
  elseif name == "retry" then
    self:add(series("idngo_client_retries_total", { { "endpoint", endpoint } }))
  elseif name == "drift" then
    self:add(series("idngo_client_drift_total", { { "endpoint", endpoint } }))
  elseif name == "limits" then
    self:add(series("idngo_client_limits_total", { { "state", event.state } }))
  elseif name == "limit" and event.lane then
    self:add(series("idngo_client_rate_limited_total", { { "lane", event.lane } }))
  elseif name == "wait" and event.lane then
    self:add(series("idngo_lane_wait_seconds_total", { { "lane", event.lane } }), event.seconds or 0)
  end
end

--- All series as Prometheus reads them.
---@return string
function Counters:text()
  local dict, by_metric = self.dict, {}
  for of in pairs(self.looked) do list(self, of) end
  for i = 1, dict:get(LENGTH) or 0 do
    local name = dict:get(LISTED .. i)
    local value = name and dict:get(SERIES .. name)
    if value then
      local metric = name:match("^[%w_]+")
      by_metric[metric] = by_metric[metric] or {}
      by_metric[metric][name] = value
    end
  end
  local lines = {}
  for _, metric in ipairs(sorted(by_metric)) do
    lines[#lines + 1] = prometheus.head(metric, "counter", HELP[metric])
    for _, name in ipairs(sorted(by_metric[metric])) do lines[#lines + 1] = ("%s %.14g"):format(name, by_metric[metric][name]) end
  end
  lines[#lines + 1] = prometheus.head("idngo_gateway_dict_free_bytes", "gauge", "Whole free pages of the dict")
  lines[#lines + 1] = ("%s %d\n"):format(series("idngo_gateway_dict_free_bytes", { { "dict", self.name } }), dict:free_space())
  return table.concat(lines, "\n")
end

--- Answers a request for the metrics: what a location's content_by_lua_block calls.
function Counters:print()
  ngx.header["Content-Type"], ngx.header["Cache-Control"] = "text/plain; version=0.0.4; charset=utf-8", "no-store"
  ngx.print(self:text())
end

--- Counters in a dict.
---@param name string the dict's
---@param dict table ngx.shared.NAME
---@return idngo.Counters
function M.new(name, dict)
  local self = setmetatable({ name = name, dict = dict, places = {}, looked = {} }, Counters)
  self.on_event = function(event) tell(self, event) end
  return self
end

--- A listener for `on_event` that writes a line of JSON to nginx's error log.
---@param level integer? ngx.INFO unless given
---@return fun(event: idngo.ClientEvent)
function M.log(level)
  return function(event) ngx.log(level or ngx.INFO, "idngo: ", harmless(json.encode(event))) end
end

return M
