-- Bodies of calls: a table as JSON, a list of them as lines of JSON, a text, an archive, or a table and a file.

local json = require("idngo.json")
local multipart = require("idngo.client.multipart")

local M = {}

--- Whether a table has places and no names, and whether each holds what `check` takes; returns what is wrong.
local function wrong_list(list, what, check)
  local count = 0
  for _ in pairs(list) do count = count + 1 end
  if count ~= #list then return what .. " must be a list, without names and gaps" end
  for i, value in ipairs(list) do
    local message, where = check(value)
    if message then return ("%s[%d]%s %s"):format(what, i, where, message) end
  end
end

--- Sets the JSON of a call whose body is a list, or of one whose body has a line of it for each.
local function take_list(call, value)
  local body, lines = call.operation.body, {}
  local what, meaning = body[2], body[3]
  if not json.is_list(value) then return ("%s must be a list of %s"):format(what, meaning) end
  local message = wrong_list(value, what, call.operation.body_check)
  if message then return message end
  for i, each in ipairs(value) do
    local ok, text = pcall(json.encode, each, ("%s[%d]"):format(what, i), body.empty)
    if not ok then return text end
    lines[i] = text
  end
  local array = "[" .. table.concat(lines, ",") .. "]"
  if body[1] == "json" then
    call.body = array
  elseif lines[1] then
    call.body = table.concat(lines, "\n") .. "\n"
  else
    return what .. " is empty"
  end
  call.personal = array
end

--- Sets the text of a call.
local function take_text(call, value)
  if type(value) ~= "string" then return ("%s must be a string: %s"):format(call.operation.body[2], call.operation.body[3]) end
  call.body = value
end

--- Sets the JSON of a call; returns what is wrong with the table.
local function take_json(call, value)
  local body, check = call.operation.body, call.operation.body_check
  local what, meaning = body[2], body[3]
  if value == nil and body.optional then value = {} end
  if type(value) ~= "table" then return ("%s must be a table of %s"):format(what, meaning) end
  if body.optional and (value.timeout ~= nil or value.deadline ~= nil) then -- who left it out meant these
    return ("%s has options of the call in it; they stand behind it, and nil in its place leaves it out"):format(what)
  end
  local ok, text = pcall(json.encode, value, what, next(value) ~= nil and body.empty or nil) -- it itself is {}
  if not ok then return text end
  if text:sub(1, 1) ~= "{" then return what .. " must be a table of named fields, not a list" end
  if check then
    local message, where = check(value)
    if message then return ("%s%s %s"):format(what, where, message) end
  end
  if body.without and value[body.without] ~= nil then return ("%s.%s must not be there"):format(what, body.without) end
  call.body, call.personal, call.external = text, text, value.externalUserId
end

--- Sets the archive of a call.
local function take_archive(call, value)
  if type(value) == "table" and type(value.bytes) == "string" then
    if value.bytes == "" then return "the archive is empty" end
    call.body = value.bytes
    return
  end
  local path = type(value) == "table" and value.path or value
  if type(path) == "string" and path ~= "" and not path:find("%z") then
    call.file = path
  else
    return "the archive must be a path, or {bytes = …}, or what idngo.archive.build returned"
  end
end

--- Puts a file behind the JSON of a call.
local function take_file(call, value)
  local body = call.operation.body
  local content, message = multipart.content(value)
  if message then return ("%s %s"):format(body.part, message) end
  local media, before, after = multipart.frame(body, call.body, body.part, content)
  call.media, call.content = media, content
  if not content then call.operation = call.operation.alone or call.operation end
  if content and not content.bytes then
    call.body, call.file, call.before, call.after = nil, content.path, before, after
  else
    call.body = before .. (content and content.bytes or "") .. after
  end
end

--- Sets the body of a call from its arguments behind the positional ones; returns what is wrong with them.
---@param call table see attempt.lua
---@param value any
---@param file any of a body with a file
---@return string? message names the argument, never the value
function M.take(call, value, file)
  local body = call.operation.body
  if body[1] == "zip" then return take_archive(call, value) end
  if body[1] == "text" then return take_text(call, value) end
  if body.list or body[1] == "ndjson" then return take_list(call, value) end
  return take_json(call, value) or body.part and take_file(call, file) or nil
end

return M
