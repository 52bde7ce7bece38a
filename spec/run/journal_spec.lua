-- idngo.journal: SQLite, lock, growing log, signals.

local journal = require("idngo.journal")
local sh = require("shell")
local support = require("runs")

local folder, count = nil, 0

local function fresh()
  count = count + 1
  return ("%s/%d.db"):format(folder, count)
end

describe("the journal", function()
  setup(function() folder = support.folder() end)
  teardown(support.clean)

  it("keeps what is bound, of every type, and gives it back", function()
    local db <close> = assert(journal.open(fresh(), true))
    assert(db:exec("CREATE TABLE t (a, b, c, d, e)"))
    local insert = assert(db:prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)"))
    assert.equal(1, insert:run(1, 0.5, "te\0xt", nil, true))
    assert.equal(1, insert:run(2 ^ 53, -1, ""))
    local rows = assert(db:prepare("SELECT * FROM t ORDER BY rowid")):rows()
    assert.same({ { a = 1, b = 0.5, c = "te\0xt", e = 1 }, { a = 9007199254740992, b = -1, c = "" } }, rows)
    assert.equal("integer", math.type(rows[1].a))
  end)

  it("is in WAL mode and syncs every commit", function()
    local db <close> = assert(journal.open(fresh(), true))
    assert.same({ { journal_mode = "wal" } }, db:prepare("PRAGMA journal_mode"):rows())
    assert.same({ { synchronous = 2 } }, db:prepare("PRAGMA synchronous"):rows())
  end)

  it("tells a mistake in SQL, a broken file and a missing one apart", function()
    local path = fresh()
    local db = assert(journal.open(path, true))
    local _, message, word = db:prepare("SELEC 1")
    assert.equal("sql", word)
    assert.truthy(message:find("syntax error", 1, true))
    db:close()
    support.write(path, ("not a database "):rep(100))
    _, _, word = journal.open(path, false)
    assert.equal("corrupt", word)
    _, _, word = journal.open(fresh(), false)
    assert.equal("io", word)
  end)

  it("throws on wrong arguments and on use after close; closing twice does nothing", function()
    local db = assert(journal.open(fresh(), true))
    local statement = db:prepare("SELECT ?1 AS x")
    assert.has_error(function() statement:rows({}) end)
    assert.has_error(function() statement:rows(1, 2) end)
    db:close()
    db:close()
    assert.has_error(function() statement:rows(1) end, "journal is closed")
    assert.has_error(function() db:exec("SELECT 1") end, "journal is closed")
    statement:close()
    statement:close()
  end)

  it("survives a statement that outlives its database in the collector", function()
    do
      local db = assert(journal.open(fresh(), true))
      local statement = db:prepare("SELECT 1 AS x")
      assert.equal(1, statement:rows()[1].x)
    end
    collectgarbage()
    collectgarbage()
  end)

  it("keeps a statement that nobody holds until its rows are read", function()
    local db <close> = assert(journal.open(fresh(), true))
    local sql = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000) SELECT 'text ' || x AS a FROM c"
    collectgarbage()
    for _ = 1, 5 do assert.equal(20000, #db:prepare(sql):rows()) end
  end)

  it("is busy for a second writer", function()
    local path = fresh()
    local one <close> = assert(journal.open(path, true))
    local two <close> = assert(journal.open(path, false))
    assert(one:exec("CREATE TABLE t (a); BEGIN IMMEDIATE"))
    local ok, _, word = two:exec("BEGIN IMMEDIATE")
    assert.is_nil(ok)
    assert.equal("busy", word)
  end)

  it("locks a run for one process, until it dies", function()
    local path = folder .. "/lock"
    local code = ("lua5.4 -e 'local l, m, w = require([[idngo.journal]]).lock([[%s]]) print(l and [[held]] or w)'"):format(path)
    local lock = assert(journal.lock(path))
    assert.equal("busy\n", sh("%s", code))
    lock:close()
    assert.equal("held\n", sh("%s", code))
    assert(journal.lock(path)):close()
  end)

  it("appends to its log whole records, or nothing", function()
    local path = folder .. "/log"
    local log <close> = assert(journal.log(path))
    assert(log:append("one\n"))
    assert(log:append("two\n"))
    assert(log:sync())
    assert.equal("one\ntwo\n", support.read(path))
    assert(log:truncate(4))
    assert(log:append("three\n"))
    assert.equal("one\nthree\n", support.read(path))
    assert.equal("600\n", sh("stat -c %%a %s", path))
  end)

  it("tells of signals while it watches, and puts things back", function()
    local out = sh("%s", [[lua5.4 -e '
      local journal = require("idngo.journal")
      local watch = journal.signals()
      print(watch:caught())
      os.execute("kill -TERM $PPID; kill -INT $PPID")
      local a, b = watch:caught(), watch:caught()
      print(math.min(a, b), math.max(a, b), watch:caught())
      watch:close() watch:close()
      os.execute("kill -TERM $PPID")
      print("not reached")']])
    assert.equal("\n2\t15\n", out)
  end)

  it("tells of SIGHUP, too, unless it was ignored before, as nohup has it", function()
    local script = [[lua5.4 -e '
      local watch = require("idngo.journal").signals()
      os.execute("kill -HUP $PPID")
      print(watch:caught())
      watch:close()
      print("goes on")']]
    assert.equal("1\ngoes on\n", sh("%s", script))
    assert.equal("\ngoes on\n", sh("trap '' HUP; %s", script))
  end)

  it("ends no reading of rows without an end: keys must grow", function()
    local contract = require("idngo.run.contract")
    for wrong, values in pairs { ["2"] = { 1, 2, 2 }, ["1"] = { 1, 2 }, ["1 "] = { 2, 1 }, x = { "x" }, ["nil"] = { false },
      ["0"] = { 0 }, ["-1"] = { -1 } } do
      local rows = {}
      for i, n in ipairs(values) do rows[i] = { n = n or nil } end
      local kept = contract.over { damaged = require("idngo.run.sqlite").damaged,
        rows = function() return rows end } -- the same page again and again
      local ok, problem = pcall(function()
        for _ in kept:each("lines") do end -- luacheck: ignore 542
      end)
      assert.is_false(ok)
      assert.equal("io", problem.kind)
      assert.equal(("journal.db: lines %s: the keys of the rows do not grow"):format((wrong:gsub(" ", ""))), problem.message)
    end
  end)

  it("looks at no row that it does not want, however many there are, but where a command looks at all", function()
    assert(require("idngo.run.keys").own(true))
    local run = assert(require("idngo.policy.run").create(folder .. "/scans", { rows = support.rows { { id = "a1" } },
      account = "a", policy = { text = "", file = "p", name = "p", version = "1" } }))
    local account = assert(require("idngo.run.people").account("a", folder))
    local watch = assert(require("idngo.watch.run").create(folder .. "/watched", { account = "a", spool = folder, proposal = {
      policy = { text = "", info = { on = { "applicantReviewed" }, name = "p" } }, guards = {}, approvals = 1, line_approvals = 1,
      seconds = 1, breaker = false } }))
    local all = { -- once in a run or a command; a table of one row; the last of them
      schema = true, tables = true, get_state = true, watch_decided_last = true, watch_ignored = true, problems = true,
      purge_lines = true, purge_replies = true, purge_steps = true,
      decisions = true, settings = true, counts = true,
      counter = true, count = true, acted = true, audit_last = true,
      count_lines = true, count_letters = true, watch_count_answered = true, watch_last_event = true,
      acts = true, -- those of one applicant, in order
      watch_unread = true, watch_count_unread = true, -- the index has no others
    }
    local looked = 0
    local databases = { [run.store.tables] = "^[^w]", [account] = "", [run.store.witness.db] = "",
      [watch.store.tables] = "^watch_", [watch.store.witness.db] = "" }
    for database, which in pairs(databases) do
      for name, sql in pairs(database.sql) do
        local rows = name:find(which) and assert(database.db:prepare("EXPLAIN QUERY PLAN " .. sql)):rows() or {}
        for _, row in ipairs(rows) do
          looked = looked + 1
          local scans = row.detail:find("^SCAN") and not row.detail:find("^SCAN pragma_")
          assert.is_true(all[name] or not scans and not row.detail:find("TEMP B-TREE", 1, true),
            name .. ": " .. row.detail)
        end
      end
    end
    assert.is_true(looked > 40, looked)
    account:close()
    run:close()
    watch:close()
  end)

  it("has a database without a name for what is too much for memory", function()
    local db = assert(journal.scratch())
    local open = sh("ls -l /proc/%s/fd", support.read("/proc/self/stat"):match("%d+"))
    assert.is_nil(open:find("etilqs", 1, true)) -- SQLite's name for such files: nothing is on disk while it is small
    assert(db:exec("CREATE TABLE t (a); BEGIN"))
    local insert = assert(db:prepare("INSERT INTO t VALUES (?)"))
    for _ = 1, 40 do insert:run(("x"):rep(100000)) end
    assert(db:exec("COMMIT"))
    open = sh("ls -l /proc/%s/fd", support.read("/proc/self/stat"):match("%d+"))
    assert.truthy(open:find("etilqs_%w+ %(deleted%)"), open)
    assert.equal(40, db:prepare("SELECT count(*) AS n FROM t WHERE length(a) = 100000"):rows()[1].n)
    db:close()
    open = sh("ls -l /proc/%s/fd", support.read("/proc/self/stat"):match("%d+"))
    assert.is_nil(open:find("etilqs", 1, true))
  end)
end)
