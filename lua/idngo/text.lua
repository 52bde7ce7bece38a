-- Text files that people write: UTF-8, with or without the byte order mark that Notepad, Excel and PowerShell put in front.
--
-- The secret key's file is read in C, by the same rules: see csrc/protocol/lua_sign.c.

local M = {}

local MARK = "\239\187\191"

--- A file's bytes without the mark.
---@param bytes string
---@return string? text
---@return string? message when they are UTF-16
function M.plain(bytes)
  if bytes:sub(1, 3) == MARK then return bytes:sub(4) end
  local first = bytes:sub(1, 2)
  if first == "\255\254" or first == "\254\255" then return nil, "it is UTF-16; save it as UTF-8" end
  return bytes
end

--- Reads a whole file; "-" stands for standard input.
---@param path string
---@return string? text
---@return string? message "PATH: REASON"
function M.read(path)
  local file, why = io.stdin, nil
  if path ~= "-" then file, why = io.open(path, "rb") end
  if not file then return nil, why end
  local bytes = file:read("*a")
  if path ~= "-" then file:close() end
  local text
  if bytes then text, why = M.plain(bytes) end -- a folder opens, and cannot be read
  if not text then return nil, ("%s: %s"):format(path, why or "cannot be read") end
  return text
end

--- The lines of a text, without their ends.
---@param text string
---@return fun(): string?
function M.lines(text)
  return (text:gsub("\n$", "") .. "\n"):gmatch("(.-)\r?\n")
end

--- A text that cannot drive a terminal: each control character is replaced.
---@param text string
---@param by string
---@return string
function M.printable(text, by)
  return (text:gsub("[%c\127]", by):gsub("\194[\128-\159]", by))
end

return M
