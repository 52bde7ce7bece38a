-- What a watch comes to, in numbers: for `idngo status`, for Prometheus, and for who asks whether it is well.

local breakers = require("idngo.watch.breaker")
local changes = require("idngo.watch.changes")
local compat = require("idngo.compat")
local core = require("idngo.core")
local json = require("idngo.json")
local mandates = require("idngo.watch.mandate")
local moves = require("idngo.watch.moves")
local places = require("idngo.watch.places")
local prometheus = require("idngo.prometheus")
local process = require("idngo.watch.process")
local sorted = require("idngo.sorted")
local stats = require("idngo.run.stats")
local version = require("idngo.version")

local M = {}

-- Seconds after which somebody should look: at events that are not decided, lines that wait, a spool without events; and before
-- the mandate ends.
local LATE, WAITED, SILENT, ENDS = 300, 4 * 3600, 86400, 14 * 86400

--- Guards that count all applicants, and what of them is used.
local function guards_of(mandate, seen, t)
  local list = {}
  for _, action in ipairs(sorted(mandate.guards)) do
    local guards = mandate.guards[action]
    for _, guard in ipairs(guards ~= "none" and guards or {}) do
      if not guard.each then
        local used, free = seen:used(action, guard, t)
        list[#list + 1] = { action = action, guard = mandates.word(guard), used = used, limit = guard.most,
          free = used >= guard.most and free or nil }
      end
    end
  end
  return list
end

---@class idngo.watch.Figures
---@field events table<string, integer> by what became of them
---@field ignored table<string, integer> events that are not decided, by why
---@field lines table<string, integer> by state
---@field waiting table<string, integer> lines by what they wait for
---@field decisions table<string, integer>
---@field actions table<string, table<string, integer>> steps, by action and state
---@field refused table<string, table<string, integer>> steps that a guard refused, by action and what the line waits for
---@field times table<string, table<string, integer>> of what, by class: see Store:time
---@field m integer? the current mandate; with policy, version, expires, keep, and objection: why it lets nothing be sent
---@field proposed {m: integer, policy: string, version: string, shadow: table?}? a mandate that waits to be approved; shadow:
---  what its policy decided about lines, too: lines, of, same, moves
---@field breaker string? why it is open
---@field guards {action: string, guard: string, used: integer, limit: integer, free: number?}[]?
---@field spool {host: string?, since: number}? of the machine that works on it, or did last, where machines stand by; and
---@field others {host: string?, since: number, till: number}[]? those whose events wait
---@field lag number? seconds since the oldest event arrived that is not decided

--- What the shadow of a mandate saw, or nil where it has none.
---@param seen idngo.watch.Witness
---@param m integer
---@return {lines: integer, of: integer, same: integer, moves: idngo.watch.Move[]}?
function M.shadow(seen, m)
  local shadow, of = seen.shadows[m], seen.mandates[m].shadow
  return of and { lines = shadow.lines, of = of, same = shadow.same, moves = changes.in_order(shadow.moves) }
end

--- The mandate that waits to be approved, or nil.
local function proposed_of(seen)
  local m = seen:proposed()
  return m and { m = m, policy = seen.mandates[m].name, version = seen.mandates[m].version, shadow = M.shadow(seen, m) }
end

--- All of them.
---@param store idngo.watch.Store whose log was read, for all but the counts
---@param doubted boolean? whether that was not read, or does not verify: then it says nothing of mandates
---@return idngo.watch.Figures
function M.of(store, doubted)
  local sums = { events = {}, ignored = {}, lines = {}, waiting = {}, decisions = {}, actions = {}, refused = {}, times = {} }
  local of = { events = sums.events, ignored = sums.ignored, lines = sums.lines, waiting = sums.waiting,
    decision = sums.decisions }
  local both = { step = sums.actions, refused = sums.refused, time = sums.times }
  for name, count in pairs(store:totals()) do
    local kind, what, state = name:match("^(%l+):([^:]+):?(.*)$")
    if of[kind] then of[kind][what] = count end
    if both[kind] then
      both[kind][what] = both[kind][what] or {}
      both[kind][what][state] = count
    end
  end
  local seen = not doubted and store.clock and store.witness -- a log that does not verify says nothing of mandates
  local mandate = seen and seen.mandates and seen:current_mandate()
  sums.proposed = seen and seen.mandates and proposed_of(seen) or nil
  if seen and seen.spool then sums.spool, sums.others = seen.spools[seen.spool], json.array(places.others(seen)) end
  if not mandate then return sums end
  local t = store:clock()
  sums.policy, sums.version, sums.m, sums.expires = mandate.name, mandate.version, seen.m, mandate.expires
  sums.keep = mandate.keep
  sums.objection = seen:objection(seen.m, t)
  sums.breaker = seen.breaker.open and seen.breaker.open.why or nil
  sums.guards = guards_of(mandate, seen, t)
  local oldest = store:rows("watch_due", "new", math.huge, 1)[1]
  sums.lag = oldest and math.max(0, core.wall() - moves.came(store:row("line", oldest.n))) or 0
  return sums
end

--- Bytes of the spool that are not read, and of the journal.
local function sizes_of(store)
  local unread, read = 0, places.offsets(store.witness.places, store.witness.spool)
  for _, segment in ipairs(core.spool_segments(store:get("spool")) or {}) do
    unread = unread + math.max(0, segment.size - (read[segment.name] or 0))
  end
  -- SQLite is asked: whoever opens its file and closes it takes its locks away
  return unread, store:row("watch_bytes").bytes + store:log_size()
end

--- What else is known where the watch is at work: moments, and what is left unread.
local function more_of(store)
  local now = core.wall()
  local waits, last = store:row("watch_oldest").at, store:row("watch_last_event")
  return { waits = waits and math.max(0, now - waits) or 0, last_event = last and last.received,
    silent = now - (last and last.received or store:get("created")), unread = store:row("watch_count_unread").count }
end

local function count_of(actions, state)
  local sum = 0
  for _, states in pairs(actions) do sum = sum + (states[state] or 0) end
  return sum
end

--- Whether a watch is well: "ok"; "degraded", where a restart would not help and a person should look; "failing", where nothing
--- is done that should be.
---@param store idngo.watch.Store
---@param paused {why: string, failing: string?}? that the watcher is
---@param unstarted table<integer, number>? the mandates that are to decide, and whose evaluators do not start
---@param blind integer? the mandate that is proposed, where its shadow sees no lines
---@return "ok"|"degraded"|"failing"
---@return string[] reasons
function M.health(store, paused, unstarted, blind)
  local sums, more, reasons, failing = M.of(store), more_of(store), {}, false
  local function add(is, text, ...)
    if is then reasons[#reasons + 1] = text:format(...) end
    return is
  end
  failing = add(not sums.m, "no mandate was approved") or failing
  failing = add(sums.objection, "%s", sums.objection) or failing
  failing = add(paused and paused.failing, "%s", paused and paused.failing) or failing
  for _, m in ipairs(sorted(unstarted or {})) do failing = add(true, "the evaluators of mandate %d do not start", m) end
  add(blind, "the shadow of mandate %d sees no lines", blind)
  add(paused and not paused.failing, "paused: too many calls failed in a row")
  add(sums.breaker, "the breaker is open: %s", sums.breaker)
  add(sums.lag and sums.lag > LATE, "the oldest event that is not decided is older than %d s", LATE)
  add(more.waits > WAITED, "a line waits for a person longer than %d h", WAITED / 3600)
  local unknown = count_of(sums.actions, "unknown")
  add(unknown > 0, "%d steps may or may not have taken effect", unknown)
  add((sums.events.damaged or 0) > 0, "%d records of the spool are damaged", sums.events.damaged)
  for _, each in ipairs(sums.guards or {}) do add(each.free, "the guard %s %s is used up", each.action, each.guard) end
  add(more.silent > SILENT, "no event came for %d h", SILENT / 3600)
  add(sums.m and not sums.objection and sums.expires - store:clock() < ENDS, "the mandate ends within %d days", ENDS / 86400)
  return failing and "failing" or reasons[1] and "degraded" or "ok", reasons
end

--- One table of counts as series.
local function each_of(add, metric, counts, label, only)
  for _, name in ipairs(only or sorted(counts)) do add(metric, counts[name] or 0, { { label, name } }) end
end

-- Every metric: its type, and what it tells.
local METRICS = {
  idngo_watch_info = { "gauge", "Which policy and mandate are current" },
  idngo_watch_events_total = { "counter", "Events by what became of them" },
  idngo_watch_ignored_events_total = { "counter", "Events that are not decided, by why" },
  idngo_watch_lines = { "gauge", "Lines that are not over, by state" },
  idngo_watch_lines_total = { "counter", "Lines that are over, by state" },
  idngo_watch_waiting_lines = { "gauge", "Lines that wait for a person, by why" },
  idngo_watch_waiting_oldest_seconds = { "gauge", "How long the oldest line has waited" },
  idngo_watch_decisions_total = { "counter", "Decisions" },
  idngo_watch_steps = { "gauge", "Steps by action and the state that they are in" },
  idngo_watch_lag_seconds = { "gauge", "Age of the oldest event that is not decided" },
  idngo_watch_guard_uses = { "gauge", "How much of a guard is used" },
  idngo_watch_guard_limit = { "gauge", "How much of it there is" },
  idngo_watch_breaker_open = { "gauge", "Whether the breaker is open, by the category of decisions that opened it" },
  idngo_watch_breaker_evidence_ratio = { "gauge", "Evidence against a band, of what opens the breaker" },
  idngo_watch_paused = { "gauge", "Whether the watcher pauses" },
  idngo_watch_mandate_expiry_timestamp_seconds = { "gauge", "When the mandate ends, by the clock of the watch" },
  idngo_watch_letters_unread = { "gauge", "What people said and the watcher has not read" },
  idngo_watch_last_event_timestamp_seconds = { "gauge", "When the last event arrived" },
  idngo_watch_last_commit_timestamp_seconds = { "gauge", "When this process wrote to the journal last" },
  idngo_watch_spool_unread_bytes = { "gauge", "Bytes of the spool that are not taken" },
  idngo_watch_journal_bytes = { "gauge", "Bytes of journal and log" },
  idngo_watch_decision_seconds = { "histogram", "From the arrival of an event to its decision" },
  idngo_watch_action_seconds = { "histogram", "From the arrival of an event to the end of what a mandate let be done" },
  idngo_watch_guard_refusals_total = { "counter", "Steps that a guard did not let be sent" },
  idngo_watch_breaker_openings_total = { "counter", "How often the breaker has opened" },
  idngo_shadow_passed_over_total = { "counter", "Lines that shadows of mandates did not see, in this process" },
  idngo_client_responses_total = { "counter", "Attempts of calls of this process by what they were answered" },
  idngo_client_retries_total = { "counter", "Calls of this process that were tried again" },
  idngo_client_call_seconds = { "histogram", "How long attempts of calls of this process took" },
  idngo_client_rate_limited_total = { "counter", "How often a lane was closed by a 429, to this process" },
  idngo_lane_wait_seconds_total = { "counter", "How long calls of this process were to wait for a lane" },
  process_cpu_seconds_total = { "counter", "Processor time of this process" },
  process_resident_memory_bytes = { "gauge", "Resident memory of this process" },
  process_start_time_seconds = { "gauge", "When this process began" },
  process_max_fds = { "gauge", "How many files this process may open" },
}

--- A histogram: counts by class, those above the last limit behind them, and the sum.
local function histogram(add, metric, limits, counts, sum, label)
  local so_far = 0
  for i = 1, #limits + 1 do
    so_far = so_far + (counts[i] or 0)
    local le = { "le", limits[i] or "+Inf" }
    add(metric, so_far, label and { label, le } or { le }, "_bucket")
  end
  add(metric, sum, label and { label }, "_sum")
  add(metric, so_far, label and { label }, "_count")
end

--- What the calls of this process came to.
local function add_calls(add, calls)
  for _, name in ipairs(sorted(calls.endpoints)) do
    local endpoint, label = calls.endpoints[name], { "endpoint", name }
    for _, code in ipairs(sorted(endpoint.codes or {})) do
      add("idngo_client_responses_total", endpoint.codes[code], { label, { "code", code } })
    end
    add("idngo_client_retries_total", endpoint.retries, { label })
    histogram(add, "idngo_client_call_seconds", stats.classes, endpoint.classes, endpoint.seconds, label)
  end
  for _, name in ipairs(sorted(calls.lanes)) do
    add("idngo_client_rate_limited_total", calls.lanes[name].refused, { { "lane", name } })
    add("idngo_lane_wait_seconds_total", calls.lanes[name].waited, { { "lane", name } })
  end
end

-- What opens the breaker without statistics.
local OTHERS = { { category = "damaged", side = "up" }, { category = "unknown", side = "up" } }

--- Whether it is open, and for which category of decisions; and the evidence for each.
local function add_breaker(add, breaker)
  local open = breaker.open or {}
  for _, tests in ipairs { breaker.tests, OTHERS } do
    for _, test in ipairs(tests) do
      local labels = { { "category", test.category }, { "side", test.side } }
      add("idngo_watch_breaker_open", open.category == test.category and open.side == test.side and 1 or 0, labels)
      if test.parts then
        add("idngo_watch_breaker_evidence_ratio", math.max(0, breakers.evidence(test) / breakers.LIMIT), labels)
      end
    end
  end
end

--- Guards by action and window; of two for one window the narrower one.
local function add_guards(add, guards)
  local narrowest = {}
  for _, each in ipairs(guards) do
    local window = each.guard:match("/(%w+)$")
    local key = each.action .. " " .. window
    local before = narrowest[key]
    if not before or each.limit < before.limit then
      narrowest[key] = { used = each.used, limit = each.limit,
        labels = { { "action", each.action }, { "window", window }, { "scope", "all" } } }
    end
  end
  for _, key in ipairs(sorted(narrowest)) do
    add("idngo_watch_guard_uses", narrowest[key].used, narrowest[key].labels)
    add("idngo_watch_guard_limit", narrowest[key].limit, narrowest[key].labels)
  end
end

--- The figures as Prometheus reads them. No label names a person.
---@param store idngo.watch.Store
---@param paused table? see health
---@param calls table? what the calls of this process came to, of run/stats.lua
---@param passed_over integer? lines that shadows did not see
---@return string
function M.text(store, paused, calls, passed_over)
  local sums, more, series = M.of(store), more_of(store), {}
  local function add(metric, value, labels, tail)
    series[metric] = series[metric] or { prometheus.head(metric, METRICS[metric][1], METRICS[metric][2]) }
    table.insert(series[metric], ("%s %s"):format(prometheus.series(metric .. (tail or ""), labels),
      compat.with_point(("%.14g"):format(value))))
  end
  each_of(add, "idngo_watch_events_total", sums.events, "result", { "line", "ignored", "echo", "repeat", "damaged" })
  each_of(add, "idngo_watch_ignored_events_total", sums.ignored, "why")
  each_of(add, "idngo_watch_lines", sums.lines, "state", { "new", "open", "waiting" })
  each_of(add, "idngo_watch_lines_total", sums.lines, "state", { "done", "superseded", "rejected", "expired" })
  each_of(add, "idngo_watch_waiting_lines", sums.waiting, "why")
  each_of(add, "idngo_watch_decisions_total", sums.decisions, "decision", { "pass", "hold", "act", "ask", "error" })
  for _, action in ipairs(sorted(sums.actions)) do
    for _, state in ipairs(sorted(sums.actions[action])) do
      add("idngo_watch_steps", sums.actions[action][state], { { "action", action }, { "state", state } })
    end
  end
  for _, action in ipairs(sorted(sums.refused)) do
    add("idngo_watch_guard_refusals_total", sums.refused[action].guard or 0, { { "action", action }, { "scope", "all" } })
    add("idngo_watch_guard_refusals_total", sums.refused[action].loop or 0, { { "action", action }, { "scope", "applicant" } })
  end
  for _, what in ipairs { "action", "decision" } do
    local times, counts = sums.times[what] or {}, {}
    for i, limit in ipairs(store.TIMES) do counts[i] = times[tostring(limit)] end
    counts[#store.TIMES + 1] = times.more
    histogram(add, ("idngo_watch_%s_seconds"):format(what), store.TIMES, counts, (times.ms or 0) / 1000)
  end
  if calls then add_calls(add, calls) end
  if passed_over then add("idngo_shadow_passed_over_total", passed_over) end
  for metric, value in pairs(process.figures()) do add(metric, value) end
  local unread, journal = sizes_of(store)
  add("idngo_watch_spool_unread_bytes", unread)
  add("idngo_watch_journal_bytes", journal)
  if store.committed then add("idngo_watch_last_commit_timestamp_seconds", store.committed) end
  add("idngo_watch_breaker_openings_total", store.witness.breaker.openings)
  add("idngo_watch_waiting_oldest_seconds", more.waits)
  add("idngo_watch_paused", paused and 1 or 0)
  add("idngo_watch_letters_unread", more.unread)
  add_breaker(add, store.witness.breaker)
  if more.last_event then add("idngo_watch_last_event_timestamp_seconds", more.last_event) end
  if sums.m then
    add("idngo_watch_info", 1, { { "version", version }, { "policy", sums.policy }, { "policy_version", sums.version },
      { "mandate", sums.m } })
    add("idngo_watch_lag_seconds", sums.lag)
    add("idngo_watch_mandate_expiry_timestamp_seconds", sums.expires)
    add_guards(add, sums.guards)
  end
  local blocks = {}
  for i, metric in ipairs(sorted(series)) do blocks[i] = table.concat(series[metric], "\n") .. "\n" end
  return table.concat(blocks)
end

--- Every metric that there may be, for who writes rules about them.
M.metrics = METRICS

return M
