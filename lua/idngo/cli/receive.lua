-- idngo receive: the webhook receiver without nginx, until interrupted.

local listening = require("idngo.cli.listening")
local cli = require("idngo.cli")
local compat = require("idngo.compat")
local output = require("idngo.cli.output")

local M = {}

local MOST = 16 * 1024 * 1024 -- the spool's longest record

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
    :argname("ADDRESS:PORT"):default("127.0.0.1:8088"):convert(listening.read)
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
  local at = options.listen.address
  if not listening.is_own(at) then
    output.tell("idngo: this listens beyond this machine, by plain HTTP: the service calls only https\n")
  end
  local ok, thrown = compat.pcall(function()
    local url = ("http://%s:%d%s"):format(listening.shown(at), server.port, options.path)
    if output.write(("idngo receive ready at %s\n"):format(url)) and output.flush() then server:run() end
  end)
  server:close()
  if not ok then error(thrown, 0) end
  return cli.exit.ok
end

return M
