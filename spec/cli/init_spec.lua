-- The command: what it prints where, and its exit codes.

local core = require("idngo.core")
local files = require("files")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local shell = require("command")
local wait_for = require("nginx").wait_for

local server

--- Runs bin/idngo with `env` in front; gives stdout, stderr and the exit code.
local function run(command, env, input)
  return shell(("%s lua5.4 bin/idngo %s <%s"):format(env or "", command, input or "/dev/null"))
end

local function env(extra)
  return ("IDNGO_CONFIG= IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret %s"):format(server.url,
    extra or "")
end

describe("idngo", function()
  setup(function() server = assert(sandbox.background { report_seconds = 0 }) end)
  teardown(function() server:close() end)

  it("call prints the result as JSON", function()
    local out, errors, code = run("call tin_checks 5eea3f5204f940217bcbc03d --json", env())
    assert.equal("", errors)
    assert.equal(0, code)
    assert.equal("GREEN", json.decode(out).checks[1].answer)
    local pretty = run("call tin_checks 5eea3f5204f940217bcbc03d", env())
    assert.same(json.decode(out), json.decode(pretty))
    assert.truthy(pretty:find('\n  "checks": [\n', 1, true))
  end)

  it("call takes every endpoint of the table", function()
    local out, _, code = run("call --help")
    assert.equal(0, code)
    for _, endpoint in ipairs(require("idngo").endpoints) do assert.truthy(out:find(endpoint.name, 1, true)) end
  end)

  it("call --to saves bytes, and without it they go to stdout", function()
    local path = os.tmpname()
    local out, _, code = run("call report 60f6f9ab7bbfc20001eca91d --to " .. path .. " --json", env())
    assert.equal(0, code)
    assert.equal(path, json.decode(out).path)
    local bytes = run("call report 60f6f9ab7bbfc20001eca91d --report applicantReport --lang en", env())
    assert.equal("%PDF-", bytes:sub(1, 5))
    assert.equal(#bytes, json.decode(out).size)
    os.remove(path)
  end)

  it("call gives bytes to no terminal, and sends nothing for that; - is standard output", function()
    for _, to in ipairs { "", " --to -" } do
      -- whoever were asked would refuse this secret, with 77
      local out, _, code = shell(("%s script -qec 'lua5.4 bin/idngo call report 60f6f9ab7bbfc20001eca91d%s' /dev/null"):format(
        env("IDNGO_SECRET_KEY=wrong"), to))
      assert.equal(2, code, out)
      assert.truthy(out:find("save it by --to FILE", 1, true), out)
    end
    local bytes, _, code = run("call report 60f6f9ab7bbfc20001eca91d --to - --json", env())
    assert.equal(0, code)
    assert.equal("%PDF-", bytes:sub(1, 5))
    assert.equal("%%EOF", bytes:match("(%S+)%s*$"))
  end)

  it("call reads the fields to change from a file or standard input", function()
    local path = files.write(os.tmpname(), '{"firstName": "Andrew", "dob": "1990-05-01"}')
    local out, errors, code = run(("call update_info 5b76df770a975a1404cbcb60 %s --unsetFields tin,gender --json"):format(path),
      env())
    assert.equal("", errors)
    assert.equal(0, code)
    assert.equal("Andrew", json.decode(out).firstName)
    local _, _, again = run("call update_info 5b76df770a975a1404cbcb60 -", env(), path)
    assert.equal(0, again)
    files.write(path, "{broken")
    local _, why, bad = run(("call update_info 5b76df770a975a1404cbcb60 %s"):format(path), env())
    assert.equal(65, bad)
    assert.truthy(why:find("not JSON: member name expected at byte 2", 1, true), why)
    for _, call in ipairs { "update_info 5b76df770a975a1404cbcb60", "create_applicant basic-kyc-level" } do
      local _, advice, mistaken = run("call " .. call .. [[ ' {"firstName": "Canary"}']], env())
      assert.equal(65, mistaken)
      assert.truthy(advice:find("give the name of a JSON file", 1, true), advice)
      assert.is_nil(advice:find("Canary"))
    end
    os.remove(path)
  end)

  it("exits with 1 for a refused call, 77 for refused credentials, 78 without settings, 69 without a server", function()
    local _, errors, code = run("call tin_checks nobody", env())
    assert.equal(1, code)
    assert.truthy(errors:find("tin_checks: HTTP 404", 1, true), errors)
    _, errors, code = run("call levels", env("IDNGO_SECRET_KEY=wrong"))
    assert.equal(77, code)
    assert.truthy(errors:find("4003", 1, true))
    _, errors, code = run("call levels", "IDNGO_CONFIG= IDNGO_BASE_URL= HOME=/nonexistent")
    assert.equal(78, code)
    assert.truthy(errors:find("set IDNGO_BASE_URL", 1, true), errors)
    _, _, code = run("call levels --deadline 0.5", env("IDNGO_BASE_URL=http://127.0.0.1:9"))
    assert.equal(69, code)
  end)

  it("prints an error as JSON too when asked", function()
    local out, _, code = run("call tin_checks nobody --json", env())
    assert.equal(1, code)
    local e = json.decode(out).error
    assert.equal("http", e.kind)
    assert.equal("rejected", e.outcome)
    assert.equal(404, e.status)
  end)

  it("exits with 2 for a mistyped command line, and says what was wrong", function()
    for command, why in pairs {
      ["cal"] = "unknown command 'cal'", ["call tin_check x"] = "unknown command 'tin_check'",
      ["call tin_checks"] = "missing argument 'applicantId'", ["call set_presence x off"] = "must be one of",
      ["call report x --langg en"] = "unknown option '--langg'", ["call timeline .."] = "applicantId must not be",
      [""] = "a command is required",
    } do
      local out, errors, code = run(command, env())
      assert.equal(2, code, command)
      assert.equal("", out)
      assert.truthy(errors:find(why, 1, true), errors)
    end
  end)

  it("endpoints lists them all", function()
    local out, _, code = run("endpoints")
    assert.equal(0, code)
    assert.truthy(out:find("websdk_link(levelName, {externalUserId, externalActionId, locale, ttlInSecs})", 1, true))
    local count = 0
    for line in run("endpoints --json"):gmatch("[^\n]+") do
      assert.is_string(json.decode(line).name)
      count = count + 1
    end
    assert.equal(#require("idngo").endpoints, count)
  end)

  it("config tells where each setting came from and shows no secret", function()
    local out, _, code = run("config", env())
    assert.equal(0, code)
    assert.truthy(out:find("base_url%s+" .. server.url:gsub("%p", "%%%0") .. "%s+environment %(IDNGO_BASE_URL%)"), out)
    assert.is_nil(out:find("demo-secret", 1, true))
    assert.is_nil(out:find("sbx:demo", 1, true))
  end)

  it("demo makes every call and says so, then plans and applies a policy and reports", function()
    local folder = files.folder()
    local out, errors, code = run("demo --files " .. folder)
    assert.equal(0, code, errors)
    assert.truthy(errors:find("(%d+) of %1 calls came back right%."), errors)
    local lines = 0
    for line in out:gmatch("[^\n]+") do
      assert.is_true(json.decode(line).ok)
      lines = lines + 1
    end
    assert.equal(tonumber(errors:match("(%d+) of %d+ calls")), lines)
    for _, endpoint in ipairs(require("idngo").endpoints) do
      local is_reference = not require("idngo.endpoints").description(endpoint.name).source
      assert.truthy(not is_reference or out:find(('"%s"'):format(endpoint.name), 1, true), endpoint.name)
    end
    assert.is_true(os.execute(("test -s %s/report.pdf -a -s %s/liveness.mp4 -a -s %s/applicant.pdf"):format(folder, folder,
      folder)))
    assert.is_true(os.execute(("test -s %s/run/report.html -a -s %s/run/report.json"):format(folder, folder)))
    assert.truthy(errors:find("ok   idngo receive                  applicantReviewed, GREEN, signed and stored\n", 1, true),
      errors)
    assert.truthy(errors:find("ok   idngo watch                    line 1, applicantReviewed, waits: look at it\n", 1, true),
      errors)
    assert.truthy(errors:find("ok   idngo approve                  line 1: add_note applied\n", 1, true), errors)
    assert.truthy(errors:find("ok   idngo apply: deactivate        %d+ applied"), errors)
    assert.is_nil(errors:find("FAIL", 1, true))
    for line in errors:gmatch("[^\n]+") do
      assert.is_true(#line <= 80 or line:find("^Sandbox at") ~= nil or line:find("^More: ") ~= nil, line)
    end
    for line in out:gmatch("[^\n]+") do assert.is_true(#json.decode(line).result <= 80 - 36, line) end
    local store = assert(require("idngo.run.store").read(folder .. "/run"))
    assert.equal("done", store:get("state"))
    store:close()
    local more, commands = errors:match("\nMore: ([^\n]+)\n +([^\n]+)\n$")
    local said, failures = shell(("(here=$PWD; %s; idngo() { lua5.4 $here/bin/idngo \"$@\"; }; set -e; %s)"):format(more,
      commands))
    assert.is_nil(failures:find("the log does not bear", 1, true), failures) -- another key signed it
    assert.truthy(said:find("add_note +1 applied") and said:find("applicantReviewed", 1, true), said)
    os.execute("rm -r " .. folder)
  end)

  it("sandbox serves until it is told to stop, and then ends cleanly", function()
    local out = os.tmpname()
    local pipe = io.popen(("lua5.4 bin/idngo sandbox --applicants 5 >%s & echo $!"):format(out))
    local pid = pipe:read("l")
    pipe:close()
    local url = wait_for(function() return files.read(out):match("ready at (%S+)\n") end)
    assert.is_true(os.execute(("curl -sf %s/-/ledger >/dev/null"):format(url)))
    assert.is_true(os.execute("kill -TERM " .. pid))
    wait_for(function() return core.process_gone(tonumber(pid)) end)
    os.remove(out)
  end)
end)
