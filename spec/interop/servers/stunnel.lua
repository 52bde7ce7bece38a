-- stunnel in front of the sandbox: TLS, and bytes as they are.

local daemon = require("interop.daemon")

local M = { name = "stunnel", program = "stunnel" }

local PORTS = { "tls", "tls12", "client_cert", "gone" }
for _, name in ipairs(require("interop.world").wrong_certificates) do PORTS[#PORTS + 1] = name end

function M.start(values)
  local text = { "foreground = yes\npid =\nsyslog = no\nkey = ${certs}/leaf.key\n" }
  for _, name in ipairs(PORTS) do
    local certificate = name:find("^tls") and "good" or (name == "client_cert" or name == "gone") and "good" or name
    text[#text + 1] = ("[%s]\naccept = 127.0.0.1:${%s}\nconnect = 127.0.0.1:%s\ncert = ${certs}/%s.pem\n"):format(name, name,
      name == "gone" and "1" or "${sandbox}", certificate)
    if name == "tls12" then text[#text + 1] = "sslVersion = TLSv1.2\n" end
    if name == "client_cert" then text[#text + 1] = "verifyChain = yes\nCAfile = ${certs}/client_ca.pem\n" end
  end
  return daemon.start({ name = "stunnel", ports = PORTS, files = { ["stunnel.conf"] = table.concat(text) },
    command = "stunnel ${dir}/stunnel.conf" }, values)
end

M.ways = { "tls", "tls12" }

return M
