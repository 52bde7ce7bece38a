-- Imports by the thousand: a folder with a journal, from which an import goes on after any interruption.
--
-- A person is written down as intent when the slot is held, just before being sent, so that a crash leaves nobody who may
-- have been sent and is not known as such, and nobody is taken for sent who only waited. Whoever may have been sent is sent
-- again: the service knows people by externalUserId and refuses a second import. Such a refusal is never taken for success;
-- it is listed, to be confirmed.

local compat = require("idngo.compat")
local crew = require("idngo.policy.crew")
local err = require("idngo.error")
local idngo = require("idngo")
local json = require("idngo.json")
local lanes = require("idngo.lanes")
local prepare = require("idngo.import.prepare")
local run_folder = require("idngo.run_folder")
local stats = require("idngo.policy.stats")
local store = require("idngo.import.store")

local M = {}

-- So many people in a row whom the server took nothing of mean that it, not they, is the trouble.
local PATIENCE = 10

---@class idngo.import.Run
---@field dir string
---@field store idngo.import.Store
---@field stats table see policy/stats.lua
local Run = {}
Run.__index = Run

local function nothing() end

local BUSY = { message = "another import is at work in ", hint = "wait for it, or stop it with a signal" }

--- The journal that is there, when it is of the same account and inputs; nil without an error when there is none.
local function open_store(dir, options, given)
  local kept, problem = store:find(dir)
  if not kept then return nil, problem end
  local ours = kept:get("account") == options.account
  if ours and (not given or kept:get("inputs") == given) then return kept end
  kept:close()
  if not ours then return nil, err.config(dir .. " holds an import into another account") end
  return nil, err.config(dir .. " holds an import of other inputs", "leave the inputs out to go on with it")
end

local function create_store(dir, options, given)
  return store.create(dir, function(made)
    made:set("account", options.account)
    made:set("inputs", given)
    prepare.fill(made, options.inputs, dir .. "/archives", options.tick or nothing)
  end)
end

---@class idngo.import.Options
---@field inputs idngo.import.Inputs what to import; to go on with an import: the same, or nothing
---@field account string tells one account from another; not a secret
---@field tick fun(done: integer)? progress while archives are packed and checked

--- Opens the import in a folder, or begins it: packs what is to be packed, checks everything, finds duplicates.
---@param dir string
---@param options idngo.import.Options
---@return idngo.import.Run?
---@return idngo.Error?
function M.open(dir, options)
  local inputs = options.inputs
  local given = (inputs.people or #inputs.paths > 0) and json.encode(inputs, "inputs", "[]")
  if not given then -- nothing is made of nothing
    local kept, problem = open_store(dir, options)
    if not kept then
      if problem then return nil, problem end
      return nil, err.config(dir .. " holds no import yet", "name what to import")
    end
    kept:close()
  end
  local ok, refused = run_folder.make(dir, "archives")
  if not ok then return nil, refused end
  local lock, busy = store:lock(dir, BUSY)
  if not lock then return nil, busy end
  local kept, failed = open_store(dir, options, given)
  if not kept and not failed then kept, failed = create_store(dir, options, given) end
  if not kept then
    lock:close()
    return nil, failed
  end
  return setmetatable({ dir = dir, lock = lock, store = kept, stats = stats.new(kept:get("stats")) }, Run)
end

--- What an error means for a person: the state, and whether it is the server that is in trouble.
local function judge(e, uncertain)
  if e.status == 409 then return "confirm", false end
  if e.outcome == "applied" then return "confirm", false end
  if e.outcome == "unknown" then return "unknown", true end
  -- a wait that was ended after a refusal for now is no refusal for good
  local refused = e.outcome == "rejected" and e.kind == "http" and not e.retryable
  if refused and e.status ~= 401 and e.status ~= 403 then return "rejected", false end
  return uncertain and "unknown" or "ready", e.kind ~= "cancelled"
end

--- Sends one person. The error that kept it from an end, if one did.
local function send(run, deps, n)
  local kept, person = run.store, run.store:rows("person", n)[1]
  local uncertain = person.state ~= "ready"
  local size, crc = prepare.identity(person.archive)
  if size ~= person.size or crc ~= person.crc then
    local state = uncertain and "confirm" or "refused"
    kept:run("settle", n, state, "the archive is gone, or is not the one that was checked")
    return nil
  end
  local failed
  local function before_send()
    local ok, problem = pcall(kept.run, kept, "intent", n)
    if ok then
      deps.on_step("intent")
      return true
    end
    failed = problem
    return nil, { kind = "io", message = tostring(problem), permanent = true }
  end
  -- unchecked: these are the bytes that were checked
  local applicant, e = deps.client:import_applicant(person.archive,
    { unchecked = true, external = person.id, before_send = before_send })
  if failed then error(failed, 0) end
  deps.on_step("answered")
  if applicant then
    kept:run("settle", n, "imported", nil, applicant.id)
    return nil
  end
  local state, trouble = judge(e, uncertain)
  local doubt = e.status == 409 and (uncertain or (e.attempts or 1) > 1)
  kept:run("settle", n, state, tostring(e) .. (doubt and " – an earlier attempt of this import may have made it" or ""))
  if e.status == 401 or e.status == 403 or e.kind == "config" then error(e, 0) end
  return trouble and e or nil
end

---@class idngo.import.Sending
---@field client table options of idngo.client
---@field tick fun(done: integer, total: integer)? progress
---@field on_step fun(name: string)? called between the steps of one person: intent, answered
---@field concurrency integer? people at once

--- Sends everybody who is not done with.
---@param options idngo.import.Sending
---@return boolean? complete false when some are left whom another run can send
---@return any problem or the number of the signal that interrupted it
function Run:send(options)
  local settings = {}
  for name, value in pairs(options.client) do settings[name] = value end
  settings.on_event = function(event) self.stats:hear(event) end
  local client, problem = idngo.client(settings)
  if not client then return nil, problem end
  local deps = { client = client, on_step = options.on_step or nothing }
  local items, done, misses = {}, 0, 0
  for i, row in ipairs(self.store:rows("open")) do items[i] = row.n end
  local signal, stopped = crew.run(items, function(n)
    local trouble = send(self, deps, n)
    done, misses = done + 1, trouble and misses + 1 or 0
    if misses >= PATIENCE then error(trouble, 0) end
  end, {
    concurrency = options.concurrency or 10,
    tick = function() (options.tick or nothing)(done, #items) end,
  })
  client:close()
  local saved, failed = pcall(self.store.set, self.store, "stats", self.stats:encode())
  if stopped or not saved then return nil, stopped or failed end
  if signal then return nil, signal end
  return #self.store:rows("open") == 0
end

--- How long sending takes at least, by the service's own limit.
---@return number seconds
function Run:estimate()
  local slots, window = compat.unpack(lanes.defaults.import_applicant)
  return math.floor(math.max(#self.store:rows("open") - 1, 0) / slots) * window
end

--- Writes report.html into the folder.
---@return boolean? ok
---@return idngo.Error?
function Run:report()
  return require("idngo.import.report")(self)
end

Run.close, Run.__close = run_folder.close, run_folder.close

return M
