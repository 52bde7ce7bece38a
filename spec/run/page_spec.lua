-- The page of a report in Chromium: on a telephone and on a desk, by keyboard, on paper, and with 100 000 rows.
-- IDNGO_SCREENSHOTS names a folder that gets pictures of it.

local json = require("idngo.json")
local made_page = require("made_pages")
local support = require("runs")

local MANY = 100000

-- What is asked, as JavaScript.
local NO_SCROLL = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
local SMALL_TEXT = [[(() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = [];
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !element.getClientRects().length) continue;
    if (parseFloat(getComputedStyle(element).fontSize) < 12) small.push(element.outerHTML.slice(0, 80));
  }
  return small;
})()]]
-- words of headers that stand in two lines, or are cut off
local BROKEN_HEADS = [[(() => {
  const broken = [];
  for (const head of document.querySelectorAll('th, [role=columnheader] button, h2, .card span')) {
    const walk = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      for (const word of walk.currentNode.data.matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(walk.currentNode, word.index);
        range.setEnd(walk.currentNode, word.index + word[0].length);
        const rows = new Set([...range.getClientRects()].map(r => Math.round(r.top)));
        if (rows.size > 1) broken.push(word[0]);
      }
    }
    if (head.scrollWidth > head.clientWidth + 1 && head.clientWidth) broken.push(head.textContent);
  }
  return broken;
})()]]
local ROWS = "[...document.querySelectorAll('#view .row')].length"
local AT = "[document.activeElement.getAttribute('aria-rowindex'), document.activeElement.getAttribute('role')]"
local COUNT = "[document.getElementById('grid').getAttribute('aria-rowcount'), document.getElementById('shown').textContent]"
local FIRST = "[...document.querySelector('#view .row').children].map(c => c.textContent)"

local function pick(word, value)
  return ([[(() => { const pick = document.getElementById('kind-%s'); pick.value = '%s';
    pick.dispatchEvent(new Event('change')); return document.getElementById('shown').textContent; })()]]):format(word, value)
end

local function sort(column)
  return ("(() => { document.querySelectorAll('[role=columnheader] button')[%d].click(); return %s; })()"):format(column,
    "document.querySelectorAll('[role=columnheader]')[" .. column .. "].getAttribute('aria-sort')")
end

local function key(name) return { key = name } end

describe("the page of a report #slow", function()
  local folder, visits, timed

  --- What Chromium says of pages.
  local function visit(pages)
    local asked = support.write(folder .. "/script.json", json.encode(pages))
    local out, errors = support.shell(("python3 spec/support/browser.py %s <%s"):format(folder, asked))
    return assert(json.decode(out), errors)
  end

  setup(function()
    folder = support.folder()
    local few, many = made_page(folder .. "/few.html", 1000), made_page(folder .. "/many.html", MANY)
    local looks = { NO_SCROLL, SMALL_TEXT, BROKEN_HEADS }
    local focus = "document.querySelector('#view .row').focus() || true"
    local pages = {
      { page = few, viewport = { 390, 844 }, steps = looks, shots = "page-390" },
      { page = few, viewport = { 1280, 900 }, steps = looks, shots = "page-1280" },
      { page = many, viewport = { 1280, 900 }, steps = { ROWS, COUNT, focus, AT, key("ArrowDown"), key("ArrowDown"), AT,
        key("PageDown"), AT, key("End"), AT, FIRST, key("ArrowUp"), AT, key("Home"), AT, ROWS } },
      { page = few, viewport = { 1280, 900 }, steps = { focus, key("ArrowDown"), key("Enter"),
        "[document.getElementById('more').open, document.getElementById('who').textContent, "
          .. "document.getElementById('facts').textContent]", key("Escape"),
        "document.getElementById('more').open", AT } },
      { page = few, steps = { pick("decision", "act"), pick("state", "rejected"), pick("action", "save_report"), COUNT,
        pick("state", ""), pick("action", ""), sort(0), FIRST, sort(0), FIRST, sort(0), FIRST } },
      { page = many, steps = { pick("decision", "hold") }, pdf = "many.pdf" },
      { page = few, steps = { pick("decision", "act") }, pdf = "few.pdf" },
    }
    timed = { { page = few, loads = 7, steps = { "0" } }, { page = many, loads = 7, steps = { "0" } } }
    visits = visit(pages)
    local kept = os.getenv("IDNGO_SCREENSHOTS")
    if kept then os.execute(("mkdir -p %s && cp %s/*.png %s/*.pdf %s"):format(kept, folder, folder, kept)) end
  end)
  teardown(function() support.clean() end)

  for i, width in ipairs { 390, 1280 } do
    it(("does not scroll sideways at %d pixels, has no small text, and breaks no word of a header"):format(width), function()
      assert.same({ true, {}, {} }, visits[i].values)
    end)
  end

  it("has in its tree the rows that are seen, and says how many there are", function()
    local said = visits[3].values
    assert.is_true(said[1] > 5 and said[1] < 100, tostring(said[1]))
    assert.same({ tostring(MANY + 1), ("%d of %d"):format(MANY, MANY) }, said[2])
    assert.is_true(said[#said] > 5 and said[#said] < 100)
  end)

  it("goes to every row by keyboard", function()
    local said = visits[3].values
    assert.same({ "2", "row" }, said[4])
    assert.same({ "4", "row" }, said[7])
    assert.is_true(tonumber(said[9][1]) > 10)
    assert.same({ tostring(MANY + 1), "row" }, said[11])
    assert.same({ tostring(MANY), "row" }, said[14])
    assert.same({ "2", "row" }, said[16])
  end)

  it("shows all of a row by Enter, and comes back by Escape", function()
    local said = visits[4].values
    local shown = said[4]
    assert.is_true(shown[1])
    assert.equal(("%024x"):format(7919), shown[2])
    assert.truthy(shown[3]:find("Deciding linepolicy.lua:1", 1, true), shown[3])
    assert.truthy(shown[3]:find("Fact duplicatesRED", 1, true))
    assert.is_false(said[6])
    assert.same({ "3", "row" }, said[7])
  end)

  it("picks by decision, state and action at once, and sorts up, down and not", function()
    local said = visits[5].values
    local acts, rejected, both = 0, 0, 0
    for n = 0, 999 do
      if n % 4 == 0 then
        acts = acts + 1
        if n % 3 == 1 then
          rejected = rejected + 1
          if n % 5 % 3 == 1 then both = both + 1 end
        end
      end
    end
    assert.equal(acts .. " of 1000", said[1])
    assert.equal(rejected .. " of 1000", said[2])
    assert.equal(both .. " of 1000", said[3])
    assert.equal(tostring(both + 1), said[4][1])
    assert.equal("ascending", said[7])
    assert.equal(("%024x"):format(0), said[8][1])
    assert.equal("descending", said[9])
    assert.equal("none", said[11])
    assert.equal(("%024x"):format(0), said[12][1])
    local ids = {}
    for n = 0, 999, 4 do ids[#ids + 1] = ("%024x"):format(n * 7919) end
    local is_one = false
    for _, id in ipairs(ids) do is_one = is_one or id == said[10][1] end
    assert.is_true(is_one and said[10][1] ~= ids[1], said[10][1])
  end)

  it("prints what was picked on A4, up to 2 000 rows, with its header on each page, and says what is missing", function()
    local text = support.shell(("pdftotext -layout %s/many.pdf -"):format(folder))
    assert.truthy(text:find("The first 2000 of 25000 rows", 1, true))
    local info = support.shell(("pdfinfo %s/many.pdf"):format(folder))
    assert.truthy(info:find("A4", 1, true), info)
    local pages, heads = tonumber(info:match("Pages:%s+(%d+)")), select(2, text:gsub("Applicant +Decision", ""))
    assert.is_true(pages > 10 and heads >= pages - 2, ("%d headers on %d pages"):format(heads, pages))
    local few = support.shell(("pdftotext -layout %s/few.pdf -"):format(folder))
    assert.is_nil(few:find("The first", 1, true))
    assert.equal(250, select(2, few:gsub("\n *%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x", "")))
  end)

  it("says on top that it holds personal data, where it does", function()
    local page = support.read(folder .. "/few.html")
    assert.truthy(page:find("This page holds personal data:</b> lastName, as they are", 1, true))
  end)

  it("opens with 100 000 rows within three times the time of 1 000", function()
    local best = {}
    for _ = 1, 10 do -- until a busy machine has let both of them be as quick as they are
      for i, each in ipairs(visit(timed)) do
        for _, what in ipairs { "durations", "usable" } do
          local name = what .. i
          best[name] = math.min(best[name] or math.huge, table.unpack(each[what]))
        end
      end
      if best.usable2 <= 3 * best.usable1 then break end
    end
    for _, what in ipairs { "durations", "usable" } do
      print(("%s: 1 000 rows in %.0f ms, 100 000 in %.0f ms"):format(what, best[what .. 1], best[what .. 2]))
    end
    assert.is_true(best.usable2 <= 3 * best.usable1, ("%.0f ms and %.0f ms"):format(best.usable1, best.usable2))
  end)
end)
