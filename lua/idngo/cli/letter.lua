-- What people say to a watch by commands: signed letters, which the watcher answers, or this process where none is at work. Where
-- the watch is another machine's, who says something needs a key of her own and a sight of the run, or of a copy; what cannot be
-- left there goes into a file, which somebody else hands in.

local cli = require("idngo.cli")
local core = require("idngo.core")
local errors = require("idngo.error")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local text_file = require("idngo.text")
local write_file = require("idngo.write_file")

local M = {}

--- The option that has letters written into a file.
function M.define_to(parser)
  parser:option("--to", "Write what is signed into a file, for somebody to hand in by idngo approve RUN --from FILE.")
    :argname("FILE")
end

local PATIENCE = 10 -- seconds for the watcher to answer

--- Opens a watch to read in it, its log read and its tables compared with that: of the same moment as what is read after, until a
--- letter is left.
---@param options table with dir
---@return idngo.watch.Store?
---@return integer? code to exit with
function M.open(options)
  local store, err = require("idngo.run.store").read(options.dir, "watch", true)
  if not store then return nil, cli.fail(err) end
  local handlers = require("idngo.watch.handlers")
  local ok
  ok, err = pcall(function()
    store:snapshot()
    local key, is_own = require("idngo.run.keys").signer(store)
    if not key then error(is_own, 0) end
    if not is_own and require("idngo.run.heads").is_known(store:get("run")) then
      error(require("idngo.run.keys").other(store, "names another key than this machine's, which has worked on the run"), 0)
    end
    store.is_ours = is_own
    setmetatable(store, handlers.Store)
    require("idngo.run.verify").journal(store, handlers, key, true)
    if is_own then return end
    output.tell(("idngo: the log is whole, and signed by %s, which is not this machine's key: is it what idngo audit key prints "
      .. "where the watch is at work?\n"):format(key:id()))
  end)
  if ok then return store end
  store:close()
  return nil, cli.fail(err)
end

--- Takes in what is unread where this process holds the watch, and destroys what is to be by that; an error where the account's
--- people cannot be opened.
local function take(run, who)
  local before = run.store.witness.forget
  local account, err = require("idngo.run.people").account(run.store:get("account"), run.dir)
  if not account then return err end
  require("idngo.watch.letters").take(run.store, who.approvers, who.names, account, who.apart)
  account:close()
  if run.store.witness.forget == before then return end
  local _, trouble = run.store:forget_on(run)
  if not trouble then return end
  output.tell(("idngo: a line was not destroyed, since a file of it stays: %s\n"):format(print_.plain(trouble)))
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

--- Signs all of it.
local function signed(store, options, list, key)
  local letters, left = require("idngo.watch.letters"), {}
  for i, said in ipairs(list) do
    local id, body = letters.write(store, said, key, options.note)
    left[i] = { id = id, body = body, said = said }
  end
  return left
end

--- Whether who proposes a mandate does not count among those who approve it, by the settings.
function M.apart(settings) return require("idngo.client.config").of_runs("not_the_proposer", settings) end

--- Whoever says something here, by the settings; approvers: nil where the watch is another machine's, which takes it in.
local function approver(options, elsewhere)
  local keys, settings = require("idngo.run.keys"), cli.settings(options)
  local key, err = keys.approver(settings, elsewhere)
  if not key then return nil, cli.fail(err) end
  if elsewhere then return { key = key } end
  local approvers, names = keys.approvers(settings)
  if not approvers then return nil, cli.fail(names) end
  return { key = key, approvers = approvers, names = names, apart = M.apart(settings) }
end

--- Says it where this process holds the watch.
---@param run idngo.run.Run
---@param list idngo.watch.Said[]
---@return integer code
function M.say_here(run, options, list)
  local who, code = approver(options)
  if not who then return code end
  local left = signed(run.store, options, list, who.key)
  require("idngo.watch.letters").leave_all(run.store, left)
  local _, err = pcall(take, run, who)
  return show(run.store, left, options, err)
end

--- Waits until letters are answered, and takes them in while no watcher is at work; an error where that cannot be.
local function wait(options, store, left, who)
  local folder, limit = require("idngo.run.folder"), core.now() + PATIENCE
  local function answered()
    for _, each in ipairs(left) do
      if not verdict_of(store, each) then return false end
    end
    return true
  end
  while true do
    local seen, run, err = store:words("work"), nil, nil
    if answered() or core.now() >= limit then return end
    if who.approvers and not folder.is_held(options.dir, store) then
      run, err = require("idngo.watch.run").open(options.dir)
    else
      store:await("work", seen, 0.1)
    end
    if run then
      err = select(2, pcall(take, run, who)) -- returned or thrown
      run:close()
    end
    if err and not (errors.is(err) and err.kind == "limit") then return err end
  end
end

--- Writes letters into a file, one a line, for somebody to hand in where the watch is.
local function write_down(options, store, list, key)
  local letters, lines = require("idngo.watch.letters"), {}
  for i, said in ipairs(list) do lines[i] = select(2, letters.write(store, said, key, options.note)) .. "\n" end
  local done, message = write_file(options.to, table.concat(lines))
  if not done then return cli.fail(errors.new { kind = "io", outcome = "not_sent", message = message }) end
  for _, said in ipairs(list) do
    local verdict = ("signed, and in %s"):format(options.to)
    if options.json then
      print_.json { line = said.line, target = said.target, verdict = verdict }
    else
      output.tell(("%s  %s\n"):format(name_of(said), print_.plain(verdict)))
    end
  end
  output.tell("idngo: nothing was said yet: idngo approve RUN --from FILE hands it in, within 14 days\n")
  return cli.exit.ok
end

--- Leaves what was signed, and waits for what becomes of it. It is said once it is left, whatever fails after that.
local function leave_and_wait(options, store, left, who)
  require("idngo.watch.letters").leave_all(store, left)
  local _, err = pcall(wait, options, store, left, who)
  return show(store, left, options, err)
end

--- Leaves letters, and waits for what becomes of them; or writes them into a file.
---@param options table with dir and note, and to: a file
---@param store idngo.watch.Store opened to read
---@param list idngo.watch.Said[]
---@return integer code
function M.say(options, store, list)
  local who, code = approver(options, not store.is_ours)
  if not who then return code end
  if options.to then return write_down(options, store, list, who.key) end
  return leave_and_wait(options, store, signed(store, options, list, who.key), who)
end

--- Hands in the letters of a file: all of them, or none where one is not what somebody who counts has signed. A letter that was
--- handed in before says nothing more.
---@param options table with dir, and from: the file
---@return integer code
function M.hand_in(options)
  local text, message = text_file.read(options.from)
  if not text then return cli.fail(errors.config("the letters cannot be read: " .. message)) end
  local keys, letters = require("idngo.run.keys"), require("idngo.watch.letters")
  local approvers, names = keys.approvers(cli.settings(options))
  if not approvers then return cli.fail(names) end
  local store, code = M.open(options)
  if not store then return code end
  local left = {}
  for body in text_file.lines(text) do
    local number = #left + 1
    local said, verdict = letters.read(store, body, approvers)
    if said then
      left[number] = { id = letters.id(body), body = body, said = said }
    elseif body ~= "" or number == 1 then
      output.tell(("idngo: %s: letter %d: %s; none of them was handed in\n"):format(print_.plain(options.from), number, verdict))
      store:close()
      return cli.exit.input
    end
  end
  store.tables:rollback()
  code = leave_and_wait(options, store, left, { approvers = store.is_ours and approvers, names = names,
    apart = M.apart(cli.settings(options)) })
  store:close()
  return code
end

--- Lines by their numbers, as they are asked for; nil and a code when one is not there. What is signed of a line is Store:target
--- of it, also where whoever wrote the journal is not known here: so it counts for what was shown, whatever hash stands there.
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
