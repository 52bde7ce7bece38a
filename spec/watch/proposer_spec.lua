-- Who proposes a mandate, where that person does not count among those who approve it: by the mandate, and by the settings.
-- Nothing is sent.

local config = require("idngo.client.config")
local core = require("idngo.core")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local mandates = require("idngo.watch.mandate")
local runs = require("idngo.watch.run")
local support = require("runs")
local w = require("watch_lines")

local REFUSED = "refused: who proposed it does not count among those who approve it"

local function info(version) return { name = "p", version = version, on = w.ON, inputs = {} } end

--- Proposes another mandate, by a key.
local function propose(proposal, with)
  proposal.policy, proposal.seconds = { text = "policy 2", info = info("2") }, 86400
  return (w.say({ event = "told", what = "propose", policy = "policy 2", mandate = runs.mandate(w.store, proposal) }, with))
end

describe("who proposes a mandate", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  it("does not count among those who approve it, by no key of the same name, where the mandate says so", function()
    w.names = { [w.key:id()] = "Ann", [w.others[1]:id()] = "Ann", [w.others[2]:id()] = "Ben" }
    w.new_watch { proposer = w.key:id(), not_the_proposer = true }
    assert.equal(REFUSED, (w.approve_mandate()))
    assert.equal(REFUSED, (w.approve_mandate(w.others[1])))
    assert.is_nil(w.store.witness.m)
    assert.equal("taken: 1 of 1", (w.approve_mandate(w.others[2])))
    assert.equal(1, w.store.witness.m)
    -- and so it is with the next one, whoever proposes it
    local silent = runs.mandate(w.store, { policy = { text = "policy 2", info = info("2") }, seconds = 86400 })
    assert.same({ true, "it does not say who proposes it, who is not to count" }, { silent.not_the_proposer,
      mandates.flaw(silent, w.store.witness, w.store:clock()) })
    silent.not_the_proposer = nil
    assert.equal("who proposed the one before it did not count, and so it is with the next one",
      mandates.flaw(silent, w.store.witness, w.store:clock()))
    assert.equal("refused: it names somebody else as its proposer", propose({ proposer = w.key:id() }, w.others[2]))
    assert.truthy(propose({ proposer = w.others[2]:id() }, w.others[2]):find("^taken"))
    assert.equal(REFUSED, (w.approve_mandate(w.others[2])))
    assert.equal("taken: 1 of 1", (w.approve_mandate()))
    assert.equal(2, w.store.witness.m)
    local back = runs.again(w.store, w.store.witness.mandates[1], { proposer = w.others[1]:id() })
    assert.same({ w.others[1]:id(), true }, { back.proposer, back.not_the_proposer })
  end)

  it("counts where nobody says otherwise, and does not where the settings say so", function()
    w.new_watch { proposer = w.key:id() }
    w.apart = true
    assert.equal(REFUSED, (w.approve_mandate()))
    w.apart = nil
    assert.equal("taken: 1 of 1", (w.approve_mandate()))
    w.new_watch {}
    w.apart = true
    assert.equal("refused: it does not say who proposed it, who is not to count: propose it again", (w.approve_mandate()))
    -- lines have no proposer
    w.apart = nil
    assert.equal("taken: 1 of 1", (w.approve_mandate()))
    w.apart = true
    w.take { w.reviewed("a", "GREEN", w.NOW + 1) }
    w.decide(1, { "deactivate" }, { asked = "sure?" })
    assert.equal("taken: 1 of 1", (w.say { event = "approved", line = 1, target = w.store:line(1).row.hash }))
  end)

  it("is seen by who reads the log, where it counted", function()
    w.new_watch { proposer = w.key:id(), not_the_proposer = true }
    local seen = w.store.witness
    local record = { event = "approved", target = seen.hashes[1], key = w.key:id(), once = "o", run = w.store.run_id, at = 1,
      signature = "s", who = {}, seq = 9 }
    assert.equal("counts who proposed a mandate among those who approved it", seen:take(record))
    record.key = w.others[1]:id()
    assert.is_nil(seen:take(record))
  end)

  it("is who has the key of the settings, and stands in what commands propose and show", function()
    local base = support.folder()
    core.folder(base .. "/spool")
    support.write(base .. "/p.lua", [[return { name = "p", version = "1", on = { "applicantReviewed" },
      decide = function() return pass() end }]])
    support.write(base .. "/hers", w.others[1]:private_pem())
    support.write(base .. "/approvers", "Ann\n" .. w.others[1]:pem() .. "Operator\n" .. w.key:pem())
    local function idngo(more, arguments, ...)
      return support.shell(("IDNGO_CONFIG= IDNGO_BASE_URL=http://127.0.0.1:1 IDNGO_APP_TOKEN=sbx:t IDNGO_SECRET_KEY=s "
        .. "IDNGO_APPROVERS=%s/approvers %s lua5.4 bin/idngo %s"):format(base, more, arguments:format(...)))
    end
    local hers = ("IDNGO_APPROVER_KEY_FILE=%s/hers"):format(base)
    local out, errors, code = idngo(hers, "watch %s/p.lua --events %s/spool --run %s/w --no-breaker --not-the-proposer", base,
      base, base)
    assert.equal(4, code, errors)
    assert.truthy(out:find("approvals +1 for the mandate and not by who proposed it, 1 for a line"), out)
    local hash = out:match("\nmandate +(%x+)")
    out, errors = idngo(hers, "approve %s/w %s", base, hash)
    assert.truthy(out:find(REFUSED, 1, true), out .. errors)
    out, errors = idngo("", "approve %s/w %s", base, hash)
    assert.truthy(out:find("taken: 1 of 1", 1, true), out .. errors)
    local record
    for _, each in ipairs(require("watches").records(base .. "/w")) do
      if each.event == "proposed" then record = json.decode(each.mandate) end
    end
    assert.same({ w.others[1]:id(), true }, { record.proposer, record.not_the_proposer })
    -- by the setting alone
    local file = support.write(base .. "/config", "not_the_proposer = true\n")
    assert.is_true(config.of_runs("not_the_proposer", { config_file = file }))
    assert.same({ w.key:id(), true }, { keys.proposer({ config_file = file }).proposer,
      keys.proposer({ config_file = file }).not_the_proposer })
  end)
end)
