-- idngo api, and what idngo call has in common with it: a request that is shown and not sent, a field of a result.

local files = require("files")
local http = require("socket.http")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local support = require("runs")

local ID = "6543210fedcba9876543210f"

local server, folder

--- Runs a command; returns what it printed, what it said, and its exit code.
local function run(arguments, stdin)
  local settings = "IDNGO_CONFIG= IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret IDNGO_BASE_URL="
    .. server.url
  local out, err = folder .. "/out", folder .. "/err"
  local command = ("%s lua5.4 bin/idngo %s >%s 2>%s <%s"):format(settings, arguments, out, err, stdin or "/dev/null")
  local _, _, code = os.execute(command)
  return files.read(out), files.read(err), code
end

local function write(name, text) return files.write(folder .. "/" .. name, text) end

local function faults(rules) support.faults(server, rules) end

--- What the sandbox was asked from `seq` on, and the newest number.
local function asked(seq)
  local told = assert(json.decode((http.request(("%s/-/ledger?after=%d"):format(server.url, seq or 0)))))
  return told.entries, told.last
end

setup(function()
  folder = files.folder()
  server = assert(sandbox.background { limits = false })
end)

teardown(function()
  server:close()
  os.execute("rm -rf " .. folder)
end)

after_each(function() faults {} end)

describe("idngo api", function()
  it("sends what has no method, and prints the reply", function()
    local out, _, code = run("api GET /resources/applicantTimeline/" .. ID)
    assert.same({ 0, ID }, { code, json.decode(out).applicantId })
    out = run("api GET '/resources/checks/latest?type=TIN' --query applicantId=5eea3f5204f940217bcbc03d --json")
    assert.truthy(out:find('^{"checks":%[') and out:find("}\n$"), out)
  end)

  it("sends a query as it was given, names several times too", function()
    local _, seq = asked()
    run("api GET '/nowhere?b=x%2By&a=1' --query a=2 --query 'c=ä &='")
    assert.equal("/nowhere?a=1&a=2&b=x%2By&c=%C3%A4%20%26%3D", asked(seq)[1].target)
  end)

  it("sends JSON byte for byte, from a file or standard input, and nothing that is none", function()
    local text = ' { "b" : null, "a" : [ ], "n" : 1.0 }\n'
    local path, core = write("body.json", text), require("idngo.core")
    local _, seq = asked()
    run("api POST /nowhere --body " .. path)
    run("api POST /nowhere --body -", path)
    local entries, last = asked(seq)
    assert.same({ core.sha256(text), core.sha256(text) }, { entries[1].sha256, entries[2].sha256 })
    for _, case in ipairs { { write("bad.json", "{'canary'}"), "not JSON" }, { folder .. "/none", "No such file" },
      { folder, "cannot be read" } } do
      local _, err, code = run("api POST /nowhere --body " .. case[1])
      assert.equal(65, code)
      assert.truthy(err:find(case[2], 1, true), err)
      assert.is_nil(err:find("canary", 1, true))
    end
    assert.same({}, (asked(last)))
    run("api POST /nowhere --type text/plain --body " .. folder .. "/bad.json")
    assert.equal(core.sha256("{'canary'}"), asked(last)[1].sha256)
  end)

  it("is never repeated, a read neither, unless --class says so", function()
    faults { { status = 503, body = { code = 503, description = "busy" } } }
    for _, case in ipairs {
      { "GET", "", 1 }, { "POST", "", 1 }, { "GET", "--class once", 1 }, { "GET", "--class safe", 2 },
      { "POST", "--class idempotent", 2 }, { "PATCH", "--class harmless", 2 },
    } do
      local _, seq = asked()
      local _, err, code = run(("api %s /nowhere %s --deadline 60"):format(case[1], case[2]))
      assert.equal(69, code)
      assert.is_true(case[3] == 1 and #asked(seq) == 1 or case[3] > 1 and #asked(seq) > 1, case[1] .. case[2])
      assert.truthy(err:find(case[2]:find("safe") and "HTTP 503" or "outcome: unknown", 1, true), err)
    end
  end)

  it("saves a file, or prints it", function()
    local path = "/resources/applicants/60f6f9ab7bbfc20001eca91d/summary/report --query report=applicantReport --query lang=en"
      .. " --header Accept:application/pdf"
    local out = run("api GET " .. path)
    assert.equal("%PDF-", out:sub(1, 5))
    out = run(("api GET %s --to %s/saved.pdf --field size"):format(path, folder))
    assert.equal(#files.read(folder .. "/saved.pdf"), tonumber(out))
  end)

  it("says what is wrong with a command line", function()
    for _, case in ipairs {
      { "api GET", "missing argument 'path'" }, { "api GET nowhere", "path must start with /" },
      { "api get /x", "upper-case" }, { "api GET /x --query a", "NAME=VALUE" }, { "api GET /x --header a", "NAME:VALUE" },
      { "api GET /x --class never", "must be one of" }, { "api GET /x --header 'X-App-Token: canary'", "set by the client" },
    } do
      local _, err, code = run(case[1])
      assert.equal(2, code, case[1])
      assert.truthy(err:find(case[2], 1, true), err)
      assert.is_nil(err:find("canary", 1, true))
    end
  end)
end)

describe("--dry-run", function()
  it("shows the signed request, sends nothing, and shows no secret", function()
    local webhook = write("webhook.json",
      '{"target":"https://a","types":["x"],"secretKey":"canary-1","headers":[{"token":"canary-2"}]}')
    local _, seq = asked()
    for _, case in ipairs {
      { "call create_webhook " .. webhook, "POST http://", '"secretKey":"[…]"' },
      { "call test_digest canary-3 " .. webhook, "POST http://", "?secretKey=[…]" },
      { "call import_shared canary-4", "POST http://", "?shareToken=[…]" },
      { "api POST '/resources/x?accessToken=canary-5&b=c' --body " .. webhook, "POST http://", "?accessToken=[…]&b=c" },
      { "call update_info " .. ID .. " " .. write("info.json", '{ "firstName": "A", "dob": null }'), "PATCH http://",
        '{"firstName":"A"}' },
      { "call document_image a b", "GET http://", "Accept: */*" },
      { "call add_document " .. ID .. " " .. write("doc.json", '{"idDocType":"SELFIE","country":"KAZ"}') .. " " .. webhook,
        "POST http://", "bytes, SHA-256 " },
    } do
      for _, how in ipairs { "", " --json" } do
        local out, err, code = run(case[1] .. " --dry-run" .. how)
        assert.equal(0, code, err)
        assert.is_nil(out:find("canary", 1, true), out)
        assert.is_nil(out:find("sbx:demo", 1, true), out)
        assert.truthy(out:find("X-App-Access-Ts", 1, true), out)
        if how == "" then
          assert.truthy(out:find(case[2], 1, true) and out:find(case[3], 1, true), out)
        else
          assert.equal("[…]", json.decode(out).headers["X-App-Access-Sig"])
        end
      end
    end
    local text = '{ "a": null, "b": [], "c": {}, "n": 12345678901234567890 }'
    local out = run("api POST /x --dry-run --body " .. write("plain.json", text))
    assert.truthy(out:find("\n\n" .. text, 1, true), out) -- as it is sent
    assert.same({}, (asked(seq)))
  end)

  it("finds what is wrong as the call would", function()
    local _, err, code = run("call create_webhook " .. write("none.json", "{}") .. " --dry-run")
    assert.equal(2, code)
    assert.truthy(err:find("webhook has no ", 1, true), err)
  end)
end)

describe("--field", function()
  it("prints one field: a text as it is, else JSON; one that is not there is exit 1", function()
    for _, case in ipairs {
      { "status " .. ID, "reviewResult.reviewAnswer", "GREEN\n" }, { "status " .. ID, "priority", "0\n" },
      { "status " .. ID, "reviewResult", '{"reviewAnswer":"GREEN"}\n' }, { "levels", "list.items.1.name", "basic-kyc-level\n" },
      { "status " .. ID, "reprocessing", "false\n" },
    } do
      local out, err, code = run(("call %s --field %s"):format(case[1], case[2]))
      assert.same({ case[3], 0 }, { out, code }, err)
    end
    for _, field in ipairs { "none", "reviewStatus.deeper", "list.items.9" } do
      local out, err, code = run(("call status %s --field %s"):format(ID, field))
      assert.same({ "", 1 }, { out, code })
      assert.truthy(err:find("the result has no " .. field .. "\n", 1, true), err)
    end
    assert.truthy(select(2, run("call levels --field list.items.0.name")):find("; the first of a list is 1", 1, true))
  end)
end)

describe("idngo call", function()
  it("takes lists, lines, texts, and bodies that may be left out", function()
    local id = "60b8ce73460647000145384e"
    assert.equal(0, select(3, run(("call set_tags %s %s"):format(id, write("tags.json", '["a","b"]')))))
    assert.equal('["a","b"]\n', (run(("call applicant %s --field tags"):format(id))))
    assert.equal(0, select(3, run(("call set_tags %s %s"):format(id, write("tags.json", "[]")))))
    assert.equal(1, select(3, run(("call applicant %s --field tags"):format(id))))
    local _, err, code = run(("call set_tags %s %s"):format(id, write("tags.json", "{}")))
    assert.equal(2, code)
    assert.truthy(err:find("tags must be a list", 1, true), err)
    assert.equal("completed\n", (run("call approve " .. id .. " --field review.reviewStatus")))
    local core, bytes = require("idngo.core"), "\239\187\191a\r\nb" -- neither of these is touched
    local digest = run("call test_digest s " .. write("text", bytes) .. " --field digest")
    assert.equal(core.hmac("sha256", "s", bytes) .. "\n", digest)
  end)

  it("takes JSON with empty lists in it", function()
    local path = write("completed.json", [[{ "externalUserId": "cli-api-1", "info": { "firstName": "A" }, "metadata": [],
      "review": { "reviewStatus": "completed", "reviewResult": { "reviewAnswer": "GREEN", "rejectLabels": [] } } }]])
    local answer = run("call import_completed basic-kyc-level " .. path .. " --field review.reviewResult.reviewAnswer")
    assert.equal("GREEN\n", answer)
  end)
end)
