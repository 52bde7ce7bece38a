-- The folder of a run and the journal in it: what runs of policies and of imports share. What a journal holds, and is
-- asked for, is in policy/store.lua and import/store.lua.
--
-- Failures of the disk throw an idngo.Error of kind `io`: without its journal a run must not go on.

local compat = require("idngo.compat")
local core = require("idngo.core")
local curl = require("idngo.curl")
local err = require("idngo.error")
local journal = require("idngo.journal")

local M = {}

--- Makes a run's folder and the one inside of it; either may be there already.
---@param dir string
---@param inside string
---@return boolean? ok
---@return string? why
function M.make(dir, inside)
  for _, path in ipairs { dir, dir .. "/" .. inside } do
    local ok, why, word = journal.mkdir(path)
    if not ok and word ~= "exists" then return nil, why end
  end
  return true
end

--- Lets a run go: its journal, then its lock. Twice does nothing.
---@param run {store: idngo.Store, lock: table}
function M.close(run)
  run.store:close()
  run.lock:close()
end

-- What is asked of every journal.
local SQL = {
  begun = "SELECT name FROM sqlite_schema WHERE name = 'run'",
  get = "SELECT value FROM run WHERE name = ?",
  set = "INSERT INTO run VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
}

--- A journal. One sort of them is made by M.journal, and is what its journals inherit from.
---@class idngo.Store
---@field schema string the tables, beside that of settings
---@field sql table<string, string> statements by name
---@field pages table<string, string[]> statements that are read page by page: the columns that a page begins behind
---@field mark string the setting that holds the version; each sort of journal has its own
---@field version integer
---@field again string how to go on when the disk is mended
---@field db table
local Store = {}

--- A sort of journal, with all fields but `db`.
---@param sort idngo.Store
---@return idngo.Store
function M.journal(sort)
  setmetatable(sort.sql, { __index = SQL })
  sort.__index = sort
  return setmetatable(sort, { __index = Store })
end

function Store:broken(message)
  return err.new { kind = "io", outcome = "not_sent", message = "journal: " .. message,
    hint = "mend the disk, then " .. self.again }
end

--- Takes a folder for this process alone.
---@param dir string
---@param busy {message: string, hint: string, patience: number?} what to say when another process has it for that long
---@return table? lock
---@return idngo.Error?
function Store:lock(dir, busy)
  local limit = core.now() + (busy.patience or 0)
  local lock, why, word = journal.lock(dir .. "/lock")
  while word == "busy" and core.now() < limit do
    curl.sleep(0.02)
    lock, why, word = journal.lock(dir .. "/lock")
  end
  if lock then return lock end
  if word ~= "busy" then return nil, self:broken(why) end
  return nil, err.new { kind = "limit", outcome = "not_sent", message = busy.message .. dir, hint = busy.hint }
end

--- Opens the journal in a folder, whatever it holds.
---@param dir string
---@param create boolean
---@return idngo.Store?
---@return idngo.Error?
function Store:database(dir, create)
  local db, why = journal.open(dir .. "/journal.db", create)
  if not db then return nil, self:broken(why) end
  return setmetatable({ db = db, statements = {} }, self)
end

--- Opens the journal that was begun in a folder; nil without an error when none was.
---@param dir string
---@return idngo.Store?
---@return idngo.Error?
function Store:find(dir)
  local file = io.open(dir .. "/journal.db", "rb")
  if not file then return nil end
  file:close()
  local found, problem = self:database(dir, false)
  if not found then return nil, problem end
  local ok, version = pcall(function()
    return found:row("begun") and (found:get(self.mark) or 0)
  end)
  if ok and version == self.version then return found end
  found:close()
  if not ok then return nil, version end
  if not version then return nil end -- a crash came before anything was committed
  return nil, err.config(dir .. " holds a run of another sort, or of another version of idngo")
end

--- Writes the tables and the version, inside a transaction.
function Store:begin()
  self:exec("CREATE TABLE run (name TEXT PRIMARY KEY, value) WITHOUT ROWID;" .. self.schema)
  self:set(self.mark, self.version)
end

--- Runs a statement; throws when the journal fails.
local function use(self, how, name, ...)
  local result, why = self.statements[name], nil
  if not result then
    result, why = self.db:prepare(self.sql[name])
    self.statements[name] = result
  end
  if result then result, why = result[how](result, ...) end
  if not result then error(self:broken(why), 0) end
  return result
end

function Store:run(name, ...) return use(self, "run", name, ...) end
function Store:rows(name, ...) return use(self, "rows", name, ...) end
function Store:row(name, ...) return use(self, "rows", name, ...)[1] end

function Store:exec(sql)
  local ok, why = self.db:exec(sql)
  if not ok then error(self:broken(why), 0) end
end

--- A setting of the run.
function Store:get(name)
  local row = self:row("get", name)
  return row and row.value
end

function Store:set(name, value) self:run("set", name, value) end

--- Every row of one of the statements in `pages`.
---@param name string
function Store:each(name)
  local keys, behind, page, i = self.pages[name], {}, {}, 0
  for k = 1, #keys do behind[k] = 0 end
  return function()
    i = i + 1
    if i > #page then
      page, i = self:rows(name, compat.unpack(behind)), 1
      if not page[1] then return nil end
      for k, key in ipairs(keys) do behind[k] = page[#page][key] end
    end
    return page[i]
  end
end

function Store:close()
  self.db:close()
end

return M
