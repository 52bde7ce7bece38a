-- Operations: what is made of an endpoint's description once, and what all its calls have in common.

local compat = require("idngo.compat")
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")
local schema = require("idngo.schema")

local M = {}

--- Options every call takes, beside those of its endpoint.
M.call_options = { timeout = "number", deadline = "number" }

--- The header lines that say what is sent, if there is a body, and what is taken.
---@param content_type string?
---@param accept string?
---@return string
function M.header_lines(content_type, accept)
  local lines = ("Accept: %s\r\n"):format(accept or "application/json")
  return content_type and ("%sContent-Type: %s\r\n"):format(lines, content_type) or lines
end

--- The media types of bodies, by their kinds.
M.content_types = { json = "application/json", zip = "application/zip", multipart = "multipart/form-data",
  ndjson = "application/x-ndjson", text = "text/plain" }

--- What is wrong with the first bytes of a reply that is a file, or nil.
local function file_check(file)
  local family = file.media:match("^[^/]+/")
  return function(first, media)
    if file.media == "*/*" then
      local is_text = media == "" or media:find("^text/") or media:find("json$")
      return is_text and ("reply is %s, not %s"):format(media == "" and "of no type" or media, file[1]) or nil
    end
    if file.begins then
      if first:sub(1, #file.begins) ~= file.begins then return "reply is not " .. file[1] end
      return nil
    end
    if media:sub(1, #family) == family then return nil end
    return ("reply is %s, not %s"):format(media == "" and "of no type" or media, file[1])
  end
end

---@class idngo.Operation
---@field name string
---@field method string
---@field template string of the path
---@field retry string the class's word, as the transport takes it
---@field settle table? as in the description
---@field alone idngo.Operation? the same without a file, where a second one does something else
---@field takes_level boolean? the first argument is the level that the applicant has then
---@field lane string? its own limit
---@field row idngo.Endpoint
---@field target fun(prefix: string, ...: any): string?, string? see csrc/protocol/lua_operation.c
---@field params string[] names of what `target` takes
---@field positional integer how many of them are arguments by their places
---@field options table<string, integer> where the others are among `params`
---@field known string[] all options, for advice
---@field body table? as in the description
---@field is_about boolean? the first argument is the applicant
---@field is_about_user boolean? the same, by an externalUserId
---@field check_type string? the type of the checks that were asked for
---@field check_place integer? the same, as an argument: its place
---@field again {[1]: integer, [2]: integer}? as in the description
---@field check? fun(value: any): string?, string?
---@field file_check? fun(first: string, media: string): string?
---@field confirms? {field: string, place: integer, value: any}
---@field yes string? the field that says yes
---@field drop? fun(value: table) takes out what is to be forgotten
---@field is_secret boolean? what is in a reply must not be shown
---@field takes string? as in the description
---@field returns string? the class of its reply, where that is JSON
---@field body_check? fun(value: table): string?, string? of a body that is a table
---@field about string?
---@field is_of_checks boolean?
---@field lists_people boolean? each of its `items` says whom it is about
---@field echoes {field: string, path: string[], place: integer?, name: string}[]? as in the description; place: among the
---  arguments, or else it is a field of the body
---@field accept? fun(archive: {bytes: string}|string): boolean?, idngo.Error|string|nil checks an import's archive
---@field header_block string header lines, each ended by CRLF
---@field more_lines string? those of them that only this endpoint sends
---@field from_headers table<string, string>? fields of the reply that stand in its head, and where
---@field is_plain boolean a transport needs to know no more of it
---@field is_usual boolean its target is all that is made of its arguments
---@field has_rules any its reply, as checked, has more to be looked at or changed

local function make(description)
  local row = endpoints.row(description)
  local o = {
    name = row.name, method = row.method, template = row.path, settle = description.settle,
    retry = description.settle and "once" or description.retry, -- what is settled by looking is never sent again on a guess
    lane = row.lane, row = row,
    positional = 0, options = {}, known = {}, params = {}, body = description.body, about = description.about,
    hints = description.hints, again = description.again, binary = description.file ~= nil, reply = row.reply,
    takes = description.takes, returns = not description.file and description.returns or nil,
  }
  for _, param in ipairs(row.params) do
    if param.type == "fixed" then
      if param.name == "type" then o.check_type = param.value end
    else
      o.params[#o.params + 1] = param.name
      if param.required then
        o.positional = o.positional + 1
        if param.name == "applicantId" then o.is_about = o.positional == 1 and description.about ~= false end
        if param.name == "levelName" then o.takes_level = o.positional == 1 end
        if param.name == "type" and row.path:find("/checks/latest$") then o.check_place = o.positional end
        if param.name == "externalUserId" then o.is_about_user = o.positional == 1 end
      else
        o.options[param.name] = #o.params
        o.known[#o.known + 1] = param.name
      end
    end
  end
  if o.binary then o.known[#o.known + 1] = "to" end
  if row.body == "zip" then o.known[#o.known + 1] = "unchecked" end
  for name in pairs(M.call_options) do o.known[#o.known + 1] = name end
  table.sort(o.known)
  if o.binary then
    o.file_check = file_check(description.file)
  else
    o.check, o.drop = schema.check(description.returns), schema.drop(description.returns)
    o.yes, o.is_secret = schema.traits(description.returns)
    local fields = schema.fields(description.returns)
    if not fields.checks then o.check_type = nil end
    local element = fields.items and fields.items:match("^(%w+)%[%]")
    o.lists_people = element and endpoints.class(element) and schema.fields(element).applicantId ~= nil or nil
  end
  for argument, value in pairs(description.confirms or {}) do
    for place, name in ipairs(o.params) do
      if name == argument then o.confirms = { field = description.confirms[1], place = place, value = value } end
    end
  end
  for field, name in pairs(description.echoes or {}) do
    local echo = { field = field, path = {}, name = name }
    for piece in field:gmatch("[^.]+") do echo.path[#echo.path + 1] = piece end
    for place = 1, o.positional do
      if o.params[place] == name then echo.place = place end
    end
    o.echoes = o.echoes or {}
    o.echoes[#o.echoes + 1] = echo
  end
  if o.body and o.body.class then o.body_check = schema.check(o.body.class) end
  if o.body and o.body.list == "string" then
    o.body_check = function(value)
      if type(value) ~= "string" or value == "" then return "is not a text", "" end
    end
  end
  o.more_lines, o.from_headers = description.sends and description.sends .. "\r\n" or nil, description.headers
  o.header_block = M.header_lines(M.content_types[row.body], o.binary and "*/*") .. (o.more_lines or "")
  if row.body == "zip" then o.accept = require("idngo.archive").accept end -- not every program loads it
  o.is_plain = not (o.binary or o.body or o.retry == "once")
  -- two short cuts for what most calls are
  o.is_usual = not (o.body or o.is_about_user or o.settle or o.echoes or o.confirms or o.check_place)
  o.is_of_checks = o.is_usual and not (o.about or o.lists_people) -- nothing but checks says whom its reply is about
  o.has_rules = o.confirms or o.yes or o.drop or o.from_headers
  o.target = core.operation(row.path, row.params)
  if o.body and o.body.alone then o.alone = setmetatable({ retry = o.body.alone, settle = false }, { __index = o }) end
  return o
end

local made = {}

--- The operation of an endpoint, or nil when there is none of this name.
---@param name string
---@return idngo.Operation?
function M.of(name)
  local found = made[name]
  if found then return found end
  local description = endpoints.description(name)
  if not description then return nil end
  found = make(description)
  made[name] = found
  return found
end

--- The names of its arguments in Lua, in their order.
---@param o idngo.Operation
---@return string[]
function M.arguments(o)
  local names = { compat.unpack(o.params, 1, o.positional) }
  if o.body then names[#names + 1] = o.body[2] end
  if o.body and o.body.part then names[#names + 1] = o.body.part end
  return names
end

--- The names of its own options, in the order of the description.
---@param o idngo.Operation
---@return string[]
function M.options(o)
  local names = { compat.unpack(o.params, o.positional + 1) }
  if o.binary then names[#names + 1] = "to" end
  if o.body and o.body[1] == "zip" then names[#names + 1] = "unchecked" end
  return names
end

--- What the body is in Lua, in words.
---@param o idngo.Operation
---@return string
function M.body_type(o)
  if o.body[1] == "text" then return "string" end
  if o.body[1] == "ndjson" then return "list of tables" end
  return o.body.list and "list of strings" or "table"
end

--- Whether a large body moves in one of its directions: then its time is counted by pieces.
---@param o idngo.Operation
---@return boolean
function M.moves(o) return o.binary or o.body ~= nil and (o.body[1] == "zip" or o.body[1] == "multipart") end

return M
