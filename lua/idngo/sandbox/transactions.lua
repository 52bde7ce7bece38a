--- What the calls of lua/idngo/api/transactions.lua do.
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")

return function(behaviour)
  local problem = behaviour.problem

  --- The transaction of an example, as it is asked for.
  local function example_of(name, asked)
    if endpoints.description(name).try[1] == asked then return { body = endpoints.example(name) } end
  end

  local function stored(world, key, asked)
    local text = world.store.transactions[key .. asked]
    return text and { body = text }
  end

  function behaviour.transaction(world, call)
    local id = call.args.transactionId
    return stored(world, "", id) or example_of("transaction", id) or problem(404, "Transaction not found")
  end

  function behaviour.transaction_by_txn_id(world, call)
    local id = call.args.txnId
    return stored(world, "txn:", id) or example_of("transaction_by_txn_id", id) or problem(404, "Transaction not found")
  end

  --- What is wrong with a transaction, as a reply; nil when nothing is.
  local function refusal(world, data)
    if not json.is_object(data) then return problem(400, "The body is not a JSON object") end
    if type(data.txnId) ~= "string" or data.txnId == "" then return problem(400, "txnId is required") end
    local user = json.is_object(data.applicant) and data.applicant.externalUserId
    if type(user) ~= "string" or user == "" then return problem(400, "applicant.externalUserId is required") end
    if world.store.transactions["txn:" .. data.txnId] then return problem(409, "Entity already exists") end
  end

  local function add(world, data, person)
    local transaction = {
      id = core.sha256("transaction:" .. data.txnId):sub(1, 24), applicantId = person.id,
      externalUserId = person.externalUserId, clientId = "sandbox", data = data, score = 0,
      review = { reviewStatus = "completed", reviewResult = { reviewAnswer = "GREEN" } },
      createdAt = os.date("!%Y-%m-%d %H:%M:%S"),
    }
    local text = json.encode(transaction)
    if not world.store:reserve(2 * #text) then return problem(507, "The sandbox is full") end
    world.store.transactions[transaction.id], world.store.transactions["txn:" .. data.txnId] = text, text
    return { body = text, applied = true, applicantId = person.id, externalUserId = person.externalUserId }
  end

  function behaviour.submit_transaction(world, call)
    return refusal(world, call.body) or add(world, call.body, call.person)
  end

  function behaviour.submit_transaction_for_new(world, call)
    local refused = refusal(world, call.body)
    if refused then return refused end
    local user = call.body.applicant.externalUserId
    local person = world.store:of_user(user)
    if not person then
      local about = { externalUserId = user }
      refused = behaviour.refuse_applicant(world, about, call.args.levelName)
      if refused then return refused end
      person = behaviour.add_applicant(world, about, call.args.levelName)
      if not person then return problem(507, "The sandbox is full") end
    end
    return add(world, call.body, person)
  end
end
