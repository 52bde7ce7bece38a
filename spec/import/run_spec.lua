-- idngo import run: nobody twice, nobody lost, whatever happens on the way, be the run in a folder or in PostgreSQL. The
-- sandbox's ledger is the judge.

local archives = require("archives")
local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local imports = require("idngo.import")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local shell = require("command")
local handlers = require("idngo.import.handlers")
local postgres = require("postgres")
local shell_word = require("idngo.shell_word")
local store = require("idngo.run.store")
local support = require("runs")

local folder, server, host
local count = 0

local function fresh(name)
  count = count + 1
  return ("%s/%s%d"):format(folder, name, count)
end

--- A folder with folders of people, named person-1 and so on; `images` are files that they take in turn.
local function people(prefix, many, images)
  local path = fresh("people")
  local applicant, doc = archives.fixture("applicant"), archives.fixture("applicantIdDoc")
  local persons, bytes = {}, {}
  for i = 1, many do persons[i] = ("%s/%s-%04d"):format(path, prefix, i) end
  assert(os.execute("mkdir -p " .. table.concat(persons, "/front ") .. "/front"))
  for i, image in ipairs(images or {}) do bytes[i] = files.read(image) end
  for i, person in ipairs(persons) do
    local own = applicant:gsub("someClientUserId", ("%s-%04d"):format(prefix, i)):gsub('"John"', ('"John %d"'):format(i))
    files.write(person .. "/applicant.json", own)
    files.write(person .. "/front/applicantIdDoc.json", doc)
    local n = images and i % #images + 1
    files.write(("%s/front/1.%s"):format(person, n and images[n]:match("%w+$") or "jpg"), n and bytes[n] or archives.JPEG)
  end
  return path
end

--- Slots of a process's own, where it is not the lane that is tested.
local function own_slots()
  local path = fresh("slots")
  assert(core.folder(path))
  return "IDNGO_LIMITS_DIR=" .. path
end

local function run(command, extra)
  local env = ("IDNGO_CONFIG= IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret %s %s"):format(
    server.url, own_slots(), extra or "")
  return shell(("%s lua5.4 bin/idngo import run %s %s </dev/null"):format(env,
    command:find("--dry-run", 1, true) and "" or "--yes", command))
end

--- The ledger's imports, all of them.
local function ledger(url)
  local entries, after = {}, 0
  while true do
    local page = support.ledger({ url = url }, "?endpoint=import_applicant&after=" .. after).entries
    if #page == 0 then return entries end
    for _, entry in ipairs(page) do entries[#entries + 1], after = entry, entry.seq end
  end
end

--- How often each person was imported.
local function imported(url)
  local times = {}
  for _, entry in ipairs(ledger(url)) do
    if entry.applied then times[entry.externalUserId] = (times[entry.externalUserId] or 0) + 1 end
  end
  return times
end

--- Makes the sandbox fail as told, or no longer.
local function faults(rules)
  support.faults(server, rules or {})
end

local function driver(env, url, dir, from, scale, step, nth)
  local _, how, code = os.execute(("%s lua5.4 spec/support/import_driver.lua %s %s %s %s %s %s 2>%s/driver.txt"):format(env,
    shell_word(dir), url, scale, from, step or "", nth or "", folder))
  return how == "signal" and 128 + code or code, files.read(folder .. "/driver.txt")
end

local function counts(dir)
  local kept = assert(store.read(dir))
  local found = handlers.counts(kept)
  kept:close()
  return found
end

--- Where runs are: fresh() names a new one, files(dir) is the folder of its files.
local places = { { name = "in a folder", fresh = function() return fresh("run") end, files = function(dir) return dir end } }
if postgres.is_there then
  places[2] = { name = "in PostgreSQL", shared = true, fresh = function()
    count = count + 1
    return host:url("run-" .. count)
  end, files = function(dir)
    local kept = assert(store.read(dir))
    local id = kept:get("run")
    kept:close()
    return ("%s/runs/%s"):format(os.getenv("IDNGO_STATE_DIR"), id)
  end }
else
  describe("idngo import run, in PostgreSQL", function() pending("postgresql is not installed") end)
end

--- The cases of one of them.
local function cases(place)
  setup(function()
    folder = files.folder()
    server = assert(sandbox.background { limits = false })
    host = place.shared and postgres.start()
    if host then assert(require("idngo.run.databases").init(host:url())) end
  end)
  teardown(function()
    server:close()
    os.execute("rm -r " .. folder)
    if host then host:stop() end
  end)

  it("packs, checks, sends, and tells who was not sent and why", function()
    local from, dir = people("a", 4), place.fresh()
    files.write(from .. "/a-0002/applicant.json", "{}")
    os.execute(("cp -r %s/a-0001 %s/a-0005"):format(from, from))
    local zip = fresh("good") .. ".zip"
    files.write(zip, archives.zip((archives.good())))
    local out, errors, code = run(("--run %s %s/* %s %s/none.zip --json"):format(shell_word(dir), from, zip, folder))
    assert.equal(1, code, errors)
    assert.same({ people = 7, imported = 4, refused = 3, run = dir }, json.decode(out))
    for _, part in ipairs { "a-0002: applicant.json: externalUserId: missing", "a-0005: the same externalUserId as",
      "none.zip: No such file" } do
      assert.truthy(errors:find(part, 1, true), errors)
    end
    local times = imported(server.url)
    assert.same({ 1, 1, 1, 1 }, { times["a-0001"], times["a-0003"], times["a-0004"], times.someClientUserId })
    local page = files.read(place.files(dir) .. "/report.html")
    assert.truthy(page:find("the same externalUserId as", 1, true))
    assert.truthy(page:find('title="imported: 4"', 1, true))
    assert.truthy(page:find('"words":%[[^%]]*"refused"'))
    assert.truthy(page:find("default-src 'none'", 1, true))
    assert.is_nil(page:find("Snow", 1, true))
  end)

  local in_folder = place.shared and function() end or it

  in_folder("refuses a journal with a trigger in it, and a folder where others may write", function()
    local from, dir = people("t", 1), place.fresh()
    assert.equal(0, (select(3, run(("--run %s %s/* --dry-run"):format(shell_word(dir), from)))))
    assert(os.execute("chmod g+w " .. dir))
    local _, errors, code = run("--run " .. shell_word(dir))
    assert.equal(74, code)
    assert.truthy(errors:find("group or others may write there", 1, true), errors)
    assert(os.execute("chmod g-w " .. dir))
    local db = assert(require("idngo.journal").open(dir .. "/journal.db", false))
    assert(db:exec("CREATE TRIGGER t AFTER UPDATE ON steps BEGIN UPDATE steps SET args = '{}'; END"))
    db:close()
    _, errors, code = run("--run " .. shell_word(dir))
    assert.equal(74, code)
    assert.truthy(errors:find("sqlite_schema t: no table of ours", 1, true), errors)
    assert.is_nil(imported(server.url)["t-0001"])
  end)

  it("imports a table of people", function()
    local base = fresh("table")
    files.write(base .. ".csv", "id,name\nb-1,Ann\nb-2,\n")
    files.write(base .. ".jpg", archives.JPEG)
    files.write(base .. ".map", archives.mapping(base:match("[^/]+$") .. ".jpg"))
    local dir = place.fresh()
    local out, errors, code = run(("--run %s --people %s.csv --mapping %s.map --documents %s --json"):format(shell_word(dir),
      base, base, folder))
    assert.equal(1, code, errors)
    assert.same({ people = 2, imported = 1, refused = 1, run = dir }, json.decode(out))
    assert.truthy(errors:find(".csv line 3: applicant.json: info.firstName: missing", 1, true), errors)
    assert.equal(1, imported(server.url)["b-1"])
  end)

  it("says of a table what was left out, once what many rows have, and takes warnings for errors when told", function()
    local base, rows = fresh("table"), { "id,name", "n-1,Ann", "n-1,Ann", "n-2,IVANO(B)" }
    for i = 3, 12 do rows[i + 2] = ("n-%d,"):format(i) end
    files.write(base .. ".csv", table.concat(rows, "\n") .. "\n")
    files.write(base .. ".jpg", archives.JPEG)
    files.write(base .. ".map", archives.mapping(base:match("[^/]+$") .. ".jpg"))
    local line = ("--people %s.csv --mapping %s.map --documents %s --dry-run --json"):format(base, base, folder)
    local dir = place.fresh()
    local out, errors = run(("--run %s %s"):format(shell_word(dir), line))
    assert.truthy(errors:find(("their names are in %s/unused.txt"):format(place.files(dir)), 1, true), errors)
    assert.equal("600\n", require("shell")("stat -c %%a %s/unused.txt", place.files(dir)))
    assert.truthy(files.read(place.files(dir) .. "/unused.txt"):find("%S"))
    local numbers = json.decode(out)
    assert.same({ 12, 2, 10 }, { numbers.people, numbers.ready, numbers.refused })
    assert.truthy(errors:find(".csv: line 3 is the same as line 2, and left out", 1, true), errors)
    assert.truthy(errors:find("under the folder of documents", 1, true), errors)
    assert.equal(1, select(2, errors:gsub("\nrefused: ", "")), errors)
    assert.truthy(errors:find("refused: 10 people, such as ", 1, true), errors)
    out = run(("--run %s %s --strict"):format(shell_word(place.fresh()), line))
    assert.equal(11, json.decode(out).refused)
  end)

  it("sends nothing in a dry run, says how long it takes, and goes on from there", function()
    local from, dir = people("c", 25), place.fresh()
    local out, errors, code = run(("--run %s %s/* --dry-run --json"):format(shell_word(dir), from))
    assert.equal(0, code, errors)
    local shown = json.decode(out)
    assert.truthy(shown.plan:find("^%x+$"))
    shown.plan = nil
    assert.same({ people = 25, ready = 25, estimate = 20, lane = "import_applicant", run = dir }, shown)
    assert.is_nil(imported(server.url)["c-0001"])
    assert.equal(0, (select(3, run(("--run %s %s/* --dry-run"):format(shell_word(dir), from)))))
  end)

  it("refuses other inputs, another account, a second runner, and nothing at all", function()
    local from, dir = people("d", 1), place.fresh()
    assert.equal(0, (select(3, run(("--run %s %s/*"):format(shell_word(dir), from)))))
    local planned = fresh("planned")
    assert(require("idngo.policy.run").create(planned, { rows = require("idngo.policy.rows").new(), account = "a",
      policy = { text = "", file = "p", name = "p", version = "1" } })):close()
    for command, case in pairs {
      [("--run %s %s/*"):format(planned, from)] = { "holds a run of another sort", 78 },
      [("--run %s"):format(fresh("none"))] = { "holds no import yet", 78 },
      [from .. "/*"] = { "--run RUN is required", 2 },
      ["--run x --people y"] = { "--people needs --mapping", 2 },
    } do
      local _, errors, code = run(command)
      assert.equal(case[2], code, errors)
      assert.truthy(errors:find(case[1], 1, true), errors)
    end
    local _, errors, code = run("--run " .. shell_word(dir), "IDNGO_APP_TOKEN=sbx:other")
    assert.equal(78, code)
    assert.truthy(errors:find("another base_url or app_token", 1, true), errors)
    local held = assert(imports.open(dir, { account = (function()
      local kept = assert(store.read(dir))
      local account = kept:get("account")
      kept:close()
      return account
    end)(), inputs = { paths = {} } }))
    _, errors, code = run("--run " .. shell_word(dir))
    held:close()
    assert.equal(75, code)
    assert.truthy(errors:find("another runner is at work", 1, true), errors)
  end)

  it("takes a person that is there already for one to be confirmed, not for a success", function()
    local from = people("e", 2)
    assert.equal(0, (select(3, run(("--run %s %s/e-0001"):format(shell_word(place.fresh()), from)))))
    local dir = place.fresh()
    local out, errors, code = run(("--run %s %s/* --json"):format(shell_word(dir), from))
    assert.equal(1, code)
    assert.same({ people = 2, imported = 1, confirm = 1, run = dir }, json.decode(out))
    assert.truthy(errors:find("confirm: " .. from .. "/e-0001: import_applicant: HTTP 409", 1, true), errors)
    assert.is_nil(errors:find("earlier attempt", 1, true))
  end)

  it("does not send an archive that is no longer the one that was checked", function()
    local from, dir, zip = people("f", 1), place.fresh(), fresh("zip") .. ".zip"
    assert(os.execute(("lua5.4 bin/idngo import pack %s/f-0001 --to %s >/dev/null && mv %s/f-0001.zip %s"):format(from,
      folder, folder, zip)))
    run(("--run %s %s --dry-run"):format(shell_word(dir), zip))
    local bytes = files.read(zip)
    files.write(zip, (bytes:gsub("Snow", "Rain")))
    local out, errors, code = run(("--run %s --json"):format(shell_word(dir)))
    assert.equal(1, code)
    assert.same({ people = 1, refused = 1, run = dir }, json.decode(out))
    assert.truthy(errors:find("is not the one that was checked", 1, true), errors)
  end)

  it("finds archives again wherever it is gone on with", function()
    local from, dir = people("w", 2), place.fresh()
    assert(os.execute(("lua5.4 bin/idngo import pack %s/w-0001 >/dev/null"):format(from)))
    local function near(path) return (shell("realpath --relative-to=. " .. path)):gsub("\n", "") end
    run(("--run %s %s %s --dry-run"):format(place.shared and shell_word(dir) or near(dir), near(from .. "/w-0001.zip"),
      near(from .. "/w-0002")))
    local root = (shell("pwd")):gsub("\n", "")
    local elsewhere = fresh("elsewhere") .. ("/deeper"):rep(20)
    assert(os.execute("mkdir -p " .. elsewhere))
    local env = ("IDNGO_CONFIG= IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret %s"):format(server.url,
      own_slots())
    local _, errors, code = shell(("cd %s && %s LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua;;' lua5.4 %s/bin/idngo import run "
      .. "--run %s --yes </dev/null"):format(elsewhere, env, root, root, root, shell_word(dir)))
    assert.equal(0, code, errors)
    assert.same({ 1, 1 }, { imported(server.url)["w-0001"], imported(server.url)["w-0002"] })
  end)

  it("leaves whom an outage kept from being sent, and sends them the next time", function()
    local from, dir = people("g", 2), place.fresh()
    faults { { endpoint = "import_applicant", drop = "before" } }
    local out, errors, code = run(("--run %s %s/* --json"):format(shell_word(dir), from))
    assert.equal(5, code, errors)
    assert.same({ people = 2, unknown = 2, run = dir }, json.decode(out))
    assert.truthy(errors:find("some are left; idngo import run --run " .. shell_word(dir), 1, true), errors)
    faults()
    out = run(("--run %s --json"):format(shell_word(dir)))
    assert.same({ people = 2, imported = 2, run = dir }, json.decode(out))
  end)

  it("says that a refusal may come from an earlier attempt of its own", function()
    local from, dir = people("h", 1), place.fresh()
    faults { { endpoint = "import_applicant", status = 503, after = true, times = 1 } }
    local out, errors, code = run(("--run %s %s/* --json"):format(shell_word(dir), from))
    faults()
    assert.equal(1, code)
    assert.same({ people = 1, confirm = 1, run = dir }, json.decode(out))
    assert.truthy(errors:find("an earlier attempt of this import may have made it", 1, true), errors)
    assert.equal(1, imported(server.url)["h-0001"])
  end)

  it("takes nobody for imported whose import was answered with somebody else's", function()
    local from, dir = people("s", 2), place.fresh()
    faults { { endpoint = "import_applicant", status = 200, body = '{"id":"a9","externalUserId":"s-0009"}', times = 1 } }
    local out, errors, code = run(("--run %s %s/* --json"):format(shell_word(dir), from))
    assert.equal(5, code, errors)
    assert.same({ people = 2, unknown = 1, imported = 1, run = dir }, json.decode(out))
    out = run(("--run %s --json"):format(shell_word(dir)))
    assert.same({ people = 2, imported = 2, run = dir }, json.decode(out))
    -- and by a call of one's own, which reads the archive
    faults { { endpoint = "import_applicant", status = 200, body = '{"id":"a9","externalUserId":"s-0009"}', times = 1 } }
    local client = assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = false })
    local applicant, e = client:import_applicant("examples/applicant.zip")
    client:close()
    assert.is_nil(applicant)
    assert.same({ "malformed", "unknown" }, { e.kind, e.outcome })
  end)

  it("writes down what the service rejects, and stops where it refuses the credentials", function()
    local from, dir = people("i", 2), place.fresh()
    faults { { endpoint = "import_applicant", status = 400, body = '{"description":"bad <b>level</b>"}', times = 1 } }
    local out, _, code = run(("--run %s %s/* --json"):format(shell_word(dir), from))
    faults()
    assert.equal(1, code)
    assert.same({ people = 2, imported = 1, rejected = 1, run = dir }, json.decode(out))
    assert.truthy(files.read(place.files(dir) .. "/report.html"):find("bad \\u003cb\\u003elevel", 1, true))
    local _, errors, refused = run(("--run %s %s/*"):format(shell_word(place.fresh()), people("j", 2)), "IDNGO_SECRET_KEY=wrong")
    assert.equal(77, refused, errors)
    assert.is_nil(imported(server.url)["j-0001"])
  end)

  for _, step in ipairs { "intent", "answered" } do
    it("killed at the step " .. step .. ", goes on: nobody twice, nobody lost", function()
      local from, dir = people("k" .. step, 6), place.fresh()
      for nth = 1, 3 do assert.equal(137, (driver(own_slots(), server.url, dir, from, 1000, step, nth))) end
      local code, errors = driver(own_slots(), server.url, dir, from, 1000)
      assert.equal(0, code, errors)
      local times = imported(server.url)
      for i = 1, 6 do assert.equal(1, times[("k%s-%04d"):format(step, i)]) end
      local found = counts(dir)
      assert.equal(6, (found.imported or 0) + (found.confirm or 0))
    end)
  end

  local is_torture = os.getenv("IDNGO_TORTURE") == "1"
  local mostly_in_folder = is_torture and it or in_folder

  mostly_in_folder("imports many people with real images, killed three times on the way, within the lane #slow", function()
    local SCALE, PEOPLE, images = 50, is_torture and 500 or 120, {}
    for i, form in ipairs { "1.jpg -frames:v 1", "2.png -frames:v 1", "3.mp4 -t 0.5 -pix_fmt yuv420p" } do
      local name, options = form:match("^(%S+) (.*)$")
      images[i] = ("%s/%s"):format(folder, name)
      local made = os.execute(("ffmpeg -loglevel error -y -f lavfi -i testsrc=rate=10 %s %s"):format(options, images[i]))
      assert.is_true(made)
    end
    local from, dir = people("z", PEOPLE, images), place.fresh()
    local world <close> = assert(sandbox.background { time_scale = SCALE })
    local command = ("lua5.4 spec/support/import_driver.lua %s %s %d %s"):format(shell_word(dir), world.url, SCALE, from)
    local seen = 0
    for _ = 1, 3 do
      local pid = shell(command .. " >/dev/null 2>&1 & echo $!"):match("%d+")
      for _ = 1, 1200 do
        if support.ledger(world, "?after=1000000").totals.applied >= seen + PEOPLE // 10 then break end
        core.sleep(0.05)
      end
      os.execute("kill -9 " .. pid)
      support.wait_for(function() return core.process_gone(tonumber(pid)) end)
      local times = imported(world.url)
      local before = seen
      seen = 0
      for _ in pairs(times) do seen = seen + 1 end
      assert.is_true(seen > before and seen < PEOPLE, seen .. " after " .. before)
    end
    local code, errors = driver("", world.url, dir, from, SCALE)
    assert.equal(0, code, errors)
    local times = imported(world.url)
    for i = 1, PEOPLE do assert.equal(1, times[("z-%04d"):format(i)]) end
    local found = counts(dir)
    assert.equal(PEOPLE, (found.imported or 0) + (found.confirm or 0))
    assert.is_true((found.confirm or 0) <= 3 * 10)
    local entries, most, first = ledger(world.url), 0, 1
    for last = 1, #entries do
      assert.not_equal(429, entries[last].status)
      while entries[last].at - entries[first].at >= 10 / SCALE do first = first + 1 end
      most = math.max(most, last - first + 1)
    end
    assert.is_true(most <= 10, most .. " in 10 s")

    -- every person is there with the fields that were sent: a change of another field gives all of them back
    local ids = {}
    for line in support.told(world, "limit=1000"):gmatch("[^\n]+") do
      local person = json.decode(line)
      ids[person.externalUserId] = person.applicantId
    end
    local client <close> = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = { write = { 50, 5 / SCALE } } })
    local document = json.decode(archives.fixture("applicantIdDoc"))
    for i = 1, PEOPLE do
      local info = assert(client:update_info(ids[("z-%04d"):format(i)], { middleName = "seen" }))
      assert.same({ firstName = "John " .. i, middleName = "seen", lastName = "Snow", country = "GBR",
        idDocs = { document } }, info)
    end
  end)
end

for _, place in ipairs(places) do
  describe("idngo import run, " .. place.name, function() cases(place) end)
end
