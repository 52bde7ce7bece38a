-- luacheck: std lua54+busted
--- What is refused, and how.
local support = require("sandbox.support")

local A = "/resources/applicants/5eea3f5204f940217bcbc03d"
local JSON = { ["Content-Type"] = "application/json" }
local CHECKS = "/resources/checks/latest"
local LINK = "/resources/sdkIntegrations/levels/basic-kyc-level/websdkLink"
local VIDEO = "/resources/applicants/5b76df770a975a1404cbcb60/info/facemap/video"
local ID = "5eea3f5204f940217bcbc03d"

describe("the sandbox refuses", function()
  local process
  setup(function() process = support.run("limits=false,report_seconds=0") end)
  teardown(function() process:stop() end)

  local function refuses(status, method, target, options)
    local reply = support.call(process, method, target, options)
    assert.equal(status, reply.status)
    assert.equal(status, reply.json.code)
    assert.is_true(#reply.json.description > 0)
    assert.equal(reply.headers["x-correlation-id"], reply.json.correlationId)
    return reply
  end

  for _, target in ipairs({
    "/", "/resources", "//resources", "/resources/applicants/", A, A .. "/similar", A .. "/similar/byFace",
    A .. "/info/",
    "/resources/applicants//info/facemap/video?checkId=1", "/resources/applicants/-/info/facemap/video?checkId=1",
    "/Resources/applicants/-/levels", "/resources/applicants/-/levels/", "/resources/applicants/unknown/similar/byText",
    CHECKS .. "?type=TIN&applicantId=unknown", "/resources/applicantTimeline/5eea3f5204f940217bcbc03",
    VIDEO .. "?checkId=800c2988-15ab-4b26-a633-9fef4b16d7b7", "/resources/applicants/%2e%2e/similar/byText",
  }) do
    it("404: " .. target, function() refuses(404, "GET", target) end)
  end

  it("404: a level that does not exist", function()
    refuses(404, "POST", "/resources/sdkIntegrations/levels/no-such-level/websdkLink?externalUserId=a")
  end)

  for target, row in pairs({
    [A .. "/similar/byText"] = { "POST", "GET" },
    [A .. "/info"] = { "GET", "PATCH" },
    [A .. "/verificationStatusEmail"] = { "GET", "POST" },
    ["/resources/applicants/-/levels"] = { "DELETE", "GET, PATCH, POST" },
    [CHECKS] = { "PUT", "GET" },
  }) do
    it("405 with Allow: " .. row[1] .. " " .. target, function()
      assert.equal(row[2], refuses(405, row[1], target).headers.allow)
    end)
  end

  for what, row in pairs({
    ["no Content-Type for JSON"] = { "PATCH", A .. "/info", { body = "{}" } },
    ["text for JSON"] = { "PATCH", A .. "/info", { body = "{}", headers = { ["Content-Type"] = "text/plain" } } },
    ["no Content-Type for an archive"] = { "POST", "/resources/applicants/-/applicantImport", { body = "PK" } },
    ["JSON for an archive"] = { "POST", "/resources/applicants/-/applicantImport", { body = "{}", headers = JSON } },
    ["Accept without JSON"] = { "GET", "/resources/applicants/-/levels", { headers = { Accept = "text/html" } } },
    ["Accept without PDF"] = { "GET", A .. "/summary/report", { headers = { Accept = "application/json" } } },
    ["Accept without MP4"] = { "GET", VIDEO .. "?checkId=x", { headers = { Accept = "application/json" } } },
  }) do
    it("415: " .. what, function() refuses(415, table.unpack(row)) end)
  end

  for _, accept in ipairs({ "application/json", "*/*", "application/*", "text/html, application/json;q=0.5" }) do
    it("nothing of Accept: " .. accept, function()
      local reply = support.call(process, "GET", "/resources/applicants/-/levels", { headers = { Accept = accept } })
      assert.equal(200, reply.status)
    end)
  end

  it("nothing of a Content-Type with a charset", function()
    local headers = { ["Content-Type"] = "Application/JSON; charset=utf-8" }
    assert.equal(200, support.call(process, "PATCH", A .. "/info", { body = "{}", headers = headers }).status)
  end)

  for _, row in ipairs({
    { "GET", CHECKS },
    { "GET", CHECKS .. "?applicantId=" .. ID },
    { "GET", CHECKS .. "?type=NO_SUCH&applicantId=" .. ID },
    { "GET", CHECKS .. "?type=TIN" },
    { "GET", CHECKS .. "?type=TIN&applicantId=" },
    { "GET", CHECKS .. "?type=TIN&type=SIMILAR_SEARCH&applicantId=" .. ID },
    { "GET", CHECKS .. "?type=TIN&applicantId=%zz" },
    { "GET", CHECKS .. "?type=TIN&applicantId=a%00b" },
    { "GET", "/resources/applicantTimeline/%" },
    { "GET", VIDEO },
    { "GET", A .. "/summary/report?report=fullReport&lang=en" },
    { "GET", A .. "/summary/report?report=companyReport&lang=en" },
    { "GET", A .. "/summary/report?report=applicantReport&lang=english" },
    { "POST", LINK },
    { "POST", LINK .. "?externalUserId=" },
    { "POST", LINK .. "?externalUserId=a&ttlInSecs=soon" },
    { "POST", LINK .. "?externalUserId=a&ttlInSecs=0" },
    { "POST", LINK .. "?externalUserId=a&ttlInSecs=-5" },
    { "POST", LINK .. "?externalUserId=a&locale=english" },
    { "PATCH", A .. "/presence/removed" },
    { "PATCH", A .. "/info?unsetFields=dob,,tin", { body = "{}", headers = JSON } },
    { "PATCH", A .. "/info?unsetFields=", { body = "{}", headers = JSON } },
    { "PATCH", A .. "/info", { headers = JSON } },
    { "PATCH", A .. "/info", { body = '{"dob":"1990-01-01",}', headers = JSON } },
    { "PATCH", A .. "/info", { body = "[]", headers = JSON } },
    { "PATCH", A .. "/info", { body = "null", headers = JSON } },
    { "PATCH", A .. "/info", { body = '{"dob":"1990"}', headers = JSON } },
    { "PATCH", A .. "/info", { body = '{"country":"Kazakhstan"}', headers = JSON } },
    { "PATCH", A .. "/info", { body = '{"firstName":5}', headers = JSON } },
    { "PATCH", A .. "/info", { body = '{"idDocs":{}}', headers = JSON } },
    { "PATCH", A .. "/info", { body = '{"gender":"X"}', headers = JSON } },
  }) do
    local method, target, options = table.unpack(row)
    it("400: " .. method .. " " .. target .. " " .. (options and options.body or ""), function()
      refuses(400, method, target, options)
    end)
  end

  it("400: a request target that is no path", function()
    refuses(400, "GET", "http://localhost/resources/applicants/-/levels")
  end)

  it("413: an info body beyond 1 MiB", function()
    local body = '{"firstName":"' .. ("a"):rep(1024 * 1024) .. '"}'
    refuses(413, "PATCH", A .. "/info", { body = body, headers = JSON })
  end)

  it("nothing the endpoint table allows: defaults and unknown parameters", function()
    assert.equal(200, support.call(process, "GET", A .. "/summary/report").status)
    assert.equal(200, support.call(process, "GET", CHECKS .. "?x=1&type=TIN&applicantId=" .. ID).status)
    assert.equal(200, support.call(process, "POST", LINK .. "?externalActionId=a&locale=kk&ttlInSecs=600").status)
  end)
end)
