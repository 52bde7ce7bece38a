-- idngo api METHOD PATH: a call of the API that has no method. It is never repeated on a guess, unless --class says that it may.

local cli = require("idngo.cli")
local core = require("idngo.core")
local json = require("idngo.json")
local open_client = require("idngo.cli.client")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local shown = require("idngo.cli.shown")

local M = {}

function M.define(parser)
  parser:argument("method", "GET, POST, PATCH, PUT or DELETE.")
  parser:argument("path", "Path below the base URL, percent-encoded; a query may stand behind it.")
  parser:option("--query", "A parameter of the query, encoded for you; may be given again."):argname("NAME=VALUE"):count("*")
  parser:option("--body", "File to send, or - for standard input; JSON, unless --type says otherwise."):argname("FILE")
  parser:option("--type", "Media type of the body."):argname("TYPE"):default("application/json")
  parser:option("--header", "One more header line; may be given again."):argname("NAME:VALUE"):count("*")
  parser:option("--class", "What a second one does, and so whether it may be repeated; once: never on a guess."):choices {
    "safe", "idempotent", "harmless", "once" }:default("once")
  parser:option("--to", "File to save to; - or nothing for standard output."):argname("FILE")
  shown.define(parser)
end

local function fail(message, code)
  output.tell("idngo: ", message, "\n")
  return nil, code or cli.exit.usage
end

local function unescape(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- Adds a parameter; one that is there becomes a list.
local function add(query, name, value)
  local before = query[name]
  if before == nil then
    query[name] = value
  else
    query[name] = type(before) == "table" and before or { before }
    table.insert(query[name], value)
  end
end

--- Path and options of client:call from the command line; nil and the exit code.
local function arguments(options)
  local path, behind = options.path:match("^([^?]*)%??(.*)$")
  local more = { query = {}, headers = {}, retry = options.class, timeout = options.timeout, deadline = options.deadline,
    to = options.to }
  for pair in behind:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    add(more.query, unescape(name), unescape(value))
  end
  for _, pair in ipairs(options.query) do
    local name, value = pair:match("^([^=]+)=(.*)$")
    if not name then return fail("--query is NAME=VALUE") end
    add(more.query, name, value)
  end
  for _, line in ipairs(options.header) do
    local name, value = line:match("^([^:%s]+):%s*(.-)%s*$")
    if not name then return fail("--header is NAME:VALUE") end
    more.headers[name] = value
  end
  if options.body then
    local bytes, message = shown.bytes_of(options.body)
    if not bytes then return fail(message, cli.exit.input) end
    if options.type:find("json$") then
      local value, what = json.decode(bytes)
      if value == nil and bytes:match("^%s*(.-)%s*$") ~= "null" then
        return fail(("%s: not JSON: %s"):format(print_.plain(options.body), what), cli.exit.input)
      end
    end
    more.body, more.headers["Content-Type"] = bytes, options.type
  end
  return path, more
end

local stdout_names = { ["-"] = true, ["/dev/stdout"] = true, ["/dev/fd/1"] = true, ["/proc/self/fd/1"] = true }

local function show(options, result)
  if type(result) == "table" and type(result.body) == "string" and (result.contentType or result.body == "")
    and not options.json and not options.to then
    if result.body ~= "" and core.isatty(1) and not (result.contentType or ""):find("^text/") then
      output.tell("idngo: the reply is a file, which would garble the terminal: save it by --to FILE, or pipe it on\n")
      return cli.exit.usage
    end
    output.write(result.body)
  elseif options.json then
    print_.json(result)
  else
    print_.pretty(result)
  end
  return cli.exit.ok
end

function M.run(options)
  if stdout_names[options.to] then options.to = nil end
  local path, more = arguments(options)
  if not path then return more end
  local client, err = open_client(options)
  if not client then return cli.fail(err) end
  return shown.run(client, "call", { options.method, path, more }, options, function(result) return show(options, result) end)
end

return M
