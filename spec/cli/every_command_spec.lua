-- Every command of the table: how it ends when something is wrong, that --json says so in JSON, and what `help` shows.

local commands = require("generate.commands")
local files = require("files")
local json = require("idngo.json")
local support = require("runs")

local server, folder

--- How each command ends, by its path: {situation, command line, exit code}. {…} is filled in below.
local cases = {
  ["call levels"] = { { "no settings", "call levels", 78 }, { "a wrong secret", "call levels", 77 },
    { "no server", "call levels", 69 } },
  ["call timeline"] = { { "ready", "call timeline 5b76df770a975a1404cbcb6f", 1 } },
  ["call update_info"] = { { "ready", "call update_info x {folder}/none.json", 65 },
    { "ready", "call update_info x '{{}}'", 65 } },
  ["call report"] = { { "ready", "call report 60f6f9ab7bbfc20001eca91d --to {folder}/no/such/folder/x.pdf", 74 } },
  ["api"] = { { "no settings", "api GET /resources/applicants/-/levels", 78 }, { "no server", "api GET /resources/x", 69 },
    { "a wrong secret", "api GET /resources/applicants/-/levels", 77 } },
  ["endpoints"] = {}, ["help"] = { { "ready", "help plam", 2 }, { "ready", "help plan again", 2 } }, ["version"] = {},
  ["doctor"] = { { "no settings", "doctor", 78 }, { "a wrong secret", "doctor", 78 }, { "no server", "doctor", 78 } },
  ["probe"] = { { "no settings", "probe", 78 }, { "a wrong secret", "probe", 77 }, { "no server", "probe", 69 },
    { "ready", "probe --to {folder}/none", 74 }, { "ready", "probe --applicant ''", 2 } },
  ["limits"] = { { "no settings", "limits", 78 } },
  ["limits init"] = { { "no settings", "limits init", 78 }, { "ready", "limits init", 2 } },
  ["init"] = { { "ready", "init", 2 } },
  ["config"] = { { "ready", "--config-file {folder}/none config", 78 } },
  ["import check"] = { { "ready", "import check {folder}/none.zip", 74 }, { "ready", "import check {folder}/text", 65 } },
  ["import draft"] = { { "ready", "import draft {folder}/none.csv", 65 } },
  ["import pack"] = { { "ready", "import pack {folder}/none", 74 },
    { "ready", "import pack --people {folder}/none.csv --mapping {folder}/text --documents {folder} --to {folder}", 65 } },
  ["import run"] = { { "no settings", "import run --run {new} examples/applicant.zip", 78 },
    { "ready", "import run --run {new} examples/applicant.zip", 4 }, { "ready", "import run", 2 } },
  ["sandbox"] = { { "ready", "sandbox --port 99999999", 2 } },
  ["receive"] = { { "ready", "receive --spool {folder}/spool --secret-file {folder}/none", 78 },
    { "ready", "receive --spool {folder}/none/spool --secret-file {folder}/text", 74 } },
  ["watch"] = { { "ready", "watch --run {new}", 2 }, { "ready", "watch --run {new} {folder}/policy.lua", 2 },
    { "ready", "watch {folder}/none.lua --run {new} --events {folder} --no-breaker", 65 },
    { "ready", "watch {folder}/policy.lua --run {new} --events {folder} --no-breaker", 65 },
    { "no settings", "watch {folder}/policy.lua --run {new} --events {folder} --no-breaker", 78 },
    { "ready", "watch --run {planned}", 78 } },
  ["watch upgrade"] = { { "ready", "watch upgrade {folder}/none {folder}/policy.lua", 78 },
    { "ready", "watch upgrade {planned}", 78 } },
  ["watch rollback"] = { { "ready", "watch rollback {planned}", 78 } },
  ["watch stop"] = { { "ready", "watch stop {folder}/none", 78 } },
  ["events list"] = { { "ready", "events list --spool {folder}/none", 74 } },
  ["events replay"] = { { "ready", "events replay --spool {folder}/none", 74 } },
  ["events newest"] = { { "ready", "events newest --spool {folder}/none", 74 } },
  ["events follow"] = { { "ready", "events follow --spool {folder}/none", 74 } },
  ["events send"] = { { "ready", "events send --to http://127.0.0.1:9/x --secret-file {folder}/none --applicant a", 78 },
    { "ready", "events send --to http://127.0.0.1:9/x --secret-file {folder}/text --applicant a", 69 } },
  ["events prune"] = { { "ready", "events prune --spool {folder}/none", 74 } },
  ["demo"] = {}, -- starts a service and children of its own: spec/cli_spec.lua
  ["plan"] = { { "ready", "plan {folder}/none.lua --run {new}", 65 }, { "ready", "plan {folder}/text --run {new}", 65 },
    { "no settings", "plan {folder}/policy.lua --input {folder}/ids --run {new}", 78 },
    { "ready", "plan {folder}/policy.lua --input {folder}/none --run {new}", 65 },
    { "no server", "plan {folder}/policy.lua --input {folder}/ids --run {new}", 1 },
    { "ready", "plan {folder}/policy.lua --input {folder}/ids --run {planned}", 78 } },
  ["apply"] = { { "ready", "apply {planned}", 4 }, { "ready", "apply {planned} --approve 00", 4 },
    { "no settings", "apply {planned}", 78 }, { "ready", "apply {folder}/none", 78 } },
  ["resume"] = { { "ready", "resume {planned}", 4 }, { "ready", "resume {folder}/none", 78 } },
  ["undo"] = { { "ready", "undo {planned} --run {new}", 65 }, { "ready", "undo {folder}/none --run {new}", 78 } },
  ["purge"] = { { "ready", "purge {planned}", 4 }, { "ready", "purge {folder}/none --yes", 78 } },
  ["explain"] = { { "ready", "explain {planned} nobody", 65 }, { "ready", "explain {folder}/none nobody", 78 } },
  ["settle"] = { { "ready", "settle {planned} nobody 1 --as void", 65 }, { "ready", "settle {folder}/none", 78 } },
  ["runs init"] = { { "ready", "runs init {folder}/none", 78 }, { "ready", "runs init postgresql:///x?run=y", 78 } },
  ["runs list"] = { { "ready", "runs list {folder}/none", 78 }, { "ready", "runs list 'postgresql:///x?host={folder}'", 74 } },
  ["audit verify"] = { { "ready", "audit verify {folder}/none", 78 } },
  ["audit export"] = { { "ready", "audit export {folder}/none", 78 },
    { "ready", "audit export {planned} --to {folder}/text", 65 },
    { "ready", "audit export {planned} --to {folder}/none/log", 74 } },
  ["audit key"] = { { "no key", "audit key", 78 } },
  ["audit affected"] = { { "ready", "audit affected {folder}/none", 65 } },
  ["policy test"] = { { "ready", "policy test {folder}/none.lua", 65 }, { "ready", "policy test {folder}/policy.lua", 3 } },
  ["policy backtest"] = { { "ready", "policy backtest {folder}/none.lua {planned}", 65 },
    { "ready", "policy backtest {folder}/policy.lua {folder}/none", 78 } },
  ["policy diff"] = { { "ready", "policy diff {folder}/none.lua {folder}/policy.lua", 65 } },
  ["policy bench"] = { { "ready", "policy bench {folder}/none.lua", 65 } },
}
for _, name in ipairs { "status", "list", "report", "approve", "reject", "retry", "redecide", "breaker" } do
  cases[name] = { { "ready", name .. " {folder}/none", 78 } }
end

--- The environment of a situation.
local function env_of(situation)
  local bare = "env -u IDNGO_SECRET_KEY_FILE IDNGO_CONFIG= HOME=/dev/null XDG_CONFIG_HOME=/dev/null "
  if situation == "no settings" then return bare .. "IDNGO_BASE_URL= IDNGO_APP_TOKEN= IDNGO_SECRET_KEY=" end
  local ready = "env " .. support.env(server)
  if situation == "a wrong secret" then return ready .. " IDNGO_SECRET_KEY=wrong" end
  if situation == "no server" then return ready .. " IDNGO_BASE_URL=http://127.0.0.1:9" end
  if situation == "no key" then return ready .. " IDNGO_AUDIT_KEY_FILE=/dev/null/key" end
  return ready
end

local count = 0
local function fill(line)
  count = count + 1
  return (line:gsub("{(%a+)}", { folder = folder, new = ("%s/new-%d"):format(folder, count), planned = folder .. "/planned" })
    :gsub("{{}}", "{}"))
end

local function run(situation, line)
  return support.shell(("%s lua5.4 bin/idngo %s </dev/null"):format(env_of(situation), line))
end

--- The error that JSON on standard output tells of: of the last line, or of a line that says what is not in order.
local function told(out)
  for line in out:gmatch("[^\n]+") do
    local value = json.decode(line)
    assert.is_table(value, line)
    local bad = type(value.error) == "table" and value.error.message or value.ok == false and "not ok" or value.problem
      or value.state == "fail" and value.text or value.failed and value.failed > 0 and "failed"
      or value.decisions and (value.decisions.error or 0) > 0 and "undecided"
    if bad then return bad end
  end
end

describe("idngo", function()
  setup(function()
    server, folder = support.server { applicants = 20 }, support.folder()
    files.write(folder .. "/policy.lua", 'return { name = "p", version = "1", decide = function(_, facts)\n'
      .. '  if facts.liveness.answer == "x" then return pass() end\n  return hold("h")\nend }\n')
    files.write(folder .. "/text", "return nothing of use\n")
    local _, csv = support.applicants(server, "type=individual&limit=3")
    files.write(folder .. "/ids", csv)
    local _, errors, code = support.command(server, ("plan %s/policy.lua --input %s/ids --run %s/planned"):format(folder, folder,
      folder))
    assert.equal(0, code, errors)
  end)
  teardown(function() support.clean(server) end)

  commands.each(commands.tree(), function(command)
    if #command.commands > 0 and command.path[1] ~= "limits" and command.path[1] ~= "watch" or #command.path == 0 then return end
    local path = table.concat(command.path, " ")
    local is_call = command.path[1] == "call"

    it(("%s takes --json, and says in it that the command line is wrong: 2"):format(path), function()
      local takes = false
      for _, option in ipairs(command.options) do takes = takes or option.names[1] == "--json" end
      assert.is_true(takes)
      if is_call and not cases[path] then return end
      local out, errors, code = run("no settings", path .. " --no-such-option --json")
      assert.equal(2, code, errors)
      assert.equal("usage", json.decode(out).error.kind)
      assert.truthy(errors:find("Error: ", 1, true))
    end)

    if not is_call then
      it(("%s is in a table of how commands end"):format(path), function() assert.is_table(cases[path]) end)
    end

    for _, case in ipairs(cases[path] or {}) do
      local situation, line, expected = case[1], case[2], case[3]
      it(("%s, %s: %s ends with %d, in JSON too"):format(path, situation, line, expected), function()
        local out, errors, code = run(situation, fill(line))
        assert.equal(expected, code, out .. errors)
        assert.is_nil(errors:find("stack traceback", 1, true), errors)
        local plain = out
        out, errors, code = run(situation, fill(line) .. " --json")
        assert.equal(expected, code, out .. errors)
        assert.is_string(told(out), out .. errors)
        assert.is_true(errors ~= "" or plain ~= "", "nothing is said")
      end)
    end
  end)

  it("ends with 65 for a table, or what goes with it, that cannot be read, whichever command reads it", function()
    files.write(folder .. "/empty", "")
    files.write(folder .. "/cut", "applicantId,\"name\n1,2\n")
    files.write(folder .. "/bytes", "applicantId,name\n1,\255\254\250\n")
    files.write(folder .. "/good.csv", "Client;Name\n1;Ann\n")
    files.write(folder .. "/good.map", "[applicant]\nexternalUserId = {Client}\n")
    local people = "--people %s --mapping {folder}/good.map --documents {folder}"
    local commands_of_tables = { "import draft %s", "import pack --to {new} " .. people,
      "import run --run {new} --dry-run " .. people,
      "plan {folder}/policy.lua --run {new} --input %s", "call duplicate_checks --output {new} --input %s" }
    local function ends(line, path)
      local out, errors, code = run("ready", fill(line:format(path)))
      assert.equal(65, code, line .. " " .. path .. "\n" .. out .. errors)
      assert.truthy(errors:find("%S"), line)
    end
    for _, name in ipairs { "none", "empty", "bytes", "cut", "" } do
      for _, line in ipairs(commands_of_tables) do ends(line, folder .. "/" .. name) end
    end
    for _, command in ipairs { "pack --to {new}", "run --run {new} --dry-run" } do
      for _, name in ipairs { "none", "text" } do
        ends("import " .. command .. " --people {folder}/good.csv --documents {folder} --mapping %s", folder .. "/" .. name)
      end
    end
  end)

  it("says so where there is nothing to show", function()
    assert(os.execute(("mkdir -p %s/spool"):format(folder)))
    for line, expected in pairs {
      ["settle {planned}"] = "nothing to settle\n", ["settle {planned} --json"] = "nothing to settle\n",
      ["list {planned} --state unknown"] = "nothing to list\n", ["list {planned} --decision act --json"] = "nothing to list\n",
      ["events list --spool {folder}/spool"] = "no events\n", ["events newest --spool {folder}/spool"] = "no events\n",
      ["events replay --spool {folder}/spool"] = "no events\n",
    } do
      local out, errors, code = run("ready", fill(line))
      assert.same({ "", expected, 0 }, { out, errors, code }, line)
    end
    assert.equal("", select(2, run("ready", fill("list {planned}"))))
  end)

  it("keeps what each argument and option of a command line says under a name of its own", function()
    local looked_at = 0
    local function look(parser, above, path)
      local seen = setmetatable({}, { __index = above })
      for _, list in ipairs { parser._options, parser._arguments } do
        for _, element in ipairs(list) do
          local target = element._target or element:_get_default_target()
          if target ~= "help" and target ~= "json" then
            assert.is_nil(seen[target], ("%s: %s"):format(path, target))
          end
          seen[target], looked_at = true, looked_at + 1
        end
      end
      for _, command in ipairs(parser._commands) do look(command, seen, path .. " " .. command._name) end
    end
    look((require("idngo.cli").parser()), nil, "idngo")
    assert.is_true(looked_at > 500, tostring(looked_at))
  end)

  it("help shows what --help of a command does, and the commands", function()
    for _, path in ipairs { "", "plan", "policy test", "call report" } do
      local shown, errors, code = run("no settings", "help " .. path)
      assert.equal(0, code, errors)
      assert.equal((run("no settings", path .. " --help")), shown)
    end
    local _, errors = run("no settings", "help plam")
    assert.truthy(errors:find("there is no command plam, did you mean plan?", 1, true), errors)
  end)

  it("version is the version", function()
    local shown = run("no settings", "version")
    assert.equal((run("no settings", "--version")), shown)
    assert.equal(shown, ("idngo %s\n"):format(json.decode((run("no settings", "version --json"))).version))
  end)

  it("writes standard error in one place, and the progress line", function()
    for path in require("shell")("grep -l 'io\\.stderr' lua/idngo/cli/*.lua"):gmatch("%S+") do
      assert.truthy(path:find("/output%.lua$") or path:find("/progress%.lua$"), path)
    end
  end)

  it("shows what drives terminals in texts of others, and does not obey it", function()
    local hostile = "x\27]0;owned\7\194\155" .. "31m\226\128\174txt\226\129\166\239\187\191"
    files.write(folder .. "/hostile.lua", ('return { name = %q, version = "1", decide = function() return hold(%q) end }\n')
      :format(hostile, hostile))
    local new = fill("{new}")
    local lines = { ("plan %s/hostile.lua --input %s/ids --run %s"):format(folder, folder, new), "status " .. new, "list " .. new,
      ("status '%s/%s'"):format(folder, hostile), ("help '%s'"):format(hostile), ("plan '%s' --run %s"):format(hostile, new) }
    for _, line in ipairs(lines) do
      for _, more in ipairs { "", " --json" } do
        local out, errors = run("ready", line .. more)
        for _, text in ipairs { out, errors } do
          assert.is_nil(text:find("[%z\1-\8\11-\31\127]"), line)
          for _, bytes in ipairs { "\194\155", "\226\128\174", "\226\129\166", "\239\187\191" } do
            assert.is_nil(text:find(bytes, 1, true), line .. more)
          end
        end
      end
    end
    assert.truthy(run("ready", "status --json " .. new):find("\\u202etxt\\u2066", 1, true))
  end)
end)
