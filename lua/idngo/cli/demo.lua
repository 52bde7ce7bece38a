-- idngo demo: a sandbox that posts to a receiver of webhooks, the tour of its calls, a watch that decides about what arrives, and
-- a policy planned and applied over the applicants; on one screen.

local cli = require("idngo.cli")
local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")
local output = require("idngo.cli.output")
local quote = require("idngo.shell_word")
local sandbox = require("idngo.sandbox")
local serving = require("idngo.cli.sandbox")
local text_file = require("idngo.text")
local write_file = require("idngo.write_file")

local M = {}

function M.define(parser)
  parser:option("--files", "Folder to save what is made in; otherwise one under /tmp."):argname("DIR")
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

--- Runs a script in a process of its own, with the sandbox's settings in its environment; `by` is what starts it, if given.
local function run_script(arguments, url, files, by)
  local settings = {
    "IDNGO_CONFIG=", "IDNGO_PROFILE=", "IDNGO_BASE_URL=" .. url, "IDNGO_APP_TOKEN=sbx:demo", "IDNGO_SECRET_KEY_FILE=",
    "IDNGO_SECRET_KEY=demo-secret", "IDNGO_TOUR_FILES=" .. quote(files), "IDNGO_AUDIT_KEY_FILE=" .. quote(files .. "/audit.key"),
    "IDNGO_STATE_DIR=" .. quote(files .. "/state"),
  }
  return compat.execute(("%s %s %s %s"):format(table.concat(settings, " "), by or "", this_lua(), arguments))
end

--- A line of the table that the tour has begun.
local function show(is_right, what, result)
  output.tell(("%-4s %-31s%s\n"):format(is_right and "ok" or "FAIL", what, result))
end

local APPLICANTS = 200

--- The sandbox's applicants as a file of ids.
local function write_ids(path)
  local crowd = require("idngo.sandbox.people").new(1, APPLICANTS)
  assert(write_file(path, function(write)
    for i = 1, APPLICANTS do write(crowd:at(i).id .. "\n") end
  end))
end

local EVENT_SECONDS = 30 -- that a busy machine may take to deliver what was sent

--- Whether the receiver has stored that the tour's applicant was reviewed.
local function show_webhook(files)
  local spool = require("idngo.webhook.spool")
  local by = core.now() + EVENT_SECONDS
  local count
  repeat
    local found
    count = 0
    for record in spool.records(files .. "/events", {}) do
      local event = record and record.text and json.decode(record.text)
      count = count + (event and 1 or 0)
      if event and event.type == "applicantReviewed" then found = event end
    end
    if found then
      show(true, "idngo receive", ("%s, %s, signed and stored"):format(found.type, found.reviewResult.reviewAnswer))
      return true
    end
    core.sleep(0.05)
  until core.now() > by
  show(false, "idngo receive", ("%d events, and no applicantReviewed"):format(count))
  return false
end

--- "20 applied, 5 rejected, 8 void"
local function counted(counts)
  local words = {}
  for _, state in ipairs { "applied", "rejected", "unknown", "void" } do
    if counts[state] then words[#words + 1] = ("%d %s"):format(counts[state], state) end
  end
  return table.concat(words, ", ")
end

--- What runs idngo over the sandbox: gives how it ended, as os.execute tells it, and what it printed, decoded where that is JSON.
--- What goes to stderr is in the second, a file.
local function runner(url, files)
  local said, command = files .. "/said", quote(arg[0])
  local function idngo(text, ...)
    for _, word in ipairs { ... } do text = text .. " " .. quote(word) end
    local ok, how, code = run_script(("%s %s >%s 2>>%s.log"):format(command, text, quote(said), quote(said)), url, files)
    local found = text_file.read(said) or ""
    return ok, how, code, found:find("^{") and json.decode(found) or found
  end
  return idngo, said .. ".log"
end

--- Asks again and again until there is something.
local function patient(ask)
  local by = core.now() + EVENT_SECONDS
  repeat
    local found = ask()
    if found then return found end
    core.sleep(0.1)
  until core.now() > by
end

--- Watches the events: the tour's review waits for a person, who approves it.
local function show_watch(idngo, log, url, files)
  local run, started = files .. "/live", files .. "/watch.pid"
  local hash = tostring(select(4, idngo("watch", example("policies/watch-reviews.lua"), "--events", files .. "/events", "--run",
    run, "--no-breaker"))):match("mandate +(%x+)")
  local ok, how, code
  if hash then ok, how, code = idngo("approve", run, hash) end
  if ok then -- in the background, and not for ever where the demo is interrupted
    ok, how, code = run_script(("%s watch --run %s >/dev/null 2>>%s & echo $! >%s"):format(quote(arg[0]), quote(run), quote(log),
      quote(started)), url, files, "timeout 60")
  end
  local n = ok and patient(function()
    return tostring(select(4, idngo("list", run, "--state", "waiting", "--columns", "n", "--csv"))):match("\n(%d+)")
  end)
  show(n, "idngo watch", n and ("line %s, applicantReviewed, waits: look at it"):format(n) or "see " .. log)
  if n then
    ok, how, code = idngo("approve", run, n)
    local done = ok and patient(function()
      local sums = select(4, idngo("status", run, "--json"))
      return type(sums) == "table" and (sums.actions.add_note or {}).applied
    end)
    show(done, "idngo approve", done and ("line %s: add_note applied"):format(n) or "see " .. log)
    ok = ok and done ~= nil
  end
  compat.execute(("kill $(cat %s) 2>>%s"):format(quote(started), quote(log)))
  return ok and n ~= nil, how, code
end

--- Plans, applies and reports. The last command's end, as os.execute tells it.
local function show_policy(idngo, log, files)
  local policy, run = example("policies/block-duplicates.lua"), files .. "/run"
  write_ids(files .. "/applicants")
  local ok, how, code, plan = idngo("plan", policy, "--input", files .. "/applicants", "--run", run, "--json")
  if not ok then
    show(false, "idngo plan", "see " .. log)
    return ok, how, code
  end
  show(true, "idngo plan", ("%d duplicates of %d, %d to look at"):format(plan.decisions.act, plan.applicants,
    plan.decisions.hold))
  local sums
  ok, how, code, sums = idngo("apply", run, "--max-deactivations", "25%", "--approve", plan.plan, "--json")
  -- some are under review or have no e-mail: the sandbox refuses those, as it should
  if not ok and code ~= cli.exit.failed then
    show(false, "idngo apply", "see " .. log)
    return ok, how, code
  end
  for _, action in ipairs { "deactivate", "send_status_email" } do
    show(true, "idngo apply: " .. action, counted(sums.actions[action]))
  end
  ok, how, code = idngo("report", run)
  show(ok, "idngo report", "run/report.html")
  return ok, how, code
end

--- A receiver of webhooks, and a sandbox that posts to it.
local function start(files)
  local secret = files .. "/webhook.secret"
  local _, message = write_file(secret, serving.WEBHOOK_SECRET .. "\n")
  if message then return nil, message end
  local receiver, server
  receiver, message = require("idngo.webhook.server").background { address = "127.0.0.1", port = 0, path = "/",
    spool = files .. "/events", secret_files = { secret }, max_body = 1024 * 1024 }
  if not receiver then return nil, message end
  server, message = sandbox.background({}, function(settings, ready)
    local sender = assert(require("idngo.webhook.sender").open(receiver.url, secret))
    return serving.serve(settings, { sender = sender, clock = 0.001 }, ready)
  end)
  if not server then
    receiver:close()
    return nil, message
  end
  return server, receiver
end

function M.run(options)
  local path, files = example("tour.lua"), options.files or temporary_folder()
  local server, receiver = start(files)
  if not server then
    output.tell("idngo: ", tostring(receiver), "\n")
    return cli.exit.unavailable
  end
  output.tell(("Sandbox at %s; files in %s\n\n"):format(server.url, files))
  local ok, how, code = run_script(quote(path), server.url, files)
  local arrived = ok and show_webhook(files)
  local idngo, log = runner(server.url, files)
  if ok and arrived then ok, how, code = show_watch(idngo, log, server.url, files) end
  if ok then ok, how, code = show_policy(idngo, log, files) end
  server:close()
  receiver:close()
  if ok then
    output.tell(("\nMore: cd %s; export IDNGO_AUDIT_KEY_FILE=$PWD/audit.key IDNGO_STATE_DIR=$PWD/state\n"):format(quote(files)),
      "      idngo status run; idngo status live; idngo events list --spool events\n")
  end
  if how == "signal" then return 128 + code end
  return ok and arrived and cli.exit.ok or code == cli.exit.io and code or cli.exit.failed
end

return M
