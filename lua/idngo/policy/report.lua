-- A run's report: its numbers, once, for report.json and report.html alike; and its applicants, one by one.
--
-- Personal data is masked: columns of the input show their first letter, and what they hold is masked in reasons too
-- where a column's name says that it is about a person. Applicants stand by id.

local json = require("idngo.json")
local page = require("idngo.run.page")
local stats = require("idngo.run.stats")
local summary = require("idngo.run.summary")

local MASK = "•••"

local PERSONAL = { "name", "mail", "phone", "birth", "dob", "tin", "iin", "address", "number", "document", "passport" }

local function is_personal(column)
  local lower = column:lower()
  for _, word in ipairs(PERSONAL) do
    if lower:find(word, 1, true) then return true end
  end
  return false
end

--- The first letter of a value and a mask.
local function masked(value)
  if type(value) ~= "string" then return MASK end
  return (value:match("^[%z\1-\127\194-\244][\128-\191]*") or "") .. MASK
end

local function replace(text, value, by)
  local made, at = {}, 1
  while true do
    local from, to = text:find(value, at, true)
    if not from then break end
    made[#made + 1] = text:sub(at, from - 1) .. by
    at = to + 1
  end
  return table.concat(made) .. text:sub(at)
end

--- A text of a policy or the server without what identifies the person.
local function mask_text(text, fields)
  if not text then return nil end
  for column, value in pairs(fields) do
    if type(value) == "string" and #value > 2 and is_personal(column) then text = replace(text, value, masked(value)) end
  end
  return (text:gsub("[%w._%%+-]+@[%w.-]+", "[e-mail]"))
end

--- One applicant as the report shows it.
local function applicant_of(store, row)
  local fields, shown = store:decode(row.fields, "lines", row.n), {}
  for column, value in pairs(fields) do
    if column ~= "id" and value ~= "" then shown[column] = masked(value) end
  end
  local steps = {}
  for i, step in ipairs(store:rows("steps", row.n)) do
    steps[i] = { action = step.action, state = step.state, attempts = step.attempts, file = step.file,
      reason = mask_text(step.reason, fields), problem = mask_text(step.problem, fields) }
  end
  return { applicantId = row.id, decision = row.decision or "undecided", reason = mask_text(row.reason, fields),
    line = row.line, fields = shown, steps = steps }
end

--- Every number of the report.
local function numbers_of(store)
  local numbers, spent = summary(store), stats.new(store:get("stats"))
  numbers.created, numbers.planned, numbers.approved, numbers.ended = store:get("created"), store:get("planned"),
    store:get("approved"), store:get("ended")
  numbers.endpoints, numbers.lanes, numbers.latency_classes = spent.endpoints, spent.lanes, stats.classes
  numbers.audit = store:row("audit_last")
  return numbers
end

local function write_json(store, numbers, write)
  write('{"numbers":' .. json.encode(numbers, "numbers", "{}") .. ',"applicants":[')
  local comma = ""
  for row in store:each("lines") do
    write(comma .. "\n" .. json.encode(applicant_of(store, row), "applicant", "[]"))
    comma = ","
  end
  write("\n]}\n")
end

--- The reports of a policy's run: see run/report.lua.
---@param store idngo.run.Store
---@param checked {approved_by: table?, log: string?} see cli/runs.lua
---@return table[] reports
---@return table numbers
return function(store, checked)
  local numbers = numbers_of(store)
  numbers.approved_by, numbers.log = checked.approved_by, checked.log
  local function applicants()
    local each = store:each("lines")
    return function()
      local row = each()
      return row and applicant_of(store, row)
    end
  end
  return {
    { "report.json", function(write) write_json(store, numbers, write) end },
    { "report.html", function(write) page.write(write, numbers, applicants) end },
  }, numbers
end
