-- idngo explain DIR APPLICANT: which line decided about an applicant, which facts it read, and what was done.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser)
  parser:argument("dir", "The run's folder.")
  parser:argument("applicant", "The applicant's id.")
  parser:flag("--json", "Print one line of JSON.")
end

--- Lines of a text, by number.
local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do lines[#lines + 1] = line end
  return lines
end

--- All that the run knows about the applicant.
local function gather(store, row)
  local decisions, facts = require("idngo.policy.decision"), require("idngo.policy.facts")
  local replay = require("idngo.policy.replay")
  local text, file = store:get("policy"), store:get("policy_file")
  local pool, err = require("idngo.cli.runs").pool(text, file)
  if not pool then return nil, err end
  local given = decisions.given(store)
  given.trace = true
  local again = replay.decide(pool, store:decode(row.fields, "lines", row.n), facts.recorded(store, row.n), given)
  pool:close()
  local lines, recorded = lines_of(text), replay.recorded(store, row)
  local explanation = {
    applicantId = row.id, decision = row.decision, reason = row.reason, line = row.line, file = file,
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

function M.run(options)
  local store, err = require("idngo.run.store").read(options.dir, "policy")
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
