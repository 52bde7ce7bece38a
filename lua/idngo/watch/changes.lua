-- Decisions that another policy makes otherwise, counted: from what, to what.

local json = require("idngo.json")
local sorted = require("idngo.sorted")

local M = {}

---@class idngo.watch.Move
---@field from string in words
---@field to string; the same words: other reasons or arguments
---@field lines integer

--- Counts one.
---@param moves table<string, idngo.watch.Move>
---@param from string
---@param to string
function M.count(moves, from, to)
  local key = from .. "\0" .. to
  if not moves[key] then moves[key] = { from = from, to = to, lines = 0 } end
  moves[key].lines = moves[key].lines + 1
end

--- All of them, the most frequent first.
---@param moves table<string, idngo.watch.Move>
---@return idngo.watch.Move[]
function M.in_order(moves)
  local list = {}
  for _, key in ipairs(sorted(moves)) do list[#list + 1] = moves[key] end
  table.sort(list, function(a, b)
    if a.lines ~= b.lines then return a.lines > b.lines end
    return a.from .. "\0" .. a.to < b.from .. "\0" .. b.to
  end)
  return json.array(list)
end

--- What a shadow saw, in words.
---@param shadow {lines: integer, of: integer, same: integer}
---@return string
function M.words(shadow)
  return ("%d of %d lines, %d decided differently"):format(shadow.lines, shadow.of, shadow.lines - shadow.same)
end

return M
