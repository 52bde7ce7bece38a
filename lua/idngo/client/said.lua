-- What a server wrote, as it may be shown: one line, bounded, without what drives a terminal, what was sent, and e-mail
-- addresses.

local compat = require("idngo.compat")
local endpoints = require("idngo.endpoints")
local json = require("idngo.json")
local printable = require("idngo.text").printable

local M = {}

-- Bytes of a text that are looked at, and characters that are shown of a page.
local LOOKED_AT, SHOWN = 16384, 60

--- A server's text as one line, of bounded length, that cannot drive a terminal.
---@param text string
---@return string
function M.plain(text)
  return printable(text:sub(1, 500), " ")
end

local function hide_value(text, value)
  if #value < 2 then return text end
  return (text:gsub(value:gsub("%p", "%%%0"), "[…]"))
end

-- Digits of a number that may identify somebody.
local DIGITS = 4

--- Adds the forms of a number that servers write to a list: as it was sent, in full, shortest, and without its exponent.
local function gather_number(number, list)
  number = math.abs(number)
  local forms = { json.encode(number) }
  if number % 1 == 0 then forms[2] = ("%.0f"):format(number) end
  for digits = 15, 17 do -- so many tell one number from the next
    local text = compat.with_point(("%%.%de"):format(digits - 1):format(number))
    forms[#forms + 1] = text:match("^(.-)0*e")
    forms[#forms + 1] = compat.with_point(("%%.%dg"):format(digits):format(number))
  end
  for _, form in ipairs(forms) do
    if #form >= DIGITS then list[#list + 1] = form end
  end
end

--- Adds what a value holds to a list, as it stands in texts.
local function gather(value, list)
  if type(value) == "table" then
    for _, inner in pairs(value) do gather(inner, list) end
  elseif type(value) == "string" then
    list[#list + 1] = value
  elseif type(value) == "number" then
    gather_number(value, list)
  end
  return list
end

--- Hides all that a value holds, what is longest first: one may begin with another, whose rest would stay.
local function hide(text, value)
  local list = gather(value, {})
  table.sort(list, function(a, b) return #a > #b end)
  for _, each in ipairs(list) do text = hide_value(text, each) end
  return text
end

--- Names of what lets somebody in, in targets and bodies.
---@type table<string, true>
M.secrets = { secretKey = true, shareToken = true, accessToken = true, token = true }

-- Parameters of targets that hold a user's id, or what lets somebody in.
local told_to = { userId = true, externalUserId = true }
for name in pairs(M.secrets) do told_to[name] = true end

local function unescape(text)
  return (text:gsub("+", " "):gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- A target or an address without what lets somebody in.
---@param target string
---@return string
function M.without_secrets(target)
  return (target:gsub("([?&;])([^=/;?&]+)=([^&;/]*)", function(before, name)
    return M.secrets[unescape(name)] and ("%s%s=[…]"):format(before, name) or nil
  end))
end

-- Filters that say nothing of a person: kinds, and the ids that the service and the caller know things by.
local plain_filters = { applicantId = true, id = true, ["data.txnId"] = true, ["data.type"] = true,
  ["data.info.direction"] = true }

--- Whether the value of a parameter may identify a person; `before` is what stands before its name. Filters have names of the
--- caller's own, too.
local function is_told(before, name)
  name = unescape(name)
  return told_to[name] or before == ";" and not plain_filters[name]
end

--- The path of a target, without the query and without what may identify a person.
---@param target string
---@return string
function M.path(target)
  local path = target:match("^[^?]*"):gsub("/byExternalUserId/[^/;]+", "/byExternalUserId/{externalUserId}")
  return (path:gsub("([;/]?)([^=/;]+)=([^/;]*)", function(before, name)
    return is_told(before, name) and ("%s%s={%s}"):format(before, name, name) or nil
  end))
end

--- Replaces what a target says of a user, and what lets somebody in. Of a call that no description has, any value may say
--- so.
local function hide_told(text, target, is_described)
  local user = target:match("/byExternalUserId/([^/;?]+)")
  if user then text = hide_value(hide_value(text, unescape(user)), user) end
  for before, name, value in target:gmatch("([;?&])([^=/;?&]+)=([^/;?&]+)") do
    if is_told(before, name) or not is_described and #value >= DIGITS then
      text = hide_value(hide_value(text, unescape(value)), value)
    end
  end
  return text
end

--- Replaces what may identify a person in a text that a server wrote, and the headers that were sent: token and signature.
---@param text any not changed when it is no string
---@param call table
---@param sent string header lines
---@return any
function M.redact(text, call, sent)
  if type(text) ~= "string" then return text end
  text = hide(text:sub(1, LOOKED_AT), call.personal and json.decode(call.personal))
  text = hide_told(text, call.target or "", call.operation.name ~= "call")
  for name, value in sent:gmatch("(X%-App[^:]*): ([^\r\n]+)") do
    if name ~= "X-App-Access-Ts" then text = hide_value(text, value) end
  end
  return (text:gsub("[%w._%%+-]+@[%w.-]+", "[e-mail]"))
end

local known

--- What stands in the paths of the API, or is one of the words that a parameter takes, and so says nothing of anybody.
local function known_words()
  if known then return known end -- made of all descriptions, when the first page comes
  local words = {}
  for _, endpoint in ipairs(endpoints.rows()) do
    for word in endpoint.path:gmatch("[^/;=?&{}]+") do words[word] = true end
    for _, param in ipairs(endpoint.params) do
      for _, word in ipairs(param.values or {}) do words[word] = true end
      if param.value then words[param.value] = true end
    end
  end
  known = words
  return known
end

--- Reads what is known of the API, for who may open no file when a page comes.
M.load = known_words

--- Replaces the pieces of the target that are no fixed part of it: ids, names in a query.
local function redact_target(text, target)
  local words = known_words()
  for piece in target:sub(target:find("/resources/", 1, true) or 1):gmatch("[^/;?&]+") do -- not of base_url's path
    piece = piece:match("=(.*)$") or piece
    if not words[piece] then text = hide_value(hide_value(text, unescape(piece)), piece) end
  end
  return text
end

local entities = { amp = "&", lt = "<", gt = ">", quot = '"', apos = "'", nbsp = " " }

local function entity(name)
  local number = tonumber(name:match("^#(%d+)$")) or tonumber(name:match("^#[xX](%x+)$") or "", 16)
  if number then return number < 128 and string.char(number) or nil end
  return entities[name]
end

--- The title of a page, its first heading, the message of somebody's JSON, or the first line of a text.
local function words_of(body, redact)
  local told = json.decode(body)
  if type(told) == "table" then return type(told.message) == "string" and told.message or nil end
  body = redact(body) -- before it is cut: a part of a value is not known for one
  if not body:find("^%s*<") then
    -- what is no text has no first words
    return not body:find("^%s*[{[]") and not body:find("[%z\1-\8]") and body:match("%S[^\r\n]*") or nil
  end
  local lower = body:lower()
  for _, tag in ipairs { "title", "h1" } do
    local _, from = lower:find("<" .. tag .. "[^>]*>%s*")
    local to = from and lower:find("<", from + 1, true)
    if to and to > from + 1 then
      return body:sub(from + 1, to - 1)
    end
  end
end

--- The first plain words of a page that is not the service's own, or nil.
---@param body string
---@param call table
---@param sent string header lines
---@return string?
function M.of(body, call, sent)
  local function redact(text) return M.redact(redact_target(text:sub(1, LOOKED_AT), call.target), call, sent) end
  local text = words_of(body, redact)
  if not text then return nil end
  text = M.plain(redact((text:gsub("&(#?%w+);", entity)))):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  local ends, characters = 0, 0
  for character in text:gmatch("[^\128-\191][\128-\191]*") do
    characters = characters + 1
    if characters > SHOWN then return text:sub(1, ends) .. "…" end
    ends = ends + #character
  end
  return text ~= "" and text or nil
end

return M
