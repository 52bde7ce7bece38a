-- An import that signals end at any moment, and that goes on: nobody twice, nobody lost. IDNGO_KILLS: how many signals;
-- ./dev torture takes 500.

local archives = require("archives")
local core = require("idngo.core")
local files = require("files")
local handlers = require("idngo.import.handlers")
local kill = require("kill")
local sandbox = require("idngo.sandbox")
local store = require("idngo.run.store")
local support = require("runs")

local KILLS = math.max(4, tonumber(os.getenv("IDNGO_KILLS") or 40) // 4)
local PEOPLE = 8

describe("an import", function()
  local server, folder
  setup(function()
    folder = support.folder()
    server = assert(sandbox.background { limits = false, latency = 0.01 })
  end)
  teardown(function() support.clean(server) end)

  --- A folder of people whose names begin with `prefix`.
  local function people(prefix)
    local path = folder .. "/" .. prefix
    for i = 1, PEOPLE do
      local person = ("%s/%s-%d"):format(path, prefix, i)
      assert(os.execute(("mkdir -p %s/front"):format(person)))
      local applicant = archives.fixture("applicant"):gsub("someClientUserId", ("%s-%d"):format(prefix, i))
      files.write(person .. "/applicant.json", applicant)
      files.write(person .. "/front/applicantIdDoc.json", archives.fixture("applicantIdDoc"))
      files.write(person .. "/front/1.jpg", archives.JPEG)
    end
    return path
  end

  --- The command that imports them, with slots that nobody else holds.
  local function command(dir, from)
    return ("env IDNGO_LIMITS_DIR=%s lua5.4 spec/support/import_driver.lua %s %s 1000 %s"):format(support.folder(), dir,
      server.url, from)
  end

  it("at any moment, by any signal, however often, goes on #slow", function()
    local began = core.now()
    local _, errors, code = support.shell(command(folder .. "/first", people("first")))
    assert.equal(0, code, errors)
    local long, kills, round = core.now() - began, 0, 0
    while kills < KILLS do
      round = round + 1
      local prefix = "round" .. round
      local dir = ("%s/run%d"):format(folder, round)
      local ended, times = kill.run(command(dir, people(prefix)), long, 12)
      assert.equal(0, ended)
      kills = kills + times
      local imported = {}
      for _, entry in ipairs(support.ledger(server, "?endpoint=import_applicant&limit=100000").entries) do
        if entry.applied then imported[entry.externalUserId] = (imported[entry.externalUserId] or 0) + 1 end
      end
      for i = 1, PEOPLE do assert.equal(1, imported[("%s-%d"):format(prefix, i)]) end
      local kept = assert(store.read(dir))
      local found = handlers.counts(kept)
      kept:close()
      assert.equal(PEOPLE, (found.imported or 0) + (found.confirm or 0))
      _, errors, code = support.shell("lua5.4 bin/idngo audit verify " .. dir)
      assert.equal(0, code, errors)
      support.forget(server)
    end
  end)
end)
