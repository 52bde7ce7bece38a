-- examples/nginx, run as it is against the sandbox; only the port is another.

local core = require("idngo.core")
local files = require("files")
local http = require("socket.http")
local json = require("idngo.json")
local ltn12 = require("ltn12")
local nginx = require("nginx")
local sandbox = require("idngo.sandbox")
local shell = require("shell")

describe("the nginx example #nginx", function()
  local api, gateway, open_to_all

  setup(function()
    api = assert(sandbox.background { limits = false, report_seconds = 0 })
    local dir, port, root = files.folder(), nginx.free_port(), shell("pwd"):match("[^\n]+")
    local build = os.getenv("IDNGO_BUILD") or "build"
    if build:sub(1, 1) ~= "/" then build = root .. "/" .. build end
    -- a checkout with this example in it
    assert(os.execute(("cd %s && mkdir examples && cp -r %s/examples/nginx examples && ln -s %s/lua lua && ln -s %s build")
      :format(dir, root, root, build)))
    local path = dir .. "/examples/nginx/nginx.conf"
    local file = assert(io.open(path))
    local text, ports = file:read("a"):gsub("127%.0%.0%.1:8088;", ("127.0.0.1:%d;"):format(port))
    file:close()
    assert.equal(1, ports)
    file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
    -- the workers are not us, so they have slots and a spool of their own
    open_to_all = files.folder()
    assert(os.execute(("chmod 1777 %s && printf 'old\\nwebhook-secret\\n' >%s/secrets"):format(open_to_all, dir)))
    gateway = nginx.launch(dir .. "/examples/nginx", port,
      ("env -u IDNGO_LIMITS_DIR WEBHOOK_SECRETS=%s/secrets WEBHOOK_SPOOL=%s/events IDNGO_BASE_URL=%s "
        .. "IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret "
        .. "nginx -p %s/examples/nginx -c debian.conf"):format(dir, open_to_all, api.url, dir))
    gateway.folder = dir
  end)

  teardown(function()
    gateway:stop()
    api:close()
    os.execute("rm -rf " .. open_to_all)
  end)

  local function request_to(url, headers, method, body)
    local reply = {}
    local _, status, replied = http.request {
      url = url, method = method, headers = headers, source = body and ltn12.source.string(body),
      sink = ltn12.sink.table(reply),
    }
    return status, table.concat(reply), replied
  end

  local function request(path, ...)
    return request_to(gateway.url .. path, ...)
  end

  local function applicant(situation)
    local listing = http.request(api.url .. "/-/applicants?limit=1&" .. situation)
    return assert(json.decode(listing:match("[^\n]+"))).applicantId
  end

  --- Calls that the sandbox has seen.
  local function calls()
    local _, count = http.request(api.url .. "/-/ledger"):gsub("\n", "")
    return count
  end

  it("creates a WebSDK link for who is logged in", function()
    local status, body = request("/verification/link", { ["X-User-Id"] = "u 1" }, "POST")
    assert.equal(200, status)
    assert.truthy(json.decode(body).url:find("^https://"))
    assert.equal(401, (request("/verification/link", {}, "POST")))
    assert.equal(403, (request("/verification/link", { ["X-User-Id"] = "u1" }, "GET")))
  end)

  it("lets in who is alive and no duplicate, and asks once", function()
    local id = applicant("duplicates=GREEN&liveness=GREEN")
    local before = calls()
    local status, body = request("/account/", { ["X-Applicant-Id"] = id })
    assert.equal(200, status)
    assert.equal("welcome\n", body)
    assert.equal(before + 2, calls())
    assert.equal(200, (request("/account/", { ["X-Applicant-Id"] = id })))
    assert.equal(before + 2, calls())
  end)

  for _, situation in ipairs { "duplicates=RED", "duplicates=none", "duplicates=nullAnswer", "liveness=RED",
    "liveness=ERROR", "liveness=none" } do
    it("keeps out " .. situation, function()
      assert.equal(403, (request("/account/", { ["X-Applicant-Id"] = applicant(situation) })))
    end)
  end

  it("keeps out who is unknown or names nobody", function()
    assert.equal(403, (request("/account/", { ["X-Applicant-Id"] = "5eea3f5204f940217bcb0000" })))
    assert.equal(401, (request("/account/")))
    assert.equal(403, (request("/account/", { ["X-Applicant-Id"] = "../levels" })))
  end)

  it("counts for Prometheus", function()
    local status, body = request("/metrics")
    assert.equal(200, status)
    assert.truthy(body:find('idngo_gateway_requests_total{account="%x+",answer="yes",from="dict"} %d+\n'), body)
  end)

  it("streams the report", function()
    local status, body, headers = request("/reports/" .. applicant("review=completed-GREEN") .. ".pdf")
    assert.equal(200, status)
    assert.equal("application/pdf", headers["content-type"])
    assert.equal("%PDF-", body:sub(1, 5))
    assert.truthy(body:find("%%EOF%s*$"))
    assert.equal(404, (request("/reports/5eea3f5204f940217bcb0000.pdf")))
  end)

  it("keeps everybody out while the API is away", function()
    local id = applicant("duplicates=GREEN&liveness=GREEN&tin=RED")
    local rules = json.encode { { endpoint = "liveness_checks", status = 500 } }
    assert.equal(200, (request_to(api.url .. "/-/faults", { ["Content-Length"] = #rules }, "PUT", rules)))
    local status = request("/account/", { ["X-Applicant-Id"] = id })
    assert.is_true(status == 502 or status == 503, tostring(status))
  end)

  it("receives webhooks, which idngo events then lists", function()
    local event = '{"applicantId":"5eea3f5204f940217bcbc03d","type":"applicantReviewed",'
      .. '"createdAtMs":"2023-01-17 13:17:38.123","reviewStatus":"completed"}'
    local digest = core.hmac("sha256", "webhook-secret", event)
    local function deliver(signature)
      return (request("/webhooks/idngo", { ["x-payload-digest"] = signature, ["content-length"] = #event,
        ["x-payload-digest-alg"] = "HMAC_SHA256_HEX" }, "POST", event))
    end
    assert.equal(200, deliver(digest))
    assert.equal(200, deliver(digest)) -- a repeat, which is dropped
    assert.equal(401, deliver(("0"):rep(64)))
    local listed = shell("lua5.4 bin/idngo events list --json --spool %s/events", open_to_all)
    local _, lines = listed:gsub("\n", "")
    assert.equal(1, lines, listed)
    assert.truthy(listed:find("applicantReviewed", 1, true))
  end)
end)
