-- The reports in a browser: opened from their files they ask for nothing, show the numbers of report.json, filter, and
-- leave as text what hostile people wrote into names, reasons and errors. IDNGO_SCREENSHOTS names a folder that gets
-- pictures of them, light and dark.

local archives = require("archives")
local files = require("files")
local json = require("idngo.json")
local support = require("runs")

-- Each says so in the window when a browser takes it for more than text.
local SCRIPT, IMAGE = "<script>window.pwned=1</script>", "<img/src=x/onerror=window.pwned=1>"

local POLICY = [[
return { name = "<img src=x onerror=window.pwned=1>", version = "</title>]] .. SCRIPT .. [[",
decide = function(applicant, facts)
  if facts.duplicates.answer == "RED" then
    return deactivate("</td>]] .. SCRIPT .. [["), save_report({ lang = "en" }, "]] .. IMAGE .. [[")
  end
  if facts.liveness.answer ~= "GREEN" then return hold("' onclick='window.pwned=1' \226\128\174" .. applicant.note) end
  return pass()
end }]]

-- What a page is asked for, as JavaScript.
local ASK = {
  pwned = "window.pwned === undefined",
  numbers = "[...document.querySelectorAll('[data-k]')].map(e => [e.dataset.k, e.textContent])",
  bars = "[...document.querySelectorAll('.bars, svg')].map(s => [s.getAttribute('aria-label'), "
    .. "[...s.querySelectorAll('[title], title')].map(t => t.title || t.textContent)])",
  rows = "[...document.querySelectorAll('script.rows')].map(s => JSON.parse(s.textContent)).flatMap(b => b.rows.filter((_, i) => "
    .. "i % 2 == 0).map((first, n) => [first, ...b.shapes[b.rows[2 * n + 1]][0]].map(i => i < 0 ? '' : b.words[i])"
    .. ".concat(b.shapes[b.rows[2 * n + 1]][2].map(d => b.words[d[0]] + ' = ' + b.words[d[1]]).join('; '))))",
  seen = "[...document.querySelectorAll('#view .row')].map(r => [...r.children].map(c => c.textContent))",
  elements = "[...new Set([...document.querySelectorAll('*')].map(e => e.localName))].sort().join(' ')",
  handlers = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter("
    .. "a => /^on|^href$|^src$|^action$/.test(a.name)).map(a => a.name)",
  heading = "document.querySelector('h1').textContent",
  title = "document.title",
  cards = "[...document.querySelectorAll('.card')].map(c => [c.lastChild.textContent, c.firstChild.textContent])",
  attempts = [[(async () => {
    document.body.insertAdjacentHTML('beforeend', '<img src="http://example.test/i" onerror="window.pwned=2">'
      + '<iframe src="http://example.test/f"></iframe><link rel=stylesheet href="http://example.test/c">'
      + '<a href="javascript:window.pwned=3" id=late onclick="window.pwned=4">x</a>');
    const script = document.createElement('script');
    script.textContent = 'window.pwned=5';
    document.body.append(script);
    document.getElementById('late').click();
    const fetched = await fetch('http://example.test/d').then(() => 'fetched', e => e.name);
    navigator.sendBeacon('http://example.test/b');
    await new Promise(done => setTimeout(done, 100));
    return fetched + ' ' + window.pwned;
  })()]],
}

--- Sets the filter and counts what is left: "SHOWN of ALL", and the rows that are seen.
local function filter(text, kind)
  return ([[(() => {
    const find = document.getElementById('find'), kind = document.querySelector('#tools select');
    find.value = %s; find.dispatchEvent(new Event('input'));
    kind.value = %s; kind.dispatchEvent(new Event('change'));
    return [document.getElementById('shown').textContent, document.getElementById('grid').ariaRowCount - 1];
  })()]]):format(json.encode(text), json.encode(kind))
end

--- What a page says to each of ASK and of `filters`, and what it did.
local function script_of(path, shots, filters)
  local steps, names = {}, {}
  for name in pairs(ASK) do
    if name ~= "attempts" then names[#names + 1] = name end
  end
  for i, name in ipairs(names) do steps[i] = ASK[name] end
  for _, each in ipairs(filters) do
    names[#names + 1], steps[#steps + 1] = each[1] .. "|" .. each[2], filter(each[1], each[2])
  end
  names[#names + 1], steps[#steps + 1] = "attempts", ASK.attempts
  return { page = path, steps = steps, shots = shots }, names
end

local function named(visit, names)
  local said = {}
  for i, name in ipairs(names) do said[name] = visit.values[i] end
  return said
end

local server, folder, report, import, imported, data
local control
local pages_of = {} -- "report", "report of an import"

--- A policy run and an import, both with hostile people; then the browser looks at all pages at once.
setup(function()
  server = support.server { applicants = 40 }
  folder = support.folder()
  local lines = { ('applicantId,name,note,"""><%s"'):format("svg/onload=window.pwned=1>") }
  for _, row in ipairs(support.applicants(server, "type=individual&limit=30")) do
    lines[#lines + 1] = ('%s,"<b>Mallory</b>","%s",x'):format(row.id, SCRIPT)
  end
  lines[#lines + 1] = "nobody-1," .. IMAGE .. "&amp;,b,c"
  local input = support.write(folder .. "/input.csv", table.concat(lines, "\n"))
  local policy = support.write(folder .. "/policy.lua", POLICY)
  report = folder .. "/run"
  local out, errors = support.command(server, ("plan %s --input %s --run %s --json"):format(policy, input, report))
  local plan = assert(json.decode(out), errors)
  support.faults(server, { { endpoint = "set_presence", status = 400, times = 2,
    body = json.encode { description = SCRIPT, code = 400 } } })
  support.command(server, ("apply %s --approve %s --max-deactivations 100%%"):format(report, plan.plan))
  out, errors = support.command(server, "report " .. report)
  assert.equal(report .. "/report.html\n", out, errors)
  data = json.decode(support.read(report .. "/report.json"))

  import = folder .. "/import"
  for i = 1, 4 do
    local person = ("%s/people/%d%s"):format(folder, i, i < 3 and "<img src=x onerror=window.pwned=1>" or "")
    os.execute(("mkdir -p '%s/front'"):format(person))
    files.write(person .. "/applicant.json", i == 4 and "{}" or (archives.fixture("applicant"):gsub("someClientUserId",
      "user-" .. i)))
    files.write(person .. "/front/applicantIdDoc.json", archives.fixture("applicantIdDoc"))
    files.write(person .. "/front/1.jpg", archives.JPEG)
  end
  support.faults(server, { { endpoint = "import_applicant", status = 400, times = 1,
    body = json.encode { description = SCRIPT } } })
  out, errors = support.command(server, ("import run --yes --run %s %s/people/* --json"):format(import, folder))
  imported = assert(json.decode(out), errors)

  local talks = support.write(folder .. "/control.html", "<!doctype html><img src='http://example.test/x'>" .. SCRIPT)
  local first, names = script_of(report .. "/report.html", "report",
    { { "", "" }, { "", "hold" }, { "</TD><SCRIPT", "act" }, { data.applicants[1].applicantId, "" } })
  local second, others = script_of(import .. "/report.html", "import", { { "", "" }, { "", "refused" }, { "onerror", "" } })
  local pages = { { page = talks, steps = { "window.pwned" } }, first, second }
  local asked = support.write(folder .. "/script.json", json.encode(pages))
  out, errors = support.shell(("python3 spec/support/browser.py %s <%s"):format(folder, asked))
  local visits = assert(json.decode(out), errors)
  control = visits[1]
  pages_of.report, pages_of["report of an import"] = visits[2], visits[3]
  visits[2].said, visits[3].said = named(visits[2], names), named(visits[3], others)
  local kept = os.getenv("IDNGO_SCREENSHOTS")
  if kept then os.execute(("mkdir -p %s && cp %s/*.png %s"):format(kept, folder, kept)) end
end)

teardown(function()
  server:close()
  support.clean()
end)

--- The number at "a.b.c" of report.json.
local function at(place)
  local value = data.numbers
  for name in place:gmatch("[^.]+") do value = value and value[name] end
  return value
end

--- Every number that the page must show: its place, and its value.
local function expected()
  local places = { applicants = true, ["audit.seq"] = true }
  for name in pairs(data.numbers.decisions) do places["decisions." .. name] = true end
  for name, states in pairs(data.numbers.actions) do
    for state in pairs(states) do places[("actions.%s.%s"):format(name, state)] = true end
  end
  for name in pairs(data.numbers.lanes) do
    for _, what in ipairs { "peak", "waits", "waited", "refused" } do places[("lanes.%s.%s"):format(name, what)] = true end
  end
  for name in pairs(data.numbers.endpoints) do
    for _, what in ipairs { "requests", "retries", "failures", "slowest" } do
      places[("endpoints.%s.%s"):format(name, what)] = true
    end
  end
  return places
end

describe("in Chromium #slow", function()
  it("a page that does ask and run shows that both would be seen", function()
    assert.same({ 1 }, control.values)
    assert.same({ "http://example.test/x" }, control.requests)
    assert.same({ "GET http://example.test/x HTTP/1.1" }, control.connections)
  end)

  for _, name in ipairs { "report", "report of an import" } do
    it("the " .. name .. " lets no request leave, not even when a script got in", function()
      assert.same({}, pages_of[name].requests)
      assert.same({}, pages_of[name].connections)
      assert.equal("TypeError undefined", pages_of[name].said.attempts)
    end)

    it("the " .. name .. " takes hostile text for text", function()
      local said = pages_of[name].said
      assert.is_true(said.pwned)
      assert.equal(0, pages_of[name].dialogs)
      assert.same({}, said.handlers)
      for element in said.elements:gmatch("%S+") do
        assert.truthy((" b body br button code dd dialog div dl dt h1 h2 head html i input main meta noscript option p rect "
          .. "script select span style svg table tbody td th thead title tr "):find(" " .. element .. " ", 1, true), element)
      end
    end)
  end

  it("the report shows the numbers of report.json, all of them", function()
    local places, seen = expected(), {}
    for _, pair in ipairs(pages_of.report.said.numbers) do
      local place, shown = pair[1], pair[2]
      local decimals = shown:match("%.(%d+)$") or ""
      assert.equal(("%%.%df"):format(#decimals):format(at(place) or 0), shown, place)
      seen[place] = true
    end
    for place in pairs(places) do assert.is_true(seen[place], place) end
    assert.is_true(data.numbers.steps.rejected == 2 and data.numbers.actions.save_report.void == 2)
  end)

  it("the report draws the numbers of report.json", function()
    local drawn, latencies = {}, {}
    for _, drawing in ipairs(pages_of.report.said.bars) do
      if drawing[1]:find("^Timeline") then drawn[drawing[1]] = drawing[2]
      elseif drawing[1] == "Latency" then latencies[#latencies + 1] = drawing[2] else drawn[drawing[1]] = drawing[2] end
    end
    local decisions, steps = {}, {}
    for _, name in ipairs { "act", "hold", "pass", "error" } do
      decisions[#decisions + 1] = ("%s: %d"):format(name, data.numbers.decisions[name] or 0)
    end
    assert.same(decisions, drawn.Decisions)
    for _, title in ipairs(drawn.Actions) do
      local state, count = title:match("^(%a+): (%d+)$")
      steps[state] = (steps[state] or 0) + tonumber(count)
    end
    assert.same(data.numbers.steps, steps)
    local names = {}
    for name in pairs(data.numbers.endpoints) do names[#names + 1] = name end
    table.sort(names)
    assert.equal(#names, #latencies)
    for i, name in ipairs(names) do
      for class, title in ipairs(latencies[i]) do
        assert.equal(tostring(data.numbers.endpoints[name].classes[class]), title:match(": (%d+)$"))
      end
    end
    assert.equal(#names > 0 and #data.numbers.latency_classes + 1, #latencies[1])
  end)

  it("the report lists every applicant with decision, reason and steps, as written", function()
    local rows = pages_of.report.said.rows
    assert.equal(#data.applicants, #rows)
    for i, applicant in ipairs(data.applicants) do
      assert.equal(applicant.applicantId, rows[i][1])
      assert.equal(applicant.decision, rows[i][2])
      assert.equal((applicant.reason or ""):gsub("\226\128\174", "\239\191\189"), rows[i][3])
      for _, step in ipairs(applicant.steps) do
        assert.truthy(rows[i][4]:find(("%s: %s"):format(step.action, step.state), 1, true))
        if step.problem then assert.truthy(rows[i][6]:find(step.problem, 1, true)) end
      end
    end
    for i, seen in ipairs(pages_of.report.said.seen) do
      for column = 1, 5 do assert.equal(rows[i][column], seen[column]) end
    end
    assert.is_true(#pages_of.report.said.seen > 10)
    assert.equal("nobody-1", rows[#rows][1])
    assert.equal("<img src=x onerror=window.pwned=1> </title>" .. SCRIPT, pages_of.report.said.heading)
    assert.equal("<img src=x onerror=window.pwned=1> – idngo", pages_of.report.said.title)
  end)

  it("the report's table filters by text in any column and by decision", function()
    local all, decisions = #data.applicants, data.numbers.decisions
    local said = pages_of.report.said
    assert.same({ ("%d of %d"):format(all, all), all }, said["|"])
    assert.same({ ("%d of %d"):format(decisions.hold, all), decisions.hold }, said["|hold"])
    assert.same({ ("%d of %d"):format(decisions.act, all), decisions.act }, said["</TD><SCRIPT|act"])
    assert.same({ "1 of " .. all, 1 }, said[data.applicants[1].applicantId .. "|"])
  end)

  it("the report of an import shows how many came to what, and who", function()
    local said, counts = pages_of["report of an import"].said, {}
    assert.same({ people = 4, imported = 2, rejected = 1, refused = 1, run = import }, imported)
    for _, title in ipairs(said.bars[1][2]) do
      local state, count = title:match("^(%a+): (%d+)$")
      counts[state] = tonumber(count)
    end
    assert.same({ imported = 2, rejected = 1, refused = 1 }, counts)
    assert.same({ { "people", "4" } }, said.cards)
    assert.equal(4, #said.rows)
    assert.truthy(said.rows[1][1]:find("1<img src=x onerror=window.pwned=1>", 1, true))
    assert.truthy(said.rows[1][3]:find(SCRIPT, 1, true) or said.rows[2][3]:find(SCRIPT, 1, true))
    assert.is_nil(said.rows[4][3]:find("\239\191\189", 1, true), said.rows[4][3]) -- one finding to a line
    assert.same({ "4 of 4", 4 }, said["|"])
    assert.same({ "1 of 4", 1 }, said["|refused"])
    assert.same({ "2 of 4", 2 }, said["onerror|"])
  end)
end)
