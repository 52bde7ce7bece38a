-- The event spool read outside nginx: what all segments hold, in the order of arrival.
--
-- Every worker writes segments of its own, whose names begin with the moment their first record was received. So
-- records are merged by when they were received, and a segment is opened only when its moment has come.

local core = require("idngo.core")
local err = require("idngo.error")
local json = require("idngo.json")
local write_file = require("idngo.write_file")

local M = {}

---@class idngo.SpoolRecord
---@field segment string
---@field from integer offset of the record, or of the damage
---@field to integer offset behind it
---@field text? string the webhook's body as it came; nil: these bytes hold no whole record
---@field received? number Unix seconds; nil with text

--- How far each segment has been read: offsets by segment name. Kept in a file, a reader goes on where it was.
---@alias idngo.SpoolOffsets table<string, integer>

local function failed(message)
  return err.new { kind = "io", outcome = "not_sent", message = message }
end

--- A segment being read: `step` makes the next record `record`.
local function open(dir, name, offset)
  local path = dir .. "/" .. name
  local reader, problem = core.spool_reader(path, offset)
  if not reader then return nil, failed(problem) end
  local self = {}

  --- The record is nil at the end.
  ---@return idngo.Error? err
  function self.step()
    local text, received, from, to = reader:next()
    self.record = from and { segment = name, from = from, to = to, received = received, text = received and text }
    if self.record then return nil end
    reader:close()
    return received and failed(path .. ": " .. received)
  end

  return self
end

--- The segments that have grown beyond their offset, oldest first, as {name, begun}.
local function grown(dir, offsets)
  local all, problem = core.spool_segments(dir)
  if not all then return nil, failed(problem) end
  local list, there = {}, {}
  for _, segment in ipairs(all) do
    there[segment.name] = true
    local begun = tonumber(segment.name:match("^%d+"))
    if begun and segment.size > (offsets[segment.name] or 0) then
      list[#list + 1] = { name = segment.name, begun = begun / 1e6 }
    end
  end
  for name in pairs(offsets) do
    if not there[name] then offsets[name] = nil end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

--- Which of the open segments is next: damage has no time and is told at once.
local function earliest(opened)
  local first
  for i, source in ipairs(opened) do
    if not source.record.received then return i end
    if not first or source.record.received < opened[first].record.received then first = i end
  end
  return first
end

--- Iterates over what stands in the spool now: `for record, err in spool.records(dir, offsets) do`.
---
--- `offsets` is where to begin: a segment without an offset is read from its start, an offset whose segment is gone is
--- forgotten. Who has dealt with a record moves its segment's offset to `record.to`. An error is given as
--- (false, err) and ends the iteration.
---@param dir string
---@param offsets idngo.SpoolOffsets
---@return fun(): idngo.SpoolRecord|false|nil, idngo.Error?
function M.records(dir, offsets)
  local waiting, problem = grown(dir, offsets)
  local opened, at, last, told = {}, 1, nil, false

  --- Opens the segments begun before the earliest record in hand.
  local function open_due()
    while waiting[at] do
      local first = earliest(opened)
      if first and (opened[first].record.received or 0) < waiting[at].begun then return end
      local name = waiting[at].name
      local source, why = open(dir, name, offsets[name] or 0)
      problem = why or source.step()
      if problem then return end
      if source.record then opened[#opened + 1] = source end
      at = at + 1
    end
  end

  return function()
    if told then return nil end
    if last then problem = opened[last].step() end
    if last and not opened[last].record then table.remove(opened, last) end
    if not problem then open_due() end
    if problem then
      told = true
      return false, problem
    end
    last = earliest(opened)
    return last and opened[last].record
  end
end

--- The offsets kept in `path`; none when there is no such file yet.
---@param path string
---@return idngo.SpoolOffsets?
---@return idngo.Error? err
function M.load_offsets(path)
  local file = io.open(path, "r")
  if not file then return {} end
  local offsets = json.decode(file:read("*a"))
  file:close()
  if type(offsets) ~= "table" then return nil, failed(path .. ": not a file of offsets") end
  for name, offset in pairs(offsets) do
    if type(name) ~= "string" or type(offset) ~= "number" or offset < 0 or offset % 1 ~= 0 then
      return nil, failed(path .. ": not a file of offsets")
    end
  end
  return offsets
end

--- Keeps `offsets` in `path`: the old ones or the new ones, never half of either.
---@param path string
---@param offsets idngo.SpoolOffsets
---@return boolean? ok
---@return idngo.Error? err
function M.save_offsets(path, offsets)
  local written, problem = write_file(path, json.encode(offsets))
  if not written then return nil, failed(problem) end
  return true
end

return M
