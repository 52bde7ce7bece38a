-- The slots of an account in Redis, for all machines: the same methods as core.limiter's, see csrc/system/lua_limit.c. They may
-- wait, in whatever way the caller's runtime does.
--
-- Three rules keep the limit whatever fails; scripts.lua has the first. The second is clock.lua's: a grant is used only where
-- Redis's clock is found right, and where its reply came soon enough to tell. The third is the gate's that all requests
-- pass (exchange.h): none leaves later than its time after its slots were asked for, which the lease covers. Whoever
-- cannot have a checked grant waits.
--
-- A process has one exchange under way; what comes meanwhile is in the next one. Inside nginx a timer carries them out, since
-- a request may die at any moment; in a scheduler a task does, when all others have had their turn; else whoever asks.

local compat = require("idngo.compat")
local clock = require("idngo.limits.clock")
local core = require("idngo.core")
local runtimes = require("idngo.runtime.current")
local lease_of = require("idngo.limits.pace").lease
local links = require("idngo.limits.link")
local random_hex = require("idngo.text").random_hex
local scripts = require("idngo.limits.scripts")

local ngx = compat.global("ngx")
local semaphore = ngx and ngx.socket and require("ngx.semaphore") or nil

local now, floor, process = core.now, math.floor, core.process

local M = {}

local SECOND = 1000000
local EXCHANGE = 5        -- seconds for one, connecting included
local FIRST, LAST = 0.1, 2 -- seconds between tries while Redis cannot be used
local NARROW, HANDFUL = 32, 8 -- slots of a lane that are given back at once; else so many together
local MOST = 256           -- asks, and things given back, of one exchange: commands and replies are bounded, see resp.h
local LATE = 0.25          -- seconds that others wait for what is given back, inside nginx
local FAILOVER = 12        -- seconds for which a master that was cut off may go on: its min-replicas-max-lag, rounded up by Redis
local NO_LANES = {}

local names = { exchange = core.sha1(scripts.exchange), look = core.sha1(scripts.look) }

---@class idngo.RedisSlots
local Slots = {}
Slots.__index = Slots

--- What belongs to the process that runs, anew after a fork: what the parent holds is the parent's.
local function own(self)
  if self.process == process() then return end
  self.process = process()
  self.client = random_hex(16)
  self.asks, self.gave, self.busy, self.seq, self.orphan, self.stepped, self.agent = {}, {}, false, 0, nil, false, false
  self.urgent, self.server = false, nil
  -- One record goes with a slot: it asks, is held by its stamp, which is the grant, is given back, and serves again.
  self.held, self.spare = {}, {}
  self.clock = clock.new(self.directory or core.limits_directory(), self.name)
end

--- Defines a lane and returns its number.
function Slots:lane(name, slots, window)
  local lane = { name = name, slots = slots, window = floor(window * SECOND), narrow = slots < NARROW }
  self.lanes[#self.lanes + 1] = lane
  self.longest = math.max(self.longest, window)
  return #self.lanes
end

local function microseconds(seconds)
  local time = seconds * SECOND
  return time - time % 1
end

--- A record for something to say to Redis: {lanes, lease, ticket} of an ask; then stamp, or answer, when it is done; and what
--- of it was given back, and the moment it was; or, of what takes effect from now on, `a`, for how long. What is only told has a
--- what from the beginning.
local function new_record(self, lanes, what, stamp)
  local spare = self.spare
  local n = #spare
  local record = spare[n]
  if not record then return { lanes = lanes, what = what, stamp = stamp } end
  spare[n] = nil
  record.lanes, record.what, record.stamp = lanes, what, stamp
  return record
end

local function recycle(self, record)
  record.stamp, record.answer, record.done, record.what, record.at, record.bell = nil, nil, nil, nil, nil, nil
  self.spare[#self.spare + 1] = record
end

local function add_lanes(used, numbers, lists, lanes)
  if lists[lanes] then return end
  local found = {}
  for i = 1, #lanes do
    local lane = lanes[i]
    if not numbers[lane] then
      used[#used + 1] = lane
      numbers[lane] = #used
    end
    found[i] = numbers[lane]
  end
  lists[lanes] = table.concat(found, ",")
end

--- The lanes that an exchange is about, and of each list of lanes in it what the script calls it, by the list: calls of an
--- operation share theirs.
local function lanes_of(self, asks, gave)
  local used, numbers, lists, last = {}, {}, {}, nil
  for _, items in ipairs { gave, asks } do
    for i = 1, #items do
      local lanes = items[i].lanes
      if lanes ~= last then add_lanes(used, numbers, lists, lanes) end
      last = lanes
    end
  end
  if self.orphan then
    for index = 1, #self.lanes do add_lanes(used, numbers, lists, { index }) end
  end
  return used, lists
end

--- Says what was given back, behind the first n words: what follows one another and is of one kind together.
local function say_given(self, words, n, gave, lists)
  local moment, head, size, what, lanes = now(), n + 1, nil, nil, nil
  words[head], n = 0, head
  for i = 1, #gave do
    local item = gave[i]
    if item.what ~= what or item.lanes ~= lanes then
      what, lanes, size = item.what, item.lanes, n + 4
      words[head] = words[head] + 1
      words[n + 1], words[n + 2] = what, lists[lanes]
      words[n + 3], words[size] = what == "lost" and microseconds(self.late) or 0, 0
      n = size
    end
    words[size] = words[size] + 1
    local at = item.at
    local a = at and moment - at or item.a or 0
    if what == "close" then a = -a end
    words[n + 1], words[n + 2] = item.stamp or "", a > 0 and microseconds(a) or 0
    n = n + 2
  end
  return n
end

--- The same of those that ask: of those that are new, follow one another and want the same, how many they are.
local function say_asked(words, n, asks, lists)
  local head, size, lanes, lease = n + 1, nil, nil, nil
  words[head], n = 0, head
  for i = 1, #asks do
    local ask = asks[i]
    if ask.ticket == 0 and ask.lanes == lanes and ask.lease == lease then
      words[size] = words[size] + 1
    else
      lanes, lease, size = ask.lanes, ask.lease, n + 4
      words[head] = words[head] + 1
      words[n + 1], words[n + 2], words[n + 3], words[size] = lists[lanes], microseconds(lease), ask.ticket, 1
      n = size
      if ask.ticket ~= 0 then lanes = nil end
    end
  end
end

-- The arguments of the script: see scripts.lua.
local function words_of(self, asks, gave, nobody)
  local pause = 1.01 * (self.lease + self.longest) + self.slack
  local words = { "EVALSHA", names.exchange, 1, self.hash, self.client, microseconds(pause), microseconds(1.01 * FAILOVER),
    microseconds(self.slack), self.unfenced and 1 or 0, self.stepped and 1 or 0, nobody and 1 or 0,
    self.orphan or "" }
  local used, lists = lanes_of(self, asks, gave)
  local n = #words + 1
  words[n] = #used
  for i = 1, #used do
    local lane = self.lanes[used[i]]
    words[n + 1], words[n + 2], words[n + 3] = lane.name, lane.slots, lane.window
    n = n + 3
  end
  say_asked(words, say_given(self, words, n, gave, lists), asks, lists)
  return words
end

local function is_count(value, most)
  return type(value) == "number" and value >= 0 and value <= most and value % 1 == 0
end

local HUGE, DAY = compat.EXACT, 86400 * SECOND

--- Whether a reply is what the script can have said: Redis is not believed more than it has to be.
local function is_sound(reply, asks, extends)
  if type(reply) ~= "table" or reply[1] ~= "ok" then return false end
  if not (is_count(reply[2], HUGE) and is_count(reply[3], DAY) and is_count(reply[4], HUGE)) then return false end
  local seq, last, answered = reply[6], 0, 0
  if not is_count(seq, HUGE - MOST) then return false end -- or stamps were not exact
  if type(reply[5]) ~= "string" or not reply[5]:find("^%x+$") or type(reply[7]) ~= "string" then return false end
  if type(reply[8]) ~= "table" or #reply[8] ~= extends then return false end
  if type(reply[9]) ~= "table" then return false end
  for _, extended in ipairs(reply[8]) do
    if not is_count(extended, 1) then return false end
  end
  for _, answer in ipairs(reply[9]) do
    if type(answer) ~= "table" or not is_count(answer[1], HUGE) then return false end
    if answer[1] == 0 then
      if not (is_count(answer[2], DAY) and is_count(answer[3], HUGE) and is_count(answer[4], HUGE)) then return false end
      if type(answer[5]) ~= "string" then return false end
      answered = answered + 1
    else
      if reply[3] > 0 then return false end -- nobody is granted anything while all is held
      local first, count = answer[1], answer[2]
      if not is_count(count, MOST) or count == 0 then return false end
      if first <= last or first + count - 1 > seq then return false end -- a slot is nobody's twice, nor comes after this exchange
      last, answered = first + count - 1, answered + count
    end
  end
  return answered == #asks
end

local function clock_time(seconds) return os.date("%H:%M:%S", floor(core.wall() + seconds + 0.999)) end

--- Why all is held, by the word that the script says.
local reasons = {
  new = "Redis does not know yet what was sent for this account",
  restart = "Redis was started again or replaced, and may have forgotten what was sent",
  emptied = "Redis was emptied, and has forgotten what was sent",
  back = "the clock of Redis went back",
  stepped = "the clock of Redis was found wrong",
}

--- What is waited for, until when, and why, as a sentence.
local function why_held(reason, seconds)
  return ("calls wait until %s, when the account's limits are free for certain, because %s"):format(clock_time(seconds),
    reasons[reason] or "Redis holds all slots")
end

local function server_of(self) return ("%s:%d, which keeps the limits"):format(self.address.host, self.address.port) end

--- Tells all who ask that they have to wait, or that there is no use in it.
local function refuse(asks, answer)
  for _, ask in ipairs(asks) do ask.answer = answer end
end

local function put_back(self, gave)
  for i, item in ipairs(self.gave) do gave[#gave + 1], self.gave[i] = item, nil end
  self.gave = gave
end

--- The exchange failed: whoever asked asks again a moment later.
local function fail(self, asks, gave, failure, nested)
  local kept = {}
  for _, item in ipairs(gave) do
    if item.what ~= "extend" then kept[#kept + 1] = item end
  end
  put_back(self, kept)
  if failure.sent and not nested then self.orphan = self.orphan or self.seq end
  if failure.kind == "config" then
    local message = ("%s: %s"):format(server_of(self), failure.message)
    refuse(asks, { message = message, hint = failure.hint })
    return
  end
  self.backoff = math.min((self.backoff or FIRST / 2) * 2, LAST)
  self.lost = true
  refuse(asks, { wait = self.backoff * (0.5 + core.random() / 2), state = "lost",
    text = ("calls wait until Redis answers again: %s, cannot be used: %s"):format(server_of(self), failure.message) })
end

local function give_back(self, ask, stamp)
  self.gave[#self.gave + 1] = new_record(self, ask.lanes, "not_sent", stamp)
end

--- What a call that has to wait is told.
local function told_to_wait(answer, reply)
  local held = reply[3] / SECOND
  return { wait = math.max(answer[2] / SECOND, 0.001), ticket = answer[3], lane = answer[5] ~= "" and answer[5] or nil,
    expected = answer[4] / SECOND, state = held > 0 and "held" or nil, text = held > 0 and why_held(reply[7], held) or nil }
end

--- Hands out what the script answered.
local function hand_out(self, reply, asks, extends, usable)
  local n = 0
  for _, answer in ipairs(reply[9]) do
    local first = answer[1]
    if first == 0 then
      n = n + 1
      asks[n].answer = told_to_wait(answer, reply)
    else
      for stamp = first, first + answer[2] - 1 do
        n = n + 1
        local ask = asks[n]
        if usable then
          ask.stamp = stamp
        else
          give_back(self, ask, stamp)
          ask.answer = { wait = FIRST * (0.5 + core.random()), state = "slow",
            text = ("calls wait until Redis answers in time: %s, answers too slowly"):format(server_of(self)) }
        end
      end
    end
  end
  for i, item in ipairs(extends) do item.extended = reply[8][i] == 1 end
end

--- One exchange with Redis, for those that ask and of what was given back. `nested`: another is under way.
local function exchange(self, asks, gave, nobody, nested)
  local extends, by = {}, now() + EXCHANGE
  for _, item in ipairs(gave) do
    if item.what == "extend" then extends[#extends + 1] = item end
  end
  local words = words_of(self, asks, gave, nobody)
  local reply, failure, asked, answered = self.link:ask(words, by)
  if type(reply) == "table" and reply.error and reply.error:find("^NOSCRIPT") then
    words = words_of(self, asks, gave, nobody) -- with ages as they are now
    words[1], words[2] = "EVAL", scripts.exchange
    reply, failure, asked, answered = self.link:ask(words, by)
  end
  if type(reply) == "table" and reply.error then
    failure = links.failure(reply.error)
    failure.sent = false
  elseif type(reply) == "table" and reply[1] == "unfenced" then
    failure = { kind = "config", sent = false, message = "it has replicas, and takes writes without them",
      hint = "set min-replicas-to-write 1 and min-replicas-max-lag 10 there, or limits_unfenced = true" }
  elseif type(reply) == "table" and reply[1] == "known" then
    return nil, "something is known of the account already: what was sent for it is counted"
  elseif reply ~= nil and not is_sound(reply, asks, #extends) then
    failure = { kind = "io", sent = true, message = "it answers what the script cannot have said" }
  end
  if failure then
    fail(self, asks, gave, failure, nested)
    return nil, failure.message
  end
  -- what came later than this is not known, should the next reply be lost; never what a nested exchange was granted
  self.seq, self.orphan = math.max(self.seq, reply[6]), nil
  self.backoff, self.lost, self.stepped = nil, false, false
  local slow = answered - asked > self.rtt
  local right = self.clock:check(("%s %d"):format(reply[5], reply[4]), asked, answered, reply[2] / SECOND)
  if not right then
    self.stepped = true
  elseif not slow then
    self.clock:add(asked, answered, reply[2] / SECOND)
  end
  hand_out(self, reply, asks, extends, right and not slow)
  if not right then -- and now all others are told
    for _, ask in ipairs(asks) do
      ask.answer = { wait = 0.001, state = "stepped",
        text = "calls wait until its clock is known again, because " .. reasons.stepped }
    end
  end
  return reply
end

--- Tells whoever waits for it, in a task of `runtime` or inside nginx, that it is done.
local function tell(self, ask, runtime)
  ask.done = true
  if runtime then runtime:unpark(ask) end
  local bell = ask.bell
  if not bell then return end
  if bell:count() >= 0 and ask.stamp and not ask.what then give_back(self, ask, ask.stamp) end -- whoever asked is no more
  bell:post(1)
end

--- The first of a list, at most MOST, and the rest of it.
local function part(list)
  if #list <= MOST then return list, {} end
  local first, rest = {}, {}
  for i, item in ipairs(list) do
    if i <= MOST then first[i] = item else rest[i - MOST] = item end
  end
  return first, rest
end

--- Carries out what has come together, until nothing has; after an exchange that failed only what somebody asks for: what was
--- to be given back is put back then. What is thrown through it, such as an interrupt, is thrown on where somebody asked.
---@param runtime table? whose task this is
---@return any thrown
---@return boolean failed whether the last exchange did
local function serve(self, runtime)
  local thrown, failed
  self.busy = true
  repeat
    local asks, gave, ran, result
    ran = true
    if runtime then ran, result = compat.pcall(runtime.sleep, 0) end -- tasks whose answers have come ask, too
    asks, self.asks = part(self.asks)
    gave, self.gave = part(self.gave)
    self.urgent = self.gave[1] ~= nil
    if ran then ran, result = compat.pcall(exchange, self, asks, gave) end
    failed = not (ran and result)
    if not ran then
      thrown = result
      fail(self, asks, gave, { kind = "io", message = "broken off", sent = true })
      refuse(asks, { thrown = result })
    end
    for _, item in ipairs(gave) do
      if item.bell then tell(self, item) elseif not failed then recycle(self, item) end
    end
    for _, ask in ipairs(asks) do tell(self, ask, runtime) end
  until not self.asks[1] and (failed or not (self.stepped or self.urgent))
  self.busy, self.server = false, nil
  return thrown, failed
end

local function has_work(self) return self.asks[1] or self.gave[1] end

--- nginx's timer that carries exchanges out: it owns the connection, and goes when nothing came for a while. A worker that ends
--- does not wait for a Redis that is gone: what it still had to give back is free again when its leases are over.
local function agent(premature, self)
  local idle, _, failed = 0, nil, nil
  local function is_left() return self.asks[1] or self.gave[1] and not (failed and ngx.worker.exiting()) end
  while not premature and idle < 8 do
    if self.asks[1] or self.urgent or (self.gave[1] and idle > 0) then
      idle = 0
      _, failed = serve(self)
    end
    if not self.bell:wait(LATE) then idle = idle + 1 end
    if ngx.worker.exiting() and not is_left() then break end
  end
  self.agent = false
  if is_left() then self:wake() end
end

--- Has somebody carry out what has come together; where that is whoever asks, it is done when this returns.
function Slots:wake()
  if semaphore then
    self.urgent = true
    if not self.agent then
      self.bell = self.bell or semaphore.new()
      self.agent = ngx.timer.at(0, agent, self) or false
    else
      self.bell:post(1)
    end
    if not self.agent and not self.busy then serve(self) end -- a worker that goes away has no timers any more
    return
  end
  if self.busy then return end
  local runtime = runtimes.current()
  if runtime then
    self.busy, self.server = true, runtime
    runtime:spawn(serve, self, runtime)
  else
    local thrown = serve(self)
    if thrown ~= nil then error(thrown, 0) end
  end
end

--- Where nobody can wait for the exchange that is under way, such as where a body asks for more time: one beside it.
local function beside(self, asks, gave)
  self.orphan = nil -- it may be what the other one is granted
  exchange(self, asks, gave, false, true)
end

--- Puts something into the next exchange and waits for its end.
local function await(self, list, item)
  list[#list + 1] = item
  if semaphore then
    item.bell = semaphore.new()
    self:wake()
    while not item.done do self.pause(item.bell) end
    return
  end
  self:wake()
  if not item.done then self.server:park(item) end
end

--- As core.limiter's acquire. What else is told of a wait: whether Redis is `lost`, `slow`, or all is `held` or its clock
--- `stepped`, and what to say of it.
---@return integer? grant
---@return number|string wait or what is wrong
---@return integer? ticket
---@return string? lane
---@return number? expected
---@return string? state
---@return string? text
function Slots:acquire(list, lease, ticket)
  own(self)
  lease = lease + self.late
  if lease > self.lease then
    return nil, ("limits_url: a call may take %g s at most, since others wait for it that long; raise limits_timeout, "
      .. "for all that use the account"):format(self.timeout)
  end
  local ask = new_record(self, list)
  ask.lease, ask.ticket = lease, ticket or 0
  -- an exchange that is under way goes on only while the runtime of its task does
  if semaphore or not self.busy or self.server and runtimes.current() == self.server then
    await(self, self.asks, ask)
  else
    beside(self, { ask }, {})
  end
  if ask.stamp then
    self.held[ask.stamp], ask.bell = ask, nil
    return ask.stamp
  end
  local answer = ask.answer
  if answer.thrown ~= nil then error(answer.thrown, 0) end
  if answer.message then return nil, answer.hint and answer.message .. "; " .. answer.hint or answer.message end
  ticket = answer.ticket or ask.ticket -- it keeps its place
  recycle(self, ask)
  return nil, answer.wait, ticket, answer.lane or self.lanes[list[1]].name, answer.expected or answer.wait, answer.state,
    answer.text
end

local function give(self, item, urgent)
  self.gave[#self.gave + 1] = item
  if semaphore then
    if urgent then self:wake() elseif not self.agent then self.agent = ngx.timer.at(0, agent, self) or false end
  elseif urgent or #self.gave >= HANDFUL then
    self.urgent = true
    if not self.lost then self:wake() end
  end
end

--- As core.limiter's release. What was given back is told at once where others may wait for it.
function Slots:release(grant, how, at)
  own(self)
  local record = self.held[grant]
  if not record then return end -- it was released, or is another process's
  self.held[grant] = nil
  record.what, record.done = how, nil
  if how ~= "not_sent" then record.at = at or now() end
  local lanes, urgent = record.lanes, how == "not_sent"
  for i = 1, #lanes do urgent = urgent or self.lanes[lanes[i]].narrow end
  give(self, record, urgent and how ~= "lost")
end

--- As core.limiter's extend.
function Slots:extend(grant, lease)
  own(self)
  local record = self.held[grant]
  if not record then return nil end
  local item = { what = "extend", stamp = grant, lanes = record.lanes, a = lease + self.late }
  if semaphore then
    await(self, self.gave, item)
  else
    beside(self, {}, { item })
  end
  if item.extended == nil then return false end
  return item.extended or nil
end

--- As core.limiter's cancel_wait.
function Slots:cancel_wait(ticket)
  own(self)
  if ticket > 0 then give(self, new_record(self, NO_LANES, "forget", ticket)) end
end

--- As core.limiter's close_lane: others hear of it with the next exchange.
function Slots:close_lane(index, seconds)
  own(self)
  local record = new_record(self, { index }, "close")
  record.at = now() + seconds
  give(self, record, true)
end

--- What Redis says of the account: {held, text?, reason, cause, count, client, ago, lanes}; nil and a message. `text` says until
--- when nothing is sent, and why; `cause` is the reason of the last pause in words.
function Slots:look()
  own(self)
  local by = now() + EXCHANGE
  local reply, failure = self.link:ask({ "EVALSHA", names.look, 1, self.hash }, by)
  if type(reply) == "table" and reply.error and reply.error:find("^NOSCRIPT") then
    reply, failure = self.link:ask({ "EVAL", scripts.look, 1, self.hash }, by)
  end
  if type(reply) == "table" and reply.error then failure = links.failure(reply.error) end
  if failure then return nil, ("%s: %s"):format(server_of(self), failure.message), failure.hint end
  local sound = type(reply) == "table" and is_count(reply[1], HUGE) and is_count(reply[2], HUGE)
    and type(reply[3]) == "string" and type(reply[4]) == "table"
  local rows = {}
  for i, row in ipairs(sound and reply[4] or {}) do
    sound = sound and type(row) == "table" and type(row[1]) == "string"
    for k = 2, 8 do sound = sound and is_count(row[k], HUGE) end
    if not sound then break end
    rows[i] = { name = row[1], slots = row[2], window = row[3] / SECOND, used = row[4], waiting = row[5],
      closed_for = row[6] / SECOND, gap = row[7] / SECOND, widened = row[8] / SECOND }
  end
  if not sound then return nil, server_of(self) .. ": it answers what the script cannot have said" end
  local count, reason, client, at = reply[3]:match("^(%d+) (%a+) (%x+) (%d+)$")
  local held = reply[2] / SECOND
  return { held = held, text = held > 0 and why_held(reason, held) or nil,
    reason = reason, cause = reasons[reason] or reason, count = tonumber(count) or 0, client = client,
    ago = at and math.max(reply[1] - tonumber(at), 0) / SECOND or nil, lanes = rows }
end

--- What `idngo doctor` tells of it: see limits/examine.lua.
function Slots:examine()
  return require("idngo.limits.examine").findings(self)
end

--- As core.limiter's snapshot.
---@return table[]? lanes
---@return string? why not
---@return number? held for so many seconds nobody is granted anything
function Slots:snapshot()
  local found, message = self:look()
  if not found then return nil, message end
  return found.lanes, nil, found.held
end

--- Leaves out the pause of the account's first call: whoever asks knows that nothing was sent for it lately.
---@return true?
---@return string? why not
function Slots:nobody_sent()
  own(self)
  local reply, message = exchange(self, {}, {}, true)
  return reply and true, message
end

--- Gives back what is still to be given back, unless whoever used it was collected as garbage: then leases do.
function Slots:close(collected)
  own(self)
  if not has_work(self) or collected or self.lost then return end
  self.urgent = true
  self:wake()
end

--- The slots of one account in Redis.
---@param settings idngo.RedisLimits
---@param account string tells one account from another; a hash
---@param directory string? of what the processes of this machine share; otherwise one of this user's in memory
---@param late number seconds after which a request that was broken off is counted no more
function M.new(settings, account, directory, late)
  local name = account:sub(1, 32)
  local self = setmetatable({
    address = settings.address, link = links.new(settings.address, settings.user, settings.password),
    hash = ("idngo:1:{%s}:h"):format(name), lanes = {}, longest = 0, timeout = settings.timeout, late = late,
    lease = lease_of(settings.timeout) + late, rtt = settings.rtt, slack = 2.5 * settings.rtt,
    unfenced = settings.unfenced, directory = directory, name = name,
  }, Slots)
  if semaphore then self.pause = require("idngo.transport.ngx_calls").pause end
  own(self)
  return self
end

return M
