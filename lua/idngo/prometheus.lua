-- Series as Prometheus reads them.

local harmless = require("idngo.text").harmless

local M = {}

local ESCAPES = { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n" }

--- A series as Prometheus writes it.
---@param metric string
---@param labels [string, string][]? names and values, in order
---@return string
function M.series(metric, labels)
  local parts = {}
  for i, label in ipairs(labels or {}) do
    parts[i] = ('%s="%s"'):format(label[1], harmless(tostring(label[2])):gsub('[\\"\n]', ESCAPES))
  end
  return parts[1] and ("%s{%s}"):format(metric, table.concat(parts, ",")) or metric
end

--- What stands before the series of a metric.
---@param metric string
---@param kind "counter"|"gauge"|"histogram"|"untyped"
---@param help string
---@return string
function M.head(metric, kind, help) return ("# HELP %s %s.\n# TYPE %s %s"):format(metric, help, metric, kind) end

return M
