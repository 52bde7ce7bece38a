-- How the two kinds of runs are shown: their sums, what needs a person, and whether all is well.

local command = require("idngo.run.command")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local sorted = require("idngo.sorted")

---@class idngo.cli.View
---@field handlers string module
---@field report string module
---@field doing string what applying is called
---@field numbers fun(store: idngo.run.Store, dir: string, more: table?): table for --json; more is added to it then; and for:
---@field rows fun(numbers: table): string[][]
---@field trouble fun(store: idngo.run.Store)
---@field way_on (fun(run: idngo.run.Run, options: table, written: boolean))? says on stderr how those who failed are tried again;
---  written: whether the files that tell of them were
---@field is_well fun(numbers: table): boolean

local MOST_LISTED = 20

local function counted(counts, order)
  local words = {}
  for _, name in ipairs(order or sorted(counts)) do
    if counts[name] then words[#words + 1] = ("%d %s"):format(counts[name], name) end
  end
  return words[1] and table.concat(words, ", ") or "none"
end

local function estimate_row(rows, numbers)
  if not numbers.estimate then return end
  local words = {}
  if numbers.estimate > 0 then
    words[1] = ("at least %d s%s"):format(math.ceil(numbers.estimate), numbers.lane and ", by lane " .. numbers.lane or "")
  end
  for _, lane in ipairs(sorted(numbers.queues or {})) do
    local queue = numbers.queues[lane]
    words[#words + 1] = ("%d calls in lane %s, %d at once"):format(queue.calls, lane, queue.at_once)
  end
  rows[#rows + 1] = { "estimate", words[1] and table.concat(words, "; ") or "no limit makes it wait" }
end

--- Why nothing is known that the log alone tells, or nil: see runs.check.
local function doubt_of(numbers)
  return numbers.unchecked and "not known: the log was not checked"
    or numbers.log and "not known: the log does not bear out what the tables say" or nil
end

--- Who approved it, where that is known.
local function approved_row(rows, numbers)
  local doubt = doubt_of(numbers)
  if doubt then rows[#rows + 1] = { "approved", doubt } end
  local by = numbers.approved_by
  if not by then return end
  rows[#rows + 1] = { "approved", print_.approval(by) }
end

-- Policies.

local STATES = { "applied", "rejected", "unknown", "void", "planned", "intent", "sent" }

local policy = { handlers = "idngo.policy.handlers", report = "idngo.policy.report", doing = "applying" }

function policy.numbers(store) return require("idngo.run.summary")(store) end

function policy.rows(numbers)
  local rows = {
    { "policy", print_.plain(("%s %s"):format(numbers.policy, numbers.version)) },
    { "state", numbers.state },
    { "applicants", tostring(numbers.applicants) },
    { "decisions", counted(numbers.decisions, { "act", "hold", "pass", "error" }) },
    { "facts", counted(numbers.facts) },
  }
  for _, name in ipairs(sorted(numbers.actions)) do rows[#rows + 1] = { name, counted(numbers.actions[name], STATES) } end
  estimate_row(rows, numbers)
  approved_row(rows, numbers)
  if numbers.plan then rows[#rows + 1] = { "plan", numbers.plan } end
  return rows
end

--- Steps for a human: every one that may or may not have taken effect, and the first that were refused.
function policy.trouble(store)
  for _, state in ipairs { "unknown", "rejected", "void" } do
    local steps = store:rows("in_state", state, state == "unknown" and -1 or MOST_LISTED + 1)
    for i, step in ipairs(steps) do
      if state ~= "unknown" and i > MOST_LISTED then
        output.tell(("%s: and more; idngo report shows them all\n"):format(state))
      else
        output.tell(("%s: %s of %s: %s\n"):format(state, step.action, step.id, print_.plain(step.problem or "")))
      end
    end
  end
end

function policy.is_well(numbers)
  local bad = numbers.decisions.error or 0
  for _, state in ipairs { "rejected", "unknown", "void" } do bad = bad + (numbers.steps[state] or 0) end
  return bad == 0
end

-- Imports.

local PEOPLE = { "imported", "confirm", "unknown", "rejected", "refused", "intent", "ready" }

local import = { handlers = "idngo.import.handlers", report = "idngo.import.report", doing = "importing" }

function import.numbers(store, dir)
  local counts = require(import.handlers).counts(store)
  counts.run = dir
  return counts
end

function import.rows(numbers)
  local rows = { { "people", tostring(numbers.people) } }
  for _, state in ipairs(PEOPLE) do
    if numbers[state] then rows[#rows + 1] = { state, tostring(numbers[state]) } end
  end
  estimate_row(rows, numbers)
  approved_row(rows, numbers)
  if numbers.plan then rows[#rows + 1] = { "plan", numbers.plan } end
  return rows
end

--- Adds a person to the group of those with the same message; at most one group more than are shown.
local function group(groups, state, message, person)
  local key = state .. "\0" .. message
  local found = groups[key]
  if not found and #groups <= MOST_LISTED then
    found = { state = state, message = message, count = 0, first = person.source }
    groups[#groups + 1], groups[key] = found, found
  end
  if found then found.count = found.count + 1 end
end

local function show_groups(groups)
  for i, found in ipairs(groups) do
    if i > MOST_LISTED then
      output.tell("and more; idngo list shows them all\n")
    else
      local who = print_.plain(found.first)
      if found.count > 1 then who = ("%d people, such as %s"):format(found.count, who) end
      output.tell(("%s: %s: %s\n"):format(found.state, who, (found.message:gsub("\n", "\n  "))))
    end
  end
end

--- Lists the people who need a look, and the warnings, at most MOST_LISTED messages of each; one that many have is said once.
function import.trouble(store)
  local needed, warned = {}, {}
  for person in require(import.handlers).everybody(store) do
    if person.state ~= "imported" and person.state ~= "ready" then group(needed, person.state, person.problem or "", person) end
    for line in (person.warnings or ""):gmatch("[^\n]+") do group(warned, "warning", line, person) end
  end
  show_groups(needed)
  show_groups(warned)
end

function import.way_on(run, options, written)
  local errors, warnings, lost = require("idngo.import.errors").count(run.store)
  if not written then
    if errors + warnings > 0 then
      output.tell(("%d to correct, %d with warnings: their rows are in no file; %s writes them\n"):format(errors, warnings,
        run.handlers.again(run)))
    end
    return
  end
  if warnings > 0 then output.tell(("%d with warnings: see %s/warnings.csv\n"):format(warnings, run.folder)) end
  if lost > 0 then
    output.tell(("%d row%s could not be taken apart: correct the table itself, and give it again\n"):format(lost, lost == 1 and ""
      or "s"))
  end
  if errors == 0 then return end
  local file = options.errors or run.folder .. "/errors.csv"
  output.tell(("%d to correct: see %s; correct it there, then: %s\n"):format(errors, file,
    command(run, "idngo import run --run %s --people FILE --mapping … --documents …")))
end

function import.is_well(numbers) return numbers.people == (numbers.imported or 0) end

-- Watches.

local LINES = { "new", "open", "waiting", "done", "superseded", "rejected", "expired" }
local EVENTS = { "line", "ignored", "echo", "repeat", "damaged" }
local ACTS = { "applied", "unknown", "rejected", "planned", "intent", "void", "confirm" }

local watch = { handlers = "idngo.watch.handlers", report = "idngo.policy.report", doing = "watching" }

function watch.numbers(store, _, more)
  local doubt = more and doubt_of(more)
  return require("idngo.watch.figures").of(store, doubt ~= nil)
end

function watch.rows(numbers)
  local rows = {}
  if numbers.policy then
    rows[1] = { "policy", print_.plain(("%s %s, mandate %d until %s UTC%s"):format(numbers.policy, numbers.version, numbers.m,
      require("idngo.dates").stamp(numbers.expires), numbers.objection and ": " .. numbers.objection or "")) }
    rows[2] = { "breaker", numbers.breaker and "open: " .. numbers.breaker or "closed" }
    rows[3] = { "lag", ("%.1f s"):format(numbers.lag) }
    local kept = numbers.keep and numbers.keep / 86400
    rows[4] = kept and { "keep", ("what is personal in lines that are over: %g days"):format(kept) } or nil
  else
    rows[1] = { "mandate", doubt_of(numbers) or "none was approved" }
  end
  local proposed = numbers.policy and numbers.proposed
  if proposed then
    rows[#rows + 1] = { "proposed", print_.plain(("%s %s, mandate %d%s"):format(proposed.policy, proposed.version, proposed.m,
      proposed.shadow and "; shadow: " .. require("idngo.watch.changes").words(proposed.shadow) or "")) }
  end
  local function add_spool(spool, text, at)
    rows[#rows + 1] = { "spool", print_.plain(("of %s, %s %s UTC"):format(tostring(spool.host), text,
      require("idngo.dates").stamp(at))) }
  end
  if numbers.spool then add_spool(numbers.spool, "read since", numbers.spool.since) end
  for _, spool in ipairs(numbers.others or {}) do add_spool(spool, "not read, and what it holds waits, since", spool.till) end
  rows[#rows + 1] = { "events", counted(numbers.events, EVENTS) }
  if next(numbers.ignored) then rows[#rows + 1] = { "ignored", counted(numbers.ignored) } end
  rows[#rows + 1] = { "lines", counted(numbers.lines, LINES) }
  if next(numbers.waiting) then rows[#rows + 1] = { "waiting", counted(numbers.waiting) } end
  rows[#rows + 1] = { "decisions", counted(numbers.decisions, { "act", "ask", "hold", "pass", "error" }) }
  for _, name in ipairs(sorted(numbers.actions)) do rows[#rows + 1] = { name, counted(numbers.actions[name], ACTS) } end
  for _, each in ipairs(numbers.guards or {}) do
    rows[#rows + 1] = { "guard", ("%s %s: %d used%s"):format(each.action, each.guard, each.used,
      each.free and ", next free " .. require("idngo.dates").stamp(each.free) .. " UTC" or "") }
  end
  return rows
end

function watch.trouble(store)
  for _, step in ipairs(store:rows("in_state", "unknown", MOST_LISTED)) do
    output.tell(("unknown: line %d, step %d, %s of %s: %s\n"):format(step.n, step.k, step.action, step.id,
      print_.plain(step.problem or "")))
  end
end

function watch.is_well() return true end

return { policy = policy, import = import, watch = watch }
