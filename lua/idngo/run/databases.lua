-- What the runs in one database of PostgreSQL share: the people of their accounts, in a schema of their own; and which runs
-- there are.

local account_people = require("idngo.run.account_people")
local address = require("idngo.run.address")
local database = require("idngo.run.database")
local errors = require("idngo.error")
local postgres = require("idngo.run.postgres")
local server = require("idngo.run.server")

local M = {}

local PEOPLE = { now = postgres.SQL.now, schema = postgres.SQL.schema, closed = postgres.SQL.closed,
  foreign = postgres.SQL.foreign }
for name, sql in pairs(account_people.SQL) do PEOPLE[name] = postgres.statement(sql) end

local ACCOUNT = {}
function ACCOUNT:now() return self:rows("now")[1].now end -- by the server's clock, so that all machines have one
function ACCOUNT:endure(seconds)
  self.patience = { seconds = seconds, again = function()
    local foreign = postgres.enter(self, "idngo")
    if foreign then error(foreign, 0) end
  end }
end
function ACCOUNT:begin() server.Server.begin(self, "BEGIN; SELECT id FROM counter FOR UPDATE") end
ACCOUNT = account_people.over(server.Server, ACCOUNT)

--- Prepares a database for runs; one that is prepared stays as it is.
---@param uri string
---@return boolean? ok
---@return idngo.Error?
function M.init(uri)
  local db, err = server.connect(uri, PEOPLE)
  if not db then return nil, err end
  db, err = database.or_close(db, function()
    db:whole(function()
      db:exec('CREATE SCHEMA IF NOT EXISTS idngo; SET LOCAL search_path = idngo; ' .. postgres.schema(account_people.TABLES))
    end)
  end)
  if not db then return nil, err end
  db:close()
  return true
end

--- The people of an account, for runs at an address. Two lines of any of these never act at once about the same person.
---@param place string
---@return table? account
---@return idngo.Error?
function M.people(place)
  local parts, err = address.parse(place)
  if not parts then return nil, err end
  local account
  account, err = server.connect(parts.uri, PEOPLE, ACCOUNT)
  if not account then return nil, err end
  return database.or_close(account, function()
    local foreign = postgres.enter(account, "idngo")
    if foreign then error(foreign, 0) end
    if postgres.holds_tables(account, "idngo") then return end
    error(errors.config("the database is not prepared for runs", "idngo runs init ADDRESS does that, once"), 0)
  end)
end

--- What a schema's run says of itself; nil where it does not: where what is there is no run, or another role's.
local function told(db, name)
  local ok, rows = pcall(db.rows, db, "get", name)
  if not ok and (not errors.is(rows) or rows.gone or not rows.state) then error(rows, 0) end
  local value = ok and rows[1] and rows[1].value
  return type(value) == "string" and value or nil
end

--- The runs of a database: their names, and in what state they are, where that is theirs to tell; of a watch "watch".
---@param uri string
---@return {name: string, state: string?}[]?
---@return idngo.Error?
function M.list(uri)
  local db, err = server.connect(uri, { get = postgres.SQL.get, schema = postgres.SQL.schema, foreign = postgres.SQL.foreign,
    names = [[SELECT nspname::text AS name FROM pg_namespace
    WHERE starts_with(nspname, 'idngo:') ORDER BY nspname]] })
  if not db then return nil, err end
  local runs = {}
  db, err = database.or_close(db, function()
    for i, row in ipairs(db:rows("names")) do
      local foreign = postgres.enter(db, ('"%s"'):format(row.name:gsub('"', '""')))
      local is_ours = not foreign and db:rows("schema")[1]
      runs[i] = { name = row.name:sub(#"idngo:" + 1),
        state = is_ours and (told(db, "state") or told(db, "kind") == "watch" and "watch") or nil }
    end
  end)
  if not db then return nil, err end
  db:close()
  return runs
end

return M
