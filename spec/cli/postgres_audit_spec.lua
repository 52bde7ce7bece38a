-- The audit log of a run in PostgreSQL, by the command: verified like that of a folder, and written as the file that is checked
-- without a database.

local json = require("idngo.json")
local postgres = require("postgres")
local support = require("runs")

if not postgres.is_there then
  describe("idngo audit, of a run in PostgreSQL", function() pending("postgresql is not installed") end)
  return
end

local POLICY = [[
return { name = "saves", version = "1", decide = function(applicant, facts)
  return save_report(), update_info({ firstName = "Mary" })
end }]]

describe("idngo audit, of a run in PostgreSQL", function()
  local host, server, folder, input, place, schema, key
  local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

  --- The same with the state of another machine.
  local function elsewhere(arguments, ...)
    return support.shell(("env %s IDNGO_STATE_DIR=%s/elsewhere lua5.4 bin/idngo %s </dev/null"):format(support.env(server),
      folder, arguments:format(...)))
  end

  --- A run that was carried out.
  local function carried_out(where)
    local out, errors, code = idngo("plan %s/policy.lua --input %s --run %s --json", folder, input, where)
    assert.equal(0, code, errors)
    out, errors, code = idngo("apply %s --approve %s", where, json.decode(out).plan)
    assert.equal(0, code, out .. errors)
    return where
  end

  setup(function()
    host = postgres.start()
    server = support.server { applicants = 20 }
    folder = support.folder()
    support.write(folder .. "/policy.lua", POLICY)
    local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&limit=3")
    input = support.write(folder .. "/input.csv", csv)
    assert.same({ "prepared\n", "", 0 }, { idngo("runs init '%s'", host:url()) })
    place, schema = carried_out("'" .. host:url("saves") .. "'"), [[\"idngo:saves\"]]
    key = support.write(folder .. "/key.pem", (idngo("audit key")))
  end)
  teardown(function()
    support.clean(server)
    host:stop()
  end)

  it("is verified beside its tables as a folder's is: 0 when whole, 1 when not", function()
    local there = json.decode((idngo("audit verify %s --json", place)))
    local here = json.decode((idngo("audit verify %s --json", carried_out(folder .. "/run"))))
    assert.equal(here.records, there.records)
    assert.equal(#here.approvals, #there.approvals)
    assert.is_nil(there.elsewhere)
    local out, errors, code = idngo("audit verify %s --head %s", place, there.head)
    assert.same({ "", 0 }, { errors, code })
    assert.truthy(out:find(("records%%s+%d\n"):format(there.records)), out)
    out, errors, code = idngo("audit verify %s --head %s", place, ("0"):rep(64))
    assert.equal(1, code, out)
    assert.truthy(errors:find("the log: the head given is not in the log", 1, true), errors)
    assert.equal(0, (select(3, idngo("audit verify %s --key %s", place, key))))
    assert.equal(78, (select(3, support.shell("IDNGO_AUDIT_KEY_FILE=/nonexistent lua5.4 bin/idngo audit verify " .. place))))
  end)

  it("of another key is not taken for damaged: what is said to do is to bring the key", function()
    for _, run in ipairs { place, carried_out(folder .. "/keyed") } do
      for _, line in ipairs { "resume %s", "purge %s --yes" } do
        local out, errors, code = support.shell(("env %s IDNGO_AUDIT_KEY_FILE=%s/other.key sh -c '%s'"):format(
          support.env(server), folder, ("lua5.4 bin/idngo audit key >/dev/null; exec lua5.4 bin/idngo %s </dev/null"):format(
            line:format((run:gsub("'", '"'))))))
        assert.same({ "", 74 }, { out, code }, errors)
        assert.truthy(errors:find("the log is signed by another key than this machine's audit key", 1, true), errors)
        assert.truthy(errors:find("have IDNGO_AUDIT_KEY_FILE name the key that the run was begun with", 1, true), errors)
        assert.is_nil(errors:find("damaged", 1, true), errors)
      end
    end
  end)

  for name, case in pairs {
    ["a record that was changed"] = { "UPDATE %s.audit SET record = replace(record, 'applied', 'refused') WHERE seq = 8",
      "the log: record %d+ does not follow" },
    ["a record that was removed"] = { "DELETE FROM %s.audit WHERE seq = 5", "the log: record %d+ " },
    ["records cut off behind a commit"] = { "DELETE FROM %s.audit WHERE seq > 6", "" },
    ["a step that says otherwise"] = { "UPDATE %s.steps SET state = 'rejected' WHERE n = 1 AND k = 1",
      "step 1 of %x+ is rejected in the journal, but applied in the audit log" },
    ["a step's arguments"] = { "UPDATE %s.steps SET args = '{}' WHERE n = 1 AND k = 2",
      "the plan in the journal was changed after it was made" },
    ["a fact nobody read"] = { "INSERT INTO %s.replies VALUES (99, 'x', 'y')", "replies 99: is not what was recorded" },
    ["a setting"] = { "UPDATE %s.run SET value = 'applying' WHERE name = 'state'", "run state: is not what the log says" },
  } do
    it("finds " .. name, function()
      host:psql(("CREATE TABLE kept_audit AS TABLE %s.audit; CREATE TABLE kept_steps AS TABLE %s.steps; "
        .. "CREATE TABLE kept_run AS TABLE %s.run"):format(schema, schema, schema))
      local said = host:psql(case[1]:format(schema))
      local _, errors, code = idngo("audit verify %s", place)
      host:psql((([[TRUNCATE OURS.audit, OURS.steps, OURS.run; DELETE FROM OURS.replies WHERE r = 99;
        INSERT INTO OURS.audit TABLE kept_audit; INSERT INTO OURS.steps TABLE kept_steps; INSERT INTO OURS.run TABLE kept_run;
        DROP TABLE kept_audit, kept_steps, kept_run]]):gsub("OURS", schema)))
      assert.equal("", said)
      assert.equal(1, code, errors)
      assert.truthy(errors:find(case[2]), errors)
      assert.equal(0, (select(3, idngo("audit verify %s", place))))
    end)
  end

  it("checks the files that this machine has, and says of others that it did not", function()
    local out, errors, code = elsewhere("audit verify %s --json", place)
    assert.equal(0, code, errors)
    assert.equal(3, json.decode(out).elsewhere)
    assert.truthy(errors:find("files that the run saved are on other machines: 3 were not checked", 1, true), errors)
    local files = support.shell(("cd %s && ls -d runs/*/files"):format(os.getenv("IDNGO_STATE_DIR")))
    files = ("%s/%s"):format(os.getenv("IDNGO_STATE_DIR"), files:match("%S+"))
    local name = support.shell("ls " .. files):match("%S+")
    local bytes = support.read(files .. "/" .. name)
    support.write(files .. "/" .. name, bytes .. "more")
    for _, more in ipairs { "", " --key " .. key } do
      _, errors, code = idngo("audit verify %s%s", place, more)
      assert.equal(1, code, errors)
      assert.truthy(errors:find(("files/%s is not the file that was saved"):format(name), 1, true), errors)
    end
    support.write(files .. "/" .. name, bytes)
    assert.equal(0, (select(3, idngo("audit verify %s", place))))
    -- what cannot be looked at is not taken for another machine's
    local _
    os.execute(("mv %s %s.kept && ln -s files %s"):format(files, files, files))
    _, errors, code = idngo("audit verify %s", place)
    os.execute(("rm %s && mv %s.kept %s"):format(files, files, files))
    assert.equal(1, code, errors)
    assert.truthy(errors:find("files/%S+ cannot be read: .*Too many levels of symbolic links"), errors)
    assert.equal("", support.shell(("ls -A %s/elsewhere"):format(folder))) -- nothing is made by a look
  end)

  --- The log of the run as a file in a folder of its own, with the files that it saved.
  local function exported(where, name)
    local to = ("%s/%s/audit.jsonl"):format(folder, name)
    assert(os.execute(("mkdir -p %s/%s"):format(folder, name)))
    local out, errors, code = idngo("audit export %s --to %s --json", where, to)
    assert.equal(0, code, errors)
    assert(os.execute(("cp -r %s %s/%s/"):format(errors:match("Here they are in (%S+/files)%."), folder, name)))
    return to, json.decode(out), errors
  end

  it("is exported as the file that a public key alone checks, and Python; tampering is found in it", function()
    local to, told, said = exported(place, "export")
    assert.truthy(said:find(("%d records, head %s"):format(told.records, told.head), 1, true), said)
    assert.equal("600\n", support.shell("stat -c %a " .. to))
    host:halt("fast")
    local out, errors, code = support.shell(("lua5.4 bin/idngo audit verify %s --key %s --head %s --json"):format(to, key,
      told.head))
    assert.equal(0, code, errors)
    assert.equal(told.head, json.decode(out).head)
    assert.equal(0, (select(3, support.shell(("python3 spec/support/verify_audit.py %s %s %s"):format(to, key, told.head)))))
    local log = support.read(to)
    local lines = {}
    for line in log:gmatch("[^\n]*\n") do lines[#lines + 1] = line end
    local check = ("lua5.4 bin/idngo audit verify %s --key %s --head %s"):format(to, key, told.head)
    for what, text in pairs { changed = log:gsub('"applied"', '"refused"', 1),
      ["cut off"] = table.concat(lines, "", 1, #lines - 1),
      ["without a record"] = table.concat(lines, "", 1, 3) .. table.concat(lines, "", 5) } do
      support.write(to, text)
      assert.equal(1, (select(3, support.shell(check))), what)
    end
    host:start()
  end)

  it("of a folder is exported as a copy", function()
    local run = carried_out(folder .. "/copied")
    local to = exported(run, "copy")
    assert.equal(support.read(run .. "/audit.jsonl"), support.read(to))
    local out, errors, code = idngo("audit export %s", run)
    assert.equal(0, code)
    assert.equal(support.read(to), out)
    assert.truthy(errors:find("^%d+ records, head %x+\n"), errors)
  end)

  it("is exported over a beginning of itself, and over no other file", function()
    local to = exported(place, "again")
    local log = support.read(to)
    for _, text in ipairs { "", log, log:sub(1, 500), log:match("^[^\n]*\n[^\n]*\n") } do
      support.write(to, text)
      local _, errors, code = idngo("audit export %s --to %s", place, to)
      assert.equal(0, code, errors)
      assert.equal(log, support.read(to))
    end
    local other = "is no beginning of this log"
    for text, why in pairs { ["x"] = other, [log:gsub("decided", "decides", 1)] = other,
      [log .. log:match("[^\n]*\n$")] = "is a longer log than the run's" } do
      support.write(to, text)
      local out, errors, code = idngo("audit export %s --to %s", place, to)
      assert.equal(65, code, errors)
      assert.equal("", out)
      assert.truthy(errors:find(why, 1, true), errors)
      assert.equal(text, support.read(to))
    end
    assert.equal("audit.jsonl\nfiles\n", support.shell(("ls -A %s/again"):format(folder)))
    local link = folder .. "/link"
    os.execute(("ln -s %s %s"):format(to, link))
    assert.equal(65, (select(3, idngo("audit export %s --to %s", place, link))))
    support.write(to, log:sub(1, 500))
    assert.equal(0, (select(3, idngo("audit export %s --to %s", place, link))))
    assert.equal(log, support.read(link))
    local _, errors, code = idngo("audit export %s --to %s/none/audit.jsonl", place, folder)
    assert.equal(74, code, errors)
  end)

  it("is not exported where a record does not follow from the one before it", function()
    host:psql(("CREATE TABLE kept_audit AS TABLE %s.audit; UPDATE %s.audit SET record = replace(record, 'applied', 'refused')")
      :format(schema, schema))
    local _, errors, code = idngo("audit export %s --to %s/damaged", place, folder)
    local out = idngo("audit export %s", place)
    host:psql(("TRUNCATE %s.audit; INSERT INTO %s.audit TABLE kept_audit; DROP TABLE kept_audit"):format(schema, schema))
    assert.equal(74, code)
    assert.truthy(errors:find("does not follow from the one before it", 1, true), errors)
    assert.is_nil(require("idngo.core").is_regular(folder .. "/damaged"))
    assert.equal("", out)
  end)

  it("of many runs tells what earlier versions may have done wrong, wherever they are", function()
    local out, errors, code = idngo("audit affected %s %s", place, carried_out(folder .. "/beside"))
    assert.equal(0, code, errors)
    assert.equal(2, select(2, out:gsub("nothing found\n", "")))
    assert.equal(65, (select(3, idngo("audit affected '%s'", host:url("nobody")))))
  end)
end)
