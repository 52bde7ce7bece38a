-- What a gate knows, in a lua_shared_dict of all workers: verdicts, what could not be found out, and who asks just now.
--
-- An answer is kept only while the asker's own word that it asks is there. Whoever forgets takes that word away, and so does a
-- dict that is too small: no answer is kept because the dict has lost a note that it was forgotten.
--
-- A verdict stands beside the moment before its question was sent, by the clock that runs on from the boot of the machine and
-- is never set: the dict itself counts by the wall clock, and one that is set back would keep a verdict alive. So the dict's own
-- times only make room. Whatever it loses is asked again.

local core = require("idngo.core")

local M = {}

local Verdicts = {}
Verdicts.__index = Verdicts

local YES, NO = 1, 2 -- the dict's flags of a verdict
local FAILED, ASKING = "!", "?" -- what the keys of the other entries begin with
-- Seconds beyond the longest question for which it is still known who asks.
local SPARE = 2

local now = core.now

--- What is known: true or false while it holds; nil, and then whether an older yes may still stand in.
---@param key string
---@return boolean? verdict
---@return boolean? stale
function Verdicts:look(key)
  local asked, flags = self.dict:get(key)
  if type(asked) ~= "number" then return nil end
  local age = now() - asked
  if age < 0 then return nil end
  if flags == YES then
    if age < self.yes_for then return true end
    return nil, age < self.yes_for + self.stale_for
  end
  if flags == NO and age < self.no_for then return false end
end

--- Notes a verdict.
---@param key string
---@param mine string what Verdicts:take gave
---@param verdict boolean
---@param asked number
---@return boolean? late nothing to go by: it was forgotten, or another asks, while this answer was under way
function Verdicts:keep(key, mine, verdict, asked)
  local dict, name = self.dict, ASKING .. key
  if dict:get(name) ~= mine then
    if not verdict then dict:delete(key) end -- an older yes does not stand in for a no
    return true
  end
  local ok, _, others = dict:set(key, asked, verdict and self.yes_for + self.stale_for or self.no_for, verdict and YES or NO)
  if not ok then self.tell("full") elseif others then self.tell("evicted") end
  if dict:get(name) ~= mine then -- between the two looks
    dict:delete(key)
    return true
  end
  dict:delete(FAILED .. key)
end

--- What was asked before this moment is nothing to go by. Who asks is told first: see keep, which looks after it has written.
function Verdicts:forget(key)
  self.dict:delete(ASKING .. key)
  self.dict:delete(key)
  self.dict:delete(FAILED .. key)
end

--- Notes that the question could not be answered: for a moment nobody asks again.
function Verdicts:fail(key)
  self.dict:set(FAILED .. key, now(), self.failed_for)
end

--- Whether that was a moment ago.
function Verdicts:has_failed(key)
  local at = self.dict:get(FAILED .. key)
  if type(at) ~= "number" then return false end
  local age = now() - at
  return age >= 0 and age < self.failed_for
end

--- Whether the worker that asks is no more, or has had all its time.
local function is_over(held)
  local process, by = held:match("^(%d+) %d+ (%S+)$")
  return not by or now() >= tonumber(by) or core.process_gone(tonumber(process))
end

local count = 0

--- Takes the question: of all workers, one asks it.
---@param key string
---@return string? mine what to give back; nil while another asks
---@return boolean? full nobody asks: there is no room to note it
function Verdicts:take(key)
  local dict, name = self.dict, ASKING .. key
  local seconds = self.asks_for + SPARE
  count = count + 1
  local mine = ("%d %d %.3f"):format(core.process(), count, now() + seconds)
  local added, why = dict:add(name, mine, seconds)
  if added then return mine end
  if why ~= "exists" then -- by nothing could it be told that it was forgotten
    self.tell("full")
    return nil, true
  end
  local held = dict:get(name)
  -- one of those that see the same worker gone takes over from it
  if not held or not is_over(held) or not dict:add(name .. held, true, seconds) then return nil end
  if dict:get(name) ~= held then return nil end
  dict:set(name, mine, seconds)
  return mine
end

--- Gives the question back.
function Verdicts:give_back(key, mine)
  local name = ASKING .. key
  if self.dict:get(name) == mine and not is_over(mine) then self.dict:delete(name) end
end

--- Verdicts in a dict.
---@param dict table ngx.shared.NAME
---@param times {yes_for: number, no_for: number, stale_for: number, failed_for: number, asks_for: number} seconds
---@param tell fun(what: "full"|"evicted") told when the dict is too small
function M.new(dict, times, tell)
  local self = { dict = dict, tell = tell }
  for name, seconds in pairs(times) do self[name] = seconds end
  return setmetatable(self, Verdicts)
end

return M
