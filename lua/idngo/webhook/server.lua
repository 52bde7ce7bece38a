-- The webhook receiver without nginx: the same answers, the same spool, by the rules of webhook/receiver.lua, in a process of
-- its own. What is answered 200 is on disk.
--
-- Repeats are known by their bytes, as there, and beyond a restart too: what the spool holds of the last 48 hours is read when
-- the receiver starts.

local core = require("idngo.core")
local errors = require("idngo.error")
local host_of = require("idngo.sandbox_host")
local secrets = require("idngo.webhook.secrets")
local spool = require("idngo.webhook.spool")
local verify = require("idngo.webhook.verify")

local M = {}

local REMEMBERED = 2 * 86400 -- seconds: the service sends an event again for a day
local STORE_TIMEOUT = 4 -- seconds; the service waits 5
local IDLE, POLL = 1, 0.001 -- seconds to wait while nothing, or something, is on its way to the disk
local MAX_CONNECTIONS, IDLE_CONNECTION = 256, 30

local function failed(kind, message, hint)
  return nil, errors.new { kind = kind, outcome = "not_sent", message = message, hint = hint }
end

--- The secrets in the first lines of files; nil and a message.
local function secrets_in(paths)
  local list = {}
  for i, path in ipairs(paths) do
    local secret, message = secrets.read(path)
    if not secret then return nil, message end
    list[i] = secret
  end
  return list
end

---@class idngo.WebhookServer
local Server = {}
Server.__index = Server

local function reply(request, status, message)
  if message then io.stderr:write(("idngo: %d: %s\n"):format(status, message)) end
  local headers = status == 405 and { Allow = "POST" } or {}
  if not request:reply(status, headers, "", 0) then request:drop(0) end
end

--- Forgets the repeats that are too old, now and then.
local function forget(self)
  local limit = core.wall() - REMEMBERED
  if self.forgotten_at > core.wall() - 3600 then return end
  self.forgotten_at = core.wall()
  for key, at in pairs(self.known) do
    if at < limit then self.known[key] = nil end
  end
end

--- Takes one request: answers it, or leaves it to wait for the disk.
local function take(self, request, method, target, headers, body, _, refused)
  if target:match("^[^?]*") ~= self.path then return reply(request, 404, "a request for another path") end
  if refused then return reply(request, refused, "a request that is too large") end
  if method ~= "POST" then return reply(request, 405) end
  local event, err = verify.verify(body, headers, self.secrets, self.options)
  if not event then return reply(request, err.status, tostring(err)) end
  local key = core.sha256(body)
  if self.known[key] then return reply(request, 200) end
  local waiting = self.by_key[key]
  if waiting then -- the first of it is on its way: both get its answer
    waiting.requests[#waiting.requests + 1] = request
    return
  end
  local record, message = self.writer:append(body)
  if not record then return reply(request, 503, message) end
  waiting = { key = key, record = record, requests = { request }, deadline = core.now() + STORE_TIMEOUT }
  self.by_key[key], self.waiting[#self.waiting + 1] = waiting, waiting
end

local function take_next(self, request, ...)
  if not request then return false end
  take(self, request, ...)
  return true
end

local function answer_all(waiting, status, message)
  for i, request in ipairs(waiting.requests) do reply(request, status, i == 1 and message or nil) end
  waiting.requests = {}
end

--- Answers the requests whose record is on disk by now, could not be stored, or takes too long.
local function settle(self)
  local still = {}
  for _, waiting in ipairs(self.waiting) do
    local durable, message = self.writer:durable(waiting.record)
    if durable then
      self.known[waiting.key] = core.wall()
      answer_all(waiting, 200)
    elseif durable == nil then
      answer_all(waiting, 503, message)
    else
      if core.now() > waiting.deadline and waiting.requests[1] then answer_all(waiting, 503, "the disk takes too long") end
      still[#still + 1] = waiting -- it may become durable yet, and its repeat is one then
    end
    if durable ~= false then self.by_key[waiting.key] = nil end
  end
  self.waiting = still
end

--- Waits for requests and answers those that can be.
---@return integer? signal
function Server:step()
  local signal = self.host:wait(#self.waiting > 0 and POLL or IDLE)
  while take_next(self, self.host:next()) do end
  settle(self)
  forget(self)
  return signal
end

--- Serves until a signal asks to stop; first it waits for what is on its way to the disk, while a request waits for its answer.
---@return integer signal
function Server:run()
  local signal
  repeat signal = self:step() until signal
  local deadline = core.now() + STORE_TIMEOUT
  while #self.waiting > 0 and core.now() < deadline do self:step() end
  for _ = 1, 10 do self.host:wait(0.01) end -- the last answers leave
  return signal
end

function Server:close()
  self.host:close()
  self.writer:close()
end

Server.__close = Server.close

--- What the spool holds of the last 48 hours: bytes that come again are repeats. A segment is read when it was written since, and
--- is on the disk before its records count as stored: who wrote it may have been killed before that.
local function remembered(dir)
  local segments, message = core.spool_segments(dir)
  if not segments then return nil, message end
  local since, offsets, known = core.wall() - REMEMBERED, {}, {}
  local synced, is_gone, is_new
  for _, segment in ipairs(segments) do
    if segment.written < since then
      offsets[segment.name] = segment.size
    else
      synced, message, is_gone = core.sync(dir .. "/" .. segment.name)
      if not synced and not is_gone then return nil, message end
      is_new = is_new or synced
    end
  end
  if is_new then -- its name, too
    synced, message = core.sync(dir)
    if not synced then return nil, message end
  end
  for record, err in spool.records(dir, offsets) do
    if not record then return nil, err.message end
    if record.text and record.received > since then known[core.sha256(record.text)] = record.received end
  end
  return known
end

--- Opens a receiver; nothing moves until it runs.
---@param options {address: string, port: integer, path: string, spool: string, secret_files: string[], max_body: integer,
---  allow_sha1: boolean?}
---@return idngo.WebhookServer? server its field `port` is the one that it listens on
---@return idngo.Error?
function M.open(options)
  local list, message = secrets_in(options.secret_files)
  if not list then return failed("config", "the webhook's secret: " .. message) end
  local writer, held, known = spool.writer(options.spool) -- luacheck: ignore 311 331
  held, message = writer:open()
  if not held then return failed("io", message) end
  known, message = remembered(options.spool)
  if not known then
    writer:close()
    return failed("io", message)
  end
  local host
  host, message = host_of.open { address = options.address, port = options.port, max_connections = MAX_CONNECTIONS,
    idle_seconds = IDLE_CONNECTION, max_body = options.max_body, max_bodies = math.max(64 * 1024 * 1024, options.max_body) }
  if not host then
    writer:close()
    return failed("connect", message, "choose another --listen")
  end
  host:catch_signals()
  return setmetatable({ host = host, port = host:port(), writer = writer, path = options.path,
    secrets = list, known = known,
    options = { max_body = options.max_body, allow_sha1 = options.allow_sha1 }, by_key = {}, waiting = {},
    forgotten_at = core.wall() }, Server)
end

--- Receives in a process of its own, which ends with close() or with this process.
---@param options table as of open; its address is one of this machine
---@return {url: string, pid: integer, close: fun(self: table)}?
---@return string? message
function M.background(options)
  local pid, url = host_of.spawn(function(ready)
    local self, err = M.open(options)
    if not self then error(tostring(err), 0) end
    ready(("http://%s:%d%s"):format(options.address, self.port, options.path))
    self:run()
    self:close()
  end)
  if not pid then return nil, url end
  local function close(self)
    if self.pid then host_of.stop(self.pid) end
    self.pid = nil
  end
  return setmetatable({ url = url, pid = pid, close = close }, { __gc = close, __close = close })
end

return M
