-- Bodies of calls: a table as JSON, an archive, or a table and a file.

local json = require("idngo.json")
local multipart = require("idngo.client.multipart")

local M = {}

--- Sets the JSON of a call; returns what is wrong with the table.
local function take_json(call, value)
  local body, check = call.operation.body, call.operation.body_check
  local what, meaning = body[2], body[3]
  if type(value) ~= "table" then return ("%s must be a table of %s"):format(what, meaning) end
  local ok, text = pcall(json.encode, value, what, body.empty)
  if not ok then return text end
  if text:sub(1, 1) ~= "{" then return what .. " must be a table of named fields, not a list" end
  if check then
    local wrong, where = check(value)
    if wrong then return ("%s%s %s"):format(what, where, wrong) end
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
  local content, wrong = multipart.content(value)
  if wrong then return ("%s %s"):format(body.part, wrong) end
  local media, before, after = multipart.frame(body[2], call.body, body.part, content)
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
  return take_json(call, value) or body.part and take_file(call, file) or nil
end

return M
