-- A watch that has ended is purged: nothing personal is left, its log verifies, and what auditors need is there. Nothing is sent.

local core = require("idngo.core")
local errors = require("idngo.error")
local heads = require("idngo.run.heads")
local journals = require("journal")
local kept = require("idngo.watch.kept")
local readers = require("idngo.webhook.readers")
local runs = require("idngo.watch.run")
local support = require("runs")
local w = require("watch_lines")
local watches = require("watches")

local own_every = kept.EVERY

local function idngo(arguments, ...)
  return support.shell(("IDNGO_CONFIG= lua5.4 bin/idngo %s </dev/null"):format(arguments:format(...)))
end

--- A watch with a line that passed, one that acted and one that waits; its folder.
local function watch()
  kept.EVERY = 1
  w.approved()
  for i, id in ipairs { "a1", "a2", "a3" } do
    w.take { w.reviewed(id, "GREEN", w.NOW + i, { comment = "Mary Canary" }) }
  end
  w.decide(1, nil, { facts = { applicant = { body = '{"lastName":"Canary"}' } } })
  w.store:decide(2, 1, { facts = {}, decision = "act", counter = 0,
    steps = { { action = "deactivate", args = '{"comment":"Canary"}' } } })
  assert.is_nil(w.intend(2))
  w.settle(2, 1, "applied", true)
  w.decide(3, { "deactivate" }, { asked = "sure?" })
  local dir = w.run.dir
  support.write(w.run.folder .. "/files/report-a1", "Canary")
  return dir
end

local function reject()
  w.store = w.run.store
  assert.equal("taken: rejected", (w.say { event = "declined", line = 3, target = w.store:line(3).row.hash }))
end

--- Whether a word is in any file of a folder.
local function has(dir, word)
  return (support.shell(("{ grep -rla %s %s; true; }"):format(word, dir))) ~= ""
end

describe("a watch that has ended", function()
  setup(w.setup)
  before_each(w.before)
  after_each(function()
    w.after()
    kept.EVERY = own_every
  end)
  teardown(support.clean)

  it("is purged, once all of its lines are over and nobody watches", function()
    local dir = watch()
    local _, told, code = idngo("purge %s --yes", dir)
    assert.equal(75, code, told) -- somebody is at work
    assert.truthy(told:find("another runner is at work", 1, true), told)
    local id, made = w.store.run_id, w.run.folder
    w.run:close()
    _, told, code = idngo("purge %s --yes", dir)
    assert.equal(5, code, told)
    assert.truthy(told:find("1 of its lines wait for people, who approve or reject them; idngo watch --run", 1, true), told)
    w.run = assert(runs.open(dir))
    reject()
    assert.is_true(has(made, "Canary"))
    local path = ("%s/%s.db"):format(heads.folder("seen"), id)
    assert.is_true(core.is_regular(path))
    w.run:close()
    w.run = nil
    assert.equal(4, select(3, idngo("purge %s", dir)))
    local out
    out, told, code = idngo("purge %s --yes --note CR-9", dir)
    assert.same({ dir .. " holds no personal data any more\n", 0 }, { out, code }, told)
    assert.is_false(has(made, "Canary"))
    assert.is_nil(core.is_regular(path))
    -- what is left, and verifies
    assert.is_nil(watches.log(dir))
    out, told, code = idngo("audit verify %s", dir)
    assert.equal(0, code, told)
    assert.truthy(out:find("purged +its personal data were destroyed"), out)
    out, told, code = idngo("list %s --csv", dir)
    assert.equal(0, code, told)
    assert.truthy(out:find("a2,review,act,deactivate applied", 1, true), out)
    assert.equal(0, select(3, idngo("status %s", dir)))
    -- and what needs what is gone
    for _, each in ipairs { "explain %s 1", "approve %s 3", "redecide %s 3", "breaker %s", "watch upgrade %s" } do
      _, told, code = idngo(each, dir)
      assert.truthy(code ~= 0 and told:find("personal data of the run were destroyed", 1, true), each .. told)
    end
    _, told, code = support.shell(("IDNGO_CONFIG= IDNGO_BASE_URL=http://127.0.0.1:1 IDNGO_APP_TOKEN=sbx:t IDNGO_SECRET_KEY=s "
      .. "lua5.4 bin/idngo watch --run %s"):format(dir))
    assert.truthy(code ~= 0 and told:find("personal data of the run were destroyed", 1, true), told)
    -- once more, harmlessly
    assert.equal(0, select(3, idngo("purge %s --yes", dir)))
    assert.equal(0, select(3, idngo("audit verify %s", dir)))
  end)

  it("is not purged while a step of it is unknown, which nobody could settle any more", function()
    w.approved()
    w.take { w.reviewed("a1", "GREEN", w.NOW + 1) }
    w.decide(1, { "send_status_email" })
    assert.is_nil(w.intend(1))
    w.settle(1, 1, "unknown", true)
    assert.equal("done", w.state(1))
    local dir = w.run.dir
    w.run:close()
    local _, told, code = idngo("purge %s --yes", dir)
    assert.equal(5, code, told)
    assert.truthy(told:find("1 of its steps are unknown, idngo settle says what came of them", 1, true), told)
    w.run = assert(runs.open(dir))
    w.store = w.run.store
    local word = { event = "told", what = "settle", target = w.store:target(w.store:line(1)), line = 1, step = 1, as = "void" }
    assert.equal("taken: it is void", (w.say(word)))
    w.run:close()
    w.run = nil
    assert.equal(0, select(3, idngo("purge %s --yes", dir)))
    assert.equal(0, select(3, idngo("audit verify %s", dir)))
  end)

  it("is waited for no more by idngo events prune once it is purged", function()
    local dir = watch()
    local spool = w.store:get("spool")
    assert(readers.note(spool, w.run.folder .. "/places.json"))
    assert(readers.note(spool, w.run.folder .. "/of-another.json"))
    assert.equal(2, #core.names(spool, ".reader"))
    reject()
    w.run:close()
    w.run = nil
    for _ = 1, 2 do
      local _, told, code = idngo("purge %s --yes", dir)
      assert.equal(0, code, told)
      assert.equal(journals.is_served, told:find("still on other machines", 1, true) ~= nil, told)
      assert.equal(1, #core.names(spool, ".reader"))
    end
  end)

  it("is purged to the end by who does it again, wherever the first one was killed", function()
    local function killed() error(errors.new { kind = "io", outcome = "not_sent", message = "killed" }, 0) end
    for _, moment in ipairs { "commit", "shrink", "remove" } do
      local dir = watch()
      reject()
      local tables = w.store.tables
      if moment ~= "remove" then tables[moment] = killed end
      assert.equal(moment == "remove", (pcall(w.store.purge, w.store, { who = core.who() })))
      tables[moment] = nil
      w.run:close()
      w.run = nil
      assert.equal(0, select(3, idngo("audit verify %s", dir)), moment)
      assert.is_true(has(dir, "Canary"))
      local _, told, code = idngo("purge %s --yes", dir)
      assert.equal(0, code, told)
      assert.is_false(has(dir, "Canary"), moment)
      assert.equal(0, select(3, idngo("audit verify %s", dir)), moment)
    end
  end)

  it("does not pass for purged where the log does not say so, nor hold what was destroyed", function()
    local dir = watch()
    reject()
    w.run:close()
    w.run = nil
    local function change(sql) assert.equal("", (support.shell(("sqlite3 %s/journal.db \"%s\""):format(dir, sql)))) end
    local function damaged(words)
      local _, told, code = idngo("audit verify %s", dir)
      assert.truthy(code == 1 and told:find(words, 1, true), told)
    end
    change("INSERT INTO run VALUES ('state', 'purged')")
    damaged("is not what the log says")
    change("DELETE FROM run WHERE name = 'state'")
    assert.equal(0, select(3, idngo("purge %s --yes", dir)))
    for _, each in ipairs { { "UPDATE lines SET fields = '{\\\"a\\\":1}' WHERE n = 1", "UPDATE lines SET fields = '{}'" },
      { "UPDATE replies SET body = 'Canary'", "UPDATE replies SET body = ''" },
      { "INSERT INTO run VALUES ('secret', 'x')", "DELETE FROM run WHERE name = 'secret'" } } do
      change(each[1])
      damaged("what was destroyed")
      change(each[2])
      assert.equal(0, select(3, idngo("audit verify %s", dir)))
    end
    change("DELETE FROM lines WHERE n = 3")
    damaged("is missing")
  end)
end)
