-- Files that are written whole or not at all.

local compat = require("idngo.compat")
local core = require("idngo.core")

--- Writes a file: in place of the old one once all of it is on disk. "-" and what is no regular file are written through.
---@param path string
---@param content string|fun(write: fun(text: string)) its text, or what gives it piece by piece; what that throws is thrown on
---@param is_new boolean? what is there stays as it is, and that is a failure: of several processes that make a file, one does
---@return {path: string, size: integer, sha256: string}? written
---@return string? message
return function(path, content, is_new)
  local sink, message = core.sink(path, is_new)
  if not sink then return nil, message end
  local function write(text)
    local ok, write_message = sink:write(text)
    if not ok then
      message = write_message
      error(write_message, 0)
    end
  end
  local produce = type(content) == "string" and function() write(content) end or content
  local ok, thrown = compat.pcall(produce, write)
  local written
  if ok then written, message = sink:commit() end
  sink:abort()
  if not ok and not message then error(thrown, 0) end
  return written, message
end
