-- What watches add to runs: the actions of policies, over a journal whose lines events make.

local command = require("idngo.run.command")
local policy = require("idngo.policy.handlers")
local store = require("idngo.watch.store")
local witness = require("idngo.watch.witness")

---@type idngo.run.Handlers
local M = setmetatable({ kind = "watch", Store = store, witness = witness.new, kept = witness.kept }, { __index = policy })

function M.check(opened)
  setmetatable(opened, store)
  opened:check_at_start()
end

function M.again(run) return command(run, "idngo watch --run %s") end
function M.approve_hint(run, hash) return "look at it, then: " .. command(run, "idngo approve %s " .. hash) end

return M
