-- HAProxy in front of the sandbox: as a proxy of HTTP, and of bytes behind TLS.

local daemon = require("interop.daemon")

local M = { name = "HAProxy", program = "haproxy", speaks_http = true }

local CONF = [[
global
  maxconn 500
  tune.bufsize 65536
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout connect 60s
  timeout client 60s
  timeout server 60s
frontend good
  bind 127.0.0.1:${tls} ssl crt ${certs}/good.both alpn h2,http/1.1
  bind 127.0.0.1:${plain}
  bind 127.0.0.1:${expired} ssl crt ${certs}/expired.both
  bind 127.0.0.1:${not_yet} ssl crt ${certs}/not_yet.both
  bind 127.0.0.1:${wrong_host} ssl crt ${certs}/wrong_host.both
  bind 127.0.0.1:${self_signed} ssl crt ${certs}/self_signed.both
  bind 127.0.0.1:${unknown_ca} ssl crt ${certs}/unknown_ca.both
  bind 127.0.0.1:${client_cert} ssl crt ${certs}/good.both ca-file ${certs}/client_ca.pem verify required
  default_backend sandbox
frontend closes
  bind 127.0.0.1:${closes} ssl crt ${certs}/good.both
  option httpclose
  default_backend sandbox
frontend impatient
  bind 127.0.0.1:${impatient} ssl crt ${certs}/good.both
  timeout http-keep-alive 300ms
  default_backend sandbox
frontend gzip
  bind 127.0.0.1:${gzip} ssl crt ${certs}/good.both
  compression algo gzip
  compression type application/json
  default_backend sandbox
frontend gone
  bind 127.0.0.1:${gone} ssl crt ${certs}/good.both
  default_backend nobody
frontend bytes
  mode tcp
  bind 127.0.0.1:${tcp} ssl crt ${certs}/good.both
  default_backend bytes
backend sandbox
  server sandbox 127.0.0.1:${sandbox}
backend nobody
  server nobody 127.0.0.1:1
backend bytes
  mode tcp
  server sandbox 127.0.0.1:${sandbox}
]]

local PORTS = { "tls", "plain", "expired", "not_yet", "wrong_host", "self_signed", "unknown_ca", "client_cert", "closes",
  "impatient", "gzip", "gone", "tcp" }

function M.start(values)
  return daemon.start({ name = "haproxy", ports = PORTS, files = { ["haproxy.cfg"] = CONF },
    command = "haproxy -db -f ${dir}/haproxy.cfg" }, values)
end

M.ways = { "tls", "tcp", "plain", "closes", "gzip" }

return M
