--- What the calls of lua/idngo/api/sharing.lua do: an applicant who is shared is copied, once for each token.
local core = require("idngo.core")
local replies = require("idngo.sandbox.replies")
local json = require("idngo.sandbox.json")

return function(behaviour)
  local refuse = behaviour.refuse

  local function share(world, id, client)
    local person = type(id) == "string" and world.people:get(id)
    if not person then return refuse(404, "Applicant not found") end
    if type(client) ~= "string" or client == "" then return refuse(400, "forClientId is required") end
    if not world.store:reserve(256) then return refuse(507, "The sandbox is full") end
    local token = "_sh-sbx-" .. behaviour.random_letters(world)
    world.store.shares[token] = person
    return { json = { token = token, forClientId = client }, applied = true, applicantId = person.id }
  end

  function behaviour.share_token(world, call)
    if not json.is_object(call.body) then return refuse(400, "The body is not a JSON object") end
    return share(world, call.body.applicantId, call.body.forClientId)
  end

  function behaviour.share_token_by_query(world, call) return share(world, call.args.applicantId, call.args.forClientId) end

  --- Copies the applicant of a token; the token is used up.
  local function take_over(world, token, level)
    local person = world.store.shares[token]
    if not person then return refuse(401, "The share token is unknown, or was used") end
    level = level or person.levelName or "basic-kyc-level"
    if not behaviour.has_level(world, level) then return refuse(400, "There is no such level") end
    local user = ("copy-%d-%s"):format(world.store:next_number(), core.sha256(person.externalUserId):sub(1, 8))
    local review
    if person.reviewStatus == "completed" then review = json.decode(json.encode(replies.review(person))) end
    local copy = behaviour.add_applicant(world, { externalUserId = user, type = person.type, info = world.store:info(person) },
      level, review)
    if not copy then return refuse(507, "The sandbox is full") end
    world.store.shares[token] = nil
    return { json = replies.applicant(world.store, copy), applied = true, applicantId = copy.id, externalUserId = user }
  end

  function behaviour.import_shared(world, call) return take_over(world, call.args.shareToken) end
  function behaviour.reuse(world, call) return take_over(world, call.args.shareToken, call.args.levelName) end
end
