-- The reports in a run's folder: each is written whole or not at all.

local errors = require("idngo.error")
local sqlite = require("idngo.run.sqlite")
local write_file = require("idngo.write_file")

--- Writes reports.
---@param dir string
---@param reports {[1]: string, [2]: fun(write: fun(text: string))}[] names in the folder, or paths, and what writes them
---@return boolean? ok
---@return idngo.Error?
return function(dir, reports)
  for _, report in ipairs(reports) do
    local path = report[1]:find("/", 1, true) and report[1] or dir .. "/" .. report[1]
    local ok, written, message = pcall(write_file, path, report[2]) -- what is read for it may be damaged
    if not ok and not errors.is(written) then error(written, 0) end
    if not ok then return nil, written end
    if not written then return nil, sqlite.broken(message) end
  end
  return true
end
