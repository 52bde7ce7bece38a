-- What axe-core finds wrong with the pages of reports and of probes, light and dark, on a telephone and on a desk: nothing.

local json = require("idngo.json")
local made_page = require("made_pages")
local page_of_probe = require("idngo.probe.page")
local places = require("idngo.probe.rows")
local support = require("runs")

--- axe-core, as npm installs it for `./dev interop`.
local function axe_file()
  local path = (os.getenv("IDNGO_BUILD") or "build") .. "/npm/node_modules/axe-core/axe.min.js"
  local file = io.open(path)
  if file then file:close() end
  return file and path
end

local LOOK = [[axe.run(document, { resultTypes: ["violations"] }).then(found =>
  found.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 120)).join(" | ")))]]
local OPEN = "(document.querySelector('#view .row') || document.body).click() || true"

describe("axe", function()
  teardown(function() support.clean() end)

  local folder = support.folder()

  --- The page of a probe with every outcome.
  local function probe_page()
    local rows = places.new()
    for _, outcome in ipairs(places.OUTCOMES) do
      rows:add(outcome, "status", places.of_endpoint("levels", "request"), "200", 404)
    end
    return support.write(folder .. "/probe.html", page_of_probe { idngo = "1", mode = "read", totals = rows:totals(),
      claims = rows, settings = { timeout = 60 } })
  end

  for what, make in pairs { ["a report"] = function() return made_page(folder .. "/page.html", 700) end,
    ["a probe"] = probe_page } do
    it("finds nothing in " .. what, function()
      local axe = axe_file()
      if not axe then return pending("axe-core is not installed") end
      local page, pages = make(), {}
      for _, scheme in ipairs { "light", "dark" } do
        for _, size in ipairs { { 390, 844 }, { 1280, 900 } } do
          pages[#pages + 1] = { page = page, scheme = scheme, viewport = size, inject = axe,
            steps = { "typeof axe", LOOK, OPEN, LOOK } }
        end
      end
      local asked = support.write(folder .. "/script.json", json.encode(pages))
      local out, errors = support.shell(("python3 spec/support/browser.py %s <%s"):format(folder, asked))
      for _, visit in ipairs(assert(json.decode(out), errors)) do
        assert.equal("object", visit.values[1])
        assert.same({}, visit.values[2])
        assert.same({}, visit.values[4])
      end
    end)
  end
end)
