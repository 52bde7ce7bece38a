-- luacheck: std lua54
-- What a policy sees: the globals it may use, facts it can only read, and actions it can only make.
--
-- Runs once in every fresh state, before the policy, with `host` from csrc/jail/guard.c. The policy's environment is a
-- table of its own; the real globals, and what this file holds, are out of its reach. Nothing here is what keeps an
-- enemy in (confine.c is); this keeps decisions the same for the same facts, and mistakes understandable.
local host = ...

local actions = require("idngo.policy.actions")
local suggest = require("idngo.suggest")

local fail, line = host.fail, host.line
local type, rawget, rawlen, raw_next, raw_tostring = type, rawget, rawlen, next, tostring
local sort, unpack, pack = table.sort, table.unpack, table.pack
local sub, find, gmatch = string.sub, string.find, string.gmatch
local math_type = math.type

-- Lua walks a table in another order in every process. So no loop here over a table's own order ends early, or does more
-- for one key because of another: what a policy sees, and the instructions it is charged for, must not differ.

-- What is read-only: proxies stand for tables of `targets`. Made actions are proxies too.

local targets, proxies, made = {}, {}, {}
local columns -- what applicants may be asked for, see idngo.policy.names; nil: anything
local origins, keys = {}, {} -- by proxy, the proxy it was read from and under which key, or its own name
local closed = {} -- what cannot be walked: the facts as a whole, and actions
local note = host.noter(origins, keys) -- tells the trace of what is read

local view = { __metatable = false }

local function join(path, key)
  if type(key) == "string" then return path == "" and key or path .. "." .. key end
  return path .. "[" .. raw_tostring(key) .. "]"
end

local function path_of(proxy)
  local origin = origins[proxy]
  return origin and join(path_of(origin), keys[proxy]) or keys[proxy]
end

local function wrap(target, origin, key)
  local proxy = proxies[target]
  if not proxy then
    proxy = host.setmetatable({}, view)
    proxies[target], targets[proxy], origins[proxy], keys[proxy] = proxy, target, origin, key
  end
  return proxy
end

local LONGEST_FACT = 60 -- of its name; guard.h has room for little more

--- Whether a name is that of a check of any type, such as check_POA: nobody has a list of those.
local function is_check(name)
  return type(name) == "string" and #name <= LONGEST_FACT and find(name, "^check_%u[%u%d_]*$") ~= nil
end

--- What a proxy may be asked for; nil: anything.
local function known_of(proxy)
  local origin, key = origins[proxy], keys[proxy]
  local known
  if origin then
    known = known_of(origin)
    if type(known) == "table" then known = known[type(key) == "number" and 1 or key] or true end
  elseif key == "applicant" then
    known = columns
  elseif key == "event" then
    known = nil -- an open set
  else
    known = host.fields()[is_check(key) and "check_" or key]
  end
  if known ~= "any" then return known end
end

--- Whether a neighbour in the same list has the name: what one has, another may lack.
local function has_neighbour_with(proxy, key)
  local list = origins[proxy] and type(keys[proxy]) == "number" and targets[origins[proxy]]
  local found = false
  for _, each in raw_next, list or {} do
    local has = type(each) == "table" and each[key] ~= nil
    found = found or has
  end
  return found
end

local LONGEST_NAME = 60

--- Nothing stands under `key`: an error when that is no name that might have stood there.
local function check_name(proxy, key)
  if type(key) == "number" then return end
  local known = known_of(proxy)
  if known == nil then return end
  if type(key) == "string" and (known ~= true and known[key] ~= nil or has_neighbour_with(proxy, key)) then return end
  local path, word = path_of(proxy), type(key) == "string" and sub(key, 1, LONGEST_NAME) or type(key)
  if rawlen(targets[proxy]) > 0 or known ~= true and known[1] ~= nil then
    fail(("%s is a list, which has no field %s; write %s[1].%s"):format(path, word, path, word))
  end
  local there, list = {}, {}
  for name in raw_next, known ~= true and known or {} do there[name] = true end
  for name in raw_next, targets[proxy] do there[name] = true end
  for name in raw_next, there do
    if type(name) == "string" then list[#list + 1] = sub(name, 1, LONGEST_NAME) end
  end
  sort(list)
  local what = path == "applicant" and "there is no column " or path .. " has no field "
  fail(what .. word .. ", " .. suggest(word, list))
end

function view.__index(proxy, key)
  local value = targets[proxy][key]
  if type(value) == "table" then return wrap(value, proxy, key) end
  local kind = type(key)
  if kind == "string" or kind == "number" then note(proxy, key, value) end
  if value == nil then check_name(proxy, key) end
  return value
end

function view.__len(proxy) return #targets[proxy] end

function view.__newindex() fail("facts and applicants are read-only") end

local action_view = { __metatable = false }

function action_view.__newindex() fail("actions are read-only") end

-- Walking tables: positions first, then other numbers, then strings by their bytes, then false and true.

local function keys_of(t)
  local found, count = {}, rawlen(t)
  local numbers, strings, booleans, odd = {}, {}, {}, {}
  for i = 1, count do found[i] = i end
  for key in raw_next, t do
    local kind = type(key)
    if kind == "string" then
      strings[#strings + 1] = key
    elseif kind == "number" then
      if not (math_type(key) == "integer" and key >= 1 and key <= count) then numbers[#numbers + 1] = key end
    elseif kind == "boolean" then
      booleans[key] = true
    else
      odd[kind] = true
    end
  end
  local kind = odd["function"] and "function" or odd.table and "table"
  if kind then fail("pairs: keys that are a " .. kind .. " have no order that is always the same") end
  sort(numbers)
  sort(strings)
  for i = 1, #numbers do found[#found + 1] = numbers[i] end
  for i = 1, #strings do found[#found + 1] = strings[i] end
  if booleans[false] then found[#found + 1] = false end
  if booleans[true] then found[#found + 1] = true end
  return found
end

--- The table to walk, and the one to read values from.
local function walkable(t, name)
  if type(t) ~= "table" then fail(("bad argument #1 to '%s' (table expected, got %s)"):format(name, type(t))) end
  if closed[t] then fail(name .. ": facts as a whole and actions cannot be walked") end
  return targets[t] or t
end

local function value_at(t, target, key)
  if t == target then return rawget(t, key) end
  return t[key] -- through the proxy
end

local function ordered_pairs(t)
  local target = walkable(t, "pairs")
  local walked, i = keys_of(target), 0
  return function()
    while true do
      i = i + 1
      local key = walked[i]
      if key == nil then return nil end
      local value = value_at(t, target, key)
      if value ~= nil then return key, value end
    end
  end, t, nil
end

local last = {} -- where the last `next` left off, so that walking with it takes no new sorting

local function ordered_next(t, key)
  local target = walkable(t, "next")
  if key == nil then
    last = { table = t, keys = keys_of(target), at = 0 }
  elseif last.table ~= t or last.keys[last.at] ~= key then
    last = { table = t, keys = keys_of(target), at = 0 }
    repeat last.at = last.at + 1 until last.keys[last.at] == key or last.at > #last.keys
    if last.at > #last.keys then fail("next: no such key") end
  end
  while true do
    last.at = last.at + 1
    local found = last.keys[last.at]
    if found == nil then return nil end
    local value = value_at(t, target, found)
    if value ~= nil then return found, value end
  end
end

-- Metatables: a copy of the metamethods that are allowed. What is not among them (__gc, __mode, __len, __close, …)
-- can be had neither at once nor later.

local metamethods = {}
for name in gmatch("index newindex call tostring concat unm add sub mul div mod pow idiv eq lt le", "%a+") do
  metamethods["__" .. name] = true
end

local function safe_getmetatable(value)
  if type(value) ~= "table" then return nil end
  return getmetatable(value)
end

local function safe_setmetatable(t, meta)
  if type(t) ~= "table" then fail("setmetatable: table expected, got " .. type(t)) end
  if meta ~= nil and type(meta) ~= "table" then fail("setmetatable: nil or table expected") end
  if getmetatable(t) == false then fail("setmetatable: this table is protected") end
  if meta == nil then return host.setmetatable(t, nil) end
  local copy, wrong = { __metatable = meta }, {}
  for name, value in raw_next, meta do
    if metamethods[name] then
      copy[name] = value
    elseif type(name) == "string" and sub(name, 1, 2) == "__" then
      wrong[#wrong + 1] = name
    end
  end
  sort(wrong)
  if wrong[1] then fail("setmetatable: " .. wrong[1] .. " is not available in a policy") end
  return host.setmetatable(t, copy)
end

-- Text without addresses.

local function safe_tostring(value)
  local kind = type(value)
  if kind == "nil" or kind == "boolean" or kind == "number" or kind == "string" then return raw_tostring(value) end
  local meta = safe_getmetatable(value)
  local convert = meta and rawget(meta, "__tostring")
  if not convert then return kind end
  local text = convert(value)
  if type(text) ~= "string" then fail("'__tostring' must return a string") end
  return text
end

--- What is said of an error that the policy did not catch.
local function describe(problem)
  local text = safe_tostring(problem)
  if text == type(problem) then return "the policy raised an error that is a " .. text end
  return text
end

local function safe_format(format, ...)
  local given, i = pack(...), 0
  for flags, conversion in gmatch(type(format) == "string" and format or "", "%%([-+ #0-9.]*)(.?)") do
    if conversion == "p" then fail("string.format: %p is not available in a policy") end
    if conversion ~= "%" or flags ~= "" then
      i = i + 1
      if conversion == "s" and i <= given.n then given[i] = safe_tostring(given[i]) end
    end
  end
  return string.format(format, unpack(given, 1, given.n))
end

-- Library functions that loop in C longer than their result is large.

local function safe_rep(s, n, separator)
  if s == "" and (separator == nil or separator == "") then return "" end
  return string.rep(s, n, separator)
end

local MOST_MOVED = 1000000

local function check_range(name, from, to)
  if math_type(from) ~= "integer" or math_type(to) ~= "integer" or from > to then return end
  if math.ult(MOST_MOVED, to - from) then fail(name .. ": too many elements") end
end

local function safe_move(from, first, final, ...)
  check_range("table.move", first, final)
  return table.move(from, first, final, ...)
end

local function safe_concat(list, separator, first, final)
  if first ~= nil and final ~= nil then check_range("table.concat", first, final) end
  return table.concat(list, separator, first, final)
end

--- Stable, and the same every time: the library's sort picks pivots by the clock.
local function merge(from, into, low, middle, high, less)
  local left, right = low, middle
  for i = low, high - 1 do
    if left < middle and (right >= high or not less(from[right], from[left])) then
      into[i], left = from[left], left + 1
    else
      into[i], right = from[right], right + 1
    end
  end
end

local function less_than(a, b) return a < b end

local function safe_sort(list, less)
  if type(list) ~= "table" then fail("table.sort: table expected, got " .. type(list)) end
  if less ~= nil and type(less) ~= "function" then fail("table.sort: the order must be a function") end
  local count, from, into = #list, {}, {}
  for i = 1, count do from[i] = list[i] end
  local width = 1
  while width < count do
    for low = 1, count, 2 * width do
      merge(from, into, low, math.min(low + width, count + 1), math.min(low + 2 * width, count + 1), less or less_than)
    end
    from, into, width = into, from, 2 * width
  end
  for i = 1, count do list[i] = from[i] end
end

-- The environment.

local function choose(library, names, replaced)
  local chosen = {}
  for name in gmatch(names, "[%w_]+") do chosen[name] = replaced[name] or library[name] end
  return chosen
end

local strings = choose(string, "byte char find format gmatch gsub len lower match rep reverse sub upper",
  { format = safe_format, rep = safe_rep })

local env = choose(_G, "assert error getmetatable ipairs next pairs pcall select setmetatable tonumber tostring type xpcall", {
  next = ordered_next, pairs = ordered_pairs, getmetatable = safe_getmetatable, setmetatable = safe_setmetatable,
  pcall = host.pcall, xpcall = host.xpcall, tostring = safe_tostring,
})
env.string = strings
env.table = choose(table, "concat insert move pack remove sort unpack",
  { concat = safe_concat, move = safe_move, sort = safe_sort })
env.math = choose(math, "abs ceil floor fmod huge max maxinteger min mininteger modf sqrt tointeger type ult", {})
env.utf8 = choose(utf8, "char charpattern codepoint codes len offset", {})
host.setmetatable("", { __index = strings, __metatable = false })

for _, kind in ipairs(actions.list) do
  -- a C function between, because only those are seen by the line they are called in when they are returned at once
  env[kind.name] = host.caller(function(...)
    local action, wrong = actions.make(kind.name, ...)
    if not action then return fail(wrong) end
    action.line = line()
    local proxy = host.setmetatable({}, action_view)
    made[proxy], closed[proxy] = action, true
    return proxy
  end)
end

local asked = {} -- by what ask() made, the actions that wait with it

env.ask = host.caller(function(...)
  local given = pack(...)
  local why = given[given.n]
  local action, wrong = actions.make("ask", given.n > 1 and why or nil)
  if not action then return fail(wrong) end
  local waiting = {}
  for i = 1, given.n - 1 do
    local each = made[given[i]]
    if not each or each.name == "pass" or each.name == "hold" or each.name == "ask" then
      return fail("ask takes actions that change something, and then why a person is asked")
    end
    waiting[i] = each
  end
  if #waiting == 0 then return fail("ask takes at least one action, and then why a person is asked") end
  action.line = line()
  local proxy = host.setmetatable({}, action_view)
  made[proxy], closed[proxy], asked[action] = action, true, waiting
  return proxy
end)

-- What the two files from the library find as globals, too.
pairs, next, tostring = ordered_pairs, ordered_next, safe_tostring -- luacheck: ignore 121

local absent = {}
for name in gmatch("_G _VERSION collectgarbage coroutine debug dofile io load loadfile loadstring os package print rawequal "
  .. "rawget rawlen rawset require warn", "[%w_]+") do absent[name] = true end

local today -- as the run wrote it down; nil outside of decide, and where nobody said

host.setmetatable(env, {
  __metatable = false,
  __index = function(_, name)
    if name == "today" and today then
      note(nil, name, today)
      return today
    elseif name == "today" then
      fail(today == nil and "today can be read inside decide alone"
        or 'today is not known here; let the case say it: today = "2026-01-31"')
    end
    if absent[name] then return fail(name .. " is not available in a policy") end
    local known = {}
    for key in ordered_pairs(env) do known[#known + 1] = key end
    return fail(("%s is not defined, %s"):format(safe_tostring(name), suggest(name, known)))
  end,
})

-- Running a policy.

local function wrap_facts(facts)
  local known = {}
  for _, name in ipairs(host.fact_names) do known[name] = true end
  local proxy = host.setmetatable({}, {
    __metatable = false,
    __newindex = view.__newindex,
    __index = function(_, name)
      if not known[name] and not is_check(name) then
        return fail(("there is no fact %s, %s"):format(safe_tostring(name), suggest(name, host.fact_names)))
      end
      local fact = facts[name]
      if fact == nil then return host.need(name) end
      return wrap(fact, nil, name)
    end,
  })
  closed[proxy] = true
  return proxy
end

local MOST_ACTIONS = 32

--- Actions out of what decide returned: several results, or one list.
local function collect(...)
  local results = pack(...)
  local first = results[1]
  if results.n == 1 and type(first) == "table" and not made[first] and not targets[first] then
    results = { n = rawlen(first), unpack(first, 1, math.min(rawlen(first), MOST_ACTIONS + 1)) }
  end
  if results.n == 0 then fail("decide returned no action; return pass() when there is nothing to do") end
  if results.n > MOST_ACTIONS then fail(("decide returned more than %d actions"):format(MOST_ACTIONS)) end
  local decided = {}
  for i = 1, results.n do
    local action = made[results[i]]
    if not action then fail(("decide must return actions; result %d is a %s"):format(i, type(results[i]))) end
    if action.name == "pass" and results.n > 1 then fail("decide returned pass() beside other actions") end
    for _, each in ipairs(asked[action] or {}) do decided[#decided + 1] = each end
    decided[#decided + 1] = action
  end
  if #decided > MOST_ACTIONS then fail(("decide returned more than %d actions"):format(MOST_ACTIONS)) end
  return decided
end

--- Runs the policy's chunk; with an applicant, its decision too.
---@param known table|false what applicants may be asked for
---@param applicant table|false|nil false: an event names none; nil: there is nothing to decide
---@param day string|false today
---@param event table|false what is decided about, where that is an event
local function run(chunk, applicant, facts, known, day, event)
  local policy = chunk()
  if type(policy) ~= "table" then fail("a policy must return a table, with name and decide") end
  local name, version, decide = rawget(policy, "name"), rawget(policy, "version"), rawget(policy, "decide")
  if type(name) ~= "string" or name == "" then fail("the policy has no name, which must be a string") end
  if version ~= nil and type(version) ~= "string" then fail("the policy's version must be a string") end
  if type(decide) ~= "function" then fail("the policy has no function decide") end
  if applicant == nil then
    return { name = name, version = version, inputs = rawget(policy, "inputs"), on = rawget(policy, "on"),
      newest = rawget(policy, "newest"), echoes = rawget(policy, "echoes") }
  end
  columns, today = known or nil, day or false
  return collect(decide(applicant and wrap(applicant, nil, "applicant") or nil, wrap_facts(facts),
    event and wrap(event, nil, "event") or nil))
end

return env, run, describe
