-- The applicants of an input: which ids are taken, and where its rows wait. They wait in a file without a name: memory does not
-- grow with them. No message shows a piece of the input.

local database = require("idngo.run.database")
local inputs = require("idngo.policy.inputs")
local json = require("idngo.json")
local names = require("idngo.policy.names")

local M = {}

local MAX_ID = 64
-- More than these are not listed one by one.
local MAX_MESSAGES = 20

--- A message about an `id` that no applicant can have, or nil. The service's own are 24 letters and digits. Where no column or
--- field is called applicantId (`unsure`), a word or a number alone is refused, too.
local function wrong_id(id, unsure)
  if type(id) ~= "string" or id == "" then return "no applicantId" end
  if #id > MAX_ID then return ("longer than the %d characters that an applicant's id may have"):format(MAX_ID) end
  if not id:find("^%w[%w_-]*$") then return "no applicant's id, which has A-Z a-z 0-9 _ and - alone" end
  if unsure and not (#id == 24 and id:find("^%w+$")) and not (id:find("%a") and id:find("%d")) then
    return "no applicant's id as far as can be told; if it is one, let it stand in a column called applicantId"
  end
end

local SQL = {
  add = "INSERT INTO rows (line, id, fields) VALUES (?, ?, ?)",
  rows = "SELECT n, id, fields FROM rows WHERE n > ? ORDER BY n LIMIT 200",
  ids = "SELECT count(DISTINCT id) AS count FROM rows",
  twice = [[SELECT line, (SELECT min(line) FROM rows AS a WHERE a.id = rows.id) AS first FROM rows
    WHERE id IN (SELECT id FROM rows GROUP BY id HAVING count(*) > 1) AND line > first ORDER BY line LIMIT ?]],
}

---@class idngo.policy.Rows applicants as they were read
---@field count integer
---@field store idngo.run.Database
local Rows = {}
Rows.__index = Rows

--- Rows to be filled.
---@return idngo.policy.Rows
function M.new()
  local schema = "CREATE TABLE rows (n INTEGER PRIMARY KEY, line INTEGER, id TEXT, fields TEXT); BEGIN"
  return setmetatable({ count = 0, store = database.scratch(schema, SQL, "the input") }, Rows)
end

--- Adds one.
---@param line integer? where it stands
---@param row table with its id
function Rows:add(line, row)
  self.count = self.count + 1
  self.store:run("add", line, row.id, json.encode(row, "row", "[]"))
end

--- Every applicant: number, id, and fields as JSON.
---@return fun(): integer?, string?, string?
function Rows:each()
  local page, i, n = {}, 0, 0
  return function()
    i = i + 1
    if i > #page then page, i = self.store:rows("rows", n), 1 end
    local row = page[i]
    if not row then return nil end
    n = row.n
    return n, row.id, row.fields
  end
end

function Rows:close() self.store:close() end

---@class idngo.policy.Gatherer gathers rows, and messages about those that are wrong
---@field rows idngo.policy.Rows
---@field columns idngo.policy.Names? of all rows
local Gatherer = {}
Gatherer.__index = Gatherer

---@param declared idngo.policy.Inputs
---@return idngo.policy.Gatherer
function M.gatherer(declared)
  return setmetatable({ declared = declared, rows = M.new(), messages = {}, count = 0 }, Gatherer)
end

--- Notes what is wrong with a line; `text` instead says the line itself.
function Gatherer:refuse(line, what, text)
  self.count = self.count + 1
  if self.count > MAX_MESSAGES then return end
  self.messages[self.count] = { line = line, text = text or ("line %d: %s"):format(line, what), place = self.count }
end

--- Adds an applicant.
---@param line integer
---@param id any
---@param fields table the others of its row
---@param unsure boolean? see wrong_id
function Gatherer:add(line, id, fields, unsure)
  local message = wrong_id(id, unsure)
  if message then return self:refuse(line, message) end
  fields.id = id
  local row, messages = inputs.take(self.declared, fields, true)
  for _, each in ipairs(messages) do self:refuse(line, each) end
  self.rows:add(line, row)
  self.columns = names.add(self.columns, fields)
end

--- The messages, in order of the lines, with those about ids that stand twice; nil where there is none.
---@return string?
function Gatherer:message()
  local shown, store = self.messages, self.rows.store
  store:exec("CREATE INDEX ids ON rows (id)") -- of all of them at once, sorted
  local twice = store:rows("twice", MAX_MESSAGES)
  for _, row in ipairs(twice) do
    shown[#shown + 1] = { line = row.line, place = #shown + 1,
      text = ("line %d: the id stands on line %d already"):format(row.line, row.first) }
  end
  if not shown[1] then return nil end
  if twice[1] then self.count = self.count + self.rows.count - store:rows("ids")[1].count end
  table.sort(shown, function(one, other)
    if one.line ~= other.line then return one.line < other.line end
    return one.place < other.place
  end)
  local texts = {}
  for i = 1, math.min(#shown, MAX_MESSAGES) do texts[i] = shown[i].text end
  if self.count > #texts then texts[#texts + 1] = ("and %d more"):format(self.count - #texts) end
  return table.concat(texts, "\n")
end

return M
