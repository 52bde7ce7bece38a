-- What Lua runs first (LUA_INIT) in every process of specs whose runs are in PostgreSQL: for idngo.run.address each folder of a
-- run is one more name of an address.

local NAME = "idngo.run.address"

package.preload[NAME] = function()
  local address = dofile(assert(package.searchpath(NAME, package.path)))
  local is, parse = address.is, address.parse
  function address.is(text) return is(text) or require("idngo.core").is_regular(text) ~= true end -- not where it is a file
  function address.parse(text) return parse(is(text) and text or require("journal").address(text)) end
  return address
end
