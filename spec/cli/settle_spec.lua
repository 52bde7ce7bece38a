-- idngo settle DIR of a run that was killed: what was being sent is not hidden.

local support = require("runs")

local server, folder
local count = 0

local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

--- A planned run, and its plan's hash.
local function planned(policy, limit)
  count = count + 1
  local dir = ("%s/run%d"):format(folder, count)
  return dir, (support.planned(server, dir, policy, limit))
end

local function kill(dir, nth) support.kill(server, dir, nth) end

local MAIL = 'return { name = "m", version = "1", decide = function() return send_status_email() end }'

describe("idngo settle", function()
  setup(function()
    server = support.server { applicants = 100 }
    folder = support.folder()
  end)
  teardown(function() support.clean(server) end)

  it("says what was under way when the run was killed, and what comes first", function()
    local dir = planned(MAIL, 3)
    kill(dir, 2)
    local out, told, code = idngo("settle %s", dir)
    assert.same({ 5, "" }, { code, out }, told)
    assert.truthy(told:find(("1 under way when the run ended: first idngo resume %s\n"):format(dir), 1, true), told)
    assert.is_nil(told:find("nothing to settle", 1, true), told)
    assert.equal(5, (select(3, idngo("settle %s --json", dir))))
    assert(os.execute(("mv %s/lock %s/lock.own && ln -s lock.own %s/lock"):format(dir, dir, dir)))
    out, told, code = idngo("settle %s", dir)
    assert.same({ 5, "" }, { code, out }, told)
    assert.equal(("1 under way: whether a process works on the run cannot be known: %s/lock: it is no regular file. If none "
      .. "does: first idngo resume %s\n"):format(dir, dir), told)
    assert(os.execute(("mv %s/lock.own %s/lock"):format(dir, dir)))
    assert.equal(1, (select(3, idngo("resume %s", dir))))
    out, told, code = idngo("settle %s", dir)
    assert.equal(1, code, told)
    assert.truthy(out:find("send_status_email  unknown", 1, true), out)
    assert.truthy(told:find("1 to settle", 1, true), told)
  end)

  it("says so beside what is to be settled, and once a process is at work, that it is", function()
    local dir = planned(MAIL, 3)
    kill(dir, 1)
    support.faults(server, { { endpoint = "send_verification_status_email", delay = 120 } })
    local started = support.start(server, "resume " .. dir)
    local told, code
    support.wait_for(function()
      told, code = select(2, idngo("settle %s", dir))
      return told:find("2 under way", 1, true)
    end)
    assert.truthy(told:find("2 under way: another process works on the run\n", 1, true), told)
    assert.equal(1, code)
    os.execute("kill -9 " .. started.pid)
    started.wait()
    told, code = select(2, idngo("settle %s", dir))
    assert.truthy(told:find("1 to settle: ", 1, true), told)
    assert.truthy(told:find(("2 under way when the run ended: first idngo resume %s\n"):format(dir), 1, true), told)
    assert.equal(1, code)
  end)

  it("says that the log does not bear it out beside what is to be settled", function()
    local dir = planned(MAIL, 3)
    kill(dir, 2)
    assert.equal(1, (select(3, idngo("resume %s", dir))))
    local db = assert(require("idngo.journal").open(dir .. "/journal.db", false))
    assert(db:exec("UPDATE steps SET state = 'unknown' WHERE state = 'applied' AND n = 1"))
    db:close()
    local out, told, code = idngo("settle %s", dir)
    assert.equal(1, code)
    assert.truthy(out:find("send_status_email  unknown", 1, true), out)
    assert.truthy(told:find("the log does not bear this out", 1, true), told)
  end)

  it("holds nothing of the journal while the service is asked", function()
    local dir, hash = planned('return { name = "n", version = "1", decide = function() return add_note("a note") end }', 1)
    support.faults(server, { { endpoint = "add_note", drop = "after", times = 1 } })
    assert.equal(1, (select(3, idngo("apply %s --approve %s", dir, hash))))
    support.faults(server, { { endpoint = "notes", delay = 120 } })
    local settle = support.start(server, "settle " .. dir)
    support.wait_for(function() return support.ledger(server, "?endpoint=notes").entries[1] end)
    local errors, code = select(2, idngo("purge %s --yes", dir))
    assert.equal(0, code, errors)
    os.execute("kill -9 " .. settle.pid)
    settle.wait()
  end)
end)
