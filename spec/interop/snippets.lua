-- Runs the snippet of every endpoint's page, as a program: lua5.4 snippets.lua FILE, in an empty folder. FILE has them: a line of
-- JSON for each, {name, code}. Prints a line of JSON for each, {name, problem?}.

local idngo = require("idngo")
local json = require("idngo.json")

local client = assert(idngo.client { limits = false, max_attempts = 1 })

for line in io.lines(arg[1]) do
  local snippet = assert(json.decode(line))
  local print_nothing = function() end
  local env = setmetatable({ idngo = idngo, client = client, print = print_nothing }, { __index = _G })
  local ok, why = pcall(assert(load(snippet.code, snippet.name, "t", env)))
  io.write(json.encode { name = snippet.name, problem = not ok and tostring(why) or nil }, "\n")
end
