-- All fourteen calls through real servers that stand in front of a sandbox, in every runtime.

local fourteen = require("interop.fourteen")
local reverse = require("interop.reverse")
local runtimes = require("interop.runtimes")

for _, server in ipairs(reverse.servers()) do
  describe(server.name, function()
    if reverse.is_skipped(server.program) then pending(server.program .. " is not installed") return end
    setup(function() server:start() end)
    teardown(function() server:stop() end)

    --- Files come as they are; JSON compressed, where the runtime asks for that.
    local function check_encoding(work, told, must)
      local compressed = 0
      for i, one in ipairs(told) do
        local encoding = one.meta.headers["content-encoding"]
        assert.truthy(not encoding or encoding == "gzip" and not one.result.file, work.list[i][1])
        if encoding then compressed = compressed + 1 end
      end
      assert.truthy(not must or compressed > 0, "nothing came compressed")
    end

    for _, way in ipairs(server.ways) do
      for _, runtime in ipairs(runtimes.all) do
        it(("%s: all fourteen calls are answered, each arrived once, %s"):format(way, runtime.name), function()
          local work = fourteen.work(server.world, runtime.crowd and 5 or 1, not runtime.crowd)
          local told = runtime.run(server.world:options(server:url(way)), work.list)
          fourteen.check(work, told)
          check_encoding(work, told, way:find("^gzip") and not runtime.name:find("^nginx"))
        end)
      end
    end
  end)
end
