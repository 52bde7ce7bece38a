-- Verifies a run: its log is whole, signed, and approved by an approver, and the journal's tables agree with it. Writes nothing.

local approval = require("idngo.run.approval")
local audit = require("idngo.run.audit")
local core = require("idngo.core")
local lines = require("idngo.run.lines")
local witness = require("idngo.run.witness")

local M = {}

--- A message when the files that steps left behind are not those of the log; or nil, and how many are not there: those of a run
--- in PostgreSQL are on the machines that saved them.
local function check_files(files, dir, shared)
  local elsewhere = 0
  for name, file in pairs(files) do
    local there, why = core.is_regular(dir .. "/" .. name)
    local source, actual
    if there then source, why = core.source(dir .. "/" .. name) end
    if source then actual, why = source:sha256() end
    if source then source:close() end
    if there == nil and not why and shared then
      elsewhere = elsewhere + 1
    elseif why then
      return ("files/%s cannot be read: %s"):format(name, why)
    elseif not actual then
      return ("files/%s is missing"):format(name)
    elseif actual ~= file.sha256 then
      return ("files/%s is not the file that was saved"):format(name)
    end
  end
  return nil, elsewhere > 0 and elsewhere or nil
end

local WORDS = { approved = "approved", settled = "settled a step", went_back = "said to go on with a folder that was put back",
  after_failover = "said to go on after a failover", declined = "said no", told = "said what is to be done" }

--- Adds a record to approvals where it is one; and to those whose writer took them back, when that was.
local function add_approval(approvals, record)
  if record.event == "approved" then approvals[#approvals + 1] = record end
  for _, each in ipairs(record.what == "withdraw" and approvals or {}) do
    if each.key == record.key and each.target == record.target then each.withdrawn = each.withdrawn or record.at end
  end
end

---@class idngo.run.Auditor by what a log is checked
---@field handlers_of fun(kind: string): idngo.run.Handlers? by the kind of run
---@field signer userdata public key
---@field approvers table<string, userdata> public keys by their ids
---@field head string? hash of a record that it must have

--- Checks a log by itself: its chain, its last signature, what people said, what was sent without an approval, its files.
---@param by idngo.run.Auditor
---@param log {name: string, files: string, shared: boolean?} files: the folder of its run's; shared: of a run in PostgreSQL
---@param check fun(see: fun(record: table, hash: string): string?): idngo.run.AuditResult?, string?
---@return idngo.run.AuditResult?
---@return string? message
local function audited(by, log, check)
  local seen, run, files, forgot, approvals, has_head = nil, nil, {}, {}, {}, by.head == nil
  local result, message = check(function(record, hash)
    if not seen then
      if record.key ~= by.signer:id() then return "names another key" end
      local handlers = by.handlers_of(record.kind)
      if not handlers then return "names no kind of run" end
      seen, run = (handlers.witness or witness.new)(handlers), record.run
    end
    has_head = has_head or hash == by.head
    if audit.said[record.event] then
      local doubt = audit.doubt(record, run, by.approvers)
      if doubt then return ("tells that a person %s, but %s"):format(WORDS[record.event], doubt) end
      add_approval(approvals, record)
    end
    if record.file and record.sha256 then files[record.file] = { sha256 = record.sha256, line = record.line } end
    for _, n in ipairs(record.event == "forgotten" and record.forgot or {}) do forgot[n] = true end
    return seen:take(record)
  end)
  if not result then return nil, ("%s: %s"):format(log.name, message) end
  if not has_head then
    return nil, log.name .. ": the head given is not in the log: it was cut off, or written anew"
  end
  for name, file in pairs(files) do
    if forgot[file.line] then files[name] = nil end -- removed with all else that was personal
  end
  if not seen.purged then message, result.elsewhere = check_files(files, log.files, log.shared) end
  if message then return nil, message end
  result.approvals, result.purged = approvals, seen.purged
  return result
end

--- Checks a log that is a file.
---@param path string
---@param handlers_of fun(kind: string): idngo.run.Handlers? see idngo.run.Auditor, and for the next three
---@param signer userdata
---@param approvers table<string, userdata>
---@param head string?
---@param known idngo.run.Known? its journal
---@return idngo.run.AuditResult?
---@return string? message
function M.log(path, handlers_of, signer, approvers, head, known)
  local there, why = core.is_regular(path)
  if not there then return nil, why or path .. ": there is no such file" end
  return audited({ handlers_of = handlers_of, signer = signer, approvers = approvers, head = head },
    { name = "audit.jsonl", files = path:gsub("[^/]*$", "") .. "files" },
    function(see) return audit.verify(path, signer, see, known) end)
end

--- Checks the log of a run in PostgreSQL, which is in its tables.
---@param store idngo.run.Store a snapshot
---@param files string folder of the run's files on this machine, whether or not it is there
---@param handlers_of fun(kind: string): idngo.run.Handlers?
---@param signer userdata
---@param approvers table<string, userdata>
---@param head string?
---@return idngo.run.AuditResult?
---@return string? message
function M.shared_log(store, files, handlers_of, signer, approvers, head)
  return audited({ handlers_of = handlers_of, signer = signer, approvers = approvers, head = head },
    { name = "the log", files = files, shared = true },
    function(see) return audit.check(audit.lines(store), signer, see) end)
end

--- The settings that tell how far a run is, as its log has them: a run of 0.1 was planned by a clock of then.
local function progress(store, seen)
  local state = seen.purged and "purged" or seen.done and "done" or seen.approval and "applying" or seen.planned and "planned"
    or "planning"
  local expected = { { "state", state }, not seen.from and { "created", seen.created } or nil }
  if seen.approval then expected[#expected + 1] = { "approved", seen.approval.at } end
  if not seen.from then
    expected[#expected + 1] = { "planned", seen.planned_at }
    if seen.done then expected[#expected + 1] = { "ended", seen.done_at } end
  end
  for _, each in ipairs(expected) do
    if store:get(each[1]) ~= each[2] then error(store:damaged("run", each[1], "is not what the log says"), 0) end
  end
end

--- Throws when the journal's tables are not what its log says; leaves what the log says in store.witness.
---@param store idngo.run.Store
---@param handlers idngo.run.Handlers
---@param key userdata that signed the log
---@param wholly boolean? also what came of each step, and every reply
function M.journal(store, handlers, key, wholly)
  store:read_log(handlers, key, wholly)
  if handlers.check then return handlers.check(store) end
  local seen = store.witness
  if seen.purged then return end
  local table_, which
  local counts = { steps = 0, facts = 0 }
  local function compare(line)
    counts.steps, counts.facts = counts.steps + #line.steps, counts.facts + #line.read
    if not table_ then table_, which = seen:differs(line) end
  end
  if seen.planned then
    local plan, err = approval.plan({ store = store, handlers = handlers }, wholly and compare)
    if not plan then error(err, 0) end
  elseif wholly then
    for each in store:each("lines") do compare((lines.line(store, each))) end
  end
  if not wholly then return end
  progress(store, seen)
  if table_ then error(store:damaged(table_, which, "is not what the log says"), 0) end
  local all = store:row("counts")
  for name, count in pairs(counts) do
    if all[name] ~= count then error(store:damaged(name, "of no applicant", "belongs to no line"), 0) end
  end
  for row in store:each("replies") do
    if core.sha256(tostring(row.body)) ~= row.hash then error(store:damaged("replies", row.r, "is not what was recorded"), 0) end
  end
end

return M
