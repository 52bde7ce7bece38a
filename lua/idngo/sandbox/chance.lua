-- luacheck: std lua54
--- Numbers that look like chance and follow from the seed alone (splitmix64), so that every run is the same.
local chance = {}

local function mix(x)
  x = (x ~ x >> 30) * 0xbf58476d1ce4e5b9
  x = (x ~ x >> 27) * 0x94d049bb133111eb
  return x ~ x >> 31
end

--- A 64-bit integer that depends on all three.
---@param seed integer
---@param index integer which thing
---@param salt integer which question about it
---@return integer
function chance.hash(seed, index, salt)
  return mix(mix(mix(seed + 0x9e3779b97f4a7c15) + index) + salt * 0x9e3779b97f4a7c15)
end

--- A number in [0, 1) from a hash.
---@param hash integer
---@return number
function chance.unit(hash)
  return (hash >> 11) * 0x1p-53
end

--- A whole number in 1..n from a hash.
---@param hash integer
---@param n integer
---@return integer
function chance.one_of(hash, n)
  return (hash >> 1) % n + 1
end

--- A sequence: each call gives the next 64-bit integer.
---@param seed integer
---@return fun(): integer
function chance.sequence(seed)
  local i = 0
  return function()
    i = i + 1
    return chance.hash(seed, i, 0)
  end
end

--- A version 4 UUID of two hashes.
---@param a integer
---@param b integer
---@return string
function chance.uuid(a, b)
  return string.format(
    "%08x-%04x-4%03x-8%03x-%012x", a >> 32, a >> 16 & 0xffff, a & 0xfff, b >> 52, b & 0xffffffffffff)
end

return chance
