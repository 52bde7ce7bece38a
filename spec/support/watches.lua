-- Watches for specs: spools that are filled as told, and what journal, log and ledger say in the end.

local address = require("idngo.run.address")
local audit = require("idngo.run.audit")
local core = require("idngo.core")
local handlers = require("idngo.watch.handlers")
local json = require("idngo.json")
local keys = require("idngo.run.keys")
local stores = require("idngo.run.store")
local verify = require("idngo.run.verify")

local M = {}

--- The moment of an event, as the service writes it.
function M.stamp(seconds)
  return os.date("!%Y-%m-%d %H:%M:%S", math.floor(seconds)) .. (".%03d"):format(math.floor(seconds % 1 * 1000))
end

--- The bytes of a review's event.
function M.reviewed(id, answer, at, more)
  local event = { type = "applicantReviewed", applicantId = id, createdAtMs = at and M.stamp(at) or nil,
    reviewResult = answer and { reviewAnswer = answer } or nil }
  for name, value in pairs(more or {}) do event[name] = value end
  return json.encode(event)
end

--- Appends bodies to a spool, and waits until they are on disk.
function M.fill(dir, bodies)
  core.folder(dir)
  local spool, last = assert(core.spool(dir, 64 * 1024 * 1024)), nil
  for _, body in ipairs(bodies) do
    last = spool:append(body)
    while not last do
      core.sleep(0.01)
      last = spool:append(body)
    end
  end
  while last and not spool:durable(last) do core.sleep(0.002) end
  spool:close()
end

--- Opens a watch's journal to read, with its log read and compared. Close it.
function M.read(dir)
  local store = assert(stores.read(dir, "watch"))
  setmetatable(store, handlers.Store)
  verify.journal(store, handlers, assert(keys.own(false)), true)
  return store
end

--- Rows of any statement.
function M.rows(store, sql)
  if not store.tables.shared then return assert(assert(store.tables.db:prepare(sql)):rows()) end
  local name = "spec " .. core.sha256(sql):sub(1, 16)
  store.tables.sql[name] = sql
  return store.tables:rows(name)
end

--- What the log alone says: a message, or nil where it is sound; of a watch in PostgreSQL what all of it says.
function M.log(dir)
  if address.is(dir) then
    local ok, thrown = pcall(function() M.read(dir):close() end)
    return not ok and tostring(thrown) or nil
  end
  local result, message = verify.log(dir .. "/audit.jsonl", function() return handlers end, assert(keys.own(false)),
    (assert(keys.approvers())))
  return not result and message or nil
end

--- Every record of the log.
function M.records(dir)
  local list = {}
  if address.is(dir) then
    local store = assert(stores.read(dir))
    for row in store:each("audit_records") do list[row.seq] = json.decode(row.record) end
    store:close()
    return list
  end
  for line in io.lines(dir .. "/audit.jsonl") do list[#list + 1] = json.decode(line).record end
  return list
end

M.start = audit.start

return M
