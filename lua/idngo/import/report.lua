-- report.html of an import: counts by state, and a list of all people, to be searched. Frame, drawings and filter are those of a
-- policy run's page; people stand by where they came from, not by name.

local error_rows = require("idngo.import.errors")
local handlers = require("idngo.import.handlers")
local page = require("idngo.run.page")
local stats = require("idngo.run.stats")

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

--- A person as a row of the list.
local function row_of(person)
  local known, details = {}, {}
  if person.state ~= "imported" then known[1] = MEANING[person.state] end
  if person.problem then known[#known + 1] = person.problem end
  if known[1] then details[1] = { "What to know", table.concat(known, "\n") } end
  if person.warnings then details[#details + 1] = { "Warnings", person.warnings } end
  if person.archive then
    local size = person.size and (", %d bytes"):format(person.size) or ""
    details[#details + 1] = { "Archive", person.archive .. size .. (person.sha256 and ", SHA-256 " .. person.sha256 or "") }
  end
  if person.attempts and person.attempts > 0 then details[#details + 1] = { "Attempts", tostring(person.attempts) } end
  return { cells = { person.source, person.state, (table.concat(known, ": "):gsub("%s*\n%s*", " · ")), person.applicant },
    kinds = { { person.state } }, details = details }
end

local COLUMNS = { { label = "From", width = "2fr" }, { label = "State", width = "8rem", tag = true },
  { label = "What to know", width = "3fr", short = true }, { label = "Applicant", width = "13.5rem" } }

local function write_page(store, write, counts)
  local bars, states = {}, {}
  for _, state in ipairs(ORDER) do
    if counts[state] then
      bars[#bars + 1] = { label = state, segments = { { COLOUR[state], counts[state], state } }, total = counts[state],
        note = tostring(counts[state]) }
      states[#states + 1] = state
    end
  end
  write(page.begin("Import") .. "<h1>Import</h1>\n" .. page.approval(counts))
  write(('<div class="cards">%s</div>\n'):format(page.card("people", "people", counts.people)))
  local spent = stats.new(store:get("stats"))
  write(page.section("States", page.bars("States", bars)) .. page.costs { lanes = spent.lanes, endpoints = spent.endpoints,
    timeline = spent.timeline, latency_classes = stats.classes })
  local each = handlers.everybody(store)
  page.write_list(write, { what = "People", count = counts.people, columns = COLUMNS, colours = COLOUR,
    kinds = { { word = "state", values = states } },
    each = function()
      local person = each()
      return person and row_of(person)
    end })
end

--- The reports of an import: see run/report.lua.
---@param store idngo.run.Store
---@param checked {approved_by: table?, log: string?, unchecked: string?, errors: string?} see cli/runs.lua; errors: where to
---  write the rows that have to be corrected
---@return table[] reports
---@return table numbers
return function(store, checked)
  local numbers = handlers.counts(store)
  numbers.approved_by, numbers.log, numbers.unchecked = checked.approved_by, checked.log, checked.unchecked
  local reports = checked.errors and error_rows.reports(store, checked.errors) or {}
  table.insert(reports, 1, { "report.html", function(write) write_page(store, write, numbers) end })
  return reports, numbers
end
