-- Streams of bytes under failing allocations, outside of tasks and in them: the server's HTTP is spoken by hand.

local torture = torture -- luacheck: globals torture
local idngo = require("idngo")
local runtime = require("idngo.runtime")

local BODY = '{"checks":[]}'
local ASK = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

local function open()
  local port, stop = torture.serve(BODY)
  return { address = { host = "127.0.0.1", port = port }, stop = stop }
end

local function close(context)
  context.address = nil -- and what was kept for it
  context.stop()
end

--- Asks once, and then keeps the stream or closes it.
local function ask(context, after)
  local by = runtime.now() + 10
  local stream, failure = runtime.connect(context.address, by)
  if not stream then return nil, failure end
  local sent, why = stream:send(ASK, by)
  if not sent then return nil, why end
  local got = ""
  while not got:find(BODY, 1, true) do
    local bytes
    bytes, failure = stream:receive(by)
    if not bytes then
      stream:close()
      return nil, failure
    end
    got = got .. bytes
  end
  stream[after](stream)
  return got
end

local function before(context) context.served = torture.served() end

--- What is told of a failure is true.
local function check(context, _, failure)
  if type(failure) == "table" and failure.sent == false and torture.served() ~= context.served then
    error("told as not sent, and it was")
  end
  context.served = torture.served()
end

--- libcurl without memory fails in any way it likes.
local function clean(problem)
  if type(problem) == "table" then return problem.kind and problem.message end
  return problem:find("not enough memory") ~= nil
end

local function right(got) return got:find(BODY, 1, true) ~= nil end

return {
  {
    name = "stream: a new one",
    setup = open, close = close, before = before, check = check, clean = clean, right = right,
    run = function(context) return ask(context, "close") end,
    slack = { blocks = 2 },
  },
  {
    name = "stream: one that was kept",
    setup = open, close = close, before = before, check = check, clean = clean, right = right,
    run = function(context) return ask(context, "keep") end,
    slack = { blocks = 16, descriptors = 3 }, -- what libcurl knows of a connection
  },
  {
    name = "stream: in tasks",
    setup = open, close = close, before = before, clean = clean, right = right,
    run = function(context)
      return idngo.run(function()
        local other = idngo.spawn(ask, context, "close")
        local got, failure = ask(context, "close")
        local second, why = other:wait()
        if not (got and second) then return nil, failure or why end
        return got .. second
      end)
    end,
    slack = { blocks = 2 },
  },
}
