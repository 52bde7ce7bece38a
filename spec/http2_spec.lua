-- HTTP/2 with a real nginx: many calls share one TLS connection, and nothing else changes. #nginx

local files = require("files")
local idngo = require("idngo")
local nginx = require("nginx")

local REPLY = '{"checks":[{"answer":"GREEN","id":"$arg_applicantId"}]}'

local folder, server, ports

local function tls_server(port, http2)
  return ([[
    server {
      listen 127.0.0.1:%d ssl%s;
      ssl_certificate %s/cert.pem;
      ssl_certificate_key %s/key.pem;
      location / {
        add_header X-Connection $connection;
        add_header X-Protocol $server_protocol;
        default_type application/json;
        return 200 '%s';
      }
    }]]):format(port, http2 and " http2" or "", folder, folder, REPLY)
end

--- 64 calls at once: results by item, the connections and protocols used.
local function crowd(port)
  local client = assert(idngo.client { base_url = "https://localhost:" .. port, app_token = "a", secret_key = "s",
    limits = false, ca_file = folder .. "/cert.pem", max_attempts = 1 })
  local items = {}
  for i = 1, 64 do items[i] = "id" .. i end
  local connections, protocols = {}, {}
  local results, errors = idngo.parallel(items, function(id)
    local result, err = client:tin_checks(id)
    if not result then return nil, err end
    local headers = idngo.meta(result).headers
    connections[headers["x-connection"]], protocols[headers["x-protocol"]] = true, true
    return result
  end, { concurrency = 64 })
  client:close()
  local failed, why = next(errors)
  assert.is_nil(failed, tostring(why))
  local count, names = 0, {}
  for _ in pairs(connections) do count = count + 1 end
  for name in pairs(protocols) do names[#names + 1] = name end
  return results, count, table.concat(names, " ")
end

describe("64 calls at once #nginx", function()
  setup(function()
    folder = files.folder()
    assert(os.execute(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
      .. "-addext subjectAltName=DNS:localhost -keyout %s/key.pem -out %s/cert.pem 2>/dev/null"):format(folder, folder)))
    ports = { nginx.free_port(), nginx.free_port() }
    server = nginx.start { http = tls_server(ports[1], true) .. tls_server(ports[2], false) }
  end)
  teardown(function()
    server:stop()
    os.execute("rm -rf " .. folder)
  end)

  it("go over one connection with HTTP/2, with the same results as over HTTP/1.1", function()
    local two, connections, protocol = crowd(ports[1])
    assert.equal("HTTP/2.0", protocol)
    assert.equal(1, connections)
    local one, _, plain = crowd(ports[2])
    assert.equal("HTTP/1.1", plain)
    assert.same(one, two)
    for i = 1, 64 do assert.equal("id" .. i, two[i].checks[1].id) end
    assert.equal("", server:complaints())
  end)
end)
