-- idngo.journal, and a run's store over it, under failing allocations.

local torture = torture -- luacheck: globals torture
local core = require("idngo.core")
local handlers = require("idngo.policy.handlers")
local journal = require("idngo.journal")
local store = require("idngo.run.store")

local function folder()
  local path = torture.folder()
  return { folder = path, path = path .. "/run.db", run = path }
end

local function remove(context) os.execute("rm -rf " .. context.folder) end

--- SQLite's words for want of memory; its WAL, which it cannot map, it calls a disk error.
local clean = { "disk I/O error", "unable to open database", "journal: " }

return {
  {
    name = "journal: open, write, read, close",
    setup = folder,
    before = function(context) os.execute("rm -f " .. context.folder .. "/*") end,
    run = function(context)
      local db <close>, why = journal.open(context.path, true)
      if not db then return nil, why end
      local ok, problem = db:exec("CREATE TABLE t (a INTEGER PRIMARY KEY, b, c)")
      if not ok then return nil, problem end
      local insert <close>, wrong = db:prepare("INSERT INTO t (b, c) VALUES (?, ?)")
      if not insert then return nil, wrong end
      for i = 1, 5 do
        local changed, failed = insert:run(("text"):rep(i * 100), i / 2)
        if not changed then return nil, failed end
      end
      local all <close>, bad = db:prepare("SELECT * FROM t ORDER BY a")
      if not all then return nil, bad end
      return all:rows()
    end,
    right = function(rows) return #rows == 5 and #rows[5].b == 2000 and rows[3].c == 1.5 end,
    close = remove,
    clean = clean,
    slack = { blocks = 8 }, -- SQLite keeps some
  },
  {
    name = "journal: rows of a kept statement",
    setup = function()
      local context = folder()
      local db = assert(journal.open(context.path, true))
      assert(db:exec("CREATE TABLE t (a); INSERT INTO t VALUES ('one'), (2), (3.5), (NULL), (zeroblob(3000))"))
      context.db, context.rows = db, assert(db:prepare("SELECT rowid AS n, a FROM t ORDER BY rowid"))
      context.other = assert(journal.open(context.path, false))
      return context
    end,
    run = function(context) return context.rows:rows() end,
    right = function(rows) return #rows == 5 and rows[1].a == "one" and rows[4].a == nil and #rows[5].a == 3000 end,
    check = function(context)
      -- nothing is held: another connection can take the whole WAL back, which a reader's snapshot would forbid
      assert(context.other:exec("UPDATE t SET a = a"))
      local result = assert(context.other:prepare("PRAGMA wal_checkpoint(TRUNCATE)")):rows()
      assert(result[1].busy == 0, "a read is still under way")
    end,
    close = function(context)
      context.db:close()
      context.other:close()
      remove(context)
    end,
    clean = clean,
    slack = { blocks = 8 },
  },
  {
    name = "journal: lock, log, signals",
    setup = folder,
    before = function(context) os.execute("rm -f " .. context.folder .. "/*") end,
    run = function(context)
      local lock <close>, why = journal.lock(context.folder .. "/lock")
      if not lock then return nil, why end
      local log <close>, problem = journal.log(context.folder .. "/log")
      if not log then return nil, problem end
      local watch <close> = journal.signals()
      local ok = log:append("line\n") and log:sync() and log:truncate(5)
      return ok and watch and watch:caught() == nil
    end,
    right = function(result) return result == true end,
    check = function() collectgarbage() end, -- a lock that was made, and not yet to be closed
    close = remove,
  },
  {
    name = "journal: a transaction of a run",
    setup = function()
      local context = folder()
      context.store = assert(store.create(context.run, handlers, assert(core.private_key(("ab"):rep(32))), function(self)
        self:add_line(1, "one", "{}")
        return {}
      end))
      return context
    end,
    before = function(context)
      assert(context.store.tables.db:exec("PRAGMA shrink_memory")) -- the pages it keeps: more of them as the journal grows
      context.count = context.store.head.seq
    end,
    run = function(context)
      context.store:transaction(function()
        context.store:run("renew", "nobody", 3)
        context.store:record("decided", { applicant = "one" })
        context.store:record("decided", { applicant = "two", why = ("w"):rep(300) })
      end)
      return context.store.head
    end,
    right = function(head, context) return head.seq == context.count + 2 end,
    check = function(context, result)
      collectgarbage()
      context.store:transaction(function() end) -- rolls back what could not be rolled back then
      local seq = context.store.head.seq
      if seq ~= context.count and seq ~= context.count + 2 then error("half of the records are there") end
      local last = context.store:row("audit_last")
      if last.seq ~= seq then error(("the journal is at %d, the store at %d"):format(last.seq, seq)) end
      local log = assert(io.open(context.run .. "/audit.jsonl"))
      local lines = 0
      for _ in log:lines() do lines = lines + 1 end
      log:close()
      -- the journal leads: what threw after its commit is in the log at the next writing
      if lines > seq or (result and lines ~= seq) then error(("the log has %d lines, the journal %d"):format(lines, seq)) end
    end,
    close = function(context)
      context.store:close()
      remove(context)
    end,
    clean = clean,
    slack = { blocks = 48, bytes = 65536, references = 2 }, -- statements, made at their first use; digests of lines
  },
}
