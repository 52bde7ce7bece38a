-- The journal of one run: its tables, and every statement over them. The truth about what was decided and done.
-- Records of the audit log are committed with what they tell of, and written to audit.jsonl after.

local audit = require("idngo.policy.audit")
local calls = require("idngo.policy.calls")
local core = require("idngo.core")
local err = require("idngo.error")
local journal = require("idngo.journal")
local json = require("idngo.json")
local run_folder = require("idngo.run_folder")
local witness = require("idngo.policy.witness")

-- States of a step:
--   planned    nothing has been sent
--   intent     about to be sent; whoever finds this after a crash must take it for sent
--   sent       an attempt has left
--   applied, rejected, unknown     what came of it
--   void       the facts changed since the plan, or the line of its applicant ended before it
local SCHEMA = [[
CREATE TABLE applicants (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, fields TEXT NOT NULL,
  decision TEXT CHECK (decision IN ('pass', 'hold', 'act', 'error')), reason TEXT, line INTEGER);
CREATE TABLE replies (hash TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE facts (n INTEGER NOT NULL REFERENCES applicants, name TEXT NOT NULL, hash TEXT NOT NULL REFERENCES replies,
  at REAL NOT NULL, PRIMARY KEY (n, name)) WITHOUT ROWID;
CREATE TABLE steps (n INTEGER NOT NULL REFERENCES applicants, k INTEGER NOT NULL, action TEXT NOT NULL,
  retry TEXT NOT NULL, args TEXT NOT NULL, reason TEXT, line INTEGER, attempts INTEGER NOT NULL DEFAULT 0, problem TEXT, at REAL,
  file TEXT, size INTEGER, sha256 TEXT, state TEXT NOT NULL DEFAULT 'planned'
  CHECK (state IN ('planned', 'intent', 'sent', 'applied', 'rejected', 'unknown', 'void')), PRIMARY KEY (n, k)) WITHOUT ROWID;
CREATE INDEX step_states ON steps (state, n);
CREATE TABLE audit (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, record TEXT NOT NULL);
]]

-- The actions that are not done again where they may have been done: by what the code knows, whatever a row says.
local once = {}
for name in pairs(calls.of) do
  if calls.class(name) == "N" then once[#once + 1] = ("'%s'"):format(name) end
end
table.sort(once)

local SQL = {
  add_applicant = "INSERT INTO applicants (n, id, fields) VALUES (?, ?, ?)",
  undecided = "SELECT n FROM applicants WHERE decision IS NULL ORDER BY n",
  applicant = "SELECT * FROM applicants WHERE n = ?",
  applicant_by_id = "SELECT * FROM applicants WHERE id = ?",
  applicants = "SELECT * FROM applicants WHERE n > ? ORDER BY n LIMIT 200",
  decide = "UPDATE applicants SET decision = ?2, reason = ?3, line = ?4 WHERE n = ?1 AND decision IS NULL",
  add_reply = "INSERT INTO replies VALUES (?, ?) ON CONFLICT DO NOTHING",
  add_fact = "INSERT INTO facts VALUES (?, ?, ?, ?) ON CONFLICT (n, name) DO UPDATE SET hash = excluded.hash, at = excluded.at",
  facts = "SELECT name, hash, body, at FROM facts JOIN replies USING (hash) WHERE n = ? ORDER BY name",
  reply = "SELECT body FROM replies WHERE hash = ?",
  fact_hashes = "SELECT name, hash FROM facts WHERE n = ? ORDER BY name",
  fact_counts = "SELECT name, count(*) AS count FROM facts GROUP BY name ORDER BY name",
  add_step = "INSERT INTO steps (n, k, action, retry, args, reason, line) VALUES (?, ?, ?, ?, ?, ?, ?)",
  steps = "SELECT * FROM steps WHERE n = ? ORDER BY k",
  all_steps = [[SELECT applicants.id, steps.* FROM steps JOIN applicants USING (n)
    WHERE (n, k) > (?, ?) ORDER BY n, k LIMIT 200]],
  in_state = "SELECT applicants.id, steps.* FROM steps JOIN applicants USING (n) WHERE state = ? ORDER BY n, k LIMIT ?",
  open_lines = [[SELECT DISTINCT n FROM steps WHERE state IN ('planned', 'intent', 'sent')
    OR (state = 'unknown' AND action NOT IN (]] .. table.concat(once, ", ") .. [[)) ORDER BY n]],
  intent = [[UPDATE steps SET state = 'intent', at = ?3 WHERE n = ?1 AND k = ?2
    AND state IN ('planned', 'intent', 'sent', 'unknown')]],
  sent = "UPDATE steps SET state = 'sent', attempts = attempts + 1 WHERE n = ? AND k = ? AND state IN ('intent', 'sent')",
  outcome = [[UPDATE steps SET state = ?3, problem = ?4, at = ?5, file = ?6, size = ?7, sha256 = ?8
    WHERE n = ?1 AND k = ?2 AND state IN ('planned', 'intent', 'sent', 'unknown')]],
  decisions = "SELECT decision, count(*) AS count FROM applicants WHERE decision IS NOT NULL GROUP BY decision",
  states = "SELECT action, state, count(*) AS count FROM steps GROUP BY action, state",
  problems = [[SELECT reason, count(*) AS count, min(id) AS id FROM applicants WHERE decision = 'error'
    GROUP BY reason ORDER BY count DESC, min(n) LIMIT ?]],
  size = "SELECT count(*) AS count FROM applicants",
  deactivations = "SELECT count(DISTINCT n) AS count FROM steps WHERE action = 'deactivate'",
  add_audit = "INSERT INTO audit VALUES (?, ?, ?)",
  audit_records = "SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT 200",
  audit_record = "SELECT hash, record FROM audit WHERE seq = ?",
  audit_last = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
}

---@class idngo.policy.Store: idngo.Store
local Store = run_folder.journal { schema = SCHEMA, sql = SQL, pages = { applicants = { "n" }, all_steps = { "n", "k" },
  audit_records = { "seq" } }, mark = "version", version = 1, again = "resume the run" }

local function write_log(self)
  local lines = table.concat(self.pending)
  if lines == "" then return end
  local ok, why = self.log:append(lines)
  if not ok then error(self:broken(why), 0) end
  for i = #self.pending, 1, -1 do self.pending[i] = nil end -- in place, since it must not fail now
end

--- Does `fn` whole or not at all; audit records made in it go to the log after the commit.
function Store:transaction(fn)
  local head, pending, told = self.head, #self.pending, {}
  self.told = told
  local function work() -- made before there is a transaction that would be left behind without memory for it
    fn()
    if self.head ~= head then self:set("head", audit.head(self.key, self.head)) end
    self:exec("COMMIT")
  end
  local function explain(e) return type(e) == "table" and e or debug.traceback(tostring(e), 2) end
  if self.db:in_transaction() then self:exec("ROLLBACK") end -- one that could not even be rolled back
  self:exec("BEGIN IMMEDIATE")
  local ok, problem = xpcall(work, explain)
  if not ok then
    self.db:exec("ROLLBACK")
    self.head = head
    for i = #self.pending, pending + 1, -1 do self.pending[i] = nil end
    error(problem, 0)
  end
  for _, each in ipairs(told) do self.witness:take(each.record, each.record.seq, each.previous, self.key) end
  write_log(self)
end

--- Adds a record to the audit log, inside a transaction.
---@param event string
---@param fields table?
function Store:record(event, fields)
  local record = {}
  for name, value in pairs(fields or {}) do record[name] = value end
  local seq = self.head.seq + 1
  record.event, record.seq, record.at = event, seq, core.wall()
  if event == "checkpoint" then record.hmac = audit.signature(self.key, seq, self.head.hash) end
  if event == "approved" then record.hmac = audit.approval(self.key, record, self.head.hash) end
  local text = json.encode(record, "record", "[]")
  local hash = audit.hash(self.head.hash, text)
  self:run("add_audit", seq, hash, text)
  self.told[#self.told + 1] = { record = record, previous = self.head.hash }
  self.head = { seq = seq, hash = hash }
  self.pending[#self.pending + 1] = audit.line(hash, text)
end

--- Signs what the log holds so far, unless the last record is a signature already.
function Store:checkpoint()
  local last = self:row("audit_record", self.head.seq)
  if not last or last.record:find('"event":"checkpoint"', 1, true) then return end
  self:transaction(function() self:record("checkpoint") end)
  local ok, why = self.log:sync()
  if not ok then error(self:broken(why), 0) end
end

--- See audit.seal.
function Store:seal(text) return audit.seal(self.key, text) end

function Store:close()
  self.db:close()
  if self.log then self.log:close() end
end

--- Opens the journal of a run to read in it.
---@param dir string
---@return idngo.policy.Store?
---@return idngo.Error? kind `config` when the folder holds no run
function Store.read(dir)
  local self, problem = Store:find(dir)
  if self or problem then return self, problem end
  return nil, err.config(dir .. " holds no run")
end

local function open_log(self, path, size)
  local log, why = journal.log(path)
  local ok = log
  if log then ok, why = log:truncate(size) end
  if not ok then error(self:broken(why), 0) end
  self.log, self.pending = log, {}
end

---- Reads the log that the journal holds into `witness`, and whether its end is signed. Throws where it is not what was
--- written.
---@param key string the audit key
function Store:read_log(key)
  local previous, seq = audit.start, 0
  self.key, self.witness = key, witness.new()
  for row in self:each("audit_records") do
    seq = seq + 1
    local wrong = row.seq ~= seq and "is missing"
      or audit.hash(previous, tostring(row.record)) ~= row.hash and "does not follow from the one before it"
      or self.witness:take(self:decode(row.record, "audit", seq), seq, previous, key)
    if wrong then error(self:damaged("audit", seq, wrong), 0) end
    previous = row.hash
  end
  self.head = { seq = seq, hash = previous }
  local seen, signature = self.witness, self:get("head")
  if signature or seen.run or seen.approval then
    if signature ~= audit.head(key, self.head) then
      error(self:damaged("run", "head", "is no signature of the log's last record, by this audit key"), 0)
    end
  elseif seen.planned and seen.signed < seen.planned then -- a run of 0.1.0 signed its plan, and later at checkpoints
    error(self:damaged("audit", seen.planned, "is followed by no checkpoint"), 0)
  end
end

-- Brings audit.jsonl up to what the journal knows.
local function continue_log(self, path)
  local size, records = audit.reconcile(path, function(seq)
    local row = self:row("audit_record", seq)
    if row then return row.hash, row.record end
  end)
  if not size then
    error(err.new { kind = "io", outcome = "not_sent", message = records, hint = "idngo audit verify tells more" }, 0)
  end
  open_log(self, path, size)
  for seq = records + 1, self.head.seq do
    local row = self:row("audit_record", seq)
    self.pending[#self.pending + 1] = audit.line(row.hash, row.record)
  end
  write_log(self)
end

--- Goes on once `self` is open, or closes it when `fn` throws.
local function guarded(self, fn)
  local ok, problem = pcall(fn)
  if ok then return self end
  self:close()
  return nil, problem
end

--- Begins the journal of a run; it is there whole or not at all. The caller holds the run's lock.
---@param dir string
---@param key string the audit key
---@param fill fun(self: idngo.policy.Store) writes what the run starts from, with at least one audit record
---@return idngo.policy.Store?
---@return idngo.Error?
function Store.create(dir, key, fill)
  local self, problem = Store:database(dir, true)
  if not self then return nil, problem end
  self.key = key
  return guarded(self, function()
    if self:row("schema") then
      error(err.config(dir .. " holds a run already", "idngo resume goes on with it; a new plan needs a new folder"), 0)
    end
    self.head, self.witness = { seq = 0, hash = audit.start }, witness.new()
    open_log(self, dir .. "/audit.jsonl", 0)
    self:transaction(function()
      self:begin()
      fill(self)
    end)
  end)
end

--- Opens the journal of a run to go on with it; the caller holds the run's lock.
---@param dir string
---@param key string the audit key
---@return idngo.policy.Store?
---@return idngo.Error?
function Store.open(dir, key)
  local self, problem = Store.read(dir)
  if not self then return nil, problem end
  return guarded(self, function()
    self:read_log(key)
    continue_log(self, dir .. "/audit.jsonl")
  end)
end

return Store
