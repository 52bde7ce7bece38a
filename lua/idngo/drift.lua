-- What a reply holds that its class does not describe: fields and values that were never seen before, and, for who asks more,
-- types and forms. It is about replies that passed their check (schema.lua): nothing that is found here is an error.
--
-- What is found says where, and never what: of what stands in a reply only a name that looks like one of a field, and a word that
-- looks like a constant, are told.

local endpoints = require("idngo.endpoints")
local schema = require("idngo.schema")

local M = {}

---@class idngo.Drift
---@field what "field"|"value"|"type"|"form" a field that is described nowhere; a value that its word does not have; and, of a
---  strict look, a field of another type, or a string of another form, than is described
---@field path string below the reply, such as list.items[].type
---@field class string whose field it is
---@field field string
---@field found string? of value: the constant, where it looks like one; of type: what it is
---@field wanted string? of type and form: what is described

local LONGEST = 40

--- Whether a text looks like a constant, so that it names nobody.
---@param text any
---@return boolean
function M.is_constant(text)
  return type(text) == "string" and #text <= LONGEST and text:find("^[A-Z_]+$") ~= nil
end

--- A field's name as it may be told: names of fields are words, ids and what people are called are not.
---@param name any
---@return string
function M.name(name)
  local is_name = type(name) == "string" and #name <= LONGEST
    and (name:find("^[a-z][A-Za-z_]*[0-9]?[0-9]?$") or name:find("^[A-Z][A-Z_]*[0-9]?[0-9]?$"))
  return is_name and name or "…"
end

-- Nodes: true for what is not looked into; else {each? = node, class? = name, words? = set, kind?, form?, either? = nodes}.

local kinds = { integer = "number", yes = "number", text = "string", secret = "string", day = "string", moment = "string",
  zoned = "string" }

local function node_of(type, strict)
  if type:find("|", 1, true) then
    local nodes = {}
    for one in type:gmatch("[^|]+") do nodes[#nodes + 1] = node_of(one, strict) end
    return (strict or nodes[1] ~= true) and { either = nodes, type = type } or true
  end
  local element = type:match("^(.*)%[%]$")
  if element then
    local each = node_of(element, strict)
    return (strict or each ~= true) and { each = each, kind = "table", type = "list" } or true
  end
  if endpoints.class(type) then return { class = type, kind = "table", type = "object" } end
  if endpoints.words(type) then
    local words = {}
    for _, word in ipairs(endpoints.words(type)) do words[word] = true end
    return { words = words, kind = "string", type = "string" }
  end
  return strict and { kind = kinds[type] or type, form = schema.forms[type] and type, type = kinds[type] or type } or true
end

local made = { [true] = {}, [false] = {} }

--- The nodes of a class's fields.
local function nodes_of(class, strict)
  local nodes = made[strict][class]
  if not nodes then
    nodes = {}
    for field, text in pairs(schema.fields(class)) do nodes[field] = node_of((schema.parse(text)), strict) end
    made[strict][class] = nodes
  end
  return nodes
end

--- Reads all that is said of a class and of those below it, for who may open no file when a reply comes.
---@param class string
---@param seen table<string, boolean>?
function M.load(class, seen)
  seen = seen or {}
  class = schema.element(class) or class
  if seen[class] or not endpoints.class(class) then return end
  seen[class] = true
  local function load(node)
    if node == true then return end
    if node.class then M.load(node.class, seen) end
    if node.each then load(node.each) end
    for _, one in ipairs(node.either or {}) do load(one) end
  end
  for _, node in pairs(nodes_of(class, false)) do load(node) end
end

local function is_list(value) return value[1] ~= nil end

--- Whether a value is of the sort that a node is for.
local function fits(value, node)
  if type(value) ~= node.kind then return false end
  return node.kind ~= "table" or next(value) == nil or not (node.each or node.class) or is_list(value) == (node.each ~= nil)
end

local look -- forward

--- Looks at a value that a field has, and notes where it is not as its node says. `at` leads there: names, and "[]" for a list.
local function look_at(value, node, at, class, field, found, strict)
  if node.either then
    for _, one in ipairs(node.either) do
      if one == true or fits(value, one) then
        if found.counts and one ~= true then
          found.forms[#found.forms + 1] = { path = at:sub(2), class = class, field = field, found = one.type, wanted = node.type }
        end
        return one ~= true and look_at(value, one, at, class, field, found, strict) or nil
      end
    end
  end
  local counts = found.counts
  if counts then
    counts.type = counts.type + 1
    if node.words then counts.value = counts.value + 1 end
    if node.form then counts.form = counts.form + 1 end
  end
  if node.either or not fits(value, node) then
    if strict then
      found[#found + 1] = { what = "type", at = at, class = class, field = field, wanted = node.type,
        found = type(value) ~= "table" and type(value) or is_list(value) and "list" or "object" }
    end
  elseif node.each then
    if node.each ~= true then
      at = at .. "[]"
      for i = 1, #value do look_at(value[i], node.each, at, class, field, found, strict) end
    end
  elseif node.class then
    look(value, node.class, at, found, strict)
  elseif node.words and not node.words[value] then
    found[#found + 1] = { what = "value", at = at, class = class, field = field, found = M.is_constant(value) and value or nil }
  elseif node.form and not schema.has_form(node.form, value) then
    found[#found + 1] = { what = "form", at = at, class = class, field = field, wanted = node.form }
  end
end

function look(value, class, at, found, strict)
  local nodes = nodes_of(class, strict)
  if next(nodes) == nil then return end -- a class of which nothing is said
  for name, inner in pairs(value) do
    local node = nodes[name]
    if found.counts then found.counts.field = found.counts.field + 1 end
    if node == nil then
      name = M.name(name)
      found[#found + 1] = { what = "field", at = at .. "." .. name, class = class, field = name }
    elseif node ~= true then
      look_at(inner, node, at .. "." .. name, class, name, found, strict)
    end
  end
end

--- What of a reply is not as its class says, each kind once, by their places.
---@param class string
---@param value table
---@param strict boolean? types and forms, too
---@return idngo.Drift[]
---@return table<string, integer>? counts of a strict look: how many there were to be looked at, by what could be found of them
---@return {path: string, class: string, field: string, found: string, wanted: string}[]? forms of a strict look: which form came
---  where several are described
function M.find(class, value, strict)
  local found = { counts = strict and { field = 0, value = 0, type = 0, form = 0 } or nil, forms = {} }
  local element = schema.element(class)
  for _, one in ipairs(element and value or { value }) do
    if type(one) == "table" then look(one, element or class, element and ".[]" or "", found, strict == true) end
  end
  if not found[1] then return {}, found.counts, found.forms end
  local list, seen = {}, {}
  for _, each in ipairs(found) do
    each.path, each.at = each.at:sub(2), nil
    local key = ("%s %s %s"):format(each.what, each.path, each.found or "")
    if not seen[key] then list[#list + 1], seen[key] = each, true end
  end
  table.sort(list, function(a, b)
    if a.path ~= b.path then return a.path < b.path end
    if a.what ~= b.what then return a.what < b.what end
    return (a.found or "") < (b.found or "")
  end)
  return list, found.counts, found.forms
end

return M
