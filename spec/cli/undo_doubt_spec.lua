-- idngo undo of what may have been applied: a step is uncertain when the run was killed, or its answer never came.

local json = require("idngo.json")
local support = require("runs")

local BOTH = [[return { name = "d", version = "1", decide = function()
  return deactivate("d"), send_status_email(), add_tags({ "late" }), activate("a"), add_note("a note") end }]]

local server, folder
local count = 0

local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

--- A run of so many applicants, killed when the `nth` step was sent: its folder, and the applicants.
local function killed(policy, limit, nth)
  count = count + 1
  local dir = ("%s/run%d"):format(folder, count)
  local _, rows = support.planned(server, dir, policy, limit)
  support.kill(server, dir, nth)
  return dir, rows
end

--- Undoes it: the plan's actions, or nil, and what was told.
local function undo(dir, expected, options)
  count = count + 1
  local out, told, code = idngo("undo %s --run %s/undo%d --json %s", dir, folder, count, options or "")
  assert.equal(expected, code, told)
  assert.is_nil(told:find("nothing to take back", 1, true), told)
  assert.truthy(told:find(("idngo: 1 may have been done: first idngo settle %s, then undo them"):format(dir), 1, true), told)
  return json.decode(out).actions, told
end

local function assert_named(told, id, step, action)
  local text = ("idngo: %s: line 1, step %d, %s, may have been applied, and is not taken back\n"):format(id, step, action)
  assert.truthy(told:find(text, 1, true), told)
end

describe("idngo undo of what may have been applied", function()
  setup(function()
    server = support.server { applicants = 100 }
    folder = support.folder()
  end)
  teardown(function() support.clean(server) end)

  it("names the step, and plans nothing of that applicant", function()
    local dir, rows = killed(BOTH, 1, 1)
    local actions, told = undo(dir, 65)
    assert.is_nil(actions)
    assert_named(told, rows[1].id, 1, "deactivate")
    undo(dir, 65, "--action deactivate --since 1h")
    -- of another action, or before: it is not asked for
    for _, options in ipairs { "--action activate", "--until 1h" } do
      assert.truthy(select(2, idngo("undo %s --run %s/none %s", dir, folder, options)):find("nothing to take back", 1, true))
    end
  end)

  it("takes the others back, and does not end well", function()
    local dir = killed('return { name = "d", version = "1", decide = function() return deactivate("d") end }', 3, 3)
    assert.same({ activate = { planned = 2 } }, (undo(dir, 1)))
  end)

  it("takes back what surely was done beside what nothing takes back", function()
    local dir, rows = killed(BOTH, 1, 2)
    local actions, told = undo(dir, 1)
    assert.same({ activate = { planned = 1 } }, actions)
    assert_named(told, rows[1].id, 2, "send_status_email")
  end)

  it("counts what nothing takes back of whom it leaves", function()
    local dir, rows = killed(BOTH, 1, 3)
    local actions, told = undo(dir, 65)
    assert.is_nil(actions)
    assert_named(told, rows[1].id, 3, "add_tags")
    assert.truthy(told:find("1 send_status_email applied, which nothing takes back", 1, true), told)
  end)

  it("leaves whom a later step that is not chosen may have changed in the same thing", function()
    local dir, rows = killed(BOTH, 1, 4)
    local actions, told = undo(dir, 65, "--action deactivate")
    assert.is_nil(actions)
    assert_named(told, rows[1].id, 4, "activate")
    assert.same({ remove_tags = { planned = 1 } }, (json.decode((idngo("undo %s --run %s/tags --json --action add_tags", dir,
      folder))).actions))
  end)

  it("knows a step whose answer never came, which idngo settle lists", function()
    local dir, rows = killed(BOTH, 1, 5)
    assert.equal(1, (select(3, idngo("resume %s", dir))))
    local actions, told = undo(dir, 1)
    assert.same({ planned = 1 }, actions.activate)
    assert_named(told, rows[1].id, 5, "add_note")
  end)
end)
