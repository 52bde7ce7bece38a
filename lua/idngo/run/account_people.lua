-- The table of an account's people, and what can be asked of it: who is held by which run, for how long, and whether a call may
-- have left; on whom a step was applied. What is said here is the same wherever the table is: see people.lua.

local core = require("idngo.core")

local M = {}

--- Seconds for which a run holds people, unless it renews that.
M.LEASE = 60

M.TABLES = [[
CREATE TABLE IF NOT EXISTS people (person TEXT PRIMARY KEY, run TEXT, dir TEXT, lease REAL, begun INTEGER, acted INTEGER,
  gone INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS people_held ON people (run) WHERE run IS NOT NULL;
CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL);
INSERT INTO counter VALUES (1, 0) ON CONFLICT DO NOTHING;
]]

M.SQL = {
  get = "SELECT * FROM people WHERE person = ?",
  hold = [[INSERT INTO people (person, run, dir, lease, begun) VALUES (?1, ?2, ?3, ?4, 0)
    ON CONFLICT (person) DO UPDATE SET begun = CASE WHEN people.run = ?2 THEN people.begun ELSE 0 END, run = ?2, dir = ?3,
    lease = ?4]],
  begin = "UPDATE people SET begun = 1, lease = ?3 WHERE person = ?1 AND run = ?2",
  renew = "UPDATE people SET lease = ?2 WHERE run = ?1",
  let_go = "UPDATE people SET run = NULL, dir = NULL, lease = NULL, begun = 0 WHERE person = ?1 AND run = ?2",
  forget = "DELETE FROM people WHERE person = ? AND run IS NULL AND acted IS NULL",
  count = "UPDATE counter SET value = value + 1",
  counter = "SELECT value FROM counter",
  acted = [[INSERT INTO people (person, begun, acted, gone) VALUES (?1, 0, (SELECT value FROM counter), ?2)
    ON CONFLICT (person) DO UPDATE SET acted = excluded.acted, gone = coalesce(?2, people.gone)]],
  leave = "UPDATE people SET lease = 0, begun = 1 WHERE person = ?1 AND run = ?2",
  free = "UPDATE people SET run = NULL, dir = NULL, lease = NULL, begun = 0 WHERE run = ? AND begun = 0",
  begun = "SELECT person FROM people WHERE run = ? AND begun = 1",
}

---@class idngo.run.Account: idngo.run.Database
---@field key string
local Account = {}

--- Seconds of the clock that leases go by.
function Account.now() return core.now() end

function Account:person(id) return core.hmac("sha256", self.key, id) end

--- How often an action that cannot be taken back was applied by any run of the account so far.
function Account:counter() return self:rows("counter")[1].value end

--- Holds all of `ids` for a run, or none of them. False when another run works with one of them; with a message when that run
--- ended while a call of it may have left: it has to be resumed, or settled.
---@return boolean held
---@return string? message
function Account:take(ids, run, dir)
  return self:whole(function()
    local now = self:now()
    for id in pairs(ids) do
      local row = self:rows("get", self:person(id))[1]
      if row and row.run and row.run ~= run then
        if row.lease > now and row.lease <= now + M.LEASE then return false end -- a boot ends all leases
        if row.begun == 1 then
          return false, ("the run in %s may have acted on %s; go on with that run, or settle it"):format(row.dir, id)
        end
      end
    end
    for id in pairs(ids) do self:run("hold", self:person(id), run, dir, now + M.LEASE) end
    return true
  end)
end

--- Says that a call is about to leave for a line that holds `ids`; false when another run holds one of them by now.
---@return boolean held
function Account:intend(ids, run)
  return self:whole(function()
    for id in pairs(ids) do
      if self:run("begin", self:person(id), run, self:now() + M.LEASE) ~= 1 then return false end
    end
    return true
  end)
end

--- Renews a run's hold of its people.
function Account:renew(run) self:whole(function() self:run("renew", run, self:now() + M.LEASE) end) end

--- Leaves a person whom a step of a run may have been applied to: no other run acts before that run is resumed.
function Account:leave(id, run) self:whole(function() self:run("leave", self:person(id), run) end) end

--- Releases the people of a run that was interrupted, but for `ids`, whose steps are in doubt.
---@param ids table<string, boolean>
function Account:clean(ids, run)
  local spared = {}
  for id in pairs(ids) do spared[self:person(id)] = true end
  self:whole(function()
    self:run("free", run)
    for _, row in ipairs(self:rows("begun", run)) do
      if not spared[row.person] then self:run("let_go", row.person, run) end
    end
  end)
end

--- Writes down that a step was applied to a person; gone: 1 when that removes the person, 0 when it restores them.
function Account:acted(id, gone)
  self:whole(function()
    self:run("count")
    self:run("acted", self:person(id), gone)
  end)
end

--- Releases people, and forgets those whom no step was applied to.
function Account:release(ids, run)
  self:whole(function()
    for id in pairs(ids) do
      self:run("let_go", self:person(id), run)
      self:run("forget", self:person(id))
    end
  end)
end

--- What was done to a person: the count at the last such step, and whether the person is gone.
---@return integer acted
---@return boolean gone
function Account:known(id)
  local row = self:rows("get", self:person(id))[1] or {}
  return row.acted or 0, row.gone == 1
end

--- What can be asked of an account, over a database's own methods.
---@param base table
---@param more table? methods that are otherwise there
---@return table class
function M.over(base, more)
  return { __index = function(_, name) return more and more[name] or Account[name] or base[name] end }
end

return M
