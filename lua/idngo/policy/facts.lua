-- Facts: what a policy sees of the API's replies, and which call each comes from.
--
-- `answer` is always a string, "MISSING" where there is no check or no answer in it; lists that a policy walks are
-- always lists. A reply that cannot be read for certain gives no fact: the decision is an error, never a clean one.
--
--   duplicates   {answer, createdAt?, hits = {{applicantId, matchedFields, types}, …}}
--   tin          {answer, createdAt?, extractedDoc = {…, addresses = {…}}}
--   liveness     {answer, createdAt?, id?, checkType?}
--   similar_by_text, similar_by_text_and_face
--                {answer = "FOUND" or "NONE", hits = {{applicantId, matchedFields, types, exactMatch, blacklisted,
--                applicant}, …}, totalCnt}
--   timeline     {answer = the newest review answer, items = {…}}      items newest first, as on the wire
--   levels       {answer = "MISSING", items = {…}, names = {…}}
--   status       {answer = that of a review which is completed, reviewStatus, reviewResult?, levelName, …}
--   applicant    {answer = as that of status, tags = {…}, review, info, fixedInfo, …}
--   steps        {answer = "MISSING", IDENTITY = {answer, idDocType?, reviewResult?, …}, SELFIE = {…}, …}   those given
--   check_TYPE   {answer, createdAt?, id?, checkType?, …}      the latest check of any TYPE, in capitals as on the wire
-- Fields of the wire that are not named here are kept; fields.lua has all of the reference. An applicantId that the reply
-- leaves out is "MISSING".

local arranged = require("idngo.policy.fields")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local operation = require("idngo.operation")
local replies = require("idngo.client.replies")
local schema = require("idngo.schema")
local sorted = require("idngo.sorted")

local M = {}

local MISSING = "MISSING"

local function copy(object)
  local fields = {}
  for name, value in pairs(object) do fields[name] = value end
  return fields
end

--- The one check of a checks/latest reply, or nil when there is none. Throws when there are several.
local function the_check(reply)
  if #reply.checks > 1 then error(("%d checks where one was asked for"):format(#reply.checks), 0) end
  local check = reply.checks[1]
  return check and copy(check)
end

--- A hit with its lists and its applicantId in place.
local function hit_of(listed, id)
  local hit = copy(listed)
  hit.applicantId = id or MISSING
  hit.matchedFields, hit.types = hit.matchedFields or {}, hit.types or {}
  return hit
end

local function duplicates(reply)
  local check = the_check(reply)
  if not check then return { answer = MISSING, hits = {} } end
  local search = check.similarSearchInfo or {}
  if check.answer and search.answer and check.answer ~= search.answer then
    error("the check and its search disagree about the answer", 0)
  end
  check.answer, check.similarSearchInfo = check.answer or search.answer or MISSING, nil
  check.hits = {}
  for i, listed in ipairs(search.duplicateApplicantHits or {}) do check.hits[i] = hit_of(listed, listed.applicantId) end
  return check
end

local function tin(reply)
  local check = the_check(reply) or {}
  check.answer = check.answer or MISSING
  check.extractedDoc = copy(replies.extracted_doc(check))
  local addresses = check.extractedDoc.addresses
  if type(addresses) ~= "table" or (addresses[1] == nil and next(addresses) ~= nil) then
    error("extractedDoc.addresses is not a list", 0)
  end
  return check
end

local function latest(reply)
  local check = the_check(reply) or {}
  check.answer = check.answer or MISSING
  return check
end

local function similar(reply)
  local fact = copy(reply)
  fact.similarApplicants, fact.hits = nil, {}
  for i, listed in ipairs(reply.similarApplicants) do
    fact.hits[i] = hit_of(listed, listed.applicant and listed.applicant.id)
    fact.hits[i].exactMatch = listed.exactMatch or false
    fact.hits[i].blacklisted = listed.blacklisted or false
  end
  fact.totalCnt = fact.totalCnt or #fact.hits
  fact.answer = #fact.hits > 0 and "FOUND" or "NONE"
  if #fact.hits == 0 and fact.totalCnt ~= 0 then error("the list is empty, its count is not", 0) end
  return fact
end

local function timeline(reply)
  local fact = copy(reply)
  fact.answer = MISSING
  for _, item in ipairs(reply.items) do
    if type(item.reviewAnswer) == "string" then
      fact.answer = item.reviewAnswer
      break
    end
  end
  return fact
end

local function levels(reply)
  local fact = copy(reply.list or reply)
  fact.answer, fact.names = MISSING, {}
  for i, level in ipairs(fact.items) do fact.names[i] = level.name or MISSING end
  return fact
end

--- A review without what changes by itself while time passes: what rests on a fact is read again, and has to be the same.
local function still(review)
  local fact = copy(review)
  fact.elapsedSincePendingMs, fact.elapsedSinceQueuedMs = nil, nil
  return fact
end

--- The answer of a review that is completed: beside any other status there may be an older one.
local function answer_of(review)
  local result = review and review.reviewStatus == "completed" and review.reviewResult
  return result and result.reviewAnswer or MISSING
end

local function status(reply)
  local fact = still(reply)
  fact.answer = answer_of(reply)
  return fact
end

local function applicant(reply)
  local fact = copy(reply)
  fact.answer, fact.review, fact.tags = answer_of(reply.review), reply.review and still(reply.review), reply.tags or {}
  return fact
end

--- The whole has no answer: that all steps which are there are GREEN does not say that none is missing.
local function steps(reply)
  local fact = { answer = MISSING }
  for name, given in pairs(reply) do
    if type(given) ~= "table" then error("a step is no object", 0) end
    local step, result = copy(given), given.reviewResult
    step.answer = type(result) == "table" and type(result.reviewAnswer) == "string" and result.reviewAnswer or MISSING
    fact[name] = step
  end
  return fact
end

---@class idngo.policy.Fact
---@field method string the client's method
---@field type string? of check_TYPE: what the method is asked for
---@field normalise fun(reply: table): table throws a message on what cannot be read
---@field account boolean the same for every applicant
---@field answers string[] every answer it can have, for exhaustive comparison

local normalise = { duplicates = duplicates, tin = tin, liveness = latest, similar_by_text = similar,
  similar_by_text_and_face = similar, timeline = timeline, levels = levels, status = status,
  applicant = applicant, steps = steps }

--- A fact of an endpoint that needs no more: the reply as it is.
local function as_it_is(reply)
  local fact = copy(reply)
  fact.answer = type(fact.answer) == "string" and fact.answer or MISSING
  return fact
end

--- The facts by name: those that endpoints say they are.
---@type table<string, idngo.policy.Fact>
M.facts = {}

--- The facts' names, sorted.
M.names = sorted(endpoints.facts())

for name, endpoint in pairs(endpoints.facts()) do
  M.facts[name] = setmetatable({ method = endpoint, normalise = normalise[name] or as_it_is }, { __index = function(fact, field)
    if field == "answers" then fact.answers = endpoints.description(endpoint).fact.answers end
    if field == "account" then fact.account = not operation.of(endpoint).is_about end
    return rawget(fact, field)
  end })
end

local LONGEST_NAME = 60 -- csrc/jail/guard.h has room for little more

--- The type of check that a fact's name is of, or nil.
local function type_of(name)
  return type(name) == "string" and #name <= LONGEST_NAME and name:match("^check_(%u[%u%d_]*)$") or nil
end

local ANSWERS = { "GREEN", "YELLOW", "RED", "ERROR", MISSING }

-- Checks of any type: nobody has a list of the types, so a fact is made of the name that a policy says.
setmetatable(M.facts, { __index = function(_, name)
  local wanted = type_of(name)
  return wanted and { method = "checks", type = wanted, normalise = latest, account = false, answers = ANSWERS }
end })

--- The fields that each may have: as they are arranged here, else those of the reply.
M.fields = {}
for name, endpoint in pairs(endpoints.facts()) do
  M.fields[name] = arranged[name]
  if not arranged[name] then
    M.fields[name] = schema.names(endpoints.description(endpoint).returns)
    M.fields[name].answer = true
  end
end
for _, step in pairs(M.fields.steps) do
  if type(step) == "table" then step.answer = true end
end
M.fields.check_ = arranged.check_ -- of all of them: see csrc/jail/prelude.lua

setmetatable(M.fields, { __index = function(fields, name) return type_of(name) and fields.check_ end })

--- Makes the fact `name` of a reply that has passed the client's own checks.
---@param name string
---@param reply table
---@return table? fact
---@return string? message what cannot be read in it; never a piece of it
function M.normalise(name, reply)
  local ok, fact = pcall(M.facts[name].normalise, reply)
  if ok then return fact end
  return nil, type(fact) == "string" and fact or "it cannot be read"
end

--- What a fact with this answer looks like when nothing more is known of it: every list empty.
---@param name string
---@param answer string
---@return table
function M.blank(name, answer)
  local fact = { answer = answer }
  if name == "tin" then fact.extractedDoc = { addresses = {} } end
  if name == "timeline" or name == "levels" then fact.items = {} end
  if name == "levels" then fact.names = {} end
  if name == "applicant" then fact.tags = {} end
  if name == "duplicates" or name:find("^similar") then fact.hits = {} end
  if name:find("^similar") then fact.totalCnt = 0 end
  return fact
end

--- Fetches the reply behind the fact `name`.
---@param client idngo.Client
---@param name string
---@param applicant_id string
---@param options? table of the call
---@return table? reply
---@return idngo.Error?
function M.fetch(client, name, applicant_id, options)
  local fact = M.facts[name]
  if fact.account then return client[fact.method](client, options) end
  if fact.type then return client[fact.method](client, applicant_id, fact.type, options) end
  return client[fact.method](client, applicant_id, options)
end

--- The facts recorded for an applicant, made again of their replies.
---@param store idngo.run.Store
---@param n integer
---@param hashes? table<string, string> what the replies must be, by fact; a run of 0.1 is read without
---@return table<string, table> facts
function M.recorded(store, n, hashes)
  local known = {}
  for _, row in ipairs(store:rows("facts", n)) do
    local is_believed = store.tables.old and not hashes or core.sha256(tostring(row.body)) == row.hash
    if not is_believed or hashes and row.hash ~= hashes[row.name] then
      error(store:damaged("replies", row.hash, "is not what was recorded"), 0)
    end
    local fact, message = M.normalise(row.name, store:decode(row.body, "replies", row.hash))
    if not fact then error(store:damaged("replies", row.hash, message), 0) end
    known[row.name] = fact
  end
  return known
end

return M
