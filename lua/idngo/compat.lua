-- What differs between the Luas above C, once: Lua 5.4, LuaJIT and Lua 5.1. Only this file knows.
--
-- Everything else is written in what they share. Evaluators of policies hold this file too (it is built into idngo-jail).

local M = {}

--- A global that not every Lua or host has, or nil. strict.lua and its like make an error of reading one in any other
--- way; nginx keeps its own behind those of the request.
---@param name string
---@return any
function M.global(name)
  local value = rawget(_G, name)
  if value ~= nil then return value end
  local behind = getmetatable(_G)
  behind = type(behind) == "table" and rawget(behind, "__index")
  if type(behind) == "table" then return rawget(behind, name) end
end

local global = M.global
local utf8, unpack, setfenv, loadstring = global("utf8"), global("unpack"), global("setfenv"), global("loadstring")

M.unpack = table.unpack or unpack -- luacheck: ignore 143

--- Whether a text is well-formed UTF-8.
---@type fun(text: string): boolean
M.utf8 = utf8 and function(text) return utf8.len(text) ~= nil end or require("idngo.core").utf8

--- A formatted number with a point, which is something else in the locale of many a program.
---@param text string as string.format or tostring gives it
---@return string
function M.with_point(text)
  return (text:gsub("[^%d%-+xXa-fA-Fin]+", "."))
end

--- A number with so many digits behind its point. What lies in the middle goes up, which LuaJIT and the others do in
--- different ways.
---@param value number
---@param digits integer
---@return string
function M.fixed(value, digits)
  local unit = 10 ^ digits
  return M.with_point(("%%.%df"):format(digits):format(math.floor(value * unit + 0.5) / unit))
end

--- The number that a text with a point stands for, or nil; Lua 5.1 alone goes by the locale there.
---@param text string
---@return number?
function M.tonumber(text)
  local number = tonumber(text)
  if number or not text:find(".", 1, true) then return number end
  return tonumber((text:gsub("%.", (("%.1f"):format(0.5):match("0(.-)5")))))
end

--- 2 ^ 53: up to here numbers are told from the next ones. Written out, since for a power 230 KiB of libm would be loaded.
M.EXACT = 9007199254740992

--- The whole number that a number or a numeral stands for, or nil.
---@type fun(value: any): integer?
M.tointeger = math.tointeger and function(value) -- luacheck: ignore 143
  local number = tonumber(value)
  return number and math.tointeger(number) or nil -- luacheck: ignore 143
end or function(value)
  local number = tonumber(value)
  return number and number % 1 == 0 and number >= -M.EXACT and number <= M.EXACT and number or nil
end

--- Whether a value is a whole number; one with a fraction of zero counts where Lua cannot tell it apart.
---@type fun(value: any): boolean
M.is_integer = math.type and function(value) return math.type(value) == "integer" end -- luacheck: ignore 143
  or function(value) return type(value) == "number" and M.tointeger(value) ~= nil end

--- Compiles a text, never bytecode, with `env` as its globals.
---@type fun(text: string, chunkname: string, env: table): function?, string?
M.load = setfenv and function(text, chunkname, env)
  if text:sub(1, 1) == "\27" then return nil, "a text is expected, not bytecode" end
  local chunk, message = loadstring(text, chunkname)
  return chunk and setfenv(chunk, env), message
end or function(text, chunkname, env) return load(text, chunkname, "t", env) end -- luacheck: ignore

--- Runs a command of the shell: whether it ended well, "exit" or "signal", and the number of either.
---@param command string
---@return boolean ok
---@return "exit"|"signal" how
---@return integer code
function M.execute(command)
  local ok, how, code = os.execute(command)
  if type(ok) ~= "number" then return ok or false, how, code end
  local signal = ok % 128 -- ok is what wait(2) gives
  if signal ~= 0 then return false, "signal", signal end
  return ok == 0, "exit", math.floor(ok / 256)
end

local PIECE = 64 * 1024

--- The lines of a file, each with its line end; any byte may be in them. Nil, and why where not all could be read.
---@type fun(file: file*): fun(): string?, string?
M.lines = M.unpack ~= unpack and function(file)
  return function() return file:read("L") end
end or function(file) -- file:read stops at a zero byte here
  local held, at = "", 1
  return function()
    while true do
      local stop = held:find("\n", at, true)
      local piece, message
      if not stop then piece, message = file:read(math.max(PIECE, #held - at)) end
      if message then return nil, message end
      if not piece then
        local line = held:sub(at, stop or -1)
        at = at + #line
        return line ~= "" and line or nil
      end
      held, at = held:sub(at) .. piece, 1
    end
  end
end

local function describe(thrown)
  return type(thrown) == "table" and thrown or debug.traceback(tostring(thrown), 2)
end

-- Tasks are coroutines that yield inside pcall. Lua 5.1 alone cannot do that: there the call gets a coroutine of its own,
-- which passes its yields on, and a task is known by the outermost of them.

if _VERSION ~= "Lua 5.1" or global("jit") then
  M.pcall = pcall

  --- As pcall; what was thrown has a trace behind it, unless it is a table.
  function M.try(fn) return xpcall(fn, describe) end

  --- The coroutine that runs.
  M.running = coroutine and coroutine.running

  --- The same where it can yield, else nil: not in the main one, nor under a function of C that cannot be left.
  local isyieldable, running = coroutine and coroutine.isyieldable, M.running -- luacheck: ignore 143
  function M.yieldable() return isyieldable() and running() or nil end
  return M
end

local outer = setmetatable({}, { __mode = "k" }) -- the coroutine that a call's own was made in

function M.running()
  local thread = coroutine.running()
  while thread and outer[thread] do thread = outer[thread] end
  return thread
end

--- Whether a coroutine can yield where it stands: not under a function of C (pcall, sort), an iterator or a metamethod.
local function is_plain(thread)
  local level, info = 1, debug.getinfo(thread, 1, "nS")
  while info do
    level = level + 1
    local caller = debug.getinfo(thread, level, "nS")
    if info.what == "C" or info.name == "(for generator)" then return false end
    if info.what == "Lua" and not info.name and caller and caller.what ~= "tail" then return false end
    info = caller
  end
  return true
end

function M.yieldable()
  local thread = coroutine.running()
  while thread and is_plain(thread) do
    if not outer[thread] then return thread end
    thread = outer[thread]
  end
  return nil
end

--- Goes on with a call until it ends; `trace`: with a trace behind what it throws.
local function go_on(thread, trace, ok, ...)
  if not ok then
    local thrown = ...
    if trace and type(thrown) ~= "table" then thrown = debug.traceback(thread, tostring(thrown)) end
    return false, thrown
  end
  if coroutine.status(thread) == "dead" then return true, ... end
  return go_on(thread, trace, coroutine.resume(thread, coroutine.yield(...)))
end

local function call(trace, fn, ...)
  local thread = coroutine.create(function(...) return fn(...) end) -- fn may be of C
  outer[thread] = coroutine.running()
  return go_on(thread, trace, coroutine.resume(thread, ...))
end

function M.pcall(fn, ...)
  if not coroutine.running() then return pcall(fn, ...) end
  return call(false, fn, ...)
end

function M.try(fn) return call(true, fn) end

return M
