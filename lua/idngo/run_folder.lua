-- The folder of a run and the journal in it: what runs of policies and of imports share. What a journal holds, and is
-- asked for, is in policy/store.lua and import/store.lua.
--
-- Failures of the disk throw an idngo.Error of kind `io`: without its journal a run must not go on.

local compat = require("idngo.compat")
local core = require("idngo.core")
local err = require("idngo.error")
local journal = require("idngo.journal")
local json = require("idngo.json")

local M = {}

--- A run's folder and the one inside of it, made or there already: this user's alone, or nothing is written there.
---@param dir string
---@param inside string
---@return boolean? ok
---@return idngo.Error?
function M.make(dir, inside)
  for _, path in ipairs { dir, dir .. "/" .. inside } do
    local ok, why = core.folder(path)
    if not ok then
      return nil, err.new { kind = "io", outcome = "not_sent", message = "no folder for the run: " .. why,
        hint = "a run's folder must be yours, no link, and writable by nobody else (chmod go-w)" }
    end
  end
  return true
end

--- Lets a run go: its journal, then its lock. Twice does nothing.
---@param run {store: idngo.Store, lock: table}
function M.close(run)
  run.store:close()
  run.lock:close()
end

local RUN = "CREATE TABLE run (name TEXT PRIMARY KEY, value) WITHOUT ROWID;"

-- What is asked of every journal.
local SQL = {
  schema = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL",
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

--- The version of the journal in an open database, 0 for one of another sort, nil where none was begun. Throws when it
--- holds anything but our tables: a trigger, a view, or a table made otherwise could give out rows that nobody wrote.
local function version_of(self)
  local expected, rows, found = {}, self:rows("schema"), {}
  if #rows == 0 then return nil end -- a crash came before anything was committed
  for statement in (RUN .. self.schema):gmatch("%s*([^;]+);") do expected[statement] = true end
  for _, row in ipairs(rows) do found[row.sql] = row.name end
  local version = found[RUN:match("[^;]+")] and self:get(self.mark) or 0
  if version ~= self.version then return version end
  for sql, name in pairs(found) do
    if not expected[sql] then error(self:damaged("sqlite_schema", name, "no table of ours"), 0) end
  end
  for sql in pairs(expected) do
    if not found[sql] then error(self:damaged("sqlite_schema", sql:match("^%u+ %u+ (%S+)"), "missing"), 0) end
  end
  return version
end

--- What is wrong with one row.
---@param table_ string
---@param row any its key
---@param why string
function Store.damaged(_, table_, row, why)
  return err.new { kind = "io", outcome = "not_sent",
    message = ("journal.db: %s %s: %s"):format(table_, (tostring(row):gsub("%c", "?")), why),
    hint = "the journal is damaged, or somebody changed it; take the run's folder from a copy, or begin anew" }
end

--- Decodes the JSON in a row; throws what names the row.
function Store:decode(text, table_, row)
  local value, why = json.decode(type(text) == "string" and text or "")
  if value == nil then error(self:damaged(table_, row, "does not decode: " .. tostring(why)), 0) end
  return value
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
    core.sleep(0.02)
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
  local ok, version = pcall(version_of, found)
  if ok and version == self.version then return found end
  found:close()
  if not ok then return nil, version end
  if not version then return nil end
  return nil, err.config(dir .. " holds a run of another sort, or of another version of idngo")
end

--- Writes the tables and the version, inside a transaction.
function Store:begin()
  self:exec(RUN .. self.schema)
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

--- Moves `behind` on to the keys of `row`; false unless they are numbers and grow, without which no reading would end.
local function advance(keys, behind, row)
  local grown = false
  for k, key in ipairs(keys) do
    local value = row[key]
    if type(value) ~= "number" or not (grown or value >= behind[k]) then return false end
    grown, behind[k] = grown or value > behind[k], value
  end
  return grown
end

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
    end
    local row = page[i]
    if not advance(keys, behind, row) then
      local there = {}
      for k, key in ipairs(keys) do there[k] = tostring(row[key]) end
      error(self:damaged(name, table.concat(there, "."), "the keys of the rows do not grow"), 0)
    end
    return row
  end
end

function Store:close()
  self.db:close()
end

return M
