-- "Did you mean": the known word nearest to a mistyped one.

--- How many single-letter changes lie between two words.
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      local best = math.min(row[j] + 1, row[j - 1] + 1, diagonal + cost)
      diagonal, row[j] = row[j], best
    end
  end
  return row[#b]
end

local MOST = 24 -- words that anybody reads

--- The sentence to append to an error about `word`: the nearest of `known`, or the whole choice.
---@param word any
---@param known string[]
---@return string
return function(word, known)
  local best, nearest = 4, nil
  if type(word) == "string" and #word <= 64 then
    for _, candidate in ipairs(known) do
      local d = distance(word:lower(), candidate:lower())
      if d < best and d < #candidate then best, nearest = d, candidate end
    end
  end
  if nearest then return ("did you mean %s?"):format(nearest) end
  if #known == 0 then return "there are none" end
  local more = #known > MOST and (" and %d more"):format(#known - MOST) or ""
  return "known: " .. table.concat(known, ", ", 1, math.min(#known, MOST)) .. more
end
