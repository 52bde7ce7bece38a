-- What was planned for one applicant, and the hash of all that was planned.

local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")

local M = {}

--- So many lines have one digest: what is kept of a plan while it is carried out stays small.
M.BLOCK = 1024

---@class idngo.run.Line what was planned for one applicant
---@field n integer
---@field id string
---@field token integer of the worker that holds it
---@field state string
---@field steps table[] rows, in order
---@field facts table<string, string> hashes of the replies that it rests on, by fact
---@field read {name: string, at: number}[] when those were read
---@field digest string of all this but its token, its state and its steps' states

--- Settings of a run that are its own, or change while it goes on; its log proves them. All others are what the plan rests on.
local OWN = { run = true, secret = true, created = true, state = true, plan_hash = true, planned = true, approved = true,
  ended = true, stats = true, totals = true }

--- A digest of all settings that the plan rests on.
local function settings(store)
  local digest = ""
  for _, row in ipairs(store:rows("settings")) do
    if not OWN[row.name] then
      local value, kind = row.value, type(row.value)
      if kind == "number" then value = compat.with_point(("%.17g"):format(value)) end
      digest = core.sha256(("%s %s\n%s\n%s"):format(digest, row.name, kind, tostring(value)))
    end
  end
  return digest
end

--- Reads a line. Its number is hashed, since what the log says of it is found by that. Runs of 0.1 have no hash of its number,
--- nor of where in the policy it was decided.
---@param store idngo.run.Store
---@param row table of lines
---@return idngo.run.Line
---@return string text what its digest is of
function M.line(store, row)
  local line, actions = { n = row.n, id = row.id, state = row.state, steps = store:rows("steps", row.n),
    read = store:rows("fact_hashes", row.n), facts = {} }, {}
  local is_old = store.tables.old ~= nil
  for i, step in ipairs(line.steps) do
    if step.k ~= i then error(store:damaged("steps", ("%d.%s"):format(row.n, tostring(step.k)), "is out of order"), 0) end
    actions[i] = { name = step.action, args = step.args, reason = step.reason, line = not is_old and step.line or nil }
  end
  for _, fact in ipairs(line.read) do line.facts[fact.name] = fact.hash end
  local text = json.encode({ n = not is_old and row.n or nil, id = row.id, fields = row.fields, decision = row.decision,
    reason = row.reason, actions = actions, facts = line.facts, line = not is_old and row.line or nil }, "applicant", "[]")
  line.digest = core.sha256(text)
  return line, text
end

--- The digest of the lines of one block.
local function block_digest(digests) return core.sha256(table.concat(digests)) end

---@class idngo.run.PlanHash
---@field hash string of all that was planned. Same plan, same hash.
---@field blocks table<integer, string> digests of the blocks, from 0

--- The hash of all that was planned: what the handlers say decides, every line with its decision, actions and reasons, and
--- the replies it rests on.
---@param store idngo.run.Store
---@param handlers idngo.run.Handlers
---@param see fun(line: idngo.run.Line, row: table)? given every line on the way
---@return idngo.run.PlanHash
function M.plan(store, handlers, see)
  local header = handlers.header(store)
  if not store.tables.old then header.format, header.settings = 2, settings(store) end
  local hash, blocks, digests, block = core.sha256(json.encode(header)), {}, {}, 0
  for row in store:each("lines") do
    local line, text = M.line(store, row)
    hash = core.sha256(hash .. text)
    local own = math.floor((row.n - 1) / M.BLOCK)
    if own ~= block then
      blocks[block], digests, block = block_digest(digests), {}, own
    end
    digests[#digests + 1] = line.digest
    if see then see(line, row) end
  end
  blocks[block] = block_digest(digests)
  return { hash = hash, blocks = blocks }
end

--- Seals a plan, which then has to be approved. Within a transaction.
---@param store idngo.run.Store
---@param handlers idngo.run.Handlers
---@param given table? the counts of a list that was given again: goes into the record
function M.seal(store, handlers, given)
  local decisions, now = {}, core.wall()
  local hash = M.plan(store, handlers, function(_, row)
    if row.decision then decisions[row.decision] = (decisions[row.decision] or 0) + 1 end
  end).hash
  store:set("plan_hash", hash)
  store:set("planned", now)
  store:set("state", "planned")
  store:record("planned", { plan = hash, decisions = decisions, given = given, at = now })
end

--- Reads a block again: the digests of its lines by number, or nil where they are not those of the plan.
---@param store idngo.run.Store
---@param plan idngo.run.PlanHash
---@param block integer
---@return table<integer, string>?
function M.block(store, plan, block)
  local by_line, digests = {}, {}
  for row in store:each("lines", block * M.BLOCK) do
    if row.n > (block + 1) * M.BLOCK then break end
    local line = M.line(store, row)
    digests[#digests + 1], by_line[row.n] = line.digest, line.digest
  end
  return block_digest(digests) == plan.blocks[block] and by_line or nil
end

return M
