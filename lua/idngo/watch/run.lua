-- Watches: what they start from, and what is proposed to be done without a person.

local core = require("idngo.core")
local errors = require("idngo.error")
local folder = require("idngo.run.folder")
local handlers = require("idngo.watch.handlers")
local mandates = require("idngo.watch.mandate")

local M = {}

---@class idngo.watch.Proposal
---@field policy {text: string, info: idngo.policy.Info}
---@field guards {action: string, guards: table|"none"}[]? nil, here and below: as in the mandate before
---@field approvals integer?
---@field line_approvals integer?
---@field proposer string? id of the key of who proposes it
---@field not_the_proposer boolean? who that is does not count among those who approve it
---@field seconds number? for so long; 90 days
---@field breaker table<string, {low: number?, high: number?}>|false|nil
---@field tests boolean? whether events in testMode are decided, too; never as in the mandate before
---@field report string? what was found when it was proposed
---@field shadow integer? lines
---@field backlog "old"?
---@field redecide "waiting"?
---@field keep integer? seconds; 0: until a person says otherwise

--- Why a policy cannot be watched, or nil.
---@param info idngo.policy.Info
---@return idngo.Error?
function M.unfit(info)
  if not info.on then
    return errors.config("the policy does not say which events it decides about", 'let it say on = { "applicantReviewed" }')
  end
  if next(info.inputs) then
    return errors.config("the policy declares inputs, and events have no columns", "leave the inputs out")
  end
end

local SECONDS = 90 * 86400 -- for which a mandate lets things be done, unless told otherwise

--- A mandate of what is proposed.
---@param store idngo.watch.Store
---@param proposal idngo.watch.Proposal
---@return idngo.watch.Mandate
function M.mandate(store, proposal)
  local info, on, now, seen = proposal.policy.info, {}, store:clock(), store.witness
  local last = seen.mandates[#seen.mandates]
  local before = seen:current_mandate() or last or {}
  local breaker = proposal.breaker
  if breaker == nil then breaker = before.breaker end
  for i, type in ipairs(info.on) do on[i] = type end
  return { v = 1, kind = "mandate", run = store:get("run"), account = store:get("account"), m = #seen.mandates + 1,
    policy = core.sha256(proposal.policy.text), name = info.name, version = info.version or "-", on = on,
    newest = info.newest or "topic", echoes = info.echoes or nil, tests = proposal.tests or nil,
    guards = proposal.guards and mandates.guards(proposal.guards) or before.guards,
    approvals = proposal.approvals or last.approvals,
    line_approvals = proposal.line_approvals or before.line_approvals, proposer = proposal.proposer,
    not_the_proposer = proposal.not_the_proposer or last and last.not_the_proposer or nil, proposed = now,
    expires = now + (proposal.seconds or SECONDS), breaker = breaker, report = proposal.report and core.sha256(proposal.report),
    shadow = proposal.shadow, backlog = proposal.backlog, redecide = proposal.redecide,
    keep = proposal.keep ~= 0 and (proposal.keep or before.keep) or nil }
end

--- A mandate of before as a new one, for as long as it was then, and by as many people as the last one needs.
---@param store idngo.watch.Store
---@param before idngo.watch.Mandate
---@param by {proposer: string?, not_the_proposer: boolean?} who proposes it now
---@return idngo.watch.Mandate
function M.again(store, before, by)
  local made, last, now = {}, store.witness.mandates[#store.witness.mandates], store:clock()
  for name, value in pairs(before) do made[name] = value end
  made.m, made.proposed, made.expires = last.m + 1, now, now + before.expires - before.proposed
  made.approvals = math.max(before.approvals, last.approvals)
  made.proposer = by.proposer
  made.not_the_proposer = before.not_the_proposer or last.not_the_proposer or by.not_the_proposer or nil
  made.report, made.shadow, made.backlog, made.redecide = nil, nil, nil, nil
  return made
end

--- Begins a watch: its folder, and a mandate that nobody has approved.
---@param dir string new, or empty
---@param start {account: string, profile: string?, spool: string, proposal: idngo.watch.Proposal}
---@return idngo.run.Run?
---@return idngo.Error?
function M.create(dir, start)
  return folder.create(dir, handlers, function(store)
    local text = start.proposal.policy.text
    store:set("account", start.account)
    if start.profile then store:set("profile", start.profile) end
    store:set("spool", start.spool)
    store:set("created", core.wall())
    store:set("policy " .. core.sha256(text), text)
    store:keep_report(start.proposal.report)
    local mandate = M.mandate(store, start.proposal)
    local flaw = mandates.flaw(mandate, { run = store.run_id, account = start.account, mandates = {} }, store:clock())
    assert(not flaw, flaw) -- the command line gives no such thing
    store:propose(mandate)
    return { account = start.account, settings = store:settings_digest() }
  end)
end

--- Opens a watch to go on with it.
---@param dir string
---@param account string? must be its account
---@param went_back {key: userdata, note: string?}?
---@return idngo.run.Run?
---@return idngo.Error?
function M.open(dir, account, went_back) return folder.open(dir, handlers, account, went_back) end

return M
