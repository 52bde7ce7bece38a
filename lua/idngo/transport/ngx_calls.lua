-- Calls under way in a worker of nginx, so that the slots of those that die come back.
--
-- nginx ends a thread without a word to it: its visitor hung up, ngx.thread.kill, an ngx.exit elsewhere in the request.
-- It does end what the thread waits for. So a call says what that is, a socket or a semaphore, and a timer looks whether
-- it still is: a semaphore that nobody waits at and a socket that is closed belong to a thread that is no more.

local core = require("idngo.core")
local semaphore = require("ngx.semaphore")

local ngx = ngx
local running = coroutine.running

local M = {}

-- How often the timer looks, and for how long a call must look dead: longer than nginx takes to go on with it.
local PERIOD, SURE = 0.1, 0.05

---@class idngo.NgxCall
---@field lanes table of its client, which its grant or ticket belongs to
---@field grant? integer the slots that it holds …
---@field ticket? integer … or its place among those that wait for them
---@field pause? table the semaphore that its thread waits at
---@field sock? table the connection that its thread waits for
---@field sent? number|true when the last of the request left; true while it leaves
---@field reader? table what reads the answer …
---@field received_at? number … and when it came, once it was read
---@field writing? boolean a light thread of its own still writes the body
---@field gone? boolean it is dead, but its writer may not know
---@field sending? boolean it uses a connection; a call that its reader or writer makes is another's affair
---@field outer? idngo.NgxCall a call that made this one, of the same thread
---@field suspect? number since when it looks dead

local under_way = {} ---@type table<idngo.NgxCall, true>
local of_thread = setmetatable({}, { __mode = "k" }) ---@type table<thread, idngo.NgxCall>
local armed = false

--- Threads that are garbage, which is seen late, are the only sign where a call waits for code of its user's.
local function reachable()
  local found = {}
  for _, call in pairs(of_thread) do
    while call do
      found[call], call = true, call.outer
    end
  end
  return found
end

local function looks_dead(call, found)
  if not found[call] then return true end
  if call.pause then return call.pause:count() >= 0 end
  return call.sock and not call.sock:getreusedtimes()
end

--- Gives back what a dead call holds.
local function bury(call)
  under_way[call], call.gone = nil, true
  for thread, current in pairs(of_thread) do
    if current == call then of_thread[thread] = call.outer end
  end
  local lanes, sent, received_at = call.lanes, call.sent, call.received_at or call.reader and call.reader.received_at
  if call.ticket then
    lanes:give_up(call.ticket)
  elseif received_at then
    lanes:give_back(call.grant, "answered", received_at)
  elseif sent then
    lanes:give_back(call.grant, "lost", sent ~= true and sent or core.now())
  else
    lanes:give_back(call.grant, "not_sent")
  end
end

local function look(call, found)
  if not looks_dead(call, found) then
    call.suspect = nil
    return
  end
  local now = core.now()
  call.suspect = call.suspect or now
  if now - call.suspect < SURE then return end
  if call.writing and call.sock:getreusedtimes() then
    call.gone = true -- its writer ends before anything is given back
  else
    bury(call)
  end
end

local arm

local function tick(premature)
  armed = false
  local found, calls = reachable(), {}
  for call in pairs(under_way) do calls[#calls + 1] = call end
  for _, call in ipairs(calls) do look(call, found) end
  if not premature then arm() end
end

function arm()
  if not armed and next(under_way) then armed = ngx.timer.at(PERIOD, tick) end -- nil in a worker that goes away
end

--- A call of the running thread waits for slots, or holds them.
---@param lanes table
---@param ticket integer?
---@param grant integer?
---@return idngo.NgxCall
function M.begin(lanes, ticket, grant)
  local thread = running()
  local call = { lanes = lanes, ticket = ticket, grant = grant, outer = of_thread[thread] }
  of_thread[thread], under_way[call] = call, true
  arm()
  return call
end

--- The running thread's call no longer waits for slots, and holds none.
function M.finish()
  local thread = running()
  local call = of_thread[thread]
  if not call then return end
  of_thread[thread], under_way[call] = call.outer, nil
end

--- The running thread's call, when it holds slots.
---@return idngo.NgxCall?
function M.current()
  return of_thread[running()]
end

--- The same, which begins to use a connection; nil when it does so already.
---@return idngo.NgxCall?
function M.enter()
  local call = of_thread[running()]
  if not call or call.sending then return nil end
  call.sending = true
  return call
end

--- The call is done with its connection. What was sent and answered is kept: its file may yet have to be saved.
---@param call idngo.NgxCall
function M.leave(call)
  call.sending, call.sock = nil, nil
end

--- Waits at a semaphore, for a minute at most; as a call's thread, when it is one.
---@param seconds number?
function M.pause(pause, seconds)
  local call = of_thread[running()]
  if call then call.pause = pause end
  pause:wait(seconds or 60)
  if call then call.pause = nil end
end

--- Sleeps.
function M.sleep(seconds)
  if of_thread[running()] then
    M.pause(semaphore.new(), seconds)
  else
    ngx.sleep(seconds)
  end
end

M.semaphore = semaphore.new

return M
