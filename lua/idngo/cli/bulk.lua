-- idngo call … --input: one read for each applicant of a list, several at once, as lines of JSON in the order in which they are
-- answered. A second run with the same output goes on: it leaves out who has a result there. Each line says which call of which
-- account it is of, so that a run never takes the answers of another for its own.

local account_of = require("idngo.run.account")
local cli = require("idngo.cli")
local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")
local journal = require("idngo.journal")
local json = require("idngo.json")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local shown = require("idngo.cli.shown")
local write_file = require("idngo.write_file")

local M = {}

M.REFUSAL = "it changes something: for many applicants a policy does that, by a plan that is approved before anything is sent "
  .. "(docs/policies.md)"

local AT_ONCE = 16

-- How much of an account's hash a line shows: enough to tell a user's accounts apart.
local ACCOUNT_DIGITS = 12

-- The command ends after this many failures in a row that are no answer about an applicant: likely the server.
local MAX_CONSECUTIVE_FAILURES = 10

--- Whether an endpoint can be called for a list: it reads what the service knows of one applicant.
---@param o idngo.Operation
---@return boolean
function M.is_fit(o) return o.method == "GET" and o.is_about and not o.binary end

--- A call as it would be typed, with everything that makes its answer another: its arguments, its options, the field that is
--- shown. How long it may take is none of that.
local function label(o, others, options)
  local words = { o.name }
  local function add(word)
    word = tostring(word)
    words[#words + 1] = word:find("^[%w._:/,=+@-]+$") and word or json.encode(word)
  end
  for i = 1, #others - 1 do add(others[i]) end
  for _, param in ipairs(o.row.params) do
    local value = not param.required and param.type ~= "fixed" and options[param.name]
    if value then
      words[#words + 1] = "--" .. param.name
      add(value)
    end
  end
  if options.field then
    words[#words + 1] = "--field"
    add(options.field)
  end
  return table.concat(words, " ")
end

-- How our lines begin.
local BEGIN = '{"account":"'

--- Whether the last line of a file is one of ours that was cut off.
local function is_cut(file, line)
  file:seek("end", -1)
  return file:read(1) ~= "\n" and line:sub(1, #BEGIN) == BEGIN:sub(1, #line)
end

--- The applicants that an output has results of. What else is in it, errors and a line that was cut off, is taken out; an output
--- of another call, or of another account, or with lines that are not ours, is refused.
---@param path string of a regular file
---@param call string
---@param account string
---@return table<string, boolean>? done
---@return string? message
---@return integer? code to exit with
local function read_done(path, call, account)
  local written
  local file, message = io.open(path, "rb")
  if not file then return nil, message, cli.exit.io end
  local done, strange, other = {}, nil, nil
  for line in file:lines() do
    local row = json.decode(line)
    if strange or type(row) == "table" and row.call ~= call then other = "other lines than those of " .. call end
    if type(row) == "table" and row.account ~= account then other = other or "lines of another account" end
    if type(row) == "table" and type(row.applicantId) == "string" and row.result ~= nil then done[row.applicantId] = true end
    strange = type(row) ~= "table" and line or nil -- the last one may have been cut off
  end
  if strange and not is_cut(file, strange) then other = other or "other lines than those of " .. call end
  if other then
    file:close()
    return nil, ("%s holds %s; give a new name"):format(path, other), cli.exit.input
  end
  file:seek("set")
  written, message = write_file(path, function(write)
    for line in file:lines() do
      local row = json.decode(line)
      if type(row) == "table" and row.result ~= nil then write(line .. "\n") end
    end
  end)
  file:close()
  return written and done, message, cli.exit.io
end

--- Has an output for this process alone: who began anew beside another would take the lines of that one with it.
---@param path string
---@return userdata? lock
---@return string? message
---@return integer? code to exit with
local function alone(path)
  local lock, message, word = journal.lock(path)
  if word == "busy" then
    return nil, path .. ": another process is writing to it; wait for that one, or give a new name", cli.exit.later
  end
  return lock, message, cli.exit.io
end

--- Makes sure that an output may be gone on with, and whom it has.
---@param path string
---@param call string
---@param account string
---@return {done: table<string, boolean>, lock: userdata?}? taken
---@return string? message
---@return integer? code to exit with
local function take_up(path, call, account)
  if core.is_regular(path) == false then
    if core.shared_with_others(path) == nil then
      return nil, path .. " is a link that leads nowhere; name a file", cli.exit.input
    end
    return { done = {} } -- a pipe or a device has nothing to go on with
  end
  local before, message, code = alone(path) -- where nothing is there, it makes a file that its owner alone may read
  if not before then return nil, message, code end
  local done, lock
  done, message, code = read_done(path, call, account)
  if done then lock, message, code = alone(path) end -- it is a new file by now
  before:close()
  return lock and { done = done, lock = lock }, message, code
end

--- What writes a line at a time, and throws where it cannot.
local function writer(path)
  if not path then
    return function(text)
      if not (output.write(text, "\n") and output.flush()) then error(errors.new { kind = "io", outcome = "not_sent",
        message = "standard output takes no more" }, 0) end
    end, function() end
  end
  local file, message = io.open(path, "ab")
  if not file then error(errors.new { kind = "io", outcome = "not_sent", message = message }, 0) end
  return function(text)
    local ok, why = file:write(text, "\n")
    if ok then ok, why = file:flush() end
    if not ok then
      error(errors.new { kind = "io", outcome = "not_sent", message = why,
        hint = "make room; the same command goes on" }, 0)
    end
  end, function() file:close() end
end

--- A queue for run/workers.lua of those who have no result yet.
local function queue_of(rows, done)
  local each, queue, ended = rows:each(), { total = rows.count, done = 0, before = 0 }, false
  function queue.next()
    if ended then return nil end
    local n, id
    repeat
      n, id = each()
      if n and done[id] then queue.done, queue.before = queue.done + 1, queue.before + 1 end
    until not n or not done[id]
    return n and { id = id } or nil
  end
  function queue.stop() ended = true end
  function queue.finish() queue.done = queue.done + 1 end
  function queue.renew() end
  function queue.close() end
  return queue
end

--- Makes the call for every applicant of a list.
---@param o idngo.Operation
---@param others any[] its arguments behind the applicant's id
---@param options table the command line
---@param open fun(settings: table): idngo.Client?, idngo.Error?
---@return integer exit code
function M.run(o, others, options, open)
  local call = label(o, others, options)
  local rows, message = require("idngo.policy.input").read(options.input)
  if not rows then
    output.tell(("idngo: %s: %s\n"):format(options.input, message))
    return cli.exit.input
  end
  local account, unset = account_of(cli.settings(options))
  if not account then return cli.fail(unset) end
  account = account:sub(1, ACCOUNT_DIGITS)
  local taken = { done = {} }
  local place = options.output and (core.absolute(options.output) or options.output) -- where a link leads
  if place then
    local code
    taken, message, code = take_up(place, call, account)
    if not taken then
      output.tell("idngo: ", message, "\n")
      return code
    end
  end
  local stats = require("idngo.run.stats").new()
  local client, err = open { on_event = function(event) stats:hear(event) end }
  if not client then return cli.fail(err) end
  local is_account_wide = require("idngo.run.steps").is_account_wide
  local progress = require("idngo.cli.progress").new(call, stats)
  local write, close = writer(place)
  local failed, in_row, queue = 0, 0, queue_of(rows, taken.done)
  local signal, problem = require("idngo.run.workers").run(queue, function(line)
    local result, failure = client[o.name](client, line.id, compat.unpack(others))
    if failure and (is_account_wide(failure) or failure.kind == "cancelled") then error(failure, 0) end
    local told = failure and cli.fields(failure) or nil
    if result and options.field then result = { [options.field] = shown.field(result, options.field) } end
    write(print_.harmless(json.encode({ account = account, applicantId = line.id, call = call, result = result, error = told },
      "value", "[]")))
    if not failure then
      in_row = 0
      return
    end
    failed = failed + 1
    in_row = failure.kind == "http" and failure.status < 500 and 0 or in_row + 1
    if in_row >= MAX_CONSECUTIVE_FAILURES then error(failure, 0) end
  end, { concurrency = AT_ONCE, stopping = progress.stopping, tick = function()
    stats:look(client:lanes())
    progress.tick(queue.done, queue.total, client:lanes())
  end })
  progress.finish()
  close()
  if taken.lock then taken.lock:close() end
  client:close()
  rows:close()
  if signal then
    output.tell("idngo: interrupted", options.output and "; the same command goes on" or "", "\n")
    return 128 + signal
  end
  if problem then return cli.fail(problem) end
  local before = queue.before > 0 and (", %d of them done before"):format(queue.before) or ""
  output.tell(("idngo: %d applicants%s, %d failed\n"):format(queue.total, before, failed))
  return failed == 0 and cli.exit.ok or cli.exit.failed
end

return M
