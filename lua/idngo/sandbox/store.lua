-- luacheck: std lua54
--- What has changed since the sandbox started: presence, info, e-mails, imports. Bounded in bytes.
local replies = require("idngo.sandbox.replies")

local store = {}
store.__index = store

--- Bytes of JSON that calls may leave behind; beyond it changes are refused with 507.
local MAX_BYTES = 256 * 1024 * 1024

--- @param people table see people.lua
function store.new(people)
  return setmetatable({
    people = people,
    infos = {},
    deleted = {},
    emails = {},
    users = {},
    imported = {},
    links = 0,
    bytes = 0,
  }, store)
end

function store:info(person)
  return self.infos[person.id] or replies.info(person)
end

function store:is_deleted(person)
  return self.deleted[person.id] or false
end

--- Whether `bytes` more may be kept; they are counted if so.
function store:reserve(bytes)
  if self.bytes + bytes > MAX_BYTES then return false end
  self.bytes = self.bytes + bytes
  return true
end

function store:set_info(person, info)
  self.infos[person.id] = info
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

function store:next_link()
  self.links = self.links + 1
  return self.links
end

function store:has_user(external_user_id)
  return self.users[external_user_id] or self.people:has_user(external_user_id)
end

--- Makes an imported applicant one of the people.
function store:import(person)
  self.people:add(person)
  self.users[person.externalUserId] = true
  self.imported[#self.imported + 1] = person
end

return store
