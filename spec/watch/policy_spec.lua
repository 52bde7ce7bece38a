-- What a policy of a watch is given and may say: the event, ask(), and which events it decides about.

local jail = require("idngo.policy.jail")
local unfit = require("idngo.watch.run").unfit

local function pool_of(body, fields)
  return jail.pool { text = ('return { name = "p", %s decide = function(applicant, facts, event) %s end }'):format(fields or "",
    body), chunkname = "p.lua", size = 1 }
end

--- The names of what is decided about an event, or the error's message.
local function decided(body, event, applicant)
  local pool = assert(pool_of(body))
  local outcome = pool:evaluate(applicant == nil and { id = "a" } or applicant, {}, { event = event })
  pool:close()
  if outcome.kind ~= "decided" then return outcome.message or outcome.kind end
  local names = {}
  for i, action in ipairs(outcome.actions) do names[i] = action.name end
  return table.concat(names, " ")
end

describe("a policy of a watch", function()
  it("reads the event, and cannot change it", function()
    local event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "RED" } }
    assert.equal("hold", decided("return hold(event.reviewResult.reviewAnswer)", event))
    assert.truthy(decided("event.type = 'x' return pass()", event):find("read-only", 1, true))
    assert.equal("pass", decided("if event == nil then return pass() end", nil))
  end)

  it("has no applicant where the event names none", function()
    assert.equal("pass", decided("if applicant == nil then return pass() end", { type = "kytCaseCreated" }, false))
  end)

  it("asks with the actions that wait, however it hands them over", function()
    assert.equal("deactivate ask", decided([[return ask(deactivate("d"), "really?")]]))
    assert.equal("deactivate send_status_email ask", decided([[return ask(deactivate("d"), send_status_email(), "really?")]]))
    -- a call in the middle of a list gives one value: the asking is not lost
    assert.equal("deactivate ask add_note", decided([[return ask(deactivate("d"), "really?"), add_note("n")]]))
    assert.equal("deactivate ask", decided([[local waits = ask(deactivate("d"), "really?") return { waits }]]))
  end)

  it("cannot ask without an action that changes something, or without saying why", function()
    for _, body in ipairs { [[return ask("why")]], [[return ask(pass(), "why")]], [[return ask(hold("h"), "why")]],
      [[return ask(deactivate("d"))]], [[return ask()]], [[return ask(ask(deactivate("d"), "x"), "y")]] } do
      assert.truthy(decided(body):find("ask", 1, true), body .. ": " .. decided(body))
    end
  end)

  it("says which events it decides about, in words that can be types", function()
    local pool = assert(pool_of("return pass()", 'on = { "applicantReviewed" }, newest = "none",'))
    assert.same({ { "applicantReviewed" }, "none" }, { pool.info.on, pool.info.newest })
    assert.is_nil(unfit(pool.info))
    pool:close()
    for _, fields in ipairs { "on = {},", "on = 1,", 'on = { "a b" },', "on = { 1 },", 'newest = "all",', "echoes = 1," } do
      local none, problem = pool_of("return pass()", fields)
      assert.is_nil(none, fields)
      assert.equal("config", problem.kind)
    end
    pool = assert(pool_of("return pass()"))
    assert.truthy(unfit(pool.info).message:find("which events", 1, true))
    pool:close()
    pool = assert(pool_of("return pass()", 'on = { "applicantReviewed" }, inputs = { country = "text" },'))
    assert.truthy(unfit(pool.info).message:find("inputs", 1, true))
    pool:close()
  end)
end)
