-- Files and folders for the specs and what they start, on every Lua.

local M = {}

--- The bytes of a file; when it cannot be read, `otherwise`, or an error without one.
function M.read(path, otherwise)
  local file, why = io.open(path, "rb")
  if not file then return otherwise or error(why, 2) end
  local bytes = file:read("*a")
  file:close()
  return bytes
end

--- Writes a file; gives its path.
function M.write(path, bytes)
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
  return path
end

--- A new empty folder, for this user alone.
function M.folder()
  local path = os.tmpname()
  os.remove(path)
  assert(require("idngo.core").folder(path)) -- two processes less than mkdir
  return path
end

return M
