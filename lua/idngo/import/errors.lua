-- errors.csv: the rows of a table that were not imported, in the shape of the table, each with a message behind it. The customer
-- corrects it and gives it to the same import.
--
-- It is UTF-8 with a mark, whatever the table was: so spreadsheets read it as it is.

local json = require("idngo.json")
local printable = require("idngo.text").printable

local M = {}

local MARK = "\239\187\191"

--- The columns behind those of the table; readers of tables of people leave out columns that begin like them. Where columns
--- have no names, cells begin so.
local LINE, PROBLEM = "idngo:line", "idngo:problem"

---@class idngo.import.Shape what a table looks like
---@field columns string[]
---@field separator string
---@field first integer the line that the names stand on
---@field header "none"|"two"? there are no names, or they stand on two lines
---@field says_separator boolean? whether the first line is sep=
---@field escape string? what backslashes are: see idngo.table
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
local function message_of(row, step)
  if not step then return row.reason or "refused" end
  return (step.state == "rejected" or step.state == "void") and (step.problem or step.state) or nil
end

--- The rows of one shape that were not imported.
local function rows(store, number, take)
  for row in store:each("lines") do
    local message = row.decision and message_of(row, store:row("steps", row.n))
    local fields = message and store:decode(row.fields, "lines", row.n)
    if fields and fields.cells and fields.table == number then take(fields, message) end
  end
end

--- The files to write: the last table's rows under `path`, those of tables of another shape beside it in the run's folder.
---@param store idngo.run.Store
---@param path string
---@return {[1]: string, [2]: fun(write: fun(text: string))}[]
function M.reports(store, path)
  local made, last = {}, store:get("table")
  for number, shape in ipairs(M.shapes(store)) do
    made[#made + 1] = { number == last and path or ("errors-%d.csv"):format(number), function(write)
      write_head(write, shape)
      local nameless = shape.header == "none"
      rows(store, number, function(fields, message)
        local cells = {}
        for i = 1, nameless and #fields.cells or #shape.columns do cells[i] = fields.cells[i] or "" end
        local line, said = fields.line or "", sentence(message, shape.separator)
        cells[#cells + 1] = nameless and ("%s %s"):format(LINE, line) or line
        cells[#cells + 1] = nameless and ("%s %s"):format(PROBLEM, said) or said
        write_row(write, cells, shape)
      end)
    end }
  end
  return made
end

--- How many rows are in it: those of the last table's shape.
---@param store idngo.run.Store
---@return integer
function M.count(store)
  local count, last = 0, store:get("table")
  if last then rows(store, last, function() count = count + 1 end) end
  return count
end

return M
