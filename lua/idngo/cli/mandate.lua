-- What commands share that propose a mandate or have one approved: its options, the policy that it goes by, its breaker's bands,
-- and the words in which it is shown, with what was found, to those who approve it.

local cli = require("idngo.cli")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local sorted = require("idngo.sorted")
local text_file = require("idngo.text")

local M = {}

local DAY = 86400

-- Options, each read from its text: a value, or nil and why not.

--- "deactivate=5/1h"
local function guard(text) return require("idngo.watch.mandate").guard(text) end

--- "2" of people.
local function people(text)
  local count, most = require("idngo.compat").tointeger(text), require("idngo.watch.mandate").PEOPLE
  if count and count >= 1 and count <= most then return count end
  return nil, ("a number of people from 1 to %d is expected"):format(most)
end

--- "90d", as seconds.
local function days(text)
  local count = tonumber(text:match("^(%d+)d$"))
  if count and count >= 1 and count * DAY <= require("idngo.watch.mandate").LONGEST then return count * DAY end
  return nil, ("%q is no time: days, such as 90d, are expected"):format(text)
end

--- "90d", as seconds, or "all", as 0.
local function keep(text)
  local least = require("idngo.watch.mandate").KEPT
  local count = text == "all" and 0 or require("idngo.cli.when").age(text)
  if count and (count == 0 and text == "all" or count >= least) then return require("idngo.compat").tointeger(count) end
  return nil, ("%q is not how long it is kept: a day or longer, such as 90d, or all is expected"):format(text)
end

--- "deactivate=0%..5%"
local function band(text)
  local category, low, high = text:match("^([%w_]+)=(%d+%.?%d*)%%%.%.(%d+%.?%d*)%%$")
  local breaker = require("idngo.watch.breaker")
  low, high = tonumber(low), tonumber(high)
  if not category or low >= high or high > 100 then
    return nil, ("%q is no band: CATEGORY=LOW%%..HIGH%%, such as deactivate=0%%..5%%, is expected"):format(text)
  elseif not breaker.CATEGORIES[category] then
    return nil, ("there is no category %s, %s"):format(category,
      require("idngo.suggest")(category, sorted(breaker.CATEGORIES)))
  end
  return { category = category, low = low / 100, high = high / 100 }
end

--- A reader of a number of lines, such as "1000".
local function up_to(most)
  return function(text)
    local count = require("idngo.compat").tointeger(text)
    if count and count >= 1 and count <= most then return count end
    return nil, ("a number of lines from 1 to %d is expected"):format(most)
  end
end

--- Numbers of lines: that are decided again, and of a shadow.
M.lines = up_to(1e6)
function M.shadow_lines(text) return up_to(require("idngo.watch.mandate").SHADOW)(text) end

--- The options that say what a mandate is.
---@param parser table
---@param prefix string of the names that they are kept under
function M.define(parser, prefix)
  local function option(name, doc) return parser:option("--" .. name, doc):target(prefix .. name:gsub("-", "_")) end
  option("max", "How often an action is done without a person: N/WINDOW, several with commas between, @applicant "
    .. "behind them for one applicant; or none, for no bound. What has no --max and cannot be taken back waits.")
    :argname("ACTION=N/WINDOW"):count("*"):convert(guard)
  option("expect", "The usual share of decisions of a kind; the breaker opens when it is left.")
    :argname("KIND=LOW%..HIGH%"):count("*"):convert(band)
  parser:flag("--no-breaker", "Watch without a breaker, which needs --expect."):target(prefix .. "no_breaker")
  option("require-approvals", "How many people approve the mandate. (default: 1, 2 in production)"):argname("N")
    :convert(people)
  parser:flag("--not-the-proposer", "Who proposes the mandate does not count among those who approve it, nor does who "
    .. "proposes one after it."):target(prefix .. "not_the_proposer")
  option("line-approvals", "How many people approve a line that waits. (default: 1)"):argname("N"):convert(people)
  option("expires", "For how many days the mandate lets things be done. (default: 90d)"):argname("DAYS"):convert(days)
  parser:flag("--accept-tests", "Decide about events in testMode, too, such as those that idngo events send makes. "
    .. "Otherwise they are ignored, also where the mandate before took them."):target(prefix .. "accept_tests")
  option("keep", "How long what is personal in lines that are over is kept: the watcher destroys it then. all: until a person "
    .. "says otherwise."):argname("AGE"):convert(keep)
  option("note", "What to write down with it, such as a ticket."):argname("TEXT")
end

--- Writes down in a proposal who proposes it; the code to exit with where that is not known.
---@param proposal idngo.watch.Proposal
---@param options table
---@return integer? code
function M.propose(proposal, options)
  local by, err = require("idngo.run.keys").proposer(cli.settings(options))
  if not by then return cli.fail(err) end
  proposal.proposer, proposal.not_the_proposer = by.proposer, options.not_the_proposer or by.not_the_proposer
end

function M.bad_input(message)
  output.tell("idngo: ", tostring(message), "\n")
  return cli.exit.input
end

--- The bands of --expect, by kind.
function M.bands(expected)
  local bands = {}
  for _, each in ipairs(expected) do bands[each.category] = { low = each.low, high = each.high } end
  return bands
end

--- The bands of a mandate: those of the decisions that were found, where they are enough, and above them those of --expect.
---@param expected table[] of --expect
---@param found idngo.watch.Backtest?
---@param guards table<string, any> by the actions that are done without a person
---@return table? nil where neither says anything
function M.breaker(expected, found, guards)
  local bands = found and require("idngo.watch.breaker").bands(found.shares, found.lines, sorted(guards))
  if not bands and not expected[1] then return nil end
  bands = bands or {}
  for category, band_ in pairs(M.bands(expected)) do bands[category] = band_ end
  return bands
end

--- Reads a policy that is to be watched: its text and evaluators; or nil and the code to exit with.
---@param path string
---@param size integer? evaluators
function M.policy(path, size)
  local text, message = text_file.read(path)
  if not text then return nil, M.bad_input(message) end
  local pool, err = require("idngo.cli.runs").pool(text, path:match("[^/]+$"), size or 1)
  if not pool then return nil, M.bad_input(err) end
  err = require("idngo.watch.run").unfit(pool.info)
  if not err then return text, pool end
  pool:close()
  return nil, M.bad_input(err)
end

-- How it is shown.

local function percent(share) return ("%g %%"):format(100 * share) end

--- "hold 5 % to 30 % · pass 43 % to 95 %"
function M.bands_text(bands)
  local words = {}
  for _, category in ipairs(sorted(bands)) do
    local each = bands[category]
    words[#words + 1] = ("%s %s to %s"):format(category, percent(each.low or 0), percent(each.high or 1))
  end
  return table.concat(words, " · ")
end

--- "hold 11.7 %, pass 87.1 %", and which of them are beyond their bands.
local function shares(found, breaker)
  local words = {}
  for _, category in ipairs(sorted(found.shares)) do
    local of = found.shares[category:gsub("^missing_", "read_")] -- a fact is missing of the times that it was read
    if not category:find("^read_") then
      local share, band_ = found.shares[category] / (category:find("^missing_") and of or found.lines),
        breaker and breaker[category]
      local is_beyond = band_ and (share > (band_.high or 1) or share < (band_.low or 0))
      words[#words + 1] = ("%s %.1f %%%s"):format(category, 100 * share, is_beyond and ", beyond its band" or "")
    end
  end
  return words[1] and table.concat(words, " · ") or "none"
end

--- "deactivate 3 of 5/1h": how much of the guards would have been used at once.
local function uses(found)
  local words = {}
  for _, each in ipairs(found.uses) do
    words[#words + 1] = ("%s %d of %s%s"):format(each.action, each.most, each.guard,
      each.most > each.limit and ", beyond it" or "")
  end
  return words[1] and table.concat(words, " · ")
end

--- Counts by name: "a 3, b 1".
local function counted(counts)
  local words = {}
  for _, name in ipairs(sorted(counts)) do words[#words + 1] = ("%s %d"):format(name, counts[name]) end
  return words[1] and table.concat(words, ", ")
end

--- What was found when a mandate was proposed, as rows.
---@param report table
---@param mandate idngo.watch.Mandate
function M.report_rows(report, mandate)
  local rows, cases, differences, tested = {}, report.cases, report.differences, report.backtest
  if cases then
    rows[1] = { "cases", ("%d, %d failed, %.0f %% of %d lines"):format(cases.cases, cases.failed, cases.coverage, cases.lines) }
  end
  if differences then
    rows[#rows + 1] = { "differences", ("%d of %d combinations of answers are decided differently"):format(differences.different,
      differences.combinations) }
  end
  if not tested then return rows end
  rows[#rows + 1] = { "backtest", tested.first and ("lines %d to %d: %d as before, %d changed, %d without the facts%s"):format(
    tested.first, tested.last, tested.lines - tested.changed, tested.changed, tested.without,
    tested.fetched > 0 and (", %d by facts read now"):format(tested.fetched) or "") or "no line was decided yet" }
  if tested.lines > 0 then rows[#rows + 1] = { "shares", shares(tested, mandate.breaker) } end
  rows[#rows + 1] = uses(tested) and { "most at once", uses(tested) }
  local waits = counted(tested.uncovered)
  if waits then rows[#rows + 1] = { "would wait", waits .. ": the mandate has no --max" } end
  local ignored = counted(report.ignored)
  if ignored then rows[#rows + 1] = { "not decided", ignored .. " events that came before" } end
  return rows
end

--- Changes by how often: from, to, lines.
---@param moves {from: string, to: string, lines: integer}[]
function M.show_moves(moves)
  local rows = {}
  for i, move in ipairs(moves) do
    rows[i] = { print_.plain(move.from), print_.plain(move.to) .. (move.from == move.to and ", otherwise" or ""),
      tostring(move.lines) }
  end
  if rows[1] then print_.table(rows, { "FROM", "TO", "LINES" }) end
end

--- A mandate as people read it before they approve it.
---@param store idngo.watch.Store
---@param mandate idngo.watch.Mandate
---@param hash string
function M.rows(store, mandate, hash)
  local mandates = require("idngo.watch.mandate")
  local rows = { { "policy", print_.plain(("%s %s"):format(mandate.name, mandate.version)) },
    { "events", table.concat(mandate.on, ", ") .. (mandate.newest == "none" and ", each for itself" or "")
      .. (mandate.tests and "; those in testMode, too" or "") } }
  for _, action in ipairs(sorted(mandate.guards)) do
    rows[#rows + 1] = { action, mandates.words(mandate.guards[action]) }
  end
  if not next(mandate.guards) then rows[#rows + 1] = { "guards", "none: whatever cannot be taken back waits" } end
  rows[#rows + 1] = { "breaker", mandate.breaker and M.bands_text(mandate.breaker) or "none" }
  rows[#rows + 1] = { "account", require("idngo.cli.whose").text_of(store) }
  rows[#rows + 1] = { "approvals", ("%d for the mandate%s, %d for a line"):format(mandate.approvals,
    mandate.not_the_proposer and " and not by who proposed it" or "", mandate.line_approvals) }
  if mandate.shadow then rows[#rows + 1] = { "shadow", ("%d lines before it can be approved"):format(mandate.shadow) } end
  if mandate.backlog then rows[#rows + 1] = { "backlog", "left to the policy before: what is not decided by then" } end
  if mandate.redecide then rows[#rows + 1] = { "redecide", "lines that wait by then" } end
  if mandate.keep then
    rows[#rows + 1] = { "keep", ("what is personal in lines that are over: %g days, then it is destroyed"):format(
      mandate.keep / DAY) }
  end
  rows[#rows + 1] = { "expires", require("idngo.dates").stamp(mandate.expires) .. " UTC" }
  rows[#rows + 1] = { "mandate", hash }
  return rows
end

--- Shows a mandate that is proposed, with what was found.
---@param store idngo.watch.Store
---@param mandate idngo.watch.Mandate
---@param hash string
---@param report table?
function M.show(store, mandate, hash, report)
  local rows = report and M.report_rows(report, mandate) or {}
  for _, row in ipairs(M.rows(store, mandate, hash)) do rows[#rows + 1] = row end
  if report and report.backtest then M.show_moves(report.backtest.moves) end
  print_.table(rows)
end

--- The same of a mandate of the journal, by its number.
function M.show_kept(store, m)
  local seen = store.witness
  local shadow = require("idngo.watch.figures").shadow(seen, m)
  if shadow then
    M.show_moves(shadow.moves)
    print_.table { { "shadow", require("idngo.watch.changes").words(shadow) } }
  end
  M.show(store, seen.mandates[m], seen.hashes[m], require("idngo.watch.report").of(store, seen.mandates[m]))
end

return M
