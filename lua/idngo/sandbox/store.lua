--- What has changed since the sandbox started: presence, info, e-mails, imports. Bounded in bytes.
local json = require("idngo.sandbox.json")
local replies = require("idngo.sandbox.replies")

local store = {}
store.__index = store

--- Bytes that calls may leave behind; beyond it changes are refused with 507.
local MAX_BYTES = 256 * 1024 * 1024

--- What an imported applicant takes besides its texts, generously.
local PERSON_BYTES = 8 * 1024

--- @param people table see people.lua
function store.new(people)
  return setmetatable({
    people = people,
    infos = {}, -- JSON by applicant id
    deleted = {},
    emails = {},
    users = {},
    imported = {},
    links = 0,
    bytes = 0,
  }, store)
end

local function reserve(self, bytes)
  if self.bytes + bytes > MAX_BYTES then return false end
  self.bytes = self.bytes + bytes
  return true
end

function store:info(person)
  local text = self.infos[person.id]
  return text and json.decode(text) or replies.info(person)
end

---@param text string the new info, as JSON
---@return boolean ok false when the sandbox is full
function store:set_info(person, text)
  if not reserve(self, #text - #(self.infos[person.id] or "")) then return false end
  self.infos[person.id] = text
  return true
end

function store:is_deleted(person)
  return self.deleted[person.id] or false
end

---@return boolean changed
function store:set_deleted(person, deleted)
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

--- The number of the next link.
function store:next_link()
  self.links = self.links + 1
  return self.links
end

function store:has_user(external_user_id)
  return self.users[external_user_id] or self.people:has_user(external_user_id)
end

--- Makes an imported applicant one of the people.
---@param person table see people.lua
---@param info table
---@return boolean ok false when the sandbox is full
function store:import(person, info)
  if not reserve(self, PERSON_BYTES + #json.encode(person)) then return false end
  if not self:set_info(person, json.encode(info)) then return false end
  self.people:add(person)
  self.users[person.externalUserId] = true
  self.imported[#self.imported + 1] = person
  return true
end

return store
