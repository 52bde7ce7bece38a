-- What the calls of a run cost: per endpoint how many, how long, how often again; per lane how full and how long waited.
--
-- A listener of the client's events. The sums are kept in the journal, so that a resumed run adds to them.

local json = require("idngo.json")

local M = {}

--- Upper ends of the latency classes, in seconds; what is above the last is a class of its own.
M.classes = { 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30 }

local Stats = {}
Stats.__index = Stats

local function entry(map, name, fresh)
  if not map[name] then map[name] = fresh() end
  return map[name]
end

local function new_endpoint()
  local classes = {}
  for i = 1, #M.classes + 1 do classes[i] = 0 end
  return { requests = 0, replies = 0, retries = 0, failures = 0, seconds = 0, slowest = 0, classes = classes }
end

local function new_lane() return { waits = 0, waited = 0, refused = 0, peak = 0, slots = 0, window = 0 } end

local function class_of(seconds)
  for i, limit in ipairs(M.classes) do
    if seconds <= limit then return i end
  end
  return #M.classes + 1
end

local SERIES = { "calls", "waits", "refused" }
local MOST_SPANS = 120 -- of the timeline; when there are more, two become one

--- Counts something in the timeline, at the time of an event; or several at once.
local function mark(self, series, time, by)
  local line = self.timeline
  line.from = line.from or math.floor(time)
  local at = math.floor((time - line.from) / line.width) + 1
  if at < 1 then at = 1 end -- the clock was set back
  while at > MOST_SPANS do
    for _, name in ipairs(SERIES) do
      local merged, old = {}, line[name]
      for i = 1, #old, 2 do merged[#merged + 1] = old[i] + (old[i + 1] or 0) end
      line[name] = merged
    end
    line.width, at = 2 * line.width, math.floor((at - 1) / 2) + 1
  end
  local counts = line[series]
  for i = #counts + 1, at do counts[i] = 0 end
  counts[at] = counts[at] + (by or 1)
end

local on = {}

function on.request(self, event)
  local row = entry(self.endpoints, event.endpoint, new_endpoint)
  row.requests = row.requests + 1
  mark(self, "calls", event.time)
  self.open[event.endpoint] = (self.open[event.endpoint] or 0) + 1
  self.waiting[event.endpoint] = math.max((self.waiting[event.endpoint] or 0) - 1, 0)
end

function on.reply(self, event)
  local row = entry(self.endpoints, event.endpoint, new_endpoint)
  row.replies, row.seconds = row.replies + 1, row.seconds + event.seconds
  row.slowest = math.max(row.slowest, event.seconds)
  self.open[event.endpoint] = (self.open[event.endpoint] or 1) - 1
  if event.outcome then row.failures = row.failures + 1 end
  local code = tostring(event["http.response.status_code"] or "none")
  row.codes = row.codes or {} -- a run that was begun before they were counted has none
  row.codes[code] = (row.codes[code] or 0) + 1
  local class = class_of(event.seconds)
  row.classes[class] = row.classes[class] + 1
end

function on.retry(self, event)
  local row = entry(self.endpoints, event.endpoint, new_endpoint)
  row.retries = row.retries + 1
end

function on.wait(self, event)
  local row = entry(self.lanes, event.lane, new_lane)
  row.waits, row.waited = row.waits + 1, row.waited + event.seconds
  self.waiting[event.endpoint] = (self.waiting[event.endpoint] or 0) + 1
  mark(self, "waits", event.time)
end

function on.limit(self, event)
  mark(self, "refused", event.time)
  if not event.lane then return end
  local row = entry(self.lanes, event.lane, new_lane)
  row.refused = row.refused + 1
end

--- Takes an event of the client.
function Stats:hear(event)
  if on[event.event] then on[event.event](self, event) end
  if self.own then self.own:hear(event) end
end

--- Looks at how full the lanes are that are in use.
---@param lanes table[] of client:lanes()
function Stats:look(lanes)
  for _, lane in ipairs(lanes) do
    if lane.used > 0 or self.lanes[lane.name] then
      local row = entry(self.lanes, lane.name, new_lane)
      row.slots, row.window, row.peak = lane.slots, lane.window, math.max(row.peak, lane.used)
    end
  end
  if self.own then self.own:look(lanes) end
end

local GREATER = { slowest = true, peak = true, slots = true, window = true } -- what is no sum

--- Adds what stands in `more`, in all depths.
local function add(sums, more)
  for name, value in pairs(more) do
    if type(value) == "table" then
      add(entry(sums, name, function() return {} end), value)
    else
      sums[name] = GREATER[name] and math.max(sums[name] or 0, value) or (sums[name] or 0) + value
    end
  end
end

--- Adds the sums of another process.
---@param other table
function Stats:add(other)
  add(self.endpoints, other.endpoints)
  add(self.lanes, other.lanes)
  for _, name in ipairs(SERIES) do
    for i, count in ipairs(other.timeline[name]) do
      if count > 0 then mark(self, name, other.timeline.from + (i - 1) * other.timeline.width, count) end
    end
  end
end

--- The sums as text for the journal.
function Stats:encode()
  return json.encode({ endpoints = self.endpoints, lanes = self.lanes, timeline = self.timeline }, "stats", "{}")
end

--- Sums that go on from those in the journal. `open`: requests under way, by endpoint; `waiting`: calls that wait for
--- a slot. They are not kept. `own`: where other processes add to what is kept, what this one has to add.
---@param text string?
---@param shared boolean? whether others do
function M.new(text, shared)
  local saved = text and json.decode(text) or {}
  local timeline = saved.timeline or {}
  timeline.width = timeline.width or 1
  for _, name in ipairs(SERIES) do
    if not (timeline[name] and timeline[name][1]) then timeline[name] = {} end
  end
  return setmetatable({ endpoints = saved.endpoints or {}, lanes = saved.lanes or {}, timeline = timeline, open = {},
    waiting = {}, own = shared and M.new() or nil }, Stats)
end

return M
