-- Names that people write in tables: options of public functions, fields of cases. One that does not exist is an error,
-- since what it was meant to change would go unnoticed.

local suggest = require("idngo.suggest")

local M = {}

--- The first name of a table that is not among `known`, with what was perhaps meant: "dedup, did you mean dedupe?".
---@param given table
---@param known any[] in the order of the manual; positions may be among them
---@return string? unknown nil when there is none
function M.unknown(given, known)
  local unknown
  for name in pairs(given) do
    local found = false
    for _, each in ipairs(known) do found = found or each == name end
    local text = tostring(name)
    if not found and (not unknown or text < unknown) then unknown = text end -- the same one each time
  end
  if not unknown then return nil end
  local words = {}
  for _, each in ipairs(known) do words[#words + 1] = type(each) == "string" and each or nil end
  return ("%s, %s"):format(unknown, suggest(unknown, words))
end

--- Checks the names of the options that a function was given; throws on one that does not exist.
---@param where string the function, as in messages
---@param options table? what it was given
---@param known string[] the options there are
---@param level integer? whom to blame, as for error; 2 is who called the caller
---@return table options what was given, or an empty table
function M.check(where, options, known, level)
  level = (level or 2) + 1
  if options == nil then return {} end
  if type(options) ~= "table" then error(("%s: the options must be a table, not a %s"):format(where, type(options)), level) end
  local unknown = M.unknown(options, known)
  if unknown then error(("%s: unknown option %s"):format(where, unknown), level) end
  return options
end

return M
