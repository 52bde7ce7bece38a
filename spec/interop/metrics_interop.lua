-- The page of metrics and the rules about them, as Prometheus's own tool reads them.

local figures = require("idngo.watch.figures")
local files = require("files")
local support = require("runs")
local w = require("watch_lines")

local HAVE = os.getenv("IDNGO_INTEROP_HAVE")

describe("promtool", function()
  setup(w.setup)
  before_each(w.before)
  after_each(w.after)
  teardown(support.clean)

  local function check(what, text, name)
    if not support.shell("command -v promtool"):find("/") then
      if HAVE then return pending("promtool is not installed") end
      error("promtool is not installed")
    end
    local path = support.folder() .. "/" .. name
    files.write(path, text)
    local out, errors, code = support.shell(("promtool check %s %s 2>&1"):format(what, (what == "rules" and "" or "<") .. path))
    assert.equal(0, code, out .. errors)
    return out
  end

  it("finds no fault with what a watch tells", function()
    w.approved { max = { "deactivate=1/1h" }, breaker = { hold = { low = 0.1, high = 0.5 } } }
    w.take { w.reviewed("a", "GREEN", w.NOW + 1), w.reviewed("b", "GREEN", w.NOW + 1), "{" }
    for n = 1, 2 do
      w.decide(n, { "deactivate" })
      w.intend(n)
    end
    w.settle(1, 1, "applied", true)
    local calls = require("idngo.run.stats").new()
    for _, event in ipairs { { event = "request" }, { event = "wait", lane = "all", seconds = 0.5 },
      { event = "limit", lane = "all", seconds = 1 },
      { event = "reply", seconds = 0.1, ["http.response.status_code"] = 429, outcome = "rejected" } } do
      event.time, event.endpoint = 1, "status"
      calls:hear(event)
    end
    local text = figures.text(w.store, nil, calls)
    assert.truthy(text:find('idngo_watch_guard_refusals_total{action="deactivate",scope="all"} 1\n', 1, true), text)
    assert.equal("", check("metrics", text, "page"))
  end)

  it("finds no fault with the rules that docs/watch.md has", function()
    local rules = files.read("docs/watch.md"):match("<!%-%- part: alerts.yml %-%->\n```yaml\n(.-)```")
    assert.truthy(check("rules", rules, "alerts.yml"):find("SUCCESS"))
  end)
end)
