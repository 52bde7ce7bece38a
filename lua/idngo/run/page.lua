-- A report as one page that needs nothing else: style, script, drawings and rows are in it, and its content security policy
-- lets it ask for nothing. Text from outside is always text: escaped, between tags or in quotes; or JSON that the script
-- shows as text. The list of a policy's applicants and that of an import's people are one thing: run/page_script.lua.

local compat = require("idngo.compat")
local core = require("idngo.core")
local dates = require("idngo.dates")
local json = require("idngo.json")
local printable = require("idngo.text").printable
local script = require("idngo.run.page_script")
local sorted = require("idngo.sorted")
local style = require("idngo.run.page_style")

local fixed = compat.fixed

local M = {}

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

local SHOWN = "\239\191\189" -- U+FFFD

--- Text as HTML. Control characters and those that turn the direction of text are shown, not obeyed.
local function escape(text)
  return (printable(tostring(text), SHOWN):gsub("[&<>\"']", ESCAPES))
end

local LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- Hex digits as base64.
local function base64(hex)
  local out = {}
  for i = 1, #hex, 6 do
    local piece = hex:sub(i, i + 5)
    local bits = tonumber(piece .. ("0"):rep(6 - #piece), 16)
    for shift = 18, 24 - math.ceil(#piece * 4 / 6) * 6, -6 do
      local at = math.floor(bits / 2 ^ shift) % 64
      out[#out + 1] = LETTERS:sub(at + 1, at + 1)
    end
  end
  return table.concat(out) .. ("="):rep(-#out % 4)
end

--- A number of report.json, findable by its place there.
local function number(place, value, digits)
  return ('<span data-k="%s">%s</span>'):format(escape(place), digits and fixed(value, digits) or ("%d"):format(value))
end

--- Bars. rows: {label, segments = {{class, value, title}}, total, room?, note}. A row with room is drawn against it, the
--- others against the longest of them.
local function bars(title, rows)
  local out, most = { ('<div class="bars" role="group" aria-label="%s">'):format(escape(title)) }, 1
  for _, row in ipairs(rows) do most = math.max(most, row.total) end
  for _, row in ipairs(rows) do
    local parts, whole = {}, math.max(1, row.room or most)
    for i, segment in ipairs(row.segments) do
      parts[i] = ('<i class="b-%s" style="width:%s%%" title="%s"></i>'):format(segment[1], fixed(100 * segment[2] / whole, 2),
        escape(("%s: %g"):format(segment[3], segment[2])))
    end
    out[#out + 1] = ('<div class="bar"><span>%s</span><span class="track%s">%s</span><span>%s</span></div>'):format(
      escape(row.label), row.room and " room" or "", table.concat(parts), escape(row.note))
  end
  return table.concat(out) .. "</div>"
end

--- HTML with the colour of a decision or a state before it.
---@param colour string class of page_style.lua
---@param html string
---@return string
function M.tag(colour, html)
  return ('<span class="tag t-%s">%s</span>'):format(colour, html)
end

local function section(title, body)
  return ("<h2>%s</h2>\n%s\n"):format(escape(title), body)
end

--- A table that is a list of cards where there is no room. heads: {title, is a number?}; rows of HTML.
local function wide_table(heads, rows)
  local out = { '<table class="wide"><thead><tr>' }
  for _, head in ipairs(heads) do
    out[#out + 1] = ('<th scope="col"%s>%s</th>'):format(head[2] and ' class="n"' or "", escape(head[1]))
  end
  out[#out + 1] = "</tr></thead><tbody>"
  for _, row in ipairs(rows) do
    out[#out + 1] = "<tr>"
    for i, html in ipairs(row) do
      out[#out + 1] = ('<td%s data-label="%s"><span>%s</span></td>'):format(heads[i][2] and ' class="n"' or "",
        escape(heads[i][1]), html)
    end
    out[#out + 1] = "</tr>"
  end
  return table.concat(out) .. "</tbody></table>"
end

local function card(label, place, value)
  return ('<div class="card"><b>%s</b><span class="dim">%s</span></div>'):format(number(place, value), escape(label))
end

local function date(seconds)
  return seconds and dates.stamp(seconds) .. " UTC" or "–"
end

M.bars, M.escape, M.section, M.number, M.wide_table, M.card, M.date = bars, escape, section, number, wide_table, card, date

-- What a run's calls cost: of run/stats.lua.

local SERIES = { { "calls", "calls", "act" }, { "waits", "waits for a slot", "hold" }, { "refused", "429s", "error" } }

--- Calls, waits and 429s by time, each against its own most.
local function timeline(data)
  if not data or not data.from then return "" end
  local out, count = {}, 0
  for _, each in ipairs(SERIES) do count = math.max(count, #data[each[1]]) end
  for _, each in ipairs(SERIES) do
    local most, sum, rects = 0, 0, {}
    for _, value in ipairs(data[each[1]]) do most, sum = math.max(most, value), sum + value end
    for i, value in ipairs(data[each[1]]) do
      if value > 0 then
        rects[#rects + 1] = ('<rect class="f-%s" x="%d" y="%s" width="0.9" height="%s"><title>%s: %d</title></rect>'):format(
          each[3], i - 1, fixed(20 - 20 * value / most, 2), fixed(20 * value / most, 2),
          date(data.from + (i - 1) * data.width), value)
      end
    end
    out[#out + 1] = ('<div>%s: %d%s</div><svg viewBox="0 0 %d 20" preserveAspectRatio="none" role="img" aria-label="%s">%s</svg>')
      :format(each[2], sum, most > 0 and (", at most %d in %g s"):format(most, data.width) or "", count,
        "Timeline of " .. each[2], table.concat(rects))
  end
  return section("Timeline", ('%s<div class="times dim"><span>%s</span><span>%s</span></div>'):format(table.concat(out),
    date(data.from), date(data.from + count * data.width)))
end

local function lanes(numbers)
  local rows, lines = {}, {}
  for _, name in ipairs(sorted(numbers.lanes)) do
    local lane, place = numbers.lanes[name], "lanes." .. name
    rows[#rows + 1] = { label = name, segments = { { "peak", lane.peak, "most in use" } }, total = lane.peak, room = lane.slots,
      note = ("%d of %d %s"):format(lane.peak, lane.slots, lane.window > 0 and ("in %g s"):format(lane.window) or "at once") }
    lines[#lines + 1] = { escape(name), number(place .. ".peak", lane.peak), number(place .. ".waits", lane.waits),
      number(place .. ".waited", lane.waited, 1) .. " s", number(place .. ".refused", lane.refused) }
  end
  if #rows == 0 then return "" end
  return section("Lanes against their limits", bars("Lanes", rows) .. wide_table({ { "Lane" }, { "Most in use", true },
    { "Waits", true }, { "Waited", true }, { "Refused (429)", true } }, lines))
end

--- A histogram of latencies, small enough for a table's cell.
local function histogram(row, classes)
  local most, out = 1, { '<svg viewBox="0 0 180 28" role="img" aria-label="Latency">' }
  for _, count in ipairs(row.classes) do most = math.max(most, count) end
  for i, count in ipairs(row.classes) do
    local height = 26 * count / most
    local upto = classes[i] and ("up to %g s"):format(classes[i]) or ("above %g s"):format(classes[#classes])
    out[#out + 1] = ('<rect class="f-act" x="%d" y="%s" width="13" height="%s"><title>%s: %d</title></rect>'):format(
      (i - 1) * 15, fixed(27 - height, 1), fixed(height + 0.5, 1), upto, count)
  end
  out[#out + 1] = "</svg>"
  return table.concat(out)
end

local function calls(numbers)
  local lines = {}
  for _, name in ipairs(sorted(numbers.endpoints)) do
    local row, place = numbers.endpoints[name], "endpoints." .. name
    lines[#lines + 1] = { escape(name), number(place .. ".requests", row.requests), number(place .. ".retries", row.retries),
      number(place .. ".failures", row.failures), fixed(row.replies > 0 and row.seconds / row.replies or 0, 3) .. " s",
      number(place .. ".slowest", row.slowest, 3) .. " s", histogram(row, numbers.latency_classes) }
  end
  if #lines == 0 then return "" end
  return section("Calls", wide_table({ { "Endpoint" }, { "Requests", true }, { "Retries", true }, { "Failures", true },
    { "Mean", true }, { "Slowest", true }, { "Latency, 10 ms to 30 s" } }, lines))
end

--- Sections about a run's calls.
---@param numbers {timeline: table?, lanes: table, endpoints: table, latency_classes: number[]}
---@return string
function M.costs(numbers) return timeline(numbers.timeline) .. lanes(numbers) .. calls(numbers) end

--- Who approved, and a message about the log; empty where nothing is known.
---@param numbers {approved_by: table?, log: string?, unchecked: string?}
function M.approval(numbers)
  local by, out = numbers.approved_by, ""
  if by then
    out = ('<p class="dim">approved %s by %s%s on %s%s<br>key <code>%s</code></p>\n'):format(date(by.at),
      by.name and escape(by.name) .. ", as " or "", escape(by.user or "?"), escape(by.host or "?"),
      by.note and ": " .. escape(by.note) or "", escape(by.key))
  end
  if numbers.unchecked then
    out = out .. ("<p><b>The log was not checked; who approved this is not known:</b> %s</p>\n"):format(escape(numbers.unchecked))
  end
  if numbers.log then out = out .. ("<p><b>The log does not bear this out:</b> %s</p>\n"):format(escape(numbers.log)) end
  return out
end

-- The list.

local FIRST, SIZE = 200, 2000 -- rows of the first block, and of others

--- JSON that may stand within a script element.
local function inert(value) return (json.encode(value, "page", "[]"):gsub("[<>&]", { ["<"] = "\\u003c", [">"] = "\\u003e",
  ["&"] = "\\u0026" })) end

--- A block of rows, with each word once, and what rows have in common once: see run/page_script.lua.
local function block_of(rows)
  local words, places = {}, {}
  local function place(text)
    if text == nil or text == "" then return -1 end
    text = tostring(text):gsub("[^\n]+", function(line) return printable(line, SHOWN) end)
    if not places[text] then
      words[#words + 1] = text
      places[text] = #words - 1
    end
    return places[text]
  end
  local shapes, known, out = {}, {}, {}
  for _, row in ipairs(rows) do
    local cells, kinds, details = {}, {}, {}
    for k = 2, row.cells.count do cells[k - 1] = place(row.cells[k]) end
    for k, names in ipairs(row.kinds) do
      kinds[k] = {}
      for j, name in ipairs(names) do kinds[k][j] = place(name) end
    end
    for k, pair in ipairs(row.details) do details[k] = { place(pair[1]), place(pair[2]) } end
    local shape = { cells, kinds, details }
    local text = json.encode(shape, "page", "[]")
    if not known[text] then
      shapes[#shapes + 1] = shape
      known[text] = #shapes - 1
    end
    out[#out + 1], out[#out + 2] = place(row.cells[1]), known[text]
  end
  return inert { words = words, shapes = shapes, rows = out }
end

---@class idngo.run.PageList
---@field what string its heading
---@field count integer of all rows
---@field columns {label: string, width: string, tag: boolean?, short: boolean?}[] tag: with a colour; short: the details say more
---@field colours table<string, string> classes, by what stands in a column with tags
---@field kinds {word: string, values: string[]}[] what rows can be picked by
---@field each fun(): {cells: string[], kinds: string[][], details: string[][]}? rows, one by one: texts of the columns; what
---  they are of each kind; and {name, text} for who looks closer

--- The list, and the end of the page; piece by piece.
---@param write fun(text: string)
---@param list idngo.run.PageList
function M.write_list(write, list)
  local widths, heads, picks = {}, {}, {}
  for i, column in ipairs(list.columns) do
    widths[i] = column.width
    heads[i] = ('<div role="columnheader" aria-sort="none"><button type="button">%s</button></div>'):format(escape(column.label))
  end
  for i, kind in ipairs(list.kinds) do
    local options = {}
    for k, value in ipairs(kind.values) do options[k] = "<option>" .. escape(value) .. "</option>" end
    picks[i] = ('<select id="kind-%s" aria-label="%s"><option value="">every %s</option>%s</select>'):format(escape(kind.word),
      escape(kind.word), escape(kind.word), table.concat(options))
  end
  write(([[<h2>%s</h2>
<noscript><p class="warning">The list needs JavaScript, which is switched off here.</p></noscript>
<div class="tools" id="tools"><input id="find" type="search" placeholder="Find in all of them" aria-label="Find in all of them">%s
<span id="shown" class="dim" role="status"></span></div>
<div id="grid" role="grid" aria-label="%s" aria-rowcount="%d" aria-colcount="%d" style="--columns:%s">
<div role="rowgroup"><div role="row" class="head" aria-rowindex="1">%s</div></div>
<div role="rowgroup" id="view"></div></div>
<div id="paper"></div>
<dialog id="more" aria-labelledby="who"><h2 id="who"></h2><dl id="facts"></dl>
<button type="button" id="close">Close</button></dialog>
</main>
]]):format(escape(list.what), table.concat(picks), escape(list.what), list.count + 1, #list.columns,
    table.concat(widths, " "), table.concat(heads)))
  local columns, rows = {}, {}
  for i, column in ipairs(list.columns) do
    columns[i] = { label = column.label, tag = column.tag or false, short = column.short or false }
  end
  local shown = inert { columns = columns, colours = list.colours, count = list.count, first = FIRST, size = SIZE }
  write(('<script type="application/json" id="list">%s</script>\n'):format(shown))
  local begun = false
  local function flush()
    if rows[1] then write(('<script type="application/json" class="rows">%s</script>\n'):format(block_of(rows))) end
    rows = {}
    -- behind the first block: the page can be used while the others are still read
    if not begun then write("<script>" .. script .. "</script>\n") end
    begun = true
  end
  for row in list.each do
    row.cells.count = #list.columns
    rows[#rows + 1] = row
    if #rows == (begun and SIZE or FIRST) then flush() end
  end
  if rows[1] or not begun then flush() end
  write("</body></html>\n")
end

--- How a page begins: what it may do, its style, and which columns it shows as they are.
---@param title string
---@param shown string[]? columns that are not masked
---@return string
function M.begin(title, shown)
  local warning = ""
  if shown and shown[1] then
    warning = ('<p class="warning"><b>This page holds personal data:</b> %s, as they are. Keep it as you keep them.</p>\n')
      :format(escape(table.concat(shown, ", ")))
  end
  return ([[<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>%s – idngo</title>
<style>%s</style></head><body><main>
%s]]):format(base64(core.sha256(script)), escape(title), style, warning)
end

return M
