-- The report: one page that asks for nothing, the same numbers as report.json, nobody's data, nobody's markup.

local journals = require("journal")
local json = require("idngo.json")
local support = require("runs")

local server, folder, page, data

local HOSTILE = "<script>alert('x')</script>"

local POLICY = [[
return { name = "p <b>", version = "1", decide = function(applicant, facts)
  if facts.duplicates.answer == "RED" then return deactivate("duplicate of " .. applicant.lastName), save_report() end
  if facts.liveness.answer ~= "GREEN" then return hold("ask " .. applicant.email) end
  return pass()
end }]]

--- The number at "a.b.c" of a table; names may hold dots no more than once nested.
local function at(place)
  local value = data.numbers
  for name in place:gmatch("[^.]+") do value = value and value[name] end
  return value or 0
end

describe("the report", function()
  setup(function()
    server = support.server { applicants = 60 }
    folder = support.folder()
    local rows, lines = support.applicants(server, "type=individual"), { "applicantId,lastName,email" }
    for i, row in ipairs(rows) do lines[i + 1] = ('%s,"%sName%d",a%d@example.com'):format(row.id, HOSTILE, i, i) end
    local input = support.write(folder .. "/input.csv", table.concat(lines, "\n"))
    local policy = support.write(folder .. "/policy.lua", POLICY)
    local dir = folder .. "/run"
    local out, errors = support.command(server, ("plan %s --input %s --run %s --json"):format(policy, input, dir))
    local plan = assert(json.decode(out), errors).plan
    support.command(server, ("apply %s --approve %s --max-deactivations 100%%"):format(dir, plan))
    out, errors = support.command(server, "report " .. dir)
    local made = journals.folder(dir)
    assert.equal(made .. "/report.html\n", out, errors)
    page, data = support.read(made .. "/report.html"), assert(json.decode(support.read(made .. "/report.json")))
  end)
  teardown(function()
    server:close()
    support.clean()
  end)

  it("shows the same numbers as report.json", function()
    local count = 0
    for place, shown in page:gmatch('data%-k="([^"]+)">([^<]+)<') do
      assert.is_true(math.abs(at(place) - tonumber(shown)) < 0.06, place)
      count = count + 1
    end
    assert.is_true(count > 20, count .. " numbers")
    local applicants, decided = 0, {}
    for block in page:gmatch('class="rows">(.-)</script>') do
      local rows = assert(json.decode(block))
      for i = 2, #rows.rows, 2 do
        local decision = rows.words[rows.shapes[rows.rows[i] + 1][1][1] + 1]
        applicants = applicants + 1
        decided[decision] = (decided[decision] or 0) + 1
      end
    end
    assert.equal(data.numbers.applicants, applicants)
    assert.same(data.numbers.decisions, decided)
    assert.equal(applicants, #data.applicants)
    assert.is_true(data.numbers.endpoints.duplicate_checks.requests >= applicants)
  end)

  it("may ask for nothing, by its own policy, and holds no address", function()
    assert.truthy(page:find("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-", 1, true))
    assert.is_nil(page:find("https?://"))
    assert.is_nil(page:find("@import", 1, true))
    assert.is_nil(page:find("url(", 1, true))
  end)

  it("names the hash of its one script", function()
    local script = page:match("<script>(.-)</script>")
    local path = support.write(folder .. "/script", script)
    local hash = require("shell")("openssl dgst -sha256 -binary %s | base64 -w0", path)
    assert.truthy(page:find("script-src 'sha256-" .. hash .. "'", 1, true))
    for tag in page:gmatch("<script[^>]*>") do
      assert.truthy(tag == "<script>" or tag:find('^<script type="application/json"'), tag)
    end
    assert.equal(1, select(2, page:gsub("<script>", "")))
  end)

  it("keeps hostile names as text, and masks personal data", function()
    assert.is_nil(page:find("<script>alert", 1, true))
    assert.truthy(page:find("<h1>p &lt;b&gt; ", 1, true))
    assert.truthy(page:find("lastName: \\u003c•••", 1, true))
    assert.truthy(page:find("duplicate of \\u003c•••", 1, true))
    for _, text in ipairs { page, json.encode(data, "data", "[]") } do
      assert.is_nil(text:find("example.com", 1, true))
      assert.is_nil(text:find("alert", 1, true))
      assert.is_nil(text:find("Name%d"))
    end
  end)

  it("has a style for light and one for dark", function()
    assert.truthy(page:find("color-scheme: light dark", 1, true))
    assert.truthy(page:find("prefers-color-scheme: dark", 1, true))
  end)
end)
