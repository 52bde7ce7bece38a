-- What it costs to evaluate a policy in idngo-jail rather than in the host's own Lua: bench/jail.lua [rounds]
--
-- One line for each: the median and the 99th percentile of a round trip (facts sent, fresh state, policy compiled and
-- run, decision checked), beside the same function called in the host. Exit status 1 when a limit is missed.
local core = require("idngo.core")
local actions = require("idngo.policy.actions")
local files = require("files")
local jail = require("idngo.policy.jail")

local MEDIAN, P99 = 0.3e-3, 1e-3
local rounds = tonumber(arg and arg[1]) or 5000

local TEXT = files.read("spec/fixtures/policies/block-duplicates.lua")

local function hit(i)
  return { applicantId = ("64f1e0b7c0ffee%010d"):format(i), score = 0.97, matchedFields = { "image", "text" },
    createdAt = "2024-02-03 13:17:55" }
end

local applicant = { id = "64f1e0b7c0ffee0000000000", externalUserId = "user-1", country = "KAZ" }
local facts = {
  duplicates = { answer = "RED", createdAt = "2024-02-03 13:17:55", hits = { hit(1), hit(2), hit(3), hit(4), hit(5) } },
  liveness = { answer = "GREEN", createdAt = "2024-02-03 13:17:55", attempts = 1 },
}

--- The same function, with the same constructors, in this Lua.
local function in_host()
  local env = {}
  for _, kind in ipairs(actions.list) do
    env[kind.name] = function(...) return assert(actions.make(kind.name, ...)) end
  end
  return load(TEXT, "=policy", "t", env)().decide
end

local function measure(name, call)
  local took = {}
  for _ = 1, 200 do call() end
  for i = 1, rounds do
    local began = core.now()
    call()
    took[i] = core.now() - began
  end
  table.sort(took)
  local median, p99 = took[rounds // 2 + 1], took[math.ceil(rounds * 0.99)]
  print(("%-22s median %8.2f us   p99 %8.2f us"):format(name, median * 1e6, p99 * 1e6))
  return median, p99
end

local function judge(name, got, limit)
  local ok = got <= limit
  print(("%-22s %.3f ms of at most %g ms: %s"):format(name, got * 1e3, limit * 1e3, ok and "ok" or "MISSED"))
  return ok
end

local pool <close> = assert(jail.pool { text = TEXT, chunkname = "block-duplicates.lua" })
local outcome = pool:evaluate(applicant, facts)
assert(outcome.kind == "decided" and #outcome.actions == 2, outcome.message)

local decide = in_host()
measure("in the host", function() decide(applicant, facts) end)
local median, p99 = measure("in idngo-jail", function() pool:evaluate(applicant, facts) end)
local good = judge("median of a round trip", median, MEDIAN)
good = judge("p99 of a round trip", p99, P99) and good
os.exit(good and 0 or 1, true)
