-- A watch of before there were reports and shadows, as it lies in a folder: it is read, and goes on. It has a line that was acted
-- on, one on hold, one that waits for a person, and one that is not decided.

local files = require("files")
local support = require("runs")

local FIXTURE = "spec/fixtures/watch-1"

local CODE = [[
local core, keys, letters = require("idngo.core"), require("idngo.run.keys"), require("idngo.watch.letters")
local watches = require("watches")
local run = assert(require("idngo.watch.run").open("%s"))
local store, key = run.store, assert(keys.own(false))
local account = { acted = function() end, release = function() end }
store:start("test")
local function say(said)
  local id, body = letters.write(store, said, key)
  letters.leave(store, id, body)
  letters.take(store, { [key:id()] = key }, {}, account)
  print(letters.verdict(store, id))
end
print(store:decide(4, 1, { facts = {}, steps = {}, decision = "pass", counter = 0 }))
say { event = "approved", line = 3, target = letters.target(store, store:line(3)) }
local text, report = "policy 2", "{}"
local mandate = require("idngo.watch.run").mandate(store, { policy = { text = text, info = { name = "p", version = "2",
  on = { "applicantReviewed" } } }, seconds = 86400, report = report })
say { event = "told", what = "propose", policy = text, mandate = mandate, report = report }
say { event = "approved", target = store.witness.hashes[2] }
print(store.witness.m, store.witness.mandates[2].guards.deactivate[1].most, store.witness.mandates[2].breaker.hold.high)
run:close()
print(watches.log("%s"))
watches.read("%s"):close()
]]

describe("a watch of before", function()
  teardown(function() support.clean() end)

  it("is gone on with, and upgraded", function()
    local base = support.folder()
    local dir = base .. "/watch"
    os.execute(("cp -r %s %s && mkdir %s/files && chmod -R go-w %s && chmod 600 %s/audit.key"):format(FIXTURE, dir, dir, dir,
      dir))
    files.write(base .. "/go_on.lua", CODE:format(dir, dir, dir))
    local out, errors = support.shell(("IDNGO_AUDIT_KEY_FILE=%s/audit.key lua5.4 %s/go_on.lua"):format(dir, base))
    assert.equal("", errors)
    assert.equal("written\ntaken: 1 of 1\ntaken: HASH\ntaken: 1 of 1\n2\t5\t0.3\nnil\n", (out:gsub(("%x"):rep(64), "HASH")))
  end)
end)
