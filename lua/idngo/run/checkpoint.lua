-- idngo.parallel for scripts: the same as inside, and a checkpoint file in which each item's result is kept, so that the script
-- can be run again and goes on.

local check_names = require("idngo.options").check
local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")
local parallel = require("idngo.runtime.parallel").parallel

local M = {}

--- A digest of all items, in their order.
local function digest(items)
  local hash = core.sha256(("%d items"):format(#items))
  for i = 1, #items do
    local ok, text = pcall(json.encode, { items[i] }, ("items[%d]"):format(i), "[]")
    if not ok then error("parallel: with a checkpoint items must be what JSON can hold: " .. text, 3) end
    hash = core.sha256(hash .. text)
  end
  return hash
end

local known = { "checkpoint", "client", "concurrency", "progress", "stop_on_error" }

local function go_on(jobs, items, fn, options)
  local job, err = jobs.open(options.checkpoint, options.client, digest(items))
  if not job then return nil, err end
  local ok, results, failures, interrupt = compat.try(function()
    return parallel(items, function(item, i)
      local result, failure, wrong = jobs.step(job, tostring(i), function(client) return fn(item, i, client) end)
      if wrong then error(("parallel: fn, for items[%d] of the checkpoint, %s"):format(i, wrong), 0) end
      return result, failure
    end, { concurrency = options.concurrency, progress = options.progress, stop_on_error = options.stop_on_error })
  end)
  job:close()
  if not ok then error(results, 0) end
  return results, failures, interrupt
end

--- Calls `fn(item, index)` for every item, several at once; inside it client calls look blocking.
--- What `fn` returns is kept by the item's index: a first value, or nil and an error. What it throws is kept as the
--- error, and the others go on. After an interrupt, or with stop_on_error after the first error, calls under way and
--- items not begun have an error of kind `cancelled`.
---
--- With a checkpoint, a file, a second run with the same items goes on: items with a result are not called again. Then `fn`
--- gets a third argument, a client: a call by it that must not be made twice is made at most once for its item, as in a step
--- of a job.
---@param items any[]
---@param fn fun(item: any, index: integer, client: idngo.Client?): any, any
---@param options? {concurrency: integer?, stop_on_error: boolean?,
---  progress: fun(done: integer, total: integer, failed: integer)?,
---  checkpoint: string?, client: idngo.Client?} 16 at once unless told otherwise; client: whose account the checkpoint is
---  bound to
---@return table<integer, any>? results nil, and an error, when the checkpoint cannot be used
---@return table<integer, any> errors
---@return any interrupt nil, or what interrupted the run
function M.parallel(items, fn, options)
  if type(options) ~= "table" or options.checkpoint == nil and options.client == nil then
    return parallel(items, fn, options)
  end
  check_names("parallel", options, known)
  local jobs = require("idngo.run.job") -- without a checkpoint no database is loaded
  jobs.check("parallel", "checkpoint", options.checkpoint, options.client)
  return go_on(jobs, items, fn, options)
end

return M
