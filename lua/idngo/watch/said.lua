-- What people may say to a watch, and in which fields: what they signed goes into the log as it is, and there the log believes a
-- record's t, lines, counts and files, which the watcher alone writes. So a letter that has any other field is refused, and so is
-- a log that holds one. One that lacks a field that its kind needs is refused, too.

local M = {}

-- Of everything that a person signs; seq is the record's number in the log, and in no letter.
local SIGNED = { event = "string", once = "string", run = "string", at = "number", who = "table", note = "string", key = "string",
  signature = "string", seq = "number" }

local VERDICT = { target = "string", line = "number?" }

-- By event; of what is told, by what. With ? it may be missing.
local FIELDS = { approved = VERDICT, declined = VERDICT, went_back = { kept = "number", head = "string" },
  after_failover = { server = "string" } }
local TOLD = {
  retry = { what = "string", target = "string", line = "number" },
  redecide = { what = "string", target = "string", line = "number" },
  stop = { what = "string", m = "number" },
  withdraw = { what = "string", target = "string", line = "number?" },
  settle = { what = "string", target = "string", line = "number", step = "number", as = "string" },
  forget = { what = "string", before = "number" },
  breaker = { what = "string", shown = "string?", opening = "number?", rebase = "number?" },
  propose = { what = "string", policy = "string", mandate = "table", report = "string?" },
}

--- A name out of a letter, where it can be shown.
local function shown(name)
  return type(name) == "string" and #name <= 40 and name:find("^[%w_]+$") and name or "its name cannot be shown"
end

--- What is wrong with a record of what a person said, or nil.
---@param record table
---@return string?
function M.flaw(record)
  local fields = FIELDS[record.event]
  if record.event == "told" then fields = TOLD[record.what] end
  if not fields then return "says nothing that is known" end
  for name, value in pairs(record) do
    local expected = SIGNED[name] or fields[name]
    if not expected then return ("has a field that is not a person's to say: %s"):format(shown(name)) end
    if type(value) ~= expected:match("%l+") then return ("has a field that is no %s: %s"):format(expected:match("%l+"), name) end
  end
  for name, expected in pairs(fields) do
    if record[name] == nil and not expected:find("?", 1, true) then return "lacks a field: " .. name end
  end
end

return M
