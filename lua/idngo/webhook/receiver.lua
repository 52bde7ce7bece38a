-- The webhook receiver of nginx: verifies, drops repeats, stores durably, and only then answers 200.
--
--   lua_shared_dict webhooks 64m;
--   location = /webhook { content_by_lua_block { receive() } }       with, in init_by_lua_block,
--   receive = require("idngo").webhook.handler { secrets = …, spool = "/var/lib/idngo/events", dedupe = "webhooks" }
--
-- Whatever is not answered 200 is sent again by the service: after 5 minutes, 1, 5 and 18 hours. An event may
-- therefore stand twice in the spool when a worker is killed, or the disk fails, between storing and answering;
-- it never is missing. Answers have no body, reasons go to the error log, neither has anything of the event.
--
-- A worker killed with SIGKILL inside a lua_shared_dict can leave it broken, as any shared memory of nginx: the log
-- then says that the zone "was locked by" that worker, and workers crash on it until nginx is started anew.

local check_options = require("idngo.options").check
local core = require("idngo.core")
local printable = require("idngo.text").printable
local spool = require("idngo.webhook.spool")
local webhook = require("idngo.webhook.verify")

local M = {}

local DAY = 86400
local POLL = 0.001 -- seconds between looks at what the spool's thread has done
local STORE_TIMEOUT = 4 -- seconds; the service waits 5
local LONGEST = 16 * 1024 * 1024 -- the spool's longest record

-- One per directory and worker, opened by the first request: a handler made in init_by_lua is made in the master process, as
-- root, and one made inside content_by_lua is made for each request.
local writers = {}

local function writer_of(dir)
  writers[dir] = writers[dir] or spool.writer(dir)
  return writers[dir]
end

local function answer(status)
  ngx.status = status
  ngx.header["Content-Length"] = 0
  if status == 405 then ngx.header["Allow"] = "POST" end
  ngx.send_headers()
  ngx.eof()
end

local function log(level, ...)
  ngx.log(level, "idngo webhook: ", printable(table.concat { ... }, "?"))
end

--- The body's bytes, also when nginx put them into a file; nil and a status.
local function read_body(max)
  if (tonumber(ngx.var.http_content_length) or 0) > max then return nil, 413, "the body is too long" end
  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  if body then return body end
  local path = ngx.req.get_body_file()
  if not path then return "" end
  local file = io.open(path, "rb")
  body = file and file:read(max + 1)
  if file then file:close() end
  if not body then return nil, 500, "the buffered body cannot be read" end
  return body
end

--- What a body is known by: a repeat has the same bytes. No fields tell two events apart for certain: of one applicant
--- that joins two networks at once all but the networks' ids are the same, and new types have new ids. The spool is
--- part of it, since what another receiver has stored elsewhere is not stored here.
local function key_of(dir, body)
  return core.sha256(dir .. "\0" .. core.sha256(body))
end

--- Appends and waits, as a light thread, until the record is durable.
---@return true? durable
---@return string? message
---@return boolean? open whether it may become durable yet
local function store(dir, body, deadline)
  local writer = writer_of(dir)
  local record, message = writer:append(body)
  if not record then return nil, message end
  while true do
    ngx.sleep(POLL)
    local durable
    durable, message = writer:durable(record)
    if durable ~= false then return durable, message end
    if core.now() > deadline then return nil, "the disk takes too long", true end
  end
end

-- A key is "taken" while its first message is being stored, and "stored" for 48 hours after.
local function claim(seen, key, deadline)
  while true do
    local added, message = seen:add(key, "taken", STORE_TIMEOUT + 1)
    if added then return "new" end
    if message ~= "exists" then
      log(ngx.ERR, "the shared dictionary of repeats: ", message)
      return "new"
    end
    if seen:get(key) == "stored" then return "repeat" end
    if core.now() > deadline then return "busy" end
    ngx.sleep(POLL)
  end
end

--- Stores a body once. A status, and a reason when that is not 200.
local function keep(self, body)
  local deadline = core.now() + STORE_TIMEOUT
  local key = self.seen and key_of(self.spool, body)
  local state = key and claim(self.seen, key, deadline) or "new"
  if state == "repeat" then return 200, nil, true end
  if state == "busy" then return 503, "the first of this event is still being stored" end
  local durable, message, open = store(self.spool, body, deadline)
  if not durable then
    if key and not open then self.seen:delete(key) end
    return 503, message
  end
  if key then
    local ok, full = self.seen:set(key, "stored", 2 * DAY)
    if not ok then log(ngx.ERR, "the shared dictionary of repeats: ", full) end
  end
  return 200
end

local function receive(self)
  if ngx.req.get_method() ~= "POST" then return answer(405) end
  local body, status, message = read_body(self.options.max_body)
  if not body then
    log(ngx.WARN, message)
    return answer(status)
  end
  local event, err = webhook.verify(body, ngx.req.get_headers(), self.secrets, self.options)
  if not event then
    log(ngx.WARN, tostring(err))
    return answer(err.status)
  end
  local again
  status, message, again = keep(self, body)
  if message then log(ngx.ERR, message) end
  answer(status)
  if status == 200 and not again and self.on_event then
    local ok, thrown = pcall(self.on_event, event)
    if not ok then log(ngx.ERR, "on_event: ", tostring(thrown)) end
  end
end

local function text(options, name)
  local value = options[name]
  if type(value) ~= "string" or value == "" then error("webhook handler: " .. name .. ": string expected", 3) end
  return value
end

local known = { "secrets", "spool", "dedupe", "max_body", "allow_sha1", "default_alg", "on_event" }

--- Makes the handler.
---@param options { secrets: string|string[], spool: string, dedupe?: string, max_body?: integer,
---   allow_sha1?: boolean, default_alg?: string, on_event?: fun(event: idngo.Event) }
---   spool: the directory events are stored in, made if its parent may be written · dedupe: name of the
---   lua_shared_dict that remembers events for 48 hours · on_event: called once per event after the answer;
---   it is not called again for an event it failed on, which stays in the spool
---@return fun() handler for content_by_lua
function M.new(options)
  options = check_options("webhook.handler", options, known, 3)
  local self = {
    secrets = webhook.secrets(options.secrets),
    spool = text(options, "spool"),
    seen = options.dedupe and ngx.shared[text(options, "dedupe")],
    on_event = options.on_event,
    options = {
      max_body = options.max_body or webhook.max_body,
      allow_sha1 = options.allow_sha1,
      default_alg = options.default_alg,
    },
  }
  if self.options.max_body > LONGEST then error("webhook handler: max_body: at most 16 MiB can be stored", 2) end
  if options.dedupe and not self.seen then
    error(("webhook handler: nginx.conf has no lua_shared_dict %s"):format(options.dedupe), 2)
  end
  return function() return receive(self) end
end

return M
