-- The readers of a spool, each by a file of offsets; and prune, which removes segments that all of them have read to the end.
--
-- A reader is noted in the spool's own directory, NAME.reader, which holds the path of its offsets. Without that file
-- the reader is forgotten.

local core = require("idngo.core")
local errors = require("idngo.error")
local files = require("idngo.text")
local json = require("idngo.json")
local spool = require("idngo.webhook.spool")
local write_file = require("idngo.write_file")

local M = {}

local function failed(message, hint)
  return errors.new { kind = "io", outcome = "not_sent", message = message, hint = hint }
end

--- The file in the spool that notes a reader.
local function note_of(dir, offsets) return ("%s/%s.reader"):format(dir, core.sha256(offsets):sub(1, 16)) end

--- Notes that the spool is read by the offsets in `path`.
---@param dir string
---@param path string
---@return boolean? ok
---@return string? message
function M.note(dir, path)
  local offsets, message = core.absolute(path)
  if not offsets then return nil, message end
  local noted
  noted, message = write_file(note_of(dir, offsets), json.encode { offsets = offsets })
  return noted and true, message
end

local ENOENT = 2

--- Forgets who read by the offsets in `path`: nobody does any more.
---@param dir string
---@param path string
---@return boolean? ok
---@return string? message
function M.forget(dir, path)
  local offsets, message = core.absolute(path)
  if not offsets then return nil, message end
  local gone, why, number = os.remove(note_of(dir, offsets))
  return gone or number == ENOENT or nil, why
end

--- How far each reader is: {path =, offsets =}.
local function readers_of(dir)
  local names, message = core.names(dir, ".reader")
  if not names then return nil, failed(message) end
  local list = {}
  for i, name in ipairs(names) do
    local place = dir .. "/" .. name
    local text = files.read(place)
    local noted = text and json.decode(text)
    if type(noted) ~= "table" or type(noted.offsets) ~= "string" then
      return nil, failed(place .. ": holds no place of a reader", "remove it, if nobody reads by it")
    end
    local there, why = core.is_regular(noted.offsets)
    if why then return nil, failed(why) end
    if there == nil then
      return nil, failed(("%s: the offsets of a reader are not there"):format(noted.offsets),
        ("if nobody reads by them any more, remove %s"):format(place))
    end
    local offsets, err = spool.load_offsets(noted.offsets)
    if not offsets then return nil, err end
    list[i] = { path = noted.offsets, offsets = offsets }
  end
  return list
end

--- Whether nothing whole stands behind an offset: a killed writer may have left half a record at the end.
local function is_read(dir, segment, offset)
  if offset >= segment.size then return true end
  local reader = core.spool_reader(dir .. "/" .. segment.name, offset)
  if not reader then return false end -- it cannot have been read
  local text, message = reader:next()
  reader:close()
  return text == nil and message == nil
end

--- The reason to keep a segment, or nil.
local function reason_to_keep(dir, segment, readers, options, now)
  if now - segment.written < options.older then return "written lately" end
  if options.unread then return nil end
  if #readers == 0 then return "no reader is known, and --unread was not given" end
  for _, reader in ipairs(readers) do
    if not is_read(dir, segment, reader.offsets[segment.name] or 0) then return "not read to the end by " .. reader.path end
  end
end

--- Removes the segments that are older than `older` seconds, read to the end by every reader, and not written any more.
---@param dir string
---@param options {older: number, unread: boolean?, dry_run: boolean?}
---@return {removed: {count: integer, bytes: integer}, kept: {why: string, count: integer, bytes: integer}[]}?
---@return idngo.Error?
function M.prune(dir, options)
  local readers, err = readers_of(dir) -- before the segments: what is read meanwhile is kept
  if not readers then return nil, err end
  local segments, message = core.spool_segments(dir)
  if not segments then return nil, failed(message) end
  table.sort(segments, function(a, b) return a.name < b.name end)
  local removed, kept, by_reason = { count = 0, bytes = 0 }, {}, {}
  local now = core.wall()
  for _, segment in ipairs(segments) do
    local reason = reason_to_keep(dir, segment, readers, options, now)
    if not reason then
      local gone
      gone, message = core.spool_remove(dir, segment.name, segment.size, options.dry_run)
      if gone == nil then return nil, failed(message) end
      if not gone then reason = "still written" end
    end
    local row = removed
    if reason then
      row = by_reason[reason]
      if not row then
        row = { why = reason, count = 0, bytes = 0 }
        by_reason[reason], kept[#kept + 1] = row, row
      end
    end
    row.count, row.bytes = row.count + 1, row.bytes + segment.size
  end
  return { removed = removed, kept = kept }
end

return M
