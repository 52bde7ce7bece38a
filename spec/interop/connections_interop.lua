-- Connections that servers close while they are idle: the next call goes over another one, and is made once.

local every_call = require("interop.every_call")
local reverse = require("interop.reverse")
local runtimes = require("interop.runtimes")

for _, server in ipairs(reverse.servers()) do
  describe(server.name, function()
    if reverse.is_skipped(server.program) then pending(server.program .. " is not installed") return end
    setup(function() server:start() end)
    teardown(function() server:stop() end)

    if server.speaks_http then -- and so closes what is idle
      for _, runtime in ipairs { runtimes.blocking, runtimes.nginx } do
        it("closes what is idle, and every call is made once, over another connection, " .. runtime.name, function()
          local work = every_call.work(server.world, 1)
          local list, answers = {}, {}
          for i, call in ipairs(work.list) do
            list[#list + 1] = call
            if i % 4 == 1 then list[#list + 1] = { "wait_until_closed", server:port("impatient") } end
          end
          for i, one in ipairs(runtime.run(server.world:options(server:url("impatient")), list)) do
            if list[i][1] ~= "wait_until_closed" then answers[#answers + 1] = one end
          end
          every_call.check(work, answers)
        end)
      end
    end

    it("has no connection left open by a client that was closed", function()
      local way = server.ways[1]
      local work = every_call.work(server.world, 5)
      every_call.check(work, runtimes.scheduler.run(server.world:options(server:url(way)), work.list))
      assert.equal(0, require("nginx").connections_to(server:port(way)))
    end)
  end)
end
