-- Many calls of every kind on one client: soak.lua URL CALLS [memory]. Fails when descriptors grew and, with
-- "memory", when memory did; under a tool that keeps what is freed, the tool's leak check is the judge instead.

local descriptors = require("descriptors")
local idngo = require("idngo")

local url, calls = arg[1], tonumber(arg[2])

local client = assert(idngo.client { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false })
local ID = "5eea3f5204f940217bcbc03d"
local saved = os.tmpname()

local kinds = {
  function() return client:duplicate_checks(ID) end,
  function() return client:timeline("60b8ce73460647000145384e") end,
  function() return client:similar_by_text_and_face(ID) end,
  function() return client:update_info("5b76df770a975a1404cbcb60", { firstName = "Andrew", dob = "1990-05-01" }) end,
  function() return client:set_presence("63e096c51b6b400000000000", "deactivated") end,
  function() return client:report("60f6f9ab7bbfc20001eca91d") end,
  function() return client:report("60f6f9ab7bbfc20001eca91d", { to = saved }) end,
  function() return client:websdk_link("basic-kyc-level", { externalUserId = "304775ty" }) end,
  function() return not client:tin_checks("nobody") end, -- an error of the server
  function() return not pcall(client.tin_checks, client, "") end, -- a wrong argument
  function() return client:prepare("tin_checks", ID) end,
}

local function run(count)
  for i = 1, count do assert(kinds[i % #kinds + 1]()) end
end

local function resident()
  collectgarbage()
  collectgarbage()
  local file = assert(io.open("/proc/self/statm"))
  file:read("n")
  local pages = file:read("n")
  file:close()
  return pages * 4096
end

run(math.max(22, calls // 5)) -- caches fill
local memory, before = resident(), descriptors.open()
run(calls)
local grown = resident() - memory
descriptors.expect_no_more(before)
client:close()
os.remove(saved)
print(("%d calls: %d KiB more memory, no more descriptors"):format(calls, grown // 1024))
if arg[3] == "memory" then assert(grown <= 512 * 1024, "memory grows") end
