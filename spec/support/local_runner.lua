-- Runs a contract case in this process, over its transport: libcurl, or cosockets where nginx_runner.lua loads it.

local compat = require("idngo.compat")
local idngo = require("idngo")

local M = { name = "libcurl" }

--- The fields of an error that cases are judged by, as plain data.
function M.fields(err)
  return {
    kind = err.kind, outcome = err.outcome, status = err.status, retry_after = err.retry_after,
    attempts = err.attempts, elapsed = err.elapsed, hint = err.hint, said = err.said, text = tostring(err),
  }
end

--- Runs a case; the last of its calls is judged, those before it must succeed.
---@param case {options: table, endpoint: string, args: any[], calls: integer}
function M.run(case)
  local client = assert(idngo.client(case.options))
  local args = { compat.unpack(case.args) }
  if type(args[1]) == "table" and args[1].fill then args[1] = { bytes = ("\0"):rep(args[1].fill) } end
  for _ = 2, case.calls do assert(client[case.endpoint](client, compat.unpack(args))) end
  local result, err = client[case.endpoint](client, compat.unpack(args))
  client:close()
  if result then return result end
  return nil, M.fields(err)
end

return M
