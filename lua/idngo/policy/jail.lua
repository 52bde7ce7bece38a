-- Evaluates a policy in processes without any rights (csrc/jail), and checks every reply of theirs before it is used.
--
--   local pool = assert(require("idngo.policy.jail").pool { text = text, chunkname = "block-duplicates.lua" })
--   local outcome = pool:evaluate(applicant, { duplicates = … })
--
-- An evaluator that is late, dies or answers nonsense is killed and replaced; that one evaluation is an error. A policy
-- that does not end is found by counting its instructions, which gives the same result on every machine; the clock is for loops
-- inside a library function. An error that may not come again is `transient`: it decides nothing.

local compat = require("idngo.compat")
local core = require("idngo.core")
local errors = require("idngo.error")
local fact_table = require("idngo.policy.facts")
local host = require("idngo.jail_host")
local runtimes = require("idngo.runtime.current")
local check_options = require("idngo.options").check
local inputs = require("idngo.policy.inputs")
local replies = require("idngo.policy.jail_reply")
local sorted = require("idngo.sorted")
local suggest = require("idngo.suggest")
local watching = require("idngo.policy.watching")

local M = {}

local clean, error_outcome, no_answer = replies.clean, replies.error_outcome, replies.no_answer

--- The facts a policy may touch.
M.facts = fact_table.names

local MIB = 1024 * 1024

--- Seconds for a process to come up: however busy the machine, or slow the disk that it is read from.
M.START_SECONDS = 60

local LOAD_SECONDS = 10 -- for a process to load its policy, where an evaluation has less

local GRACE = 0.05 -- the evaluator itself stops at the deadline, and can say where; this much later it is killed
local BLOCK = 0.005 -- nearly every evaluation ends within this: others are let run after it, and between two looks

---@class idngo.policy.PoolOptions
---@field text string the policy
---@field chunkname? string its name in messages
---@field size? integer evaluators at the most, 2
---@field memory? integer bytes an evaluation may use, 64 MiB
---@field seconds? number an evaluation may take at the most, 10
---@field program? string path of idngo-jail

---@class idngo.policy.Read
---@field path string as in "duplicates.hits[1].applicantId"
---@field value? string|number|boolean nil when there was none; long strings are cut
---@field line integer

---@class idngo.policy.Trace
---@field lines integer[] lines executed, in order; after the first 10000 only those not seen before
---@field reads idngo.policy.Read[] what was read of facts and applicant, in order, the first 1000

---@class idngo.policy.EvaluateOptions
---@field trace? boolean
---@field columns? idngo.policy.Names what applicants of this run may be asked for; anything unless given
---@field event? table what a watch decides about
---@field today? string the day as the run wrote it down, "2026-01-31"; it is an error to read it unless given

---@class idngo.policy.Outcome
---@field kind "decided"|"need"|"error"
---@field actions? idngo.policy.Action[] of "decided", at least one
---@field fact? string of "need": the first fact touched that was not given
---@field message? string of "error"
---@field reason? "policy"|"instructions"|"memory"|"stack"|"time"|"starved"|"protocol"|"crash"|"cancelled" of "error"
---@field transient? boolean of "error": the machine's trouble rather than the policy's; nothing was decided
---@field line? integer of "error", where it is known
---@field trace? idngo.policy.Trace when asked for; not with every error

---@class idngo.policy.Info
---@field name string
---@field version string?
---@field inputs idngo.policy.Inputs
---@field on string[]? the types of events that a watch has it decide
---@field newest "topic"|"none"|nil which events of one subject and topic it decides
---@field echoes boolean? whether it decides events that its own actions caused, too

---@class idngo.policy.Pool
---@field info idngo.policy.Info from the policy's table
local Pool = {}
Pool.__index = Pool

--- Where idngo-jail is: named by the environment, or beside the modules.
local function default_program()
  local named = os.getenv("IDNGO_JAIL")
  return named and named ~= "" and named or host.program
end

local ended = { [31] = "it made a system call it must not make", [24] = "it used up its processor time" } -- SIGSYS, SIGXCPU

local TOO_LONG, NOT_UP = "the policy took longer than %g s, and was killed", "no evaluator came up within %g s"

--- Stops an evaluator: an outcome that says how it ended; `late`: in words, where it was that.
local function post_mortem(process, what, late)
  local how, number = process:stop()
  if what == "cancelled" then return replies.cancelled() end
  if what == "late" or (how == "signal" and number == 24) then return error_outcome("time", late) end
  if what == "bad" then return no_answer() end
  if how == "exit" and number == 77 then return error_outcome("crash", "idngo-jail could not confine itself on this system") end
  if how == "exit" and number == 78 then
    return error_outcome("crash", "idngo-jail was not linked with the Lua 5.4 that it is made for; build idngo again")
  end
  return error_outcome("crash", ("the evaluator ended before it answered: %s"):format(
    how == "signal" and ended[number] or ("%s %s"):format(how, number)))
end

--- The reply to what was sent, or nil and what went wrong. Other tasks run during a slow evaluation: this one only looks then.
local function reply_of(process, deadline)
  local current = runtimes.current()
  local most = current and BLOCK or math.huge
  while true do
    local reply, what = process:receive(math.min(most, math.max(0, deadline - core.now())))
    if what ~= "late" or core.now() >= deadline then return reply, what end
    if current then
      if current.cancelled then return nil, "cancelled" end
      current.sleep(BLOCK)
      most = 0
    end
  end
end

--- The reply to `value`, or nil and what went wrong.
local function converse(process, value, seconds)
  local deadline = core.now() + seconds
  local ok, what = process:send(value, seconds, math.ceil(seconds))
  if not ok then return nil, what end
  return reply_of(process, deadline)
end

--- Starts an evaluator and gives it the policy; what the policy is called, or nil and an outcome that says why not.
local function start(pool)
  local process, message = host.start(pool.program, pool.memory, math.ceil(pool.seconds * 1000))
  if not process then
    return nil, error_outcome("crash", pool.program == os.getenv("IDNGO_JAIL") and message .. "; IDNGO_JAIL names it" or message)
  end
  local seconds, late = math.max(pool.seconds, LOAD_SECONDS), NOT_UP:format(M.START_SECONDS)
  local reply, what = reply_of(process, core.now() + M.START_SECONDS)
  if reply ~= nil then
    late = TOO_LONG:format(seconds)
    reply, what = converse(process, { pool.text, pool.chunkname, M.facts, fact_table.fields }, seconds + GRACE)
  end
  if reply == nil then return nil, post_mortem(process, what, late) end
  local info = type(reply) == "table" and reply.kind == "policy" and reply.policy
  if type(info) == "table" and type(info.name) == "string" then
    local declared
    declared, message = inputs.check(info.inputs)
    message = message or watching.flaw(info)
    if message then
      process:stop()
      return nil, error_outcome("policy", clean(("%s: %s"):format(pool.chunkname, message)))
    end
    return process, { name = clean(info.name), version = type(info.version) == "string" and clean(info.version) or nil,
      inputs = declared, on = info.on, newest = info.newest, echoes = info.echoes }
  end
  process:stop()
  local outcome = replies.check(pool, reply, {})
  return nil, outcome.kind == "error" and outcome or no_answer()
end

--- An idle evaluator, or a new one; nil and an outcome when none starts.
local function take(pool)
  while true do
    local idle = table.remove(pool.idle)
    if idle then return idle end
    if pool.count < pool.size then
      pool.count = pool.count + 1
      local ok, process, result = compat.pcall(start, pool) -- it may be interrupted, or find no memory
      if not (ok and process) then pool.count = pool.count - 1 end
      if not ok then error(process, 0) end
      return process, result
    end
    local current = runtimes.current()
    if not current then error("every evaluator is in use", 0) end
    if current.cancelled then return nil, replies.cancelled() end -- nobody would be let run by a sleep
    current.sleep(BLOCK)
  end
end

--- Stops the process before anything else: when that throws, the caller's handler drops the process, once.
local function drop(pool, process)
  process:stop()
  pool.count = pool.count - 1
end

--- Makes an outcome of an evaluator's reply, or of its failure; a healthy process goes back to the pool.
local function conclude(pool, process, facts, traced, reply, what)
  if what == "large" then
    table.insert(pool.idle, process)
    return error_outcome("memory", "the facts are too large to be evaluated")
  end
  if reply == nil then
    local outcome = post_mortem(process, what, TOO_LONG:format(pool.seconds))
    pool.count = pool.count - 1
    return outcome
  end
  local outcome = replies.check(pool, reply, facts, traced)
  if not outcome.transient and outcome.reason ~= "memory" then
    table.insert(pool.idle, process)
  else
    drop(pool, process)
  end
  return outcome
end

local function check_given(pool, applicant, facts)
  if not pool.idle then error("evaluate: the pool is closed", 4) end
  if applicant ~= false and type(applicant) ~= "table" or type(facts) ~= "table" then error("evaluate: tables expected", 4) end
  for name, fact in pairs(facts) do
    if not fact_table.facts[name] then
      error(("evaluate: there is no fact %s, %s"):format(tostring(name), suggest(name, M.facts)), 4)
    end
    if type(fact) ~= "table" then error(("evaluate: fact %s must be a table"):format(name), 4) end
  end
end

--- Calls `fn`; when it throws (an interrupt, or a value that cannot be sent), stops the evaluator before the error goes on.
local function guarded(pool, process, fn, ...)
  local ok, result, what = compat.pcall(fn, ...)
  if ok then return result, what end
  pool.count = pool.count - 1
  process:stop()
  error(result, 4)
end

local evaluate_options = { "columns", "event", "today", "trace" }

--- Sends a request; returns the function that waits for its outcome.
local function ask(pool, applicant, facts, options)
  check_given(pool, applicant, facts)
  options = check_options("evaluate", options, evaluate_options, 3)
  local traced, seconds = options.trace == true, pool.seconds + GRACE
  local messages
  if applicant then
    applicant, messages = inputs.take(pool.info.inputs, applicant)
  else
    messages = {}
  end
  if messages[1] then
    local outcome = error_outcome("policy", table.concat(messages, "; "))
    return function() return outcome end
  end
  local request = { applicant, facts, traced, options.columns or false, options.today or false,
    options.event or false }
  local process, outcome, sent, unsent, deadline
  local function wait() -- made before an evaluator is taken: without memory for it, none is lost
    local reply, what = nil, unsent
    if sent then reply, what = guarded(pool, process, reply_of, process, deadline) end
    return (guarded(pool, process, conclude, pool, process, facts, traced, reply, what))
  end
  process, outcome = take(pool)
  if not process then return function() return outcome end end
  deadline = core.now() + seconds
  sent, unsent = guarded(pool, process, process.send, process, request, seconds, math.ceil(seconds))
  return wait
end

--- Begins an evaluation of the policy from its start, with the applicant as the policy's inputs have it, and gives
--- the function that waits for its outcome: one can be prepared while another is under way, as many as the pool has evaluators.
--- Never throws for anything the policy does.
---@param applicant table|false what is known of the applicant from the input; false: an event names none
---@param facts table<string, table> normalised replies by the fact's name; those that are absent are needed when touched
---@param options? idngo.policy.EvaluateOptions
---@return fun(): idngo.policy.Outcome
function Pool:ask(applicant, facts, options)
  local outcome_of = ask(self, applicant, facts, options)
  return outcome_of
end

--- Evaluates the policy from its start: asks, and waits.
---@param applicant table
---@param facts table<string, table>
---@param options? idngo.policy.EvaluateOptions
---@return idngo.policy.Outcome
function Pool:evaluate(applicant, facts, options)
  local outcome_of = ask(self, applicant, facts, options)
  return outcome_of()
end

--- Ends all evaluators. May be called twice.
function Pool:close()
  for _, process in ipairs(self.idle or {}) do process:stop() end
  self.idle = nil
end

Pool.__close = Pool.close

--- Type of every option, and the most a number may be.
local known = {
  text = { "string" }, chunkname = { "string" }, program = { "string" },
  size = { "integer", 1000 }, memory = { "integer", 2 ^ 40 }, seconds = { "number", 3600 },
}

local function check_option(name, value)
  local kind, most = known[name][1], known[name][2]
  if not most then return type(value) == kind or error(("pool: %s must be a string"):format(name), 4) end
  local fits = (kind == "integer" and compat.is_integer(value) or kind == "number" and type(value) == kind)
    and value > 0 and value <= most
  if not fits then
    error(("pool: %s must be a%s number above 0, at most %d"):format(name, kind == "integer" and " whole" or "", most), 4)
  end
end

local function check_pool_options(options)
  check_options("pool", options, sorted(known), 3)
  for name, value in pairs(options) do check_option(name, value) end
  if not options.text then error("pool: text is missing", 3) end
end

--- Makes a pool of evaluators for one policy, and asks the first for the policy's name.
---@param options idngo.policy.PoolOptions
---@return idngo.policy.Pool?
---@return idngo.Error? err the text is not Lua, has no name or no function decide, or no evaluator starts; retryable: another
---  time one may
function M.pool(options)
  check_pool_options(options)
  local pool = setmetatable({
    text = options.text, chunkname = options.chunkname or "policy", size = options.size or 2,
    memory = options.memory or 64 * MIB, seconds = options.seconds or 10, program = options.program or default_program(),
    idle = {}, count = 0,
  }, Pool)
  local process, result = start(pool)
  if not process then
    local err = errors.config("policy: " .. result.message)
    err.retryable = result.transient
    return nil, err
  end
  pool.info, pool.idle[1], pool.count = result, process, 1
  return pool
end

return M
