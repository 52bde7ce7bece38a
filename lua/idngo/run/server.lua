-- A database on a PostgreSQL server: its statements by name, made when they are first used, as of database.lua. Failures are
-- thrown. Other tasks have their turn while the server is at work; they wait where they want to ask it something themselves, and
-- for the end of a transaction that is not theirs.

local blocking = require("idngo.runtime.blocking")
local compat = require("idngo.compat")
local core = require("idngo.core")
local database = require("idngo.run.database")
local errors = require("idngo.error")
local postgres = require("idngo.postgres")
local runtime = require("idngo.runtime")
local runtimes = require("idngo.runtime.current")
local turns = require("idngo.run.turns")

---@class idngo.run.Server
---@field db userdata of idngo.postgres
---@field sql table<string, string> statements by name; values are written as SQLite has them
---@field types table<string, integer[]> of the values of statements that were used
---@field turns idngo.run.Turns
---@field asked number? when it was asked what it has not answered yet
---@field uri string
---@field patience idngo.run.Patience? where a server that is gone is waited for
---@field regained number? when it was back last
---@field listens table<string, boolean> channels on which this connection hears others
---@field spoken table<string, integer> how often others have said something, by channel
---@field ears table<table, table> runtimes, by the marks with which tasks wait in them for words
---@field said string what is said with the transaction that is open, as statements
local Server = {}
Server.__index = Server

local M = { Server = Server }

-- Seconds for a connection to stand; between two tries to have another one, at first and at most.
local CONNECT, PAUSE, LONGEST_PAUSE = 10, 0.1, 5

---@class idngo.run.Patience
---@field seconds number for which a server that is gone is waited for
---@field again fun() what another connection begins with; throws where it cannot take the place of the one before
---@field tell fun(err: idngo.Error)? told of each time that it is waited for

-- Where plain Lua 5.1 cannot leave a pcall, waits block, and no two tasks ask at the same time.
local yields = compat.pcall == pcall

--- What holds of every connection, whatever its address and its role say. A worker that was stopped in the midst of a transaction
--- must not keep the others waiting: the server ends it after 15 seconds without a word. No name is looked up where others may
--- make functions; and no value, which may be a person's, goes to the server's log with an error.
local SETTINGS = [[
SET search_path = pg_catalog; SET client_encoding = 'UTF8';
SET synchronous_commit = on; SET default_transaction_isolation = 'read committed'; SET default_transaction_read_only = off;
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 30000;
SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = '15s'; SET client_min_messages = error;
SET log_parameter_max_length_on_error = 0;
SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('idle_session_timeout', 'transaction_timeout');
]]

local function error_of(message, hint)
  return errors.new { kind = "io", outcome = "not_sent", message = "PostgreSQL: " .. message, hint = hint }
end

--- The error of a server that says no; nothing of a row is in its message.
function Server.broken(message) return error_of(message, "correct what the server says, then go on with the run") end

--- That of a connection that is lost, or could not be had.
function Server.gone(message)
  local err = error_of(message, "once the server answers again, go on with the run")
  err.gone = true
  return err
end

local function is_gone(err) return errors.is(err) and err.gone end

-- SQLSTATEs of what ends a connection: none where libpq says it; the server's end; a transaction that was silent, or open, for
-- too long.
local function ends(state) return state == "" or state:find("^57P0") ~= nil or state:find("^25P0[34]$") ~= nil end

--- Waits for the connection; what is under way is ended even where the task is cancelled.
local function wait(self, what, by)
  local found, failure
  if yields then found, failure = runtime.wait(self.db:descriptor(), what, by) end
  if not yields or failure and failure.kind == "cancelled" then
    found, failure = blocking:wait(self.db:descriptor(), what, by)
  end
  if not found then error(Server.gone(failure and failure.message or "no answer came in time"), 0) end
end

--- Takes in what others have said meanwhile, and wakes who waits for that; a message where the connection is lost.
local function hear(self)
  local channel, message
  repeat
    channel, message = self.db:notified()
    if channel then
      self.spoken[channel] = (self.spoken[channel] or 0) + 1
      for mark, host in pairs(self.ears) do host:stop_waiting(mark) end
    end
  until not channel
  return message
end

--- One question to its end: what `take` gave of it last, but "done" and the word. Throws the first error of it.
local function ask(self, how, ...)
  local db, problem, state, rows, count = self.db, nil, nil, nil, nil
  self.asked = core.now()
  local begun, message = db[how](db, ...)
  local sent = begun
  if begun then sent, message = db:flush() end
  while sent == false do
    wait(self, "rw", math.huge)
    sent, message = db:flush()
  end
  if sent == nil then error(Server.gone(message), 0) end
  while true do
    local word, a, b = db:take()
    if word == "done" then break end
    if word == "wait" then wait(self, "r", math.huge)
    elseif word == "error" then
      problem, state = problem or a, state or b
      if b == "" then break end
    else
      rows, count = a, b
    end
  end
  self.asked = nil
  if next(self.listens) then hear(self) end -- it may have come with the answer
  if not problem then return rows, count end
  local err = ends(state) and Server.gone(problem) or Server.broken(problem)
  err.state = state
  error(err, 0)
end

local UNREACHABLE = "see whether the server answers there, and lets this role into this database; a password belongs into "
  .. "~/.pgpass"
local UNPROVEN = "the address has to name a host that the server's certificate names, and by sslrootcert the file of the "
  .. "authority that signed that"

--- The error of a connection that does not come to stand: whatever libpq says of it, these are the things to look at.
local function unreachable(message)
  local is_unproven = message:find("certificate", 1, true) or message:find("SSL error", 1, true)
    or message:find("not support SSL", 1, true)
  local err = error_of(message, is_unproven and UNPROVEN or UNREACHABLE)
  err.gone = true
  return err
end

--- Goes on until the connection stands.
local function await(self)
  local by, way = core.now() + CONNECT, "w"
  while way ~= "ok" do
    wait(self, way, by)
    local next_way, message = self.db:poll()
    if not next_way then error(unreachable(message), 0) end
    way = next_way
  end
end

--- Has another connection in place of one that was lost.
local function connect_again(self)
  local db, message = postgres.connect(self.uri)
  if not db then error(unreachable(message), 0) end
  for mark, host in pairs(self.ears) do host:stop_waiting(mark) end
  self.db:close()
  self.db, self.types, self.listens = db, {}, {}
  await(self)
  ask(self, "query", SETTINGS)
  self.patience.again()
  self.regained = core.now()
end

--- Waits until the server answers again, as long as there is patience. Throws where it does not, or is not the one that it was,
--- or the task was cancelled: then nobody waits for it any more.
local function regain(self, err)
  local patience, host, pause = self.patience, yields and runtimes.current() or nil, PAUSE
  if not patience or self.reads or not is_gone(err) then error(err, 0) end
  if patience.tell then patience.tell(err) end
  local by = core.now() + (yields and patience.seconds or 0)
  while core.now() < by and not (host and host.cancelled) do
    (host or core).sleep(pause)
    pause = math.min(2 * pause, LONGEST_PAUSE)
    local ok, why = compat.pcall(connect_again, self)
    if ok then return end
    err = why
    if not is_gone(why) then break end
  end
  self.patience = nil
  error(err, 0)
end

--- Does what may be done twice: again where the connection was lost meanwhile.
local function lasting(self, fn, ...)
  local ok, a, b = compat.pcall(fn, self, ...)
  if ok then return a, b end
  regain(self, a)
  return fn(self, ...)
end

--- Asks when it is this task's turn, which it may be for the whole of a transaction.
local function in_turn(self, fn, ...)
  if self.turns:is_mine() then return fn(self, ...) end
  self.turns:take()
  local ok, a, b = compat.pcall(lasting, self, fn, ...)
  if self.turns:is_mine() then self.turns:give() end
  if not ok then error(a, 0) end
  return a, b
end

--- A statement with its values by $1, $2, ….
local function numbered(sql)
  local n = 0
  return (sql:gsub("%?(%d*)", function(digits)
    n = n + 1
    return "$" .. (digits ~= "" and digits or n)
  end))
end

local function use(self, name, ...)
  local types = self.types[name]
  if not types then
    ask(self, "prepare", name, numbered(assert(self.sql[name], name)))
    types = ask(self, "describe", name)
    self.types[name] = types
  end
  return ask(self, "execute", name, types, ...)
end

--- Runs a statement: how many rows it changed.
---@return integer
function Server:run(name, ...)
  local _, count = in_turn(self, use, name, ...)
  return count
end

--- The rows that a statement gives.
---@return table[]
function Server:rows(name, ...) return (in_turn(self, use, name, ...)) end

--- Runs any number of statements without values.
function Server:exec(sql) in_turn(self, ask, "query", sql) end

--- Does `fn`, which asks several things of one moment: no other task asks anything in between.
function Server:together(fn) return (in_turn(self, fn)) end

--- Within that, lets others ask while `fn` lasts.
function Server:apart(fn)
  self.turns:give()
  fn()
  self.turns:take()
end

--- Seconds for which the server has not answered what it was asked; 0 while nothing is asked.
function Server:silence() return self.asked and core.now() - self.asked or 0 end

--- Begins a transaction, by statements of which BEGIN is the first.
---@param sql string?
function Server:begin(sql)
  self.turns:take()
  self.said = ""
  local ok, err = compat.pcall(lasting, self, ask, "query", sql or "BEGIN")
  if ok then return end
  self:rollback()
  error(err, 0)
end

--- Commits a transaction. Where a statement of it failed, though that was caught, COMMIT would roll it back and look well: so
--- one stands before it, which fails there.
function Server:commit()
  ask(self, "query", ("SELECT; %sCOMMIT"):format(self.said))
  self.turns:give()
end

--- Ends a transaction without a trace, if the server still hears that; else it does so by itself.
function Server:rollback()
  if not self.turns:is_mine() then return end
  compat.pcall(ask, self, "query", "ROLLBACK")
  self.turns:give()
end

--- Whether a transaction that failed is to be tried again: the server was gone, and is waited for.
function Server:is_waited_for(err) return self.patience ~= nil and is_gone(err) end

--- Does `fn` whole or not at all; where a server that is gone is waited for, perhaps again.
function Server:whole(fn)
  while true do
    local ok, a, b = compat.pcall(database.Database.whole, self, fn)
    if ok then return a, b end
    if not self:is_waited_for(a) then error(a, 0) end
  end
end

--- Says on a channel that something changed, when the transaction that is open is committed; nothing else is said.
function Server:tell(channel)
  local word = ('NOTIFY "%s"; '):format(channel)
  if not self.said:find(word, 1, true) then self.said = self.said .. word end
end

--- Of what was said before it listens, nobody knows: that counts as something.
local function listen(self, channel)
  if not self.listens[channel] then
    ask(self, "query", ('LISTEN "%s"'):format(channel))
    self.listens[channel], self.spoken[channel] = true, (self.spoken[channel] or 0) + 1
  end
  local lost = hear(self)
  if lost then error(Server.gone(lost), 0) end
  return self.spoken[channel]
end

--- How often others have said something on a channel so far, as a number that grows. Who may have to wait for what they do asks
--- for it before he looks, and then waits for more than that.
---@return integer
function Server:words(channel) return (in_turn(self, listen, channel)) end

--- Waits until others have said more on a channel than what was `seen`, at most for some seconds. What is said while the
--- connection is lost, or where a pooler has given it to another, is not heard.
function Server:await(channel, seen, seconds)
  local by, host, mark, failure = core.now() + seconds, runtimes.current() or blocking, {}, nil
  while not failure and Server.words(self, channel) == seen and core.now() < by do
    self.ears[mark] = host
    failure = select(2, host:wait(self.db:descriptor(), "r", by, mark))
    self.ears[mark] = nil
  end
end

function Server:close() self.db:close() end

--- Whether a connection goes to this machine alone: through a socket, or to its own address.
local function is_local(db)
  for _, option in ipairs { "hostaddr", "host" } do
    local hosts = db:option(option)
    if hosts and hosts ~= "" then
      for host in (hosts .. ","):gmatch("([^,]*),") do
        local own = host == "" or host == "localhost" or host == "::1" or host:find("^[/@]") or host:find("^127%.%d+%.%d+%.%d+$")
        if not own then return false end
      end
      return true
    end
  end
  return true -- libpq's own socket
end

--- Connects. The address is libpq's, as are its files of services and passwords.
---@param uri string
---@param sql table<string, string> statements by name
---@param class table? a Server with more to it
---@return idngo.run.Server?
---@return idngo.Error?
function M.connect(uri, sql, class)
  local db, message = postgres.connect(uri)
  if not db then return nil, unreachable(message) end
  local self = setmetatable({ uri = uri, db = db, sql = sql, types = {}, turns = turns(), listens = {}, spoken = {}, ears = {},
    said = "" }, class or Server)
  local mode = db:option("sslmode")
  if mode ~= "verify-full" and not is_local(db) then
    db:close()
    return nil, errors.config(
      ("sslmode is %s, by which a machine in between could read and change a run"):format(tostring(mode)),
      "add sslmode=verify-full to the address, and sslrootcert if need be; other modes are for this machine alone")
  end
  return database.or_close(self, function()
    await(self)
    self:exec(SETTINGS)
  end)
end

return M
