-- docs/endpoints/*.md: one page for each endpoint, and a page that lists them.

local endpoints = require("idngo.endpoints")
local operation = require("idngo.operation")
local prose = require("generate.prose")
local schema = require("idngo.schema")

local NOTE = "<!-- Made by ./dev generate from lua/idngo/api: change the descriptions there. -->"

local out

local function line(text) out[#out + 1] = text or "" end

local function cell(text) return (text:gsub("|", "\\|")) end

local types = { string = "string", integer = "integer", list = "list of strings", one_of = "string" }

--- "applicantId, info, { lang =, to = }" as one writes it in Lua.
local function signature(o)
  local arguments, options = operation.arguments(o), operation.options(o)
  for i, name in ipairs(options) do options[i] = prose.key(name) .. " =" end
  if options[1] then arguments[#arguments + 1] = "{ " .. table.concat(options, ", ") .. " }" end
  return ("client:%s(%s)"):format(o.name, table.concat(arguments, ", "))
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

local function show_parameters(endpoint, o)
  line("## Parameters")
  line()
  line("| name | type | | meaning |")
  line("|---|---|---|---|")
  for _, param in ipairs(endpoint.params) do
    if param.required then show_parameter(param, "required") end
  end
  if o.body and endpoint.body ~= "zip" then
    line(("| `%s` | %s | %s | %s%s |"):format(o.body[2], operation.body_type(o),
      o.body.optional and "`{}` when nil" or "required", o.body[3],
      o.body.example and (", such as `%s`"):format(o.body.example) or ""))
  end
  if o.body and o.body.part then
    line(("| `%s` | string, table or false | required | the file: a path, `{ bytes = … }` or `{ read = …, size = … }`, with "
      .. "`name` and `type`; `false` for none |"):format(o.body.part))
  end
  if endpoint.body == "zip" then
    line(("| `%s` | string or table | required | a path, `{ bytes = … }`, or what `idngo.archive.build` returned |"):format(
      o.body[2]))
    line("| `unchecked` | boolean | default `false` | send it without checking it first |")
  end
  for _, param in ipairs(endpoint.params) do
    if not param.required and param.type ~= "fixed" then
      show_parameter(param, param.value and ("default `%s`"):format(param.value) or "optional")
    end
  end
  if o.binary then
    line("| `to` | string or function | optional | a path to save to, or a function that is called with each piece; return "
      .. "`nil` and a reason from it to stop |")
  end
  local moves = operation.moves(o)
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
    if prose.classes[word] then return ("[%s](#%s)"):format(word, word:lower()) end
    if endpoints.words(word) or schema.plain[word] == "text" or schema.forms[word] then return "string" end
    if word == "yes" then return "integer" end
  end):gsub("(%[[^%]]*%]%([^)]*%))%[%]", "list of %1"):gsub("(%a+)%[%]", "list of %1s"):gsub("|", " or "))
end

local function show_class(class, level)
  line()
  line(("%s %s"):format(level, class.name))
  line()
  line(class.doc)
  line()
  if class.element then
    line(("A %s."):format(type_text(class.element .. "[]")))
    return
  end
  line("| field | type | meaning |")
  line("|---|---|---|")
  for _, field in ipairs(class.fields) do
    local choices = endpoints.words(field.type:match("^%a+"))
    local known = choices and not field.doc:find(choices[1], 1, true) and (": `%s`"):format(table.concat(choices, "`, `")) or ""
    line(("| `%s`%s | %s | %s%s |"):format(field.name, field.optional and "" or " *", cell(type_text(field.type)),
      cell(field.doc), known))
  end
end

--- The class, and after it those that its fields name.
local function show_classes(first, shown)
  if shown[first] then return end
  local queue = { first }
  shown[first] = true
  while queue[1] do
    local class = prose.classes[table.remove(queue, 1)]
    show_class(class, "###")
    local function visit(name)
      if prose.classes[name] and not shown[name] then
        shown[name] = true
        queue[#queue + 1] = name
      end
    end
    if class.base or class.element then visit(class.base or class.element) end
    for _, field in ipairs(class.fields) do field.type:gsub("%a+", visit) end
  end
end

--- What of a class must be there, in words.
local function parts_text(class)
  local list = {}
  for _, field in ipairs(prose.classes[class].fields) do
    local other = field.mark and field.mark:match("^or (.*)$")
    if other then
      list[#list + 1] = ("has a list `%s.%s`, or `%s`"):format(field.name, other, other)
    elseif not field.optional then
      local article = field.name:find("^[aeio]") and "an" or "a"
      list[#list + 1] = field.type:find("%[%]$") and ("has a list `%s`"):format(field.name)
        or field.type == "yes" and ("has `%s`"):format(field.name) or ("has %s `%s`"):format(article, field.name)
    end
  end
  if prose.classes[class].element then return "is a list" end
  return list[1] and table.concat(list, ", and ") or "is an object"
end

--- What a reply must hold, in words.
local function insists(description)
  local file, confirms = description.file, description.confirms
  if file then
    if file.media == "*/*" then return "is of another type than JSON or text" end
    return file.begins and ("begins with `%s`"):format(file.begins) or ("is of a type `%s/…`"):format(file.media:match("^[^/]+"))
  end
  return parts_text(description.returns) .. (confirms and (", and `%s` says what was asked for"):format(confirms[1]) or "")
end

local function limit_text(name)
  local limit = endpoints.limits()[name]
  return limit[2] == 0 and ("%d at a time"):format(limit[1]) or ("%d in %g s"):format(limit[1], limit[2])
end

local function show_failure(endpoint, said, description)
  line("## When it fails")
  line()
  local settle = description.settle
  local class = settle and ("**K, a natural key**: when its answer is lost or cannot be read, the client looks whether it was "
    .. "done, by `%s`, and never sends it again on a guess. Where that settles nothing `retry_by` of the error says by "
    .. "which method to look before it is tried again."):format(settle.by) or prose.retry[description.retry]
  line("`nil` and an [error](../errors.md). " .. class .. (said.why and (" Here: %s."):format(said.why)
    or ""))
  line()
  local account = endpoints.account_limit(endpoint.method)
  line(("It goes through the lane `%s` of the account (%s)%s: see [Limits](../limits.md)."):format(account, limit_text(account),
    endpoint.lane and (" and its own lane `%s` (%s)"):format(endpoint.lane, limit_text(endpoint.lane)) or ""))
  line()
  line(description.takes == "anything" and "Any 2xx reply counts; what is in it is not read."
    or ("A 2xx reply counts only when it %s%s; else the error is of kind `malformed`."):format(insists(description),
      description.takes and ", or has no body" or ""))
  if not said.refusals[1] then return end
  line()
  line("Refusals of its own, with the status that the sandbox gives; the reference names none:")
  line()
  line("| when | status | |")
  line("|---|---|---|")
  for _, refusal in ipairs(said.refusals) do line(("| %s | %d | %s |"):format(cell(refusal[1]), refusal[2], cell(refusal[3]))) end
end

local SOURCES = { IDnGO = "seen on IDnGO", Sumsub = "seen for Sumsub alone", inferred = "inferred" }

--- Where an endpoint is known from.
local function source_text(description)
  local source = description.source
  if not source then return ("in the reference “%s”"):format(description.title) end
  return ("not in the reference: %s (%s)"):format(SOURCES[source[1]], source[2])
end

local function page(endpoint)
  local said, description = prose.endpoints[endpoint.name], endpoints.description(endpoint.name)
  local o = operation.of(endpoint.name)
  out = {}
  line(NOTE)
  line()
  line("# " .. endpoint.name)
  line()
  line(said.intro)
  line()
  line(("`%s`, %s."):format(request_line(endpoint), source_text(description)))
  line()
  line("```text")
  line(signature(o))
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
  show_parameters(endpoint, o)
  local shown = { [description.returns] = true }
  local body_class = description.body and description.body.class
  if body_class and not shown[body_class] then
    line()
    line("## Body")
    line()
    line("What has a * must be there. Fields that are not listed are sent as they are.")
    show_classes(body_class, shown)
  end
  shown[description.returns] = nil
  line()
  line("## Reply")
  line()
  line("A field with * is always there; any other may be missing, and JSON `null` is missing. Fields that are not listed are "
    .. "kept as they came.")
  show_classes(description.returns, shown)
  line()
  show_failure(endpoint, said, description)
  if said.notes[1] then
    line()
    line("## Good to know")
    line()
    for _, note in ipairs(said.notes) do line("- " .. note) end
  end
  return table.concat(out, "\n") .. "\n"
end

local function index()
  out = {}
  line(NOTE)
  line()
  line("# Endpoints")
  line()
  line("What each call is for, what happens when it is made twice, which limit of its own it has, and where it is known from. "
    .. "What is not in the reference was never tried against a live host: IDnGO may answer 404 to what is known of Sumsub alone. "
    .. "[`idngo probe`](../probe.md) tries it with your account.")
  line()
  line("| method | answers | retry | lane | known from |")
  line("|---|---|---|---|---|")
  for _, endpoint in ipairs(endpoints.rows()) do
    local answers = prose.endpoints[endpoint.name].intro:match("^.-[.?]%f[%s\0]")
    local source = endpoints.description(endpoint.name).source
    line(("| [%s](%s.md) | %s | %s | %s | %s |"):format(endpoint.name, endpoint.name, cell(answers), endpoint.retry,
      endpoint.lane and limit_text(endpoint.lane) or "–", source and source[1] or "the reference"))
  end
  line()
  for _, word in ipairs { "safe", "idempotent", "harmless", "keyed", "once" } do line("- " .. prose.retry[word]) end
  line()
  line("Any other call of the API is signed and sent by [`client:call`](../client.md#clientcallmethod-path-options).")
  return table.concat(out, "\n") .. "\n"
end

--- {path = text} of the pages.
---@return table<string, string>
return function()
  local files = { ["docs/endpoints/index.md"] = index() }
  for _, endpoint in ipairs(endpoints.rows()) do files[("docs/endpoints/%s.md"):format(endpoint.name)] = page(endpoint) end
  return files
end
