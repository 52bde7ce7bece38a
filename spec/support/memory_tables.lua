-- The tables of a run in memory: what SQLite's statements do, in Lua. With `wait` every use of them waits, as those of a
-- server would, and others have their turn meanwhile.

local core = require("idngo.core")

local M = {}

local function copy(value)
  if type(value) ~= "table" then return value end
  local made = {}
  for k, v in pairs(value) do made[k] = copy(v) end
  return made
end

--- Rows of a list that `fits`, as copies, at most `limit`.
local function pick(rows, fits, limit)
  local found = {}
  for _, row in ipairs(rows) do
    if #found == limit then break end
    if fits(row) then found[#found + 1] = copy(row) end
  end
  return found
end

--- Changes the rows that `fits`; how many.
local function change(rows, fits, fields)
  local count = 0
  for _, row in ipairs(rows) do
    if fits(row) then
      count = count + 1
      for name, value in pairs(fields) do row[name] = value ~= M.null and value or nil end
    end
  end
  return count
end
M.null = {}
local function or_null(value) return value == nil and M.null or value end

local UNSETTLED = { planned = true, intent = true, sent = true, unknown = true }

local S = {} -- statements: (data, …)

function S.schema(d) return d.lines and { { name = "lines" } } or {} end
function S.get(d, name) return d.run[name] ~= nil and { { value = d.run[name] } } or {} end
function S.set(d, name, value)
  d.run[name] = value
  return 1
end

function S.settings(d)
  local rows = {}
  for name, value in pairs(d.run) do rows[#rows + 1] = { name = name, value = value } end
  table.sort(rows, function(a, b) return a.name < b.name end)
  return rows
end

function S.add_line(d, n, id, fields)
  d.lines[#d.lines + 1] = { n = n, id = id, fields = fields, state = "new", token = 0 }
  return 1
end
function S.line(d, n) return pick(d.lines, function(row) return row.n == n end) end
function S.line_by_id(d, id) return pick(d.lines, function(row) return row.id == id end) end
function S.lines(d, after) return pick(d.lines, function(row) return row.n > after end, 200) end
function S.left(d, state) return { { count = #pick(d.lines, function(row) return row.state == state end) } } end
local function claim(d, begun, state, owner, now, lease, after, limit)
  local claimed = {}
  for _, row in ipairs(d.lines) do
    local is_begun = #pick(d.steps, function(step)
      return step.n == row.n and (step.state == "intent" or step.state == "sent" or step.state == "unknown")
    end) > 0
    local is_free = row.n > after and (not row.lease or row.lease <= now)
    if #claimed < limit and row.state == state and is_free and (not begun or is_begun) then
      row.token, row.owner, row.lease = row.token + 1, owner, lease
      table.insert(claimed, 1, { n = row.n, token = row.token }) -- in an order of their own, as tables may
    end
  end
  return claimed
end
function S.claim(d, ...) return claim(d, false, ...) end
function S.claim_begun(d, ...) return claim(d, true, ...) end
function S.take_line(d, n, now)
  local line = pick(d.lines, function(row) return row.n == n and (not row.lease or row.lease <= now) end)[1]
  return line and change(d.lines, function(row) return row.n == n end, { token = line.token + 1, lease = M.null }) or 0
end
function S.renew(d, owner, lease)
  local renewed = pick(d.lines, function(row) return row.owner == owner and row.lease end)
  change(d.lines, function(row) return row.owner == owner and row.lease end, { lease = lease })
  for i, row in ipairs(renewed) do renewed[i] = { n = row.n, token = row.token } end
  return renewed
end
function S.free(d, owner)
  local count = 0
  for _, row in ipairs(d.lines) do
    if row.lease and (not owner or row.owner == owner) then
      row.lease, row.token, count = nil, row.token + 1, count + 1
    end
  end
  return count
end
S.free_all = S.free
function S.decide(d, n, decision, reason, line, state, token)
  return change(d.lines, function(row) return row.n == n and row.state == "new" and row.token == token end,
    { decision = decision, reason = or_null(reason), line = or_null(line), state = state, lease = M.null })
end
function S.end_line(d, n, token)
  return change(d.lines, function(row) return row.n == n and row.state == "open" and row.token == token end,
    { state = "done", lease = M.null })
end
function S.last_line(d) return { { n = d.lines[1] and d.lines[#d.lines].n } } end
function S.again_line(d, n, fields)
  local line = pick(d.lines, function(row) return row.n == n end)[1]
  return line and change(d.lines, function(row) return row.n == n end, { state = "new", fields = fields, decision = M.null,
    reason = M.null, line = M.null, token = line.token + 1, owner = M.null, lease = M.null }) or 0
end
local function drop(rows, n)
  local count = 0
  for i = #rows, 1, -1 do
    if rows[i].n == n then
      table.remove(rows, i)
      count = count + 1
    end
  end
  return count
end
function S.drop_line(d, n) return drop(d.lines, n) end
function S.drop_steps(d, n) return drop(d.steps, n) end
function S.put_line(d, n, token)
  return change(d.lines, function(row) return row.n == n and row.token == token end, { lease = M.null })
end

function S.add_reply(d, hash, body)
  d.replies[#d.replies + 1] = { r = #d.replies + 1, hash = hash, body = body }
  return { { r = #d.replies } }
end
function S.add_fact(d, n, name, r, at)
  if change(d.facts, function(row) return row.n == n and row.name == name end, { r = r, at = at }) == 0 then
    d.facts[#d.facts + 1] = { n = n, name = name, r = r, at = at }
  end
  return 1
end
function S.facts(d, n)
  local found = pick(d.facts, function(row) return row.n == n end)
  for _, row in ipairs(found) do row.hash, row.body = d.replies[row.r].hash, d.replies[row.r].body end
  table.sort(found, function(a, b) return a.name < b.name end)
  return found
end
S.fact_hashes = S.facts

function S.add_step(d, n, k, action, args, reason, line)
  d.steps[#d.steps + 1] = { n = n, k = k, action = action, args = args, reason = reason, line = line, attempts = 0,
    state = "planned" }
  table.sort(d.steps, function(a, b) return a.n < b.n or (a.n == b.n and a.k < b.k) end)
  return 1
end
local function with_id(d, found)
  for _, step in ipairs(found) do step.id = S.line(d, step.n)[1].id end
  return found
end
function S.steps(d, n) return pick(d.steps, function(row) return row.n == n end) end
function S.all_steps(d, n, k)
  return with_id(d, pick(d.steps, function(row) return row.n > n or (row.n == n and row.k > k) end, 200))
end
local EFFECTS = { applied = true, intent = true, sent = true, unknown = true, confirm = true }

function S.effects(d, id, n, k)
  local steps = with_id(d, pick(d.steps, function(row) return EFFECTS[row.state] end))
  table.sort(steps, function(a, b)
    if a.id ~= b.id then return a.id < b.id end
    if a.n ~= b.n then return a.n < b.n end
    return a.k < b.k
  end)
  return pick(steps, function(row)
    return row.id > id or row.id == id and (row.n > n or row.n == n and row.k > k)
  end, 200)
end
function S.in_state(d, state, limit)
  return with_id(d, pick(d.steps, function(row) return row.state == state end, limit))
end

local function held(d, n, token) return S.line(d, n)[1].token == token end
function S.intent(d, n, k, at, token)
  return change(d.steps, function(row) return row.n == n and row.k == k and UNSETTLED[row.state] and held(d, n, token) end,
    { state = "intent", at = at })
end
function S.sent(d, n, k, token)
  local function fits(row) return row.n == n and row.k == k and row.state == "intent" and held(d, n, token) end
  local step = pick(d.steps, fits)[1]
  return step and change(d.steps, fits, { state = "sent", attempts = step.attempts + 1 }) or 0
end
function S.outcome(d, n, k, state, problem, at, file, size, sha256, result, token)
  return change(d.steps, function(row)
    return row.n == n and row.k == k and (UNSETTLED[row.state] or row.state == "confirm") and held(d, n, token)
  end, { state = state, problem = or_null(problem), at = at, file = or_null(file), size = or_null(size),
    sha256 = or_null(sha256), result = or_null(result) })
end

function S.purge_lines(d) return change(d.lines, function() return true end, { fields = "{}" }) end
function S.purge_replies(d) return change(d.replies, function() return true end, { body = "" }) end
function S.purge_steps(d) return change(d.steps, function() return true end, { args = "{}", problem = M.null }) end
function S.purge_run(d)
  d.run.secret, d.run.inputs = nil, nil
  return 1
end

function S.add_audit(d, seq, hash, record, signature)
  d.audit[seq] = { seq = seq, hash = hash, record = record, signature = signature }
  return 1
end
function S.audit_records(d, after) return pick(d.audit, function(row) return row.seq > after end, 200) end
function S.audit_record(d, seq) return { copy(d.audit[seq]) } end
function S.audit_last(d) return { copy(d.audit[#d.audit]) } end

local Tables = {}
Tables.__index = Tables

function Tables:use(name, ...)
  if self.wait then self.wait() end
  return assert(S[name], name)(self.data, ...)
end
Tables.run, Tables.rows = Tables.use, Tables.use

function Tables:begin()
  assert(not self.before, "a transaction inside another")
  self.before = copy(self.data)
  if self.wait then self.wait() end
end
function Tables:commit()
  if self.wait then self.wait() end
  self.before = nil
end
function Tables:rollback() self.data, self.before = self.before, nil end
function Tables.snapshot() end
function Tables.shrink() end
function Tables:create()
  for _, name in ipairs { "lines", "replies", "facts", "steps", "audit" } do self.data[name] = {} end
end
function Tables.index() end
function Tables.now() return core.now() end
function Tables.close() end

--- Empty tables.
---@param wait fun()? called at every use of them
function M.new(wait) return setmetatable({ data = { run = {} }, wait = wait }, Tables) end

return M
