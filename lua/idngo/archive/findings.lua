-- The findings of a check: where, what, and what to do. Never a value of a person's data.

---@class idngo.Finding
---@field entry string a file or folder of the archive; "(archive)" for the whole
---@field field string the part of it, such as info.dob, name or content
---@field problem string
---@field remedy string
---@field severity "error"|"warning" an archive with an error is not sent

local M = {}

M.whole = "(archive)"

-- An archive made to have millions must not fill the memory.
local MOST = 200

--- Bytes of an archive's names, made harmless for a terminal.
local function plain(text)
  return (text:gsub("[^\32-\126]", function(byte) return ("\\x%02x"):format(byte:byte()) end))
end

local STRICT = { __index = { strict = true } }

--- A list of findings. A strict one takes every warning for an error.
---@param strict boolean?
---@return idngo.Finding[]
function M.new(strict) return setmetatable({}, strict and STRICT or nil) end

---@param list idngo.Finding[]
---@param entry string?
---@param field string
---@param problem string
---@param remedy string
---@param severity? "error"|"warning" an error unless said otherwise
function M.add(list, entry, field, problem, remedy, severity)
  if #list == MOST then
    entry, field, problem = nil, "content", "there are more problems than these " .. MOST
    remedy, severity = "correct these first", "error"
  elseif #list > MOST then
    return
  end
  list[#list + 1] = {
    entry = entry and plain(entry) or M.whole, field = field, problem = problem, remedy = remedy,
    severity = not list.strict and severity or "error",
  }
end

--- Whether there are as many as are listed, so that to look for more is of no use.
---@param list idngo.Finding[]
---@return boolean
function M.is_full(list)
  return #list > MOST
end

--- Whether any of them forbids sending.
---@param list idngo.Finding[]
---@return boolean
function M.refuse(list)
  for _, finding in ipairs(list) do
    if finding.severity == "error" then return true end
  end
  return false
end

--- One finding as one line.
---@param finding idngo.Finding
---@return string
function M.line(finding)
  return ("%s: %s: %s; %s"):format(finding.entry, finding.field, finding.problem, finding.remedy)
end

return M
