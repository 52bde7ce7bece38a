-- What was found: rows, each a claim of ours, what came of it, and its place in our descriptions. They are made to be shown to
-- others: what stands in them is ours, a number, the name of a field, or a constant (drift.lua says what looks like one). Of a
-- reply nothing else is in them.

local drift = require("idngo.drift")
local endpoints = require("idngo.endpoints")
local index = require("idngo.api.index")

local M = {}

---@class idngo.probe.Row
---@field outcome "differs"|"not allowed"|"not tried"|"unknown"|"fits"
---@field what string the claim
---@field endpoint? string
---@field file string where the claim stands
---@field field string what there
---@field expected string
---@field seen string

--- What may come of a claim, those first that a reader looks for.
M.OUTCOMES = { "differs", "not allowed", "unknown", "not tried", "fits" }

local FOLDER = "lua/idngo/api/"

--- A place in the description of an endpoint.
---@param name string
---@param field string?
function M.of_endpoint(name, field)
  return { file = FOLDER .. index.resources[name] .. ".lua", field = field and ("%s.%s"):format(name, field) or name,
    endpoint = name }
end

--- A place in a class; of a field that it has from its base, there.
---@param class string
---@param field string?
---@param endpoint string
function M.of_class(class, field, endpoint)
  local described = endpoints.class(class)
  while field and not described[field] and described[1] do class, described = described[1], endpoints.class(described[1]) end
  return { file = FOLDER .. index.classes[class] .. ".lua", field = field and ("%s.%s"):format(class, field) or class,
    endpoint = endpoint }
end

local known_media = {}
for media in ([[application/json application/problem+json application/octet-stream application/pdf application/xml text/html
  text/plain text/xml image/jpeg image/png image/webp video/mp4 video/webm video/quicktime]]):gmatch("%S+") do
  known_media[media] = true
end

--- A media type as it may be told.
---@param headers table<string, string>
---@return string
function M.media(headers)
  local media = (headers["content-type"] or ""):lower():match("^[^;%s]*")
  return media == "" and "no type" or known_media[media] and media or "another type"
end

M.name = drift.name

local Rows = {}
Rows.__index = Rows

--- Notes a row.
---@param outcome string
---@param what string
---@param place {file: string, field: string, endpoint: string?}
---@param expected string
---@param seen string|number
function Rows:add(outcome, what, place, expected, seen)
  self[#self + 1] = { outcome = outcome, what = what, endpoint = place.endpoint, file = place.file, field = place.field,
    expected = expected, seen = tostring(seen) }
end

--- The same of a claim that holds or not.
function Rows:judge(holds, ...) self:add(holds and "fits" or "differs", ...) end

--- How many there are of each outcome.
---@return table<string, integer>
function Rows:totals()
  local totals = {}
  for _, outcome in ipairs(M.OUTCOMES) do totals[outcome:gsub(" ", "_")] = 0 end
  for _, row in ipairs(self) do
    local name = row.outcome:gsub(" ", "_")
    totals[name] = totals[name] + 1
  end
  return totals
end

---@return table rows a list
function M.new() return setmetatable({}, Rows) end

return M
