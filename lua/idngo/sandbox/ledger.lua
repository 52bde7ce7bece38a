--- What the sandbox was asked and what it did: the last calls, as lines of text, and totals of all.
--
-- An entry:
--   seq            1, 2, 3, … since the last clear
--   at             seconds since the sandbox started, when the request's last byte came
--   method, target, sha256 (of the body)
--   endpoint       name of an endpoint; absent when the target is none
--   applicantId, externalUserId   where the call names one
--   status         the answer; absent when nothing was answered
--   applied        did the call change state, create something or send an e-mail
--   dropped        "before" (nothing done), "after" or "mid-body" (done, answer withheld); absent otherwise
local json = require("idngo.sandbox.json")
local core = require("idngo.core")

local ledger = {}
ledger.__index = ledger

local MAX_TARGET = 1024

--- An entry is a line of fields with tabs between them; texts stand in it quoted as in JSON, or empty.
local LINE = "%.6f\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n"
local FIELDS = (LINE:gsub("%%[^\t\n]+", "([^\t\n]*)"))

--- Entries are joined by so many: the collector has a few thousand strings to look at, not as many as calls.
local BLOCK = 64
local EMPTY = core.sha256("")

---@param size integer entries kept
function ledger.new(size)
  local self = setmetatable({ size = size }, ledger)
  self:clear()
  return self
end

function ledger:clear()
  self.seq = 0
  self.blocks = {} -- by number, from 0: BLOCK entries each, joined
  self.tail = {} -- the entries of the block that is not full yet
  self.totals = { calls = 0, applied = 0, dropped = 0, emails = 0, byStatus = {}, byEndpoint = {} }
end

local function count(counts, key)
  if key then counts[key] = (counts[key] or 0) + 1 end
end

local function byte_to_percent(byte)
  return string.format("%%%02X", byte:byte())
end

--- What came from outside may not be UTF-8, as JSON must be; then its bytes beyond ASCII are percent-encoded.
local function quote(text)
  if not core.utf8(text) then text = text:gsub("[\128-\255]", byte_to_percent) end
  return json.quote(text)
end

--- Secrets in a query.
local SECRETS = { secretKey = true, shareToken = true, accessToken = true, token = true }

--- A target as it may be shown.
local function without_secrets(target)
  return (target:gsub("([?&])([^=&]+)=([^&]*)", function(mark, name)
    return SECRETS[name] and ("%s%s=[…]"):format(mark, name) or nil
  end))
end

local function quote_name(text)
  return text and text ~= "" and quote(text:sub(1, 255)) or ""
end

---@param entry table at, method, target, body, endpoint?, applicantId?, externalUserId?, status?, applied?, dropped?
function ledger:add(entry)
  local totals = self.totals
  totals.calls = totals.calls + 1
  if entry.applied then
    totals.applied = totals.applied + 1
    if entry.endpoint == "send_verification_status_email" then totals.emails = totals.emails + 1 end
  end
  if entry.dropped then totals.dropped = totals.dropped + 1 end
  count(totals.byStatus, entry.status and tostring(entry.status))
  count(totals.byEndpoint, entry.endpoint)
  self.tail[#self.tail + 1] = string.format(
    LINE,
    entry.at,
    quote(entry.method:sub(1, 16)),
    quote(without_secrets(entry.target):sub(1, MAX_TARGET)),
    entry.endpoint or "",
    quote_name(entry.applicantId),
    quote_name(entry.externalUserId),
    entry.status or 0,
    entry.dropped or "",
    entry.applied and "true" or "false",
    entry.body == "" and "" or core.sha256(entry.body)
  )
  self.seq = self.seq + 1
  if #self.tail == BLOCK then
    local number = self.seq / BLOCK - 1
    self.blocks[number], self.tail = table.concat(self.tail), {}
    self.blocks[number - math.floor(self.size / BLOCK) - 1] = nil
  end
end

local function optional(name, quoted)
  return quoted == "" and "" or ',"' .. name .. '":' .. quoted
end

-- Written by hand: a full ring is 200 000 of these.
local function row(seq, at, method, target, endpoint, applicant, user, status, dropped, applied, sha)
  return string.format(
    '{"seq":%d,"at":%s,"method":%s,"target":%s%s%s%s%s,"applied":%s%s,"sha256":"%s"}',
    seq,
    at,
    method,
    target,
    endpoint == "" and "" or ',"endpoint":"' .. endpoint .. '"',
    optional("applicantId", applicant),
    optional("externalUserId", user),
    status == "0" and "" or ',"status":' .. status,
    applied,
    dropped == "" and "" or ',"dropped":"' .. dropped .. '"',
    sha == "" and EMPTY or sha
  )
end

--- {"totals": …, "first": oldest seq kept, "last": newest seq, "entries": […]} as text.
---@param after integer only entries with a greater seq
---@param endpoint string? only of this endpoint
---@return string
function ledger:to_json(after, endpoint)
  local first = math.max(1, self.seq - self.size + 1)
  local from = math.max(first, after + 1)
  local rows = {}
  for number = math.floor((from - 1) / BLOCK), math.floor((self.seq - 1) / BLOCK) do
    local seq = number * BLOCK
    for at, method, target, name, applicant, user, status, dropped, applied, sha in
      (self.blocks[number] or table.concat(self.tail)):gmatch(FIELDS)
    do
      seq = seq + 1
      if seq >= from and (not endpoint or name == endpoint) then
        rows[#rows + 1] = row(seq, at, method, target, name, applicant, user, status, dropped, applied, sha)
      end
    end
  end
  return string.format(
    '{"totals":%s,"first":%d,"last":%d,"entries":[%s]}\n',
    json.encode(self.totals),
    first,
    self.seq,
    table.concat(rows, ",\n")
  )
end

return ledger
