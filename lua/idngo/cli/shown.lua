-- What `idngo call` and `idngo api` can show in place of a result: a field of it, or the request without sending it.

local cli = require("idngo.cli")
local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local said = require("idngo.client.said")
local sorted = require("idngo.sorted")

local M = {}

--- Adds the options of both.
---@param command table
---@param timeout string|false|nil what --timeout is of a call that moves a file
function M.define(command, timeout)
  command:option("--field", "Print this field of the result alone, such as review.reviewStatus or items.1.id."):argname("A.B.C")
  command:flag("--dry-run", "Show the signed request without its secrets; send nothing.")
  command:option("--timeout", timeout or "Seconds one attempt may take."):convert(tonumber):argname("SECONDS")
  command:option("--deadline", "Seconds the whole call may take."):convert(tonumber):argname("SECONDS")
  command:flag("--json", "Print one line of JSON, errors too.")
end

--- A field of a result, by its name below others with points between; elements of lists by their number.
---@param result any
---@param path string
---@return any value nil where it is not there
function M.field(result, path)
  local value = result
  for name in path:gmatch("[^.]+") do
    if type(value) ~= "table" then return nil end
    local member = value[name]
    if member == nil then member = value[tonumber(name)] end
    value = member
  end
  return value
end

--- Prints a field of a result, a text as it is; false where it is not there.
function M.show_field(result, path)
  local value = M.field(result, path)
  if value == nil then
    local from_zero = ("." .. path .. "."):find(".0.", 1, true) and "; the first of a list is 1" or ""
    output.tell(("idngo: the result has no %s%s\n"):format(print_.plain(path), from_zero))
    return false
  end
  if type(value) == "string" then
    output.write(value, "\n")
  else
    print_.json(value)
  end
  return true
end

--- A copy of a decoded body with all tokens and links hidden, and whether there were any.
local function without_secrets(value, objects)
  if type(value) ~= "table" then return value, false end
  local copy = (objects[value] or next(value) ~= nil and value[1] == nil) and json.object({}) or json.array({})
  local had_some = false
  for name, inner in pairs(value) do
    local hides, inside = said.secrets[name], false
    if hides then copy[name] = "[…]" else copy[name], inside = without_secrets(inner, objects) end
    had_some = had_some or hides or inside
  end
  return copy, had_some
end

local hidden = { ["X-App-Token"] = true, ["X-App-Access-Sig"] = true }

--- A body as it may be shown: JSON without secrets; of others how long they are.
local function body_of(request)
  local body, media = request.body, request.headers["Content-Type"] or ""
  if media == "application/json" then
    local objects = {}
    local value = core.json_decode(body, objects, json.null)
    local shown, had_some = without_secrets(value, objects)
    if value ~= nil then return had_some and json.encode(shown, "body", "[]") or body end
  end
  return ("(%d bytes, SHA-256 %s)"):format(#body, core.sha256(body))
end

--- Shows a prepared request.
---@param request table of client:prepare
---@param options table the command line
function M.show_request(request, options)
  local shown = { method = request.method, url = said.without_secrets(request.url), headers = {}, body = nil }
  for name, value in pairs(request.headers) do shown.headers[name] = hidden[name] and "[…]" or value end
  if request.body and request.body ~= "" then shown.body = body_of(request) end
  if options.json then return print_.json(shown) end
  output.write(shown.method, " ", print_.harmless(shown.url), "\n")
  for _, name in ipairs(sorted(shown.headers)) do output.write(name, ": ", print_.harmless(shown.headers[name]), "\n") end
  if shown.body then output.write("\n", print_.harmless(shown.body), "\n") end
end

--- All bytes of a file; nil and why not.
function M.bytes_of(path)
  local file, message = io.stdin, nil
  if path ~= "-" then file, message = io.open(path, "rb") end
  if not file then return nil, message end
  local bytes = file:read("*a") -- a folder opens, and cannot be read
  if path ~= "-" then file:close() end
  if not bytes then return nil, path .. ": cannot be read" end
  return bytes
end

--- Makes a call, or shows what it would send, and what came of it.
---@param client idngo.Client is closed
---@param name string the method
---@param args any[]
---@param options table the command line
---@param show fun(result: table): integer shows a result, and gives the exit code
---@return integer exit code
function M.run(client, name, args, options, show)
  local ok, result, err
  if options.dry_run then
    ok, result, err = pcall(client.prepare, client, name, compat.unpack(args))
  else
    ok, result, err = pcall(client[name], client, compat.unpack(args))
  end
  client:close()
  if not ok then
    if tostring(result):find("interrupted!", 1, true) then error(result, 0) end
    output.tell("idngo: ", tostring(result):gsub("^%S+:%d+: ", ""), "\n")
    return cli.exit.usage
  end
  if result == nil then return cli.fail(err) end
  if options.dry_run then
    M.show_request(result, options)
    return cli.exit.ok
  end
  if options.field then return M.show_field(result, options.field) and cli.exit.ok or cli.exit.failed end
  return show(result)
end

return M
