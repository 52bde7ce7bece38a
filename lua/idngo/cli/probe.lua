-- idngo probe: asks the service what our descriptions claim of it, and writes what fits and what differs to two files that hold
-- nothing of anybody.

local cli = require("idngo.cli")
local config = require("idngo.client.config")
local core = require("idngo.core")
local errors = require("idngo.error")
local idngo_client = require("idngo.client")
local json = require("idngo.json")
local open_client = require("idngo.cli.client")
local output = require("idngo.cli.output")
local page = require("idngo.probe.page")
local print_ = require("idngo.cli.print")
local probe = require("idngo.probe")
local sorted = require("idngo.sorted")
local write_file = require("idngo.write_file")

local M = {}

function M.define(parser)
  parser:option("--applicant", "An applicant to ask about; without one, calls about applicants are not tried."):argname("ID")
  parser:flag("--write", "With a token of the sandbox environment: make up an applicant, change it, and leave it inactive.")
  parser:option("--to", "Folder for probe.json and probe.html."):argname("FOLDER"):default(".")
  parser:flag("--json", "Print what is in probe.json, as one line.")
end

local COLOURS = { differs = "fail", ["not allowed"] = "warn", unknown = "warn" }

local function show(report)
  local rows = {}
  for _, row in ipairs(report.claims) do
    if COLOURS[row.outcome] then
      rows[#rows + 1] = { row.outcome, row.endpoint or "–", row.what, row.expected, row.seen, row.field }
    end
  end
  if rows[1] then
    print_.table(rows, { "", "endpoint", "claim", "described", "seen", "place" }, function(at, column, text)
      return column == 1 and print_.paint(COLOURS[rows[at][1]], text) or text
    end)
  end
  local totals = report.totals
  output.write(("%d fit, %d differ, %d unknown, %d not allowed, %d not tried\n"):format(totals.fits, totals.differs,
    totals.unknown, totals.not_allowed, totals.not_tried))
  for _, name in ipairs(sorted(report.settings)) do
    output.write(("a setting that follows: %s = %d\n"):format(name, report.settings[name]))
  end
end

--- The settings, and whether the token is one of the sandbox environment; nothing but its prefix says so.
local function settings_of(options)
  local resolved, err = config.resolve(cli.settings(options))
  if not resolved then return nil, err end
  resolved.signer:close()
  if options.write and resolved.production then
    return nil, errors.config("--write is for the sandbox environment, and this profile is production; nothing was sent",
      "leave out --write")
  end
  if options.write and not resolved.sandbox then
    return nil, errors.config("--write needs a token of the sandbox environment, which begins with sbx:; nothing was sent",
      "leave out --write, or set IDNGO_APP_TOKEN to a token of the sandbox environment")
  end
  return resolved
end

--- Whether both files can be written, before anything is asked.
local function can_write(folder)
  for _, name in ipairs { "probe.json", "probe.html" } do
    local sink, message = core.sink(folder .. "/" .. name)
    if not sink then
      output.tell(("idngo: %s cannot be written: %s\n"):format(name, message))
      return false
    end
    sink:abort()
  end
  return true
end

function M.run(options)
  local message = options.applicant and idngo_client.wrong("applicant", options.applicant)
  if message then
    output.tell("idngo: --applicant: ", message, "\n")
    return cli.exit.usage
  end
  local resolved, err = settings_of(options)
  if not resolved then return cli.fail(err) end
  if not can_write(options.to) then return cli.exit.io end
  local client
  client, err = open_client(options, { max_attempts = 2 })
  if not client then return cli.fail(err) end
  local ok, report, unusable = pcall(probe.run, { client = client, applicant = options.applicant, made_up = options.write,
    timeout = resolved.timeout, warn = function(text) output.tell("idngo: ", text, "\n") end })
  client:close()
  if not ok then error(report, 0) end
  if not report then return cli.fail(unusable) end
  for _, file in ipairs { { "probe.json", json.encode(report, "report", "[]") .. "\n" }, { "probe.html", page(report) } } do
    local written, write_message = write_file(options.to .. "/" .. file[1], file[2])
    if not written then
      output.tell(("idngo: %s cannot be written: %s\n"):format(file[1], write_message))
      return cli.exit.io
    end
  end
  if options.json then print_.json(report) else show(report) end
  output.tell(("idngo: written: %s/probe.json, %s/probe.html\n"):format(options.to, options.to))
  return report.totals.differs > 0 and cli.exit.failed or cli.exit.ok
end

return M
