-- A run's report: its numbers, once, for report.json and report.html alike; and its applicants, one by one.
--
-- Personal data is masked: columns of the input show their first letter, and what they hold is masked in reasons too
-- where a column's name says that it is about a person, but for columns that the operator wants to see. Applicants stand by id.

local facts = require("idngo.policy.facts")
local json = require("idngo.json")
local page = require("idngo.run.page")
local sorted = require("idngo.sorted")
local stats = require("idngo.run.stats")
local summary = require("idngo.run.summary")

local MASK = "•••"

local PERSONAL = { "name", "mail", "phone", "birth", "dob", "tin", "iin", "address", "number", "document", "passport" }

local function is_personal(column)
  local lower = column:lower()
  for _, word in ipairs(PERSONAL) do
    if lower:find(word, 1, true) then return true end
  end
  return false
end

--- The first letter of a value and a mask.
local function masked(value)
  if type(value) ~= "string" then return MASK end
  return (value:match("^[%z\1-\127\194-\244][\128-\191]*") or "") .. MASK
end

local function replace(text, value, by)
  local made, at = {}, 1
  while true do
    local from, to = text:find(value, at, true)
    if not from then break end
    made[#made + 1] = text:sub(at, from - 1) .. by
    at = to + 1
  end
  return table.concat(made) .. text:sub(at)
end

--- A text of a policy or the server without what identifies the person, but for columns that are to be shown.
local function mask_text(text, fields, show)
  if not text then return nil end
  local open = {}
  for column, value in pairs(fields) do
    if show[column] then
      open[value] = true
    elseif type(value) == "string" and #value > 2 and is_personal(column) then
      text = replace(text, value, masked(value))
    end
  end
  return (text:gsub("[%w._%%+-]+@[%w.-]+", function(mail) return not open[mail] and "[e-mail]" or nil end))
end

--- Which facts a decision rests on: their names, answers, and when they were read.
local function facts_of(store, n)
  local answers = {}
  for i, row in ipairs(store:rows("facts", n)) do
    local answer
    if row.body ~= "" then -- a purge leaves the name
      local fact = facts.normalise(row.name, store:decode(row.body, "replies", row.hash))
      answer = fact and fact.answer
    end
    answers[i] = { name = row.name, answer = type(answer) == "string" and answer or nil, at = row.at }
  end
  return answers
end

--- One applicant as the report shows it.
local function applicant_of(store, row, show)
  local fields, shown = store:decode(row.fields, "lines", row.n), {}
  for column, value in pairs(fields) do
    if column ~= "id" and value ~= "" then shown[column] = show[column] and tostring(value) or masked(value) end
  end
  local steps = {}
  for i, step in ipairs(store:rows("steps", row.n)) do
    steps[i] = { action = step.action, state = step.state, attempts = step.attempts, file = step.file, size = step.size,
      sha256 = step.sha256, reason = mask_text(step.reason, fields, show), problem = mask_text(step.problem, fields, show) }
  end
  return { applicantId = row.id, decision = row.decision or "undecided", reason = mask_text(row.reason, fields, show),
    line = row.line, fields = shown, steps = steps, facts = facts_of(store, row.n) }
end

--- Every number of the report.
local function numbers_of(store)
  local numbers, spent = summary(store), stats.new(store:get("stats"))
  numbers.created, numbers.planned, numbers.approved, numbers.ended = store:get("created"), store:get("planned"),
    store:get("approved"), store:get("ended")
  numbers.endpoints, numbers.lanes, numbers.latency_classes = spent.endpoints, spent.lanes, stats.classes
  numbers.timeline = spent.timeline.from and spent.timeline
  numbers.audit = store:row("audit_last")
  return numbers
end

local function write_json(numbers, applicants, write)
  write('{"numbers":' .. json.encode(numbers, "numbers", "{}") .. ',"applicants":[')
  local comma = ""
  for applicant in applicants() do
    write(comma .. "\n" .. json.encode(applicant, "applicant", "[]"))
    comma = ","
  end
  write("\n]}\n")
end

-- The page.

local DECISIONS = { "act", "hold", "pass", "error" }
local STATES = { "applied", "rejected", "unknown", "confirm", "void", "sent", "intent", "planned" }

local function decisions(numbers)
  local rows = {}
  for i, name in ipairs(DECISIONS) do
    local count = numbers.decisions[name] or 0
    rows[i] = { label = name, segments = { { name, count, name } }, total = count, note = tostring(count) }
  end
  return page.section("Decisions", page.bars("Decisions", rows))
end

local function actions(numbers)
  local rows, lines = {}, {}
  for _, name in ipairs(sorted(numbers.actions)) do
    local segments, total, words = {}, 0, {}
    for _, state in ipairs(STATES) do
      local count = numbers.actions[name][state]
      if count then
        segments[#segments + 1] = { state, count, state }
        total = total + count
        words[#words + 1] = page.tag(state, ("%s %s"):format(page.number(("actions.%s.%s"):format(name, state), count), state))
      end
    end
    rows[#rows + 1] = { label = name, segments = segments, total = total, note = tostring(total) }
    lines[#lines + 1] = { page.escape(name), table.concat(words) }
  end
  if #rows == 0 then return "" end
  return page.section("Actions and what came of them", page.bars("Actions", rows)
    .. page.wide_table({ { "Action" }, { "Steps" } }, lines))
end

local function head(numbers)
  local cards, escape, date = { page.card("applicants", "applicants", numbers.applicants) }, page.escape, page.date
  for _, name in ipairs(DECISIONS) do
    cards[#cards + 1] = page.card(name, "decisions." .. name, numbers.decisions[name] or 0)
  end
  for _, name in ipairs { "applied", "rejected", "unknown", "void" } do
    if numbers.steps[name] then cards[#cards + 1] = page.card("steps " .. name, "steps." .. name, numbers.steps[name]) end
  end
  return ([[<h1>%s <span class="dim">%s</span></h1>
<p class="dim">%s · planned %s · approved %s · ended %s<br>plan <code>%s</code><br>audit record %s <code>%s</code></p>
<div class="cards">%s</div>
]]):format(escape(numbers.policy), escape(numbers.version), escape(numbers.state), date(numbers.planned),
    date(numbers.approved), date(numbers.ended), escape(numbers.plan or "–"), page.number("audit.seq", numbers.audit.seq),
    escape(numbers.audit.hash), table.concat(cards))
end

--- A step in words, for the applicant's details.
local function step_words(step)
  local lines = { ("%s, %d attempt%s"):format(step.state, step.attempts or 0, step.attempts == 1 and "" or "s") }
  if step.reason then lines[#lines + 1] = "because " .. step.reason end
  if step.problem then lines[#lines + 1] = step.problem end
  if step.file then
    lines[#lines + 1] = ("%s%s%s"):format(step.file, step.size and (", %d bytes"):format(step.size) or "",
      step.sha256 and ", SHA-256 " .. step.sha256 or "")
  end
  return table.concat(lines, "\n")
end

--- An applicant as a row of the list; `source` are the lines of the policy.
local function row_of(applicant, source, file)
  local details, steps, states, names, fields = {}, {}, {}, {}, {}
  if applicant.line then
    details[1] = { "Deciding line", ("%s:%d  %s"):format(file, applicant.line, source[applicant.line] or "") }
  end
  for _, fact in ipairs(applicant.facts) do
    local when = fact.at and ", read " .. page.date(fact.at) or ""
    details[#details + 1] = { "Fact " .. fact.name, (fact.answer or "of no answer") .. when }
  end
  for i, step in ipairs(applicant.steps) do
    steps[i], states[i], names[i] = ("%s: %s"):format(step.action, step.state), step.state, step.action
    details[#details + 1] = { ("%d. %s"):format(i, step.action), step_words(step) }
  end
  for i, column in ipairs(sorted(applicant.fields)) do
    fields[i] = ("%s: %s"):format(column, applicant.fields[column])
    details[#details + 1] = { column, applicant.fields[column] }
  end
  return {
    cells = { applicant.applicantId, applicant.decision, applicant.reason, table.concat(steps, " · "),
      table.concat(fields, " · ") },
    kinds = { { applicant.decision }, states, names }, details = details,
  }
end

local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("[ \t]*(.-)\r?\n") do lines[#lines + 1] = line end
  return lines
end

local COLUMNS = { { label = "Applicant", width = "13.5rem" }, { label = "Decision", width = "7rem", tag = true },
  { label = "Reason", width = "3fr" }, { label = "Steps", width = "3fr", short = true },
  { label = "Input, masked", width = "2fr", short = true } }

local function write_page(store, numbers, applicants, write)
  write(page.begin(numbers.policy, numbers.shown) .. head(numbers) .. page.approval(numbers) .. decisions(numbers)
    .. actions(numbers) .. page.costs(numbers))
  local each, source, file = applicants(), lines_of(store:get("policy") or ""), store:get("policy_file") or "policy"
  local states, colours = {}, { undecided = "undecided" }
  for _, name in ipairs(DECISIONS) do colours[name] = name end
  for _, state in ipairs(STATES) do states[#states + 1] = numbers.steps[state] and state or nil end
  page.write_list(write, {
    what = "Applicants", count = numbers.applicants, columns = COLUMNS, colours = colours,
    kinds = { { word = "decision", values = DECISIONS }, { word = "state", values = states },
      { word = "action", values = sorted(numbers.actions) } },
    each = function()
      local applicant = each()
      return applicant and row_of(applicant, source, file)
    end,
  })
end

--- The reports of a policy's run: see run/report.lua.
---@param store idngo.run.Store
---@param checked {approved_by: table?, log: string?, unchecked: string?, shown: string[]?} see cli/runs.lua; shown: columns that
---  are not masked
---@return table[] reports
---@return table numbers
return function(store, checked)
  local numbers, show = numbers_of(store), {}
  numbers.approved_by, numbers.log, numbers.unchecked = checked.approved_by, checked.log, checked.unchecked
  numbers.shown = checked.shown
  for _, column in ipairs(checked.shown or {}) do show[column] = true end
  local function applicants()
    local each = store:each("lines")
    return function()
      local row = each()
      return row and applicant_of(store, row, show)
    end
  end
  return {
    { "report.json", function(write) write_json(numbers, applicants, write) end },
    { "report.html", function(write) write_page(store, numbers, applicants, write) end },
  }, numbers
end
