-- What measurements are held to: a line for each, with its verdict, and at the end whether all were kept.

local M = {}

local good = true

--- Prints what was measured, and whether it is good.
---@param ok boolean
---@param text string a format
function M.judge(ok, text, ...)
  print(text:format(...) .. (ok and ": ok" or ": MISSED"))
  good = good and ok
end

--- Ends the process, with status 1 when a limit was missed.
function M.finish() os.exit(good, true) end

return M
