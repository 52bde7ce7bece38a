-- idngo explain DIR APPLICANT: which line decided about an applicant, which facts it read, and what was done.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser)
  parser:argument("RUN", "The run: its folder, or its address in PostgreSQL."):target("dir")
  parser:argument("applicant", "The applicant's id; of a watch, the number of a line.")
  parser:flag("--json", "Print one line of JSON.")
end

--- Lines of a text, by number.
local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do lines[#lines + 1] = line end
  return lines
end

--- Decides again about a line: what its journal knows, and what it comes to now.
---@param store idngo.run.Store
---@param row table of lines
---@param of {text: string, file: string, applicant: table|false, given: table, verdict: fun(outcome: table, known: table): table}
---  what decided, about what, and what an outcome comes to there
---@return table? explanation
---@return idngo.Error?
local function explanation_of(store, row, of)
  local facts, replay = require("idngo.policy.facts"), require("idngo.policy.replay")
  local pool, err = require("idngo.cli.runs").pool(of.text, of.file, 1)
  if not pool then return nil, err end
  of.given.trace = true
  local known = facts.recorded(store, row.n)
  local again = of.verdict(pool:evaluate(of.applicant, known, of.given), known)
  pool:close()
  local lines, recorded = lines_of(of.text), replay.recorded(store, row)
  recorded.asked = again.asked -- rows do not tell; where a watch has asked, its reason does
  local explanation = {
    applicantId = row.id or "no applicant", decision = row.decision, reason = row.reason, line = row.line, file = of.file,
    source = row.line and (lines[row.line] or ""), words = replay.words(recorded),
    same = replay.text(again) == replay.text(recorded), again = replay.sentence(again),
    reads = again.trace and again.trace.reads or {}, steps = {},
  }
  for i, step in ipairs(store:rows("steps", row.n)) do
    explanation.steps[i] = { action = step.action, reason = step.reason, line = step.line, state = step.state,
      attempts = step.attempts, problem = step.problem, file = step.file }
  end
  return explanation
end

--- All that a run knows about an applicant.
local function gather(store, row)
  local applicant = store:decode(row.fields, "lines", row.n)
  return explanation_of(store, row, { text = store:get("policy"), file = store:get("policy_file"), applicant = applicant,
    given = require("idngo.policy.decision").given(store),
    verdict = function(outcome, known) return require("idngo.policy.replay").verdict(outcome, known, applicant) end })
end

--- All that a watch knows about a line.
local function gather_event(store, row)
  local mandate, verdicts = store.witness.mandates[row.m], require("idngo.watch.verdict")
  local given = verdicts.given(row)
  local explanation, err = explanation_of(store, row, { text = store:get("policy " .. mandate.policy),
    file = mandate.name .. ".lua", applicant = verdicts.applicant(row.id), given = given,
    verdict = function(outcome, known) return verdicts.of(outcome, known, row.id) end })
  if not explanation then return nil, err end
  explanation.n, explanation.state, explanation.why, explanation.mandate = row.n, row.state, row.why, row.m
  explanation.event, explanation.of, explanation.received = given.event, row.of, row.received
  return explanation
end

local function value_text(value)
  if type(value) == "string" then return ('"%s"'):format(print_.plain(value)) end
  return tostring(value)
end

local function show(explanation)
  local function line(...)
    output.write(...)
    output.write("\n")
  end
  line(print_.paint("bold", explanation.applicantId), "  ", explanation.words)
  if explanation.reason then line("  because    ", print_.plain(explanation.reason)) end
  if explanation.line then
    line(("  decided at %s:%d  %s"):format(explanation.file, explanation.line,
      explanation.source:match("^%s*(.-)%s*$")))
  end
  for _, read in ipairs(explanation.reads) do
    line(("  line %-4d   read %s = %s"):format(read.line, print_.plain(read.path), value_text(read.value)))
  end
  for _, step in ipairs(explanation.steps) do
    line(("  step       %s: %s%s%s%s"):format(step.action, step.state, step.file and ", files/" .. step.file or "",
      step.reason and ", because " .. print_.plain(step.reason) or "",
      step.problem and " – " .. print_.plain(step.problem) or ""))
  end
  if not explanation.same then line("  decided again from what was recorded it comes to: ", print_.plain(explanation.again)) end
end

--- What became of a line of a watch: who approved its mandate, and the log's records of it, with names.
local function add_history(explanation, store, row, options)
  local names = select(2, require("idngo.run.keys").approvers(cli.settings(options)))
  local function person(record)
    local who = type(record.who) == "table" and record.who or {}
    return { at = record.at, user = who.user, host = who.host, note = record.note, key = record.key,
      name = type(names) == "table" and names[record.key] or nil }
  end
  local history, approvals = require("idngo.watch.history").of(store, row)
  for _, moment in ipairs(history) do moment.by = moment.by and person(moment.by) end
  explanation.history, explanation.mandate_by = history, {}
  for i, record in ipairs(approvals) do explanation.mandate_by[i] = person(record) end
  return explanation
end

local function show_history(explanation)
  local dates = require("idngo.dates")
  for _, by in ipairs(explanation.mandate_by) do
    output.write(("  mandate %d  approved %s\n"):format(explanation.mandate, print_.approval(by)))
  end
  for _, moment in ipairs(explanation.history) do
    output.write(("  %s  %s\n"):format(dates.stamp(moment.at), print_.plain(moment.what)))
    local words = {}
    for i, each in ipairs(moment.guards or {}) do words[i] = ("%s %d of %s"):format(each.action, each.used, each.guard) end
    if words[1] then output.write("    guards   ", table.concat(words, " · "), "\n") end
    if moment.breaker and moment.breaker ~= "closed" then
      output.write("    breaker  open: ", print_.plain(moment.breaker), "\n")
    end
    if moment.by then output.write("    said     ", print_.approval(moment.by), "\n") end
  end
end

--- Lines of a watch by number.
local function of_watch(options)
  local n = require("idngo.compat").tointeger(options.applicant)
  local store, code = require("idngo.cli.letter").open(options)
  if not store then return code end
  local line = n and n >= 1 and n <= store.witness.lines and store:line(n)
  if not line then
    store:close()
    output.tell(("idngo: %s has no line %s\n"):format(options.dir, options.applicant))
    return cli.exit.input
  end
  local row = line.row
  local is_forgotten = row.fields == store.FORGOTTEN
  if not row.decision or is_forgotten then
    local explanation = add_history({ n = n, state = row.state, why = row.why, applicantId = row.id, by = row.by, of = row.of,
      decision = row.decision, mandate = row.m, forgotten = is_forgotten or nil }, store, row, options)
    if options.json then
      print_.json(explanation)
    else
      output.write(("line %d is %s%s; %s\n"):format(n, row.state,
        row.by and (" by event %d"):format(row.by) or row.why and ": " .. row.why or "",
        row.decision and "what it was decided by was destroyed" or "nothing was decided of it"))
      show_history(explanation)
    end
    store:close()
    return cli.exit.ok
  end
  local explanation, err = gather_event(store, row)
  if explanation then add_history(explanation, store, row, options) end
  store:close()
  if not explanation then return cli.fail(err) end
  if options.json then
    print_.json(explanation)
  else
    output.write(("line %d  %s%s, by mandate %d\n"):format(n, row.state, row.state == "waiting" and " for " .. row.why or "",
      row.m))
    output.write(("  event      %s, received %s UTC\n"):format(print_.plain(tostring(explanation.event.type)),
      require("idngo.dates").stamp(row.received)))
    show(explanation)
    show_history(explanation)
  end
  return cli.exit.ok
end

function M.run(options)
  local kept = require("idngo.run.store").find(options.dir)
  local kind = kept and kept:kind()
  if kept then kept:close() end
  if kind == "watch" then return of_watch(options) end
  local store, err = require("idngo.run.store").read(options.dir, "policy", true)
  if not store then return cli.fail(err) end
  local row = store:row("line_by_id", options.applicant)
  if not row or not row.decision then
    store:close()
    output.tell(("idngo: %s holds no decision about %s\n"):format(options.dir, options.applicant))
    return cli.exit.input
  end
  local explanation
  explanation, err = gather(store, row)
  store:close()
  if not explanation then return cli.fail(err) end
  if options.json then print_.json(explanation) else show(explanation) end
  return cli.exit.ok
end

return M
