--- Finds the endpoint of a raw request target and checks its parameters, both by the endpoints' descriptions.
--
-- No route is written here: paths, methods, required parameters, types and allowed values are those of the descriptions in
-- lua/idngo/api.
local compat = require("idngo.compat")

local router = {}
router.__index = router

---@class idngo.sandbox.Match
---@field endpoint table? row of idngo.endpoints
---@field args table<string, string|string[]> decoded path and query parameters, the unknown ones too; a list where one has
---  several values
---@field filters table<string, string>? of an endpoint with filters: all that were given, the unknown ones too
---@field status integer? 400, 404 or 405 when there is no endpoint for the target
---@field description string?
---@field allow string? for 405

local function new_node()
  return { literals = {}, prefixed = {}, rows = {} }
end

--- @param endpoints table[] rows of idngo.endpoints
function router.new(endpoints)
  local root = new_node()
  for _, row in ipairs(endpoints) do
    local node, names = root, {}
    for segment in row.path:gmatch("[^/]+") do
      local prefix, name = segment:match("^(.-){(.+)}$")
      if name and prefix ~= "" then -- a matrix parameter: -;externalUserId={externalUserId}
        names[#names + 1] = name
        local branch
        for _, each in ipairs(node.prefixed) do branch = each.prefix == prefix and each or branch end
        if not branch then
          branch = { prefix = prefix, node = new_node() }
          table.insert(node.prefixed, branch)
        end
        node = branch.node
      elseif name then
        names[#names + 1] = name
        node.param = node.param or new_node()
        node = node.param
      else
        node.literals[segment] = node.literals[segment] or new_node()
        node = node.literals[segment]
      end
    end
    node.rows[row.method] = node.rows[row.method] or {}
    table.insert(node.rows[row.method], { endpoint = row, names = names })
  end
  return setmetatable({ root = root }, router)
end

local function byte(hex)
  return string.char(tonumber(hex, 16))
end

--- Percent-decodes. nil when an escape is broken or hides a NUL.
local function decode(text)
  if not text:find("%", 1, true) then return text end
  if text:gsub("%%%x%x", ""):find("%", 1, true) or text:find("%00", 1, true) then return nil end
  return (text:gsub("%%(%x%x)", byte))
end

router.decode = decode

--- The query as a table of decoded strings.
---@param query string
---@return table<string, string|string[]>?
---@return string? message
function router.query(query)
  local args = {}
  for pair in query:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    name, value = decode((name:gsub("%+", " "))), decode((value:gsub("%+", " ")))
    if not name or not value then return nil, "the query has a broken percent-encoding" end
    local before = args[name]
    if before == nil or before == value then -- the vendor's own sample has one twice
      args[name] = value
    else
      args[name] = type(before) == "table" and before or { before }
      table.insert(args[name], value)
    end
  end
  return args
end

local walk

--- Goes on behind a segment that holds a value.
local function walk_on(node, segments, i, captures, value)
  local depth = #captures
  captures[depth + 1] = value
  local leaf = walk(node, segments, i + 1, captures)
  if not leaf then captures[depth + 1] = nil end
  return leaf
end

-- Literals first: /resources/applicants/-/levels is not about an applicant called "-". Then what begins as a matrix
-- parameter does, before it is decoded: an id may hold a ; of its own.
function walk(node, segments, i, captures)
  local segment = segments[i]
  if not segment then return next(node.rows) and node or nil end
  local literal = node.literals[segment.text]
  local leaf = literal and walk(literal, segments, i + 1, captures)
  for _, each in ipairs(node.prefixed) do
    local rest = segment.raw:sub(#each.prefix + 1)
    if not leaf and rest ~= "" and segment.raw:sub(1, #each.prefix) == each.prefix then
      leaf = walk_on(each.node, segments, i, captures, decode(rest))
    end
  end
  if leaf or not node.param or segment.text == "" then return leaf end
  return walk_on(node.param, segments, i, captures, segment.text)
end

local function allowed_methods(node)
  local methods = {}
  for method in pairs(node.rows) do methods[#methods + 1] = method end
  table.sort(methods)
  return table.concat(methods, ", ")
end

--- Takes the matrix parameters off the path's last segment: name=value, decoded. nil where there are none.
local function take_filters(segments)
  local last = segments[#segments]
  local head, rest = last.raw:match("^([^;]*);(.*)$")
  if not head then return nil end
  local filters = {}
  for pair in rest:gmatch("[^;]+") do
    local name, value = pair:match("^([^=]+)=(.*)$")
    if not name then return nil end
    filters[decode(name)] = decode(value) -- the whole segment was decoded before
  end
  segments[#segments] = { raw = head, text = decode(head) }
  return filters
end

local function has_filters(endpoint)
  for _, param in ipairs(endpoint.params) do
    if param.where == "matrix" then return true end
  end
  return false
end

-- Several endpoints may share one path; then a query parameter with a fixed value tells them apart.
local function fits(endpoint, args)
  for _, param in ipairs(endpoint.params) do
    if param.type == "fixed" and args[param.name] ~= param.value then return false, param.name end
  end
  return true
end

---@param method string
---@param target string raw, as on the request line
---@return idngo.sandbox.Match
function router:find(method, target)
  local path, query = target:match("^(/[^?]*)%??(.*)$")
  if not path then return { args = {}, status = 400, description = "the request target is not a path" } end
  local args, message = router.query(query)
  if not args then return { args = {}, status = 400, description = message } end
  local segments = {}
  for segment in path:gmatch("/([^/]*)") do
    local text = decode(segment)
    if not text then return { args = {}, status = 400, description = "the path has a broken percent-encoding" } end
    segments[#segments + 1] = { raw = segment, text = text }
  end
  local captures, filters = {}, nil
  local node = walk(self.root, segments, 1, captures)
  if not node then
    filters = take_filters(segments)
    node = filters and walk(self.root, segments, 1, captures)
    local first = node and select(2, next(node.rows))
    if first and not has_filters(first[1].endpoint) then node = nil end
  end
  if not node then return { args = args, status = 404, description = "no such resource" } end
  local rows = node.rows[method]
  if not rows then
    return { args = args, status = 405, description = "method not allowed", allow = allowed_methods(node) }
  end
  local missing
  for _, row in ipairs(rows) do
    local ok, name = fits(row.endpoint, args)
    if ok then
      for i, param in ipairs(row.names) do args[param] = captures[i] end
      for _, param in ipairs(row.endpoint.params) do
        if param.where == "matrix" then args[param.name] = filters and filters[param.name] end
      end
      return { endpoint = row.endpoint, args = args, filters = has_filters(row.endpoint) and (filters or {}) or nil }
    end
    missing = name
  end
  return { args = args, status = 400, description = "query parameter " .. missing .. " is missing or unknown" }
end

local function check_value(param, value)
  if type(value) == "table" then return nil, "has several values" end
  if value == "" then return nil, "is empty" end
  if param.type == "integer" then
    local number = value:find("^%d+$") and compat.tointeger(value)
    return number, "is not a whole number"
  elseif param.type == "one_of" then
    for _, allowed in ipairs(param.values) do
      if value == allowed then return value end
    end
    return nil, "must be one of: " .. table.concat(param.values, ", ")
  elseif param.type == "list" then
    local names = {}
    for name in (value .. ","):gmatch("([^,]*),") do
      if not name:find("^[%w_]+$") then return nil, "is not a list of names" end
      names[#names + 1] = name
    end
    return names
  end
  return value
end

--- The arguments of an endpoint by name, typed, with defaults.
---@param endpoint table
---@param args table<string, string>
---@return table<string, any>? typed
---@return string? description of the first one that is missing or bad
function router.check(endpoint, args)
  local typed = {}
  for _, param in ipairs(endpoint.params) do
    local value = args[param.name]
    if value == "" and param.empty then
      typed[param.name] = param.required and "" or nil
    elseif value then
      local good, message = check_value(param, value)
      if not good then return nil, "parameter " .. param.name .. " " .. message end
      typed[param.name] = good
    elseif param.required then
      return nil, "parameter " .. param.name .. " is missing"
    else
      typed[param.name] = param.value
    end
  end
  return typed
end

return router
