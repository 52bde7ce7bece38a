-- idngo events: the webhooks that nginx received, for people and for programs.

local cli = require("idngo.cli")
local core = require("idngo.core")
local dates = require("idngo.dates")
local errors = require("idngo.error")
local json = require("idngo.json")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local readers = require("idngo.webhook.readers")
local screen = require("idngo.cli.screen")
local sender_of = require("idngo.webhook.sender")
local spool = require("idngo.webhook.spool")
local when = require("idngo.cli.when")

local M = {}

local POLL = 0.2 -- seconds between looks for new events
local DAY = 86400
local CHECKPOINT = 1000 -- records between savings of the offsets

local function define_one(parser, usage_error, name, summary)
  local command = parser:command(name, summary)
  command.error = usage_error
  command:option("--spool", "The directory of the spool."):argname("DIR"):count(1)
  return command
end

local function define_reading(...)
  local command = define_one(...)
  command:option("--type", "Only events of this type, such as applicantReviewed."):argname("TYPE")
  command:option("--applicant", "Only events of this applicant."):argname("ID")
  command:option("--since", "Only what was received since: a UTC time, or an age such as 2h."):argname("TIME")
    :convert(when.moment)
  return command
end

local function define_sending(command, option, count)
  command:option(option, "Post to this receiver, signed as the service signs."):argname("URL"):count(count)
  command:option("--secret-file", "The receiver's secret is this file's first line."):argname("FILE"):count(count)
end

function M.define(parser, usage_error)
  parser:command_target("action")
  parser:require_command(true)
  define_reading(parser, usage_error, "list", "Print a line for each event.")
    :flag("--json", "Print one line of JSON per event, with when and where it is stored.")
  define_sending(define_reading(parser, usage_error, "replay",
    "Print each event again as a line of JSON, in the order of arrival; or send it to another receiver."), "--forward-to", "?")
  define_reading(parser, usage_error, "newest",
    "Print the newest event of each applicant as a line of JSON, for idngo plan --input; without those in testMode.")
  define_reading(parser, usage_error, "follow", "Print each new event as a line of JSON, until interrupted.")
    :option("--state", "Remember in this file what was printed, and go on there; without it, begin now."):argname("FILE")
  local send = parser:command("send", "Send an event of your own to a receiver, to try it; it says testMode.")
  send.error = usage_error
  define_sending(send, "--to", 1)
  send:option("--type", "Its type."):argname("TYPE"):default("applicantReviewed")
  send:option("--applicant", "Whom it is about."):argname("ID"):count(1)
  send:option("--answer", "The review's answer."):choices { "GREEN", "RED" }:default("GREEN")
  local prune = define_one(parser, usage_error, "prune",
    "Remove old files of the spool that every reader has read to the end, and nobody writes.")
  prune:option("--older", "Only what was written last so long ago."):argname("AGE"):default("30d"):convert(when.age)
  prune:flag("--unread", "Also what a reader has not read, or what nobody reads by `follow --state`.")
  prune:flag("--dry-run", "Say what would be removed, and remove nothing.")
end

--- The event of a record, when the options ask for it.
local function wanted(options, record)
  if options.since and record.received < options.since then return nil end
  local event = json.decode(record.text)
  if type(event) ~= "table" then event = {} end
  if options.type and event.type ~= options.type then return nil end
  if options.applicant and event.applicantId ~= options.applicant then return nil end
  return event
end

--- A body as one line: JSON has line breaks between its parts only, never within one.
local function one_line(text)
  return print_.harmless((text:gsub("[\r\n]+", " ")))
end

local function utc(seconds)
  return dates.stamp(seconds) .. (".%03d"):format(math.floor(seconds % 1 * 1000))
end

--- Who or what an event is about: the first id it has.
local function subject(event)
  for _, name in ipairs { "applicantId", "applicantActionId", "networkId", "kytTxnId", "kytCaseId" } do
    if event[name] then return event[name] end
  end
  return "–"
end

--- A cell of a column so many characters wide.
local function cell(text, columns)
  text = print_.plain(text)
  return text .. (" "):rep(columns - screen.width(text))
end

local function as_row(record, event)
  local result = type(event.reviewResult) == "table" and event.reviewResult or {}
  return ("%s  %s  %s  %s"):format(utc(record.received), cell(result.reviewAnswer or "–", 6), cell(subject(event), 24),
    print_.plain(event.type or "–"))
end

local function as_json(record)
  return ('{"received":"%s","segment":%s,"offset":%d,"event":%s}'):format(utc(record.received),
    json.encode(record.segment), record.from, one_line(record.text))
end

local function as_event(record)
  return one_line(record.text)
end

--- Shows every wanted record of a tail, whose offsets move along, and says on stderr which bytes are damaged. Ends when its
--- output cannot be written.
---@param tail idngo.SpoolTail
---@param show fun(record: idngo.SpoolRecord, event: idngo.Event): boolean?, idngo.Error? whether to go on
---@param after? fun(): idngo.Error? called after each record; an error ends the reading
---@return boolean sound
---@return idngo.Error? err
local function show_all(options, tail, show, after)
  local sound, offsets = true, tail.offsets
  for record, err in tail:records() do
    if not record then return sound, err end
    if not record.text then
      sound = false
      output.tell(("idngo: %s: damaged from byte %d to %d\n"):format(record.segment, record.from, record.to))
    else
      local event = wanted(options, record)
      if event then
        local shown, show_err = show(record, event)
        if not shown then return sound, show_err end
      end
    end
    offsets[record.segment] = record.to
    err = after and after()
    if err then return sound, err end
  end
  return sound
end

--- The results of fn(opened); `opened` is closed then, whatever happens. Not every Lua has <close>.
local function with(opened, fn)
  local ok, first, second = pcall(fn, opened)
  opened:close()
  if not ok then error(first, 0) end
  return first, second
end

local function once(options, show)
  local sound, err = with(spool.open(options.spool, {}), function(tail)
    return show_all(options, tail, function(...) return output.write(show(...), "\n") end)
  end)
  if err then return cli.fail(err) end
  output.tell_if_empty("no events")
  return sound and cli.exit.ok or cli.exit.failed
end

local actions = {}

function actions.list(options)
  return once(options, options.json and as_json or as_row)
end

--- Sends a body; nil and an error, unless the receiver answers that it stored it.
local function send(sender, body)
  local status, err = sender:send(body)
  if status == 200 then return true end
  return nil, err or errors.new { kind = "http", outcome = "rejected", status = status,
    message = ("the receiver answered %d"):format(status) }
end

--- Forwards the wanted events, in order, and ends at the first that the receiver does not take: none is left out.
local function forward(options)
  if not options.secret_file then
    output.tell("idngo: --forward-to needs --secret-file, whose first line is the receiver's secret\n")
    return cli.exit.usage
  end
  local sender, err = sender_of.open(options.forward_to, options.secret_file)
  if not sender then return cli.fail(err) end
  local count, sound = 0
  local function pass_on(record)
    local sent, send_err = send(sender, record.text)
    if not sent then return nil, send_err end
    count = count + 1
    return true
  end
  sound, err = with(sender, function()
    return with(spool.open(options.spool, {}), function(tail) return show_all(options, tail, pass_on) end)
  end)
  output.tell(("idngo: %d event%s sent\n"):format(count, count == 1 and "" or "s"))
  if err then return cli.fail(err) end
  return sound and cli.exit.ok or cli.exit.failed
end

function actions.replay(options)
  if options.forward_to then return forward(options) end
  return once(options, as_event)
end

--- When an event was made, as text that sorts: by its own word, or when it was received, where it has none or names a time that
--- is still to come.
local function made(record, event)
  local at = event.createdAtMs
  local is_time = type(at) == "string" and at:find("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d")
  return is_time and at <= utc(record.received + DAY) and at or utc(record.received)
end

--- The spool is read twice, so that of an applicant no more is kept than where the newest event is.
function actions.newest(options)
  local newest, made_at, watch_event = {}, {}, require("idngo.watch.event")
  local function note(record, event)
    local id = event.applicantId
    if type(id) == "string" and not watch_event.is_test(event) then
      local at = made(record, event)
      if not newest[id] or at >= made_at[id] then -- of two at once the one that came later
        newest[id], made_at[id] = record.segment .. ":" .. record.from, at
      end
    end
    return true
  end
  local sound, err = with(spool.open(options.spool, {}), function(tail) return show_all(options, tail, note) end)
  if err then return cli.fail(err) end
  local function print_newest(tail)
    for record, problem in tail:records() do
      if not record then return problem end
      local event = record.text and wanted(options, record)
      if event and event.applicantId and newest[event.applicantId] == record.segment .. ":" .. record.from then
        local shown, unshown = output.write(as_event(record), "\n")
        if not shown then return unshown end
      end
    end
  end
  err = with(spool.open(options.spool, {}), print_newest)
  if err then return cli.fail(err) end
  output.tell_if_empty("no events")
  return sound and cli.exit.ok or cli.exit.failed
end

function actions.send(options)
  local sender, err = sender_of.open(options.to, options.secret_file)
  if not sender then return cli.fail(err) end
  local now, reviewed = core.wall(), options.type == "applicantReviewed"
  local body = json.encode {
    type = options.type, applicantId = options.applicant, testMode = true, sandboxMode = true,
    createdAt = dates.stamp(now) .. "+0000", createdAtMs = utc(now),
    reviewStatus = reviewed and "completed" or nil,
    reviewResult = reviewed and { reviewAnswer = options.answer } or nil,
  }
  local sent
  sent, err = with(sender, function() return send(sender, body) end)
  if not sent then return cli.fail(err) end
  output.write("stored by the receiver\n")
  output.tell("idngo: it says testMode: a watch ignores it, unless its mandate was proposed with --accept-tests\n")
  return cli.exit.ok
end

--- Keeps the offsets behind what was printed, also when interrupted: a kill repeats the last few at worst. The offsets are
--- kept when the system has taken what was printed, and only then.
function actions.follow(options)
  local offsets, unkept = {}, 0
  if options.state then
    local saved, err = spool.load_offsets(options.state)
    if not saved then return cli.fail(err) end
    offsets = saved
    local _, unsaved = spool.save_offsets(options.state, offsets) -- from now on `prune` looks for it
    if unsaved then return cli.fail(unsaved) end
    local noted, message = readers.note(options.spool, options.state)
    if not noted then
      output.tell(("idngo: `idngo events prune` will not wait for this reader: %s\n"):format(message))
    end
  else
    options.since = options.since or core.wall()
  end

  local function keep()
    if not output.flush() or unkept == 0 or not options.state then return end
    local _, err = spool.save_offsets(options.state, offsets)
    unkept = 0
    return err
  end
  local function count()
    unkept = unkept + 1
    if unkept >= CHECKPOINT then return keep() end
  end
  local function print_event(record) return output.write(as_event(record), "\n") end
  local function watch(tail)
    while true do
      local _, err = show_all(options, tail, print_event, count)
      err = err or keep()
      if err or not output.flush() or output.abandoned() then return err end
      core.sleep(POLL)
    end
  end

  local ok, err = pcall(function() return (with(spool.open(options.spool, offsets), watch)) end)
  local unsaved = keep()
  if not ok then error(err, 0) end
  err = unsaved or err
  return err and cli.fail(err) or cli.exit.ok -- the output's own failure: see cli/output.lua
end

--- "3 files of 2.5 MiB"
local function amount(count, bytes)
  return ("%d file%s of %.1f MiB"):format(count, count == 1 and "" or "s", bytes / 1024 / 1024)
end

function actions.prune(options)
  local result, err = readers.prune(options.spool, { older = options.older, unread = options.unread,
    dry_run = options.dry_run })
  if not result then return cli.fail(err) end
  output.write(options.dry_run and "would remove " or "removed ", amount(result.removed.count, result.removed.bytes), "\n")
  for _, reason in ipairs(result.kept) do output.write("kept ", amount(reason.count, reason.bytes), ": ", reason.why, "\n") end
  return cli.exit.ok
end

function M.run(options)
  return actions[options.action](options)
end

return M
