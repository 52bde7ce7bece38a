-- Looks at the service for signs of a step whose outcome is unknown, for the operator who has to tell. It decides nothing, and
-- shows no value of a person.

local core = require("idngo.core")
local dates = require("idngo.dates")
local json = require("idngo.json")
local moment_before = require("idngo.client.settle").moment_before

local MOST = 3 -- entries of the timeline

local function presence(client, id)
  local applicant, err = client:applicant(id)
  if not applicant then return nil, err end
  if type(applicant.deleted) ~= "boolean" then return "its profile does not say whether it is deactivated" end
  return applicant.deleted and "it is deactivated" or "it is active"
end

--- How many of the fields have the values that the step was to set.
---@param where "info"|"fixedInfo"
local function fields(where)
  return function(client, id, args)
    local applicant, err = client:applicant(id)
    if not applicant then return nil, err end
    local same, all, current = 0, 0, type(applicant[where]) == "table" and applicant[where] or {}
    for name, value in pairs(args[where] or {}) do
      all = all + 1
      if current[name] ~= nil and json.encode({ current[name] }, "info", "[]") == json.encode({ value }, "info", "[]") then
        same = same + 1
      end
    end
    for _, name in ipairs(args.unsetFields or {}) do
      all = all + 1
      if current[name] == nil then same = same + 1 end
    end
    return ("%d of %d fields are as they were to be"):format(same, all)
  end
end

--- How many of the tags are there.
local function tags(client, id, args)
  local applicant, err = client:applicant(id)
  if not applicant then return nil, err end
  local there, count = {}, 0
  for _, tag in ipairs(type(applicant.tags) == "table" and applicant.tags or {}) do there[tag] = true end
  for _, tag in ipairs(args.tags or {}) do count = count + (there[tag] and 1 or 0) end
  return ("%d of the %d tags are there"):format(count, #(args.tags or {}))
end

local function level(client, id, args)
  local applicant, err = client:applicant(id)
  if not applicant then return nil, err end
  local name = type(applicant.review) == "table" and applicant.review.levelName
  if type(name) ~= "string" then return "its profile does not say on which level it is" end
  return name == args.levelName and "it is on the level" or "it is on another level"
end

--- How far the review is.
local function review(client, id)
  local reply, err = client:status(id)
  if not reply then return nil, err end
  local result = reply.reviewResult
  return ("its review is %s%s"):format(reply.reviewStatus, result and result.reviewAnswer and ", " .. result.reviewAnswer or "")
end

--- How many of its notes have the words.
local function notes(client, id, args)
  local reply, err = client:notes(id)
  if not reply then return nil, err end
  local items, same = (reply.list or reply).items, 0
  for _, note in ipairs(items) do same = same + (note.note == args.note and 1 or 0) end
  return ("%d of its %d notes say so"):format(same, #items)
end

--- What happened to the applicant since the attempt, by the clock of the service: this machine's may be another. What does not
--- say when it happened may have happened since.
local function timeline(client, id, _, at)
  local reply, err = client:timeline(id)
  if not reply then return nil, err end
  local since = at and (moment_before(reply, core.wall() - at) or dates.stamp(at))
  local entries, more = {}, 0
  for _, item in ipairs(reply.items) do
    local ts = type(item.ts) == "string" and item.ts
    if not (since and ts) or ts >= since then
      if #entries < MOST then
        entries[#entries + 1] = tostring(item.activity) .. (ts and " at " .. ts or " without a time")
      else
        more = more + 1
      end
    end
  end
  if more > 0 then entries[#entries + 1] = ("%d more"):format(more) end
  return ("its timeline has %s since %s"):format(entries[1] and table.concat(entries, ", ") or "nothing",
    since and since .. " UTC" or "then")
end

local looks = {
  deactivate = { presence, timeline }, activate = { presence, timeline }, update_info = { fields("info"), timeline },
  update_fixed_info = { fields("fixedInfo"), timeline }, send_status_email = { timeline },
  request_check = { review, timeline }, move_to_level = { level, timeline }, reset_step = { review, timeline },
  add_tags = { tags }, remove_tags = { tags }, add_note = { notes },
  blocklist = { review, timeline }, approve = { review, timeline }, reject = { review, timeline },
}

--- Looks at the service.
---@param client idngo.Client
---@param step table row, with the applicant's id
---@param args table
---@return string[] seen
---@return idngo.Error? err of the last look that failed
return function(client, step, args)
  local seen, last_err = {}, nil
  for _, look in ipairs(looks[step.action] or {}) do
    local text, err = look(client, step.id, args, step.at)
    seen[#seen + 1] = text
    last_err = not text and err or last_err
  end
  return seen, last_err
end
