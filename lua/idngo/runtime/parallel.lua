-- idngo.parallel, idngo.run and idngo.spawn: many calls at once, in plain Lua and in nginx.

local compat = require("idngo.compat")
local new_error = require("idngo.error").new
local runtimes = require("idngo.runtime.current")
local check_names = require("idngo.options").check

local try, unpack = compat.try, compat.unpack

-- Tasks inside nginx, or nil.
local ngx = compat.global("ngx")
local nginx = ngx and ngx.socket and require("idngo.transport.ngx_tasks") or nil

local M = {}

local DEFAULT = 16

local function cancelled(begun)
  return new_error { kind = "cancelled", outcome = begun and "unknown" or "not_sent",
    message = begun and "cancelled while under way" or "cancelled before it was begun" }
end

local known = { "concurrency", "progress", "stop_on_error" }

local function check_options(options)
  check_names("parallel", options, known, 3)
  local concurrency = options.concurrency or DEFAULT
  if type(concurrency) ~= "number" or concurrency < 1 or concurrency % 1 ~= 0 then
    error("parallel: concurrency must be a whole number above 0", 3)
  end
  if options.progress ~= nil and type(options.progress) ~= "function" then error("parallel: progress must be a function", 3) end
  return concurrency
end

--- One worker's life: takes the next item until there is none. `state.stopped` ends all workers, and so does an interrupt,
--- which cancels their runtime.
local function work(items, fn, state, results, errors, options)
  local i
  local function call() return fn(items[i], i) end
  local runtime = state.runtime
  while not (state.stopped or runtime.cancelled) do
    i = state.next
    if i > #items then return end
    state.next = i + 1
    local ok, result, err = try(call)
    if not ok then result, err = nil, result end
    results[i], errors[i] = result, err
    state.ended[i] = true
    state.count, state.failed = state.count + 1, state.failed + (err ~= nil and 1 or 0)
    if options.progress then
      local told, thrown = try(function() options.progress(state.count, #items, state.failed) end)
      if not told then state.stopped, state.thrown = true, thrown end
    end
    if err ~= nil and options.stop_on_error then
      state.stopped = true
      if state.cancel then state.cancel() end
    end
  end
end

--- Runs the workers as light threads of nginx.
local function run_in_nginx(count, worker)
  local threads = {}
  nginx.check("idngo.parallel", 4)
  for i = 1, count do threads[i] = ngx.thread.spawn(nginx.run, worker) end
  for i = 1, count do ngx.thread.wait(threads[i]) end
end

--- Calls `fn(item, index)` for every item, several at once; inside it client calls look blocking.
--- What `fn` returns is kept by the item's index: a first value, or nil and an error. What it throws is kept as the
--- error, and the others go on. After an interrupt, or with stop_on_error after the first error, calls under way and
--- items not begun have an error of kind `cancelled`.
---@param items any[]
---@param fn fun(item: any, index: integer): any, any
---@param options? {concurrency: integer?, stop_on_error: boolean?,
---  progress: fun(done: integer, total: integer, failed: integer)?} 16 at once unless told otherwise; `progress` is
---  called after each item; what it throws ends all, and is thrown again
---@return table<integer, any> results
---@return table<integer, any> errors
---@return any interrupt nil, or what interrupted the run
function M.parallel(items, fn, options)
  options = options or {}
  local count = math.min(check_options(options), math.max(1, #items))
  local results, errors = {}, {}
  local state = { next = 1, count = 0, failed = 0, ended = {}, runtime = {}, stopped = false }
  local function worker() work(items, fn, state, results, errors, options) end
  local interrupt
  local current = runtimes.current()
  if current then
    local tasks = {}
    for i = 1, count do tasks[i] = current:spawn(worker) end
    for i = 1, count do tasks[i]:wait() end
  elseif nginx then
    run_in_nginx(count, worker)
  else
    local scheduler = require("idngo.runtime.scheduler").new()
    state.runtime, state.cancel = scheduler, function() scheduler:cancel() end
    for _ = 1, count do scheduler:spawn(worker) end
    interrupt = scheduler:run()
  end
  if state.thrown then error(state.thrown, 0) end
  for i = 1, #items do
    if not state.ended[i] then errors[i] = cancelled(i < state.next) end
  end
  return results, errors, interrupt
end

--- Runs `fn(...)` as the first task and returns when it and every task spawned in it have ended.
---@param fn function
---@param ... any
---@return any ... what `fn` returned; what it threw is thrown again, an interrupt too
function M.run(fn, ...)
  if nginx and nginx.is_running() or runtimes.current() then error("idngo.run inside idngo.run; use idngo.spawn", 2) end
  local task
  if nginx then
    nginx.check("idngo.run")
    task = nginx.run(fn, ...)
  else
    local scheduler = require("idngo.runtime.scheduler").new()
    task = scheduler:spawn(fn, ...)
    local interrupt = scheduler:run()
    if interrupt then error(interrupt, 0) end
  end
  if not task.ok then error(task.results[1], 0) end
  return unpack(task.results)
end

--- Starts `fn(...)` beside the running task; only inside idngo.run or idngo.parallel.
---@param fn function
---@param ... any
---@return table task task:wait() gives its results, or nil, its error and true when it threw
function M.spawn(fn, ...)
  local current = nginx and nginx.is_running() and nginx or runtimes.current()
  if not current then error(runtimes.refusal("idngo.spawn"), 2) end
  if current == nginx then return nginx.spawn(fn, ...) end
  return current:spawn(fn, ...)
end

return M
