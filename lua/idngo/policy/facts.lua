-- Facts: what a policy sees of the API's replies, and which call each comes from.
-- How replies are read, and what each fact holds, is told in client/facts.lua. A reply that cannot be read for certain gives no
-- fact: the decision is an error, never a clean one.

local arranged = require("idngo.policy.fields")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local json = require("idngo.json")
local operation = require("idngo.operation")
local readers = require("idngo.client.facts").readers
local schema = require("idngo.schema")
local sorted = require("idngo.sorted")

local M = {}

local MISSING = "MISSING"
M.MISSING = MISSING -- the answer of a fact that is not there

---@class idngo.policy.Fact
---@field method string the client's method
---@field type string? of check_TYPE: what the method is asked for
---@field normalise fun(reply: table): table throws a message on what cannot be read
---@field account boolean the same for every applicant
---@field answers string[] every answer it can have, for exhaustive comparison

--- A fact of an endpoint that needs no more: the reply as it is.
local function as_it_is(reply)
  local fact = {}
  for field, value in pairs(reply) do fact[field] = value end
  fact.answer = type(fact.answer) == "string" and fact.answer or MISSING
  return fact
end

--- The facts by name: those that endpoints say they are.
---@type table<string, idngo.policy.Fact>
M.facts = {}

--- The facts' names, sorted.
M.names = sorted(endpoints.facts())

for name, endpoint in pairs(endpoints.facts()) do
  M.facts[name] = setmetatable({ method = endpoint, normalise = readers[name] or as_it_is }, { __index = function(fact, field)
    if field == "answers" then fact.answers = endpoints.description(endpoint).fact.answers end
    if field == "account" then fact.account = not operation.of(endpoint).is_about end
    return rawget(fact, field)
  end })
end

local LONGEST_NAME = 60 -- csrc/jail/guard.h has room for little more

--- The type of check that a fact's name is of, or nil.
local function type_of(name)
  return type(name) == "string" and #name <= LONGEST_NAME and name:match("^check_(%u[%u%d_]*)$") or nil
end

local ANSWERS = { "GREEN", "YELLOW", "RED", "ERROR", MISSING }

-- Checks of any type: nobody has a list of the types, so a fact is made of the name that a policy says.
setmetatable(M.facts, { __index = function(_, name)
  local wanted = type_of(name)
  return wanted and { method = "checks", type = wanted, normalise = readers.check, account = false, answers = ANSWERS }
end })

--- The fields that each may have: as they are arranged here, else those of the reply.
M.fields = {}
for name, endpoint in pairs(endpoints.facts()) do
  M.fields[name] = arranged[name]
  if not arranged[name] then
    M.fields[name] = schema.names(endpoints.description(endpoint).returns)
    M.fields[name].answer = true
  end
end
for _, step in pairs(M.fields.steps) do
  if type(step) == "table" then step.answer = true end
end
M.fields.check_ = arranged.check_ -- of all of them: see csrc/jail/prelude.lua

setmetatable(M.fields, { __index = function(fields, name) return type_of(name) and fields.check_ end })

--- Makes the fact `name` of a reply that has passed the client's own checks.
---@param name string
---@param reply table
---@return table? fact
---@return string? message what cannot be read in it; never a piece of it
function M.normalise(name, reply)
  if json.is_too_deep(reply) then return nil, "it is nested too deeply" end
  local ok, fact = pcall(M.facts[name].normalise, reply)
  if ok then return fact end
  return nil, type(fact) == "string" and fact or "it cannot be read"
end

--- What a fact with this answer looks like when nothing more is known of it: every list empty.
---@param name string
---@param answer string
---@return table
function M.blank(name, answer)
  local fact = { answer = answer }
  if name == "tin" then fact.extractedDoc = { addresses = {} } end
  if name == "timeline" or name == "levels" then fact.items = {} end
  if name == "levels" then fact.names = {} end
  if name == "applicant" then fact.tags = {} end
  if name == "duplicates" or name:find("^similar") then fact.hits = {} end
  if name:find("^similar") then fact.totalCnt = 0 end
  return fact
end

--- Fetches the reply behind the fact `name`.
---@param client idngo.Client
---@param name string
---@param applicant_id string
---@param options? table of the call
---@return table? reply
---@return idngo.Error?
function M.fetch(client, name, applicant_id, options)
  local fact = M.facts[name]
  if fact.account then return client[fact.method](client, options) end
  if fact.type then return client[fact.method](client, applicant_id, fact.type, options) end
  return client[fact.method](client, applicant_id, options)
end

--- The facts recorded for an applicant, made again of their replies.
---@param store idngo.run.Store
---@param n integer
---@param hashes? table<string, string> what the replies must be, by fact; a run of 0.1 is read without
---@return table<string, table> facts
function M.recorded(store, n, hashes)
  local known = {}
  for _, row in ipairs(store:rows("facts", n)) do
    local is_believed = store.tables.old and not hashes or core.sha256(tostring(row.body)) == row.hash
    if not is_believed or hashes and row.hash ~= hashes[row.name] then
      error(store:damaged("replies", row.hash, "is not what was recorded"), 0)
    end
    local fact, message = M.normalise(row.name, store:decode(row.body, "replies", row.hash))
    if not fact then error(store:damaged("replies", row.hash, message), 0) end
    known[row.name] = fact
  end
  return known
end

return M
