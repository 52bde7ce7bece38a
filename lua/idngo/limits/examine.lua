-- What `idngo doctor` looks at where Redis keeps the limits. Nothing is changed, and no slot is taken.

local core = require("idngo.core")
local links = require("idngo.limits.link")

local M = {}

local MOST_RATE = 0.0005 -- half of what clients put up with: see clock.lua

--- What INFO says, by name; nil and why not.
local function info_of(link, section)
  local reply, failure = link:ask({ "INFO", section }, core.now() + 5)
  if type(reply) == "table" and reply.error then failure = links.failure(reply.error) end
  if failure then return nil, failure end
  local found = {}
  for name, value in (type(reply) == "string" and reply or ""):gmatch("([%w_]+):([^\r\n]*)") do found[name] = value end
  return found
end

local SOON = 10 -- seconds in which clocks cannot be told to differ in their rate

--- The quickest of some exchanges that change nothing; how far Redis's clock is ahead of this machine's; and how much faster it
--- runs, by the oldest that is known of this run of the server: nil where that is too new.
local function measure(slots, replid)
  local quickest, ahead, rate = math.huge, nil, nil
  local first = (slots.clock.epoch or ""):match("^%x+") == replid and slots.clock.samples[1]
  for _ = 1, 5 do
    local before = core.wall()
    local reply, _, asked, answered = slots.link:ask({ "TIME" }, core.now() + 5)
    if type(reply) ~= "table" or not tonumber(reply[2]) then return nil end
    if answered - asked < quickest then
      quickest = answered - asked
      local passed = first and (asked + answered - first[1] - first[2]) / 2
      rate = passed and passed > SOON and (tonumber(reply[1]) + tonumber(reply[2]) / 1e6 - first[3]) / passed - 1 or nil
      ahead = tonumber(reply[1]) + tonumber(reply[2]) / 1e6 - (before + core.wall()) / 2
    end
  end
  return quickest, ahead, rate
end

--- @param slots idngo.RedisSlots
---@return table[] findings {what, "ok"|"warn"|"fail", text, hint?}
function M.findings(slots)
  local rows, place = {}, ("%s:%d"):format(slots.address.host, slots.address.port)
  local function report(what, state, text, hint) rows[#rows + 1] = { what, state, text, hint } end
  local memory, failure = info_of(slots.link, "memory")
  if not memory then
    report("limits", "fail", ("%s: %s"):format(place, failure.message), failure.hint)
    return rows
  end
  local replication = info_of(slots.link, "replication") or {}
  local found, message, hint = slots:look()
  if not found then
    report("limits", "fail", message, hint)
    return rows
  end
  report("limits", "ok", ("%s keeps them, %s; this account is %s there"):format(place,
    slots.address.tls and "over TLS, verified" or "without TLS on this machine", slots.hash:match("{(%x+)}")))
  local policy = memory.maxmemory_policy
  if policy == "noeviction" or memory.maxmemory == "0" then
    report("limits memory", "ok", memory.maxmemory == "0" and "unbounded" or policy)
  else
    report("limits memory", "fail", ("maxmemory-policy is %s, which may drop slots"):format(policy or "unknown"),
      "set maxmemory-policy noeviction in redis.conf")
  end
  if tonumber(replication.connected_slaves) == 0 then
    report("limits replicas", "ok", "none")
  elseif replication.min_slaves_good_slaves then
    report("limits replicas", "ok", "writes need one; min-replicas-max-lag must be 10 or less, which INFO does not tell")
  else
    report("limits replicas", slots.unfenced and "warn" or "fail", "writes are taken though no replica has them",
      "set min-replicas-to-write 1 and min-replicas-max-lag 10 in redis.conf")
  end
  local quickest, ahead, rate = measure(slots, replication.master_replid)
  if not quickest then
    report("limits speed", "fail", "TIME is refused", "see the ACL in docs/limits-redis.md")
  else
    report("limits speed", quickest < slots.rtt and "ok" or "fail",
      ("answers in %.1f ms, of limits_rtt %.0f ms"):format(quickest * 1000, slots.rtt * 1000),
      "raise limits_rtt, on all machines, to three times that")
    local runs = rate and (", and runs %.0f ppm %s"):format(math.abs(rate) * 1e6, rate < 0 and "slow" or "fast") or ""
    report("limits clock", math.abs(ahead) < 5 and math.abs(rate or 0) < MOST_RATE and "ok" or "warn",
      ("%.2f s %s this machine's%s"):format(math.abs(ahead), ahead > 0 and "ahead of" or "behind", runs),
      "its difference does no harm, but a step does, and so do more than 1000 ppm: let a time daemon slew the clocks")
  end
  if found.held > 0 then
    report("limits pause", "warn", found.text, "wait; calls do so by themselves")
  elseif found.reason == "stepped" then
    report("limits pause", "warn", ("%d pauses; the last by client %s, since the clock of Redis was found wrong"):format(
      found.count, found.client), "compare the clocks of Redis's machine and of that client's")
  end
  return rows
end

return M
