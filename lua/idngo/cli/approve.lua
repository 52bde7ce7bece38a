-- idngo approve RUN: approves the mandate of a watch by its hash, or lines of it that wait by their numbers. Commands that say
-- something else of lines and mandates, such as reject and retry, say it as this one does.

local cli = require("idngo.cli")
local compat = require("idngo.compat")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

--- A line's number, or a mandate's hash.
function M.target(text)
  if text:find("^%x+$") and #text == 64 then return text end
  local n = text:match("^%d+$") and compat.tointeger(text)
  if n then return n end
  return nil, ("%q is neither a line's number nor a mandate's hash"):format(text)
end

--- Defines a command that says something of lines.
---@param parser table
---@param what string it names
---@param over boolean? they do not wait
function M.define_saying(parser, what, over)
  parser:argument("RUN", "The watch: its folder, or its address in PostgreSQL."):argname("RUN"):target("dir")
  parser:argument("N", what):args("*"):argname("N"):target("targets"):convert(M.target)
  if not over then
    parser:option("--why", "All lines that wait for this reason, beside those named, such as guard"):argname("WHY")
    parser:option("--action", "All lines that wait and would do this, beside those named; with --why, those of both")
      :argname("ACTION")
  end
  parser:option("--note", "What to write down with it, such as a ticket."):argname("TEXT")
  require("idngo.cli.letter").define_to(parser)
  parser:flag("--json", "Print one line of JSON for each.")
end

function M.define(parser, usage_error)
  M.define_saying(parser, "Numbers of lines that wait; or the hash of the mandate.")
  M.usage_error = function(message) usage_error(parser, message) end
  parser:option("--from", "Hand in what others have signed by --to: approvals and whatever else was said."):argname("FILE")
  parser:flag("--withdraw", "Take back what you approved. What was sent by it was sent.")
end

--- A line as it is said of: shown before anything is signed.
local function show(line)
  local names = {}
  for k, step in ipairs(line.steps) do names[k] = ("%s (%s)"):format(step.action, step.state) end
  output.tell(("%d  %s  %s  %s  %s\n"):format(line.n, line.row.why or line.state, line.id or "–",
    names[1] and table.concat(names, ", ") or line.row.decision or "–", print_.plain(line.row.reason or "")))
end

-- What is said again of what was found when a mandate was proposed.
local IN_SHORT = { cases = true, backtest = true }

--- A mandate as it is said of: what was found when it was proposed.
local function show_mandate(store, hash)
  local seen = store.witness
  local found = seen.numbers[hash]
  if not found then return end
  local mandate = seen.mandates[found]
  local report, words = require("idngo.watch.report").of(store, mandate) or {}, {}
  for _, row in ipairs(require("idngo.cli.mandate").report_rows(report, mandate)) do
    if IN_SHORT[row[1]] then words[#words + 1] = ("; %s %s"):format(row[1], row[2]) end
  end
  local shadow = require("idngo.watch.figures").shadow(seen, found)
  if shadow then words[#words + 1] = "; shadow " .. require("idngo.watch.changes").words(shadow) end
  output.tell(("mandate %d: %s %s%s\n"):format(found, print_.plain(mandate.name), print_.plain(mandate.version),
    table.concat(words)))
end

--- Whether a line that waits is among those that are asked for by what it waits for, or would do.
local function is_wanted(store, row, options)
  if not options.why and not options.action or options.why and row.why ~= options.why then return false end
  for _, step in ipairs(options.action and store:rows("steps", row.n) or {}) do
    if step.action == options.action then return true end
  end
  return not options.action
end

--- Says something of lines, and of mandates where `mandate` is true.
---@param options table
---@param said fun(target: string, n: integer?): idngo.watch.Said
---@param mandates boolean?
---@param told boolean? whether the profile's name is asked for in production
function M.say(options, said, mandates, told)
  local letter = require("idngo.cli.letter")
  local store, code = letter.open(options)
  if not store then return code end
  local numbers, list, named = {}, {}, {} -- whoever names something twice says it once
  local function add_line(n)
    if not named[n] then numbers[#numbers + 1], named[n] = n, true end
  end
  for _, target in ipairs(options.targets) do
    if type(target) == "number" then
      add_line(target)
    elseif mandates and not named[target] then
      named[target] = true
      show_mandate(store, target)
      list[#list + 1] = said(target)
    elseif not mandates then
      store:close()
      output.tell("idngo: a mandate's hash says nothing here; give numbers of lines\n")
      return cli.exit.usage
    end
  end
  for row in store:each("watch_waiting") do
    if is_wanted(store, row, options) then add_line(row.n) end
  end
  local lines
  lines, code = letter.lines(store, numbers)
  if lines and #lines > 1 then output.tell(("%d lines:\n"):format(#lines)) end
  for _, line in ipairs(lines or {}) do
    show(line)
    list[#list + 1] = said(store:target(line), line.n)
  end
  store.tables:rollback() -- a person may take long to answer: nothing is held meanwhile
  local of, err
  if lines and told then
    of, err = require("idngo.cli.whose").of_approver(store, require("idngo.cli.runs").settings(options))
    err = of and of.production and list[1] and require("idngo.cli.whose").brake(of) or err
    if err then lines, code = nil, cli.fail(err) end
  end
  if lines and not list[1] then
    output.tell("idngo: no line is named; idngo list shows them, and with --state waiting those that wait\n")
    lines, code = nil, cli.exit.input
  end
  if lines then code = letter.say(options, store, list) end
  store:close()
  return code
end

function M.run(options)
  if options.from then
    if options.targets[1] or options.why or options.action or options.note or options.to or options.withdraw then
      M.usage_error("--from says nothing new: it stands alone behind RUN")
    end
    return require("idngo.cli.letter").hand_in(options)
  end
  if options.withdraw then
    return M.say(options, function(target, n) return { event = "told", what = "withdraw", target = target, line = n } end, true)
  end
  return M.say(options, function(target, n) return { event = "approved", target = target, line = n } end, true, true)
end

return M
