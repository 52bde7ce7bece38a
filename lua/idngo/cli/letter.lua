-- What people say to a watch by commands: signed letters, which the watcher answers, or this process where none is at work.

local cli = require("idngo.cli")
local core = require("idngo.core")
local errors = require("idngo.error")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

local PATIENCE = 10 -- seconds for the watcher to answer

--- Opens a watch to read in it, its log read and its tables compared with that: of the same moment as what is read after, until a
--- letter is left.
---@param options table with dir
---@return idngo.watch.Store?
---@return integer? code to exit with
function M.open(options)
  local store, err = require("idngo.run.store").read(options.dir, "watch")
  if not store then return nil, cli.fail(err) end
  local handlers = require("idngo.watch.handlers")
  local key
  key, err = require("idngo.run.keys").own(false)
  local ok = key ~= nil
  if key then
    setmetatable(store, handlers.Store)
    ok, err = pcall(function()
      store:snapshot()
      require("idngo.run.verify").journal(store, handlers, key, true)
    end)
  end
  if ok then return store end
  store:close()
  return nil, cli.fail(err)
end

--- Takes in what is unread where this process holds the watch; an error where the account's people cannot be opened.
local function take(run, who)
  local account, err = require("idngo.run.people").account(run.store:get("account"), run.dir)
  if not account then return err end
  require("idngo.watch.letters").take(run.store, who.approvers, who.names, account)
  account:close()
end

local function name_of(said)
  if said.line then return tostring(said.line) end
  if said.target then return "mandate " .. said.target:sub(1, 8) end
  return said.what
end

--- What became of a letter; nil too where that cannot be read: it stays left.
local function verdict_of(store, each)
  local ok, verdict = pcall(require("idngo.watch.letters").verdict, store, each.id)
  return ok and verdict or nil
end

--- Prints the verdicts, and behind them why this process could not take the letters in; the exit code.
---@param err any
local function show(store, left, options, err)
  local code = cli.exit.ok
  for _, each in ipairs(left) do
    local verdict = verdict_of(store, each)
    if options.json then
      print_.json { line = each.said.line, target = each.said.target, verdict = verdict or "left" }
    else
      output.write(("%s  %s\n"):format(name_of(each.said), print_.plain(verdict or "left; a watcher will take it")))
    end
    if not verdict or not verdict:find("^taken") then code = cli.exit.failed end
  end
  if err == nil then return code end
  if not errors.is(err) then error(err, 0) end
  -- nothing was sent by this process, but what was said counts: that is for a watcher to do
  cli.fail(errors.new { kind = err.kind, outcome = "unknown",
    message = "what is left could not be taken in here: " .. err.message, hint = err.hint })
  return cli.code_of(err)
end

--- Signs all of it, and leaves it: all of it or nothing.
local function leave(store, options, list, key)
  local letters, left = require("idngo.watch.letters"), {}
  for i, said in ipairs(list) do
    local id, body = letters.write(store, said, key, options.note)
    left[i] = { id = id, body = body, said = said }
  end
  letters.leave_all(store, left)
  return left
end

--- Whoever says something here, by the settings.
local function approver(options)
  local keys = require("idngo.run.keys")
  local approvers, names = keys.approvers(cli.settings(options))
  if not approvers then return nil, cli.fail(names) end
  local key, err = keys.approver(cli.settings(options))
  if not key then return nil, cli.fail(err) end
  return { key = key, approvers = approvers, names = names }
end

--- Says it where this process holds the watch.
---@param run idngo.run.Run
---@param list idngo.watch.Said[]
---@return integer code
function M.say_here(run, options, list)
  local who, code = approver(options)
  if not who then return code end
  local left = leave(run.store, options, list, who.key)
  local _, err = pcall(take, run, who)
  return show(run.store, left, options, err)
end

--- Waits until letters are answered, and takes them in while no watcher is at work; an error where that cannot be.
local function wait(options, store, left, who)
  local limit = core.now() + PATIENCE
  local function answered()
    for _, each in ipairs(left) do
      if not verdict_of(store, each) then return false end
    end
    return true
  end
  while not answered() and core.now() < limit do
    local run, err = require("idngo.watch.run").open(options.dir)
    if run then
      err = select(2, pcall(take, run, who)) -- returned or thrown
      run:close()
    end
    if err and not (errors.is(err) and err.kind == "limit") then return err end
  end
end

--- Leaves letters, and waits for what becomes of them. They are said once they are left, whatever fails after that.
---@param options table with dir and note
---@param store idngo.watch.Store opened to read
---@param list idngo.watch.Said[]
---@return integer code
function M.say(options, store, list)
  local who, code = approver(options)
  if not who then return code end
  local left = leave(store, options, list, who.key)
  local _, err = pcall(wait, options, store, left, who)
  return show(store, left, options, err)
end

--- Lines by their numbers, as they are asked for; nil and a code when one is not there.
---@param store idngo.watch.Store
---@param numbers integer[]
---@return idngo.watch.Line[]?
---@return integer? code
function M.lines(store, numbers)
  local lines = {}
  for i, n in ipairs(numbers) do
    if n < 1 or n > store.witness.lines then
      output.tell(("idngo: there is no line %d; idngo list shows them\n"):format(n))
      return nil, cli.exit.input
    end
    lines[i] = store:line(n)
  end
  return lines
end

return M
