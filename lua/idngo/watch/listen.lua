-- What a watcher tells on a port of this machine: /healthz, and /metrics for Prometheus. It answers beside its other work, so
-- that a watcher that hangs does not answer; one that waits for a server says so.

local compat = require("idngo.compat")
local errors = require("idngo.error")
local figures = require("idngo.watch.figures")
local host_of = require("idngo.sandbox_host")
local parallel = require("idngo.runtime.parallel")

local M = {}

local MAX_CONNECTIONS, IDLE_CONNECTION, MAX_BODY = 16, 10, 1024
local TURNS = 4 -- of the host at one look: a request is accepted, read and answered in several
local SILENCE = 5 -- seconds for which a journal's server may not answer

---@class idngo.watch.Listener
local Listener = {}
Listener.__index = Listener

local pages = {
  ["/metrics"] = function(watcher)
    return 200, "text/plain; version=0.0.4; charset=utf-8", figures.text(watcher.store, watcher.pause.current, watcher.run.stats,
      watcher.shadow.passed_over)
  end,
  ["/healthz"] = function(watcher)
    local word, reasons = figures.health(watcher.store, watcher.pause.current, watcher.unstarted, watcher.shadow.blind)
    return word == "failing" and 503 or 200, "text/plain; charset=utf-8", word .. "\n" .. table.concat(reasons, "\n")
      .. (reasons[1] and "\n" or "")
  end,
}

local function silence(watcher)
  local tables = watcher.store.tables
  return tables.silence and tables:silence() or 0
end

local function answer(watcher, request, method, target)
  local page = pages[target:match("^[^?]*")]
  local status, kind, body = 404, "text/plain", "there are /healthz and /metrics\n"
  if page and method ~= "GET" and method ~= "HEAD" then
    status, body = 405, "GET alone\n"
  elseif page and silence(watcher) > SILENCE then -- whoever asks it something now would wait, too
    status, body = 503, ("failing\nthe journal's server has not answered for %.0f s\n"):format(silence(watcher))
  elseif page then
    local ok, code, media, text = compat.pcall(page, watcher)
    if ok then status, kind, body = code, media, text else status, body = 503, "failing\nthe journal cannot be read\n" end
  end
  local headers = { ["Content-Type"] = kind, ["Cache-Control"] = "no-store", Allow = status == 405 and "GET, HEAD" or nil }
  if not request:reply(status, headers, body, 0) then request:drop(0) end
end

--- Answers each request in a task of its own: one that waits for a server keeps no other waiting.
local function take_next(watcher, request, ...)
  if not request then return false end
  parallel.spawn(answer, watcher, request, ...)
  return true
end

--- Answers who has asked; waits for nobody. Inside a task.
---@param watcher idngo.watch.Watcher
function Listener:look(watcher)
  for _ = 1, TURNS do
    self.host:wait(0)
    while take_next(watcher, self.host:next()) do end
  end
end

function Listener:close() self.host:close() end

--- Listens.
---@param address string of this machine
---@param port integer 0 for any
---@return idngo.watch.Listener? listener its field `port` is the one that it listens on
---@return idngo.Error?
function M.open(address, port)
  local host, message = host_of.open { address = address, port = port, max_connections = MAX_CONNECTIONS,
    idle_seconds = IDLE_CONNECTION, max_body = MAX_BODY, max_bodies = MAX_CONNECTIONS * MAX_BODY }
  if not host then
    return nil, errors.new { kind = "connect", outcome = "not_sent", message = message, hint = "choose another --listen" }
  end
  return setmetatable({ host = host, port = host:port() }, Listener)
end

return M
