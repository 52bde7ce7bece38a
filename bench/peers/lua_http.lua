-- The jobs as lua-http does them, with cqueues, luaossl and lua-cjson, on the Lua that Debian has it for.
--
--   luajit bench/peers/lua_http.lua JOB WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
--     JOB: calls CONCURRENCY | download PATH
--
-- A connection is kept by making stream after stream on it; every call at once has one, and a coroutine of cqueues.

local cjson = require("cjson")
local cqueues = require("cqueues")
local hmac = require("openssl.hmac")
local http_client = require("http.client")
local http_headers = require("http.headers")
local measure = require("bench.measure")

local host, port = os.getenv("IDNGO_BASE_URL"):match("^http://(.-):(%d+)$")
local id = "5eea3f5204f940217bcbc03d"
local jobs = {}

local function sign(secret, ts, method, target, body)
  local digest = hmac.new(secret, "sha256"):final(ts .. method .. target .. body)
  return ("%02x"):rep(#digest):format(digest:byte(1, -1))
end

local function connect() return assert(http_client.connect { host = host, port = tonumber(port), tls = false }) end

--- The stream of a signed GET, once it has been answered with 200.
local function get(connection, target)
  local ts, headers = tostring(os.time()), http_headers.new()
  headers:append(":method", "GET")
  headers:append(":scheme", "http")
  headers:append(":authority", host .. ":" .. port)
  headers:append(":path", target)
  headers:append("accept", "application/json")
  headers:append("x-app-token", "sbx:bench")
  headers:append("x-app-access-ts", ts)
  headers:append("x-app-access-sig", sign("bench-secret", ts, "GET", target, ""))
  local stream = assert(connection:new_stream())
  assert(stream:write_headers(headers, true))
  assert(assert(stream:get_headers()):get(":status") == "200")
  return stream
end

function jobs.calls(concurrency)
  local connections = {}
  for i = 1, concurrency do connections[i] = connect() end
  return function(times)
    local left, queue = times, cqueues.new()
    for _, connection in ipairs(connections) do
      queue:wrap(function()
        while left > 0 do
          left = left - 1
          local stream = get(connection, "/resources/checks/latest?type=TIN&applicantId=" .. id)
          assert(cjson.decode(assert(stream:get_body_as_string())).checks[1].answer == "GREEN")
        end
      end)
    end
    assert(queue:loop())
  end
end

function jobs.download(path)
  local connection = connect()
  return function(times)
    for _ = 1, times do
      local file = assert(io.open(path, "wb"))
      assert(get(connection, ("/resources/applicants/%s/summary/report"):format(id)):save_body_to_file(file))
      assert(file:close())
    end
  end
end

measure.run(jobs[arg[1]](arg[2]), arg[3], arg[4], nil, cqueues.monotime)
