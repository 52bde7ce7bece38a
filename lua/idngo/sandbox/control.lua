--- The sandbox's own pages under /-/, for tests and demos. Not signed, not limited, not in the ledger.
--
--   GET /-/ledger[?after=SEQ][&endpoint=NAME]   DELETE /-/ledger
--   GET /-/faults   PUT /-/faults   DELETE /-/faults
--   GET /-/applicants[?format=csv][&after=INDEX][&limit=N][&SITUATION=VALUE…]   at most 100 000 rows
local compat = require("idngo.compat")
local json = require("idngo.sandbox.json")
local people = require("idngo.sandbox.people")
local router = require("idngo.sandbox.router")

local control = {}

local MAX_ROWS = 100000
local MAX_FAULTS = 1024 * 1024

local function text(status, body, type)
  return { status = status, headers = { ["Content-Type"] = type or "application/json" }, body = body }
end

local function refuse(status, description)
  return text(status, json.encode({ code = status, description = description }))
end

--- Whole number of a query parameter, or its default; nil when it is none.
local function whole(value, default)
  if not value then return default end
  return value:find("^%d+$") and #value <= 15 and compat.tointeger(value)
end

local pages = { ledger = {}, faults = {}, applicants = {} }

function pages.ledger.GET(api, query)
  local after = whole(query.after, 0)
  if not after then return refuse(400, "after: not a number") end
  return text(200, api.ledger:to_json(after, query.endpoint))
end

function pages.ledger.DELETE(api)
  api.ledger:clear()
  return text(204, "")
end

function pages.faults.GET(api)
  return text(200, json.encode(api.faults.rules))
end

function pages.faults.PUT(api, _, body)
  if #body > MAX_FAULTS then return refuse(413, "the rules are larger than 1 MiB") end
  local rules, message = json.decode(body)
  if rules == nil then return refuse(400, message) end
  local ok, bad = api.faults:set(rules)
  if not ok then return refuse(400, bad) end
  return pages.faults.GET(api)
end

function pages.faults.DELETE(api)
  api.faults:clear()
  return text(204, "")
end

-- Applicants.

local COLUMNS = { "index", "applicantId", "externalUserId" }
for _, name in ipairs(people.situations) do COLUMNS[#COLUMNS + 1] = name end
for _, name in ipairs({ "deleted", "emails" }) do COLUMNS[#COLUMNS + 1] = name end

local function row_of(store, person, index)
  local row = { index = index, applicantId = person.id, externalUserId = person.externalUserId }
  for _, name in ipairs(people.situations) do row[name] = person[name] end
  row.deleted = store:is_deleted(person)
  row.emails = store:emails_to(person)
  return row
end

--- The applicants from the seed, then those that were created, one numbering for both.
local function person_at(world, index)
  if index <= world.people.count then return world.people:at(index) end
  return world.store.added[index - world.people.count]
end

local function to_csv(row)
  local cells = {}
  for i, name in ipairs(COLUMNS) do
    local cell = tostring(row[name])
    cells[i] = cell:find('[",\r\n]') and '"' .. cell:gsub('"', '""') .. '"' or cell
  end
  return table.concat(cells, ",")
end

local function filters(query)
  local wanted = {}
  for _, name in ipairs(people.situations) do
    if query[name] then wanted[#wanted + 1] = { name, query[name] } end
  end
  return wanted
end

local function fits(person, wanted)
  for _, pair in ipairs(wanted) do
    if person[pair[1]] ~= pair[2] then return false end
  end
  return true
end

function pages.applicants.GET(api, query)
  local after, limit = whole(query.after, 0), whole(query.limit, MAX_ROWS)
  local format = query.format or "jsonl"
  if not after or not limit then return refuse(400, "after, limit: not a number") end
  if format ~= "jsonl" and format ~= "csv" then return refuse(400, "format: jsonl or csv") end
  local wanted, world = filters(query), api.world
  local encode = format == "csv" and to_csv or json.encode
  local lines = { format == "csv" and table.concat(COLUMNS, ",") or nil }
  local full = math.min(limit, MAX_ROWS) + #lines
  local last = world.people.count + #world.store.added
  for index = after + 1, last do
    if #lines == full then break end
    local person = person_at(world, index)
    if fits(person, wanted) then lines[#lines + 1] = encode(row_of(world.store, person, index)) end
  end
  lines[#lines + 1] = ""
  return text(200, table.concat(lines, "\n"), format == "csv" and "text/csv" or "application/x-ndjson")
end

---@param api table see api.lua
---@return table reply status, headers, body
function control.answer(api, method, target, body)
  local name, query_text = target:match("^/%-/([^?]*)%??(.*)$")
  local page = pages[name]
  if not page then return refuse(404, "there are /-/ledger, /-/faults and /-/applicants") end
  if not page[method] then
    local reply, methods = refuse(405, "method not allowed"), {}
    for allowed in pairs(page) do methods[#methods + 1] = allowed end
    table.sort(methods)
    reply.headers.Allow = table.concat(methods, ", ")
    return reply
  end
  local query, message = router.query(query_text)
  if not query then return refuse(400, message) end
  for name_of, value in pairs(query) do
    if type(value) == "table" then return refuse(400, name_of .. ": given several times") end
  end
  return page[method](api, query, body)
end

return control
