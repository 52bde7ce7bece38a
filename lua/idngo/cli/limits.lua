-- idngo limits: what the account's rate-limit lanes hold, who waits for them, and why nothing is sent when nothing is.

local cli = require("idngo.cli")
local core = require("idngo.core")
local idngo_client = require("idngo.client")
local open_client = require("idngo.cli.client")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser, usage_error)
  parser:command_target("action")
  parser:require_command(false)
  parser:flag("--json", "Print one line of JSON.")
  local init = parser:command("init", "Begin the limits of an account in Redis without the pause before its first call.")
  init.error = usage_error
  init:flag("--nobody-sent", "Nobody has sent anything for this account within the last two minutes.")
  init:flag("--yes", "Do not ask.")
end

local function fail(message, hint)
  output.tell(("idngo: %s%s\n"):format(print_.plain(message), hint and "\n  " .. print_.plain(hint) or ""))
end

local function seconds(value) return ("%.1f s"):format(value) end

local function print_lanes(lanes)
  for _, lane in ipairs(lanes) do
    local more = {}
    if (lane.waiting or 0) > 0 then more[#more + 1] = ("%d waiting"):format(lane.waiting) end
    if (lane.closed_for or 0) > 0 then more[#more + 1] = ("closed for %s after a 429"):format(seconds(lane.closed_for)) end
    if (lane.gap or 0) > 0 then more[#more + 1] = ("learned: one every %.3f s"):format(lane.gap) end
    if (lane.widened or 0) > 0 then more[#more + 1] = ("learned: window longer by %s"):format(seconds(lane.widened)) end
    output.write(("%-26s %4d of %4d in %g s%s\n"):format(lane.name, lane.used, lane.slots, lane.window,
      more[1] and "  " .. table.concat(more, ", ") or ""))
  end
end

local function ago(time)
  return os.date("%Y-%m-%d %H:%M:%S", math.floor(core.wall() - time))
end

--- What is known of the whole, where Redis keeps it: the last pause and why, until when.
local function print_state(store, state)
  output.write(("kept in %s:%d as %s\n"):format(store.address.host, store.address.port, store.hash:match("{(%x+)}")))
  if state.held > 0 then
    output.write(state.text, "\n")
  elseif state.reason then
    output.write(("last pause: %s, told by client %s: %s\n"):format(ago(state.ago), state.client, state.cause))
  else
    output.write("nothing was sent for this account yet\n")
  end
end

local function show(options, client)
  local store, message = idngo_client.slots(client)
  local state, hint
  if store and store.look then
    state, message, hint = store:look()
  elseif store then
    state = true
  end
  if not state then
    fail(message, hint)
    return cli.exit.unavailable
  end
  local lanes = client:lanes()
  table.sort(lanes, function(a, b) return a.name < b.name end)
  if options.json then
    local whole = { lanes = lanes }
    if store.look then
      whole.kept_in = ("%s:%d"):format(store.address.host, store.address.port)
      whole.account, whole.held_for = store.hash:match("{(%x+)}"), state.held
      whole.pauses, whole.reason, whole.told_by, whole.pause_ago = state.count, state.reason, state.client, state.ago
    end
    print_.json(whole)
    return cli.exit.ok
  end
  if store.look then print_state(store, state) end
  print_lanes(lanes)
  return cli.exit.ok
end

local QUESTION = [[
After this, calls leave at once: nobody waits until requests are counted that were sent before Redis knew of them.
Is it certain that no machine, gateway or script has sent anything for this account within the last two minutes? [y/N] ]]

local function init(options, client)
  local store = idngo_client.slots(client)
  if not options.nobody_sent then
    fail("idngo limits init needs --nobody-sent: without it, the first call waits and nothing has to be done")
    return cli.exit.usage
  end
  if not (store and store.nobody_sent) then
    fail("limits_url is not set: the slots of this machine need no beginning")
    return cli.exit.usage
  end
  if not options.yes then
    if not core.isatty(0) then
      fail("nobody can be asked here; --yes says that it is certain")
      return cli.exit.usage
    end
    local account, of = require("idngo.run.account")(cli.settings(options))
    if not account then
      fail(of.message, of.hint)
      return cli.code_of(of)
    end
    output.tell(("This is for %s.\n"):format(require("idngo.cli.whose").text(of)), QUESTION)
    local answer = io.read("*l")
    if not answer or not answer:lower():find("^y") then
      fail("nothing was changed")
      return cli.exit.failed
    end
  end
  local done, message = store:nobody_sent()
  if not done then
    fail(message)
    return cli.exit.unavailable
  end
  output.tell("the limits of this account begin now, with every slot free\n")
  return cli.exit.ok
end

function M.run(options)
  local client, err = open_client(options)
  if not client then
    fail(err.message, err.hint)
    return cli.code_of(err)
  end
  local code = options.action == "init" and init(options, client) or show(options, client)
  client:close()
  return code
end

return M
