-- How far a run is: one line that is written over on a terminal, a line every few seconds elsewhere. On stderr.

local core = require("idngo.core")
local print_ = require("idngo.cli.print")
local screen = require("idngo.cli.screen")
local sorted = require("idngo.sorted")

local M = {}

local EVERY, MEASURED = 5, 2 -- seconds between lines off a terminal; between looks at how wide a terminal is
local NARROW = 80 -- columns of a terminal that does not say

-- Without wrapping, a line stays one while the terminal is made narrower.
local BEGIN, END, CLEAR = "\r\27[K\27[?7l", "\27[?7h", "\r\27[K"

local function clock(seconds)
  seconds = math.ceil(seconds)
  local minutes = math.floor(seconds / 60)
  if minutes >= 60 then return ("%d:%02d:%02d"):format(math.floor(minutes / 60), minutes % 60, seconds % 60) end
  return ("%d:%02d"):format(minutes, seconds % 60)
end

--- The lanes that calls waited in, the longest first: how many, and how long each.
local function waits(lanes)
  local names, words = {}, {}
  for _, name in ipairs(sorted(lanes)) do
    if lanes[name].waits > 0 then names[#names + 1] = name end
  end
  table.sort(names, function(a, b) return lanes[a].waited > lanes[b].waited or lanes[a].waited == lanes[b].waited and a < b end)
  for i, name in ipairs(names) do
    words[i] = ("%s %d of %.1f s"):format(name, lanes[name].waits, lanes[name].waited / lanes[name].waits)
  end
  return words
end

--- The line: as many of the lanes as there is room for.
local function line(what, done, total, rate, left, lanes, columns)
  local text = ("%s: %d of %d, %.1f/s%s"):format(what, done, total, rate, left and (", %s left"):format(clock(left)) or "")
  local between = ", waits: "
  for _, word in ipairs(waits(lanes)) do
    if columns and screen.width(text .. between .. word) > columns then break end
    text, between = text .. between .. word, "; "
  end
  return columns and screen.fit(text, columns) or text
end

--- Calls under way as words: which, and how many of each.
local function under_way(counts)
  local words = {}
  for _, name in ipairs(sorted(counts)) do
    if counts[name] > 0 then words[#words + 1] = ("%d %s"):format(counts[name], name) end
  end
  return words[1] and table.concat(words, ", ")
end

---@class idngo.cli.Progress
---@field tick fun(done: integer, total: integer, lanes: table[]?) for run/work.lua
---@field stopping fun(busy: integer, seconds: number) says what is waited for when a signal came
---@field finish fun() ends the terminal's line

--- What shows how far something is.
---@param what string "planning", "applying", "importing"
---@param stats table see run/stats.lua
---@param outlook? fun(done: integer, total: integer, lanes: table[]): number? see run/outlook.lua
---@return idngo.cli.Progress
function M.new(what, stats, outlook)
  local terminal, started, shown = core.isatty(2) and os.getenv("TERM") ~= "dumb", core.now(), core.now()
  local lines, columns, measured = 0, nil, -math.huge
  local progress, told = {}, false
  function progress.tick(done, total, lanes)
    local now = core.now()
    if now - shown < (terminal and 0.2 or EVERY) then return end
    shown, lines = now, lines + 1
    if terminal and now - measured > MEASURED then columns, measured = (screen.columns(2) or NARROW) - 1, now end
    local rate, left = done / (now - started), nil
    if outlook then left = outlook(done, total, lanes or {}) elseif rate > 0 then left = (total - done) / rate end
    local text = line(what, done, total, rate, left, stats.lanes, columns)
    io.stderr:write(terminal and BEGIN .. text .. END or text .. "\n")
    io.stderr:flush()
  end
  function progress.stopping(busy, seconds)
    local calls = under_way(stats.open or {})
    io.stderr:write(terminal and CLEAR or "", ("stopping: waiting for %s, at most %d s; once more stops at once\n"):format(
      calls and "calls under way (" .. calls .. ")" or ("what is begun of %d lines"):format(busy), seconds))
    io.stderr:flush()
  end
  --- Says, once, what is waited for when nothing else is left.
  function progress.waits(count)
    if told then return end
    told = true
    io.stderr:write(terminal and CLEAR or "", ("%s with other processes: waiting until these have ended, or are free\n"):format(
      count == 1 and "1 line is" or ("%d lines are"):format(count)))
    io.stderr:flush()
  end
  --- Says that the server is waited for which keeps the run.
  function progress.misses(err)
    io.stderr:write(terminal and CLEAR or "", print_.plain(err.message), "; waiting until the server answers again\n")
    io.stderr:flush()
  end
  function progress.finish()
    if terminal and lines > 0 then io.stderr:write(CLEAR) end
  end
  return progress
end

return M
