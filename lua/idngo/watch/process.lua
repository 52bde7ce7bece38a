-- What this process takes of the machine, by the names that Prometheus's own libraries give it.

local M = {}

local TICKS = 100 -- a second, in which the kernel tells times to programs

local function read(path)
  local file = io.open(path, "rb")
  local text = file and file:read("*a") or ""
  if file then file:close() end
  return text
end

--- Metrics and their values; those that the system does not tell are absent.
---@return table<string, number>
function M.figures()
  local status, fields = read("/proc/self/status"), {}
  for field in read("/proc/self/stat"):gsub("^.*%) ", ""):gmatch("%S+") do fields[#fields + 1] = tonumber(field) or 0 end
  local booted, resident = tonumber(read("/proc/stat"):match("btime (%d+)")), tonumber(status:match("VmRSS:%s*(%d+)"))
  return { process_cpu_seconds_total = fields[13] and (fields[12] + fields[13]) / TICKS or nil,
    process_resident_memory_bytes = resident and resident * 1024 or nil,
    process_start_time_seconds = booted and fields[20] and booted + fields[20] / TICKS or nil,
    process_max_fds = tonumber(read("/proc/self/limits"):match("Max open files%s+(%d+)")) }
end

return M
