-- Calls from inside nginx: the client, which signs, retries, reads strictly and decodes, against a bare cosocket
-- request that does none of it. Both take turns in one run, over TLS as the API is; prints rates and ratio.
--
--   lua5.4 bench/nginx_bench.lua     with the exports of ./dev env, and spec/support/?.lua in LUA_PATH

local http = require("socket.http")
local nginx = require("nginx")

local CALLS, ROUNDS = 4000, 9

local certs = nginx.folder()
assert(os.execute("sh spec/support/certs.sh " .. certs))
local port = nginx.free_port()

-- The reference's example reply, from a server that has nothing to think about.
local upstream = nginx.start {
  http = ([[
    keepalive_requests 1000000000;
    server {
      listen 127.0.0.1:%d ssl;
      ssl_certificate %s/good.pem;
      ssl_certificate_key %s/leaf.key;
      location / {
        root %s/spec/fixtures/reference;
        default_type application/json;
        try_files /tin_checks.json =404;
      }
    }
  ]]):format(port, certs, certs, nginx.root),
}

local gateway = nginx.start {
  http = ("lua_ssl_trusted_certificate %s/ca.pem;"):format(certs) .. ([[ init_by_lua_block {
    local core = require "idngo.core"
    local client = assert(require("idngo").client { base_url = "https://localhost:PORT", app_token = "sbx:demo",
      secret_key = "demo-secret", limits = false })
    local target = "/resources/checks/latest?type=TIN&applicantId=5eea3f5204f940217bcbc03d"
    local request = "GET " .. target .. " HTTP/1.1\r\nHost: localhost:PORT\r\nX-App-Token: sbx:demo\r\n"
      .. "X-App-Access-Ts: 1700000000\r\nX-App-Access-Sig: " .. ("0"):rep(64) .. "\r\nAccept: application/json\r\n\r\n"

    kinds = {}

    function kinds.idngo()
      assert(client:tin_checks("5eea3f5204f940217bcbc03d"))
    end

    function kinds.bare()
      local sock = ngx.socket.tcp()
      sock:settimeout(10000)
      assert(sock:connect("127.0.0.1", PORT))
      if sock:getreusedtimes() == 0 then assert(sock:sslhandshake(nil, "localhost", true)) end
      assert(sock:send(request))
      assert(sock:receive() == "HTTP/1.1 200 OK")
      local length
      while true do
        local line = assert(sock:receive())
        if line == "" then break end
        length = length or line:match("^[Cc]ontent%-[Ll]ength: (%d+)")
      end
      assert(#assert(sock:receive(tonumber(length))) > 0)
      sock:setkeepalive(30000, 64)
    end

    function measure(call, calls, at_once)
      local threads, from = {}, core.now()
      for i = 1, at_once do
        threads[i] = ngx.thread.spawn(function()
          for _ = 1, calls / at_once do call() end
        end)
      end
      for i = 1, at_once do assert(ngx.thread.wait(threads[i])) end
      return calls / (core.now() - from)
    end
  } ]]):gsub("PORT", port),
  server = [[ location = /rate { content_by_lua_block {
    ngx.print(measure(kinds[ngx.var.arg_kind], tonumber(ngx.var.arg_calls), tonumber(ngx.var.arg_at_once)))
  } } ]],
}

local function rate(kind, at_once)
  local body, status = http.request(("%s/rate?kind=%s&calls=%d&at_once=%d"):format(gateway.url, kind, CALLS, at_once))
  assert(status == 200, gateway:complaints())
  return tonumber(body)
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) // 2]
end

local missed = false
for _, at_once in ipairs { 1, 16 } do
  local rates = { idngo = {}, bare = {} }
  for _ = 1, ROUNDS do
    for kind, list in pairs(rates) do list[#list + 1] = rate(kind, at_once) end
  end
  local ours, bare = median(rates.idngo), median(rates.bare)
  local enough = ours / bare >= 0.8
  missed = missed or not enough
  print(("%2d at once: idngo %6.0f calls/s, bare cosocket %6.0f calls/s: %.2f of its rate, at least 0.80 %s"):format(
    at_once, ours, bare, ours / bare, enough and "ok" or "MISSED"))
end

gateway:stop()
upstream:stop()
os.execute("rm -r " .. certs)
os.exit(not missed)
