-- A line of a watch while it is carried out: as a line of a run, but that its authority is looked at before each step, and that
-- facts which changed have it decided again.

local handlers = require("idngo.policy.handlers")
local moves = require("idngo.watch.moves")
local steps = require("idngo.run.steps")

---@class idngo.watch.Line: idngo.run.Applying
---@field row table of lines
local Line = setmetatable({}, { __index = steps.Line })
Line.__index = Line

local M = {}

---@param line idngo.watch.Line of Store:line
---@param run idngo.run.Run
---@param context idngo.run.Work
---@param holds idngo.run.Holds
---@param account idngo.run.Account
---@return idngo.watch.Line
function M.of(line, run, context, holds, account)
  steps.of(line, run, context, holds, account, Line)
  line.handlers = setmetatable({ file_name = function(action, id, k) -- an applicant may have many lines
    return handlers.file_name(action, ("%d-%s"):format(line.n, id), k)
  end }, { __index = run.handlers })
  return line
end

--- Of whom its facts name, nobody was acted on since they were read.
function Line:obstacle(ids)
  local removes = self:removes()
  for id in pairs(ids) do
    if id ~= self.id then
      local acted, gone = self.account:known(id)
      if acted > (self.row.counter or 0) then return ("somebody has acted on %s, whom its facts name"):format(id), false end
      if gone and removes then return ("%s, whom its facts name, was removed"):format(id), false end
    end
  end
end

--- Only a line whose event was there before somebody said to go on with a folder that was put back.
function Line:may_be_forgotten()
  local back = self.store.witness.back
  return back ~= nil and moves.came(self.row) <= back.at
end

--- Facts that changed have the line decided again, unless something of it was sent.
function Line:give_up(step, reason)
  if self.store:again(self.n, reason) then
    self.over = true
    return
  end
  return steps.Line.give_up(self, step, reason)
end

--- A person may have many lines.
function Line:is_doubtful(id) return (id == self.id and self.in_doubt) or self.store:is_doubtful(id) end

function Line:intend(step)
  self.refused = nil -- of an earlier attempt
  if self.people and not self.account:intend(self.people, self.store.run_id) then return false end
  self.refused = self.store:intent(self, step)
  if self.refused then return false end
  self.context.on_step("intent")
  self.store:sent(self, step)
  self.context.on_step("sent")
  return true
end

--- A step whose authority was refused is where the store left it.
function Line:put_back(step, message)
  if self.refused then return end
  return steps.Line.put_back(self, step, message)
end

return M
