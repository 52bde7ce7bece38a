-- Archives made to exhaust whoever reads them are refused within 64 MiB of memory and 2 s of processor time.

local capture = require("shell")
local files = require("files")

-- Runs in a process of its own: its peak of memory counts everything, Lua and libraries too.
local program = [[
  local archive = require("idngo.archive")
  local found = assert(archive.check(arg[1]))
  local file = assert(io.open("/proc/self/status"))
  local peak = file:read("*a"):match("VmHWM:%s*(%d+)")
  print(require("idngo.archive.findings").refuse(found) and "refused" or "accepted", peak, os.clock(), #found)
]]

describe("hostile archives #slow", function()
  local folder = files.folder()
  teardown(function() os.execute("rm -r " .. folder) end)
  files.write(folder .. "/check.lua", program)

  local count = 0
  for name in capture("python3 spec/support/hostile_archives.py %s", folder):gmatch("%S+") do
    count = count + 1
    it(name .. ": refused within bounds", function()
      local out = capture("lua5.4 %s/check.lua %s/%s.zip", folder, folder, name)
      local verdict, kib, seconds, findings = out:match("^(%a+)\t(%d+)\t([%d.]+)\t(%d+)")
      assert.equal("refused", verdict, out)
      assert.is_true(tonumber(kib) < 64 * 1024, "peak of memory in KiB: " .. tostring(kib))
      assert.is_true(tonumber(seconds) < 2, "seconds: " .. tostring(seconds))
      assert.is_true(tonumber(findings) <= 201)
    end)
  end

  it("are there", function() assert.equal(15, count) end)
end)
