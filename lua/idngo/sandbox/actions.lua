--- What the calls of lua/idngo/api/actions.lua do: actions are kept, with their pictures.
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")
local told = require("idngo.sandbox.told")

--- What an action may be about; one of them must be there.
local ABOUT = { "email", "phone", "paymentSource", "paymentMethod", "questionnaires" }

--- Levels of type actions that are there from the start.
local LEVELS = { withdrawals = true }

return function(behaviour)
  local refuse = behaviour.refuse

  local function actions_of(world, person)
    local list = world.store.actions_of[person.id]
    if not list then
      list = {}
      world.store.actions_of[person.id] = list
      if person.id == endpoints.description("actions").try[1] then
        list[1] = json.decode(endpoints.example("action"))
        world.store.actions[list[1].id] = list[1]
      end
    end
    return list
  end

  --- The action that a call is about; nil and a refusal where there is none.
  local function find(world, call)
    actions_of(world, { id = endpoints.description("actions").try[1] }) -- which makes the example's
    local action = world.store.actions[call.args.actionId]
    if not action then return nil, refuse(404, "Action not found") end
    return action
  end

  function behaviour.create_action(world, call)
    local body, person, about = call.body, call.person, false
    if not json.is_object(body) then return refuse(400, "The body is not a JSON object") end
    if type(body.externalActionId) ~= "string" or body.externalActionId == "" then
      return refuse(400, "externalActionId is required")
    end
    for _, name in ipairs(ABOUT) do about = about or body[name] ~= nil end
    if not about then return refuse(400, "there is nothing to check") end
    if not (LEVELS[call.args.levelName] or behaviour.has_level(world, call.args.levelName)) then
      return refuse(400, "There is no such level")
    end
    local actions = actions_of(world, person)
    for _, action in ipairs(actions) do
      if action.externalActionId == body.externalActionId then return refuse(409, "Entity already exists") end
    end
    local text = json.encode(body)
    if not world.store:reserve(#text + 1024) then return refuse(507, "The sandbox is full") end
    local action = { id = core.sha256(("action:%s:%d"):format(person.id, world.store:next_number())):sub(1, 24),
      applicantId = person.id, clientId = "sandbox", createdAt = os.date("!%Y-%m-%d %H:%M:%S"), type = "individual",
      externalActionId = body.externalActionId, checks = json.array({}), images = json.array({}),
      review = { levelName = call.args.levelName, reviewStatus = "init" } }
    for _, name in ipairs(ABOUT) do
      if body[name] ~= json.null then action[name] = body[name] end
    end
    actions[#actions + 1], world.store.actions[action.id] = action, action
    return { json = action, applied = true }
  end

  function behaviour.action(world, call)
    local action, refused = find(world, call)
    if not action then return refused end
    return told("action", action)
  end

  function behaviour.actions(world, call)
    local list, items = actions_of(world, call.person), json.array({})
    local first, most = (call.args.offset or 0) + 1, call.args.limit or 1000
    for i = first, math.min(#list, first + most - 1) do items[#items + 1] = list[i] end
    return told("actions", { list = { items = items, totalItems = #list } })
  end

  --- Tells those who listen what became of an action.
  local function tell(world, type, action)
    local heard = world.store.events
    if not heard then return end
    heard:note(type, action.applicantId, { applicantActionId = action.id,
      externalApplicantActionId = action.externalActionId, levelName = action.review.levelName,
      reviewStatus = action.review.reviewStatus, reviewResult = action.review.reviewResult })
  end

  local UNDER_REVIEW = { pending = true, queued = true, prechecked = true }

  function behaviour.request_action_check(world, call)
    local action, refused = find(world, call)
    if not action then return refused end
    if UNDER_REVIEW[action.review.reviewStatus] then return refuse(409, "The action is under review") end
    action.review.reviewStatus, action.review.reviewResult = "pending", nil
    tell(world, "applicantActionPending", action)
    return { json = action, applied = true, applicantId = action.applicantId }
  end

  local function ending(name, answer)
    behaviour[name] = function(world, call)
      local action, refused = find(world, call)
      if not action then return refused end
      if not json.is_object(call.body) then return refuse(400, "The body is not a JSON object") end
      local has_reasons = json.is_object(call.body.reasons)
      if answer == "GREEN" and call.body.reasons ~= nil then return refuse(409, "An approval has no reasons") end
      if answer == "RED" and not has_reasons then return refuse(400, "reasons is required") end
      action.review.reviewStatus, action.review.reviewResult = "completed", { reviewAnswer = answer }
      if action.paymentSource then
        action.checks = json.array({ { answer = answer, checkType = "PAYMENT_SOURCE",
          createdAt = os.date("!%Y-%m-%d %H:%M:%S") } })
      end
      tell(world, "applicantActionReviewed", action)
      return { json = action, applied = true, applicantId = action.applicantId }
    end
  end

  ending("approve_action", "GREEN")
  ending("reject_action", "RED")

  function behaviour.submit_action_questionnaire(world, call)
    local action, refused = find(world, call)
    if not action then return refused end
    local answers
    answers, refused = behaviour.answered(action.questionnaires, call.body)
    if not answers then return refused end
    if not world.store:reserve(#json.encode(call.body)) then return refuse(507, "The sandbox is full") end
    action.questionnaires = answers
    return { json = action, applied = true, applicantId = action.applicantId }
  end

  function behaviour.action_checks(world, call)
    local action, refused = find(world, call)
    if not action then return refused end
    local checks = json.array({})
    for _, check in ipairs(action.checks) do
      if check.checkType == "PAYMENT_SOURCE" then checks[#checks + 1] = check end
    end
    return told("action_checks", { checks = checks })
  end

  function behaviour.add_action_image(world, call)
    local action, refused = find(world, call)
    if not action then return refused end
    local image
    image, refused = behaviour.picture_in(call.body)
    if not image then return refused end
    if not world.store:reserve(#image.bytes + 1024) then return refuse(507, "The sandbox is full") end
    local id = ("%d"):format(900200000 + world.store:next_number())
    world.store.action_images[id] = { action = action.id, bytes = image.bytes, media = image.media }
    local shown = { id = core.sha256("action image:" .. id):sub(1, 24), imageId = id, imageFileName = image.name,
      imageHash = core.sha256(image.bytes):sub(1, 32), mimeType = image.media, addedDate = os.date("!%Y-%m-%d %H:%M:%S"),
      idDocDef = { idDocType = image.doc.idDocType, country = image.doc.country } }
    table.insert(action.images, shown)
    return { json = shown, applied = true, applicantId = action.applicantId }
  end

  function behaviour.action_image(world, call)
    local action, refused = find(world, call)
    if not action then return refused end
    local image = world.store.action_images[call.args.imageId]
    if not image or image.action ~= action.id then return refuse(404, "Image not found") end
    return { body = image.bytes, contentType = image.media }
  end
end
