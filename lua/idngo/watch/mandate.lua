-- A mandate: what a watch does without a person, and how often. It is approved by its hash, as a plan is, and what it does not
-- cover waits.

local breaker = require("idngo.watch.breaker")
local compat = require("idngo.compat")
local core = require("idngo.core")
local handlers = require("idngo.policy.handlers")
local json = require("idngo.json")
local sorted = require("idngo.sorted")
local suggest = require("idngo.suggest")
local watching = require("idngo.policy.watching")

local M = {}

local UNITS = { s = 1, m = 60, h = 3600, d = 86400 }

--- How many people a mandate may ask for; for how many seconds it, and a window of a guard, may last; how many lines its shadow
--- may have; and for how many seconds what is personal is kept, at least.
M.PEOPLE, M.LONGEST, M.SHADOW, M.KEPT = 9, 366 * 86400, 100000, 86400

---@class idngo.watch.Guard not more than `most` intents in any half-open interval of `seconds`
---@field most integer
---@field seconds integer
---@field each boolean? of one applicant

---@class idngo.watch.Mandate
---@field run string
---@field account string
---@field m integer
---@field policy string SHA-256 of the policy's text
---@field name string
---@field version string
---@field on string[]
---@field newest "topic"|"none"
---@field guards table<string, idngo.watch.Guard[]|"none"> by action; one that is not in it is not done without a person
---@field approvals integer of different people, for the mandate
---@field proposer string? id of the key of who proposed it
---@field not_the_proposer boolean? who proposed it does not count among those who approve it
---@field line_approvals integer the same for a line that waits
---@field proposed number
---@field expires number by the run's clock
---@field breaker table<string, idngo.watch.Band>|false by category: the shares that are usual; see breaker.lua
---@field echoes boolean? whether events that our own steps caused are decided, too
---@field tests boolean? whether events in testMode are decided, too
---@field shadow integer? so many lines are decided by its policy, too, before it can become current: see shadow.lua
---@field backlog "old"? what is not decided when it becomes current is left to the mandates before
---@field keep integer? for so many seconds what is personal in lines that are over is kept; nil: until a person says otherwise
---@field redecide "waiting"? what waits then, as they decided, is decided again by it
---@field report string? SHA-256 of what was found when it was proposed: see report.lua

local function window(text)
  local most, count, unit = text:match("^(%d+)/(%d+)([smhd])$")
  most, count = compat.tointeger(most), compat.tointeger(count)
  if most and count and count >= 1 and count * UNITS[unit] <= M.LONGEST then
    return { most = most, seconds = count * UNITS[unit] }
  end
end

--- "deactivate=5/1h,50/1d", "deactivate=3/1d@applicant", "save_report=none"
---@param text string
---@return {action: string, guards: idngo.watch.Guard[]|"none"}?
---@return string? message
function M.guard(text)
  local action, rest = text:match("^([^=]*)=(.*)$")
  if not action then return nil, ("%q is no guard: ACTION=N/WINDOW or ACTION=none expected"):format(text) end
  if not handlers.actions[action] then
    return nil, ("there is no action %s, %s"):format(action, suggest(action, sorted(handlers.actions)))
  end
  if rest == "none" then return { action = action, guards = "none" } end
  local windows, each = rest:match("^(.-)(@?a?p?p?l?i?c?a?n?t?)$")
  local guards = {}
  for part in (windows .. ","):gmatch("([^,]*),") do
    local guard = window(part)
    if not guard or (each ~= "" and each ~= "@applicant") then
      return nil, ("%q is no guard: ACTION=N/WINDOW, such as deactivate=5/1h,50/1d or deactivate=3/1d@applicant"):format(text)
    end
    guard.each = each ~= "" or nil
    guards[#guards + 1] = guard
  end
  return { action = action, guards = guards }
end

-- Of one applicant, where nobody says otherwise: what people would notice twice, and all else that cannot be taken back.
local NOTICED, OTHERS = { most = 1, seconds = 3 * 86400, each = true }, { most = 3, seconds = 86400, each = true }

--- The guards of all actions that may be done without a person.
---@param given {action: string, guards: idngo.watch.Guard[]|"none"}[]
---@return table<string, idngo.watch.Guard[]|"none">
function M.guards(given)
  local guards = {}
  for _, one in ipairs(given) do
    if one.guards == "none" then
      guards[one.action] = "none"
    else
      local list = type(guards[one.action]) == "table" and guards[one.action] or {}
      for _, guard in ipairs(one.guards) do list[#list + 1] = guard end
      guards[one.action] = list
    end
  end
  for name, list in pairs(guards) do
    local action, has_each = handlers.actions[name], false
    if list ~= "none" then
      for _, guard in ipairs(list) do has_each = has_each or guard.each end
      if action.destructive and not has_each then list[#list + 1] = action.class == "N" and NOTICED or OTHERS end
    end
  end
  return guards
end

--- Guards in words: "5/1h, 50/1d, 3/1d@applicant".
---@param list idngo.watch.Guard[]|"none"
---@return string
function M.words(list)
  if list == "none" then return "as often as it likes" end
  local words = {}
  for i, guard in ipairs(list) do words[i] = M.word(guard) end
  return table.concat(words, ", ")
end

--- One guard in a word.
---@param guard idngo.watch.Guard
---@return string
function M.word(guard)
  local seconds, unit = guard.seconds, "s"
  for _, each in ipairs { "d", "h", "m" } do
    if unit == "s" and seconds % UNITS[each] == 0 then seconds, unit = compat.tointeger(seconds / UNITS[each]), each end
  end
  return ("%d/%d%s%s"):format(guard.most, seconds, unit, guard.each and "@applicant" or "")
end

-- Whether what somebody proposes is a mandate.

local function is_text(value) return type(value) == "string" end
local function is_hash(value) return value == nil or is_text(value) and #value == 64 and value:find("^%x+$") ~= nil end
local function is_whole(value, least, most) return compat.is_integer(value) and value >= least and value <= most end
local function are_people(value) return is_whole(value, 1, M.PEOPLE) end
local function is_share(value) return value == nil or type(value) == "number" and value >= 0 and value <= 1 end

--- Whether a table has such fields alone.
local function has_only(value, fields)
  if type(value) ~= "table" then return false end
  for name in pairs(value) do
    if not fields[name] then return false end
  end
  return true
end

local GUARD = { most = true, seconds = true, each = true }

local function are_guards(value)
  if not has_only(value, handlers.actions) then return false end
  for _, list in pairs(value) do
    if list ~= "none" and not (json.is_list(list) and list[1]) then return false end
    for _, guard in ipairs(list ~= "none" and list or {}) do
      if not has_only(guard, GUARD) or not is_whole(guard.most, 0, compat.EXACT) or not is_whole(guard.seconds, 1, M.LONGEST)
        or (guard.each ~= nil and guard.each ~= true) then
        return false
      end
    end
  end
  return true
end

local BAND = { low = true, high = true, share = true }

local function are_bands(value)
  if value == false then return true end
  if not has_only(value, breaker.CATEGORIES) then return false end
  for _, band in pairs(value) do
    if not has_only(band, BAND) or not is_share(band.low) or not is_share(band.high) or not is_share(band.share)
      or (band.low and band.high and band.low >= band.high) then
      return false
    end
  end
  return true
end

-- What each field must be.
local FIELDS = {
  v = function(value) return value == 1 end, kind = function(value) return value == "mandate" end,
  run = is_text, account = is_text, m = compat.is_integer, name = is_text, version = is_text, policy = is_text,
  on = function(value) return value ~= nil and not watching.flaw { on = value } end,
  newest = function(value) return value ~= nil and not watching.flaw { newest = value } end,
  echoes = function(value) return not watching.flaw { echoes = value } end,
  tests = function(value) return value == nil or value == true end,
  proposer = is_hash, not_the_proposer = function(value) return value == nil or value == true end,
  shadow = function(value) return value == nil or is_whole(value, 1, M.SHADOW) end, report = is_hash,
  backlog = function(value) return value == nil or value == "old" end,
  redecide = function(value) return value == nil or value == "waiting" end,
  keep = function(value) return value == nil or is_whole(value, M.KEPT, compat.EXACT) end,
  guards = are_guards, approvals = are_people, line_approvals = are_people, breaker = are_bands,
  proposed = function(value) return type(value) == "number" end, expires = function(value) return type(value) == "number" end,
}

--- What is wrong with a mandate that is proposed, or nil.
---@param mandate any
---@param seen {run: string, account: string, mandates: idngo.watch.Mandate[]} what it is proposed for
---@param t number when, by the run's clock
---@return string?
function M.flaw(mandate, seen, t)
  if not has_only(mandate, FIELDS) then return "it has fields that no mandate has" end
  for _, name in ipairs(sorted(FIELDS)) do
    if not FIELDS[name](mandate[name]) then return ("its %s is missing, or not what it must be"):format(name) end
  end
  local before = seen.mandates[#seen.mandates]
  if mandate.run ~= seen.run or mandate.account ~= seen.account then return "it is another watch's" end
  if mandate.m ~= #seen.mandates + 1 then return ("it is not number %d"):format(#seen.mandates + 1) end
  if mandate.backlog and mandate.redecide then
    return "it leaves to others what is not decided, and has what waits decided again"
  end
  if mandate.expires > t + M.LONGEST then return ("it ends later than in %d days"):format(M.LONGEST / 86400) end
  if mandate.not_the_proposer and not mandate.proposer then return "it does not say who proposes it, who is not to count" end
  if before and before.not_the_proposer and not mandate.not_the_proposer then
    return "who proposed the one before it did not count, and so it is with the next one"
  end
  if before and mandate.approvals < before.approvals then
    return ("the one before it needs %d approvals, and so does the next one"):format(before.approvals)
  end
end

--- A mandate as it is signed: its text, and the hash of that.
---@param mandate idngo.watch.Mandate
---@return string text
---@return string hash
function M.seal(mandate)
  local text = json.encode(mandate, "mandate", "[]")
  return text, core.sha256("idngo mandate 1\n" .. text)
end

--- Why a mandate does not cover an action, or nil.
---@param mandate idngo.watch.Mandate
---@param action string
---@return string?
function M.uncovered(mandate, action)
  if handlers.actions[action].destructive and not mandate.guards[action] then
    return ("the mandate has no --max for %s"):format(action)
  end
end

return M
