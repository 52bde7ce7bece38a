-- Something that stops now and then, while others go on, and that can be put back to where it has stopped before: then it is
-- begun anew, and told again what it was told. So all that it does and learns of what others see, it does and learns by `once`.

local compat = require("idngo.compat")
local copied = require("copied")
local errors = require("idngo.error")
local runtimes = require("idngo.runtime.current")

local M = {}

---@class spec.Stopping
---@field fn fun(self: spec.Stopping)
---@field label string? of the stop where it is
---@field trace string what it was told that others may be told otherwise
---@field stops integer so far
---@field told table[] by `once`, so far
---@field inside boolean whether `once` is under way
---@field thread {stops: integer, heard: integer, co: thread}? what runs it, and how far that is
local Stopping = {}
Stopping.__index = Stopping

--- Ends a stop: what else may happen, happens before it goes on.
function Stopping:stop(label)
  local thread = self.thread
  thread.stops = thread.stops + 1
  if thread.stops < self.stops then return end
  self.stops, self.label = thread.stops, label
  coroutine.yield()
end

--- Does something, and gives what it gives; where it was done before, gives that.
---@param fn fun(): any
---@param name string? of what is told by it
function Stopping:once(fn, name)
  if self.inside then return fn() end
  local thread = self.thread
  thread.heard = thread.heard + 1
  local told = self.told[thread.heard]
  if told then return compat.unpack(copied.of(told.given), 1, told.count) end
  self.inside = true
  local function done(...)
    self.inside = false
    self.told[thread.heard] = { given = copied.of { ... }, count = select("#", ...) }
    if name then self.trace = ("%s %s=%s"):format(self.trace, name, tostring((...))) end
    return ...
  end
  return done(fn())
end

local function resume(self)
  local ok, thrown = coroutine.resume(self.thread.co)
  if not ok then error(errors.is(thrown) and thrown or debug.traceback(self.thread.co, tostring(thrown)), 0) end
end

local function begin(self)
  local co = coroutine.create(function() self.fn(self) end)
  self.thread = { stops = 0, heard = 0, co = co }
  runtimes.assign(co, { sleep = function() self:stop("held") end, cancelled = false })
  resume(self)
end

--- Goes on to the next stop; whether there is one.
---@return boolean
function Stopping:go()
  local was = self.stops
  if was == 0 or self.thread.stops ~= was or coroutine.status(self.thread.co) == "dead" then begin(self) end
  if was > 0 then resume(self) end
  return coroutine.status(self.thread.co) ~= "dead"
end

--- Where it is, to be put back to.
function Stopping:mark()
  return { label = self.label, trace = self.trace, stops = self.stops, told = { compat.unpack(self.told) } }
end

function Stopping:back(mark)
  self.label, self.trace, self.stops, self.told = mark.label, mark.trace, mark.stops, { compat.unpack(mark.told) }
end

--- Begins something; it has yet to go.
---@param trace string
---@param fn fun(self: spec.Stopping)
---@return spec.Stopping
function M.new(trace, fn)
  return setmetatable({ fn = fn, trace = trace, stops = 0, told = {}, inside = false }, Stopping)
end

return M
