-- How results are shown: JSON for programs, indented JSON and tables for people.

local core = require("idngo.core")
local dates = require("idngo.dates")
local json = require("idngo.json")
local output = require("idngo.cli.output")
local screen = require("idngo.cli.screen")
local sorted = require("idngo.sorted")
local text_ = require("idngo.text")

local M = {}

--- Whether standard output is a terminal that may get colour.
M.terminal = core.isatty(1)
M.colour = M.terminal and (os.getenv("NO_COLOR") or "") == "" and os.getenv("TERM") ~= "dumb"

local colours = { ok = "32", warn = "33", fail = "31", dim = "2", bold = "1" }

--- `text` in the colour called `name`, where colour is wanted.
function M.paint(name, text)
  return M.colour and ("\27[%sm%s\27[0m"):format(colours[name], text) or text
end

M.harmless = text_.harmless

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
  return text_.printable(tostring(text), "?")
end

--- An approval as one line: when, the key's owner if known, user and machine, and the note.
---@param by {at: number, name: string?, user: string?, host: string?, note: string?}
---@return string
function M.approval(by)
  return M.plain(("%s UTC by %s%s on %s%s"):format(dates.stamp(by.at),
    by.name and by.name .. ", as " or "", by.user or "?", by.host or "?", by.note and ": " .. by.note or ""))
end

local width = screen.width

local LEAST = 12 -- columns that the widest cells are left with

--- Makes columns narrower until the table fits: the widest first, down to a width at which words can be read.
local function narrow(widths, room)
  local sum = 2 * (#widths - 1)
  for _, each in ipairs(widths) do sum = sum + each end
  while sum > room do
    local widest = 1
    for i, each in ipairs(widths) do
      if each >= widths[widest] then widest = i end
    end
    if widths[widest] <= LEAST then return end
    widths[widest], sum = widths[widest] - 1, sum - 1
  end
end

--- Rows of strings as aligned columns. On a terminal they fit its width: what is too long goes on in the next line.
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
  local room = screen.columns(1)
  if room then narrow(widths, room) end
  local function write(row, dress)
    local cells, height, below = {}, 1, nil
    for i, text in ipairs(row) do
      -- a last cell of one word, such as a hash, is not broken where it fits below: it is there to be copied
      if room and i == #row and i > 1 and width(text) > widths[i] and not text:find("%s") and width(text) + 2 <= room then
        below, text = dress(i, text), ""
      end
      cells[i] = width(text) > widths[i] and screen.wrap(text, widths[i]) or { text }
      height = math.max(height, #cells[i])
    end
    for at = 1, height do
      local parts = {}
      for i, cell in ipairs(cells) do
        local text = cell[at] or ""
        parts[i] = (text ~= "" and dress(i, text) or "") .. (i < #cells and (" "):rep(widths[i] - width(text)) or "")
      end
      output.write((table.concat(parts, "  "):gsub(" +$", "")), "\n")
    end
    if below then output.write("  ", below, "\n") end
  end
  if head then write(head, function(_, text) return M.paint("dim", text) end) end
  for r, row in ipairs(rows) do
    write(row, function(i, text) return paint and paint(r, i, text) or text end)
  end
end

return M
