-- A gate for nginx: lets in requests of people whose checks are GREEN, and remembers that for all workers.
--
--   lua_shared_dict idngo 10m;
--   init_by_lua_block { gate = assert(require("idngo").gateway.new { dict = "idngo", green = { "liveness_checks" } }) }
--   location /account/ { access_by_lua_block { gate:access(ngx.var.http_x_applicant_id) } }
--
-- What cannot be found out keeps everybody out: a timeout, a reply that is malformed. What stands in the dict and in the metrics
-- names nobody.

local check_options = require("idngo.options").check
local clients = require("idngo.client")
local compat = require("idngo.compat")
local core = require("idngo.core")
local counters = require("idngo.gateway.counters")
local errors = require("idngo.error")
local facts = require("idngo.client.facts")
local flights = require("idngo.gateway.flights")
local prometheus = require("idngo.prometheus")
local transport = require("idngo.transport")
local verdicts = require("idngo.gateway.verdicts")

local M = {}

local ngx = compat.global("ngx")

---@class idngo.GatewayOptions
---@field dict string name of a lua_shared_dict, for this alone; gates may share it
---@field green (string|string[])[] what has to be GREEN, all of it: `liveness_checks`, `duplicate_checks`, `tin_checks`,
---  `status`, or a check of any type as {"checks", TYPE}
---@field client? idngo.Client|idngo.ClientOptions the client that asks, or its settings; the metrics count the calls of a
---  client that was made before only by its own on_event: see M.counters
---@field yes_for? number seconds a yes holds, from before it was asked; 300
---@field no_for? number seconds a no holds; 15
---@field stale_for? number seconds beyond yes_for in which a yes still lets in when nobody can be asked; 0
---@field failed_for? number seconds in which nobody asks again after nobody could be asked; 1
---@field deadline? number seconds a question may take, with retries and waits; 10
local OPTIONS = { "dict", "green", "client", "yes_for", "no_for", "stale_for", "failed_for", "deadline" }
local TIMES = { yes_for = 300, no_for = 15, stale_for = 0, failed_for = 1, deadline = 10 }

-- Seconds that a request waits beyond the deadline of the question, to hear of its end.
local SLACK = 1

-- The calls that can be asked, and the facts that policies read of their replies.
local QUESTIONS = { liveness_checks = "liveness", duplicate_checks = "duplicates", tin_checks = "tin", checks = "check",
  status = "status" }

---@class idngo.Gate
local Gate = {}
Gate.__index = Gate

--- Asks the service: true where all is GREEN, false where something is not, nil and an error where that cannot be found out.
local function ask(self, id, seconds)
  local by = core.now() + seconds
  for _, question in ipairs(self.green) do
    local name, options = question[1], { deadline = by - core.now() }
    if options.deadline <= 0 then
      return nil, errors.new { kind = "timeout", outcome = "not_sent", endpoint = name, retryable = true,
        message = "the deadline passed before the call was sent" }
    end
    local reply, err
    if question[2] then
      reply, err = self.client[name](self.client, id, question[2], options)
    else
      reply, err = self.client[name](self.client, id, options)
    end
    -- the service's own word that there is nobody of this id; anybody's page can say 404
    if err and err.status == 404 and err.code then return false end
    if not reply then return nil, err end
    local answer, unread = facts.answer_of(QUESTIONS[name], reply)
    if not answer then return nil, unread end
    if answer ~= "GREEN" then return false end
  end
  return true
end

local ANSWERS = { [true] = "yes", [false] = "no" }

--- The series of this gate's answers, made once.
local function series_of(account)
  local made = { requests = {}, questions = {}, dict = {} }
  for _, answer in ipairs { "yes", "no", "unknown" } do
    made.questions[answer] = prometheus.series("idngo_gateway_questions_total", { { "account", account }, { "answer", answer } })
    for _, from in ipairs { "dict", "service", "stale" } do
      made.requests[answer .. from] = prometheus.series("idngo_gateway_requests_total",
        { { "account", account }, { "answer", answer }, { "from", from } })
    end
  end
  for _, what in ipairs { "full", "evicted" } do
    made.dict[what] = prometheus.series("idngo_gateway_dict_total", { { "account", account }, { "what", what } })
  end
  return made
end

local function count(self, answer, from)
  self.counters:add(self.series.requests[answer .. from])
end

--- What an id is known by in the dict: bound to the account and to the question, and nobody's id.
local function key_of(self, id)
  return core.sha256(self.prefix .. id)
end

local function unknown(message)
  return errors.new { kind = "timeout", outcome = "unknown", message = message, retryable = true }
end

--- Asks, or waits for who asks already.
local function find_out(self, key, id, stale)
  local by, failure = core.now() + self.deadline + SLACK, nil
  if self.verdicts:has_failed(key) then
    if stale then return true, "stale" end
    return nil, "dict", unknown("this could not be found out a moment ago, and is asked again soon")
  end
  local blocked = transport.unusable_phase and transport.unusable_phase()
  if blocked then return nil, "service", errors.config(blocked.message, blocked.hint) end
  for _, question in ipairs(self.green) do
    if clients.wrong(question[1], id, question[2]) then return false, "service" end -- no applicant can be called so
  end
  repeat
    local flight = self.flights:wait(key, id, by)
    local verdict
    verdict, stale = self.verdicts:look(key)
    if verdict == nil and flight then verdict, failure = flight.verdict, flight.err end
    if verdict ~= nil then return verdict, "service" end
    -- an answer that came late, or was forgotten while it was under way, is nothing to go by: it is asked again
  until not flight or failure or self.verdicts:has_failed(key) or core.now() >= by
  if stale then return true, "stale" end
  return nil, "service", failure or unknown("this could not be found out in time")
end

--- Whether everything of an applicant is GREEN, by what is remembered or by asking.
---@param id string the applicant's
---@return boolean? yes nil where it cannot be found out
---@return any err then why
function Gate:verdict(id)
  if type(id) ~= "string" or id == "" then error("gateway: an applicant's id must be a string with something in it", 2) end
  local key = key_of(self, id)
  local verdict, stale = self.verdicts:look(key)
  local from, err = "dict", nil
  if verdict == nil then verdict, from, err = find_out(self, key, id, stale) end
  count(self, ANSWERS[verdict] or "unknown", from)
  return verdict, err
end

--- Ends the request unless everything of an applicant is GREEN: 401 where no id is given, 403 for a no, 503 where it cannot be
--- found out. For access_by_lua_block, or rewrite_by_lua_block.
---@param id string? the applicant's, as whatever stands before nginx vouches for it
function Gate:access(id)
  if type(id) ~= "string" or id == "" then return ngx.exit(401) end
  local yes = self:verdict(id)
  if yes == true then return end
  if yes == false then return ngx.exit(403) end
  ngx.header["Retry-After"] = math.ceil(self.failed_for)
  return ngx.exit(503)
end

--- Forgets what is known of an applicant, and what is asked about them just now: as when an event says that it changed.
---@param id string
function Gate:forget(id)
  self.verdicts:forget(key_of(self, id))
end

--- Answers a request with the metrics of all workers, for Prometheus. For content_by_lua_block.
function Gate:metrics()
  self.counters:print()
end

--- Reads `green`: the questions, and a text that no other list has.
local function questions_of(green)
  if type(green) ~= "table" or #green == 0 then error("gateway: green must name what has to be GREEN", 3) end
  local questions, parts = {}, {}
  for i, each in ipairs(green) do
    local question = type(each) == "table" and each or { each }
    local known = QUESTIONS[question[1]]
    local takes_type = question[1] == "checks"
    if not known then
      error(("gateway: green names %s, which is none of checks, duplicate_checks, liveness_checks, status, tin_checks"):format(
        tostring(question[1])), 3)
    end
    if #question ~= (takes_type and 2 or 1) then
      error(takes_type and 'gateway: in green, checks goes with a type: {"checks", "POA"}'
        or ("gateway: in green, %s stands alone"):format(question[1]), 3)
    end
    clients.load(question[1]) -- workers answer requests, and wait for no disk
    local message = clients.wrong(question[1], "APPLICANT", question[2])
    if message then error(("gateway: in green, %s: %s"):format(question[1], message), 3) end
    questions[i] = { question[1], question[2] }
    parts[i] = ("%s %d:%s;"):format(question[1], #(question[2] or ""), question[2] or "")
  end
  return questions, table.concat(parts)
end

local function times_of(options)
  local times = {}
  for name, default in pairs(TIMES) do
    local seconds = options[name]
    if seconds == nil then seconds = default end
    local least = name == "stale_for" and 0 or 0.001
    if type(seconds) ~= "number" or not (seconds >= least and seconds < 1e8) then
      error(("gateway: %s must be a number of seconds%s"):format(name, least > 0 and " above 0" or ""), 3)
    end
    times[name] = seconds
  end
  return times
end

--- The client that asks: the one given, or one with those settings, of whose events the gate counts what matters.
local function client_of(given, tally)
  if getmetatable(given) == clients.Client then return given end
  local settings = {}
  for name, value in pairs(given or {}) do settings[name] = value end
  local listener = settings.on_event
  settings.on_event = listener and function(event)
    tally.on_event(event)
    listener(event)
  end or tally.on_event
  return clients.new(settings)
end

--- Makes a gate, in init_by_lua. Wrong options throw; settings that are missing or unusable are an error of kind `config`.
---@param options idngo.GatewayOptions
---@return idngo.Gate?
---@return idngo.Error?
function M.new(options)
  options = check_options("gateway", options, OPTIONS)
  local questions, text = questions_of(options.green)
  local self = times_of(options)
  local given = options.client
  if given ~= nil and type(given) ~= "table" then error("gateway: client must be a client or a table of settings", 2) end
  local dict, missing = M.dict(options.dict)
  if not dict then return nil, errors.tell(missing) end
  self.green, self.counters = questions, counters.new(options.dict, dict)
  local err
  self.client, err = client_of(given, self.counters)
  if not self.client then return nil, err end
  local account = self.client:account()
  self.prefix = core.sha256(account .. text)
  self.series = series_of(account:sub(1, 8))
  self.verdicts = verdicts.new(dict, { yes_for = self.yes_for, no_for = self.no_for, stale_for = self.stale_for,
    failed_for = self.failed_for, asks_for = self.deadline }, function(what) self.counters:add(self.series.dict[what]) end)
  self.flights = flights.new(self.verdicts, function(id, seconds)
    local verdict, why = ask(self, id, seconds)
    self.counters:add(self.series.questions[ANSWERS[verdict] or "unknown"])
    return verdict, why
  end, self.deadline)
  return setmetatable(self, Gate)
end

--- Whether an entry fits into a dict. A full one makes room for it, some old entries at a time.
local function has_room(dict)
  local name = "room"
  for _ = 1, 10 do
    if dict:set(name, ("x"):rep(128)) then
      dict:delete(name)
      return true
    end
  end
  return false
end

--- A lua_shared_dict; nil and an error that names the line to add.
---@param name string
---@return table? dict
---@return idngo.Error?
function M.dict(name)
  if type(name) ~= "string" then error("gateway: dict must name a lua_shared_dict", 3) end
  if not (ngx and ngx.shared) then
    return nil, errors.config("a gate works inside nginx alone", "make the gate in init_by_lua_block of nginx.conf")
  end
  local dict = ngx.shared[name]
  if dict and has_room(dict) then return dict end
  local wrong = dict and "nothing fits into the lua_shared_dict %s" or "nginx has no lua_shared_dict %s"
  return nil, errors.config(wrong:format(name),
    ("write into the http block of nginx.conf: lua_shared_dict %s 10m;"):format(name))
end

--- Counts of a client that no gate has made: give `counters.on_event` to it, and show them by `counters:print()`.
---@param name string of a lua_shared_dict
---@return idngo.Counters?
---@return idngo.Error?
function M.counters(name)
  local dict, err = M.dict(name)
  if not dict then return nil, errors.tell(err) end
  return counters.new(name, dict)
end

M.log = counters.log

return M
