-- What is made from the code's own tables: up to date, true to the reference, and accepted by those who read it.

local archives = require("archives")
local files = require("files")
local generated = require("generate")
local idngo = require("idngo")
local json = require("idngo.json")
local endpoints = require("idngo.endpoints")
local operation = require("idngo.operation")
local prose = require("generate.prose")
local schema = require("idngo.schema")
local sandbox = require("idngo.sandbox")
local shell = require("shell")

local read = files.read

describe("./dev generate", function()
  local made = generated.files()
  for path, text in pairs(made) do
    it(path .. " is what the generator makes", function()
      assert.is_true(read(path, "") == text, path .. " differs from what ./dev generate writes")
    end)
  end

  it("leaves no page of an endpoint that has gone", function()
    for path in shell("ls docs/endpoints/*.md"):gmatch("%S+") do
      assert.truthy(made[path], path .. " is made by nobody")
    end
  end)
end)

-- Types

local kinds = {
  string = function(v) return type(v) == "string" end,
  number = function(v) return type(v) == "number" end,
  integer = function(v) return math.type(v) == "integer" end,
  boolean = function(v) return type(v) == "boolean" end,
  table = function(v) return type(v) == "table" end,
  text = function(v) return type(v) == "string" and v ~= "" end,
  secret = function(v) return type(v) == "string" and v ~= "" end,
  yes = function(v) return v == 1 end,
}
for form in pairs(schema.forms) do
  kinds[form] = function(v) return type(v) == "string" and schema.has_form(form, v) end
end

local check_class

--- What is wrong with a value of a type, or nil.
local function check_type(value, wanted, where)
  if wanted:find("|", 1, true) then
    local first
    for one in wanted:gmatch("[^|]+") do
      local wrong = check_type(value, one, where)
      if not wrong then return nil end
      first = first or wrong
    end
    return first
  end
  local element = wanted:match("^(.*)%[%]$")
  if element then
    if not json.is_list(value) then return where .. " is no list" end
    for i, one in ipairs(value) do
      local wrong = check_type(one, element, ("%s[%d]"):format(where, i))
      if wrong then return wrong end
    end
    return nil
  end
  if endpoints.words(wanted) then
    for _, word in ipairs(endpoints.words(wanted)) do
      if word == value then return nil end
    end
    return ("%s: %s is no known %s"):format(where, tostring(value), wanted)
  end
  if endpoints.class(wanted) then return check_class(value, wanted, where) end
  if not kinds[wanted](value) then return ("%s is no %s"):format(where, wanted) end
end

function check_class(value, class, where)
  if schema.element(class) then return check_type(value, schema.element(class) .. "[]", where) end
  if not json.is_object(value) then return where .. " is no object" end
  local fields = schema.fields(class)
  for name, inner in pairs(value) do
    if not fields[name] then return ("%s.%s is described nowhere"):format(where, name) end
    local wrong = check_type(inner, (schema.parse(fields[name])), where .. "." .. name)
    if wrong then return wrong end
  end
  for name, text in pairs(fields) do
    if select(2, schema.parse(text)) == "required" and value[name] == nil then return ("%s.%s is missing"):format(where, name) end
  end
end

local function returns(name) return endpoints.description(name).returns end

describe("what is described of replies", function()
  local server, client
  setup(function()
    server = assert(sandbox.background { limits = false })
    client = assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false })
  end)
  teardown(function()
    client:close()
    server:close()
  end)

  for _, name in ipairs(endpoints.names()) do
    local description, text = endpoints.description(name), endpoints.example(name)
    if text then
      it("fits the example of " .. name, function()
        assert.is_nil(check_type(assert(json.decode(text)), description.returns, name))
      end)

      it("asks of " .. name .. " just what the client insists on", function()
        local value, check = assert(json.decode(text)), operation.of(name).check
        assert.is_nil(check(value))
        for field, described in pairs(schema.fields(description.returns)) do
          local kept = value[field]
          if kept ~= nil then
            value[field] = nil
            local refused = check(value) ~= nil
            value[field] = kept
            local mark = select(2, schema.parse(described))
            assert.equal(mark == "required" or mark ~= nil and mark:find("^or ") ~= nil, refused, field)
          end
        end
      end)

      if description.try then
        it("and the sandbox answer what it can be tried with: " .. name, function()
          local result, err = client[name](client, table.unpack(description.try))
          assert.is_nil(err)
          assert.same(json.decode(text), result)
          assert.truthy(idngo.meta(result).correlation_id)
        end)
      end
    end
  end

  it("of limits is in docs/limits.md", function()
    local page = read("docs/limits.md")
    for name, limit in pairs(endpoints.limits()) do
      local row = limit[2] == 0 and ("| `%s` | %d | one at a time |") or ("| `%s` | %d | %d s |")
      assert.truthy(page:find(row:format(name, limit[1], limit[2]), 1, true), name)
    end
  end)

  it("fits an applicant who was imported", function()
    assert.is_nil(check_type(assert(client:import_applicant("examples/applicant.zip")), "StoredApplicant", "import_applicant"))
  end)

  it("fits every applicant of the sandbox", function()
    local crowd = require("idngo.sandbox.people").new(1, 200)
    for i = 1, 40 do
      local id = crowd:at(i).id
      for _, name in ipairs { "duplicate_checks", "tin_checks", "liveness_checks", "timeline", "similar_by_text_and_face" } do
        assert.is_nil(check_type(assert(client[name](client, id)), returns(name), name))
      end
    end
  end)

  it("describes the fields of the import archive's applicant.json and applicantIdDoc.json", function()
    assert.is_nil(check_type(json.decode(archives.fixture("applicant")).info, "Info", "info"))
    assert.is_nil(check_type(json.decode(archives.fixture("applicant")).review, "Review", "review"))
    assert.is_nil(check_type(json.decode(archives.fixture("applicantIdDoc")), "IdDoc", "idDoc"))
  end)

  it("names no class that nothing uses", function()
    local used = {}
    local function use(class)
      if used[class] then return end
      used[class] = true
      local base = schema.element(class) or endpoints.class(class)[1]
      if base then use(base) end
      for _, text in pairs(schema.fields(class)) do
        for name in schema.parse(text):gmatch("%a+") do
          if endpoints.class(name) then use(name) end
        end
      end
    end
    for _, name in ipairs(endpoints.names()) do
      local body = endpoints.description(name).body
      use(returns(name))
      if body and body.class then use(body.class) end
    end
    for _, class in ipairs(prose.classes) do assert.is_true(used[class.name], class.name) end
  end)
end)

describe("lua/idngo/types.lua", function()
  local text = read("lua/idngo/types.lua")

  it("loads on every Lua", function()
    for _, lua in ipairs { "lua5.4", "lua5.1", "luajit" } do
      assert.equal("true\n", shell(lua .. " -e 'print(loadfile(\"lua/idngo/types.lua\") ~= nil)'"))
    end
  end)

  it("is loaded by nobody", function()
    assert.equal("", shell("grep -rlE \"require.*idngo[.]types\" lua bin || true"))
  end)

  it("has every method with all its parameters", function()
    for _, endpoint in ipairs(idngo.endpoints) do
      local whole = text:match(".*\n\n(.-)function Client:" .. endpoint.name .. "%(")
      assert.truthy(whole, endpoint.name)
      local options = whole:match("options%? idngo%.(%w+)")
      local options_text = options ~= "CallOptions"
        and text:match("%-%-%-@class idngo%." .. options .. ": idngo%.CallOptions\n(.-)\n\n")
      for _, param in ipairs(endpoint.params) do
        if param.required then
          assert.truthy(whole:find("@param " .. param.name .. " ", 1, true), endpoint.name .. " " .. param.name)
        elseif param.type ~= "fixed" then
          local field = ("@field %s? "):format(prose.key(param.name))
          assert.truthy(options_text:find(field, 1, true), endpoint.name .. " " .. param.name)
        end
      end
      assert.truthy(whole:find("---@return idngo.Error? err", 1, true))
    end
  end)

  it("says nothing that is no annotation of LuaCATS", function()
    local forms = {
      "^%-%-%-@meta _$", "^%-%-%-@alias idngo%.%w+ string$", "^%-%-%-@alias idngo%.%w+ idngo%.%w+%[%]$",
      '^%-%-%-@field %["[%w_.]+"%]%? %S.* %S', '^%-%-%-| "[%w_]+"$', "^%-%-%-@class idngo%.%w+$",
      "^%-%-%-@class idngo%.%w+: idngo%.%w+$", "^%-%-%-@field [%w_]+%?? %S.* %S", "^%-%-%-@param [%w_]+%?? %S+ ?%S*",
      "^%-%-%-@return idngo%.%w+%? %w+$", "^%-%-%- %S", "^%-%- %S", "^local Client = {}$",
      "^function Client:[%w_]+%(.*%) end$", "^$",
    }
    for line in text:gmatch("([^\n]*)\n") do
      local known = false
      for _, form in ipairs(forms) do known = known or line:find(form) ~= nil end
      assert.is_true(known, line)
    end
  end)

  it("has every setting of a client", function()
    local options = text:match("@class idngo.ClientOptions\n(.-)\n\n")
    for _, setting in ipairs(idngo.config.settings) do
      local is_there = options:find("@field " .. setting.name .. "? ", 1, true) ~= nil
      assert.equal(not setting.of_runs, is_there, setting.name)
    end
  end)

  it("and the source of idngo has a field for all that is loaded later", function()
    local source, count = read("lua/idngo/init.lua"), 0
    local class = source:match("%-%-%-@class idngo\n(.-)\nlocal M = ")
    for name in source:match("\nlocal later = (%b{})"):gmatch("[ ,]([%a]+) = ") do
      assert.truthy(("\n" .. class):find("\n---@field " .. name .. " ", 1, true), name)
      count = count + 1
    end
    assert.is_true(count >= 10)
  end)

  it("and the sources define every class they name, once", function()
    local defined, named = {}, {}
    for path in shell("find lua -name '*.lua'"):gmatch("%S+") do
      for line in read(path):gmatch("[^\n]+") do
        local annotation = line:match("^%s*%-%-%-@(.*)$") or line:match("^%s*%-%-%-| (.*)$")
        if annotation then
          local kind, name = annotation:match("^(%a+) (idngo[%w.]*)")
          if (kind == "class" or kind == "alias") and name ~= "idngo.Client" then
            assert.is_nil(defined[name], name .. " is defined in " .. tostring(defined[name]) .. " and " .. path)
            defined[name] = path
          end
          local types = annotation:gsub('"[^"]*"', "")
          types = kind ~= "class" and types:match("^field%s+%S+%s+(.*)") or types
          for word in types:gmatch("%f[%w.]idngo%.[%w.]*%w") do named[word] = named[word] or path end
        end
      end
    end
    defined["idngo.Client"] = "client.lua"
    for name, path in pairs(named) do
      if name:find("%.%u%w*$") then assert.truthy(defined[name], name .. ", named in " .. path) end
    end
  end)
end)

describe("idngo(1) #slow", function()
  it("has nothing to complain about for groff", function()
    assert.equal("", shell("groff -man -Tutf8 -ww share/man/man1/idngo.1 2>&1 >/dev/null"))
  end)

  it("has nothing to complain about for mandoc", function()
    assert.equal("", shell("mandoc -Tlint share/man/man1/idngo.1 || true"))
  end)

  it("shows every command, exit code and environment variable", function()
    local page = shell("mandoc -Tascii share/man/man1/idngo.1 | col -b")
    local commands = require("generate.commands")
    commands.each(commands.tree(), function(command)
      assert.truthy(page:find("idngo " .. table.concat(command.path, " "), 1, true), table.concat(command.path, " "))
    end)
    for _, code in pairs(require("idngo.cli").exit) do assert.truthy(page:find(("\n       %d "):format(code))) end
    local sources = "lua/idngo/cli lua/idngo/client/config.lua lua/idngo/policy lua/idngo/run"
    for variable in shell("grep -rhoE 'IDNGO_[A-Z_]+' " .. sources):gmatch("%S+") do
      assert.truthy(page:find(variable, 1, true) or variable == "IDNGO_TOUR_FILES", variable)
    end
  end)
end)

-- Completions, by the shells themselves: what is typed, and what must be among the answers. Where argparse says nothing, bash
-- takes files by itself, which its functions do not tell of; choices of arguments are zsh's alone.
local typed = {
  { "", "call" }, { "po", "policy" }, { "call li", "liveness_checks" }, { "audit ", "verify" },
  { "call report --re", "--report" }, { "call report --report ", "companyReport" },
  { "call set_presence 5eea ", "deactivated", only = "zsh" }, { "--config-file x call re", "report" },
  { "call report x --js", "--json" }, { "call levels --config-f", "--config-file" },
  { "policy test examples/pol", "policies", except = "bash" },
  { "import pack --people READ", "README.md" }, { "sandbox --limit-model ro", "rolling" }, { "policy diff a b --ru", "--run" },
}

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local BASH = [==[
source share/completions/idngo.bash
for line; do
  read -ra COMP_WORDS <<<"$line"; [[ $line == *' ' ]] && COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  _idngo
  for answer in "${COMPREPLY[@]}"; do printf '%%s\t%%s\n' "$line" "$answer"; done
done]==]

local FISH = [[
source share/completions/idngo.fish
for line in $argv
  complete -C $line | string replace -r '\t.*' '' | string replace -r '^' $line\t
end]]

-- Each prints a line for every answer: what was typed, a tab, the answer.
local shells = {
  bash = "bash -c " .. quote(BASH) .. " _ ",
  zsh = "zsh -f spec/support/complete.zsh ",
  fish = "HOME=/dev/null fish --no-config -c " .. quote(FISH) .. " ",
}

describe("completion in #slow", function()
  for name, command in pairs(shells) do
    describe(name, function()
      local answers
      setup(function()
        local lines = {}
        for i, case in ipairs(typed) do lines[i] = quote("idngo " .. case[1]) end
        answers = shell(command .. table.concat(lines, " "))
      end)

      local function offers(typed_so_far, wanted)
        local offered = {}
        for line, answer in answers:gmatch("([^\t\n]*)\t([^\n]*)") do
          if line == typed_so_far then offered[#offered + 1] = answer:match("([^/]+)/?$") end
        end
        local all = " " .. table.concat(offered, " ") .. " "
        assert.truthy(all:find(" " .. wanted .. " ", 1, true), all)
      end

      for _, case in ipairs(typed) do
        if name ~= case.except and name == (case.only or name) then
          it(("of %q offers %s"):format("idngo " .. case[1], case[2]), function() offers("idngo " .. case[1], case[2]) end)
        end
      end
    end)
  end
end)
