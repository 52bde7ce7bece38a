-- The reports in a run's folder: each is written whole or not at all.

local err = require("idngo.error")
local store = require("idngo.run.store")
local write_file = require("idngo.write_file")

--- Writes reports.
---@param dir string
---@param reports {[1]: string, [2]: fun(write: fun(text: string))}[] names in the folder, or paths, and what writes them
---@return boolean? ok
---@return idngo.Error?
return function(dir, reports)
  for _, report in ipairs(reports) do
    local path = report[1]:find("/", 1, true) and report[1] or dir .. "/" .. report[1]
    local written, problem = write_file(path, report[2])
    if not written then return nil, err.is(problem) and problem or store.Store:broken(tostring(problem)) end
  end
  return true
end
