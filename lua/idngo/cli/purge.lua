-- idngo purge DIR: destroys the personal data of a run that has ended, and the keys of its lines. What auditors need stays. A
-- watch has ended when nobody watches, all of its lines are over, and what came of their steps is known; from then on it is
-- watched no more, and its spool waits for it no more. One that goes on destroys what is of lines that ended long ago (--older).

local cli = require("idngo.cli")
local core = require("idngo.core")
local errors = require("idngo.error")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

--- "90d": a day or more.
local function older(text)
  local age, message = require("idngo.cli.when").age(text)
  if age and age < 86400 then return nil, ("%q is less than a day"):format(text) end
  return age, message
end

function M.define(parser)
  parser:argument("RUN", "The run: its folder, or its address in PostgreSQL."):target("dir")
  parser:option("--older", "Of a watch, which goes on: only of lines that ended so long ago."):argname("AGE"):convert(older)
  parser:flag("--yes", "Do it. Asked for on a terminal.")
  parser:option("--note", "What to write down with it, such as a ticket."):argname("TEXT")
end

--- Whether it is meant; else what to exit with.
local function confirmed(options, of)
  if options.yes then return true end
  if core.isatty(0) and core.isatty(2) then
    local what = options.older
      and "Events, replies, arguments and saved files of lines of %s, a watch of %s, that ended so long ago"
      or "Inputs, events, replies, arguments, saved files and reports in %s, a run of %s,"
    output.tell(what:format(options.dir, of), " will be gone. Type yes: ")
    if io.read("*l") == "yes" then return true end
  end
  output.tell("idngo: nothing was destroyed; --yes says that it is meant\n")
  return false, cli.exit.approval
end

-- What commands write into the folder itself beside journal and log. Of an import there is one of each list, such as
-- errors-2.csv.
local WRITTEN = { ["report.html"] = true, ["report.json"] = true, ["errors.csv"] = true, ["warnings.csv"] = true,
  ["unused.txt"] = true }

--- Whether a file of the folder is one that a command wrote; or began to, until it was killed: see csrc/system/file.c.
local function is_written(name)
  name = name:match("^%.(.+)%.%w%w%w%w%w%w$") or name
  return WRITTEN[name:gsub("%-%d+%.", ".")] or false
end

--- Removes what lies beside journal and log: reports and lists, and all that steps saved or that was packed.
---@return string[] stayed why what is still there
local function remove_files(dir, inside)
  local stayed = {}
  local function remove_all(folder, is_ours)
    local names, message = core.names(folder)
    if not names then stayed[1] = message end
    for _, name in ipairs(names or {}) do
      local ok, why = is_ours(name), nil
      if ok then ok, why = os.remove(folder .. "/" .. name) end
      if why and not ok then stayed[#stayed + 1] = why end
    end
  end
  remove_all(dir, is_written)
  remove_all(dir .. "/" .. inside, function() return true end)
  return stayed
end

--- Whom a watch that has not ended waits for: people, whose words of a line need what would be destroyed. Nil: for nobody.
local function waits_for(store)
  if store:destroyed() then return nil end
  local waiting, unknown = store:row("left", "waiting").count, #store:rows("in_state", "unknown", -1)
  if waiting > 0 then return ("%d of its lines wait for people, who approve or reject them"):format(waiting) end
  return unknown > 0 and ("%d of its steps are unknown, idngo settle says what came of them"):format(unknown) or nil
end

--- Has the spool of a watch on this machine wait for it no more.
local function forget_reader(run)
  local ok, message = require("idngo.webhook.readers").forget(run.store:get("spool"), run.folder .. "/places.json")
  if not ok then output.tell(("idngo: idngo events prune still waits for this watch: %s\n"):format(print_.plain(message))) end
end

local MOST_NAMED = 20

--- Destroys it all: the exit code.
local function destroy(run, options)
  -- Nothing was recorded of files: they go even where the journal is still read, and what stays is told.
  local ok, err = pcall(run.store.purge, run.store, { who = core.who(), note = options.note })
  if not ok and not errors.is(err) then error(err, 0) end
  local stayed = remove_files(run.folder, run.handlers.folder)
  for i = 1, math.min(#stayed, MOST_NAMED) do output.tell(("idngo: it stayed: %s\n"):format(print_.plain(stayed[i]))) end
  if not ok then return cli.fail(err) end
  if stayed[1] then
    output.tell(("idngo: %d of its files could not be removed; purge %s again when they can be\n"):format(#stayed, options.dir))
    return cli.exit.io
  end
  if run.store:kind() == "watch" then forget_reader(run) end
  output.write(options.dir, " holds no personal data any more\n")
  if run.store.tables.shared then
    output.tell("Reports, and files that steps saved, are still on other machines that made some.\n")
  end
  return cli.exit.ok
end

--- Has the watch destroy it of lines that ended long ago, by a letter: it may be at work.
local function forget(options)
  local letter = require("idngo.cli.letter")
  local store, code = letter.open(options)
  if not store then return code end
  code = letter.say(options, store, { { event = "told", what = "forget", before = core.wall() - options.older } })
  store:close()
  return code
end

function M.run(options)
  local shared = require("idngo.cli.runs")
  local store, view = shared.read(options.dir)
  if not store then return view end
  local of, is_watch = require("idngo.cli.whose").text_of(store), store:kind() == "watch"
  store:close()
  if options.older and not is_watch then
    return cli.fail(errors.config(options.dir .. " holds no watch, and what does not go on is purged whole", "leave out --older"))
  end
  local is_meant, code = confirmed(options, of)
  if not is_meant then return code end
  if options.older then return forget(options) end
  local handlers = require(view.handlers)
  local run, err = require("idngo.run.folder").open(options.dir, handlers)
  if not run then return cli.fail(err) end
  local function left(state) return run.store:row("left", state).count end
  local who = is_watch and waits_for(run.store)
  if who or left("open") + left("new") > 0 then
    output.tell(("idngo: the run has not ended%s; %s goes on with it\n"):format(who and ": " .. who or "", handlers.again(run)))
    code = cli.exit.resumable
  else
    code = destroy(run, options)
  end
  run:close()
  return code
end

return M
