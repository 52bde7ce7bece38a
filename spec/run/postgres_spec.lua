-- A connection to PostgreSQL: what libpq's calls that do not wait give, how tasks share one, and how processes share a run.

local address = require("idngo.run.address")
local errors = require("idngo.error")
local parallel = require("idngo.runtime.parallel")
local postgres = require("postgres")
local shell = require("shell")

describe("the address of a run in PostgreSQL", function()
  it("is told from a folder by its beginning", function()
    assert.is_true(address.is("postgresql://host/db?run=r"))
    assert.is_true(address.is("postgres://host/db"))
    assert.is_false(address.is("postgres/run"))
    assert.is_false(address.is("./postgresql:"))
  end)

  it("is libpq's, and the run's name", function()
    assert.same({ uri = "postgresql://u@h:1,g/db?host=/tmp&sslmode=verify-full", name = "week-31_b" },
      address.parse("postgresql://u@h:1,g/db?host=/tmp&run=week-31_b&sslmode=verify-full"))
    for _, uri in ipairs { "postgres:///db", "postgres://u%3A@[::1]:5432/d@b", "postgres://[fe80::1%25e],h:/db",
      "postgres://" } do
      assert.same({ uri = uri }, address.parse(uri))
    end
    assert.same({ uri = "postgres:///db", name = "a" }, address.parse("postgres:///db?run=a"))
  end)

  for text, wrong in pairs {
    ["postgresql://u:hush@h/db?run=r"] = "password", ["postgresql://:hush@h/db"] = "password",
    ["postgresql://h/db?password=hush"] = "password", ["postgresql://h/db?pass%77ord=hush&run=r"] = "password",
    ["postgresql://h/db?sslpassword=hush"] = "password", ["postgresql:h"] = "begins with",
    ["postgresql://h/db?oauth_client_secret=hush"] = "password", ["postgresql://u:a/hush@h/db"] = "port",
    ["postgresql://u:hush?x@h/db"] = "port", ["postgresql://g:1,u:hush/x@h/db?run=r"] = "port",
    ["postgresql://h/db?run=A"] = "name", ["postgresql://h/db?run="] = "name", ["postgresql://h/db?run=-a"] = "name",
    ["postgresql://h/db?run=a%22b"] = "name", ["postgresql://h/db?run=" .. ("a"):rep(41)] = "name",
    ["postgresql://h/db?run=a&run=b"] = "two runs",
  } do
    it("is refused as " .. text, function()
      local parsed, err = address.parse(text)
      assert.is_nil(parsed)
      assert.equal("config", err.kind)
      assert.truthy(err.message:find(wrong, 1, true), err.message)
      assert.is_nil(tostring(err):find("hush", 1, true))
    end)
  end
end)

if not postgres.is_there then
  describe("a connection to PostgreSQL", function() pending("postgresql is not installed") end)
  return
end

local server = require("idngo.run.server")

describe("a connection to PostgreSQL", function()
  local host, db
  setup(function() host = postgres.start() end)
  teardown(function() host:stop() end)
  before_each(function()
    db = assert(server.connect(host:url(), {
      add = "INSERT INTO t VALUES (?, ?, ?, ?)",
      all = "SELECT * FROM t ORDER BY n",
      swap = "UPDATE t SET x = ?2 WHERE n = ?1",
      wait = "SELECT pg_sleep(?)::text AS slept",
      wrong = "SELECT nothing FROM nowhere",
      one = "SELECT 1::bigint AS one",
    }))
    db:exec('SET search_path = public; CREATE TABLE t (n BIGINT PRIMARY KEY, x DOUBLE PRECISION, s TEXT COLLATE "C", b BYTEA)')
  end)
  after_each(function()
    db:close()
    host:psql("DROP TABLE t")
  end)

  it("gives back what it was given, whole and exact", function()
    local bytes = {}
    for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
    bytes = table.concat(bytes)
    assert.equal(1, db:run("add", 9007199254740993 // 1, 0.1, "ä ? $1 '", bytes))
    db:run("add", -5, -1e300, "", "")
    db:run("add", 0)
    db:run("add", 1, 3, "three")
    assert.same({
      { n = -5, x = -1e300, s = "", b = "" }, { n = 0 }, { n = 1, x = 3.0, s = "three" },
      { n = 9007199254740993, x = 0.1, s = "ä ? $1 '", b = bytes },
    }, db:rows("all"))
    assert.equal("integer", math.type(db:rows("all")[1].n))
    assert.equal(1, db:run("swap", 1, 4))
    assert.equal(0, db:run("swap", 2, 4))
  end)

  it("refuses values that are not of a statement's types, and too many", function()
    for _, values in ipairs { { "1" }, { 1.5 }, { {} }, { 1, "x" }, { 1, 1, 1 }, { 1, 1, "", "", 5 } } do
      assert.is_false(pcall(db.run, db, "add", table.unpack(values)))
    end
    assert.same({}, db:rows("all"))
  end)

  it("says what the server says, by its first line alone, and can be asked again", function()
    db:run("add", 7, 1, "Mary", "")
    local ok, err = pcall(db.run, db, "add", 7, 1, "Mary", "")
    assert.is_false(ok)
    assert.is_true(errors.is(err))
    assert.equal("io", err.kind)
    assert.truthy(err.message:find("duplicate key value", 1, true), err.message)
    assert.is_nil(err.message:find("7", 1, true)) -- what follows quotes the row
    ok, err = pcall(db.rows, db, "wrong")
    assert.is_false(ok)
    assert.equal("correct what the server says, then go on with the run", err.hint) -- it does answer
    assert.is_false(pcall(db.run, db, "add", 8, 1, "no\0zero", ""))
    assert.same({ { one = 1 } }, db:rows("one"))
  end)

  it("says of what type no table of ours is, and can be asked again", function()
    db:run("add", 1)
    db:exec("ALTER TABLE t ADD COLUMN other NUMERIC DEFAULT 1.5")
    local ok, err = pcall(db.rows, db, "all")
    assert.is_false(ok)
    assert.is_true(errors.is(err))
    assert.truthy(err.message:find("column other is of type 1700", 1, true), err.message)
    assert.same({ { one = 1 } }, db:rows("one"))
  end)

  it("reads no value that is not as long as its type", function()
    for _, case in ipairs { { 20, "0000", false }, { 701, "00", false }, { 23, "000000", false }, { 16, "", false },
      { 20, ("00"):rep(9), false }, { 20, ("00"):rep(7) .. "05", 5 } } do
      local folder = shell("mktemp -d"):match("%S+")
      local peer = assert(io.popen(("python3 spec/support/deviating_postgres.py %s %d '%s'"):format(folder, case[1], case[2])))
      assert.equal("ready", peer:read("*l"))
      local other = assert(server.connect("postgresql://u@/d?host=" .. folder, { ask = "SELECT x" }))
      local ok, rows = pcall(other.rows, other, "ask")
      other:close()
      peer:close()
      os.execute("rm -r " .. folder)
      assert.equal(case[3], ok and rows[1].x, tostring(rows))
    end
  end)

  it("lets other tasks go on while it waits, and gives answers to those who asked", function()
    local order, slept = {}, 0
    parallel.run(function()
      parallel.spawn(function()
        db:rows("wait", 0.2)
        order[#order + 1] = "slept"
      end)
      for n = 1, 5 do
        parallel.spawn(function()
          assert.equal(1, db:run("add", n, n, "s", "b"))
          order[#order + 1] = n
        end)
      end
      while slept < 3 do
        require("idngo.runtime").sleep(0.01)
        slept = slept + 1
        order[#order + 1] = "other"
      end
    end)
    assert.same({ "other", "other", "other", "slept", 1, 2, 3, 4, 5 }, order)
  end)

  it("lets nobody else into a transaction, which is whole or not at all", function()
    local seen = {}
    parallel.run(function()
      local task = parallel.spawn(function()
        pcall(db.whole, db, function()
          db:run("add", 1)
          db:rows("wait", 0.05)
          db:run("add", 2)
          error("no")
        end)
      end)
      for i = 1, 3 do parallel.spawn(function() seen[i] = #db:rows("all") end) end
      task:wait()
      parallel.spawn(function() db:whole(function() db:run("add", 3) end) end)
    end)
    assert.same({ 0, 0, 0 }, seen)
    assert.same({ { n = 3 } }, db:rows("all"))
  end)

  it("commits nothing of a transaction of which a statement failed, and says so, though that was caught", function()
    assert.is_false(pcall(db.whole, db, function()
      db:run("add", 1)
      pcall(db.rows, db, "wrong")
    end))
    assert.same({}, db:rows("all"))
    db:whole(function() db:run("add", 2) end)
    assert.same({ { n = 2 } }, db:rows("all"))
  end)

  it("ends what is under way though its task was cancelled", function()
    local runtimes = require("idngo.runtime.current")
    parallel.run(function()
      local current = runtimes.current()
      for n = 1, 3 do
        parallel.spawn(function()
          db:whole(function()
            db:rows("wait", 0.02)
            db:run("add", n)
          end)
        end)
      end
      require("idngo.runtime").sleep(0.01)
      current:cancel()
    end)
    assert.equal(3, #db:rows("all"))
  end)

  it("says that a server went away, and does not hang", function()
    host:halt("immediate")
    local ok, err = pcall(db.rows, db, "one")
    assert.is_false(ok)
    assert.equal("io", err.kind)
    assert.is_false(pcall(db.whole, db, function() end))
    local other
    other, err = server.connect(host:url(), {})
    assert.is_nil(other)
    assert.equal("io", err.kind)
    host:start()
    db = assert(server.connect(host:url(), {}))
  end)

  it("says what to look at where no connection comes to stand", function()
    local nobody, nothing = (host:url():gsub("idngo@", "nobody@")), (host:url():gsub("/idngo", "/nothing"))
    for uri, why in pairs { [nobody] = "nobody", [nothing] = "nothing", ["postgresql://idngo@127.0.0.1:1/idngo"] = "refused" } do
      local found, err = server.connect(uri, {})
      assert.is_nil(found)
      assert.truthy(err.message:find(why, 1, true), err.message)
      assert.truthy(err.hint:find("lets this role into this database", 1, true), err.hint)
    end
  end)

  it("asks another machine only where it can be sure which one that is", function()
    for _, uri in ipairs { "postgresql://192.0.2.1/db", "postgresql://192.0.2.1/db?sslmode=require",
      "postgresql:///db?host=/tmp,192.0.2.1", "postgresql://localhost/db?hostaddr=192.0.2.1" } do
      local other, err = server.connect(uri, {})
      assert.is_nil(other)
      assert.equal("config", err.kind)
      assert.truthy(tostring(err):find("sslmode=verify-full", 1, true))
    end
  end)

  it("looks no name up where others may make functions", function()
    host:psql("CREATE FUNCTION public.starts_with(name, text) RETURNS boolean LANGUAGE sql AS 'SELECT 1/0 = 1'")
    local runs, err = require("idngo.run.databases").list(host:url())
    host:psql("DROP FUNCTION public.starts_with(name, text)")
    assert.same({}, runs, tostring(err))
  end)

  it("speaks UTF-8, whatever its address says", function()
    local other = assert(server.connect(host:url() .. "&client_encoding=LATIN1", { add = "INSERT INTO t (n, s) VALUES (?, ?)" }))
    other:exec("SET search_path = public")
    other:run("add", 1, "ä")
    other:close()
    assert.same({ { n = 1, s = "ä" } }, db:rows("all"))
  end)

  it("has no value written to the server's log with an error, whatever its role says", function()
    host:psql("ALTER ROLE idngo SET log_parameter_max_length_on_error = -1")
    local other = assert(server.connect(host:url(), { add = "INSERT INTO public.t VALUES (?, ?, ?, ?)" }))
    host:psql("ALTER ROLE idngo RESET ALL")
    other:run("add", 1, 1, "Mary", "")
    assert.is_false(pcall(other.run, other, "add", 1, 1, "Mary", ""))
    other:close()
    local log = require("runs").read(host.dir .. "/log")
    assert.truthy(log:find("duplicate key value", 1, true))
    assert.is_nil(log:find("Mary", 1, true))
  end)

  it("is not ended for being idle, whatever its role says", function()
    host:psql("ALTER ROLE idngo SET idle_session_timeout = '1s'")
    local other = assert(server.connect(host:url(), { timeout = "SELECT current_setting('idle_session_timeout') AS now" }))
    host:psql("ALTER ROLE idngo RESET ALL")
    assert.equal("0", other:rows("timeout")[1].now)
    other:close()
  end)

  it("is closed once and for all, and says so", function()
    local other = require("idngo.postgres").connect(host:url())
    other:close()
    other:close()
    for _, name in ipairs { "poll", "take", "flush", "descriptor" } do
      assert.is_false(pcall(other[name], other))
    end
  end)

  it("writes nothing to its own error output", function()
    local code = ([[local db = assert(require("idngo.run.server").connect("%s", {}))
      db:exec("CREATE TABLE IF NOT EXISTS public.t ()")]]):format(host:url())
    local said = shell("LUA_PATH='%s' LUA_CPATH='%s' lua5.4 -e '%s' 2>&1", package.path, package.cpath, code)
    assert.equal("", said)
  end)
end)

describe("a run that several processes have open", function()
  local contract, handlers = require("idngo.run.contract"), require("idngo.policy.handlers")
  local keys, runs, tables = require("idngo.run.keys"), require("runs"), require("idngo.run.postgres")
  local host, key, name, first, second
  setup(function()
    host, key = postgres.start(), assert(keys.own(true))
  end)
  teardown(function()
    host:stop()
    runs.clean()
  end)

  local function open() return contract.over(assert(tables.open(assert(address.parse(host:url(name)))))) end

  local function open_again()
    local store = open()
    store.key = key
    store:read_log(handlers, key)
    return store
  end

  before_each(function()
    name = "r" .. (tonumber((name or "r0"):sub(2)) + 1)
    first = open()
    first:create(handlers, key, function(made)
      made:set("account", "a")
      made:add_line(1, "p1", "{}")
      return { applicants = 1 }
    end)
    second = open_again()
  end)
  after_each(function()
    first:close()
    second:close()
  end)

  local function tell(store, note)
    store:transaction(function() store:record("remark", { note = note }) end)
  end

  it("has one chain, which each of them goes on with where the others ended", function()
    tell(first, "one")
    tell(first, "two")
    tell(second, "three")
    tell(first, "four")
    assert.same({ 5, 4 }, { first.head.seq, second.head.seq })
    local third = open_again()
    assert.equal(first.head.hash, third.head.hash)
    third:close()
  end)

  it("counts what others did", function()
    second:transaction(function()
      second:decided({ n = 1, id = "p1", token = 0 }, { facts = {}, steps = {}, decision = "pass" })
    end)
    tell(first, "one")
    assert.equal(1, first:totals()["decision:pass"])
    open_again():close() -- the counts are what the log comes to
  end)

  it("believes no record that was not signed by its key, whoever wrote it", function()
    host:psql(([[INSERT INTO \"idngo:%s\".audit SELECT 2, repeat('0', 64), '{}', NULL]]):format(name))
    local ok, err = pcall(tell, first, "one")
    assert.is_false(ok)
    assert.truthy(err.message:find("audit 1: does not follow", 1, true) or err.message:find("audit 2", 1, true), err.message)
    assert.equal(1, first.head.seq)
  end)

  it("stops where the server has lost what it had committed", function()
    tell(first, "one")
    tell(second, "two")
    host:psql(([[DELETE FROM \"idngo:%s\".audit WHERE seq = 3]]):format(name))
    local ok, err = pcall(tell, second, "three")
    assert.is_false(ok)
    assert.equal("run", err.kind)
    assert.truthy(err.message:find("record 3", 1, true))
  end)

  it("lets no process hold up the others that stopped in a transaction", function()
    second.tables:exec("SET idle_in_transaction_session_timeout = '100ms'")
    second.tables:begin()
    tell(first, "one") -- waits until the server has ended that
    assert.is_false(pcall(second.tables.commit, second.tables))
    second.tables:rollback()
    assert.equal(2, first.head.seq)
  end)

  it("is refused where its tables have a trigger", function()
    local sql = [[CREATE FUNCTION RUN.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER t BEFORE UPDATE ON RUN.steps FOR EACH ROW EXECUTE FUNCTION RUN.f()]]
    host:psql((sql:gsub("RUN", '\\"idngo:' .. name .. '\\"')))
    local opened, err = tables.open(assert(address.parse(host:url(name))))
    assert.is_nil(opened)
    assert.truthy(err.message:find("table steps: is no table of ours", 1, true), err.message)
  end)

  it("is refused where its schema has a function, or an operator, which a statement could mean", function()
    local function refused(sql, word)
      host:psql((sql:gsub("RUN", '\\"idngo:' .. name .. '\\"')))
      local opened, err = tables.open(assert(address.parse(host:url(name))))
      assert.is_nil(opened)
      assert.truthy(err.message:find(word, 1, true), err.message)
    end
    host:psql("CREATE FUNCTION public.plus(bigint, integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'")
    refused("CREATE OPERATOR RUN.+ (leftarg = bigint, rightarg = integer, function = public.plus)", "operator +: ")
    refused("CREATE FUNCTION RUN.hashtextextended(text, integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
      "operator +: ")
    host:psql("DROP FUNCTION public.plus CASCADE")
    refused("SELECT 1", "function hashtextextended: ")
  end)

  it("takes no people from a schema that has a trigger, and lists no runs by a view", function()
    local databases = require("idngo.run.databases")
    assert(databases.init(host:url()))
    host:psql("CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    assert(databases.people(host:url())):close()
    host:psql("CREATE TRIGGER t BEFORE UPDATE ON idngo.people FOR EACH ROW EXECUTE FUNCTION public.f()")
    local people, err = databases.people(host:url())
    assert.is_nil(people)
    assert.truthy(err.message:find("schema idngo: table people: is no table of ours", 1, true), err.message)
    assert.is_not_nil(databases.list(host:url()))
    host:psql([[CREATE SCHEMA \"idngo:v\" AUTHORIZATION idngo]])
    host:psql([[CREATE VIEW \"idngo:v\".run AS SELECT 'state'::text AS name, 'done'::bytea AS value, 1::float8 AS number]])
    local listed = assert(databases.list(host:url()))
    host:psql([[DROP SCHEMA \"idngo:v\" CASCADE]])
    assert.same({ name = "v" }, listed[#listed])
  end)

  it("lists the runs of a database though a schema of such a name is another's, or holds no run", function()
    local databases = require("idngo.run.databases")
    host:psql([[CREATE SCHEMA \"idngo:0\"; CREATE TABLE \"idngo:0\".more (name TEXT)]])
    host:psql([[GRANT USAGE ON SCHEMA \"idngo:0\" TO idngo]])
    host:psql([[CREATE SCHEMA \"idngo:z\"; CREATE TABLE \"idngo:z\".run (name TEXT, value BYTEA, number FLOAT8)]])
    host:psql([[GRANT USAGE ON SCHEMA \"idngo:z\" TO idngo]])
    host:psql([[CREATE SCHEMA \"idngo:y\" AUTHORIZATION idngo]])
    host:psql([[CREATE TABLE \"idngo:y\".run (name TEXT, value BIGINT, number FLOAT8)]])
    host:psql([[ALTER TABLE \"idngo:y\".run OWNER TO idngo; INSERT INTO \"idngo:y\".run VALUES ('state', 1)]])
    local listed, err = databases.list(host:url())
    for _, each in ipairs { "0", "y", "z" } do host:psql(([[DROP SCHEMA \"idngo:%s\" CASCADE]]):format(each)) end
    local states = {}
    for _, run in ipairs(assert(listed, tostring(err))) do states[run.name] = run.state or "?" end
    assert.same({ "?", "?", "?" }, { states["0"], states.y, states.z })
    assert.is_truthy(states[name])
  end)

  it("is not said to be nowhere, nor its database not to be prepared, to a role that is not let see it", function()
    local databases = require("idngo.run.databases")
    assert(databases.init(host:url()))
    host:psql("CREATE ROLE other LOGIN")
    local function as_other(run) return (host:url(run):gsub("idngo@", "other@")) end
    local opened, err = tables.open(assert(address.parse(as_other(name))))
    local people, why = databases.people(as_other())
    local listed = assert(databases.list(as_other()))
    local none = assert(tables.open(assert(address.parse(as_other("nobody")))))
    none:close()
    host:psql("DROP ROLE other")
    assert.same({ nil, nil, false }, { opened, people, none.exists })
    assert.equal(("this role may not use the schema idngo:%s, which is there"):format(name), err.message)
    assert.equal("this role may not use the schema idngo, which is there", why.message)
    local found
    for _, run in ipairs(listed) do found = found or run.name == name and (run.state or "?") end
    assert.equal("?", found)
  end)

  it("is gone on with though somebody holds it for the moment of a look", function()
    local store, class = require("idngo.run.store"), getmetatable(first.tables)
    local lock, asked = class.lock, 0
    function class:lock()
      asked = asked + 1
      return asked > 1 and lock(self)
    end
    local opened, err = store.open(host:url(name), handlers, key)
    class.lock = lock
    assert(opened, tostring(err)):close()
    assert.equal(2, asked)
  end)

  it("is not begun twice", function()
    local other = open()
    assert.is_false(pcall(other.create, other, handlers, key, function() return {} end))
    other:close()
  end)
end)
