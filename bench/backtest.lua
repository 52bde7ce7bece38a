-- How long a backtest of 100 000 recorded decisions takes: bench/backtest.lua [applicants]
--
-- The run that it reads is planned here, by the code that plans every run, only that replies come from memory rather
-- than from a server. Exit status 1 when the limit is missed or a decision comes out otherwise than it was recorded.
local core = require("idngo.core")
local files = require("files")
local new_rows = require("idngo.policy.rows").new
local jail = require("idngo.policy.jail")
local plan = require("idngo.policy.plan")
local replay = require("idngo.policy.replay")
local runs = require("idngo.policy.run")

local SECONDS = 60
local applicants = math.tointeger(arg[1] or 100000)

local POLICY = files.read("spec/fixtures/policies/block-duplicates.lua")

local function id_of(number) return ("64f1e0b7c0ffee%010d"):format(number) end

--- Replies as a server gives them: every eighth applicant is a duplicate, every fifth has not passed liveness.
local memory = {}

function memory.duplicate_checks(_, id)
  local number = tonumber(id:sub(-10))
  local red = number % 8 == 0
  local hits
  if red then
    hits = {}
    for i = 1, 3 do
      hits[i] = { applicantId = id_of(number + i), matchedFields = { "image", "text" }, types = { "text", "image" } }
    end
  end
  local answer = red and "RED" or "GREEN"
  return { checks = { { answer = answer, checkType = "SIMILAR_SEARCH", createdAt = "2024-02-03 13:17:55",
    similarSearchInfo = { answer = answer, duplicateApplicantHits = hits } } } }
end

function memory.liveness_checks(_, id)
  local answer = tonumber(id:sub(-10)) % 5 == 0 and "RED" or "GREEN"
  return { checks = { { answer = answer, checkType = "FACE_LIVELINESS", createdAt = "2024-02-03 13:17:55",
    id = "check-" .. id } } }
end

function memory.lanes() return {} end

--- A finished plan about so many applicants.
local function recorded(dir, pool)
  local rows = new_rows()
  for i = 1, applicants do rows:add(nil, { id = id_of(i), country = "KAZ", externalUserId = "user-" .. i }) end
  local run = assert(runs.create(dir, { rows = rows, account = "bench",
    policy = { text = POLICY, file = "policy.lua", name = pool.info.name, version = pool.info.version } }))
  local function nothing() end
  local context = { client = memory, pool = pool, concurrency = 500, tick = nothing, on_step = nothing }
  local began = core.now()
  assert(plan.run(run, context))
  print(("%d decisions recorded in %.1f s"):format(applicants, core.now() - began))
  return run
end

local dir = os.tmpname()
os.remove(dir)
local pool <close> = assert(jail.pool { text = POLICY, chunkname = "policy.lua", size = 8 }) -- as for idngo policy backtest
local run = recorded(dir, pool)
local cpu, began = os.clock(), core.now()
local result = replay.backtest(run.store, pool)
cpu, began = os.clock() - cpu, core.now() - began
run:close()
os.execute("rm -r " .. dir)
local limit = SECONDS * applicants / 100000
local ok = began <= limit and result.same == applicants
print(("backtest of %d: %.1f s of at most %g s, %.1f s of this process's time, %d decided as recorded: %s"):format(applicants,
  began, limit, cpu, result.same, ok and "ok" or "MISSED"))
os.exit(ok, true)
