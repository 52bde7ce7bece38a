-- idngo list DIR: the applicants of a run, or the people of an import, one to a line: which, and what came of each.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local screen = require("idngo.cli.screen")

local M = {}

--- Names with commas between.
---@return string[]
function M.split(text)
  local words = {}
  for word in text:gmatch("[^,]+") do words[#words + 1] = word:match("^%s*(.-)%s*$") end
  return words
end

function M.define(parser, usage_error)
  parser:argument("RUN", "The run: its folder, or its address in PostgreSQL."):target("dir")
  parser:option("--decision", "Only those with this decision: act, hold, pass, error, or undecided."):argname("DECISION")
  parser:option("--state", "Only those with a step in this state: applied, unknown, … or, of an import, imported, confirm, …; "
    .. "of a watch, the lines in this state: new, open, waiting, done")
    :argname("STATE")
  parser:option("--why", "Only the lines of a watch that wait for this reason, such as ask or guard"):argname("WHY")
  parser:option("--columns", "What to show, by name, with commas between. (default: all)"):argname("NAMES"):convert(M.split)
  parser:flag("--csv", "Print a table with commas.")
  parser:flag("--json", "Print one line of JSON per row.")
  M.usage_error = function(message) usage_error(parser, message) end
end

-- Rows of a policy's run: one per step, or one per applicant without any.
local policy = { columns = { "applicantId", "decision", "reason", "step", "action", "state", "why", "problem", "file" } }

function policy.rows(store, add)
  for row in store:each("lines") do
    local decision = row.decision or "undecided"
    local steps = store:rows("steps", row.n)
    if not steps[1] then add { applicantId = row.id, decision = decision, reason = row.reason } end
    for _, step in ipairs(steps) do
      add { applicantId = row.id, decision = decision, reason = row.reason, step = step.k, action = step.action,
        state = step.state, why = step.reason, problem = step.problem, file = step.file }
    end
  end
end

-- Rows of an import: whom the customer's own id stands for.
local import = { columns = { "externalUserId", "applicantId", "state", "source", "problem", "warnings" } }

function import.rows(store, add)
  for person in require("idngo.import.handlers").everybody(store) do
    add { externalUserId = person.id, applicantId = person.applicant, state = person.state, source = person.source,
      problem = person.problem, warnings = person.warnings, decision = person.state == "refused" and "error" or "act" }
  end
end

-- Rows of a watch: one per line.
local watch = { columns = { "n", "state", "why", "applicantId", "topic", "decision", "steps", "reason", "by" } }

function watch.rows(store, add)
  for row in store:each("lines") do
    local steps = {}
    for k, step in ipairs(store:rows("steps", row.n)) do steps[k] = ("%s %s"):format(step.action, step.state) end
    add { n = row.n, state = row.state, why = row.state == "waiting" and row.why or nil, applicantId = row.id, topic = row.topic,
      decision = row.decision or "undecided", steps = steps[1] and table.concat(steps, ", "), reason = row.reason, by = row.by }
  end
end

local kinds = { policy = policy, import = import, watch = watch }

--- A cell of a table with commas. What a spreadsheet would take for a formula is shown as text.
local function cell(value)
  local text = value == nil and "" or tostring(value)
  if text:find("^[=+@-]") and not tonumber(text) then text = "'" .. text end
  return text:find('[,"\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text
end

local function write_csv(columns, values)
  local cells = {}
  for i = 1, #columns do cells[i] = cell(values[i]) end
  output.write(table.concat(cells, ","), "\r\n")
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local store, view = shared.read(options.dir)
  if not store then return view end
  local kind = kinds[store:kind()]
  local known, columns = {}, options.columns or kind.columns
  for _, name in ipairs(kind.columns) do known[name] = true end
  for _, name in ipairs(columns) do
    if not known[name] then
      store:close()
      M.usage_error(("there is no column %s, %s"):format(name, require("idngo.suggest")(name, kind.columns)))
    end
  end
  store:snapshot()
  if options.csv then write_csv(columns, columns) end
  local room = screen.columns(1) -- what does not fit there is in --csv
  kind.rows(store, function(row)
    if options.why and row.why ~= options.why then return end
    if options.decision and row.decision ~= options.decision or options.state and row.state ~= options.state then return end
    local values, shown = {}, {}
    for i, name in ipairs(columns) do values[i], shown[name] = row[name], row[name] end
    if options.csv then return write_csv(columns, values) end
    if options.json then return print_.json(shown) end
    local last = #columns
    while room and last > 1 and values[last] == nil do last = last - 1 end
    for i = 1, last do values[i] = print_.plain(values[i] == nil and "-" or values[i]) end
    local line = table.concat(values, "  ", 1, last)
    output.write(room and screen.fit(line, room) or line, "\n")
  end)
  output.tell_if_empty("nothing to list")
  local checked = shared.check(store, cli.settings(options), true)
  store:close()
  return shared.tell(checked)
end

return M
