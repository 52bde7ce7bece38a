-- idngo.job: a script's own steps, written down in a file as they are done, so that the script can be run again and goes on.
--
-- A step is a function under a name. What it gave is kept when it is done, and given again instead of calling it. A step that
-- failed, or was interrupted, is done again from its beginning; a call in it that must not be made twice is not: its intent is
-- on disk before its first byte may leave, its answer when it is there, and the step gets that answer again. Where nobody knows
-- whether it took effect the step is in doubt, and waits for a person: see Job:settle.
--
-- One file, of which one process at a time writes.

local client_ = require("idngo.client")
local compat = require("idngo.compat")
local core = require("idngo.core")
local database = require("idngo.run.database")
local errors = require("idngo.error")
local journal = require("idngo.journal")
local json = require("idngo.json")
local multipart = require("idngo.client.multipart")

local M = {}

local FORMAT = "idngo.job 1"

local TABLES = [[
CREATE TABLE IF NOT EXISTS job (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS steps (name TEXT PRIMARY KEY, result TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calls (step TEXT PRIMARY KEY, call TEXT NOT NULL, endpoint TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intent', 'unknown', 'applied')), reply TEXT, at REAL NOT NULL) WITHOUT ROWID;
]]

local SQL = {
  tables = "SELECT name FROM sqlite_schema WHERE type = 'table'",
  get = "SELECT value FROM job WHERE name = ?",
  set = "INSERT INTO job VALUES (?, ?)",
  step = "SELECT result FROM steps WHERE name = ?",
  done = "INSERT INTO steps VALUES (?, ?, ?)",
  call = "SELECT * FROM calls WHERE step = ?",
  doubtful = "SELECT step, endpoint, at FROM calls WHERE state <> 'applied' ORDER BY at, step",
  intent = "INSERT INTO calls VALUES (?, ?, ?, 'intent', NULL, ?) ON CONFLICT DO NOTHING",
  settle = "UPDATE calls SET state = ?2, reply = ?3, at = ?4 WHERE step = ?1",
  forget = "DELETE FROM calls WHERE step = ?1",
}

---@class idngo.Job
---@field path string
---@field client idngo.Client
---@field db idngo.run.Database
---@field running table<string, boolean> steps that are at work
---@field problem idngo.Error? why nothing can be written any more: then nothing is begun
local Job = {}
Job.__index = Job

--- The failure of a disk. What is written next could be wrong about what was not.
local function broken(message)
  return errors.new { kind = "io", outcome = "not_sent", message = "job: " .. message,
    hint = "make room or repair the disk, then run the script again: it goes on" }
end

--- Uses the database; a failure of it ends the job. What else is thrown is an interrupt.
local function use(self, how, ...)
  if self.problem then error(self.problem, 0) end
  local ok, result = pcall(self.db[how], self.db, ...)
  if ok then return result end
  if errors.is(result) then self.problem = result end
  error(result, 0)
end

--- The same, as nil and an error.
local function try(self, ...)
  local ok, result = pcall(use, self, ...)
  if ok then return result end
  if not errors.is(result) then error(result, 0) end
  return nil, result
end

--- Looks whether a file is a job's, of this account and input; makes it one when nothing is in it.
local function begin(db, account, input)
  local tables = db:rows("tables")
  local function kept(name) return (db:rows("get", name)[1] or {}).value end
  local is_readable, format = pcall(kept, "format")
  if tables[1] and not (is_readable and format == FORMAT and kept("account")) then
    error(errors.config("it is no job's file, or damaged", "give another name; it was left as it is"), 0)
  elseif not tables[1] then
    db:exec(TABLES)
    db:run("set", "format", FORMAT)
    db:run("set", "account", account)
    if input then db:run("set", "input", input) end
    return
  end
  if kept("account") ~= account then
    error(errors.config("it was begun for another base_url or app_token",
      "use the settings that it was begun with, or another file"), 0)
  end
  if input and kept("input") ~= input then
    error(errors.config("it was begun for another input", "give the input that it was begun with, or another file"), 0)
  end
end

--- Opens the file of a job, or begins it.
---@param path string
---@param client idngo.Client
---@param input string? a digest of what the steps are about: goes on with the same alone
---@return idngo.Job?
---@return idngo.Error?
function M.open(path, client, input)
  if core.is_regular(path) == false then return nil, errors.config(path .. ": it is no regular file") end
  local opened, message, word = journal.open(path, true)
  local db = opened and database.over(opened, SQL, broken)
  local ok, err = db ~= nil
  if ok then
    -- whoever opens it next waits a moment, and is refused: for as long as this process lives
    ok, message, word = opened:exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
  end
  if ok then
    ok, err = pcall(db.whole, db, function() return begin(db, client:account(), input) end)
  elseif word == "busy" then
    err = errors.new { kind = "limit", outcome = "not_sent", message = "another process is at work on it",
      hint = "wait until it has ended, or give another file" }
  elseif word == "corrupt" then
    err = errors.config("it is no job's file, or damaged", "give another name; it was left as it is")
  else
    err = broken(message)
  end
  if ok then return setmetatable({ path = path, client = client, db = db, running = {} }, Job) end
  if db then db:close() end
  if not errors.is(err) then error(err, 0) end
  err.message = ("%s: %s"):format(path, err.message)
  return nil, err
end

--- Throws, at the line that called who asks, where there can be no job.
---@param where string who asks
---@param file string what the path is called there
---@param path any
---@param client any
function M.check(where, file, path, client)
  if type(path) ~= "string" or path == "" then error(("%s: %s must be a path"):format(where, file), 3) end
  if getmetatable(client) ~= client_.Client then
    error(("%s: %s needs client, the client whose account it is bound to"):format(where, file), 3)
  end
  local ngx = compat.global("ngx")
  if ngx and ngx.socket then error(("%s: no %s inside nginx, whose workers must not wait for a disk"):format(where, file), 3) end
end

--- Begins a job, or goes on with it: a file in which a script writes down which of its steps are done.
---@param path string its file, made when it is not there; only you can read it
---@param client idngo.Client whose account the file is bound to
---@return idngo.Job?
---@return idngo.Error?
function M.job(path, client)
  M.check("idngo.job", "path", path, client)
  return M.open(path, client)
end

--- The error of a step in doubt, or nil.
local function doubt(row)
  if not row or row.state == "applied" then return nil end
  return errors.new { kind = "run", outcome = "unknown", endpoint = row.endpoint,
    message = "the call of this step may have taken effect, and nobody knows whether it did",
    hint = "look, then say so by job:settle" }
end

--- What tells a call from others: its method, target and headers of the caller's own, what it sends, and the name, type and
--- bytes of a file in that. Of a path nothing is sent but these bytes.
---@return string? digest nil where the file cannot be read
---@return any around a digest of all but the file's bytes, where there is a file
---@return idngo.Error? unread
local function digest(call)
  local text = call.personal or not call.media and type(call.body) == "string" and call.body or ""
  local headers = call.given_headers and " " .. core.sha256(call.given_headers) or ""
  text = ("%s %s%s\n%s"):format(call.operation.method, call.target, headers, text)
  local file = call.content or call.file and { path = call.file }
  if not file then return core.sha256(text) end
  local named = ("%s %s"):format(file.type or "", file.name or "")
  local around, sum, message = core.sha256(("%s\n%s"):format(text, named)), multipart.digest(file)
  if not sum then
    return nil, around, errors.new { kind = "io", outcome = "not_sent", endpoint = call.operation.name, message = message }
  end
  if file.path then call.sha256, call.is_special = sum, true end
  return core.sha256(("%s\n%s %s"):format(text, sum, named)), around
end

--- Whether a row is a call's, as far as can be known: a file may be gone once its call took effect.
local function is_of(row, is, around)
  local whole, rest = row.call:match("^(%x+) ?(%x*)$")
  if is then return whole == is end
  return row.state == "applied" and rest == around
end

--- What is kept of a reply: what JSON cannot hold is `true`, it was there.
local function text_of(reply)
  local ok, text = pcall(json.encode, { reply }, "reply", "[]")
  return ok and text or "[true]"
end

--- The refusal of a second call in a step.
local function second(message)
  return errors.config(message, "make a step of its own for each call that must not be made twice")
end

--- Makes a step's call that must not be made twice, or gives its answer again.
local function make_once(self, step, call, make)
  local rows, failed = try(self, "rows", "call", step)
  if not rows then return nil, failed end
  local row, is, around, unread = rows[1], digest(call)
  if not is and not (row and is_of(row, is, around)) then return nil, unread end
  if row and not is_of(row, is, around) then
    return nil, second("a step may make one call that must not be made twice, and always the same")
  end
  if row and row.state == "applied" then return json.decode(row.reply)[1] end
  if row then return nil, doubt(row) end
  local noted = around and is .. " " .. around or is
  local holds, failure = false, nil -- holds: the intent on disk is that of this call
  call.is_special, call.before_send = true, function()
    if holds then return true end
    local ran, made = pcall(use, self, "run", "intent", step, noted, call.operation.name, core.wall())
    holds = ran and made == 1
    if holds then return true end
    failure = ran and second("another call of this step has been sent meanwhile") or made
    return nil, { kind = "io", message = tostring(failure), permanent = true }
  end
  -- a call that was refused and waits to be tried again is not under way
  function call.put_back()
    if holds then try(self, "run", "forget", step) end
    holds = false
  end
  local result, err = make()
  if failure and not errors.is(failure) then error(failure, 0) end
  if failure then return nil, failure end
  if not holds then return result, err end
  local written, problem
  if result then
    written, problem = try(self, "run", "settle", step, "applied", text_of(result), core.wall())
  elseif err.outcome == "not_sent" or err.outcome == "rejected" then
    written, problem = try(self, "run", "forget", step)
  else
    written, problem = try(self, "run", "settle", step, "unknown", nil, core.wall())
  end
  if written then return result, err end
  problem.outcome = result and "applied" or err.outcome
  return nil, problem
end

--- What a step's client hands its calls to that must not be made twice: one at a time.
local function guard_of(self, step)
  local is_held = false
  return function(call, make)
    if is_held then return nil, second("another call of this step that must not be made twice is under way") end
    is_held = true
    local ran, result, err = compat.pcall(make_once, self, step, call, make)
    is_held = false
    if not ran then error(result, 0) end
    return result, err
  end
end

--- Does a step, unless it is done.
---@param self idngo.Job
---@param step string
---@param fn fun(client: idngo.Client): any, any
---@return any result
---@return any err
---@return string? wrong what is wrong with what `fn` gave, for who is to throw it
function M.step(self, step, fn)
  local rows, failure = try(self, "rows", "step", step)
  if not rows then return nil, failure end
  if rows[1] then return json.decode(rows[1].result)[1] end
  rows, failure = try(self, "rows", "call", step)
  failure = failure or doubt(rows[1])
  if failure then return nil, failure end
  self.running[step] = true
  local ok, result, err = compat.pcall(fn, client_.guarded(self.client, guard_of(self, step)))
  self.running[step] = nil
  if not ok then error(result, 0) end
  if self.problem then return nil, self.problem end
  rows, failure = try(self, "rows", "call", step)
  failure = failure or doubt(rows[1]) and (err or doubt(rows[1])) -- also where the step took no notice of it
  if failure then return nil, failure end
  if result == nil then
    if err ~= nil then return nil, err end
    return nil, nil, "gave neither a result nor an error: return what is to be kept, true where that is nothing, or nil and an "
      .. "error"
  end
  local encoded, text = pcall(json.encode, { result }, "result", "[]")
  if not encoded then return nil, nil, "gave what cannot be kept: " .. text end
  rows, failure = try(self, "run", "done", step, text, core.wall())
  if not rows then return nil, failure end
  return result
end

--- Does a step, unless it is done: then gives what it gave.
---
--- `fn` gets a client. A call by it that must not be made twice (retry class N) is made at most once for this step, however
--- often the script is ended and run again; a step makes one such call.
---@generic T
---@param step string its name
---@param fn fun(client: idngo.Client): T?, any gives what is kept, as JSON; or nil and an error, and is called again next time
---@return T? result
---@return any err kind `run`, outcome `unknown`: its call may have taken effect; see settle
function Job:step(step, fn)
  if type(step) ~= "string" or step == "" then error("job:step: the name of the step must be a string", 2) end
  if type(fn) ~= "function" then error("job:step: the second argument must be a function", 2) end
  if self.running[step] then error("job:step: this step is under way already", 2) end
  local result, err, wrong = M.step(self, step, fn)
  if wrong then error("job:step: the step " .. wrong, 2) end
  return result, err
end

--- The steps in doubt: their call may have taken effect.
---@return {step: string, endpoint: string, at: number}[]?
---@return idngo.Error?
function Job:unknown()
  local rows, err = try(self, "rows", "doubtful")
  if not rows then return nil, err end
  local doubtful = {}
  for _, row in ipairs(rows) do
    if not self.running[row.step] then doubtful[#doubtful + 1] = row end
  end
  return doubtful
end

--- Says of a step in doubt what a person has found out about its call.
---@param step string
---@param outcome "applied"|"not_sent" not_sent: the step may make it again
---@param reply any of one that took effect: what the step gets as its answer; `true` unless given
---@return boolean? settled
---@return idngo.Error?
function Job:settle(step, outcome, reply)
  if type(step) ~= "string" then error("job:settle: the name of the step must be a string", 2) end
  if outcome ~= "applied" and outcome ~= "not_sent" then error('job:settle: the outcome is "applied" or "not_sent"', 2) end
  if self.running[step] then error("job:settle: this step is under way", 2) end
  if reply == nil then reply = true end
  local rows, err = try(self, "rows", "call", step)
  if not rows then return nil, err end
  if not doubt(rows[1]) then return nil, errors.config("nothing is in doubt about this step") end
  if outcome == "not_sent" then
    rows, err = try(self, "run", "forget", step)
  else
    rows, err = try(self, "run", "settle", step, "applied", json.encode({ reply }, "reply", "[]"), core.wall())
  end
  return rows and true, err
end

--- Closes the file. A second call does nothing.
function Job:close()
  self.db:close()
  self.problem = self.problem or errors.config("the job is closed")
end
Job.__close = Job.close

return M
