-- What descriptions say in comments: the text of an endpoint's page, and what classes and their fields mean. Nothing of it is
-- loaded by those who call endpoints.

local index = require("generate.index")
local schema = require("idngo.schema")
local sorted = require("idngo.sorted")

local M = {}

---@class generate.Prose of an endpoint
---@field intro string
---@field lua string a snippet that the tests run
---@field shell string
---@field refusals {[1]: string, [2]: integer, [3]: string}[] when, status that the sandbox answers, meaning
---@field notes string[]
---@field why string? of its retry class

---@class generate.Class
---@field name string
---@field doc string
---@field base string?
---@field element string? of a list: what it is one of
---@field fields {name: string, type: string, mark: string?, optional: boolean, doc: string}[] in the order of the file

--- By the endpoint's name.
---@type table<string, generate.Prose>
M.endpoints = {}
--- In the order of the files, and by name.
---@type generate.Class[]
M.classes = {}

--- A block of code in a comment.
local function code(text, language)
  return (text:match("\n```" .. language .. "\n(.-)\n```"))
end

local function join(lines) return (table.concat(lines, " "):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")) end

--- A comment's text taken apart.
local function endpoint_prose(text)
  local prose = { lua = code(text, "lua"), shell = code(text, "sh"), refusals = {}, notes = {} }
  prose.intro = join { text:match("^%s*(.-)\n\n") or text }
  local rest = text:gsub("\n```%w+\n.-\n```", "")
  local note
  for line in (rest .. "\n"):gmatch("(.-)\n") do
    local when, status, meaning = line:match("^| (.-) | (%d+) | (.-) |$")
    if when then prose.refusals[#prose.refusals + 1] = { when, tonumber(status), meaning } end
    if line:find("^%- ") then
      note = { line:sub(3) }
      prose.notes[#prose.notes + 1] = note
    elseif note and line:find("^  ") then
      note[#note + 1] = line
    else
      note = nil
    end
  end
  for i, lines in ipairs(prose.notes) do prose.notes[i] = join(lines) end
  return prose
end

--- A field's name as one writes it in Lua.
---@param name string
---@return string
function M.key(name) return name:find("^[%a_][%w_]*$") and name or ("[%q]"):format(name) end

--- A value as one writes it in Lua.
local function literal(value)
  if type(value) ~= "table" then return ("%q"):format(value) end
  local fields = {}
  for _, name in ipairs(sorted(value)) do
    fields[#fields + 1] = ("%s = %s"):format(M.key(name), literal(value[name]))
  end
  return "{ " .. table.concat(fields, ", ") .. " }"
end

--- The snippets of an endpoint whose comment has none, from what it can be tried with.
local function made_snippets(prose, endpoint)
  local lua, shell = {}, { "idngo call " .. endpoint.name }
  for i, value in ipairs(endpoint.try or {}) do
    lua[i] = literal(value)
    if type(value) ~= "table" then shell[#shell + 1] = value end
  end
  prose.lua = prose.lua or ("local r = assert(client:%s(%s))\nfor name in pairs(r) do print(name) end"):format(endpoint.name,
    table.concat(lua, ", "))
  prose.shell = prose.shell or table.concat(shell, " ")
end

local function read_endpoints(resource, text)
  for comment, after in text:gmatch("%-%-%[==%[\n(.-)%]==%](%s*{.-retry = [^\n]*)") do
    local name = after:match('name = "([%w_]+)"')
    local prose = endpoint_prose((("\n" .. comment):gsub("\n    ", "\n"):sub(2)))
    prose.why = after:match("retry = \"%w+\", %-%- ([^\n]*)$")
    M.endpoints[name] = prose
  end
  for _, endpoint in ipairs(resource.described.endpoints or {}) do
    local prose = M.endpoints[endpoint.name]
    if not prose then
      error(("%s: endpoint %s has no text: write it before the description, as a comment --[==["):format(resource.path,
        endpoint.name), 0)
    end
    made_snippets(prose, endpoint)
  end
end

local function read_classes(resource, text)
  local class, last
  for line in text:gmatch("[^\n]+") do
    local name, doc = line:match("^    (%u%w+) = { %-%- (.*)$")
    local field, type, meaning = line:match('^      ([%w_]+) = "([^"]+)", %-%- (.*)$')
    local more = line:match("^%s+%-%- (.*)$")
    if name then
      class = { name = name, doc = doc, fields = {} }
      last = class
      M.classes[#M.classes + 1], M.classes[name] = class, class
    elseif class and field then
      local mark
      type, mark = schema.parse(type)
      last = { name = field, type = type, mark = mark, optional = mark ~= "required", doc = meaning }
      class.fields[#class.fields + 1] = last
    elseif class and more then
      last.doc = last.doc .. " " .. more
    elseif line:find("^    }") then
      class = nil
    end
  end
  for name, described in pairs(resource.described.classes or {}) do
    class = M.classes[name]
    if not class then
      error(("%s: class %s does not say what it is, in a comment behind it"):format(resource.path, name), 0)
    end
    class.element = schema.element(name)
    class.base = not class.element and described[1] or nil
    local count, seen = 0, {}
    for _, found in ipairs(class.fields) do seen[found.name] = true end
    for each in pairs(described) do
      if each ~= 1 then
        count = count + 1
        if not seen[each] then
          error(("%s: class %s: field %s does not say what it is, in a comment behind it"):format(resource.path, name, each), 0)
        end
      end
    end
    assert(count == #class.fields, name)
  end
end

for _, resource in ipairs(index.resources()) do
  local file = assert(io.open(resource.path))
  local text = file:read("a")
  file:close()
  read_endpoints(resource, text)
  read_classes(resource, text)
end

--- What the retry classes mean, as sentences on a page.
M.retry = {
  safe = "**S, a safe read**: nothing changes, so it is tried again whenever no good answer came and another may.",
  idempotent = "**I, an idempotent write**: done twice it leaves the same, so it is tried again even when the first may have "
    .. "taken effect.",
  harmless = "**D, a duplicate is harmless**: done twice it leaves one thing too many that nobody minds, so it is tried again "
    .. "even when the first may have taken effect.",
  keyed = "**K, a natural key**: the service refuses a second one, so it is tried again even when the first may have taken "
    .. "effect.",
  once = "**N, people notice**: tried again only when it is certain that it was not done: `not_sent`, or refused with 408, 425, "
    .. "429, or 409 with `Retry-After`.",
}

return M
