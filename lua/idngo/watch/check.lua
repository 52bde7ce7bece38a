-- Whether the tables of a watch are what its log says. All of it is looked at whenever the log was read from its beginning; where
-- a start goes on from what was kept (kept.lua), it is looked at while the watcher works, some rows at a time.

local audit = require("idngo.run.audit")
local compat = require("idngo.compat")
local core = require("idngo.core")
local events = require("idngo.watch.event")
local json = require("idngo.json")

---@type idngo.watch.Store
local Store = {}

--- The settings that a watch begins with, as one digest; they never change.
function Store:settings_digest()
  local text = ""
  for _, name in ipairs { "account", "profile", "spool", "created", "version", "kind" } do
    text = text .. ("%s %s\n"):format(name, tostring(self:get(name)))
  end
  return core.sha256(text)
end

-- Rows after which others have their turn: whole pages of them. Of lines, each of which is several questions, fewer where a
-- server is asked.
local ROWS, ASKED = 200, 20

local function check_lines(self, turn)
  local count, last, piece = 0, 0, self.tables.shared and ASKED or ROWS
  for row in self:each("lines") do
    count, last = count + 1, row.n
    local is_forgotten = self:line(row.n).row.fields == self.FORGOTTEN -- by now: others had their turn since it was read
    local bodies = self:row("watch_bodies", row.n)
    if is_forgotten and bodies.there > 0 then
      error(self:damaged("lines", row.n, "has a reply that was destroyed"), 0)
    elseif not is_forgotten and bodies.gone > 0 then
      error(self:damaged("lines", row.n, "lacks a reply that was recorded"), 0)
    end
    if count % piece == 0 then turn() end
  end
  local known = self.witness.db:rows("count_lines")[1]
  if count ~= known.count or last ~= (known.last or 0) or last ~= self.witness.lines then
    error(self:damaged("lines", known.last or 0, "is missing"), 0)
  end
end

--- Of a watch that was purged no line is what the log says any more, and the key is gone by which that could be seen; but there
--- are as many, and nothing personal is in them.
local function check_purged(self)
  local count = 0
  for row in self:each("lines") do
    count = count + 1
    if row.fields ~= "{}" then error(self:damaged("lines", row.n, "holds what was destroyed"), 0) end
  end
  if count ~= self.witness.lines then error(self:damaged("lines", count + 1, "is missing"), 0) end
  for row in self:each("replies") do
    if row.body ~= "" then error(self:damaged("replies", row.r, "holds what was destroyed"), 0) end
  end
  if self:get("secret") then error(self:damaged("run", "secret", "is what was destroyed"), 0) end
end

local function check_events(self, turn)
  local takes, hash, count = self.witness:takes(), "", 0
  local current = takes()
  local function is_complete()
    if hash ~= current.hash then
      error(self:damaged("events", ("%d to %d"):format(current.first, current.last), "are not what the log says"), 0)
    end
    current, hash = takes(), ""
  end
  for row in self:each("watch_events") do
    count = count + 1
    while current and row.n > current.last do is_complete() end
    if not current or row.n < current.first then error(self:damaged("events", row.n, "is not in the log"), 0) end
    hash = events.hash(hash, row)
    if count % ROWS == 0 then turn() end
  end
  while current do is_complete() end
end

local function check_letters(self, turn)
  local after = ""
  while true do
    local page = self:rows("watch_letters", after)
    if not page[1] then break end
    for _, row in ipairs(page) do
      after = row.id
      if self.witness:letter_hash(row.id) ~= self:letter_seal(row) then
        error(self:damaged("letters", row.id, "is not what the log says"), 0)
      end
    end
    turn()
  end
  -- counted at once: more may have been answered by now, also before those that were looked at last
  local count = self:row("watch_count_answered").count
  if count ~= self.witness.letters then error(self:damaged("letters", count, "lacks one that was answered"), 0) end
end

--- What must stand in a letter that was answered.
function Store.letter_seal(_, row)
  return core.sha256(json.encode({ id = row.id, body = row.body, verdict = row.verdict }, "letter", "[]"))
end

local SETTINGS = { account = true, profile = true, spool = true, created = true, version = true, kind = true, run = true,
  secret = true, totals = true, stats = true, state = true }

--- The records of the log that a start did not read, in the journal. `see` may have a message about one.
local function check_records(self, turn, see)
  local from, read = self.kept.from, audit.chain()
  for row in self:each("audit_records") do
    local message = row.seq ~= read.seq + 1 and "is missing" or read:take(row.hash, tostring(row.record), row.signature)
    message = message or see(row)
    if message then error(self:damaged("audit", row.seq, message), 0) end
    if row.seq == from.seq then break end
    if row.seq % ROWS == 0 then turn() end
  end
  if read.hash ~= from.hash then error(self:damaged("audit", read.seq, "is not what was read before"), 0) end
end

--- The same, and in the file where there is one.
local function check_log(self, turn)
  if not self.log_path then return check_records(self, turn, function() end) end
  local file = assert(io.open(self.log_path, "rb"))
  local lines = compat.lines(file)
  local ok, thrown = compat.pcall(check_records, self, turn, function(row)
    if lines() ~= audit.line(row.hash, row.record, row.signature) then return "is another one in audit.jsonl" end
  end)
  file:close()
  if not ok then error(thrown, 0) end
end

local function check_settings(self)
  local seen = self.witness
  if self:settings_digest() ~= seen.settings then
    error(self:damaged("run", "account, profile, spool, created, version or kind", "is not what the log says"), 0)
  end
  if self:get("state") ~= (seen.purged and "purged" or nil) then
    error(self:damaged("run", "state", "is not what the log says"), 0)
  end
  for _, row in ipairs(self:rows("settings")) do
    local kept, hash = tostring(row.name):match("^(%l+) (%x+)$")
    if kept ~= "policy" and kept ~= "report" then kept = nil end
    if kept and core.sha256(tostring(row.value)) ~= hash then
      error(self:damaged("run", row.name, ("is not that %s"):format(kept)), 0)
    elseif not kept and not SETTINGS[row.name] then
      error(self:damaged("run", tostring(row.name), "is no setting of a watch"), 0)
    end
  end
  for _, mandate in ipairs(seen.mandates) do
    for kept, hash in pairs { policy = mandate.policy, report = mandate.report } do
      if not self:get(kept .. " " .. hash) then error(self:damaged("run", kept .. " " .. hash, "is missing"), 0) end
    end
  end
end

local function check_replies(self, turn)
  local count = 0
  for row in self:each("replies") do
    count = count + 1
    if row.body ~= "" and core.sha256(tostring(row.body)) ~= row.hash then -- whose may be destroyed was looked at by lines
      error(self:damaged("replies", row.r, "is not what was recorded"), 0)
    end
    if count % ROWS == 0 then turn() end
  end
end

local function nothing() end

--- Throws where a table is not what the log says.
---@param turn fun()? called now and then, between rows
function Store:check(turn)
  turn = turn or nothing
  local purged = self.witness.purged
  check_settings(self)
  if purged then check_purged(self) else check_lines(self, turn) end
  check_events(self, turn)
  check_letters(self, turn)
  if not purged then check_replies(self, turn) end
end

--- At a start: at once, where the log was read from its beginning; else bit by bit, see check_on.
function Store:check_at_start()
  if not (self.kept and self.kept.from) then return self:check() end
  check_settings(self)
  self.checking = true
end

--- Looks at what a start has not looked at, if there is something; what throws in `turn` ends it.
---@param turn fun() called now and then, between rows: others may work meanwhile
function Store:check_on(turn)
  if not self.checking then return end
  self.tables:together(function()
    local function let() self.tables:apart(turn) end
    self:check(let)
    check_log(self, let)
  end)
  self.checking = nil
end

return Store
