-- Packages of npm that the specs of this folder use, installed as their lock file has them.

local files = require("files")
local shell = require("shell")

--- Installs what the package-lock.json of a folder beside this file names into the build tree, once.
---@param name string the folder's
---@return string? folder where node_modules is; nil where npm is not installed or its registry cannot be reached
return function(name)
  local from, folder = "spec/interop/" .. name, os.getenv("IDNGO_BUILD") .. "/interop-" .. name
  local lock = files.read(from .. "/package-lock.json")
  if files.read(folder .. "/installed", "") ~= lock then
    shell("mkdir -p %s && cp %s/package*.json %s", folder, from, folder)
    if not os.execute(("npm ci --prefix %s --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1 >%s/log 2>&1")
      :format(folder, folder)) then return nil end
    files.write(folder .. "/installed", lock)
  end
  return folder
end
