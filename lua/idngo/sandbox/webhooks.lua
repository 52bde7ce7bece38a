--- What the calls of lua/idngo/api/webhooks.lua do: webhooks are kept, and none is sent.
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")

--- The service shows the oldest.
local SHOWN = 50

return function(behaviour)
  local refuse = behaviour.refuse

  local function find(world, id)
    for _, webhook in ipairs(world.store.webhooks) do
      if webhook.id == id then return webhook end
    end
  end

  function behaviour.webhooks(world)
    local all, items = world.store.webhooks, json.array({})
    if not all[1] then return { body = endpoints.example("webhooks") } end
    for i = 1, math.min(#all, SHOWN) do items[i] = all[i] end
    return { json = { list = { items = items, totalItems = #all } } }
  end

  function behaviour.webhook(world, call)
    local id = call.args.webhookId
    local webhook = find(world, id)
    if webhook then return { json = webhook } end
    if id == endpoints.description("webhook").try[1] then return { body = endpoints.example("webhook") } end
    return refuse(404, "Webhook not found")
  end

  --- Takes fields over; a refusal where one is not as it must be.
  local function take(webhook, body)
    for name, value in pairs(body) do
      if value ~= json.null then webhook[name] = value end
    end
    if type(webhook.target) ~= "string" or webhook.target == "" then return refuse(400, "target is required") end
    if not json.is_array(webhook.types) then return refuse(400, "types is required") end
  end

  function behaviour.create_webhook(world, call)
    local body, all = call.body, world.store.webhooks
    if not json.is_object(body) then return refuse(400, "The body is not a JSON object") end
    if body.id ~= nil then return refuse(400, "A new webhook has no id") end
    local webhook = { targetType = "http", createdAt = os.date("!%Y-%m-%d %H:%M:%S") }
    local refused = take(webhook, body)
    if refused then return refused end
    if not world.store:reserve(#json.encode(webhook)) then return refuse(507, "The sandbox is full") end
    webhook.id = core.sha256("webhook:" .. #all):sub(1, 24)
    all[#all + 1] = webhook
    return { json = webhook, applied = true }
  end

  function behaviour.update_webhook(world, call)
    if not json.is_object(call.body) then return refuse(400, "The body is not a JSON object") end
    local webhook, changed = find(world, call.body.id), {}
    if not webhook then return refuse(404, "Webhook not found") end
    for name, value in pairs(webhook) do changed[name] = value end
    local refused = take(changed, call.body)
    if refused then return refused end
    if not world.store:reserve(#json.encode(changed) - #json.encode(webhook)) then return refuse(507, "The sandbox is full") end
    for name, value in pairs(changed) do webhook[name] = value end
    return { json = webhook, applied = true }
  end

  local ALGORITHMS = { HMAC_SHA1_HEX = "sha1", HMAC_SHA256_HEX = "sha256", HMAC_SHA512_HEX = "sha512" }

  function behaviour.test_digest(_, call)
    local name = call.args.digestAlg or "HMAC_SHA256_HEX"
    return { json = { digest = core.hmac(ALGORITHMS[name], call.args.secretKey, call.body), digestAlg = name } }
  end
end
