-- share/openapi.json, as others read it: a linter, and Prism, which stands between the client and a sandbox and validates all
-- that passes. And what the sandbox answers, by the types of sumsub-node-sdk, which others wrote.

local endpoints = require("idngo.endpoints")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local nginx = require("nginx")
local runs = require("runs")
local sandbox = require("idngo.sandbox")
local shell = require("shell")
local wire_calls = require("wire_calls")

local folder, sdk = require("interop.npm")("openapi"), require("interop.npm")("npm")

-- Answers that are not of the types of sumsub-node-sdk, and why.
local left_out = { addIdDocument = "its list of documents has no SELFIE, which it sends itself in its examples" }

describe("OpenAPI:", function()
  if not (folder and sdk) then
    pending("npm is not installed, or its registry cannot be reached")
    return
  end

  local server, place, prism
  setup(function()
    server, place = assert(sandbox.background { limits = false, report_seconds = 0 }), files.folder()
    local port = nginx.free_port()
    prism = { url = "http://127.0.0.1:" .. port }
    prism.pid = shell("%s/node_modules/.bin/prism proxy share/openapi.json %s --errors --port %d >%s/prism 2>&1 & echo $!",
      folder, server.url, port, place):match("%d+")
    nginx.wait_for(function() return files.read(place .. "/prism", ""):find("is listening", 1, true) end, 600)
  end)
  teardown(function()
    os.execute("kill " .. prism.pid)
    server:close()
    os.execute("rm -rf " .. place)
  end)

  it("a linter has nothing to say of it", function()
    assert.equal("", shell("IDNGO_NPM=%s node spec/interop/openapi/lint.mjs share/openapi.json 2>&1", folder))
  end)

  -- Prism makes text of bodies, and writes blanks of a query anew: both are signed. So pictures are those of ASCII.
  local fit_for_prism = { ["\\137PNG\\r\\n\\26\\n"] = "%PDF-1.4 ", ["\\255\\216\\255\\224"] = "%PDF-1.4 ",
    ["Two accounts of one person"] = "duplicate" }

  local function fit(code)
    for from, to in pairs(fit_for_prism) do code = code:gsub(from:gsub("%p", "%%%0"), (to:gsub("%%", "%%%%"))) end
    return code
  end

  --- What the snippet of each page comes to through Prism.
  local function through_prism()
    local prose, lines = require("generate.prose"), {}
    for i, name in ipairs(endpoints.names()) do
      lines[i] = json.encode { name = name, code = name == "import_applicant" and prose.endpoints[name].lua
        or fit(prose.endpoints[name].lua) }
    end
    files.write(place .. "/snippets", table.concat(lines, "\n") .. "\n")
    local root, found = nginx.root, {}
    local said = shell("mkdir -p %s/work && cd %s/work && IDNGO_CONFIG= IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo "
      .. "IDNGO_SECRET_KEY=demo-secret lua5.4 %s/spec/interop/snippets.lua %s/snippets 2>&1",
      place, place, prism.url, root, place)
    for line in said:gmatch("[^\n]+") do
      local told = assert(json.decode(line), line)
      found[told.name] = told.problem or "good"
    end
    return found
  end

  it("Prism takes what every page's snippet sends, and what the sandbox answers", function()
    local found, wrong = through_prism(), {}
    for _, name in ipairs(endpoints.names()) do
      if found[name] ~= "good" then wrong[name] = found[name] or "was not tried" end
    end
    assert.same({}, wrong)
    assert.is_nil(files.read(place .. "/prism"):find("Violation", 1, true))
  end)

  --- What Prism says of a request as it would leave; nil where nothing is wrong with it, whatever the sandbox answers.
  local function complaint(request)
    files.write(place .. "/body", request.body or "")
    local headers = {}
    for name, value in pairs(request.headers) do headers[#headers + 1] = ("-H '%s: %s'"):format(name, value) end
    local said = shell("curl -sS -X %s %s --data-binary @%s/body '%s' 2>&1", request.method, table.concat(headers, " "), place,
      request.url)
    return (said:find("prism", 1, true) or said:find("^curl:")) and said or nil
  end

  it("Prism takes every request that is written out, and would say what is wrong with one", function()
    local client = assert(idngo.client { base_url = prism.url, app_token = "sbx:demo", secret_key = "demo-secret",
      limits = false })
    local wrong = {}
    for _, call in ipairs(wire_calls) do
      -- "/-" is without filters, on which Prism ends: it cannot read an object of a path that is empty
      if endpoints.description(call[1]) and call[4]:sub(-2) ~= "/-" then
        local said = complaint(assert(client:prepare(call[1], table.unpack(call[2]))))
        if said then wrong[#wrong + 1] = ("%s %s: %s"):format(call[1], call[4], said) end
      end
    end
    assert.same({}, wrong)
    local request = assert(client:prepare("find_transactions", { ["data.info.direction"] = "in" }))
    request.url = request.url:gsub("direction=in", "direction=up")
    assert.truthy(complaint(request))
    request = assert(client:prepare("access_token_json", { userId = "u", levelName = "l" }))
    request.body = '{"userId":"u"}'
    assert.truthy(complaint(request))
    client:close()
  end)

  it("Prism would say where an answer is otherwise", function()
    runs.faults(server, { { endpoint = "levels", status = 200, body = { list = { items = { { id = 1 } } } } } })
    local problem = through_prism().levels
    runs.forget(server)
    assert.truthy(problem:find("HTTP 500", 1, true), problem)
  end)

  --- What the compiler says of answers, by the SDK's methods.
  local function by_types(answers)
    files.write(place .. "/answers", answers)
    local found = {}
    local said = shell("IDNGO_NPM=%s node spec/interop/openapi/types.mjs %s %s/answers 2>&1", folder, sdk, place)
    for line in said:gmatch("[^\n]+") do
      local told = assert(json.decode(line), line)
      found[told.name] = told.problem or "good"
    end
    return found
  end

  it("what the sandbox answers is of the types that sumsub-node-sdk has for it", function()
    local found = by_types(shell("IDNGO_NPM=%s IDNGO_BASE_URL=%s node spec/interop/npm/sdk.mjs", sdk, server.url))
    local count = 0
    for name, problem in pairs(found) do
      count = count + 1
      assert.is_true((problem == "good") == (left_out[name] == nil), ("%s: %s"):format(name, problem))
    end
    assert.is_true(count > 30)
  end)

  it("the types would say where an answer is otherwise", function()
    assert.truthy(by_types('{"name":"getReviewStatus","data":{"reviewStatus":1}}\n').getReviewStatus:find("number", 1, true))
  end)
end)
