--- Faults on demand: rules that make a call fail in a chosen way.
--
-- A rule is an object; every field may be absent:
--   endpoint, applicantId   which calls; absent: all
--   probability             0 to 1; absent: always
--   times                   how often it may fire; absent: without end
--   status, headers, body   the answer (body: text, or JSON to be encoded). With `status` it is given instead
--                           of doing the work, unless `after` is true: then the work is done first. Without
--                           `status` the work is done and its answer altered.
--   after                   see above
--   delay                   seconds before the answer (divided by the time scale)
--   drop                    "before": nothing is done, the connection closes without a byte;
--                           "after": the work is done, then the same; "mid-body": the work is done, half of
--                           the answer's body is sent, then the connection closes
-- The first rule that fits and fires is used, alone.
local compat = require("idngo.compat")
local json = require("idngo.sandbox.json")
local seeded = require("idngo.sandbox.seeded_random")

local faults = {}
faults.__index = faults

local MAX_RULES = 1000

local function is_text(value) return type(value) == "string" end

local function is_whole(value, from, to)
  return compat.is_integer(value) and value >= from and value <= to
end

--- Framing is the host's; a reply that lies about it is asked for with drop = "mid-body".
local FRAMING = { ["content-length"] = true, ["transfer-encoding"] = true, connection = true }

local function is_headers(value)
  if not json.is_object(value) then return false end
  for name, text in pairs(value) do
    if not name:find("^[%w!#$%%&'*+.^_`|~-]+$") or FRAMING[name:lower()] then return false end
    if type(text) ~= "string" or text:find("%c") then return false end
  end
  return true
end

local DROPS = { before = true, after = true, ["mid-body"] = true }

local FIELDS = {
  endpoint = is_text,
  applicantId = is_text,
  probability = function(value) return type(value) == "number" and value >= 0 and value <= 1 end,
  times = function(value) return is_whole(value, 1, compat.EXACT) end,
  status = function(value) return is_whole(value, 200, 599) end,
  headers = is_headers,
  body = function(value) return value ~= json.null end,
  after = function(value) return type(value) == "boolean" end,
  delay = function(value) return type(value) == "number" and value >= 0 and value <= 86400 end,
  drop = function(value) return DROPS[value] end,
}

---@param seed integer
---@param endpoints string[] their names
function faults.new(seed, endpoints)
  local names = {}
  for _, name in ipairs(endpoints) do names[name] = true end
  return setmetatable({ rules = json.array({}), next = seeded.sequence(seed), names = names }, faults)
end

function faults:clear()
  self.rules = json.array({})
end

---@param rules any decoded JSON
---@return boolean? ok
---@return string? description of the first thing wrong; nothing is changed then
function faults:set(rules)
  if not json.is_array(rules) or #rules > MAX_RULES then
    return nil, "a list of at most " .. MAX_RULES .. " rules is expected"
  end
  for i, rule in ipairs(rules) do
    if not json.is_object(rule) then return nil, "rule " .. i .. " is not an object" end
    for name, value in pairs(rule) do
      local good = FIELDS[name]
      if not good then return nil, "rule " .. i .. ": there is no field " .. name end
      if not good(value) then return nil, "rule " .. i .. ": bad " .. name end
    end
    if rule.endpoint and not self.names[rule.endpoint] then return nil, "rule " .. i .. ": no such endpoint" end
  end
  for _, rule in ipairs(rules) do rule.fired = 0 end
  self.rules = rules
  return true
end

--- The rule that strikes this call, or nil.
---@param endpoint string?
---@param applicant_id string?
function faults:strike(endpoint, applicant_id)
  for _, rule in ipairs(self.rules) do
    if
      (not rule.endpoint or rule.endpoint == endpoint)
      and (not rule.applicantId or rule.applicantId == applicant_id)
      and (not rule.times or rule.fired < rule.times)
      and (not rule.probability or seeded.unit(self.next()) < rule.probability)
    then
      rule.fired = rule.fired + 1
      return rule
    end
  end
end

--- Whether the rule answers in place of the work.
function faults.instead(rule)
  return rule.drop == "before" or (rule.status ~= nil and not rule.after)
end

--- Sets a header, whatever the case it stands there in.
local function set_header(headers, name, value)
  for known in pairs(headers) do
    if known:lower() == name:lower() then headers[known] = nil end
  end
  headers[name] = value
end

--- Changes `reply` (of the work, or an empty one) as the rule says.
function faults.apply(rule, reply)
  reply.status = rule.status or reply.status
  if rule.body then
    reply.body = type(rule.body) == "string" and rule.body or json.encode(rule.body)
  end
  for name, value in pairs(rule.headers or {}) do set_header(reply.headers, name, value) end
  reply.delay = (reply.delay or 0) + (rule.delay or 0)
  reply.drop = rule.drop
end

return faults
