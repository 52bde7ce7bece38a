-- The checks of idngo doctor: each reports its lines by `report(what, state, text, hint)`.

local cli = require("idngo.cli")
local config = require("idngo.client.config")
local core = require("idngo.core")
local errors = require("idngo.error")
local parse_headers = require("idngo.client.headers").parse
local hints = require("idngo.client.hints")
local idngo = require("idngo")
local idngo_client = require("idngo.client")
local open_client = require("idngo.cli.client")
local shell_word = require("idngo.shell_word")

local M = {}

--- The versions of what idngo is made of.
function M.versions(report)
  local curl = require("idngo.curl")
  report("versions", "ok", ("idngo %s, %s, lua-cjson %s, %s"):format(idngo.version, _VERSION, require("cjson")._VERSION,
    curl.version))
end

--- The settings that a call needs, and whether other users can read the secret. False when one is missing. One that `wrong`, the
--- error of settling them, names is not called ok.
function M.settings(report, options, wrong)
  local rows, err = config.explain(cli.settings(options))
  if not rows then
    report("settings", "fail", err.message, err.hint)
    return false
  end
  local complete = true
  for _, row in ipairs(rows) do
    local needed = row.name == "base_url" or row.name == "app_token" or row.name == "secret_key"
    if needed and row.source == "" then
      complete = false
      local variable = row.name == "secret_key" and "IDNGO_SECRET_KEY_FILE" or "IDNGO_" .. row.name:upper()
      report(row.name, "fail", "not set", ("set %s, or %s in the config file"):format(variable, row.name))
    elseif needed and not (wrong and wrong.message:find(row.name, 1, true)) then
      report(row.name, "ok", ("%s, from %s"):format(row.value, row.source))
    end
    local path = row.value:match("^%(from file (.*)%)$") or row.source:match("config file (.*)$")
    if path and row.name == "secret_key" and core.shared_with_others(path) then
      report("secret file", "warn", ("%s can be read by others"):format(path), "chmod 600 " .. shell_word(path))
    end
  end
  return complete
end

--- Asks the server once, without a client: its headers, when it was asked and how long it took; nil when it was not reached.
function M.connection(report, resolved)
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
function M.clock(report, headers, asked, took)
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

--- The store of the limits, where Redis is it: whether it can be used as it is set up, and how soon it answers.
function M.limits(report, options)
  local client, err = open_client(options)
  if not client then return report("limits", "fail", err.message, err.hint) end
  local store = idngo_client.slots(client)
  for _, finding in ipairs(store and store.examine and store:examine() or {}) do
    report(finding[1], finding[2], finding[3], finding[4])
  end
  client:close()
end

--- Whether the service accepts token and signature, and lanes that a 429 has closed.
function M.credentials(report, options)
  local client, err = open_client(options, { max_attempts = 1 })
  if not client then
    report("credentials", "fail", err.message, err.hint)
    return
  end
  local levels
  levels, err = client:levels()
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
    local fields = cli.fields(err)
    fields.hint = nil -- stands below
    report("credentials", "fail", tostring(errors.new(fields)), err.hint)
  end
  client:close()
end

return M
