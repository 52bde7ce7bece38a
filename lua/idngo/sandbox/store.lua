--- What has changed since the sandbox started: presence, info, e-mails, applicants, pictures, transactions, webhooks, and
--- what else calls leave behind. Bounded in bytes.
local json = require("idngo.sandbox.json")
local replies = require("idngo.sandbox.replies")

local store = {}
store.__index = store

--- Bytes that calls may leave behind; beyond it changes are refused with 507.
local MAX_BYTES = 256 * 1024 * 1024

--- What an applicant that is kept takes besides its texts, generously.
local PERSON_BYTES = 8 * 1024

--- @param people table see people.lua
function store.new(people)
  return setmetatable({
    people = people,
    infos = {}, -- JSON by applicant id
    deleted = {},
    emails = {},
    users = {}, -- people by their externalUserId
    added = {},
    images = {}, -- by their ids
    images_of = {}, -- lists, by the applicant's id
    transactions = {}, -- by their ids, and by "txn:" and the txnId
    webhooks = {},
    levels = {}, -- those that were created, and by their names
    notes = {}, -- lists, by the applicant's id
    actions = {}, -- by their ids
    actions_of = {}, -- lists, by the applicant's id
    action_images = {}, -- by their ids
    cases = {}, -- of screening, by their ids
    cases_of = {}, -- by the applicant's id
    ekyc = {}, -- checks by records of the state, by their ids
    shares = {}, -- people by the token that they are shared with
    numbers = 0,
    links = 0,
    bytes = 0,
    events = nil, -- see events.lua; only where somebody listens
  }, store)
end

local function reserve(self, bytes)
  if self.bytes + bytes > MAX_BYTES then return false end
  self.bytes = self.bytes + bytes
  return true
end

--- Says that a person is about to change, where somebody wants to know.
function store:tell_before(person)
  if self.events then self.events:before(person) end
end

function store:info(person)
  local text = self.infos[person.id]
  return text and json.decode(text) or replies.info(person)
end

local function put_info(self, person, text)
  if not reserve(self, #text - #(self.infos[person.id] or "")) then return false end
  self.infos[person.id] = text
  person.is_sample = nil
  return true
end

---@param text string the new info, as JSON
---@return boolean ok false when the sandbox is full
function store:set_info(person, text)
  self:tell_before(person)
  return put_info(self, person, text)
end

function store:is_deleted(person)
  return self.deleted[person.id] or false
end

---@return boolean changed
function store:set_deleted(person, deleted)
  self:tell_before(person)
  local changed = self:is_deleted(person) ~= deleted
  self.deleted[person.id] = deleted or nil
  return changed
end

function store:emails_to(person)
  return self.emails[person.id] or 0
end

function store:send_email(person)
  self.emails[person.id] = self:emails_to(person) + 1
end

--- A number that nothing else has.
function store:next_number()
  self.numbers = self.numbers + 1
  return self.numbers
end

--- The number of the next link.
function store:next_link()
  self.links = self.links + 1
  return self.links
end

--- The person with this id of yours, or nil.
---@param external_user_id string
---@return table?
function store:of_user(external_user_id)
  return self.users[external_user_id] or self.people:of_user(external_user_id)
end

--- To be called before a person's own fields are changed.
---@param person table
---@return boolean ok false when the sandbox is full
function store:keep(person)
  self:tell_before(person)
  return not self.people:keep(person) or reserve(self, PERSON_BYTES)
end

--- Takes up room for what a call leaves behind.
---@param bytes integer
---@return boolean ok false when the sandbox is full
function store:reserve(bytes)
  return reserve(self, bytes)
end

--- The pictures of a person: those that were uploaded, and of others the one that their timeline tells of.
---@param person table
---@return table[] images
function store:images_for(person)
  local list = self.images_of[person.id]
  if list then return list end
  list = {}
  self.images_of[person.id] = list
  if person.is_sample then
    for i, side in ipairs { "FRONT_SIDE", "BACK_SIDE" } do
      self:add_image(person, { idDocType = "ID_CARD", country = "KAZ", idDocSubType = side }, replies.PICTURE,
        side:sub(1, 5):lower():gsub("_", "") .. ".png", "image/png", ("%d"):format(900100099 + i), person.createdAt)
    end
  elseif person.reviewStatus ~= "init" and not person.is_new then
    local doc = { idDocType = replies.document_of(person), country = person.country }
    self:add_image(person, doc, replies.PICTURE, "picture.png", "image/png", replies.image_id(person), person.later(60))
  end
  return list
end

--- Adds a picture.
---@param person table
---@param doc table what it is of, as the API has it
---@param bytes string
---@param name string
---@param media string
---@param id string?
---@param added string?
---@return table? image nil when the sandbox is full
function store:add_image(person, doc, bytes, name, media, id, added)
  if not reserve(self, #bytes + 1024) then return nil end
  if not id then
    self.last_image = (self.last_image or 900100199) + 1
    id = ("%d"):format(self.last_image)
  end
  local image = { id = id, applicant = person, doc = doc, bytes = bytes, name = name, media = media,
    added = added or os.date("!%Y-%m-%d %H:%M:%S") }
  local list = self:images_for(person)
  list[#list + 1], self.images[id] = image, image
  return image
end

--- Makes an applicant one of the people.
---@param person table see people.lua
---@param info table
---@return boolean ok false when the sandbox is full
function store:add(person, info)
  if not reserve(self, PERSON_BYTES + #json.encode(person)) then return false end
  if not put_info(self, person, json.encode(info)) then return false end
  self.people:add(person)
  self.users[person.externalUserId] = person
  self.added[#self.added + 1] = person
  if self.events then self.events:created(person) end
  return true
end

return store
