-- How far a watch has read its spool. A spool is a folder of the machine that receives. Where machines stand by for each other,
-- over a journal in PostgreSQL, each has a spool of its own, and places in the log begin with its id, which lies in the spool
-- itself: so no machine goes by the places of another, and people are told whose events wait.

local core = require("idngo.core")
local errors = require("idngo.error")
local text_file = require("idngo.text")
local write_file = require("idngo.write_file")

local M = {}

local NAME, DIGITS = "watch.id", 16

local function broken(message)
  return errors.new { kind = "io", outcome = "not_sent", message = message, hint = "repair the disk, or let it be written" }
end

--- The id of a spool of this machine, which is made where it has none. Throws where there is no spool.
---@param dir string
---@return string
function M.id(dir)
  if not core.spool_segments(dir) then
    error(errors.config(dir .. ": there is no such spool on this machine",
      "a watch in PostgreSQL reads the spool of the machine on which it works, at the same path on each: make it, and receive "
      .. "into it"), 0)
  end
  local path = dir .. "/" .. NAME
  local text, message = text_file.read_if_there(path)
  if text == nil then
    local _, failure = write_file(path, text_file.random_hex(DIGITS) .. "\n", true) -- or another process has made it meanwhile
    text, message = text_file.read_if_there(path)
    message = message or failure
  end
  if not text then error(broken(message), 0) end
  local id = text:match("^(%x+)%s*$")
  if not id or #id ~= DIGITS then error(broken(path .. ": it holds no id of a spool; remove it, and all is read again"), 0) end
  return id
end

--- The place of a segment in the log.
---@param spool string? its id
---@param segment string
function M.place(spool, segment) return spool and ("%s/%s"):format(spool, segment) or segment end

--- How far the segments of one spool are read, by their names.
---@param places table<string, integer> of the log
---@param spool string? its id
---@return idngo.SpoolOffsets
function M.offsets(places, spool)
  local before, offsets = M.place(spool, ""), {}
  for place, offset in pairs(places) do
    if place:sub(1, #before) == before then offsets[place:sub(#before + 1)] = offset end
  end
  return offsets
end

--- Whose spool had this id before, where that was another machine: a copy of a spool has its id, too.
---@param seen idngo.watch.Witness
---@param spool string? id
---@param host string?
---@return string? host
function M.namesake(seen, spool, host)
  local known = spool and seen.spools[spool]
  return known and known.host ~= host and known.host or nil
end

--- The spools of other machines, which were read before and are not now.
---@param seen idngo.watch.Witness
---@return {host: string?, since: number, till: number}[] in the order in which they were left
function M.others(seen)
  local list = {}
  for _, spool in pairs(seen.spools) do
    if spool.till then list[#list + 1] = spool end
  end
  table.sort(list, function(a, b) return a.till < b.till end)
  return list
end

return M
