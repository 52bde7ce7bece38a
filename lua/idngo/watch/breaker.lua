-- The breaker of a watch: opens when decisions are not what they usually are, and stays open until people close it.
--
-- For each category of decisions there is a band of shares that are usual. A test looks at one decision after another: three
-- alternatives beyond the edge of the band, for each the logarithm of its likelihood ratio, which never falls below zero. As long
-- as the share stays within the band, whatever it does there, the mean number of decisions until a false alarm is at least a
-- million for each test. All of this is made of the log's records, so that a restart changes nothing.

local compat = require("idngo.compat")
local core = require("idngo.core")
local facts = require("idngo.policy.facts")
local handlers = require("idngo.policy.handlers")
local json = require("idngo.json")

local M = {}

--- What the evidence must reach.
M.LIMIT = math.log(1e6)

-- How much the odds of the alternatives differ from those at the edge.
local ODDS = { 2, 6, 30 }

-- Also opens without statistics: so many steps in doubt that people would notice twice, within so long; so many of the last
-- records damaged.
local DOUBTFUL, DOUBT_SECONDS = 3, 3600
local LAST, DAMAGED = 200, 10

---@class idngo.watch.Breaker
---@field openings integer so far
---@field open {at: number, why: string, category: string, side: string, seq: integer, seen: integer, of: integer?, band: table?,
---  told: boolean?}? seen: what opened it, so often, of so many; told: the log has a record of that
---@field decisions integer so far
---@field recent string[] the categories of the last ones since the mandate became current, see LAST_DECISIONS
---@field closers table<string, {keys: table<string, boolean>, bands: table?}> who said to close it, by what they said
---@field rebased {at: number, decisions: integer}? when people took the last decisions for what is usual, and how many those were
---@field tests {category: string, side: "up"|"down", edge: number, band: table, parts: number[], ones: integer[],
---  of: integer[], seen: integer}[] ones, of: for each alternative, what it rests on
local Breaker = {}
Breaker.__index = Breaker

--- Categories that there are, beside the actions that cannot be taken back.
M.CATEGORIES = { pass = true, hold = true, error = true, ask = true }
for name, action in pairs(handlers.actions) do
  if action.destructive then M.CATEGORIES[name] = true end
end

-- And for each fact how often it is missing, of the times that it was read: by category, which fact. That may be too often alone.
local FACTS = {}
for _, name in ipairs(facts.names) do
  local category = "missing_" .. name
  M.CATEGORIES[category], FACTS[category] = true, name
end

--- Counts of a category's decisions, and of how many they are.
---@param counts table<string, integer> by category
---@param category string
---@param has boolean? nil: the decision says nothing of it
function M.count(counts, category, has)
  if has then counts[category] = (counts[category] or 0) + 1 end
  local read = FACTS[category] and "read_" .. FACTS[category]
  if read and has ~= nil then counts[read] = (counts[read] or 0) + 1 end
end

local function clear(made) made.parts, made.ones, made.of, made.seen = { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 }, 0 end

local function test(category, side, edge, band)
  local made = { category = category, side = side, edge = edge, band = band, for_one = {}, for_zero = {} }
  clear(made)
  for j, factor in ipairs(ODDS) do
    local odds = edge / (1 - edge) * (side == "up" and factor or 1 / factor)
    local share = odds / (1 + odds)
    made.for_one[j], made.for_zero[j] = math.log(share / edge), math.log((1 - share) / (1 - edge))
  end
  return made
end

--- Of so many decisions bands can be made: then the shares are right to within their bands.
M.LEAST = 200

--- Of so many of the last decisions people can make bands when they close it. As many again are known: who says so has not seen
--- those that were made since.
M.LAST_DECISIONS = 1000

local function places(share, round) return round(share * 1e4) / 1e4 end

---@class idngo.watch.Band
---@field low number?
---@field high number?
---@field share number? that was found

--- The bands of shares that were found: up to twice the share, or 2 % more; down to half of it, or 2 % less.
---@param shares table<string, integer> decisions by category, see M.count
---@param count integer all decisions
---@param others string[]? categories that are expected although none was found
---@return table<string, idngo.watch.Band>? nil: too few decisions
function M.bands(shares, count, others)
  if count < M.LEAST then return nil end
  local bands, found = {}, { pass = 0, hold = 0, error = 0, ask = 0 }
  for _, category in ipairs(others or {}) do found[category] = M.CATEGORIES[category] and 0 end
  for category, decisions in pairs(shares) do found[category] = decisions end
  for category, name in pairs(FACTS) do found[category] = shares["read_" .. name] and (shares[category] or 0) end
  for category, decisions in pairs(found) do
    local fact = FACTS[category]
    local of = fact and shares["read_" .. fact] or count
    if M.CATEGORIES[category] and of >= M.LEAST then
      local share = (decisions + 0.5) / (of + 1)
      local low = places(math.min(share / 2, share - 0.02), math.floor)
      local high = places(math.max(2 * share, share + 0.02), math.ceil)
      bands[category] = { low = not fact and low >= 0.0025 and low or nil, high = high < 0.95 and high or nil,
        share = places(decisions / of + 0.00005, math.floor) }
    end
  end
  return bands
end

--- How strongly the decisions speak against the band.
---@param made table a test
---@return number
function M.evidence(made)
  local most, sum = math.max(made.parts[1], made.parts[2], made.parts[3]), 0
  for _, part in ipairs(made.parts) do sum = sum + math.exp(part - most) end
  return most + math.log(sum / #ODDS)
end

--- Looks from now on whether shares leave these bands.
local function watch(self, bands)
  self.tests, self.open, self.closers, self.doubts = {}, nil, {}, {}
  local names = {}
  for category in pairs(bands or {}) do names[#names + 1] = category end
  table.sort(names)
  for _, category in ipairs(names) do
    local band = bands[category]
    local function add(side, edge) self.tests[#self.tests + 1] = test(category, side, edge, band) end
    if band.high and band.high < 0.95 then add("up", math.max(band.high, 0.0005)) end
    if band.low and band.low >= 0.0025 and not FACTS[category] then add("down", band.low) end
  end
end

--- Begins anew, by the bands of a mandate.
---@param bands table<string, {low: number?, high: number?}>|false
function Breaker:reset(bands)
  watch(self, bands)
  self.recent, self.rebased = {}, nil
end

--- Opens it by a record, which was of a kind so often, of so many.
local function open(self, record, why, opened)
  if self.open then return end
  self.openings = self.openings + 1
  opened.at, opened.why, opened.seq, opened.side = record.at, why, record.seq, opened.side or "up"
  self.open, self.closers = opened, {}
end

local function percent(share) return ("%.1f %%"):format(100 * share) end

--- What is usual of a kind of decisions, in words: "1.2 %, up to 3.2 %".
---@param band idngo.watch.Band
---@return string
function M.usual(band)
  local low, high = (band.low or 0) > 0 and percent(band.low), (band.high or 1) < 1 and percent(band.high)
  local words = low and high and low .. " to " .. high or high and "up to " .. high or low and low .. " or more" or "any share"
  return band.share and ("%s, %s"):format(percent(band.share), words) or words
end

--- Adds one 0 or 1 to a test.
---@param made table
---@param is_one boolean
---@return boolean alarm
function M.add(made, is_one)
  for j, change in ipairs(is_one and made.for_one or made.for_zero) do
    if made.parts[j] <= 0 then made.parts[j], made.ones[j], made.of[j] = 0, 0, 0 end -- what was before it says nothing any more
    made.parts[j] = made.parts[j] + change
    made.ones[j], made.of[j] = made.ones[j] + (is_one and 1 or 0), made.of[j] + 1
  end
  made.seen = made.seen + 1
  return M.evidence(made) >= M.LIMIT
end

--- What the evidence of a test rests on most: so many ones, of so many decisions.
---@param made table
---@return integer ones
---@return integer of
function M.rests_on(made)
  local best = 1
  for j, part in ipairs(made.parts) do best = part > made.parts[best] and j or best end
  return made.ones[best], made.of[best]
end

--- The categories that a decision is of; false where it could be of one and is not, for facts that were read.
---@param decision {decision: string, asked: boolean?, actions: {action: string}[]|string[], facts: table<string, any>?,
---  missing: string[]?} facts: that were read, by name; missing: those of them that are
---@return table<string, boolean>
function M.categories(decision)
  local has = { ask = decision.asked and M.CATEGORIES.ask or nil }
  for _, action in ipairs(decision.actions or {}) do
    local name = type(action) == "table" and action.action or action
    has[name] = M.CATEGORIES[name]
  end
  for name in pairs(decision.facts or {}) do has["missing_" .. name] = false end
  for _, name in ipairs(decision.missing or {}) do has["missing_" .. name] = true end
  if decision.decision then has[decision.decision] = M.CATEGORIES[decision.decision] end
  return has
end

--- Keeps of a decision what bands are made of.
local function remember(self, has)
  local names = {}
  for name, is in pairs(has) do names[#names + 1] = (is and "" or "-") .. name end
  table.sort(names)
  self.recent[#self.recent + 1], self.decisions = table.concat(names, " "), self.decisions + 1
  if #self.recent >= 3 * M.LAST_DECISIONS then
    local kept = {}
    for i = M.LAST_DECISIONS + 1, #self.recent do kept[#kept + 1] = self.recent[i] end
    self.recent = kept
  end
end

--- Takes in a decision.
---@param record table
function Breaker:see(record)
  local has = M.categories(record)
  remember(self, has)
  if self.open then return end
  for _, made in ipairs(self.tests) do
    local is, fact = has[made.category], FACTS[made.category]
    if (is ~= nil or not fact) and M.add(made, is or false) then
      local seen, of = M.rests_on(made)
      open(self, record, (fact and "%d of the last %d times that it was read the fact %s is missing; usual is %s"
        or "%d of the last %d decisions are %s; usual is %s"):format(seen, of, fact or made.category, M.usual(made.band)),
        { category = made.category, side = made.side, seen = seen, of = of, band = made.band })
    end
  end
end

--- Takes in a step that may have been sent and that people would notice twice. The hour is of the run's clock, as guards are.
function Breaker:unknown(record)
  local recent = { record.t }
  for _, t in ipairs(self.doubts) do
    if record.t - t < DOUBT_SECONDS then recent[#recent + 1] = t end
  end
  self.doubts = recent
  if #recent < DOUBTFUL then return end
  open(self, record, ("%d steps are unknown within an hour"):format(#recent), { category = "unknown", seen = #recent })
end

--- Takes in what was taken from the spool.
function Breaker:take(record)
  for _ = 1, (record.last or 0) - (record.first or 1) + 1 - (record.damaged or 0) do self.damaged[#self.damaged + 1] = 0 end
  for _ = 1, record.damaged or 0 do self.damaged[#self.damaged + 1] = 1 end
  while #self.damaged > 2 * LAST do
    local kept = {}
    for i = #self.damaged - LAST + 1, #self.damaged do kept[#kept + 1] = self.damaged[i] end
    self.damaged = kept
  end
  local sum = 0
  for i = math.max(1, #self.damaged - LAST + 1), #self.damaged do sum = sum + self.damaged[i] end
  if sum >= DAMAGED then
    local of = math.min(LAST, #self.damaged)
    open(self, record, ("%d of the last %d records of the spool are damaged"):format(sum, of),
      { category = "damaged", seen = sum, of = of })
    self.damaged = {}
  end
end

--- The bands of the last decisions up to one, by its number; or nil and why there are none.
---@param last integer
---@param mandate idngo.watch.Mandate?
---@return table<string, {low: number?, high: number?}>?
---@return string? message
---@return integer? count of decisions that they are made of
function Breaker:bands_at(last, mandate)
  if not mandate or not mandate.breaker then return nil, "the mandate has no breaker" end
  if last < 1 or last > self.decisions then return nil, "there is no such decision" end
  if last <= self.decisions - M.LAST_DECISIONS then
    return nil, ("%d decisions were made since those that were looked at"):format(self.decisions - last)
  end
  local behind = #self.recent - self.decisions -- from a decision's number to its place
  local first = math.max(1, last + behind - M.LAST_DECISIONS + 1)
  local count, shares, others = math.max(0, last + behind - first + 1), {}, {}
  for i = first, last + behind do
    for sign, name in self.recent[i]:gmatch("(%-?)([%w_]+)") do M.count(shares, name, sign == "") end
  end
  for _, names in ipairs { mandate.breaker, mandate.guards } do
    for name in pairs(names) do others[#others + 1] = name end
  end
  local bands = M.bands(shares, count, others)
  if bands then return bands, nil, count end
  return nil, ("bands are made of %d decisions or more, and there are %d by this mandate"):format(M.LEAST, count)
end

--- The number of the decision up to which others have said to take the last ones for usual; else of the last one.
---@return integer
function Breaker:last_decision()
  local last = 0
  for what in pairs(self.closers) do last = math.max(last, tonumber(what) or 0) end
  return last > 0 and compat.tointeger(last) or self.decisions
end

--- What the log's own record of its opening says: see Store:tell_opening.
---@return table? nil: there is none to write
function Breaker:untold()
  local now = self.open
  if not now or now.told then return nil end
  local band = now.band or {}
  return { opening = now.seq, category = now.category, side = now.side, seen = now.seen, of = now.of, low = band.low,
    high = band.high, share = band.share }
end

--- Takes in the log's record of its opening.
---@param record table
---@return string? message when it tells of another one
function Breaker:tell(record)
  for name, value in pairs(self:untold() or { opening = 0 }) do
    if record[name] ~= value then return "reports an opening of the breaker that was not" end
  end
  self.open.told = true
end

--- What people are shown who close it, as a hash: why it is open, since when, and what is usual from now on, if that is said.
---@param rebase integer?
---@param bands table<string, idngo.watch.Band>?
---@return string
function Breaker:shown(rebase, bands)
  local opened = self.open
  local what = { opening = opened.seq, at = opened.at, why = opened.why, rebase = rebase, bands = bands }
  return core.sha256(json.encode(what, "breaker", "[]"))
end

local function said(record) return record.rebase and tostring(compat.tointeger(record.rebase)) or "" end

--- Who has said the same of this opening.
---@param record table
---@return table<string, boolean>
function Breaker:said_by(record)
  local same = self.closers[said(record)]
  return same and same.keys or {}
end

--- Why it is not to be closed by what a person says, or nil. They say it of one opening, which they have looked at; of another it
--- says nothing.
---@param record table
---@param mandate idngo.watch.Mandate?
---@return string?
---@return table? bands that the person takes for usual
---@return integer? count of decisions that they are made of
function Breaker:objection(record, mandate)
  if not self.open then return "the breaker is closed" end
  if record.opening ~= self.open.seq then return "it was opened again since" end
  if not record.rebase then return nil end
  local last, same = compat.tointeger(record.rebase), self.closers[said(record)]
  if same then return nil, same.bands, same.count end
  local bands, message, count = self:bands_at(last or 0, mandate)
  return message, bands, count
end

--- A person said to close it: it is closed when as many different people as the mandate needs have said the same. What they take
--- for usual, if anything, it goes by until another mandate is current.
---@param record table
---@param mandate idngo.watch.Mandate?
---@return string? message when that does not count
function Breaker:close(record, mandate)
  local objection, bands, count = self:objection(record, mandate)
  if objection then return "closes the breaker, but " .. objection end
  local what = said(record)
  local same = self.closers[what] or { keys = {}, bands = bands, count = count }
  self.closers[what], same.keys[record.key] = same, true
  local people = 0
  for _ in pairs(same.keys) do people = people + 1 end
  if people < (mandate and mandate.approvals or 1) then return end
  if bands then
    watch(self, bands)
    self.rebased = { at = record.at, decisions = count }
    return
  end
  self.open, self.closers, self.doubts = nil, {}, {}
  for _, made in ipairs(self.tests) do clear(made) end
end

--- A breaker out of the values of one.
---@param values table
---@return idngo.watch.Breaker
function M.of(values) return setmetatable(values, Breaker) end

---@return idngo.watch.Breaker
function M.new()
  return M.of { tests = {}, closers = {}, doubts = {}, damaged = {}, openings = 0, decisions = 0, recent = {} }
end

return M
