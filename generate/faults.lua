-- docs/faults.md: the fault table of spec/support/faults.lua, as a page.

local faults = require("faults")

local out = {
  "# Faults",
  "",
  "What the client makes of everything that can go wrong: the `kind` and `outcome` of the error, or success. Made from",
  "`spec/support/faults.lua`, whose every row is a test (`spec/transport/contract_spec.lua`) over every transport.",
}
local function line(text) out[#out + 1] = text end

local titles = {
  { "transport", "Transport" }, { "http", "HTTP" }, { "encoding", "Encoding" }, { "json", "JSON" },
  { "binary", "Files and other binary replies" }, { "tls", "TLS" },
}

local function cell(text) return (tostring(text):gsub("|", "\\|")) end

for _, title in ipairs(titles) do
  line("")
  line("## " .. title[2])
  line("")
  line("| fault | endpoint | kind | outcome |")
  line("|---|---|---|---|")
  for _, row in ipairs(faults.faults) do
    if row.group == title[1] then
      line(("| %s: %s | %s | %s | %s |"):format(row.name, cell(row.what), row.endpoint or "tin_checks",
        row.ok and "–" or row.kind, row.ok and "succeeds" or row.outcome))
    end
  end
end

line("")
line("## A reply without the part it exists for")
line("")
line("Each is `malformed` and `applied`, after one request.")
line("")
line("| endpoint | part | spoilt by |")
line("|---|---|---|")
for _, part in ipairs(faults.parts) do
  line(("| %s | `%s` | %s |"):format(part.endpoint, part.part, table.concat(part.scenarios, ", ")))
end

line("")
line("## Arguments")
line("")
line("Refused ones throw before anything is sent; the others travel as one path segment or one value.")
line("")
line("| call | result |")
line("|---|---|")
for _, row in ipairs(faults.callers) do
  local args = {}
  for i = 2, #row.call do
    local arg = row.call[i]
    args[#args + 1] = type(arg) == "string" and ("%q"):format(#arg > 60 and arg:sub(1, 12) .. "…" or arg)
      :gsub("[%c\127-\255]", function(c) return ("\\x%02x"):format(c:byte()) end) or type(arg) == "table" and "{…}"
      or tostring(arg)
  end
  local result = row.target and "`" .. cell(#row.target > 100 and row.target:sub(1, 60) .. "…" or row.target) .. "`"
    or "throws"
  line(("| `%s(%s)` | %s |"):format(row.call[1], cell(table.concat(args, ", ")), result))
end

--- The page.
---@return string
return function() return table.concat(out, "\n") .. "\n" end
