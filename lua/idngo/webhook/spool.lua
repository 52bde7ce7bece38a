-- The event spool: where receivers append to it, and what all its segments hold, in the order of arrival.
--
-- Every worker writes segments of its own, whose names begin with the moment their first record was received. So
-- records are merged by when they were received, and a segment is opened only when its moment has come.

local core = require("idngo.core")
local errors = require("idngo.error")
local json = require("idngo.json")
local text_file = require("idngo.text")
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
  return errors.new { kind = "io", outcome = "not_sent", message = message }
end

--- A segment being read: `step` makes the next record `record`. Nil alone where somebody has removed it.
local function open(dir, name, offset)
  local path = dir .. "/" .. name
  local reader, message, is_gone = core.spool_reader(path, offset)
  if not reader then return nil, not is_gone and failed(message) or nil end
  local self = { name = name, read = offset }

  --- The record is nil at the end.
  ---@return idngo.Error? err
  function self.step()
    local text, received, from, to = reader:next()
    self.record = from and { segment = name, from = from, to = to, received = received, text = received and text }
    if from then
      self.read = to
      return nil
    end
    reader:close()
    return received and failed(path .. ": " .. received)
  end

  function self.close() reader:close() end

  return self
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

local SEGMENT = 64 * 1024 * 1024 -- bytes after which another one is begun

---@class idngo.SpoolWriter
local Writer = {}
Writer.__index = Writer

--- Where a receiver appends. Its folder is opened with the first record, and anew where it is another by now; what is on its way
--- in the old one is looked for there.
---@param dir string
---@return idngo.SpoolWriter
function M.writer(dir)
  return setmetatable({ dir = dir }, Writer)
end

--- Opens the folder, unless it is open.
---@return table? held
---@return string? message
function Writer:open()
  if not self.held then
    local store, message = core.spool(self.dir, SEGMENT)
    if not store then return nil, message end
    self.held = { store = store, waiting = 0 }
  end
  return self.held
end

--- Hands a record over, to be asked for until it is stored or is not.
---@param text string
---@return table? record
---@return string? message
function Writer:append(text)
  local held, message = self:open()
  if not held then return nil, message end
  local ticket
  ticket, message = held.store:append(text)
  if not ticket then return nil, message end
  held.waiting = held.waiting + 1
  return { held = held, ticket = ticket }
end

--- Whether a record is on the disk; not asked again after true or nil.
---@param record table
---@return boolean? durable false: not yet; nil: it could not be stored
---@return string? message
function Writer:durable(record)
  local held = record.held
  local durable, message, is_gone = held.store:durable(record.ticket)
  if durable == false then return false end
  held.waiting = held.waiting - 1
  if is_gone and self.held == held then self.held = nil end
  if self.held ~= held and held.waiting == 0 then held.store:close() end
  return durable, message
end

--- Stores what waits, then closes.
function Writer:close()
  if self.held then self.held.store:close() end
  self.held = nil
end

---@class idngo.SpoolTail
local Tail = {}
Tail.__index = Tail

--- A spool that is looked at again and again. `offsets` is where to begin: a segment without an offset is read from its
--- start, an offset whose segment is gone is forgotten. A reader that has dealt with a record moves its segment's
--- offset to `record.to`; a look costs what is new, however many segments there are.
---@param dir string
---@param offsets idngo.SpoolOffsets
---@return idngo.SpoolTail
function M.open(dir, offsets)
  local sizes, count = {}, 0
  for name, offset in pairs(offsets) do sizes[name], count = offset, count + 1 end
  return setmetatable({ dir = dir, offsets = offsets, sizes = sizes, count = count, opened = {} }, Tail)
end

--- Forgets the segments that are gone.
local function forget(self)
  local all, message = core.spool_segments(self.dir)
  if not all then return failed(message) end
  local there = {}
  for _, segment in ipairs(all) do there[segment.name] = true end
  for name in pairs(self.sizes) do
    if not there[name] then
      self.sizes[name], self.offsets[name], self.count = nil, nil, self.count - 1
    end
  end
end

--- The segments that have grown since they were read to their end, oldest first, as {name, size, begun}.
local function grown(self)
  local list, known = core.spool_segments(self.dir, self.sizes)
  if not list then return nil, failed(known) end
  local err = known < self.count and forget(self)
  if err then return nil, err end
  for i = #list, 1, -1 do
    local begun = tonumber(list[i].name:match("^%d+"))
    if begun and list[i].size > (self.offsets[list[i].name] or 0) then
      list[i].begun = begun / 1e6
    else
      table.remove(list, i)
    end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

--- A segment has nothing more to read: until it grows it is not opened again, unless its reader has left something.
local function ended(self, source)
  source.close()
  if (self.offsets[source.name] or 0) < source.read then return end
  if not self.sizes[source.name] then self.count = self.count + 1 end
  self.sizes[source.name] = source.size
end

--- Iterates over the records of the spool now, beyond the offsets: `for record, err in tail:records() do`. An error is given
--- as (false, err) and ends the iteration.
---@return fun(): idngo.SpoolRecord|false|nil, idngo.Error?
function Tail:records()
  self:close()
  local waiting, err = grown(self)
  local opened, at, last, told = self.opened, 1, nil, false

  --- Opens the segments begun before the earliest record in hand.
  local function open_due()
    while waiting[at] do
      local first = earliest(opened)
      if first and (opened[first].record.received or 0) < waiting[at].begun then return end
      local name = waiting[at].name
      local source
      source, err = open(self.dir, name, self.offsets[name] or 0)
      err = err or source and source.step()
      if err then return end
      if source then
        source.size = waiting[at].size
        if source.record then opened[#opened + 1] = source else ended(self, source) end
      end
      at = at + 1
    end
  end

  return function()
    if told then return nil end
    if last then err = opened[last].step() end
    if last and not opened[last].record then
      local source = table.remove(opened, last)
      if not err then ended(self, source) end
    end
    if not err then open_due() end
    if err then
      told = true
      self:close()
      return false, err
    end
    last = earliest(opened)
    return last and opened[last].record
  end
end

--- Closes the segments that an iteration left open, when it was left before its end.
function Tail:close()
  for i = #self.opened, 1, -1 do table.remove(self.opened, i).close() end
end

Tail.__close = Tail.close

--- One look: `for record, err in spool.records(dir, offsets) do`, see open and Tail:records. Lua 5.4 closes what it read when
--- the loop is left early; other Luas when that is collected.
---@param dir string
---@param offsets idngo.SpoolOffsets
---@return fun(): idngo.SpoolRecord|false|nil, idngo.Error?
---@return nil
---@return nil
---@return idngo.SpoolTail
function M.records(dir, offsets)
  local tail = M.open(dir, offsets)
  return tail:records(), nil, nil, tail
end

--- The offsets kept in `path`; none when there is no such file yet.
---@param path string
---@return idngo.SpoolOffsets?
---@return idngo.Error? err
function M.load_offsets(path)
  local text, message = text_file.read_if_there(path)
  if text == nil then return {} end
  if not text then return nil, failed(message) end
  local offsets = json.decode(text)
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
  local written, message = write_file(path, json.encode(offsets))
  if not written then return nil, failed(message) end
  return true
end

return M
