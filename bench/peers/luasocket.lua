-- The jobs as Lua written by hand does them, with luasocket, luaossl and lua-cjson.
--
--   lua5.4 bench/peers/luasocket.lua JOB WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
--     JOB: calls CONCURRENCY | sign SECRET TS METHOD TARGET BODY | download PATH
--
-- Every call at once has a connection of its own, which it keeps, and a coroutine; one select() waits for all.

local cjson = require("cjson")
local hmac = require("openssl.hmac")
local http = require("socket.http")
local ltn12 = require("ltn12")
local measure = require("bench.measure")
local socket = require("socket")

local base = os.getenv("IDNGO_BASE_URL")
local id = "5eea3f5204f940217bcbc03d"
local jobs = {}

local function sign(secret, ts, method, target, body)
  local digest = hmac.new(secret, "sha256"):final(ts .. method .. target .. body)
  return ("%02x"):rep(#digest):format(digest:byte(1, -1))
end

--- The headers of a signed GET of `target`.
local function headers(target)
  local ts = tostring(os.time())
  return {
    ["X-App-Token"] = "sbx:bench", ["X-App-Access-Ts"] = ts,
    ["X-App-Access-Sig"] = sign("bench-secret", ts, "GET", target, ""), ["Accept"] = "application/json",
  }
end

--- Like connection:receive, but lets others run while nothing is there.
local function receive(connection, what)
  local data, err, partial = connection:receive(what)
  while not data and err == "timeout" do
    coroutine.yield()
    data, err, partial = connection:receive(what, partial)
  end
  assert(data, err)
  return data
end

local function call(connection, host)
  local target = "/resources/checks/latest?type=TIN&applicantId=" .. id
  local lines = { "GET " .. target .. " HTTP/1.1", "Host: " .. host }
  for name, value in pairs(headers(target)) do lines[#lines + 1] = name .. ": " .. value end
  lines[#lines + 1] = "\r\n"
  assert(connection:send(table.concat(lines, "\r\n")))
  assert(receive(connection, "*l"):find("^HTTP/1%.1 200 "))
  local length
  for line in function() return receive(connection, "*l") end do
    if line == "" then break end
    local name, value = line:match("^(.-):%s*(.*)$")
    if name:lower() == "content-length" then length = tonumber(value) end
  end
  assert(cjson.decode(receive(connection, length)).checks[1].answer == "GREEN")
end

function jobs.calls(concurrency)
  local host, port = base:match("^http://(.-):(%d+)$")
  local connections = {}
  for i = 1, concurrency do
    connections[i] = assert(socket.connect(host, port))
    assert(connections[i]:setoption("tcp-nodelay", true))
    if tonumber(concurrency) > 1 then connections[i]:settimeout(0) end
  end
  return function(times)
    local left, waiting, resume = times, {}, {}
    for _, connection in ipairs(connections) do
      waiting[#waiting + 1] = connection
      resume[connection] = coroutine.wrap(function()
        while left > 0 do
          left = left - 1
          call(connection, host .. ":" .. port)
        end
        for i, other in ipairs(waiting) do
          if other == connection then table.remove(waiting, i) end
        end
      end)
    end
    for _, connection in ipairs(connections) do resume[connection]() end
    while #waiting > 0 do
      for _, connection in ipairs(socket.select(waiting)) do resume[connection]() end
    end
  end
end

local signature
function jobs.sign(...)
  local arguments = table.pack(...)
  return function(times)
    for _ = 1, times do signature = sign(table.unpack(arguments)) end
  end
end

function jobs.download(path)
  socket.BLOCKSIZE = 65536
  local target = ("/resources/applicants/%s/summary/report"):format(id)
  return function(times)
    for _ = 1, times do
      local _, status = assert(http.request {
        url = base .. target, headers = headers(target), sink = ltn12.sink.file(assert(io.open(path, "wb"))),
      })
      assert(status == 200)
    end
  end
end

local count, warm_up = table.remove(arg), table.remove(arg)
measure.run(jobs[arg[1]](table.unpack(arg, 2)), warm_up, count,
  function() return signature and "signature=" .. signature or "" end, socket.gettime)
