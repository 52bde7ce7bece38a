-- lighttpd in front of the sandbox.

local daemon = require("interop.daemon")

local M = { name = "lighttpd", program = "lighttpd", speaks_http = true }

local HEAD = [[
server.modules = ( "mod_proxy", "mod_openssl", "mod_deflate" )
server.document-root = "${dir}"
server.upload-dirs = ( "${dir}" )
server.errorlog = "${dir}/log"
server.bind = "127.0.0.1"
server.port = ${plain}
server.max-keep-alive-idle = 5
# targets as they came, since they are signed
server.http-parseopts = ( "url-normalize" => "disable", "url-path-2f-decode" => "disable", "url-path-dotseg-remove" => "disable" )
proxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => ${sandbox} ) ) )
]]

local WAYS = {
  { "tls", "good", "" },
  { "few", "good", "server.max-keep-alive-requests = 2\n" },
  { "none", "good", "server.max-keep-alive-requests = 0\n" },
  { "impatient", "good", "server.max-keep-alive-idle = 1\n" },
  { "gzip", "good", 'deflate.mimetypes = ( "application/json" )\ndeflate.allowed-encodings = ( "gzip" )\n' },
  { "client_cert", "good_chain", 'ssl.verifyclient.ca-file = "${certs}/client_ca.pem"\nssl.verifyclient.activate = "enable"\n'
    .. 'ssl.verifyclient.enforce = "enable"\n' },
  { "gone", "good", 'proxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => 1 ) ) )\n' },
}
for _, name in ipairs(require("interop.world").wrong_certificates) do WAYS[#WAYS + 1] = { name, name, "" } end

function M.start(values)
  local text, ports = { HEAD }, { "plain" }
  for _, way in ipairs(WAYS) do
    local name, certificate, special = table.unpack(way)
    ports[#ports + 1] = name
    text[#text + 1] = ([[
$SERVER["socket"] == "127.0.0.1:${%s}" {
ssl.engine = "enable"
ssl.pemfile = "${certs}/%s.pem"
ssl.privkey = "${certs}/leaf.key"
%s}
]]):format(name, certificate, special)
  end
  return daemon.start({ name = "lighttpd", ports = ports, files = { ["lighttpd.conf"] = table.concat(text) },
    command = "lighttpd -D -f ${dir}/lighttpd.conf" }, values)
end

M.ways = { "tls", "plain", "few", "none", "gzip" }

return M
