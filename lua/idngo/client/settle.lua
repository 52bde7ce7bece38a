-- What became of a write that has a natural key, when its answer was lost, cannot be read or says that it was done before: it is
-- looked for by that key, and never sent again on a guess. Where nothing is found, nothing is settled: the first may still be
-- under way.

local core = require("idngo.core")
local dates = require("idngo.dates")
local json = require("idngo.json")
local reply = require("idngo.client.reply")

local M = {}

-- Seconds for times that are told without fractions.
local SLACK = 2

--- Adds the names of the fields of `sent` that are not the same in `found`.
local function compare(sent, found, path, differs)
  for name, value in pairs(sent) do
    local place = path .. (type(name) == "number" and ("[%d]"):format(name) or (path == "" and "" or ".") .. name)
    local there = type(found) == "table" and found[name]
    if type(value) == "table" then
      compare(value, there, place, differs)
    elseif there ~= value then
      differs[#differs + 1] = place
    end
  end
end

--- Marks what was found: whether it was there before, and which of the sent fields it has otherwise, or not at all.
---@param sent table
---@param found table
---@param shown table? the part of it in which the sent fields stand
---@param is_old boolean? the service said so
---@param level string? the level that it should be on
---@return table found
local function mark(sent, found, shown, is_old, level)
  local differs = {}
  compare(sent, shown, "", differs)
  if level and found.review and found.review.levelName ~= level then differs[#differs + 1] = "levelName" end
  table.sort(differs)
  found.created, found.differs = nil, differs
  if is_old then found.created = false end
  return found
end

--- The moment some seconds before a reply, by the clock of the service that gave it; nil where it does not tell its time.
---@param result table
---@param seconds number
---@return string? moment YYYY-MM-DD hh:mm:ss in UTC, SLACK early
function M.moment_before(result, seconds)
  local meta = reply.meta(result)
  local date = meta and meta.headers.date and core.http_date(meta.headers.date)
  return date and dates.stamp(date - seconds - SLACK)
end

--- The picture among those of an applicant that is the one that was sent. Of an older one with the same name and size nobody
--- knows whether it is the same.
local function image_of(call, sent, images, since)
  local began = since and M.moment_before(images, core.now() - since)
  if since and not began then return nil end
  local content, match = call.content, nil
  for _, image in ipairs(images.items) do
    local file, doc = image.fileMetadata or {}, image.idDocDef or {}
    if file.fileName == content.name and tostring(file.fileSize) == tostring(content.bytes and #content.bytes or content.size)
      and doc.idDocType == sent.idDocType and doc.country == sent.country and doc.idDocSubType == sent.idDocSubType
      and image.id and not image.deactivated then
      local added = type(image.addedDate) == "string" and dates.parse(image.addedDate)
      if added then added.zone = added.zone or 0 end
      if not began or added and added.hour and dates.utc(added) >= began then match = image end
    end
  end
  return match
end

-- What was looked up, as the result of the call; nil where it is not what was done.
local finders = {
  applicant = function(call, sent, found, _, is_old) return mark(sent, found, found, is_old, call.level) end,
  transaction = function(_, sent, found, _, is_old) return mark(sent, found, found.data, is_old) end,
  blocked = function(_, _, found, _, is_old)
    local result = found.review and found.review.reviewResult
    local labels = result and result.rejectLabels
    for _, label in ipairs(type(labels) == "table" and labels or {}) do
      if label == "BLOCKLIST" then
        if is_old then found.created = false end
        return found
      end
    end
  end,
  image = function(call, sent, found, since, is_old)
    if not call.content then return nil end
    local image = image_of(call, sent, found, not is_old and since or nil)
    if not image then return nil end
    local doc, result = image.idDocDef, { imageId = image.id, differs = {} }
    result.idDocType, result.country, result.idDocSubType = doc.idDocType, doc.country, doc.idDocSubType
    if is_old then result.created = false end
    return result
  end,
}

--- Whether an error says that it was done before.
local function says_done(how, err)
  return how.done and err.outcome == "rejected" and (err.errorCode == how.done or how.done == 409 and err.status == 409)
end

--- Settles a call that failed.
---@param call table see attempt.lua
---@param err idngo.Error
---@param look fun(name: string, key: string): table?, idngo.Error? makes a read, while there is time and it can be asked for
---@param since number when the call began, by core.now
---@param is_wanted boolean? what is there already is as good
---@return table? result
---@return idngo.Error? err
function M.settle(call, err, look, since, is_wanted)
  local how = call.operation.settle
  local is_old = says_done(how, err) or is_wanted and err.outcome == "rejected" and err.status == 409
  -- of what was done the answer could not be read, or was not the service's own
  if not (is_old or err.outcome == "unknown" or err.outcome == "applied") then return nil, err end
  local sent = call.personal and json.decode(call.personal)
  local found = look(how.by, how.with and sent[how.with] or call.subject)
  local result = found and finders[how.as](call, sent, found, since, is_old)
  if result then return result end
  err.retry_by = how.by
  if err.outcome == "unknown" then
    err.retryable = false
    err.hint = ("whether it was done is not known, and may be decided later: look by %s before you try again"):format(how.by)
  elseif err.outcome == "applied" then
    err.hint = err.hint or ("it was done, and the answer cannot be read: look by %s"):format(how.by)
  end
  return nil, err
end

return M
