-- Policies that look for what differs from one process to the next, and tell it by their decision: holes in tables, orders,
-- messages, what is left of memory, stack and instructions, whether they are watched. `decisions.policies(count, seed)`
-- makes as many as wanted; a seed gives the same ones again.

local M = {}

--- Numbers that look like chance, the same everywhere.
local function dice(seed)
  local state = seed * 2654435761 % 4294967296
  return function(most)
    state = (state * 1664525 + 1013904223) % 4294967296
    return state // 65536 % most + 1
  end
end

local KEYS = { '"%s"', "%d", "%d.5", "true", "{}", "tostring", "-%d" }

--- Statements that fill `t` and leave holes in it.
local function holes(roll)
  local lines = {}
  for _ = 1, 20 + roll(60) do
    local kind, n = roll(8), roll(40)
    if kind <= 4 then
      lines[#lines + 1] = ("t[%d] = %d"):format(n, roll(1000))
    elseif kind == 5 then
      lines[#lines + 1] = ("t[%d] = nil"):format(n)
    elseif kind == 6 then
      lines[#lines + 1] = ("t[#t + 1] = %d"):format(n)
    else
      lines[#lines + 1] = ("t[" .. KEYS[roll(#KEYS)]:gsub("%%s", "name%%d"):format(n) .. "] = %d"):format(n)
    end
  end
  return table.concat(lines, "; ")
end

local function names(roll, count)
  local list = {}
  for i = 1, count do list[i] = ("f%d = %d"):format(roll(100000), i) end
  return table.concat(list, ", ")
end

-- Each gives statements that put what they see into `seen`, by `see(value, …)`.
local looks = {
  function(roll)
    return "local t = {} " .. holes(roll) .. [[
      see(#t, select("#", table.unpack(t)), (pcall(table.concat, t, " ")))
      table.insert(t, 1) see(#t) see(table.remove(t)) see(#t) pcall(table.sort, t) see(t[1], #t)]]
  end,
  function(roll)
    return ("local t = { %s, nil, %s, nil, nil, 7 } t[#t] = nil see(#t) for i = 1, %d do t[i * 3] = i end see(#t)"):format(
      roll(9), roll(9), roll(50))
  end,
  function(roll)
    return ("local t = { %s } for k, v in pairs(t) do see(k, v) end see((next(t)))"):format(names(roll, 5 + roll(30)))
  end,
  function(roll)
    return ("local t = { %s } for k in pairs(t) do if k:byte(-1) %% 2 == 0 then t[k] = nil end end"
      .. " for i = 1, %d do t['n' .. i] = i end for k in next, t do see(k) end"):format(names(roll, 30), roll(40))
  end,
  function() return "local t = { [{}] = 1, [tostring] = 2, [see] = 3 } see(pcall(pairs, t)) see(pcall(next, t))" end,
  function()
    return "see(pcall(setmetatable, {}, { __gc = see, __mode = 'k', __close = see, __len = see, __name = 'x', __pairs = see }))"
  end,
  function()
    return [[for _, f in ipairs { table.unpack, table.concat, string.rep, string.format, select, ipairs, utf8.char, math.floor,
      table.move, table.insert, string.byte, tonumber, setmetatable, error } do
      see(pcall(f, nil, nil, nil)) see(pcall(f, {}, {}, {})) end]]
  end,
  function()
    return "see({}, see, facts.timeline, ('%s %s'):format({}, see), tostring(pairs)) see(pcall(function() return {} .. see end))"
  end,
  function()
    return "see(pcall(function() return facts.timeline.nothing end)) see(pcall(function() return applicant.nme end))"
  end,
  function()
    return "local depth = 0 local function deeper() depth = depth + 1 return (('x'):gsub('x', deeper)) end"
      .. " see(pcall(deeper)) see(depth)"
  end,
  function(roll)
    return ("for i = 1, %d do local _ = facts.timeline.items[i %% 3 + 1], applicant.name end"
      .. " see(facts.timeline.items[1].ts)"):format(roll(4000))
  end,
  function(roll)
    return ("local list = {} for i = 1, %d do list[i] = i * 7919 %% 101 end local n = 0"
      .. " table.sort(list, function(a, b) n = n + 1 return n %% 3 == 0 or a < b end) "
      .. "see(n, list[1], list[#list // 2], list[#list])"):format(20 + roll(300))
  end,
  function()
    return "see(1 / 3, 2 ^ 53, 1e15, 1e100, 10 // 3, 7 / 7, -0.0, 1e15 .. '', ('%.14g %a %5.2f'):format(0.1, 0.1, 2 / 3))"
  end,
  function() return "see(today, today < '2026-02-01', pcall(function() return todya end))" end,
  function() return "see(select('#', pcall(string.byte, ('x'):rep(2 << 20), 1, -1)))" end,
}

-- The same of what runs out: memory, instructions, the stack. These take their time.
local ends = {
  function(roll)
    return ("local depth = 0 local function deeper() depth = depth + 1 return 1 + deeper() end see(pcall(deeper)) see(depth, %d)")
      :format(roll(9))
  end,
  function() return "local n = 1000 while pcall(table.unpack, {}, 1, n) do n = n * 2 end see(n)" end,
  function(roll)
    return ("local text = ('x'):rep(%d << 20) see(xpcall(function() return #text:rep(%d) end, function(m) return m end))"):format(
      roll(4), 1 + roll(40))
  end,
  function(roll)
    return ("local n, list = 0, {} see(pcall(function() while n < %d do n = n + 1"
      .. " list[n] = { n } list['k' .. n %% 97] = n %% 3 ~= 0 and n or nil end end)) see(n)"):format(20000 * roll(12))
  end,
  function(roll) -- at the edge of what is allowed: the rest of the policy is a little work
    return ("local n = 0 for i = 1, %d do n = n + i %% 7 end see(n)"):format(16655000 + roll(24000))
  end,
}

--- The policies, as texts.
---@param count integer
---@param seed integer
---@param every integer one in so many sees to it that something runs out
---@return string[]
function M.policies(count, seed, every)
  local list = {}
  for i = 1, count do
    local roll = dice(seed * 1000 + i)
    local parts = { looks[(i - 1) % #looks + 1](roll) }
    if i % every == 0 then table.insert(parts, 1, ends[i // every % #ends + 1](roll)) end
    for _ = 1, roll(3) - 1 do parts[#parts + 1] = looks[roll(#looks)](roll) end
    for k, part in ipairs(parts) do parts[k] = "do " .. part .. " end" end
    list[i] = ([[
local seen = {}
local function see(...)
  for i = 1, select("#", ...) do seen[#seen + 1] = tostring((select(i, ...))) end
end
return { name = "p", decide = function(applicant, facts)
%s
local text, sum = table.concat(seen, " "), 7
for i = 1, #text do sum = (sum * 31 + text:byte(i)) %% 2147483647 end
return hold(sum .. " " .. text:sub(1, 900):gsub("%%c", " "))
end }]]):format(table.concat(parts, "\n"))
  end
  return list
end

M.applicant = { id = "one", name = "A", born = "1990-01-01" }
M.columns = { id = true, name = true, born = true }

function M.facts()
  local items = { { ts = "1", activity = "a" }, { ts = "2" }, { ts = "3", status = "x" } }
  return { timeline = { answer = "GREEN", items = items, alpha = "a", beta = 2, gamma = 2.5, delta = true, zeta = "z" } }
end

return M
