-- What is measured against what.
--
-- A contender is a program: `command`, to which a warm-up and a count are added, prints what so many calls cost
-- (measure.h). The first contender of a group is what the others are compared with. `limit` is the most that a
-- contender's CPU time may be of it; `needs` fails where a contender is not installed.

local LUA = "/usr/bin/lua5.4"

--- A shell command of `words`.
local function command(...)
  local words = { ... }
  for i, word in ipairs(words) do words[i] = "'" .. tostring(word):gsub("'", "'\\''") .. "'" end
  return table.concat(words, " ")
end

local function program(name, ...) return command(os.getenv("IDNGO_BENCH") .. "/" .. name, ...) end
local function script(name, ...) return command(LUA, "bench/" .. name .. ".lua", ...) end

local secret, ts, method = "bench-secret", "1700000000", "PATCH"
local target = "/resources/applicants/5eea3f5204f940217bcbc03d/info"
local body = ('{"firstName":"%s"}'):format(("a"):rep(118))
local to_sign = ts .. method .. target .. body
assert(#to_sign == 200)

local hmac = { name = "HMAC() in C", command = program("hmac", secret, to_sign), count = 200000 }
local sign = { name = "idngo, from Lua", command = script("sign", secret, ts, method, target, body), count = 200000 }
local bare = { name = "libcurl in C, unsigned, undecoded", command = program("bare_curl"), count = 6000 }
local calls = { name = "idngo", command = script("calls"), count = 6000, limit = 1.35 }

return {
  --- Compared by CPU time, wall time and peak memory.
  groups = {
    {
      title = "Signing a request of 200 bytes", rounds = 9,
      hmac,
      sign,
      { name = "luaossl, from Lua", command = script("sign_luaossl", secret, ts, method, target, body), count = 20000,
        needs = command(LUA, "-e", 'require "openssl.hmac"') },
    },
    {
      title = "One signed, decoded call after another", rounds = 9,
      bare,
      calls,
      { name = "Python requests", command = command("/usr/bin/python3", "bench/calls_requests.py"), count = 500,
        needs = command("/usr/bin/python3", "-c", "import requests") },
      { name = "Node fetch", command = command("node", "bench/calls_fetch.mjs"), count = 2000,
        needs = command("node", "-e", "fetch") },
    },
    {
      title = "200 000 signed, decoded calls, 64 at once", rounds = 3,
      { name = "libcurl in C, unsigned, undecoded", command = program("bare_multi", 64), count = 200000 },
      -- kept: the most bytes that a call may add to the process: places in lists that double as they grow, and
      -- nothing of its reply
      { name = "idngo.parallel", command = script("parallel", 64), count = 200000, limit = 1.5, kept = 128,
        needs = command(LUA, "-e", 'assert(require("idngo").parallel)') },
    },
  },
  --- Compared by the instructions of one call or signature.
  counted = {
    { name = "libcurl in C, one call", command = bare.command, count = 500 },
    { name = "idngo, one call", command = calls.command, count = 500 },
    { name = "HMAC() in C, one signature", command = hmac.command, count = 2000 },
    { name = "idngo, one signature", command = sign.command, count = 2000 },
  },
}
