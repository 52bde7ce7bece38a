-- What docs/watch.md says to a machine: the service of systemd, and the rules of Prometheus. (Its commands are run by
-- docs/pages_spec.lua.)

local cli = require("idngo.cli")
local figures = require("idngo.watch.figures")
local files = require("files")
local shell = require("shell")

local page = files.read("docs/watch.md")

local function part(name)
  return assert(page:match("<!%-%- part: " .. name:gsub("%p", "%%%0") .. " %-%->\n```%w+\n(.-)```"), name)
end

describe("docs/watch.md", function()
  it("tells systemd a service that it takes, by a command that there is", function()
    local unit = part("idngo-watch.service")
    local words = {}
    for word in unit:match("ExecStart=/usr/bin/idngo ([^\n]+)"):gmatch("%S+") do words[#words + 1] = word end
    assert.equal("watch", cli.parser(words):parse(words).command)
    if shell("command -v systemd-analyze"):find("/") then
      local dir = files.folder()
      files.write(dir .. "/idngo-watch.service", (unit:gsub("/usr/bin/idngo", "/bin/true"):gsub("User=idngo", "User=root")))
      assert.is_nil(shell("systemd-analyze verify %s/idngo-watch.service 2>&1", dir):find("idngo%-watch%.service:%d+"))
      os.execute("rm -r " .. dir)
    end
  end)

  it("has rules about metrics that there are, and says of each what to do", function()
    local rules, count = part("alerts.yml"), 0
    for metric in rules:gmatch("idngo_watch_[%l_]+") do assert.truthy(figures.metrics[metric], metric) end
    for metric in rules:gmatch("increase%(([%l_]+)") do assert.equal("counter", figures.metrics[metric][1], metric) end
    for metric in rules:gmatch("delta%(([%l_]+)") do assert.equal("gauge", figures.metrics[metric][1], metric) end
    for metric, is in pairs(figures.metrics) do assert.equal(metric:find("_total$") ~= nil, is[1] == "counter", metric) end
    for alert in rules:gmatch("alert: (%a+)") do
      count = count + 1
      assert.truthy(page:find("\n| `" .. alert .. "` | %S"), alert)
    end
    assert.is_true(count >= 9)
  end)
end)
