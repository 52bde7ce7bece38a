-- Imports by the thousand: a run whose lines are people, each with an archive that was packed and checked before.
--
-- A corrected table, mapping or scan goes on in the same run: people who are imported, or may be, are left alone; those who
-- failed are planned again, and have to be approved again. A person of a run is an externalUserId.

local core = require("idngo.core")
local errors = require("idngo.error")
local error_rows = require("idngo.import.errors")
local folder = require("idngo.run.folder")
local handlers = require("idngo.import.handlers")
local json = require("idngo.json")
local lines = require("idngo.run.lines")
local prepare = require("idngo.import.prepare")
local stores = require("idngo.run.store")
local summary = require("idngo.run.summary")

local M = {}

--- The fields of a person in the journal, beside the plan. The line stays that of the table, however often a row is given back.
local function fields_of(store, row)
  return json.encode { source = row.source, cells = row.cells, line = row.before or row.line, warnings = row.warnings,
    table = row.cells and error_rows.shape(store, row.table) }
end

--- What is decided about a person.
local function decision_of(row)
  if row.message then return { facts = {}, steps = {}, decision = "error", reason = row.message } end
  local args = { size = row.size, sha256 = row.sha256 }
  if row.made then args.made = row.archive:match("[^/]+$") else args.archive = row.archive end
  return { facts = {}, decision = "act", steps = { { action = "import_applicant", args = json.encode(args) } } }
end

--- Adds a person that the run did not know.
local function add(store, n, row)
  store:add_line(n, row.id, fields_of(store, row))
  store:decided({ n = n, id = row.id, token = 0 }, decision_of(row))
end

--- Writes down all people: packing and checking makes the plan.
local function fill(store, dir, options)
  local place, err = folder.before(dir, handlers.folder)
  if not place then error(err, 0) end
  local people, archives = 0, 0
  store:take_time()
  store:set("account", options.account)
  if options.profile then store:set("profile", options.profile) end
  store:set("created", core.wall())
  local notes, unused = prepare.each(options.inputs, handlers.archive_of(place, 1), function(n, row)
    people, archives = n, archives + (row.message and 0 or 1)
    add(store, n, row)
    if options.tick then options.tick(n) end
  end)
  if options.notes then options.notes(notes or {}, unused or {}) end
  store:set("inputs", options.given)
  store:set("generations", json.encode { people })
  lines.seal(store, handlers)
  return { people = people, archives = archives }
end

local function digest(path)
  local source = path and core.source(path)
  local sha256 = source and source:sha256()
  if source then source:close() end
  return sha256
end

--- The inputs by what is in them; nil when there are none.
local function given_of(inputs)
  if not inputs.people and #inputs.paths == 0 then return nil end
  return json.encode({ paths = inputs.paths, people = digest(inputs.people), mapping = digest(inputs.mapping),
    strict = inputs.strict }, "inputs", "[]")
end

-- Given again.

---@class idngo.import.Again what became of a list that was given again
---@field people integer on the list
---@field added integer whom the run did not know
---@field again integer planned again
---@field left integer left as they are
---@field changed integer imported, and on the list with other data: left alone
---@field under_way integer perhaps sent, and on the list with other data: settled first
---@field gone integer rows of an earlier list whose externalUserId could not be read

--- Whether an archive that is to be sent lies where it lay. Where it does not, the new one takes its place.
local function is_there(run, planned)
  local size, sha256 = handlers.identity(handlers.archive(planned, run.folder))
  return size == planned.size and sha256 == planned.sha256
end

--- What was planned of a person.
local function planned_of(store, line) return store:decode(store:row("steps", line.n).args, "steps", line.n .. ".1") end

--- What becomes of a known person who is on the list again: a field of idngo.import.Again.
---@param line table the row
---@param row idngo.import.Row
---@param anew boolean whether the list is another one
local function verdict(run, line, row, anew)
  local store = run.store
  if not store:row("steps", line.n) then
    local same = row.message == line.reason and fields_of(store, row) == line.fields
    return same and "left" or "again"
  end
  local planned, state = planned_of(store, line), store.witness:state(line.n, 1)
  local sha256 = planned.sha256
  local same = not row.message and row.sha256 == sha256
  if state == "applied" or state == "confirm" then return (same or not sha256) and "left" or "changed" end
  if state == "void" then return same and store.witness:is_said_void(line.n, 1) and "left" or "again" end
  local is_at_hand = same and (row.made and planned.made or is_there(run, planned))
  if state == "planned" then return is_at_hand and "left" or "again" end
  if state == "rejected" then return same and not anew and "left" or "again" end
  return same and "left" or "under_way"
end

--- What becomes of an archive that was made of a person who is left as they are: it is byte for byte the one that was made
--- before, and takes its place where that is gone, as it is on another machine.
local function keep_or_remove(run, line, row)
  local planned = line and line.state == "open" and planned_of(run.store, line)
  if planned and planned.made and planned.sha256 == row.sha256 and not is_there(run, planned) then
    local ok, message = os.rename(row.archive, handlers.archive(planned, run.folder))
    if ok then return end
    error(errors.new { kind = "io", outcome = "not_sent", message = message, hint = "repair the disk" }, 0)
  end
  os.remove(row.archive)
end

--- Rows without a readable externalUserId, by message and fields: {text = {{n =, line =, table =}, …}}; table: the number of the
--- one in whose errors.csv it stands.
local function nameless(store)
  local by_text = {}
  for row in store:each("lines") do
    local text = not row.id and tostring(row.reason) .. "\0" .. row.fields
    if text then
      local fields = store:decode(row.fields, "lines", row.n)
      by_text[text] = by_text[text] or {}
      table.insert(by_text[text], { n = row.n, line = fields.line, table = fields.table })
    end
  end
  return by_text
end

--- Forgets rows without a readable externalUserId, in whose place a list is: how many. Rows that were given back, as they stood
--- in an errors.csv, take the place of those of their lines alone: others are not in it, or were left out of it.
local function forget(store, nameless_, returned)
  local count = 0
  for _, those in pairs(nameless_) do
    for _, each in ipairs(those) do
      local is_back = returned and returned.lines[each.line] and (not each.table or each.table == returned.table)
      if is_back or not returned then
        store:drop_line(each.n)
        count = count + 1
      end
    end
  end
  return count
end

-- What is thrown when a list changes nothing: then nothing of it is kept.
local UNCHANGED = {}

--- Takes the list in: what is on it becomes of the run what `verdict` says.
local function take_in(run, options, anew)
  local store = run.store
  store:take_time()
  local counts = { people = 0, added = 0, again = 0, left = 0, changed = 0, under_way = 0, gone = 0 }
  local before, last = nameless(store), store:row("last_line").n or 0
  local generations, returned = handlers.generations(store), nil
  generations[#generations + 1] = 0
  local notes, unused = prepare.each(options.inputs, handlers.archive_of(run.folder, #generations), function(n, row)
    local line, word = row.id and store:row("line_by_id", row.id), "added"
    local text = not row.id and tostring(row.message) .. "\0" .. fields_of(store, row)
    if row.table and row.table.returned then
      returned = returned or { lines = {}, table = error_rows.shape(store, row.table) }
      if row.before then returned.lines[row.before] = true end
    end
    if text and before[text] and table.remove(before[text]) then
      word = "left"
    elseif line then
      word = verdict(run, line, row, anew)
      if word == "again" then store:plan_again(line, fields_of(store, row), decision_of(row)) end
    else
      last = last + 1
      add(store, last, row)
    end
    if row.made and word ~= "again" and word ~= "added" then keep_or_remove(run, word == "left" and line, row) end
    counts[word], counts.people = counts[word] + 1, n
    if options.tick then options.tick(n) end
  end)
  if options.notes then options.notes(notes or {}, unused or {}) end
  counts.gone = forget(store, before, returned)
  generations[#generations] = counts.people
  run.again = counts
  if counts.added + counts.again + counts.gone == 0 then error(UNCHANGED, 0) end
  store:set("inputs", options.given)
  store:set("generations", json.encode(generations))
  lines.seal(store, handlers, counts)
end

--- Whether people would be planned again, were the same list given.
local function has_failed(store)
  local sums = summary(store)
  return (sums.decisions.error or sums.steps.rejected or sums.steps.void) ~= nil
end

--- Goes through a list that is given to an import that was begun.
local function give_again(run, options)
  local store = run.store
  local anew = store:get("inputs") ~= options.given
  if not anew and not has_failed(store) and not handlers.lacks(run) then return true end
  local plan, err = require("idngo.run.approval").plan(run) -- the log tells which people are left alone
  if not plan then return nil, err end
  local ok, thrown = pcall(store.transaction, store, function() take_in(run, options, anew) end)
  if ok or thrown == UNCHANGED then return true end
  if not errors.is(thrown) then error(thrown, 0) end
  return nil, thrown
end

---@class idngo.import.Options
---@field inputs idngo.import.Inputs what to import; to go on with an import: nothing, the same, or what was corrected
---@field account string tells one account from another; not a secret
---@field profile string? whose settings those are: the run is of no other
---@field tick fun(done: integer)? progress while archives are packed and checked
---@field notes fun(notes: string[], unused: string[])? what was left out of the table or put right; files that no row names

--- Begins an import.
local function begin(dir, options)
  local account, err = require("idngo.run.people").account(options.account, dir) -- where it cannot be had, nothing could be sent
  if not account then return nil, err end
  account:close()
  local run
  run, err = folder.create(dir, handlers, function(store)
    local ok, told = pcall(fill, store, dir, options)
    if ok then return told end
    folder.clear(dir, handlers.folder)
    error(told, 0)
  end)
  if run then folder.move_in(run) end
  return run, err
end

--- Opens the import in a folder, or begins it: packs what is to be packed, checks everything, finds duplicates. Of an import
--- that was begun and is given a list again, `again` of the run says what became of it.
---@param dir string
---@param options idngo.import.Options
---@return idngo.run.Run?
---@return idngo.Error?
function M.open(dir, options)
  local seen, err = stores.find(dir)
  if err then return nil, err end
  options.given = given_of(options.inputs)
  if not seen then
    if options.given then return begin(dir, options) end
    return nil, errors.config(dir .. " holds no import yet", "name what to import")
  end
  seen:close()
  local run
  run, err = folder.open(dir, handlers, options.account)
  if not run then return nil, err end
  folder.clear(dir, handlers.folder)
  local ok
  err = run.store:destroyed()
  if not err and not options.given then return run end
  if not err then ok, err = give_again(run, options) end
  if ok then return run end
  run:close()
  return nil, err
end

return M
