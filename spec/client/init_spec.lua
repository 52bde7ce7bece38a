-- The client's surface: arguments, settings, lifetimes, and that no secret gets out.

local fault_server = require("fault_server")
local files = require("files")
local idngo = require("idngo")

local server

local function open(options)
  local settings = { base_url = server.http .. "/s/good", app_token = "sbx:a.b", secret_key = "s3cr3t", limits = false,
    max_attempts = 1 }
  for name, value in pairs(options or {}) do settings[name] = value end
  return idngo.client(settings)
end

setup(function() server = fault_server.start() end)
teardown(function() server:stop() end)

describe("wrong arguments throw, and nothing is sent:", function()
  local long = ("a"):rep(1025)
  -- {what, endpoint, arguments, message}
  local cases = {
    { "a missing id", "tin_checks", {}, "tin_checks: applicantId is missing" },
    { "an empty id", "tin_checks", { "" }, "tin_checks: applicantId must not be empty" },
    { "a number for an id", "tin_checks", { 42 }, "tin_checks: applicantId must be a string" },
    { "a table for an id", "timeline", { {} }, "timeline: applicantId must be a string" },
    { "a line break", "timeline", { "a\nb" }, "timeline: applicantId has a control byte" },
    { "a carriage return", "timeline", { "a\r" }, "timeline: applicantId has a control byte" },
    { "a NUL", "timeline", { "a\0b" }, "timeline: applicantId has a control byte" },
    { "bytes that are not UTF-8", "timeline", { "\255\254" }, "timeline: applicantId is not UTF-8" },
    { "an id that is too long", "timeline", { long }, "timeline: applicantId is longer than 1024 bytes" },
    { "a dot for an id", "timeline", { "." }, 'timeline: applicantId must not be "."' },
    { "two dots for an id", "timeline", { ".." }, 'timeline: applicantId must not be "."' },
    { "the API's own dash", "timeline", { "-" }, 'timeline: applicantId must not be "."' },
    { "a missing second argument", "liveness_video", { "a" }, "liveness_video: checkId is missing" },
    { "an unknown status", "set_presence", { "a", "deactivate" },
      "set_presence: status is not one of the allowed values: deactivated, activated" },
    { "an unknown report", "report", { "a", { report = "applicant" } },
      "report: report is not one of the allowed values: applicantReport, companyReport" },
    { "an unknown option", "report", { "a", { repot = "x" } }, "report: unknown option repot, did you mean report?" },
    { "another unknown option", "websdk_link", { "a", { externalUserID = "x" } },
      "websdk_link: unknown option externalUserID, did you mean externalUserId?" },
    { "an option of another endpoint", "tin_checks", { "a", { to = "x" } }, "tin_checks: unknown option to" },
    { "options that are no table", "report", { "a", "en" }, "report: argument 2 must be a table of options" },
    { "too many arguments", "tin_checks", { "a", {}, "x" }, "tin_checks: too many arguments" },
    { "ttlInSecs of 0", "websdk_link", { "a", { ttlInSecs = 0 } }, "websdk_link: ttlInSecs must be a whole number" },
    { "a fraction of ttlInSecs", "websdk_link", { "a", { ttlInSecs = 1.5 } }, "websdk_link: ttlInSecs must be a whole" },
    { "a text for ttlInSecs", "websdk_link", { "a", { ttlInSecs = "60" } }, "websdk_link: ttlInSecs must be a whole" },
    { "unsetFields as a text", "update_info", { "a", { b = 1 }, { unsetFields = "dob" } },
      "update_info: unsetFields must be a list of field names" },
    { "an empty list of unsetFields", "update_info", { "a", { b = 1 }, { unsetFields = {} } },
      "update_info: unsetFields must be a list" },
    { "a comma in a field's name", "update_info", { "a", { b = 1 }, { unsetFields = { "dob,tin" } } },
      "update_info: unsetFields must be a list" },
    { "a blank in a field's name", "update_info", { "a", { b = 1 }, { unsetFields = { "dob tin" } } },
      "update_info: unsetFields holds a name" },
    { "no info", "update_info", { "a" }, "update_info: info must be a table" },
    { "info as JSON text", "update_info", { "a", "{}" }, "update_info: info must be a table" },
    { "info as a list", "update_info", { "a", { "x" } }, "update_info: info must be a table of named fields" },
    { "nothing to change", "update_info", { "a", {} }, "update_info: nothing to change" },
    { "info JSON cannot hold", "update_info", { "a", { f = print } }, "update_info: info.f is a function" },
    { "no archive", "import_applicant", {}, "import_applicant: the archive must be a path" },
    { "an empty archive", "import_applicant", { { bytes = "" } }, "import_applicant: the archive is empty" },
    { "a timeout of 0", "tin_checks", { "a", { timeout = 0 } }, "tin_checks: timeout must be a number of seconds" },
    { "a deadline as a text", "tin_checks", { "a", { deadline = "1" } }, "tin_checks: deadline must be a number" },
    { "a target that is no path", "report", { "a", { to = 1 } }, "report: to must be a path or a function" },
    { "a method in lower case", "call", { "get", "/x" }, "call: method must be upper-case" },
    { "a path without slash", "call", { "GET", "x" }, "call: path must start with /" },
    { "a path with a blank", "call", { "GET", "/a b" }, "call: path must start with / and be percent-encoded" },
    { "a path with a query", "call", { "GET", "/a?b" }, "call: path must start with /" },
    { "a path that climbs", "call", { "GET", "/a/../b" }, "call: path must not hold" },
    { "a line break in a header", "call", { "GET", "/a", { headers = { A = "b\r\nC: d" } } }, "call: header A must be" },
    { "a line break in a header's name", "call", { "GET", "/a", { headers = { ["A\r\nB"] = "b" } } }, "call: a header's" },
    { "a header of our own", "call", { "GET", "/a", { headers = { ["x-app-token"] = "b" } } }, "call: x-app-token is set" },
    { "a body on GET", "call", { "GET", "/a", { body = "x" } }, "call: GET has no body" },
    { "an unknown option of call", "call", { "GET", "/a", { querry = {} } }, "call: unknown option querry, did you mean query?" },
    { "an unknown endpoint to prepare", "prepare", { "tin_check" }, "prepare: no endpoint tin_check, did you mean tin_checks?" },
  }

  for _, case in ipairs(cases) do
    local what, name, args, message = table.unpack(case)
    it(what, function()
      local client = open()
      server:forget()
      local ok, why = pcall(function()
        return client[name](client, table.unpack(args))
      end)
      assert.is_false(ok)
      assert.truthy(why:find(message, 1, true), why)
      assert.truthy(why:find("client/init_spec.lua", 1, true), "points at the caller: " .. why)
      assert.is_nil(why:find(long, 1, true))
      assert.equal(0, server:seen("good").requests)
      client:close()
    end)
  end
end)

describe("arguments that look dangerous travel as one segment or value:", function()
  for _, case in ipairs(require("wrong_arguments")) do
    local name = case.call[1]
    it(("%s %q"):format(name, tostring(case.call[2]):sub(1, 40)), function()
      local client = open()
      local args = { table.unpack(case.call, 2) }
      local ok, prepared = pcall(function() return client:prepare(name, table.unpack(args)) end)
      if case.throws then
        assert.is_false(ok)
        assert.truthy(prepared:find(case.throws), prepared)
      else
        assert.is_true(ok, prepared)
        assert.equal("/s/good" .. case.target, prepared.target)
      end
      client:close()
    end)
  end
end)

describe("settings", function()
  it("throw for unknown options and wrong types", function()
    local function message(options)
      local ok, why = pcall(function() return open(options) end)
      assert.is_false(ok)
      return why
    end
    assert.truthy(message { base_ulr = "x" }:find("unknown option base_ulr, did you mean base_url?", 1, true))
    assert.truthy(message { timeout = "30" }:find("option timeout must be a number of seconds", 1, true))
    assert.truthy(message { max_attempts = 0 }:find("option max_attempts must be a whole number above 0", 1, true))
    assert.truthy(message { limits = { similar = { 1, 1 } } }:find("unknown lane similar", 1, true))
    assert.truthy(message { limits = { read = { 0, 1 } } }:find("limits.read must be {slots, window", 1, true))
  end)

  it("are refused with an error that says what to do", function()
    local cases = {
      { { base_url = "http://api.idngo.kz" }, "base_url must start with https://" },
      { { base_url = "https://u:p@h" }, "base_url must not hold a user name" },
      { { app_token = "a b" }, "app_token has a blank" },
      { { app_token = "a\r\nX: y" }, "app_token has a blank" },
      { { secret_key = "abc\n" }, "secret_key has a blank" },
      { { secret_key = "" }, "secret_key is empty" },
      { { secret_key = { file = "/nonexistent" } }, "secret_key file /nonexistent: No such file" },
      { { ca_file = "/nonexistent" }, "ca_file /nonexistent cannot be read" },
    }
    for _, case in ipairs(cases) do
      local client, err = open(case[1])
      assert.is_nil(client)
      assert.equal("config", err.kind)
      assert.equal("not_sent", err.outcome)
      assert.truthy(tostring(err):find(case[2], 1, true), tostring(err))
      assert.is_nil(tostring(err):find("abc", 1, true))
    end
  end)

  it("come from options, then the environment, then the config file, and say so", function()
    local path = files.write(os.tmpname(),
      "# a comment\n\nbase_url = https://file.example\napp_token= file-token\ntimeout = 7\nsecret_key_file = /k\n")
    local script = [[
      local idngo = require "idngo"
      for _, row in ipairs(idngo.config.explain { timeout = 3 }) do print(row.name, row.value, row.source) end
    ]]
    local pipe = io.popen(("IDNGO_CONFIG=%s IDNGO_BASE_URL=https://env.example lua5.4 -e '%s'"):format(path, script))
    local out = pipe:read("a")
    pipe:close()
    assert.truthy(out:find("base_url\thttps://env.example\tenvironment (IDNGO_BASE_URL)", 1, true), out)
    assert.truthy(out:find("app_token\t(set, not shown)\tconfig file " .. path, 1, true), out)
    assert.truthy(out:find("secret_key\t(from file /k)\tconfig file " .. path, 1, true), out)
    assert.truthy(out:find("timeout\t3\toption", 1, true), out)
    assert.truthy(out:find("max_attempts\t4\tdefault", 1, true), out)
    assert.truthy(out:find("proxy\t(not set)\t\n", 1, true), out)
    os.remove(path)
  end)

  it("names the line of a config file that is wrong", function()
    local path = os.tmpname()
    for text, why in pairs {
      ["base_url = x\nnonsense\n"] = "line 2: not of the form",
      ["tiemout = 3\n"] = "line 1: unknown setting tiemout, did you mean timeout?",
      ["timeout = soon\n"] = "line 1: timeout cannot be set here",
    } do
      files.write(path, text)
      local client, err = idngo.client { config_file = path }
      assert.is_nil(client)
      assert.truthy(tostring(err):find(why, 1, true), tostring(err))
    end
    os.remove(path)
    local _, err = idngo.client { config_file = path }
    assert.truthy(tostring(err):find("cannot be read", 1, true))
  end)
end)

describe("a client", function()
  it("works beside another one with its own key and URL", function()
    server:forget()
    local one = open { base_url = server.http .. "/s/good", app_token = "sbx:one", secret_key = "key-one" }
    local two = open { base_url = server.http .. "/s/trailers", app_token = "sbx:two", secret_key = "key-two" }
    for _ = 1, 3 do
      assert(one:tin_checks("a"))
      assert(two:tin_checks("b"))
    end
    local function tokens(scenario)
      local found = {}
      for token in table.concat(server:seen(scenario).raw):gmatch("X%-App%-Token: (%S+)") do found[#found + 1] = token end
      return table.concat(found, " ")
    end
    assert.equal("sbx:one sbx:one sbx:one", tokens("good"))
    assert.equal("sbx:two sbx:two sbx:two", tokens("trailers"))
    one:close()
    assert(two:tin_checks("c"))
    two:close()
  end)

  it("says that it is closed, and closes twice without harm", function()
    local client = open()
    client:close()
    client:close()
    assert.has_error(function() client:tin_checks("a") end)
    local ok, why = pcall(function() client:tin_checks("a") end)
    assert.is_false(ok)
    assert.truthy(why:find("tin_checks: the client is closed", 1, true))
    assert.equal("idngo.client (closed)", tostring(client))
  end)

  it("closes itself at the end of its block", function()
    local kept
    do
      local client <close> = open()
      kept = client
      assert(client:levels())
    end
    assert.has_error(function() kept:levels() end)
  end)

  it("says how a method is called when the colon is forgotten", function()
    local client = open()
    local ok, why = pcall(function() return client.levels() end)
    assert.is_false(ok)
    assert.truthy(why:find("write client:levels", 1, true))
    client:close()
  end)

  it("tells what came with a result", function()
    local client = open()
    local meta = idngo.meta(assert(client:levels()))
    assert.equal(200, meta.status)
    assert.equal(1, meta.attempts)
    assert.truthy(meta.headers["content-type"]:find("json"))
    assert.is_true(meta.elapsed > 0)
    assert.is_nil(idngo.meta({}))
    client:close()
  end)

  it("shows no secret to code that prints what it holds", function()
    local client = open { app_token = "sbx:CANARYTOKEN", secret_key = "CANARYSECRET" }
    local seen, out = {}, {}
    local function dump(value)
      if seen[value] then return end
      out[#out + 1] = tostring(value)
      if type(value) ~= "table" then return end
      seen[value] = true
      for k, v in pairs(value) do dump(k) dump(v) end
      if getmetatable(value) then dump(getmetatable(value)) end
    end
    dump(client)
    local _, err = client:timeline("x", { deadline = 0.000001 })
    dump(err)
    assert.is_nil(table.concat(out, "\n"):find("CANARY", 1, true))
    client:close()
  end)
end)

describe("client:call", function()
  it("takes a reply without a body for done, when it says that it has none", function()
    local client = open { base_url = server.http .. "/s/200-without-body" }
    local result = assert(client:call("POST", "/x"))
    assert.equal("", result.body)
    assert.equal(200, idngo.meta(result).status)
    local path = os.tmpname()
    assert.equal(0, assert(client:call("GET", "/x", { to = path })).size)
    os.remove(path)
    assert.equal("malformed", select(2, client:tin_checks("a")).kind)
    client:close()
    client = open { base_url = server.http .. "/s/fin-mid-headers" }
    assert.is_nil((client:call("POST", "/x")))
    client:close()
  end)
end)

describe("idngo.extracted_doc", function()
  local address = { street = "x", country = "USA" }
  it("gives one shape for a list, an object and nothing", function()
    assert.same({ addresses = { address } }, idngo.extracted_doc { extractedDoc = { address } })
    assert.same({ tin = "1", addresses = { address } },
      idngo.extracted_doc { extractedDoc = { tin = "1", addresses = { address } } })
    assert.same({ tin = "1", addresses = {} }, idngo.extracted_doc { extractedDoc = { tin = "1" } })
    assert.same({ addresses = {} }, idngo.extracted_doc {})
  end)
end)
