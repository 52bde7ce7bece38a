-- Imports in PostgreSQL that outlive their machine: journal and log are on the server, archives where they were made. What goes
-- on elsewhere makes them again, or is told what it lacks before anything is sent.

local archives = require("archives")
local core = require("idngo.core")
local files = require("files")
local imports = require("idngo.import")
local json = require("idngo.json")
local postgres = require("postgres")
local shell_word = require("idngo.shell_word")
local store = require("idngo.run.store")
local support = require("runs")

if not postgres.is_there then
  describe("an import in PostgreSQL", function() pending("postgresql is not installed") end)
  return
end

describe("an import in PostgreSQL", function()
  local host, server, folder
  local count = 0

  --- A run's address, a folder of people of that name, and what is the state of a machine.
  local function begin(many)
    count = count + 1
    local name = "p" .. count
    local path = ("%s/%s"):format(folder, name)
    for i = 1, many do
      local person = ("%s/%s-%d"):format(path, name, i)
      assert(os.execute(("mkdir -p %s/front"):format(person)))
      local applicant = archives.fixture("applicant"):gsub("someClientUserId", ("%s-%d"):format(name, i))
      files.write(person .. "/applicant.json", applicant)
      files.write(person .. "/front/applicantIdDoc.json", archives.fixture("applicantIdDoc"))
      files.write(person .. "/front/1.jpg", archives.JPEG .. i)
    end
    return host:url(name), path .. "/*", name
  end

  --- idngo on a machine.
  local function idngo(machine, line, ...)
    local env = ("%s IDNGO_STATE_DIR=%s/%s IDNGO_LIMITS_DIR=%s"):format(support.env(server), folder, machine, support.folder())
    return support.shell(("env %s lua5.4 bin/idngo %s </dev/null"):format(env, line:format(...)))
  end

  --- The command of the driver on a machine.
  local function driver(machine, place, from)
    return ("env IDNGO_STATE_DIR=%s/%s IDNGO_LIMITS_DIR=%s lua5.4 spec/support/import_driver.lua %s %s 1000 %s"):format(folder,
      machine, support.folder(), shell_word(place), server.url, from:sub(1, -3))
  end

  --- Imports on a machine until it is killed, when the `nth` step of that name was.
  local function killed(machine, place, from, step, nth)
    local _, errors, code = support.shell(driver(machine, place, from) .. (" %s %d"):format(step, nth))
    assert.equal(137, code, errors)
  end

  --- How often each person of that name was imported.
  local function imported(name)
    local times = {}
    for _, entry in ipairs(support.ledger(server, "?endpoint=import_applicant&limit=1000").entries) do
      local n = entry.applied and entry.externalUserId:match("^" .. name .. "%-(%d+)$")
      if n then times[tonumber(n)] = (times[tonumber(n)] or 0) + 1 end
    end
    return times
  end

  --- What a machine has of runs.
  local function kept(machine) return (support.shell(("cd %s/%s/runs && find . -type f | sort"):format(folder, machine))) end

  setup(function()
    host = postgres.start()
    server = support.server()
    folder = support.folder()
    assert(require("idngo.run.databases").init(host:url()))
  end)
  teardown(function()
    support.clean(server)
    host:stop()
  end)

  it("asks for a database that is prepared before it packs anything", function()
    host:psql("ALTER SCHEMA idngo RENAME TO hidden")
    local place, from = begin(1)
    local _, errors, code = idngo("a", "import run --run '%s' %s --yes", place, from)
    host:psql("ALTER SCHEMA hidden RENAME TO idngo")
    assert.equal(78, code)
    assert.truthy(errors:find("idngo runs init", 1, true), errors)
    assert.equal(78, (select(3, idngo("a", "status '%s'", place))))
  end)

  for _, step in ipairs { "intent", "answered" } do
    it("killed at the step " .. step .. " goes on from another machine by its approval, once the list is given there",
      function()
        local place, from, name = begin(6)
        killed("a-" .. step, place, from, step, 3)
        local before = imported(name)
        local _, errors, code = support.shell(driver("b-" .. step, place, folder .. "/none/*"))
        assert.equal(1, code)
        assert.truthy(errors:find("archives are not on this machine: of %d people, such as"), errors)
        assert.same(before, imported(name))
        _, errors, code = support.shell(driver("b-" .. step, place, from))
        assert.equal(0, code, errors)
        local found = imported(name)
        for i = 1, 6 do assert.equal(1, found[i]) end
        local run = assert(store.read(place))
        local counts = require("idngo.import.handlers").counts(run)
        local plans = 0
        for row in run:each("audit_records") do plans = plans + (json.decode(row.record).event == "planned" and 1 or 0) end
        run:close()
        assert.equal(6, (counts.imported or 0) + (counts.confirm or 0))
        assert.equal(1, plans) -- nothing was planned anew
        assert.equal(0, (select(3, idngo("b", "audit verify '%s'", place))))
      end)
  end

  it("is refused where its archives are not, gives nobody up, and goes on where they were copied to", function()
    local place, from, name = begin(3)
    local _, errors, code = idngo("one", "import run --run '%s' %s --dry-run", place, from)
    assert.equal(0, code, errors)
    for _, line in ipairs { "import run --run '%s' --yes", "resume '%s'" } do
      _, errors, code = idngo("two", line, place)
      assert.equal(65, code, errors)
      assert.truthy(errors:find("archives are not on this machine: of 3 people, such as " .. from:sub(1, -3), 1, true), errors)
      assert.truthy(errors:find(("copy those of the machine that made them into %s/two/runs/"):format(folder), 1, true), errors)
    end
    _, errors, code = idngo("two", "import run --run '%s' --dry-run", place)
    assert.equal(65, code, errors)
    assert.same({}, imported(name))
    assert.equal(3, json.decode((idngo("two", "status '%s' --json", place))).ready)
    assert(os.execute(("cp %s/one/runs/*/archives/* %s/two/runs/*/archives/"):format(folder, folder)))
    local out
    out, errors, code = idngo("two", "resume '%s' --json", place)
    assert.equal(0, code, errors)
    assert.same({ people = 3, imported = 3, run = place }, json.decode(out))
    assert.same({ 1, 1, 1 }, imported(name))
  end)

  it("leaves a person whose archive was changed to be made again", function()
    local place, from, name = begin(2)
    assert.equal(0, (select(3, idngo("changed", "import run --run '%s' %s --dry-run", place, from))))
    local path = support.shell(("ls %s/changed/runs/*/archives/000001.zip"):format(folder)):match("%S+")
    local bytes = files.read(path)
    files.write(path, (bytes:gsub("an image", "no image")))
    local out, errors, code = idngo("changed", "import run --run '%s' --yes --json", place)
    assert.equal(5, code, errors)
    assert.same({ people = 2, imported = 1, ready = 1, run = place }, json.decode(out))
    assert.truthy(errors:find(path .. " is not the archive that was checked", 1, true), errors)
    os.remove(path)
    out, errors, code = idngo("changed", "import run --run '%s' %s", place, from)
    assert.equal(0, code, out .. errors)
    assert.equal(bytes, files.read(path))
    assert.same({ 1, 1 }, imported(name))
  end)

  it("that was killed while it packed leaves what it made where the next beginning finds it, and nothing else", function()
    local place, from = begin(4)
    local packing = support.write(folder .. "/packing.lua", [[
      local n = 0
      require("idngo.import").open(arg[1], { account = "a", inputs = { paths = { arg[2], arg[3] } }, tick = function()
        n = n + 1
        if n == 2 then os.execute("kill -9 $PPID") end
      end })]])
    local paths = support.shell("ls -d " .. from):gsub("%s+", " ")
    assert.equal(137, (select(3, support.shell(("env IDNGO_STATE_DIR=%s/packing lua5.4 %s '%s' %s"):format(folder, packing,
      place, paths)))))
    assert.equal(78, (select(3, idngo("packing", "status '%s'", place)))) -- the server knows nothing of it
    assert.equal(2, select(2, kept("packing"):gsub("/new%-%x+/archives/", "")))
    local _, errors, code = idngo("packing", "import run --run '%s' %s --yes", place, from)
    assert.equal(0, code, errors)
    assert.equal(0, select(2, kept("packing"):gsub("/new%-", "")))
    assert.equal(4, select(2, kept("packing"):gsub("/archives/", "")))
  end)

  it("that cannot be begun leaves nothing", function()
    local place, from = begin(2)
    files.write(folder .. "/people.csv", "id\n1\n")
    files.write(folder .. "/mapping", "[applicant]\nnonsense\n")
    local _, errors, code = idngo("nothing", "import run --run '%s' --people %s/people.csv --mapping %s/mapping --documents %s "
      .. "%s --yes", place, folder, folder, folder, from)
    assert.equal(65, code, errors)
    assert.equal("", kept("nothing"))
  end)

  it("may take longer to pack than the server lets others wait for an open transaction #slow", function()
    local place, from = begin(2)
    local paths = {}
    for path in support.shell("ls -d " .. from):gmatch("%S+") do paths[#paths + 1] = path end
    local slept
    local run = assert(imports.open(place, { account = "a", inputs = { paths = paths }, tick = function()
      if not slept then core.sleep(16) end
      slept = true
    end }))
    assert.equal(2, run.store:totals().lines)
    run:close()
  end)

  it("takes corrected rows, plans those people again, and forgets rows of nobody", function()
    local place, _, name = begin(0)
    files.write(folder .. "/again.map", archives.mapping("again.jpg"))
    files.write(folder .. "/again.jpg", archives.JPEG)
    local function import(text, more)
      files.write(folder .. "/again.csv", text)
      local out, errors, code = idngo("again", "import run --run '%s' --people %s/again.csv --mapping %s/again.map "
        .. "--documents %s --json %s", place, folder, folder, folder, more or "--yes")
      return json.decode(out), errors, code
    end
    local found, errors = import(("id,name\n%s-1,Ann\n%s-2,\n,Bob\n"):format(name, name))
    assert.same({ people = 3, imported = 1, refused = 2, run = place }, found)
    local listed = errors:match("2 to correct: see (%S+/again/runs/%x+/errors%.csv);")
    assert.truthy(listed, errors)
    local rows = files.read(listed):gsub(name .. "%-2,,", name .. "-2,Eve,"):gsub("\r\n,Bob", "\r\n" .. name .. "-3,Bob")
    local code
    errors, code = select(2, import(rows, ""))
    assert.equal(4, code, errors)
    assert.same({ 1 }, imported(name))
    found, errors, code = import(rows)
    assert.equal(0, code, errors)
    assert.same({ people = 3, imported = 3, run = place }, found)
    assert.same({ 1, 1, 1 }, imported(name))
    assert.equal(0, (select(3, idngo("again", "audit verify '%s'", place))))
  end)

  it("is told, listed, settled and purged by its address", function()
    local place, from, name = begin(2)
    assert.equal(0, (select(3, idngo("m", "import run --run '%s' %s --yes", host:url("other" .. count), from:sub(1, -2) .. name
      .. "-1"))))
    local out, errors, code = idngo("m", "import run --run '%s' %s --yes --json", place, from)
    assert.equal(1, code, errors)
    assert.same({ people = 2, imported = 1, confirm = 1, run = place }, json.decode(out))
    out, errors, code = idngo("m", "list '%s' --csv", place)
    assert.equal(0, code, errors)
    assert.truthy(out:find(name .. "-1", 1, true), out)
    out, errors, code = idngo("m", "report '%s'", place)
    assert.equal(0, code, errors)
    assert.truthy(files.read(out:match("[^\n]+")):find("<h1>Import</h1>", 1, true))
    out, errors, code = idngo("m", "settle '%s' %s-1 1 --as applied", place, name)
    assert.equal(0, code, out .. errors)
    assert.equal(2, json.decode((idngo("m", "status '%s' --json", place))).imported)
    assert.equal(0, (select(3, idngo("m", "audit verify '%s'", place))))
    out, errors, code = idngo("m", "purge '%s' --yes", place)
    assert.equal(0, code, out .. errors)
    local run = assert(store.read(place))
    local id = run:get("run")
    run:close()
    assert.is_nil(kept("m"):find(id, 1, true))
    assert.equal(0, (select(3, idngo("m", "audit verify '%s'", place))))
  end)

  it("refuses a person whose id holds what no text of the server can, and goes on with the others", function()
    local place, from, name = begin(2)
    local path = ("%s/%s/%s-1/applicant.json"):format(folder, name, name)
    files.write(path, (files.read(path):gsub(name .. "%-1", "a\\u0000b")))
    local out, errors, code = idngo("m", "import run --run '%s' %s --yes --json", place, from)
    assert.equal(1, code, errors)
    assert.same({ people = 2, imported = 1, refused = 1, run = place }, json.decode(out))
    assert.truthy(errors:find("externalUserId: empty, or holds a control character", 1, true), errors)
    out = idngo("m", "import run --run %s/here-%s %s --dry-run --json", folder, name, from)
    assert.equal(1, json.decode(out).refused)
  end)
end)
