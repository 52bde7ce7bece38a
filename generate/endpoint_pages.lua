-- docs/endpoints/*.md: one page for each row of the endpoint table, and a page that lists them.

local core = require("idngo.core")
local lanes = require("idngo.lanes")
local replies = require("generate.replies")
local words = require("generate.words")

local NOTE = "<!-- Made by ./dev generate from csrc/core/endpoints.def and generate/{words,replies}.lua: change those. -->"

local out

local function line(text) out[#out + 1] = text or "" end

local function cell(text) return (text:gsub("|", "\\|")) end

local types = { string = "string", integer = "integer", list = "list of strings", one_of = "string" }

local function is_binary(endpoint) return endpoint.reply == "pdf" or endpoint.reply == "video" end

--- "applicantId, info, {lang, to}" as one writes it in Lua.
local function signature(endpoint)
  local arguments, options = {}, {}
  for _, param in ipairs(endpoint.params) do
    if param.required then arguments[#arguments + 1] = param.name
    elseif param.type ~= "fixed" then options[#options + 1] = param.name .. " =" end
  end
  if endpoint.body ~= "none" then arguments[#arguments + 1] = endpoint.body == "json" and "info" or "archive" end
  if is_binary(endpoint) then options[#options + 1] = "to =" end
  if endpoint.body == "zip" then options[#options + 1] = "unchecked =" end
  if options[1] then arguments[#arguments + 1] = "{ " .. table.concat(options, ", ") .. " }" end
  return ("client:%s(%s)"):format(endpoint.name, table.concat(arguments, ", "))
end

local function request_line(endpoint)
  local query = {}
  for _, param in ipairs(endpoint.params) do
    if param.where == "query" and param.type == "fixed" then query[#query + 1] = param.name .. "=" .. param.value
    elseif param.where == "query" and param.required then query[#query + 1] = ("%s={%s}"):format(param.name, param.name) end
  end
  return ("%s %s%s"):format(endpoint.method, endpoint.path, query[1] and "?" .. table.concat(query, "&") or "")
end

local function show_parameter(param, need)
  local values = param.values and (": `%s`"):format(table.concat(param.values, "` or `")) or ""
  line(("| `%s` | %s%s | %s | %s |"):format(param.name, types[param.type], values, need, cell(param.doc)))
end

local function show_parameters(endpoint)
  line("## Parameters")
  line()
  line("| name | type | | meaning |")
  line("|---|---|---|---|")
  for _, param in ipairs(endpoint.params) do
    if param.required then show_parameter(param, "required") end
  end
  if endpoint.body == "json" then
    line('| `info` | table | required | the fields to change, such as `{ firstName = "Andrew" }` |')
  end
  if endpoint.body == "zip" then
    line("| `archive` | string or table | required | a path, `{ bytes = … }`, or what `idngo.archive.build` returned |")
    line("| `unchecked` | boolean | default `false` | send it without checking it first |")
  end
  for _, param in ipairs(endpoint.params) do
    if not param.required and param.type ~= "fixed" then
      show_parameter(param, param.value and ("default `%s`"):format(param.value) or "optional")
    end
  end
  if is_binary(endpoint) then
    line("| `to` | string or function | optional | a path to save to, or a function that is called with each piece; return "
      .. "`nil` and a reason from it to stop |")
  end
  local moves = is_binary(endpoint) or endpoint.body == "zip"
  line(("| `timeout` | number | default: the client's | seconds %s |"):format(moves
    and "in which the file has to get on, and be answered: see [Client](../client.md)" or "one attempt may take"))
  line("| `deadline` | number | default: the client's | seconds the whole call may take, waits and retries included |")
  line()
  line("Required ones are arguments, in this order; the others are fields of a table behind them. Wrong ones throw, and "
    .. "nothing is sent.")
end

--- A type with links to the classes on the page.
local function type_text(text)
  return (text:gsub("[%w_]+", function(word)
    if replies.classes[word] then return ("[%s](#%s)"):format(word, word:lower()) end
    if replies.words[word] then return "string" end
  end):gsub("(%[[^%]]*%]%([^)]*%))%[%]", "list of %1"):gsub("(%a+)%[%]", "list of %1s"):gsub("|", " or "))
end

local function show_class(class, level)
  line()
  line(("%s %s"):format(level, class.name))
  line()
  line(class.doc)
  line()
  line("| field | type | meaning |")
  line("|---|---|---|")
  for _, field in ipairs(class.fields) do
    local choices = replies.words[field.type:match("^%a+")]
    local known = choices and not field.doc:find(choices[1], 1, true) and (": `%s`"):format(table.concat(choices, "`, `")) or ""
    line(("| `%s`%s | %s | %s%s |"):format(field.name, field.optional and "" or " *", cell(type_text(field.type)),
      cell(field.doc), known))
  end
end

--- The class, and after it those that its fields name.
local function show_classes(first)
  local shown, queue = { [first] = true }, { first }
  while queue[1] do
    local class = replies.classes[table.remove(queue, 1)]
    show_class(class, "###")
    local function visit(name)
      if replies.classes[name] and not shown[name] then
        shown[name] = true
        queue[#queue + 1] = name
      end
    end
    if class.base then visit(class.base) end
    for _, field in ipairs(class.fields) do field.type:gsub("%a+", visit) end
  end
end

-- What a reply of each kind must hold, in words.
local insists = {
  checks = "has a list `checks`", link = "has a `url`", ok = "has `ok`", timeline = "has a list `items`",
  levels = "has a list `list.items`, or `items`", info = "is an object", similar = "has a list `similarApplicants`",
  applicant = "has an `id`", presence = "has an `id`, and `deleted` says what was asked for",
  pdf = "begins with `%PDF-`", video = "is of a type `video/…`",
}

local function lane_text(name)
  local lane = lanes.defaults[name]
  return lane[2] == 0 and ("%d at a time"):format(lane[1]) or ("%d in %g s"):format(lane[1], lane[2])
end

local function show_failure(endpoint, said)
  line("## When it fails")
  line()
  line("`nil` and an [error](../errors.md). " .. words.retry[endpoint.retry])
  line()
  local account = endpoint.method == "GET" and "read" or "write"
  line(("It goes through the lane `%s` of the account (%s)%s: see [Limits](../limits.md)."):format(account,
    lane_text(account), endpoint.lane and (" and its own lane `%s` (%s)"):format(endpoint.lane, lane_text(endpoint.lane)) or ""))
  line()
  line(("A 2xx reply counts only when it %s; else the error is of kind `malformed`."):format(insists[endpoint.reply]))
  if not said.refusals then return end
  line()
  line("Refusals of its own, with the status that the sandbox gives; the reference names none:")
  line()
  line("| when | status | |")
  line("|---|---|---|")
  for _, refusal in ipairs(said.refusals) do line(("| %s | %d | %s |"):format(cell(refusal[1]), refusal[2], cell(refusal[3]))) end
end

local function page(endpoint)
  local said = assert(words[endpoint.name], "no words for " .. endpoint.name)
  out = {}
  line(NOTE)
  line()
  line("# " .. endpoint.name)
  line()
  line(said.intro)
  line()
  line(("`%s`, in the reference “%s”."):format(request_line(endpoint), endpoint.title))
  line()
  line("```text")
  line(signature(endpoint))
  line("```")
  line()
  line("<!-- run: sandbox -->")
  line("```lua")
  line('local idngo  = require "idngo"')
  line("local client = assert(idngo.client())")
  line()
  line(said.lua)
  line("```")
  line()
  line("<!-- run: sandbox -->")
  line("```sh")
  line(said.shell)
  line("```")
  line()
  show_parameters(endpoint)
  line()
  line("## Reply")
  line()
  line("A field with * is always there; any other may be missing, and JSON `null` is missing. Fields that are not listed are "
    .. "kept as they came.")
  show_classes(replies.of[endpoint.name])
  line()
  show_failure(endpoint, said)
  line()
  line("## Good to know")
  line()
  for _, note in ipairs(said.notes) do line("- " .. note) end
  return table.concat(out, "\n") .. "\n"
end

local function index()
  out = {}
  line(NOTE)
  line()
  line("# Endpoints")
  line()
  line("The fourteen calls of the reference: what each is for, what happens when it is made twice, and which limit of its own")
  line("it has.")
  line()
  line("| method | answers | retry | lane |")
  line("|---|---|---|---|")
  for _, endpoint in ipairs(core.endpoints) do
    local answers = words[endpoint.name].intro:match("^.-[.?]%f[%s\0]")
    line(("| [%s](%s.md) | %s | %s | %s |"):format(endpoint.name, endpoint.name, cell(answers), endpoint.retry,
      endpoint.lane and lane_text(endpoint.lane) or "–"))
  end
  line()
  for _, letter in ipairs { "S", "I", "D", "K", "N" } do line("- " .. words.retry[letter]) end
  line()
  line("Any other call of the API is signed and sent by [`client:call`](../client.md#clientcallmethod-path-options).")
  return table.concat(out, "\n") .. "\n"
end

--- {path = text} of the pages.
---@return table<string, string>
return function()
  local files = { ["docs/endpoints/index.md"] = index() }
  for _, endpoint in ipairs(core.endpoints) do files[("docs/endpoints/%s.md"):format(endpoint.name)] = page(endpoint) end
  return files
end
