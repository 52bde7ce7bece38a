-- Runs of idngo 0.1: a policy's, and an import's. They are read as if their tables were those of today, and migrated when they
-- are resumed. Their logs are signed by HMAC: a key that checks one can also write one. An import has no log.

local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")

local M = {}

M.policy = {
  schema = [[
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
]],
  tables = { "applicants", "replies", "facts", "steps", "audit" }, indexes = { "step_states" },
  with = function(from)
    return (([[WITH lines AS (SELECT n, id, fields, decision, reason, line, CASE WHEN decision IS NULL THEN 'new'
    WHEN decision = 'act' THEN 'open' ELSE 'done' END AS state, 0 AS token, NULL AS owner, NULL AS lease FROM @applicants),
  replies AS (SELECT hash AS r, hash, body FROM @replies), facts AS (SELECT n, name, hash AS r, at FROM @facts),
  steps AS (SELECT n, k, action, args, reason, line, attempts, problem, at, file, size, sha256, NULL AS result, state
    FROM @steps),
  audit AS (SELECT seq, hash, record, NULL AS signature FROM @audit) ]]):gsub("@", from))
  end,
  copies = {
    "INSERT INTO main.lines SELECT * FROM lines", "INSERT INTO main.replies (hash, body) SELECT hash, body FROM replies",
    "INSERT INTO main.facts SELECT f.n, f.name, made.r, f.at FROM facts AS f JOIN main.replies AS made ON made.hash = f.r",
    "INSERT INTO main.steps SELECT * FROM steps",
  },
}

M.import = {
  schema = [[
CREATE TABLE people (n INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT UNIQUE, archive TEXT, size INTEGER, crc INTEGER,
  applicant TEXT, problem TEXT, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL
  CHECK (state IN ('refused', 'ready', 'intent', 'unknown', 'imported', 'confirm', 'rejected')));
CREATE INDEX people_states ON people (state, n);
]],
  tables = { "people" }, indexes = { "people_states" },
  with = function(from)
    return (([[WITH lines AS (SELECT n, id, json_object('source', source) AS fields,
    CASE state WHEN 'refused' THEN 'error' ELSE 'act' END AS decision, CASE state WHEN 'refused' THEN problem END AS reason,
    NULL AS line, CASE WHEN state IN ('ready', 'intent', 'unknown') THEN 'open' ELSE 'done' END AS state, 0 AS token,
    NULL AS owner, NULL AS lease FROM @people),
  replies AS (SELECT 0 AS r, '' AS hash, '' AS body WHERE 0), facts AS (SELECT 0 AS n, '' AS name, 0 AS r, 0 AS at WHERE 0),
  steps AS (SELECT n, 1 AS k, 'import_applicant' AS action, json_object('archive', archive, 'crc', crc, 'size', size) AS args,
    NULL AS reason, NULL AS line, attempts, problem, NULL AS at, NULL AS file, NULL AS size, NULL AS sha256, applicant AS result,
    CASE state WHEN 'imported' THEN 'applied' WHEN 'ready' THEN 'planned' ELSE state END AS state
    FROM @people WHERE state <> 'refused'),
  audit AS (SELECT 0 AS seq, '' AS hash, '' AS record, NULL AS signature WHERE 0) ]]):gsub("@", from))
  end,
  copies = { "INSERT INTO main.lines SELECT * FROM lines", "INSERT INTO main.steps SELECT * FROM steps" },
}

--- Counts as the logs of today's runs give them: see witness.lua.
---@param store idngo.run.Store
---@return table<string, integer>
function M.totals(store)
  local totals, last = {}, nil
  local function add(name) totals[name] = (totals[name] or 0) + 1 end
  for row in store:each("lines") do
    add("lines")
    if row.decision then add("decision:" .. row.decision) end
    for _, fact in ipairs(store:rows("fact_hashes", row.n)) do add("fact:" .. fact.name) end
  end
  for step in store:each("all_steps") do
    add(("step:%s:%s"):format(step.action, step.state == "sent" and "intent" or step.state))
    if step.action == "deactivate" and step.n ~= last then add("deactivations") end
    if step.action == "deactivate" then last = step.n end
  end
  return totals
end

-- The log of a policy's run.

local START = ("0"):rep(64)

local function sign(key, kind, text)
  return core.hmac("sha256", core.sha256(("idngo %s\n%s"):format(kind, key)), text)
end

--- A message about the signature of a record, or nil.
local function check(record, seq, previous, key)
  if record.seq ~= seq then return "has another number" end
  local expected
  if record.event == "checkpoint" then
    expected = core.hmac("sha256", key, ("idngo audit %d %s"):format(seq, previous))
  elseif record.event == "approved" and record.hmac then
    local fields = {}
    for name, value in pairs(record) do fields[name] = value end
    fields.hmac = nil
    expected = sign(key, "approval", previous .. json.encode(fields, "record", "[]"))
  end
  if expected and not (type(record.hmac) == "string" and core.equal(record.hmac, expected)) then
    return ("is a%s with a wrong signature"):format(record.event == "approved" and "n approval" or " checkpoint")
  end
end

---@class idngo.run.OldLog what a log of 0.1 tells
---@field records integer
---@field head string
---@field signed integer the last record that a checkpoint covers
---@field plan string? hash of the plan
---@field approved string? hash of the plan that was approved
---@field done boolean? whether the run had ended
---@field today string? as its policy is told it from now on
---@field steps table<string, string> states by applicant and step: "ID K"

--- Walks a log of 0.1: hash and text of every record from `next_record`.
---@param next_record fun(): string?, string?
---@param key string
---@return idngo.run.OldLog?
---@return string? message which record is wrong, and how
local function walk(next_record, key)
  local log = { records = 0, head = START, signed = 0, steps = {} }
  for hash, text in next_record do
    local seq, record = log.records + 1, json.decode(text)
    local message = core.sha256(log.head .. text) ~= hash and "does not follow from the one before it"
      or type(record) ~= "table" and "is no JSON" or check(record, seq, log.head, key)
    if message then return nil, ("record %d %s"):format(seq, message) end
    log.records, log.head = seq, hash
    local step = record.applicant and ("%s %s"):format(tostring(record.applicant), tostring(record.step))
    if record.event == "checkpoint" then log.signed = seq end
    if record.event == "begun" then log.run = record.run end
    if record.event == "planned" then log.plan = record.plan end
    if record.event == "approved" then log.approved = record.plan end
    if record.event == "done" then log.done = true end
    if record.event == "intent" then log.steps[step] = "intent" end
    if record.event == "put_back" then log.steps[step] = nil end
    if record.event == "outcome" then log.steps[step] = record.outcome end
  end
  return log
end

--- The file of a log.
---@param path string
---@param key string
---@return idngo.run.OldLog?
---@return string? message
function M.verify(path, key)
  local file, message = io.open(path, "rb")
  if not file then return nil, message end
  local broken
  local lines = compat.lines(file)
  local log
  log, message = walk(function()
    local line = lines()
    if not line then return nil end
    local hash, text = line:match('^{"hash":"(' .. ("%x"):rep(64) .. ')","record":({.*})}\n$')
    broken = not hash
    return hash, text
  end, key)
  file:close()
  if log and broken then log, message = nil, ("record %d is not a whole record"):format(log.records + 1) end
  return log, message
end

--- The log in the journal of a run, which is signed at its end, and whose plan and steps are those in the tables.
---@param store idngo.run.Store
---@param key string
---@param plan string hash of the plan in the tables
---@return idngo.run.OldLog?
---@return string? message
function M.check(store, key, plan)
  local each = store:each("audit_records")
  local log, message = walk(function()
    local row = each()
    if row then return row.hash, row.record end
  end, key)
  if not log then return nil, message end
  local head = store:get("head")
  if log.run and head ~= sign(key, "head", ("%d %s"):format(log.records, log.head)) then
    return nil, "run head: is no signature of the log's last record, by this audit key"
  end
  if not log.run and log.plan and log.signed == 0 then return nil, "the log has no checkpoint" end
  if log.plan and log.plan ~= plan then return nil, "the plan in the journal was changed after it was made" end
  for step in store:each("all_steps") do
    local state = log.steps[("%s %d"):format(step.id, step.k)] or "planned"
    if step.state ~= state and not (step.state == "sent" and state == "intent") then
      return nil, ("step %d of %s is %s in the journal, but %s in the audit log: the journal was changed"):format(step.k,
        step.id, step.state, state)
    end
  end
  return log
end

return M
