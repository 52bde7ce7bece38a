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

local message, gone -- of the first write that failed

local function note(ok, text, number)
  if ok then return true end
  message, gone = text or "unknown error", number == EPIPE
  return false
end

--- Writes texts; false when this or an earlier one could not be written.
---@param ... string
---@return boolean ok
function M.write(...)
  M.written = true
  return not message and note(io.stdout:write(...))
end

--- Says something on standard error, without what drives a terminal: see text.lua. The last text is kept in `told`.
---@param ... string
function M.tell(...)
  local text = table.concat { ... }
  if text:find("%S") then M.told = text end
  io.stderr:write((text:gsub("[^\n]+", function(line) return printable(line, "?") end)))
  io.stderr:flush()
end

--- Says on standard error that there is nothing to show, where nothing was: silence does not tell it from a command that did not
--- look.
---@param what string such as "no events"
function M.tell_if_empty(what)
  if not M.written then M.tell(what, "\n") end
end

--- Hands all that was written to the system; false when this or an earlier text could not be written.
---@return boolean ok
function M.flush()
  return not message and note(io.stdout:flush())
end

--- Whether the reader of standard output is gone, for commands that wait long before the next text.
---@return boolean
function M.abandoned()
  if not message and core.reader_gone() then note(nil, nil, EPIPE) end
  return message ~= nil
end

--- Ends a command: flushes, and says on stderr what could not be written.
---@param code integer its exit code as far as it knows
---@return integer code
function M.finish(code)
  local ok = M.flush()
  core.disown_streams(gone == true)
  if ok then return code end
  if gone then return SIGPIPE_CODE end -- SIGPIPE may be ignored
  io.stderr:write("idngo: standard output: ", message, "\n")
  return IO
end

return M
