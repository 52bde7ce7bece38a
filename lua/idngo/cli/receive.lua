-- idngo receive: the webhook receiver without nginx, until interrupted.

local cli = require("idngo.cli")
local compat = require("idngo.compat")
local output = require("idngo.cli.output")

local M = {}

local MOST = 16 * 1024 * 1024 -- the spool's longest record

--- "127.0.0.1:8088", "[::1]:8088", "8088"
local function listen(text)
  local address, port = text:match("^%[([%x:.]+)%]:(%d+)$")
  if not address then address, port = text:match("^([%d.]+):(%d+)$") end
  if not address then address, port = "127.0.0.1", text:match("^(%d+)$") end
  port = tonumber(port)
  if port and port <= 65535 then return { address = address, port = port } end
  return nil, ("%q is no address: PORT, ADDRESS:PORT or [ADDRESS]:PORT expected"):format(text)
end

local function path(text)
  if text:find("^/[\33-\126]*$") and not text:find("[?#]") then return text end
  return nil, ("%q is no path: it begins with /, and has neither blanks nor ? nor #"):format(text)
end

local function size(text)
  local n = compat.tointeger(text)
  if n and n > 0 and n <= MOST then return n end
  return nil, ("%q is no size: 1 to %d bytes expected"):format(text, MOST)
end

function M.define(parser)
  parser:option("--spool", "The directory that events are stored in; made when its parent is there."):argname("DIR"):count(1)
  parser:option("--secret-file", "The webhook's secret is this file's first line; several while one replaces another.")
    :argname("FILE"):count("+")
  parser:option("--listen", "Where to listen. Plain HTTP: what is not this machine needs a proxy with TLS in front.")
    :argname("ADDRESS:PORT"):default("127.0.0.1:8088"):convert(listen)
  parser:option("--path", "The path that events are posted to."):argname("PATH"):default("/"):convert(path)
  parser:option("--max-body", "Longest body in bytes."):argname("N"):default("1048576"):convert(size)
  parser:flag("--allow-sha1", "Take HMAC_SHA1_HEX too, which old webhooks are still set to.")
end

function M.run(options)
  local server, err = require("idngo.webhook.server").open {
    address = options.listen.address, port = options.listen.port, path = options.path, spool = options.spool,
    secret_files = options.secret_file, max_body = options.max_body, allow_sha1 = options.allow_sha1,
  }
  if not server then return cli.fail(err) end
  local address = options.listen.address
  if not address:find("^127%.") and address ~= "::1" then
    output.tell("idngo: this listens beyond this machine, by plain HTTP: the service calls only https\n")
  end
  local shown = address:find(":", 1, true) and "[" .. address .. "]" or address
  local ok, thrown = compat.pcall(function()
    if output.write(("idngo receive ready at http://%s:%d%s\n"):format(shown, server.port, options.path)) and output.flush() then
      server:run()
    end
  end)
  server:close()
  if not ok then error(thrown, 0) end
  return cli.exit.ok
end

return M
