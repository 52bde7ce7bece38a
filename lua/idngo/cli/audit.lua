-- idngo audit verify: whether a run's audit log is whole and unchanged; audit export and key: what to give those who check it.
-- idngo audit affected RUN…: what earlier versions may have done wrong in runs.

local cli = require("idngo.cli")
local core = require("idngo.core")
local errors = require("idngo.error")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser, usage_error)
  parser:command_target("what")
  parser:require_command(true)
  local check = parser:command("verify", "Find records that were changed, moved, removed or cut off.")
  check.error = usage_error
  check:argument("RUN|LOG", "The run: its folder, or its address in PostgreSQL; or a log alone, with --key.")
    :argname("RUN|LOG"):target("target")
  check:option("--key", "Public keys of the log's signer and of approvers, in PEM. The journal is not looked at.")
    :argname("FILE")
  check:option("--head", "Hash of a record that the log must have: a head that was kept elsewhere."):argname("HASH")
  check:option("--hmac-key", "The key of a log of idngo 0.1, which was no public one."):argname("FILE")
  check:flag("--json", "Print one line of JSON.")
  local export = parser:command("export", "Write a run's log as the file that audit verify checks by --key.")
  export.error = usage_error
  export:argument("RUN", "The run: its folder, or its address in PostgreSQL."):argname("RUN"):target("target")
  export:option("--to", "File for the log, new or an earlier export of it; standard output unless given."):argname("FILE")
  local key = parser:command("key", "Print the public key of the logs that are signed here, in PEM.")
  key.error = usage_error
  local affected = parser:command("affected",
    "Name the steps of runs that may have rested on another's reply, lacked an approval, or removed both of a pair.")
  affected.error = usage_error
  affected:argument("RUN", "The runs: their folders, or their addresses in PostgreSQL."):args("+"):argname("RUN")
    :target("dirs")
  affected:flag("--json", "Print one line of JSON per finding.")
end

local actions = {}

local function failed(options, message)
  if options.json then print_.json { problem = message } end
  output.tell(("idngo: %s\n"):format(message))
  return cli.exit.failed
end

local function handlers_of(kind)
  local view = require("idngo.cli.views")[kind]
  return view and require(view.handlers)
end

--- A run of 0.1: its log is signed with a key that its auditors have, too.
local function verify_old(options, store, view)
  local handlers, old = require(view.handlers), require("idngo.run.old")
  if store:kind() == "import" then return failed(options, options.target .. ": an import of idngo 0.1 has no audit log") end
  local key, err = require("idngo.run.keys").hmac(options.hmac_key)
  if not key then return cli.fail(err) end
  local log, message = old.verify(options.target .. "/audit.jsonl", key)
  message = message and "audit.jsonl: " .. message
  if log then
    local told
    told, message = old.check(store, key, require("idngo.run.lines").plan(store, handlers).hash)
    if told and told.head ~= log.head then message = "audit.jsonl: its last record is not the one that the journal knows" end
    if message and not message:find("^audit") then message = "journal.db: " .. message end
  end
  if message then return failed(options, message) end
  local shown = { records = log.records, signed = log.signed, head = log.head, version = "0.1" }
  if options.json then
    print_.json(shown)
  else
    print_.table { { "records", tostring(shown.records) }, { "signed", ("up to record %d, by the key of idngo 0.1"):format(
      shown.signed) }, { "head", shown.head } }
  end
  return cli.exit.ok
end

local function show(options, result, names)
  if result.elsewhere then
    output.tell(("idngo: files that the run saved are on other machines: %d were not checked\n"):format(result.elsewhere))
  end
  if options.json then return print_.json(result) end
  local rows = { { "records", tostring(result.records) }, { "run", result.run } }
  for _, approval in ipairs(result.approvals) do
    local who = approval.who or {}
    rows[#rows + 1] = { "approved", print_.approval { at = approval.at, name = names[approval.key], user = who.user or who.uid,
      host = who.host, note = approval.note }
      .. (approval.withdrawn and (", withdrawn %s UTC"):format(require("idngo.dates").stamp(approval.withdrawn)) or "") }
  end
  if result.purged then rows[#rows + 1] = { "purged", "its personal data were destroyed" } end
  rows[#rows + 1] = { "head", result.head }
  print_.table(rows)
end

--- Checks the log of a run in PostgreSQL, which has no file of it.
local function verify_shared(options, store, signer, approvers)
  local folder, err = require("idngo.run.folder").path(store, options.target)
  if not folder then error(err, 0) end
  return require("idngo.run.verify").shared_log(store, folder .. "/files", handlers_of, signer, approvers, options.head)
end

--- A log alone, as an auditor has it.
---@param check fun(signer: userdata, given: table): idngo.run.AuditResult?, string?
local function verify_alone(options, check)
  local given, names = require("idngo.run.keys").public(options.key)
  if not given then return cli.fail(names) end
  local result, message
  for _, signer in pairs(given) do
    result, message = check(signer, given)
    if result or not message:find("names another key", 1, true) then break end
  end
  if not result then return failed(options, message) end
  show(options, result, names)
  return cli.exit.ok
end

--- The same of a file, and of the tables of a run in PostgreSQL.
local function verify_by_key(options)
  if not require("idngo.run.address").is(options.target) then
    local path = core.is_regular(options.target) and options.target or options.target .. "/audit.jsonl"
    return verify_alone(options, function(signer, given)
      return require("idngo.run.verify").log(path, handlers_of, signer, given, options.head)
    end)
  end
  local store, code = require("idngo.cli.runs").read(options.target)
  if not store then return code end
  store:snapshot()
  code = verify_alone(options, function(signer, given) return verify_shared(options, store, signer, given) end)
  store:close()
  return code
end

--- Checks a run's log beside its journal, as of the snapshot of `store`; what came after is read by `now`.
---@param check fun(known: idngo.run.Known): idngo.run.AuditResult?, string?
local function verify_beside(store, now, dir, check)
  local known = { last = (store:row("audit_last") or { seq = 0 }).seq, line = function(seq)
    local row = now:row("audit_record", seq)
    return row and require("idngo.run.audit").line(row.hash, tostring(row.record), row.signature)
  end }
  -- looked at behind the snapshot: who was at work before, and is not now, has written all that it tells of
  local held, why = require("idngo.run.folder").is_held(dir)
  known.lags = held or false
  local result, message = check(known)
  if result or held ~= nil then return result, message end
  known.lags = true
  if not check(known) then return nil, message end
  return nil, ("%s, unless a process at work there has yet to write it; whether there is one cannot be known: %s"):format(message,
    why)
end

--- Checks the log of a run by the keys of the settings; of a run in a folder the file beside the journal.
local function verify_log(options, store, key, approvers)
  if store.tables.shared then return verify_shared(options, store, key, approvers) end
  local now, gone = require("idngo.run.store").read(options.target)
  if not now then error(gone, 0) end
  local result, message = verify_beside(store, now, options.target, function(known)
    return require("idngo.run.verify").log(options.target .. "/audit.jsonl", handlers_of, key, approvers, options.head, known)
  end)
  now:close()
  return result, message
end

function actions.verify(options)
  if options.key then return verify_by_key(options) end
  if core.is_regular(options.target) then
    return cli.fail(errors.config("a log alone is checked by a public key", "give its file by --key; idngo audit key prints one"))
  end
  local shared, keys = require("idngo.cli.runs"), require("idngo.run.keys")
  local store, view = shared.read(options.target)
  if not store then return view end
  store:snapshot() -- one moment of a run that goes on
  if store.tables.old then
    local code = verify_old(options, store, view)
    store:close()
    return code
  end
  local key, err = keys.own(false)
  local approvers, names
  if key then
    approvers, names = keys.approvers(cli.settings(options))
    err = names
  end
  local result, message
  if approvers then
    result, message = verify_log(options, store, key, approvers)
    if result then
      local ok, thrown = pcall(require("idngo.run.verify").journal, store, require(view.handlers), key, true)
      if not ok and not errors.is(thrown) then error(thrown, 0) end
      if not ok then result, message = nil, thrown.message end
    end
  end
  store:close()
  if not approvers then return cli.fail(err) end
  if not result then return failed(options, message) end
  show(options, result, names)
  return cli.exit.ok
end

function actions.export(options)
  local store, code = require("idngo.cli.runs").read(options.target)
  if not store then return code end
  local to = options.to ~= "-" and options.to or nil
  local told, err
  if store.tables.old then
    err = errors.config(options.target .. " holds a run of idngo 0.1, whose log is signed by no public key",
      "idngo audit verify DIR checks it")
  else
    store:snapshot()
    told, err = require("idngo.run.export")(store, to or output.write)
  end
  local files = told and require("idngo.run.folder").path(store, options.target)
  store:close()
  if not told then return cli.fail(err) end
  if to and options.json then print_.json(told) end
  output.tell(("%d records, head %s\n"):format(told.records, told.head))
  if told.files > 0 then
    output.tell(("The run saved %d files, which are checked, too: put them beside the log, into files/. Here they are in "
      .. "%s/files.\n"):format(told.files, files or "?"))
  end
  return cli.exit.ok
end

function actions.key()
  local key, err = require("idngo.run.keys").own(true)
  if not key then return cli.fail(err) end
  output.write(key:pem())
  return cli.exit.ok
end

--- One finding as a line: run, applicant, step, what, why.
local function show_finding(dir, finding)
  output.write(("%s  %s  %s  %s  %s\n"):format(print_.plain(dir), print_.plain(finding.applicantId),
    finding.step and ("step %d %s %s"):format(finding.step, finding.action, finding.state) or finding.action, finding.what,
    print_.plain(finding.why)))
end

function actions.affected(options)
  local affected, stores = require("idngo.policy.affected"), require("idngo.run.store")
  local code = cli.exit.ok
  for _, dir in ipairs(options.dirs) do
    local count = 0
    local store, err = stores.read(dir, "policy", true)
    if store then
      local ok, thrown = pcall(affected.run, store, function(finding)
        count = count + 1
        finding.run = dir
        if options.json then print_.json(finding) else show_finding(dir, finding) end
      end)
      store:close()
      if not ok and not errors.is(thrown) then error(thrown, 0) end
      err = not ok and thrown or nil
    end
    if count > 0 then
      code = math.max(code, cli.exit.failed)
    elseif not err and not options.json then
      output.write(("%s  nothing found\n"):format(print_.plain(dir)))
    end
    if err then
      cli.fail(err)
      code = cli.exit.input
    end
  end
  return code
end

function M.run(options)
  return actions[options.what](options)
end

return M
