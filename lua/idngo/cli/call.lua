-- idngo call ENDPOINT ARGS…: one call of the API from the shell.

local bulk = require("idngo.cli.bulk")
local cli = require("idngo.cli")
local compat = require("idngo.compat")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.json")
local open_client = require("idngo.cli.client")
local operation = require("idngo.operation")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local shown = require("idngo.cli.shown")
local text_file = require("idngo.text")

local M = {}

-- Bodies that are read from a file of JSON.
local reads_json = { json = true, multipart = true, ndjson = true }

-- Methods of the client that are a call of which one argument is given: {endpoint, argument = value}.
local METHODS = {
  { "activate", "Restore an applicant's profile: set_presence APPLICANT activated.", "set_presence", { status = "activated" } },
  { "deactivate", "Deactivate an applicant's profile: set_presence APPLICANT deactivated.", "set_presence",
    { status = "deactivated" } },
}

--- Adds the arguments and options of one endpoint.
---@param given table<string, string> arguments that are known
local function define_endpoint(command, o, given)
  local is_for_lists = bulk.is_fit(o)
  for _, param in ipairs(o.row.params) do
    if param.required and not given[param.name] then
      local argument = command:argument(param.name, param.doc)
      if param.values then argument:choices(param.values) end
      if is_for_lists then argument:args("?") end -- who stands in a list is left out here
    end
  end
  if reads_json[o.row.body] then
    local argument = command:argument(o.body[2], ("JSON file with %s, or - for standard input%s."):format(o.body[3],
      o.body.optional and "; left out, there is none" or ""))
    if o.body.optional then argument:args("?") end
  elseif o.row.body == "text" then
    command:argument(o.body[2], ("File with %s, or - for standard input."):format(o.body[3]))
  end
  if o.body and o.body.part then
    command:argument(o.body.part, "File to send; left out, there is none."):args("?")
  elseif o.row.body == "zip" then
    command:argument(o.body[2], o.body[3]:gsub("^%l", string.upper) .. ".")
  end
  for _, param in ipairs(o.row.params) do
    if not param.required and param.type ~= "fixed" then
      local option = command:option("--" .. param.name, param.doc):argname(
        param.type == "integer" and "N" or param.type == "list" and "A,B,…" or "TEXT")
      if param.values then option:choices(param.values) end
      if param.type == "integer" then option:convert(compat.tointeger) end
    end
  end
  if o.binary then
    command:option("--to", "File to save to; - or nothing for standard output."):argname("FILE")
  end
  if is_for_lists then
    command:option("--input", "Call it for all applicants of a list: a table with a column applicantId, JSON lines, or one id "
      .. "per line."):argname("FILE")
    command:option("--output", "With --input: file for the lines of JSON; a second run goes on with it."):argname("FILE")
  elseif o.method ~= "GET" then
    command:option("--input"):hidden(true):convert(function() return nil, bulk.REFUSAL end)
  end
  shown.define(command, operation.moves(o) and "Seconds in which the file has to get on, and be answered.")
end

--- Defines the endpoints that were named; all of them, where none was.
function M.define(parser, usage_error, is_named)
  parser:command_target("endpoint")
  parser:require_command(true)
  local all, named = {}, {}
  for _, name in ipairs(endpoints.names()) do all[#all + 1] = { name, nil, name, {} } end
  for _, method in ipairs(METHODS) do all[#all + 1] = method end
  for _, each in ipairs(all) do
    if is_named and is_named(each[1]) then named[#named + 1] = each end
  end
  for _, each in ipairs(named[1] and named or all) do
    local name, title, endpoint, given = each[1], each[2], each[3], each[4]
    local command = parser:command(name, title or endpoints.description(endpoint).title .. ".")
    command.error = usage_error
    M.usage_error = M.usage_error or {}
    M.usage_error[name] = function(message) usage_error(command, message) end
    define_endpoint(command, operation.of(endpoint), given)
  end
end

--- The endpoint that was named, whose known arguments are put among the others.
local function endpoint_of(options)
  for _, method in ipairs(METHODS) do
    if method[1] == options.endpoint then
      for name, value in pairs(method[4]) do options[name] = value end
      return method[3]
    end
  end
  return options.endpoint
end

--- Reads the JSON file that stands for the body `name`. JSON in place of its name is never repeated: people are in it.
local function read_json(path, name)
  if path:find("^%s*[{%[]") then
    return nil, name .. ": give the name of a JSON file, or - and the JSON on standard input, not the JSON itself"
  end
  local text, message = text_file.read(path)
  if not text then return nil, message end
  local value
  value, message = json.decode(text)
  if value == nil then return nil, ("%s: not JSON: %s"):format(path, message) end
  return json.keep_lists(value)
end

--- The method's arguments from the command line; nil and a message when the body cannot be read.
local function arguments(o, options)
  local args, extra = {}, { timeout = options.timeout, deadline = options.deadline, to = options.to }
  for _, param in ipairs(o.row.params) do
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
  if reads_json[o.row.body] then
    local path, value, message = options[o.body[2]], {}, nil
    if path or not o.body.optional then value, message = read_json(path, o.body[2]) end
    if value == nil then return nil, message end
    args[#args + 1] = value
    if o.body.part then args[#args + 1] = options[o.body.part] or false end
  elseif o.row.body == "text" then
    local text, message = shown.bytes_of(options[o.body[2]])
    if not text then return nil, message end
    args[#args + 1] = text
  elseif o.body then
    args[#args + 1] = options[o.body[2]]
  end
  args[#args + 1] = extra
  return args
end

--- Arguments of a call for a list: who is in it takes the first place. Of one that is not, all must be there.
local function check_places(o, options)
  local given, wanted = {}, {}
  for _, param in ipairs(o.row.params) do
    if param.required then
      wanted[#wanted + 1] = param.name
      if options[param.name] then given[#given + 1] = options[param.name] end
    end
  end
  if options.input then table.insert(given, 1, "-") end
  for i, name in ipairs(wanted) do
    if not given[i] then M.usage_error[o.name](("missing argument '%s'"):format(name)) end
    options[name] = given[i]
  end
  if #given > #wanted then M.usage_error[o.name]("too many arguments: the list says who it is") end
  if options.output and not options.input then M.usage_error[o.name]("--output is for --input; write >FILE") end
  if options.dry_run and options.input then M.usage_error[o.name]("--dry-run shows one request; name one applicant") end
end

local stdout_names = { ["-"] = true, ["/dev/stdout"] = true, ["/dev/fd/1"] = true, ["/proc/self/fd/1"] = true }

local function show(o, options, result)
  if o.binary and not options.to then
    output.write(result.body)
  elseif options.json then
    print_.json(result)
  else
    print_.pretty(result)
  end
end

function M.run(options)
  local o = operation.of(endpoint_of(options))
  if stdout_names[options.to] then options.to = nil end
  if o.binary and not options.to and not options.dry_run and core.isatty(1) then
    output.tell(("idngo: %s gives a file, which would garble the terminal: save it by --to FILE, or pipe it on\n"):format(
      o.name))
    return cli.exit.usage
  end
  if bulk.is_fit(o) then check_places(o, options) end
  local args, message = arguments(o, options)
  if not args then
    output.tell("idngo: ", message, "\n")
    return cli.exit.input
  end
  if options.input then
    table.remove(args, 1)
    return bulk.run(o, args, options, function(settings) return open_client(options, settings) end)
  end
  local client, err = open_client(options)
  if not client then return cli.fail(err) end
  return shown.run(client, o.name, args, options, function(result)
    show(o, options, result)
    return cli.exit.ok
  end)
end

return M
