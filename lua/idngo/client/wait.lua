-- Waits for reviews to end, by looking at the applicants: the first time after 2 s, then ever more seldom. Nobody is looked at
-- twice in 2 s, and of a list those that are due are looked at together.

local current = require("idngo.runtime.current").current
local errors = require("idngo.error")
local parallel = require("idngo.runtime.parallel").parallel
local runtime = require("idngo.runtime")

local now = runtime.now

-- Seconds until the first look, and at most; what the time grows by from look to look. Looks at once.
local FIRST, MOST, GROWTH, AT_ONCE = 2, 30, 1.6, 16

local M = {}

local function is_ended(review)
  local result = review and review.reviewStatus == "completed" and review.reviewResult
  return type(result) == "table" and result.reviewAnswer ~= nil
end

--- Looks at one applicant, and notes when to look again, or that it has ended.
local function look(client, one, by, most_failures)
  local left = by and by - now()
  if left and left <= 0 then return end
  local applicant, err = client:applicant(one.id, { deadline = left, max_attempts = 1 })
  if applicant then
    one.review, one.failures, one.err = applicant.review, 0, nil
    one.is_done = is_ended(one.review)
  else
    one.err, one.failures = err, one.failures + 1
    one.is_done = not err.retryable or one.failures >= most_failures
    one.failed = one.is_done
  end
  one.step = math.min(MOST, one.step * GROWTH)
  one.at = now() + math.max(one.step, err and err.retry_after or 0)
end

--- What is told of one whose review did not end in time.
local function too_late(one)
  local status = one.review and one.review.reviewStatus
  return errors.new { kind = "timeout", outcome = "unknown", endpoint = "wait_for_review", retryable = true, review = one.review,
    message = "the deadline passed before the review was completed" .. (status and (": it is %s"):format(status) or ""),
    hint = not one.review and one.err and tostring(one.err) or nil }
end

--- Ends all waits that are left.
local function cancel(all)
  for _, one in ipairs(all) do
    if not one.is_done then
      one.is_done, one.failed = true, true
      one.err = errors.new { kind = "cancelled", outcome = "unknown", endpoint = "wait_for_review", retryable = true,
        message = "cancelled before the review was completed" }
    end
  end
end

--- Waits until all are done, or the time is over.
local function wait(client, all, by, most_failures)
  while true do
    local due, soonest, moment = {}, math.huge, now()
    for _, one in ipairs(all) do
      if not one.is_done then
        if one.at <= moment then due[#due + 1] = one end
        soonest = math.min(soonest, one.at)
      end
    end
    if soonest == math.huge or by and moment >= by then return end
    if not due[1] then
      runtime.sleep(math.min(soonest, by or math.huge) - moment)
    elseif due[2] then
      local _, thrown_by, interrupt = parallel(due, function(one) return look(client, one, by, most_failures) end,
        { concurrency = AT_ONCE })
      if interrupt then error(interrupt, 0) end
      for i, thrown in pairs(thrown_by) do
        if not errors.is(thrown) then error(thrown, 0) end
        due[i].err, due[i].is_done, due[i].failed = thrown, true, true -- cancelled before it was looked at
      end
    else
      look(client, due[1], by, most_failures)
    end
    local host = current()
    if host and host.cancelled then return cancel(all) end -- nothing waits there any more
  end
end

local function is_id(value) return type(value) == "string" and value ~= "" end

--- What is wrong with ids or options, or nil.
---@return string?
function M.wrong(who)
  if is_id(who) then return nil end
  if type(who) ~= "table" then return "the applicant must be an id, or a list of them" end
  for i = 1, #who do
    if not is_id(who[i]) then return ("the applicant %d must be an id"):format(i) end
  end
end

--- Waits for one review or many.
---@param client idngo.Client
---@param who string|string[]
---@param deadline number? seconds
---@param most_failures integer looks that may fail one after another
---@return table? review, or reviews by their places
---@return any e, or errors by their places
function M.wait(client, who, deadline, most_failures)
  local start, by_id, all = now(), {}, {}
  for _, id in ipairs(type(who) == "table" and who or { who }) do
    if not by_id[id] then
      by_id[id] = { id = id, at = start + FIRST, step = FIRST, failures = 0 }
      all[#all + 1] = by_id[id]
    end
  end
  wait(client, all, deadline and start + deadline, most_failures)
  local function told(id)
    local one = by_id[id]
    if one.failed then return nil, one.err end
    if one.is_done then return one.review end
    return nil, too_late(one)
  end
  if type(who) ~= "table" then return told(who) end
  local reviews, errs = {}, {}
  for i, id in ipairs(who) do reviews[i], errs[i] = told(id) end
  return reviews, errs
end

return M
