-- The client: a method for each endpoint, made from its description at the first call.

local bodies = require("idngo.client.body")
local check_names = require("idngo.options").check
local compat = require("idngo.compat")
local config = require("idngo.client.config")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local err = require("idngo.error")
local exchange = require("idngo.client.exchange")
local hosts = require("idngo.runtime.hosts")
local json = require("idngo.json")
local lanes = require("idngo.limits.lanes")
local multipart = require("idngo.client.multipart")
local operation = require("idngo.operation")
local settling = require("idngo.client.settle")
local sorted = require("idngo.sorted")
local suggest = require("idngo.suggest")
local version = require("idngo.version")

local unpack, select = compat.unpack, select

---@class idngo.Client
local Client = {}
Client.__index = Client

local call_options, lines_of = operation.call_options, operation.lines

-- What a client holds is out of reach of dumps and debuggers that print tables: secrets have no fields.
local private = setmetatable({}, { __mode = "k" })

local here = debug.getinfo(1, "S").source

--- Wrong arguments throw, at the line that made the call.
local function throw(name, message)
  local level, info = 2
  repeat
    level, info = level + 1, debug.getinfo(level, "S")
  until not info or (info.source ~= here and info.what ~= "C")
  error(("%s: %s"):format(name, message), level - 1)
end

local function state_of(client, name)
  local state = private[client]
  if not state then throw(name, "called on something that is not a client; write client:" .. name .. "(…)") end
  if not state.signer then throw(name, "the client is closed") end
  return state
end

local function check_seconds(name, option, value)
  if type(value) ~= "number" or not (value > 0 and value < math.huge) then
    throw(name, option .. " must be a number of seconds above 0")
  end
end

-- Options that runs and waits alone give: see exchange.lua.
local for_runs = { before_send = true, external = true, fresh = true, max_attempts = true, sha256 = true }

--- Options that belong to the call, not to the wire.
local function take_call_option(call, option, value)
  local plan = call.plan
  if call_options[option] then
    check_seconds(plan.name, option, value)
    call[option] = value
  elseif option == "to" and plan.binary then
    if type(value) ~= "function" and (type(value) ~= "string" or value == "") then
      throw(plan.name, "to must be a path or a function")
    end
    call.to = value
  elseif option == "unchecked" and plan.body and plan.body[1] == "zip" then
    call.unchecked = value and true or false
  elseif for_runs[option] then
    call[option], call.is_special = value, true
  else
    throw(plan.name, ("unknown option %s, %s"):format(tostring(option), suggest(option, plan.known)))
  end
end

--- Takes body and options of `call` from its arguments, which are `count`; returns one value per parameter.
local function take_arguments(call, count, args)
  local plan, values = call.plan, {}
  for i = 1, plan.positional do values[i] = args[i] end
  local taken = plan.positional
  if plan.body then
    local wrong = bodies.take(call, args[taken + 1], args[taken + 2])
    if wrong then throw(plan.name, wrong) end
    taken = taken + (plan.body.part and 2 or 1)
  end
  local options = args[taken + 1]
  if options ~= nil and type(options) ~= "table" then
    throw(plan.name, ("argument %d must be a table of options"):format(taken + 1))
  end
  if count > taken + 1 then throw(plan.name, "too many arguments") end
  for option, value in pairs(options or {}) do
    local position = plan.options[option]
    if position then values[position] = value else take_call_option(call, option, value) end
  end
  local unless = plan.body and plan.body.unless
  if unless and call.body == "{}" and not (options and options[unless]) then
    throw(plan.name, ("nothing to change: %s is empty and there are no %s"):format(plan.body[2], unless))
  end
  return unpack(values, 1, #plan.params)
end

--- What the reply says again of the arguments of a call, as its plan has it; they were checked before.
local function echoed(plan, ...)
  local values, body = {}, select(plan.positional + 1, ...) or {}
  for i, echo in ipairs(plan.echoes) do
    if echo.place then values[i] = (select(echo.place, ...)) else values[i] = body[echo.name] end
  end
  return values
end

--- Checks the arguments of an endpoint and makes the call; throws on what is wrong with them.
local function build(state, plan, ...)
  -- with the fields that every call gets, so that its table is made once
  local call, why = { plan = plan, target = false, subject = plan.is_about and (...), sending = false }
  if plan.is_usual and select("#", ...) <= plan.positional then
    call.target, why = plan.target(state.prefix, ...)
    if why then throw(plan.name, why) end
    return call
  end
  if plan.is_about_user then call.external = (...) end
  if plan.settle then call.level = plan.takes_level and (...) or nil end
  if not plan.body and select("#", ...) <= plan.positional then
    call.target, why = plan.target(state.prefix, ...)
  else
    call.target, why = plan.target(state.prefix, take_arguments(call, select("#", ...), { ... }))
  end
  if why then throw(plan.name, why) end
  if call.media then call.lines = (state.lines or "") .. lines_of(call.media) .. (plan.more_lines or "") end
  if plan.echoes then call.echoed = echoed(plan, ...) end
  if plan.check_place then call.check_type = select(plan.check_place, ...) end
  if plan.confirms then call.confirmed = select(plan.confirms.place, ...) == plan.confirms.value end
  return call
end

--- Checks an archive, and opens what a call reads from disk; what is wrong with them is no wrong argument but an
--- error.
local function open_source(call)
  local plan = call.plan
  if plan.body and plan.body[1] == "zip" and not call.unchecked then
    local ok, problem = plan.accept(call.file or { bytes = call.body })
    if ok then
      call.external = problem
    else
      problem.endpoint, problem.method, problem.path = plan.name, plan.method, exchange.path(call)
      return nil, problem
    end
  end
  local content = call.content
  if content and content.read then call.source = multipart.source(content, call.before, call.after) end
  if not call.file then return true end
  local source, why = core.source(call.file, call.sha256, call.before, call.after)
  if not source then
    return nil, err.new { kind = "io", outcome = "not_sent", endpoint = plan.name, method = plan.method,
      path = exchange.path(call), message = why, retryable = false }
  end
  call.source = source
  return true
end

local run = exchange.run

local builders

--- Looks what became of a call that failed, as its endpoint says: see settle.lua.
local function settle(state, call, e, is_wanted)
  local deadline, ended = call.deadline or state.deadline, core.now()
  local function look(name, key)
    local left = deadline and deadline - e.elapsed - (core.now() - ended)
    if not state.signer or left and left <= 0 then return nil end
    -- what may stand in a body need not be fit for a target: then nobody can look
    local is_fit, looking = pcall(builders[name], state, key, { deadline = left, timeout = call.timeout })
    if is_fit then return run(state, looking) end
  end
  return settling.settle(call, e, look, ended - e.elapsed, is_wanted)
end

local function perform(state, call, is_wanted)
  local ok, problem = open_source(call)
  if not ok then return nil, problem end
  local result, e = run(state, call)
  if result and call.plan.settle then result.created, result.differs = nil, nil end -- the client's word, not the service's
  if e and call.plan.settle then
    if call.source and call.content then call.content.size = call.source:size() - #call.before - #call.after end
    result, e = settle(state, call, e, is_wanted)
  end
  if call.source then call.source:close() end
  return result, e
end

-- Makes a call of an endpoint's arguments, by its name; nil where there is none.
builders = setmetatable({}, { __index = function(made, name)
  local plan = operation.of(name)
  if not plan then return nil end
  local function builder(state, ...) return build(state, plan, ...) end
  made[name] = builder
  return builder
end })

--- The method of an endpoint.
local function method_of(plan)
  local name, act = plan.name, (plan.body or plan.settle) and perform or run
  return function(self, ...)
    local state = private[self]
    if not state or not state.signer then state_of(self, name) end
    return act(state, build(state, plan, ...))
  end
end

--- Stands for a method whose description cannot be read now, as when no file can be opened: the next call tries again.
local function unreadable(name, why)
  return function()
    return nil, err.tell(err.new { kind = "io", outcome = "not_sent", endpoint = name, retryable = true,
      message = "what is said of this endpoint cannot be read: " .. why:match("^[^\n]*") })
  end
end

-- A method is made when it is first asked for, and stays.
setmetatable(Client, { __index = function(_, name)
  local ok, plan = pcall(operation.of, name)
  if not ok then
    if type(plan) == "string" and plan:find("module 'idngo%.") then return unreadable(name, plan) end
    error(plan, 0)
  end
  if not plan then return nil end
  Client[name] = method_of(plan)
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
  local result, e = perform(state, call, true)
  if result and not result.differs then result.created = true end
  return result, e
end

--- Waits until reviews are completed, by looking at the applicants: first after 2 s, then ever more seldom.
---@param who string|string[] an applicant's id, or several
---@param options? {deadline: number?} seconds until it is given up; the client's, unless given, or never
---@return table? review of a list: the reviews by their places
---@return any err of a list: the errors by their places
function Client:wait_for_review(who, options)
  local state, waits = state_of(self, "wait_for_review"), require("idngo.client.wait")
  local wrong = waits.wrong(who)
  if wrong then throw("wait_for_review", wrong) end
  options = check_names("wait_for_review", options, { "deadline" })
  if options.deadline ~= nil then check_seconds("wait_for_review", "deadline", options.deadline) end
  return waits.wait(self, who, options.deadline or state.deadline, state.max_attempts)
end

local function check_header(name, value)
  if type(name) ~= "string" or not name:find("^[%w!#$%%&'*+.^_`|~-]+$") then
    throw("call", "a header's name has a character that none may have")
  end
  local lower = name:lower()
  if lower:find("^x%-app%-") or lower == "host" or lower == "content-length" or lower == "transfer-encoding" then
    throw("call", name .. " is set by the client")
  end
  if type(value) ~= "string" or value:find("[%c\127]") then
    throw("call", ("header %s must be a string without control bytes"):format(name))
  end
  return lower
end

local fit_for_query = { string = true, number = true, boolean = true }

--- "?a=1&b=2&b=3" of a table, in sorted order so that equal tables give equal targets.
local function encode_query(query)
  local pairs_of, wanted = {}, "query must be a table of names and strings, numbers or booleans, or lists of them"
  for name in pairs(query) do
    if type(name) ~= "string" or name == "" then throw("call", wanted) end
  end
  for _, name in ipairs(sorted(query)) do
    local values = query[name]
    if type(values) ~= "table" then values = { values } end
    for i = 1, math.max(1, #values) do -- a name given several times
      local value = values[i]
      if not fit_for_query[type(value)] then throw("call", wanted) end
      value = type(value) == "number" and compat.with_point(tostring(value)) or tostring(value)
      pairs_of[#pairs_of + 1] = core.escape(name) .. "=" .. core.escape(value)
    end
  end
  return pairs_of[1] and "?" .. table.concat(pairs_of, "&") or ""
end

local function unescape(segment)
  return segment and segment:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end) or nil
end

--- Whom a path or query is about, where it says so, and the sort of check: see exchange.lua.
local function set_subject(call, path, query)
  local id = path:match("/applicants/([^/;]+)") or path:match("/applicantTimeline/([^/;]+)")
  local asked = query.applicantId
  call.subject = type(asked) == "string" and asked or (id ~= "-" and unescape(id) or nil)
  call.external = unescape(path:match(";externalUserId=([^/;]+)"))
  call.check_type = path:find("/checks/latest$") and type(query.type) == "string" and query.type or nil
end

local raw_options = { "body", "deadline", "headers", "query", "retry", "timeout", "to" }
local retry_words = { safe = true, idempotent = true, harmless = true, once = true }

local function build_raw(state, method, path, options)
  if type(method) ~= "string" or not method:find("^%u+$") then
    throw("call", 'method must be upper-case letters, such as "GET"')
  end
  if type(path) ~= "string" or not path:find("^/") or path:find("[^%w%-._~!$&'()*+,;=:@/%%]") then
    throw("call", "path must start with / and be percent-encoded (idngo.escape encodes a segment)")
  end
  if path:find("/%.%.?/") or path:find("/%.%.?$") then throw("call", "path must not hold . or .. segments") end
  if options ~= nil and type(options) ~= "table" then throw("call", "argument 3 must be a table of options") end
  options = options or {}
  local retry = options.retry
  if retry ~= nil and not retry_words[retry] then throw("call", "retry must be safe, idempotent, harmless or once") end
  -- any other call may be one that people notice: only reads are tried twice
  retry = retry or method == "GET" and "safe" or "once"
  local call = { plan = { name = "call", method = method, retry = retry, reply = "any" } }
  for option, value in pairs(options) do
    local is_known = false
    for _, known in ipairs(raw_options) do is_known = is_known or known == option end
    if not is_known then
      throw("call", ("unknown option %s, %s"):format(tostring(option), suggest(option, raw_options)))
    end
    if call_options[option] then
      check_seconds("call", option, value)
      call[option] = value
    end
  end
  local body, content_type, accept = options.body, nil, nil
  if type(body) == "table" then
    local ok, text = pcall(json.encode, body, "body")
    if not ok then throw("call", text) end
    call.body, content_type, call.personal = text, "application/json", text
  elseif type(body) == "string" then
    call.body, content_type = body, "application/octet-stream"
  elseif body ~= nil then
    throw("call", "body must be a table (sent as JSON) or a string (sent as it is)")
  end
  if method == "GET" and body ~= nil then throw("call", "GET has no body") end
  if options.to ~= nil and type(options.to) ~= "function" and type(options.to) ~= "string" then
    throw("call", "to must be a path or a function")
  end
  call.to = options.to
  if options.headers ~= nil and type(options.headers) ~= "table" then throw("call", "headers must be a table") end
  local more = {}
  for name, value in pairs(options.headers or {}) do
    local lower = check_header(name, value)
    if lower == "content-type" then content_type = value
    elseif lower == "accept" then accept = value
    else
      call.ranged = call.ranged or lower == "range"
      more[#more + 1] = ("%s: %s\r\n"):format(name, value)
    end
  end
  if type(body) == "string" and (content_type or ""):lower():find("json", 1, true) then call.personal = body end
  call.lines = state.lines .. lines_of(content_type, accept) .. table.concat(more)
  if options.query ~= nil and type(options.query) ~= "table" then throw("call", "query must be a table") end
  local query = options.query or {}
  call.target = state.prefix .. path .. encode_query(query)
  set_subject(call, path, query)
  return call
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
  return perform(state, build_raw(state, method, path, options))
end

--- All that a source gives.
local function whole_body(source)
  local pieces = {}
  repeat
    local piece, why = source:read(1024 * 1024)
    if not piece then return nil, why end
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
  local call
  if name == "call" then
    call = build_raw(state, ...)
  elseif builders[name] then
    call = builders[name](state, ...)
  else
    local names = { "call", unpack(endpoints.names()) }
    throw("prepare", ("no endpoint %s, %s"):format(tostring(name), suggest(name, names)))
  end
  local ok, problem = open_source(call)
  if not ok then return nil, problem end
  local lines, why = exchange.sign(state, call, hosts.current() or state.transport)
  local body, method, target = call.body, call.plan.method, call.target
  if lines and call.source then body, why = whole_body(call.source) end
  if lines and call.source and not body then lines, why = nil, { kind = "io", message = why } end
  if call.source then call.source:close() end
  if not lines then
    return nil, err.new { kind = why.kind, outcome = "not_sent", message = why.message, endpoint = call.plan.name }
  end
  local headers = {}
  for header, value in lines:gmatch("([^:\r\n]+): ([^\r\n]*)") do headers[header] = value end
  return {
    method = method, url = state.origin .. target, target = target, headers = headers, body = body,
    string_to_sign = core.string_to_sign(tonumber(headers["X-App-Access-Ts"]), method, target, body),
  }
end

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
  state.signer, state.lines, state.heads = nil, nil, nil
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
---@return string? why not
function M.slots(client)
  return state_of(client, "lanes").lanes:store()
end

--- What is wrong with the arguments of a call, as the call itself would find; nil when nothing is. Sends nothing and needs no
--- client: plans ask before anything is done.
---@param name string the endpoint's
---@param ... any as the method takes them
---@return string? message names the parameter, never the value
function M.wrong(name, ...)
  local ok, why = pcall(builders[name], { prefix = "" }, ...)
  if ok then return nil end
  local _, at = tostring(why):find(name .. ": ", 1, true)
  return tostring(why):sub((at or 0) + 1)
end

--- Makes a client. Wrong options throw; settings that are missing or unusable are an error of kind `config`.
---@param options? idngo.ClientOptions
---@return idngo.Client?
---@return idngo.Error?
function M.new(options)
  local state, problem = config.resolve(options or {})
  if not state then return nil, err.tell(problem) end
  state.lines = ("X-App-Token: %s\r\nUser-Agent: idngo/%s\r\n"):format(state.app_token, version)
  state.heads = {} -- these and those of a plan, by the plan: the same for all its calls
  state.skew, state.budget = 0, exchange.BUDGET
  local account = core.sha256(state.origin .. state.prefix .. "\0" .. state.app_token)
  local ok, made = pcall(lanes.new, account, state.limits, state.limits_dir, state.limits_late, state.redis)
  if not ok then error("idngo.client: " .. made, 2) end
  state.lanes, state.app_token = made, nil
  local transport, refused = require("idngo.transport").open(state)
  if not transport then
    return nil, err.tell(err.new { kind = refused.kind, outcome = "not_sent", message = refused.message,
      hint = refused.hint })
  end
  state.transport = transport
  setmetatable(state, State)
  local client = setmetatable({}, Client)
  private[client] = state
  return client
end

return M
