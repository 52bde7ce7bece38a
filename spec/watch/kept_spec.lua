-- What is kept of a watch's log outside its folder: a start goes on from there, and what it does not look at, the watcher does.

local core = require("idngo.core")
local journal = require("idngo.journal")
local journals = require("journal")
local kept = require("idngo.watch.kept")
local runs = require("idngo.watch.run")
local sorted = require("idngo.sorted")
local support = require("runs")
local w = require("watch_lines")

local every = kept.EVERY

--- Events, decisions, steps, and what people said; more of it than is read without keeping anything.
local function live()
  w.approved { max = { "deactivate=50/1h", "send_status_email=none" }, breaker = { hold = { low = 0, high = 0.5 } } }
  for i = 1, 6 do
    w.take { w.reviewed("a" .. i, "GREEN", w.NOW + i), w.reviewed("b" .. i, "RED", w.NOW + i),
      ('{"type":"applicantCreated","applicantId":"x%d"}'):format(i) }
    w.decide(2 * i - 1, { "deactivate", "send_status_email" })
    w.decide(2 * i, { "add_note" }, { asked = "really?" })
    assert.is_nil(w.intend(2 * i - 1))
    w.settle(2 * i - 1, 1, "applied")
  end
  w.say { event = "declined", line = 2, target = w.store:target(w.store:line(2)) }
end

local TABLES = { "lines", "steps", "takes", "letters", "uses", "acts" }

--- What the log comes to, as the witness has it; tables, and everything else.
local function all_of(store, tables)
  local parts = {}
  for _, name in ipairs(tables or TABLES) do
    parts[name] = assert(assert(store.witness.db.db:prepare(("SELECT *, 0 FROM %s ORDER BY 1, 2"):format(name))):rows())
  end
  for name, value in pairs(store.witness) do
    if name ~= "db" and name ~= "handlers" then parts["." .. name] = value end
  end
  return parts
end

local function reopen()
  local dir = w.run.dir
  w.run:close()
  w.run = assert(runs.open(dir))
  w.store = w.run.store
  return w.store.kept.from
end

local function check_all()
  w.store:check_on(function() end)
end

describe("what a watch keeps of its log", function()
  setup(w.setup)
  before_each(function()
    w.before()
    kept.EVERY = 20
  end)
  after_each(function()
    w.after()
    kept.EVERY = every
  end)
  teardown(support.clean)

  it("is what the log comes to: a start goes on from there, and looks at the rest while it works", function()
    live()
    local head, before = w.store.head.seq, all_of(w.store)
    local from = reopen()
    assert.is_true(from.seq > 20 and from.seq <= head, from.seq)
    assert.same(before, all_of(w.store))
    assert.is_true(w.store.checking)
    check_all()
    os.remove(w.store.kept.path)
    assert.is_nil(reopen()) -- read from the beginning
    assert.same(before, all_of(w.store))
    assert.is_nil(w.store.checking)
    w.is_sound()
  end)

  it("is written when a watch ends of which it was written before, not of one that is read whole", function()
    w.approved { max = { "deactivate=50/1h" } }
    w.take { w.reviewed("a", "GREEN", w.NOW + 1) }
    w.store.kept:look(w.store, true)
    assert.is_nil(reopen())
    live()
    w.take { w.reviewed("c", "GREEN", w.NOW + 9) }
    assert.is_true(w.store.kept.read > 0)
    w.store.kept:look(w.store, true)
    assert.equal(w.store.head.seq, reopen().seq)
    check_all()
    w.is_sound()
  end)

  --- A watch of which all is known that there is to know: a line that was decided another time, what was left to a mandate of
  --- before, bands that people took for usual, a breaker that one of two said to close, what a shadow saw, an approval and a no,
  --- and a mandate that was stopped.
  local function live_long()
    local n = 2
    w.new_watch { approvals = 2, breaker = { deactivate = { high = 0.05 } } }
    local function say(said, with)
      local verdict = w.say(said, with)
      assert.truthy(verdict:find("^taken"), verdict)
    end
    local function both(said) for _, key in ipairs { w.key, w.others[1] } do say(said, key) end end
    local function propose(more)
      local mandate = {}
      for name, value in pairs(w.store.witness.mandates[1]) do mandate[name] = value end
      mandate.m = #w.store.witness.mandates + 1
      for name, value in pairs(more) do mandate[name] = value end
      say { event = "told", what = "propose", policy = "policy 1", mandate = mandate }
      return { event = "approved", target = w.store.witness.hashes[mandate.m] }
    end
    both { event = "approved", target = w.store.witness.hashes[1] }
    w.take { w.reviewed("a", "GREEN", w.NOW + 1) }
    w.decide(1)
    say { event = "told", what = "redecide", line = 1, target = w.store:target(w.store:line(1)) }
    both(propose { backlog = "old" })
    local function decide(count, actions)
      for _ = 1, count do
        n = n + 1
        w.take { w.reviewed("b" .. n, "GREEN", w.NOW + 1) }
        w.decide(n, actions)
      end
    end
    decide(200, { "deactivate" })
    both(w.closing(w.store.witness.breaker:last_decision()))
    while not w.store.witness.breaker.open do decide(1) end
    say(w.closing())
    local shadowed = propose { shadow = 2 }
    w.store:shadowed(3, { { line = 1, from = "pass", to = "hold" }, { line = 3, from = "act", to = "act", same = true } })
    say(shadowed)
    say { event = "declined", target = shadowed.target }
    say { event = "told", what = "stop", m = 2 }
    say { event = "told", what = "forget", before = core.wall() - 2 * 86400 }
    assert.is_true(w.store:forget_events() > 0)
  end

  it("is all that a witness knows, and has another format wherever that is more", function()
    live_long()
    local tables = { "again", "shadows" }
    for _, name in ipairs(TABLES) do tables[#tables + 1] = name end
    local function all() return all_of(w.store, tables) end
    kept.EVERY = 1
    w.take { w.reviewed("last", "GREEN", w.NOW + 1) }
    local before, seq = all(), w.store.head.seq
    assert.equal(seq, reopen().seq)
    assert.same(before, all())
    local function names_of(values)
      local names = sorted(values)
      return table.concat(names, " ")
    end
    local seen = w.store.witness
    local server, spool = "", ""
    if journals.is_served then server, spool = "server ", "spool " end
    assert.same({ kept.FORMAT:match("^%d+"), names_of(seen), names_of(seen.breaker) }, { "10",
      "account approvals backlogs breaker counter created current db declined doubtful events forget handlers hashes known "
        .. "letters lines m mandates numbers places run secret " .. server .. "settings shadows " .. spool
        .. "spools started stopped t totals withdrawn",
      "closers damaged decisions doubts open openings rebased recent tests" })
    os.remove(w.store.kept.path)
    assert.is_nil(reopen())
    assert.same(before, all())
  end)

  it("lets others have their turn between many letters, of which more are answered meanwhile", function()
    live()
    local letters = require("idngo.watch.letters")
    --- Leaves so many letters, and has them answered.
    local function say(count)
      local list = {}
      for i = 1, count do
        local id, body = letters.write(w.store, { event = "told", what = "settle", line = i, step = 1, as = "void" }, w.key)
        list[i] = { id = id, body = body }
      end
      letters.leave_all(w.store, list)
      assert.equal(count, letters.take(w.store, w.approvers, w.names, w.account))
    end
    say(450)
    assert.is_table(reopen())
    local turns = 0
    w.store:check_on(function()
      turns = turns + 1
      if turns < 5 then say(5) end
    end)
    assert.is_true(turns >= 4, turns .. " turns")
    local dir = w.run.dir
    w.run:close()
    w.run = nil
    journals.change(dir, "DELETE FROM letters WHERE id = (SELECT max(id) FROM letters)")
    w.run = assert(runs.open(dir))
    w.store = w.run.store
    local ok, thrown = pcall(check_all)
    assert.is_false(ok)
    assert.truthy(thrown.message:find("lacks one that was answered", 1, true), thrown.message)
  end)

  it("is nothing where a watch is small", function()
    kept.EVERY = every
    live()
    assert.is_nil(reopen())
  end)

  it("is written while the watcher works, and a crash leaves what was written last", function()
    live()
    local seq = reopen().seq
    for i = 1, 30 do w.take { w.reviewed("c" .. i, "RED", w.NOW + 1) } end
    assert.is_true(reopen().seq > seq)
    seq = w.store.kept.from.seq
    w.take { w.reviewed("d", "RED", w.NOW + 1) }
    w.store.witness.db.db:exec("ROLLBACK") -- what the next process finds
    w.store.witness.db.db:exec("BEGIN")
    assert.equal(seq, reopen().seq)
    check_all()
    w.is_sound()
  end)

  it("is not gone on with where it is changed, another's, or ahead of a folder that was put back", function()
    live()
    local copy = w.run.dir .. ".copy"
    w.run:close()
    assert(os.execute(("cp -r %s %s"):format(w.run.dir, copy)))
    w.run = assert(runs.open(w.run.dir))
    w.store = w.run.store
    local path, dir = w.store.kept.path, w.run.dir
    w.run:close()
    for _, sql in ipairs { "UPDATE state SET text = replace(text, 'approvals', 'approvalz')", "DELETE FROM state",
      "UPDATE state SET signature = '00'", "CREATE TABLE more (x)", "DROP TABLE uses" } do
      local db = assert(journal.open(path, false))
      assert(db:exec(sql))
      db:close()
      w.run = assert(runs.open(dir))
      assert.is_nil(w.run.store.kept.from, sql)
      w.store = w.run.store
      w.take { w.reviewed("e", "RED", w.NOW + 1, { sql = sql }) } -- it is written anew
      w.run:close()
      w.run = assert(runs.open(dir))
      assert.is_table(w.run.store.kept.from, sql)
      w.run:close()
    end
    assert(os.execute(("rm -r %s && mv %s %s"):format(dir, copy, dir)))
    local run, problem = runs.open(dir)
    w.run = nil
    assert.is_nil(run)
    assert.truthy(tostring(problem):find("--went-back", 1, true), tostring(problem))
  end)

  it("does not keep a change of the folder from being named", function()
    live()
    reopen()
    local dir, from, path = w.run.dir, w.store.kept.from.seq, w.store.kept.path
    w.run:close()
    w.run = nil
    local known = support.read(path)
    local db = assert(journal.open(dir .. "/journal.db", false))
    local tried = 0
    for _, made in ipairs(assert(assert(db:prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")):rows())) do
      local columns = assert(db:prepare(("SELECT name FROM pragma_table_info('%s')"):format(made.name)))
      for _, column in ipairs(assert(columns:rows())) do
        local sql = ("UPDATE %s SET %s = %s WHERE rowid = (SELECT min(rowid) FROM %s)"):format(made.name, column.name,
          column.name == "n" and "1000" or "'x'", made.name)
        local copy = dir .. ".copy"
        assert(os.execute(("rm -rf %s && cp -r %s %s"):format(copy, dir, copy)))
        local other = assert(journal.open(copy .. "/journal.db", false))
        local statement = other:prepare(sql) -- there are tables without row numbers
        local changed = statement and statement:run() -- unless a check of the schema's own kept it from being
        other:close()
        if changed and changed > 0 then
          tried = tried + 1
          support.write(path, known) -- after damage nothing is kept
          local run = runs.open(copy)
          local went = run and pcall(function()
            assert.equal(from, run.store.kept.from.seq)
            run.store:check_on(function() end)
          end)
          if run then run:close() end
          assert.is_falsy(went, sql)
        end
      end
    end
    db:close()
    assert.is_true(tried > 20, tried .. " were tried")
    support.write(path, known)
    local text = support.read(dir .. "/audit.jsonl")
    support.write(dir .. "/audit.jsonl", (text:gsub('"event":"taken"', '"event":"token"', 1)))
    w.run = assert(runs.open(dir))
    w.store = w.run.store
    assert.is_false(pcall(check_all))
  end)

  it("is forgotten where damage is found by who rests on it: the next start reads the whole log, and finds none", function()
    live()
    local before = all_of(w.store)
    for _, sql in ipairs { "UPDATE lines SET digest = 'x' WHERE n = 3", "DELETE FROM lines WHERE n = 12",
      "INSERT INTO lines VALUES (1000, 'x')", "UPDATE takes SET hash = 'x'", "DELETE FROM takes", "DELETE FROM letters",
      "UPDATE letters SET hash = 'x'" } do
      if not w.store.kept.from then
        w.take { w.reviewed("e", "RED", w.NOW + 1, { sql = sql }) }
        before = all_of(w.store)
      end
      local path, dir = w.store.kept.path, w.run.dir
      w.run:close()
      w.run = nil
      local db = assert(journal.open(path, false))
      assert.is_true(assert(assert(db:prepare(sql)):run()) > 0, sql)
      db:close()
      w.run = assert(runs.open(dir))
      w.store = w.run.store
      assert.is_table(w.store.kept.from, sql)
      local ok, thrown = pcall(check_all)
      assert.is_false(ok, sql)
      assert.equal("io", thrown.kind)
      kept.EVERY = 1
      w.store.kept:look(w.store) -- whoever still writes does not bring it back
      kept.EVERY = 20
      assert.is_nil(reopen(), sql)
      assert.same(before, all_of(w.store))
    end
    w.is_sound()
  end)

  it("is forgotten by who finds a line damaged that it works on", function()
    live()
    reopen()
    w.store.witness.db:run("set_line", 5, "x")
    assert.is_false(pcall(w.store.line, w.store, 5))
    assert.is_nil(core.is_regular(w.store.kept.path))
    assert.is_nil(reopen())
    w.is_sound()
  end)

  it("is made anew where its file cannot be read, or is another's", function()
    live()
    local before = all_of(w.store)
    local path, dir = w.store.kept.path, w.run.dir
    w.run:close()
    w.run = nil
    local known = support.read(path)
    local page = known:sub(1, 4096)
    assert.equal("SQLite format 3", known:sub(1, 15))
    local other = path .. ".other"
    local db = assert(journal.open(other, true))
    assert(db:exec("CREATE TABLE lines (n INTEGER PRIMARY KEY, digest TEXT NOT NULL)"))
    db:close()
    local foreign = support.read(other)
    for name, text in pairs { text = "no database\n", nothing = "", zeros = ("\0"):rep(#known), page = page,
      head = known:sub(1, 50), half = known:sub(1, 4096 * math.floor(#known / 8192)), torn = known:sub(1, -100),
      foreign = foreign, backwards = known:reverse(), garbage = page .. known:sub(4097):gsub(".", "x") } do
      for _, tail in ipairs { "-wal", "-shm" } do os.remove(path .. tail) end
      support.write(path, text)
      local run, err = runs.open(dir)
      assert(run, name .. ": " .. tostring(err))
      assert.is_nil(run.store.kept.from, name)
      assert.same(before, all_of(run.store), name)
      run:close()
    end
  end)

  it("is made anew after a page of it could not be read while the watcher worked", function()
    live()
    local before = all_of(w.store)
    local path, dir = w.store.kept.path, w.run.dir
    w.run:close()
    w.run = nil
    local known = support.read(path)
    local failed = 0
    for at = 4096, #known - 1, 4096 do
      support.write(path, known:sub(1, at) .. ("x"):rep(4096) .. known:sub(at + 4097))
      local run, err = runs.open(dir)
      if run and run.store.kept.from then
        w.store = run.store
        local ok, thrown = pcall(function()
          check_all()
          all_of(run.store)
        end)
        if not ok then err = thrown end
      end
      if run then run:close() end
      if err then
        failed = failed + 1
        run = assert(runs.open(dir), at)
        assert.is_nil(run.store.kept.from, at)
        assert.same(before, all_of(run.store), at)
        run:close()
      end
    end
    assert.is_true(failed > 2, failed .. " pages were missed")
  end)

  it("is an error that names the file where that is no file", function()
    live()
    local path, dir = w.store.kept.path, w.run.dir
    w.run:close()
    w.run = nil
    os.remove(path)
    assert(os.execute(("mkdir %s"):format(path)))
    local run, err = runs.open(dir)
    assert.is_nil(run)
    assert.truthy(tostring(err):find(path .. ": it is no regular file", 1, true), tostring(err))
    assert.equal("remove it", err.hint)
    os.remove(path)
  end)

  it("is not gone on with by a version that keeps something else", function()
    live()
    assert.is_table(reopen())
    local format = kept.FORMAT
    finally(function() kept.FORMAT = format end)
    assert.truthy(format:find(require("idngo.version"), 1, true))
    kept.FORMAT = "0 of another"
    assert.is_nil(reopen())
    w.take { w.reviewed("g", "RED", w.NOW + 1) }
    assert.is_table(reopen())
    kept.FORMAT = format
    assert.is_nil(reopen())
  end)

  it("names nobody", function()
    live()
    local path = w.store.kept.path
    w.run:close()
    w.run = nil
    local text = support.read(path)
    for i = 1, 6 do assert.is_nil(text:find('[^%w]a' .. i .. '[^%w]')) end
  end)
end)
