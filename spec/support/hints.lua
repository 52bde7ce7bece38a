-- Every piece of advice that the code can give, found in its text: what stands where a hint is made.
--
--   hint = …                      a field, a local, an assignment
--   f(…, …)                       the argument that f calls `hint`; f is the file's own, or a module's that the file requires
--   report(…, …, …, hint)         where a function is given `report`, as the checks of doctor are
--   function hint, …_hint         what they return
--   ---@return … hint             what a function so described returns there
--   hints = {…}                   of an endpoint's description; and all that lua/idngo/client/hints.lua says
--   "… – …"                       what stands behind a dash in a text
--
-- Names stand for what the same file defines them as. A piece is a text as it is joined together; … stands for what differs.

local files = require("files")
local shell = require("shell")

--- The tokens of a Lua text: {kind = "text"|"name"|"mark", text, line}; of comments those that say what is returned.
local function tokens_of(code)
  local found, at, line = {}, 1, 1
  local function add(kind, text, to)
    found[#found + 1] = { kind = kind, text = text, line = line }
    line, at = line + select(2, code:sub(at, to):gsub("\n", "")), to + 1
  end
  while at <= #code do
    local blank, comment, level = code:match("^%s+()", at), code:match("^%-%-[^\n]*()", at), code:match("^%[(=*)%[", at)
    if blank then
      line, at = line + select(2, code:sub(at, blank - 1):gsub("\n", "")), blank
    elseif code:find("^%-%-%[=*%[", at) then
      local equals = code:match("^%-%-%[(=*)%[", at)
      local to = select(2, code:find("]" .. equals .. "]", at, true))
      line, at = line + select(2, code:sub(at, to):gsub("\n", "")), to + 1
    elseif comment then
      local returned = code:sub(at, comment - 1):match("^%-%-%-@return (.*)")
      if returned then add("return", returned, comment - 1) else at = comment end
    elseif level then
      local from, to = code:find("]" .. level .. "]", at, true)
      add("text", code:sub(at + #level + 2, from - 1), to)
    elseif code:find("^[\"']", at) then
      local quote, to = code:sub(at, at), at + 1
      while code:sub(to, to) ~= quote do to = to + (code:sub(to, to) == "\\" and 2 or 1) end
      add("text", (assert(load("return " .. code:sub(at, to)))()), to)
    elseif code:find("^[%a_]", at) then
      add("name", code:match("^[%w_]+", at), select(2, code:find("^[%w_]+", at)))
    elseif code:find("^%d", at) then
      add("number", code:match("^[%w.]+", at), select(2, code:find("^[%w.]+", at)))
    else
      local mark = code:match("^%.%.%.", at) or code:match("^%.%.", at) or code:match("^[=~<>]=", at) or code:sub(at, at)
      add("mark", mark, at + #mark - 1)
    end
  end
  return found
end

local opens, closes = { ["("] = 1, ["{"] = 1, ["["] = 1 }, { [")"] = 1, ["}"] = 1, ["]"] = 1 }
local after_end = { ["local"] = 1, ["return"] = 1, ["if"] = 1, ["for"] = 1, ["while"] = 1, ["end"] = 1, ["else"] = 1,
  ["elseif"] = 1, ["until"] = 1, ["function"] = 1, ["do"] = 1, ["then"] = 1 }

--- Where the expression that begins at `at` ends: behind its last token.
local function end_of(tokens, at)
  local depth, first = 0, at
  while tokens[at] do
    local token, before = tokens[at], tokens[at - 1]
    if token.kind == "return" then return at end
    if token.kind == "name" and token.text == "function" then
      local inner = 1 -- to its end
      at = at + 1
      while inner > 0 do
        local text = tokens[at].kind == "name" and tokens[at].text
        if text == "function" or text == "if" or text == "do" or text == "repeat" then inner = inner + 1 end
        if text == "end" or text == "until" then inner = inner - 1 end
        at = at + 1
      end
    else
      if depth == 0 and at > first then
        if token.text == "," or token.text == ";" or closes[token.text] and token.kind == "mark" then return at end
        if token.kind == "name" and after_end[token.text] then return at end
        local is_value = token.kind ~= "mark" and token.text ~= "and" and token.text ~= "or"
        local was_value = before.kind ~= "mark" and before.text ~= "and" and before.text ~= "or" and before.text ~= "not"
          or closes[before.text]
        if is_value and was_value then return at end -- another statement
      end
      if token.kind == "mark" and opens[token.text] then depth = depth + 1 end
      if token.kind == "mark" and closes[token.text] then depth = depth - 1 end
      if depth < 0 then return at end
      at = at + 1
    end
  end
  return at
end

--- The expressions of a list that begins at `at`: {from, to} of each.
local function list_at(tokens, at)
  local found = {}
  repeat
    local to = end_of(tokens, at)
    found[#found + 1] = { at, to - 1 }
    at = to + 1
  until not tokens[to] or tokens[to].text ~= "," or tokens[to].kind ~= "mark"
  return found
end

local function templated(text) return (text:gsub("%%%%", "%%"):gsub("%%[-%d.]*[%a]", "…")) end

local ignored = { says = 1, find = 1, match = 1, gsub = 1, require = 1, format = false }

--- A file's text, taken apart: where its names are defined, what its functions take, and as what it knows other modules.
local function read(path)
  local file = { path = path, tokens = tokens_of(files.read(path)), defined = {}, takes = {}, modules = {}, returns = {},
    rows = {} }
  local tokens = file.tokens
  for i, token in ipairs(tokens) do
    local next_, third = tokens[i + 1], tokens[i + 2]
    if token.text == "local" and next_ and third and third.text == "=" then
      file.defined[next_.text] = file.defined[next_.text] or i + 3
      if tokens[i + 3].text == "require" then
        local name = tokens[i + 4].kind == "text" and tokens[i + 4] or tokens[i + 5]
        file.modules[next_.text] = name.text
      end
    elseif token.text == "ipairs" and tokens[i - 1].text == "in" and tokens[i + 2].kind == "name" then
      file.rows[tokens[i - 2].text] = tokens[i + 2].text -- for _, row in ipairs(rows)
    elseif token.text == "function" and token.kind == "name" then
      local at, name = i + 1, nil
      while tokens[at].text ~= "(" do
        if tokens[at].kind == "name" then name = tokens[at].text end
        at = at + 1
      end
      local place, first = 0, i
      while tokens[at].text ~= ")" do
        if tokens[at].kind == "name" then
          place = place + 1
          if tokens[at].text == "hint" and name then file.takes[name] = place end
          if tokens[at].text == "report" then file.takes.report = 4 end
        end
        at = at + 1
      end
      if tokens[first - 1] and tokens[first - 1].text == "local" then first = first - 1 end
      local from, count = first, 0
      while tokens[from - 1] and tokens[from - 1].kind == "return" do from, count = from - 1, count + 1 end
      local is_hint = name and (name == "hint" or name:find("_hint$"))
      for n = 0, count - 1 do
        if tokens[from + n].text:find("%f[%w]hint$") then file.returns[#file.returns + 1] = { body = at, place = n + 1 } end
      end
      if is_hint then file.returns[#file.returns + 1] = { body = at, place = 1 } end
    end
  end
  return file
end

local function pieces_of(found, file, from, to, seen)
  local tokens, at = file.tokens, from
  while at <= to do
    local token, following = tokens[at], tokens[at + 1]
    if token.kind == "text" then
      local text, line = templated(token.text), token.line
      while tokens[at + 1] and tokens[at + 1].text == ".." and at + 2 <= to do
        local operand = tokens[at + 2]
        if operand.kind == "text" then
          text, at = text .. templated(operand.text), at + 2
        else
          if operand.kind == "name" and file.defined[operand.text] and not seen[operand.text] then
            local there = file.defined[operand.text]
            seen[operand.text] = true
            pieces_of(found, file, there, end_of(tokens, there) - 1, seen)
          end
          text, at = text .. "…", at + 2
          local function ends(word) return word == ".." or word == "or" or word == "," end
          while at < to and not ends(tokens[at + 1].text) do at = at + 1 end
        end
      end
      if (text:find("%a[ ,]") or from == to) and not text:find("^[%%^]") then
        found[#found + 1] = { text = text, path = file.path, line = line }
      end
    elseif token.kind == "name" and ignored[token.text] and following and (following.text == "(" or following.kind == "text") then
      local depth = 0
      if following.text == "(" then
        repeat
          at = at + 1
          local text = tokens[at].kind == "mark" and tokens[at].text
          depth = depth + (text and opens[text] and 1 or 0) - (text and closes[text] and 1 or 0)
        until depth == 0
      end
    elseif token.kind == "name" and file.rows[token.text] and following and following.text == "[" and at + 2 <= to
      and file.defined[file.rows[token.text]] then
      local row = file.defined[file.rows[token.text]] + 1
      while tokens[row].text == "{" do
        local values = list_at(tokens, row + 1)
        local value = values[tonumber(tokens[at + 2].text)]
        if value then pieces_of(found, file, value[1], value[2], {}) end
        row = values[#values][2] + 2
        if tokens[row].text == "," then row = row + 1 end
      end
    elseif token.kind == "name" and file.defined[token.text] and not seen[token.text] and tokens[at - 1].text ~= "."
      and not (following and (following.text == "=" or following.text == "(" or following.text == ".")) then
      seen[token.text] = true
      local there = file.defined[token.text]
      local is_list = tokens[there].text == "{" and not (following and following.text == "[") -- names for the table reader
      if not is_list or file.path:find("/hints%.lua$") then pieces_of(found, file, there, end_of(tokens, there) - 1, seen) end
    end
    at = at + 1
  end
end

--- Every piece of advice: {text, path, line}.
---@return {text: string, path: string, line: integer}[]
return function(root)
  root = root or "lua/idngo"
  local found, all, by_module = {}, {}, {}
  for path in shell("find %s -name '*.lua' ! -name types.lua | LC_ALL=C sort", root):gmatch("%S+") do
    local file = read(path)
    all[#all + 1] = file
    by_module["idngo" .. path:sub(#root + 1):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")] = file
  end
  for _, file in ipairs(all) do
    local tokens = file.tokens
    local function take(range) pieces_of(found, file, range[1], range[2], {}) end
    if file.path == root .. "/client/hints.lua" then take { 1, #tokens } end
    for i, token in ipairs(tokens) do
      local following, before = tokens[i + 1], tokens[i - 1]
      local behind_dash = token.kind == "text" and token.text:match(" – ([^%%\n].*)")
      if behind_dash and behind_dash:find("%a[ ,]") then
        found[#found + 1] = { text = templated(behind_dash:gsub("\n$", "")), path = file.path, line = token.line }
      end
      local is_field = token.kind == "name" and following and following.text == "=" and before and before.text ~= "for"
      if is_field and (token.text == "hint" or token.text == "hints") then
        take { i + 2, end_of(tokens, i + 2) - 1 }
      elseif token.kind == "name" and tokens[i + 1] and tokens[i + 1].text == "," and before then
        -- a, b.hint = x, y
        local at, place = i, 1
        local is_list = before.text ~= "," and before.text ~= "(" and before.text ~= "{"
        if is_list then
          local places = {}
          while tokens[at] and (tokens[at].kind == "name" or tokens[at].text == "." or tokens[at].text == ",") do
            if tokens[at].text == "," then place = place + 1 end
            if tokens[at].text == "hint" then places[#places + 1] = place end
            at = at + 1
          end
          if places[1] and tokens[at] and tokens[at].text == "=" then
            local values = list_at(tokens, at + 1)
            for _, n in ipairs(places) do
              if values[n] then take(values[n]) end
            end
          end
        end
      end
      if token.kind == "name" and following and following.text == "(" and before and before.text ~= "function" then
        local place
        if before.text ~= "." and before.text ~= ":" then
          place = file.takes[token.text]
        elseif before.text == "." and tokens[i - 2] then
          local other = by_module[file.modules[tokens[i - 2].text] or ""] or tokens[i - 2].text == "M" and file
          place = other and other.takes[token.text]
        end
        local defines = before.text == "." and tokens[i - 3] and tokens[i - 3].text == "function"
        if place and not defines then
          local values = list_at(tokens, i + 2)
          if values[place] then take(values[place]) end
        end
      end
    end
    for _, described in ipairs(file.returns) do
      local depth, at = 1, described.body + 1
      while depth > 0 do
        local text = tokens[at].kind == "name" and tokens[at].text
        if text == "function" or text == "if" or text == "do" or text == "repeat" then depth = depth + 1 end
        if text == "end" or text == "until" then depth = depth - 1 end
        if text == "return" then
          local values = list_at(tokens, at + 1)
          if values[described.place] then take(values[described.place]) end
        end
        at = at + 1
      end
    end
  end
  local unique, seen = {}, {}
  for _, piece in ipairs(found) do
    if not seen[piece.text] then unique[#unique + 1], seen[piece.text] = piece, true end
  end
  return unique
end
