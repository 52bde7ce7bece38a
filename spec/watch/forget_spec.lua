-- What is personal in lines of a watch that goes on is destroyed, when they are over: by a person's word, or since the applicant
-- was deleted. The log verifies before and after, wherever a process was killed. Nothing is sent.

local core = require("idngo.core")
local errors = require("idngo.error")
local journals = require("journal")
local runs = require("idngo.watch.run")
local support = require("runs")
local w = require("watch_lines")
local watches = require("watches")

local DAY = 86400

local function idngo(arguments, ...)
  return support.shell(("IDNGO_CONFIG= lua5.4 bin/idngo %s </dev/null"):format(arguments:format(...)))
end

--- Whether a word is in any file of a watch, as far as its journal is one.
local function has(dir, word, expected)
  if journals.is_served then return end
  assert.equal(expected, (support.shell(("{ grep -rla %s %s; true; }"):format(word, dir))) ~= "")
end


--- Takes an event about a person, decides about it and settles what is to be done; the number of its line.
local function acted(id, state)
  w.take({ w.reviewed(id, "GREEN", core.wall(), { comment = "Canary" .. id }) }, core.wall())
  local n = w.store.witness.lines
  w.store:decide(n, w.store.witness.m, { facts = { applicant = { body = ('{"lastName":"Canary%s"}'):format(id) } },
    decision = "act", counter = 0, steps = { { action = "deactivate", args = ('{"comment":"Canary%s"}'):format(id) } } })
  assert.is_nil(w.intend(n))
  if state then w.settle(n, 1, state, true) end
  return n
end

local function forget(before) return (w.say { event = "told", what = "forget", before = before }) end

local function bodies(n) return w.store:row("watch_bodies", n) end

local function is_forgotten(n)
  local line = w.store:line(n)
  local gone = line.row.fields == "{}"
  assert.equal(0, bodies(n)[gone and "there" or "gone"])
  for _, step in ipairs(line.steps) do assert.is_true(not gone or step.args == "{}") end
  return gone
end

--- The log by itself, and all of the journal by it.
local function is_sound(dir)
  assert.is_nil(watches.log(dir))
  watches.read(dir):close()
end

describe("a line that is over", function()
  setup(w.setup)
  before_each(function()
    w.before()
    w.approved()
  end)
  after_each(w.after)
  teardown(support.clean)

  it("holds nothing personal any more when it ended before a person said, and all that came of it stays", function()
    w.at(0)
    local old, unknown = acted("a1", "applied"), acted("a2", "unknown")
    local dir = w.run.dir
    w.take { w.reviewed("a3", "RED", w.NOW) }
    w.take { w.reviewed("a4", "GREEN", w.NOW) }
    w.decide(4, { "deactivate" }, { asked = "sure?" })
    w.at(50)
    local later = acted("a5", "applied")
    w.at(100)
    assert.equal("refused: of what ended within a day nothing is destroyed", forget(core.wall() - DAY + 1))
    assert.equal("refused: of what ended within a day nothing is destroyed", forget(core.wall() + DAY))
    assert.is_true(forget(core.wall() - 90 * DAY):find("^taken: of lines that ended before 2023%-%d%d%-%d%d") ~= nil)
    assert.equal(1, w.store:forget_on(w.run))
    for n, expected in ipairs { true, false, false, false, false } do assert.equal(expected, is_forgotten(n), n) end
    assert.same({ 1, 2, 5 }, { old, unknown, later })
    has(dir, "Canarya1", false)
    has(dir, "Canarya2", true)
    assert.same({ "done", "act", "a1", "applied" }, { w.store:line(1).state, w.store:line(1).row.decision, w.store:line(1).id,
      w.store:line(1).steps[1].state })
    assert.equal(0, w.store:forget_on(w.run)) -- once
    -- an earlier moment takes nothing back
    assert.truthy(forget(w.NOW - 10 * DAY):find("^taken"))
    assert.equal(0, w.store:forget_on(w.run))
    -- once its step is settled, the other one is over, too
    local line = w.store:line(2)
    assert.equal("taken: it is void", (w.say { event = "told", what = "settle", target = w.store:target(line), line = 2, step = 1,
      as = "void" }))
    assert.equal(1, w.store:forget_on(w.run))
    assert.is_true(is_forgotten(2))
    assert.equal("stale: its event was destroyed",
      (w.say { event = "told", what = "redecide", line = 1, target = w.store:target(w.store:line(1)) }))
    local rows = require("idngo.watch.backtest").rows(w.store, 1000)
    assert.equal(4, rows().n) -- what was decided, and can be again
    w.is_sound()
  end)

  it("loses the files that it saved, and stays where one of them cannot be removed", function()
    w.at(0)
    local dir = w.run.folder
    core.folder(dir .. "/files")
    local names = { "1-a1-report.pdf", "2-a2-report.pdf" }
    for n, id in ipairs { "a1", "a2" } do
      w.take { w.reviewed(id, "GREEN", w.NOW) }
      w.decide(n, { "save_report" })
      assert.is_nil(w.intend(n))
      support.write(("%s/files/%s"):format(dir, names[n]), "Canary" .. id)
      local line = w.store:line(n)
      w.store:settle(line, line.steps[1], { state = "applied", file = names[n], size = 8,
        sha256 = core.sha256("Canary" .. id) }, true)
    end
    os.remove(dir .. "/files/" .. names[2])
    core.folder(dir .. "/files/" .. names[2])
    support.write(("%s/files/%s/x"):format(dir, names[2]), "x")
    w.at(100)
    forget(w.NOW + DAY)
    local count, trouble = w.store:forget_on(w.run)
    assert.same({ 1, true }, { count, trouble:find(names[2], 1, true) ~= nil })
    assert.is_nil(core.is_regular(("%s/files/%s"):format(dir, names[1])))
    os.execute(("rm -r %s/files/%s"):format(dir, names[2]))
    assert.equal(1, w.store:forget_on(w.run))
    w.is_sound()
  end)

  it("holds nothing personal any more when its applicant was deleted", function()
    w.at(0)
    acted("a1", "applied")
    acted("a2", "applied")
    acted("a3", "applied")
    local function deleted(id, type, more)
      return (w.reviewed(id, nil, w.NOW + 9, more):gsub("applicantReviewed", type))
    end
    w.take({ deleted("a1", "applicantDeleted"), deleted("a2", "applicantPersonalDataDeleted"),
      deleted("a3", "applicantDeleted", { testMode = true }) })
    assert.equal(2, w.store:forget_on(w.run))
    for n, expected in ipairs { true, true, false } do assert.equal(expected, is_forgotten(n), n) end
    w.is_sound()
  end)

  it("is forgotten wholly or not at all, wherever the process was killed", function()
    local function killed() error(errors.new { kind = "io", outcome = "not_sent", message = "killed" }, 0) end
    w.at(0)
    for i = 1, 3 do acted("a" .. i, "applied") end
    w.at(100)
    forget(w.NOW + DAY)
    local dir, tables = w.run.dir, w.store.tables
    for _, moment in ipairs { "commit", "run" } do
      local own, count = tables[moment], 0
      tables[moment] = function(...)
        count = count + 1
        if moment == "commit" or count == 5 then killed() end
        return own(...)
      end
      assert.is_false(pcall(w.store.forget_on, w.store, w.run))
      tables[moment] = nil
      for n = 1, 3 do assert.is_false(is_forgotten(n)) end
      w.run:close()
      is_sound(dir)
      w.run = assert(runs.open(dir))
      w.store = w.run.store
      tables = w.store.tables
    end
    assert.equal(3, w.store:forget_on(w.run)) -- what a person said is in the log
    w.is_sound()
  end)

  it("holds nothing personal any more when it ended longer ago than the mandate has it kept", function()
    w.at(0)
    acted("a1", "applied")
    w.at(60)
    assert.equal(0, w.store:forget_on(w.run)) -- nobody has said for how long
    w.run:close()
    w.at(0)
    w.approved { keep = 30 * DAY }
    acted("a1", "applied")
    w.take({ w.reviewed("a2", "GREEN", core.wall()) }, core.wall())
    w.decide(2, { "deactivate" }, { asked = "sure?" })
    w.at(29)
    acted("a3", "applied")
    assert.equal(0, w.store:forget_on(w.run))
    w.at(31)
    assert.equal(1, w.store:forget_on(w.run))
    for n, expected in ipairs { true, false, false } do assert.equal(expected, is_forgotten(n), n) end
    w.is_sound()
  end)

  it("may be forgotten while the tables are compared with the log", function()
    w.at(0)
    for i = 1, 25 do acted("a" .. i, "applied") end
    w.at(100)
    forget(w.NOW + DAY)
    local turns = 0
    w.store:check(function()
      turns = turns + 1
      if turns == 1 then w.store:forget_on(w.run) end
    end)
    assert.is_true(turns > 0 or not journals.is_served)
    w.is_sound()
  end)

  it("is not forgotten where the log does not say so, nor whole where it does", function()
    w.at(0)
    for i = 1, 2 do acted("a" .. i, "applied") end
    w.at(100)
    local dir = w.run.dir
    local function verified(words)
      local _, told, code = idngo("audit verify %s", dir)
      assert.equal(words and 1 or 0, code, told)
      assert.truthy(not words or told:find(words, 1, true), told)
    end
    local fields, args = w.store:line(1).row.fields, w.store:line(1).steps[1].args
    local body = w.store:row("facts", 1).body
    local rows = {
      { "UPDATE lines SET fields = '%s' WHERE n = 1", "{}", fields,
        "is not what the log says", "is not what the log says" },
      { "UPDATE replies SET body = '%s' WHERE r = 1", "", body,
        "lacks a reply that was recorded", "has a reply that was destroyed" },
      { "UPDATE steps SET args = '%s' WHERE n = 1", "{}", args, "is not what the log says", "is not what the log says" },
    }
    local function try(from, to, words)
      w.run:close()
      for _, row in ipairs(rows) do
        journals.change(dir, row[1]:format(row[to]))
        verified(row[words])
        journals.change(dir, row[1]:format(row[from]))
      end
      verified()
      w.run = assert(runs.open(dir))
      w.store = w.run.store
    end
    try(3, 2, 4)
    forget(w.NOW + DAY)
    assert.equal(2, w.store:forget_on(w.run))
    try(2, 3, 5)
  end)

  it("is forgotten by idngo purge --older, and told of as such", function()
    w.at(0)
    acted("a1", "applied")
    local dir = w.run.dir
    w.after()
    for _, age in ipairs { "1h", "0d", "23h", "90", "", "-1d" } do
      assert.equal(2, select(3, idngo("purge %s --yes --older '%s'", dir, age)), age)
    end
    local out, told, code = idngo("purge %s --older 90d", dir)
    assert.same({ "", 4 }, { out, code })
    assert.truthy(told:find("nothing was destroyed", 1, true), told)
    has(dir, "Canary", true)
    out, told, code = idngo("purge %s --older 90d --yes --note CR-9", dir)
    assert.equal(0, code, told)
    assert.truthy(out:find("^forget  taken: of lines that ended before %d+%-%d%d%-%d%d %S+ UTC nothing personal is kept\n$"), out)
    has(dir, "Canary", false)
    out, told, code = idngo("explain %s 1", dir)
    assert.equal(0, code, told)
    assert.truthy(out:find("line 1 is done; what it was decided by was destroyed", 1, true), out)
    assert.truthy(out:find("applied", 1, true), out)
    assert.is_true(require("idngo.json").decode((idngo("explain %s 1 --json", dir))).forgotten)
    out, told, code = idngo("list %s --csv", dir)
    assert.truthy(code == 0 and out:find("a1,review,act,deactivate applied", 1, true), out .. told)
    assert.equal(0, select(3, idngo("audit verify %s", dir)))
    assert.equal(0, select(3, idngo("purge %s --yes", dir))) -- and all of it, as before
    assert.equal(0, select(3, idngo("audit verify %s", dir)))
  end)
end)
