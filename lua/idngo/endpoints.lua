-- The endpoints of the API. Each is described in a file of lua/idngo/api, one file for each resource, and nowhere else: what is
-- called, checked, printed, documented, simulated and tested follows from the description. A file is read when one of its
-- endpoints is first used; which one that is says api/index.lua, which `./dev generate` makes.
--
-- A file returns {endpoints, classes?, words?, limits?}. An endpoint is
--   name       the Lua method, and the word on the command line
--   title      what the reference calls it
--   request    "METHOD /path/{argument}?name=value": the path below the base URL, {…} stands for an argument, also within
--              a segment (-;externalUserId={id}); behind ? are query parameters that are always the same
--   arguments  in Lua by their places: {name, what it is, type?, values?}; those that are not in the path go into the query
--   options    in Lua by their names: the same, and default
--              type: "string" unless given, "integer", or "list" (of names, joined by a comma); values: the only ones allowed;
--              empty: other clients send it empty, and the service takes it
--   filters    the same as options, but for their place: behind the path's last segment, as ;name=value
--   body       {kind, name, what it is, …}; kind: "json" (a table), "ndjson" (a list, a line for each), "text" (a string),
--              "zip" (an archive) or "multipart" (a table and a file, whose part is called `part`)
--              json: class = what the table is, with what must be in it, example, unless = the option without which it may not
--              be empty, empty = how an empty table in it is written, "[]" or "{}", without = the
--              name of a field that must not be there
--              optional = it may be left out, and is {} then, list = "string": it is a list of texts
--              ndjson: class = what each of the list is
--              multipart: apart = each field of the table is a part of its own; alone = what a second one does when no file
--              is sent, as of retry
--   returns    the class of the reply, see schema.lua
--   file       of a reply that is bytes: {"a PDF", media = its type, begins = its first bytes}; media "*/*": any but text
--   sends      a header line of its own
--   headers    fields of the reply that stand in its head: {field = the header's name in small letters}
--   takes      beside such a reply: "empty" one without a body, "anything" whatever comes, which is not read
--   reply      what kind of reply it is, in one word
--   about      the field of the reply that names the applicant asked about, beside `applicantId`; false: who is named there is
--              somebody else
--   echoes     {field = name}: fields of the reply, below others with a point between, that say what was sent as the argument or
--              the body's field of that name: where one is there and says otherwise, the reply is another's
--   confirms   {field, argument = value}: the field says whether the argument had this value
--   retry      what a second one does: "safe" nothing, "idempotent" leaves the same, "harmless" leaves one thing too many that
--              nobody minds, "keyed" is refused by the service, "once" is noticed by people; behind it, as a comment, why
--   settle     of a "keyed" one, how to look what became of it when its answer was lost: {by = the endpoint, with = the field
--              of the body that it is asked with, or else the applicant, as = what it is, see client/settle.lua, done = the
--              errorCode, or 409, that says that it was done before}
--   again      {from, to}: a 409 of the service's own is tried again after so many seconds, since its state may be about to
--              change; `Retry-After` raises that
--   limit      the limit it is under beside the account's, its row's `lane` (limits/lanes.lua says which lanes a call is in);
--              limits = {name = {slots, window in seconds}} of any file
--   try        arguments that it can be tried with: the sandbox answers them with api/examples/NAME.lua
--   example    the name of the example, where it is another's
--   source     where it is known from, when not from the reference: {"IDnGO" | "Sumsub" | "inferred", place}
--   hints      advice on errors, by their status
--   fact       what policies call it: {name, answers = every answer that it can have}
--   actions    what policies may do with it, by name: see policy/handlers.lua
-- The comment before it is its page's text: what it is for, a snippet each for Lua and shell, a table of refusals, notes.

local M = {}

-- By the words of descriptions; the letters are those of the docs and of journals.
M.letters = { safe = "S", idempotent = "I", harmless = "D", keyed = "K", once = "N" }

local index

local function look_up()
  index = index or require("idngo.api.index")
  return index
end

local function resource(name) return require("idngo.api." .. name) end

local described = {}

--- The description of an endpoint, or nil.
---@param name string
---@return table?
function M.description(name)
  local found = described[name]
  if found then return found end
  local from = look_up().resources[name]
  if not from then return nil end
  for _, each in ipairs(resource(from).endpoints) do described[each.name] = each end
  return described[name]
end

--- The letter of an endpoint's retry class.
---@param name string
---@return string
function M.class_of(name) return M.letters[M.description(name).retry] end

--- Whether there is an endpoint of this name.
---@param name any
---@return boolean
function M.is_one(name) return look_up().resources[name] ~= nil end

--- The names of all endpoints, in the order of the pages.
---@return string[]
function M.names() return look_up().names end

--- The limits there are: {slots, window in seconds}. A window of 0 means that so many may be in flight.
---@return table<string, {[1]: integer, [2]: number}>
function M.limits() return look_up().limits end

--- Which endpoint a fact of policies is read from.
---@return table<string, string>
function M.facts() return look_up().facts end

--- Which endpoint an action of policies calls.
---@return table<string, string>
function M.actions() return look_up().actions end

--- A class of replies, or nil: see schema.lua.
---@param name string
---@return table?
function M.class(name)
  local from = look_up().classes[name]
  return from and resource(from).classes[name]
end

--- The known values of a word, or nil; the service may send others at any time.
---@param name string
---@return string[]?
function M.words(name)
  local from = look_up().words[name]
  return from and resource(from).words[name]
end

--- The text of an endpoint's example reply; nil where it is bytes.
---@param name string
---@return string?
function M.example(name)
  local description = M.description(name)
  if description.file then return nil end
  return require("idngo.api.examples." .. (description.example or name))
end

--- The limit of the account that calls by a method are under.
---@param method string
---@return "read"|"write"
function M.account_limit(method) return method == "GET" and "read" or "write" end

local function add_param(params, path, from, required, where)
  local name = from[1]
  params[#params + 1] = {
    name = name, where = where or path:find("{" .. name .. "}", 1, true) and "path" or "query", required = required,
    type = from.values and "one_of" or from.type or "string", values = from.values, value = from.default, doc = from[2],
    empty = from.empty,
  }
end

--- A description as a row of `idngo.endpoints`.
---@param description table
---@return idngo.Endpoint
function M.row(description)
  local method, path, query = description.request:match("^(%u+) ([^?]+)%??(.*)$")
  local params = {}
  for name, value in query:gmatch("([^=&]+)=([^&]*)") do
    params[#params + 1] = { name = name, where = "query", type = "fixed", required = false, value = value }
  end
  for _, argument in ipairs(description.arguments or {}) do add_param(params, path, argument, true) end
  for _, filter in ipairs(description.filters or {}) do add_param(params, path, filter, false, "matrix") end
  for _, option in ipairs(description.options or {}) do add_param(params, path, option, false) end
  return {
    name = description.name, method = method, path = path, body = description.body and description.body[1] or "none",
    reply = description.reply or (description.file and "file" or "object"), retry = M.letters[description.retry],
    lane = description.limit, title = description.title, params = params,
  }
end

local rows

--- All endpoints as rows, in the order of the pages. Reads every file of lua/idngo/api.
---@return idngo.Endpoint[]
function M.rows()
  if rows then return rows end
  local all = {}
  for i, name in ipairs(M.names()) do all[i] = M.row(M.description(name)) end
  rows = all
  return rows
end

return M
