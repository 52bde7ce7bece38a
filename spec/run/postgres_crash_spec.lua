-- Runs in PostgreSQL that are killed at every step, or whose server is, and go on: ledger and journal agree. And servers that do
-- not keep what they commit, or may not know all of it.

local core = require("idngo.core")
local postgres = require("postgres")
local support = require("runs")

if not postgres.is_there then
  describe("a run in PostgreSQL", function() pending("postgresql is not installed") end)
  return
end

local databases = require("idngo.run.databases")
local handlers = require("idngo.policy.handlers")
local keys = require("idngo.run.keys")
local store = require("idngo.run.store")
local verify = require("idngo.run.verify")

local APPLICANTS = 6

describe("a run in PostgreSQL", function()
  local host, server, input
  local count = 0

  local function new_run()
    count = count + 1
    return host:url("run" .. count)
  end

  local function command(place, step, nth)
    return ("lua5.4 spec/support/run_driver.lua '%s' %s %s %s %s"):format(place, server.url, input, step or "", nth or "")
  end

  --- Checks a finished run; gives its steps of unknown fate.
  local function agree(place)
    local mails, unknown = {}, {}
    for _, entry in ipairs(support.ledger(server).entries) do
      local key = entry.endpoint == "send_verification_status_email" and entry.applicantId
      if key then mails[key] = (mails[key] or 0) + 1 end
    end
    local kept = assert(store.read(place))
    verify.journal(kept, handlers, assert(keys.own(false)), true)
    assert.equal("done", kept:get("state"))
    local steps = 0
    for step in kept:each("all_steps") do
      steps = steps + 1
      local label = ("%s %s is %s"):format(step.id, step.action, step.state)
      assert.truthy(step.state == "applied" or step.state == "unknown" or step.state == "void", label)
      if step.action == "send_status_email" then
        assert.is_true((mails[step.id] or 0) <= 1, label)
        if step.state == "applied" then assert.equal(1, mails[step.id], label) end
      end
      if step.state == "unknown" then unknown[#unknown + 1] = step end
    end
    assert.equal(6 * APPLICANTS, steps)
    kept:close()
    return unknown
  end

  local function finish(place)
    local _, errors, code = support.shell(command(place))
    assert.equal(0, code, errors)
    return agree(place)
  end

  setup(function()
    host = postgres.start()
    assert(databases.init(host:url()))
    server = support.server { applicants = 60 }
    local _, csv = support.applicants(server, "liveness=GREEN&email=yes&review=completed-GREEN&type=individual&limit="
      .. APPLICANTS)
    input = support.write(support.folder() .. "/input.csv", csv)
  end)
  teardown(function()
    support.clean(server)
    host:stop()
  end)
  before_each(function()
    support.forget(server)
    host:psql("TRUNCATE idngo.people")
  end)

  for step, times in pairs { decided = { 2 }, intent = { 8 }, sent = { 9 }, answered = { 14 }, settled = { 5 },
    commit = { 5, 30 }, committed = { 26 } } do
    it("that is killed at the step " .. step .. " goes on, and sends no e-mail twice #slow", function()
      for _, nth in ipairs(times) do
        support.forget(server)
        host:psql("TRUNCATE idngo.people")
        local place = new_run()
        local _, errors, code = support.shell(command(place, step, nth))
        assert.equal(137, code, errors)
        finish(place)
      end
    end)
  end

  it("whose server crashes in the midst stops, sends nothing more, and goes on", function()
    support.faults(server, { { delay = 0.1 } })
    local place, file = new_run(), support.folder() .. "/log"
    os.execute(("(%s; echo $? >%s.code) >%s 2>&1 &"):format(command(place), file, file))
    local nginx = require("nginx")
    nginx.wait_for(function() return #support.writes(support.ledger(server)) >= 5 end)
    host:halt("immediate")
    nginx.wait_for(function() return core.is_regular(file .. ".code") and support.read(file .. ".code") ~= "" end)
    assert.not_equal("0\n", support.read(file .. ".code"))
    assert.truthy(support.read(file):find("PostgreSQL: ", 1, true), support.read(file))
    local sent = #support.writes(support.ledger(server))
    support.faults(server, { { delay = 0 } })
    host:start()
    finish(place)
    assert.is_true(#support.writes(support.ledger(server)) > sent)
  end)

  local function idngo(line, place) return support.command(server, line:format("'" .. place .. "'")) end

  --- A planned run of e-mails: its address and hash.
  local function planned()
    local place, policy = new_run(), support.folder() .. "/mail.lua"
    support.write(policy, 'return { name = "mail", version = "1", decide = function() return send_status_email() end }')
    local out, errors, code = idngo(("plan %s --input %s --run %%s --json"):format(policy, input), place)
    assert.equal(0, code, errors)
    return place, require("idngo.json").decode(out).plan
  end

  it("sends nothing that may be sent once, where the server is another one, until a person has looked", function()
    local _, hash = planned()
    local standby = host:standby()
    host:halt()
    standby:promote()
    local place = standby:url("run" .. count)
    local errors, code
    _, errors, code = idngo("apply %s --approve " .. hash, place)
    assert.equal(4, code, errors)
    assert.truthy(errors:find("took over", 1, true), errors)
    _, _, code = idngo("resume %s", place)
    assert.equal(4, code)
    assert.same({}, support.writes(support.ledger(server)))
    _, errors, code = idngo("resume %s --after-failover --note CASE-1", place)
    assert.equal(0, code, errors)
    assert.equal(APPLICANTS, #support.writes(support.ledger(server)))
    local kept = assert(store.read(place))
    verify.journal(kept, handlers, assert(keys.own(false)))
    kept:close()
    standby:stop()
    host:start()
  end)

  it("sends nothing that may be sent once, where a standby may lack what was committed, unless that is accepted", function()
    local place, hash = planned()
    local standby = host:standby()
    local _, errors, code = idngo("apply %s --approve " .. hash, place)
    assert.equal(4, code, errors)
    assert.truthy(errors:find("--accept-async", 1, true), errors)
    assert.same({}, support.writes(support.ledger(server)))
    _, errors, code = idngo("resume %s --accept-async", place)
    standby:stop()
    assert.equal(0, code, errors)
    assert.equal(APPLICANTS, #support.writes(support.ledger(server)))
  end)

  for _, name in ipairs { "fsync", "full_page_writes" } do
    it("is begun on no server whose " .. name .. " is off", function()
      host:halt()
      host:start(("-c %s=off"):format(name))
      local _, errors, code = idngo(("plan examples/policies/block-duplicates.lua --input %s --run %%s"):format(input), new_run())
      host:halt()
      host:start()
      assert.equal(78, code, errors)
      assert.truthy(errors:find(name .. " is off", 1, true), errors)
    end)
  end
end)
