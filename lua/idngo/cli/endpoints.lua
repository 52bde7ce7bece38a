-- idngo endpoints: the endpoints, for people and programs.

local output = require("idngo.cli.output")
local endpoints = require("idngo.endpoints")
local operation = require("idngo.operation")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser)
  parser:flag("--json", "Print one line of JSON per endpoint.")
end

--- "applicantId, checkId, {to}" as one writes it in Lua.
local function signature(name)
  local o = operation.of(name)
  local words, options = operation.arguments(o), operation.options(o)
  if options[1] then words[#words + 1] = "{" .. table.concat(options, ", ") .. "}" end
  return ("%s(%s)"):format(name, table.concat(words, ", "))
end

function M.run(options)
  local rows = {}
  for i, endpoint in ipairs(endpoints.rows()) do
    if options.json then print_.json(endpoint) end
    rows[i] = { signature(endpoint.name), endpoint.retry, endpoint.lane or "–", endpoint.title }
  end
  if not options.json then
    print_.table(rows, { "METHOD", "RETRY", "LANE", "WHAT IT DOES" })
    output.tell("\nRetry: S safe read, I idempotent write, D a duplicate is harmless, K natural key, N people notice\n")
  end
  return 0
end

return M
