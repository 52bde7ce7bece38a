-- idngo: client for the IDnGO identity-verification API (Cyberity and Sumsub speak the same protocol).
--
--   local idngo  = require "idngo"
--   local client = assert(idngo.client { base_url = "https://api.idngo.kz" })
--   local checks = assert(client:duplicate_checks(applicantId))

local archive = require("idngo.archive")
local client = require("idngo.client")
local config = require("idngo.config")
local core = require("idngo.core")
local events = require("idngo.events")
local parallel = require("idngo.parallel")
local replies = require("idngo.replies")
local reply = require("idngo.reply")

local M = {
  --- Makes a client: see idngo.client.
  client = client.new,
  --- Import archives, checked and built: see idngo.archive.
  archive = archive,
  --- Settings and where they came from.
  config = { explain = config.explain, settings = config.settings },
  --- The endpoint table: rows {name, method, path, body, reply, retry, lane?, title, params}.
  endpoints = core.endpoints,
  --- What came with a result: {status, correlation_id, headers, attempts, elapsed}.
  meta = reply.meta,
  --- A TIN check's document with `addresses` always a list.
  extracted_doc = replies.extracted_doc,
  --- Percent-encodes one path segment or query value.
  escape = core.escape,
  --- What `on_event` is told, and a listener that writes JSON lines.
  events = { json_lines = events.json_lines },
  --- Many calls at once.
  parallel = parallel.parallel,
  run = parallel.run,
  spawn = parallel.spawn,
  --- Webhooks: verify and, for nginx, handler.
  webhook = require("idngo.webhook"),
  version = require("idngo.version"),
}

return M
