-- T5 to T8 of a watch's journal: how lines leave what they wait for, by people, by the breaker that they closed, or by their end;
-- and how a mandate is proposed, what its shadow saw, and how it becomes current. What people say is read by letters.lua.

local core = require("idngo.core")
local mandates = require("idngo.watch.mandate")
local moves = require("idngo.watch.moves")

---@type idngo.watch.Store
local Store = {}

-- Seconds after which a line that waits has expired.
local WAITS = 14 * 86400

--- Moves a waiting line as a person said; inside a transaction.
---@param line idngo.watch.Line
---@param state "open"|"rejected"
function Store:move_waiting(line, state)
  local row = line.row
  if state == "rejected" then
    row.hash = row.hash or self:target(line) -- a late line has none; nobody needs any more what was said of it
    moves.void(self, line, "a person said no")
    return moves.move(self, row, "rejected")
  end
  row.authority, row.not_before, row.tries = "approval", 0, 0
  moves.move(self, row, moves.is_left(line) and "open" or "done", row.why)
end

--- A person said what came of a step that was in doubt; inside a transaction.
---@param line idngo.watch.Line
---@param k integer
---@param state "applied"|"void"
function Store:said_of_step(line, k, state)
  local step = line.steps[k]
  moves.set_step(self, line, step, state, step.problem, step)
  self:record("outcome", { applicant = line.id, line = line.n, step = k, action = step.action, outcome = state, said = true })
  if state == "void" then moves.void(self, line, ("step %d is void"):format(k)) end
  if not moves.OVER[line.row.state] and not moves.is_left(line) then return moves.move(self, line.row, "done") end
  moves.set_line(self, line.row)
end

--- Numbers and times of all lines that wait.
local function all_waiting(self)
  local list = {}
  for row in self:each("watch_waiting") do
    list[#list + 1] = { n = row.n, why = row.why, since = row.since }
  end
  return list
end

--- Lets the lines go on that wait for the breaker, once it is closed: those of which nothing was sent are decided again, and the
--- others go on by the mandate that let them begin. Whoever closed it may have been killed before all had gone on.
function Store:after_breaker()
  if self.witness.breaker.open or not self.witness.totals["waiting:breaker"] then return end
  for _, row in ipairs(all_waiting(self)) do
    if row.why == "breaker" then
      self:transaction(function()
        local line = self:line(row.n)
        if self.witness.breaker.open or line.state ~= "waiting" or line.row.why ~= "breaker" then return end
        if self:decide_again(line, "the breaker was closed") then return end
        line.row.authority = "mandate"
        self:record("line", { line = row.n, state = "open" })
        moves.move(self, line.row, "open")
      end)
    end
  end
end

--- Ends lines that have waited for too long.
function Store:expire()
  local function is_over(row) return core.wall() - row.since > WAITS end
  for _, row in ipairs(all_waiting(self)) do
    if is_over(row) then
      self:transaction(function()
        local line = self:line(row.n)
        if line.state ~= "waiting" or not is_over(line.row) then return end
        moves.void(self, line, "nobody spoke in time")
        self:record("expired", { line = row.n })
        moves.move(self, line.row, "expired")
      end)
    end
  end
end

--- Keeps what was found when a mandate was proposed, which has its hash; inside a transaction.
---@param report string?
function Store:keep_report(report)
  if report then self:set("report " .. core.sha256(report), report) end
end

--- Proposes a mandate; inside a transaction.
---@param mandate idngo.watch.Mandate
---@return string hash
function Store:propose(mandate)
  local text, hash = mandates.seal(mandate)
  self:record("proposed", { m = mandate.m, mandate = text, hash = hash })
  return hash
end

--- Writes down what the shadow of a mandate decided about lines, as many as it has yet to see.
---@param m integer
---@param list {line: integer, from: string, to: string, same: boolean?}[]
function Store:shadowed(m, list)
  self:transaction(function()
    local left, seen, known = self.witness:shadow_left(m) or 0, {}, {}
    for _, each in ipairs(list) do
      if #seen < left and not known[each.line] and not self.witness:has_shadow(m, each.line) then
        seen[#seen + 1], known[each.line] = each, true
      end
    end
    if seen[1] then self:record("shadowed", { m = m, seen = seen }) end
  end)
end

--- Makes the mandate that is proposed current, where enough people approved it.
---@return boolean
function Store:switch()
  local seen = self.witness
  local function ready()
    local m = seen:proposed()
    return m and not seen:shadow_left(m) and seen:is_approved(seen.hashes[m], seen.mandates[m].approvals) and m
  end
  if not ready() then return false end
  self:transaction(function()
    local m = ready() -- still, now that nobody else writes
    if m then self:record("mandate", { m = m, hash = seen.hashes[m], last = seen.lines, places = seen.places }) end
  end)
  return true
end

--- Has the lines decided again that wait as an earlier mandate's policy decided, where the current mandate says so. A part of
--- those may have been sent: they wait on. Whoever made it current may have been killed before all were.
function Store:after_switch()
  local seen = self.witness
  local mandate = seen:current_mandate()
  if not mandate or not mandate.redecide then return end
  for _, row in ipairs(self:rows("watch_waiting_by", seen.m)) do
    self:transaction(function()
      local line = self:line(row.n)
      if line.state ~= "waiting" or not line.row.m or line.row.m >= seen.m then return end
      self:decide_again(line, ("mandate %d decides about what waits"):format(seen.m))
    end)
  end
end

return Store
