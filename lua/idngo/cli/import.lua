-- idngo import check|pack: archives of applicants, checked and made.

local archive = require("idngo.archive")
local cli = require("idngo.cli")
local findings = require("idngo.archive.findings")
local print_ = require("idngo.cli.print")

local M = { summary = "Check and make archives for importing applicants." }

function M.define(parser, usage_error)
  parser:command_target("import_command")
  parser:require_command(true)
  local check = parser:command("check", "Check archives before they are sent; nothing is extracted.")
  check.error = usage_error
  check:argument("files", "Archives."):args("+"):argname("FILE.zip")
  check:flag("--refuse-litter", "Take what macOS leaves in archives for an error.")
  check:flag("--json", "Print one line of JSON per archive.")
end

local colours = { error = "fail", warning = "warn" }

--- Shows what was found in one archive.
local function show(options, path, found)
  local ok = not findings.refuse(found)
  if options.json then
    print_.json { file = path, ok = ok, findings = found }
    return ok
  end
  local state = not ok and "fail" or found[1] and "warn" or "ok"
  io.stdout:write(print_.paint(state, ("%-4s"):format(state)), "  ", print_.plain(path), "\n")
  for _, finding in ipairs(found) do
    io.stdout:write("      ", print_.paint(colours[finding.severity], finding.severity), "  ",
      print_.plain(findings.line(finding)), "\n")
  end
  return ok
end

--- The gravest of exit codes: an archive that cannot be read before one that is refused.
local function worse(code, other)
  return math.max(code, other)
end

local function check(options)
  local code = cli.exit.ok
  for _, path in ipairs(options.files) do
    local found, e = archive.check(path, { litter = options.refuse_litter and "refuse" or nil })
    if not found then
      code = worse(code, cli.fail(e))
    elseif not show(options, path, found) then
      code = worse(code, cli.exit.input)
    end
  end
  return code
end

local commands = { check = check }

function M.run(options)
  return commands[options.import_command](options)
end

return M
