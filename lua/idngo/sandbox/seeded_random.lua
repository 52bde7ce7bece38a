--- Numbers that look like chance and follow from the seed alone, so that every run is the same.

local seeded = {}

--- The host, loaded when it is needed: the sandbox's options can be listed without it.
local function host()
  return require("idngo.sandbox_host")
end

--- 16 hex digits that depend on all three.
---@param seed integer
---@param index integer which thing
---@param salt integer which question about it
---@return string
function seeded.hash(seed, index, salt)
  return host().hash(seed, index, salt)
end

--- A whole number in 1..n that depends on the other three.
---@param n integer
---@param seed integer
---@param index integer
---@param salt integer
---@return integer
function seeded.one_of(n, seed, index, salt)
  return host().one_of(n, seed, index, salt)
end

--- A number in [0, 1) from a hash.
---@param hash string
---@return number
function seeded.unit(hash)
  return tonumber(hash:sub(1, 13), 16) / 2 ^ 52
end

--- A sequence: each call gives the next hash.
---@param seed integer
---@return fun(): string
function seeded.sequence(seed)
  local i = 0
  return function()
    i = i + 1
    return seeded.hash(seed, i, 0)
  end
end

--- A version 4 UUID of two hashes.
---@param a string
---@param b string
---@return string
function seeded.uuid(a, b)
  return table.concat({ a:sub(1, 8), a:sub(9, 12), "4" .. a:sub(14), "8" .. b:sub(1, 3), b:sub(5) }, "-")
end

return seeded
