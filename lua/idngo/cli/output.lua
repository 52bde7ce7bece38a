-- Standard output: the one way on which every command writes it, so that none takes lost output for written.
--
-- What cannot be written is remembered, and whatever the command says, it ends with 74 and a line on stderr. When the
-- reader has gone (`idngo … | head -1`) it ends by SIGPIPE without a word, as other tools do. Neither ends a command in its
-- middle: a run does all that it was told to. What writes without end looks at what write and flush return.
--
-- Standard error, too, is written here alone, but for the progress line.

local core = require("idngo.core")
local printable = require("idngo.text").printable

local M = {}

local IO, SIGPIPE_CODE = 74, 128 + 13
local EPIPE = 32

local problem, gone -- of the first write that failed

local function note(ok, why, number)
  if ok then return true end
  problem, gone = why or "unknown error", number == EPIPE
  return false
end

--- Writes texts; false when this or an earlier one could not be written.
---@param ... string
---@return boolean ok
function M.write(...)
  M.written = true
  return not problem and note(io.stdout:write(...))
end

--- Says something on standard error. Whatever stands in it, it drives no terminal: see text.lua. What was said last is kept.
---@param ... string
function M.tell(...)
  local text = table.concat { ... }
  if text:find("%S") then M.told = text end
  io.stderr:write((text:gsub("[^\n]+", function(line) return printable(line, "?") end)))
  io.stderr:flush()
end

--- Hands all that was written to the system; false when this or an earlier text could not be written.
---@return boolean ok
function M.flush()
  return not problem and note(io.stdout:flush())
end

--- Whether what is written from now on would reach nobody, for who waits long before the next text.
---@return boolean
function M.abandoned()
  if not problem and core.reader_gone() then note(nil, nil, EPIPE) end
  return problem ~= nil
end

--- Ends a command: flushes, and says on stderr what could not be written.
---@param code integer its exit code as far as it knows
---@return integer code
function M.finish(code)
  local ok = M.flush()
  core.disown_streams(gone == true)
  if ok then return code end
  if gone then return SIGPIPE_CODE end -- where whoever started us has SIGPIPE ignored
  io.stderr:write("idngo: standard output: ", problem, "\n")
  return IO
end

return M
