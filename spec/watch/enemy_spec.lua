-- Whoever can write the folder of a watch, and has no key, changes each column of each table in turn, removes rows and adds them,
-- moves the log: the next start refuses to go on, and audit verify names it. IDNGO_ENEMY=1 changes every row; else some.

local core = require("idngo.core")
local journal = require("idngo.journal")
local json = require("idngo.json")
local runs = require("idngo.watch.run")
local support = require("runs")
local watches = require("watches")

local EVERY = tonumber(os.getenv("IDNGO_ENEMY")) or 7

-- How often a step was tried; and what calls have cost.
local HARMLESS = { ["steps.attempts"] = true, ["run.stats"] = true }

local server, base, dir

local function sh(command, ...) assert(os.execute(command:format(...))) end

local function open(path) return assert(journal.open(path .. "/journal.db", false)) end

local function rows(db, sql) return assert(assert(db:prepare(sql)):rows()) end

--- A copy of the folder, changed; whether the next start refuses it.
local function try(change)
  local copy = base .. "/copy"
  sh("rm -rf %s && cp -r %s %s", copy, dir, copy)
  local db = open(copy)
  local ok = pcall(change, db, copy)
  db:close()
  if not ok then return true end -- a check of the schema's own kept it from being
  local run, problem = runs.open(copy)
  if run then run:close() end
  return run == nil, problem
end

describe("an enemy who writes the folder of a watch", function()
  setup(function()
    server, base = support.server { applicants = 20 }, support.folder()
    dir = base .. "/watch"
    local _, csv = support.applicants(server, "email=yes&type=individual&review=completed-GREEN&limit=4")
    local bodies = {}
    for id in csv:gmatch(("%x"):rep(24)) do
      bodies[#bodies + 1] = watches.reviewed(id, #bodies % 3 == 2 and "RED" or "GREEN", core.wall() - 50)
      bodies[#bodies + 1] = watches.reviewed(id, "GREEN", core.wall() - 90)
    end
    bodies[#bodies + 1] = '{"type":"applicantCreated","applicantId":"x"}'
    watches.fill(base .. "/spool", bodies)
    local _, errors, code = support.shell(([[env WATCH_MAX=send_status_email=1/1h WATCH_SHADOW=2 WATCH_ALONE=1 \
      WATCH_NEXT='return { name = "next", version = "2", on = { "applicantReviewed" }, decide = function() return pass() end }' \
      lua5.4 spec/support/watch_driver.lua %s %s %s]]):format(dir, server.url, base .. "/spool"))
    assert.equal(0, code, errors)
  end)
  teardown(function() support.clean(server) end)

  it("is not seen where nothing was changed", function()
    local refused, problem = try(function() end)
    assert.is_false(refused, tostring(problem))
  end)

  it("is named by the next start, whichever column is changed, and whichever row is gone or new", function()
    local db, wrong, tried = open(dir), {}, 0
    for _, made in ipairs(rows(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) do
      local columns = rows(db, ("SELECT name, pk FROM pragma_table_info('%s')"):format(made.name))
      local all = rows(db, "SELECT * FROM " .. made.name)
      assert.is_true(#all > 0, made.name)
      for i, row in ipairs(all) do
        local key, step = {}, (made.name == "run" or #all < 4) and 1 or EVERY
        for _, column in ipairs(columns) do
          if column.pk > 0 then
            key[#key + 1] = ("%s = %s"):format(column.name, type(row[column.name]) == "number" and row[column.name]
              or "'" .. row[column.name] .. "'")
          end
        end
        local where = table.concat(key, " AND ")
        for c, column in ipairs(columns) do
          local name = made.name == "run" and "run." .. row.name or ("%s.%s"):format(made.name, column.name)
          if (i + c) % step == 0 and not HARMLESS[name] then
            local value = row[column.name]
            for _, to in ipairs { "1 - coalesce(" .. column.name .. ", 0)", "'x'", "NULL" } do
              tried = tried + 1
              local sql = ("UPDATE %s SET %s = %s WHERE %s"):format(made.name, column.name, to, where)
              local refused = try(function(copy)
                assert(copy:exec(sql))
                local now = rows(copy, "SELECT * FROM " .. made.name)
                assert(json.encode(now, "rows", "[]") ~= json.encode(all, "rows", "[]"))
              end)
              if not refused then wrong[#wrong + 1] = ("%s (was %s)"):format(sql, tostring(value)) end
            end
          end
        end
        if i % step == 0 and not HARMLESS["run." .. tostring(row.name)] then
          tried = tried + 1
          local sql = ("DELETE FROM %s WHERE %s"):format(made.name, where)
          if not try(function(copy) assert(copy:exec(sql)) end) then wrong[#wrong + 1] = sql end
        end
      end
    end
    db:close()
    assert.is_true(tried > 100, tried .. " were tried")
    assert.same({}, wrong)
  end)

  it("is refused tables, triggers and views of his own, a log that was cut, and one that says something else", function()
    for _, sql in ipairs { "CREATE TABLE more (x)", "CREATE VIEW seen AS SELECT 1",
      "CREATE TRIGGER t AFTER UPDATE ON lines BEGIN DELETE FROM events; END", "DROP INDEX lines_by_subject" } do
      assert.is_true(try(function(db) assert(db:exec(sql)) end), sql)
    end
    local last = watches.records(dir)
    assert.is_true(try(function(db) assert(db:exec("DELETE FROM audit WHERE seq = " .. #last)) end))
    assert.is_true(try(function(_, copy)
      local text = support.read(copy .. "/audit.jsonl")
      support.write(copy .. "/audit.jsonl", (text:gsub('"event":"taken"', '"event":"token"', 1)))
    end))
  end)
end)
