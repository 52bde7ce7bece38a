-- What the log of a watch comes to, kept outside its folder or its database as the heads of runs are: so a start reads the log
-- from there on, and what was read before is looked at again while the watcher works.
--
-- The tables of the witness lie in $IDNGO_STATE_DIR/seen, a file for every watch, and with them, signed, everything else that it
-- knows, and which record that was at. All of it is written at once, every so many records; a crash leaves what was written last.
-- Nothing is lost with them: a file that cannot be read, or is another's, is made anew, and so is one that a process rested on
-- which found damage, since that may be the file's.

local breaker = require("idngo.watch.breaker")
local compat = require("idngo.compat")
local core = require("idngo.core")
local database = require("idngo.run.database")
local errors = require("idngo.error")
local heads = require("idngo.run.heads")
local journal = require("idngo.journal")
local version = require("idngo.version")

local M = {}

--- Of what is kept: another number wherever a witness keeps something else, or means something else by it. Another version of
--- idngo may read the log otherwise, and reads all of it.
M.FORMAT = "10 " .. version

--- Records, events and lines from one writing to the next. With fewer of them a watch is read whole.
M.EVERY = 1000

local STATE = "CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL, signature TEXT NOT NULL);"

local SQL = {
  tables = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql",
  get_state = "SELECT text, signature FROM state",
  set_state = "INSERT INTO state VALUES (1, ?1, ?2) ON CONFLICT (id) DO UPDATE SET text = ?1, signature = ?2",
}

---@class idngo.watch.Kept: idngo.run.Database
---@field path string
---@field read integer records, events and lines when it was written last; 0 before
---@field from {seq: integer, hash: string, size: integer, read: integer}? where this process went on
---@field is_distrusted boolean? nothing goes on from it any more
local Kept = setmetatable({}, { __index = database.Database })
Kept.__index = Kept

-- Values as text, every number as it is.

local pack = {}
local function packed(value) return pack[type(value)](value) end
function pack.string(value) return ("s%d:%s"):format(#value, value) end
function pack.boolean(value) return value and "t" or "f" end
function pack.number(value)
  if compat.is_integer(value) then return ("i%d;"):format(value) end
  return ("n%s;"):format(compat.with_point(("%.17g"):format(value)))
end
--- First what stands at 1, 2, 3, …, without its keys, "=" for a text that is the one before: the breaker remembers thousands of
--- decisions, most of which are alike.
function pack.table(value)
  local parts, count = { "{" }, #value
  for i = 1, count do
    local is_same = i > 1 and type(value[i]) == "string" and value[i] == value[i - 1]
    parts[i + 1] = is_same and "=" or packed(value[i])
  end
  parts[count + 2] = "|"
  for key, each in pairs(value) do
    if not (compat.is_integer(key) and key >= 1 and key <= count) then
      parts[#parts + 1] = packed(key)
      parts[#parts + 1] = packed(each)
    end
  end
  parts[#parts + 1] = "}"
  return table.concat(parts)
end

--- The value that stands at a place of a text, and the place behind it.
local function unpacked(text, at)
  local kind = text:sub(at, at)
  if kind == "t" or kind == "f" then return kind == "t", at + 1 end
  if kind == "s" then
    local colon = text:find(":", at, true)
    local behind = colon + 1 + tonumber(text:sub(at + 1, colon - 1))
    return text:sub(colon + 1, behind - 1), behind
  end
  if kind == "i" or kind == "n" then
    local last = text:find(";", at, true)
    local digits = text:sub(at + 1, last - 1)
    return kind == "i" and compat.tointeger(digits) or compat.tonumber(digits), last + 1
  end
  local made, count = {}, 0
  at = at + 1
  local mark = text:sub(at, at)
  while mark ~= "|" do
    count = count + 1
    if mark == "=" then
      made[count], at = made[count - 1], at + 1
    else
      made[count], at = unpacked(text, at)
    end
    mark = text:sub(at, at)
  end
  at = at + 1
  while text:sub(at, at) ~= "}" do
    local key, behind = unpacked(text, at)
    made[key], at = unpacked(text, behind)
  end
  return made, at + 1
end

-- Of a witness, what is no value.
local NOT_KEPT = { handlers = true, db = true }

local function statement(run, text) return ("idngo seen %s\n%s\n%s"):format(M.FORMAT, run, core.sha256(text)) end

local function broken(path, message, hint)
  return errors.new { kind = "io", outcome = "not_sent",
    message = ("what the watch's log comes to: %s: %s"):format(path, message),
    hint = hint or "start the watch again, which reads its whole log then; where that does not help, repair the disk" }
end

local function statements(schema)
  local list = {}
  for each in schema:gmatch("%s*([^;]+);") do list[#list + 1] = each end
  table.sort(list)
  return table.concat(list, ";")
end

local function remove(path)
  for _, tail in ipairs { "", "-wal", "-shm" } do os.remove(path .. tail) end
end

--- Opens a file, or makes it; one that is no database of ours to open is made anew.
local function open(path)
  if core.is_regular(path) == false then error(broken(path, "it is no regular file", "remove it"), 0) end
  local db, message, word = journal.open(path, true)
  if not db and word ~= "busy" then
    remove(path)
    db, message = journal.open(path, true)
  end
  local ok = db
  -- what a power cut takes is read from the log again; and what pages it holds in memory grows with the watch
  if db then ok, message = db:exec("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -256") end
  if not ok then error(broken(path, message), 0) end
  return db
end

--- Opens what is kept of a watch whose lock this process holds; empty where there is nothing, or what was kept does not fit.
---@param run string its id
---@param schema string of the witness, with statements in it
---@param sql table<string, string>
---@return idngo.watch.Kept? nil: it is no id
function M.open(run, schema, sql)
  if type(run) ~= "string" or not run:find("^%x+$") then return nil end
  local folder, err = heads.folder("seen")
  if not folder then error(err, 0) end
  local path, all, self = ("%s/%s.db"):format(folder, run), {}, nil
  for _, each in ipairs { SQL, sql } do
    for name, text in pairs(each) do all[name] = text end
  end
  self = database.over(open(path), all, function(message, word)
    if word ~= "busy" then self:distrust() end
    return broken(path, message)
  end, Kept)
  self.path, self.schema, self.read = path, schema, 0
  return self
end

--- Begins anew.
function Kept:forget()
  self.db:close()
  remove(self.path)
  self.db, self.made, self.from, self.read = open(self.path), {}, nil, 0
  self:exec(self.schema .. STATE)
  self:exec("BEGIN")
end

--- Damage was found by who rests on what was kept, and may be here: whatever it is, the next process reads the whole log. This
--- one has its tables until it ends, and writes nothing more down.
function Kept:distrust()
  self.is_distrusted = true
  remove(self.path)
end

--- What was kept, where it is of this journal and signed: the witness goes on from there.
---@param store idngo.watch.Store
---@param witness idngo.watch.Witness new; it gets what was kept
---@param public userdata key
---@return boolean
local function went_on(self, store, witness, public)
  local made = {}
  for i, row in ipairs(self:rows("tables")) do made[i] = row.sql end
  if table.concat(made, ";") ~= statements(self.schema .. STATE) then return false end
  local kept = self:rows("get_state")[1]
  if not kept or not public:verify(statement(store:get("run"), kept.text), kept.signature) then return false end
  local state = unpacked(kept.text, 1)
  local row = store:row("audit_record", state.from.seq)
  if not row or row.hash ~= state.from.hash then return false end -- the folder was put back, or it is another one
  for name, value in pairs(state.witness) do witness[name] = value end
  witness.breaker = breaker.of(witness.breaker)
  self.from, self.read = state.from, state.from.read
  return true
end

--- Goes on from what was kept, or begins anew; the record that the log is to be read behind, or nil.
---@return {seq: integer, hash: string, size: integer, read: integer}?
function Kept:resume(store, witness, public)
  local ok, went = pcall(went_on, self, store, witness, public)
  if ok and went then self:exec("BEGIN") else self:forget() end
  return self.from
end

--- Writes down what a store's witness knows, when it is time; or at once, where a watch ends of which that was written before.
---@param store idngo.watch.Store
---@param ends boolean?
function Kept:look(store, ends)
  local read = store.head.seq + store.witness.events + store.witness.lines
  local every = ends and self.read > 0 and 1 or M.EVERY
  if read - self.read < every or self.is_distrusted then return end
  local state = { witness = {}, from = { seq = store.head.seq, hash = store.head.hash, size = store:log_size(), read = read } }
  for name, value in pairs(store.witness) do
    if not NOT_KEPT[name] then state.witness[name] = value end
  end
  local text = packed(state)
  self:run("set_state", text, store.key:sign(statement(store.run_id, text)))
  self:exec("COMMIT; BEGIN")
  self.read = read
end

return M
