-- Runs situations of stream_situations.lua in this process, outside of tasks or in them: stream_situation.lua WAY WORLD NAME…
-- prints a line of each, and at the end whether a descriptor is left.

local idngo = require("idngo")
local json = require("idngo.json")
local situations = require("stream_situations")

local way, world = arg[1], json.decode(arg[2])

local function descriptors()
  local pipe = io.popen("ls /proc/$PPID/fd | wc -l")
  local count = tonumber(pipe:read("*a"))
  pipe:close()
  return count
end

local before
for i = 3, #arg do
  local text
  local function run() text = situations.run(arg[i], world) end
  if way == "tasks" then idngo.run(run) else run() end
  print(arg[i] .. ": " .. text)
  collectgarbage()
  collectgarbage()
  before = before or descriptors() -- the first made what stays
end
situations.forget()
collectgarbage()
collectgarbage()
local after = descriptors()
print("descriptors: " .. (after <= before and "none left" or after - before .. " more"))
