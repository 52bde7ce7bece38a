-- The pictures of the documents: the report as Chromium shows it, and drawings that name what the code names.
-- IDNGO_PICTURES=docs/images writes the report's picture there.

local files = require("files")
local json = require("idngo.json")
local shell = require("shell")
local support = require("runs")

local IMAGE = "docs/images/report.png"
local WIDTH, HEIGHT, SCALE = 1240, 760, 0.75

--- The width and height of a PNG.
local function size_of(path)
  local bytes = files.read(path)
  assert.equal("\137PNG\r\n\26\n", bytes:sub(1, 8))
  local width, height = string.unpack(">I4I4", bytes, 17)
  return width, height
end

describe("docs/images/report.png #slow", function()
  local server, folder, said
  setup(function()
    server, folder = support.server { applicants = 200 }, support.folder()
    local _, csv = support.applicants(server, "type=individual&limit=120")
    support.write(folder .. "/ids", csv)
    local run = folder .. "/run"
    local out, errors = support.command(server, ("plan examples/policies/block-duplicates.lua --input %s/ids --run %s --json")
      :format(folder, run))
    local plan = assert(json.decode(out), errors).plan
    support.command(server, ("apply %s --approve %s --max-deactivations 100%%"):format(run, plan))
    support.command(server, "report " .. run)
    local page = files.read(run .. "/report.html") -- says whose test this is
    files.write(run .. "/report.html", (page:gsub("by [^<>]- on [^<>]-([:<])", "by aigerim on risk-1%1", 1)))
    local asked = support.write(folder .. "/script.json", json.encode { { page = run .. "/report.html", shots = "report",
      clip = { WIDTH, HEIGHT, SCALE }, steps = { "document.querySelector('h1').textContent", "document.body.scrollHeight" } } })
    out, errors = support.shell(("python3 spec/support/browser.py %s <%s"):format(folder, asked))
    said = assert(json.decode(out), errors)[1]
    local to = os.getenv("IDNGO_PICTURES")
    if to then os.execute(("cp %s/report-light.png %s/report.png"):format(folder, to)) end
  end)
  teardown(function() support.clean(server) end)

  it("is what Chromium shows of such a report: as large, and filled by it", function()
    assert.truthy(said.values[1]:find("block-duplicates", 1, true), said.values[1])
    assert.is_true(said.values[2] >= HEIGHT, "the page is shorter than its picture")
    local width, height = size_of(folder .. "/report-light.png")
    assert.same({ WIDTH * SCALE, HEIGHT * SCALE }, { width, height })
    assert.same({ width, height }, { size_of(IMAGE) })
  end)

  it("is small, and not empty", function()
    local size = #files.read(IMAGE)
    assert.is_true(size > 10000 and size < 100000, tostring(size))
  end)
end)

describe("the drawings in docs/images", function()
  it("name every state of a step, and every outcome", function()
    local plan, call = files.read("docs/images/plan.svg"), files.read("docs/images/call.svg")
    local states = files.read("lua/idngo/run/sqlite.lua")
      :match("state TEXT NOT NULL DEFAULT 'planned' CHECK %(state IN %((.-)%)%)")
    local count = 0
    for state in states:gmatch("'(%a+)'") do
      count = count + 1
      assert.truthy(plan:find(">" .. state .. "</text>", 1, true), state)
    end
    assert.is_true(count >= 8)
    for outcome in files.read("lua/idngo/error.lua"):match("@field outcome ([^\n ]+)"):gmatch('"([%a_]+)"') do
      assert.truthy(call:find(outcome, 1, true), outcome)
    end
  end)

  it("are small, whole, and shown by a page", function()
    local pages = shell("cat README.md docs/*.md")
    for path in shell("ls docs/images/*"):gmatch("%S+") do
      local bytes = files.read(path)
      assert.is_true(#bytes < 100000, path)
      assert.truthy(pages:find("images/" .. path:match("[^/]+$"), 1, true), path .. " is shown nowhere")
      if path:find("%.svg$") then
        assert.equal("", shell("python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' %s 2>&1", path))
        assert.is_nil(bytes:gsub('xmlns="[^"]+"', ""):find("https?:"), path .. " loads from elsewhere")
      end
    end
  end)
end)
