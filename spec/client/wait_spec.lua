-- client:wait_for_review: when it looks, at whom, what it returns, and that it does so in each runtime.

local http = require("socket.http")
local idngo = require("idngo")
local json = require("idngo.json")
local nginx = require("nginx")
local sandbox = require("idngo.sandbox")
local support = require("runs")

local LEVEL = "basic-kyc-level"

local server, client, number = nil, nil, 0

local function open(options)
  local settings = { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false }
  for name, value in pairs(options or {}) do settings[name] = value end
  return assert(idngo.client(settings))
end

local function create()
  number = number + 1
  return assert(client:create_applicant(LEVEL, { externalUserId = "wait-" .. number })).id
end

local function completed()
  local id = create()
  assert(client:complete_in_sandbox(id, { reviewAnswer = "GREEN", rejectLabels = {} }))
  return id
end

local function faults(rules) support.faults(server, rules) end

--- When the sandbox was asked for an applicant, by id; from `seq` on.
local function looks(seq)
  local told = assert(json.decode((http.request(("%s/-/ledger?after=%d&endpoint=applicant"):format(server.url, seq)))))
  local at = {}
  for _, entry in ipairs(told.entries) do
    at[entry.applicantId] = at[entry.applicantId] or {}
    table.insert(at[entry.applicantId], entry.at)
  end
  return at, told.last
end

--- Every two looks are 2 s apart, and there is one at least.
local function check_looks(at)
  assert.is_true(at ~= nil and #at >= 1)
  for i = 2, #at do assert.is_true(at[i] - at[i - 1] >= 2, ("%.3f s"):format(at[i] - at[i - 1])) end
end

setup(function()
  server = assert(sandbox.background { limits = false })
  client = open()
end)

teardown(function()
  client:close()
  server:close()
end)

after_each(function() faults {} end)

describe("a wait for a review", function()
  it("returns it once it is completed, the first look after 2 s", function()
    local id, started = completed(), require("idngo.core").now()
    local _, seq = looks(0)
    local review = assert(client:wait_for_review(id))
    assert.is_true(require("idngo.core").now() - started >= 2)
    assert.same({ "completed", "GREEN" }, { review.reviewStatus, review.reviewResult.reviewAnswer })
    assert.equal(1, #looks(seq)[id])
  end)

  it("goes on until it is, while others work, and looks ever more seldom", function()
    local id, other = create(), completed()
    local _, seq = looks(0)
    local review, of_other
    idngo.run(function()
      local task = idngo.spawn(function() review = assert(client:wait_for_review(id, { deadline = 300 })) end)
      of_other = assert(client:wait_for_review(other))
      assert(client:complete_in_sandbox(id, { reviewAnswer = "RED", rejectLabels = {} })) -- after its first look
      task:wait()
    end)
    assert.same({ "GREEN", "RED" }, { of_other.reviewResult.reviewAnswer, review.reviewResult.reviewAnswer })
    local at = looks(seq)[id]
    assert.equal(2, #at)
    assert.is_true(at[2] - at[1] >= 3.2)
  end)

  it("ends at its deadline, and says how far the review was", function()
    local id = create()
    assert(client:request_check(id))
    local review, err = client:wait_for_review(id, { deadline = 2.5 })
    assert.is_nil(review)
    assert.same({ "timeout", true, "pending" }, { err.kind, err.retryable, err.review.reviewStatus })
    assert.truthy(tostring(err):find("it is pending", 1, true), tostring(err))
    local patient = open { deadline = 1 } -- the client's
    local _, before = patient:wait_for_review(id)
    patient:close()
    assert.same({ "timeout", nil }, { before.kind, before.review })
  end)

  it("an old answer beside init is none", function()
    local id = create()
    assert(client:reject(id, { note = "a" }))
    assert(client:reopen(id, {}))
    local _, err = client:wait_for_review(id, { deadline = 2.5 })
    assert.same({ "timeout", "init", "RED" }, { err.kind, err.review.reviewStatus, err.review.reviewResult.reviewAnswer })
  end)

  it("of a list gives reviews and errors by their places; nobody is looked at twice in 2 s", function()
    local green, pending = completed(), create()
    local _, seq = looks(0)
    local reviews, errors = client:wait_for_review({ green, "000000000000000000000000", pending, green }, { deadline = 6 })
    assert.same({ "GREEN", "GREEN" }, { reviews[1].reviewResult.reviewAnswer, reviews[4].reviewResult.reviewAnswer })
    assert.same({ nil, nil, 404, "timeout" }, { reviews[2], reviews[3], errors[2].status, errors[3].kind })
    local at = looks(seq)
    assert.equal(1, #at[green])
    check_looks(at[pending])
    assert.same({ {}, {} }, { client:wait_for_review({}) })
  end)

  it("goes on after looks that fail, and ends where they all do; none is made again at once", function()
    local id = completed()
    local _, seq = looks(0)
    faults { { endpoint = "applicant", status = 503, times = 1, body = { code = 503, description = "busy" } } }
    assert(client:wait_for_review(id))
    local at = looks(seq)[id]
    assert.equal(2, #at)
    check_looks(at)
    faults { { endpoint = "applicant", status = 503, body = { code = 503, description = "busy" } } }
    local other = open { max_attempts = 2 }
    _, seq = looks(0)
    local _, err = other:wait_for_review(id)
    other:close()
    assert.same({ "http", 503 }, { err.kind, err.status })
    assert.equal(2, #looks(seq)[id])
  end)

  it("ends when its task is cancelled", function()
    local id = create()
    local ended, thrown = idngo.parallel({ "wait", "fail" }, function(what)
      if what == "wait" then return client:wait_for_review({ id, id .. "0" }) end
      return client:applicant("none")
    end, { stop_on_error = true })
    assert.is_not_nil(thrown[2])
    local _, errors = ended[1], thrown[1]
    assert.equal("cancelled", errors.kind or errors[1].kind)
  end)

  it("throws on what is no id, and no option", function()
    for _, case in ipairs {
      { "the applicant must be an id", 7 }, { "the applicant must be an id", "" },
      { "the applicant 2 must be an id", { "a", 7 } }, { "did you mean deadline?", "a", { deadlin = 1 } },
      { "deadline must be a number of seconds above 0", "a", { deadline = 0 } },
    } do
      local ok, why = pcall(client.wait_for_review, client, table.unpack(case, 2))
      assert.is_false(ok)
      assert.truthy(why:find(case[1], 1, true), why)
    end
  end)

  it("waits inside nginx too, for many, and blocks nobody #nginx", function()
    local ids = {}
    for i = 1, 64 do ids[i] = i % 2 == 0 and completed() or create() end
    local _, seq = looks(0)
    local web = nginx.start { server = ([[
      location = /wait {
        content_by_lua_block {
          local idngo, json = require "idngo", require "idngo.json"
          ngx.req.read_body()
          local client = assert(idngo.client { base_url = "%s", app_token = "sbx:demo", secret_key = "demo-secret",
            limits = false })
          local ids = json.decode(ngx.req.get_body_data())
          local reviews, errors = client:wait_for_review(ids, { deadline = 4 })
          local told = {}
          for i = 1, #ids do told[i] = reviews[i] and reviews[i].reviewResult.reviewAnswer or errors[i].kind end
          ngx.print(json.encode(told))
        }
      }]]):format(server.url) }
    local answer, status = http.request(web.url .. "/wait", json.encode(ids))
    local complaints = web:complaints()
    web:stop()
    assert.equal(200, status, complaints)
    for i, word in ipairs(assert(json.decode(answer))) do assert.equal(i % 2 == 0 and "GREEN" or "timeout", word) end
    local at = looks(seq)
    for _, id in ipairs(ids) do check_looks(at[id]) end
  end)
end)
