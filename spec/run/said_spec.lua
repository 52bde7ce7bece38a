-- What a run says to a person, and a person to a run: every action's own reason; what the service shows of a step that only a
-- person can settle; who may approve and settle, by the settings.

local files = require("files")
local journals = require("journal")
local json = require("idngo.json")
local support = require("runs")

local server, folder, input, ids
local count = 0

local POLICY = [[
return { name = "p", version = "1", decide = function(applicant, facts)
  if facts.duplicates.answer == "RED" then return hold("a duplicate"), hold("nobody knows of whom") end
  return save_report({}, "for the file"), send_status_email("as they asked"), update_info({ middleName = "Q" }, {}, "as told")
end }]]

local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

local function fresh()
  count = count + 1
  return ("%s/run%d"):format(folder, count)
end

local function plan(policy, env)
  local dir = fresh()
  local file = support.write(dir .. ".lua", policy or POLICY)
  local out, errors, code = support.shell(("%s %s lua5.4 bin/idngo plan %s --input %s --run %s --json </dev/null"):format(
    support.env(server), env or "", file, input, dir))
  assert.equal(0, code, errors)
  return dir, json.decode(out).plan, file
end

--- A peer that knows one profile and, by its externalUserId, one import; and says of both what it is told to.
local PEER = [[
import http.server, json, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def do_GET(self):
        status, value = 404, {"description": "Not found", "code": 404}
        if self.path.endswith("/one"):
            me = self.path.split("/")[3]
            if "externalUserId=known" in me:
                status, value = 200, {"id": "a1", "externalUserId": "known", "createdAt": "2026-01-02 03:04:05"}
            elif not me.startswith("-"):
                status, value = 200, {"id": me, "deleted": True, "info": {"middleName": "Q", "lastName": "secret"}}
        elif "/applicantTimeline/" in self.path:
            me = self.path.split("/")[-1]
            if me == "much":
                items = [{"activity": "a%d" % i, "ts": "2099-01-01 00:00:00"} for i in range(5)] + [{"activity": "b"}]
                status, value = 200, {"applicantId": me, "items": items[::-1]}
            else: status, value = 200, {"applicantId": me, "items": [
                {"activity": "api:sent:email", "ts": "2099-01-01 00:00:00+0000"},
                {"activity": "user:created:applicant", "ts": "2001-01-01 00:00:00+0000"}]}
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def date_time_string(self, timestamp=None): # an hour behind
        return super().date_time_string(time.time() - 3600)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
]]

local function peer()
  local path = files.write(fresh() .. ".py", PEER)
  local pipe = io.popen(("exec python3 %s & echo $!; wait"):format(path))
  local pid, port = pipe:read("l"), pipe:read("l")
  return "http://127.0.0.1:" .. port, function()
    os.execute("kill " .. pid)
    pipe:close()
  end
end

describe("a run", function()
  setup(function()
    server = support.server { applicants = 60 }
    folder = support.folder()
    local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&email=yes&duplicates=GREEN&limit=2")
    local _, red = support.applicants(server, "type=individual&duplicates=RED&limit=1")
    input = support.write(folder .. "/input.csv", csv .. red:gsub("^[^\n]*\n", ""))
    ids = {}
    for id in (csv .. red):gmatch(("%x"):rep(24)) do ids[#ids + 1] = id end
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  it("tells every action's own reason, in report, explain and backtest", function()
    local dir, hash, file = plan()
    local _, errors, code = idngo("apply %s --approve %s", dir, hash)
    assert.equal(0, code, errors)
    local out = idngo("explain %s %s", dir, ids[1])
    assert.truthy(out:find("save_report: applied, files/[^\n]+, because for the file\n"), out)
    assert.truthy(out:find("send_status_email: applied, because as they asked\n", 1, true), out)
    assert.truthy(out:find("update_info: applied, because as told\n", 1, true), out)
    out = idngo("explain %s %s", dir, ids[3])
    assert.truthy(out:find("because    a duplicate; nobody knows of whom\n", 1, true), out)
    assert.equal(0, (select(3, idngo("report %s", dir))))
    local made = journals.folder(dir)
    local page, report = files.read(made .. "/report.html"), json.decode(files.read(made .. "/report.json"))
    for _, reason in ipairs { "for the file", "as they asked", "as told", "a duplicate; nobody knows of whom" } do
      assert.truthy(page:find(reason, 1, true), reason)
    end
    local reasons = {}
    for i, step in ipairs(report.applicants[1].steps) do reasons[i] = step.reason end
    assert.same({ "for the file", "as they asked", "as told" }, reasons)
    files.write(file, (POLICY:gsub("as they asked", "as they begged")))
    out, errors, code = idngo("policy backtest %s %s", file, dir)
    assert.equal(0, code, errors)
    assert.truthy(out:find("save_report: for the file; send_status_email: as they asked; update_info: as told  ->  "
      .. "save_report: for the file; send_status_email: as they begged; update_info: as told\n", 1, true), out)
    assert.truthy(out:find("2 changed", 1, true), out)
  end)

  it("shows in settle what the service knows of each step, and takes a person's word without it", function()
    local dir, hash = plan()
    support.faults(server, { { endpoint = "send_verification_status_email", drop = "after" } })
    assert.equal(1, (select(3, idngo("apply %s --approve %s", dir, hash))))
    local out, errors, code = idngo("settle %s", dir)
    assert.equal(1, code, errors)
    assert.truthy(out:find(ids[1] .. "  step 2  send_status_email  unknown", 1, true), out)
    assert.truthy(out:find("seen now   its timeline has nothing since %d+%-%d+%-%d+ %d+:%d+:%d+ UTC"), out)
    -- of a step whose moment is not known, all that happened
    support.shell(("cp -r %s %s-2 && python3 -c 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); "
      .. "d.execute(\"update steps set at = null\"); d.commit()' %s-2/journal.db"):format(dir, dir, dir))
    out, errors = idngo("settle %s-2", dir)
    assert.truthy(out:find("seen now   its timeline has [^\n]* since then"), out .. errors)
    -- nobody there: it says so, and goes on
    local gone = support.env(server):gsub("BASE_URL=%S+", "BASE_URL=http://127.0.0.1:1")
    out, errors, code = support.shell(("%s lua5.4 bin/idngo settle %s </dev/null"):format(gone, dir))
    assert.equal(1, code)
    assert.truthy(errors:find("the service is not asked: the settings name another", 1, true), errors)
    assert.truthy(out:find("send_status_email  unknown", 1, true), out)
    local url = server.url
    server:close()
    out, errors, code = support.shell(("%s lua5.4 bin/idngo settle %s --json </dev/null"):format(support.env(server), dir))
    assert.equal(1, code, errors)
    for line in out:gmatch("[^\n]+") do
      local row = json.decode(line)
      assert.same({}, row.seen)
      assert.truthy(row.not_seen:find("connect", 1, true), line)
    end
    local settle = "IDNGO_CONFIG= IDNGO_BASE_URL= lua5.4 bin/idngo settle %s %s 2 --as applied --note seen"
    errors, code = select(2, support.shell(settle:format(dir, ids[1])))
    assert.equal(0, code, errors)
    assert.truthy(errors:find("written down: step 2 of " .. ids[1] .. " is applied", 1, true), errors)
    assert.equal(0, (select(3, support.shell("lua5.4 bin/idngo audit verify " .. dir))))
    assert.is_string(url)
    server = support.server { applicants = 60 }
  end)

  it("looks at profile, fields, timeline and externalUserId, and shows no value of a person", function()
    local url, stop = peer()
    local client = assert(require("idngo").client { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = false })
    local seen = require("idngo.policy.seen")
    local function look(action, args)
      return table.concat(seen(client, { id = "a1", action = action, at = 1700000000 }, args), "; ")
    end
    local since = "its timeline has api:sent:email at 2099-01-01 00:00:00+0000 since 2023-11-14 21:13:1%d UTC"
    since = since:format(look("send_status_email", {}):match("21:13:1([678])")) -- by the peer's clock, two seconds early
    assert.equal("it is deactivated; " .. since, look("deactivate", {}))
    assert.equal(since, look("send_status_email", {}))
    assert.equal("2 of 3 fields are as they were to be; " .. since, look("update_info",
      { info = { middleName = "Q", lastName = "x" }, unsetFields = { "firstName" } }))
    assert.equal("", look("save_report", {}))
    local much = table.concat(seen(client, { id = "much", action = "send_status_email", at = 1700000000 }, {}), "; ")
    assert.truthy(much:find("^its timeline has b without a time, a4 at 2099%-01%-01 00:00:00, a3 at [^,]+, 3 more since 2023"),
      much)
    local import = require("idngo.import.handlers")
    assert.same({ "applicant a1, created at 2026-01-02 03:04:05" }, (import.seen(client, { id = "known" })))
    assert.same({ "nobody of this externalUserId was found (HTTP 404)" }, (import.seen(client, { id = "other" })))
    client:close()
    stop()
  end)

  it("is approved, gone on with and settled by those whom the config file names, each by their name", function()
    local own = files.write(folder .. "/own.pem", (idngo("audit key")))
    local key, public = folder .. "/a.key", folder .. "/approvers.pem"
    os.execute(("openssl genpkey -algorithm ed25519 -out %s 2>/dev/null"):format(key))
    os.execute(("(echo '# Aigerim S., risk'; openssl pkey -in %s -pubout) >%s"):format(key, public))
    local config = files.write(folder .. "/config", ("approvers = %s\n"):format(public))
    local mine = files.write(folder .. "/mine", ("approvers = %s\napprover_key_file = %s\n"):format(public, key))
    local function as(file, arguments, ...)
      return support.shell(("%s lua5.4 bin/idngo --config-file %s %s </dev/null"):format(
        support.env(server):gsub("IDNGO_CONFIG= ", ""), file, arguments:format(...)))
    end
    local dir, hash = plan()
    local _, errors, code = as(config, "apply %s --approve %s", dir, hash)
    assert.equal(4, code, errors)
    assert.truthy(errors:find("the audit key is no approver's", 1, true), errors)
    assert.truthy(errors:find("approver_key_file is the key", 1, true), errors)
    -- approved by the audit key, where it is the approver: that counts for nobody who says otherwise
    support.faults(server, { { endpoint = "send_verification_status_email", drop = "after" } })
    assert.equal(1, (select(3, idngo("apply %s --approve %s", dir, hash))))
    _, errors, code = as(config, "settle %s %s 2 --as void", dir, ids[1])
    assert.equal(4, code, errors)
    _, errors, code = as(config, "audit verify %s", dir)
    assert.equal(1, code)
    assert.truthy(errors:find("tells that a person approved, but is by a key that is no approver's", 1, true), errors)
    support.forget(server)
    local other, other_hash = plan()
    support.faults(server, { { endpoint = "duplicate_checks", applicantId = ids[2], status = 404 } })
    assert.equal(5, (select(3, idngo("apply %s --approve %s", other, other_hash))))
    support.forget(server)
    _, errors, code = as(config, "resume %s", other)
    assert.equal(4, code, errors)
    assert.same({}, support.writes(support.ledger(server)))
    -- by an approver
    local third, third_hash = plan()
    support.faults(server, { { endpoint = "send_verification_status_email", drop = "after" } })
    _, errors, code = as(mine, "apply %s --approve %s --note OPS-9", third, third_hash)
    assert.equal(1, code, errors)
    _, errors, code = as(mine, "settle %s %s 2 --as void --note asked", third, ids[1])
    assert.equal(0, code, errors)
    local out
    out, errors, code = as(mine, "status %s", third)
    assert.equal(0, code, errors)
    assert.truthy(out:find("approved +[^\n]+ by Aigerim S., risk, as [^\n]+: OPS%-9"), out)
    out, errors, code = as(mine, "audit verify %s", third)
    assert.equal(0, code, errors)
    assert.truthy(out:find("by Aigerim S., risk, as ", 1, true), out)
    os.execute(("cat %s %s >%s/all.pem"):format(own, public, folder))
    local log = journals.folder(third) .. "/audit.jsonl" -- beside it are the files that it names
    if journals.is_served then
      _, errors, code = idngo("audit export %s --to %s", third, log)
      assert.equal(0, code, errors)
    end
    out, errors, code = idngo("audit verify %s --key %s/all.pem", log, folder)
    assert.equal(0, code, errors)
    assert.truthy(out:find("Aigerim", 1, true), out)
    -- a settlement by the worker's key is no approver's
    _, errors, code = idngo("audit verify %s --key %s", log, own)
    assert.equal(1, code, errors)
    out = idngo("config")
    assert.truthy(out:find("approvers", 1, true), out)
    assert.is_false((pcall(require("idngo").client, { approvers = public })))
    _, errors, code = as(files.write(folder .. "/bad", "approvers = /nonexistent\n"), "settle %s %s 2 --as void",
      third, ids[2])
    assert.equal(78, code, errors)
    assert.truthy(errors:find("approvers: the public keys cannot be read: /nonexistent", 1, true), errors)
    -- each way in which the file may be none, and the key to approve with, named by their settings
    for setting, path in pairs { IDNGO_APPROVERS = folder, IDNGO_APPROVER_KEY_FILE = "/nonexistent" } do
      _, errors, code = support.shell(("env %s=%s %s lua5.4 bin/idngo settle %s %s 2 --as void </dev/null"):format(setting,
        path, support.env(server), third, ids[2]))
      assert.equal(78, code, errors)
      assert.truthy(errors:find("idngo: " .. setting:match("_(.*)"):lower() .. ": ", 1, true), errors)
      assert.truthy(errors:find("idngo config shows where it is set", 1, true), errors)
    end
    _, errors, code = support.shell(("env IDNGO_APPROVERS=/dev/null %s lua5.4 bin/idngo settle %s %s 2 --as void"):format(
      support.env(server), third, ids[2]))
    assert.equal(78, code, errors)
    assert.truthy(errors:find("approvers: /dev/null holds no public key in PEM", 1, true), errors)
  end)
end)
