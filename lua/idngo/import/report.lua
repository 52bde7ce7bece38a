-- report.html of an import: how many came to what, and everybody who needs a look. It needs nothing but itself, and its
-- content security policy lets it ask for nothing. People stand by where they came from, not by name.

local assets = require("idngo.policy.report_assets")
local core = require("idngo.core")
local err = require("idngo.error")

local ORDER = { "imported", "confirm", "unknown", "rejected", "refused", "intent", "ready" }
local MEANING = {
  imported = "imported", confirm = "to be confirmed: see whether the person is there, and from where",
  unknown = "no answer came; run the import again", rejected = "rejected by the service",
  refused = "not in order, never sent", intent = "interrupted while being sent; run the import again",
  ready = "not sent yet; run the import again",
}

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

local function escape(text)
  return (tostring(text):gsub("[%c\127]", " "):gsub("[&<>\"']", ESCAPES))
end

local function write_page(run, write)
  local counts = run.store:counts()
  write([[<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>Import – idngo</title>
<style>]] .. assets.style .. "</style></head><body>\n<h1>Import</h1>\n<div class=\"cards\">")
  write(('<div class="card"><b>%d</b><span class="dim">people</span></div>'):format(counts.people))
  for _, state in ipairs(ORDER) do
    if counts[state] then
      write(('<div class="card"><b>%d</b><span class="dim">%s</span></div>'):format(counts[state], state))
    end
  end
  write("</div>\n<h2>People</h2>\n<table><tr><th>From</th><th>State</th><th>Applicant</th><th>What to know</th></tr>\n")
  for person in run.store:each() do
    write(('<tr><td>%s</td><td>%s</td><td><code>%s</code></td><td>%s<br><span class="dim">%s</span></td></tr>\n'):format(
      escape(person.source), person.state, escape(person.applicant or ""),
      person.state == "imported" and "" or escape(MEANING[person.state]), escape(person.problem or "")))
  end
  write("</table>\n</body></html>\n")
end

--- Writes the page whole or not at all.
---@param run idngo.import.Run
---@return boolean? ok
---@return idngo.Error?
return function(run)
  local sink, why = core.sink(run.dir .. "/report.html")
  local ok, failed = sink ~= nil, why
  if sink then
    ok, failed = pcall(write_page, run, function(text)
      local written, problem = sink:write(text)
      if not written then error(problem, 0) end
    end)
    if ok then ok, failed = sink:commit() end
    sink:abort()
  end
  if ok then return true end
  return nil, err.is(failed) and failed or err.new { kind = "io", outcome = "not_sent", message = tostring(failed) }
end
