-- idngo.curl under failing allocations: real transfers over loopback.

local torture = torture -- luacheck: globals torture
local core = require("idngo.core")
local curl = require("idngo.curl")

local BODY = '{"checks":[{"answer":"GREEN"}]}'

local function open()
  local port, stop = torture.serve(BODY)
  local url = ("http://127.0.0.1:%d"):format(port)
  local route = curl.route { direct = true, origin = url, connect_timeout = 20, max_reply = 1000 }
  local wire = curl.wire()
  wire:count() -- by which it opens its descriptor
  return { wire = wire, route = route, url = url, stop = stop }
end

local function close(context)
  context.wire:close()
  context.stop()
end

local LINES = "X-App-Token: t\r\nX-App-Access-Ts: 1\r\n"

--- Begins a request, a GET unless told otherwise; what else it has is in `more`.
local function begin(context, method, more)
  return context.wire:add(context.route, method or "GET", "/resources/x", LINES, core.now() + 20, nil, nil, more)
end

--- Moves one transfer to its end, and takes away what a failure before left.
local function transfer(context, method, more)
  local wire = context.wire
  if context.pending then wire:cancel(context.pending) end
  context.pending = false
  local id = begin(context, method, more)
  context.pending = id
  while true do
    local ended, status, head, body = wire:step(10)
    if ended == id then
      context.pending = false
      if status then return { status = status, head = head, body = body } end
      return nil, head
    end
  end
end

--- What is told of a failure is true: nothing arrived when it was not sent, and nobody is under way unseen.
local function check(context, _, failure)
  if context.pending then context.wire:cancel(context.pending) end
  context.pending = false
  local left = context.wire:count()
  if left ~= 0 then error(left .. " transfers are under way that nobody knows") end
  if type(failure) == "table" and not failure.sent and torture.served() ~= context.served then
    error("told as not sent, and it was")
  end
  context.served = torture.served()
end

--- libcurl without memory fails in any way it likes; what counts is that `sent` is true, which `check` looks at.
local function clean(problem)
  if type(problem) == "table" then return problem.kind and problem.message and problem.sent ~= nil end
  return problem:find("not enough memory") ~= nil or problem:find("^libcurl: Out of memory") ~= nil
end

local function before(context) context.served = torture.served() end

return {
  {
    name = "curl: open the module",
    setup = function() return { open = package.searchers[3]("idngo.curl") } end,
    run = function(context) return context.open("idngo.curl") end,
    right = function(module) return module.wire ~= nil and module.version ~= nil end,
    clean = { "libcurl cannot start" },
  },
  {
    name = "curl: a connection of its own",
    setup = open,
    before = before,
    run = function(context)
      local wire <close> = curl.wire()
      local route = curl.route { direct = true, origin = context.url, connect_timeout = 20, max_reply = 1000,
        ca_file = "/etc/ssl/certs/ca-certificates.crt" }
      return transfer { wire = wire, route = route, pending = false }
    end,
    right = function(reply) return reply.status == 200 and reply.body == BODY end,
    check = check,
    close = close,
    clean = clean,
    slack = { blocks = 2 },
  },
  {
    name = "curl: GET on a kept connection",
    setup = open,
    before = before,
    run = function(context) return transfer(context) end,
    right = function(reply) return reply.status == 200 and reply.body == BODY and #reply.head > 0 end,
    check = check,
    close = close,
    clean = clean,
    slack = { blocks = 16, descriptors = 3 }, -- what libcurl knows of a connection
  },
  {
    name = "curl: POST",
    setup = open,
    before = before,
    run = function(context) return transfer(context, "POST", { body = ("b"):rep(3000) }) end,
    right = function(reply) return reply.status == 200 and reply.body == BODY end,
    check = check,
    close = close,
    clean = clean,
    slack = { blocks = 16, descriptors = 3 },
  },
  {
    name = "curl: a reader and a writer",
    setup = open,
    before = before,
    run = function(context)
      local left, got = 5, {}
      local reply, failure = transfer(context, "POST", {
        size = 5000,
        read = function(n)
          if left == 0 then return "" end
          left = left - 1
          return ("r"):rep(math.min(n, 1000))
        end,
        write = function(bytes)
          got[#got + 1] = bytes
          return true
        end,
      })
      if not reply then
        if failure.error then return nil, tostring(failure.error) end
        return nil, failure
      end
      reply.got = table.concat(got)
      return reply
    end,
    right = function(reply) return reply.status == 200 and reply.got == BODY end,
    check = check,
    close = close,
    clean = clean,
    slack = { blocks = 16, descriptors = 3 },
  },
  {
    name = "curl: three at once",
    setup = open,
    before = before,
    run = function(context)
      local wire, ids, replies = context.wire, context.ids or {}, {}
      context.ids = ids
      for i = 1, 3 do ids[i] = false end
      for i = 1, 3 do ids[i] = begin(context) end
      local open_ones = 3
      while open_ones > 0 do
        local id, status, head, body = wire:step(10)
        if id then
          if not status then return nil, head end
          open_ones = open_ones - 1
          replies[#replies + 1] = { status = status, body = body }
        end
      end
      return replies
    end,
    right = function(replies) return #replies == 3 and replies[1].body == BODY and replies[3].status == 200 end,
    check = function(context)
      for _, id in ipairs(context.ids or {}) do
        if id then context.wire:cancel(id) end
      end
      context.ids = nil
      check(context)
    end,
    close = close,
    clean = clean,
    -- three streams may have one multi handle, or each its own, which takes two descriptors
    slack = { blocks = 48, descriptors = 4 },
  },
}
