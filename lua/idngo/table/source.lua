-- What a table is made of, before it is one: the kind of file, its encoding, the ends of its lines.
--
-- A file is looked through once before a row of it is read, so that what it is in is known for the whole of it. Then it is
-- read piece by piece. Encodings are told by a mark, or by the person who wrote the mapping; statistics are not used, since
-- they take Windows-1251 for half a dozen others.

local core = require("idngo.core")
local errors = require("idngo.error")

local M = {}

M.longest = 1024 * 1024 -- bytes of one row

local PIECE = 64 * 1024
local SAVE = "save it as CSV UTF-8"

-- The upper halves of encodings, from byte 128 on; those of the last two serve to know a header by.
local CYRILLIC = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя"
local LOST = "\239\191\189"
local halves = {
  ["windows-1251"] = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—" .. LOST .. "™љ›њќћџ\194\160ЎўЈ¤Ґ¦§Ё©Є«¬\194\173®Ї°±Ііґµ¶·ё№є»јЅѕї" .. CYRILLIC,
  ["kz-1048"] = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊҚҺЏђ‘’“”•–—" .. LOST .. "™љ›њқһџ\194\160ҰұӘ¤Ө¦§Ё©Ғ«¬\194\173®Ү°±Ііөµ¶·ё№ғ»әҢңү" .. CYRILLIC,
  cp866 = CYRILLIC:sub(1, 96) .. ("?"):rep(48) .. CYRILLIC:sub(97) .. "Ёё" .. ("?"):rep(14),
  ["koi8-r"] = ("?"):rep(35) .. "ё" .. ("?"):rep(15) .. "Ё" .. ("?"):rep(12)
    .. "юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ",
}

--- What the bytes from 128 on are in an encoding.
local function half(name)
  if type(halves[name]) == "string" then
    local chars, byte = {}, 127
    for char in halves[name]:gmatch("[%z\1-\127\194-\244][\128-\191]*") do
      byte = byte + 1
      chars[string.char(byte)] = char
    end
    halves[name] = chars
  end
  return halves[name]
end

--- A text of an encoding of one byte each, in UTF-8.
---@param text string
---@param encoding "windows-1251"|"kz-1048"|"cp866"|"koi8-r"
---@return string
function M.decode(text, encoding)
  return (text:gsub("[\128-\255]", half(encoding)))
end

local function utf8_char(code)
  if code < 0x80 then return string.char(code) end
  local last = string.char(128 + code % 64)
  code = math.floor(code / 64)
  if code < 32 then return string.char(192 + code) .. last end
  last = string.char(128 + code % 64) .. last
  code = math.floor(code / 64)
  if code < 16 then return string.char(224 + code) .. last end
  return string.char(240 + math.floor(code / 64), 128 + code % 64) .. last
end

--- A decoder of pieces of UTF-16, which keeps what is cut between two.
local function utf16(big)
  local held, high = "", nil
  return function(piece)
    local out = {}
    piece = held .. piece
    local stop = #piece - #piece % 2
    held = piece:sub(stop + 1)
    for at = 1, stop, 2 do
      local a, b = piece:byte(at, at + 1)
      local unit = big and 256 * a + b or 256 * b + a
      local is_low = unit >= 0xDC00 and unit <= 0xDFFF
      if high and is_low then
        out[#out + 1], high = utf8_char(0x10000 + (high - 0xD800) * 1024 + unit - 0xDC00), nil
      else
        if high or is_low then out[#out + 1] = LOST end
        high = unit >= 0xD800 and unit <= 0xDBFF and unit or nil
        if not high and not is_low then out[#out + 1] = utf8_char(unit) end
      end
    end
    return table.concat(out)
  end
end

-- What is no table, by its first bytes: what it is called, the code, and what to do.
local kinds = {
  { "^PK[\3\5][\4\6]", "T-XLSX", "a workbook (.xlsx or .ods), not a CSV file", SAVE .. " (Файл → Сохранить как → CSV UTF-8)" },
  { "^\208\207\17\224", "T-XLS", "an old workbook (.xls), not a CSV file", SAVE .. " (Файл → Сохранить как → CSV UTF-8)" },
  { "^%%PDF", "T-BINARY", "a PDF, not a table", "export the table as CSV UTF-8" },
  { "^\31\139", "T-BINARY", "compressed (gzip)", "unpack it" },
  { "^[ \t\r\n]*<", "T-MARKUP", "a web page or XML, not a CSV file", "open it in a spreadsheet and " .. SAVE },
  { "^[ \t\r\n]*[%[{]", "T-JSON", "JSON, not a table", "export it as CSV UTF-8" },
}

--- Whether a text without a mark is UTF-16, as nine tenths of every second byte are zero or four; which of two, then.
local function looks_wide(head)
  for first = 1, 2 do
    local count, small = 0, 0
    for at = first, #head, 2 do
      local byte = head:byte(at)
      count, small = count + 1, small + ((byte == 0 or byte == 4) and 1 or 0)
    end
    if count > 0 and small >= 0.9 * count then return first end
  end
end

local function refuse(code, what, remedy, line)
  return nil, { code = code, what = what, remedy = remedy, line = line }
end

--- The pieces of a text or of a file from its beginning on. A file is read several times, and must be the same each time: of one
--- that somebody saves meanwhile the rows of two tables would be taken for one.
local function pieces(input)
  if input.text then
    local at = 1
    return function()
      if at > #input.text then return nil end
      local piece = input.text:sub(at, at + PIECE - 1)
      at = at + PIECE
      return piece
    end
  end
  input.file:seek("set", input.start or 0)
  local sum = ""
  return function()
    local piece, message = input.file:read(PIECE)
    input.message = message -- nil at the end
    if piece then
      sum = core.sha256(sum .. piece)
    elseif not message then
      input.sum = input.sum or sum
      if sum ~= input.sum then input.message = "it was changed meanwhile; run it again" end
    end
    return piece
  end
end

--- The first piece, as it stands.
---@param input idngo.table.Source
---@return string
function M.head(input) return pieces(input)() or "" end

--- Where a piece may be cut so that no character of UTF-8 is: its last byte that ends one.
local function whole(piece)
  local tail = piece:match("()[\194-\244][\128-\191]*$")
  if not tail then return #piece end
  local lead = piece:byte(tail)
  local size = lead < 224 and 2 or lead < 240 and 3 or 4
  return #piece - tail + 1 >= size and #piece or tail - 1
end

--- Which line of the input is the first that is not UTF-8.
local function find_bad(input)
  local number, held = 1, ""
  for piece in pieces(input) do
    for line in (held .. piece):gmatch("([^\n]*)\n") do
      if not core.utf8(line) then return number end
      number = number + 1
    end
    held = (held .. piece):match("[^\n]*$")
    if #held > M.longest then break end
  end
  return number
end

--- Pieces in UTF-8, without the marks in front and a Ctrl-Z at the very end.
local function decoded(input)
  local next_piece, skip = pieces(input), input.skip
  local decode
  if input.encoding == "utf-16" then
    decode = utf16(input.big)
  elseif input.encoding ~= "utf-8" then
    decode = function(piece) return M.decode(piece, input.encoding) end
  end
  local held = ""
  return function()
    local piece = next_piece()
    if not piece then
      local last = held:gsub("[\26\r\n]+$", "")
      held = ""
      return last ~= "" and last or nil
    end
    if skip then piece, skip = piece:sub(skip + 1), nil end
    piece = held .. (decode and decode(piece) or piece)
    local stop = #piece
    if piece:find("\26", 1, true) then -- at the end of a piece, it may be at the very end
      while stop > 0 and (piece:byte(stop) == 10 or piece:byte(stop) == 13) do stop = stop - 1 end
      if piece:byte(stop) ~= 26 then stop = #piece end
      while stop > 0 and piece:byte(stop) == 26 do stop = stop - 1 end
      if #piece - stop > 4096 then stop = #piece end
    end
    held = piece:sub(stop + 1)
    return piece:sub(1, stop)
  end
end

--- Looks the whole input through: whether it is UTF-8, has LF, and is blank.
local function survey(input)
  local held, has_lf, blank, good = "", false, true, true
  for piece in input.encoding == "utf-16" and decoded(input) or pieces(input) do
    has_lf = has_lf or piece:find("\n", 1, true) ~= nil
    blank = blank and not piece:find("[^ \t\r\n\26\239\187\191]")
    if good and input.encoding == "utf-8" then
      local text = held .. piece
      local stop = whole(text)
      good, held = core.utf8(text:sub(1, stop)), text:sub(stop + 1)
    end
  end
  return good and held == "", has_lf, blank
end

--- The lines of the input without their ends, from its beginning on; false stands for one that is too long.
---@param input idngo.table.Source
---@return fun(): string|false|nil
function M.lines(input)
  local next_piece, ending = decoded(input), input.ending
  local buffer, at, done, too_long = "", 1, false, false
  return function()
    while true do
      local stop = buffer:find(ending, at, true)
      if not stop and not done then
        local rest, more = buffer:sub(at), next_piece()
        if input.message then
          error(errors.new { kind = "io", outcome = "not_sent",
            message = "the table cannot be read to its end: " .. input.message }, 0)
        end
        if #rest > M.longest then rest, too_long = "", true end
        buffer, at, done = rest .. (more or ""), 1, more == nil
      else
        if not stop and at > #buffer and not too_long then return nil end
        local line = buffer:sub(at, (stop or #buffer + 1) - 1)
        at = (stop or #buffer) + 1
        if too_long or #line > M.longest then
          too_long = false
          return false
        end
        if ending == "\n" and line:byte(-1) == 13 then line = line:sub(1, -2) end
        return line
      end
    end
  end
end

---@class idngo.table.Source
---@field text? string
---@field file? file*
---@field start? integer where the input begins in the file
---@field message? string why the file cannot be read to its end
---@field sum? string of the file's bytes, once it was read to its end
---@field lines_of_json? boolean whether it may be JSON with one object to a line
---@field encoding string
---@field ending "\n"|"\r"

--- Learns what an input is. `declared` is the encoding that a person wrote.
---@param input {text: string?, file: file*?, start: integer?, lines_of_json: boolean?}
---@param declared string?
---@return idngo.table.Source?
---@return {code: string, what: string, remedy: string, line: integer?}? problem
function M.open(input, declared)
  if input.ending then return input end -- it is read again
  local head = M.head(input):sub(1, 4096)
  local marks = 0
  while head:sub(marks + 1, marks + 3) == "\239\187\191" do marks = marks + 3 end
  local two = head:sub(1, 2)
  if head:find("^\255\254%z%z") or head:find("^%z%z\254\255") then
    return refuse("T-BINARY", "UTF-32", SAVE)
  elseif marks == 0 and (two == "\255\254" or two == "\254\255") then
    input.encoding, input.big, input.skip = "utf-16", two == "\254\255", 2
  else
    local is_json = input.lines_of_json and head:find("^[ \t\r\n]*{", marks + 1)
    for _, kind in ipairs(kinds) do
      if not is_json and head:find(kind[1], marks + 1) then return refuse(kind[2], kind[3], kind[4]) end
    end
    local wide = head:find("%z") and looks_wide(head)
    if declared == "utf-16" then
      input.big = wide == 1
    elseif wide then
      return refuse("T-UTF16", "UTF-16 without its mark", SAVE)
    elseif head:find("%z") then
      return refuse("T-BINARY", "not a text", "export the table as CSV UTF-8")
    end
    input.encoding, input.skip = marks > 0 and "utf-8" or declared or "utf-8", marks > 0 and marks or nil
  end
  local good, has_lf, blank = survey(input)
  if input.message then return refuse("T-READ", "it cannot be read to its end: " .. input.message, "see to the disk") end
  if blank then return refuse("T-EMPTY", "empty", "see whether it is the right file") end
  if not good then
    return refuse("T-ENCODING", "not UTF-8", "if the file is from Excel or 1C in Russian, write encoding = windows-1251 under "
      .. "[table]; better, " .. SAVE .. ", since Windows-1251 has no Ә Ғ Қ Ң Ө Ұ Ү Һ", find_bad(input))
  end
  input.ending = has_lf and "\n" or "\r"
  return input
end

--- Closes the file, if there is one that was opened for this.
---@param input idngo.table.Source
function M.close(input)
  if input.file and input.file ~= io.stdin then input.file:close() end
  input.file = nil
end

--- An open file from where it stands on, to be read more than once: what a pipe gives is kept in a file without a name.
---@param file file*
---@return {file: file*, start: integer}?
---@return string? message
function M.stream(file)
  local start = file:seek("cur")
  if start then
    local first, message = file:read(1)
    if not first and message then return nil, message end -- a folder opens, and cannot be read
    file:seek("set", start)
    return { file = file, start = start }
  end
  local copy, message = io.tmpfile()
  while copy do
    local piece, ok
    piece, message = file:read(PIECE)
    if not piece then break end
    ok, message = copy:write(piece)
    if not ok then break end
  end
  if copy and not message then
    local flushed, flush_message = copy:flush()
    if not flushed then message = flush_message end
  end
  if not message then return { file = copy, start = 0 } end
  if copy then copy:close() end
  return nil, message
end

--- Opens a file to be read as a table.
---@param path string
---@return {file: file*, start: integer}?
---@return string? message without the path
function M.file(path)
  local file, message = io.open(path, "rb")
  if not file then return nil, (message:gsub("^.*: ", "")) end
  local input
  input, message = M.stream(file)
  if not input or input.file ~= file then file:close() end
  return input, message
end

return M
