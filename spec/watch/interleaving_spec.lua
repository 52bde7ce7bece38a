-- All ways in which what a watch does can follow one another, with a crash anywhere: see spec/support/watch_model.lua. And what
-- each rule is for: without it, some way breaks what it is there to keep. IDNGO_INTERLEAVINGS=1 goes through all models; else
-- some.

local compat = require("idngo.compat")
local model = require("watch_model")
local support = require("runs")
local w = require("watch_lines")

local ALL = os.getenv("IDNGO_INTERLEAVINGS") ~= nil
local ANY = math.huge

local OLD, NEW = { id = "a", answer = "GREEN", at = 1 }, { id = "a", answer = "RED", at = 2 }
local OTHER = { id = "b", answer = "GREEN", at = 1 }

-- Of mandates: one that covers the first step of a line alone, and ones that cover both.
local HALF, BOTH, ONCE = { deactivate = ANY, send_status_email = false }, { deactivate = ANY, send_status_email = ANY },
  { deactivate = 1, send_status_email = 1 }

local function with(options, changes)
  local made = {}
  for name, value in pairs(options) do made[name] = value end
  for name, value in pairs(changes) do made[name] = value end
  return made
end

local PERSON = { events = { OLD, NEW }, first = HALF, second = BOTH, says = "approved", crashes = 1 }
local AGAIN = with(PERSON, { says = "retry" })
local ALONE = { events = { OLD, NEW }, first = BOTH, second = BOTH, says = "approved", crashes = 1, still = true }
local TWO = { events = { OLD, OTHER }, first = ONCE, second = ONCE, says = "approved", crashes = 1, still = true }
local BACK = with(PERSON, { still = true, withdraws = true, changes = true })
local NEXT = with(PERSON, { redecides = true })
local SMALL = with(TWO, { actions = { "deactivate" }, crashes = 0 })

-- From where to where lines go: of every model, of those in which a guard is used up, and so on.
local WAYS = { "nothing new", "open done" }
local GUARDED, OLDER = { "new open", "open waiting", "waiting open" }, { "nothing superseded", "new open" }
local NEWER = { "nothing superseded", "new open", "new superseded", "open superseded" }
local PASSING = { "nothing superseded", "new open", "new waiting", "waiting expired" }
local MOVING = { "nothing superseded", "new open", "new superseded", "open superseded", "new waiting", "waiting superseded",
  "waiting expired" }
local REDECIDED = { "nothing superseded", "new open", "new superseded", "open superseded", "new waiting", "waiting superseded",
  "waiting expired", "waiting new" }
local UNDONE = { "nothing superseded", "new superseded", "open superseded", "new waiting", "waiting open", "waiting superseded",
  "open waiting", "open new" }

-- Name; the model; how many states it has, and the ways that lines go in it; whether it is among the few.
local MODELS = {
  { "an event and a newer one, by a mandate", ALONE, 267, NEWER, {}, true },
  { "a newer event and an old one, by a mandate", with(ALONE, { events = { NEW, OLD } }), 45, OLDER, {}, true },
  { "two people whom one guard is for", TWO, 825, GUARDED, {} },
  { "two people whom one guard is for, with a step each and without a crash", SMALL, 59, GUARDED, {}, true },
  { "a line that is approved, while another mandate becomes current and time passes", PERSON, 4017, MOVING, { "waiting open" } },
  { "a line that is approved, while another mandate becomes current and time passes, without a crash",
    with(PERSON, { crashes = 0 }), 1321, MOVING, { "waiting open" }, true },
  { "a line that is rejected", with(PERSON, { says = "declined" }), 1386, MOVING, { "waiting rejected" } },
  { "a line that is decided again", AGAIN, 2705, MOVING, { "waiting new" } },
  { "a line that is decided again, without a crash", with(AGAIN, { crashes = 0 }), 1228, MOVING, { "waiting new" }, true },
  { "a line that the next mandate decides again", with(NEXT, { crashes = 0 }), 3205, REDECIDED, { "waiting open" } },
  { "a line that the next mandate leaves to the one before, and that a person wants decided again",
    with(AGAIN, { backlog = true, crashes = 0 }), 1026, MOVING, { "waiting new" }, true },
  { "a line whose approval is withdrawn, while facts change", BACK, 2274, UNDONE, {} },
  { "a line whose approval is withdrawn, while facts change, without a crash", with(BACK, { crashes = 0 }), 707, UNDONE, {},
    true },
  { "a newer event and an old one, of which one is approved", with(PERSON, { events = { NEW, OLD } }), 796, PASSING,
    { "waiting open" } },
}

-- Without a rule: what is broken then.
local RULES = {
  { "the place is not written down before the events", "A", with(ALONE, { place = "before" }), true },
  { "the place is written down with the events, and bytes are known", "B", with(ALONE, { place = "after", anew = true }), true },
  { "what was said is answered, and of what was looked at alone", "B", with(AGAIN, { off = "said", crashes = 0 }), true },
  { "what people would notice twice is not done again", "C", with(ALONE, { off = "once" }), true },
  { "guards are counted from the log", "D", with(TWO, { memory = true }), true },
  { "guards are looked at in the transaction of the intent", "D", with(SMALL, { early = "guard" }), true },
  { "newer events are looked at before each step", "E", with(ALONE, { off = "newer", crashes = 0 }), true },
  { "line and events are looked at in the transaction of the intent", "E", with(ALONE, { early = "line", crashes = 0 }), true },
  { "a mandate covers what it says", "F", with(ALONE, { first = HALF, off = "mandate", crashes = 0 }), true },
  { "a decision counts for the mandate that it was made by", "G", with(PERSON, { off = "policy", crashes = 0 }), true },
  { "time lets nothing go on", "H", with(PERSON, { off = "waiting", crashes = 0 }), true },
  { "a step that is not sent again is left to a person", "I", with(ALONE, { off = "left" }), true },
  { "a mandate leaves what was taken before it to the one before, where it says so", "G",
    with(PERSON, { backlog = true, off = "backlog", crashes = 0 }), true },
  { "what waits is decided again where a mandate says so", "H", with(PERSON, { off = "redecide", crashes = 0 }), true },
  { "what was approved is not sent any more when that was withdrawn", "F", with(BACK, { off = "withdrawn", crashes = 0 }), true },
  { "whoever has found facts changed leaves a line that waits", "H", with(BACK, { off = "open", crashes = 0 }), true },
}

-- The same of each rule that there is, where people speak and a process ends.
for _, of in ipairs { { "of what is approved", PERSON }, { "of what is decided again", AGAIN } } do
  for _, each in ipairs {
    { "the place is not written down before the events", "A", { place = "before" } },
    { "the place is written down with the events, and bytes are known", "B", { place = "after", anew = true } },
    { "what people would notice twice is not done again", "C", { off = "once" } },
    { "newer events are looked at before each step", "E", { off = "newer" } },
    { "line and events are looked at in the transaction of the intent", "E", { early = "line" } },
    { "a mandate covers what it says", "F", { off = "mandate" } },
    { "a decision counts for the mandate that it was made by", "G", { off = "policy" } },
    { "time lets nothing go on", "H", { off = "waiting" } },
    { "a step that is not sent again is left to a person", "I", { off = "left" } },
  } do
    RULES[#RULES + 1] = { ("%s, %s"):format(each[1], of[1]), each[2], with(of[2], each[3]) }
  end
end

describe("a watch, whatever follows what", function()
  setup(w.setup)
  teardown(support.clean)

  for _, each in ipairs(MODELS) do
    local name, options, states, ways, people, is_few = compat.unpack(each)
    local try = (is_few or ALL) and it or function() end
    try("keeps what it promises: " .. name, function()
      local found, expected = model.explore(options), {}
      assert.same({}, found.broken, found.path)
      assert.is_true(found.states >= states, found.states .. " states")
      for _, list in ipairs { WAYS, ways, people } do
        for _, way in ipairs(list) do expected[way] = true end
      end
      assert.same(expected, found.ways)
      if os.getenv("IDNGO_SAY") then print(("%s: %d states, %d transitions"):format(name, found.states, found.transitions)) end
    end)
  end

  for _, each in ipairs(RULES) do
    local try = (each[4] or ALL) and it or function() end
    try("would break " .. each[2] .. ", were it not that " .. each[1], function()
      local found = model.explore(each[3])
      local letters = {}
      for i, text in ipairs(found.broken) do letters[i] = text:match("^%a") end
      assert.truthy(table.concat(letters):find(each[2], 1, true), table.concat(found.broken, "\n"))
    end)
  end
end)
