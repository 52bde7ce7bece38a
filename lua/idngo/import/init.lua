-- Imports by the thousand: a run whose lines are people, each with an archive that was packed and checked before.

local core = require("idngo.core")
local err = require("idngo.error")
local folder = require("idngo.run.folder")
local handlers = require("idngo.import.handlers")
local json = require("idngo.json")
local lines = require("idngo.run.lines")
local prepare = require("idngo.import.prepare")
local store = require("idngo.run.store")

local M = {}

--- Writes down everybody: the plan is made by packing and checking.
local function fill(kept, dir, options, given)
  local people, archives = 0, 0
  kept:set("account", options.account)
  kept:set("inputs", given)
  kept:set("created", core.wall())
  prepare.each(options.inputs, dir .. "/archives", function(n, row)
    people = n
    kept:add_line(n, row.id, json.encode({ source = row.source }))
    local found = { facts = {}, steps = {}, decision = "error", reason = row.problem }
    if not row.problem then
      archives = archives + 1
      found.decision, found.steps = "act", { { action = "import_applicant",
        args = json.encode { archive = row.archive, size = row.size, crc = row.crc } } }
    end
    kept:decided({ n = n, id = row.id, token = 0 }, found)
    if options.tick then options.tick(n) end
  end)
  local hash = lines.plan(kept, handlers).hash
  kept:set("plan_hash", hash)
  kept:set("planned", core.wall())
  kept:set("state", "planned")
  kept:record("planned", { plan = hash, decisions = { act = archives, error = people - archives } })
  return { people = people, archives = archives }
end

---@class idngo.import.Options
---@field inputs idngo.import.Inputs what to import; to go on with an import: the same, or nothing
---@field account string tells one account from another; not a secret
---@field tick fun(done: integer)? progress while archives are packed and checked

--- Opens the import in a folder, or begins it: packs what is to be packed, checks everything, finds duplicates.
---@param dir string
---@param options idngo.import.Options
---@return idngo.run.Run?
---@return idngo.Error?
function M.open(dir, options)
  local inputs = options.inputs
  local given = (inputs.people or #inputs.paths > 0) and json.encode(inputs, "inputs", "[]")
  local seen, problem = store.find(dir)
  if problem then return nil, problem end
  if not seen then
    if given then return folder.create(dir, handlers, function(kept) return fill(kept, dir, options, given) end) end
    return nil, err.config(dir .. " holds no import yet", "name what to import")
  end
  local theirs, same = seen:kind(), seen:get("inputs") == given
  seen:close()
  if theirs == handlers.kind and given and not same then
    return nil, err.config(dir .. " holds an import of other inputs", "leave the inputs out to go on with it")
  end
  return folder.open(dir, handlers, options.account)
end

return M
