-- A probe's report as a page that needs nothing else and asks for nothing: see run/page.lua.

local page = require("idngo.run.page")
local places = require("idngo.probe.rows")
local sorted = require("idngo.sorted")

local escape = page.escape

local COLOURS = { differs = "error", ["not allowed"] = "hold", unknown = "unknown", ["not tried"] = "void", fits = "pass" }

local HEADS = { { "Claim" }, { "Endpoint" }, { "Described" }, { "Seen" }, { "Place" } }

local function line(row)
  return { page.tag(COLOURS[row.outcome], escape(row.what)), escape(row.endpoint or "–"), escape(row.expected), escape(row.seen),
    ("<code>%s</code> <code>%s</code>"):format(escape(row.file), escape(row.field)) }
end

--- The page's text.
---@param report table of probe.run
---@return string
return function(report)
  local out = { page.begin("Probe"), "<h1>Probe</h1>\n", ('<p class="dim">idngo %s compared the service with its descriptions; '
    .. "%s</p>\n"):format(escape(report.idngo), report.mode == "write"
      and "it made up one applicant, in the sandbox environment, and left it inactive." or "it sent nothing but GET.") }
  out[#out + 1] = '<div class="cards">'
  for _, outcome in ipairs(places.OUTCOMES) do
    local name = outcome:gsub(" ", "_")
    out[#out + 1] = page.card(outcome, "totals." .. name, report.totals[name])
  end
  out[#out + 1] = "</div>\n"
  for _, outcome in ipairs(places.OUTCOMES) do
    local rows = {}
    for _, row in ipairs(report.claims) do
      if row.outcome == outcome then rows[#rows + 1] = line(row) end
    end
    if rows[1] then out[#out + 1] = page.section(outcome:gsub("^%l", string.upper), page.wide_table(HEADS, rows)) end
  end
  local offered = {}
  for _, name in ipairs(sorted(report.settings)) do offered[#offered + 1] = ("%s = %d"):format(name, report.settings[name]) end
  if offered[1] then
    out[#out + 1] = page.section("Settings that follow", ("<p><code>%s</code></p>"):format(escape(table.concat(offered, ", "))))
  end
  out[#out + 1] = "</main></body></html>\n"
  return table.concat(out)
end
