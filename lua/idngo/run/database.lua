-- A database of a run: its statements by name, made when they are first used. Failures are thrown.

local errors = require("idngo.error")
local journal = require("idngo.journal")

---@class idngo.run.Database
---@field db userdata of idngo.journal
---@field sql table<string, string> statements by name
---@field broken fun(message: string, word: string): idngo.Error makes what is thrown; word: see idngo.journal
---@field made table<string, userdata> statements that were used
---@field with string? what stands before every statement
local Database = {}
Database.__index = Database

local M = { Database = Database }

--- A database that lies in a file without a name, which no other process can open, and is gone when it is closed. Throws where
--- there is no room.
---@param schema string
---@param sql table<string, string>
---@param what string that it is for
---@return idngo.run.Database
function M.scratch(schema, sql, what)
  local function broken(message)
    return errors.new { kind = "io", outcome = "not_sent", message = ("%s cannot be kept: %s"):format(what, message),
      hint = "make room in TMPDIR, then do it again" }
  end
  local db, message = journal.scratch()
  if not db then error(broken(message), 0) end
  local made = M.over(db, sql, broken)
  made:exec(schema)
  return made
end

---@param db userdata
---@param sql table<string, string>
---@param broken fun(message: string, word: string): idngo.Error
---@param class table? a Database with more to it
---@return idngo.run.Database
function M.over(db, sql, broken, class)
  return setmetatable({ db = db, sql = sql, broken = broken, made = {} }, class or Database)
end

--- What makes the error of a damaged row.
---@param where string
---@param hint string
---@return fun(table_: string, row: any, message: string): idngo.Error
function M.damage(where, hint)
  return function(table_, row, message)
    return errors.new { kind = "io", outcome = "not_sent", hint = hint,
      message = ("%s: %s %s: %s"):format(where, table_, (tostring(row):gsub("%c", "?")), message) }
  end
end

--- Goes on with what was opened; closes it where `fn` throws.
---@generic T
---@param opened T with a method `close`
---@param fn fun()
---@return T?
---@return idngo.Error?
function M.or_close(opened, fn)
  local ok, err = pcall(fn)
  if ok then return opened end
  opened:close()
  if not errors.is(err) then error(err, 0) end -- an interrupt, not an error of the run
  return nil, err
end

local function use(self, how, name, ...)
  local result, message, word = self.made[name], nil, nil
  if not result then
    result, message, word = self.db:prepare((self.with or "") .. self.sql[name])
    self.made[name] = result
  end
  if result then result, message, word = result[how](result, ...) end
  if not result then error(self.broken(message, word), 0) end
  return result
end

--- Runs a statement: how many rows it changed.
---@return integer
function Database:run(name, ...) return use(self, "run", name, ...) end

--- The rows that a statement gives.
---@return table[]
function Database:rows(name, ...) return use(self, "rows", name, ...) end

--- Runs any number of statements without values.
---@param sql string
function Database:exec(sql)
  local ok, message, word = self.db:exec(sql)
  if not ok then error(self.broken(message, word), 0) end
end

--- Begins a transaction; one that could not even be rolled back ends first.
function Database:begin()
  if self.db:in_transaction() then self:exec("ROLLBACK") end
  self:exec("BEGIN IMMEDIATE")
end

function Database:commit() self:exec("COMMIT") end
function Database:rollback() self.db:exec("ROLLBACK") end

--- Does `fn` whole or not at all.
function Database:whole(fn)
  self:begin()
  local ok, result, more = pcall(fn)
  if ok then
    local committed, err = pcall(self.commit, self)
    if not committed then ok, result = false, err end
  end
  if ok then return result, more end
  self:rollback()
  error(result, 0)
end

--- Does `fn`, which asks several things of one moment: no other task asks anything in between. Here nobody waits, and so nobody
--- else has a turn.
function Database.together(_, fn) return fn() end

--- Within that, lets others ask while `fn` lasts.
function Database.apart(_, fn) return fn() end

function Database:close() self.db:close() end

return M
