-- What the runs of policies add to runs: how each action of a decision is carried out, and the second reading of its facts
-- before a step that cannot be taken back. The arguments of actions were checked when the policy decided (actions.lua,
-- arguments.lua); `pass` and `hold` are decisions without a call.

local command = require("idngo.run.command")
local core = require("idngo.core")
local day = require("idngo.policy.day")
local endpoints = require("idngo.endpoints")
local errors = require("idngo.error")
local facts = require("idngo.policy.facts")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local old = require("idngo.run.old")
local people = require("idngo.run.people")
local sorted = require("idngo.sorted")
local write_file = require("idngo.write_file")

---@class idngo.policy.Performed: idngo.run.Action
---@field needs string? fact that its arguments are completed from
---@field faces boolean? of a person alone: a company has no face
---@field guard string? how often a plan may have it unless somebody says otherwise: see run/approval.lua
---@field verdict boolean? it ends the review: a decision has one of these

---@type idngo.run.Handlers
local M = { kind = "policy", folder = "files",
  too_many = ("its facts name more than %d people: for a human"):format(people.MOST) }

local function presence(status)
  return function(client, id, _, _, before_send)
    local result, err = client:set_presence(id, status, { before_send = before_send })
    -- the vendor's code for "already in that state": what we wanted
    if not result and err.errorCode == 3000 then return {} end
    return result, err
  end
end

local perform = { deactivate = presence("deactivated"), activate = presence("activated") }

function perform.send_status_email(client, id, _, _, before_send)
  return client:send_verification_status_email(id, { before_send = before_send })
end

function perform.update_info(client, id, args, _, before_send)
  return client:update_info(id, args.info, { unsetFields = args.unsetFields, before_send = before_send })
end

function perform.update_fixed_info(client, id, args, _, before_send)
  return client:update_fixed_info(id, args.fixedInfo, { before_send = before_send })
end

function perform.request_check(client, id, _, _, before_send)
  return client:request_check(id, { before_send = before_send })
end

function perform.move_to_level(client, id, args, _, before_send)
  return client:move_to_level(id, args.levelName, { before_send = before_send })
end

function perform.reset_step(client, id, args, _, before_send)
  return client:reset_step(id, args.step, { before_send = before_send })
end

function perform.add_tags(client, id, args, _, before_send)
  return client:add_tags(id, args.tags, { before_send = before_send })
end

function perform.remove_tags(client, id, args, _, before_send)
  return client:remove_tags(id, args.tags, { before_send = before_send })
end

function perform.add_note(client, id, args, _, before_send)
  return client:add_note({ applicantId = id, note = args.note }, { before_send = before_send })
end

function perform.blocklist(client, id, args, _, before_send)
  return client:blocklist(id, args.note, { before_send = before_send })
end

function perform.approve(client, id, args, _, before_send)
  return client:approve(id, args, { before_send = before_send })
end

function perform.reject(client, id, args, _, before_send)
  return client:reject(id, args, { before_send = before_send })
end

function perform.save_report(client, id, args, path, before_send)
  return client:report(id, { report = args.report, lang = args.lang, to = path, before_send = before_send })
end

function perform.save_liveness_video(client, id, args, path, before_send)
  return client:liveness_video(id, args.checkId, { to = path, before_send = before_send })
end

function perform.create_websdk_link(client, _, args, path, before_send)
  local options = { before_send = before_send }
  for name, value in pairs(args) do options[name] = value end
  options.levelName = nil
  local result, err = client:websdk_link(args.levelName, options)
  if not result then return nil, err end
  local written, message = write_file(path, result.url .. "\n")
  if not written then return nil, { kind = "io", outcome = "applied", status = 200, message = message } end
  return written
end

--- What each action is, by its endpoint's description, and how it is carried out.
---@type table<string, idngo.policy.Performed>
M.actions = {}
for name, endpoint in pairs(endpoints.actions()) do
  local action = { endpoint = endpoint, class = endpoints.class_of(endpoint), perform = perform[name] }
  for field, value in pairs(endpoints.description(endpoint).actions[name]) do action[field] = value end
  M.actions[name] = action
end

function M.header(store)
  local policy = store:get("policy")
  if type(policy) ~= "string" then error(store:damaged("run", "policy", "is no text"), 0) end
  return { format = 1, policy = core.sha256(policy), account = store:get("account"), name = store:get("policy_name"),
    version = store:get("policy_version"), today = store:get("today") }
end

--- The facts that a line was decided by.
local function recorded(line)
  line.known = line.known or facts.recorded(line.store, line.n, line.facts)
  return line.known
end

--- Its applicant, and all applicants that its facts name.
function M.people(line)
  local ids, count = people.named(recorded(line)), 0
  for _ in pairs(ids) do count = count + 1 end
  ids[line.id] = true
  return count <= people.MOST and ids or nil
end

--- A fact without the tags that the line itself adds or removes: what its own steps did to them is no change.
local function without_own_tags(fact, line)
  if type(fact.tags) ~= "table" then return fact end
  local own, other, tags = {}, {}, {}
  for _, step in ipairs(line.steps) do
    local args = line.store:decode(step.args, "steps", ("%d.%d"):format(line.n, step.k))
    for _, tag in ipairs(args.tags or {}) do own[tag] = true end
  end
  for name, value in pairs(fact) do other[name] = value end
  for _, tag in ipairs(fact.tags) do
    if not own[tag] then tags[#tags + 1] = tag end
  end
  other.tags = tags
  return other
end

--- Reads the facts again before a step that cannot be taken back, each over a connection of its own: most replies do not name
--- their applicant.
---@param line idngo.run.Applying
---@param may_leave fun(): true?, table? asked before each leaves
---@return boolean? same nil where one could not be read
---@return idngo.Error|string|nil cause
function M.recheck(line, may_leave)
  for _, name in ipairs(sorted(line.facts)) do
    local reply, err = facts.fetch(line.context.client, name, line.id, { fresh = true, before_send = may_leave })
    if not reply then return nil, err end
    local before = recorded(line)[name]
    local after, message = facts.normalise(name, reply)
    if not after then return false, ("the facts changed since the plan: %s: %s"):format(name, message) end
    before, after = without_own_tags(before, line), without_own_tags(after, line)
    if json.encode(before, "fact", "[]") ~= json.encode(after, "fact", "[]") then
      return false, ("the facts changed since the plan: %s changed"):format(name)
    end
  end
  return true
end

function M.reads(store, n)
  local read = {}
  for i, fact in ipairs(store:rows("fact_hashes", n)) do read[i] = facts.facts[fact.name].method end
  return read
end

function M.state_of() end

function M.seen(...) return require("idngo.policy.seen")(...) end

--- What takes a step back that was applied: an action, and its arguments. nil where nothing does, or nothing is to be done.
---@param action string
---@param args table
---@return string? opposite
---@return table? args
function M.back(action, args)
  local opposite = M.actions[action].opposite
  if not opposite or not args.tags then return opposite, {} end
  local had, tags = {}, {}
  for _, tag in ipairs(args.had or {}) do had[tag] = true end
  for _, tag in ipairs(args.tags) do -- those that were added, or that were there to be removed
    if (had[tag] or false) == (action == "remove_tags") then tags[#tags + 1] = tag end
  end
  if tags[1] then return opposite, { tags = tags } end
end

--- The name of the file that step `k` of an applicant leaves behind, or nil.
function M.file_name(action, id, k)
  local file = M.actions[action].file
  return file and ("%s-%d-%s"):format(core.escape(id), k, file)
end

--- A run of 0.1 has a log that is signed with the key of then.
function M.check_old(store, plan)
  local key, err = keys.hmac()
  if not key then error(err, 0) end
  local log, message = old.check(store, key, plan)
  if not log then
    error(errors.new { kind = "approval", outcome = "not_sent", message = message,
      hint = "nothing more was sent; plan again, in a new folder" }, 0)
  end
  log.today = day.today(store)
  return log
end

function M.again(run) return command(run, "idngo resume %s") end
function M.approve_hint(run, hash) return "look at it, then: " .. command(run, "idngo apply %s --approve " .. hash) end

return M
