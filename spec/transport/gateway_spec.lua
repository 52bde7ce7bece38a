-- Every call through nginx in front of a sandbox, in every runtime: what every test run has time for of ./dev interop.

local reverse = require("interop.reverse")
local runtimes = require("interop.runtimes")

local server = reverse.servers()[1]

describe("nginx in front of the service #nginx", function()
  setup(function() server:start() end)
  teardown(function() server:stop() end)

  for _, way in ipairs { "tls12", "old_upstream", "gzip_until_end", "few" } do
    for _, runtime in ipairs(runtimes.all) do
      it(("lets every call through once: %s, %s"):format(way, runtime.name), function()
        server:check_all_calls(way, runtime)
      end)
    end
  end
end)
