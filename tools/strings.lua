-- Reads Lua as far as its strings are concerned.

--- The strings of a Lua text, the byte before each, and whether `require` stands before it. Comments are none.
---@param text string
---@return {[1]: string, at: integer, required: boolean}[]
---@return boolean by_name whether something is required whose name stands elsewhere
return function(text)
  local found, at, required, by_name = {}, 1, false, false
  while at <= #text do
    local word, stop = text:match("^([%a_][%w_]*)()", at)
    local equals = text:match("^%-%-%[(=*)%[", at)
    local long, after = text:match("^%[(=*)%[()", at)
    if word then
      by_name = by_name or required
      at, required = stop, word == "require"
    elseif equals then
      at = select(2, assert(text:find("]" .. equals .. "]", at, true))) + 1
    elseif text:find("^%-%-", at) then
      at = text:find("\n", at, true) or #text + 1
    elseif long then
      local from, to = assert(text:find("]" .. long .. "]", after, true))
      found[#found + 1] = { text:sub(after, from - 1), at = after - 1, required = required }
      at, required = to + 1, false
    elseif text:find("^[\"']", at) then
      local quote, last = text:sub(at, at), at + 1
      while text:sub(last, last) ~= quote do last = last + (text:sub(last, last) == "\\" and 2 or 1) end
      found[#found + 1] = { text:sub(at + 1, last - 1), at = at, required = required }
      at, required = last + 1, false
    else
      if not text:find("^[%s(,]", at) then required = false end
      at = at + 1
    end
  end
  return found, by_name
end
