-- Apache's HTTP server in front of the sandbox.

local daemon = require("interop.daemon")

local M = { name = "Apache", program = "apache2", speaks_http = true }

local HEAD = [[
ServerName localhost
ServerRoot ${dir}
PidFile ${dir}/apache.pid
ErrorLog ${dir}/log
LoadModule mpm_event_module ${modules}/mod_mpm_event.so
LoadModule authz_core_module ${modules}/mod_authz_core.so
LoadModule proxy_module ${modules}/mod_proxy.so
LoadModule proxy_http_module ${modules}/mod_proxy_http.so
LoadModule ssl_module ${modules}/mod_ssl.so
LoadModule deflate_module ${modules}/mod_deflate.so
LoadModule filter_module ${modules}/mod_filter.so
LoadModule headers_module ${modules}/mod_headers.so
Mutex file:${dir} default
StartServers 1
ThreadsPerChild 80
MaxRequestWorkers 80
Timeout 60
]]

local TLS = "SSLEngine on\nSSLCertificateFile ${certs}/good.pem\nSSLCertificateKeyFile ${certs}/leaf.key\n"

local LONG = ("0123456789"):rep(780)

local WAYS = {
  { "tls", TLS }, { "plain", "" }, { "tls12", TLS .. "SSLProtocol TLSv1.2\n" },
  { "gzip", TLS .. "AddOutputFilterByType DEFLATE application/json\n" },
  { "few", TLS .. "MaxKeepAliveRequests 2\n" }, { "none", TLS .. "KeepAlive off\n" },
  { "impatient", TLS .. "KeepAliveTimeout 300ms\n" },
  { "large_head", TLS .. ("Header set X-One x%s\nHeader set X-Two x%s\n"):format(LONG, LONG) },
  { "client_cert", TLS .. "SSLVerifyClient require\nSSLCACertificateFile ${certs}/client_ca.pem\n" },
  { "gone", TLS, "1" },
}
for _, name in ipairs(require("interop.world").wrong_certificates) do
  WAYS[#WAYS + 1] = { name, (TLS:gsub("good", name)) }
end

function M.start(values)
  local text, ports = { HEAD }, {}
  for i, way in ipairs(WAYS) do
    local name, special, port = table.unpack(way)
    ports[i] = name
    -- paths as they came, since they are signed
    text[#text + 1] = ([[
Listen 127.0.0.1:${%s}
<VirtualHost 127.0.0.1:${%s}>
AllowEncodedSlashes NoDecode
ProxyPass / http://127.0.0.1:%s/ nocanon
%s</VirtualHost>
]]):format(name, name, port or "${sandbox}", special)
  end
  local filled = { modules = "/usr/lib/apache2/modules" }
  for name, value in pairs(values) do filled[name] = value end
  return daemon.start({ name = "apache2", ports = ports, files = { ["apache.conf"] = table.concat(text) },
    command = "apache2 -DFOREGROUND -f ${dir}/apache.conf" }, filled)
end

M.ways = { "tls", "tls12", "plain", "gzip", "few", "none", "large_head" }

return M
