-- What cells of used columns must not be: what spreadsheets and exporters left in the place of a value, and letters that
-- were lost before the table came here. No message holds a cell.

local letters = require("idngo.table.letters")

local M = {}

-- Errors of spreadsheets that do not end in ! or ?, and what Google Sheets writes where a value has not come yet.
local errors = { ["#N/A"] = true, ["#Н/Д"] = true, ["#GETTING_DATA"] = true, ["Loading..."] = true, ["Загрузка..."] = true }

--- Whether a cell is an error of a spreadsheet: #ERROR!, #ЗНАЧ!, #NAME?, and of LibreOffice Err:502. There are ever more of them.
local function is_error(cell)
  return errors[cell] or cell:find("^#[A-Z\208-\210\128-\191/0_]+[!?]$") or cell:find("^Err:%d+$")
    or cell:find("^Ошибка:%d+$")
end

--- Message and remedy about a cell, by code.
M.said = {
  ["C-FORMULA"] = { "is a formula", "save values instead" },
  ["C-HASHES"] = { "is #####: its column was too narrow when it was saved", "widen the column and save again" },
  ["C-ERROR"] = { "is an error of the spreadsheet", "correct the formula and save again" },
  ["C-SCIENTIFIC"] = { "was written as a number with an exponent: its last digits are lost",
    "format the column as text, or with the format 0, and save again" },
  ["C-LOST"] = { "has lost letters when the file was saved", "export it as UTF-8" },
  ["C-GARBLED"] = { "is garbled: UTF-8 was taken for another encoding and saved", "export it again, as UTF-8" },
  ["C-CONTROL"] = { "has control characters", "correct the cell" },
}

-- What the second bytes of UTF-8, 128 to 191, are where they are taken for Windows-1251 or -1252: characters of two bytes
-- and of three.
local second = {}
for char in ("ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџЎўЈ¤Ґ¦§Ё©Є«¬®Ї°±Ііґµ¶·ё№є»јЅѕїˆŠŒŽ˜šœžŸ"):gmatch("[\194-\244][\128-\191]+") do
  second[char] = true
end
local leads = { ["Р"] = true, ["С"] = true, ["Ð"] = true, ["Ñ"] = true, ["Ã"] = true }

--- Whether a text is UTF-8 that was taken for an encoding of one byte each: half of it or more is pairs that arise so.
local function is_garbled(text)
  local pairs_, chars, lead = 0, 0, false
  for char in text:gmatch("[%z\1-\127\194-\244][\128-\191]*") do
    chars = chars + 1
    if lead and (second[char] or char:find("^\194[\128-\191]$")) then
      pairs_, lead = pairs_ + 1, false
    else
      lead = leads[char] or false
    end
  end
  return pairs_ >= 2 and pairs_ * 4 >= chars
end

--- Judges a cell: its text without the guards that exporters put around it, or nil and the code of a problem.
---@param raw string as it stands in the table
---@param cell string the same, cleaned
---@return string? cell
---@return string|true|nil code of the problem; true where a guard was taken off
function M.judge(raw, cell)
  local first, guarded = cell:byte(1), nil
  if first == 61 or first == 39 then
    local inner = cell:match('^="(.*)"$')
    if inner then
      cell, guarded = letters.clean((inner:gsub('""', '"'))), true
    elseif first == 39 and cell:find("^'[0-9=+@-]") then
      cell, guarded = cell:sub(2), true
    end
    if cell:byte(1) == 61 then return nil, "C-FORMULA" end
  elseif first == 35 then
    if cell:find("^##+$") then return nil, "C-HASHES" end
  end
  if is_error(cell) then return nil, "C-ERROR" end
  if cell:find("^[+-]?%d+[.,]?%d*[eE][+-]%d%d+$") or cell:find("^[+-]?%d[.,]%d+[eE]%d+$") then return nil, "C-SCIENTIFIC" end
  if cell:find("?", 1, true) and (cell:find("[A-Za-z\128-\255]%?") or cell:find("%?[A-Za-z\195-\244]")) then
    return nil, "C-LOST"
  end
  if raw:find("\239\191\189", 1, true) then return nil, "C-LOST" end
  if cell:find("[%z\1-\31\127]") or cell:find("\194[\128-\159]") then
    return nil, is_garbled(raw) and "C-GARBLED" or "C-CONTROL"
  end
  if raw:find("[\208\209\195]") and is_garbled(raw) then return nil, "C-GARBLED" end
  return cell, guarded
end

return M
