-- The audit log: tampering anywhere is found, by the command and by a verifier in another language.

local audit = require("idngo.run.audit")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local store = require("idngo.run.store")
local support = require("runs")

local server, folder, dir, log, original, last, key
local lines = {}

local function verify()
  local result, why = audit.verify(log, key, function() end)
  if not result then return nil, why end
  if result.records ~= last.seq or result.head ~= last.hash then return nil, "its end is missing" end -- or behind a signature
  return result
end

local function python()
  local _, errors, code = support.shell(("python3 spec/support/verify_audit.py %s %s/pub.pem %s"):format(log, folder, last.hash))
  return code == 0, errors
end

--- Both verifiers find something wrong with `text` in place of the log.
local function found(text, label)
  support.write(log, text)
  local result, why = verify()
  assert.is_nil(result, label)
  assert.is_string(why)
  local ok, errors = python()
  assert.is_false(ok, label)
  assert.truthy(errors:find("^record %d+: "), errors)
end

describe("the audit log", function()
  setup(function()
    server = support.server { applicants = 40 }
    folder = support.folder()
    dir, log = folder .. "/run", folder .. "/run/audit.jsonl"
    local _, csv = support.applicants(server, "type=individual&email=yes&review=completed-GREEN&limit=6")
    local input = support.write(folder .. "/input.csv", csv)
    assert(os.execute(("lua5.4 spec/support/run_driver.lua %s %s %s"):format(dir, server.url, input)))
    key = assert(keys.own(false))
    support.write(folder .. "/pub.pem", key:pem())
    original = support.read(log)
    for line in original:gmatch("[^\n]*\n") do lines[#lines + 1] = line end
    local kept = assert(store.read(dir))
    last = kept:row("audit_last")
    kept:close()
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.write(log, original) end)

  it("of a finished run is whole, tells every step, and holds no argument", function()
    local result = assert(verify())
    assert.equal(#lines, result.records)
    assert.is_true((python()))
    local events = {}
    for _, line in ipairs(lines) do
      local record = json.decode(line).record
      events[record.event] = (events[record.event] or 0) + 1
    end
    assert.equal(1, events.begun)
    assert.equal(1, events.planned)
    assert.equal(1, events.approved)
    assert.equal(1, events.done)
    assert.equal(6, events.decided)
    assert.equal(events.intent, events.outcome)
    assert.is_nil(original:find("Mary", 1, true))
  end)

  it("with one byte changed, anywhere, is found", function()
    for at = 1, #original, math.max(1, #original // 150) do
      local byte = original:sub(at, at)
      support.write(log, original:sub(1, at - 1) .. string.char(byte:byte() ~ 1) .. original:sub(at + 1))
      assert.is_nil((verify()), "byte " .. at)
    end
    found(original:sub(1, 99) .. "X" .. original:sub(101), "byte 100")
    found(original:gsub('"applied"', '"refused"', 1), "an outcome")
  end)

  it("with a record removed or moved is found, whichever", function()
    for i = 1, #lines do
      local rest = table.move(lines, i + 1, #lines, i, table.move(lines, 1, i - 1, 1, {}))
      support.write(log, table.concat(rest))
      assert.is_nil((verify()), "without " .. i)
      if i > 1 then
        local swapped = table.move(lines, 1, #lines, 1, {})
        swapped[i], swapped[i - 1] = swapped[i - 1], swapped[i]
        support.write(log, table.concat(swapped))
        assert.is_nil((verify()), "swapped " .. i)
      end
    end
    found(table.concat(lines, "", 2), "without the first")
    found(table.concat(lines, "", 1, 3) .. table.concat(lines, "", 5), "without the fourth")
  end)

  it("cut off anywhere is found, behind a signature by the head that was kept", function()
    for i = 0, #lines - 1 do
      support.write(log, table.concat(lines, "", 1, i))
      assert.is_nil((verify()), "cut behind " .. i)
    end
    found("", "empty")
    found(original:sub(1, -2), "the last byte")
    found(table.concat(lines, "", 1, #lines - 1), "the last record")
  end)

  it("made anew from its first record on fails at its last signature", function()
    local previous, forged = audit.start, {}
    for i, line in ipairs(lines) do
      local text = line:match('"record":(.*)}\n$'):gsub(',"signature":"%x+"$', ""):gsub('"applied"', '"refused"')
      local signature = line:match('"signature":"(%x+)"}\n$')
      local hash = audit.hash(previous, text)
      previous = hash .. (signature or "")
      forged[i] = audit.line(hash, text, signature)
    end
    found(table.concat(forged), "forged")
  end)

  it("is checked by the command: 0 when whole, 1 when not, 78 without the key", function()
    local out, _, code = support.command(server, "audit verify " .. dir)
    assert.equal(0, code)
    assert.truthy(out:find(("records%%s+%d\n"):format(#lines)), out)
    support.write(log, original:sub(1, -2))
    local _, errors
    _, errors, code = support.command(server, "audit verify " .. dir)
    assert.equal(1, code)
    assert.truthy(errors:find(("record %d is not a whole record"):format(#lines), 1, true), errors)
    _, errors, code = support.shell("IDNGO_AUDIT_KEY_FILE=/nonexistent lua5.4 bin/idngo audit verify " .. dir)
    assert.equal(78, code)
    assert.truthy(errors:find("audit key", 1, true), errors)
  end)

  it("of a run at work is checked as of one moment: what comes after is not more, and what is still to be written not missing",
    function()
      local count = #lines
      --- What is said of the file as `text`, of whose records the journal had so many at the moment, and has `all` now.
      local function said(text, had, lags, all)
        support.write(log, text)
        local result, message = audit.verify(log, key, function() end, { last = had, lags = lags,
          line = function(seq) return seq <= (all or count) and lines[seq] or nil end })
        return result and result.records or message
      end
      local function first(n) return table.concat(lines, "", 1, n) end
      local function is_moment(n) return lines[n]:find('"signature"', 1, true) end -- the end of a commit
      for n = 2, count do
        local half = lines[n]:sub(1, #lines[n] // 2)
        local changed = half:gsub(".$", "~")
        -- behind the moment: there, half there, or not yet there
        if is_moment(n - 1) then
          for _, text in ipairs { original, first(n - 1) .. half, first(n - 1) } do
            for _, lags in ipairs { true, false } do assert.equal(n - 1, said(text, n - 1, lags)) end
          end
          assert.equal("its last record is not the one that the journal knows", said(first(n - 1), count, false))
        end
        -- before it: the writer lags
        for _, text in ipairs { first(n - 1), first(n - 1) .. half } do assert.equal(n - 1, said(text, count, true)) end
        -- what no journal knows
        assert.equal(("record %d is not a whole record"):format(n), said(first(n - 1) .. half, count, false))
        assert.equal(("record %d is not a whole record"):format(n), said(first(n - 1) .. changed, count, true))
        local more = ("record %d is not one that the journal knows"):format(n)
        assert.equal(more, said(first(n - 1) .. changed, n - 1, true))
        assert.equal(more, said(original, n - 1, true, n - 1))
      end
      assert.equal("the log is empty", said("", count, true))
    end)

  it("of a run at work is checked by the command beside the journal, and of one that has ended to its end", function()
    local half = original:sub(1, -1 - #lines[#lines] // 2)
    local lock = assert(require("idngo.journal").lock(dir .. "/lock"))
    for _, text in ipairs { half, table.concat(lines, "", 1, #lines - 1), original } do
      support.write(log, text)
      local _, errors, code = support.command(server, "audit verify " .. dir)
      assert.equal(0, code, errors)
    end
    lock:close()
    support.write(log, half)
    local known = select(2, support.command(server, "audit verify " .. dir))
    assert.is_nil(known:find("cannot be known", 1, true), known)
    assert.equal(1, (select(3, support.command(server, "audit verify " .. dir))))
    -- whether anybody is at work there may be beyond knowing: then neither is said
    assert(os.execute(("mv %s/lock %s/lock.own && mkdir %s/lock"):format(dir, dir, dir)))
    for _, text in ipairs { half, table.concat(lines, "", 1, #lines - 1) } do
      support.write(log, text)
      local _, errors, code = support.command(server, "audit verify " .. dir)
      assert.equal(1, code, errors)
      assert.truthy(errors:find("unless a process at work there has yet to write it; whether there is one cannot be known: "
        .. dir .. "/lock: it is no regular file", 1, true), errors)
    end
    support.write(log, (original:gsub('"event":"planned"', '"event":"plonned"')))
    local changed = select(2, support.command(server, "audit verify " .. dir))
    assert.is_nil(changed:find("unless", 1, true), changed)
    support.write(log, original)
    assert.equal(0, (select(3, support.command(server, "audit verify " .. dir))))
    assert(os.execute(("rmdir %s/lock && mv %s/lock.own %s/lock"):format(dir, dir, dir)))
    local copy = dir .. ".more"
    assert(os.execute(("cp -r %s %s"):format(dir, copy)))
    local db = assert(require("idngo.journal").open(copy .. "/journal.db", false))
    assert(db:exec("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)"))
    db:close()
    local _, errors, code = support.command(server, "audit verify " .. copy)
    assert.equal(1, code)
    assert.truthy(errors:find(("record %d is not one that the journal knows"):format(#lines), 1, true), errors)
  end)

  it("knows whether a folder is held, is free, or that it cannot tell", function()
    local is_held, journal = require("idngo.run.folder").is_held, require("idngo.journal")
    local place = support.folder()
    assert.same({ false }, { is_held(place) })
    assert.same({ false }, { is_held(place .. "/none") })
    local lock = assert(journal.lock(place .. "/lock"))
    assert.same({ true }, { is_held(place) })
    lock:close()
    assert.same({ false }, { is_held(place) })
    local own = journal.lock
    finally(function() journal.lock = own end)
    function journal.lock(path) return nil, path .. ": Permission denied", "EACCES" end
    assert.same({ nil, place .. "/lock: Permission denied" }, { is_held(place) })
    journal.lock = own
    os.remove(place .. "/lock")
    for _, made in ipairs { "ln -s /nowhere", "mkdir", "mkfifo" } do
      assert(os.execute(("%s %s/lock"):format(made, place)))
      assert.same({ nil, place .. "/lock: it is no regular file" }, { is_held(place) }, made)
      assert(os.remove(place .. "/lock"))
    end
  end)

  it("lacking its last records, or with the last one torn, is brought up to the journal by the next runner", function()
    local function record(seq)
      if not lines[seq] then return nil end
      local text, signature = lines[seq]:match('"record":(.*),"signature":"(%x+)"}\n$')
      return lines[seq]:match('"hash":"(%x+)"'), text or lines[seq]:match('"record":(.*)}\n$'), signature
    end
    support.write(log, table.concat(lines, "", 1, 5) .. lines[6]:sub(1, 40))
    assert.same({ #table.concat(lines, "", 1, 5), 5 }, { audit.reconcile(log, record) })
    support.write(log, table.concat(lines, "", 1, 5) .. lines[7]:sub(1, 40))
    local size, why = audit.reconcile(log, record)
    assert.is_nil(size)
    assert.truthy(why:find("record 6", 1, true))
    support.write(log, original .. lines[1])
    assert.is_nil((audit.reconcile(log, record)))
    os.remove(log)
    assert.same({ 0, 0 }, { audit.reconcile(log, record) })
  end)
end)
