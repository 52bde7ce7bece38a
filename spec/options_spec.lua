-- A misspelt option is never taken without a word: it throws, and says what was perhaps meant. Every public function is
-- walked over; one that is new must be added here.

local idngo = require("idngo")
local parts = require("parts")
local jail = require("idngo.policy.jail")
local options = require("idngo.options")

-- By name: a call with an option misspelt and what it should say, or false for a function without options.
local calls = {
  ["client"] = { function() idngo.client { base_ulr = "x" } end, "base_url" },
  ["config.explain"] = { function() idngo.config.explain { app_tokn = "x" } end, "app_token" },
  ["archive.check"] = { function() idngo.archive.check("x", { liter = "refuse" }) end, "litter" },
  ["archive.accept"] = false,
  ["archive.build"] = { function() idngo.archive.build { applicant = {}, document = {}, to = "x" } end, "documents" },
  ["archive.pack"] = false,
  ["archive.people"] = { function()
    idngo.archive.people { people = "x", mapping = "x", documents = "x", maping = "x" }
  end, "mapping" },
  ["parallel"] = { function() idngo.parallel({}, print, { concurency = 1 }) end, "concurrency" },
  ["run"] = false, ["spawn"] = false, ["meta"] = false, ["extracted_doc"] = false, ["escape"] = false,
  ["array"] = false, ["object"] = false,
  ["events.json_lines"] = false,
  ["webhook.verify"] = { function() idngo.webhook.verify("{}", {}, "s", { allowSha1 = true }) end, "allow_sha1" },
  ["webhook.handler"] = { function() idngo.webhook.handler { secrets = "s", spool = "/tmp/x", dedup = "x" } end, "dedupe" },
}

-- What is not reached from idngo itself.
local others = {
  ["lanes"] = { function()
    idngo.client { base_url = "http://127.0.0.1", app_token = "x", secret_key = "x", limits = { reed = { 1, 1 } } }
  end, "read" },
  ["documents of archive.build"] = { function()
    idngo.archive.build { applicant = {}, to = "x", documents = { { folder = "a", file = "b", idDocs = {} } } }
  end, "idDoc" },
  ["pool"] = { function() jail.pool { text = "", memori = 1 } end, "memory" },
  ["evaluate"] = { function()
    local pool <close> = jail.pool { text = "return { name = 'x', decide = pass }" }
    pool:evaluate({}, {}, { tracing = true })
  end, "trace" },
  ["sandbox.start"] = { function() require("idngo.sandbox").start { prot = 1 } end, "port" },
  ["sandbox.background"] = { function() require("idngo.sandbox").background { sede = 1 } end, "seed" },
}

local function says(where, call)
  local ok, why = pcall(call[1])
  assert.is_false(ok, where .. ": taken without a word")
  assert.truthy(tostring(why):find("did you mean " .. call[2] .. "?", 1, true), where .. ": " .. tostring(why))
  if where ~= "evaluate" then -- whoever made the call is told
    assert.truthy(tostring(why):find("^spec/options_spec.lua:%d+: "), where .. ": " .. tostring(why))
  end
end

describe("a misspelt option throws", function()
  it("in every public function that has options", function()
    local seen = {}
    local function walk(table_, prefix)
      for name, value in pairs(table_) do
        local path = prefix .. name
        if type(value) == "function" then
          seen[path] = true
          assert.not_nil(calls[path], "idngo." .. path .. " is new: add it here")
          if calls[path] then says(path, calls[path]) end
        elseif type(value) == "table" and not value[1] then
          walk(value, path .. ".")
        end
      end
    end
    for name in pairs(calls) do assert.not_nil(idngo[name:match("^[^.]+")], name) end -- some are loaded when they are asked for
    walk(idngo, "")
    for name in pairs(calls) do assert.is_true(seen[name], name .. " is no function of idngo") end
    for name, call in pairs(others) do says(name, call) end
  end)

  it("in every method of a client", function()
    local client = assert(idngo.client { base_url = "http://127.0.0.1", app_token = "x", secret_key = "x", limits = false })
    local count = 0
    for _, endpoint in ipairs(idngo.endpoints) do
      local given = parts.arguments(endpoint.name)
      if endpoint.body == "zip" then given[#given] = nil end -- its options
      given[#given + 1] = { timout = 1 }
      for _, how in ipairs { "send", "prepare" } do
        local ok, why = pcall(client[how == "send" and endpoint.name or "prepare"], client,
          table.unpack(how == "send" and given or { endpoint.name, table.unpack(given) }))
        assert.is_false(ok, endpoint.name)
        assert.truthy(tostring(why):find("did you mean timeout?", 1, true), tostring(why))
        count = count + 1
      end
    end
    for _, call in ipairs {
      function() client:deactivate("x", { timout = 1 }) end, function() client:activate("x", { timout = 1 }) end,
      function() client:call("GET", "/x", { timout = 1 }) end, function() client:prepare("call", "GET", "/x", { timout = 1 }) end,
    } do
      assert.error_matches(call, "did you mean timeout?", 1, true)
    end
    assert.error_matches(function() client:prepare("timelin") end, "did you mean timeline?", 1, true)
    assert.equal(2 * #idngo.endpoints, count)
    client:close()
  end)

  it("in every action of a policy", function()
    for call, meant in pairs {
      ["update_info({ tin = '1' }, { unsetField = { 'dob' } })"] = "unsetFields", ["save_report { lnag = 'ru' }"] = "lang",
      ["save_report({ reprot = 'x' })"] = "report", ["create_websdk_link('x', { externaluserid = 'x' })"] = "externalUserId",
    } do
      local pool <close> = jail.pool { text = ("return { name = 'x', decide = function() return %s end }"):format(call) }
      local outcome = pool:evaluate({}, {})
      assert.truthy(outcome.message:find("did you mean " .. meant .. "?", 1, true), outcome.message)
    end
  end)

  it("always names the same one of several, and takes none for a table", function()
    for _ = 1, 20 do
      assert.error_matches(function() options.check("f", { c = 1, b = 1, d = 1, known = 1 }, { "known" }) end,
        "f: unknown option b, known: known", 1, true)
    end
    assert.error_matches(function() options.check("f", "x", { "known" }) end,
      "f: the options must be a table, not a string", 1, true)
    assert.same({}, options.check("f", nil, { "known" }))
  end)
end)
