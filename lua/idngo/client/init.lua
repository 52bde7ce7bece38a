-- The client: a method for each endpoint, made from its description at the first call.

local attempt = require("idngo.client.attempt")
local check_names = require("idngo.options").check
local compat = require("idngo.compat")
local config = require("idngo.client.config")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local errors = require("idngo.error")
local exchange = require("idngo.client.exchange")
local lanes = require("idngo.limits.lanes")
local request = require("idngo.client.request")
local runtimes = require("idngo.runtime.current")
local said = require("idngo.client.said")
local suggest = require("idngo.suggest")
local version = require("idngo.version")

local run, build, builders, throw = exchange.run, request.build, request.builders, request.throw

request.is_inside()

---@class idngo.Client
local Client = {}
Client.__index = Client

-- What a client holds is out of reach of dumps and debuggers that print tables: secrets have no fields.
local private = setmetatable({}, { __mode = "k" })

local function state_of(client, name)
  local state = private[client]
  if not state then throw(name, "called on something that is not a client; write client:" .. name .. "(…)") end
  if not state.signer then throw(name, "the client is closed") end
  return state
end

--- Looks what became of a call that failed, as its endpoint says: see settle.lua.
local function settle(state, call, err, is_wanted)
  local deadline, ended = call.deadline or state.deadline, core.now()
  local function look(name, key)
    local left = deadline and deadline - err.elapsed - (core.now() - ended)
    if not state.signer or left and left <= 0 then return nil end
    -- what may stand in a body need not be fit for a target: then nobody can look
    local is_fit, looking = pcall(builders[name], state, key, { deadline = left, timeout = call.timeout })
    if is_fit then return run(state, looking) end
  end
  return require("idngo.client.settle").settle(call, err, look, ended - err.elapsed, is_wanted)
end

local function carry_out(state, call, is_wanted)
  local result
  local ok, err = request.open_source(call)
  if not ok then return nil, err end
  result, err = run(state, call)
  if result and call.operation.settle then result.created, result.differs = nil, nil end -- the client's word, not the service's
  if err and call.operation.settle then
    if call.source and call.content then call.content.size = call.source:size() - #call.before - #call.after end
    result, err = settle(state, call, err, is_wanted)
  end
  if call.source then call.source:close() end
  return result, err
end

--- Carries a call out; one that must not be made twice is the guard's where a client has one: see M.guarded.
local function perform(state, call, is_wanted)
  if state.guard and call.operation.retry == "once" then
    return state.guard(call, function() return carry_out(state, call, is_wanted) end)
  end
  return carry_out(state, call, is_wanted)
end

--- The method of an endpoint.
local function method_of(operation)
  local name, act = operation.name, operation.is_plain and run or perform
  return function(self, ...)
    local state = private[self]
    if not state or not state.signer then state_of(self, name) end
    return act(state, build(state, operation, ...))
  end
end

--- Stands for a method whose description cannot be read now, as when no file can be opened: the next call tries again. Throws
--- what was thrown for another reason.
local function unreadable(name, message)
  if type(message) ~= "string" or not message:find("module 'idngo%.") then error(message, 0) end
  return function()
    return nil, errors.tell(errors.new { kind = "io", outcome = "not_sent", endpoint = name, retryable = true,
      message = "what is said of this endpoint cannot be read: " .. message:match("^[^\n]*") })
  end
end

-- A method is made when it is first asked for, and stays.
setmetatable(Client, { __index = function(_, name)
  local ok, operation = pcall(request.operation, name)
  if not ok then return unreadable(name, operation) end
  if not operation then return nil end
  Client[name] = method_of(operation)
  return Client[name]
end })

--- Removes an applicant's profile: set_presence(applicantId, "deactivated").
---@param applicantId string
---@param options? {timeout: number?, deadline: number?}
---@return table? applicant
---@return idngo.Error?
function Client:deactivate(applicantId, options)
  local state = state_of(self, "deactivate")
  return perform(state, builders.set_presence(state, applicantId, "deactivated", options))
end

--- Restores an applicant's profile: set_presence(applicantId, "activated").
---@param applicantId string
---@param options? {timeout: number?, deadline: number?}
---@return table? applicant
---@return idngo.Error?
function Client:activate(applicantId, options)
  local state = state_of(self, "activate")
  return perform(state, builders.set_presence(state, applicantId, "activated", options))
end

--- Creates an applicant, or reads the one that has the externalUserId already.
---@param levelName string
---@param applicant idngo.NewApplicant
---@param options? idngo.CallOptions
---@return idngo.CreatedApplicant? applicant its `created`: true when it was created, false when it was there before, nil when
---  the answer was lost and the applicant found; of one that was found `differs` names the fields that are not as they were sent
---@return idngo.Error?
function Client:create_or_get(levelName, applicant, options)
  local state = state_of(self, "create_or_get")
  local call = builders.create_applicant(state, levelName, applicant, options)
  local result, err = perform(state, call, true)
  if result and not result.differs then result.created = true end
  return result, err
end

--- Waits until reviews are completed, by looking at the applicants: first after 2 s, then ever more seldom.
---@param who string|string[] an applicant's id, or several
---@param options? {deadline: number?} seconds until it is given up; the client's, unless given, or never
---@return table? review of a list: the reviews by their places
---@return any err of a list: the errors by their places
function Client:wait_for_review(who, options)
  local state, waits = state_of(self, "wait_for_review"), require("idngo.client.wait")
  local message = waits.wrong(who)
  if message then throw("wait_for_review", message) end
  options = check_names("wait_for_review", options, { "deadline" })
  if options.deadline ~= nil then request.check_seconds("wait_for_review", "deadline", options.deadline) end
  return waits.wait(self, who, options.deadline or state.deadline, state.max_attempts)
end

--- Makes a call of client:call's arguments, or nil and an error.
local function build_raw(state, ...)
  local ok, raw = pcall(require, "idngo.client.raw")
  if not ok then return unreadable("call", raw)() end
  return raw.build(state, ...)
end

--- Any other signed call of the API. A GET may be tried again; every other method is sent once unless it is
--- known not to have taken effect.
---@param method string upper-case
---@param path string percent-encoded, from the base URL on
---@param options? {query: table?, body: table|string?, headers: table<string, string>?, to: string|function?,
---  retry: "safe"|"idempotent"|"harmless"|"once"|nil, timeout: number?, deadline: number?} retry: what a second one does
---@return table? result the decoded JSON, or {body, contentType}; body is "" when the reply has none
---@return idngo.Error?
function Client:call(method, path, options)
  local state = state_of(self, "call")
  local call, err = build_raw(state, method, path, options)
  if not call then return nil, err end
  return perform(state, call)
end

--- All that a source gives.
local function whole_body(source)
  local pieces = {}
  repeat
    local piece, message = source:read(1024 * 1024)
    if not piece then return nil, message end
    pieces[#pieces + 1] = piece
  until piece == ""
  return table.concat(pieces)
end

--- The signed request that a method would send now; nothing is sent. `string_to_sign` is what the signature is over.
---@param name string an endpoint's name, or "call"
---@param ... any its arguments
---@return {method: string, url: string, target: string, headers: table, body: string?, string_to_sign: string}?
---@return idngo.Error?
function Client:prepare(name, ...)
  local state = state_of(self, "prepare")
  local call, err
  if name == "call" then
    call, err = build_raw(state, ...)
    if not call then return nil, err end
  elseif builders[name] then
    call = builders[name](state, ...)
  else
    local names = { "call", compat.unpack(endpoints.names()) }
    throw("prepare", ("no endpoint %s, %s"):format(tostring(name), suggest(name, names)))
  end
  local ok
  ok, err = request.open_source(call)
  if not ok then return nil, err end
  local header_block, failure = attempt.sign(state, call, runtimes.current() or state.transport)
  local body, method, target = call.body, call.operation.method, call.target
  if header_block and call.source then
    local message
    body, message = whole_body(call.source)
    if not body then header_block, failure = nil, { kind = "io", message = message } end
  end
  if call.source then call.source:close() end
  if not header_block then
    return nil, errors.new { kind = failure.kind, outcome = "not_sent", message = failure.message,
      endpoint = call.operation.name }
  end
  local headers = {}
  for header, value in header_block:gmatch("([^:\r\n]+): ([^\r\n]*)") do headers[header] = value end
  return {
    method = method, url = state.origin .. target, target = target, headers = headers, body = body,
    string_to_sign = core.string_to_sign(tonumber(headers["X-App-Access-Ts"]), method, target, body),
  }
end

--- Tells the client's account from others: a digest of its base URL and app token, in which neither can be read.
---@return string
function Client:account() return state_of(self, "account").account end

--- What the client's rate-limit lanes hold now. `held_for`: for so many seconds nobody gets a slot, since Redis, which keeps
--- them, may have forgotten what was sent.
---@return {name: string, slots: integer, window: number, used: integer, waiting: integer, held_for: number}[]
function Client:lanes()
  return state_of(self, "lanes").lanes:snapshot()
end

local function close(state, collected)
  if not state.signer then return end
  state.transport:close()
  state.signer:close()
  state.signer, state.header_block, state.header_cache = nil, nil, nil
  state.lanes:close(collected)
end

-- Calls hold this, and not the client: who makes one and keeps no client has it as long as the call takes.
local State = { __gc = function(state) close(state, true) end }

--- Wipes the secret and closes connections. Any later use throws; closing twice does nothing. Calls of other tasks
--- that are under way get their answer, but are not tried again.
function Client:close()
  local state = private[self]
  if state then close(state) end
end

Client.__close = Client.close

function Client:__tostring()
  local state = private[self]
  return ("idngo.client (%s)"):format(state and state.signer and state.origin .. state.prefix or "closed")
end

local M = { Client = Client }

--- What keeps a client's slots, for the commands that show it: see limits/redis.lua.
---@param client idngo.Client
---@return table? store
---@return string? message
function M.slots(client)
  return state_of(client, "lanes").lanes:store()
end

--- Seconds that an attempt of a call may take, unless the call says otherwise.
---@param client idngo.Client
---@return number
function M.timeout(client) return state_of(client, "timeout").timeout end

--- Has a client of plain Lua ask before each request whether it may leave, and tell of each reply as it came, for who compares
--- replies with what is described. For calls outside of tasks.
---@param client idngo.Client
---@param may_leave fun(method: string): boolean asked where nothing has left yet
---@param hear fun(method: string, status: integer, head: string, body: string?) body: none where a writer took it
function M.watch(client, may_leave, hear)
  local transport = state_of(client, "watch").transport
  local send = transport.send
  function transport:send(route, method, ...)
    if not may_leave(method) then
      return nil, { kind = "config", message = ("a %s is not to be sent"):format(method), permanent = true }
    end
    local status, head, body, received_at = send(self, route, method, ...)
    if status then hear(method, status, head, body) elseif head.status then hear(method, head.status, head.head or "") end
    return status, head, body, received_at
  end
end

--- The same client under another name, whose calls that must not be made twice are made by `guard`, for who writes down what is
--- sent. The call's `before_send` is the guard's to set: see attempt.lua.
---@param client idngo.Client
---@param guard fun(call: table, make: fun(): table?, idngo.Error?): any, any
---@return idngo.Client
function M.guarded(client, guard)
  local state, guarded = state_of(client, "guarded"), setmetatable({}, Client)
  private[guarded] = setmetatable({ guard = guard }, { __index = state, __newindex = state })
  return guarded
end

--- Reads all that calls of an endpoint need, for who may open no file when they are made: a method reads it at its first call.
---@param name string the endpoint's
function M.load(name)
  local operation = request.operation(name)
  if operation.returns then require("idngo.drift").load(operation.returns) end
  require("idngo.client.hints")
  said.load()
end

local function try_arguments(name, ...) builders[name]({ prefix = "" }, ...) end

--- What is wrong with the arguments of a call, as the call itself would find; nil when nothing is. Sends nothing and needs no
--- client: plans ask before anything is done.
---@param name string the endpoint's
---@param ... any as the method takes them
---@return string? message names the parameter, never the value; or says that what is known of the endpoint cannot be read
function M.wrong(name, ...)
  local ok, thrown = pcall(try_arguments, name, ...)
  if ok then return nil end
  local _, at = tostring(thrown):find(name .. ": ", 1, true)
  return tostring(thrown):sub((at or 0) + 1)
end

--- Makes a client. Wrong options throw; settings that are missing or unusable are an error of kind `config`.
---@param options? idngo.ClientOptions
---@return idngo.Client?
---@return idngo.Error?
function M.new(options)
  local state, err = config.resolve(options or {})
  if not state then return nil, errors.tell(err) end
  state.header_block = ("X-App-Token: %s\r\nUser-Agent: idngo/%s\r\n"):format(state.app_token, version)
  state.header_cache = {} -- these and those of an operation, by the operation: the same for all its calls
  state.skew, state.budget = 0, exchange.BUDGET
  state.tell_drift = state.on_event and require("idngo.client.drift").tell -- who does not listen does not load it
  state.account = core.sha256(state.origin .. state.prefix .. "\0" .. state.app_token)
  local ok, made = pcall(lanes.new, state.account, state.limits, state.limits_dir, state.limits_late, state.redis)
  if not ok then error("idngo.client: " .. made, 2) end
  state.lanes, state.app_token = made, nil
  local transport, failure = require("idngo.transport").open(state)
  if not transport then
    return nil, errors.tell(errors.new { kind = failure.kind, outcome = "not_sent", message = failure.message,
      hint = failure.hint })
  end
  state.transport = transport
  setmetatable(state, State)
  local client = setmetatable({}, Client)
  private[client] = state
  return client
end

return M
