-- The shadow of a mandate that is proposed: its policy decides about the next lines, too, by the facts that the current one
-- decided by. Nothing is read or sent for it, and nothing waits for it: what it has no time for, it does not see. What it decided
-- goes into the log, and when it has seen enough the mandate can be approved.

local compat = require("idngo.compat")
local core = require("idngo.core")
local replay = require("idngo.policy.replay")
local runtimes = require("idngo.runtime.current")
local verdicts = require("idngo.watch.verdict")

local M = {}

-- Lines that wait for it at the most; results that are written at once, or after so many seconds.
local MOST, AT_ONCE, LATEST = 64, 32, 1
local POLL = 0.05

--- Seconds that it has for a line.
M.SECONDS = 3

--- Seconds after which evaluators are started again that the machine was too slow for; the watcher's own, too.
M.AGAIN = 5

---@class idngo.watch.Shadow
---@field passed_over integer lines that it did not see
---@field blind integer? the mandate whose shadow saw nothing of the last line
local Shadow = {}
Shadow.__index = Shadow

--- A line was decided: what it was made of, and what it came to.
---@param n integer
---@param id string? the applicant
---@param decision idngo.watch.Decision
function Shadow:offer(n, id, decision)
  local seen = self.store.witness
  local m = #seen.mandates
  if not seen:shadow_left(m) then return end
  if #self.queue >= MOST then
    self.passed_over = self.passed_over + 1
    return
  end
  self.queue[#self.queue + 1] = { n = n, id = id, m = m, known = decision.known, given = decision.given,
    verdict = decision.verdict }
end

local function close_pool(self)
  if self.pool then self.pool:close() end
  self.pool, self.m, self.blind = nil, nil, nil
end

--- It sees nothing of a line, or of none: says so once, until it sees one again. A shadow that is told to end says nothing.
local function miss(self, m, text, why)
  if runtimes.current().cancelled then return end
  if not self.blind then self.tell(("the shadow of mandate %d %s: %s"):format(m, text, tostring(why))) end
  self.blind = m
end

local function pass_over(self, m, why)
  self.passed_over = self.passed_over + 1
  miss(self, m, "passes a line over", why)
end

--- Evaluators of its policy; nil where there are none, or none yet.
local function pool_of(self, m)
  if self.m ~= m then
    close_pool(self)
    self.m, self.seen, self.first, self.again = m, {}, nil, 0
  end
  if self.pool or core.now() < self.again then return self.pool end
  local mandate = self.store.witness.mandates[m]
  local pool, err = self.open_pool(self.store:get("policy " .. mandate.policy), mandate, 1, M.SECONDS)
  self.pool = pool
  if not pool then
    miss(self, m, "sees nothing", err)
    self.again = err.retryable and core.now() + M.AGAIN or math.huge
  end
  return pool
end

--- Decides about a line, beside what was decided; whether it is done with it: a line waits for evaluators that may yet start.
local function look(self, item)
  if not self.store.witness:shadow_left(item.m) then return true end
  local pool = pool_of(self, item.m)
  if not pool then
    if self.again ~= math.huge then return false end
    self.passed_over = self.passed_over + 1
    return true
  end
  local outcome = pool:evaluate(verdicts.applicant(item.id), item.known, item.given)
  if outcome.transient then
    pass_over(self, item.m, outcome.message)
    return true
  end
  self.blind = nil
  local verdict = verdicts.of(outcome, item.known, item.id)
  self.first = self.first or core.now()
  table.insert(self.seen, { line = item.n, from = replay.words(item.verdict), to = replay.words(verdict),
    same = replay.text(item.verdict) == replay.text(verdict) or nil })
  return true
end

--- Writes down what it saw; what throws here is the journal's.
local function write(self, is_over)
  if not self.m or not self.seen[1] then return end
  local left = self.store.witness:shadow_left(self.m)
  if left and #self.seen < math.min(left, AT_ONCE) and not is_over and core.now() - self.first < LATEST then return end
  self.on_step("shadowed")
  self.store:shadowed(self.m, self.seen)
  self.seen, self.first = {}, nil
end

--- Works until it is over.
---@param is_over fun(): boolean
function Shadow:run(is_over)
  while not is_over() do
    local item, is_done = self.queue[1], false
    if item then
      local ok, result = compat.try(function() return look(self, item) end)
      if not ok then pass_over(self, item.m, result) end
      is_done = not ok or result
      if is_done then table.remove(self.queue, 1) end
    end
    write(self)
    if self.m and not self.store.witness:shadow_left(self.m) then close_pool(self) end -- nobody asks any more
    runtimes.current().sleep(is_done and 0 or POLL)
  end
  write(self, true)
  close_pool(self)
end

---@param store idngo.watch.Store
---@param options {open_pool: function, tell: fun(text: string), on_step: fun(name: string)}
---@return idngo.watch.Shadow
function M.new(store, options)
  return setmetatable({ store = store, open_pool = options.open_pool, tell = options.tell, on_step = options.on_step, queue = {},
    seen = {}, passed_over = 0 }, Shadow)
end

return M
