-- A forward proxy inside nginx: its URL, and the tunnel that it opens by CONNECT. Through it goes TLS with the server itself.

local advice = require("idngo.transport.ngx_advice")
local set_time = require("idngo.transport.ngx_dial").set_time

local ngx = ngx

local M = {}

local LONGEST = 16 * 1024 -- bytes of a proxy's answer
local PORT = 1080 -- libcurl's, where a proxy's URL names none

local function decoded(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

---@class idngo.NgxProxy
---@field host string
---@field port integer
---@field authorization string a header line, or ""

--- Reads the URL of a proxy. No message shows it: there may be a password in it.
---@param url string http://[USER:PASSWORD@]HOST[:PORT]
---@return idngo.NgxProxy?
---@return table? failure
function M.parse(url)
  local scheme, rest = url:match("^([^:/]+)://(.*)$")
  if scheme and scheme:lower() ~= "http" then return nil, advice.proxy_scheme(scheme) end
  local user, place = (rest or url):gsub("/$", ""):match("^(.*)@([^@]*)$")
  place = place or (rest or url):gsub("/$", "")
  local host, port = place:match("^(%[[%x:.]+%]):?(%d*)$")
  if not host then host, port = place:match("^([%w._-]+):?(%d*)$") end
  port = port == "" and PORT or tonumber(port)
  if not host or not port or port < 1 or port > 65535 then return nil, advice.proxy_url() end
  local authorization = ""
  if user then
    local name, password = user:match("^([^:]*):?(.*)$")
    authorization = ("Proxy-Authorization: Basic %s\r\n"):format(ngx.encode_base64(decoded(name) .. ":" .. decoded(password)))
  end
  return { host = host == "localhost" and "127.0.0.1" or host, port = port, authorization = authorization }
end

local function failed(message)
  return nil, { kind = message == "timeout" and "timeout" or "connect", sent = false, complete = false,
    message = message == "timeout" and "timed out connecting" or "the proxy did not open a tunnel: " .. message }
end

--- Asks a proxy that `sock` is connected to for a tunnel.
---@param sock table
---@param proxy idngo.NgxProxy
---@param host string
---@param port integer
---@param deadline number when the tunnel must be open, however often the proxy sends something
---@return true?
---@return table? failure
function M.tunnel(sock, proxy, host, port, deadline)
  local place = ("%s:%d"):format(host, port)
  set_time(sock, deadline)
  local sent, message = sock:send(("CONNECT %s HTTP/1.1\r\nHost: %s\r\n%s\r\n"):format(place, place, proxy.authorization))
  if not sent then return failed(message) end
  local head = ""
  repeat
    if not set_time(sock, deadline) then return failed("timeout") end
    local bytes
    bytes, message = sock:receiveany(LONGEST)
    if not bytes then return failed(message) end
    head = head .. bytes
  until head:find("\r\n\r\n", 1, true) or #head > LONGEST
  local status = tonumber(head:match("^HTTP/1%.[01] (%d%d%d)%f[^%d]"))
  if not status or #head > LONGEST then return failed("what answers there is no proxy") end
  if status < 200 or status > 299 then
    return nil, advice.proxy_refused(status)
  end
  if not head:find("\r\n\r\n$") then return failed("it said more than that") end
  return true
end

return M
