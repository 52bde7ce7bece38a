-- What replies say, read in one way for policies and for scripts.
--
-- `answer` is always a string, "MISSING" where there is no check or no answer in it; lists that are walked are
-- always lists. A reply that cannot be read for certain gives nothing: it is an error, never a clean one.
--
--   duplicates   {answer, createdAt?, hits = {{applicantId, matchedFields, types}, …}}
--   tin          {answer, createdAt?, extractedDoc = {…, addresses = {…}}}
--   liveness     {answer, createdAt?, id?, checkType?}
--   similar_by_text, similar_by_text_and_face
--                {answer = "FOUND" or "NONE", hits = {{applicantId, matchedFields, types, exactMatch, blacklisted,
--                applicant}, …}, totalCnt}
--   timeline     {answer = that of the newest review, items = {…}}     items in the order of the wire
--   levels       {answer = "MISSING", items = {…}, names = {…}}
--   status       {answer = that of a review which is completed, reviewStatus, reviewResult?, levelName, …}
--   applicant    {answer = as that of status, tags = {…}, review, info, fixedInfo, …}
--   steps        {answer = "MISSING", IDENTITY = {answer, idDocType?, reviewResult?, …}, SELFIE = {…}, …}   those given
--   check_TYPE   {answer, createdAt?, id?, checkType?, …}      the latest check of any TYPE, in capitals as on the wire
-- A check of any kind that has a search in it, or is one, is read with it as `duplicates` is.
-- Fields of the wire that are not named here are kept; policy/fields.lua has all of the reference. An applicantId that the reply
-- leaves out is "MISSING".

local errors = require("idngo.error")
local replies = require("idngo.client.replies")

local M = {}

local MISSING = "MISSING"

local function copy(object)
  local fields = {}
  for name, value in pairs(object) do fields[name] = value end
  return fields
end

--- A hit with its lists and its applicantId in place.
local function hit_of(listed, id)
  local hit = copy(listed)
  hit.applicantId = id or MISSING
  hit.matchedFields, hit.types = hit.matchedFields or {}, hit.types or {}
  return hit
end

--- The types of checks that list other applicants.
local LISTS = { SIMILAR_SEARCH = true }

--- Reads what a check's search says into the check.
local function take_search(check)
  local search = check.similarSearchInfo
  if search == nil then search = {} end
  local listed_hits = type(search) == "table" and search.duplicateApplicantHits
  if type(search) == "table" and listed_hits == nil then listed_hits = {} end
  if type(listed_hits) ~= "table" then error("similarSearchInfo is no object with a list of hits", 0) end
  if check.answer == nil then
    check.answer = search.answer
  elseif search.answer ~= nil and check.answer ~= search.answer then
    error("the check and its search disagree about the answer", 0)
  end
  check.similarSearchInfo, check.hits = nil, {}
  for i, listed in ipairs(listed_hits) do check.hits[i] = hit_of(listed, listed.applicantId) end
end

--- The check of a checks/latest reply, whatever it was asked for by. A search that stands in it is read with it: the two may
--- disagree. Throws when there are several.
local function the_check(reply, is_search)
  if #reply.checks > 1 then error(("%d checks where one was asked for"):format(#reply.checks), 0) end
  local check = copy(reply.checks[1] or {})
  if is_search or check.similarSearchInfo ~= nil or LISTS[check.checkType] then take_search(check) end
  if check.answer == nil then check.answer = MISSING end
  return check
end

local function latest(reply) return the_check(reply) end

local function duplicates(reply) return the_check(reply, true) end

local function tin(reply)
  local check = the_check(reply)
  check.extractedDoc = copy(replies.extracted_doc(check))
  local addresses = check.extractedDoc.addresses
  if type(addresses) ~= "table" or (addresses[1] == nil and next(addresses) ~= nil) then
    error("extractedDoc.addresses is not a list", 0)
  end
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

local MOMENT = "^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d%.?%d*$"

--- The answer of the newest of the reviews in a timeline, by their times: in what order the service lists them is nowhere said.
local function newest_answer(items)
  local answer, newest, is_one = MISSING, "", true
  for _, item in ipairs(items) do
    local found = item.reviewAnswer
    if type(found) == "string" then
      local time = type(item.ts) == "string" and item.ts:find(MOMENT) and item.ts or nil
      if answer == MISSING then
        answer, newest = found, time
      elseif not (time and newest) then
        is_one = is_one and found == answer
        newest = nil -- one without a time may be the newest
      elseif time > newest then
        answer, newest, is_one = found, time, true
      elseif time == newest then
        is_one = is_one and found == answer
      end
    end
  end
  if not is_one then error("its reviews disagree, and their times do not tell which is the newest", 0) end
  return answer
end

local function timeline(reply)
  local fact = copy(reply)
  fact.answer = newest_answer(reply.items)
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

--- How each kind of reply is read, by the fact's name; throws a message on what cannot be read.
---@type table<string, fun(reply: table): table>
M.readers = { duplicates = duplicates, tin = tin, liveness = latest, check = latest, similar_by_text = similar,
  similar_by_text_and_face = similar, timeline = timeline, levels = levels, status = status,
  applicant = applicant, steps = steps }

--- Reads a reply by what stands in it. Throws a message on what cannot be read.
local function read(reply)
  if reply.answer ~= nil or reply.similarSearchInfo ~= nil then reply = { checks = { reply } } end -- one of a reply's checks
  if type(reply.checks) == "table" then
    local check = reply.checks[1]
    return (check and check.checkType and latest or duplicates)(reply) -- one that does not say its type may be a search
  end
  if type(reply.similarApplicants) == "table" then return similar(reply) end
  -- other calls return lists in `items`, too; a timeline alone says beside it whose it is
  if type(reply.items) == "table" and type(reply.applicantId) == "string" then return timeline(reply) end
  if reply.reviewStatus then return status(reply) end
  if type(reply.review) == "table" or reply.inspectionId then return applicant(reply) end
  error("no answer is looked for in it", 0)
end

local function unreadable(message)
  return errors.new { kind = "malformed", outcome = "applied", message = "the reply cannot be read: " .. message }
end

--- The fact that a reader makes of a reply; nil and an error, which has no piece of the reply in it, where it cannot.
local function fact_by(reader, reply)
  local ok, fact = pcall(reader, reply)
  if ok then return fact end
  return nil, unreadable(type(fact) == "string" and not fact:find("%.lua:") and fact or "it has another form")
end

local function fact_of(where, reply)
  if type(reply) ~= "table" then
    error(("%s: a reply or one of its checks must be given, not a %s"):format(where, type(reply)), 3)
  end
  return fact_by(read, reply)
end

local function answer_in(fact, err)
  if not fact then return nil, err end
  if type(fact.answer) == "string" then return fact.answer end
  return nil, unreadable("its answer is no text")
end

--- What the reply of a call answers, of which it is known what fact it is.
---@param name string of M.readers
---@param reply table
---@return string? answer
---@return idngo.Error? err kind `malformed`
function M.answer_of(name, reply) return answer_in(fact_by(M.readers[name], reply)) end

--- What a reply answers, as policies read it: of a check, a review, a search or a timeline.
---@param reply table what a method gave, or one element of its `checks`
---@return string? answer such as GREEN; MISSING where there is no check, or no answer in it
---@return idngo.Error? err kind `malformed`: it holds several checks, or contradicts itself
function M.answer(reply)
  local fact, err = fact_of("idngo.answer", reply)
  return answer_in(fact, err)
end

--- Whom a reply names as similar, as policies read it: a list, empty where it names nobody. Look at the answer first: a check
--- that is missing names nobody, either.
---@param reply table of `duplicate_checks`, `similar_by_text` or `similar_by_text_and_face`, or one element of its `checks`
---@return {applicantId: string, matchedFields: string[], types: string[]}[]? hits
---@return idngo.Error? err kind `malformed`: it holds several checks, contradicts itself, or is of a kind that names nobody
function M.hits(reply)
  local fact, err = fact_of("idngo.hits", reply)
  if not fact then return nil, err end
  if fact.hits then return fact.hits end
  return nil, unreadable("a check or reply of this kind names no other applicants")
end

return M
