-- idngo 0.1 and this version, on one account of one machine at once: processes of both, whose limiters are compiled from the
-- sources of each. What 0.1 is comes out of git; where that has no history, spec/c/test_limit_versions.c is all there is.

local files = require("files")
local shell = require("shell")

local SLOTS, WINDOW = 3, 1e9 -- of limit_version.c's lane

local release = shell("git log -1 --format=%%H --grep='^Release 0.1.1' 2>/dev/null"):match("%x+")

--- Compiles a process of a version from its limiter's sources, and others that they need.
local function compiled(folder, name, sources, others)
  local program = ("%s/%s"):format(folder, name)
  local said = shell("cc -std=c11 -D_GNU_SOURCE -O1 -include spec/support/fast_clock.h -I %s -o %s %s/limit*.c %s "
    .. "spec/support/limit_version.c 2>&1", sources, program, sources, others or "")
  assert.equal("", said)
  return program
end

--- When the server counted, in order, and who sent how many.
local function counted(log)
  local times, by = {}, {}
  for time, name in files.read(log):gmatch("(%d+) (%a+)\n") do
    times[#times + 1] = tonumber(time)
    by[name] = (by[name] or 0) + 1
  end
  table.sort(times)
  return times, by
end

describe("two versions on one account", function()
  if not release then return end
  local folder

  setup(function()
    folder = files.folder()
    shell("mkdir %s/sources", folder)
    for _, name in ipairs { "limit.c", "limit.h", "limit_file.c", "limit_file.h", "limit_table.c", "limit_table.h" } do
      shell("git show %s:csrc/core/%s >%s/sources/%s", release, name, folder, name)
    end
  end)
  teardown(function() shell("rm -r %s", folder) end)

  it("never send more in a window than one may, and both get their turns", function()
    local old = compiled(folder, "old", folder .. "/sources")
    local new = compiled(folder, "new", "csrc/system", "csrc/system/process.c")
    local log = folder .. "/log"
    local said = shell("for i in 1 2; do %s %s/limits %s old 240 60 0 2>&1 & done; "
      .. "for i in 1 2; do %s %s/limits %s new 240 45 50 2>&1 & done; wait", old, folder, log, new, folder, log)
    assert.equal("", said)
    local times, by = counted(log)
    for i = 1, #times - SLOTS do
      assert.is_true(times[i + SLOTS] - times[i] >= WINDOW, ("%d requests within %.3f s, of %d"):format(SLOTS + 1,
        (times[i + SLOTS] - times[i]) / 1e9, #times))
    end
    assert.is_true((by.old or 0) > 20 and (by.new or 0) > 100, ("old %s, new %s"):format(by.old, by.new))
  end)
end)
