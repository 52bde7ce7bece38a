-- idngo call ENDPOINT ARGS…: one call of the API from the shell.

local cli = require("idngo.cli")
local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")
local open_client = require("idngo.cli.client")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local text_file = require("idngo.text")

local M = { summary = "Call one endpoint of the API." }

local endpoints = {}
for _, endpoint in ipairs(core.endpoints) do endpoints[endpoint.name] = endpoint end

local function is_binary(endpoint)
  return endpoint.reply == "pdf" or endpoint.reply == "video"
end

--- Adds the arguments and options of one row of the endpoint table.
local function define_endpoint(command, endpoint)
  for _, param in ipairs(endpoint.params) do
    if param.required then
      local argument = command:argument(param.name, param.doc)
      if param.values then argument:choices(param.values) end
    end
  end
  if endpoint.body == "json" then
    command:argument("info", "JSON file with the fields to change, or - for standard input.")
  elseif endpoint.body == "zip" then
    command:argument("archive", "The ZIP archive to send.")
  end
  for _, param in ipairs(endpoint.params) do
    if not param.required and param.type ~= "fixed" then
      local option = command:option("--" .. param.name, param.doc):argname(
        param.type == "integer" and "N" or param.type == "list" and "A,B,…" or "TEXT")
      if param.values then option:choices(param.values) end
      if param.type == "integer" then option:convert(compat.tointeger) end
    end
  end
  if is_binary(endpoint) then
    command:option("--to", "File to save to; - or nothing for standard output."):argname("FILE")
  end
  local moves = is_binary(endpoint) or endpoint.body == "zip"
  command:option("--timeout", moves and "Seconds in which the file has to get on, and be answered."
    or "Seconds one attempt may take."):convert(tonumber):argname("SECONDS")
  command:option("--deadline", "Seconds the whole call may take."):convert(tonumber):argname("SECONDS")
  command:flag("--json", "Print one line of JSON, errors too.")
end

function M.define(parser, usage_error)
  parser:command_target("endpoint")
  parser:require_command(true)
  for _, endpoint in ipairs(core.endpoints) do
    local command = parser:command(endpoint.name, endpoint.title .. ".")
    command.error = usage_error
    define_endpoint(command, endpoint)
  end
end

local function read_info(path)
  local text, why = text_file.read(path)
  if not text then return nil, why end
  local info, wrong = json.decode(text)
  if info == nil then return nil, ("%s: not JSON: %s"):format(path, wrong) end
  return info
end

--- The method's arguments from the command line; nil and a message when the info cannot be read.
local function arguments(endpoint, options)
  local args, extra = {}, { timeout = options.timeout, deadline = options.deadline, to = options.to }
  for _, param in ipairs(endpoint.params) do
    local value = options[param.name]
    if param.required then
      args[#args + 1] = value
    elseif param.type == "list" and value then
      extra[param.name] = {}
      for name in value:gmatch("[^,]+") do table.insert(extra[param.name], name) end
    elseif param.type ~= "fixed" then
      extra[param.name] = value
    end
  end
  if endpoint.body == "json" then
    local info, why = read_info(options.info)
    if info == nil then return nil, why end
    args[#args + 1] = info
  elseif endpoint.body == "zip" then
    args[#args + 1] = options.archive
  end
  args[#args + 1] = extra
  return args
end

local stdout_names = { ["-"] = true, ["/dev/stdout"] = true, ["/dev/fd/1"] = true, ["/proc/self/fd/1"] = true }

local function show(endpoint, options, result)
  if is_binary(endpoint) and not options.to then
    output.write(result.body)
  elseif options.json then
    print_.json(result)
  else
    print_.pretty(result)
  end
end

local function show_error(options, e)
  if options.json then
    local fields = {}
    for name, value in pairs(e) do fields[name] = value end
    print_.json { error = fields }
  end
  return cli.fail(e)
end

function M.run(options)
  local endpoint = endpoints[options.endpoint]
  if stdout_names[options.to] then options.to = nil end
  if is_binary(endpoint) and not options.to and core.isatty(1) then
    io.stderr:write(("idngo: %s gives a file, which would garble the terminal: save it by --to FILE, or pipe it on\n"):format(
      endpoint.name))
    return cli.exit.usage
  end
  local args, why = arguments(endpoint, options)
  if not args then
    io.stderr:write("idngo: ", why, "\n")
    return cli.exit.input
  end
  local client, problem = open_client(options)
  if not client then return show_error(options, problem) end
  local ok, result, e = pcall(client[endpoint.name], client, compat.unpack(args))
  client:close()
  if not ok then
    if tostring(result):find("interrupted!", 1, true) then error(result, 0) end
    io.stderr:write("idngo: ", tostring(result):gsub("^%S+:%d+: ", ""), "\n")
    return cli.exit.usage
  end
  if not result then return show_error(options, e) end
  show(endpoint, options, result)
  return cli.exit.ok
end

return M
