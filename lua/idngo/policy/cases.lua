-- Tests of a policy: cases as Lua tables, in POLICY.cases.lua beside POLICY.lua.
--
--   return {
--     { name = "a duplicate is removed and told",
--       applicant = { id = "a" },                              -- optional
--       event = { type = "applicantReviewed", … },             -- of a policy that watches
--       facts = { duplicates = { answer = "RED", hits = { { applicantId = "b" } } }, liveness = "GREEN" },
--       expect = { "deactivate", "send_status_email" } },
--     { name = "as recorded", run = "runs/may", applicant = "5eea…", expect = { "pass" } },
--   }
-- A fact may be its answer alone; what is left out of one is empty. expect lists actions in order: a name, or a table
-- {"deactivate", reason = "…", args = {…}} whose fields must be equal; {error = "text"} expects an error that holds the
-- text, {need = "tin"} that this fact is asked for. A case whose policy asks for a fact it was not given fails, and so does
-- one whose policy reads a column that no case's applicant has. The file runs without any globals.

local actions = require("idngo.policy.actions")
local compat = require("idngo.compat")
local coverage = require("idngo.policy.coverage")
local dates = require("idngo.dates")
local decisions = require("idngo.policy.decision")
local facts = require("idngo.policy.facts")
local json = require("idngo.json")
local column_names = require("idngo.policy.names")
local options = require("idngo.options")
local stores = require("idngo.run.store")
local suggest = require("idngo.suggest")
local text_file = require("idngo.text")

local M = {}

--- A message about a field of a fact that the reference does not have, or nil: such a case would test nothing.
local function wrong_field(path, value, known)
  if type(value) ~= "table" or type(known) ~= "table" then return nil end
  local list = {}
  for name in pairs(known) do
    if type(name) == "string" then list[#list + 1] = name end
  end
  table.sort(list)
  for name, inner in pairs(value) do
    local is_place = type(name) == "number" and known[1] ~= nil
    local of = is_place and known[1] or known[name]
    if of == nil then return ("%s has no field %s, %s"):format(path, tostring(name), suggest(name, list)) end
    local message = wrong_field(is_place and ("%s[%d]"):format(path, name) or path .. "." .. name, inner, of)
    if message then return message end
  end
end

--- A name that is no fact's, and what was perhaps meant; or nil.
local function unknown_fact(given)
  local others = {}
  for name in pairs(given) do
    if not facts.facts[name] then others[name] = true end
  end
  return options.unknown(others, facts.names)
end

--- The facts of a case, each in the shape that a policy sees.
local function facts_of(given)
  local known = {}
  if type(given) ~= "table" then return nil, "facts must be a table" end
  local unknown = unknown_fact(given)
  if unknown then return nil, "there is no fact " .. unknown end
  for name, fact in pairs(given) do
    if type(fact) == "string" then fact = { answer = fact } end
    if type(fact) ~= "table" then return nil, ("fact %s must be its answer or a table"):format(name) end
    local message = wrong_field(name, fact, facts.fields[name])
    if message then return nil, message end
    known[name] = facts.blank(name, "MISSING")
    for field, value in pairs(fact) do known[name][field] = value end
  end
  return known
end

---@class idngo.policy.CaseInput
---@field applicant table
---@field facts table<string, table>
---@field given idngo.policy.EvaluateOptions

--- Applicant and facts out of a run's journal.
local function recorded(folder, case)
  local path = case.run:find("^/") and case.run or folder .. case.run
  local store, err = stores.read(path, "policy")
  if not store then return nil, tostring(err) end
  local row = store:row("line_by_id", case.applicant)
  local input = row and { applicant = json.decode(row.fields), facts = facts.recorded(store, row.n),
    given = decisions.given(store) }
  store:close()
  if not row then return nil, ("%s knows no applicant %s"):format(case.run, tostring(case.applicant)) end
  return input
end

--- A message about a wrong `expect` of a case, or nil.
local function wrong_expectation(expect)
  if type(expect) ~= "table" then return "expect must be a list of actions" end
  local known, kinds = { "error", "need" }, {}
  for i in ipairs(expect) do known[#known + 1] = i end
  local unknown = options.unknown(expect, known)
  if unknown then return "unknown field in expect: " .. unknown end
  for i, kind in ipairs(actions.list) do kinds[i] = kind.name end
  for i, wanted in ipairs(expect) do
    local name = wanted
    if type(wanted) == "table" then
      name = wanted[1]
      unknown = options.unknown(wanted, { 1, "reason", "args" })
      if unknown then return ("unknown field in expect[%d]: %s"):format(i, unknown) end
    end
    unknown = options.unknown({ [tostring(name)] = true }, kinds)
    if unknown then return ("expect[%d]: there is no action %s"):format(i, unknown) end
  end
  if expect.need ~= nil then
    unknown = unknown_fact { [tostring(expect.need)] = true }
    if unknown then return "expect: there is no fact " .. unknown end
  end
end

--- What a case gives to the policy.
---@return idngo.policy.CaseInput?
---@return string? message
local function input_of(folder, case, columns)
  local unknown = options.unknown(case, { "name", "applicant", "facts", "today", "event", "run", "expect" })
  if unknown then return nil, "unknown field " .. unknown end
  local message = wrong_expectation(case.expect)
  if message then return nil, message end
  if case.today ~= nil and case.run then return nil, "today is the run's; leave it out" end
  if case.today ~= nil and not dates.is_day(case.today) then return nil, "today must be a day such as 2026-01-31" end
  if case.event ~= nil and (type(case.event) ~= "table" or case.run) then
    return nil, "event must be a table, and is not for a case of a run"
  end
  if case.run then return recorded(folder, case) end
  local known
  known, message = facts_of(case.facts or {})
  if not known then return nil, message end
  local applicant = case.applicant or { id = "applicant" }
  if case.applicant == false then applicant = false end -- an event that names none
  return { applicant = applicant, facts = known, given = { columns = columns, today = case.today, event = case.event } }
end

local function same(a, b)
  return json.encode({ a }, "value", "[]") == json.encode({ b }, "value", "[]")
end

local function words(outcome)
  if outcome.kind == "need" then return "asks for the fact " .. outcome.fact end
  if outcome.kind == "error" then return "error: " .. outcome.message end
  local names = {}
  for i, action in ipairs(outcome.actions) do
    names[i] = action.name .. (action.reason and (' "%s"'):format(action.reason) or "")
  end
  return table.concat(names, ", ")
end

--- Whether an action is another than expected.
local function wrong_action(action, wanted)
  if type(wanted) == "string" then wanted = { wanted } end
  if action.name ~= wanted[1] then return true end
  if wanted.reason ~= nil and wanted.reason ~= action.reason then return true end
  return wanted.args ~= nil and not same(wanted.args, action.args)
end

local function wrong_outcome(outcome, expect)
  if expect.error then
    return not (outcome.kind == "error" and outcome.message:find(expect.error, 1, true))
  end
  if expect.need then return not (outcome.kind == "need" and outcome.fact == expect.need) end
  if outcome.kind ~= "decided" or #outcome.actions ~= #expect then return true end
  for i, action in ipairs(outcome.actions) do
    if wrong_action(action, expect[i]) then return true end
  end
  return false
end

---@class idngo.policy.CaseResult
---@field name string
---@field ok boolean
---@field message string? what came instead

local function run_case(pool, folder, case, seen, columns)
  local input, message = input_of(folder, case, columns)
  if not input then return message end
  input.given.trace = true
  local outcome = pool:evaluate(input.applicant, input.facts, input.given)
  if outcome.kind == "decided" and not decisions.need_of(outcome, input.facts, input.applicant) then
    local decision, reason, line = decisions.of(outcome, input.facts, input.applicant)
    if decision == "error" then outcome = { kind = "error", message = reason, line = line, trace = outcome.trace } end
  end
  for _, line in ipairs(outcome.trace and outcome.trace.lines or {}) do seen[line] = true end
  if wrong_outcome(outcome, case.expect) then return words(outcome) end
end

local function load_cases(path)
  local text, message = text_file.read(path)
  if not text then return nil, message end
  local chunk
  chunk, message = compat.load(text, "@" .. path, {})
  if not chunk then return nil, message end
  local ok, cases = pcall(chunk)
  if not ok then return nil, tostring(cases) end
  if type(cases) ~= "table" or #cases == 0 then return nil, path .. ": no cases" end
  return cases
end

---@class idngo.policy.TestResult
---@field cases idngo.policy.CaseResult[]
---@field failed integer
---@field lines integer that can be covered
---@field uncovered integer[]
---@field coverage number percent

--- The columns of all cases: one that no case has is misspelt, or untested.
local function columns_of(cases)
  local columns
  for _, case in ipairs(cases) do
    local applicant = type(case) == "table" and case.applicant
    columns = column_names.add(columns, type(applicant) == "table" and applicant or {})
  end
  return columns
end

--- Runs the cases of a policy.
---@param pool table
---@param text string the policy
---@param path string of its cases
---@return idngo.policy.TestResult?
---@return string? message
function M.run(pool, text, path)
  local cases, message = load_cases(path)
  if not cases then return nil, message end
  local result, seen = { cases = {}, failed = 0, uncovered = {} }, {}
  local columns = columns_of(cases)
  for i, case in ipairs(cases) do
    local name = type(case) == "table" and case.name or "case " .. i
    local ok, instead = pcall(run_case, pool, path:match("^.*/") or "", type(case) == "table" and case or {}, seen,
      columns)
    if not ok then instead = tostring(instead) end
    if instead then result.failed = result.failed + 1 end
    result.cases[i] = { name = tostring(name), ok = instead == nil, message = instead }
  end
  local lines = coverage.lines(text)
  for _, line in ipairs(lines) do
    if not seen[line] then result.uncovered[#result.uncovered + 1] = line end
  end
  result.lines = #lines
  result.coverage = #lines == 0 and 100 or 100 * (#lines - #result.uncovered) / #lines
  return result
end

return M
