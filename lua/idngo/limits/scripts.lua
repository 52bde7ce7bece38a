-- The scripts that Redis runs: the limiter's rules where the slots are. What csrc/system/limit.c does for one machine, they
-- do for all, with the same grants for the same history (spec/c/limit_script.c compares them).
--
-- Everything of an account is below one name, idngo:1:{A}: where 1 is the version of what is kept and A names the account:
--   h          a hash: the state of the whole, its queue, and a field l:NAME for each lane
--   s:NAME     a sorted set for each lane: CLIENT.STAMP with the time its slot is anchored at, that is when the answer
--              came, or the end of the lease while it is awaited; and "!", which is always there
-- Times are whole microseconds of Redis's clock. Neither a token, nor an id, nor an argument of a call is in any of it.
--
-- Redis may have forgotten what it granted: it was restarted from an older copy, a replica took over that lacked the last
-- writes, somebody emptied it. So whenever it is not certainly the one that granted the last slots, its clock went back, or
-- a client found that its clock is wrong, nobody is granted anything until all that was under way is counted and a
-- window older (`forgotten`). A run of one and the same server is told by master_replid, which a restart, a promotion
-- and a promotion after a partial resync change; an emptied database by the hash that is missing, an emptied lane by "!".

local M = {}

-- What both scripts share: the lanes, and what they learn from a 429.
local lanes = [==[
local call = redis.call
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min
local SECOND = 1000000
local LIVE, PROMISE, STEP, GRACE = 60 * SECOND, SECOND, 1000, SECOND / 4
local FORGIVE, LONGEST, DAY = 600 * SECOND, 86400 * SECOND, 86400 * SECOND
local GAP_LEVELS, LEVELS, PERCENT, GOES_ON = 6, 26, 5, 3

local H = KEYS[1]
local base = H:sub(1, -2)
local function int(n) return string.format("%.0f", n) end
local time = call("TIME")
local now = time[1] * SECOND + time[2]

-- A lane's record, in this order, in its field of the hash.
local FIELDS = { "gen", "slots", "slots_at", "window", "window_at", "level", "level_at", "sent_at", "closed", "kept_at" }

local function parse(name, text)
  local lane, i = { name = name, key = base .. "s:" .. name }, 0
  for word in string.gmatch(text, "%S+") do
    i = i + 1
    lane[FIELDS[i]] = tonumber(word)
  end
  return lane
end

local function written(lane)
  local words = {}
  for i, field in ipairs(FIELDS) do words[i] = int(lane[field]) end
  return table.concat(words, " ")
end

local function unlearn(lane)
  local steps = floor((now - lane.level_at) / FORGIVE)
  if lane.level == 0 or steps <= 0 then return false end
  lane.level = max(lane.level - steps, 0)
  lane.level_at = lane.level_at + steps * FORGIVE
  return true
end

local function percent(time, part) return floor(time / 100) * part end

local function widened(lane)
  return lane.level > GAP_LEVELS and percent(lane.window, (lane.level - GAP_LEVELS) * PERCENT) or 0
end

local function hold_of(lane) return lane.window + percent(lane.window, 1) + widened(lane) end

local function gap_of(lane)
  if lane.level == 0 then return 0 end
  local stretch = min(lane.level, GAP_LEVELS) - 1
  return ceil(percent(floor(hold_of(lane) * 1000 / lane.slots), 100 + stretch * PERCENT) / 1000)
end

-- What can be sent in a lane now. `slack` is what the clocks' differences may cost.
local function look(lane, slack)
  if not lane.seen then
    lane.hold = hold_of(lane) + (lane.window > 0 and slack or 0)
    lane.busy = call("ZCOUNT", lane.key, "(" .. int(now - lane.hold), "(+inf")
    lane.seen, lane.ahead, lane.taken = true, 0, 0
  end
  lane.gap = gap_of(lane)
  lane.open_at = max(lane.closed, lane.gap > 0 and lane.sent_at + lane.gap or 0)
  lane.free = max(lane.slots - lane.busy, 0)
  if lane.open_at > now then
    lane.free = 0
  elseif lane.gap > 0 and lane.free > 1 then
    lane.free = 1
  end
  return lane
end

-- The queue: "TICKET PROMISE LANE,LANE;" of each waiter, by ticket. Those that stay away are left out.
local function waiters_of(text, last)
  local list, before = {}, 0
  for ticket, promise, names in string.gmatch(text, "(%d+) (%d+) ([^;]*);") do
    ticket, promise = tonumber(ticket), tonumber(promise)
    if ticket > before and ticket <= last and promise >= now - GRACE and promise <= now + PROMISE + 4096 * STEP then
      list[#list + 1] = { ticket = ticket, promise = promise, names = names }
      before = ticket
    end
  end
  return list
end
]==]

--- Gives back and takes: all that a client has to say, in one step.
---
---  KEYS[1]  the hash
---  ARGV     client, pause, more, slack, unfenced, stepped, nobody, orphan,
---           count, {lane, slots, window}…,
---           count, {what, lanes, b, count, {stamp, a}…}…     lanes: their numbers in the list before, "1,3"
---           count, {lanes, lease, ticket, count}…            so many want the same, and have no ticket when they are several
---    pause     how long nobody is granted anything after Redis may have forgotten, and `more` if it has replicas
---    unfenced  1: replicas without min-replicas-to-write are accepted
---    stepped   1: the client found Redis's clock wrong
---    nobody    1: nothing was sent for this account lately, so that the pause of its first call may be left out
---    orphan    a stamp: what this client was granted later it has not heard of; "": nothing
---    what      answered: a ago; not_sent; lost: the last of it left a ago, and is counted within b of that, or never;
---              extend: for a from now on; forget: the ticket `stamp` is given up; close: a 429, for a
---  -> {"unfenced"}                        it has replicas, and they are not asked before a write
---  -> {"known"}                           nobody = 1, and something is known of the account
---  -> {"ok", now, held, gen, replid, seq, reason, {1 or 0 for each extend…}, {answer…}}
---       answer: {stamp, count}, of so many in a row, whose stamps follow one another; or {0, wait, ticket, expected, lane}
M.exchange = [==[#!lua
]==] .. lanes .. [==[
local at = 0
local function arg()
  at = at + 1
  return ARGV[at]
end
local function number() return tonumber(arg()) end

local client, pause, more, slack = arg(), number(), number(), number()
local unfenced, stepped, nobody, orphan = arg() == "1", arg() == "1", arg() == "1", number()

local info = call("INFO", "replication")
local replid = string.match(info, "master_replid:(%x+)")
local replicas = tonumber(string.match(info, "connected_slaves:(%d+)")) > 0
if replicas and not unfenced and not string.find(info, "min_slaves_good_slaves", 1, true) then return { "unfenced" } end

local given, asked = {}, { "replid", "held", "seq", "last", "gen", "pause", "slack", "replicas", "queue", "odd", "kept_at" }
for i = 1, number() do
  given[i] = { name = arg(), slots = number(), window = number() }
  asked[11 + i] = "l:" .. given[i].name
end
local found = call("HMGET", H, unpack(asked))
local function stored(i) return tonumber(found[i] or "") or 0 end
local held, seq, last, gen, queue = stored(2), stored(3), stored(4), stored(5), found[9] or ""
local odd, kept_at = found[10] or "", stored(11)
pause, slack = max(pause, stored(6)), max(slack, stored(7))
replicas = replicas or stored(8) == 1

-- Lanes that something is known of. One that nobody used for so long that Redis may have dropped it starts anew.
local loaded = {}
local function load(name, text)
  local lane = text and parse(name, text)
  if lane and (lane.gen ~= gen or now - lane.kept_at > 29 * DAY) then lane = nil end
  loaded[name] = lane
  return lane
end

local reason = not found[1] and "new" or found[1] ~= replid and "restart" or now < last and "back" or stepped and "stepped"
if nobody and reason ~= "new" and not (gen == 1 and string.find(odd, "^1 new ")) then return { "known" } end
for i, lane in ipairs(given) do
  local known = load(lane.name, found[11 + i])
  if known and not reason and not call("ZSCORE", known.key, "!") then reason = "emptied" end
end
if reason then -- forgotten: what was granted is not known
  gen, loaded, queue, at = gen + 1, {}, "", at
  held = now + pause + ((replicas or reason == "new") and more or 0)
  odd = int((tonumber(string.match(odd, "^%d+")) or 0) + 1) .. " " .. reason .. " " .. client .. " " .. int(now)
end
if nobody then held = now end
if seq < now then seq = now end

local changed = {}

-- Whether a definition takes the place of the one in force: see limit.c.
local function replaces(stricter, age) return stricter > 0 or age > (stricter == 0 and SECOND or LIVE) end

-- The lane of that number, by the definition of who asks.
local function find(index)
  local mine = given[index]
  local lane = loaded[mine.name]
  if not lane then
    lane = { name = mine.name, key = base .. "s:" .. mine.name, gen = gen, slots = mine.slots, slots_at = now,
      window = mine.window, window_at = now, level = 0, level_at = 0, sent_at = 0, closed = 0, kept_at = now }
    call("DEL", lane.key)
    call("ZADD", lane.key, "+inf", "!")
    call("PEXPIRE", lane.key, 30 * DAY / 1000)
    loaded[mine.name], changed[lane] = lane, true
  elseif not lane.applied then
    if replaces(lane.slots - mine.slots, now - lane.slots_at) then
      lane.slots, lane.slots_at, changed[lane] = mine.slots, now, true
    end
    if replaces(mine.window - lane.window, now - lane.window_at) then
      lane.window, lane.window_at, changed[lane] = mine.window, now, true
    end
    if unlearn(lane) then changed[lane] = true end
    lane.seen = false
  end
  lane.applied = true
  return lane
end

local lists = {}
local function each(list)
  local indexes = lists[list]
  if not indexes then
    indexes = {}
    for index in string.gmatch(list, "%d+") do indexes[#indexes + 1] = tonumber(index) end
    lists[list] = indexes
  end
  return indexes
end

-- Where slots are anchored is written together, for a call costs more than what it does: at the latest before it is read.
local batches = {}
local function write(lane, mode, anchor, member)
  local batch = batches[lane]
  if batch and (batch[3] ~= mode or #batch > 1000) then
    call(unpack(batch))
    batch = nil
  end
  if not batch then
    batch = { "ZADD", lane.key, mode }
    batches[lane] = batch
  end
  batch[#batch + 1] = int(anchor)
  batch[#batch + 1] = member
end
local function write_all()
  for _, batch in pairs(batches) do call(unpack(batch)) end
  batches = {}
end

local waiters = waiters_of(queue, seq)

local function unqueue(ticket)
  for i, waiter in ipairs(waiters) do
    if waiter.ticket == ticket then return table.remove(waiters, i) end
  end
end

-- Where the slot of a grant is anchored, if it is still there.
local function anchor_of(lane, member)
  return lane and tonumber(call("ZSCORE", lane.key, member) or "")
end

local function close_lane(lane, till)
  if lane.closed <= now and lane.window > 0 then -- else it answers a request from before it was closed
    local goes_on = now - lane.level_at < GOES_ON * lane.window
    if lane.level < GAP_LEVELS or (lane.level < LEVELS and goes_on) then lane.level = lane.level + 1 end
    till = max(till, now + gap_of(lane))
  end
  lane.level_at = now
  lane.closed = max(lane.closed, min(till, now + LONGEST))
  lane.seen, changed[lane] = false, true
end

local extended = {}

local function extend(list, member, lease)
  for _, index in ipairs(list) do
    if (anchor_of(loaded[given[index].name], member) or 0) <= now then return 0 end
  end
  for _, index in ipairs(list) do
    local lane = loaded[given[index].name]
    if anchor_of(lane, member) < now + lease then call("ZADD", lane.key, "XX", int(now + lease), member) end
  end
  return 1
end

if orphan and not reason then
  for _, mine in ipairs(given) do
    local lane = loaded[mine.name]
    for _, member in ipairs(lane and call("ZRANGEBYSCORE", lane.key, "(" .. int(now), "(+inf") or {}) do
      local whose, stamp = string.match(member, "^(%x+)%.(%d+)")
      if whose == client and tonumber(stamp) > orphan then call("ZREM", lane.key, member) end
    end
  end
end

local function give(what, list, b)
  local stamp, a = arg(), number()
  local member = client .. "." .. stamp
  if what == "forget" then
    unqueue(tonumber(stamp))
  elseif what == "close" then
    for _, index in ipairs(list) do close_lane(find(index), now + a) end
  elseif what == "extend" then
    extended[#extended + 1] = reason and 0 or extend(list, member, a)
  elseif not reason then
    for _, index in ipairs(list) do
      local lane = loaded[given[index].name]
      if lane and what == "answered" then
        write(lane, "XX", now - a, member)
      elseif lane and what == "not_sent" then
        call("ZREM", lane.key, member)
      elseif lane then -- lost: marked, since nobody awaits it any more
        local anchor = anchor_of(lane, member)
        if anchor then
          call("ZREM", lane.key, member)
          call("ZADD", lane.key, int(now - a + min(b, max(anchor - now + a, 0))), member .. "~")
        end
      end
    end
  end
end

for _ = 1, number() do
  local what, list, b = arg(), each(arg()), number()
  for _ = 1, number() do give(what, list, b) end
end

write_all()

-- A lane that a waiter named: it may be none of those that were given.
local function lane_of(name)
  if loaded[name] == nil then load(name, call("HGET", H, "l:" .. name)) end
  return loaded[name]
end

local function lanes_of(waiter)
  local list = {}
  for name in string.gmatch(waiter.names, "[^,]+") do
    local lane = lane_of(name)
    if not lane then return nil end
    list[#list + 1] = lane
  end
  return list
end

-- Counts a waiter before us: everywhere if it is its turn, else only in the lanes it waits for.
local function count_ahead(list)
  local blocked = {}
  for _, lane in ipairs(list) do
    if lane.taken >= lane.free then blocked[#blocked + 1] = lane end
  end
  local turn = #blocked == 0
  for _, lane in ipairs(turn and list or blocked) do
    lane.ahead = lane.ahead + 1
    if turn then lane.taken = lane.taken + 1 end
  end
end

-- When it is our turn in a lane, should nothing unexpected happen. Rather too early than late.
local function estimate(lane)
  local answer = now -- one that is awaited may come this moment; where W is 0, the longer it has taken the less often we ask
  if lane.hold == 0 then answer = now + min(max((now - lane.sent_at) / 8, 1000), SECOND / 10) end
  local n, ahead = lane.slots, lane.ahead
  local place, anchor = lane.busy - n + ahead % n, nil -- among those that are held, from 0
  local from = "(" .. int(now - lane.hold)
  if place >= 0 then
    anchor = call("ZRANGEBYSCORE", lane.key, from, int(now), "WITHSCORES", "LIMIT", place, 1)[2]
    if not anchor then
      local later = call("ZRANGEBYSCORE", lane.key, "(" .. int(now), "(+inf", "WITHSCORES")
      local times = {}
      for i = 1, #later, 2 do
        local score, lost = tonumber(later[i + 1]), string.sub(later[i], -1) == "~"
        times[#times + 1] = lost and score or min(score, answer)
      end
      table.sort(times)
      anchor = times[place - (lane.busy - #times) + 1]
    end
  end
  local due = max(anchor and anchor + lane.hold or 0, now)
  due = due + floor(ahead / n) * (lane.hold > 0 and lane.hold or answer - now)
  return max(due, lane.open_at + ahead * lane.gap)
end

local function take(list, lease)
  seq = seq + 1
  local member = client .. "." .. int(seq)
  for _, lane in ipairs(list) do
    if not lane.pruned then -- the longest that a slot can be held after its answer, whatever the lane will have learned by then
      call("ZREMRANGEBYSCORE", lane.key, "-inf", int(now - lane.hold - 2 * lane.window - slack))
      lane.pruned = true
    end
    write(lane, "NX", now + lease, member)
    if now - lane.kept_at > DAY then
      call("PEXPIRE", lane.key, 30 * DAY / 1000)
      lane.kept_at = now
    end
    lane.busy, lane.sent_at, changed[lane] = lane.busy + 1, now, true
  end
  return { seq, 1 }
end

local function wait(list, names, ticket)
  write_all()
  local expected, patience, name = 0, 0, ""
  for _, lane in ipairs(list) do
    local due = estimate(lane)
    if due > expected then expected, patience, name = due, PROMISE + lane.ahead * STEP, lane.name end
  end
  if expected <= now then expected = now + 1000 end -- it is the turn of others, and they have not come yet
  local till = min(expected, now + patience)
  if ticket == 0 then
    seq = seq + 1
    ticket = seq
  end
  unqueue(ticket)
  local place = #waiters + 1
  while place > 1 and waiters[place - 1].ticket > ticket do place = place - 1 end
  if #waiters < 4096 then table.insert(waiters, place, { ticket = ticket, promise = floor(till), names = names }) end
  return { 0, ceil(till - now), ticket, ceil(expected - now), name }
end

local function ask(list, names, lease, ticket)
  local sound = {}
  for _, waiter in ipairs(waiters) do
    waiter.lanes = waiter.lanes or lanes_of(waiter)
    if waiter.lanes then sound[#sound + 1] = waiter end
  end
  waiters = sound
  for _, lane in pairs(loaded) do
    if lane then
      look(lane, slack)
      lane.ahead, lane.taken = 0, 0
    end
  end
  for _, waiter in ipairs(waiters) do
    if ticket ~= 0 and waiter.ticket >= ticket then break end
    count_ahead(waiter.lanes)
  end
  local turn = true
  for _, lane in ipairs(list) do turn = turn and lane.taken < lane.free end
  if not turn then return wait(list, names, ticket) end
  if ticket ~= 0 then unqueue(ticket) end
  return take(list, lease)
end

local answers = {}
for _ = 1, number() do
  local indexes, lease, ticket, count = each(arg()), number(), number(), number()
  local list, names = {}, {}
  if ticket > seq then ticket = 0 end -- not one of ours
  for k, index in ipairs(now < held and {} or indexes) do
    list[k] = find(index)
    names[k] = list[k].name
  end
  names = table.concat(names, ",")
  for _ = 1, count do
    local before = answers[#answers]
    local answer = now < held and { 0, held - now, 0, held - now, "" } or ask(list, names, lease, ticket)
    if before and before[1] > 0 and answer[1] == before[1] + before[2] then
      before[2] = before[2] + 1
    else
      answers[#answers + 1] = answer
    end
  end
end

write_all()
local words = {}
for i, waiter in ipairs(waiters) do words[i] = int(waiter.ticket) .. " " .. int(waiter.promise) .. " " .. waiter.names .. ";" end
local set = { "replid", replid, "held", int(held), "seq", int(seq), "last", int(now), "gen", int(gen), "pause", int(pause),
  "slack", int(slack), "replicas", replicas and "1" or "0", "queue", table.concat(words), "odd", odd }
for lane in pairs(changed) do
  set[#set + 1] = "l:" .. lane.name
  set[#set + 1] = written(lane)
end
local renew = now - kept_at > DAY or now < kept_at
if renew then
  set[#set + 1] = "kept_at"
  set[#set + 1] = int(now)
end
call("HSET", H, unpack(set))
if renew then call("PEXPIRE", H, 30 * DAY / 1000) end
return { "ok", now, max(held - now, 0), gen, replid, seq, string.match(odd, "^%d+ (%a+)") or "", extended, answers }
]==]

--- What the lanes hold, for people; changes nothing.
---
---  KEYS[1]  the hash
---  -> {now, held, odd, {name, slots, window, used, waiting, closed, gap, widened, …}}; times from now on
M.look = [==[#!lua flags=no-writes
]==] .. lanes .. [==[
local flat = call("HGETALL", H)
local fields = {}
for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
local gen, slack = tonumber(fields.gen), tonumber(fields.slack)
local found, by_name = {}, {}
for field, text in pairs(fields) do
  if string.sub(field, 1, 2) == "l:" then
    local lane = parse(string.sub(field, 3), text)
    if lane.gen == gen and now - lane.kept_at <= 29 * DAY then
      unlearn(lane)
      look(lane, slack)
      lane.waiting, by_name[lane.name] = 0, lane
      found[#found + 1] = lane
    end
  end
end
for _, waiter in ipairs(waiters_of(fields.queue or "", tonumber(fields.seq) or 0)) do
  for name in string.gmatch(waiter.names, "[^,]+") do
    if by_name[name] then by_name[name].waiting = by_name[name].waiting + 1 end
  end
end
table.sort(found, function(a, b) return a.name < b.name end)
local rows = {}
for i, lane in ipairs(found) do
  rows[i] = { lane.name, lane.slots, lane.window, lane.busy, lane.waiting, max(lane.closed - now, 0), lane.gap, widened(lane) }
end
return { now, max((tonumber(fields.held) or now) - now, 0), fields.odd or "", rows }
]==]

return M
