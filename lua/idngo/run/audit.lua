-- The audit log: what a run did, as a chain in which no record can be changed, moved, removed or cut off unseen.
--
-- A line is {"hash":"H","record":R} or {"hash":"H","record":R,"signature":"S"}. H is SHA-256 of the hash and the signature of
-- the line before, one behind the other, and R, all as they stand in the file; the first line follows 64 zeros. S is the
-- Ed25519 signature, by the key that the first record names, of the run, the number of the record and H. The last record of
-- every commit has one, so that nothing stands at the end unsigned.
-- The journal holds every record too, and commits it together with what it tells of; the file is written from there.
-- Applicants stand in it by id, arguments and replies by their HMAC: no personal data, yet provable to a reader who has both.

local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")
local text_file = require("idngo.text")

local M = {}

--- What the first record follows.
M.start = ("0"):rep(64)

--- The hash of the record `text` behind a line of which `previous` is hash and signature.
function M.hash(previous, text) return core.sha256(previous .. text) end

--- The line of the file.
function M.line(hash, text, signature)
  local signed = signature and ',"signature":"' .. signature .. '"' or ""
  return '{"hash":"' .. hash .. '","record":' .. text .. signed .. "}\n"
end

local HASH = '^{"hash":"(' .. ("%x"):rep(64) .. ')","record":({.*})'
local SIGNED = HASH .. ',"signature":"(' .. ("%x"):rep(128) .. ')"}\n$'

--- Takes a line apart: hash, text, signature; nil when it is none.
local function parse(line)
  local hash, text, signature = line:match(SIGNED)
  if hash then return hash, text, signature end
  return line:match(HASH .. "}\n$")
end

--- What the signature of a line is over. Each signed statement begins with its kind, so that none passes for another.
function M.statement(run, seq, hash) return ("idngo audit 2\n%s\n%d\n%s"):format(run, seq, hash) end

--- Records of what a person said, which they sign.
M.said = { approved = true, settled = true, went_back = true, declined = true, told = true,
  after_failover = true }

--- What is signed of such a record: all its fields but its number and the signature itself.
function M.approval(record)
  local fields = {}
  for name, value in pairs(record) do fields[name] = value end
  fields.signature, fields.seq = nil, nil
  return ("idngo %s 2\n%s"):format(record.event, json.encode(fields, "record", "[]"))
end

--- Makes of a record what a person said: who, when, in which run, signed.
---@param record table with event
---@param run string the run's id
---@param said {key: userdata, note: string?}
---@return table record
function M.sign(record, run, said)
  record.run, record.at, record.who, record.note, record.key = run, core.wall(), core.who(), said.note, said.key:id()
  record.signature = said.key:sign(M.approval(record))
  return record
end

--- A message about a record of what a person said, or nil.
---@param record table
---@param run string the run's id
---@param approvers table<string, userdata> public keys by their ids
---@return string? message
function M.doubt(record, run, approvers)
  local key = approvers[record.key]
  if not key then return "is by a key that is no approver's" end
  if record.run ~= run then return "is of another run" end
  if type(record.signature) ~= "string" or not key:verify(M.approval(record), record.signature) then
    return "has a wrong signature"
  end
end

--- Stands in the log for data that must not: tells nothing of it, yet proves it to a reader who has it and the line's key.
function M.seal(key, text) return core.hmac("sha256", key, text) end

--- So many random bytes, as hex digits; nil when the system has none.
function M.random(count)
  local random = io.open("/dev/urandom", "rb")
  local bytes = random and random:read(count)
  if random then random:close() end
  if not bytes or #bytes < count then return nil end
  return (bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

--- Checks a chain as its lines come: `chain:take(hash, text, signature)` gives a message, or nil and the record.
---@class idngo.run.Chain
---@field seq integer records so far
---@field hash string of the last one
---@field signature string? of the last one
---@field run string? the run's id, from the first record
---@field key string? id of the key that signs it, from there too
local Chain = {}
Chain.__index = Chain

function M.chain() return setmetatable({ seq = 0, hash = M.start, previous = M.start }, Chain) end

function Chain:take(hash, text, signature)
  if M.hash(self.previous, text) ~= hash then return "does not follow from the one before it" end
  local record = json.decode(text)
  if type(record) ~= "table" then return "is no JSON" end
  self.seq = self.seq + 1
  if record.seq ~= self.seq then return "has another number" end
  if self.seq == 1 then
    if record.event ~= "begun" then return "does not begin a run" end
    self.run, self.key = record.run, record.key
  end
  self.hash, self.signature, self.previous = hash, signature, hash .. (signature or "")
  return nil, record
end

--- Goes on behind a record that was read before.
---@param seq integer
---@param row {hash: string, signature: string?}
---@param run string
---@param key string id of the key that signs it
function Chain:go_on(seq, row, run, key)
  self.seq, self.hash, self.signature, self.run, self.key = seq, row.hash, row.signature, run, key
  self.previous = row.hash .. (row.signature or "")
end

--- A message about the end of the chain, or nil: its last record must be signed by `public`. The signature covers all records
--- before it.
---@param public userdata key
function Chain:finish(public)
  if self.seq == 0 then return "the log is empty" end
  if not self.signature then return ("record %d is the last, and not signed"):format(self.seq) end
  if type(self.run) ~= "string" or type(self.key) ~= "string" then return "record 1 names no run and no key" end
  if self.key ~= public:id() then return "record 1 names another key than the one that it is checked by" end
  if not public:verify(M.statement(self.run, self.seq, self.hash), self.signature) then
    return ("record %d has a wrong signature"):format(self.seq)
  end
end

---@class idngo.run.AuditResult
---@field records integer
---@field run string
---@field head string hash of the last record
---@field approvals table[] records; withdrawn: when its writer took it back
---@field elsewhere integer? of a run in PostgreSQL, how many files that it saved are not on this machine, and were not checked

---@class idngo.run.Known the journal of a run that may go on: its file is written behind it
---@field last integer the last record of the moment that is looked at
---@field line fun(seq: integer): string? the line of a record, as the journal has it by now
---@field lags boolean whether a process is at work there, so that the file may lack records at its end

--- Whether a line of the file is what the journal says of a record, or the beginning of that, still to be written to its end.
local function is_known(known, seq, line)
  local expected = known.line(seq)
  return expected ~= nil and expected:sub(1, #line) == line
end

local function is_torn(line) return line:sub(-1) ~= "\n" end

--- Takes in the lines of a log: all of them, or those of a moment. A message, and the last line that was taken in.
local function take_lines(lines, chain, see, known)
  local last
  for line in lines do
    if known and known.lags and is_torn(line) and is_known(known, chain.seq + 1, line) then return nil, last end
    local hash, text, signature = parse(line)
    local message, record = "is not a whole record", nil
    if hash then message, record = chain:take(hash, text, signature) end
    if not hash or (message and chain.seq == 0) then chain.seq = chain.seq + 1 end
    message = message or see(record, hash)
    if message then return ("record %d %s"):format(chain.seq, message) end
    last = line
    if known and chain.seq == known.last then break end
  end
  return nil, last
end

--- A message about what stands behind the moment that is looked at, or nil: the journal knows all of it by now.
local function check_rest(lines, known)
  local seq = known.last
  for line in lines do
    seq = seq + 1
    if not is_known(known, seq, line) then return ("record %d is not one that the journal knows"):format(seq) end
    if is_torn(line) then return nil end
  end
end

--- Checks the lines of a log by themselves and a public key; or beside its journal.
---@param lines fun(): string? whole lines, but the last one may be torn
---@param public userdata key
---@param see fun(record: table, hash: string): string? message; called with every record
---@param known idngo.run.Known?
---@return idngo.run.AuditResult?
---@return string? message which record is wrong, and how
function M.check(lines, public, see, known)
  local chain = M.chain()
  local message, last = take_lines(lines, chain, see, known)
  local is_short = known and chain.seq < known.last
  if not message and known and not is_short then message = check_rest(lines, known) end
  -- the end of a commit is signed, and whoever writes may be in the midst of one: then the journal's record of it counts
  if not message and not (is_short and known.lags and last) then message = chain:finish(public) end
  if not message and known and (is_short and not known.lags or last ~= known.line(chain.seq)) then
    message = "its last record is not the one that the journal knows"
  end
  if message then return nil, message end
  return { records = chain.seq, run = chain.run, head = chain.hash }
end

--- The same of a file.
---@param path string
function M.verify(path, ...)
  local file, message = io.open(path, "rb")
  if not file then return nil, message end
  local result
  result, message = M.check(compat.lines(file), ...)
  file:close()
  return result, message
end

--- The lines of the log as a run's tables hold it.
---@param store idngo.run.Store
---@return fun(): string?
function M.lines(store)
  local each = store:each("audit_records")
  return function()
    local row = each()
    return row and M.line(row.hash, tostring(row.record), row.signature)
  end
end

--- How much of the log is what `record(seq)` says, for a run that goes on: the file may lack records at its end, the
--- last one may be torn; anything else is damage.
---@param path string
---@param record fun(seq: integer): string?, string?, string? hash, text and signature of a record
---@param from {seq: integer, size: integer}? a record up to which it was compared before, and how many bytes it was then
---@return integer? size bytes to keep
---@return integer|string records in them, or a message
function M.reconcile(path, record, from)
  local file, message = text_file.open_if_there(path)
  if file == false then return nil, message end
  if not file then return 0, 0 end
  if from and file:seek("end") < from.size then from = nil end
  file:seek("set", from and from.size or 0)
  local size, seq, lines = from and from.size or 0, from and from.seq or 0, compat.lines(file)
  for line in lines do
    local hash, text, signature = record(seq + 1)
    local expected = hash and M.line(hash, text, signature)
    if line ~= expected then
      local torn = expected and #line < #expected and expected:sub(1, #line) == line and not lines()
      file:close()
      if torn then return size, seq end
      return nil, ("audit.jsonl: record %d is not the one that the journal knows"):format(seq + 1)
    end
    size, seq = size + #line, seq + 1
  end
  file:close()
  return size, seq
end

return M
