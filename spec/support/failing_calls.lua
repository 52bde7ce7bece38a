-- failing_calls.lua FOLDER SCENARIO: does what the scenario is about, again and again, while one call to the system or to
-- libcrypto after the other fails (fail_calls.c is preloaded), first with EIO and then with EINTR.
--
-- Every time it must work all the same, return nil and a reason, or throw an error in words; and no descriptor may be left
-- open. Prints how many calls failed.

local folder, name = arg[1], arg[2]
local EIO, EINTR = 5, 4

local core = require("idngo.core")
local files = require("files")
local zip = require("idngo.zip")

local read, write = files.read, files.write

local count = 0
local function fresh(what)
  count = count + 1
  return ("%s/%s%d"):format(folder, what, count)
end

local scenarios = {}

function scenarios.sink()
  local path = fresh("sink")
  local sink <close> = assert(core.sink(path))
  assert(sink:write("abc"))
  local written = assert(sink:commit())
  if read(path) ~= "abc" or written.sha256 ~= "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" then
    os.exit(9)
  end
end

function scenarios.source()
  local path = write(folder .. "/source", ("x"):rep(100000))
  local signer <close> = core.signer("secret")
  local source <close> = assert(core.source(path))
  assert(source:headers(signer, "", 1, "POST", "/x"))
  local size = 0
  while true do
    local bytes = assert(source:read(65536))
    if bytes == "" then break end
    size = size + #bytes
  end
  if size ~= 100000 then os.exit(9) end
end

function scenarios.signing()
  local signer <close> = core.signer("secret")
  local long <close> = core.signer(("k"):rep(100))
  local from <close> = assert(core.signer_from_file(write(folder .. "/key", "secret\n")))
  if signer:sign(1, "POST", "/x", "b") ~= from:sign(1, "POST", "/x", "b") then os.exit(9) end
  long:begin(1, "GET", "/")
  long:update("x")
  if #long:finish() ~= 64 then os.exit(9) end
  if #core.hmac("sha512", "k", "x") ~= 128 or #core.sha256("x") ~= 64 or core.random() >= 1 then os.exit(9) end
end

function scenarios.spool()
  local dir = fresh("spool")
  local spool <close> = assert(core.spool(dir, 100))
  for _, text in ipairs { "first", "second", ("third"):rep(50) } do
    local ticket = assert(spool:append(text))
    local durable, why
    repeat durable, why = spool:durable(ticket) until durable ~= false
    assert(durable, why)
  end
  local segments = assert(core.spool_segments(dir))
  local found = 0
  for _, segment in ipairs(segments) do
    local reader = assert(core.spool_reader(dir .. "/" .. segment.name, 0))
    while true do
      local text, problem = reader:next()
      if not text then
        reader:close()
        assert(not problem, problem)
        break
      end
      found = found + 1
    end
  end
  if found ~= 3 then os.exit(9) end
end

function scenarios.limiter()
  local limiter <close> = assert(core.limiter("key", fresh("limits")))
  local lane = limiter:lane("a", 2, 10)
  local grant, why, ticket = limiter:acquire({ lane }, 5)
  if grant then limiter:release(grant, "answered")
  elseif ticket then limiter:cancel_wait(ticket)
  else error(why, 0) end
  limiter:close_lane(lane, 1)
  assert(limiter:snapshot())
end

function scenarios.journal()
  local journal = require("idngo.journal")
  local dir = fresh("run")
  assert(core.folder(dir))
  assert(core.folder(dir))
  local lock <close> = assert(journal.lock(dir .. "/lock")) -- luacheck: ignore 211
  local log <close> = assert(journal.log(dir .. "/log"))
  assert(log:append("line\n"))
  assert(log:sync())
  assert(log:truncate(2))
  local db <close> = assert(journal.open(dir .. "/journal.db", true))
  assert(db:exec("CREATE TABLE t (a)"))
  local watch <close> = assert(journal.signals())
  if watch:caught() then os.exit(9) end
end

function scenarios.archive()
  local dir = folder .. "/documents"
  os.execute("mkdir -p " .. dir .. "/inner")
  local path = write(dir .. "/a.txt", ("hello"):rep(2000))
  local entries = assert(zip.list(dir))
  if #entries ~= 2 then os.exit(9) end
  local file <close> = assert(zip.file(path))
  local size, _, crc = assert(file:measure(1 << 20))
  local bytes = {}
  repeat bytes[#bytes + 1] = assert(file:read(4096)) until bytes[#bytes] == ""
  local content = table.concat(bytes)
  local head = zip.local_header("a.txt", crc, size)
  local directory = zip.central_header("a.txt", crc, size, 0)
  local whole = head .. content .. directory .. zip.end_record(1, #directory, #head + #content)
  local archive = assert(zip.open({ path = write(folder .. "/a.zip", whole) }, 10))
  local back, why = archive:read(1, 1 << 20)
  archive:close()
  if assert(back, why) ~= content then os.exit(9) end
end

function scenarios.jail()
  local jail = require("idngo.policy.jail")
  local pool <close> = assert(jail.pool { text = 'return {name = "p", decide = function() return pass() end}', size = 1 })
  local outcome = pool:evaluate({ id = "a" }, {})
  if outcome.kind == "error" then error(outcome.message, 0) end
end

function scenarios.sandbox()
  local sandbox = require("idngo.sandbox_host")
  local host = assert(sandbox.open { address = "127.0.0.1", port = 0, max_connections = 4, idle_seconds = 1, max_body = 1024,
    max_bodies = 4096 })
  local port = host:port()
  host:wait(0)
  host:close()
  if port == 0 then os.exit(9) end
end

local function descriptors()
  collectgarbage()
  collectgarbage()
  return #assert(zip.list("/proc/self/fd"))
end

local function attempt() return pcall(scenarios[name]) end

local ok, why = attempt() -- with nothing in the way: it must be right, and what is loaded once is
if not ok then error(name .. " does not work: " .. tostring(why)) end
local before, failed = descriptors(), 0
for _, code in ipairs { EIO, EINTR } do
  for n = 1, 2000 do
    os.getenv(("FAIL:ARM %d %d"):format(n, code))
    ok, why = attempt()
    if tonumber(os.getenv("FAIL:LEFT")) > 0 then break end
    failed = failed + 1
    local words = tostring(why)
    if not ok and (not words:find("%a%a%a") or words:find("attempt to ", 1, true) or words == "assertion failed!") then
      error(("%s, call %d, errno %d: %s"):format(name, n, code, words))
    end
  end
end
local after = descriptors()
if after > before then error(("%s: %d descriptors are left"):format(name, after - before)) end
assert(attempt())
print(failed)
