-- idngo doctor: looks at everything a first call needs; every line says ok, warn or fail, and what to do.

local account_of = require("idngo.run.account")
local cli = require("idngo.cli")
local config = require("idngo.client.config")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local whose = require("idngo.cli.whose")

local M = {}

function M.define(parser)
  parser:flag("--json", "Print one line of JSON per check.")
end

function M.run(options)
  local checks = require("idngo.cli.checks")
  local lines, worst, said = {}, "ok", {}
  -- Two checks may meet the same failure: the later one does not repeat its text.
  local function report(what, state, text, hint)
    for _, before in ipairs(state == "fail" and said or {}) do
      if text:find(before, 1, true) then return end
    end
    if state == "fail" then said[#said + 1] = text end
    lines[#lines + 1] = { state, what, print_.plain(text), hint = state ~= "ok" and hint and print_.plain(hint) or nil }
    if state == "fail" or (state == "warn" and worst == "ok") then worst = state end
  end
  checks.versions(report)
  local resolved, err = config.resolve(cli.settings(options))
  if checks.settings(report, options, err) then
    if resolved then
      resolved.signer:close()
      local account, of = account_of(cli.settings(options))
      if of.profile then report("profile", "ok", whose.profile(of)) end
      report("account", "ok", ("%s, by base_url and app_token; runs and limits belong to it"):format(account:sub(1, 12)))
      local headers, asked, took = checks.connection(report, resolved)
      if headers then
        checks.clock(report, headers, asked, took)
        checks.limits(report, options)
        checks.credentials(report, options)
      end
    else
      report("settings", "fail", err.message, err.hint)
    end
  end
  for _, line in ipairs(lines) do
    if options.json then
      print_.json { check = line[2], state = line[1], text = line[3], remedy = line.hint }
    else
      output.write(("%s  %-12s  %s\n"):format(print_.paint(line[1], ("%-4s"):format(line[1])), line[2], line[3]))
      if line.hint then output.write((" "):rep(6), line.hint, "\n") end
    end
  end
  return worst == "fail" and cli.exit.config or cli.exit.ok
end

return M
