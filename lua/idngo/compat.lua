-- What differs between the Luas above C, once.

return {
  unpack = table.unpack or unpack, -- luacheck: ignore 113 143 (5.1 has it global)
}
