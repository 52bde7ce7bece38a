-- What busted runs before all specs. With IDNGO_JOURNAL=postgres it starts a PostgreSQL, and itself again with the runs of specs
-- in there; leaves out the tests that are about a folder as such; and says which, and why.

local kind, url = os.getenv("IDNGO_JOURNAL"), os.getenv("IDNGO_JOURNAL_URL")
if not kind then return end
assert(kind == "postgres", "IDNGO_JOURNAL: there is postgres, and without it folders")

--- Runs this process again, as it was started, with more of an environment; the exit code.
local function again(environment)
  local file, words = assert(io.open("/proc/self/cmdline", "rb")), {}
  for word in file:read("a"):gmatch("[^%z]+") do words[#words + 1] = "'" .. word:gsub("'", "'\\''") .. "'" end
  file:close()
  local _, how, code = os.execute(("%s %s"):format(environment, table.concat(words, " ")))
  return how == "signal" and 128 + code or code
end

if not url then
  local host = require("postgres").start("-c max_connections=200")
  local ok, code = pcall(function()
    assert(require("idngo.run.databases").init(host:url()))
    return again(([[IDNGO_JOURNAL_URL='%s' LUA_INIT="@$PWD/spec/support/journal_address.lua"]]):format(host:url()))
  end)
  host:stop()
  if not ok then io.stderr:write(tostring(code), "\n") end
  os.exit(ok and code or 1, true)
end

local busted = require("busted")
local folders = require("journal_folders")
local left_out = {}

busted.subscribe({ "register", "it" }, function(name, fn)
  local file = type(fn) == "function" and debug.getinfo(fn, "S").source:match("spec/(.*)_spec%.lua$")
  local why = file and folders.why(file, name)
  if not why then return nil, true end
  left_out[#left_out + 1] = ("%s: %s: %s"):format(file, name, why)
  return nil, false
end, { priority = 1 })

busted.subscribe({ "suite", "end" }, function()
  print(("%d left out of what is about folders:"):format(#left_out))
  for _, line in ipairs(left_out) do print("  " .. line) end
  return nil, true
end)
