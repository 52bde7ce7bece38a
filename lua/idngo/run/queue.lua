-- The lines that a process works on, as it claims them: from the first to the last, and then, where several processes share a
-- run, those that become free because whoever held them is gone.

local compat = require("idngo.compat")
local audit = require("idngo.run.audit")
local core = require("idngo.core")
local runtimes = require("idngo.runtime.current")
local turns = require("idngo.run.turns")

local M = {}

--- Seconds for which lines are claimed, unless they are renewed.
M.LEASE = 60

---@class idngo.run.Claimed
---@field n integer
---@field token integer
---@field by number the moment at which it may become another's, by the clock of this machine

---@class idngo.run.Queue lines to work on, as they are claimed
---@field store idngo.run.Store
---@field state "new"|"open"
---@field seconds number for which they are claimed
---@field held table<integer, idngo.run.Claimed> those that were claimed and are not done with
---@field shared boolean? whether other processes may work on such lines
---@field begun boolean? whether those are claimed first that were begun
---@field again boolean? whether all were asked for once: what is claimed now was another's
---@field ended boolean? whether no more are to be given out
---@field waits fun(count: integer) told how many lines others have, when nothing else is left
local Queue = {}
Queue.__index = Queue

---@class idngo.run.QueueOptions
---@field concurrency integer lines that are worked on at once
---@field lease number? seconds
---@field waits fun(count: integer)?

--- Lines to work on: those that were begun come first, since they hold their people already; no line waits for a later one.
---@param store idngo.run.Store
---@param state "new"|"open"
---@param options idngo.run.QueueOptions
---@return idngo.run.Queue
function M.new(store, state, options)
  local shared = store.tables.shared and state == "open" or nil
  local many = shared and 1 or 4 -- a claim waits for the disk; where several processes share, none takes lines ahead
  return setmetatable({ store = store, state = state, shared = shared, many = many * options.concurrency,
    seconds = options.lease or M.LEASE,
    owner = assert(audit.random(8)), waiting = {}, held = {}, after = 0, turns = turns(), waits = options.waits,
    renewed = core.now(), begun = state == "open" or nil, total = store:row("left", state).count, done = 0 }, Queue)
end

--- Claims the next lines; whether there were any.
local function claim(self)
  local before = core.now()
  local claimed = self.store:claim { owner = self.owner, state = self.state, after = self.again and 0 or self.after,
    limit = self.many, seconds = self.seconds, begun = self.begun, again = self.again }
  for _, line in ipairs(claimed) do
    line.by, self.held[line.n] = before + self.seconds, line
    self.waiting[#self.waiting + 1] = line
    self.after = math.max(self.after, line.n)
  end
  return claimed[1] ~= nil
end

--- Waits where others still have lines, until they say that some were left, or a moment; false where nobody has any.
local function await(self, seen)
  local count = self.store:row("claimed").count
  for _ in pairs(self.held) do count = count - 1 end
  local runtime = runtimes.current()
  if count <= 0 or not runtime or runtime.cancelled then return false end
  self.store:free_gone(self.owner, self.seconds)
  if self.waits then self.waits(count) end
  self.store:await("work", seen)
  return true
end

--- Looks for lines; false when there is nothing to look for any more.
local function look(self)
  local seen = self.again and self.store:words("work")
  if claim(self) then return true end
  if self.begun then
    self.begun, self.after = nil, 0
  elseif not self.shared then
    return false
  elseif self.again then
    return await(self, seen)
  else
    self.again = true
  end
  return true
end

--- The next line; nil when there is none.
---@return idngo.run.Claimed?
function Queue:next()
  self.turns:take()
  local ok, err = compat.pcall(function()
    while not (self.waiting[1] or self.ended) do
      if not look(self) then
        if not self.shared then self.ended = true end -- else lines of this process may become free yet
        break
      end
    end
  end)
  self.turns:give()
  if not ok then error(err, 0) end
  return not self.ended and table.remove(self.waiting, 1) or nil
end

--- Whether a line is still worked on by this claim, as far as this process knows.
---@param line idngo.run.Claimed
function Queue:has(line) return self.held[line.n] == line end

--- Takes note that a line is done with, or another's.
---@param line idngo.run.Claimed
function Queue:finish(line)
  if not self:has(line) then return end
  self.held[line.n], self.done = nil, self.done + 1
end

--- Gives a line up for whoever is at work some seconds later.
---@param line idngo.run.Claimed
---@param seconds number
function Queue:put_off(line, seconds)
  self.store:put_line(line, seconds)
  self.held[line.n] = nil
end

--- Keeps the lines that are worked on.
function Queue:renew()
  local now = core.now()
  if now - self.renewed < self.seconds / 3 then return end
  self.renewed = now
  for _, line in ipairs(self.store:renew(self.owner, self.seconds)) do
    local held = self.held[line.n]
    if held and held.token == line.token then held.by = now + self.seconds end
  end
end

--- Gives out no more lines.
function Queue:stop() self.ended = true end

--- Gives up the lines that were claimed and are not worked on.
function Queue:close() self.store:free(self.owner) end

return M
