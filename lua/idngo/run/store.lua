-- The store of a run where it is: in a folder its journal, and audit.jsonl, which is written from there; in PostgreSQL both in
-- tables. What a store can be asked is told by contract.lua.

local address = require("idngo.run.address")
local audit = require("idngo.run.audit")
local contract = require("idngo.run.contract")
local core = require("idngo.core")
local database = require("idngo.run.database")
local errors = require("idngo.error")
local journal = require("idngo.journal")
local lines = require("idngo.run.lines")
local sqlite = require("idngo.run.sqlite")
local LEASE = require("idngo.run.queue").LEASE

local M = { Store = contract.Store }

--- The tables at the address of a run, whether or not there is one yet.
local function tables_at(place)
  local parts, err = address.parse(place)
  if parts and not parts.name then
    err = errors.config("the address names a database, and no run in it", "postgresql://HOST/DATABASE?run=NAME")
  end
  if err then return nil, err end
  return require("idngo.run.postgres").open(parts)
end

--- Opens the journal of a run to read in it; nil without an error when there is none.
---@param dir string its folder, or address
---@return idngo.run.Store?
---@return idngo.Error?
function M.find(dir)
  local tables, err
  if address.is(dir) then
    tables, err = tables_at(dir)
    if tables and not tables.exists then tables = tables:close() end
  else
    tables, err = sqlite.find(dir)
  end
  return tables and contract.over(tables), err
end

--- The same, where there must be one.
---@param dir string
---@param kind "policy"|"import"|"watch"|nil the only one that will do
---@param whole boolean? one whose personal data were destroyed will not do
---@return idngo.run.Store?
---@return idngo.Error? kind `config` when the folder holds no run
function M.read(dir, kind, whole)
  local self, err = M.find(dir)
  if not self then return nil, err or errors.config(dir .. " holds no run") end
  local is_kind = not kind or self:kind() == kind
  err = is_kind and whole and self:destroyed() or nil
  if is_kind and not err then return self end
  self:close()
  if err then return nil, err end
  local sort = kind == "policy" and "run of a policy" or kind == "import" and "run of an import" or "watch"
  return nil, errors.config(("%s holds no %s"):format(dir, sort))
end

-- Seconds to wait for a lock: the evaluator of a killed runner, or its process on the server, may hold it for a moment; so may
-- whoever looks whether it is held.
local LOCK_TIMEOUT = 1

--- Takes a run for this process alone.
---@param dir string
---@param try fun(): any, string?, string? the lock; or nil, a message, and "busy" where another has it
---@return any lock
---@return idngo.Error?
function M.lock(dir, try)
  local limit = core.now() + LOCK_TIMEOUT
  local lock, message, word = try()
  while word == "busy" and core.now() < limit do
    core.sleep(0.02)
    lock, message, word = try()
  end
  if lock then return lock end
  if word ~= "busy" then return nil, sqlite.broken(message) end
  return nil, errors.new { kind = "limit", outcome = "not_sent", message = "another runner is at work on " .. dir,
    hint = "wait for it, or stop it with a signal; idngo status tells how far it is" }
end

--- Takes a run in PostgreSQL, where the server keeps what it commits: for this process alone; or, if it may join, with others.
---@param join boolean?
---@return boolean alone whether nobody else was at work
local function lock_tables(self, dir, join)
  self.tables:promise()
  local alone
  local got, err = M.lock(dir, function()
    alone = self.tables:lock()
    if alone or join and self.tables:join() then return true end
    return nil, nil, "busy"
  end)
  if not got then error(err, 0) end
  return alone
end

--- Opens a run in PostgreSQL to go on with it.
local function open_tables(self, dir, join, read)
  local is_planned = self:get("state") ~= "planning"
  join = join and is_planned -- one process plans
  local alone, up = lock_tables(self, dir, join), is_planned and self.tables:up() or math.huge
  if up <= LEASE then self.tables.regained = core.now() - up end -- as if this process had lost the server, too
  if alone and up > LEASE then self:free() end -- earlier holders of lines are gone
  if alone and join and self.tables:join() then self.tables:unlock() end
  self:still(read)
  if join and not self.witness.planned then error(self:damaged("run", "state", "is not what the log says"), 0) end
  self.joins = join
end

local function open_log(self, path, size)
  if core.is_regular(path) == false then error(self:broken(path .. ": it is no regular file"), 0) end
  local log, message = journal.log(path)
  local ok = log
  if log then ok, message = log:truncate(size) end
  if not ok then error(self:broken(message), 0) end
  self.log, self.log_path = log, path
end

--- Begins the journal of a run; it is there whole or not at all. The caller holds the folder's lock.
---@param dir string
---@param handlers idngo.run.Handlers
---@param key userdata that signs the log
---@param fill fun(self: idngo.run.Store): table see Store:create
---@return idngo.run.Store?
---@return idngo.Error?
function M.create(dir, handlers, key, fill)
  local tables, err
  if address.is(dir) then tables, err = tables_at(dir) else tables, err = sqlite.open(dir, true) end
  if not tables then return nil, err end
  local self = contract.over(tables, handlers.Store)
  return database.or_close(self, function()
    if tables.shared then lock_tables(self, dir) end
    if self:row("schema") then
      error(errors.config(dir .. " holds a run already", tables.shared and "go on with it; a new plan needs a new name"
        or "go on with it; a new plan needs a new folder"), 0)
    end
    if not tables.shared then open_log(self, dir .. "/audit.jsonl", 0) end
    self:create(handlers, key, fill)
  end)
end

--- Brings audit.jsonl up to what the journal knows.
local function continue_log(self, path)
  if core.is_regular(path) == false then error(self:broken(path .. ": it is no regular file"), 0) end
  local function record(seq)
    local row = self:row("audit_record", seq)
    if row then return row.hash, row.record, row.signature end
  end
  local size, records = audit.reconcile(path, record, self.kept and self.kept.from)
  if not size then
    error(errors.new { kind = "io", outcome = "not_sent", message = records, hint = "idngo audit verify tells more" }, 0)
  end
  open_log(self, path, size)
  self.logged = records
  self:write_log()
end

--- Makes a run of 0.1 one of today: its log stays as audit-0.1.jsonl, and a new one begins that says what was found.
local function renew(self, dir, handlers, key)
  local kind, totals, log, plan = self.tables.old, self:totals(), handlers.check_old(self, lines.plan(self, handlers).hash)
  local path = dir .. "/audit.jsonl"
  if core.is_regular(path) and core.is_regular(dir .. "/audit-0.1.jsonl") == nil then
    assert(os.rename(path, dir .. "/audit-0.1.jsonl"))
  end
  open_log(self, path, 0)
  self:transaction(function()
    sqlite.migrate(self.tables)
    self:begin(key, kind, handlers)
    self:record("begun", { from = "0.1", records = log.records, head = log.head, approved = log.approved,
      run = self.run_id, key = key:id(), kind = kind, secret = core.sha256(self.secret), totals = totals, today = log.today })
    if log.plan then
      plan = lines.plan(self, handlers).hash
      self:set("plan_hash", plan)
      self:set("state", log.done and "done" or "planned")
      self:record("planned", { plan = plan })
    end
    for step in self:each("all_steps") do
      if step.state ~= "planned" then
        self:record("found", { applicant = step.id, line = step.n, step = step.k, action = step.action,
          outcome = step.state == "sent" and "intent" or step.state })
      end
    end
    for row in self:each("lines") do
      if row.state == "done" and row.decision == "act" then self:record("ended", { applicant = row.id, line = row.n }) end
    end
    if log.done then self:record("done", { plan = plan }) end
  end)
end

--- Opens the journal of a run to go on with it; the caller holds the folder's lock.
---@param dir string
---@param handlers idngo.run.Handlers
---@param key userdata
---@param join boolean? whether others may work on it at the same time, once it is planned, where it is in PostgreSQL
---@return idngo.run.Store?
---@return idngo.Error?
function M.open(dir, handlers, key, join)
  local self, err = M.read(dir)
  if not self then return nil, err end
  return database.or_close(self, function()
    if self.tables.old then return renew(self, dir, handlers, key) end
    self.key = key
    if handlers.Store then setmetatable(self, handlers.Store) end
    local function read()
      self:read_log(handlers, key, nil, handlers.kept and handlers.kept(self:get("run")))
      if handlers.check then handlers.check(self) end
    end
    if self.tables.shared then return open_tables(self, dir, join, read) end
    read()
    continue_log(self, dir .. "/audit.jsonl")
    self:free() -- earlier holders of lines are gone: this process has the lock
  end)
end

return M
