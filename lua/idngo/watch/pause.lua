-- Pauses of a watcher: when lines in a row come to nothing, or the service refuses the account, none is begun for a while. Then
-- one is tried; what comes of it ends the pause, or doubles it.

local M = {}

local MOST_MISSES = 10 -- lines in a row without an outcome
local FIRST, LONGEST = 5, 300 -- seconds

---@class idngo.watch.Pause
---@field misses integer in a row
---@field current {till: number, seconds: number, why: string, trying: integer?, failing: string?}? trying: the line that is
---  tried; failing: why no other would come to more
---@field pace number what seconds are multiplied by
local Pause = {}
Pause.__index = Pause

--- Whether no line may be begun at a moment.
function Pause:holds(now)
  local current = self.current
  return current ~= nil and (current.trying ~= nil or now < current.till)
end

--- A line is begun.
function Pause:begin(n)
  if self.current then self.current.trying = n end
end

--- A line has ended, whatever came of it: where that says nothing of the service, the next one is tried.
function Pause:finish(n)
  local current = self.current
  if current and current.trying == n then current.trying = nil end
end

--- A line came to nothing. One that was begun before the pause says nothing new.
---@param n integer
---@param now number
---@param why string
---@param failing string? why no other line would come to more, such as that the service refuses the account
---@return number? seconds of the pause that begins
function Pause:miss(n, now, why, failing)
  local current = self.current
  self.misses = self.misses + 1
  if current and current.trying ~= n then
    current.failing = current.failing or failing
    return nil
  end
  if not current and not failing and self.misses < MOST_MISSES then return nil end
  local seconds = current and math.min(2 * current.seconds, LONGEST) or FIRST
  self.current = { till = now + seconds * self.pace, seconds = seconds, why = why, failing = failing }
  return seconds
end

--- A line came to something; whether that ends a pause.
---@return boolean
function Pause:hit()
  local ended = self.current ~= nil
  self.misses, self.current = 0, nil
  return ended
end

---@param pace number? of tests
---@return idngo.watch.Pause
function M.new(pace) return setmetatable({ misses = 0, pace = pace or 1 }, Pause) end

return M
