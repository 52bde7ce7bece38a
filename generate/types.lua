-- lua/idngo/types.lua: what a language server is told of the client's methods and of what they return.

local config = require("idngo.client.config")
local endpoints = require("idngo.endpoints")
local index = require("generate.index")
local operation = require("idngo.operation")
local prose = require("generate.prose")
local sorted = require("idngo.sorted")

local HEAD = [[
---@meta _
-- Types for editors: the client's methods and their replies, as lua-language-server reads them. Nothing loads this file.
-- Made by ./dev generate from lua/idngo/api: change the descriptions there.

-- luacheck: ignore]]

local out

local function line(text, ...) out[#out + 1] = select("#", ...) > 0 and text:format(...) or text end

local luacats_of = { text = "string", secret = "string", day = "string", moment = "string", zoned = "string", yes = "integer" }

--- A type of a class as LuaCATS writes it.
local function luacats(text)
  return (text:gsub("[%a]+", function(word)
    if endpoints.class(word) or endpoints.words(word) then return "idngo." .. word end
    return luacats_of[word]
  end))
end

local function show_words()
  for _, name in ipairs(sorted(index.table().words)) do
    line("---@alias idngo.%s string", name)
    for _, word in ipairs(endpoints.words(name)) do line('---| "%s"', word) end
    line("")
  end
end

local function show_class(class)
  line("--- %s", class.doc)
  if class.element then
    line("---@alias idngo.%s idngo.%s[]", class.name, class.element)
    line("")
    return
  end
  line("---@class idngo.%s%s", class.name, class.base and ": idngo." .. class.base or "")
  for _, field in ipairs(class.fields) do
    line("---@field %s%s %s %s", field.name, field.optional and "?" or "", luacats(field.type), field.doc)
  end
  line("")
end

local types = { string = "string", integer = "integer", list = "string[]" }

local function type_of(param)
  if not param.values then return types[param.type] end
  return '"' .. table.concat(param.values, '"|"') .. '"'
end

--- "UpdateInfoOptions" of update_info.
local function options_name(endpoint)
  return endpoint.name:gsub("^%l", string.upper):gsub("_(%l)", string.upper) .. "Options"
end

local function show_method(endpoint)
  local o, returns = operation.of(endpoint.name), endpoints.description(endpoint.name).returns
  local options, arguments = {}, {}
  for _, param in ipairs(endpoint.params) do
    if param.required then arguments[#arguments + 1] = { param.name, type_of(param), param.doc }
    elseif param.type ~= "fixed" then
      local default = param.value and ("; %s unless given"):format(param.value) or ""
      options[#options + 1] = { param.name, type_of(param), param.doc .. default }
    end
  end
  if o.body and endpoint.body ~= "zip" then
    local class = o.body.class and "idngo." .. o.body.class
    local type = endpoint.body == "text" and "string" or endpoint.body == "ndjson" and class .. "[]"
      or o.body.list and "string[]" or class or "table"
    arguments[#arguments + 1] = { o.body[2], o.body.optional and type .. "|nil" or type, o.body[3] }
  end
  if o.body and o.body.part then
    local meaning = "the file: a path, bytes or a function; false for none"
    arguments[#arguments + 1] = { o.body.part, "string|idngo.Content|false", meaning }
  end
  if endpoint.body == "zip" then
    local archive = "string|{bytes: string}|idngo.archive.Built"
    arguments[#arguments + 1] = { o.body[2], archive, "a path, bytes, or what build returned" }
    options[#options + 1] = { "unchecked", "boolean", "send it without checking it first" }
  end
  if o.binary then
    options[#options + 1] = { "to", "string|fun(chunk: string): any, any", "a path to save to, or a function for each piece" }
  end
  local option_class = "idngo.CallOptions"
  if options[1] then
    option_class = "idngo." .. options_name(endpoint)
    line("---@class %s: idngo.CallOptions", option_class)
    for _, option in ipairs(options) do
      line("---@field %s? %s %s", prose.key(option[1]), option[2], option[3])
    end
    line("")
  end
  line("--- %s. %s. Retry class %s.", endpoint.method .. " " .. endpoint.path,
    endpoints.description(endpoint.name).source and endpoint.title or ("Reference: “%s”"):format(endpoint.title), endpoint.retry)
  local names = {}
  for i, argument in ipairs(arguments) do
    line("---@param %s %s %s", argument[1], argument[2], argument[3])
    names[i] = argument[1]
  end
  names[#names + 1] = "options"
  line("---@param options? %s", option_class)
  line("---@return idngo.%s? result", returns)
  line("---@return idngo.Error? err")
  line("function Client:%s(%s) end", endpoint.name, table.concat(names, ", "))
  line("")
end

local setting_types = {
  boolean = "boolean", string = "string", secret = "string|{file: string}", seconds = "number", count = "integer",
  limits = "table<string, {[1]: integer, [2]: number}|false>|false", ["function"] = "fun(event: idngo.ClientEvent)",
}

local function show_settings()
  line("--- Options of idngo.client; what is left out comes from the environment, then from the config file.")
  line("---@class idngo.ClientOptions")
  for _, setting in ipairs(config.settings) do
    if not setting.of_runs then
      line("---@field %s? %s %s", setting.name, setting_types[setting.type],
        setting.doc .. (setting.default and ("; %s unless given"):format(setting.default) or ""))
    end
  end
  line("")
end

--- The file's text.
---@return string
return function()
  out = {}
  line(HEAD)
  line("")
  show_words()
  for _, class in ipairs(prose.classes) do show_class(class) end
  show_settings()
  line("--- Options of every call.")
  line("---@class idngo.CallOptions")
  line("---@field timeout? number seconds one attempt may take")
  line("---@field deadline? number seconds the whole call may take, waits and retries included")
  line("")
  line("--- A file that is sent: one of path, bytes, and read with size.")
  line("---@class idngo.Content")
  line("---@field path? string where it is")
  line("---@field bytes? string all of it")
  line("---@field read? fun(at: integer, n: integer): string?, string? at most n bytes from byte at on; may be asked twice")
  line("---@field size? integer how many bytes read gives")
  line("---@field name? string what it is called; as the path, unless given")
  line("---@field type? string its media type; as its name tells, unless given")
  line("")
  line("---@class idngo.Client")
  line("local Client = {}")
  line("")
  for _, endpoint in ipairs(endpoints.rows()) do show_method(endpoint) end
  while out[#out] == "" do out[#out] = nil end
  return table.concat(out, "\n") .. "\n"
end
