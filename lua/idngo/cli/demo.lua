-- idngo demo: a sandbox, and the tour of all fourteen calls through it.

local cli = require("idngo.cli")
local sandbox = require("idngo.sandbox")

local M = { summary = "Start a sandbox and make all fourteen calls." }

function M.define(parser)
  parser:option("--files", "Folder to save the PDF and the video in; otherwise one under /tmp."):argname("DIR")
end

--- The tour beside the sources of this very module.
local function tour_path()
  return (debug.getinfo(1, "S").source:gsub("^@", ""):gsub("lua/idngo/cli/demo%.lua$", "examples/tour.lua"))
end

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function temporary_folder()
  local path = os.tmpname()
  os.remove(path)
  os.execute("mkdir -m 700 " .. quote(path))
  return path
end

--- Runs the script in a process of its own, with the sandbox's settings in its environment.
local function run_script(path, url, files)
  local settings = {
    "IDNGO_CONFIG=", "IDNGO_BASE_URL=" .. url, "IDNGO_APP_TOKEN=sbx:demo", "IDNGO_SECRET_KEY_FILE=",
    "IDNGO_SECRET_KEY=demo-secret", "IDNGO_TOUR_FILES=" .. quote(files),
  }
  return os.execute(("%s %s %s"):format(table.concat(settings, " "), quote(arg[-1] or "lua5.4"), quote(path)))
end

function M.run(options)
  local server <close>, why = sandbox.background()
  if not server then
    io.stderr:write("idngo: ", why, "\n")
    return cli.exit.unavailable
  end
  local path = tour_path()
  io.stderr:write(("Sandbox at %s. Running %s:\n\n"):format(server.url, path))
  local ok, how, code = run_script(path, server.url, options.files or temporary_folder())
  if how == "signal" then return 128 + code end
  return ok and cli.exit.ok or cli.exit.failed
end

return M
