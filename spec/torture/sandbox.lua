-- The sandbox's host under failing allocations: real connections, made while nothing fails.

local torture = torture -- luacheck: globals torture
local sandbox_host = require("idngo.sandbox_host")
local socket = require("socket")

local BODY = ("b"):rep(3000)
local REQUEST = ("POST /x?y=1 HTTP/1.1\r\nHost: x\r\nX-Twice: 1\r\nX-Twice: 2\r\nConnection: close\r\n"
  .. "Content-Length: %d\r\n\r\n%s"):format(#BODY, BODY)

local function open()
  return sandbox_host.open { address = "127.0.0.1", port = 0, max_connections = 4, idle_seconds = 60, max_body = 10000,
    max_bodies = 20000 }
end

--- Lets the host work until it hands a request out; nil when it let go of the connection instead.
local function next_request(host)
  for _ = 1, 20 do
    host:wait(0.01)
    local request, method, target, headers, body, _, refused = host:next()
    if request then return request, method, target, headers, body, refused end
  end
end

return {
  {
    name = "sandbox: a host opened and closed",
    run = function()
      local host, why = open()
      if not host then return nil, why end
      host:wait(0)
      local port = host:port()
      host:close()
      return port
    end,
    right = function(port) return port > 0 end,
    check = function() collectgarbage() end, -- a host that was made, and not yet to be closed
    clean = { "^127%.0%.0%.1 port 0: " },
  },
  {
    name = "sandbox: a request answered",
    setup = function() return { host = assert(open()) } end,
    before = function(context)
      context.peer = assert(socket.connect("127.0.0.1", context.host:port()))
      assert(context.peer:send(REQUEST))
    end,
    run = function(context)
      local request, method, target, headers, body, refused = next_request(context.host)
      if not request then return nil, "the connection was dropped" end
      context.seen = { method = method, target = target, twice = headers["x-twice"], body = body, refused = refused }
      local ok, why = request:reply(refused or 200, { ["X-Test"] = "yes" }, BODY)
      if not ok then return nil, why end
      for _ = 1, 3 do context.host:wait(0.001) end
      return context.seen
    end,
    right = function(seen)
      if seen.refused then return seen.refused == 503 or seen.refused == 431 end
      return seen.method == "POST" and seen.target == "/x?y=1" and seen.twice == "1, 2" and seen.body == BODY
    end,
    -- whatever failed: the peer is answered in full or not at all, and let go
    check = function(context)
      collectgarbage() -- a request that was handed out, and not answered
      local got, tries = "", 0
      context.peer:settimeout(0)
      repeat
        context.host:wait(0.01)
        local waiting = context.host:next()
        if waiting then waiting:drop() end
        local all, why, part = context.peer:receive("*a")
        got, tries = got .. (all or part), tries + 1
      until all or why == "closed" or tries > 200
      context.peer:close()
      context.host:wait(0)
      if tries > 200 then error("the connection was kept") end
      local length = tonumber(got:match("\r\nContent%-Length: (%d+)\r\n"))
      if got ~= "" and #got:match("\r\n\r\n(.*)") ~= length then error("half an answer: " .. #got .. " bytes") end
    end,
    close = function(context) context.host:close() end,
    clean = { "was dropped", "not a header" },
    slack = { blocks = 8, descriptors = 3 }, -- the last peer, and what the host keeps
  },
  {
    name = "sandbox: a process of its own",
    run = function()
      local pid, line = sandbox_host.spawn(function(ready)
        torture.calm() -- its failures would be nobody's
        ready("up")
      end)
      if not pid then return nil, line end
      sandbox_host.stop(pid)
      return line
    end,
    right = function(line) return line == "up" end,
    clean = { "did not start" },
  },
}
