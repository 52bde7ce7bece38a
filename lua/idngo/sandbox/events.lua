--- Events: what the service would post to a webhook, made of what calls change.
---
--- Whoever changes a person says so before, to the store (keep, set_info, set_deleted, add). When the call is over, what the
--- person was is compared with what it is now: so no call can change somebody in silence. What is no person's, the call tells.
local core = require("idngo.core")
local json = require("idngo.sandbox.json")
local replies = require("idngo.sandbox.replies")

local events = {}
events.__index = events

---@param world table see api.lua
---@param tell fun(body: string, type: string, applicant: string) told of every event
function events.new(world, tell)
  return setmetatable({ world = world, tell = tell, touched = {}, order = {}, noted = {}, last = 0 }, events)
end

--- What of a person events tell a change of.
local function look(store, person)
  local told, info = person.told or {}, {}
  for name, value in pairs(store:info(person)) do
    if name ~= "idDocs" then info[name] = value end -- a document that is uploaded is no change of what is known of the person
  end
  return {
    status = person.reviewStatus, asked = person.attempts, reviews = person.reviews, resets = person.resets,
    level = replies.review(person).levelName, deleted = store:is_deleted(person), tags = json.encode(told.tags or {}),
    info = json.encode { info, told.fixedInfo or {} },
  }
end

--- To be called before a person changes.
function events:before(person)
  if self.touched[person.id] then return end
  self.touched[person.id] = { person = person, was = look(self.world.store, person) }
  self.order[#self.order + 1] = person.id
end

--- To be called when somebody is new.
function events:created(person)
  if not self.touched[person.id] then self.order[#self.order + 1] = person.id end
  self.touched[person.id] = { person = person }
end

--- Notes an event that is about no change of a person.
---@param type string
---@param id string the applicant
---@param more table fields beside those that all have
function events:note(type, id, more) self.noted[#self.noted + 1] = { type = type, id = id, more = more } end

--- A text as the service writes it: blanks around the colon, a line for each field. Nobody who writes it anew gets these bytes.
local function pretty(value, indent)
  if type(value) ~= "table" or value == json.null or next(value) == nil then return json.encode(value) end
  if json.is_array(value) or value[1] ~= nil then
    local items = {}
    for i, item in ipairs(value) do items[i] = pretty(item, indent) end
    return "[ " .. table.concat(items, ", ") .. " ]"
  end
  local names, lines = {}, {}
  for name in pairs(value) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do
    lines[i] = ("%s  %s : %s"):format(indent, json.quote(name), pretty(value[name], indent .. "  "))
  end
  return "{\n" .. table.concat(lines, ",\n") .. "\n" .. indent .. "}"
end

--- The moment in milliseconds; no two events have the same.
function events:moment()
  self.last = math.max(math.floor(core.wall() * 1000), self.last + 1)
  return self.last
end

--- Tells of an event, without anything that says who the person is.
function events:send(type, person, correlation, more)
  local moment, review = self:moment(), replies.review(person)
  local stamp = os.date("!%Y-%m-%d %H:%M:%S", math.floor(moment / 1000))
  local event = {
    type = type, applicantId = person.id, inspectionId = person.inspectionId, applicantType = person.type,
    externalUserId = person.externalUserId, levelName = review.levelName, reviewStatus = review.reviewStatus,
    correlationId = correlation, clientId = "sandbox", sandboxMode = not self.world.is_production,
    createdAt = stamp .. "+0000", createdAtMs = ("%s.%03d"):format(stamp, moment % 1000),
  }
  if type == "applicantReviewed" or type == "applicantOnHold" then event.reviewResult = review.reviewResult end
  for name, value in pairs(more or {}) do event[name] = value end
  self.tell(pretty(event, "") .. "\n", type, person.id)
end

local OF_STATUS = { pending = "applicantPending", prechecked = "applicantPrechecked", onHold = "applicantOnHold" }

--- The types of what became of a person.
local function types_of(was, is)
  local types = {}
  local function add(type, changed)
    if changed then types[#types + 1] = type end
  end
  add("applicantLevelChanged", was.level ~= is.level)
  add("applicantPersonalInfoChanged", was.info ~= is.info)
  add("applicantTagsChanged", was.tags ~= is.tags)
  add("applicantDeactivated", is.deleted and not was.deleted)
  add("applicantActivated", was.deleted and not is.deleted)
  add("applicantReset", was.resets ~= is.resets)
  add(OF_STATUS[is.status], OF_STATUS[is.status] and (was.status ~= is.status or was.asked ~= is.asked))
  add("applicantReviewed", was.reviews ~= is.reviews)
  return types
end

--- Tells what a call has changed, when it is over.
---@param correlation string the call's id
function events:flush(correlation)
  local touched, order, noted = self.touched, self.order, self.noted
  self.touched, self.order, self.noted = {}, {}, {}
  for _, id in ipairs(order) do
    local person, was = touched[id].person, touched[id].was
    local types = was and types_of(was, look(self.world.store, person)) or { "applicantCreated" }
    for _, type in ipairs(types) do self:send(type, person, correlation) end
  end
  for _, each in ipairs(noted) do
    local person = self.world.people:get(each.id)
    if person then self:send(each.type, person, correlation, each.more) end
  end
end

return events
