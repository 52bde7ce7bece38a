-- Events: what a client tells its `on_event` listener, and a listener that writes JSON lines.
--
-- A record has no secret, no argument and no personal data in it: endpoints are named, paths are templates. Fields
-- with a dot are those of OpenTelemetry's semantic conventions for HTTP clients.

local core = require("idngo.core")
local harmless = require("idngo.text").harmless
local json = require("idngo.json")

---@class idngo.ClientEvent
---@field event "request"|"reply"|"retry"|"wait"|"limit"|"limits"|"skew"|"drift"
---@field time number Unix seconds
---@field endpoint string the method's name, or "call"
---@field attempt? integer from 1; of request, reply and retry
---@field lane? string of wait and limit
---@field seconds? number of wait: the expected wait; of retry: until the next attempt; of limit: how long the lane
---  is closed; of skew: how far the server's clock is ahead of ours; of reply: how long the attempt took
---@field state? "lost"|"back"|"held"|"stepped"|"slow" of limits: what keeps the limits in Redis from being used, or that it is
---  over; its seconds: until it is tried again, or nobody waits for it any more
---@field message? string of limits: the same as a sentence
---@field drift? "field"|"value" of drift: what was never seen before
---@field field? string of drift: where it stands in the reply, such as list.items[].type
---@field value? string of drift: the value, where it is of a field with known values, and looks like a constant
---@field outcome? string of reply and retry, when the attempt failed
---@field correlation_id? string of reply, when the attempt failed: what the vendor's support asks for

local M = {}

--- Tells `listener`. An error in it is dropped: it must not cost the caller the outcome of a call.
---@param listener fun(event: idngo.ClientEvent)?
---@param call table
---@param name string
---@param fields table taken over
function M.emit(listener, call, name, fields)
  if not listener then return end
  local operation = call.operation
  fields.event, fields.time, fields.endpoint = name, core.wall(), operation.name
  fields["http.request.method"], fields["url.template"] = operation.method, operation.template
  if fields.attempt and fields.attempt > 1 then fields["http.request.resend_count"] = fields.attempt - 1 end
  pcall(listener, fields)
end

--- A listener that writes each event as one line of JSON.
---@param file file* an open file, such as io.stderr
---@return fun(event: idngo.ClientEvent)
function M.json_lines(file)
  return function(event)
    file:write(harmless(json.encode(event)), "\n")
  end
end

return M
