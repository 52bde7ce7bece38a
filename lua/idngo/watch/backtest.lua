-- Backtests of a watch: what another policy would have decided about the lines that were decided last, by the events and facts
-- that were recorded; and how much of the mandate it would have used. Nothing is sent, and nothing is read unless told so.

local breaker = require("idngo.watch.breaker")
local changes = require("idngo.watch.changes")
local decide = require("idngo.watch.decide")
local facts = require("idngo.policy.facts")
local json = require("idngo.json")
local mandates = require("idngo.watch.mandate")
local replay = require("idngo.policy.replay")
local uses = require("idngo.watch.uses")
local verdicts = require("idngo.watch.verdict")

local M = {}

--- Of so many lines there are numbers of them in a report; and so large a part of them may lack facts.
M.EXAMPLES, M.LACKING = 20, 0.2

--- Which of the lines behind a number a person was asked about. Their rows do not tell; the log does.
local function asked_of(store, first)
  local asked = {}
  for row in store:each("audit_records") do
    if row.record:find('"event":"decided"', 1, true) then
      local record = store:decode(row.record, "audit", row.seq)
      if record.line >= first then asked[record.line] = record.asked or nil end
    end
  end
  return asked
end

local function input_of(store, row)
  return { row = row, applicant = verdicts.applicant(row.id), known = facts.recorded(store, row.n), given = verdicts.given(row) }
end

--- The rows of the lines that were decided last, one after another.
---@param store idngo.watch.Store opened to read, of one moment
---@param last integer so many at the most
---@return fun(): table?
---@return integer? first the number of the first of them
function M.rows(store, last)
  local first = store:row("watch_decided_last", last).n
  local each = first and store:each("lines", first - 1)
  return function()
    local row = each and each()
    while row and (not row.decision or row.fields == store.FORGOTTEN) do row = each() end
    return row
  end, first
end

---@class idngo.watch.Backtest
---@field first integer? line
---@field last integer? line
---@field lines integer that were decided again
---@field same integer
---@field changed integer
---@field without integer that lack facts, and are not among what follows
---@field fetched integer whose facts were read now
---@field digest string hash over all verdicts
---@field moves {from: string, to: string, lines: integer}[] of those that changed; the same words: other reasons or arguments
---@field examples {line: integer, from: string, to: string, fetched: boolean?}[]
---@field shares table<string, integer> lines by category of the breaker, and by read_FACT those for which a fact was read
---@field uses {action: string, guard: string, most: integer, limit: integer}[]
---@field uncovered table<string, integer> lines that would wait since the mandate does not cover an action

--- Counts what a verdict would have used of a mandate.
local function count_uses(result, found, row, verdict, guards)
  if verdict.decision ~= "act" or verdict.asked then return end
  for _, action in ipairs(verdict.actions) do
    if mandates.uncovered({ guards = guards }, action.action) then
      result.uncovered[action.action] = (result.uncovered[action.action] or 0) + 1
      return
    end
  end
  for _, action in ipairs(verdict.actions) do
    found[#found + 1] = { action = action.action, person = row.id or "", at = row.decided }
  end
end

--- Decides again about the lines that were decided last.
---@param store idngo.watch.Store opened to read, of one moment
---@param pool idngo.policy.Pool
---@param options {last: integer, guards: table, client: idngo.Client?} client: reads the facts that were not recorded
---@return idngo.watch.Backtest
function M.run(store, pool, options)
  local rows, first = M.rows(store, options.last)
  local asked, short, found, moves = first and asked_of(store, first) or {}, {}, {}, {}
  local result = { first = first, lines = 0, changed = 0, without = 0, fetched = 0, examples = json.array {},
    shares = json.object {}, uncovered = json.object {} }
  local compared = replay.begin()
  local function take(row, known, verdict, fetched)
    local before = replay.recorded(store, row)
    before.asked = asked[row.n]
    result.last = math.max(result.last or 0, row.n)
    local lacks = verdict.decision == "need"
    replay.compare(compared, row, before, verdict, not lacks and function()
      local from, to = replay.words(before), replay.words(verdict)
      result.changed = result.changed + 1
      changes.count(moves, from, to)
      if #result.examples < M.EXAMPLES then
        table.insert(result.examples, { line = row.n, from = from, to = to, fetched = fetched or nil })
      end
    end or nil)
    if lacks then
      result.without = result.without + 1
      return
    end
    result.lines, result.fetched = result.lines + 1, result.fetched + (fetched and 1 or 0)
    for category, is in pairs(breaker.categories(verdict)) do breaker.count(result.shares, category, is) end
    for name, fact in pairs(known) do breaker.count(result.shares, "missing_" .. name, fact.answer == facts.MISSING) end
    count_uses(result, found, row, verdict, options.guards)
  end
  local function inputs()
    local row = rows()
    return row and input_of(store, row)
  end
  replay.each(pool, inputs, function(input, outcome)
    local verdict = verdicts.of(outcome, input.known, input.row.id)
    if verdict.decision == "need" and options.client then
      short[#short + 1] = input.row.n
    else
      take(input.row, input.known, verdict)
    end
  end)
  for _, n in ipairs(short) do -- when no evaluator waits for another
    local input = input_of(store, store:row("line", n))
    local verdict = decide.evaluate(options.client, pool, input.row.id, input.known, {}, input.given)
    take(input.row, input.known, verdict or { decision = "need", fact = "of the service", actions = {} }, verdict ~= nil)
  end
  result.same, result.digest, result.moves = compared.same, compared.digest, changes.in_order(moves)
  result.uses = json.array(uses.of(options.guards, found))
  return result
end

--- Why a backtest says too little, or nil.
---@param result idngo.watch.Backtest
---@return string?
function M.lacking(result)
  local all = result.lines + result.without
  if result.without > M.LACKING * all then
    return ("%d of %d lines lack facts that the policy reads; more than %g %% may not"):format(result.without, all,
      100 * M.LACKING)
  end
end

return M
