-- idngo doctor: looks at everything a first call needs; every line says ok, warn or fail, and what to do.

local account_of = require("idngo.run.account")
local cjson = require("cjson")
local cli = require("idngo.cli")
local config = require("idngo.client.config")
local core = require("idngo.core")
local err = require("idngo.error")
local parse_headers = require("idngo.client.headers").parse
local hints = require("idngo.client.hints")
local idngo = require("idngo")
local idngo_client = require("idngo.client")
local open_client = require("idngo.cli.client")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local shell_word = require("idngo.shell_word")

local M = { summary = "Check settings, connection, clock and credentials." }

function M.define(parser)
  parser:flag("--json", "Print one line of JSON per check.")
end

local function versions(report)
  local curl = require("idngo.curl")
  report("versions", "ok", ("idngo %s, %s, lua-cjson %s, %s"):format(idngo.version, _VERSION, cjson._VERSION,
    curl.version))
end

--- The settings that matter, and whether secrets lie open.
local function settings(report, options)
  local rows, problem = config.explain { config_file = options.config_file }
  if not rows then
    report("settings", "fail", problem.message, problem.hint)
    return false
  end
  local complete = true
  for _, row in ipairs(rows) do
    local needed = row.name == "base_url" or row.name == "app_token" or row.name == "secret_key"
    if needed and row.source == "" then
      complete = false
      local variable = row.name == "secret_key" and "IDNGO_SECRET_KEY_FILE" or "IDNGO_" .. row.name:upper()
      report(row.name, "fail", "not set", ("set %s, or %s in the config file"):format(variable, row.name))
    elseif needed then
      report(row.name, "ok", ("%s, from %s"):format(row.value, row.source))
    end
    local path = row.value:match("^%(from file (.*)%)$") or row.source:match("^config file (.*)$")
    if path and row.name == "secret_key" and core.shared_with_others(path) then
      report("secret file", "warn", ("%s can be read by others"):format(path), "chmod 600 " .. shell_word(path))
    end
  end
  return complete
end

--- Whether the server can be reached at all, and what time it has.
local function connection(report, resolved)
  local link = require("idngo.transport.curl").open(resolved)
  local asked = core.wall()
  local target = resolved.prefix .. "/resources/applicants/-/levels"
  local status, raw_head = link:send(link.route, "GET", target, "", core.now() + 15)
  local took = core.wall() - asked
  link:close()
  if not status then
    local failure = raw_head
    report(failure.kind == "tls" and "TLS chain" or "connection", "fail", failure.message, hints(failure, resolved))
    return nil
  end
  report("connection", "ok", ("%s answered in %.0f ms"):format(resolved.origin, took * 1000))
  if not resolved.direct then
    report("TLS chain", "ok", "verified against " .. (resolved.ca_file or "the system's certificates"))
  else
    report("TLS chain", "warn", "plain http on loopback", "use https:// for anything but a sandbox")
  end
  return parse_headers(raw_head), asked, took
end

--- How far this machine's clock is from the server's; the server accepts 60 s.
local function clock(report, headers, asked, took)
  local server = headers.date and core.http_date(headers.date)
  if not server then
    report("clock", "warn", "the server sends no Date", "compare this machine's clock with a time server")
    return
  end
  -- Date has whole seconds, and is from somewhere between asking and the answer
  local skew = server + 0.5 - (asked + took / 2)
  local text = ("%.0f s %s the server's"):format(math.abs(skew), skew > 0 and "behind" or "ahead of")
  if math.abs(skew) <= 5 then
    report("clock", "ok", "within 5 s of the server's")
  else
    report("clock", math.abs(skew) < 50 and "warn" or "fail", text,
      "set this machine's clock; the server refuses more than 60 s")
  end
end

--- What keeps the limits for all machines: whether it can be used as it is set up, and how soon it answers.
local function limits(report, options)
  local client, problem = open_client(options)
  if not client then return report("limits", "fail", problem.message, problem.hint) end
  local store = idngo_client.slots(client)
  for _, finding in ipairs(store and store.examine and store:examine() or {}) do
    report(finding[1], finding[2], finding[3], finding[4])
  end
  client:close()
end

local function credentials(report, options)
  local client, problem = open_client(options, { max_attempts = 1 })
  if not client then
    report("credentials", "fail", problem.message, problem.hint)
    return
  end
  local levels, e = client:levels()
  if levels then
    local items = (levels.list or levels).items
    report("credentials", "ok", ("accepted; %d verification level%s"):format(#items, #items == 1 and "" or "s"))
    for _, lane in ipairs(client:lanes()) do
      if (lane.closed_for or 0) > 0 then
        report("lane " .. lane.name, "warn", ("closed for %.1f s after a 429"):format(lane.closed_for),
          "calls that are not counted here use the account too, or its limit is lower than what is set here")
      end
    end
  else
    local fields = cli.fields(e)
    fields.hint = nil -- stands below
    report("credentials", "fail", tostring(err.new(fields)), e.hint)
  end
  client:close()
end

function M.run(options)
  local lines, worst, said = {}, "ok", {}
  -- What one check says of a failure, a later one that meets the same failure does not say again.
  local function report(what, state, text, hint)
    for _, before in ipairs(state == "fail" and said or {}) do
      if text:find(before, 1, true) then return end
    end
    if state == "fail" then said[#said + 1] = text end
    lines[#lines + 1] = { state, what, print_.plain(text), hint = state ~= "ok" and hint and print_.plain(hint) or nil }
    if state == "fail" or (state == "warn" and worst == "ok") then worst = state end
  end
  versions(report)
  if settings(report, options) then
    local resolved, problem = config.resolve { config_file = options.config_file }
    if resolved then
      resolved.signer:close()
      report("account", "ok", ("%s, by base_url and app_token; runs and limits belong to it"):format(
        account_of({ config_file = options.config_file }):sub(1, 12)))
      local headers, asked, took = connection(report, resolved)
      if headers then
        clock(report, headers, asked, took)
        limits(report, options)
        credentials(report, options)
      end
    else
      report("settings", "fail", problem.message, problem.hint)
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
