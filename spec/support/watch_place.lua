-- Where the watches of specs have their journals: in folders; with IDNGO_WATCH_JOURNAL=postgres in a PostgreSQL of the spec's
-- own.

local postgres = require("postgres")

local M = {}

--- Whether they are in PostgreSQL.
M.are_served = os.getenv("IDNGO_WATCH_JOURNAL") == "postgres"

local host
local count = 0

function M.start()
  if not M.are_served then return end
  host = postgres.start()
  assert(require("idngo.run.databases").init(host:url()))
end

function M.stop()
  if host then host:stop() end
  host = nil
end

--- Forgets whom the account has acted on.
function M.forget()
  if host then host:psql("TRUNCATE idngo.people") end
end

--- Where another watch may be: a new folder in `base`, or an address.
function M.new(base)
  count = count + 1
  return host and host:url("watch" .. count) or ("%s/watch%d"):format(base, count)
end

return M
