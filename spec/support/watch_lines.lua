-- Watches for the specs of lines: one whose store is that of a folder, and in which nothing is sent. Every spec calls setup,
-- before and after.

local assert = require("luassert")
local clock = require("idngo.watch.clock")
local core = require("idngo.core")
local events = require("idngo.watch.event")
local journal = require("journal")
local keys = require("idngo.run.keys")
local letters = require("idngo.watch.letters")
local mandates = require("idngo.watch.mandate")
local runs = require("idngo.watch.run")
local support = require("runs")
local watches = require("watches")

local M = {}

M.NOW, M.ON = 1700000000, { "applicantReviewed", "applicantDeactivated", "applicantTagsChanged" }

---@class spec.WatchLines
---@field run idngo.run.Run of the watch that a test has made, with its store
---@field key userdata of this user; others: of two more approvers; names: of approvers, by their keys

-- The account's people: what was done to them, and whether the journal was written by then.
M.account = { told = {} }
local function is_in_transaction() return tostring(M.store.turns.holder ~= nil) end
function M.account:acted(id, gone) table.insert(self.told, ("acted %s %s %s"):format(id, tostring(gone), is_in_transaction())) end
function M.account:release(ids) table.insert(self.told, ("release %s %s"):format(next(ids), is_in_transaction())) end

--- A watch whose mandate is approved, unless told otherwise.
function M.new_watch(options)
  options = options or {}
  local guards = {}
  for i, text in ipairs(options.max or { "deactivate=none", "send_status_email=none" }) do
    guards[i] = assert(mandates.guard(text))
  end
  local text = options.policy or "policy 1"
  local base = support.folder()
  core.folder(base .. "/spool")
  M.run = assert(runs.create(base .. "/watch", { account = "account", spool = base .. "/spool", proposal = {
    policy = { text = text, info = { name = "p", version = "1", on = options.on or M.ON, inputs = {}, newest = options.newest } },
    keep = options.keep,
    guards = guards, approvals = options.approvals or 1, line_approvals = options.line_approvals or 1,
    proposer = options.proposer, not_the_proposer = options.not_the_proposer,
    tests = options.tests, seconds = options.seconds or 90 * 86400, breaker = options.breaker or false } }))
  M.store, M.offset = M.run.store, 0
  if journal.is_served then M.store.tables.now = function() return clock.sources.wall() end end
  M.store:start("test")
end

function M.say(said, with)
  local id, body = letters.write(M.store, said, with or M.key)
  letters.leave(M.store, id, body)
  letters.take(M.store, M.approvers, M.names, M.account, M.apart)
  return letters.verdict(M.store, id), id, body
end

--- What somebody says who has looked at the breaker now, and takes the decisions up to one for usual, if that is said.
function M.closing(rebase)
  local seen = M.store.witness
  local open = seen.breaker.open
  local said = { event = "told", what = "breaker", opening = open and open.seq or 1, rebase = rebase }
  local _, bands = seen.breaker:objection(said, seen:current_mandate())
  said.shown = open and seen.breaker:shown(rebase, bands)
  return said
end

function M.approve_mandate(with)
  return M.say({ event = "approved", target = M.store.witness.hashes[#M.store.witness.hashes] }, with)
end

function M.approved(options)
  M.new_watch(options)
  assert.equal("taken: 1 of 1", M.approve_mandate())
  assert.equal(1, M.store.witness.m)
end

--- Takes bodies as the spool has them, at a moment, as those of an account.
function M.take(bodies, received, account)
  local reads = {}
  for i, body in ipairs(bodies) do
    reads[i] = events.read({ text = body, received = received or M.NOW, segment = "s", from = M.offset, to = M.offset + 1 },
      account)
  end
  local from = M.offset
  M.offset = M.offset + #bodies
  return M.store:take({ s = { from, M.offset } }, reads)
end

function M.reviewed(id, answer, at, more) return watches.reviewed(id, answer, at, more) end

--- Decides a line: with these actions, or pass.
function M.decide(n, actions, more)
  local steps = {}
  for k, action in ipairs(actions or {}) do steps[k] = { action = action, args = "{}" } end
  local decision = { facts = {}, steps = steps, decision = steps[1] and "act" or "pass", counter = 0 }
  for name, value in pairs(more or {}) do decision[name] = value end
  return M.store:decide(n, M.store.witness.m, decision)
end

function M.state(n)
  local line = M.store:line(n)
  return line.row.state, line.row.why
end

function M.step_states(n)
  local list = {}
  for k, step in ipairs(M.store:line(n).steps) do list[k] = step.state end
  return table.concat(list, " ")
end

function M.intend(n, k)
  local line = M.store:line(n)
  return M.store:intent(line, line.steps[k or 1])
end

function M.settle(n, k, outcome, over)
  local line = M.store:line(n)
  M.store:settle(line, line.steps[k], { state = outcome, ends = outcome ~= "applied" or nil }, over)
end

--- What the log says for itself, and the tables beside it.
function M.is_sound()
  local dir = M.run.dir
  M.run:close()
  M.run = nil
  assert.is_nil(watches.log(dir))
  watches.read(dir):close()
end

local own_sources, own_wall = clock.sources, core.wall

--- Before the first test.
function M.setup()
  M.key = assert(keys.own(true))
  M.others = { assert(core.private_key(("1"):rep(64))), assert(core.private_key(("2"):rep(64))) }
  M.approvers = { [M.key:id()] = M.key, [M.others[1]:id()] = M.others[1], [M.others[2]:id()] = M.others[2] }
end

--- Sets both clocks of the watch, and that of the machine, to so many days after NOW; `after` puts them right.
function M.at(days)
  core.wall = function() return M.NOW + days * 86400 end
  clock.sources = { boot = clock.sources.boot, boottime = function() return days * 86400 end, wall = core.wall }
end

--- Before each.
function M.before() M.names, M.apart = {}, nil end

--- After each.
function M.after()
  if M.run then M.run:close() end
  M.run, clock.sources, core.wall = nil, own_sources, own_wall
end

return M
