--- What the calls of lua/idngo/api/transactions.lua do.
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")
local told = require("idngo.sandbox.told")

return function(behaviour)
  local refuse = behaviour.refuse

  --- Finds a transaction; `key` is "txn:" for a txnId. That of the example is there until it is changed.
  ---@return string? text
  local function find(world, key, asked)
    local text = world.store.transactions[key .. asked]
    if text ~= nil then return text or nil end -- false: it was removed
    local name = key == "" and "transaction" or "transaction_by_txn_id"
    return endpoints.description(name).try[1] == asked and endpoints.example(name) or nil
  end

  --- Every transaction there is, each by its own id.
  local function all(world)
    local list, example = {}, find(world, "", endpoints.description("transaction").try[1])
    if example then list[1] = json.decode(example) end
    for key, text in pairs(world.store.transactions) do
      local transaction = text and not key:find("^txn:") and json.decode(text)
      if transaction and transaction.id ~= (list[1] or {}).id then list[#list + 1] = transaction end
    end
    return list
  end

  --- What a path of names with points between leads to.
  local function at(value, path)
    for name in path:gmatch("[^.]+") do
      if not json.is_object(value) then return nil end
      value = value[name]
    end
    return value
  end

  local function fits(transaction, filters)
    for path, wanted in pairs(filters) do
      if tostring(at(transaction, path)) ~= wanted then return false end
    end
    return true
  end

  function behaviour.find_transactions(world, call)
    local order, found = call.args.order or "createdAt:desc", {}
    if order ~= "createdAt:asc" and order ~= "createdAt:desc" then
      return refuse(400, "order must be createdAt:asc or createdAt:desc")
    end
    for _, transaction in ipairs(all(world)) do
      if fits(transaction, call.filters) then found[#found + 1] = transaction end
    end
    table.sort(found, function(a, b)
      if a.createdAt ~= b.createdAt then return (a.createdAt < b.createdAt) == (order == "createdAt:asc") end
      return a.id < b.id
    end)
    local items = json.array({})
    for i = 1, math.min(#found, call.args.limit or #found) do items[i] = found[i] end
    return told("find_transactions", { list = { items = items, totalItems = #found } })
  end

  local CRYPTO = {
    { currencyCode = "BTC", cryptoChain = "BTC", name = "Bitcoin" },
    { currencyCode = "ETH", cryptoChain = "ETH", name = "Ether" },
  }

  function behaviour.currencies(_, call)
    local fiat, list = endpoints.example("currencies"), json.array({})
    if call.args.type == "fiat" then return { body = fiat } end
    for i, currency in ipairs(CRYPTO) do list[i] = currency end
    for _, currency in ipairs(call.args.type and {} or json.decode(fiat)) do list[#list + 1] = currency end
    return { json = list }
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

  local function shown(text) return text and { body = text } or refuse(404, "Transaction not found") end

  function behaviour.transaction(world, call) return shown(find(world, "", call.args.transactionId)) end
  function behaviour.transaction_by_txn_id(world, call) return shown(find(world, "txn:", call.args.txnId)) end

  function behaviour.review_transaction(world, call)
    local text, body = find(world, "", call.args.transactionId), call.body
    if not text then return refuse(404, "Transaction not found") end
    if not json.is_object(body) or body.reviewAnswer ~= "GREEN" and body.reviewAnswer ~= "RED" then
      return refuse(400, "reviewAnswer must be GREEN or RED")
    end
    local transaction = json.decode(text)
    transaction.review = { reviewStatus = "completed", reviewResult = body }
    text = json.encode(transaction)
    if not world.store:reserve(2 * #text) then return refuse(507, "The sandbox is full") end
    keep(world, transaction, text)
    return { body = text, applied = true, applicantId = transaction.applicantId }
  end

  function behaviour.delete_transaction(world, call)
    local text = find(world, "", call.args.transactionId)
    if not text then return refuse(404, "Transaction not found") end
    local transaction = json.decode(text)
    keep(world, transaction, false)
    return { json = { deleted = 1 }, applied = true, applicantId = transaction.applicantId }
  end

  --- The refusal of a transaction, or nil.
  local function refusal(world, data)
    if not json.is_object(data) then return refuse(400, "The body is not a JSON object") end
    if type(data.txnId) ~= "string" or data.txnId == "" then return refuse(400, "txnId is required") end
    local user = json.is_object(data.applicant) and data.applicant.externalUserId
    if type(user) ~= "string" or user == "" then return refuse(400, "applicant.externalUserId is required") end
    if find(world, "txn:", data.txnId) then return refuse(409, "Entity already exists") end
  end

  local function add(world, data, person)
    local transaction = {
      id = core.sha256("transaction:" .. data.txnId):sub(1, 24), applicantId = person.id,
      externalUserId = person.externalUserId, clientId = "sandbox", data = data, score = 0,
      review = { reviewStatus = "completed", reviewResult = { reviewAnswer = "GREEN" } },
      createdAt = os.date("!%Y-%m-%d %H:%M:%S"),
    }
    local text = json.encode(transaction)
    if not world.store:reserve(2 * #text) then return refuse(507, "The sandbox is full") end
    keep(world, transaction, text)
    return { body = text, applied = true, applicantId = person.id, externalUserId = person.externalUserId }
  end

  function behaviour.submit_transaction(world, call)
    return refusal(world, call.body) or add(world, call.body, call.person)
  end

  --- The person of a transaction, added if need be, or nil and a refusal.
  local function person_of(world, data, level)
    local user = data.applicant.externalUserId
    local person = world.store:of_user(user)
    if person then return person end
    local about = { externalUserId = user }
    local refused = behaviour.refuse_applicant(world, about, level)
    if refused then return nil, refused end
    person = behaviour.add_applicant(world, about, level)
    if not person then return nil, refuse(507, "The sandbox is full") end
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

  --- Stores one of many: its refusal, if any, and whether it is new.
  local function take(world, line)
    local each, message = json.decode(line)
    if not json.is_object(each) then return refuse(400, "A line is not a JSON object: " .. tostring(message)) end
    local refused = refusal(world, each.data)
    if refused and refused.status == 409 then return nil, false end -- left out without a word
    if refused then return refused end
    local person
    if each.applicantId ~= nil then
      person = type(each.applicantId) == "string" and world.people:get(each.applicantId)
      if not person then return refuse(400, "A line names an applicant who is not known") end
    else
      person, refused = person_of(world, each.data, each.levelName)
      if not person then return refused end
    end
    local added = add(world, each.data, person)
    return added.error_body and added or nil, true
  end

  function behaviour.import_transactions(world, call)
    local lines, created = {}, 0
    for line in call.body:gmatch("[^\r\n]+") do lines[#lines + 1] = line end
    if #lines == 0 or #lines > MOST_LINES then return refuse(400, "There must be 1 to 1000 lines") end
    local ignore = call.args.ignoreErrors == "true"
    for _, line in ipairs(not ignore and lines or {}) do -- all or none
      local each = json.decode(line)
      local refused = not json.is_object(each) and refuse(400, "A line is not a JSON object") or refusal(world, each.data)
      if refused and refused.status ~= 409 then return refused end
    end
    for _, line in ipairs(lines) do
      local refused, is_new = take(world, line)
      if refused and not ignore then return refused end
      if is_new and not refused then created = created + 1 end
    end
    return { json = { createdCnt = created }, applied = created > 0 }
  end

  behaviour.import_transaction_history = behaviour.import_transactions
end
