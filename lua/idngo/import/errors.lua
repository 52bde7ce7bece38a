-- errors.csv: the rows of a table that were not imported, in the shape of the table, each with a message behind it. The customer
-- corrects it and gives it to the same import. warnings.csv likewise: the rows that somebody should look at.
--
-- They are UTF-8 with a mark, whatever the table was: so spreadsheets read them as they are.

local json = require("idngo.json")
local printable = require("idngo.text").printable

local M = {}

local MARK = "\239\187\191"

--- The columns behind those of the table; readers of tables of people leave out columns that begin like them. Where columns
--- have no names, cells begin so; and in rows that have more or fewer cells than the table has columns, which are written as they
--- are, so that nothing shifts and they are refused until they are corrected.
local LINE, PROBLEM = "idngo:line", "idngo:problem"

---@class idngo.import.Shape what a table looks like
---@field columns string[]
---@field separator string
---@field first integer the line that the names stand on
---@field header "none"|"two"? there are no names, or they stand on two lines
---@field says_separator boolean? whether the first line is sep=
---@field escape string? what backslashes are: see idngo.table
---@field returned boolean? whether these are rows that were given back, as they stood in errors.csv
---@field number integer? among those that the import has met

--- The shapes of the tables that the import has met; empty where it met none.
---@param store idngo.run.Store
---@return idngo.import.Shape[]
function M.shapes(store)
  local text = store:get("tables")
  return text and store:decode(text, "run", "tables") or {}
end

--- Keeps the shape of the table that is being read: its number.
---@param store idngo.run.Store
---@param shape idngo.import.Shape
---@return integer
function M.shape(store, shape)
  if shape.number then return shape.number end
  local shapes = M.shapes(store)
  local function text(of) return json.encode({ of.columns, of.separator, of.header or "", of.escape or "" }, "tables", "[]") end
  shape.number = #shapes + 1
  for i, known in ipairs(shapes) do
    if text(known) == text(shape) then shape.number = i end
  end
  shapes[shape.number] = { columns = shape.columns, separator = shape.separator, first = shape.first, header = shape.header,
    says_separator = shape.says_separator, escape = shape.escape }
  store:set("tables", json.encode(shapes, "tables", "[]"))
  store:set("table", shape.number)
  return shape.number
end

local function cell(text, shape)
  if shape.escape then text = text:gsub("\\", "\\\\") end
  if not text:find('["\r\n]') and not text:find(shape.separator, 1, true) and not text:find("^%s")
    and not text:find("%s$") then
    return text
  end
  return '"' .. text:gsub('"', '""') .. '"'
end

local function write_row(write, cells, shape)
  local out = {}
  for i, text in ipairs(cells) do out[i] = cell(tostring(text), shape) end
  write(table.concat(out, shape.separator) .. "\r\n")
end

--- What stands above the rows, so that the mapping of the table reads this one, too.
local function write_head(write, shape)
  write(MARK)
  local above, names = shape.first - 1, {}
  for i, name in ipairs(shape.columns) do names[i] = name end
  if shape.header == "none" or shape.says_separator then -- few rows without names might not tell it
    write(("sep=%s\r\n"):format(shape.separator))
    above = above - 1
  end
  if shape.header == "none" then return end
  names[#names + 1], names[#names + 2] = LINE, PROBLEM
  write(("\r\n"):rep(above))
  write_row(write, names, shape)
  if shape.header == "two" then write("\r\n") end -- nothing is below the names
end

--- A message as one cell without separators: a row of several lines with many of them would be taken for several rows.
local function sentence(message, separator)
  local text = printable(message:gsub("%s*\n%s*", " · "), " ")
  return (text:gsub(separator, separator == "," and ";" or ","))
end

--- The message about a person who was not imported because of the input; nil with others.
local function error_of(row, step)
  if not step then return row.reason or "refused" end
  return (step.state == "rejected" or step.state == "void") and (step.problem or step.state) or nil
end

local function warnings_of(_, _, fields) return fields.warnings end

--- The rows of one shape that `message_of` says something about.
local function rows(store, number, message_of, take)
  for row in store:each("lines") do
    local fields = row.decision and store:decode(row.fields, "lines", row.n)
    if fields and fields.cells and fields.table == number then
      local message = message_of(row, store:row("steps", row.n), fields)
      if message then take(fields, message) end
    end
  end
end

--- What writes the rows of one shape.
local function writer(store, number, shape, message_of)
  return function(write)
    write_head(write, shape)
    local nameless = shape.header == "none"
    rows(store, number, message_of, function(fields, message)
      local cells, marked = {}, nameless or #fields.cells ~= #shape.columns
      for i, text in ipairs(fields.cells) do cells[i] = text end
      local line, said = fields.line or "", sentence(message, shape.separator)
      cells[#cells + 1] = marked and ("%s %s"):format(LINE, line) or line
      cells[#cells + 1] = marked and ("%s %s"):format(PROBLEM, said) or said
      write_row(write, cells, shape)
    end)
  end
end

--- The files to write: the last table's errors under `path`; its warnings, and the rows of tables of another shape, in the run's
--- folder.
---@param store idngo.run.Store
---@param path string
---@return {[1]: string, [2]: fun(write: fun(text: string))}[]
function M.reports(store, path)
  local made, last = {}, store:get("table")
  for number, shape in ipairs(M.shapes(store)) do
    local of = number == last and "" or "-" .. number
    made[#made + 1] = { number == last and path or ("errors%s.csv"):format(of), writer(store, number, shape, error_of) }
    made[#made + 1] = { ("warnings%s.csv"):format(of), writer(store, number, shape, warnings_of) }
  end
  return made
end

--- How many rows are in them: those of the last table's shape. And how many rows of tables are in no file, since they could not
--- be taken apart.
---@param store idngo.run.Store
---@return integer errors
---@return integer warnings
---@return integer lost
function M.count(store)
  local counts, last, lost = { 0, 0 }, store:get("table"), 0
  for i, message_of in ipairs { error_of, warnings_of } do
    if last then rows(store, last, message_of, function() counts[i] = counts[i] + 1 end) end
  end
  for row in store:each("lines") do
    local fields = not row.id and store:decode(row.fields, "lines", row.n)
    if fields and fields.line and not fields.cells then lost = lost + 1 end
  end
  return counts[1], counts[2], lost
end

return M
