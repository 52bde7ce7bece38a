-- idngo: client for the IDnGO identity-verification API (Cyberity and Sumsub speak the same protocol).
--
--   local idngo  = require "idngo"
--   local client = assert(idngo.client { base_url = "https://api.idngo.kz" })
--   local checks = assert(client:duplicate_checks(applicantId))

local client = require("idngo.client")
local config = require("idngo.client.config")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local events = require("idngo.client.events")
local facts = require("idngo.client.facts")
local json = require("idngo.json")
local replies = require("idngo.client.replies")
local reply = require("idngo.client.reply")

local M = {
  --- Makes a client: see idngo.client.
  client = client.new,
  --- Settings and where they came from.
  config = { explain = config.explain, settings = config.settings },
  --- What came with a result: {status, correlation_id, headers, attempts, elapsed}.
  meta = reply.meta,
  --- What a reply answers, and whom it names, as policies read it.
  answer = facts.answer, hits = facts.hits,
  --- A TIN check's document with `addresses` always a list.
  extracted_doc = replies.extracted_doc,
  --- JSON's null, and how a table without anything in it is told to be [] or {}, in a body.
  null = json.null, array = json.array, object = json.object,
  --- Percent-encodes one path segment or query value.
  escape = core.escape,
  --- What `on_event` is told, and a listener that writes JSON lines.
  events = { json_lines = events.json_lines },
  version = require("idngo.version"),
}

---@class idngo.Endpoint a row of `idngo.endpoints`
---@field name string the method
---@field method string
---@field path string template below the base URL
---@field body "none"|"json"|"multipart"|"ndjson"|"text"|"zip"
---@field reply string what kind of reply it is, in one word
---@field retry "S"|"I"|"D"|"K"|"N"
---@field lane string? its own limit
---@field title string
---@field params {name: string, where: "path"|"query"|"matrix", type: string, required: boolean, values: string[]?,
---  value: string?, doc: string?}[]

local function of_parallel(name)
  return function() return require("idngo.runtime.parallel")[name] end
end

-- What not every program needs is loaded when it is first asked for.
local later = {
  --- Import archives, checked and built: see idngo.archive.
  archive = function() return require("idngo.archive") end,
  --- A gate for nginx that remembers verdicts: see idngo.gateway.
  gateway = function() return require("idngo.gateway") end,
  --- The rows of all endpoints.
  endpoints = endpoints.rows,
  --- Many calls at once.
  parallel = function() return require("idngo.run.checkpoint").parallel end,
  run = of_parallel("run"), spawn = of_parallel("spawn"),
  --- Steps of a script's own, written down as they are done: see idngo.run.job.
  job = function() return require("idngo.run.job").job end,
  --- Tables that people write: see idngo.table.
  table = function() return require("idngo.table") end,
  --- Webhooks: verify and, for nginx, handler.
  webhook = function() return require("idngo.webhook") end,
}

return setmetatable(M, { __index = function(_, name)
  local load = later[name]
  if not load then return nil end
  M[name] = load()
  return M[name]
end })
