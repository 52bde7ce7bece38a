-- The report as one page that needs nothing else: styles, a script and drawings are in it, and its content security
-- policy lets it ask for nothing. Text from outside is always text: escaped, and nowhere but between tags or in quotes.

local assets = require("idngo.run.page_assets")
local compat = require("idngo.compat")
local core = require("idngo.core")
local dates = require("idngo.dates")
local sorted = require("idngo.sorted")

local fixed = compat.fixed

local M = {}

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

local SHOWN = "\239\191\189" -- U+FFFD

--- Text as HTML. Control characters and those that turn the direction of text are shown, not obeyed.
local function escape(text)
  text = tostring(text):gsub("[%c\127]", SHOWN):gsub("[&<>\"']", ESCAPES)
  -- U+202A to U+202E, U+200E, U+200F, U+2066 to U+2069, U+061C, and the control characters above U+007F
  return (text:gsub("\226\128[\170-\174\142\143]", SHOWN):gsub("\226\129[\166-\169]", SHOWN):gsub("\216\156", SHOWN)
    :gsub("\194[\128-\159]", SHOWN))
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

local WIDTH, LABEL, ROW = 720, 190, 26

--- Horizontal bars. rows: {label, segments = {{class, value, title}}, total, room?, note}. A row with room is drawn
--- against it, as a frame of full length; the others are drawn against the longest of them.
local function bars(title, rows)
  local out = { ('<svg viewBox="0 0 %d %d" width="%d" role="img" aria-label="%s">'):format(WIDTH, #rows * ROW, WIDTH,
    escape(title)) }
  local most = 1
  for _, row in ipairs(rows) do most = math.max(most, row.total) end
  local length = WIDTH - LABEL - 150
  for i, row in ipairs(rows) do
    local y, x, scale = (i - 1) * ROW, LABEL, length / math.max(1, row.room or most)
    out[#out + 1] = ('<text x="0" y="%d">%s</text>'):format(y + 17, escape(row.label))
    for _, segment in ipairs(row.segments) do
      local width = segment[2] * scale
      out[#out + 1] = ('<rect class="%s" x="%s" y="%d" width="%s" height="16" rx="2"><title>%s</title></rect>'):format(
        segment[1], fixed(x, 1), y + 5, fixed(width, 1), escape(("%s: %g"):format(segment[3], segment[2])))
      x = x + width
    end
    if row.room then
      out[#out + 1] = ('<rect class="room" x="%d" y="%d" width="%d" height="16" rx="2"/>'):format(LABEL, y + 5, length)
      x = LABEL + length
    end
    out[#out + 1] = ('<text x="%s" y="%d">%s</text>'):format(fixed(x + 8, 1), y + 17, escape(row.note))
  end
  out[#out + 1] = "</svg>"
  return table.concat(out)
end

--- HTML with the colour of a decision or a state before it.
---@param colour string class of page_assets.lua
---@param html string
---@return string
function M.tag(colour, html)
  return ('<span class="tag t-%s">%s</span>'):format(colour, html)
end

local function section(title, body)
  return ("<h2>%s</h2>\n%s\n"):format(escape(title), body)
end

local function decisions(numbers)
  local rows = {}
  for _, name in ipairs { "act", "hold", "pass", "error" } do
    local count = numbers.decisions[name] or 0
    rows[#rows + 1] = { label = name, segments = { { name, count, name } }, total = count, note = tostring(count) }
  end
  return section("Decisions", bars("Decisions", rows))
end

local STATES = { "applied", "rejected", "unknown", "void", "sent", "intent", "planned" }

local function actions(numbers)
  local rows, lines = {}, {}
  for _, name in ipairs(sorted(numbers.actions)) do
    local segments, total, words = {}, 0, {}
    for _, state in ipairs(STATES) do
      local count = numbers.actions[name][state]
      if count then
        segments[#segments + 1] = { state, count, state }
        total = total + count
        words[#words + 1] = M.tag(state, ("%s %s"):format(number(("actions.%s.%s"):format(name, state), count), state))
      end
    end
    rows[#rows + 1] = { label = name, segments = segments, total = total, note = tostring(total) }
    lines[#lines + 1] = ("<tr><td>%s</td><td>%s</td></tr>"):format(escape(name), table.concat(words))
  end
  if #rows == 0 then return "" end
  return section("Actions and what came of them", bars("Actions", rows)
    .. "<table><tr><th>Action</th><th>Steps</th></tr>" .. table.concat(lines) .. "</table>")
end

local function lanes(numbers)
  local rows, lines = {}, {}
  for _, name in ipairs(sorted(numbers.lanes)) do
    local lane, place = numbers.lanes[name], "lanes." .. name
    rows[#rows + 1] = { label = name, segments = { { "peak", lane.peak, "most in use" } }, total = lane.peak, room = lane.slots,
      note = ("%d of %d %s"):format(lane.peak, lane.slots, lane.window > 0 and ("in %g s"):format(lane.window) or "at once") }
    lines[#lines + 1] = ('<tr><td>%s</td><td class="n">%s</td><td class="n">%s</td><td class="n">%s s</td>'
      .. '<td class="n">%s</td></tr>'):format(escape(name), number(place .. ".peak", lane.peak),
        number(place .. ".waits", lane.waits), number(place .. ".waited", lane.waited, 1),
        number(place .. ".refused", lane.refused))
  end
  if #rows == 0 then return "" end
  return section("Lanes against their limits", bars("Lanes", rows)
    .. '<table><tr><th>Lane</th><th class="n">Most in use</th><th class="n">Waits</th><th class="n">Waited</th>'
    .. '<th class="n">Refused (429)</th></tr>' .. table.concat(lines) .. "</table>")
end

--- A histogram of latencies, small enough for a table's cell.
local function histogram(row, classes)
  local most, out = 1, { '<svg viewBox="0 0 180 28" width="180" role="img" aria-label="Latency">' }
  for _, count in ipairs(row.classes) do most = math.max(most, count) end
  for i, count in ipairs(row.classes) do
    local height = 26 * count / most
    local upto = classes[i] and ("up to %g s"):format(classes[i]) or ("above %g s"):format(classes[#classes])
    out[#out + 1] = ('<rect class="act" x="%d" y="%s" width="13" height="%s"><title>%s: %d</title></rect>'):format(
      (i - 1) * 15, fixed(27 - height, 1), fixed(height + 0.5, 1), upto, count)
  end
  out[#out + 1] = "</svg>"
  return table.concat(out)
end

local function calls(numbers)
  local lines = {}
  for _, name in ipairs(sorted(numbers.endpoints)) do
    local row, place = numbers.endpoints[name], "endpoints." .. name
    lines[#lines + 1] = ('<tr><td>%s</td><td class="n">%s</td><td class="n">%s</td><td class="n">%s</td><td class="n">%s s</td>'
      .. '<td class="n">%s s</td><td>%s</td></tr>'):format(escape(name), number(place .. ".requests", row.requests),
      number(place .. ".retries", row.retries), number(place .. ".failures", row.failures),
      fixed(row.replies > 0 and row.seconds / row.replies or 0, 3), number(place .. ".slowest", row.slowest, 3),
      histogram(row, numbers.latency_classes))
  end
  if #lines == 0 then return "" end
  return section("Calls", '<table><tr><th>Endpoint</th><th class="n">Requests</th><th class="n">Retries</th>'
    .. '<th class="n">Failures</th><th class="n">Mean</th><th class="n">Slowest</th><th>Latency, 10 ms to 30 s</th></tr>'
    .. table.concat(lines) .. "</table>")
end

local function card(label, place, value)
  return ('<div class="card"><b>%s</b><span class="dim">%s</span></div>'):format(number(place, value), escape(label))
end

local function date(seconds)
  return seconds and dates.stamp(seconds) .. " UTC" or "–"
end

local function head(numbers)
  local cards = { card("applicants", "applicants", numbers.applicants) }
  for _, name in ipairs { "act", "hold", "pass", "error" } do
    cards[#cards + 1] = card(name, "decisions." .. name, numbers.decisions[name] or 0)
  end
  for _, name in ipairs { "applied", "rejected", "unknown", "void" } do
    if numbers.steps[name] then cards[#cards + 1] = card("steps " .. name, "steps." .. name, numbers.steps[name]) end
  end
  return ([[<h1>%s <span class="dim">%s</span></h1>
<p class="dim">%s · planned %s · approved %s · ended %s<br>plan <code>%s</code><br>audit record %s <code>%s</code></p>
<div class="cards">%s</div>
]]):format(escape(numbers.policy), escape(numbers.version), escape(numbers.state), date(numbers.planned),
    date(numbers.approved), date(numbers.ended), escape(numbers.plan or "–"), number("audit.seq", numbers.audit.seq),
    escape(numbers.audit.hash), table.concat(cards))
end

--- Who approved, and what is wrong with the log; nothing where nothing is known.
---@param numbers {approved_by: table?, log: string?}
function M.approval(numbers)
  local by, out = numbers.approved_by, ""
  if by then
    out = ('<p class="dim">approved %s by %s%s on %s%s<br>key <code>%s</code></p>\n'):format(date(by.at),
      by.name and escape(by.name) .. ", as " or "", escape(by.user or "?"), escape(by.host or "?"),
      by.note and ": " .. escape(by.note) or "", escape(by.key))
  end
  if numbers.log then out = out .. ("<p><b>The log does not bear this out:</b> %s</p>\n"):format(escape(numbers.log)) end
  return out
end

local function row_of(applicant)
  local fields, steps = {}, {}
  for i, column in ipairs(sorted(applicant.fields)) do
    fields[i] = ("%s: %s"):format(escape(column), escape(applicant.fields[column]))
  end
  for i, step in ipairs(applicant.steps) do
    local dim = {}
    if step.reason and step.reason ~= applicant.reason then dim[1] = "because " .. step.reason end
    dim[#dim + 1] = step.problem
    for k, text in ipairs(dim) do dim[k] = ('<br><span class="dim">%s</span>'):format(escape(text)) end
    steps[i] = escape(("%s: %s"):format(step.action, step.state)) .. table.concat(dim)
  end
  return ('<tr data-decision="%s"><td><code>%s</code></td><td>%s</td><td>%s</td><td>%s</td>'
    .. '<td class="dim">%s</td></tr>\n'):format(applicant.decision, escape(applicant.applicantId),
    M.tag(applicant.decision, applicant.decision), escape(applicant.reason or ""), table.concat(steps, "<br>"),
    table.concat(fields, " · "))
end

M.bars, M.escape, M.section = bars, escape, section

--- How a page begins: what it may do, its style.
---@param title string
---@return string
function M.begin(title)
  return ([[<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'">
<meta name="viewport" content="width=device-width"><title>%s – idngo</title>
<style>%s</style></head><body>
]]):format(base64(core.sha256(assets.script)), escape(title), assets.style)
end

--- The line above a table that filters it; `kinds` are the values of its rows' data-decision.
---@param word string what a kind is called
---@param kinds string[]
---@return string
function M.tools(word, kinds)
  local options = {}
  for i, kind in ipairs(kinds) do options[i] = "<option>" .. escape(kind) .. "</option>" end
  return ([[<div class="tools">
<input id="find" type="search" placeholder="Find in every column" aria-label="Find in every column">
<select id="kind" aria-label="%s"><option value="">every %s</option>%s</select><span id="shown" class="dim"></span></div>
]]):format(word, word, table.concat(options))
end

--- How a page with a table ends.
M.finish = "</tbody></table>\n<script>" .. assets.script .. "</script>\n</body></html>\n"

--- Writes the page, piece by piece.
---@param write fun(text: string)
---@param numbers table
---@param applicants fun(): fun(): table? iterator over applicants as report.lua shows them
function M.write(write, numbers, applicants)
  write(M.begin(numbers.policy))
  write(head(numbers) .. M.approval(numbers) .. decisions(numbers) .. actions(numbers) .. lanes(numbers) .. calls(numbers))
  write("<h2>Applicants</h2>\n" .. M.tools("decision", { "act", "hold", "pass", "error" }))
  write([[<table id="applicants"><colgroup><col style="width:19%"><col style="width:9%"><col style="width:23%">
<col style="width:29%"><col></colgroup><thead><tr><th>Applicant</th><th>Decision</th><th>Reason</th><th>Steps</th>
<th>Input, masked</th></tr></thead><tbody>
]])
  for applicant in applicants() do write(row_of(applicant)) end
  write(M.finish)
end

return M
