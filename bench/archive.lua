-- Times packing, checking and `zip -0` over a folder, in turn, several times: archive.lua FOLDER. See archive.sh.

local archive = require("idngo.archive")
local core = require("idngo.core")

local FOLDER, ROUNDS, LIMIT, MEMORY = arg[1], 5, 200, 64
local BYTES = 4 * 50 * 1024 * 1024

local function peak()
  local file <close> = assert(io.open("/proc/self/status"))
  return tonumber(file:read("a"):match("VmHWM:%s*(%d+)")) / 1024
end

local contenders = {
  { name = "pack", limit = LIMIT, run = function() assert(archive.pack(FOLDER .. "/in", FOLDER .. "/out.zip")) end },
  { name = "check", limit = LIMIT, run = function() assert(#archive.check(FOLDER .. "/out.zip") == 0) end },
  { name = "zip -0", run = function()
    assert(os.execute(("cd %s/in && rm -f ../zip.zip && zip -q0r ../zip.zip ."):format(FOLDER)))
  end },
}

for _ = 1, ROUNDS do
  for _, contender in ipairs(contenders) do
    local start = core.now()
    contender.run()
    contender.best = math.min(contender.best or math.huge, core.now() - start)
  end
end

local missed = false
local function line(ok, name, value, unit, limit)
  missed = missed or not ok
  print(("%-6s  %-18s  %6.0f %s%s"):format(ok and "ok" or "MISSED", name, value, unit, limit))
end

for _, contender in ipairs(contenders) do
  local rate = BYTES / contender.best / 1e6
  line(not contender.limit or rate > contender.limit, contender.name, rate, "MB/s",
    contender.limit and (", more than %d wanted"):format(contender.limit) or ", for comparison")
end
line(peak() < MEMORY, "peak of memory", peak(), "MiB", (", less than %d wanted, for 200 MiB of files"):format(MEMORY))
os.exit(missed and 1 or 0)
