-- The sandbox as a client sees it: files and archives, and that each refusal is an error of ours. That it answers with the
-- examples of the descriptions is tried in docs/generated_spec.lua.

local idngo = require("idngo")
local sandbox = require("idngo.sandbox")

local server, client

local function open(options)
  local settings = { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false,
    max_attempts = 1 }
  for name, value in pairs(options or {}) do settings[name] = value end
  return assert(idngo.client(settings))
end

--- Gives the block that calls it a server and a client.
local function with_sandbox(options)
  setup(function()
    server = assert(sandbox.background(options))
    client = open()
  end)
  teardown(function()
    client:close()
    server:close()
  end)
end

describe("files and archives:", function()
  with_sandbox { limits = false, report_seconds = 0 }

  it("report: a PDF that a PDF reader opens", function()
    local path = os.tmpname()
    local saved = assert(client:report("60f6f9ab7bbfc20001eca91d", { to = path }))
    assert.equal("application/pdf", saved.contentType)
    assert.is_true(os.execute(("qpdf --check %s >/dev/null 2>&1"):format(path)))
    local pipe = io.popen("pdftotext " .. path .. " -")
    assert.truthy(pipe:read("a"):find("60f6f9ab7bbfc20001eca91d", 1, true))
    pipe:close()
    os.remove(path)
  end)

  it("liveness_video: a video that ffprobe takes", function()
    local path = os.tmpname()
    local saved = assert(client:liveness_video("5b76df770a975a1404cbcb60", "800c2988-15ab-4b26-a633-9fef4b16d7b6",
      { to = path }))
    assert.equal("video/mp4", saved.contentType)
    local pipe = io.popen("ffprobe -v error -show_entries stream=codec_type,nb_frames -of csv=p=0 " .. path)
    assert.truthy(pipe:read("a"):find("video", 1, true))
    pipe:close()
    os.remove(path)
  end)

  it("import_applicant: the archive arrives to the byte and makes an applicant", function()
    local applicant = assert(client:import_applicant("examples/applicant.zip"))
    assert.is_string(applicant.id)
    assert.equal("customer-1001", applicant.externalUserId)
    local again, err = client:import_applicant("examples/applicant.zip")
    assert.is_nil(again)
    assert.equal(409, err.status)
    assert.equal("rejected", err.outcome)
  end)
end)

describe("refusals of the sandbox:", function()
  with_sandbox { limits = true, report_seconds = 0 }

  local function refused(result, err, status, code)
    assert.is_nil(result)
    assert.equal("http", err.kind)
    assert.equal("rejected", err.outcome)
    assert.equal(status, err.status)
    assert.equal(code, err.errorCode)
    assert.is_string(err.description)
    assert.is_string(err.correlationId)
    assert.is_true(err.attempts >= 1 and err.elapsed > 0)
    return err
  end

  it("401 with errorCode 4003 for another secret", function()
    local other = open { secret_key = "other" }
    local err = refused(select(1, other:levels()), select(2, other:levels()), 401, 4003)
    assert.truthy(tostring(err):find("secret key", 1, true), "says what to check")
    other:close()
  end)

  it("401 with errorCode 4001 for an unknown token", function()
    local other = open { app_token = "prd:unknown.token" }
    refused(select(1, other:levels()), select(2, other:levels()), 401, 4001)
    other:close()
  end)

  it("401 with errorCode 4000 for a token of no form", function()
    local other = open { app_token = "sbx:a.b.c$" }
    refused(select(1, other:levels()), select(2, other:levels()), 401, 4000)
    other:close()
  end)

  it("404 for an unknown applicant", function()
    for _, method in ipairs { "tin_checks", "timeline", "similar_by_text", "send_verification_status_email", "report" } do
      local result, err = client[method](client, "000000000000000000000000")
      refused(result, err, 404)
    end
  end)

  it("404 for an unknown path, 405 for the wrong method, 415 for the wrong type", function()
    local result, err = client:call("GET", "/resources/nothing")
    refused(result, err, 404)
    result, err = client:call("PUT", "/resources/applicants/-/levels")
    refused(result, err, 405)
    result, err = client:call("PATCH", "/resources/applicants/5b76df770a975a1404cbcb60/info",
      { body = "{}", headers = { ["Content-Type"] = "text/plain" } })
    refused(result, err, 415)
  end)

  it("400 for a body that is not what it says", function()
    local result, err = client:call("PATCH", "/resources/applicants/5b76df770a975a1404cbcb60/info",
      { body = "{", headers = { ["Content-Type"] = "application/json" } })
    refused(result, err, 400)
    result, err = client:import_applicant({ bytes = "no archive" }, { unchecked = true })
    refused(result, err, 400, 1004)
  end)

  it("429 beyond the limit of the reference, and the lane keeps a client from it", function()
    local last
    for _ = 1, 8 do
      local _, err = client:similar_by_text_and_face("5eea3f5204f940217bcbc03d")
      last = err
    end
    refused(nil, last, 429)
    assert.is_true(last.retryable)
  end)
end)
