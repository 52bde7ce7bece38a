-- Which events are not a watch's to decide: of another account or environment, and those that were made to try something, unless
-- its mandate says otherwise. Nothing is sent.

local account_of = require("idngo.run.account")
local runs = require("idngo.watch.run")
local support = require("runs")
local w = require("watch_lines")

local NOW = w.NOW
local count = 0

--- What becomes of events, each about another person, that have this in them: why they are ignored, or "line".
---@param name string of a field
---@param values string[] as JSON has them
---@param account table? what is known of the watch's
local function words_of(name, values, account)
  local before, bodies, words = w.store.witness.events, {}, {}
  for i, value in ipairs(values) do
    count = count + 1
    bodies[i] = w.reviewed("person" .. count, "GREEN", NOW):sub(1, -2) .. (',"%s":%s}'):format(name, value)
  end
  w.take(bodies, nil, account)
  for i, row in ipairs(w.store:rows("watch_events", before)) do words[i] = row.word or row.result end
  return words
end

local function all(word, values)
  local words = {}
  for i in ipairs(values) do words[i] = word end
  return words
end

-- What the service says of neither field.
local ODD = { '"true"', '"false"', '""', "0", "1", "[]", "{}", '["true"]', '"sandbox"' }

--- Has another mandate by the same policy approved.
local function renew(mandate)
  local verdict = w.say { event = "told", what = "propose", policy = "policy 1", mandate = mandate }
  assert.equal("taken", verdict:match("^%l+"), verdict)
  assert.equal("taken: 1 of 1", w.approve_mandate())
end

local function mandate(tests)
  return runs.mandate(w.store, { policy = { text = "policy 1", info = { name = "p", version = "1", on = w.ON, inputs = {} } },
    seconds = 90 * 86400, tests = tests })
end

describe("an event that a watch ignores", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  it("says testMode, in whatever way; the next mandate decides about later ones, if it says so itself", function()
    w.approved()
    assert.same({ "line", "line" }, words_of("testMode", { "false", "null" }))
    assert.same({ "line" }, words_of("testmode", { "true" }))
    assert.same({ "testMode" }, words_of("testMode", { "true" }))
    assert.same(all("testMode", ODD), words_of("testMode", ODD))
    assert.equal(1 + #ODD, w.store:totals()["ignored:testMode"])
    assert.equal(3, w.store.witness.lines)
    renew(mandate(true))
    assert.same({ "line" }, words_of("testMode", { "true" }))
    assert.same(all("line", ODD), words_of("testMode", ODD))
    renew(mandate())
    assert.same({ "testMode" }, words_of("testMode", { "true" }))
    renew(runs.again(w.store, w.store.witness.mandates[2], {})) -- which is approved as it was
    assert.same({ "line" }, words_of("testMode", { "true" }))
    w.is_sound()
  end)

  it("is no newer than another, and what was ignored stays so", function()
    w.approved()
    local test = w.reviewed("a", "RED", NOW + 2, { testMode = true })
    w.take { w.reviewed("a", "GREEN", NOW + 1), test }
    w.take({ w.reviewed("a", "RED", NOW + 3, { clientId = "b" }), w.reviewed("a", "RED", NOW + 4, { sandboxMode = true }) }, nil,
      { client_id = "a", sandbox = false })
    assert.equal("new", (w.state(1)))
    renew(mandate(true))
    w.take { test }
    assert.same({ 1, "new" }, { w.store.witness.lines, (w.state(1)) })
    w.take { w.reviewed("a", "RED", NOW + 5, { testMode = true }) } -- which counts as any other now
    assert.same({ "superseded", "new" }, { (w.state(1)), (w.state(2)) })
    w.is_sound()
  end)

  it("is of another environment than the account", function()
    w.approved()
    for _, sandbox in ipairs { true, false } do
      local of = { sandbox = sandbox }
      assert.same({ "line", "line" }, words_of("sandboxMode", { tostring(sandbox), "null" }, of))
      assert.same({ "line" }, words_of("sandboxmode", { tostring(not sandbox) }, of))
      assert.same({ "another sandboxMode" }, words_of("sandboxMode", { tostring(not sandbox) }, of))
      assert.same(all("another sandboxMode", ODD), words_of("sandboxMode", ODD, of))
    end
    assert.same({ "line", "line" }, words_of("sandboxMode", { "true", "false" }, {})) -- there is nothing to compare with
    assert.same({ "line", "line" }, words_of("sandboxMode", { "true", "false" }))
    assert.equal(2 * (1 + #ODD), w.store:totals()["ignored:another sandboxMode"])
    w.is_sound()
  end)

  it("is of another clientId than the account's", function()
    w.approved()
    local of = { client_id = "acme" }
    local others = { '"other"', '"Acme"', '"acme "', '"acme\\u0000"', '"acm"', '""', "1", "true", "false", '["acme"]',
      '{"acme":1}' }
    assert.same({ "line", "line" }, words_of("clientId", { '"acme"', "null" }, of))
    assert.same({ "line" }, words_of("clientid", { '"other"' }, of))
    assert.same(all("another clientId", others), words_of("clientId", others, of))
    assert.same(all("line", others), words_of("clientId", others, {}))
    assert.equal(#others, w.store:totals()["ignored:another clientId"])
    w.is_sound()
  end)

  it("is another's first, and a test then: no mandate takes those of another account", function()
    w.approved { tests = true }
    local function word_of(more, of)
      count = count + 1
      w.take({ w.reviewed("b" .. count, "GREEN", NOW, more) }, nil, of)
      local row = w.store:rows("watch_events", w.store.witness.events - 1)[1]
      return row.word or row.result
    end
    assert.equal("line", word_of({ testMode = true, sandboxMode = true, clientId = "a" }, { sandbox = true, client_id = "a" }))
    assert.equal("another sandboxMode", word_of({ testMode = true, sandboxMode = true }, { sandbox = false }))
    assert.equal("another clientId", word_of({ testMode = true, sandboxMode = true, clientId = "a" },
      { sandbox = false, client_id = "b" }))
    w.is_sound()
  end)
end)

describe("what is known of an account", function()
  teardown(support.clean)

  --- The account of a config file: its environment and clientId.
  local function known(text)
    local file = support.write(support.folder() .. "/config", text)
    os.execute("chmod 600 " .. file)
    local _, of = assert(account_of { config_file = file, profile = text:match("%[(%l+)%]") })
    return { of.sandbox == nil and "unknown" or of.sandbox, of.client_id or "unknown" }
  end

  local function config(token, more)
    return ("base_url = http://127.0.0.1:1\napp_token = %s\nsecret_key = s\n%s"):format(token, more or "")
  end

  it("is its environment, by the token or by a profile that is production", function()
    assert.same({ true, "unknown" }, known(config("sbx:a.b")))
    assert.same({ false, "unknown" }, known(config("prd:a.b")))
    for _, token in ipairs { "a.b", "sbx", "SBX:a", "xsbx:a", ":sbx:a", "dev:a" } do
      assert.same({ "unknown", "unknown" }, known(config(token)), token)
    end
    for _, token in ipairs { "sbx:a", "prd:a", "a" } do
      assert.same({ false, "unknown" }, known("[a]\n" .. config(token, "production = true\n")), token)
    end
    assert.same({ true, "unknown" }, known("[a]\n" .. config("sbx:a", "production = false\n")))
  end)

  it("is its clientId, where the settings name it; of a profile that of the profile alone", function()
    assert.same({ true, "acme" }, known(config("sbx:a", "client_id = acme\n")))
    assert.same({ true, "unknown" }, known(config("sbx:a", "client_id =\n")))
    assert.same({ true, "acme" }, known("client_id = other\n[a]\n" .. config("sbx:a", "client_id = acme\n")))
    assert.same({ true, "unknown" }, known("client_id = other\n[a]\n" .. config("sbx:a")))
  end)
end)
