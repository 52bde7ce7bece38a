-- Files that are written whole or not at all.

local core = require("idngo.core")

--- Writes a file: in place of the old one once all of it is on disk. "-" and what is no regular file are written through.
---@param path string
---@param content string|fun(write: fun(text: string)) its text, or what gives it piece by piece; may throw
---@return table? written {path, size, sha256}
---@return any problem a message, or what was thrown
return function(path, content)
  local sink, why = core.sink(path)
  if not sink then return nil, why end
  local function write(text)
    local ok, problem = sink:write(text)
    if not ok then error(problem, 0) end
  end
  local ok, written, problem = pcall(function()
    if type(content) == "string" then write(content) else content(write) end
    return sink:commit()
  end)
  sink:abort()
  if not ok then return nil, written end
  return written, problem
end
