-- Which lines of a policy its tests should reach: those inside functions on which a statement begins.
--
-- The policy is not compiled here: a compiler is nothing to give a stranger's text to. Its tokens tell enough.

local M = {}

local WORDS = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while")
  :gmatch("%a+") do WORDS[word] = true end

--- Tokens of a text: {text, line}; strings and numbers as "'" and "0". Comments are left out.
local function tokens_of(text)
  local tokens, at, line = {}, 1, 1
  local function skip(stop)
    local _, breaks = text:sub(at, stop):gsub("\n", "")
    line, at = line + breaks, stop + 1
  end
  local function long(from)
    local level = text:match("^%[(=*)%[", from)
    if not level then return nil end
    local _, stop = text:find("]" .. level .. "]", from, true)
    return stop or #text
  end
  while at <= #text do
    local space = text:match("^%s+()", at)
    local stop
    if space then
      skip(space - 1)
    elseif text:find("^%-%-", at) then
      skip(long(at + 2) or (text:find("\n", at, true) or #text + 1) - 1)
    else
      local token = text:match("^[%a_][%w_]*", at)
      local quote = text:match("^[\"']", at)
      if token then
        stop = at + #token - 1
      elseif quote then
        token, stop = "'", at + 1
        while stop <= #text and text:sub(stop, stop) ~= quote do
          stop = stop + (text:sub(stop, stop) == "\\" and 2 or 1)
        end
      elseif long(at) then
        token, stop = "'", long(at)
      elseif text:find("^%.?%d", at) then
        token, stop = "0", text:match("^[%w.]+()", at) - 1
      else
        token = text:match("^::", at) or text:match("^%.%.%.?", at) or text:match("^[=~<>]=", at) or text:sub(at, at)
        stop = at + #token - 1
      end
      tokens[#tokens + 1] = { text = token, line = line }
      skip(stop)
    end
  end
  return tokens
end

local FUNCTION = "end of a function"
local OPENS = { ["("] = ")", ["{"] = "}", ["["] = "]", ["function"] = FUNCTION, ["if"] = "end", ["do"] = "end",
  ["repeat"] = "until" }

--- Whether a token begins a statement that a tracer sees on this line.
local function begins(token, following)
  if token == "local" then return following ~= "function" end
  if not token:find("^[%a_(]") then return false end
  return not (token == "end" or token == "else" or token == "then" or token == "do" or token == "repeat"
    or token == "function" or token == "and" or token == "or" or token == "in" or token == "not")
end

--- Whether the statement goes on behind this token, on whatever line.
local function goes_on(token)
  if not token then return false end
  if WORDS[token] then return token == "and" or token == "or" or token == "not" or token == "local" or token == "in" end
  return not token:find("^[%w_')%]}]") and token ~= "..." and token ~= ";" and token ~= "::"
end

--- The lines of a policy that can be covered, in order.
---@param text string
---@return integer[]
function M.lines(text)
  local tokens, lines, stack, functions = tokens_of(text), {}, {}, 0
  for i, token in ipairs(tokens) do
    local word, before = token.text, tokens[i - 1]
    local top = stack[#stack]
    local inside = functions > 0 and not (top and top:find("^[)%]}]$"))
    if inside and before and before.line < token.line and begins(word, tokens[i + 1] and tokens[i + 1].text)
      and not goes_on(before.text) then
      lines[#lines + 1] = token.line
    end
    if top == word or (top == FUNCTION and word == "end") then
      if top == FUNCTION then functions = functions - 1 end
      stack[#stack] = nil
    elseif OPENS[word] then
      stack[#stack + 1] = OPENS[word]
      if word == "function" then functions = functions + 1 end
    end
  end
  return lines
end

return M
