-- Errors as tables: one shape for everything that is not a wrong argument. Those of calls are made in client/exchange.lua, which
-- names the fields that it passes on.

local compat = require("idngo.compat")

---@class idngo.Error
---@field kind "config"|"dns"|"connect"|"tls"|"timeout"|"io"|"http"|"malformed"|"limit"|"cancelled"|"archive"|"approval"|"run"
---@field outcome "not_sent"|"rejected"|"unknown"|"applied" whether the call took effect
---@field message string what happened, in words
---@field endpoint? string the endpoint's name
---@field method? string
---@field path? string without what may identify a person: the query, and your own id of a user
---@field status? integer HTTP status
---@field code? integer from the server's error body, as are the next four
---@field errorCode? integer
---@field errorName? string
---@field description? string
---@field said? string the first words of a page that is not the service's own
---@field correlationId? string the id to give to the vendor's support
---@field attempts? integer
---@field elapsed? number seconds, waits included
---@field retry_after? number seconds the server asked to wait
---@field retryable? boolean whether trying later can help without doing anything twice
---@field hint? string what to do about it
---@field retry_by? string of an outcome that looking did not settle: the method to look by before it is tried again
---@field review? table of a wait that took too long: the review as it was seen last
---@field findings? idngo.Finding[] of an import archive, with kind `archive`

local Error = {}
Error.__index = Error

--- One line for people: what was called, what happened, whether it took effect, what to do.
function Error:__tostring()
  local parts = {}
  if self.endpoint then parts[#parts + 1] = self.endpoint .. ": " end
  parts[#parts + 1] = self.message
  if self.description then parts[#parts + 1] = (": %s"):format(self.description) end
  if self.said then parts[#parts + 1] = (", a page that says \"%s\""):format(self.said) end
  local notes = { "outcome: " .. self.outcome }
  if self.errorCode then notes[#notes + 1] = "errorCode: " .. tostring(self.errorCode) end
  if self.correlationId then notes[#notes + 1] = "correlationId: " .. self.correlationId end
  if self.attempts and self.attempts > 1 then notes[#notes + 1] = self.attempts .. " attempts" end
  parts[#parts + 1] = " (" .. table.concat(notes, ", ") .. ")"
  if self.hint then parts[#parts + 1] = " – " .. self.hint end
  return table.concat(parts)
end

local M = {}

--- Makes an error of `fields`, which it takes over.
---@param fields table
---@return idngo.Error
function M.new(fields)
  return setmetatable(fields, Error)
end

--- A setting or a folder that is not as it must be: nothing was sent.
---@param message string
---@param hint string?
---@return idngo.Error
function M.config(message, hint)
  return M.new { kind = "config", outcome = "not_sent", message = message, hint = hint }
end

-- assert(nil, err) throws err; these show a thrown table as "unknown reason", or not at all.
local ngx, jit = compat.global("ngx"), compat.global("jit")
local shows_strings_only = ngx and ngx.log and function(line) ngx.log(ngx.ERR, line) end
  or _VERSION == "Lua 5.1" and not jit and function(line) io.stderr:write("idngo: ", line, "\n") end

--- Tells an error in words where a host that it is thrown to would not: nginx, and Lua 5.1, whose assert takes nothing
--- but strings.
---@param err idngo.Error
---@return idngo.Error err
function M.tell(err)
  if shows_strings_only then shows_strings_only(tostring(err)) end
  return err
end

--- The same of a call in a timer of nginx, where nobody else may be there to be told. Without the service's own words,
--- which may name a person.
---@param err idngo.Error
---@return idngo.Error err
function M.tell_call(err)
  if ngx and ngx.get_phase and ngx.get_phase() == "timer" then
    shows_strings_only(("%s: %s (outcome: %s)"):format(err.endpoint, err.message, err.outcome))
  end
  return err
end

--- Whether `value` is one of our errors.
---@param value any
---@return boolean
function M.is(value)
  return getmetatable(value) == Error
end

return M
