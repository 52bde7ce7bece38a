-- Guards of a watch over days of virtual time, with a load that always wants more, while somebody sets the clock, the machine
-- begins anew, and other mandates become current. IDNGO_GUARDS: how many seconds. Nothing is sent.

local clock = require("idngo.watch.clock")
local core = require("idngo.core")
local support = require("runs")
local w = require("watch_lines")

local SECONDS = tonumber(os.getenv("IDNGO_GUARDS")) or 100000
local MOST, WINDOW = 5, 3600

-- What happens once in so many seconds, other events last; and by how much the clock is set.
local SET, BOOT, UPGRADE, OTHERS = 4000, 50000, 25000, 300
local STEPS = { 300, -300, 3600, -3600, 86400, -86400 }

describe("the guards of a watch", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  it("are exceeded in no window, whatever the clocks do, and are used up all the same", function()
    math.randomseed(7)
    local passed, since_boot, wall, boot = 0, 5000, w.NOW, "first"
    clock.sources = { boottime = function() return since_boot end, wall = function() return wall end,
      boot = function() return boot end }
    local function pass(seconds) passed, since_boot, wall = passed + seconds, since_boot + seconds, wall + seconds end
    w.approved { max = { ("deactivate=%d/%ds"):format(MOST, WINDOW) }, seconds = 300 * 86400, newest = "none" }
    local n, sent, boots, sets, switches = 0, {}, 0, 0, 0
    local function switch()
      local mandate, text = {}, "policy " .. switches + 2
      for name, value in pairs(w.store.witness:current_mandate()) do mandate[name] = value end
      switches, mandate.m, mandate.policy = switches + 1, mandate.m + 1, core.sha256(text)
      assert.truthy(w.say({ event = "told", what = "propose", policy = text, mandate = mandate }):find("^taken"))
      assert.equal("taken: 1 of 1", (w.approve_mandate()))
    end
    local function restart()
      local away = math.random(10, 120)
      pass(away)
      boots = boots + 1
      since_boot, boot = math.random(5, away), "boot " .. boots
      w.store.boot = nil
      w.store:start("test")
    end
    --- Time passes, in which events come that are not decided.
    local function wait(seconds)
      while seconds > 0 do
        local step = math.min(seconds, OTHERS)
        seconds = seconds - step
        pass(step)
        w.take { ('{"type":"applicantCreated","applicantId":"x","n":%.14g}'):format(passed) }
        local function happens(every) return math.random() < step / every end
        if happens(SET) then wall, sets = wall + STEPS[math.random(#STEPS)], sets + 1 end
        if happens(BOOT) then restart() end
        if happens(UPGRADE) then switch() end
      end
    end
    while passed < SECONDS do
      n = n + 1
      w.take { w.reviewed("a" .. n, "GREEN", w.NOW + n) }
      w.decide(n, { "deactivate" })
      local refused = w.intend(n)
      if refused then
        assert.equal("guard", refused)
        local _, free = w.store.witness:used("deactivate", { seconds = WINDOW }, w.store:clock())
        wait(math.max(0, free - w.store:clock()) + math.random(0, 15))
      else
        sent[#sent + 1] = passed
        w.settle(n, 1, "applied", true)
        wait(math.random(0, 15))
      end
    end
    for i = MOST + 1, #sent do
      assert.is_true(sent[i] - sent[i - MOST] >= WINDOW, ("%d to %d: %g s"):format(i - MOST, i, sent[i] - sent[i - MOST]))
    end
    local share = #sent / (MOST * passed / WINDOW)
    if os.getenv("IDNGO_SAY") then print(("%d of %d, %.1f %%"):format(#sent, n, 100 * share)) end
    assert.is_true(share >= 0.95, ("%.1f %% of what the guard lets be done"):format(100 * share))
    assert.is_true(boots > 0 and sets > 0 and switches > 0)
    w.is_sound()
  end)
end)
