-- Whoever can write a run's folder, and has no key, tries everything there is: each column of each row of each table, as the
-- schema has them; triggers, views and tables; the log cut, written anew, swapped; the folder put back to each of ten earlier
-- moments. For policies and imports, planned, approved, half applied and done. Then the run is approved as it was looked at, and
-- carried out as far as it goes.
--
-- No call leaves that was not approved, none twice, and nothing stays silent: what was changed is refused, or audit verify names
-- it. IDNGO_ENEMY=1 tries all; else every so many, spread evenly.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local archives = require("archives")
local audit = require("idngo.run.audit")
local core = require("idngo.core")
local files = require("files")
local folder_ = require("idngo.run.folder")
local journal = require("idngo.journal")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local lines = require("idngo.run.lines")
local store = require("idngo.run.store")
local support = require("runs")
local verify = require("idngo.run.verify")
local work = require("idngo.run.work")

local EVERY = tonumber(os.getenv("IDNGO_ENEMY")) or 43 -- a prime, so that no column is always passed over
local FOURTH = math.min(EVERY, 4)

local POLICY = [[
return { name = "mail", version = "1", decide = function(applicant, facts)
  if facts.duplicates.answer == "RED" then return hold("a duplicate") end
  return save_report({}, "for the file"), send_status_email("by rule")
end }]]

-- What changes nothing that is sent or told: who works on a line until when, how often a step was tried, and what calls have
-- cost. And that an attempt has left is written down without a record.
local HARMLESS = {
  ["lines.token"] = true, ["lines.owner"] = true, ["lines.lease"] = true, ["steps.attempts"] = true, ["run.stats"] = true,
}
local function is_harmless(change)
  return HARMLESS[change.where] or change.where == "steps.state" and (change.from == "intent" and change.to == "sent"
    or change.from == "sent" and change.to == "intent")
end

local server, base, state

local kinds = {
  -- half: the moment at which the second person's call, which people would notice, is about to leave
  policy = { handlers = "idngo.policy.handlers", endpoint = "send_verification_status_email", guard = "0", people = 3, half = 9 },
  import = { handlers = "idngo.import.handlers", endpoint = "import_applicant", people = 4, half = 5 },
}

local function plan_policy(dir)
  local policy = support.write(base .. "/policy.lua", POLICY)
  local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&email=yes&duplicates=GREEN&limit=3")
  local _, red = support.applicants(server, "type=individual&duplicates=RED&limit=1")
  local input = support.write(base .. "/input.csv", csv .. red:gsub("^[^\n]*\n", ""))
  return support.command(server, ("plan %s --input %s --run %s"):format(policy, input, dir))
end

local function plan_import(dir)
  local people = support.write(base .. "/people.csv", "id,name\ne-1,Ann\ne-2,Bob\ne-3,Cid\ne-4,Dan\ne-5,\n")
  support.write(base .. "/all.jpg", archives.JPEG)
  local mapping = support.write(base .. "/mapping", archives.mapping("all.jpg"))
  return support.command(server, ("import run --run %s --people %s --mapping %s --documents %s --dry-run"):format(dir, people,
    mapping, base))
end

kinds.policy.plan, kinds.import.plan = plan_policy, plan_import

--- What was made by calls that people notice, by whom: how often.
local function sent(kind)
  local counts = {}
  for _, entry in ipairs(support.ledger(server, "?limit=1000").entries) do
    if entry.method ~= "GET" then
      assert.equal(kinds[kind].endpoint, entry.endpoint)
      local who = kind == "policy" and entry.applicantId or entry.externalUserId or "?"
      counts[who] = (counts[who] or 0) + 1
    end
  end
  return counts
end

local function sh(command, ...) assert(os.execute(command:format(...))) end

--- Goes on with a run, approving what was looked at; tells of every moment.
local function carry_out(kind, dir, hash, tell)
  local handlers = require(kinds[kind].handlers)
  local run, problem = folder_.open(dir, handlers)
  if not run then return problem end
  local context, ok, failed
  local went, thrown = pcall(function()
    ok, failed = approval.approve(run, { hash = hash, max = { deactivate = kinds[kind].guard } })
    if not ok then return end
    if tell then tell("approved") end
    context = assert(work.open(run, { client = support.client_options(server), concurrency = 1, on_step = function(name)
      if tell and (name == "intent" or name == "settled") then tell(name) end
    end }))
    ok, failed = apply.run(run, context)
  end)
  if context then context.client:close() end
  run:close()
  return not went and thrown or failed
end

--- A run in each state, and the moments before: {planned = dir, …}, the plan's hash, the folders of moments.
local function prepare(kind)
  local dir, moments, at = ("%s/%s"):format(base, kind), {}, {}
  local _, errors, code = kinds[kind].plan(dir)
  assert.truthy(code == 0 or kind == "import" and code == 1, errors)
  local kept = assert(store.read(dir))
  local hash, run_id = kept:get("plan_hash"), kept:get("run")
  kept:close()
  local function keep(name)
    local copy = ("%s.%d"):format(dir, #moments + 1)
    sh("cp -r %s %s && cp %s/heads/%s %s.head", dir, copy, state, run_id, copy)
    moments[#moments + 1] = copy
    at[name] = copy
  end
  keep("planned")
  assert.is_nil(carry_out(kind, dir, hash, keep))
  keep("done")
  return { kind = kind, dir = dir, hash = hash, run = run_id, moments = moments, sent = sent(kind),
    at = { planned = at.planned, approved = at.approved, half = moments[kinds[kind].half], done = at.done } }
end

--- Puts folder and head back to a moment.
local function restore(world, copy)
  sh("rm -rf %s %s/people && cp -r %s %s && cp %s.head %s/heads/%s", world.dir, state, copy, world.dir, copy, state, world.run)
end

--- What of a run was sent by a moment: the rest may be sent, once each.
local function known(copy)
  local counts = {}
  for line in files.read(copy .. "/audit.jsonl"):gmatch("[^\n]+") do
    local record = json.decode(line).record
    if record.event == "intent" and (record.action == "send_status_email" or record.action == "import_applicant") then
      counts[record.applicant] = true
    end
  end
  return counts
end

local function handlers_of(kind) return kinds[kind] and require(kinds[kind].handlers) end

--- Whether audit verify has nothing to say.
local function is_silent(world)
  local kept, handlers, key = store.read(world.dir), require(kinds[world.kind].handlers), assert(keys.own(false))
  if not kept then return false end
  local ok, result = pcall(verify.log, world.dir .. "/audit.jsonl", handlers_of, key, (assert(keys.approvers())))
  local last = ok and kept:row("audit_last")
  ok = ok and result and last and result.records == last.seq and result.head == last.hash
    and pcall(verify.journal, kept, handlers, key, true)
  kept:close()
  return ok
end

--- All that journal and log say, as one text.
local function content(dir)
  local db = assert(journal.open(dir .. "/journal.db", false))
  local function rows(sql) return assert(assert(db:prepare(sql)):rows()) end
  local parts = {}
  for _, made in ipairs(rows("SELECT type, name, sql FROM sqlite_schema ORDER BY name")) do
    parts[#parts + 1] = tostring(made.sql)
    if made.type == "table" then
      for _, row in ipairs(rows(("SELECT * FROM %s"):format(made.name))) do
        parts[#parts + 1] = json.encode(row, "row", "[]")
      end
    end
  end
  db:close()
  return table.concat(parts, "\n") .. files.read(dir .. "/audit.jsonl")
end

--- One try: the folder as it was at a moment, changed; what is sent then, and whether anybody notices. What is wrong with
--- that is added to `wrong`.
local function try(world, moment, change, wrong)
  local copy, name = world.at[moment], ("%s, %s: %s"):format(world.kind, moment, change.name)
  restore(world, copy)
  change.make(world.dir)
  if content(world.dir) == content(copy) then return false, true end -- a check of the schema's own kept it from being
  local silent = is_silent(world)
  support.forget(server)
  local before = known(copy)
  local refused = carry_out(world.kind, world.dir, world.hash)
  local function must(ok, what)
    if not ok then wrong[#wrong + 1] = ("%s: %s"):format(name, what) end
  end
  for who, times in pairs(sent(world.kind)) do
    must(world.sent[who], "sent to somebody else")
    must(times == 1, "sent twice")
    must(moment ~= "done" and (world.kind == "import" or not before[who]), "sent again")
  end
  must(not silent or refused or is_harmless(change), "nobody noticed")
  return silent, refused
end

--- Values that a column's check allows, where it has one.
local function allowed(sql, column)
  local list, values = sql:match(column .. "[^,]- CHECK %(" .. column .. " IN %((.-)%)%)"), {}
  for value in (list or ""):gmatch("'(%w+)'") do values[#values + 1] = value end
  return values
end

--- What a value may be changed to.
local function others(value, sql, column)
  local found = {}
  for _, word in ipairs(allowed(sql, column)) do
    if word ~= value then found[#found + 1] = word end
  end
  if found[1] then return found end
  if type(value) == "number" then return { value + 1, value == 0 and -1 or 0 } end
  if value == nil then return { 1, "x" } end
  if value:find("^{") then return { (value:gsub("%w", { e = "f", ["1"] = "2" })) .. " ", "{}" } end
  return { value .. "x", value:sub(2), (value:gsub("%x", { a = "b", ["1"] = "2", e = "f" })) }
end

--- Every change of one value of a journal, from its schema: {where, name, from, to, make}.
local function changes(copy)
  local db = assert(journal.open(copy .. "/journal.db", false))
  local function rows(sql) return assert(assert(db:prepare(sql)):rows()) end
  local found = {}
  for _, made in ipairs(rows("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")) do
    local columns, key = rows(("SELECT * FROM pragma_table_info('%s')"):format(made.name)), {}
    for _, column in ipairs(columns) do
      if column.pk > 0 then key[#key + 1] = column.name end
    end
    for _, row in ipairs(rows(("SELECT * FROM %s ORDER BY %s"):format(made.name, table.concat(key, ", ")))) do
      local where = {}
      for i, name in ipairs(key) do where[i] = ("%s = '%s'"):format(name, (tostring(row[name]):gsub("'", "''"))) end
      local function add(column, sql, from, to)
        found[#found + 1] = { where = made.name == "run" and "run." .. row.name or made.name .. "." .. column, from = from,
          to = to, name = ("%s of %s where %s, to %s"):format(column, made.name, table.concat(where, " and "),
            tostring(to):sub(1, 40)), sql = sql .. table.concat(where, " AND ") }
      end
      for _, column in ipairs(columns) do
        local value = row[column.name]
        local to = others(value, made.sql, column.name)
        if value ~= nil and column.notnull == 0 and column.pk == 0 then to[#to + 1] = "NULL" end
        for _, other in ipairs(to) do
          local text = other == "NULL" and other or type(other) == "number" and ("%.17g"):format(other)
            or ("'%s'"):format((other:gsub("'", "''")))
          if other ~= value then
            add(column.name, ("UPDATE %s SET %s = %s WHERE "):format(made.name, column.name, text), value, other)
          end
        end
      end
      add("row", ("DELETE FROM %s WHERE "):format(made.name), "there", "gone")
    end
  end
  db:close()
  for _, change in ipairs(found) do
    function change.make(dir)
      local to = assert(journal.open(dir .. "/journal.db", false))
      to:exec(change.sql)
      to:close()
    end
  end
  return found
end

local function sql(name, text)
  return { name = name, where = "schema", make = function(dir)
    local db = assert(journal.open(dir .. "/journal.db", false))
    assert(db:exec(text))
    db:close()
  end }
end

local SCHEMA = {
  sql("a trigger on steps", "CREATE TRIGGER t AFTER UPDATE ON steps BEGIN UPDATE steps SET state = 'planned'; END"),
  sql("a trigger on lines", "CREATE TRIGGER t BEFORE UPDATE ON lines BEGIN DELETE FROM steps WHERE k = 1; END"),
  sql("a view for a table", "ALTER TABLE steps RENAME TO s; CREATE VIEW steps AS SELECT * FROM s"),
  sql("a view", "CREATE VIEW v AS SELECT * FROM steps"), sql("a table", "CREATE TABLE other (a)"),
  sql("a column", "ALTER TABLE steps ADD COLUMN other"), sql("an index less", "DROP INDEX step_states"),
  sql("an index", "CREATE INDEX other ON steps (args)"),
}

-- A line under another number, with all that is of it, as if nothing had been done of it: the log finds it by its number.
local MOVES = {}
for name, to in pairs { up = "n + 100", down = "-n" } do
  for where, which in pairs { ["the last line"] = "n = (SELECT max(n) FROM lines)", ["every line"] = "n > 0" } do
    local move = {}
    for _, made in ipairs { "facts", "steps", "lines" } do
      move[#move + 1] = ("UPDATE %s SET n = %s WHERE %s;"):format(made, to, which)
    end
    MOVES[#MOVES + 1] = sql(("%s, moved %s"):format(where, name), "PRAGMA foreign_keys = OFF; UPDATE steps "
      .. "SET state = 'planned', problem = NULL, at = NULL, file = NULL, size = NULL, sha256 = NULL, result = NULL, attempts = 0 "
      .. "WHERE " .. which .. "; "
      .. "UPDATE lines SET state = 'open' WHERE EXISTS (SELECT * FROM steps WHERE steps.n = lines.n) AND " .. which .. "; "
      .. table.concat(move))
  end
end

-- Rows that belong to no line: nothing is done of them, but they are told of.
local STRAYS = {
  sql("a step of no line", "PRAGMA foreign_keys = OFF; INSERT INTO steps (n, k, action, args) VALUES (99, 1, 'pass', '{}')"),
  sql("a fact of no line", "PRAGMA foreign_keys = OFF; INSERT INTO replies (hash, body) VALUES ('x', '{}'); "
    .. "INSERT INTO facts SELECT 99, 'duplicates', max(r), 1 FROM replies"),
}

--- Changes of the log: in the journal and beside it, in the file alone, or in the journal alone.
local function logs(world)
  local found = {}
  local function add(name, edit, file, tables)
    found[#found + 1] = { name = name, where = "log", make = function(dir)
      local db = assert(journal.open(dir .. "/journal.db", false))
      local records = assert(assert(db:prepare("SELECT * FROM audit ORDER BY seq")):rows())
      local changed = edit(records)
      if tables then
        assert(db:exec("DELETE FROM audit"))
        local put = assert(db:prepare("INSERT INTO audit VALUES (?, ?, ?, ?)"))
        for _, row in ipairs(changed) do assert(put:run(row.seq, row.hash, row.record, row.signature)) end
      end
      db:close()
      local text = {}
      for i, row in ipairs(changed) do text[i] = audit.line(row.hash, row.record, row.signature) end
      if file then files.write(dir .. "/audit.jsonl", table.concat(text)) end
    end }
  end
  --- The chain made anew, of records that were edited; signatures stay, or are by another key.
  local function anew(records, edit, key)
    local made, previous = {}, audit.start
    for _, row in ipairs(records) do
      local record = json.decode(row.record)
      if edit(record) ~= false then
        record.seq = #made + 1
        local text = json.encode(record, "record", "[]")
        local hash = audit.hash(previous, text)
        local signature = row.signature and (key and key:sign(audit.statement(world.run, record.seq, hash)) or row.signature)
        made[#made + 1] = { seq = record.seq, hash = hash, record = text, signature = signature }
        previous = hash .. (signature or "")
      end
    end
    return made
  end
  local other = assert(core.private_key(("cd"):rep(32)))
  local edits = {
    ["without outcomes"] = function(record) return record.event ~= "outcome" end,
    ["without intents"] = function(record) return record.event ~= "intent" and record.event ~= "outcome" end,
    ["with another guard"] = function(record) if record.event == "approved" then record.guard = 9 end end,
    ["with another plan"] = function(record) if record.plan then record.plan = ("0"):rep(64) end end,
    ["as if done"] = function(record) if record.event == "planned" then record.event = "done" end end,
  }
  for name, edit in pairs(edits) do
    for _, key in ipairs { false, other } do
      add(("made anew %s%s"):format(name, key and ", signed by another" or ""), function(records)
        return anew(records, function(record)
          if key and record.key then record.key = key:id() end
          return edit(record)
        end, key or nil)
      end, true, true)
    end
  end
  add("written anew in the file alone", function(records)
    return anew(records, function(record) record.at = 1 end)
  end, true, false)
  for _, count in ipairs { 1, 2, 5 } do
    local function cut(records)
      local left = {}
      for i = 1, #records - count do left[i] = records[i] end
      return left
    end
    add(("cut by %d"):format(count), cut, true, true)
    add(("cut by %d in the journal"):format(count), cut, false, true)
  end
  add("empty", function() return {} end, true, true)
  add("with two records swapped", function(records)
    records[2].record, records[3].record = records[3].record, records[2].record
    return records
  end, true, true)
  add("of its first record twice", function(records)
    table.insert(records, 1, { seq = 0, hash = records[1].hash, record = records[1].record })
    return records
  end, true, true)
  table.sort(found, function(a, b) return a.name < b.name end)
  return found
end

describe("whoever can write the folder", function()
  local worlds = {}

  setup(function()
    server = support.server { applicants = 60 }
    base, state = support.folder(), assert(os.getenv("IDNGO_STATE_DIR"), "the specs need a state of their own")
    for kind in pairs(kinds) do
      support.forget(server)
      worlds[kind] = prepare(kind)
      assert.is_true(#worlds[kind].moments >= 10)
      local count = 0
      for _, times in pairs(worlds[kind].sent) do
        count = count + 1
        assert.equal(1, times)
      end
      assert.equal(kinds[kind].people, count)
    end
  end)
  teardown(function()
    server:close()
    support.clean()
  end)

  for kind in pairs(kinds) do
    for _, moment in ipairs { "planned", "approved", "half", "done" } do
      it(("changes nothing unseen of a run of %s that is %s, and sends nothing by it"):format(kind, moment), function()
        local world, tried, columns, wrong = worlds[kind], 0, {}, {}
        local found = changes(world.at[moment])
        for i, change in ipairs(found) do
          columns[change.where] = true
          if (i + #moment) % EVERY == 0 then
            tried = tried + 1
            try(world, moment, change, wrong)
          end
        end
        assert.same({}, wrong)
        for _, name in ipairs { "lines.id", "steps.args", "run.policy", "audit.record", "facts.r", "replies.body" } do
          if kind == "policy" then assert.is_true(columns[name], name) end
        end
        assert.is_true(tried * EVERY > #found - EVERY)
      end)
    end

    it(("puts no trigger, view or table into a run of %s"):format(kind), function()
      local wrong = {}
      for i, change in ipairs(SCHEMA) do
        for k, moment in ipairs { "planned", "approved", "half", "done" } do
          if (i + k) % FOURTH == 0 then
            local silent, refused = try(worlds[kind], moment, change, wrong)
            assert.is_truthy(refused, change.name)
            assert.is_falsy(silent, change.name)
          end
        end
      end
      assert.same({}, wrong)
    end)

    it(("hides no row that is of no line in a run of %s"):format(kind), function()
      local wrong = {}
      for _, change in ipairs(STRAYS) do
        for _, moment in ipairs { "planned", "approved", "half", "done" } do
          assert.is_falsy((try(worlds[kind], moment, change, wrong)), change.name .. ", " .. moment)
        end
      end
      assert.same({}, wrong)
    end)

    it(("gives no line of a run of %s another number, as if it were still to be done"):format(kind), function()
      local wrong = {}
      for _, change in ipairs(MOVES) do
        for _, moment in ipairs { "planned", "approved", "half", "done" } do
          local silent, refused = try(worlds[kind], moment, change, wrong)
          if not refused then wrong[#wrong + 1] = ("%s, %s: carried out"):format(change.name, moment) end
          if silent then wrong[#wrong + 1] = ("%s, %s: silent"):format(change.name, moment) end
        end
      end
      assert.same({}, wrong)
    end)

    it(("writes no log of its own for a run of %s"):format(kind), function()
      local world, wrong = worlds[kind], {}
      for i, change in ipairs(logs(world)) do
        for k, moment in ipairs { "planned", "approved", "half", "done" } do
          if (i + k) % FOURTH == 0 then try(world, moment, change, wrong) end
        end
      end
      assert.same({}, wrong)
    end)

    it(("puts a run of %s back to no earlier moment unseen"):format(kind), function()
      local world = worlds[kind]
      local head = json.decode(files.read(world.at.done .. "/audit.jsonl"):match("([^\n]+)\n$")).hash
      local key, approvers = assert(keys.own(false)), assert(keys.approvers())
      for i = 1, #world.moments - 1 do
        restore(world, world.moments[i])
        sh("cp %s.head %s/heads/%s", world.at.done, state, world.run)
        support.forget(server)
        local refused = carry_out(kind, world.dir, world.hash)
        if files.read(world.moments[i] .. ".head") ~= files.read(world.at.done .. ".head") then
          assert.truthy(tostring(refused):find("but was at record", 1, true), world.moments[i] .. ": " .. tostring(refused))
          assert.is_nil((verify.log(world.dir .. "/audit.jsonl", handlers_of, key, approvers, head)))
        end
        assert.same({}, sent(kind))
      end
      -- another run's journal, log and archives in its place
      restore(world, world.at.approved)
      sh("cp %s/journal.db %s/audit.jsonl %s/", worlds[kind == "policy" and "import" or "policy"].at.planned,
        worlds[kind == "policy" and "import" or "policy"].at.planned, world.dir)
      support.forget(server)
      assert.is_truthy(carry_out(kind, world.dir, world.hash))
      assert.same({}, sent(kind))
    end)
  end

  it("sends no archive of its own", function()
    local world = worlds.import
    for i, edit in ipairs {
      function(path) sh("cp %s/archives/000002.zip %s", world.dir, path) end,
      function(path) files.write(path, (files.read(path):gsub("Ann", "Eve"))) end,
      function(path) sh("rm %s && ln -s %s/archives/000002.zip %s", path, world.dir, path) end,
      function(path) sh("rm %s", path) end,
    } do
      restore(world, world.at.approved)
      edit(world.dir .. "/archives/000001.zip")
      support.forget(server)
      carry_out("import", world.dir, world.hash)
      local found = sent("import")
      assert.is_nil(found["e-1"], "archive " .. i)
      for who, times in pairs(found) do
        assert.truthy(world.sent[who])
        assert.equal(1, times)
      end
    end
  end)

  it("leaves the hash of a plan what it was only where nothing of it was changed", function()
    local world = worlds.policy
    restore(world, world.at.planned)
    local kept = assert(store.read(world.dir))
    assert.equal(world.hash, lines.plan(kept, require(kinds.policy.handlers)).hash)
    kept:close()
  end)
end)
