-- Runs scenarios while allocations fail one after the other, and prints what came of it: see torture.c.
--
--   torture spec/torture/main.lua [--most N] [FILE…]
--       --most N   at most N allocations of each scenario and kind, spread evenly; else every single one
--       FILE       only the scenarios of spec/torture/FILE.lua
--
-- A scenario: {name, setup() -> context, run(context) -> result | nil, error, right(result, context),
--   before?(context), check?(context, result, error), close?(context), clean? = {pattern, …} or a function, slack?}
--
-- For every n: the n-th allocation fails while `run` runs. It must give a right result all the same, throw that there
-- is no memory, or return nil and an error that says so (or matches a pattern of `clean`); then `run` runs again in the
-- same context with all the memory it wants, and must give a right result. In the end nothing may be held that was not
-- held before: blocks (but for `slack`), bytes of the Lua state, descriptors, references in Lua's registry.

local torture = torture -- luacheck: globals torture

--- A new empty folder, in memory where there is such a place: nothing here is about disks.
function torture.folder()
  local list <close> = assert(io.popen("mktemp -d -p /dev/shm 2>/dev/null || mktemp -d"))
  return list:read()
end

local files = { "core", "client", "curl", "stream", "sandbox", "archive", "journal", "jail" }
local most, chosen = math.huge, {}
do
  local i = 1
  while arg[i] do
    if arg[i] == "--most" then
      most, i = tonumber(arg[i + 1]), i + 2
    else
      chosen[#chosen + 1], i = arg[i], i + 1
    end
  end
end

local memory = { "not enough memory", "[Cc]annot allocate memory", "out of memory", "[Oo]ut of memory", "libcrypto cannot",
  "more memory than there is" }

--- Whether a failure says what it is.
local function is_clean(scenario, problem)
  if type(scenario.clean) == "function" then return scenario.clean(problem) end
  local text = tostring(problem)
  if type(problem) == "table" and problem.message then text = problem.message end
  for _, patterns in ipairs { memory, scenario.clean or {} } do
    for _, pattern in ipairs(patterns) do
      if text:find(pattern) then return true end
    end
  end
  return false
end

local function references()
  local count = 0
  for _, value in pairs(debug.getregistry()) do
    if type(value) ~= "number" then count = count + 1 end -- a number: one that is free again
  end
  return count
end

--- Fills `into` with what is held once all garbage is gone.
local function measure(into)
  for _ = 1, 3 do collectgarbage() end
  into.blocks, into.bytes, into.descriptors = torture.held()
  into.references = references()
end

local function run(scenario, context)
  if scenario.before then scenario.before(context) end
  return scenario.run(context)
end

local function words(problem)
  return type(problem) == "table" and problem.kind and problem.kind .. ": " .. problem.message or tostring(problem)
end

local function fail(scenario, n, what)
  error(("%s, allocation %s: %s"):format(scenario.name, n, what), 0)
end

--- One run with a failure; whether anything failed.
local function once(scenario, context, kind, n, lasting)
  if scenario.before then scenario.before(context) end
  torture.arm(kind, n, lasting)
  local ok, result, problem = pcall(scenario.run, context)
  local struck = torture.calm()
  local where = ("%d of %s%s"):format(n, kind, lasting and " and all after it" or "")
  if not ok then
    if struck == 0 or not is_clean(scenario, result) then fail(scenario, where, "threw " .. tostring(result)) end
    result, problem = nil, result
  elseif result == nil or result == false then
    if struck == 0 or not is_clean(scenario, problem) then fail(scenario, where, "failed: " .. words(problem)) end
  elseif not scenario.right(result, context) then
    fail(scenario, where, "succeeded with a wrong result: " .. tostring(result))
  end
  if scenario.check then
    local good, why = pcall(scenario.check, context, result, problem)
    if not good then fail(scenario, where, tostring(why)) end
  end
  if torture.queue() then fail(scenario, where, "left something in libcrypto's queue of errors") end
  if struck > 0 then
    local again, second, why = pcall(run, scenario, context)
    if not again or not second then
      fail(scenario, where, "did not succeed afterwards: " .. words(again and why or second))
    end
    if not scenario.right(second, context) then fail(scenario, where, "gave a wrong result afterwards") end
  end
  return struck > 0
end

--- Fails every allocation of one kind; how many, out of how many.
local function sweep(scenario, context, kind)
  if scenario.before then scenario.before(context) end
  torture.arm(kind, math.maxinteger)
  local ok, result, problem = pcall(scenario.run, context)
  local _, asked = torture.calm()
  if not ok or not result then fail(scenario, "none", tostring(ok and problem or result)) end
  local step = math.max(1, math.ceil(asked / most))
  local count = 0
  for _, lasting in ipairs { false, true } do
    local n = 1
    while once(scenario, context, kind, n, lasting) or n < asked do
      count = count + 1
      n = n + step
      if n % 64 == 0 then collectgarbage() end
    end
  end
  return count, asked
end

local slack = { bytes = 4096 } -- strings come and go, and the table that has them all grows in steps

local function compare(scenario, before, after)
  for _, what in ipairs { "descriptors", "references", "blocks", "bytes" } do
    local grown = after[what] - before[what]
    local allowed = scenario.slack and scenario.slack[what] or slack[what] or 0
    if grown > allowed then fail(scenario, "all", ("%d %s are held that were not before"):format(grown, what)) end
  end
end

--- Every run with a full collection at each of Lua's allocations.
local function collect(scenario, context)
  if scenario.before then scenario.before(context) end
  torture.arm("collect")
  local ok, result, problem = pcall(scenario.run, context)
  local struck = torture.calm()
  if not ok or not result then fail(scenario, "none, collecting at each", tostring(ok and problem or result)) end
  if not scenario.right(result, context) then fail(scenario, "none, collecting at each", "wrong result") end
  return struck
end

local function try(scenario)
  local context = scenario.setup and scenario.setup() or {}
  for _ = 1, 3 do -- what is made once and kept is made now
    local result, problem = run(scenario, context)
    if not result then fail(scenario, "none", tostring(problem)) end
    if not scenario.right(result, context) then fail(scenario, "none", "wrong result") end
  end
  local before, after = { blocks = 0, bytes = 0, descriptors = 0, references = 0 },
    { blocks = 0, bytes = 0, descriptors = 0, references = 0 }
  measure(before)
  local lua, of_lua = sweep(scenario, context, "lua")
  local other, of_other = sweep(scenario, context, "malloc")
  local collections = collect(scenario, context)
  run(scenario, context)
  measure(after)
  compare(scenario, before, after)
  if scenario.close then scenario.close(context) end
  context = nil -- luacheck: ignore
  measure(after)
  if torture.leaks() then fail(scenario, "all", "leaks, see above") end
  return lua, of_lua, other, of_other, collections
end

torture.queue() -- what libcrypto makes at its first use is made now
local failures, total = 0, 0
print(("%-34s %15s %15s %12s  %s"):format("scenario", "Lua's failed", "others failed", "collections", "result"))
for _, file in ipairs(#chosen > 0 and chosen or files) do
  for _, scenario in ipairs(dofile("spec/torture/" .. file .. ".lua")) do
    local ok, lua, of_lua, other, of_other, collections = pcall(try, scenario)
    if ok then
      total = total + lua + other
      print(("%-34s %7d of %4d %7d of %4d %12d  ok"):format(scenario.name, lua, of_lua, other, of_other, collections))
    else
      failures = failures + 1
      print(("%-34s FAILED: %s"):format(scenario.name, lua))
      torture.leaks()
    end
    io.stdout:flush()
  end
end
print(("%d allocations failed, %d scenarios wrong"):format(total, failures))
os.exit(failures == 0, true)
