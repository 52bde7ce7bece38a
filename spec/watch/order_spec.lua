-- Events of a watch in every order, and sent again: which of them is decided, and what becomes of what was begun. No call is
-- made.

local support = require("runs")
local w = require("watch_lines")

local NOW = w.NOW

describe("an event of a watch", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  -- Of GREEN, RED and a Reset, which is not decided, each is once the newest.
  local ANSWERS = { { "GREEN", "RED", "Reset" }, { "RED", "Reset", "GREEN" }, { "Reset", "GREEN", "RED" } }

  local function body_of(id, answer, at)
    if answer ~= "Reset" then return w.reviewed(id, answer, NOW + at) end
    return (w.reviewed(id, nil, NOW + at):gsub("applicantReviewed", "applicantReset"))
  end

  -- How far the line is that came first, when the others come.
  local far = {}
  function far.waiting(n) w.decide(n, { "deactivate", "add_note" }, { asked = "really?" }) end
  function far.half(n)
    w.decide(n, { "deactivate", "add_note" })
    assert.is_nil(w.intend(n))
    w.settle(n, 1, "applied")
  end
  function far.done(n)
    far.half(n)
    assert.is_nil(w.intend(n, 2))
    w.settle(n, 2, "applied", true)
  end

  it("is decided where it is the newest, in whatever order three come, and however far the first one is", function()
    w.approved { max = { "deactivate=none", "add_note=none" } }
    local cases = 0
    for _, order in ipairs { { 1, 2, 3 }, { 1, 3, 2 }, { 2, 1, 3 }, { 2, 3, 1 }, { 3, 1, 2 }, { 3, 2, 1 } } do
      for _, answers in ipairs(ANSWERS) do
        for name, go in pairs(far) do
          cases = cases + 1
          local id, line = "a" .. cases, {}
          local case = ("%s of %s, %s"):format(table.concat(order, " "), table.concat(answers, " "), name)
          for i, at in ipairs(order) do
            w.take({ body_of(id, answers[at], at) }, NOW + 10 + i)
            if answers[at] ~= "Reset" then line[at] = w.store.witness.lines end
            if i == 1 and line[at] then go(line[at]) end
          end
          for at, n in pairs(line) do
            local expected = at < 3 and "superseded" or "new"
            if at == order[1] then expected = name == "done" and "done" or name == "half" and "open" or at < 3 and "superseded"
              or "waiting" end
            assert.equal(expected, (w.state(n)), case)
            if expected == "open" then
              assert.equal(at < 3 and "superseded" or nil, w.intend(n, 2), case)
              assert.equal(at < 3 and "applied void" or "applied intent", (w.step_states(n)), case)
              if at == 3 then w.settle(n, 2, "applied", true) end
              assert.equal("done", (w.state(n)), case)
            end
          end
        end
      end
    end
    assert.equal(54, cases)
    w.is_sound()
  end)

  it("is known by its bytes for months; in other bytes it is decided again, and nobody gets a second e-mail", function()
    w.approved { max = { "send_status_email=9/1d" } }
    local body = w.reviewed("a", "GREEN", NOW)
    w.take { body }
    w.decide(1, { "send_status_email" })
    assert.is_nil(w.intend(1))
    w.settle(1, 1, "applied", true)
    for _, later in ipairs { 300, 3600, 5 * 3600, 18 * 3600, 89 * 86400, 91 * 86400 } do
      assert.equal(0, w.take({ body }, NOW + later))
    end
    assert.equal(1, w.store.witness.lines)
    for i, other in ipairs { body:gsub(",", ", "), w.reviewed("a", "GREEN", NOW, { correlationId = "another" }) } do
      assert.equal(1, w.take({ other }, NOW + 300))
      w.decide(i + 1, { "send_status_email" })
      assert.equal("loop", w.intend(i + 1))
    end
    w.take({ (body:gsub("^{", "{ ")) }, NOW + 91 * 86400)
    assert.same({ "waiting", "late" }, { w.state(4) })
    w.is_sound()
  end)
end)
