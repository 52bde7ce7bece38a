-- Every call through real servers that stand in front of a sandbox, in every runtime.

local reverse = require("interop.reverse")
local runtimes = require("interop.runtimes")

for _, server in ipairs(reverse.servers()) do
  describe(server.name, function()
    if reverse.is_skipped(server.program) then pending(server.program .. " is not installed") return end
    setup(function() server:start() end)
    teardown(function() server:stop() end)

    for _, way in ipairs(server.ways) do
      for _, runtime in ipairs(runtimes.all) do
        it(("%s: every call is answered and arrived once, %s"):format(way, runtime.name), function()
          server:check_all_calls(way, runtime)
        end)
      end
    end
  end)
end
