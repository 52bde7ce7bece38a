-- idngo endpoints: the endpoint table, for people and programs.

local core = require("idngo.core")
local print_ = require("idngo.cli.print")

local M = { summary = "List the endpoints and how each is called." }

function M.define(parser)
  parser:flag("--json", "Print one line of JSON per endpoint.")
end

--- "applicantId, checkId, {to}" as one writes it in Lua.
local function signature(endpoint)
  local words, options = {}, {}
  for _, param in ipairs(endpoint.params) do
    if param.required then words[#words + 1] = param.name
    elseif param.type ~= "fixed" then options[#options + 1] = param.name end
  end
  if endpoint.body == "json" then words[#words + 1] = "info" end
  if endpoint.body == "zip" then words[#words + 1] = "archive" end
  if endpoint.reply == "pdf" or endpoint.reply == "video" then options[#options + 1] = "to" end
  if options[1] then words[#words + 1] = "{" .. table.concat(options, ", ") .. "}" end
  return ("%s(%s)"):format(endpoint.name, table.concat(words, ", "))
end

function M.run(options)
  local rows = {}
  for i, endpoint in ipairs(core.endpoints) do
    if options.json then print_.json(endpoint) end
    rows[i] = { signature(endpoint), endpoint.retry, endpoint.lane or "–", endpoint.title }
  end
  if not options.json then
    print_.table(rows, { "METHOD", "RETRY", "LANE", "WHAT IT DOES" })
    io.stderr:write("\nRetry: S safe read, I idempotent write, D a duplicate is harmless, K natural key, N people notice\n")
  end
  return 0
end

return M
