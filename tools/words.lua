-- Finds words of tools/words.txt in what people read: README.md, docs/, csrc/, and the texts of lua/ (help, messages, hints).

local strings_of = require("tools.strings")

local M = {}

--- Reads the list.
---@param text string
---@return {word: string, instead: string}[]
function M.list(text)
  local list = {}
  for line in text:gmatch("[^\n]+") do
    local words, instead = line:match("^([^#=]+) = (.+)$")
    for word in (words or ""):gmatch("[^|]+") do list[#list + 1] = { word = word:lower(), instead = instead } end
    if not words and line:sub(1, 1) ~= "#" then error("tools/words.txt: not WORD = INSTEAD: " .. line, 0) end
  end
  return list
end

--- What of the list stands in a text; words may be on two lines.
---@param list table of M.list
---@param text string
---@param found fun(at: integer, row: table)
local function each(list, text, found)
  local plain = " " .. text:lower():gsub("%s", " ") .. " " -- as long as before, and as many bytes in front
  for _, row in ipairs(list) do
    local at = 1
    while true do
      local from, to = plain:find(row.word, at, true)
      if not from then break end
      if not plain:find("^[%w_]", to + 1) and not plain:find("^[%w_]", from - 1) then found(from - 1, row) end
      at = to + 1
    end
  end
end

local function line_of(text, at) return select(2, text:sub(1, at - 1):gsub("\n", "")) + 1 end

--- What is wrong with a file, a sentence each.
---@param list table of M.list
---@param path string of Lua only the strings count
---@param text string
---@return string[]
function M.check(list, path, text)
  local said = {}
  local function look(piece, begins)
    each(list, piece, function(at, row)
      said[#said + 1] = ("%s:%d: %q; write instead: %s"):format(path, line_of(text, begins + at), row.word, row.instead)
    end)
  end
  if path:find("%.lua$") then
    for _, string in ipairs(strings_of(text)) do look(string[1], string.at) end
  else
    look(text, 0)
  end
  return said
end

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("a")
  file:close()
  return text
end

--- Looks through a tree, and prints what is found.
---@return boolean whether all is well
function M.lint()
  local list, is_well = M.list(read("tools/words.txt")), true
  local pipe = assert(io.popen("find README.md docs lua csrc -name '*.md' -o -name '*.lua' -o -name '*.[ch]' | sort"))
  for path in pipe:lines() do
    for _, sentence in ipairs(M.check(list, path, read(path))) do
      print(sentence)
      is_well = false
    end
  end
  pipe:close()
  return is_well
end

return M
