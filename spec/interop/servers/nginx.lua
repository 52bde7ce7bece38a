-- nginx in front of the sandbox.

local daemon = require("interop.daemon")

local M = { name = "nginx", program = "nginx", speaks_http = true }

local HEAD = [[
daemon off;
pid ${dir}/nginx.pid;
error_log ${dir}/log info;
worker_processes 2;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  client_max_body_size 0;
  upstream sandbox { server 127.0.0.1:${sandbox}; keepalive 64; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  ssl_certificate_key ${certs}/leaf.key;
]]

-- A server for each way of serving: its port's name and what is special about it.
local WAYS = {
  { "tls12", "ssl http2", "ssl_certificate ${certs}/good.pem; ssl_protocols TLSv1.2;" },
  { "tls13", "ssl", "ssl_certificate ${certs}/good.pem; ssl_protocols TLSv1.3;" },
  { "plain", "", "" },
  { "old_upstream", "ssl", "ssl_certificate ${certs}/good.pem; proxy_http_version 1.0; proxy_set_header Connection close;" },
  { "unbuffered", "ssl", "ssl_certificate ${certs}/good.pem; proxy_buffering off; proxy_request_buffering off;" },
  { "gzip", "ssl", "ssl_certificate ${certs}/good.pem; gzip on; gzip_min_length 1; gzip_types *; gzip_proxied any;" },
  { "gzip_until_end", "ssl", "ssl_certificate ${certs}/good.pem; gzip on; gzip_min_length 1; gzip_types application/json; "
    .. "gzip_proxied any; chunked_transfer_encoding off;" },
  { "few", "ssl", "ssl_certificate ${certs}/good.pem; keepalive_requests 3;" },
  { "none", "ssl", "ssl_certificate ${certs}/good.pem; keepalive_timeout 0;" },
  { "impatient", "ssl", "ssl_certificate ${certs}/good.pem; keepalive_timeout 300ms;" },
  { "large_head", "ssl", ("ssl_certificate ${certs}/good.pem; set $x 'x%s'; add_header X-Large $x$x$x$x$x$x$x;"):format(
    ("0123456789"):rep(400)) },
  { "client_cert", "ssl", "ssl_certificate ${certs}/good.pem; ssl_client_certificate ${certs}/client_ca.pem; "
    .. "ssl_verify_client on;" },
  { "gone", "ssl", "ssl_certificate ${certs}/good.pem; set $nobody 127.0.0.1:1;", "http://$nobody" },
}
for _, name in ipairs(require("interop.world").wrong_certificates) do
  WAYS[#WAYS + 1] = { name, "ssl", ("ssl_certificate ${certs}/%s.pem;"):format(name) }
end

function M.start(values)
  local text, ports = { HEAD }, {}
  for i, way in ipairs(WAYS) do
    local name, listen, special, upstream = table.unpack(way)
    ports[i] = name
    text[#text + 1] = ("server { listen 127.0.0.1:${%s} %s; %s location / { proxy_pass %s; } }\n"):format(name, listen, special,
      upstream or "http://sandbox")
  end
  text[#text + 1] = "}\n"
  return daemon.start({ name = "nginx", ports = ports, files = { ["nginx.conf"] = table.concat(text) },
    command = "nginx -e ${dir}/log -p ${dir} -c ${dir}/nginx.conf" }, values)
end

--- Ways that all calls must work over, with what tells them apart.
M.ways = { "tls12", "tls13", "plain", "old_upstream", "unbuffered", "gzip", "gzip_until_end", "few", "none", "large_head" }

return M
