-- All ways in which what a watch does can follow one another, with a crash anywhere: see spec/support/watch_model.lua. And what
-- each rule is for: without it, some way breaks what it is there to keep. IDNGO_INTERLEAVINGS=1 goes through all models; else
-- some.

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
local ALONE = { events = { OLD, NEW }, first = BOTH, second = BOTH, says = "approved", crashes = 1, still = true }
local TWO = { events = { OLD, OTHER }, first = ONCE, second = ONCE, says = "approved", crashes = 1, still = true }
local SMALL = with(TWO, { actions = { "deactivate" }, crashes = 0 })

-- By name: a model, and whether it is among the few.
local MODELS = {
  { "an event and a newer one, by a mandate", ALONE, true },
  { "a newer event and an old one, by a mandate", with(ALONE, { events = { NEW, OLD } }), true },
  { "two people whom one guard is for", TWO },
  { "two people whom one guard is for, without a crash", with(TWO, { crashes = 0 }) },
  { "two people whom one guard is for, with a step each and without a crash", SMALL, true },
  { "a line that is approved, while another mandate becomes current and time passes", PERSON },
  { "a line that is approved, while another mandate becomes current and time passes, without a crash",
    with(PERSON, { crashes = 0 }) },
  { "a line that is rejected", with(PERSON, { says = "declined" }) },
  { "a line that is decided again", with(PERSON, { says = "retry" }) },
  { "a newer event and an old one, of which one is approved", with(PERSON, { events = { NEW, OLD } }) },
}

-- Without a rule: what is broken then.
local RULES = {
  { "the place is not written down before the events", "A", with(ALONE, { place = "before" }) },
  { "the place is written down with the events, and bytes are known", "B", with(ALONE, { place = "after", anew = true }) },
  { "what people would notice twice is not done again", "C", with(ALONE, { off = "once" }) },
  { "guards are counted from the log", "D", with(TWO, { memory = true }) },
  { "guards are looked at in the transaction of the intent", "D", with(SMALL, { early = "guard" }) },
  { "newer events are looked at before each step", "E", with(ALONE, { off = "newer", crashes = 0 }) },
  { "line and events are looked at in the transaction of the intent", "E", with(ALONE, { early = "line", crashes = 0 }) },
  { "a mandate covers what it says", "F", with(ALONE, { first = HALF, off = "mandate", crashes = 0 }) },
  { "a decision counts for the mandate that it was made by", "G", with(PERSON, { off = "policy", crashes = 0 }) },
  { "time lets nothing go on", "H", with(PERSON, { off = "waiting", crashes = 0 }) },
}

describe("a watch, whatever follows what", function()
  setup(w.setup)
  teardown(support.clean)

  for _, each in ipairs(MODELS) do
    local name, options, is_few = each[1], each[2], each[3]
    local try = (is_few or ALL) and it or function() end
    try("keeps what it promises: " .. name, function()
      local found = model.explore(options)
      assert.same({}, found.broken, found.path)
      assert.is_true(found.states > 100, found.states .. " states")
      if os.getenv("IDNGO_SAY") then print(("%s: %d states, %d transitions"):format(name, found.states, found.transitions)) end
    end)
  end

  for _, each in ipairs(RULES) do
    it("would break " .. each[2] .. ", were it not that " .. each[1], function()
      local found = model.explore(each[3])
      local letters = {}
      for i, text in ipairs(found.broken) do letters[i] = text:match("^%a") end
      assert.truthy(table.concat(letters):find(each[2], 1, true), table.concat(found.broken, "\n"))
    end)
  end
end)
