-- How results are shown: JSON for programs, indented JSON and tables for people.

local core = require("idngo.core")
local dates = require("idngo.dates")
local json = require("idngo.json")
local output = require("idngo.cli.output")
local printable = require("idngo.text").printable
local sorted = require("idngo.sorted")

local M = {}

--- Whether standard output is a terminal that may get colour.
M.terminal = core.isatty(1)
M.colour = M.terminal and (os.getenv("NO_COLOR") or "") == "" and os.getenv("TERM") ~= "dumb"

local colours = { ok = "32", warn = "33", fail = "31", dim = "2", bold = "1" }

--- `text` in the colour called `name`, where colour is wanted.
function M.paint(name, text)
  return M.colour and ("\27[%sm%s\27[0m"):format(colours[name], text) or text
end

--- JSON that says the same and cannot drive a terminal: control characters that JSON allows, within strings, as escapes.
function M.harmless(text)
  return (text:gsub("\127", "\\u007f"):gsub("\194([\128-\159])", function(byte) return ("\\u%04x"):format(byte:byte()) end))
end

--- One line of JSON.
function M.json(value)
  output.write(M.harmless(json.encode(value, "value", "[]")), "\n")
end

local function indent(value, margin)
  if type(value) ~= "table" or next(value) == nil then return json.encode(value, "value", "[]") end
  local inner, parts = margin .. "  ", {}
  if value[1] ~= nil then
    for i, element in ipairs(value) do parts[i] = inner .. indent(element, inner) end
    return "[\n" .. table.concat(parts, ",\n") .. "\n" .. margin .. "]"
  end
  for i, name in ipairs(sorted(value)) do parts[i] = inner .. json.encode(name) .. ": " .. indent(value[name], inner) end
  return "{\n" .. table.concat(parts, ",\n") .. "\n" .. margin .. "}"
end

--- Indented JSON.
function M.pretty(value)
  output.write(M.harmless(indent(value, "")), "\n")
end

--- Text from outside, made harmless for a terminal.
function M.plain(text)
  return printable(tostring(text), "?")
end

--- An approval as one line: when, whose key if its owner's name is known, who at which machine, and the note.
---@param by {at: number, name: string?, user: string?, host: string?, note: string?}
---@return string
function M.approval(by)
  return M.plain(("%s UTC by %s%s on %s%s"):format(dates.stamp(by.at),
    by.name and by.name .. ", as " or "", by.user or "?", by.host or "?", by.note and ": " .. by.note or ""))
end

local function width(text)
  local _, count = text:gsub("[^\128-\191]", "")
  return count
end

--- Rows of strings as aligned columns.
---@param rows string[][]
---@param head? string[] column titles
---@param paint? fun(row: integer, column: integer, text: string): string
function M.table(rows, head, paint)
  local widths = {}
  local function measure(row)
    for i, text in ipairs(row) do widths[i] = math.max(widths[i] or 0, width(text)) end
  end
  if head then measure(head) end
  for _, row in ipairs(rows) do measure(row) end
  local function write(row, dress)
    local cells = {}
    for i, text in ipairs(row) do
      local pad = i < #row and (" "):rep(widths[i] - width(text)) or ""
      cells[i] = dress(i, text) .. pad
    end
    output.write(table.concat(cells, "  "), "\n")
  end
  if head then write(head, function(_, text) return M.paint("dim", text) end) end
  for r, row in ipairs(rows) do
    write(row, function(i, text) return paint and paint(r, i, text) or text end)
  end
end

return M
