--- What the calls of lua/idngo/api/questionnaires.lua, agreements.lua, risks.lua, payments.lua and levels.lua do.
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")
local replies = require("idngo.sandbox.replies")

local RISKS = { noRisk = true, low = true, medium = true, high = true, unknown = true }

local function now() return os.date("!%Y-%m-%d %H:%M:%S") end
local function is_text(value) return type(value) == "string" and value ~= "" end

return function(behaviour)
  local refuse = behaviour.refuse

  --- An applicant's questionnaires with one more answered, or one answered again; nil and a refusal.
  function behaviour.answered(before, body)
    if not json.is_object(body) or not is_text(body.id) then return nil, refuse(400, "id is required") end
    if not json.is_object(body.sections) then return nil, refuse(400, "sections is required") end
    local has_null = false
    local function look(value)
      if type(value) ~= "table" or value == json.null then return end
      for _, inner in pairs(value) do
        has_null = has_null or json.is_array(value) and inner == json.null
        look(inner)
      end
    end
    look(body.sections)
    if has_null then return nil, refuse(400, "null inside an array") end
    local answers = json.array({})
    for _, each in ipairs(before or {}) do
      if each.id ~= body.id then answers[#answers + 1] = each end
    end
    answers[#answers + 1] = body
    return answers
  end

  function behaviour.submit_questionnaire(world, call)
    local answers, refused = behaviour.answered((call.person.told or {}).questionnaires, call.body)
    if not answers then return refused end
    local full = behaviour.keep(world, call.person, #json.encode(call.body))
    if full then return full end
    call.person.told.questionnaires = answers
    return { json = call.body, applied = true }
  end

  function behaviour.questionnaire(_, call)
    if call.args.questionnaireId == endpoints.description("questionnaire").try[1] then
      return { body = endpoints.example("questionnaire") }
    end
    return refuse(404, "Questionnaire not found")
  end

  function behaviour.accept_agreement(world, call)
    local body = call.body
    if not json.is_object(body) or not json.is_array(body.records) then return refuse(400, "records is required") end
    local full = behaviour.keep(world, call.person, #json.encode(body))
    if full then return full end
    local agreement = { createdAt = now(), source = "API" }
    for name, value in pairs(body) do
      if value ~= json.null then agreement[name] = value end
    end
    call.person.told.agreement = agreement
    return { json = agreement, applied = true }
  end

  function behaviour.set_risk_level(world, call)
    local body, person = call.body, call.person
    if not json.is_object(body) or not RISKS[body.riskLevel] then return refuse(400, "Bad value of riskLevel") end
    if not is_text(body.comment) then return refuse(400, "comment is required") end
    local full = behaviour.keep(world, person, #body.comment + 256)
    if full then return full end
    person.risks = person.risks or json.array({})
    table.insert(person.risks, { id = core.sha256("risk:" .. world.store:next_number()):sub(1, 24), createdAt = now(),
      comment = body.comment, riskLevel = body.riskLevel })
    return { json = { riskLevel = body.riskLevel, entries = person.risks }, applied = true }
  end

  function behaviour.add_payment_method(world, call)
    local body = call.body
    local data = json.is_object(body) and body.data
    if not json.is_object(data) or not (is_text(body.externalId) and is_text(data.type) and is_text(data.accountIdentifier)) then
      return refuse(400, "externalId, data.type and data.accountIdentifier are required")
    end
    if not world.store:reserve(#json.encode(body)) then return refuse(507, "The sandbox is full") end
    return { json = { id = core.sha256("payment method:" .. world.store:next_number()):sub(1, 24), externalId = body.externalId,
      createdAt = now(), data = data, review = { reviewStatus = "init" } }, applied = true }
  end

  -- Levels.

  --- Whether an applicant can be verified on a level.
  function behaviour.has_level(world, name)
    return replies.level_names[name] or world.store.levels[name] ~= nil
  end

  function behaviour.levels(world)
    local added = world.store.levels
    if not added[1] then return { body = endpoints.example("levels") } end
    local list = json.decode(endpoints.example("levels"))
    for _, level in ipairs(added) do table.insert(list.list.items, level) end
    list.list.totalItems = #list.list.items
    return { json = list }
  end

  local function find(world, id)
    for _, level in ipairs(world.store.levels) do
      if level.id == id then return level end
    end
  end

  function behaviour.level(world, call)
    local level = find(world, call.args.levelId)
    if level then return { json = level } end
    if call.args.levelId == endpoints.description("level").try[1] then return { body = endpoints.example("level") } end
    return refuse(404, "Level not found")
  end

  function behaviour.create_level(world, call)
    local body, levels = call.body, world.store.levels
    if not json.is_object(body) then return refuse(400, "The body is not a JSON object") end
    if body.id ~= nil then return refuse(400, "A new level has no id") end
    if not is_text(body.name) then return refuse(400, "name is required") end
    if behaviour.has_level(world, body.name) then return refuse(409, "A level of this name exists") end
    if not world.store:reserve(#json.encode(body)) then return refuse(507, "The sandbox is full") end
    local level = { createdAt = now(), createdBy = "service" }
    for name, value in pairs(body) do
      if value ~= json.null then level[name] = value end
    end
    level.id = core.sha256("level:" .. body.name):sub(1, 24)
    levels[#levels + 1], levels[body.name] = level, level
    return { json = level, applied = true }
  end

  function behaviour.update_level(world, call)
    local body = call.body
    if not json.is_object(body) then return refuse(400, "The body is not a JSON object") end
    local level = find(world, body.id)
    if not level then return refuse(404, "Level not found") end
    if not world.store:reserve(#json.encode(body)) then return refuse(507, "The sandbox is full") end
    for name, value in pairs(body) do
      if value ~= json.null and name ~= "name" then level[name] = value end
    end
    level.modifiedAt = now()
    return { json = level, applied = true }
  end
end
