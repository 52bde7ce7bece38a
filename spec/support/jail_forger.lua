#!/usr/bin/lua5.4
-- Stands in for idngo-jail: behaves until it is asked to evaluate, then writes the forgery whose number it was given
-- as its memory.
package.path = arg[0]:match("^(.*/)") .. "?.lua"
local forgeries = require("jail_forgeries")
local forgery = forgeries.list[tonumber(arg[1])]

local function next_request()
  local head = io.read(4)
  if not head then os.exit(0) end
  return io.read((string.unpack("<I4", head)))
end

local function say(bytes) io.write(bytes):flush() end

say(forgeries.ready)
next_request()
say(forgeries.policy)
while next_request() do
  say(forgery[2])
  if forgery.ends then os.exit(0) end
end
