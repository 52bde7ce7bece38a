-- The pictures of the documents: reports and terminals as Chromium shows them, and drawings that name what the code names.
-- IDNGO_PICTURES=docs/images writes them there; the printed page needs pdftoppm.

local files = require("files")
local json = require("idngo.json")
local shell = require("shell")
local support = require("runs")
local quote = require("idngo.shell_word")

-- What is shown of the report, each in its own window: {width, height, scale, scheme}; `report` is README.md's.
local REPORTS = {
  ["report"] = { 1240, 760, 0.75, "light" }, ["report-dark"] = { 1280, 760, 0.65, "dark" },
  ["report-narrow"] = { 390, 844, 0.9, "light" }, ["report-narrow-dark"] = { 390, 844, 0.9, "dark" },
}
-- Terminals, by their columns: the scale at which their pictures can be read.
local TERMINALS = { [80] = 0.7, [200] = 0.55 }
local MOST = 64000 -- bytes of a picture

--- The width and height of a PNG.
local function size_of(path)
  local bytes = files.read(path)
  assert.equal("\137PNG\r\n\26\n", bytes:sub(1, 8))
  return { string.unpack(">I4I4", bytes, 17) }
end

--- What a terminal shows of the bytes that were written to it, and one line of the progress that was written over.
local function lines_on(bytes)
  local lines, progress = {}, {}
  for line in (bytes:gsub("\r+\n", "\n"):gsub("\n$", "") .. "\n"):gmatch("(.-)\n") do
    for part in (line .. "\r"):gmatch("(.-)\r") do
      part = part:gsub("\27%[[%d;?]*%a", "")
      if part:find("^planning: ") then progress[#progress + 1] = part end
    end
    lines[#lines + 1] = line:match("[^\r]*$"):gsub("\27%[[%d;?]*%a", "")
  end
  if progress[1] then table.insert(lines, 1, progress[math.ceil(#progress * 2 / 3)]) end
  return lines
end

--- A page that shows lines as a terminal of so many columns does.
local function terminal_page(columns, lines)
  local text = table.concat(lines, "\n"):gsub("[&<]", { ["&"] = "&amp;", ["<"] = "&lt;" })
  return ([[<!DOCTYPE html><meta charset=utf-8><style>body{margin:0;background:#14181f;color:#e4e8ee;
width:max-content}pre{margin:0;padding:12px 16px;font:14px/1.45 "DejaVu Sans Mono",monospace;width:%dch;white-space:pre-wrap;
overflow-wrap:anywhere}</style><pre>%s</pre>]]):format(columns, text)
end

describe("the pictures of docs/images #slow", function()
  local server, folder, said
  local SIZE = "[document.body.scrollWidth, document.body.scrollHeight, document.documentElement.scrollWidth]"

  --- Runs a command on a terminal, with its line in front.
  local function on_terminal(columns, line, shown)
    local command = ("python3 %sspec/support/terminal.py %d env %s PATH='%sbin:'\"$PATH\" sh -c %s"):format(support.root, columns,
      support.env(server), support.root, quote(line))
    local out = support.shell(("cd %s && %s </dev/null"):format(folder, command))
    local lines = lines_on(out)
    for _, each in ipairs(lines) do -- tables and progress; sentences wrap
      local fits = line:find("^idngo list") or each:find("^%l+ing: %d")
      assert.is_true(not fits or utf8.len(each) <= columns, each)
    end
    table.insert(lines, 1, "$ " .. (shown or line))
    return lines
  end

  local function browse(pages)
    local asked = support.write(folder .. "/script.json", json.encode(pages))
    local out, errors = support.shell(("python3 spec/support/browser.py %s <%s"):format(folder, asked))
    return assert(json.decode(out), errors)
  end

  setup(function()
    server, folder = support.server { applicants = 200, latency = 0.1 }, support.folder()
    for name, situation in pairs { ids = "limit=120", fine = "email=yes&review=completed-GREEN&limit=60" } do
      local _, csv = support.applicants(server, "type=individual&" .. situation)
      support.write(("%s/%s.csv"):format(folder, name), csv)
    end
    assert(os.execute(("cp examples/policies/block-duplicates.lua %s"):format(folder)))
    local pages, names = {}, {}
    for columns in pairs(TERMINALS) do
      local run, screen = "run-" .. columns, {}
      local function show(...)
        for _, line in ipairs(on_terminal(columns, ...)) do screen[#screen + 1] = line end
      end
      show(("idngo plan block-duplicates.lua --input fine.csv --run %s"):format(run))
      local plan = json.decode((support.command(server, ("status %s/%s --json"):format(folder, run)))).plan
      show(("idngo list %s --decision hold"):format(run))
      show(("idngo apply %s --approve %s --max-deactivations 100%%"):format(run, plan), ("idngo apply %s --approve %s… "
        .. "--max-deactivations 100%%"):format(run, plan:sub(1, 8)))
      files.write(folder .. "/screen.html", terminal_page(columns, screen))
      names[#pages + 1] = "screen-" .. columns
      os.rename(folder .. "/screen.html", ("%s/screen-%d.html"):format(folder, columns))
      pages[#pages + 1] = { page = ("%s/screen-%d.html"):format(folder, columns), steps = { SIZE } }
    end
    for i, visit in ipairs(browse(pages)) do
      local columns = tonumber(names[i]:match("%d+"))
      pages[i].shots, pages[i].clip = names[i], { visit.values[1][1], visit.values[1][2], TERMINALS[columns] }
    end
    local run = folder .. "/run"
    local out, errors = support.command(server, ("plan examples/policies/block-duplicates.lua --input %s/ids.csv --run %s --json")
      :format(folder, run))
    local plan = assert(json.decode(out), errors).plan
    support.command(server, ("apply %s --approve %s --max-deactivations 100%%"):format(run, plan))
    support.command(server, "report " .. run)
    local report = run .. "/report.html"
    local page = files.read(report) -- says whose test this is
    files.write(report, (page:gsub("by [^<>]- on [^<>]-([:<])", "by aigerim on risk-1%1", 1)))
    for name, of in pairs(REPORTS) do
      names[#pages + 1] = name
      pages[#pages + 1] = { page = report, shots = name, viewport = { of[1], of[2] }, clip = { of[1], of[2], of[3] },
        steps = { SIZE, "document.querySelector('h1').textContent" } }
    end
    names[#pages + 1] = "print"
    pages[#pages + 1] = { page = report, pdf = "print.pdf", scheme = "light", steps = { SIZE } }
    said = {}
    for i, visit in ipairs(browse(pages)) do said[names[i]] = { values = visit.values, clip = pages[i].clip } end
    local to = os.getenv("IDNGO_PICTURES")
    for name in pairs(said) do
      local scheme = REPORTS[name] and REPORTS[name][4] or "light"
      os.execute(("mv %s/%s-%s.png %s/%s.png 2>/dev/null"):format(folder, name, scheme, folder, name))
      if to then os.execute(("cp %s/%s.png %s 2>/dev/null"):format(folder, name, to)) end
    end
    if to then
      os.execute(("pdftoppm -png -r 60 -f 1 -l 1 -singlefile %s/print.pdf %s/report-print"):format(folder, to))
    end
  end)
  teardown(function() support.clean(server) end)

  it("show the report as it is, as wide as its window and no wider, light and dark", function()
    for name, of in pairs(REPORTS) do
      local size, heading = said[name].values[1], said[name].values[2]
      assert.truthy(heading:find("block-duplicates", 1, true), heading)
      assert.is_true(size[2] >= of[2], name .. " is shorter than its picture")
      assert.is_true(size[3] <= of[1], name .. " scrolls sideways")
      assert.same(size_of(("%s/%s.png"):format(folder, name)), size_of(("docs/images/%s.png"):format(name)))
    end
    assert.is_true(#files.read(folder .. "/print.pdf") > 10000)
  end)

  it("show terminals of 80 and 200 columns, as wide as the pictures", function()
    for columns in pairs(TERMINALS) do
      local name = ("/screen-%d.png"):format(columns)
      local image, taken = size_of("docs/images" .. name), size_of(folder .. name)
      assert.equal(taken[1], image[1])
      assert.is_true(math.abs(taken[2] - image[2]) <= 0.15 * image[2], columns)
      local page = files.read(("%s/screen-%d.html"):format(folder, columns))
      assert.truthy(page:find("planning: %d+ of %d+"), page)
      assert.truthy(page:find("deactivate +%d+ applied"), page)
    end
  end)

  it("are small, and not empty", function()
    for path in shell("ls docs/images/*.png"):gmatch("%S+") do
      local size = #files.read(path)
      assert.is_true(size > 4000 and size < (path:find("/report.png") and 100000 or MOST), path .. size)
    end
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
