-- T1 of a watch's journal: events, the lines that they make, the older lines that they supersede, and how far the spool is read.

local compat = require("idngo.compat")
local core = require("idngo.core")
local echo = require("idngo.watch.echo")
local errors = require("idngo.error")
local events = require("idngo.watch.event")
local moves = require("idngo.watch.moves")

---@type idngo.watch.Store
local Store = {}

--- The step that may have caused an event, "N.K"; and whether the event says no more than that.
local function caused(self, read, spent)
  if not read.id or not read.event then return nil end
  local named, states = echo.of(read.event)
  if not named then return nil end
  for _, act in ipairs(self.witness:acts(read.id, named)) do
    local is_free = not states or not spent[("%d.%d"):format(act.n, act.k)]
    if is_free and read.created >= act.since - echo.BEFORE and (not act.till or read.created <= act.till + echo.AFTER) then
      return ("%d.%d"):format(act.n, act.k), states, act
    end
  end
end

local COLUMNS = { "n", "digest", "result", "word", "line", "subject", "topic", "type", "created", "dated", "answer", "received",
  "step" }

local function add_event(self, row)
  local values = {}
  for i, name in ipairs(COLUMNS) do values[i] = row[name] end
  self:run("watch_add_event", compat.unpack(values, 1, #COLUMNS))
end

--- Events that are newer than one: of its subject and topic, where the newest alone counts; and that its applicant was deleted,
--- which is newer in every topic.
---@param about idngo.watch.Event|table an event, or a row of lines
---@param newest "topic"|"none"
---@return {n: integer, step: string?}[]
function Store:newer(about, newest)
  local list = newest == "topic" and self:rows("watch_newer", about.subject, about.topic, about.created, about.dated) or {}
  local gone = about.id and about.topic ~= events.PRESENCE and self:rows("watch_deleted", about.id, about.created)[1]
  if gone then table.insert(list, 1, gone) end
  return list
end

--- Supersedes the lines that an event is newer than, as long as they have sent nothing; how many of them were to be decided.
local function supersede(self, row, id, newest, list)
  local undecided = 0
  local all = newest == "topic" and self:rows("watch_older", row.subject, row.topic, row.created, row.dated) or {}
  if id and events.DELETED[row.type] then
    for _, about in ipairs(self:rows("watch_left_about", id, row.created)) do all[#all + 1] = about end
  end
  for _, older in ipairs(all) do
    local line = self.touched[older.n] and { row = self:row("line", older.n), steps = {} } -- of the same take, not in the log yet
      or self:line(older.n)
    if not moves.is_begun(line) then
      undecided = undecided + (line.row.state == "new" and 1 or 0)
      moves.void(self, line, ("event %d is newer"):format(row.n))
      line.row.by = row.n
      moves.move(self, line.row, "superseded")
      list[#list + 1] = older.n
    end
  end
  return undecided
end

--- Takes records of the spool.
---@param places table<string, {[1]: integer, [2]: integer}> by segment, from where to where it was read
---@param reads idngo.watch.Event[]
---@return integer made lines that are to be decided more than before
function Store:take(places, reads)
  local made
  self:transaction(function()
    local seen, mandate = self.witness, self.witness:current_mandate()
    local on, n, line_n, hash = {}, seen.events, seen.lines, ""
    local superseded, echoes, spent, repeats, damaged = {}, {}, {}, 0, 0
    made = 0
    for _, type in ipairs(mandate.on) do on[type] = true end
    for segment, each in pairs(places) do
      if (seen.places[segment] or 0) ~= each[1] then
        error(errors.new { kind = "limit", outcome = "not_sent", message = "another process has read the spool further",
          hint = "let the other one go on" }, 0)
      end
    end
    for _, read in ipairs(reads) do
      if self:row("watch_event", read.digest) then
        repeats = repeats + 1
      else
        n = n + 1
        local row = { digest = read.digest, n = n, type = read.type, received = read.received }
        local foreign = read.foreign or read.test and not mandate.tests and "testMode" or nil
        if foreign then
          row.result, row.word, row.dated = read.damaged and "damaged" or "ignored", foreign, 0
          damaged = damaged + (read.damaged and 1 or 0)
        else
          row.subject, row.topic, row.created, row.dated, row.answer = read.subject, read.topic, read.created, read.dated,
            read.answer
          local step, states, act = caused(self, read, spent)
          row.step = step
          if states and not mandate.echoes then
            row.result = "echo"
            echoes[#echoes + 1], spent[step] = { act.n, act.k }, true
          elseif on[read.type] then
            row.result = "line"
          else
            row.result, row.word = "ignored", "type not in on"
          end
        end
        if row.result == "line" then
          line_n = line_n + 1
          row.line = line_n
          local now, newer = core.wall(), self:newer(read, mandate.newest)[1]
          local late = events.is_late(read, seen.known)
          local state = newer and "superseded" or late and "waiting" or "new"
          self:run("watch_add_line", line_n, read.id, read.body, read.digest, row.subject, row.topic, row.created, row.dated,
            row.received, state, state == "waiting" and "late" or nil, newer and newer.n or nil, now, newer and now or nil)
          self.touched[line_n] = true
          self:count("lines:" .. state, 1)
          if state == "waiting" then self:count("waiting:late", 1) end
          if state == "new" then made = made + 1 end
        end
        add_event(self, row)
        self:count("events:" .. row.result, 1)
        if row.result == "ignored" then self:count("ignored:" .. row.word, 1) end
        hash = events.hash(hash, row)
        if row.subject and row.result ~= "echo" then
          made = made - supersede(self, row, read.id, mandate.newest, superseded)
        end
      end
    end
    if repeats > 0 then self:count("events:repeat", repeats) end
    self:record("taken", { places = places, first = seen.events + 1, last = n, made = line_n - seen.lines, hash = hash,
      repeats = repeats > 0 and repeats or nil, superseded = superseded[1] and superseded,
      echoes = echoes[1] and echoes, damaged = damaged > 0 and damaged or nil })
  end)
  return made
end

return Store
