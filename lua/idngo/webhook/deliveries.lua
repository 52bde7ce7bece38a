-- Deliveries: events on their way to a receiver, sent again as often and as late as the service does it. In tasks, beside
-- whatever makes the events, which never waits for a receiver.

local runtimes = require("idngo.runtime.current")

local M = {}

-- Seconds before an event is sent again.
local AGAIN = { 300, 3600, 5 * 3600, 18 * 3600 }
local AGAIN_OF_ACTIONS = { 30, 30, 60, 300 }

local OF_ACTIONS = { applicantActionReviewed = true, applicantActionOnHold = true, applicantActionPending = true }

local AT_ONCE = 8 -- on their way
local MOST = 100000 -- that wait; what comes then is given up, and said

---@class idngo.webhook.Deliveries
---@field sender table see sender.lua
---@field clock number what the service's times are multiplied by
---@field tell fun(line: string) told what was not taken
local Deliveries = {}
Deliveries.__index = Deliveries

---@class idngo.webhook.Delivery
---@field body string
---@field type string
---@field applicant string
---@field sent integer how often

--- A message about a delivery that failed; nil when it was taken.
local function send(self, each)
  local status, err = self.sender:send(each.body)
  if status == 200 then return nil end
  return status and ("the receiver answered %d"):format(status) or err.message
end

--- Sends one, and sees to it that it is sent again where it was not taken.
local function deliver(self, each)
  local message = send(self, each)
  self.busy = self.busy - 1
  if self.runtime.cancelled then return end
  each.sent = each.sent + 1
  local again = (OF_ACTIONS[each.type] and AGAIN_OF_ACTIONS or AGAIN)[each.sent]
  if message and again then
    again = again * self.clock
    self.tell(("%s of %s was not taken: %s; it is sent again in %g s"):format(each.type, each.applicant, message, again))
    self.runtime:spawn(function()
      self.runtime.sleep(again)
      if not self.runtime.cancelled then self:put(each) end
    end)
  elseif message then
    self.waiting = self.waiting - 1
    self.tell(("%s of %s was not taken, %d times: %s; it is given up"):format(each.type, each.applicant, each.sent, message))
  else
    self.waiting = self.waiting - 1
  end
  self:go_on()
end

--- Begins as many as may be on their way at once.
function Deliveries:go_on()
  while self.busy < AT_ONCE and self.first <= self.last do
    local each = self.queue[self.first]
    self.queue[self.first], self.first = nil, self.first + 1
    self.busy = self.busy + 1
    self.runtime:spawn(function() deliver(self, each) end)
  end
end

--- Puts one at the end of those that wait.
---@param each idngo.webhook.Delivery
function Deliveries:put(each)
  self.last = self.last + 1
  self.queue[self.last] = each
  self:go_on()
end

--- Sends an event, sometime. Returns at once.
---@param body string
---@param type string
---@param applicant string
function Deliveries:add(body, type, applicant)
  if self.waiting >= MOST then
    return self.tell(("%s of %s is given up: %d events wait"):format(type, applicant, self.waiting))
  end
  self.waiting = self.waiting + 1
  self:put { body = body, type = type, applicant = applicant, sent = 0 }
end

--- Begins; inside a task of idngo.run.
---@param sender table
---@param clock number
---@param tell fun(line: string)
---@return idngo.webhook.Deliveries
function M.new(sender, clock, tell)
  return setmetatable({ sender = sender, clock = clock, tell = tell, runtime = runtimes.current(), queue = {}, first = 1,
    last = 0, busy = 0, waiting = 0 }, Deliveries)
end

return M
