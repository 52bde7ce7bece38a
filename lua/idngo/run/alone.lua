-- A file for one process alone.

local journal = require("idngo.journal")

--- Takes it, as long as it is that file; it is made where nothing has its name, and then its user alone can read it. It is free
--- again when the lock is closed, or the process has ended, however it did.
---@param path string
---@return userdata? lock
---@return string? message
---@return string? word "busy": another process has it
return function(path) return journal.lock(path) end
