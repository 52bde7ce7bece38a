-- A run's folder: journal.db (the truth), audit.jsonl, files/, lock, and its reports. Made, opened, closed. Policies,
-- imports and watches are kinds of runs: what differs between them is a table of handlers. Of a run in PostgreSQL there is a
-- folder on each machine that works on it, for the files that it saves and for reports: $IDNGO_STATE_DIR/runs/ID.

local address = require("idngo.run.address")
local audit = require("idngo.run.audit")
local core = require("idngo.core")
local errors = require("idngo.error")
local heads = require("idngo.run.heads")
local journal = require("idngo.journal")
local keys = require("idngo.run.keys")
local stats = require("idngo.run.stats")
local store = require("idngo.run.store")
local text_file = require("idngo.text")

local M = {}

---@class idngo.run.Action
---@field endpoint string its name
---@field class string the endpoint's retry class
---@field destructive boolean? changes or shows what cannot be taken back: its facts are read again first
---@field file string? name of the file it leaves behind
---@field gives string? field of the reply that names what was made
---@field opposite string? the action that takes it back
---@field guard string? how often a plan may have it unless somebody says otherwise: see run/approval.lua
---@field gone integer? 1: it removes the applicant, whom no check should name any more; 0: it restores them
---@field marks boolean? it is known of the person, to all runs of the account
---@field perform fun(client: idngo.Client, id: string, args: table, path: string?, before_send: fun(), folder: string): table?,
---  idngo.Error? before_send: see client/attempt.lua; folder: the run's

---@class idngo.run.Handlers one kind of runs
---@field kind "policy"|"import"|"watch"
---@field folder string the folder inside the run's that it needs
---@field actions table<string, idngo.run.Action>
---@field header fun(store: idngo.run.Store): table what decides beside the lines: the plan's hash begins with it
---@field people fun(line: idngo.run.Applying): table<string, boolean>? all whom a line is about, nil: too many
---@field too_many string what that is called
---@field recheck fun(line: idngo.run.Applying, may_leave: fun(): true?, table?): boolean?, any whether what it rests on is as it
---  was; false and a message; nil and an error when that could not be read. may_leave is asked before a call leaves
---@field lacks (fun(run: idngo.run.Run): idngo.Error?)? what is not on this machine, without which nothing is sent from it
---@field reads fun(store: idngo.run.Store, n: integer): string[] endpoints that this calls
---@field state_of fun(step: table, err: idngo.Error): string?, string? what a failed call means where it means more than usual
---@field seen fun(client: idngo.Client, step: table, args: table): string[], idngo.Error? what the service shows of a step, and
---  the error of a look that failed
---@field file_name fun(action: string, id: string, k: integer): string?
---@field check_old fun(store: idngo.run.Store, plan: string): idngo.run.OldLog throws when a run of 0.1 is not what it was
---@field Store table? a run.Store with more to it
---@field witness (fun(handlers: idngo.run.Handlers): idngo.run.Witness)? another reader of its log
---@field kept (fun(run: string): table)? what is kept of its log outside the folder, so that a start need not read all of it
---@field check (fun(store: idngo.run.Store))? throws where the tables are not what the log says
---@field again fun(run: {store: idngo.run.Store, dir: string}): string the command that goes on with it
---@field approve_hint fun(run: {store: idngo.run.Store, dir: string}, hash: string): string how to approve it

---@class idngo.run.Run
---@field dir string where it is, as a person says it: its folder, or the address of one in PostgreSQL
---@field folder string where its files and its reports are
---@field handlers idngo.run.Handlers
---@field store idngo.run.Store
---@field stats table see stats.lua
---@field settings {config_file: string?, profile: string?}? where it stands who may approve, unless in the usual place
---@field whose {client_id: string?, sandbox: boolean?}? what the settings say of its account: see account.lua
---@field production boolean? it is carried out where people are real: guards are tighter
local Run = {}
Run.__index = Run

--- A run's folder and the one inside of it, made or there already: this user's alone, or nothing is written there.
local function make(dir, inside)
  for _, path in ipairs { dir, inside and dir .. "/" .. inside } do
    local ok, message = core.folder(path)
    if not ok then
      return nil, errors.new { kind = "io", outcome = "not_sent", message = "no folder for the run: " .. message,
        hint = "a run's folder must be yours, no link, and writable by nobody else (chmod go-w)" }
    end
  end
  return true
end

--- The folder of a run's files and reports on this machine, whether or not it is there.
---@param kept idngo.run.Store
---@param dir string where the run is
---@return string?
---@return idngo.Error?
function M.path(kept, dir)
  if not address.is(dir) then return dir end
  local runs, err = heads.path("runs")
  return runs and ("%s/%s"):format(runs, kept:get("run")), not runs and err or nil
end

--- The same, made if need be.
---@param kept idngo.run.Store
---@param dir string
---@param inside string? the folder inside of it that is needed, too
---@return string?
---@return idngo.Error?
function M.of(kept, dir, inside)
  if not address.is(dir) then return dir end
  local runs, err = heads.folder("runs")
  if not runs then return nil, err end
  local path, ok = (M.path(kept, dir))
  ok, err = make(path, inside)
  return ok and path, err
end

-- A run at an address has an id, and so a folder, once it has begun. What is made for it before lies in one of the address, where
-- the next process that begins it finds what one that was killed has left.

local function before(dir)
  local runs, err = heads.folder("runs")
  return runs and ("%s/new-%s"):format(runs, core.sha256(dir):sub(1, 32)), err
end

local function remove(path, inside)
  for _, folder in ipairs { path .. "/" .. inside, path } do
    for _, name in ipairs(core.names(folder) or {}) do os.remove(folder .. "/" .. name) end
    os.remove(folder)
  end
end

--- The folder of what is made for a run that is about to begin; empty, at an address. The caller has the run's lock.
---@param dir string
---@param inside string
---@return string?
---@return idngo.Error?
function M.before(dir, inside)
  if not address.is(dir) then return dir end
  local path, err = before(dir)
  if not path then return nil, err end
  remove(path, inside)
  local ok
  ok, err = make(path, inside)
  return ok and path, err
end

--- Removes it, and what a beginning that came to nothing has left in it. The caller has the run's lock.
---@param dir string
---@param inside string
function M.clear(dir, inside)
  local path = address.is(dir) and before(dir)
  if path and core.is_regular(path) ~= nil then remove(path, inside) end
end

--- Moves what was made before a run began into its folder.
---@param run idngo.run.Run
function M.move_in(run)
  local inside = run.handlers.folder
  if not address.is(run.dir) then return end
  local moved = os.rename(("%s/%s"):format(before(run.dir), inside), ("%s/%s"):format(run.folder, inside)) -- which is empty yet
  if moved then M.clear(run.dir, inside) end
end

--- Whether a process works on the run in a folder: one that ended, however it did, holds nothing any more. Nil where that cannot
--- be known, such as by who may not write there: it is neither.
---@param dir string
---@param kept idngo.run.Store? of one that may be in PostgreSQL
---@return boolean?
---@return string? why it cannot be known
function M.is_held(dir, kept)
  if kept and kept.tables.shared then return kept.tables:is_held() end
  local path = dir .. "/lock"
  local is_file = core.is_regular(path)
  if is_file == false then return nil, path .. ": it is no regular file" end
  if not is_file and text_file.open_if_there(path) == nil then return false end
  local lock, message, word = journal.lock(path)
  if lock then lock:close() end
  if lock or word == "busy" then return not lock end
  return nil, message
end

--- A run whose lock is held, its journal opened by `open(key)`.
local function new_run(dir, handlers, create_key, open, accept)
  local key, err = keys.own(create_key)
  if not key then return nil, err end
  local made, lock, opened, place
  if not address.is(dir) then -- else the server has the lock
    made, err = make(dir, handlers.folder)
    if not made then return nil, err end
    lock, err = store.lock(dir, function() return journal.lock(dir .. "/lock") end)
    if not lock then return nil, err end
  end
  opened, err = open(key)
  local ok = opened ~= nil
  if opened then
    ok, err = heads.open(opened, dir, accept and function(seq, hash)
      opened:transaction(function()
        opened:record("went_back", audit.sign({ event = "went_back", kept = seq, head = hash }, opened.run_id, accept))
      end)
    end)
  end
  if ok then
    place, err = M.of(opened, dir, handlers.folder)
    ok = place ~= nil
  end
  if not ok then
    if opened then opened:close() end
    if lock then lock:close() end
    return nil, err
  end
  return setmetatable({ dir = dir, folder = place, handlers = handlers, lock = lock, store = opened,
    stats = stats.new(opened:get("stats"), opened.tables.shared) }, Run)
end

--- Begins a run.
---@param dir string new, or empty
---@param handlers idngo.run.Handlers
---@param fill fun(store: idngo.run.Store): table writes what it starts from; the fields of the log's first record
---@return idngo.run.Run?
---@return idngo.Error?
function M.create(dir, handlers, fill)
  return new_run(dir, handlers, true, function(key) return store.create(dir, handlers, key, fill) end)
end

--- Opens a run to go on with it.
---@param dir string
---@param handlers idngo.run.Handlers
---@param account string? must be the one it was planned for
---@param went_back {key: userdata, note: string?}? a person said to go on, though the folder was put back to an earlier moment
---@param join boolean? see store.open
---@return idngo.run.Run?
---@return idngo.Error?
function M.open(dir, handlers, account, went_back, join)
  local seen, missing = store.read(dir) -- no lock is left in a folder that holds no run
  if not seen then return nil, missing end
  local theirs, kind, profile = seen:get("account"), seen:kind(), seen:get("profile")
  seen:close()
  if kind ~= handlers.kind then
    return nil, errors.config(dir .. " holds a run of another sort", "idngo status tells which")
  end
  if account and theirs ~= account then
    return nil, errors.config("the run was planned for another base_url or app_token"
      .. (profile and (", those of profile %s as it was then"):format(profile) or ""),
      "use the settings that it was planned with, or plan again")
  end
  return new_run(dir, handlers, false, function(key) return store.open(dir, handlers, key, join) end, went_back)
end

--- Writes down what the calls have cost so far; where other processes do so, too, adds it to that.
function Run:save_stats()
  local own = self.stats.own
  if not own then return self.store:set("stats", self.stats:encode()) end
  local written
  self.store:transaction(function()
    local text = self.store:get("stats")
    if written and text == written then return end -- it was not heard of
    local sums = stats.new(text)
    sums:add(own)
    written = sums:encode()
    self.store:set("stats", written)
  end)
  self.stats.own = stats.new()
end

--- Closes the journal, then releases the lock. A second call does nothing.
function Run:close()
  self.store:close()
  if self.lock then self.lock:close() end
end
Run.__close = Run.close

return M
