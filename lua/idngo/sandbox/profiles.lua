--- What the calls of lua/idngo/api/profiles.lua, tokens.lua and import_completed do.
local core = require("idngo.core")
local json = require("idngo.sandbox.json")
local replies = require("idngo.sandbox.replies")

local function is_text(value) return type(value) == "string" and value ~= "" end

--- What a caller tells about an applicant, and the applicant object shows again.
local TOLD = { "phone", "lang", "sourceKey", "metadata", "fixedInfo", "structuredMetadata" }

return function(behaviour)
  local refuse = behaviour.refuse

  --- The refusal of an applicant to be created, or nil.
  local function refusal(world, body, level)
    if not behaviour.has_level(world, level) then return refuse(400, "There is no such level") end
    if not json.is_object(body) then return refuse(400, "The body is not a JSON object") end
    local user = body.externalUserId
    if not is_text(user) then return refuse(400, "externalUserId is required") end
    if #user > 512 then return refuse(400, "externalUserId is too long") end
    if body.type ~= nil and body.type ~= "individual" and body.type ~= "company" then return refuse(400, "Bad value of type") end
    for _, name in ipairs { "fixedInfo", "info" } do
      local message = body[name] ~= nil and behaviour.wrong_info(body[name], name)
      if message then return refuse(400, message) end
    end
    if world.store:of_user(user) then
      local reply = refuse(409, ("Applicant with external user id '%s' already exists"):format(user))
      reply.externalUserId = user
      return reply
    end
  end

  --- Adds an applicant.
  local function add(world, body, level, review)
    local now = math.floor(core.wall())
    local person = behaviour.new_person(body.externalUserId, os.date("!%Y-%m-%d %H:%M:%S", now))
    person.created, person.levelName, person.type = now, level, body.type or "individual"
    person.reviewStatus, person.importedReview = "init", review
    if review then person.reviewStatus, review.levelName = review.reviewStatus, level end
    if is_text(body.email) then person.email, person.emailAddress = "yes", body.email end
    person.told = {}
    for _, name in ipairs(TOLD) do
      if body[name] ~= json.null then person.told[name] = body[name] end
    end
    if not world.store:add(person, json.is_object(body.info) and body.info or {}) then return nil end
    return person
  end

  behaviour.refuse_applicant, behaviour.add_applicant = refusal, add

  local function created(world, person, status)
    if not person then return refuse(507, "The sandbox is full") end
    return { status = status, json = replies.applicant(world.store, person), applied = true, applicantId = person.id,
      externalUserId = person.externalUserId }
  end

  function behaviour.create_applicant(world, call)
    local refused = refusal(world, call.body, call.args.levelName)
    return refused or created(world, add(world, call.body, call.args.levelName), 201)
  end

  function behaviour.import_completed(world, call)
    local body = call.body
    local refused = refusal(world, body, call.args.levelName)
    if refused then return refused end
    local review = body.review
    local result = json.is_object(review) and review.reviewResult
    if not json.is_object(result) or result.reviewAnswer ~= "GREEN" and result.reviewAnswer ~= "RED" then
      return refuse(400, "review.reviewResult.reviewAnswer is required")
    end
    if review.reviewStatus ~= "completed" then return refuse(400, "review.reviewStatus must be completed") end
    return created(world, add(world, body, call.args.levelName, review))
  end

  behaviour.about("applicant", function(world, person) return replies.applicant(world.store, person) end)

  function behaviour.applicant_by_external_id(world, call)
    local person = world.store:of_user(call.args.externalUserId)
    if not person then return refuse(404, "Applicant not found") end
    return { json = replies.applicant(world.store, person), applicantId = person.id }
  end

  function behaviour.applicant_exists(world, call)
    local person = world.store:of_user(call.args.externalUserId)
    return { json = { exists = person ~= nil, applicant = person and replies.applicant(world.store, person) },
      applicantId = person and person.id }
  end

  function behaviour.update_fixed_info(world, call)
    local message, person = behaviour.wrong_info(call.body, "fixedInfo"), call.person
    if message then return refuse(400, message) end
    if not world.store:keep(person) then return refuse(507, "The sandbox is full") end
    person.told = person.told or {}
    local fixed = person.told.fixedInfo or {}
    local before = json.encode(fixed)
    for name, value in pairs(call.body) do
      if value ~= json.null then fixed[name] = value end
    end
    if not world.store:reserve(#json.encode(fixed) - #before) then return refuse(507, "The sandbox is full") end
    person.told.fixedInfo = fixed
    return { json = fixed, applied = json.encode(fixed) ~= before }
  end

  function behaviour.update_profile(world, call)
    local body = call.body
    local person = json.is_object(body) and type(body.id) == "string" and world.people:get(body.id)
    if not person then return refuse(404, "Applicant not found") end
    local user = body.externalUserId
    if user ~= nil and not is_text(user) then return refuse(400, "Bad value of externalUserId") end
    local other = user and world.store:of_user(user)
    if other and other.id ~= person.id then return refuse(409, "Somebody else has this externalUserId") end
    local full = behaviour.keep(world, person, #json.encode(body))
    if full then return full end
    if user then
      world.store.users[person.externalUserId] = nil
      person.externalUserId = user
      world.store.users[user] = person
    end
    if is_text(body.email) then person.email, person.emailAddress = "yes", body.email end
    if type(body.deleted) == "boolean" then world.store:set_deleted(person, body.deleted) end
    for _, name in ipairs { "phone", "lang", "sourceKey", "metadata", "questionnaires" } do
      if body[name] ~= json.null then person.told[name] = body[name] or person.told[name] end
    end
    return { json = replies.applicant(world.store, person), applied = true, applicantId = person.id }
  end

  function behaviour.blocklist(world, call)
    local person = call.person
    if person.is_blocked then
      return refuse(409, "The applicant is on the blocklist already", 5000, "applicant-already-blacklisted")
    end
    if not world.store:keep(person) then return refuse(507, "The sandbox is full") end
    person.is_blocked = true
    behaviour.complete(person, { reviewAnswer = "RED", reviewRejectType = "FINAL", rejectLabels = { "BLOCKLIST" } })
    return { json = replies.applicant(world.store, person), applied = true }
  end

  -- Tokens.

  local function token(world, user, level)
    if not behaviour.has_level(world, level) then return refuse(400, "There is no such level") end
    return { json = { token = "_act-sbx-" .. behaviour.random_letters(world), userId = user }, applied = true }
  end

  function behaviour.access_token(world, call)
    if call.args.ttlInSecs == 0 then return refuse(400, "parameter ttlInSecs must be positive") end
    return token(world, call.args.userId, call.args.levelName)
  end

  function behaviour.access_token_json(world, call)
    if not json.is_object(call.body) or not is_text(call.body.userId) then return refuse(400, "userId is required") end
    return token(world, call.body.userId, call.body.levelName)
  end
end
