-- An applicant who was deleted: nothing older is begun about them any more, in whatever topic, and nothing personal of it is
-- kept. Nothing is sent.

local compat = require("idngo.compat")
local support = require("runs")
local w = require("watch_lines")

local NOW = w.NOW

local function deleted(id, at, type, more)
  return (w.reviewed(id, nil, at, more):gsub("applicantReviewed", type or "applicantDeleted"))
end

--- States of lines, one after the other, and the event that superseded them.
local function states(last)
  local list = {}
  for n = 1, last do
    local row = w.store:line(n).row
    list[n] = row.state .. (row.by and " " .. row.by or "")
  end
  return list
end

describe("a line whose applicant was deleted", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  for _, newest in ipairs { "topic", "none" } do
    it("is superseded in whatever topic and state, as long as nothing of it was sent; newest = " .. newest, function()
      w.approved { newest = newest }
      w.take { w.reviewed("a", "GREEN", NOW), w.reviewed("a", "RED", NOW + 1, { applicantActionId = "action" }),
        w.reviewed("a", "RED", NOW + 2, { applicantActionId = "action2" }),
        (w.reviewed("a", nil, NOW + 3):gsub("Reviewed", "TagsChanged")),
        w.reviewed("a", "RED", NOW + 20, { applicantActionId = "b" }),
        w.reviewed("another", "GREEN", NOW) }
      w.decide(1, { "deactivate" }, { asked = "sure?" })
      w.decide(2, { "deactivate" })
      w.decide(4, { "deactivate", "send_status_email" })
      assert.is_nil(w.intend(4))
      w.settle(4, 1, "applied")
      local hash = w.store:line(1).row.hash
      w.take { deleted("a", NOW + 9, nil, { testMode = true }) }
      assert.same({ "waiting", "open", "new", "open", "new", "new" }, states(6))
      w.take { deleted("a", NOW + 10) }
      assert.same({ "superseded 8", "superseded 8", "superseded 8", "open", "new", "new" }, states(6))
      local verdict = w.say { event = "approved", line = 1, target = hash }
      assert.equal("stale: it is superseded by event 8", verdict)
      assert.equal("superseded", w.intend(4, 2)) -- what is left of it, before it begins
      assert.same({ "done", "applied void" }, { (w.state(4)), w.step_states(4) })
      assert.equal("superseded", w.intend(2))
      assert.equal("stale: event 8 is newer",
        (w.say { event = "told", what = "redecide", line = 4, target = w.store:target(w.store:line(4)) }))
      -- what happened before, and is told after; and what happened after
      w.take { w.reviewed("a", "GREEN", NOW + 4, { applicantActionId = "c" }), w.reviewed("a", "GREEN", NOW + 30),
        w.reviewed(nil, "GREEN", NOW + 4) }
      assert.same({ "superseded 8", "new", "new" }, { select(7, compat.unpack(states(9))) })
      -- the bytes again change nothing
      w.take { deleted("a", NOW + 10) }
      assert.same({ "new", "new" }, { w.store:line(5).state, w.store:line(8).state })
      assert.equal(5, w.store:forget_on(w.run)) -- within hours, of what is over
      w.is_sound()
    end)
  end

  it("is superseded in the take that brings both, whichever stands first in the spool; and by either type", function()
    for _, type in ipairs { "applicantDeleted", "applicantPersonalDataDeleted" } do
      for _, is_first in ipairs { true, false } do
        w.approved()
        local other, gone = w.reviewed("a", "RED", NOW, { applicantActionId = "action" }), deleted("a", NOW + 1, type)
        w.take(is_first and { gone, other } or { other, gone })
        assert.same({ ("superseded %d"):format(is_first and 1 or 2) }, states(1))
        w.is_sound()
      end
    end
  end)

  it("is decided where its own event says that, and the policy wants to know", function()
    w.approved { on = { "applicantDeleted", "applicantPersonalDataDeleted" }, newest = "none" }
    w.take { deleted("a", NOW), deleted("a", NOW + 1, "applicantPersonalDataDeleted") }
    assert.same({ "new", "new" }, states(2))
    w.is_sound()
  end)
end)
