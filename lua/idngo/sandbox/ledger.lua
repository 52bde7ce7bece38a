-- luacheck: std lua54
--- What the sandbox was asked and what it did: the last calls, packed, and totals of all.
--
-- An entry:
--   seq            1, 2, 3, … since the last clear
--   at             seconds since the sandbox started, when the request's last byte came
--   method, target, sha256 (of the body)
--   endpoint       name in the endpoint table; absent when the target is none
--   applicantId, externalUserId   where the call names one
--   status         the answer; absent when nothing was answered
--   applied        did the call change state, create something or send an e-mail
--   dropped        "before" (nothing done), "after" or "mid-body" (done, answer withheld); absent otherwise
local json = require("idngo.sandbox.json")
local core = require("idngo.core")

local ledger = {}
ledger.__index = ledger

local PACK = "<ds1s2s1s1s1I2Bs1"
local MAX_TARGET = 1024

--- Entries are joined by so many: the collector has a few thousand strings to look at, not as many as calls.
local BLOCK = 64
local EMPTY = core.sha256("")
local DROPS = { "before", "after", "mid-body" }
local DROP_CODE = { before = 1, after = 2, ["mid-body"] = 3 }
local APPLIED = 128

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
  self.tail[#self.tail + 1] = string.pack(
    PACK,
    entry.at,
    entry.method:sub(1, 16),
    entry.target:sub(1, MAX_TARGET),
    entry.endpoint or "",
    (entry.applicantId or ""):sub(1, 255),
    (entry.externalUserId or ""):sub(1, 255),
    entry.status or 0,
    (DROP_CODE[entry.dropped] or 0) | (entry.applied and APPLIED or 0),
    entry.body == "" and "" or core.sha256(entry.body)
  )
  self.seq = self.seq + 1
  if #self.tail == BLOCK then
    local number = self.seq // BLOCK - 1
    self.blocks[number], self.tail = table.concat(self.tail), {}
    self.blocks[number - self.size // BLOCK - 1] = nil
  end
end

local function byte_to_percent(byte)
  return string.format("%%%02X", byte:byte())
end

--- What came from outside may not be UTF-8, as JSON must be; then its bytes beyond ASCII are percent-encoded.
local function quote(text)
  if not utf8.len(text) then text = text:gsub("[\x80-\xff]", byte_to_percent) end
  return json.quote(text)
end

local function optional(name, value)
  if value == "" then return "" end
  return ',"' .. name .. '":' .. quote(value)
end

-- Written by hand: a full ring is 200 000 of these.
local function row(seq, at, method, target, endpoint, applicant, user, status, flags, sha)
  return string.format(
    '{"seq":%d,"at":%.6f,"method":%s,"target":%s%s%s%s%s,"applied":%s%s,"sha256":"%s"}',
    seq,
    at,
    quote(method),
    quote(target),
    optional("endpoint", endpoint),
    optional("applicantId", applicant),
    optional("externalUserId", user),
    status > 0 and ',"status":' .. status or "",
    flags & APPLIED > 0,
    optional("dropped", DROPS[flags & ~APPLIED] or ""),
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
  for number = (from - 1) // BLOCK, (self.seq - 1) // BLOCK do
    local block = self.blocks[number] or table.concat(self.tail)
    local seq, pos = number * BLOCK, 1
    while pos <= #block do
      local at, method, target, name, applicant, user, status, flags, sha, after_it = string.unpack(PACK, block, pos)
      seq, pos = seq + 1, after_it
      if seq >= from and (not endpoint or name == endpoint) then
        rows[#rows + 1] = row(seq, at, method, target, name, applicant, user, status, flags, sha)
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
