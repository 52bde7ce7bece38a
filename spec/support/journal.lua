-- Where the runs of specs have their journals: in folders; with IDNGO_JOURNAL=postgres in a PostgreSQL, which journal_helper.lua
-- starts for all that a process of busted runs. A spec says a run's folder in either case; there that is another name of an
-- address, in the process of busted and in those that it starts: see journal_address.lua.

local core = require("idngo.core")

local M = {}

local url = os.getenv("IDNGO_JOURNAL_URL")

--- Whether they are in PostgreSQL.
M.is_served = url ~= nil

--- The name, among the runs of the server, of the one that a spec has in a folder.
function M.name(dir) return "d" .. core.sha256((core.absolute(dir) or dir):gsub("/+$", "")):sub(1, 32) end

--- The address of that.
function M.address(dir) return ("%s&run=%s"):format(url, M.name(dir)) end

--- The folder in which this machine has what a run saves, and its reports.
---@param state string? its IDNGO_STATE_DIR
function M.folder(dir, state)
  if not M.is_served then return dir end
  local store = assert(require("idngo.run.store").find(dir))
  local id = store:get("run")
  store:close()
  return ("%s/runs/%s"):format(state or os.getenv("IDNGO_STATE_DIR"), id)
end

--- Changes the journal of a run that a spec has in a folder, as anybody can who may write it.
function M.change(dir, sql)
  if M.is_served then return M.exec(('SET search_path = "idngo:%s"; %s'):format(M.name(dir), sql)) end
  local db = assert(require("idngo.journal").open(dir .. "/journal.db", false))
  assert(db:exec(sql))
  db:close()
end

--- Does what somebody does who has the role of the runs.
function M.exec(sql)
  local server = assert(require("idngo.run.server").connect(url, {}))
  server:exec(sql)
  server:close()
end

return M
