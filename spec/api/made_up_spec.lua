-- An endpoint is added by a description and an example, a resource by a file, and nothing else: in a copy of the tree, with all
-- that follows from descriptions made again.

local files = require("files")
local json = require("idngo.json")
local layers = require("tools.layers")
local shell = require("shell")

-- A resource with a class, a word and a limit of its own, and a fact of policies.
local RESOURCE = [=[
-- Made up: places.
return {
  limits = { places = { 2, 60 } },
  words = { PlaceAnswer = { "NEAR", "FAR" } },
  classes = {
    Place = { -- Where somebody is.
      id = "text, required", -- the place
      answer = "PlaceAnswer, checked", -- how far away
      roads = "Road[], checked", -- how to get there
    },
    Road = { -- A road.
      name = "string, checked", -- what it is called
      lanes = "integer", -- how wide it is
    },
  },
  endpoints = {
    --[==[
    Where is this place? Made up for a test.

    | there is no such place | 404 | look elsewhere |

    - Places do not move.
    ]==]
    {
      name = "place",
      title = "Retrieve a place",
      request = "GET /resources/places/{placeId}/one?form=long",
      arguments = { { "placeId", "the place to look up" } },
      options = { { "depth", "how many roads", type = "integer", default = "3" } },
      returns = "Place",
      retry = "safe", -- places are only looked at
      limit = "places",
      try = { "place-1" },
      source = { "inferred", "a test" },
      fact = { "place", answers = { "NEAR", "FAR", "MISSING" } },
    },
  },
}
]=]

-- Two reads of a resource that is there, with its classes; one of them by a matrix parameter.
local READS = [=[
-- Made up: reads of an applicant.
return {
  endpoints = {
    --[==[
    Who is this?
    ]==]
    {
      name = "one_applicant",
      title = "Retrieve an applicant",
      request = "GET /resources/applicants/{applicantId}/one",
      arguments = { { "applicantId", "the applicant to look up" } },
      returns = "StoredApplicant", about = "id",
      retry = "safe",
      try = { "5eea3f5204f940217bcbc03d" },
      source = { "IDnGO", "a test" },
    },
    --[==[
    Who is this, by an id of your own?
    ]==]
    {
      name = "one_by_user",
      title = "Retrieve an applicant by your own id",
      request = "GET /resources/applicants/-;externalUserId={externalUserId}/one",
      arguments = { { "externalUserId", "your own id of the user" } },
      returns = "StoredApplicant",
      retry = "safe",
      try = { "someClientUserId" }, example = "one_applicant",
      source = { "IDnGO", "a test" },
    },
  },
}
]=]

local EXAMPLES = {
  place = '{"id":"place-1","answer":"NEAR","roads":[{"name":"High Street","lanes":2}]}',
  one_applicant = '{"id":"5eea3f5204f940217bcbc03d","externalUserId":"someClientUserId","type":"individual"}',
}

local POLICY = [[
return {
  name = "places",
  decide = function(_, facts)
    if facts.place.answer == "NEAR" and facts.place.roads[1].name == "High Street" then return hold("by " .. facts.place.id) end
    return pass()
  end,
}
]]

-- Runs in the copy, against its sandbox.
local SCRIPT = [[
local idngo, out = require "idngo", { rows = {} }
local world = assert(require("idngo.sandbox").background { limits = false })
local client = assert(idngo.client { base_url = world.url, app_token = "sbx:demo", secret_key = "demo-secret" })
local function told(result, err) return result and result.id or tostring(err) end
out.place = told(client:place("place-7 %1", { depth = 1 }))
out.applicant = told(client:one_applicant("60b8ce73460647000145384e"))
local user, err = client:one_by_user("a/b;c=d-")
out.user = user and user.externalUserId or tostring(err)
local other, refused = client:one_applicant("-;externalUserId=x")
out.sly = other and "taken for a matrix parameter" or refused.status
out.target = client:prepare("one_by_user", "a/b;c=d-").target
out.place_target = client:prepare("place", "x").target
out.wrong = select(2, pcall(client.place, client, "x", { dept = 1 }))
client:place("a")
out.limited = client:place("b", { deadline = 0.5 }) and "sent" or "held back"
for _, lane in ipairs(client:lanes()) do out.slots = lane.name == "places" and lane.slots or out.slots end
client:close()
for _, row in ipairs(idngo.endpoints) do out.rows[row.name] = row.method .. " " .. row.path .. " " .. row.retry end
local facts = require "idngo.policy.facts"
out.fact = facts.normalise("place", { id = "x" }).answer
local pool = assert(require("idngo.policy.jail").pool { text = assert(io.open("policy.lua")):read("a") })
local outcome = pool:evaluate({ id = "a" }, { place = facts.normalise("place", { id = "p1", answer = "NEAR",
  roads = { { name = "High Street" } } }) })
out.decision = outcome.actions and outcome.actions[1].reason or outcome.message
pool:close()
local env = "IDNGO_BASE_URL=" .. world.url .. " IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret IDNGO_CONFIG= "
local pipe = io.popen(env .. "lua5.4 bin/idngo call one_applicant 60b8ce73460647000145384e --json")
out.command = pipe:read("a")
pipe:close()
world:close()
print(require("idngo.json").encode(out))
]]

describe("what is made up", function()
  local copy, out

  local function run(command) return shell("cd %s && %s 2>&1", copy, command) end

  --- How the copy's own files are found, with the modules that are built.
  local function environment()
    local text = "LUA_PATH='./lua/?.lua;./lua/?/init.lua;./spec/support/?.lua;./?.lua;./?/init.lua;;' "
      .. "IDNGO_LIMITS_DIR=COPY/limits IDNGO_STATE_DIR=COPY/state "
    return (text:gsub("%f[.]%./", copy .. "/"):gsub("COPY", copy))
  end

  setup(function()
    copy = files.folder()
    shell("cp -r .luacheckrc bin docs examples generate lua mkdocs.yml rockspec share tools %s && mkdir %s/spec && "
      .. "mkdir -m 700 %s/limits && "
      .. "cp -r spec/docs spec/fixtures spec/support spec/transport %s/spec", copy, copy, copy, copy)
    for name, text in pairs { places = RESOURCE, one_applicant = READS } do
      files.write(("%s/lua/idngo/api/%s.lua"):format(copy, name), text)
    end
    for name, text in pairs(EXAMPLES) do
      files.write(("%s/lua/idngo/api/examples/%s.lua"):format(copy, name), ("return [[\n%s\n]]\n"):format(text))
    end
    files.write(copy .. "/policy.lua", POLICY)
    files.write(copy .. "/script.lua", SCRIPT)
    local made = run(environment() .. "lua5.4 -e 'require(\"generate\").write()'")
    assert.truthy(made:find("wrote lua/idngo/api/index.lua", 1, true), made)
    local said = run(environment() .. "lua5.4 script.lua")
    out = json.decode(said:match("[^\n]*\n$") or "") or error(said)
  end)
  teardown(function() os.execute("rm -rf " .. copy) end)

  it("took no file to be edited but those that ./dev generate makes", function()
    local generated = require("generate").files()
    local kept = "for name in lua docs generate tools mkdocs.yml spec/support; do diff -rq $name %s/$name; done; true"
    for line in shell(kept, copy):gmatch("[^\n]+") do
      local changed = line:match("^Files (%S+) and ")
      assert.is_true(changed == nil or generated[changed] ~= nil, line)
    end
  end)

  it("has methods, with their arguments checked, targets and limits", function()
    assert.same({ "place-7 %1", "60b8ce73460647000145384e", "a/b;c=d-" }, { out.place, out.applicant, out.user })
    assert.equal("/resources/applicants/-;externalUserId=a%2Fb%3Bc%3Dd-/one", out.target)
    assert.equal(404, out.sly) -- an id that looks like the other's segment
    assert.equal("/resources/places/x/one?form=long&depth=3", out.place_target)
    assert.truthy(out.wrong:find("place: unknown option dept, did you mean depth?", 1, true), out.wrong)
    assert.same({ "held back", 2 }, { out.limited, out.slots })
  end)

  it("is in idngo.endpoints, on the command line and in policies", function()
    assert.equal("GET /resources/places/{placeId}/one S", out.rows.place)
    assert.equal("60b8ce73460647000145384e", json.decode(out.command).id)
    assert.same({ "MISSING", "by p1" }, { out.fact, out.decision })
  end)

  it("has a page, a place in the navigation, types, completions, and is packed", function()
    local page = files.read(copy .. "/docs/endpoints/place.md")
    for _, text in ipairs {
      "# place\n", "Where is this place? Made up for a test.", "GET /resources/places/{placeId}/one?form=long",
      "not in the reference: inferred (a test)", "client:place(placeId, { depth = })", 'client:place("place-1")',
      "idngo call place place-1", "| `depth` | integer | default `3` | how many roads |", "### Road",
      "| `id` * | string | the place |",
      "`NEAR`, `FAR`", "its own lane `places` (2 in 60 s)", "it has an `id`", "| there is no such place | 404 | look elsewhere |",
      "- Places do not move.", "Here: places are only looked at.",
    } do
      assert.truthy(page:find(text, 1, true), text .. "\n" .. page)
    end
    for path, text in pairs {
      ["docs/endpoints/index.md"] = "[one_by_user](one_by_user.md)", ["mkdocs.yml"] = "      - place: endpoints/place.md\n",
      ["lua/idngo/types.lua"] = "function Client:place(placeId, options) end", ["share/man/man1/idngo.1"] = "place",
      ["share/completions/idngo.bash"] = "place", ["share/completions/_idngo"] = "place",
      ["share/completions/idngo.fish"] = "place",
      ["rockspec/idngo-scm-1.rockspec"] = '["idngo.api.examples.place"]', ["docs/faults.md"] = "| place | `id` |",
    } do
      assert.truthy(files.read(copy .. "/" .. path):find(text, 1, true), path)
    end
  end)

  it("keeps the layers, is clean Lua, and the documents with its pages can be made", function()
    assert.same({}, layers.check(layers.read(layers.files(copy .. "/lua"))))
    local new = {} -- the other files are what they are in the tree
    for line in shell("diff -rq lua %s/lua", copy):gmatch("[^\n]+") do
      local folder, name = line:match("^Only in (%S+): (%S+)$")
      new[#new + 1] = folder and folder .. "/" .. name or line:match(" and (%S+) differ$")
    end
    assert.is_true(#new > 4, table.concat(new, " "))
    assert.equal("0", run(("luacheck --quiet --no-color --config .luacheckrc %s; echo $?"):format(table.concat(new, " ")))
      :match("(%d+)%s*$"))
    assert.equal("", run("mkdocs build --quiet --strict --site-dir html"))
    assert.truthy(files.read(copy .. "/html/endpoints/place.html"):find("Where is this place?", 1, true))
  end)

  it("is made once: what is made of what was made is the same", function()
    assert.equal("", run(environment() .. "lua5.4 -e 'require(\"generate\").write()'"))
  end)

  it("and wrong is named with its file and place", function()
    local path = copy .. "/lua/idngo/api/places.lua"
    finally(function() files.write(path, RESOURCE) end)
    for _, case in ipairs {
      { 'retry = "safe"', 'retry = "never"', "endpoint place: no retry class is called never" },
      { 'returns = "Place"', 'returns = "Plaice"', "endpoint place: there is no class Plaice" },
      { 'limit = "places"', 'limit = "place"', "endpoint place: there is no limit place" },
      { 'title = "Retrieve a place",', "", "endpoint place: it has no title" },
      { "options =", "optoins =", "endpoint place: a description says nothing about optoins" },
      { '"GET /', '"get /', "endpoint place: request is not METHOD /path?name=value" },
      { 'name = "place"', 'name = "plaice"', "its example is missing: write it to lua/idngo/api/examples/plaice.lua" },
      { 'name = "place"', 'name = "levels"', "the endpoint levels is described in levels.lua, too" },
      { '"integer", %-%- how', '"number one", -- how', "class Road, field lanes: there is no type number one" },
      { '"string, checked", %-%- what', '"string, cheked", -- what', "class Road, field name: no mark is called cheked" },
      { " %-%- what it is called", "", "class Road: field name does not say what it is" },
      { "--%[==%[.-%]==%]", "", "endpoint place has no text" },
    } do
      local text, count = RESOURCE:gsub(case[1], case[2], 1)
      assert.equal(1, count, case[1])
      files.write(path, text)
      local said = run(environment() .. "lua5.4 -e 'require(\"generate.index\").check() require(\"generate.prose\")'")
      assert.truthy(said:find("lua/idngo/api/places.lua", 1, true), said)
      assert.truthy(said:find(case[3], 1, true), said)
    end
  end)

  it("passes the tests of every endpoint: its example, the fault server's reply, what spoils its part", function()
    local said = run(environment() .. "lua5.4 /usr/bin/busted -o plainTerminal spec/docs/generated_spec.lua "
      .. "spec/support/fault_server_spec.lua spec/transport/contract_spec.lua --exclude-tags=nginx --filter=one_applicant "
      .. "--filter=one_by_user --filter='place: ' --filter='of place$' --filter='for place$'")
    local passed, failed, errors = said:match("(%d+) success%w* / (%d+) failures? / (%d+) errors?")
    assert.same({ "0", "0" }, { failed, errors }, said)
    assert.is_true(tonumber(passed) > 20, said)
  end)
end)
