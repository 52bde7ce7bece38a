--- What endpoints do, by their names, where serving the example is not enough.
--
--   behaviour[name](world, call) -> reply
--
-- world: people, store, seed, report_seconds. call: endpoint (its row), args (typed by the router), person (when the endpoint
-- has an applicantId; it exists), body (bytes, or the decoded JSON). A reply is a table: status (default
-- 200), json (a table) or body (bytes) with its contentType, applied (something changed), delay (seconds).
local json = require("idngo.sandbox.json")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local seeded = require("idngo.sandbox.seeded_random")
local replies = require("idngo.sandbox.replies")
local write_pdf = require("idngo.sandbox.pdf")
local take_apart = require("idngo.sandbox.import")

local behaviour = {}

--- An error reply; api.lua adds the fields every error has.
local function refuse(status, description, code, name)
  return { status = status, error_body = { description = description, errorCode = code, errorName = name } }
end

behaviour.refuse = refuse

--- The example of an endpoint, where it is the reply to this call: its first argument is what the example is tried with.
local function example_for(name, first)
  if (endpoints.description(name).try or {})[1] == first then return endpoints.example(name) end
end

-- Endpoints that only read: the reference's own reply where the person has one, else made.
local function reading(name, make)
  behaviour[name] = function(world, call)
    local example = example_for(name, call.person.id)
    if example then return { body = example } end
    return { json = make(world, call.person) }
  end
end

--- Any endpoint: its example, as if it were about what was asked for.
function behaviour.by_example(_, call)
  local description = endpoints.description(call.endpoint.name)
  local applied = call.endpoint.method ~= "GET"
  local file = description.file
  if file then return { body = (file.begins or "") .. "made by the sandbox", contentType = file.media, applied = applied } end
  local body = endpoints.example(call.endpoint.name)
  for i, argument in ipairs(description.arguments or {}) do
    local shown, asked = (description.try or {})[i], call.args[argument[1]]
    if type(shown) == "string" and type(asked) == "string" then
      shown, asked = json.encode(shown), json.encode(asked)
      body = body:gsub(shown:gsub("%p", "%%%0"), (asked:gsub("%%", "%%%%")))
    end
  end
  return { body = body, applied = applied }
end

for _, name in ipairs({ "duplicate_checks", "tin_checks", "liveness_checks" }) do
  reading(name, function(world, person) return replies[name](world.people, person) end)
end

reading("timeline", function(_, person) return replies.timeline(person) end)
reading("similar_by_text_and_face", function(world, person)
  return replies.similar(world.people, world.store, person, false)
end)
reading("similar_by_text", function(world, person)
  return replies.similar(world.people, world.store, person, true)
end)

-- Binary replies.

local VIDEO = require("idngo.sandbox.video")

function behaviour.liveness_video(_, call)
  local person = call.person
  if person.liveness == "none" or call.args.checkId ~= person.checkId then return refuse(404, "Check not found") end
  if person.frames == "one" then
    return refuse(400, "There is no video: one frame or fewer was captured during the check")
  end
  return { body = VIDEO, contentType = "video/mp4" }
end

local REPORT_OF = { individual = "applicantReport", company = "companyReport" }

local function is_language(text)
  return text:find("^%l%l$") ~= nil
end

function behaviour.report(world, call)
  local person, args = call.person, call.args
  if args.report ~= REPORT_OF[person.type] then
    return refuse(400, "The report of this applicant is " .. REPORT_OF[person.type])
  end
  if not is_language(args.lang) then return refuse(400, "parameter lang is not a language of ISO 639-1") end
  local info = world.store:info(person)
  return {
    body = write_pdf({
      "Verification report (sandbox)",
      "applicantId: " .. person.id,
      "report: " .. args.report,
      "lang: " .. args.lang,
      "name: " .. tostring(info.firstName or "") .. " " .. tostring(info.lastName or ""):sub(1, 60),
      "review status: " .. person.reviewStatus,
      "created: " .. person.createdAt,
    }),
    contentType = "application/pdf",
    delay = world.report_seconds,
  }
end

-- Endpoints that do something.

--- The example of an endpoint about the sample, while nothing of it was changed; else what `make` makes.
function behaviour.about(name, make)
  behaviour[name] = function(world, call)
    if call.person.is_sample and example_for(name, call.person.id) then return { body = example_for(name, call.person.id) } end
    return { json = make(world, call.person) }
  end
end

local LINK = "https://api.idngo.kz/idensic/l/#/"
local LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

local function random_letters(seed, index)
  local letters = {}
  for i = 1, 16 do
    local at = seeded.one_of(#LETTERS, seed, index, i)
    letters[i] = LETTERS:sub(at, at)
  end
  return table.concat(letters)
end

--- A text that only the seed tells.
function behaviour.random_letters(world) return random_letters(world.seed, world.store:next_link()) end

function behaviour.websdk_link_json(world, call)
  local body = call.body
  if not json.is_object(body) or type(body.userId) ~= "string" then return refuse(400, "userId is required") end
  if not behaviour.has_level(world, body.levelName) then return refuse(404, "Level not found") end
  return { json = { url = LINK .. behaviour.random_letters(world) }, applied = true }
end

function behaviour.websdk_link(world, call)
  local args = call.args
  if not behaviour.has_level(world, args.levelName) then return refuse(404, "Level not found") end
  if not args.externalUserId and not args.externalActionId then
    return refuse(400, "externalUserId or externalActionId is required")
  end
  if args.locale and not is_language(args.locale) then
    return refuse(400, "parameter locale is not a language of ISO 639-1")
  end
  if args.ttlInSecs == 0 then return refuse(400, "parameter ttlInSecs must be positive") end
  local number = world.store:next_link()
  if args.externalUserId == endpoints.description("websdk_link").try[2].externalUserId then
    return { body = endpoints.example("websdk_link"), applied = true }
  end
  return { json = { url = LINK .. random_letters(world.seed, number) }, applied = true }
end

function behaviour.send_verification_status_email(world, call)
  if call.person.email ~= "yes" then return refuse(400, "The applicant has no e-mail address") end
  world.store:send_email(call.person)
  return { body = endpoints.example("send_verification_status_email"), applied = true }
end

local UNDER_REVIEW = { pending = true, queued = true, prechecked = true }

function behaviour.set_presence(world, call)
  local person, deactivate = call.person, call.args.status == "deactivated"
  if deactivate and UNDER_REVIEW[person.reviewStatus] then
    return refuse(409, "The applicant is under review (" .. person.reviewStatus .. ") and cannot be deactivated")
  end
  local changed = world.store:set_deleted(person, deactivate)
  local example = example_for("set_presence", person.id)
  if example then
    if not deactivate then example = example:gsub('("deleted" : )true', "%1false") end
    return { body = example, applied = changed }
  end
  return { json = replies.applicant(world.store, person), applied = changed }
end

-- Info.

local function is_string(value) return type(value) == "string" end

--- What the reference says about a field of info, or nil.
local INFO_FIELDS = {
  firstName = is_string, lastName = is_string, middleName = is_string, legalName = is_string,
  placeOfBirth = is_string, stateOfBirth = is_string, tin = is_string,
  gender = function(value) return value == "M" or value == "F" end,
  dob = function(value) return is_string(value) and value:find("^%d%d%d%d%-%d%d%-%d%d$") ~= nil end,
  country = function(value) return is_string(value) and value:find("^%u%u%u$") ~= nil end,
  nationality = function(value) return is_string(value) and value:find("^%u%u%u$") ~= nil end,
  countryOfBirth = function(value) return is_string(value) and value:find("^%u%u%u$") ~= nil end,
  addresses = json.is_array,
  idDocs = json.is_array,
}

--- A message about fields of info, or nil.
function behaviour.wrong_info(info, name)
  if not json.is_object(info) then return name .. " is not a JSON object" end
  for field, value in pairs(info) do
    if value ~= json.null and INFO_FIELDS[field] and not INFO_FIELDS[field](value) then
      return ("Bad value of %s.%s"):format(name, field)
    end
  end
end

function behaviour.update_info(world, call)
  if not json.is_object(call.body) then return refuse(400, "The body is not a JSON object") end
  local old, new = world.store:info(call.person), {}
  for name, value in pairs(old) do new[name] = value end
  local message = behaviour.wrong_info(call.body, "info")
  if message then return refuse(400, message) end
  for name, value in pairs(call.body) do
    if value ~= json.null then new[name] = value end -- null is ignored, as upstream does; unsetFields clears
  end
  for _, name in ipairs(call.args.unsetFields or {}) do new[name] = nil end -- after the body: reset wins
  local text = json.encode(new)
  local changed = text ~= json.encode(old)
  if changed and not world.store:set_info(call.person, text) then return refuse(507, "The sandbox is full") end
  return { body = text, applied = changed }
end

-- Import.

--- An applicant who was not there from the start.
---@param user string the externalUserId
---@param created string
function behaviour.new_person(user, created)
  local digest = core.sha256("import:" .. user)
  return {
    id = digest:sub(1, 24),
    inspectionId = digest:sub(37, 60),
    index = tonumber(digest:sub(25, 36), 16) + 281474976710656, -- beyond all others
    externalUserId = user,
    type = "individual",
    duplicates = "none", tin = "none", tinShape = "object", liveness = "none", frames = "one",
    email = "no", name = "plain",
    createdAt = created,
    is_new = true,
  }
end

function behaviour.import_applicant(world, call)
  local applicant, documents = take_apart(call.body)
  if not applicant then return refuse(400, documents.description, documents.errorCode, documents.errorName) end
  local user = applicant.externalUserId
  if not behaviour.has_level(world, applicant.review.levelName) then
    return refuse(400, "applicant.json: review.levelName: there is no such level")
  end
  if world.store:of_user(user) then
    local reply = refuse(409, "An applicant with this externalUserId exists already")
    reply.externalUserId = user
    return reply
  end
  local info = applicant.info
  info.idDocs = documents
  local person = behaviour.new_person(user, applicant.review.createDate:sub(1, 19))
  person.importedReview, person.reviewStatus = applicant.review, applicant.review.reviewStatus
  person.review = "completed-GREEN"
  if not world.store:add(person, info) then return refuse(507, "The sandbox is full") end
  return {
    json = replies.applicant(world.store, person),
    applied = true,
    applicantId = person.id,
    externalUserId = user,
  }
end

--- Keeps a person who is about to change, and takes up room for what a call leaves behind; a refusal where there is none.
---@param bytes integer?
function behaviour.keep(world, person, bytes)
  if not (world.store:keep(person) and world.store:reserve(bytes or 0)) then return refuse(507, "The sandbox is full") end
  person.told = person.told or {}
end

for _, name in ipairs({
  "profiles", "reviews", "decisions", "documents", "annotations", "answers", "screening", "companies", "actions", "sharing",
  "transactions", "webhooks",
}) do
  require("idngo.sandbox." .. name)(behaviour)
end

return behaviour
