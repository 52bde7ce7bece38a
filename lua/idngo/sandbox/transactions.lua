--- What the calls of lua/idngo/api/transactions.lua do.
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")

return function(behaviour)
  local problem = behaviour.problem

  --- Finds a transaction; `key` is "txn:" for a txnId. That of the example is there until it is changed.
  ---@return string? text
  local function find(world, key, asked)
    local text = world.store.transactions[key .. asked]
    if text ~= nil then return text or nil end -- false: it was removed
    local name = key == "" and "transaction" or "transaction_by_txn_id"
    return endpoints.description(name).try[1] == asked and endpoints.example(name) or nil
  end

  local KINDS = { GREEN = "applicantKytTxnApproved", RED = "applicantKytTxnRejected" }

  --- Keeps a transaction, or that it is gone (false), and tells those who listen.
  local function keep(world, transaction, text)
    local heard, review = world.store.events, transaction.review or {}
    local type = text and KINDS[(review.reviewResult or {}).reviewAnswer] or not text and "applicantKytTxnDeleted"
    if heard and type and transaction.applicantId then
      heard:note(type, transaction.applicantId, { kytTxnId = transaction.id, kytDataTxnId = transaction.data.txnId,
        reviewStatus = review.reviewStatus, reviewResult = review.reviewResult })
    end
    world.store.transactions[transaction.id], world.store.transactions["txn:" .. transaction.data.txnId] = text, text
  end

  local function shown(text) return text and { body = text } or problem(404, "Transaction not found") end

  function behaviour.transaction(world, call) return shown(find(world, "", call.args.transactionId)) end
  function behaviour.transaction_by_txn_id(world, call) return shown(find(world, "txn:", call.args.txnId)) end

  function behaviour.review_transaction(world, call)
    local text, body = find(world, "", call.args.transactionId), call.body
    if not text then return problem(404, "Transaction not found") end
    if not json.is_object(body) or body.reviewAnswer ~= "GREEN" and body.reviewAnswer ~= "RED" then
      return problem(400, "reviewAnswer must be GREEN or RED")
    end
    local transaction = json.decode(text)
    transaction.review = { reviewStatus = "completed", reviewResult = body }
    text = json.encode(transaction)
    if not world.store:reserve(2 * #text) then return problem(507, "The sandbox is full") end
    keep(world, transaction, text)
    return { body = text, applied = true, applicantId = transaction.applicantId }
  end

  function behaviour.delete_transaction(world, call)
    local text = find(world, "", call.args.transactionId)
    if not text then return problem(404, "Transaction not found") end
    local transaction = json.decode(text)
    keep(world, transaction, false)
    return { json = { deleted = 1 }, applied = true, applicantId = transaction.applicantId }
  end

  --- What is wrong with a transaction, as a reply; nil when nothing is.
  local function refusal(world, data)
    if not json.is_object(data) then return problem(400, "The body is not a JSON object") end
    if type(data.txnId) ~= "string" or data.txnId == "" then return problem(400, "txnId is required") end
    local user = json.is_object(data.applicant) and data.applicant.externalUserId
    if type(user) ~= "string" or user == "" then return problem(400, "applicant.externalUserId is required") end
    if find(world, "txn:", data.txnId) then return problem(409, "Entity already exists") end
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
    keep(world, transaction, text)
    return { body = text, applied = true, applicantId = person.id, externalUserId = person.externalUserId }
  end

  function behaviour.submit_transaction(world, call)
    return refusal(world, call.body) or add(world, call.body, call.person)
  end

  --- The person of a transaction who may not be known yet, or nil and a problem.
  local function person_of(world, data, level)
    local user = data.applicant.externalUserId
    local person = world.store:of_user(user)
    if person then return person end
    local about = { externalUserId = user }
    local refused = behaviour.refuse_applicant(world, about, level)
    if refused then return nil, refused end
    person = behaviour.add_applicant(world, about, level)
    if not person then return nil, problem(507, "The sandbox is full") end
    return person
  end

  function behaviour.submit_transaction_for_new(world, call)
    local refused = refusal(world, call.body)
    if refused then return refused end
    local person
    person, refused = person_of(world, call.body, call.args.levelName)
    return refused or add(world, call.body, person)
  end

  -- Many at once, a line for each.

  local MOST_LINES = 1000

  --- Stores one of many; what is wrong with it as a reply, or nothing. Whether it is new.
  local function take(world, line)
    local each, why = json.decode(line)
    if not json.is_object(each) then return problem(400, "A line is not a JSON object: " .. tostring(why)) end
    local refused = refusal(world, each.data)
    if refused and refused.status == 409 then return nil, false end -- left out without a word
    if refused then return refused end
    local person
    if each.applicantId ~= nil then
      person = type(each.applicantId) == "string" and world.people:get(each.applicantId)
      if not person then return problem(400, "A line names an applicant who is not known") end
    else
      person, refused = person_of(world, each.data, each.levelName)
      if not person then return refused end
    end
    local added = add(world, each.data, person)
    return added.problem and added or nil, true
  end

  function behaviour.import_transactions(world, call)
    local lines, created = {}, 0
    for line in call.body:gmatch("[^\r\n]+") do lines[#lines + 1] = line end
    if #lines == 0 or #lines > MOST_LINES then return problem(400, "There must be 1 to 1000 lines") end
    local ignore = call.args.ignoreErrors == "true"
    for _, line in ipairs(not ignore and lines or {}) do -- all or none
      local each = json.decode(line)
      local wrong = not json.is_object(each) and problem(400, "A line is not a JSON object") or refusal(world, each.data)
      if wrong and wrong.status ~= 409 then return wrong end
    end
    for _, line in ipairs(lines) do
      local wrong, is_new = take(world, line)
      if wrong and not ignore then return wrong end
      if is_new and not wrong then created = created + 1 end
    end
    return { json = { createdCnt = created }, applied = created > 0 }
  end

  behaviour.import_transaction_history = behaviour.import_transactions
end
