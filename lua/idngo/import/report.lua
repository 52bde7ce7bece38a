-- report.html of an import: how many came to what, and everybody, to be searched. Frame, drawings and filter are those of a
-- policy run's page; people stand by where they came from, not by name.

local errors = require("idngo.import.errors")
local handlers = require("idngo.import.handlers")
local page = require("idngo.run.page")

local ORDER = { "imported", "confirm", "unknown", "rejected", "refused", "intent", "ready" }
local MEANING = {
  imported = "imported", confirm = "to be confirmed: see whether the person is there, and from where",
  unknown = "no answer came; run the import again", rejected = "rejected by the service",
  refused = "not in order, never sent", intent = "interrupted while being sent; run the import again",
  ready = "not sent yet; run the import again",
}

-- The colours of the states, which are those of a policy run's steps.
local COLOUR = {
  imported = "applied", confirm = "hold", unknown = "unknown", rejected = "rejected", refused = "error", intent = "intent",
  ready = "planned",
}

local escape = page.escape

--- Text of several lines as HTML.
local function lines(text)
  local made = {}
  for line in text:gmatch("[^\n]+") do made[#made + 1] = escape(line) end
  return table.concat(made, "<br>")
end

local function write_page(store, write, counts)
  local bars, states = {}, {}
  for _, state in ipairs(ORDER) do
    if counts[state] then
      bars[#bars + 1] = { label = state, segments = { { COLOUR[state], counts[state], state } }, total = counts[state],
        note = tostring(counts[state]) }
      states[#states + 1] = state
    end
  end
  write(page.begin("Import") .. "<h1>Import</h1>\n")
  write(page.approval(counts))
  write(('<div class="cards"><div class="card"><b>%d</b><span class="dim">people</span></div></div>\n'):format(counts.people))
  write(page.section("States", page.bars("States", bars)) .. "<h2>People</h2>\n" .. page.tools("state", states))
  write([[<table id="applicants"><colgroup><col style="width:30%"><col style="width:10%"><col style="width:20%"><col></colgroup>
<thead><tr><th>From</th><th>State</th><th>Applicant</th><th>What to know</th></tr></thead><tbody>
]])
  for person in handlers.everybody(store) do
    local known = {}
    if person.state ~= "imported" then known[1] = escape(MEANING[person.state]) end
    if person.problem then known[#known + 1] = ('<span class="dim">%s</span>'):format(lines(person.problem)) end
    write(('<tr data-decision="%s"><td>%s</td><td>%s</td><td><code>%s</code></td><td>%s</td></tr>\n'):format(person.state,
      escape(person.source), page.tag(COLOUR[person.state], person.state), escape(person.applicant or ""),
      table.concat(known, "<br>")))
  end
  write(page.finish)
end

--- The reports of an import: see run/report.lua.
---@param store idngo.run.Store
---@param checked {approved_by: table?, log: string?, errors: string?} see cli/runs.lua; errors: where to write
---  the rows that have to be corrected
---@return table[] reports
---@return table numbers
return function(store, checked)
  local numbers = handlers.counts(store)
  numbers.approved_by, numbers.log = checked.approved_by, checked.log
  local reports = checked.errors and errors.reports(store, checked.errors) or {}
  table.insert(reports, 1, { "report.html", function(write) write_page(store, write, numbers) end })
  return reports, numbers
end
