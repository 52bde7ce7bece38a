-- Forward proxies from Debian: how each is started, and the URL of each of its ways. `locked` are those that want a name and a
-- password, `closed` those that let nobody through.

local core = require("idngo.core")
local daemon = require("interop.daemon")
local shell = require("shell")

local USER, PASSWORD = "carol", "pass word&1"
local M = {}

--- Adds to a proxy what makes its URLs: `ways` have the scheme by the port's name; who = "right", "wrong" or nobody.
local function proxy(row)
  row.password = row.password or PASSWORD
  function row.url(running, way, who)
    local scheme = assert(row.ways[way])
    local password = who == "right" and row.password or who
    local user = password and ("%s:%s@"):format(USER, core.escape(password)) or ""
    return ("%s://%s%s:%d"):format(scheme, user, scheme == "https" and "localhost" or "127.0.0.1", running.ports[way])
  end
  return row
end

local function tinyproxy(row, line)
  row.name, row.program = "tinyproxy: " .. line, "tinyproxy"
  local way = next(row.ways)
  function row.start(values)
    return daemon.start({ name = "tinyproxy", ports = { way }, command = "tinyproxy -d -c ${dir}/tinyproxy.conf", files = {
      ["tinyproxy.conf"] = ('Port ${%s}\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nLogFile "${dir}/log"\n%s\n'):format(
        way, line) } }, values)
  end
  return proxy(row)
end

local SQUID = [[
http_port 127.0.0.1:${%s}
https_port 127.0.0.1:${tls} tls-cert=${certs}/good.pem tls-key=${certs}/leaf.key
pid_filename ${dir}/squid.pid
cache_log ${dir}/log
access_log none
coredump_dir ${dir}
cache deny all
netdb_filename none
max_filedescriptors 1024
shutdown_lifetime 0 seconds
visible_hostname localhost
auth_param %s
auth_param %s realm squid
auth_param %s children 2
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
]]

local function squid(scheme, program)
  local row = proxy { name = "Squid with " .. scheme, program = "squid", locked = { plain = true, tls = true },
    ways = { plain = "http", tls = "https" } }
  local word = scheme:lower()
  function row.start(values)
    local secret = word == "basic" and shell("openssl passwd -apr1 '%s'", PASSWORD):match("%S+") or PASSWORD
    return daemon.start({ name = "squid", ports = { "plain", "tls" }, command = "squid -N -f ${dir}/squid.conf", files = {
      ["squid.conf"] = SQUID:format("plain", ("%s program %s ${dir}/users"):format(word, program), word, word),
      users = ("%s:%s\n"):format(USER, secret),
    } }, values)
  end
  return row
end

local APACHE = [[
ServerName localhost
ServerRoot ${dir}
PidFile ${dir}/apache.pid
ErrorLog ${dir}/log
LoadModule mpm_event_module ${modules}/mod_mpm_event.so
LoadModule authz_core_module ${modules}/mod_authz_core.so
LoadModule authz_user_module ${modules}/mod_authz_user.so
LoadModule authn_core_module ${modules}/mod_authn_core.so
LoadModule authn_file_module ${modules}/mod_authn_file.so
LoadModule auth_basic_module ${modules}/mod_auth_basic.so
LoadModule auth_digest_module ${modules}/mod_auth_digest.so
LoadModule proxy_module ${modules}/mod_proxy.so
LoadModule proxy_connect_module ${modules}/mod_proxy_connect.so
LoadModule ssl_module ${modules}/mod_ssl.so
Mutex file:${dir} default
StartServers 1
ThreadsPerChild 100
MaxRequestWorkers 100
]]

local HOST = [[
Listen 127.0.0.1:${%s}
<VirtualHost 127.0.0.1:${%s}>
ProxyRequests on
AllowCONNECT 1-65535
%s<Proxy *>
%s</Proxy>
</VirtualHost>
]]

local apache = proxy { name = "Apache", program = "apache2", locked = { basic = true, digest = true },
  ways = { open = "http", basic = "http", digest = "http", tls = "https" } }
function apache.start(values)
  local filled = { modules = "/usr/lib/apache2/modules" }
  for name, value in pairs(values) do filled[name] = value end
  local function wants(kind) return ("AuthType %s\nAuthName apache\nAuth%sProvider file\nAuthUserFile ${dir}/%s\n"
    .. "Require valid-user\n"):format(kind, kind, kind) end
  local digest = shell("printf '%%s' '%s:apache:%s' | md5sum", USER, PASSWORD):match("%x+")
  return daemon.start({ name = "apache2", ports = { "open", "basic", "digest", "tls" },
    command = "apache2 -DFOREGROUND -f ${dir}/apache.conf", files = {
      ["apache.conf"] = APACHE .. HOST:format("open", "open", "", "Require all granted\n")
        .. HOST:format("basic", "basic", "", wants("Basic")) .. HOST:format("digest", "digest", "", wants("Digest"))
        .. HOST:format("tls", "tls", "SSLEngine on\nSSLCertificateFile ${certs}/good.pem\nSSLCertificateKeyFile "
          .. "${certs}/leaf.key\n", "Require all granted\n"),
      Basic = ("%s:%s\n"):format(USER, shell("openssl passwd -apr1 '%s'", PASSWORD):match("%S+")),
      Digest = ("%s:apache:%s\n"):format(USER, digest),
    } }, filled)
end

local microsocks = proxy { name = "microsocks", program = "microsocks", ways = { open = "socks5h" } }
function microsocks.start(values)
  return daemon.start({ name = "microsocks", ports = { "open" }, files = {}, command = "microsocks -i 127.0.0.1 -p ${open}" },
    values)
end

local microsocks_locked = proxy { name = "microsocks with a password", program = "microsocks",
  ways = { locked = "socks5h" }, locked = { locked = true } }
function microsocks_locked.start(values)
  return daemon.start({ name = "microsocks", ports = { "locked" }, files = {},
    command = ("microsocks -i 127.0.0.1 -p ${locked} -u %s -P '%s'"):format(USER, PASSWORD) }, values)
end

local dante = proxy { name = "Dante", program = "danted", ways = { open = "socks5h" } }
function dante.start(values)
  return daemon.start({ name = "danted", ports = { "open" }, command = "danted -f ${dir}/danted.conf -p ${dir}/danted.pid -N 2",
    files = { ["danted.conf"] = [[
logoutput: ${dir}/log
internal: 127.0.0.1 port = ${open}
external: 127.0.0.1
socksmethod: none
clientmethod: none
client pass { from: 127.0.0.0/8 to: 127.0.0.0/8 }
socks pass { from: 127.0.0.0/8 to: 127.0.0.0/8 }
]] } }, values)
end

M.list = {
  tinyproxy({ ways = { open = "http" } }, "XTinyproxy No"),
  tinyproxy({ ways = { basic = "http" }, locked = { basic = true }, password = "a-1" }, "BasicAuth carol a-1"),
  tinyproxy({ ways = { closed = "http" }, closed = true }, "ConnectPort 443"),
  squid("Basic", "/usr/lib/squid/basic_ncsa_auth"),
  squid("Digest", "/usr/lib/squid/digest_file_auth"), apache, microsocks, microsocks_locked, dante,
}

return M
