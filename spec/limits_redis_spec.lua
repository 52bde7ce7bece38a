-- One account's limits in a Redis that machines share: the sandbox's ledger is the judge of what was sent, redis-server of Debian
-- keeps the slots. A machine is a process with a folder of its own for what the processes of one machine share.

local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local redis = require("redis")
local sandbox = require("idngo.sandbox")

if not redis.is_there() then
  describe("limits in Redis", function() pending("redis-server is not installed") end)
  return
end

local ID = "5eea3f5204f940217bcbc03d"

local server, api

setup(function()
  server = redis.start()
  api = assert(sandbox.background { limits = false })
end)
teardown(function()
  server:stop()
  api:close()
end)

--- A client of one machine. Its attempts are short, so that the pauses of tests are.
local function open(more)
  local options = { base_url = api.url, app_token = "sbx:demo", secret_key = "demo-secret", limits_url = server.url,
    limits_dir = files.folder(), timeout = 20, limits_timeout = 20, limits_late = 0.5, limits_rtt = 1, max_attempts = 1,
    limits = { read = { 5, 2 }, write = false, report = false, similar_by_text_and_face = false, similar_by_text = false,
      import_applicant = false } }
  for name, value in pairs(more or {}) do options[name] = value end
  return assert(idngo.client(options))
end

local slots_of = require("idngo.client").slots

local function begin(client) assert(slots_of(client):nobody_sent()) end

describe("limits in Redis", function()
  before_each(function() server:cli("flushall") end)

  it("are shared by machines: one finds the slots taken that another took", function()
    local here, there = open(), open()
    begin(here)
    for _ = 1, 5 do assert(here:levels()) end
    local _, e = there:levels { deadline = 0.2 }
    assert.equal("limit", e.kind)
    assert.equal("not_sent", e.outcome)
    here:close()
    there:close()
  end)

  it("hold the first call of an account until what nobody knows of is over, and say until when", function()
    local events = {}
    local client = open { on_event = function(event) events[#events + 1] = event end }
    local _, e = client:levels { deadline = 0.2 }
    assert.equal("limit", e.kind)
    assert.matches("nothing is known yet of what was sent for this account: nothing is sent before %d%d:%d%d:%d%d", e.message)
    assert.equal("limits", events[1].event)
    assert.equal("held", events[1].state)
    assert.truthy(client:lanes()[1].held_for > 0)
    client:close()
  end)
end)
