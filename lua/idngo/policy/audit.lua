-- The audit log: what a run did, as a chain in which no record can be changed, moved, removed or cut off unseen.
--
-- A line is {"hash":"H","record":R} where H = SHA-256(hash of the line before ‖ R), both as they stand in the file; the
-- first line follows 64 zeros. A record of the event `checkpoint` carries an HMAC-SHA256 over everything before it,
-- under a key that is kept outside the run's folder: whoever rewrites the whole chain cannot sign it. So does one of the
-- event `approved`, over itself; and the journal keeps one of the last record, renewed in every commit.
-- The journal holds every record too, and commits it together with what it tells of; the file is written from there.
-- Applicants stand in it by id, arguments by their HMAC: no personal data, yet provable to whoever has both.

local compat = require("idngo.compat")
local core = require("idngo.core")
local err = require("idngo.error")
local json = require("idngo.json")

local M = {}

--- What the first record follows.
M.start = ("0"):rep(64)

--- The hash of the record `text` behind one whose hash is `previous`.
function M.hash(previous, text)
  return core.sha256(previous .. text)
end

--- The line of the file.
function M.line(hash, text)
  return '{"hash":"' .. hash .. '","record":' .. text .. "}\n"
end

--- Takes a line apart: hash, text; nil when it is none.
local function parse(line)
  return line:match('^{"hash":"(' .. ("%x"):rep(64) .. ')","record":({.*})}\n$')
end

--- What a checkpoint signs: its place and all that is before it.
function M.signature(key, seq, previous)
  return core.hmac("sha256", key, ("idngo audit %d %s"):format(seq, previous))
end

--- Signs a text of one kind. Each kind has a key of its own, made from the audit key by what no signature gives away: what
--- was signed as one kind, by this version or an earlier one, passes for no other.
local function sign(key, kind, text)
  return core.hmac("sha256", core.sha256(("idngo %s\n%s"):format(kind, key)), text)
end

--- What an approval carries: a signature of its place and of all that stands in it.
---@param key string
---@param record table with or without its hmac
---@param previous string hash of the record before
---@return string
function M.approval(key, record, previous)
  local fields = {}
  for name, value in pairs(record) do fields[name] = value end
  fields.hmac = nil
  return sign(key, "approval", previous .. json.encode(fields, "record", "[]"))
end

--- What the journal keeps of the last record, so that none can be taken from the end or added.
function M.head(key, head) return sign(key, "head", ("%d %s"):format(head.seq, head.hash)) end

--- Stands in the log for a step's arguments: says nothing of them, yet proves them to whoever holds both.
function M.seal(key, arguments) return sign(key, "arguments", arguments) end

--- What is wrong with a record's place and signature, or nil.
---@param record table
---@param seq integer
---@param previous string hash of the record before
---@param key string
---@return string?
function M.check(record, seq, previous, key)
  if record.seq ~= seq then return "has another number" end
  local expected, hmac = nil, record.hmac
  if record.event == "checkpoint" then expected = M.signature(key, seq, previous) end
  if record.event == "approved" and hmac then expected = M.approval(key, record, previous) end
  if expected and not (type(hmac) == "string" and core.equal(hmac, expected)) then
    return ("is a%s with a wrong signature"):format(record.event == "approved" and "n approval" or " checkpoint")
  end
end

local function key_error(message)
  return nil, err.config(message, "IDNGO_AUDIT_KEY_FILE names the file of the audit key")
end

--- Where the key is: $IDNGO_AUDIT_KEY_FILE, else audit.key beside the config file's usual place.
local function key_path()
  local path = os.getenv("IDNGO_AUDIT_KEY_FILE")
  if path and path ~= "" then return path end
  local home = os.getenv("XDG_CONFIG_HOME")
  if not home or home == "" then home = os.getenv("HOME") and os.getenv("HOME") .. "/.config" end
  if not home then return nil end
  return home .. "/idngo/audit.key", { home, home .. "/idngo" }
end

--- So many random bytes, as hex digits; nil when the system has none.
function M.random(count)
  local random = io.open("/dev/urandom", "rb")
  local bytes = random and random:read(count)
  if random then random:close() end
  if not bytes or #bytes < count then return nil end
  return (bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

local function make_key(path, folders)
  local key = M.random(32)
  if not key then return key_error("there are no random bytes for an audit key") end
  for _, folder in ipairs(folders or {}) do core.folder(folder) end
  local sink, why = core.sink(path)
  local ok = sink
  if sink then ok, why = sink:write(key .. "\n") end
  if ok then ok, why = sink:commit() end
  if not ok then return key_error("the audit key cannot be written: " .. why) end
  return key
end

--- The key that checkpoints are signed with.
---@param create boolean make one when there is none
---@return string? key 64 hex digits
---@return idngo.Error?
function M.key(create)
  local path, folders = key_path()
  if not path then return key_error("no place for the audit key: HOME is not set") end
  local file = io.open(path, "r")
  if not file then
    if create then return make_key(path, folders) end
    return key_error(("the audit key %s cannot be read"):format(path))
  end
  local key = file:read("*l")
  file:close()
  if not key or not key:find("^%x+$") or #key ~= 64 then
    return key_error(("%s is no audit key: 64 hex digits are expected"):format(path))
  end
  return key
end

--- Walks the lines of a log: calls `take(seq, hash, text, previous)`; what it returns ends the walk.
local function walk(file, take)
  local seq, previous = 0, M.start
  for line in compat.lines(file) do
    local hash, text = parse(line)
    if not hash then return "is not a whole record", seq + 1 end
    if M.hash(previous, text) ~= hash then return "does not follow from the one before it", seq + 1 end
    seq = seq + 1
    local wrong = take(seq, hash, text, previous)
    if wrong then return wrong, seq end
    previous = hash
  end
  return nil, seq, previous
end

---@class idngo.policy.AuditResult
---@field records integer
---@field checkpoints integer
---@field signed integer the last record that a checkpoint covers
---@field head string hash of the last record

--- Checks a log against itself, the key, and what the journal knows of it.
---@param path string
---@param key string
---@param last {seq: integer, hash: string, signature: string?} the journal's last record, and its signature of it
---@param ended boolean whether the log must end with a checkpoint
---@return idngo.policy.AuditResult?
---@return string? message which record is wrong, and how
function M.verify(path, key, last, ended)
  local file, why = io.open(path, "rb")
  if not file then return nil, why end
  local checkpoints, signed, named = 0, 0, false
  local wrong, seq, head = walk(file, function(number, _, text, previous)
    local record = json.decode(text)
    if type(record) ~= "table" then return "is no JSON" end
    local bad = M.check(record, number, previous, key)
    if bad then return bad end
    if record.event == "checkpoint" then checkpoints, signed = checkpoints + 1, number end
    if record.event == "begun" and record.run then named = true end -- every commit of such a run is signed
    if named and record.event == "approved" and not record.hmac then return "is an approval without a signature" end
  end)
  file:close()
  if wrong then return nil, ("record %d %s"):format(seq, wrong) end
  if seq < last.seq then return nil, ("%d records are missing at the end"):format(last.seq - seq) end
  if seq > last.seq then return nil, ("%d records at the end are unknown to the journal"):format(seq - last.seq) end
  if head ~= last.hash then return nil, "the last record is not the one that the journal knows" end
  if (named or last.signature) and last.signature ~= M.head(key, last) then
    return nil, "the journal's signature of the last record is wrong"
  end
  if ended and signed ~= seq then return nil, "the last record is not a checkpoint" end
  return { records = seq, checkpoints = checkpoints, signed = signed, head = head }
end

--- How much of the log is what `record(seq)` says, for a run that goes on: the file may lack records at its end, the
--- last one may be torn; anything else is damage.
---@param path string
---@param record fun(seq: integer): string?, string? hash and text of a record
---@return integer? size bytes to keep
---@return integer|string records in them, or what is wrong
function M.reconcile(path, record)
  local file = io.open(path, "rb")
  if not file then return 0, 0 end
  local size, seq, lines = 0, 0, compat.lines(file)
  for line in lines do
    local hash, text = record(seq + 1)
    local expected = hash and M.line(hash, text)
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
