-- The script that Redis runs, compared with the limiter of one machine.

local files = require("files")
local redis = require("redis")
local scripts = require("idngo.limits.scripts")
local shell = require("shell")

local BUILD = os.getenv("IDNGO_BUILD") or "build"

--- The script with a time that its caller says.
local function virtual(script)
  local text, count = script:gsub('local time = call%("TIME"%)\nlocal now = [^\n]+', "local now = tonumber(ARGV[#ARGV])")
  assert(count == 1)
  return text
end

describe("the script of limits in Redis #slow", function()
  if not redis.is_there() then
    pending("redis-server is not installed")
    return
  end
  local server

  setup(function() server = redis.start() end)
  teardown(function() server:stop() end)

  -- Of ./dev torture are a million: IDNGO_OPERATIONS.
  it("grants what the limiter of one machine grants", function()
    local folder = files.folder()
    local path = folder .. "/script"
    files.write(path, virtual(scripts.exchange))
    for _, seed in ipairs { 1, os.time() } do
      server:cli("flushall")
      local said = shell("%s/limit_script %d %s %s %d 2>&1", BUILD, server.port, path,
        os.getenv("IDNGO_OPERATIONS") or "50000", seed)
      assert.matches("all equal", said, ("seed %d: %s"):format(seed, said))
    end
  end)
end)
