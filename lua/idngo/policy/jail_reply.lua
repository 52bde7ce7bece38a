-- What evaluators of policies answer: nothing of it is believed until it was looked at.

local actions = require("idngo.policy.actions")
local compat = require("idngo.compat")
local core = require("idngo.core")
local fact_table = require("idngo.policy.facts")

local M = {}

local MIB = 1024 * 1024
local MAX_MESSAGE, MAX_READS = 1000, 1000

--- One line of valid UTF-8, whatever came.
function M.clean(text)
  text = text:sub(1, MAX_MESSAGE):gsub("%c", " ")
  for cut = 0, 3 do -- perhaps within a character
    if core.utf8(text:sub(1, #text - cut)) then return text:sub(1, #text - cut) end
  end
  return (text:gsub("[\128-\255]", "?"))
end

local transient = { time = true, starved = true, crash = true, protocol = true, cancelled = true }

function M.error_outcome(reason, message, line)
  return { kind = "error", reason = reason, message = message, line = line, transient = transient[reason] }
end

function M.no_answer()
  return M.error_outcome("protocol", "the evaluator sent something that is no answer")
end

function M.cancelled() return M.error_outcome("cancelled", "cancelled before the policy had decided") end

--- What is said of an error by its reason; of a policy's own, its message.
local said = {
  time = function(pool) return ("the policy took longer than %g s"):format(pool.seconds) end,
  instructions = function() return "the policy did not come to an end within 50 million instructions" end,
  memory = function(pool) return ("the policy used more than %g MiB of memory"):format(pool.memory / MIB) end,
  stack = function()
    return "the policy ran out of stack: it is nested too deeply, calls itself without end, or handles too many values at once"
  end,
  starved = function() return "the system had no memory left for the policy" end,
}

local function check_error(reply, pool)
  local line = compat.is_integer(reply.line) and reply.line > 0 and reply.line or nil
  local say = said[reply.reason]
  if say then return M.error_outcome(reply.reason, say(pool), line) end
  if reply.reason ~= "policy" or type(reply.message) ~= "string" then return nil end
  local message = M.clean(reply.message)
  return M.error_outcome("policy", message, line or compat.tointeger(message:match(":(%d+):")))
end

local function check_decided(reply)
  if type(reply.actions) ~= "table" or #reply.actions == 0 then return nil end
  local decided = {}
  for i, action in ipairs(reply.actions) do
    local copy = actions.check(action)
    if not copy then return nil end
    decided[i] = copy
  end
  return { kind = "decided", actions = decided }
end

local function check_need(reply)
  return fact_table.facts[reply.fact] and { kind = "need", fact = reply.fact } or nil
end

local function check_trace(trace)
  if type(trace) ~= "table" or type(trace.lines) ~= "table" then return nil end
  local lines, reads = {}, {}
  for i, line in ipairs(trace.lines) do
    if not compat.is_integer(line) then return nil end
    lines[i] = line
  end
  for i, read in ipairs(type(trace.reads) == "table" and trace.reads or {}) do
    local value = type(read) == "table" and read.value
    if i > MAX_READS or type(read) ~= "table" or type(read.path) ~= "string" or type(value) == "table"
      or not compat.is_integer(read.line) then
      return nil
    end
    reads[i] = { path = M.clean(read.path), value = type(value) == "string" and M.clean(value) or value, line = read.line }
  end
  return { lines = lines, reads = reads }
end

local checks = { decided = check_decided, need = check_need, error = check_error }

--- The reply as an outcome, made of checked parts alone.
---@param pool idngo.policy.Pool
---@param reply any
---@param facts table<string, table> what was given
---@param traced boolean?
---@return idngo.policy.Outcome
function M.check(pool, reply, facts, traced)
  local check = type(reply) == "table" and checks[reply.kind]
  local outcome = check and check(reply, pool)
  if not outcome or (outcome.kind == "need" and facts[outcome.fact] ~= nil) then return M.no_answer() end
  if traced then outcome.trace = check_trace(reply.trace) end
  return outcome
end

return M
