-- idngo.job and the checkpoints of idngo.parallel: what is done is done once, whatever ends the script.

local idngo = require("idngo")
local kill = require("kill")
local luas = require("luas")
local support = require("runs")

local server, client, ids, listed
local count = 0

local function new_path()
  count = count + 1
  return ("%s/job%d"):format(support.folder(), count)
end

local function driver(what, path, more)
  return ("lua5.4 spec/support/job_driver.lua %s %s %s %s %s"):format(what, path, server.url, listed, more or "")
end

--- How often each of an endpoint's calls took effect, by the applicant.
local function applied(endpoint)
  local counts = {}
  for _, entry in ipairs(support.ledger(server, "?endpoint=" .. endpoint).entries) do
    local id = entry.applicantId or entry.externalUserId or "?"
    if entry.applied then counts[id] = (counts[id] or 0) + 1 end
  end
  return counts
end

--- How often an endpoint was called.
local function made(endpoint) return #support.ledger(server, "?endpoint=" .. endpoint).entries end

local function total(counts)
  local sum = 0
  for _, each in pairs(counts) do sum = sum + each end
  return sum
end

setup(function()
  server = support.server()
  client = assert(idngo.client(support.client_options(server)))
  local rows = support.applicants(server, "email=yes&type=individual&review=completed-GREEN&limit=5")
  ids = {}
  for i, row in ipairs(rows) do ids[i] = row.id end
  assert.equal(5, #ids)
  listed = support.write(support.folder() .. "/ids", table.concat(ids, "\n"))
end)

teardown(function()
  client:close()
  support.clean(server)
end)

before_each(function() support.forget(server) end)

describe("a job", function()
  it("does a step once, and gives again what it gave", function()
    local path = new_path()
    for round = 1, 2 do
      local job = assert(idngo.job(path, client))
      local called = 0
      local found = assert(job:step("look", function(own)
        called = called + 1
        return { answer = idngo.answer(assert(own:duplicate_checks(ids[1]))), hits = {} }
      end))
      assert.equal(round == 1 and 1 or 0, called)
      assert.is_string(found.answer)
      assert.same({}, found.hits)
      assert.equal(true, job:step("text", function() called = called + 1 return true end))
      assert.equal(false, job:step("no", function() return false end))
      job:close()
      job:close()
      assert.equal("config", select(2, job:step("look", function() end)).kind)
    end
    assert.equal(1, made("duplicate_checks"))
  end)

  it("does a step again that failed, threw or gave nothing, and not what was sent in it", function()
    local job <close> = assert(idngo.job(new_path(), client))
    local function mail(own) return assert(own:send_verification_status_email(ids[1])) end
    local _, err = job:step("a", function(own)
      mail(own)
      return nil, "later"
    end)
    assert.equal("later", err)
    assert.error_matches(function()
      job:step("a", function(own)
        mail(own)
        error("thrown", 0)
      end)
    end, "thrown")
    assert.error_matches(function() job:step("a", function(own) mail(own) end) end, "neither a result nor an error")
    assert.error_matches(function()
      job:step("a", function(own)
        mail(own)
        return print
      end)
    end, "cannot be kept: result%[1%] is a function")
    assert.equal("done", job:step("a", function(own)
      local reply = mail(own)
      assert.is_table(reply)
      return "done"
    end))
    assert.equal(1, total(applied("send_verification_status_email")))
  end)

  it("has one call in a step that must not be made twice, and always the same", function()
    local job <close> = assert(idngo.job(new_path(), client))
    for _ = 1, 2 do
      local _, err = job:step("a", function(own)
        assert(own:send_verification_status_email(ids[1]))
        return own:send_verification_status_email(ids[2])
      end)
      assert.equal("config", err.kind)
    end
    assert.same({ [ids[1]] = 1 }, applied("send_verification_status_email"))
    -- others may be made as often as it takes
    assert(job:step("b", function(own)
      for i = 1, 3 do assert(own:status(ids[i])) end
      assert(own:add_tags(ids[1], { "told" }))
      return own:deactivate(ids[5])
    end))
    assert(client:activate(ids[5]))
  end)

  it("tells calls by what they send: also by a file's bytes, its name and its type", function()
    local path = support.folder() .. "/list.csv"
    local function piecewise(bytes, at_most)
      return { name = "a.csv", size = #bytes, read = function(at, n) return bytes:sub(at + 1, at + math.min(n, at_most)) end }
    end
    local note = assert(client:add_note { applicantId = ids[1], note = "for files" })
    local which = { id = note.id, applicantId = ids[1] }
    local long = ("1,2\n"):rep(50000)
    for i, case in ipairs {
      { { bytes = "a", name = "a.csv" }, { bytes = "b", name = "a.csv" } },
      { { bytes = "a", name = "a.csv" }, { bytes = "a", name = "b.csv" } },
      { { bytes = "a", name = "a.csv" }, { bytes = "a", name = "a.csv", type = "text/plain" } },
      { { path = path }, "other bytes in it", true },
      { piecewise(long, 7000), piecewise(long:sub(1, -2) .. "3", 7000), false, piecewise(long, 60000) },
    } do
      support.forget(server)
      support.write(path, "first\n")
      local job <close> = assert(idngo.job(new_path(), client))
      local function attach(content)
        return job:step("file", function(own)
          local reply, err = own:attach_to_note(which, content)
          return nil, reply and "later" or err
        end)
      end
      local first, second, is_path, again = case[1], case[2], case[3], case[4]
      assert.equal("later", select(2, attach(first)))
      assert.equal("later", select(2, attach(again or first)))
      if is_path then support.write(path, second) end
      local _, err = attach(is_path and first or second)
      assert.equal("config", err.kind, i)
      assert.equal(1, made("attach_to_note"))
    end
    local job <close> = assert(idngo.job(new_path(), client))
    local function first_of(content)
      return job:step("none", function(own) return own:attach_to_note(which, content) end)
    end
    os.remove(path)
    local _, err = first_of(path)
    assert.equal("io not_sent attach_to_note", ("%s %s %s"):format(err.kind, err.outcome, err.endpoint))
    _, err = first_of { size = 2, read = function() return nil, "gone" end }
    assert.truthy(err.message:find("cannot be read: gone", 1, true), err.message)
    assert(first_of { bytes = "a", name = "a.csv" })
  end)

  it("tells calls by the headers that the caller gives", function()
    local job <close> = assert(idngo.job(new_path(), client))
    local function tag(headers)
      return select(2, job:step("tagged", function(own)
        local reply, err = own:call("POST", ("/resources/applicants/%s/tags"):format(ids[2]), { body = { "a" }, headers = headers,
          retry = "once" })
        return nil, reply and "later" or err
      end))
    end
    assert.equal("later", tag { ["X-One"] = "1", ["X-Two"] = "2" })
    for _ = 1, 5 do assert.equal("later", tag { ["x-two"] = "2", ["X-One"] = "1" }) end
    for _, headers in ipairs { { ["X-One"] = "1", ["X-Two"] = "3" }, { ["X-One"] = "1" }, {}, false,
      { ["X-One"] = "1", ["X-Two"] = "2", ["Accept"] = "text/plain" }, { ["X-One"] = "1, X-Two: 2" } } do
      assert.equal("config", tag(headers or nil).kind)
    end
  end)

  it("gives the answer of a call again whose file is gone, and of no other", function()
    local path, gone = support.folder() .. "/gone.csv", function() return nil, "gone" end
    local note = assert(client:add_note { applicantId = ids[1], note = "for files that go" })
    local which = { id = note.id, applicantId = ids[1] }
    local function bytes_of(at, n) return ("ab"):sub(at + 1, at + n) end
    for i, case in ipairs {
      { path, path, { path = path, name = "b.csv" } },
      { { name = "a.csv", size = 2, read = bytes_of }, { name = "a.csv", size = 2, read = gone },
        { name = "a.csv", size = 2, read = gone, type = "text/plain" } },
    } do
      support.forget(server)
      support.write(path, "first\n")
      local job <close> = assert(idngo.job(new_path(), client))
      local function attach(content, to)
        return job:step("file", function(own)
          local reply, err = own:attach_to_note(to or which, content)
          return nil, reply or err
        end)
      end
      local _, first = attach(case[1])
      os.remove(path)
      for _ = 1, 2 do assert.same(first, select(2, attach(case[2]))) end
      assert.equal("io", select(2, attach(case[3])).kind, i)
      assert.equal("io", select(2, attach(case[2], { id = "another", applicantId = ids[1] })).kind)
      assert.equal("config", select(2, attach { bytes = "other", name = "gone.csv" }).kind)
      assert.equal(1, made("attach_to_note"))
    end
  end)

  it("sends one call of a step that must not be made twice, also where two are made at once", function()
    for _, other in ipairs { ids[1], ids[2] } do
      support.forget(server)
      local job <close> = assert(idngo.job(new_path(), client))
      local _, err = job:step("a", function(own)
        local results, errors = idngo.parallel({ ids[1], other }, function(id) return own:send_verification_status_email(id) end)
        assert.truthy(results[1])
        return nil, errors[2]
      end)
      assert.equal("config not_sent", ("%s %s"):format(err.kind, err.outcome))
      assert.truthy(err.message:find("under way", 1, true), err.message)
      assert.same({ [ids[1]] = 1 }, applied("send_verification_status_email"))
      assert(job:step("a", function(own) return own:send_verification_status_email(ids[1]) end))
      assert.equal(1, made("send_verification_status_email"))
    end
  end)

  it("has one intent of a step on disk, also where a client of its step is used after it", function()
    for _, other in ipairs { ids[1], ids[2] } do
      support.forget(server)
      support.faults(server, { { endpoint = "send_verification_status_email", times = 1, delay = 0.5 } })
      local job <close> = assert(idngo.job(new_path(), client))
      local left
      job:step("a", function(own)
        left = own
        return nil, "later"
      end)
      local results, errors
      local _, err = job:step("a", function(own)
        results, errors = idngo.parallel({ { own, ids[1] }, { left, other } }, function(each)
          return each[1]:send_verification_status_email(each[2])
        end)
        return nil, errors[1] or errors[2]
      end)
      assert.equal("not_sent", err.outcome)
      assert.equal(1, (results[1] and 1 or 0) + (results[2] and 1 or 0))
      assert.equal(1, total(applied("send_verification_status_email")))
      assert.same({}, job:unknown())
    end
  end)

  it("leaves to a person what may have taken effect, also where the step took no notice", function()
    for i, what in ipairs { "after", "mid-body" } do
      local path = new_path()
      support.faults(server, { { endpoint = "send_verification_status_email", times = 1,
        drop = what } })
      local job = assert(idngo.job(path, client))
      local function mail(own)
        own:send_verification_status_email(ids[i])
        return "fine"
      end
      local result, err = job:step("a", mail)
      assert.is_nil(result)
      assert.equal("unknown", err.outcome)
      job:close()
      job = assert(idngo.job(path, client))
      result, err = job:step("a", mail)
      assert.is_nil(result)
      assert.equal("run unknown send_verification_status_email", ("%s %s %s"):format(err.kind, err.outcome, err.endpoint))
      assert.equal("a", job:unknown()[1].step)
      assert.is_nil(job:settle("b", "applied"))
      assert.is_true(job:settle("a", i == 1 and "applied" or "not_sent", { ok = 1 }))
      assert.same({}, job:unknown())
      local reply
      assert.equal("fine", job:step("a", function(own)
        reply = own:send_verification_status_email(ids[i])
        return "fine"
      end))
      assert.equal(1, reply.ok)
      job:close()
    end
    -- of the second a person said that it was not sent
    assert.same({ [ids[1]] = 1, [ids[2]] = 2 }, applied("send_verification_status_email"))
  end)

  it("tries again what was refused", function()
    local job <close> = assert(idngo.job(new_path(), client))
    local _, err = job:step("a", function(own) return own:send_verification_status_email("nobody") end)
    assert.equal("rejected", err.outcome)
    assert(job:step("a", function(own) return own:send_verification_status_email(ids[1]) end))
  end)

  it("does not take for sent what was refused and waits to be tried again when it is killed", function()
    local path = new_path()
    support.faults(server, { { endpoint = "send_verification_status_email", status = 429,
      headers = { ["Retry-After"] = "90" } } })
    local script = support.write(path .. ".lua", [[
      local idngo, sh = require("idngo"), io.popen("echo $PPID")
      local pid = sh:read("*l")
      local client = assert(idngo.client { on_event = function(event)
        if event.event ~= "retry" then return end
        print(pid)
        io.stdout:flush()
      end })
      assert(idngo.job(arg[1], client)):step("a", function(own) return own:send_verification_status_email(arg[2]) end)]])
    local process = io.popen(("%s lua5.4 %s %s %s"):format(support.env(server), script, path, ids[1]))
    os.execute("kill -9 " .. process:read("*l"))
    process:close()
    support.forget(server)
    local job <close> = assert(idngo.job(path, client))
    assert.same({}, job:unknown())
    assert(job:step("a", function(own) return own:send_verification_status_email(ids[1]) end))
  end)

  it("has its steps side by side in idngo.parallel, and each name once at a time", function()
    local job <close> = assert(idngo.job(new_path(), client))
    local results, errors = idngo.parallel(ids, function(id)
      return job:step(id, function(own)
        assert.error_matches(function() job:step(id, function() end) end, "under way already")
        return own:send_verification_status_email(id)
      end)
    end)
    assert.same({}, errors)
    assert.equal(#ids, #results)
    assert.equal(#ids, total(applied("send_verification_status_email")))
  end)

  it("is of one process, one account and one file of its own", function()
    local path = new_path()
    local job = assert(idngo.job(path, client))
    local _, err = idngo.job(path, client)
    assert.equal("limit", err.kind)
    job:close()
    local options = support.client_options(server)
    options.app_token = "sbx:other"
    local other <close> = assert(idngo.client(options))
    _, err = idngo.job(path, other)
    assert.truthy(err.message:find("begun for another base_url or app_token", 1, true), err.message)
    assert.is_nil(err.message:find("sbx:", 1, true))
    for _, text in ipairs { "applicantId,answer\n", ("\0"):rep(5000) } do
      local foreign = support.write(new_path(), text)
      _, err = idngo.job(foreign, client)
      assert.equal("config", err.kind)
      assert.equal(text, support.read(foreign))
    end
    for _, row in ipairs { "account", "format" } do
      local damaged = new_path()
      assert(idngo.job(damaged, client)):close()
      support.shell(("python3 -c 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); "
        .. "d.execute(\"delete from job where name = ?\", sys.argv[2:]); d.commit()' %s %s"):format(damaged, row))
      _, err = idngo.job(damaged, client)
      assert.equal("config", err.kind)
      assert.truthy(err.message:find("it is no job's file, or damaged", 1, true), err.message)
    end
    _, err = idngo.job("/dev/full", client)
    assert.equal("config", err.kind)
    _, err = idngo.job("/nowhere/job", client)
    assert.equal("io", err.kind)
    assert.equal("600", (require("shell")("stat -c %%a %s", path):gsub("%s", "")))
  end)

  it("throws for arguments that are none", function()
    local job <close> = assert(idngo.job(new_path(), client))
    for _, wrong in ipairs {
      function() idngo.job(1, client) end, function() idngo.job("x", {}) end, function() job:step(1, print) end,
      function() job:step("a", "b") end, function() job:settle("a", "done") end, function() job:settle(nil, "applied") end,
    } do
      local ok, message = pcall(wrong)
      assert.is_false(ok)
      assert.truthy(message:find("job_spec.lua", 1, true), message)
    end
  end)

  it("that is killed before or after any write sends no mail twice, and ends when a person has said what is known", function()
    local nth, doubts, ended = 0, 0
    repeat
      nth, ended = nth + 1, true
      for _, when in ipairs { "before", "after" } do
        support.forget(server)
        local path = new_path()
        local _, _, code = support.shell(driver("job", path, nth .. " " .. when))
        ended = ended and code == 0
        if code ~= 0 then assert.equal(137, code) end
        local out, said
        out, said, code = support.shell(driver("job", path))
        local sent = applied("send_verification_status_email")
        if code ~= 0 then
          assert.truthy(said:find("job:settle", 1, true), said)
          local job = assert(idngo.job(path, client))
          local doubtful = job:unknown()
          assert.equal(1, #doubtful, out)
          local kind, id = doubtful[1].step:match("^(%a+) (%S+)$")
          assert.equal(kind == "mail" and "send_verification_status_email" or "add_note", doubtful[1].endpoint)
          local was_sent = kind == "mail" and sent[id] or kind == "note" and total(applied("add_note")) == #ids
          assert(job:settle(doubtful[1].step, was_sent and "applied" or "not_sent"))
          doubts = doubts + 1
          job:close()
          _, said, code = support.shell(driver("job", path))
          assert.equal(0, code, said)
        end
        for _, id in ipairs(ids) do assert.equal(1, applied("send_verification_status_email")[id], nth .. when) end
        assert.equal(#ids, total(applied("add_note")))
      end
      if nth > 8 then nth = nth + 5 end
    until ended
    assert.is_true(nth > 15 and doubts >= 2)
  end)

  it("that is killed anywhere sends no mail twice", function()
    local path = new_path()
    local function finished()
      local _, said, code = support.shell(driver("job", path))
      return code == 0 or assert.truthy(said:find("job:settle", 1, true), said) and false
    end
    local code = kill.run(driver("job", path), 0.4, 12)
    assert.is_true(code == 0 or code == 1)
    local job = assert(idngo.job(path, client))
    for _, doubtful in ipairs(job:unknown()) do assert(job:settle(doubtful.step, "applied")) end
    job:close()
    assert.is_true(finished())
    for id, times in pairs(applied("send_verification_status_email")) do assert.equal(1, times, id) end
    assert.is_true(total(applied("add_note")) <= #ids)
  end)

  it("runs on every Lua", function()
    for _, name in ipairs(luas.names) do
      support.forget(server)
      local path = new_path()
      for _ = 1, 2 do
        for _, what in ipairs { "job", "parallel" } do
          local out, said, code = luas.run(name, driver(what, path .. what):gsub("^lua5.4 ", ""))
          assert.equal(0, code, name .. ": " .. said)
          assert.is_nil(out:find("doubt", 1, true))
        end
      end
      assert.equal(#ids, total(applied("send_verification_status_email")), name)
      assert.equal(#ids, made("duplicate_checks"), name)
    end
  end)
end)

describe("a job on a failing disk", function()
  local shim
  setup(function()
    local plain = os.getenv("LD_PRELOAD") or ""
    shim = support.folder() .. "/fail_io.so"
    assert(os.execute(("cc -shared -fPIC -D_GNU_SOURCE -o %s spec/support/fail_io.c -ldl"):format(shim)))
    if plain ~= "" then shim = plain .. " " .. shim end
  end)

  it("says so, sends nothing that it could not write down, and goes on when there is room", function()
    local stopped = 0
    for after = 0, 60, 12 do
      for _, what in ipairs { "job", "parallel" } do
        support.forget(server)
        local path = new_path()
        local _, said, code = support.shell(("FAIL_IO='28 %d %s' LD_PRELOAD='%s' %s"):format(after, path, shim,
          driver(what, path)))
        if code ~= 0 then
          stopped = stopped + 1
          assert.equal(1, code)
          assert.truthy(said:find("is full", 1, true) or said:find("I/O error", 1, true), said)
        end
        _, said, code = support.shell(driver(what, path))
        if code ~= 0 then -- the answer came, and could not be written down
          assert.truthy(said:find("job:settle", 1, true), said)
          local job = assert(idngo.job(path, client))
          for _, doubtful in ipairs(job:unknown()) do assert(job:settle(doubtful.step, "applied")) end
          job:close()
          _, said, code = support.shell(driver(what, path))
          assert.equal(0, code, said)
        end
        for id, times in pairs(applied("send_verification_status_email")) do assert.equal(1, times, id) end
      end
    end
    assert.is_true(stopped >= 4)
  end)
end)

describe("a checkpoint of idngo.parallel", function()
  it("keeps results: a second run asks for those alone that have none", function()
    local path, asked = new_path(), {}
    local function ask(id)
      asked[#asked + 1] = id
      if #asked == 2 then return nil, "later" end
      return client:duplicate_checks(id)
    end
    local told = {}
    local options = { checkpoint = path, client = client, concurrency = 1,
      progress = function(...) told[#told + 1] = table.concat({ ... }, " ") end }
    local results, errors = idngo.parallel(ids, ask, options)
    assert.same({ [2] = "later" }, errors)
    assert.same({ "1 5 0", "2 5 1", "3 5 1", "4 5 1", "5 5 1" }, told)
    local again
    again, errors = idngo.parallel(ids, ask, options)
    assert.same({}, errors)
    assert.same({ ids[1], ids[2], ids[3], ids[4], ids[5], ids[2] }, asked)
    for i = 1, #ids do assert.equal(idngo.answer(results[i] or again[i]), idngo.answer(again[i])) end
  end)

  it("is bound to its items, their order and the account", function()
    local path = new_path()
    local options = { checkpoint = path, client = client }
    local function nothing() return true end
    assert(idngo.parallel({ "a", { b = 1 } }, nothing, options))
    for _, other in ipairs { { "a" }, { { b = 1 }, "a" }, { "a", { b = 2 } }, { "a", { b = 1 }, "c" } } do
      local results, err = idngo.parallel(other, error, options)
      assert.is_nil(results)
      assert.truthy(err.message:find("begun for another input", 1, true), err.message)
    end
    local others = support.client_options(server)
    others.app_token = "sbx:other"
    local other <close> = assert(idngo.client(others))
    local results, err = idngo.parallel({ "a", { b = 1 } }, error, { checkpoint = path, client = other })
    assert.is_nil(results)
    assert.equal("config", err.kind)
    assert.error_matches(function() idngo.parallel({ print }, error, options) end, "items%[1%]%[1%] is a function")
    assert.error_matches(function() idngo.parallel({}, error, { checkpoint = path }) end, "needs client")
    assert.error_matches(function() idngo.parallel({}, error, { checkpont = path, client = client }) end, "checkpoint")
  end)

  it("says of a function that returns nothing, or what cannot be kept, what to return, and keeps nothing for it", function()
    local path, called = new_path(), 0
    local gives = { nothing = function() end, print = function() return print end, ["true"] = function() return true end }
    local options = { checkpoint = path, client = client }
    local function fn(name)
      called = called + 1
      return gives[name]()
    end
    for round = 1, 2 do
      local results, errors = idngo.parallel({ "nothing", "true", "print" }, fn, options)
      assert.same({ [2] = true }, results)
      assert.equal(3 + 2 * (round - 1), called)
      assert.equal(1, tostring(errors[1]):find("parallel: fn, for items[1] of the checkpoint, gave neither a result nor an "
        .. "error: return what is to be kept, true where that is nothing", 1, true), errors[1])
      assert.equal(1, tostring(errors[3]):find("parallel: fn, for items[3] of the checkpoint, gave what cannot be kept: "
        .. "result[1] is a function", 1, true), errors[3])
    end
  end)

  it("has calls that must not be made twice made once for each item", function()
    local path, round = new_path(), 0
    local options = { checkpoint = path, client = client }
    for _ = 1, 3 do
      round = round + 1
      local _, errors = idngo.parallel(ids, function(id, i, own)
        assert(own:send_verification_status_email(id))
        if i > round then return nil, "later" end
        return round
      end, options)
      assert.equal(5 - round, #(function() local n = {} for _, e in pairs(errors) do n[#n + 1] = e end return n end)())
    end
    assert.equal(#ids, total(applied("send_verification_status_email")))
  end)

  it("that is killed anywhere loses nothing that was written down, and gives what one gives that was not", function()
    local whole, said, code = support.shell(driver("parallel", new_path()))
    assert.equal(0, code, said)
    local path = new_path()
    support.forget(server)
    local kills
    code, kills = kill.run(driver("parallel", path), 0.3, 10)
    assert.equal(0, code)
    assert.equal(whole, (support.shell(driver("parallel", path))))
    assert.is_true(made("duplicate_checks") <= #ids + 4 * kills)
    local before = made("duplicate_checks")
    assert.equal(whole, (support.shell(driver("parallel", path))))
    assert.equal(before, made("duplicate_checks"))
  end)
end)

describe("the progress of idngo.parallel", function()
  it("is told after each item, and what it throws ends all", function()
    local told = {}
    idngo.parallel({ 1, 2, 3 }, function(i) return i ~= 2 or nil, i == 2 and "no" or nil end,
      { concurrency = 1, progress = function(done, all, failed) told[#told + 1] = ("%d/%d/%d"):format(done, all, failed) end })
    assert.same({ "1/3/0", "2/3/1", "3/3/1" }, told)
    local ok, thrown = pcall(idngo.parallel, { 1, 2, 3 }, function() return true end,
      { progress = function() error({ stop = true }, 0) end })
    assert.is_false(ok)
    assert.is_true(thrown.stop)
    assert.error_matches(function() idngo.parallel({}, print, { progress = 1 }) end, "progress must be a function")
  end)
end)
