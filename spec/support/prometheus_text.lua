-- What Prometheus's tools say of a page of metrics: its format, and what is asked of names and types.

local M = {}

--- What is wrong with a page, in lines.
---@param text string
---@return string[]
function M.flaws(text)
  local flaws, types, seen, current, series = {}, {}, {}, nil, {}
  local function add(...) flaws[#flaws + 1] = string.format(...) end
  for line in text:gmatch("([^\n]*)\n") do
    local help, words = line:match("^# HELP ([%a_:][%w_:]*) (.+)$")
    local typed, kind = line:match("^# TYPE ([%a_:][%w_:]*) (%a+)$")
    if help then
      if seen[help] then add("%s stands in two places", help) end
      seen[help], current = true, help
      if #words < 5 then add("%s is not explained", help) end
    elseif typed then
      types[typed] = kind
      if typed ~= current then add("the type of %s stands alone", typed) end
      if (kind == "counter") ~= (typed:find("_total$") ~= nil) then add("%s is a %s", typed, kind) end
      if kind ~= "histogram" and (typed:find("_bucket$") or typed:find("_count$") or typed:find("_sum$")) then
        add("%s has a name that is a histogram's", typed)
      end
      for _, word in ipairs { "milliseconds", "minutes", "hours", "kilobytes", "percent", "gauge", "counter" } do
        if typed:find("_" .. word) then add("%s has a unit or type that names do not have", typed) end
      end
      if typed:lower() ~= typed then add("%s has capitals", typed) end
    else
      local name, labels, value = line:match("^([%a_:][%w_:]*)(%b{}) (%S+)$")
      if not name then name, value = line:match("^([%a_:][%w_:]*) (%S+)$") end
      if not name or not tonumber((value:gsub("^[+-]?Inf$", "1"))) then
        add("%s is no series", line)
      else
        local base = types[current] == "histogram" and name:gsub("_bucket$", ""):gsub("_sum$", ""):gsub("_count$", "") or name
        if base ~= current then add("%s stands among those of %s", name, tostring(current)) end
        local key = name .. (labels or "")
        if series[key] then add("%s stands twice", key) end
        series[key] = tonumber(value) or 0
        if types[current] == "counter" and series[key] < 0 then add("%s is below zero", key) end
        for label in (labels or ""):gmatch('([^{},"]+)="') do
          if not label:find("^[%l_]+$") then add("%s has a label %s", name, label) end
        end
      end
    end
  end
  for name, kind in pairs(types) do
    if kind == "histogram" then
      for key, count in pairs(series) do
        local labels = key:match("^" .. name .. "_count(.*)$")
        if labels then
          local last = labels == "" and '{le="+Inf"}' or labels:gsub("}$", ',le="+Inf"}')
          if series[name .. "_bucket" .. last] ~= count then add("%s does not count what its last class does", key) end
          if not series[name .. "_sum" .. labels] then add("%s has no sum", key) end
        end
      end
    end
  end
  if text:sub(-1) ~= "\n" then add("the last line has no end") end
  return flaws
end

return M
