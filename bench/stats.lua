-- The arithmetic of the measurements.

local M = {}

--- The middle of `values`, or the mean of the two in the middle; the list is left as it is.
---@param values number[]
---@return number
function M.median(values)
  assert(#values > 0, "no values")
  local sorted = table.move(values, 1, #values, 1, {})
  table.sort(sorted)
  local middle = #sorted // 2
  if #sorted % 2 == 1 then return sorted[middle + 1] end
  return (sorted[middle] + sorted[middle + 1]) / 2
end

---@param values number[]
---@return number
function M.mean(values)
  assert(#values > 0, "no values")
  local sum = 0
  for _, value in ipairs(values) do sum = sum + value end
  return sum / #values
end

--- What contender `i` had of `what` in each round.
---@param rounds table<string, number>[][] per round, per contender, what it cost
---@return number[]
function M.series(rounds, i, what)
  local values = {}
  for r, costs in ipairs(rounds) do values[r] = costs[i][what] end
  return values
end

--- How many times the first contender's cost contender `i` had: the median, the least and the most of the rounds'
--- ratios. What disturbs the machine disturbs both of a round, so the ratio is taken first and the median then.
---@param rounds table<string, number>[][]
---@param i integer
---@param what string
---@return number median
---@return number least
---@return number most
function M.ratio(rounds, i, what)
  local ratios, base = M.series(rounds, i, what), M.series(rounds, 1, what)
  for r, value in ipairs(ratios) do ratios[r] = value / base[r] end
  return M.median(ratios), math.min(table.unpack(ratios)), math.max(table.unpack(ratios))
end

--- The pairs of a line "name=value name=value"; values that are decimal numbers as numbers.
---@param line string
---@return table<string, string|number>
function M.parse(line)
  local found = {}
  for name, value in line:gmatch("(%l+)=(%S+)") do
    found[name] = value:find("^-?%d+%.?%d*$") and tonumber(value) or value
  end
  return found
end

--- What a command is put behind to have its instructions counted: cachegrind without its caches, which takes three quarters of
--- callgrind's time.
M.COUNTING = "valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "

--- How many instructions cachegrind says it counted.
---@param text string what it wrote to stderr
---@return integer
function M.instructions(text)
  local count = text:match("I +refs: +([%d,]+)")
  return math.tointeger((assert(count, "cachegrind counted nothing:\n" .. text):gsub(",", "")))
end

return M
