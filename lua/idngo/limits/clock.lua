-- Whether Redis's clock is right: what it says, compared with this machine's own, which is never set.
--
-- Slots are free again by Redis's clock. Were it to jump ahead, or to run too fast, slots would be another's before their
-- window is over. So each exchange is compared with what earlier ones said: two scripts ran at true times whose distance is at
-- most from before the first was asked to after the second was answered, and at least from after the first was answered to
-- before the second was asked, whatever the network did. A right clock cannot break either bound. Both of them, and many
-- samples, are needed: with one old sample a step that is small beside its age would pass.
--
-- The samples lie in a file that the processes of a user share, so that one that has just begun is protected, too.

local core = require("idngo.core")

local M = {}

local RATE = 0.001 -- what the comparison allows clocks to differ by
local EXACT = 2e-6 -- seconds to which times since 1970 can be compared
local NEWEST, EVERY, OLD = 60, 1, 3600

local Clock = {}
Clock.__index = Clock

--- Takes samples, and what all of them together allow: a time `said` is right between two lines, of which the lowest and the
--- highest count.
local function hold(self, samples)
  self.samples, self.most, self.least = samples, math.huge, -math.huge
  for _, sample in ipairs(samples) do
    self.most = math.min(self.most, sample[3] - (1 + RATE) * sample[1])
    self.least = math.max(self.least, sample[3] - (1 - RATE) * sample[2])
  end
end

--- Reads what other processes have left; anything else there is nothing.
local function read(self)
  local file = io.open(self.path, "r")
  if not file then return end
  local now = core.now()
  if self.boot and file:read("*l") == self.boot then
    local epoch = file:read("*l")
    if epoch and epoch ~= "" then
      local samples = {}
      for line in file:lines() do
        local asked, answered, said = line:match("^(%d+) (%d+) (%d+)$")
        asked, answered, said = tonumber(asked), tonumber(answered), tonumber(said)
        if not said or asked > answered or answered > now * 1e6 then break end
        samples[#samples + 1] = { asked / 1e6, answered / 1e6, said / 1e6 }
      end
      self.epoch = epoch
      hold(self, samples)
    end
  end
  file:close()
end

--- Leaves the samples to others. Where that cannot be done they are this process's alone.
local function write(self)
  if not self.boot then return end
  local path = ("%s.%d"):format(self.path, core.process())
  local file = io.open(path, "w")
  if not file then return end
  local lines = { self.boot, self.epoch }
  for _, s in ipairs(self.samples) do lines[#lines + 1] = ("%.0f %.0f %.0f"):format(s[1] * 1e6, s[2] * 1e6, s[3] * 1e6) end
  local written = file:write(table.concat(lines, "\n"), "\n")
  if not (file:close() and written and os.rename(path, self.path)) then os.remove(path) end
end

--- Compares what Redis's clock said with all samples.
---@param epoch string what tells this run of the server, and of the account's state, from others: with it samples begin anew
---@param asked number by core.now
---@param answered number
---@param said number Redis's time, in seconds
---@return boolean right
function Clock:check(epoch, asked, answered, said)
  if self.epoch ~= epoch then
    self.epoch = epoch
    hold(self, {})
  end
  if said - (1 + RATE) * answered <= self.most + EXACT and said - (1 - RATE) * asked >= self.least - EXACT then return true end
  hold(self, {})
  write(self)
  return false
end

--- Keeps a sample that was found right: at most one a second, the newest sixty, and one that is up to an hour old.
function Clock:add(asked, answered, said)
  local samples = self.samples
  local last = samples[#samples]
  if last and asked - last[2] < EVERY then return end
  samples[#samples + 1] = { asked, answered, said }
  if #samples > NEWEST + 1 then table.remove(samples, asked - samples[2][1] > OLD and 1 or 2) end
  hold(self, samples)
  write(self)
end

--- The clock of one account's Redis, as this machine has seen it.
---@param directory string
---@param name string
function M.new(directory, name)
  local self = setmetatable({ path = ("%s/%s.clock"):format(directory, name), boot = core.boot_id() }, Clock)
  hold(self, {})
  if core.folder(directory) then read(self) end
  return self
end

return M
