-- Runs that idngo 0.1.0 made: a plan that nobody approved, one that was interrupted while it was applied (three e-mails sent,
-- the fourth of unknown fate, the fifth left), an import that was killed (one person imported, one unknown, one about to be
-- sent, one left, one refused). Everything reads them; they are gone on with after a new approval.

local files = require("files")
local journal = require("idngo.journal")
local json = require("idngo.json")
local store = require("idngo.run.store")
local support = require("runs")

local FIXTURES = "spec/fixtures/runs-0.1.0"

local base, key, server

--- A copy of a run, where nobody else may write.
local function copy(name)
  local dir = support.folder() .. "/" .. name
  os.execute(("cp -r %s/%s %s && mkdir -p %s/files && chmod -R go-w %s"):format(FIXTURES, name, dir, dir, dir))
  return dir
end

--- Opens a run as the account that made it, with the key of then as audit key.
local function idngo(arguments, ...)
  return support.shell(("IDNGO_AUDIT_KEY_FILE=%s %s lua5.4 bin/idngo %s </dev/null"):format(key, support.env(server),
    arguments:format(...)))
end

--- Opens a run in a process of its own, with the key of then, and does what the Lua code says; what it prints.
local function go_on(dir, kind, code)
  local script = files.write(base .. "/go_on.lua", ([[
    local apply, approval = require("idngo.run.apply"), require("idngo.run.approval")
    local run, problem = require("idngo.run.folder").open("%s", (require("idngo.%s.handlers")))
    if not run then print(problem.kind, problem.message) os.exit(1, true) end
    local context = assert(require("idngo.run.work").open(run, { client = { base_url = "%s", app_token = "sbx:demo",
      secret_key = "demo-secret", limits = false, max_attempts = 1 } }))
    local function approve() return approval.approve(run, { hash = run.store:get("plan_hash"), max = { deactivate = "0" } }) end
    local function go() return apply.run(run, context) end
    %s
    context.client:close()
    run:close()]]):format(dir, kind, server.url, code))
  return support.shell(("cd %s && IDNGO_AUDIT_KEY_FILE=%s LUA_PATH='%s' LUA_CPATH='%s' lua5.4 %s"):format(
    dir:match("^(.*)/"), key, package.path:gsub("%./", support.root), package.cpath:gsub("%./", support.root), script))
end

local function mails()
  return #support.ledger(server, "?endpoint=send_verification_status_email").entries
end

local function states(dir)
  local kept = assert(store.read(dir))
  local found = {}
  for step in kept:each("all_steps") do found[#found + 1] = step.state end
  kept:close()
  return table.concat(found, " ")
end

describe("a run of idngo 0.1.0", function()
  setup(function()
    server = support.server { applicants = 100 }
    base = support.folder()
    key = base .. "/audit.key"
    os.execute(("cp %s/audit.key %s"):format(FIXTURES, key))
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  it("is read by status, report, explain, backtest, affected and verify, and stays as it is", function()
    local dir = copy("interrupted")
    local before = files.read(dir .. "/audit.jsonl")
    local out, errors, code, _ = idngo("status %s --json", dir)
    assert.equal(0, code, errors)
    assert.same({ applied = 3, unknown = 1, planned = 1 }, json.decode(out).steps)
    for command, expected in pairs { ["report %s"] = 0, ["audit verify %s"] = 0, ["audit affected %s"] = 1,
      ["policy backtest " .. files.write(base .. "/p.lua", 'return { name = "p", decide = function() return pass() end }')
        .. " %s"] = 0 } do
      _, errors, code = idngo(command, dir)
      assert.equal(expected, code, command .. errors)
    end
    assert.equal(before, files.read(dir .. "/audit.jsonl"))
    out, errors, code = idngo("status %s --json", copy("import"))
    assert.equal(0, code, errors)
    out = json.decode(out)
    assert.same({ 5, 1, 1, 1, 1, 1 }, { out.people, out.imported, out.unknown, out.intent, out.ready, out.refused })
  end)

  it("that was interrupted sends nothing before a new approval, and then what is left, once", function()
    local dir = copy("interrupted")
    local out, errors, _ = go_on(dir, "policy", "print(select(2, go()).kind)")
    assert.equal("approval\n", out, errors)
    assert.equal(0, mails())
    out, errors = go_on(dir, "policy", "assert(approve()); print(go())")
    assert.equal("true\n", out, errors)
    assert.equal(1, mails())
    assert.equal("applied applied applied unknown applied", states(dir))
    _, errors = idngo("audit verify %s", dir)
    assert.equal("", errors)
    assert.equal(files.read(FIXTURES .. "/interrupted/audit.jsonl"), files.read(dir .. "/audit-0.1.jsonl"))
  end)

  it("that was planned is approved and carried out", function()
    local dir = copy("planned")
    local out, errors = go_on(dir, "policy", "assert(approve()); print(go())")
    assert.equal("true\n", out, errors)
    assert.equal(5, mails())
  end)

  it("tells its policy the day on which it was made, whatever is written beside its log later", function()
    local dir = copy("planned")
    local today = "print(require('idngo.policy.day').today(run.store))"
    local day = assert(go_on(dir, "policy", today)):match("^(%d%d%d%d%-%d%d%-%d%d)\n$")
    assert.truthy(day)
    assert.equal(day .. "\n", (go_on(dir, "policy", "run.store:set('today', '2030-01-01') " .. today)))
  end)

  it("that imports goes on with whom it may not have sent", function()
    local dir = copy("import")
    local out, errors = go_on(dir, "import", "print(select(2, go()).kind); assert(approve()); print(go())")
    assert.equal("approval\ntrue\n", out, errors)
    local times = {}
    for _, entry in ipairs(support.ledger(server, "?endpoint=import_applicant").entries) do
      times[entry.externalUserId] = (times[entry.externalUserId] or 0) + 1
    end
    assert.same({ ["old-2"] = 1, ["old-3"] = 1, ["old-4"] = 1 }, times)
    assert.equal("applied applied applied applied", states(dir))
  end)

  for what, sql in pairs {
    ["a step that its log does not know of"] = "UPDATE steps SET state = 'planned' WHERE n = 1",
    ["another plan than its log's"] = "UPDATE steps SET args = '{\"x\":1}' WHERE n = 5",
    ["a log that was cut"] = "DELETE FROM audit WHERE seq > 8",
    ["a trigger"] = "CREATE TRIGGER t AFTER UPDATE ON steps BEGIN UPDATE steps SET args = '{}'; END",
  } do
    it(("with %s is not gone on with"):format(what), function()
      local dir = copy("interrupted")
      local db = assert(journal.open(dir .. "/journal.db", false))
      assert(db:exec(sql))
      db:close()
      local out = go_on(dir, "policy", "print('opened')")
      assert.is_nil(out:find("opened", 1, true))
      local _, _, code = idngo("audit verify %s", dir)
      assert.truthy(code == 1 or code == 74)
      assert.equal(0, mails())
    end)
  end

  it("is not gone on with without the key that it was signed with", function()
    local dir = copy("interrupted")
    os.execute(("openssl genpkey -algorithm ed25519 -out %s 2>/dev/null"):format(key))
    local out = go_on(dir, "policy", "print('opened')")
    os.execute(("cp %s/audit.key %s"):format(FIXTURES, key))
    assert.truthy(out:find("config.*holds no key of idngo 0.1"), out)
    assert.equal("applied applied applied unknown planned", states(dir))
  end)
end)
