-- lua/idngo/api/index.lua: which file of lua/idngo/api describes what. Checks the descriptions on the way: what is wrong with
-- one is said with its file and its place.

local endpoints = require("idngo.endpoints")
local schema = require("idngo.schema")
local sorted = require("idngo.sorted")

local M = {}

local FOLDER = "lua/idngo/api"
local WIDTH = 120 -- of lines

local known = {}
for word in ([[name title request arguments filters options body returns file takes sends headers reply about echoes confirms
  retry settle again limit try example source hints fact actions]]):gmatch("%S+") do known[word] = true end

--- The resources: {name, path, described}, by name.
---@return {name: string, path: string, described: table}[]
function M.resources()
  local list = {}
  local pipe = assert(io.popen("LC_ALL=C ls " .. FOLDER))
  for file in pipe:lines() do
    local name = file:match("^([%w_]+)%.lua$")
    if name and name ~= "index" then
      local path = FOLDER .. "/" .. file
      list[#list + 1] = { name = name, path = path, described = assert(loadfile(path))() }
    end
  end
  pipe:close()
  return list
end

--- Notes where each name is described; one that is described twice is an error.
local function note(map, name, resource, what)
  if map[name] then error(("%s: the %s %s is described in %s.lua, too"):format(resource.path, what, name, map[name])) end
  map[name] = resource.name
end

--- The table that the index holds.
---@return table
function M.table()
  local made = { names = {}, resources = {}, classes = {}, words = {}, limits = {}, facts = {}, actions = {} }
  for _, resource in ipairs(M.resources()) do
    local described = resource.described
    for name in pairs(described.classes or {}) do note(made.classes, name, resource, "class") end
    for name in pairs(described.words or {}) do note(made.words, name, resource, "word") end
    for name, limit in pairs(described.limits or {}) do
      if made.limits[name] then error(("%s: there is a limit %s elsewhere"):format(resource.path, name)) end
      made.limits[name] = limit
    end
    for _, endpoint in ipairs(described.endpoints or {}) do
      note(made.resources, endpoint.name, resource, "endpoint")
      made.names[#made.names + 1] = endpoint.name
      if endpoint.fact then note(made.facts, endpoint.fact[1], { path = resource.path, name = endpoint.name }, "fact") end
      for action in pairs(endpoint.actions or {}) do
        note(made.actions, action, { path = resource.path, name = endpoint.name }, "action")
      end
    end
  end
  return made
end

--- What is wrong with a type of a class, or nil.
local function wrong_type(type, index)
  for one in type:gmatch("[^|]+") do
    one = one:gsub("%[%]$", "")
    if not (schema.plain[one] or index.classes[one] or index.words[one]) then return "there is no type " .. one end
  end
end

local function check_class(name, class, index)
  local base = class[1] and class[1]:gsub("%[%]$", "")
  if base and not index.classes[base] then return ("class %s: there is no class %s"):format(name, base) end
  if base ~= class[1] and next(class, 1) ~= nil then return ("class %s is a list, and has no fields of its own"):format(name) end
  for field, text in pairs(class) do
    if field ~= 1 then
      local type, mark = schema.parse(text)
      local wrong = wrong_type(type, index)
      if mark and mark ~= "required" and mark ~= "checked" and mark ~= "dropped" and not mark:find("^or %w+$") then
        wrong = "no mark is called " .. mark
      end
      if wrong then return ("class %s, field %s: %s"):format(name, field, wrong) end
    end
  end
end

local function check_endpoint(endpoint, index)
  for field in pairs(endpoint) do
    if not known[field] then return "a description says nothing about " .. tostring(field) end
  end
  for _, field in ipairs { "name", "title", "request", "retry", "returns" } do
    if type(endpoint[field]) ~= "string" then return "it has no " .. field end
  end
  if not endpoint.request:find("^%u+ /[^ ?]*%??[^ ?]*$") then return "request is not METHOD /path?name=value" end
  if not endpoints.letters[endpoint.retry] then return "no retry class is called " .. endpoint.retry end
  if endpoint.limit and not index.limits[endpoint.limit] then return "there is no limit " .. endpoint.limit end
  if not index.classes[endpoint.returns] then return "there is no class " .. endpoint.returns end
  local list = endpoint.body and endpoint.body.list
  if list and list ~= "string" then return "a body is a list of strings, or a class with a line for each" end
  if not endpoint.file then
    local path = ("%s/examples/%s.lua"):format(FOLDER, endpoint.example or endpoint.name)
    local file = io.open(path)
    if not file then return "its example is missing: write it to " .. path end
    file:close()
  end
end

--- Throws what is wrong with the descriptions.
function M.check()
  local index = M.table()
  for _, resource in ipairs(M.resources()) do
    for name, class in pairs(resource.described.classes or {}) do
      local wrong = check_class(name, class, index)
      if wrong then error(("%s: %s"):format(resource.path, wrong), 0) end
    end
    for _, endpoint in ipairs(resource.described.endpoints or {}) do
      local wrong = check_endpoint(endpoint, index)
      if wrong then error(("%s: endpoint %s: %s"):format(resource.path, tostring(endpoint.name), wrong), 0) end
    end
  end
end

local function sorted_text(map, value_text)
  local lines = {}
  for name, value in pairs(map) do lines[#lines + 1] = ("    %s = %s,"):format(name, value_text(value)) end
  table.sort(lines)
  return table.concat(lines, "\n")
end

local function quoted(text) return ("%q"):format(text) end

local TEXT = [==[
-- Made by ./dev generate from the files beside this one: which of them, or which endpoint, describes what. The many names stand
-- in texts, since tables of them take more memory, in every process.

--- What gives the file that describes a name, and keeps what was asked for.
local function found_in(text)
  text = ("\n" .. text):gsub("\n ", " "):gsub("\n", " \n")
  return setmetatable({}, { __index = function(found, name)
    local at = type(name) == "string" and name:find("^[%%w_]+$") and text:find((" %%s "):format(name), 1, true)
    if not at then return nil end
    found[name] = text:sub(1, at):match(".*\n([%%w_]+):")
    return found[name]
  end }), text
end

local resources, text = found_in [[
%s
]]

local index = {
  resources = resources,
  classes = found_in [[
%s
]],
  words = found_in [[
%s
]],
  limits = {
%s
  },
  facts = {
%s
  },
  actions = {
%s
  },
}

-- all of them, in the order of the pages, are seldom asked for
return setmetatable(index, { __index = function(_, key)
  if key ~= "names" then return nil end
  local names = {}
  for word in text:gmatch("%%f[%%w_][%%w_]+%%f[^%%w_:]") do names[#names + 1] = word end
  return names
end })
]==]

--- The names of a map, a line for each file that they are described in; `order` is theirs.
local function lists_of(map, order)
  local lists, lines = {}, {}
  for _, name in ipairs(order) do
    local list = lists[map[name]] or { map[name] .. ":" }
    list[#list + 1], lists[map[name]] = name, list
  end
  for _, resource in ipairs(sorted(lists)) do
    local line = ""
    for _, word in ipairs(lists[resource]) do
      if #line + #word > WIDTH then lines[#lines + 1], line = line, "" end
      line = line .. (word:find(":") and "" or " ") .. word
    end
    lines[#lines + 1] = line
  end
  return table.concat(lines, "\n")
end

--- The file's text.
---@return string
function M.text()
  local index = M.table()
  return TEXT:format(lists_of(index.resources, index.names), lists_of(index.classes, sorted(index.classes)),
    lists_of(index.words, sorted(index.words)),
    sorted_text(index.limits, function(limit) return ("{ %d, %g }"):format(limit[1], limit[2]) end),
    sorted_text(index.facts, quoted), sorted_text(index.actions, quoted))
end

return M
