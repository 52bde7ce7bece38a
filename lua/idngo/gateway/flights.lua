-- Questions on their way, once for all requests of a worker, and by way of the dict once for all workers.
--
-- A question runs in a timer of nginx and not in the request that came first: nginx ends that when its client hangs up, and
-- everybody else would wait in vain. Requests wait at a semaphore and hold nothing.

local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")

local ngx = compat.global("ngx")

local M = {}

-- Timers of one gate in a worker; nginx runs 256 at most, of everybody. Further questions wait their turn.
local MOST = 64
local LOOK = 1 -- seconds after which a timer that has not begun is not coming, as nginx drops those that are too many
local SHORT, LONG = 0.002, 0.05 -- between looks at what another worker has found
local MOST_LATE = 2 -- answers of one flight that were forgotten on their way, until it is given up

local Flights = {}
Flights.__index = Flights

---@class idngo.Flight a question on its way
---@field key string
---@field id string
---@field by number when it is over, by core.now
---@field landed table the semaphore at which requests wait
---@field done boolean?
---@field verdict boolean? what came, also where there was no room to keep it
---@field err any why nothing came

local function too_small(outcome, message)
  return errors.new { kind = "limit", outcome = outcome, message = message, retryable = true,
    hint = "give the gate's lua_shared_dict more room in nginx.conf" }
end

--- Asks, or waits for another worker to have asked.
local function fly(self, flight)
  local verdicts, key, pause, late = self.verdicts, flight.key, SHORT, 0
  while core.now() < flight.by do
    if verdicts:look(key) ~= nil or verdicts:has_failed(key) then return end
    local mine, full = verdicts:take(key)
    if full then
      flight.err = too_small("not_sent", "there is no room in the dict to note who asks")
      return
    end
    local again = not mine
    -- who had it before may have found out between the two
    if mine and verdicts:look(key) == nil and not verdicts:has_failed(key) then
      local asked = core.now()
      local verdict, err = self.ask(flight.id, flight.by - asked)
      if verdict == nil then
        flight.err = err
        verdicts:fail(key)
      elseif not verdicts:keep(key, mine, verdict, asked) then
        flight.verdict = verdict
      else -- nothing to go by: it is asked again, but not as often as a dict may lose who asks
        late = late + 1
        again = late < MOST_LATE
      end
    end
    if mine then verdicts:give_back(key, mine) end
    if late == MOST_LATE then
      flight.err = too_small("unknown", "each answer was forgotten while it was on its way")
      verdicts:fail(key)
    end
    if not again then return end
    if not mine then
      self.sleep(pause)
      pause = math.min(2 * pause, LONG)
    end
  end
end

local function land(self, flight)
  local ran, thrown = compat.pcall(fly, self, flight)
  if not ran then -- a listener of the client's events drops its own errors: this is a fault of ours, or no memory
    ngx.log(ngx.ERR, "idngo gateway: ", tostring(thrown))
    self.verdicts:fail(flight.key)
  end
  if self.flights[flight.key] == flight then self.flights[flight.key] = nil end
  flight.done = true
  local waiting = -flight.landed:count()
  if waiting > 0 then flight.landed:post(waiting) end
end

--- The next question that nobody has begun with.
local function next_of(self)
  while self.first <= self.last do
    local flight = self.queue[self.first]
    self.queue[self.first], self.first = nil, self.first + 1
    if not flight.begun then
      flight.begun = true
      return flight
    end
  end
end

--- Sees to it that the questions of the queue have a timer; false where nginx gives none.
local function call_timer(self)
  local count, coming, limit = 0, 0, core.now() - LOOK
  for timer in pairs(self.timers) do
    if timer.begun or timer.at > limit then count = count + 1 else self.timers[timer] = nil end
    if not timer.begun and timer.at > limit then coming = coming + 1 end
  end
  if count >= MOST or coming > self.last - self.first then return true end
  local timer = { at = core.now() }
  local started = ngx.timer.at(0, function()
    timer.begun = true
    self.timers[timer] = true
    local flight = next_of(self)
    while flight do
      land(self, flight)
      flight = next_of(self)
    end
    self.timers[timer] = nil
  end)
  self.timers[timer] = started and true or nil
  return started
end

--- The question that is on its way, begun now if there is none.
local function board(self, key, id)
  local flight = self.flights[key]
  if flight and core.now() < flight.by then return flight end
  flight = { key = key, id = id, by = core.now() + self.seconds, landed = self.semaphore() }
  self.flights[key] = flight
  self.last = self.last + 1
  self.queue[self.last] = flight
  return flight
end

--- Waits until a question is answered.
---@param key string
---@param id string
---@param by number
---@return idngo.Flight? flight nil when the time is over
function Flights:wait(key, id, by)
  local flight = board(self, key, id)
  while not flight.done do
    if not flight.begun and not call_timer(self) then -- the worker is going away, or has no timer left
      flight.begun = true
      land(self, flight)
      break
    end
    local left = by - core.now()
    if left <= 0 then return nil end
    flight.landed:wait(math.min(left, LOOK))
  end
  return flight
end

--- Flights of one gate.
---@param verdicts table
---@param ask fun(id: string, seconds: number): boolean?, any
---@param seconds number that a question may take
function M.new(verdicts, ask, seconds)
  local calls = require("idngo.transport.ngx_calls")
  return setmetatable({ verdicts = verdicts, ask = ask, seconds = seconds, semaphore = calls.semaphore, sleep = calls.sleep,
    flights = {}, queue = {}, first = 1, last = 0, timers = {} }, Flights)
end

return M
