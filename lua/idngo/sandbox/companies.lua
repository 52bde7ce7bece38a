--- What the calls of lua/idngo/api/companies.lua do: what is declared stands in fixedInfo.companyInfo, what is extracted in
--- info.companyInfo.
local core = require("idngo.core")
local json = require("idngo.sandbox.json")

return function(behaviour)
  local refuse = behaviour.refuse

  --- The refusal of a call about a person, or without a body.
  local function refusal(call, needs_body)
    if call.person.type ~= "company" then return refuse(400, "The applicant is not a company") end
    if needs_body and not json.is_object(call.body) then return refuse(400, "The body is not a JSON object") end
  end

  --- Changes the company's data where it stands, and returns it, or nil and a refusal.
  ---@param change fun(company: table)
  local function edit(world, person, where, change)
    local full = behaviour.keep(world, person)
    if full then return nil, full end
    local holder = where == "fixedInfo" and (person.told.fixedInfo or {}) or world.store:info(person)
    local before = json.encode(holder)
    holder.companyInfo = json.is_object(holder.companyInfo) and holder.companyInfo or {}
    change(holder.companyInfo)
    if where == "info" then
      if not world.store:set_info(person, json.encode(holder)) then return nil, refuse(507, "The sandbox is full") end
    else
      if not world.store:reserve(#json.encode(holder) - #before) then return nil, refuse(507, "The sandbox is full") end
      person.told.fixedInfo = holder
    end
    return holder.companyInfo
  end

  local function updating(name, where)
    behaviour[name] = function(world, call)
      local refused = refusal(call, true)
      if refused then return refused end
      local company, full = edit(world, call.person, where, function(company)
        for field, value in pairs(call.body) do
          if value ~= json.null then company[field] = value end
        end
      end)
      return full or { json = company, applied = true }
    end
  end

  updating("update_company", "fixedInfo")
  updating("update_extracted_company", "info")

  local function add(company, beneficiary)
    company.beneficiaries = json.is_array(company.beneficiaries) and company.beneficiaries or json.array({})
    table.insert(company.beneficiaries, beneficiary)
  end

  --- The applicant to be linked, or a refusal.
  local function other(world, id)
    local person = type(id) == "string" and world.people:get(id)
    if not person then return nil, refuse(404, "Applicant to link not found") end
    return person
  end

  function behaviour.link_beneficiary(world, call)
    local refused, body = refusal(call, true), call.body
    if refused then return refused end
    if not json.is_array(body.types) then return refuse(400, "types is required") end
    if (body.applicantId == nil) == (body.beneficiaryInfo == nil) then
      return refuse(400, "either applicantId or beneficiaryInfo is required")
    end
    local number = world.store:next_number()
    local person
    if body.applicantId then
      person, refused = other(world, body.applicantId)
      if not person then return refused end
    else
      person = behaviour.add_applicant(world, { externalUserId = ("beneficiary-%d"):format(number),
        info = json.is_object(body.beneficiaryInfo) and body.beneficiaryInfo or {} }, "basic-kyc-level")
      if not person then return refuse(507, "The sandbox is full") end
    end
    local beneficiary = { id = core.sha256("beneficiary:" .. number):sub(1, 24), applicantId = person.id, types = body.types,
      shareSize = body.shareSize, beneficiaryInfo = body.beneficiaryInfo }
    local _, full = edit(world, call.person, "fixedInfo", function(company) add(company, beneficiary) end)
    return full or { json = beneficiary, applied = true }
  end

  function behaviour.link_extracted_beneficiary(world, call)
    local refused, body = refusal(call, true), call.body
    if refused then return refused end
    local person
    person, refused = other(world, body.applicantId)
    if not person then return refused end
    local beneficiary = { id = core.sha256("beneficiary:" .. world.store:next_number()):sub(1, 24), applicantId = person.id,
      type = body.type, positions = json.is_array(body.positions) and body.positions or nil }
    local company, full = edit(world, call.person, "info", function(company) add(company, beneficiary) end)
    return full or { json = company, applied = true }
  end

  function behaviour.unlink_beneficiary(world, call)
    local refused, id = refusal(call), call.args.beneficiaryApplicantId
    if refused then return refused end
    local applied = false
    local function take_out(company)
      local others = json.array({})
      for _, each in ipairs(json.is_array(company.beneficiaries) and company.beneficiaries or {}) do
        if each.applicantId == id then applied = true else others[#others + 1] = each end
      end
      company.beneficiaries = others[1] and others or nil
    end
    local _, full = edit(world, call.person, "fixedInfo", take_out)
    if full then return full end
    local company
    company, full = edit(world, call.person, "info", take_out)
    return full or { json = company, applied = applied }
  end
end
