--- Numbers that look like chance and follow from the seed alone, so that every run is the same.

---@class idngo.sandbox.Chance
---@field hash fun(seed: integer, index: integer, salt: integer): string 16 hex digits that depend on all three
---@field one_of fun(n: integer, seed: integer, index: integer, salt: integer): integer a whole number in 1..n that does, too
local chance = setmetatable({}, {
  -- not before they are called: the command names the sandbox's options where the module is left out
  __index = function(self, name)
    self[name] = require("idngo.sandbox_host")[name]
    return self[name]
  end,
})

--- A number in [0, 1) from a hash.
---@param hash string
---@return number
function chance.unit(hash)
  return tonumber(hash:sub(1, 13), 16) / 2 ^ 52
end

--- A sequence: each call gives the next hash.
---@param seed integer
---@return fun(): string
function chance.sequence(seed)
  local i = 0
  return function()
    i = i + 1
    return chance.hash(seed, i, 0)
  end
end

--- A version 4 UUID of two hashes.
---@param a string
---@param b string
---@return string
function chance.uuid(a, b)
  return table.concat({ a:sub(1, 8), a:sub(9, 12), "4" .. a:sub(14), "8" .. b:sub(1, 3), b:sub(5) }, "-")
end

return chance
