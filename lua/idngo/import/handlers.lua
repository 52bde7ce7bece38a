-- What imports are, beside what all runs are: a line is a person, its one step the sending of an archive. Whoever may have
-- been sent when a run was interrupted is sent again: the service knows people by externalUserId and refuses a second
-- import. Such a refusal is never taken for success; it is left to a person, to be confirmed.

local endpoints = require("idngo.endpoints")
local summary = require("idngo.run.summary")

---@type idngo.run.Handlers
local M = { kind = "import", folder = "archives", too_many = "" }

M.actions = {
  import_applicant = {
    endpoint = "import_applicant", destructive = true, gives = "id",
    perform = function(client, id, args, _, before_send) -- unchecked: these are the bytes that were checked
      return client:import_applicant(args.archive, { unchecked = true, external = id, before_send = before_send })
    end,
  },
}

function M.class(name) return endpoints.class_of(name) end

function M.header(kept) return { format = 1, import = true, account = kept:get("account") } end

function M.people(line) return { [line.id] = true } end

--- Whether the archive is the one that was checked.
function M.recheck(line)
  local args = line.store:decode(line.steps[1].args, "steps", line.n .. ".1")
  local size, crc = require("idngo.import.prepare").identity(args.archive) -- needs libzip, which reading a run does not
  if size == args.size and crc == args.crc then return true end
  return false, "the archive is gone, or is not the one that was checked"
end

function M.reads() return {} end

--- The service has this person already, or took them with an answer that names nobody.
function M.state_of(step, e)
  if e.outcome == "applied" then return "confirm" end
  if e.status ~= 409 then return nil end
  local doubt = step.state ~= "planned" or (e.attempts or 1) > 1
  return "confirm", doubt and " – an earlier attempt of this import may have made it" or nil
end

function M.file_name() end

--- An import of 0.1 has no log: what its tables say is what the new one begins with.
function M.check_old(_, plan) return { plan = plan } end

function M.again(run) return "idngo import run --run " .. run.dir end
function M.approve_hint(run) return ("look at it, then: idngo import run --run %s --yes"):format(run.dir) end

-- People, as they are shown.

local WORDS = { applied = "imported", planned = "ready", void = "refused", sent = "intent" }

---@class idngo.import.Person
---@field source string where the person comes from
---@field id string? externalUserId
---@field state string
---@field problem string?
---@field applicant string? the service's id of the person

--- Everybody, one by one.
---@param kept idngo.run.Store
---@return fun(): idngo.import.Person?
function M.everybody(kept)
  local each = kept:each("lines")
  return function()
    local row = each()
    if not row then return nil end
    local step = kept:row("steps", row.n)
    return { source = kept:decode(row.fields, "lines", row.n).source or "–", id = row.id,
      state = not step and "refused" or WORDS[step.state] or step.state, applicant = step and step.result,
      problem = not step and row.reason or step and step.problem }
  end
end

--- How many people are in each state, and `people`, all of them.
---@param kept idngo.run.Store
---@return table<string, integer>
function M.counts(kept)
  local sums = summary(kept)
  local counts = { people = sums.applicants, refused = sums.decisions.error }
  for state, count in pairs(sums.steps) do
    local word = WORDS[state] or state
    counts[word] = (counts[word] or 0) + count
  end
  return counts
end

return M
