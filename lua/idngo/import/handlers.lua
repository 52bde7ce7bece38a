-- What imports add to runs: a line is a person, its one step the sending of an archive. An archive that may have left when a
-- run was interrupted is sent again: the service knows people by externalUserId and refuses a second import. Such a refusal is
-- never taken for success; an operator has to confirm it.

local command = require("idngo.run.command")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local errors = require("idngo.error")
local summary = require("idngo.run.summary")

---@type idngo.run.Handlers
local M = { kind = "import", folder = "archives", too_many = "" }

M.actions = {
  import_applicant = {
    endpoint = "import_applicant", class = endpoints.class_of("import_applicant"), destructive = true, gives = "id",
    perform = function(client, id, args, _, before_send, folder) -- unchecked: these are the bytes that were checked
      return client:import_applicant(M.archive(args, folder), { unchecked = true, external = id, sha256 = args.sha256,
        before_send = before_send })
    end,
  },
}

--- Where the archive of a step lies: one that was made is in the folder of the run on each machine that made it.
---@param args {made: string?, archive: string?} of the step
---@param folder string of the run
---@return string path
function M.archive(args, folder)
  if args.made then return ("%s/%s/%s"):format(folder, M.folder, args.made) end
  return args.archive
end

function M.header(store) return { format = 1, import = true, account = store:get("account") } end

function M.people(line) return { [line.id] = true } end

--- Learns size and digest of an archive, by which it is known again before it is sent.
---@param path string
---@return integer? size nil when the file cannot be read
---@return string sha256 or a message
function M.identity(path)
  local source, message = core.source(path)
  if not source then return nil, message end
  local sha256
  sha256, message = source:sha256()
  local size = source:size()
  source:close()
  if not sha256 then return nil, message end
  return size, sha256
end

--- The same by the checksum that idngo 0.1 wrote down: size, crc.
local function old_identity(path)
  local file = require("idngo.zip").file(path) -- needs libzip, which reading a run does not
  if not file then return nil end
  local size, _, crc = file:measure(2 * require("idngo.archive.layout").limits.total)
  file:close()
  return size, crc
end

--- Whether the archive is the one that was checked. One of a run in PostgreSQL that was made can be made again, on any machine:
--- nobody is given up for it.
function M.recheck(line)
  local args = line.store:decode(line.steps[1].args, "steps", line.n .. ".1")
  local size, sum
  local path = M.archive(args, line.run.folder)
  if args.sha256 then size, sum = M.identity(path) else size, sum = old_identity(path) end
  if size and size == args.size and sum == (args.sha256 or args.crc) then return true end
  if args.made and line.store.tables.shared then
    return nil, errors.new { kind = "run", outcome = "not_sent", message = path .. " is not the archive that was checked",
      hint = "remove it, then give the list to the import again here" }
  end
  return false, "the archive is gone, or is not the one that was checked"
end

--- Why nothing is sent from this machine, or nil: a run in PostgreSQL is everywhere, its archives are where they were made or
--- given. They can be made here, too, so nobody is given up for them.
---@param run idngo.run.Run
---@return idngo.Error?
function M.lacks(run)
  local store, count, first = run.store, 0, nil
  if not store.tables.shared then return nil end
  for row in store:each("lines") do
    local step = row.state == "open" and store:row("steps", row.n)
    local args = step and store:decode(step.args, "steps", row.n .. ".1")
    if args and core.is_regular(M.archive(args, run.folder)) == nil then
      count, first = count + 1, first or store:decode(row.fields, "lines", row.n).source
    end
  end
  if count == 0 then return nil end
  return errors.new { kind = "run", outcome = "not_sent",
    message = ("archives are not on this machine: of %d people, such as %s"):format(count, first or "–"),
    hint = ("give the list to the import again here, with the same tables and files, which makes the same archives; or copy "
      .. "those of the machine that made them into %s/%s"):format(run.folder, M.folder) }
end

function M.reads() return {} end

--- The service has this person already, or took them with an answer without an id.
function M.state_of(step, err)
  if err.outcome == "applied" then return "confirm" end
  if err.status ~= 409 then return nil end
  local doubt = step.state ~= "planned" or (err.attempts or 1) > 1
  return "confirm", doubt and " – an earlier attempt of this import may have made it" or nil
end

--- The applicant whom the service has under the customer's id.
function M.seen(client, step)
  local applicant, err = client:call("GET", ("/resources/applicants/-;externalUserId=%s/one"):format(core.escape(step.id)))
  if not applicant then
    if err.status == 404 and err.kind == "http" then return { "nobody of this externalUserId was found (HTTP 404)" } end
    return {}, err
  end
  return { ("applicant %s, created at %s"):format(tostring(applicant.id), tostring(applicant.createdAt or "?")) }
end

function M.file_name() end

--- An import of 0.1 has no log: what its tables say is what the new one begins with.
function M.check_old(_, plan) return { plan = plan } end

function M.again(run) return command(run, "idngo import run --run %s") end
function M.approve_hint(run) return "look at it, then: " .. command(run, "idngo import run --run %s --yes") end

-- What it leaves in the run's folder.

--- How many people were on each of the lists that were given.
---@param store idngo.run.Store
---@return integer[]
function M.generations(store)
  local counts = store:get("generations")
  return counts and store:decode(counts, "run", "generations") or { store:row("last_line").n or 0 }
end

--- Where the archive of the n-th person of a list is made: one that takes the place of another lies beside it until that is
--- written down.
---@param folder string of the run
---@param generation integer how many lists were given by then
---@return fun(n: integer): string path
function M.archive_of(folder, generation)
  local name = generation == 1 and "%06d.zip" or generation .. "-%06d.zip"
  return function(n) return M.archive({ made = name:format(n) }, folder) end
end

-- People, as they are shown.

local WORDS = { applied = "imported", planned = "ready", void = "refused", sent = "intent" }

---@class idngo.import.Person
---@field source string where the person comes from
---@field id string? externalUserId
---@field state string
---@field problem string?
---@field warnings string? what to look at, a line each
---@field applicant string? the service's id of the person
---@field archive string? its file's name, as are the next two its size and digest
---@field size integer?
---@field sha256 string?
---@field attempts integer?

--- All people, one by one.
---@param store idngo.run.Store
---@return fun(): idngo.import.Person?
function M.everybody(store)
  local each = store:each("lines")
  return function()
    local row = each()
    if not row then return nil end
    local step = store:row("steps", row.n)
    local args = step and store:decode(step.args, "steps", row.n .. ".1") or {}
    local fields = store:decode(row.fields, "lines", row.n)
    return { archive = args.made or args.archive and args.archive:match("[^/]+$"), size = args.size, sha256 = args.sha256,
      attempts = step and step.attempts, source = fields.source or "–", id = row.id, warnings = fields.warnings,
      state = not step and "refused" or WORDS[step.state] or step.state, applicant = step and step.result,
      problem = not step and row.reason or step and step.problem }
  end
end

--- How many people are in each state, and `people`, all of them.
---@param store idngo.run.Store
---@return table<string, integer>
function M.counts(store)
  local sums = summary(store)
  local counts = { people = sums.applicants, refused = sums.decisions.error }
  for state, count in pairs(sums.steps) do
    local word = WORDS[state] or state
    counts[word] = (counts[word] or 0) + count
  end
  return counts
end

return M
