-- Many calls at once for plain Lua: coroutines over one wire of idngo.curl. No threads.
--
-- Inside a task, client calls look blocking: the scheduler is their runtime, and gives sleep and send by yielding
-- to the loop. A task may also wait for other tasks. Yields of the user's own coroutines are not its business: a
-- call made in one of those, inside a task, simply blocks.

local compat = require("idngo.compat")
local curl = require("idngo.curl")
local runtimes = require("idngo.runtime.current")

local try, unpack = compat.try, compat.unpack
local resume_thread, yield = coroutine.resume, coroutine.yield

local AT_ONCE = 16

local Task = {}
Task.__index = Task

local Scheduler = {}
Scheduler.__index = Scheduler

local M = {}

function M.new()
  local scheduler = setmetatable({
    wire = curl.wire(), ready = {}, first = 1, last = 0, waiting = {}, alive = 0, unusable_phase = false, cancelled = false,
  }, Scheduler)
  -- what exchange.lua calls without a self
  scheduler.sleep = function(seconds) scheduler:sleep_task(seconds) end
  return scheduler
end

--- Lets a task go on, with two values at most.
local function push_ready(self, task, a, b)
  if a ~= nil or b ~= nil then task.given = { a, b } end
  self.ready[self.last + 1] = task -- or there is no memory, and no entry
  self.last = self.last + 1
end

--- Keeps what a task returned or threw, and wakes those who wait for it.
local function finish(self, task, ok, ...)
  self.alive = self.alive - 1
  task.done, task.ok, task.results = true, ok, { ... }
  for _, waiter in ipairs(task.waiters) do push_ready(self, waiter) end
end

--- Starts `fn(...)` as a task.
function Scheduler:spawn(fn, ...)
  local task, args = setmetatable({ waiters = {} }, Task), { ... }
  task.co = coroutine.create(function()
    finish(self, task, try(function() return fn(unpack(args)) end))
  end)
  runtimes.assign(task.co, self)
  push_ready(self, task)
  self.alive = self.alive + 1
  return task
end

-- A task that yields says what it waits for, and the loop sees to that: nothing is begun by one that cannot yield.

local function await_task(_, task, other) table.insert(other.waiters, task) end

local function await_wake(_, task, place) place.task = task end

local function await_turn(self, task) push_ready(self, task) end

local function await_time(self, task, seconds) self.waiting[self.wire:sleep(seconds)] = task end

local function await_descriptor(self, task, descriptor, what, by, mark)
  local id, message = self.wire:wait(descriptor, what, by)
  if not id then return push_ready(self, task, nil, { kind = "io", message = message }) end
  self.waiting[id] = task
  if mark then mark.id = id end
end

local function await_reply(self, task, route, method, target, header_block, by, options, signer, skew)
  local wire = self.wire
  local ok, id = pcall(wire.add, wire, route, method, target, header_block, by, signer, skew, options)
  if ok then
    self.waiting[id] = task
  else
    push_ready(self, task, nil, { kind = "io", message = id, sent = false, permanent = true })
  end
end

--- The task's results, or nil, its error and true when it threw. Waits for its end.
function Task:wait()
  while not self.done do
    if not runtimes.current() then error(runtimes.refusal("waiting for a task"), 2) end
    yield(await_task, self)
  end
  if self.ok then return unpack(self.results) end
  return nil, self.results[1], true
end

--- Waits inside a task until unpark is called with the same table.
function Scheduler:park(place) -- luacheck: ignore 212/self
  yield(await_wake, place)
end

--- Lets the task that waits there go on, if one does.
function Scheduler:unpark(place)
  local task = place.task
  if not task then return end
  place.task = nil
  push_ready(self, task)
end

--- Where everything is cancelled nobody waits, but the others have their turn: a task may wait for what one of them does.
function Scheduler:sleep_task(seconds)
  if self.cancelled then yield(await_turn) else yield(await_time, seconds) end
end

--- Waits for a descriptor from inside a task; see runtime/init.lua.
---@param mark table? for stop_waiting
---@return "r"|"w"|"rw"|false|nil found false when the time came first, or it was told to stop
---@return table? failure
function Scheduler:wait(descriptor, what, by, mark)
  if self.cancelled then return nil, { kind = "cancelled", message = "cancelled before it was begun" } end
  return yield(await_descriptor, descriptor, what, by, mark)
end

--- Whether a task still waits with this mark.
function Scheduler:is_waiting(mark)
  return mark.id ~= nil and self.waiting[mark.id] ~= nil
end

--- Lets the task that waits with this mark go on.
function Scheduler:stop_waiting(mark)
  local task = self.waiting[mark.id]
  if not task then return end
  self.waiting[mark.id] = nil
  self.wire:cancel(mark.id)
  push_ready(self, task, false)
end

--- Sends one request from inside a task; as in transport/curl.lua.
function Scheduler:send(route, method, target, header_block, by, options, signer, skew)
  if self.cancelled then
    return nil, { kind = "cancelled", message = "cancelled before it was sent", sent = false, permanent = true }
  end
  return yield(await_reply, route, method, target, header_block, by, options, signer, skew)
end

--- As in transport/curl.lua; called before any other task goes on, both.
function Scheduler:sent() return self.wire:sent() end

function Scheduler:distrust() self.wire:distrust() end

--- Has those asked again whether they may be sent who said "later": see client/attempt.lua.
function Scheduler:ask_again() self.wire:ask_again() end

--- Ends what is under way: requests in flight come back as errors of kind `cancelled`, waits end at once.
function Scheduler:cancel()
  if self.cancelled then return end
  self.cancelled = true
  self.wire:drop()
  for _, task in pairs(self.waiting) do -- those that sleep are told nothing
    push_ready(self, task, nil,
      { kind = "cancelled", message = "cancelled while under way", sent = true, permanent = true })
  end
  self.waiting = {}
end

--- Lets a task go on with what it waited for: at most four values.
local function resume(self, task, a, b, c, d)
  local ok, await, route, method, target, header_block, by, options, signer, skew = resume_thread(task.co, a, b, c, d)
  if not ok then error(await, 0) end
  if await then await(self, task, route, method, target, header_block, by, options, signer, skew) end
end

local function resume_ready(self)
  while self.first <= self.last do
    local task = self.ready[self.first]
    local given = task.given
    self.ready[self.first] = nil
    self.first = self.first + 1
    if given then
      task.given = nil
      resume(self, task, given[1], given[2])
    else
      resume(self, task)
    end
  end
  self.first, self.last = 1, 0
end

--- Lets those run who can, else waits for whatever comes first. Whether something did.
local function turn(self)
  if self.last > 0 then resume_ready(self) end
  if self.alive == 0 then return false end
  local wire, waiting = self.wire, self.waiting
  local id, status, head, body, received_at = wire:step(3600)
  if not id then
    if wire:count() == 0 then error("every task waits for another one", 0) end
    return false
  end
  local task = waiting[id]
  waiting[id] = nil
  resume(self, task, status, head, body, received_at)
  return true
end

--- Takes turns until every task has ended. They run in a coroutine of their own: but in LuaJIT, an interrupt is thrown
--- into the main one only, so it arrives between two turns, where nothing is half done. As long as calls end one
--- after another, some turns are taken at once.
local function drive(self)
  local loop = coroutine.create(function()
    while self.alive > 0 do
      for _ = 1, AT_ONCE do
        if not turn(self) then break end
      end
      coroutine.yield()
    end
  end)
  while coroutine.status(loop) ~= "dead" do
    local ok, thrown = coroutine.resume(loop)
    if not ok then error(thrown, 0) end
  end
end

--- Runs until every task has ended. An interrupt (the error that the lua program throws on Ctrl-C) cancels what is
--- under way and is then returned.
---@return any interrupt nil when there was none
function Scheduler:run()
  local ok, interrupt = pcall(drive, self)
  if not ok then
    self:cancel()
    pcall(drive, self)
  end
  self.wire:close()
  return not ok and interrupt or nil
end

return M
