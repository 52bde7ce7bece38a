-- Everything in the repository that is made from the code's own tables. `./dev generate` writes it; spec/docs/generated_spec.lua
-- compares.

local M = {}

--- The generated files: {path = text}, below the repository's root.
---@return table<string, string>
function M.files()
  local index = require("generate.index")
  index.check()
  package.loaded["idngo.api.index"] = index.table() -- what is made below is made of the descriptions as they are now
  local completions = require("generate.completions")
  local files = {
    ["lua/idngo/api/index.lua"] = index.text(),
    ["mkdocs.yml"] = require("generate.navigation")(),
    ["share/man/man1/idngo.1"] = require("generate.manual")(),
    ["share/completions/idngo.bash"] = completions.bash(),
    ["share/completions/_idngo"] = completions.zsh(),
    ["share/completions/idngo.fish"] = completions.fish(),
    ["share/openapi.json"] = require("generate.openapi")(),
    ["lua/idngo/types.lua"] = require("generate.types")(),
    ["docs/design.md"] = require("generate.design")(),
    ["docs/faults.md"] = require("generate.faults")(),
  }
  for path, text in pairs(require("generate.endpoint_pages")()) do files[path] = text end
  for path, text in pairs(require("generate.rockspecs")()) do files[path] = text end
  return files
end

--- Writes them all; prints those that changed.
function M.write()
  for path, text in pairs(M.files()) do
    local file = io.open(path, "r")
    local old = file and file:read("a")
    if file then file:close() end
    if old ~= text then
      os.execute("mkdir -p " .. (path:match("^(.*)/") or "."))
      file = assert(io.open(path, "w"))
      file:write(text)
      file:close()
      print("wrote " .. path)
    end
  end
end

return M
