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
local json = require("idngo.json")
local replies = require("idngo.client.replies")
local reply = require("idngo.client.reply")

---@class idngo
---@field archive table import archives, checked and built: see idngo.archive
---@field answer fun(reply: table): string?, idngo.Error? what a reply answers, in one word: see idngo.client.facts
---@field endpoints idngo.Endpoint[]
---@field gateway {new: (fun(options: idngo.GatewayOptions): idngo.Gate?, idngo.Error?),
---  counters: (fun(dict: string): idngo.Counters?, idngo.Error?), log: fun(level: integer?): fun(event: idngo.ClientEvent)}
---  a gate for nginx that remembers verdicts: see idngo.gateway
---@field hits fun(reply: table): table[]?, idngo.Error? whom a reply names as similar: see idngo.client.facts
---@field job fun(path: string, client: idngo.Client): idngo.Job?, idngo.Error? steps of a script's own: see idngo.run.job
---@field parallel fun(items: any[], fn: function, options: table?): table?, table, any see idngo.run.checkpoint
---@field run fun(fn: function, ...): any
---@field spawn fun(fn: function, ...): table
---@field table table tables that people write: see idngo.table
---@field webhook table verify and, for nginx, handler
local M = {
  --- Makes a client: see idngo.client.
  client = client.new,
  --- Settings and where they came from.
  config = { explain = config.explain, settings = config.settings },
  --- What came with a result: {status, correlation_id, headers, attempts, elapsed}.
  meta = reply.meta,
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

local function of(module, name)
  return function() return require(module)[name] end
end

-- What not every program needs is loaded when it is first asked for.
local later = {
  --- What a reply answers, and whom it names, as policies read it.
  answer = of("idngo.client.facts", "answer"), hits = of("idngo.client.facts", "hits"),
  --- Import archives, checked and built: see idngo.archive.
  archive = function() return require("idngo.archive") end,
  --- A gate for nginx that remembers verdicts: see idngo.gateway.
  gateway = function() return require("idngo.gateway") end,
  --- The rows of all endpoints.
  endpoints = endpoints.rows,
  --- Many calls at once.
  parallel = of("idngo.run.checkpoint", "parallel"),
  run = of("idngo.runtime.parallel", "run"), spawn = of("idngo.runtime.parallel", "spawn"),
  --- Steps of a script's own, written down as they are done: see idngo.run.job.
  job = of("idngo.run.job", "job"),
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
