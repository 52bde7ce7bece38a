-- Tests of a policy: cases as Lua tables, in POLICY.cases.lua beside POLICY.lua.
--
--   return {
--     { name = "a duplicate is removed and told",
--       applicant = { id = "a" },                              -- optional
--       facts = { duplicates = { answer = "RED", hits = { { applicantId = "b" } } }, liveness = "GREEN" },
--       expect = { "deactivate", "send_status_email" } },
--     { name = "as recorded", run = "runs/may", applicant = "5eea…", expect = { "pass" } },
--   }
-- A fact may be its answer alone; what is left out of one is empty. expect lists actions in order: a name, or a table
-- {"deactivate", reason = "…", args = {…}} whose fields must be equal; {error = "text"} expects an error that holds the
-- text, {need = "tin"} that this fact is asked for. A case whose policy asks for a fact it was not given fails.
-- The file runs without any globals.

local compat = require("idngo.compat")
local coverage = require("idngo.policy.coverage")
local facts = require("idngo.policy.facts")
local json = require("idngo.json")
local plan = require("idngo.policy.plan")
local store = require("idngo.policy.store")
local text_file = require("idngo.text")

local M = {}

local known_fields = { name = true, applicant = true, facts = true, run = true, expect = true }

--- The facts of a case, each in the shape that a policy sees.
local function facts_of(given)
  local known = {}
  for name, fact in pairs(given or {}) do
    if not facts.facts[name] then return nil, "there is no fact " .. tostring(name) end
    if type(fact) == "string" then fact = { answer = fact } end
    if type(fact) ~= "table" then return nil, ("fact %s must be its answer or a table"):format(name) end
    known[name] = facts.blank(name, "MISSING")
    for field, value in pairs(fact) do known[name][field] = value end
  end
  return known
end

--- Applicant and facts out of a run's journal.
local function recorded(folder, case)
  local path = case.run:find("^/") and case.run or folder .. case.run
  local kept, problem = store.read(path)
  if not kept then return nil, nil, tostring(problem) end
  local row = kept:row("applicant_by_id", case.applicant)
  local known = row and plan.recorded(kept, row.n)
  kept:close()
  if not row then return nil, nil, ("%s knows no applicant %s"):format(case.run, tostring(case.applicant)) end
  return json.decode(row.fields), known
end

local function input_of(folder, case)
  for field in pairs(case) do
    if not known_fields[field] then return nil, nil, "unknown field " .. tostring(field) end
  end
  if type(case.expect) ~= "table" then return nil, nil, "expect must be a list of actions" end
  if case.run then return recorded(folder, case) end
  local known, why = facts_of(case.facts)
  return case.applicant or { id = "applicant" }, known, why
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

--- What is wrong with an action, or nil.
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

local function run_case(pool, folder, case, seen)
  local applicant, known, why = input_of(folder, case)
  if why then return why end
  local outcome = pool:evaluate(applicant, known, { trace = true })
  for _, line in ipairs(outcome.trace and outcome.trace.lines or {}) do seen[line] = true end
  if wrong_outcome(outcome, case.expect) then return words(outcome) end
end

local function load_cases(path)
  local text, why = text_file.read(path)
  if not text then return nil, why end
  local chunk
  chunk, why = compat.load(text, "@" .. path, {})
  if not chunk then return nil, why end
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

--- Runs the cases of a policy.
---@param pool table
---@param text string the policy
---@param path string of its cases
---@return idngo.policy.TestResult?
---@return string? message
function M.run(pool, text, path)
  local cases, why = load_cases(path)
  if not cases then return nil, why end
  local result, seen = { cases = {}, failed = 0, uncovered = {} }, {}
  for i, case in ipairs(cases) do
    local name = type(case) == "table" and case.name or "case " .. i
    local ok, message = pcall(run_case, pool, path:match("^.*/") or "", type(case) == "table" and case or {}, seen)
    if not ok then message = tostring(message) end
    if message then result.failed = result.failed + 1 end
    result.cases[i] = { name = tostring(name), ok = message == nil, message = message }
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
