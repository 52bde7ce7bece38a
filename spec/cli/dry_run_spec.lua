-- idngo resume --dry-run of a run that was killed: what it lists is what resume sends.

local json = require("idngo.json")
local support = require("runs")

local POLICY = [[return { name = "d", version = "1", decide = function()
  return update_info({ firstName = "Mary" }), send_status_email(), add_tags({ "late" }) end }]]

local server, folder
local count = 0

local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

--- A run of one applicant that was killed when the `nth` step was sent.
local function killed(nth)
  support.forget(server)
  count = count + 1
  local dir = ("%s/run%d"):format(folder, count)
  local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&email=yes&limit=1")
  local _, errors, code = idngo("plan %s --input %s --run %s", support.write(dir .. ".lua", POLICY),
    support.write(dir .. ".csv", csv), dir)
  assert.equal(0, code, errors)
  local driver = ("lua5.4 spec/support/apply_driver.lua %s %s sent %d"):format(dir, server.url, nth)
  assert.equal(137, (select(3, support.shell(driver))))
  return dir
end

--- What a dry run lists, {{action, state}, …}, and what it tells.
local function listed(dir, command)
  local out, told, code = idngo("%s %s --dry-run --json", command or "resume", dir)
  assert.equal(0, code, told)
  local steps = {}
  for line in out:gmatch("[^\n]+") do
    local step = json.decode(line)
    steps[#steps + 1] = { step.action, step.state }
  end
  return steps, told
end

--- How many calls a resume makes that change something.
local function sent(dir)
  support.forget(server)
  idngo("resume %s", dir)
  return #support.writes(support.ledger(server))
end

describe("resume --dry-run", function()
  setup(function()
    server = support.server { applicants = 100 }
    folder = support.folder()
  end)
  teardown(function() support.clean(server) end)

  it("lists a step again that was under way, or whose answer never came", function()
    local dir = killed(1)
    local rest = { { "send_status_email", "planned" }, { "add_tags", "planned" } }
    assert.same({ { "update_info", "sent" }, rest[1], rest[2] }, (listed(dir)))
    support.faults(server, { { endpoint = "update_info", drop = "before" } })
    assert.equal(5, (select(3, idngo("resume %s", dir))))
    for _, command in ipairs { "resume", "apply" } do
      local steps, told = listed(dir, command)
      assert.same({ { "update_info", "unknown" }, rest[1], rest[2] }, steps)
      assert.equal("3 steps; nothing was sent\n", told)
    end
    assert.truthy((idngo("resume %s --dry-run", dir)):find("update_info    (again: it may have been done)\n", 1, true))
    assert.equal(3, sent(dir))
  end)

  it("does not list a step that is never sent twice, nor what comes after it", function()
    local dir = killed(2)
    local steps, told = listed(dir)
    assert.same({}, steps)
    local said = "step 2, send_status_email, may have been done: it is not sent again, and becomes unknown\n"
    assert.truthy(told:find(said, 1, true), told)
    assert.truthy(told:find("0 steps, 1 left to you; nothing was sent\n", 1, true), told)
    assert.equal(0, sent(dir))
    steps, told = listed(dir)
    assert.same({ {}, "0 steps; nothing was sent\n" }, { steps, told })
  end)
end)
