-- The descriptors that this process has open, and whether there are more of them than before.

local M = {}

--- What is open: by each number, what it stands for.
---@return table<string, string>
function M.open()
  local found = {}
  local pipe = assert(io.popen("ls -l /proc/$PPID/fd"))
  for number, what in pipe:read("a"):gmatch(" (%d+) %-> ([^\n]*)") do found[number] = what end
  pipe:close()
  return found
end

local function count(open)
  local n = 0
  for _ in pairs(open) do n = n + 1 end
  return n
end

--- Throws, and names them, when more are open than in `before`, and stay so: what a thread or the collector still holds
--- goes within moments, a leak stays.
---@param before table<string, string>
---@param turn? fun() what lets time pass, some hundredths of a second
function M.expect_no_more(before, turn)
  local open
  for _ = 1, 300 do
    collectgarbage()
    open = M.open()
    if count(open) <= count(before) then return end
    if turn then turn() else os.execute("sleep 0.02") end
  end
  local more = {}
  for number, what in pairs(open) do
    if before[number] ~= what then more[#more + 1] = number .. " " .. what end
  end
  error("descriptors leak: " .. table.concat(more, ", "), 2)
end

return M
