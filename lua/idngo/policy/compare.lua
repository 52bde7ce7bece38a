-- Two policies side by side: every combination of answers that either of them looks at, and where they part.
--
-- Facts are given one by one, as the policies ask for them, so nothing is varied that neither looks at, and a difference
-- names the fewest facts it takes.

local facts = require("idngo.policy.facts")
local replay = require("idngo.policy.replay")

local M = {}

local HIT = { applicantId = "other", matchedFields = { "info.lastName" }, types = { "text" } }
local SIMILAR = { applicantId = "other", matchedFields = { "info.lastName" }, types = { "text" }, exactMatch = false,
  blacklisted = false, applicant = { id = "other" } }

--- The forms of a fact that are tried: every answer, with and without what usually comes with it.
local function forms(name)
  local list = {}
  for _, answer in ipairs(facts.facts[name].answers) do
    local fact = facts.blank(name, answer)
    if name == "duplicates" and (answer == "RED" or answer == "YELLOW") then
      local with_hit = facts.blank(name, answer)
      with_hit.hits = { HIT }
      list[#list + 1] = { answer .. " with a hit", with_hit }
    end
    if answer == "FOUND" then fact.hits, fact.totalCnt = { SIMILAR }, 1 end
    if name == "liveness" and answer ~= "MISSING" then fact.id = "check" end
    if name == "levels" then fact.names, fact.items = { "basic-kyc-level" }, { { name = "basic-kyc-level" } } end
    list[#list + 1] = { answer, fact }
  end
  for _, answer in ipairs(name == "steps" and { "GREEN", "RED" } or {}) do
    local fact = facts.blank(name, "MISSING")
    fact.IDENTITY, fact.SELFIE = { answer = answer, reviewResult = { reviewAnswer = answer } }, { answer = "MISSING" }
    list[#list + 1] = { "IDENTITY " .. answer, fact }
  end
  return list
end

---@class idngo.policy.Difference
---@field facts table<string, string> the answers
---@field before string what A decides
---@field after string what B decides

local function copy(map)
  local made = {}
  for name, value in pairs(map) do made[name] = value end
  return made
end

--- Walks all combinations.
---@param a table pool of one policy
---@param b table pool of the other
---@param today string
---@param event table? what policies of a watch decide about
---@return idngo.policy.Difference[] differences fewest facts first
---@return integer combinations looked at
function M.exhaustive(a, b, today, event)
  local differences, combinations, given = {}, 0, { today = today, event = event }
  local function walk(known, answers, count)
    local first = replay.decide(a, { id = "applicant" }, known, given)
    local second = replay.decide(b, { id = "applicant" }, known, given)
    local name = first.fact or second.fact
    if name then
      for _, form in ipairs(forms(name)) do
        local more, said = copy(known), copy(answers)
        more[name], said[name] = form[2], form[1]
        walk(more, said, count + 1)
      end
      return
    end
    combinations = combinations + 1
    if replay.text(first) ~= replay.text(second) then
      differences[#differences + 1] = { facts = answers, count = count, at = combinations,
        before = replay.sentence(first), after = replay.sentence(second) }
    end
  end
  walk({}, {}, 0)
  table.sort(differences, function(x, y)
    if x.count ~= y.count then return x.count < y.count end
    return x.at < y.at
  end)
  return differences, combinations
end

---@class idngo.policy.RecordedDifference
---@field applicants integer
---@field different integer
---@field examples {id: string, before: string, after: string}[] the first of them

--- Where two policies differ over what the decisions of a run were made of.
---@param a idngo.policy.Pool
---@param b idngo.policy.Pool
---@param store idngo.run.Store
---@param most integer examples
---@return idngo.policy.RecordedDifference
function M.recorded(a, b, store, most)
  local result = { applicants = 0, different = 0, examples = {} }
  for of in replay.inputs(store) do
    local before = replay.decide(a, of.applicant, of.known, of.given)
    local after = replay.decide(b, of.applicant, of.known, of.given)
    result.applicants = result.applicants + 1
    if replay.text(before) ~= replay.text(after) then
      result.different = result.different + 1
      if #result.examples < most then
        table.insert(result.examples, { id = of.row.id, before = replay.sentence(before), after = replay.sentence(after) })
      end
    end
  end
  return result
end

return M
