-- Makes calls to injecting_peer.py, and counts whose answers they were given. On every Lua and host: whoever runs it says
-- how calls are made at once, and how one talks to the peer's control port.

local M = {}

-- By hundred calls.
local acts = { { "good", 55 }, { "glued", 10 }, { "idle", 15 }, { "early", 4 }, { "reset", 4 }, { "after", 4 }, { "cut", 8 } }

--- What the i-th call asks for; the same in every run, and every kind beside every other.
local function name_of(i)
  local point = i * 37 % 100
  for _, act in ipairs(acts) do
    point = point - act[2]
    if point < 0 then return act[1] == "cut" and ("cut-%d-%d"):format(i, i) or ("%s-%d"):format(act[1], i) end
  end
end

--- Makes `count` calls, `width` at once. Between two crowds, when nothing is under way, the peer says what nobody asked for.
---@param client table with max_attempts = 1
---@param at_once fun(names: string[], call: fun(name: string)) lets `call` run for all of them, and waits
---@param inject fun(): number tells the peer to inject
---@return {right: integer, wrong: string[], excused: integer, failed: integer, injected: integer}
function M.run(client, count, width, at_once, inject)
  local told = { right = 0, wrong = {}, excused = 0, failed = 0, injected = 0 }
  local function call(name)
    local result = client:liveness_checks(name)
    local found = result and result.checks[1].id
    if not result then told.failed = told.failed + 1
    elseif found == name then told.right = told.right + 1
    elseif found == "surplus-" .. name and name:find("^early") then told.excused = told.excused + 1
    else told.wrong[#told.wrong + 1] = name .. " was given " .. tostring(found) end
  end
  for first = 1, count, width do
    local names = {}
    for i = first, math.min(count, first + width - 1) do names[#names + 1] = name_of(i) end
    at_once(names, call)
    told.injected = told.injected + inject()
  end
  return told
end

return M
