-- idngo probe against a sandbox: that fits, and each way in which a service may be otherwise than described is named, alone.

local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local files = require("files")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local shell = require("shell")
local support = require("runs")

local ID = "6543210fedcba9876543210f"

--- What each deviation of spec/support/deviating_proxy.py comes to: {outcome, claim, endpoint, place}.
local reads = {
  ["status"] = { { "differs", "status", "levels", "levels.request" } },
  ["gone"] = { { "differs", "status", "moderation_states", "moderation_states.request" } },
  ["forbidden"] = { { "not allowed", "status", "aml_case", "aml_case.request" } },
  ["broken"] = { { "unknown", "status", "questionnaires", "questionnaires.request" } },
  ["wrapper"] = { { "differs", "wrapper", "levels", "Levels.list" } },
  ["no wrapper"] = { { "differs", "reply", "tin_checks", "tin_checks.returns" } },
  ["other wrapper"] = { { "differs", "reply", "timeline", "timeline.returns" } },
  ["date with zone"] = { { "differs", "dates", "applicant", "Applicant.createdAt" } },
  ["date without zone"] = { { "differs", "dates", "status", "Review.createDate" } },
  ["ISO date"] = { { "differs", "dates", "images", "Image.addedDate" } },
  ["day with time"] = { { "differs", "dates", "applicant", "Info.dob" } },
  ["value"] = { { "differs", "values", "applicant", "Review.reviewStatus" } },
  ["value in a list"] = { { "differs", "values", "similar_by_text_and_face", "SimilarApplicant.types" } },
  ["field"] = { { "differs", "fields", "steps", "Step" } },
  ["missing field"] = { { "differs", "reply", "status", "status.returns" } },
  ["missing id"] = { { "differs", "needed", "applicant", "Applicant.inspectionId" } },
  ["type"] = { { "differs", "types", "steps", "Step.imageIds" } },
  ["echo"] = { { "differs", "echo", "timeline", "timeline.arguments" } },
  ["echo as number"] = { { "differs", "reply", "applicant", "applicant.returns" } },
  ["check of another type"] = { { "differs", "echo", "checks", "checks.arguments" } },
  ["media type"] = { { "differs", "media type", "levels", "levels.returns" } },
  ["a page"] = { { "differs", "reply", "notes", "notes.returns" } },
  ["another file"] = { { "differs", "media type", "report", "report.file" } },
  ["400 for nobody"] = { { "differs", "an unknown id", "applicant", "applicant.request" } },
  ["somebody for nobody"] = { { "differs", "an unknown id", "applicant", "applicant.request" },
    { "unknown", "error body", nil, "read_error" } },
  ["422 for no id"] = { { "differs", "no id at all", "applicant", "applicant.request" } },
  ["error page"] = { { "differs", "error body", nil, "read_error" } },
  ["error without id"] = { { "differs", "error body", nil, "read_error" } },
  ["error with more"] = { { "differs", "error body", nil, "read_error" } },
  ["error code as text"] = { { "differs", "error body", nil, "read_error" } },
  ["error of another code"] = { { "differs", "error body", nil, "read_error" } },
  ["no correlation id"] = { { "differs", "correlation id", nil, "correlation_id" } },
  ["no date"] = { { "differs", "Date", nil, "Date" } },
  ["clock"] = { { "differs", "clock", nil, "Date" } },
  ["path"] = { { "differs", "openapi.json", "status", "status.request" } },
  ["method"] = { { "differs", "openapi.json", "reset", "reset.request" } },
  ["parameter"] = { { "differs", "openapi.json", "move_to_level", "move_to_level.name" } },
  ["another parameter"] = { { "differs", "openapi.json", "audit_trail", "audit_trail" } },
  ["keep-alive"] = {},
}

--- The same where an applicant is made up.
local writes = {
  ["state"] = { { "differs", "state", "status", "ReviewState.reviewStatus" } },
  ["deleted is missing"] = { { "differs", "confirmed", "set_presence", "StoredApplicant.deleted" } },
  ["second time"] = { { "differs", "done twice", "set_presence", "set_presence.retry" } },
  ["change is not there"] = { { "differs", "changed", "update_info", "Info.firstName" } },
  ["not restored"] = { { "differs", "restored", "set_presence", "StoredApplicant.deleted" } },
  ["created by 202"] = { { "differs", "status", "create_applicant", "create_applicant.request" } },
  ["made anew"] = { { "differs", "stored check", "duplicate_checks", "duplicate_checks.returns" } },
}

describe("idngo probe", function()
  local server, proxy, folder, production
  setup(function()
    folder = files.folder()
    server = assert(sandbox.background { limits = false, report_seconds = 0 })
    production = assert(sandbox.background { limits = false, report_seconds = 0, app_token = "prd:demo" })
    files.write(folder .. "/switches", "")
    local pid = shell("python3 spec/support/deviating_proxy.py %s %s/switches share/openapi.json >%s/url 2>%s/said & echo $!",
      server.url, folder, folder, folder):match("%d+")
    proxy = { pid = pid }
    support.wait_for(function() return files.read(folder .. "/url", ""):find("\n") end)
    proxy.url = files.read(folder .. "/url"):match("%S+")
  end)
  teardown(function()
    os.execute("kill " .. proxy.pid)
    server:close()
    production:close()
    os.execute("rm -rf " .. folder)
  end)

  local count = 0
  --- Runs a probe: its report, its exit code, what it said, and the folder of its files.
  local function probe(url, options, token)
    count = count + 1
    local to = ("%s/%d"):format(folder, count)
    assert(core.folder(to) and core.folder(to .. "/slots"))
    local out, errors, code = support.shell(("IDNGO_CONFIG= IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=%s IDNGO_SECRET_KEY=demo-secret "
      .. "IDNGO_LIMITS_DIR=%s/slots lua5.4 bin/idngo probe --to %s %s </dev/null"):format(url,
      token or "sbx:demo", to, to, options))
    local text = files.read(to .. "/probe.json", "")
    return text ~= "" and assert(json.decode(text)) or nil, code, errors, to, out
  end

  local function deviate(name, options)
    files.write(folder .. "/switches", name .. "\n")
    local before = files.read(folder .. "/said")
    local report, code, errors, to = probe(proxy.url, options)
    files.write(folder .. "/switches", "")
    assert.equal(before, files.read(folder .. "/said"), "the proxy itself fails")
    return assert(report, errors), code, to, errors
  end

  local function key(row) return table.concat({ row.outcome, row.what, row.endpoint or "–", row.field }, " · ") end

  --- What is neither fit nor untried in a report, and not in another.
  local function beyond(report, usual)
    local known, found = {}, {}
    for _, row in ipairs(usual.claims) do known[key(row)] = true end
    for _, row in ipairs(report.claims) do
      if row.outcome ~= "fits" and row.outcome ~= "not tried" and not known[key(row)] then found[#found + 1] = key(row) end
    end
    table.sort(found)
    return found
  end

  local function expected(rows)
    local list = {}
    for i, row in ipairs(rows) do list[i] = key { outcome = row[1], what = row[2], endpoint = row[3], field = row[4] } end
    table.sort(list)
    return list
  end

  local usual = {}
  local function as_usual(options)
    usual[options] = usual[options] or probe(proxy.url, options)
    return usual[options]
  end

  local READ, WRITE = "--applicant " .. ID, "--write --applicant " .. ID

  for _, options in ipairs { READ, "--write", WRITE, "" } do
    it(("fits the sandbox: %s"):format(options:gsub(ID, "ID")), function()
      local report = as_usual(options)
      for _, row in ipairs(report.claims) do
        assert.is_true(row.outcome ~= "differs" and row.outcome ~= "not allowed", json.encode(row))
        assert.truthy(files.read(row.file):find(row.field:match("[^.]*$"), 1, true), json.encode(row))
      end
      assert.equal(0, report.totals.differs)
      assert.is_true(report.totals.fits > 100)
    end)
  end

  it("asks each call that reads whose ids something tells", function()
    local asked = {}
    for _, row in ipairs(as_usual(READ).claims) do
      if row.what == "status" and row.outcome ~= "not tried" and row.endpoint then asked[row.endpoint] = true end
    end
    local left_out = {}
    for _, row in ipairs(endpoints.rows()) do
      if row.method == "GET" and not asked[row.name] then left_out[#left_out + 1] = row.name end
    end
    table.sort(left_out)
    assert.same({ "action_image", "transaction", "transaction_by_txn_id" }, left_out)
  end)

  for name, rows in pairs(reads) do
    it("names what is otherwise, and nothing else: " .. name, function()
      local report, code = deviate(name, READ)
      assert.same(expected(rows), beyond(report, as_usual(READ)))
      assert.equal(report.totals.differs > 0 and 1 or 0, code)
    end)
  end

  for name, rows in pairs(writes) do
    it("names what is otherwise of an applicant that is made up, and nothing else: " .. name, function()
      assert.same(expected(rows), beyond(deviate(name, WRITE), as_usual(WRITE)))
    end)
  end

  it("says that a check keeps who was deactivated, where it does", function()
    local found
    for _, row in ipairs(deviate("stored", WRITE).claims) do found = row.what == "stored check" and row.outcome or found end
    assert.equal("fits", found)
  end)

  it("says which form came, where two are described", function()
    local found = {}
    for _, row in ipairs(as_usual(READ).claims) do
      if row.what == "form" then found[row.endpoint] = row.outcome .. " " .. row.seen end
    end
    assert.same({ tin_checks = "fits object", images = "fits string" }, found)
  end)

  it("offers settings that follow, and sets none", function()
    assert.equal(11, deviate("keep-alive", READ).settings.connection_idle)
    assert.is_nil(as_usual(READ).settings.connection_idle)
  end)

  local function methods(from)
    local found = {}
    for _, entry in ipairs(support.ledger(from).entries) do found[entry.method] = (found[entry.method] or 0) + 1 end
    return found
  end

  it("sends nothing but GET with a token of production, whatever it is told", function()
    local report = assert(probe(production.url, READ, "prd:demo"))
    assert.equal("read", report.mode)
    local got = methods(production)
    assert.same({ GET = got.GET }, got)
    for _, options in ipairs { WRITE, "--write" } do
      local none, code, errors = probe(production.url, options, "prd:demo")
      assert.is_nil(none)
      assert.equal(78, code)
      assert.truthy(errors:find("nothing was sent", 1, true), errors)
    end
    assert.same(got, methods(production))
  end)

  it("makes nobody up in a profile that is production, whatever its token", function()
    support.forget(server)
    local config = files.write(folder .. "/config", ("[live]\nbase_url = %s\napp_token = sbx:demo\nsecret_key = demo-secret\n"
      .. "production = true\n"):format(server.url))
    assert(os.execute("chmod 600 " .. config))
    local line = ("env -u IDNGO_PROFILE IDNGO_CONFIG=%s lua5.4 bin/idngo --profile live probe --to %s"):format(config, folder)
    local _, errors, code = support.shell(line .. " --write </dev/null")
    assert.equal(78, code, errors)
    assert.truthy(errors:find("this profile is production; nothing was sent", 1, true), errors)
    assert.same({}, support.ledger(server).entries)
    _, errors, code = support.shell(line .. " </dev/null")
    assert.equal(0, code, errors)
    local got = methods(server)
    assert.same({ GET = got.GET }, got)
  end)

  it("asks nothing where its files cannot be written", function()
    support.forget(server)
    local to = files.write(folder .. "/file", "")
    local _, errors, code = support.command(server, "probe --write --to " .. to)
    assert.equal(74, code)
    assert.truthy(errors:find("probe.json cannot be written", 1, true), errors)
    assert.same({}, support.ledger(server).entries)
  end)

  it("keeps from leaving what may not leave, whoever asks for it", function()
    support.forget(server)
    local idngo = require("idngo")
    local client <close> = assert(idngo.client(support.client_options(server)))
    require("idngo.client").watch(client, function(method) return method == "GET" end, function() end)
    assert(client:levels())
    for _, call in ipairs { { "set_presence", ID, "deactivated" }, { "call", "POST", "/resources/x", { retry = "safe" } },
      { "update_info", ID, { firstName = "x" } } } do
      local result, e = client[call[1]](client, table.unpack(call, 2))
      assert.is_nil(result)
      assert.equal("not_sent", e.outcome)
      assert.equal(1, e.attempts)
    end
    assert.same({ GET = 1 }, methods(server))
  end)

  it("leaves the one that it made up inactive when it is interrupted", function()
    support.forget(server)
    support.faults(server, { { endpoint = "timeline", status = 200, after = true, delay = 600 } })
    local to = files.folder()
    local run = support.start(server, "probe --write --to " .. to, "IDNGO_LIMITS_DIR=" .. to)
    support.wait_for(function() return support.ledger(server, "?endpoint=timeline").entries[1] end)
    os.execute("kill -INT " .. run.pid)
    assert.equal(130, run.wait())
    local created = support.ledger(server, "?endpoint=create_applicant").entries[1].applicantId
    support.forget(server)
    os.execute("rm -rf " .. to)
    local client <close> = assert(require("idngo").client(support.client_options(server)))
    assert.is_true(assert(client:applicant(created)).deleted)
  end)

  it("sends nothing but GET unless it is told to", function()
    support.forget(server)
    probe(server.url, READ)
    local got = methods(server)
    assert.same({ GET = got.GET }, got)
  end)

  it("makes up one applicant, and leaves it inactive", function()
    support.forget(server)
    probe(server.url, "--write")
    local created, changed = {}, {}
    for _, entry in ipairs(support.ledger(server).entries) do
      if entry.method ~= "GET" then
        if entry.endpoint == "create_applicant" then created[#created + 1] = entry.applicantId end
        changed[entry.applicantId or "?"] = true
      end
    end
    assert.equal(1, #created)
    assert.same({ [created[1]] = true }, changed)
    local client <close> = assert(require("idngo").client(support.client_options(server)))
    assert.is_true(assert(client:applicant(created[1])).deleted)
  end)

  it("says so where the one that it made up may be active", function()
    support.forget(server)
    support.faults(server, { { endpoint = "set_presence", status = 500 } })
    local _, _, errors = probe(server.url, "--write")
    support.forget(server)
    assert.truthy(errors:find("the applicant with the externalUserId idngo%-probe%-%x+ may still be active"), errors)
  end)

  for _, options in ipairs { READ, "--write" } do
    it("writes nothing of anybody into its files: " .. options:gsub(ID, "ID"), function()
      local report, _, to, errors = deviate("canaries", options)
      assert.is_true(report.totals.differs > 10)
      for _, name in ipairs { "probe.json", "probe.html" } do
        local text = files.read(to .. "/" .. name)
        for _, canary in ipairs { "CANARY", "65a0", "asel", "Asel", "Testova", "example.org", ID, "reference-6", "654321",
          "sbx:demo", "demo-secret", "idngo-probe-", "900100", "localhost", "127.0.0.1" } do
          assert.is_nil(text:find(canary, 1, true), canary)
        end
      end
      assert.is_nil(errors:find("CANARY", 1, true))
    end)
  end

  it("writes a page that asks for nothing, and has every row", function()
    local report, _, _, to = probe(proxy.url, READ)
    local text = files.read(to .. "/probe.html")
    assert.truthy(text:find("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-", 1, true))
    assert.is_nil(text:find("https?://") or text:find("<script", 1, true) or text:find("<img", 1, true))
    assert.equal(#report.claims, select(2, text:gsub("<tr><td", "")))
  end)

  it("ends as other commands do where nothing can be asked", function()
    for _, case in ipairs { { "http://127.0.0.1:9", 69 } } do
      local report, code = probe(case[1], "")
      assert.is_nil(report)
      assert.equal(case[2], code)
    end
    local report, code = probe(server.url, "", "sbx:nobody")
    assert.is_nil(report)
    assert.equal(77, code)
  end)
end)
