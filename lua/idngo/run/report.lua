-- The reports in a run's folder: each is written whole or not at all.

local core = require("idngo.core")
local err = require("idngo.error")
local store = require("idngo.run.store")

--- Writes a file piece by piece.
local function write_file(path, produce)
  local sink, why = core.sink(path)
  local ok, failed = sink ~= nil, why
  if sink then
    ok, failed = pcall(produce, function(text)
      local written, problem = sink:write(text)
      if not written then error(problem, 0) end
    end)
    if ok then ok, failed = sink:commit() end
    sink:abort()
  end
  if ok then return true end
  return nil, err.is(failed) and failed or store.Store:broken(tostring(failed))
end

--- Writes reports.
---@param dir string
---@param reports {[1]: string, [2]: fun(write: fun(text: string))}[] names in the folder, or paths, and what writes them
---@return boolean? ok
---@return idngo.Error?
return function(dir, reports)
  for _, report in ipairs(reports) do
    local path = report[1]:find("/", 1, true) and report[1] or dir .. "/" .. report[1]
    local ok, problem = write_file(path, report[2])
    if not ok then return nil, problem end
  end
  return true
end
