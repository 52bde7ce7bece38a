-- What is personal in lines that are over is destroyed while the watch goes on: the body of the event, facts, arguments, what
-- servers said, and the files that were saved. It is when a person said up to when, or the mandate says for how long it is kept,
-- and when the event came that the applicant was deleted. Who was decided about, how, and what was done stay, with the hashes
-- that stand in the log. So does what is known of events, such as their digests, as long as somebody may need it.

local core = require("idngo.core")
local events = require("idngo.watch.event")
local moves = require("idngo.watch.moves")

---@type idngo.watch.Store
local Store = {}

--- What stands in the place of an event's body that was destroyed; no event is it.
Store.FORGOTTEN = "{}"

local GONE = 2 -- ENOENT

--- Removes what the steps of a line saved here; why something stays, or nil.
local function remove_files(run, line)
  for _, step in ipairs(line.steps) do
    if step.file then
      local ok, why, code = os.remove(("%s/%s/%s"):format(run.folder, run.handlers.folder, step.file))
      if not ok and code ~= GONE then return why end
    end
  end
end

--- Destroys what is personal of some lines; how many, and why some stay. Files go first: of a line that still has its rows what
--- is left is looked for again.
local function forget(self, run, list)
  local forgot, trouble
  self:transaction(function()
    forgot = {}
    for _, n in ipairs(list) do
      local line = self:line(n)
      if moves.OVER[line.state] and not moves.is_left(line) and line.row.fields ~= self.FORGOTTEN then
        local why = remove_files(run, line)
        if not why then
          for _, name in ipairs { "watch_forget_replies", "watch_forget_steps", "watch_forget_line" } do self:run(name, n) end
          self.touched[n] = true
          forgot[#forgot + 1] = n
        end
        trouble = trouble or why
      end
    end
    if forgot[1] then self:record("forgotten", { forgot = forgot }) end
  end)
  return #forgot, trouble
end

--- The moment of which nothing is to be kept that ended before: that a person said, or by the mandate that is current. A clock
--- that was set has it be no later.
local function moment(self)
  local seen = self.witness
  local mandate = seen:current_mandate()
  local by_mandate = mandate and mandate.keep and math.min(core.wall(), self:clock()) - mandate.keep
  return math.max(seen.forget or 0, by_mandate or 0)
end

--- Destroys it of all lines of which it is to be destroyed.
---@param run idngo.run.Run this watch
---@param stop (fun(): boolean)? called now and then, between transactions: whether to leave the rest to the next time
---@return integer count of lines
---@return string? trouble why some stay
function Store:forget_on(run, stop)
  local before, after, count, trouble = moment(self), 0, 0, nil
  if not self.tables.shared then self.tables:exec("PRAGMA secure_delete = ON") end -- what is overwritten is so in the file, too
  repeat
    local rows, due = self:rows("watch_forgettable", after, before), {}
    for _, row in ipairs(rows) do
      after = row.n
      if row.due == 1 then due[#due + 1] = row.n end
    end
    if due[1] then
      local some, why = forget(self, run, due)
      count, trouble = count + some, trouble or why
    end
  until not rows[1] or stop and stop()
  self.unclean = self.unclean or count > 0
  self:clean()
  return count, trouble
end

local WINDOW = 2000 -- rows of events that are looked at at once, at most, but for those of one take

--- Takes behind one, as many as fill a window.
local function window(seen, after)
  local list, count = {}, 0
  for take in seen:takes(after) do
    count = count + take.last - take.first + 1
    if list[1] and count > WINDOW then break end
    list[#list + 1] = take
    if #list == 200 then break end
  end
  return list
end

--- Forgets the events of some takes that are not needed any more; how many.
local function forget_events(self, takes, known)
  local first, last = takes[1].first, takes[#takes].last
  if not self:rows("watch_unneeded", first, last, known)[1] then return 0 end
  local gone
  self:transaction(function()
    gone = self:rows("watch_unneeded", first, last, known)
    self:run("watch_drop_unneeded", first, last, known)
    local left, i = {}, 1
    for _, take in ipairs(takes) do
      local before = i
      while gone[i] and gone[i].n <= take.last do i = i + 1 end
      if i > before then
        local hash = ""
        for _, row in ipairs(self:rows("watch_events_of", take.first, take.last)) do hash = events.hash(hash, row) end
        left[tostring(take.first)] = hash
      end
    end
    if gone[1] then self:record("forgotten", { known = known, left = left }) end
  end)
  return #gone
end

--- Forgets events of which a repeat waits for a person, since it would be that old; how many.
---@param stop (fun(): boolean)? called now and then, between transactions: whether to leave the rest to the next time
---@return integer
function Store:forget_events(stop)
  if self.checking then return 0 end -- it compares page after page, and would find another one
  -- no clock that was set has it forget too early
  local known, count, takes = math.min(core.wall(), self:clock()) - events.KNOWN, 0, window(self.witness, 0)
  while takes[1] do
    count = count + forget_events(self, takes, known)
    if stop and stop() then break end
    takes = window(self.witness, takes[#takes].first)
  end
  return count
end

--- Leaves nothing in SQLite's own log of what was overwritten, as soon as nobody reads a moment before. A server's is its own.
function Store:clean()
  if self.unclean then self.unclean = not self.tables.shared and self:row("empty_log").busy ~= 0 end
end

--- Whether a moment up to which a person has all destroyed lies a day back, at least.
function Store.is_past(_, before) return before <= core.wall() - 86400 end

return Store
