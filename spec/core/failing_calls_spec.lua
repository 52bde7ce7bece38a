-- Every call that the modules make of the system and of libcrypto fails once, where it stands: no crash, no descriptor
-- left, and an error in words.

local files = require("files")
local sh = require("shell")

local build = os.getenv("IDNGO_BUILD") or "build"

-- What is done, and how many calls it makes at the least.
local scenarios = { sink = 8, source = 8, signing = 15, spool = 12, limiter = 8, journal = 10, archive = 8, jail = 15,
  sandbox = 3 }

describe("a call that fails #slow", function()
  local folder
  setup(function()
    folder = files.folder()
    assert(os.execute(("cc -shared -fPIC -D_GNU_SOURCE -o %s/fail_calls.so spec/support/fail_calls.c -ldl"):format(folder)))
  end)
  teardown(function() os.execute("rm -rf " .. folder) end)

  for name, least in pairs(scenarios) do
    it("in " .. name .. " is told in words, and nothing is left", function()
      local dir = folder .. "/" .. name
      assert(os.execute("mkdir -m 700 " .. dir))
      -- libcrypto with it, so that its functions are found behind ours
      local out = sh("LD_PRELOAD='%s/fail_calls.so libcrypto.so.3' lua5.4 spec/support/failing_calls.lua %s %s 2>&1", folder, dir,
        name)
      assert.truthy(out:find("^%d+\n$"), out)
      assert.is_true(tonumber(out) >= 2 * least, ("only %s calls failed in %s, %s"):format(out, name, build))
    end)
  end
end)
