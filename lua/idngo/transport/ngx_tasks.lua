-- idngo.run inside nginx: tasks are light threads of the request or timer that runs it. Calls in them need no runtime of
-- their own, since nginx's transport yields wherever it is.

local advice = require("idngo.transport.ngx_advice")
local compat = require("idngo.compat")
local semaphore = require("ngx.semaphore")

local try, unpack = compat.try, compat.unpack
local running = coroutine.running
local spawn, wait = ngx.thread.spawn, ngx.thread.wait

local M = {}

--- Throws where nginx has no light threads, or nothing can wait.
---@param name string of what needs them
---@param level integer? of whom to blame, as error's; 3 unless told otherwise
function M.check(name, level)
  local failure = advice.unusable_phase()
  if failure then error(("%s: %s; %s"):format(name, failure.message, failure.hint), level or 3) end
end

local of_thread = setmetatable({}, { __mode = "k" }) -- what a thread of idngo.run has spawned itself

local Task = {}
Task.__index = Task

--- The task's results, or nil, its error and true when it threw. Waits for its end.
function Task:wait()
  if not self.done then M.check("waiting for a task") end
  while not self.done do
    self.waiting = self.waiting + 1
    self.ended:wait(60)
    self.waiting = self.waiting - 1
  end
  if self.ok then return unpack(self.results) end
  return nil, self.results[1], true
end

local function finish(task, ok, ...)
  task.done, task.ok, task.results = true, ok, { ... }
  if task.waiting > 0 then task.ended:post(task.waiting) end
end

--- Runs `fn` in the running thread, then waits for the threads it has spawned: nginx lets nobody else do so.
local function run(task, fn, ...)
  local thread, args, spawned = running(), { ... }, {}
  of_thread[thread] = spawned
  finish(task, try(function() return fn(unpack(args)) end))
  for _, child in ipairs(spawned) do wait(child) end
  of_thread[thread] = nil
end

local function new_task()
  return setmetatable({ ended = semaphore.new(), waiting = 0, done = false }, Task)
end

--- Whether the running thread is one of idngo.run.
function M.is_running()
  return of_thread[running()] ~= nil
end

--- Starts `fn(...)` as a task of the running thread.
function M.spawn(fn, ...)
  M.check("idngo.spawn")
  local task = new_task()
  local spawned, thread = of_thread[running()], spawn(run, task, fn, ...)
  if spawned then spawned[#spawned + 1] = thread end -- else the request waits for it
  return task
end

--- Runs `fn(...)`, and waits for every task spawned in it.
---@return table task
function M.run(fn, ...)
  local task = new_task()
  run(task, fn, ...)
  return task
end

return M
