-- Prints what must be the same on every Lua: portable_spec.lua runs it on each. same_everywhere.lua FILE, which it writes to.

local sandbox_json = require("idngo.sandbox.json")
local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")
local people = require("idngo.sandbox.people")

local function show(...)
  local words = {}
  for i = 1, select("#", ...) do words[i] = tostring((select(i, ...))) end
  print(table.concat(words, " "))
end

-- numbers, in and out
for _, text in ipairs { "0", "-0", "1.0", "-7", "0.1", "1e3", "1e15", "1e16", "123456789012345", "9007199254740992",
  "9007199254740993", "1.7976931348623157e308", "5e-324", "3.14159", "12345678901234567890" } do
  show(text, json.encode(json.decode("[" .. text .. "]"), "value"))
  local value = sandbox_json.decode(text)
  if value < 2 ^ 53 then show(text, sandbox_json.encode { value }) end
end
for _, value in ipairs { "12", "0x10", "1.5", "", "x", 3, 3.5, 2 ^ 53 } do
  local whole = compat.tointeger(value)
  show(value == 2 ^ 53 and "2^53" or value, whole and ("%d"):format(whole))
end
show(compat.is_integer(3), compat.is_integer(3.5), compat.is_integer("3"), compat.is_integer(nil), compat.is_integer(1 / 0))

-- texts
for _, text in ipairs { "", "a\0b", "\195\164", "\195", "\237\160\128", "\244\144\128\128" } do show(compat.utf8(text)) end
show(core.sha256(sandbox_json.decode([["\u0000\u007f\u0080\u07ff\u0800\uffff\ud83d\ude00"]])))

-- lines, with any byte in them
local long = ("x"):rep(200000)
local file = assert(io.open(arg[1], "wb"))
file:write("one\n", "with \0 zero\n", "\n", long, "\n", "\r\n", "no end")
file:close()
file = assert(io.open(arg[1], "rb"))
for line in compat.lines(file) do show(#line, core.sha256(line)) end
file:close()

-- programs and commands
show(compat.load("return x", "=chunk", { x = 1 })())
show(compat.load("return print", "=chunk", {})())
show((compat.load(string.dump(function() end), "=chunk", {})))
show(select(2, compat.load("return return", "=chunk", {})))
show(compat.execute("exit 0"))
show(compat.execute("exit 3"))
show(compat.execute("kill -9 $$"))

-- pcall, in a coroutine and out of it
local function work(ask)
  local ok, a, b = compat.pcall(function(x) return x, ask("inner") end, 1)
  local failed, problem = compat.pcall(function() ask("then") error({ word = "thrown" }) end)
  local _, trace = compat.try(function() error("with a trace") end)
  return ok, a, b, failed, problem.word, trace:find("with a trace\nstack traceback:", 1, true) ~= nil
end
show(work(function(word) return word end))
local thread = coroutine.create(work)
show(coroutine.resume(thread, coroutine.yield))
show(coroutine.resume(thread, "answer"))
show(coroutine.resume(thread))
show(coroutine.status(thread))

-- what the sandbox makes of a seed
for _, index in ipairs { 1, 12, 13, 99 } do
  local person = people.new(7, 100):at(index)
  show(person.id, person.inspectionId, person.checkId, person.createdAt, person.dob, person.tinNumber, person.review,
    person.lastName)
  show(people.new(7, 100):get(person.id).index)
end
