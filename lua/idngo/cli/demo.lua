-- idngo demo: a sandbox, the tour of its calls, and a policy planned and applied over its applicants.

local cli = require("idngo.cli")
local compat = require("idngo.compat")
local output = require("idngo.cli.output")
local quote = require("idngo.shell_word")
local sandbox = require("idngo.sandbox")

local M = { summary = "Start a sandbox, make the calls of the reference, plan and apply a policy." }

function M.define(parser)
  parser:option("--files", "Folder to save the PDF and the video in; otherwise one under /tmp."):argname("DIR")
end

--- An example, found from the command's own place, bin: a checkout's, LuaRocks', or what CMake installed.
local function example(name)
  local root = arg[0]:match("^(.*)bin/[^/]+$") or "../"
  local file = io.open(root .. "examples/" .. name)
  if not file then return root .. "share/idngo/examples/" .. name end
  file:close()
  return root .. "examples/" .. name
end

local function temporary_folder()
  local path = os.tmpname()
  os.remove(path)
  compat.execute("mkdir -m 700 " .. quote(path))
  return path
end

--- The Lua that runs this, made to look for modules where this one does.
local function this_lua()
  local first = 0
  while arg[first - 1] do first = first - 1 end
  local paths = ("package.path, package.cpath = %q, %q"):format(package.path, package.cpath)
  return quote(first < 0 and arg[first] or "lua5.4") .. " -e " .. quote(paths)
end

--- Runs a script in a process of its own, with the sandbox's settings in its environment.
local function run_script(arguments, url, files)
  local settings = {
    "IDNGO_CONFIG=", "IDNGO_PROFILE=", "IDNGO_BASE_URL=" .. url, "IDNGO_APP_TOKEN=sbx:demo", "IDNGO_SECRET_KEY_FILE=",
    "IDNGO_SECRET_KEY=demo-secret", "IDNGO_TOUR_FILES=" .. quote(files), "IDNGO_AUDIT_KEY_FILE=" .. quote(files .. "/audit.key"),
    "IDNGO_STATE_DIR=" .. quote(files .. "/state"),
  }
  return compat.execute(("%s %s %s"):format(table.concat(settings, " "), this_lua(), arguments))
end

local APPLICANTS = 200

--- The sandbox's applicants as a file of ids.
local function write_ids(path)
  local crowd = require("idngo.sandbox.people").new(1, APPLICANTS)
  local file = assert(io.open(path, "w"))
  for i = 1, APPLICANTS do file:write(crowd:at(i).id, "\n") end
  file:close()
end

--- Plans, applies and reports; what they say is talk. The last command's end, as os.execute tells it.
local function show_policy(url, files)
  local policy, run = example("policies/block-duplicates.lua"), files .. "/run"
  write_ids(files .. "/applicants")
  local command = quote(arg[0])
  local function idngo(text, ...)
    for _, word in ipairs { ... } do text = text .. " " .. quote(word) end
    output.tell("\n$ idngo ", text, "\n")
    return run_script(("%s %s >&2"):format(command, text), url, files)
  end
  local ok, how, code = idngo("plan", policy, "--input", files .. "/applicants", "--run", run)
  if not ok then return ok, how, code end
  local store = assert(require("idngo.run.store").read(run))
  local hash = store:get("plan_hash")
  store:close()
  ok, how, code = idngo("apply", run, "--max-deactivations", "25%", "--approve", hash)
  -- some are under review or have no e-mail: the sandbox refuses those, as it should
  if not ok and code ~= cli.exit.failed then return ok, how, code end
  return idngo("report", run)
end

function M.run(options)
  local server, message = sandbox.background()
  if not server then
    output.tell("idngo: ", message, "\n")
    return cli.exit.unavailable
  end
  local path, files = example("tour.lua"), options.files or temporary_folder()
  output.tell(("Sandbox at %s. Running %s:\n\n"):format(server.url, path))
  local ok, how, code = run_script(quote(path), server.url, files)
  if ok then ok, how, code = show_policy(server.url, files) end
  server:close()
  if how == "signal" then return 128 + code end
  return ok and cli.exit.ok or code == cli.exit.io and code or cli.exit.failed
end

return M
