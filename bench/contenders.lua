-- What is measured against what.
--
-- A contender is a program: `command`, to which a warm-up and a count are added, prints what so many calls cost
-- (measure.h). The first contender of a group is what the others are compared with. `limit` is the most that a
-- contender's CPU time may be of it, `memory` the most that its peak of memory may be; `needs` fails where a contender is not
-- installed; `saves` is the file in which it leaves what the server gave it.

local LUA, PYTHON = "/usr/bin/lua5.4", "/usr/bin/python3"
local tree = os.getenv("IDNGO_BENCH") or os.getenv("PWD") .. "/build/bench" -- what run.sh made

--- A shell command of `words`.
local function command(...)
  local words = { ... }
  for i, word in ipairs(words) do words[i] = "'" .. tostring(word):gsub("'", "'\\''") .. "'" end
  return table.concat(words, " ")
end

local function program(name, ...) return command(tree .. "/" .. name, ...) end
local function script(name, ...) return command(LUA, "bench/" .. name .. ".lua", ...) end

local ts, method = "1700000000", "PATCH"
local target = "/resources/applicants/5eea3f5204f940217bcbc03d/info"
local body = ('{"firstName":"%s"}'):format(("a"):rep(118))
local to_sign = ts .. method .. target .. body
assert(#to_sign == 200)
local saved = (os.getenv("IDNGO_SCRATCH") or tree) .. "/report.pdf"

local hmac = program("hmac", "bench-secret", to_sign)
local sign = script("sign", "bench-secret", ts, method, target, body)
local bare = { name = "libcurl in C, unsigned, undecoded", command = program("bare_curl"), count = 3000 }
local calls = { name = "idngo", command = script("calls"), count = 3000, limit = 0.82, memory = 1.25 }

--- What every peer is given to do; `words` tell it to those whose one program does all.
local jobs = {
  { name = "calls", title = "1 000 calls, one by one", rounds = 9, count = 1000, words = { "calls", 1 } },
  { name = "parallel", title = "20 000 calls, 64 at once", rounds = 3, count = 20000, words = { "calls", 64 } },
  { name = "signing", title = "50 000 signatures", rounds = 5, count = 50000,
    words = { "sign", "bench-secret", ts, method, target, body } },
  { name = "download", title = "100 MB to a file", rounds = 5, count = 1, saves = saved, words = { "download", saved } },
}

--- Who does the jobs: `program` does them all, but where a job's own command stands beside it, or false for one that
--- the peer has no form for. `version` prints what it is made of, and fails where that is not installed.
local peers = {
  { name = "C: libcurl, OpenSSL",
    calls = bare.command, parallel = program("bare_multi", 64), signing = hmac,
    download = program("bare_download", "plain", saved),
    version = "pkg-config --modversion libcurl libcrypto | xargs printf 'libcurl %s, OpenSSL %s'" },
  { name = "idngo on Lua 5.4",
    calls = calls.command, parallel = script("parallel", 64), signing = sign, download = script("download", saved),
    version = command(LUA, "-e", 'print("idngo " .. require("idngo.version"))') },
  { name = "luasocket, luaossl, lua-cjson on Lua 5.4", program = script("peers/luasocket"),
    version = command(LUA, "-e", 'require("socket") require("openssl.hmac") require("cjson")') .. " && dpkg-query -W -f "
      .. "'${Package} ${source:Upstream-Version}\n' lua-socket lua-luaossl lua-cjson | paste -sd, - | sed 's/,/, /g'" },
  { name = "lua-http on LuaJIT", program = command("luajit", "bench/peers/lua_http.lua"), signing = false,
    version = command("luajit", "-e", [[require("openssl.hmac") require("cjson")
      print(("lua-http %s, %s"):format(require("http.version").version, jit.version))]]) },
  { name = "Python requests", program = command(PYTHON, "bench/peers/python_requests.py"),
    version = command(PYTHON, "-c",
      "import platform, requests; print(f'requests {requests.__version__}, Python {platform.python_version()}')") },
  { name = "Node fetch", program = command("node", "bench/peers/node_fetch.mjs"),
    version = command("node", "-p", "fetch && `Node ${process.versions.node}`") },
  { name = "sumsub-node-sdk", program = command("env", "IDNGO_BENCH=" .. tree, "node", "bench/peers/sumsub_sdk.mjs"),
    version = command("node", "-p", ("['sumsub-node-sdk', 'axios'].map(name => `${name} ${"
      .. "require(`%s/npm/node_modules/${name}/package.json`).version}`).join(', ')"):format(tree)) },
}

for _, job in ipairs(jobs) do
  for _, peer in ipairs(peers) do
    local own = peer[job.name]
    if own == nil then own = peer.program .. " " .. command(table.unpack(job.words)) end
    if own then
      job[#job + 1] = { name = peer.name, command = own, count = job.count, needs = peer.version, saves = job.saves }
    end
  end
end

return {
  peers = peers,
  jobs = jobs,
  --- Compared by CPU time, wall time and peak memory.
  groups = {
    { title = "One signed, decoded call after another", rounds = 31, bare, calls },
    {
      title = "200 000 signed, decoded calls, 64 at once", rounds = 5,
      { name = bare.name, command = program("bare_multi", 64), count = 200000 },
      -- kept: the most bytes that a call may add to the process: places in lists that double as they grow, and
      -- nothing of its reply
      { name = "idngo.parallel", command = script("parallel", 64), count = 200000, limit = 0.68, kept = 128,
        needs = command(LUA, "-e", 'assert(require("idngo").parallel)') },
    },
    -- both hash the file as they save it; idngo's is on disk, too
    { title = "100 MB to a file", rounds = 9,
      { name = "libcurl in C, with SHA-256", command = program("bare_download", "sha256", saved), count = 1, saves = saved },
      { name = "idngo", command = script("download", saved), count = 1, limit = 1.25, saves = saved } },
  },
  --- What one call may cost, however busy the machine is: instructions by cachegrind, system calls by strace.
  costs = {
    { name = "one by one", command = calls.command, count = 4000, instructions = 60000, system_calls = 5 },
    { name = "64 at once", command = script("parallel", 64), count = 4000, instructions = 70000, system_calls = 4 },
  },
  --- Compared by the instructions of one call or signature.
  counted = {
    { name = "libcurl in C, one call", command = bare.command, count = 500 },
    { name = "idngo, one call", command = calls.command, count = 500 },
    { name = "HMAC() in C, one signature", command = hmac, count = 2000 },
    { name = "idngo, one signature", command = sign, count = 2000 },
  },
}
