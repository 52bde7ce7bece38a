-- The gate is told "later": nothing leaves until it was asked again and said yes, and others go on meanwhile.

local handlers = require("idngo.policy.handlers")
local idngo = require("idngo")
local parallel = require("idngo.runtime.parallel")
local runtimes = require("idngo.runtime.current")
local support = require("runs")

describe("a call whose caller says later", function()
  local server, client, id
  setup(function()
    server = support.server { applicants = 20 }
    id = support.applicants(server, "email=yes&limit=1")[1].id
  end)
  teardown(function() support.clean(server) end)
  before_each(function()
    support.forget(server)
    client = assert(idngo.client(support.client_options(server)))
  end)
  after_each(function() client:close() end)

  --- Sends an e-mail, and lets `answer(said, ask_again)` say when it may leave, and whether: how often it was asked, and what
  --- came of it.
  local function send(answer)
    local asked, said, runtime = 0, {}, runtimes.current()
    local result, err = handlers.actions.send_status_email.perform(client, id, {}, nil, function()
      asked = asked + 1
      if asked == 1 then runtime:spawn(answer, said, function() runtime:ask_again() end) end
      if said[1] == nil then return "later" end
      return said[1], said[2]
    end)
    return asked, result, err
  end

  local function mails() return #support.writes(support.ledger(server)) end

  it("is sent once it was asked again, and only then", function()
    local asked, result, others
    parallel.run(function()
      parallel.spawn(function() others = client:levels() end)
      asked, result = send(function(said, ask_again)
        while not others do runtimes.current().sleep(0.01) end
        assert.equal(0, mails())
        said[1] = true
        ask_again()
      end)
    end)
    assert.is_table(result)
    assert.equal(2, asked)
    assert.equal(1, mails())
  end)

  it("is not sent where the answer is no", function()
    local _, result, err
    parallel.run(function()
      _, result, err = send(function(said, ask_again)
        runtimes.current().sleep(0.01)
        said[1], said[2] = false, { kind = "limit", message = "not any more", permanent = true }
        ask_again()
      end)
    end)
    assert.is_nil(result)
    assert.same({ "limit", "not_sent" }, { err.kind, err.outcome })
    assert.equal(0, mails())
  end)

  it("is not sent where it is cancelled meanwhile", function()
    local _, result, err
    parallel.run(function()
      local runtime = runtimes.current()
      _, result, err = send(function() runtime:cancel() end)
    end)
    assert.is_nil(result)
    assert.equal("cancelled", err.kind)
    assert.equal(0, mails())
  end)

  it("is not sent after its time", function()
    client:close()
    local options = support.client_options(server)
    options.timeout, options.max_attempts = 0.3, 1
    client = assert(idngo.client(options))
    local _, result, err
    parallel.run(function()
      _, result, err = send(function(said, ask_again)
        runtimes.current().sleep(0.6)
        said[1] = true
        ask_again()
      end)
    end)
    assert.is_nil(result)
    assert.same({ "timeout", "not_sent" }, { err.kind, err.outcome })
    assert.equal(0, mails())
  end)
end)
