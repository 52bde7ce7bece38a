-- What an event of the spool is to a watch: whom it is about, what it is newer than, and whether it is decided.

local core = require("idngo.core")
local dates = require("idngo.dates")
local json = require("idngo.json")

local M = {}

--- Seconds for which an event is decided without a person, and for which it is known, at least; and by how much its moment may
--- lie ahead of its arrival.
M.LATE, M.KNOWN, M.AHEAD = 90 * 86400, 91 * 86400, 600

--- The types that say that an applicant is no more, and their topic.
M.DELETED, M.PRESENCE = {}, "presence"
for _, type in ipairs(require("idngo.run.watched").DELETED) do M.DELETED[type] = true end

local LONGEST = 200 -- of an id or a type

-- Types that tell of one thing, of which the newest alone counts. Every other type is a topic of its own.
local TOPICS = {}
for topic, types in pairs {
  review = "Pending Prechecked OnHold AwaitingUser AwaitingService Reviewed Reset",
  presence = "Activated Deactivated Deleted PersonalDataDeleted",
} do
  for type in types:gmatch("%a+") do TOPICS["applicant" .. type] = topic end
end

---@class idngo.watch.Event a row of events, and what its line is made of
---@field digest string SHA-256 of its bytes
---@field body string?
---@field event table? decoded
---@field foreign string? why it is not this watch's
---@field test boolean? it was made by hand, to try something
---@field subject string?
---@field topic string?
---@field type string?
---@field created number? when it happened, by the service; else when it came
---@field dated integer 1: its own moment is known
---@field answer string? of a review
---@field received number?
---@field id string? the applicant

local function word(value)
  local is_word = type(value) == "string" and value ~= "" and #value <= LONGEST and not value:find("\0", 1, true)
  return is_word and value or nil
end

--- The moment that an event says, or nil.
local function moment_of(event)
  local text = type(event.createdAtMs) == "string" and event.createdAtMs or event.createdAt
  if type(text) ~= "string" then return nil end
  local day, fraction, zone = text:match("^(%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d)(%.?%d*)(%S*)$")
  if not day or #fraction > 7 then return nil end
  local parsed = dates.parse(day .. zone)
  return parsed and dates.seconds(parsed) + (tonumber("0" .. fraction) or 0)
end

--- Whether an event was made by hand, to try something: whatever stands there that is not false.
function M.is_test(event) return event.testMode ~= nil and event.testMode ~= false end

--- Why an event is not of an account, or nil. What it does not say is left to its signature.
local function foreign(event, account)
  local id, sandbox = event.clientId, event.sandboxMode
  if account.client_id and id ~= nil and id ~= account.client_id then return "another clientId" end
  if account.sandbox ~= nil and sandbox ~= nil and sandbox ~= account.sandbox then return "another sandboxMode" end
end

--- Reads a record of the spool.
---@param record idngo.SpoolRecord
---@param account {client_id: string?, sandbox: boolean?}? what is known of the watch's account: see run/account.lua
---@return idngo.watch.Event
function M.read(record, account)
  if not record.text then
    return { digest = core.sha256(("damaged %s %d %d"):format(record.segment, record.from, record.to)), dated = 0,
      foreign = ("%s from byte %d to %d"):format(record.segment, record.from, record.to), damaged = true }
  end
  local digest, event = core.sha256(record.text), json.decode(record.text)
  local read = { digest = digest, body = record.text, event = event, dated = 0, received = record.received + 0.0,
    created = record.received + 0.0 }
  if type(event) ~= "table" or not json.is_object(event) or not word(event.type) then
    read.foreign = "no event"
    return read
  end
  if json.is_too_deep(event) then
    read.foreign = "nested too deeply"
    return read
  end
  read.type, read.id = event.type, word(event.applicantId)
  read.foreign, read.test = foreign(event, account or {}), M.is_test(event)
  read.subject = word(event.applicantActionId) or read.id or word(event.kytTxnId) or word(event.kytCaseId)
    or word(event.networkId) or digest
  read.topic = TOPICS[event.type] or event.type
  local result = event.reviewResult
  read.answer = type(result) == "table" and word(result.reviewAnswer) or nil
  local own = moment_of(event)
  if own and own <= record.received + M.AHEAD then read.created, read.dated = own + 0.0, 1 end
  return read
end

--- Whether a person is asked before an event is decided: it is older than what is known of events.
---@param read idngo.watch.Event
---@param known number? before which they are not known any more: what was received in time may be read later than that
---@return boolean
function M.is_late(read, known) return read.received - read.created > M.LATE or read.created < (known or read.created) end

--- The hash of a row of events, behind the hash of those before it.
function M.hash(before, row) return core.sha256(before .. json.encode(row, "event", "[]")) end

return M
