-- Arguments of actions: completed, and checked by what the call itself looks at, when the plan is made. So what cannot be
-- carried out is an error of its decision, not a step that fails. That they are arguments at all, the policy's own process
-- has checked (actions.lua).

local client_of = require("idngo.client")
local dates = require("idngo.dates")
local fields = require("idngo.policy.fields").similar_by_text.hits[1].applicant.info
local handlers = require("idngo.policy.handlers")
local sorted = require("idngo.sorted")
local suggest = require("idngo.suggest")

local M = {}

local plain = {} -- names of fields, without what is mistaken most: capitals
for _, name in ipairs(sorted(fields)) do plain[name:lower()] = name end

--- What an applicant is, where a column of the input says it in the service's words.
---@param applicant table
---@return "individual"|"company"|nil
function M.kind(applicant)
  for _, column in ipairs { "applicantType", "type" } do
    local kind = applicant[column]
    if kind == "individual" or kind == "company" then return kind end
  end
end

local complete = {}

function complete.save_report(args, _, kind)
  local report = kind == "company" and "companyReport" or kind == "individual" and "applicantReport" or nil
  if args.report and report and args.report ~= report then
    return ("the applicant is %s, whose report is %s"):format(kind == "company" and "a company" or "a person", report)
  end
  args.report = args.report or report
  if args.lang and not args.lang:find("^[a-z][a-z]$") then return "lang must be two letters of ISO 639-1, such as en" end
end

function complete.save_liveness_video(args, known, kind)
  if kind == "company" then return "the applicant is a company, which has no face to be seen" end
  args.checkId = known.liveness.id
  if not args.checkId then return "there is no liveness check to save a video of" end
end

--- What is wrong with a level, or nil; it is looked for only where the policy has read them.
local function wrong_level(args, known, kind)
  local levels = known.levels
  if not levels or levels.totalItems and levels.totalItems ~= #levels.items then return nil end
  for _, level in ipairs(levels.items) do
    if level.name == args.levelName then
      if kind and level.applicantType and level.applicantType ~= kind then
        return ("the applicant is %s, and the level is for %s"):format(kind == "company" and "a company" or "a person",
          kind == "company" and "persons" or "companies")
      end
      return nil
    end
  end
  return "the account has no level of this name, " .. suggest(args.levelName, levels.names)
end

local LONGEST_USER_ID = 512 -- characters that the service takes

function complete.create_websdk_link(args, known, kind)
  local _, characters = (args.externalUserId or ""):gsub("[^\128-\191]", "")
  if characters > LONGEST_USER_ID then
    return ("externalUserId is longer than the %d characters that there may be"):format(LONGEST_USER_ID)
  end
  return wrong_level(args, known, kind)
end

complete.move_to_level = wrong_level

local days = { dob = true, issuedDate = true, validUntil = true }
local countries = { country = true, nationality = true, countryOfBirth = true }

--- Of fields that the reference describes, what it would not take.
local function wrong_fields(what, info, unset)
  for _, name in ipairs(sorted(info)) do
    local value, known = info[name], fields[name]
    local meant = not known and plain[name:lower():gsub("_", "")]
    if unset[name] then return name .. " is both changed and reset" end
    if meant then return ("%s has no field %s; did you mean %s?"):format(what, name, meant) end
    if known == true and type(value) ~= "string" then return ("%s.%s must be a text"):format(what, name) end
    if known and known ~= true and (type(value) ~= "table" or value[1] == nil) then
      return ("%s.%s must be a list"):format(what, name)
    end
    if days[name] and not dates.is_day(value) then return ("%s.%s must be a day such as 1990-05-31"):format(what, name) end
    if countries[name] and not value:find("^[A-Z][A-Z][A-Z]$") then
      return ("%s.%s must be a country's code of three capitals, such as KAZ"):format(what, name)
    end
    if name == "gender" and value ~= "M" and value ~= "F" then return what .. ".gender must be M or F" end
  end
end

function complete.update_info(args)
  local unset = {}
  for _, name in ipairs(args.unsetFields or {}) do unset[name] = true end
  return wrong_fields("info", args.info, unset)
end

function complete.update_fixed_info(args, _, kind)
  if kind == "company" then return "the applicant is a company, whose data the call update_company changes" end
  return wrong_fields("fixedInfo", args.fixedInfo, {})
end

function complete.reset_step(args)
  if not args.step:find("^%u[%u%d_]*$") then return "step must be a step's name in capitals, such as SELFIE" end
end

local MOST_TAGS = 30 -- that the service lets an applicant have

--- How many tags the applicant would have with these; those of them that are there are noted, since `idngo undo` leaves them.
local function take_tags(args, known)
  local there, had, count = {}, {}, #known.applicant.tags
  for _, tag in ipairs(known.applicant.tags) do there[tag] = true end
  for _, tag in ipairs(args.tags) do
    if there[tag] then had[#had + 1] = tag else count = count + 1 end
  end
  args.had = had
  return count
end

function complete.add_tags(args, known)
  local count = take_tags(args, known)
  if count > MOST_TAGS then
    return ("tags: the applicant would have %d, of the %d that there may be"):format(count, MOST_TAGS)
  end
end

function complete.remove_tags(args, known) take_tags(args, known) end

local function wrong_tags(args)
  if #(args.tags or {}) > MOST_TAGS then
    return ("tags has %d, of the %d that an applicant may have"):format(#args.tags, MOST_TAGS)
  end
end

complete.approve = wrong_tags

--- The service wants a note.
function complete.blocklist(args, _, _, reason) args.note = args.note or reason end

--- Reasons are codes by their groups.
function complete.reject(args)
  for _, group in ipairs(sorted(args.reasons or {})) do
    local codes = args.reasons[group]
    if type(codes) ~= "table" or codes[1] == nil then return ("reasons.%s must be a list of codes"):format(group) end
    for _, code in ipairs(codes) do
      if type(code) ~= "string" or code == "" then return ("reasons.%s must be a list of codes"):format(group) end
    end
  end
  return wrong_tags(args)
end

local asked = setmetatable({}, { __index = function(_, method)
  return function(_, ...) return nil, { message = client_of.wrong(method, ...) } end
end })

--- The fact that an action's arguments are completed from; none where it cannot be done anyhow.
---@param action idngo.policy.Action
---@param applicant table
---@return string?
function M.needs(action, applicant)
  local call = handlers.actions[action.name]
  if call and call.needs and not (call.faces and M.kind(applicant) == "company") then return call.needs end
end

--- The arguments of an action as its call will use them.
---@param action idngo.policy.Action
---@param known table<string, table> facts, with those that the call needs
---@param applicant table
---@return table? args
---@return string? message
function M.complete(action, known, applicant)
  local args = {}
  for name, value in pairs(action.args or {}) do args[name] = value end
  local message = complete[action.name] and complete[action.name](args, known, M.kind(applicant), action.reason)
  if not message then -- what the call would throw on
    local _, failure = handlers.actions[action.name].perform(asked, applicant.id or "applicant", args, "file", function() end)
    message = failure.message
  end
  if message then return nil, ("%s: %s"):format(action.name, message) end
  return args
end

return M
