-- Standard output that cannot be written: every command of the table says so and ends with 74; a reader that has gone
-- ends every command alike, quietly. And what a run does goes on whoever reads along.

local commands = require("generate.commands")
local core = require("idngo.core")
local files = require("files")
local json = require("idngo.json")
local shell = require("shell")
local support = require("runs")
local wait_for = require("nginx").wait_for

-- How each command is made to print, by its path; {…} is filled in below, {new} and {run} afresh for each use.
local lines = {
  ["api"] = "api GET /resources/applicants/-/levels", ["call"] = "call levels",
  ["call report"] = "call report 60f6f9ab7bbfc20001eca91d --to -",
  ["help"] = "help plan", ["version"] = "version",
  ["endpoints"] = "endpoints", ["doctor"] = "doctor", ["config"] = "config", ["sandbox"] = "sandbox",
  ["demo"] = "demo --files {folder}", ["probe"] = "probe --to {folder}",
  ["import check"] = "import check examples/applicant.zip",
  ["import draft"] = "import draft {folder}/people.csv",
  ["import pack"] = "import pack {folder}/in --to {folder}",
  ["import run"] = "import run --yes --run {new} examples/applicant.zip",
  ["events list"] = "events list --spool {folder}/spool",
  ["events replay"] = "events replay --spool {folder}/spool",
  ["events newest"] = "events newest --spool {folder}/spool",
  ["events follow"] = "events follow --spool {folder}/spool --state {new}",
  ["events prune"] = "events prune --spool {folder}/spool",
  ["events send"] = "events send --to {receiver} --secret-file {folder}/secret --applicant a1",
  ["receive"] = "receive --spool {new} --secret-file {folder}/secret --listen 0",
  ["watch"] = "watch {folder}/watched.lua --events {folder}/spool --run {new} --no-breaker",
  ["watch upgrade"] = "watch upgrade {watch} {folder}/watched.lua",
  ["watch stop"] = "watch stop {watch}",
  ["approve"] = "approve {watch} {mandate}", ["reject"] = "reject {watch} {mandate}", ["retry"] = "retry {watch} 1",
  ["redecide"] = "redecide {watch} 1", ["breaker"] = "breaker {watch}",
  ["plan"] = "plan {folder}/policy.lua --input {folder}/ids --run {new}",
  ["apply"] = "apply {run} --approve {hash} --max-deactivations 100%",
  ["resume"] = "resume {done}", ["status"] = "status {done}", ["report"] = "report {done}",
  ["explain"] = "explain {done} {id}", ["audit verify"] = "audit verify {done}",
  ["list"] = "list {done}", ["settle"] = "settle {folder}/unknown", ["undo"] = "undo {done} --run {new}",
  ["purge"] = "purge {ended} --yes", ["audit key"] = "audit key",
  ["approvers init"] = "approvers init ann --key {new}", ["audit export"] = "audit export {done}",
  ["audit affected"] = "audit affected {folder}/affected",
  ["policy test"] = "policy test examples/policies/block-duplicates.lua",
  ["policy backtest"] = "policy backtest {folder}/policy.lua {done}",
  ["policy diff"] = "policy diff examples/policies/block-duplicates.lua {folder}/policy.lua",
  ["policy bench"] = "policy bench {folder}/policy.lua --count 5",
}

local silent = { ["limits init"] = true, ["init"] = true, -- says what it says on standard error
  ["watch rollback"] = true, -- prints what watch upgrade does
  ["runs init"] = true, ["runs list"] = true } -- want a server: spec/cli/postgres_spec.lua

local POLICY = [[
return { name = "all", version = "1", decide = function() return deactivate("told to") end }]]

local server, folder, hash, ids, receiver, mandate

local count = 0
local function fresh()
  count = count + 1
  return ("%s/new%d"):format(folder, count)
end

--- A folder as it was.
local function copy(name)
  local made = fresh()
  assert(os.execute(("cp -r %s/%s %s"):format(folder, name, made)))
  return made
end

local function fill(line)
  local state = os.getenv("IDNGO_STATE_DIR")
  if state then os.rename(state, ("%s-%d"):format(state, count)) end -- what knows of a later moment of a folder that was copied
  return (line:gsub("{(%w+)}", {
    folder = folder, new = fresh(), mandate = mandate, watch = line:find("{watch}") and copy("watch"),
    hash = hash, receiver = receiver.url, done = folder .. "/done", id = ids[1],
    run = line:find("{run}") and copy("planned"), ended = line:find("{ended}") and copy("done"),
  }))
end

--- Runs a command with its standard output as a shell writes it: nothing, stderr, exit code. One that does not end, which
--- `sandbox` and `events follow` would not, is ended with this file.
local function run(line, to)
  return support.shell(("(%s lua5.4 bin/idngo %s %s </dev/null)"):format(support.env(server), line, to))
end

--- A pipe that nobody reads any more, as descriptor 4.
local function no_reader()
  local path = folder .. "/pipe"
  return ("exec 3<>%s 4>%s 3>&-; "):format(path, path)
end

local function is_lost(line, to)
  local _, errors, code = run(line, to)
  assert.equal(74, code, line .. "\n" .. errors)
  local reason = errors:match("idngo: standard output: ([^\n]*)\n$")
  assert.is_string(reason, errors)
  return reason
end

--- Runs with a bash of its own around it, which says how it ended.
local function with_bash(before, line, ...)
  local script = files.write(fresh(), ("%s%s exec lua5.4 bin/idngo %s\n"):format(before,
    support.env(server), line:format(...)))
  return support.shell(("bash %s </dev/null"):format(script))
end

local function is_quiet(before, line)
  local _, errors, code = with_bash(before, "%s >&4 4>&-", line)
  assert.equal(141, code, line .. "\n" .. errors)
  assert.is_nil(errors:find("standard output", 1, true) or errors:find("[Pp]ipe"), errors)
end

describe("standard output", function()
  setup(function()
    server = support.server { applicants = 20 }
    folder = support.folder()
    assert(os.execute(("mkfifo %s/pipe"):format(folder)))
    files.write(folder .. "/policy.lua", POLICY)
    files.write(folder .. "/people.csv", "id,first name,last name,date of birth\n1,Ann,Lee,1990-05-01\n2,Ben,Ray,1991-06-02\n")
    assert(os.execute(("mkdir %s/in && cd %s/in && unzip -q %s/examples/applicant.zip"):format(folder, folder,
      os.getenv("PWD"))))
    local csv = select(2, support.applicants(server, "review=completed-GREEN&type=individual"))
    ids = {}
    for id in csv:gmatch("\n[^,]*,(%x+)") do ids[#ids + 1] = id end
    files.write(folder .. "/secret", "webhook-secret\n")
    receiver = { pid = shell("lua5.4 bin/idngo receive --spool %s/received --secret-file %s/secret --listen 0 >%s/receiver & "
      .. "echo $!", folder, folder, folder):match("%d+") }
    receiver.url = wait_for(function() return files.read(folder .. "/receiver", ""):match("http://%S+") end)
    files.write(folder .. "/ids", table.concat(ids, "\n", 1, 2) .. "\n")
    local spool = assert(core.spool(folder .. "/spool", 1024 * 1024))
    for i = 1, 3 do
      local ticket = assert(spool:append(('{"type":"applicantReviewed","applicantId":"a%d"}'):format(i)))
      repeat until assert(spool:durable(ticket) ~= nil) and spool:durable(ticket)
    end
    spool:close()
    local out = support.command(server, fill("plan {folder}/policy.lua --input {folder}/ids --run {folder}/planned --json"))
    hash = json.decode(out).plan
    assert(os.execute(("cp -r %s/planned %s/done"):format(folder, folder)))
    support.command(server, fill("apply {done} --approve {hash} --max-deactivations 100%"))
    assert(os.execute(("cp -r %s/done %s/unknown && python3 -c 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); "
      .. "d.execute(\"update steps set state = \\\"unknown\\\"\"); d.commit()' %s/unknown/journal.db")
      :format(folder, folder, folder)))
    files.write(folder .. "/watched.lua", 'return { name = "watched", version = "1", on = { "applicantReviewed" },\n'
      .. '  decide = function() return ask(deactivate("told to"), "who?") end }\n')
    local shown = support.command(server, fill("watch {folder}/watched.lua --events {folder}/spool --run {folder}/watch "
      .. "--no-breaker"))
    mandate = shown:match("mandate +(%x+)")
    support.command(server, fill("approve {folder}/watch {mandate}"))
    local watcher = shell("%s lua5.4 bin/idngo watch --run %s/watch >/dev/null 2>&1 & echo $!", support.env(server), folder)
      :match("%d+")
    support.wait_for(function() return support.command(server, "list " .. folder .. "/watch"):find("waiting") end)
    os.execute("kill " .. watcher)
    support.wait_for(function() return core.process_gone(tonumber(watcher)) end)
    -- what is said of a run that nobody approved
    assert(os.execute(("cp -r %s/done %s/affected && python3 -c 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); "
      .. "d.execute(\"delete from audit where record like \\\"%%approved%%\\\"\"); d.commit()' %s/affected/journal.db")
      :format(folder, folder, folder)))
  end)
  teardown(function()
    os.execute("kill " .. receiver.pid)
    server:close()
    support.clean()
  end)

  commands.each(commands.tree(), function(command)
    local path = table.concat(command.path, " ")
    local outer = path:match("^call ") and not lines[path] -- one line stands for all that are alike
    local is_leaf = #command.commands == 0 and not outer
    local json_too = false
    for _, option in ipairs(command.options) do json_too = json_too or option.names[1] == "--json" end

    if (is_leaf or lines[path]) and not silent[path] then
      it(("that is full, closed, or without a reader: idngo %s tells it"):format(path), function()
        local line = assert(lines[path], "spec/cli/output_spec.lua must be told how this command prints")
        assert.equal("No space left on device", is_lost(fill(line), ">/dev/full"))
        if path == "demo" then return end -- its children's output is all there is
        if json_too and path ~= "call report" then
          assert.equal("No space left on device", is_lost(fill(line) .. " --json", ">/dev/full"))
        end
        assert.equal("Bad file descriptor", is_lost(fill(line), ">&-"))
        is_quiet(no_reader(), fill(line))
        is_quiet("trap '' PIPE; " .. no_reader(), fill(line)) -- as systemd starts its services
      end)
    end
  end)

  it("that is full: idngo --version ends with 74", function() is_lost("--version", ">/dev/full") end)

  for _, path in ipairs { "", "plan", "watch upgrade", "call report" } do
    it(("that is full: idngo %s --help ends with 74"):format(path), function()
      assert.equal("No space left on device", is_lost(path .. " --help", ">/dev/full"))
    end)
  end

  it("has every command's --help by one function", function()
    local many, by = 0, {}
    local function look(parser)
      local action = debug.getinfo(parser._options[parser._help_option_idx]._action, "S")
      by[("%s:%d"):format(action.source, action.linedefined)] = true
      assert.truthy(parser:get_help():find("^Usage: idngo"))
      many = many + 1
      for _, command in ipairs(parser._commands) do look(command) end
    end
    look((require("idngo.cli").parser()))
    assert.is_true(many > 100, tostring(many))
    local one = next(by)
    assert.truthy(one:find("lua/idngo/cli/init.lua", 1, true), one)
    assert.is_nil(next(by, one))
  end)

  it("is written by one module alone", function()
    for path in require("shell")("grep -lE 'io\\.(stdout|write)|[^_.]print\\(' lua/idngo/cli/*.lua"):gmatch("%S+") do
      assert.equal("lua/idngo/cli/output.lua", path)
    end
  end)

  it("that was closed is never another file: a run's own stay what they are", function()
    local dir = fresh()
    local line = ("%s {folder}/policy.lua --input {folder}/ids --run %s"):format("plan", dir)
    local _, errors, code = run(fill(line), ">&- 2>&-")
    assert.equal("", errors)
    assert.equal(74, code)
    local status = json.decode((support.command(server, ("status %s --json"):format(dir))))
    assert.equal("planned", status.state)
    local _, _, whole = support.command(server, "audit verify " .. dir)
    assert.equal(0, whole)
  end)

  it("whose reader has gone, stderr's too, ends no run in its middle", function()
    local run_dir = fill("{run}")
    local _, _, code = with_bash(no_reader(), "apply %s --approve %s --max-deactivations 100%% >&4 2>&4 4>&-", run_dir, hash)
    assert.equal(141, code)
    local status = json.decode((support.command(server, ("status %s --json"):format(run_dir))))
    assert.equal("done", status.state)
  end)

  it("leaves what the programs that it starts do with a broken pipe as it was", function()
    local script = files.write(fresh(), "yes | head -1 >/dev/null; echo ${PIPESTATUS[0]}\n")
    local program = files.write(fresh(), ('require("idngo.core").own_streams() os.execute("bash %s")'):format(script))
    -- 141, unless whoever started the tests ignores SIGPIPE
    assert.equal(support.shell("bash " .. script), (support.shell("lua5.4 " .. program)))
  end)
end)

describe("events follow", function()
  local dir, state
  before_each(function()
    dir = files.folder()
    state = dir .. "/state"
    local spool = assert(core.spool(dir .. "/spool", 1024 * 1024))
    for i = 1, 5 do
      local ticket = assert(spool:append(('{"type":"applicantReviewed","applicantId":"a%d"}'):format(i)))
      repeat until assert(spool:durable(ticket) ~= nil) and spool:durable(ticket)
    end
    spool:close()
  end)
  after_each(function() os.execute("rm -rf " .. dir) end)

  local function follow(to)
    return support.shell(("(lua5.4 bin/idngo events follow --spool %s/spool --state %s %s)"):format(dir, state, to))
  end

  --- What a follow prints that is ended once it has printed `expected` lines.
  local function lines_of(expected)
    local out = support.shell(("bash -c 'lua5.4 bin/idngo events follow --spool %s/spool --state %s | head -n %d'"):format(dir,
      state, expected))
    return select(2, out:gsub("\n", ""))
  end

  it("keeps its place when the output is full, closed or without a reader: all comes again", function()
    for _, to in ipairs { ">/dev/full", ">&-" } do
      local _, _, code = follow(to)
      assert.equal(74, code)
      assert.is_nil(next(json.decode(files.read(state))))
    end
    local pipe = dir .. "/pipe"
    local _, errors, code = support.shell(("bash -c 'mkfifo %s; exec 3<>%s 4>%s 3>&-; exec lua5.4 bin/idngo events "
      .. "follow --spool %s/spool --state %s >&4'"):format(pipe, pipe, pipe, dir, state))
    assert.equal("", errors)
    assert.equal(141, code)
    assert.is_nil(next(json.decode(files.read(state))))
    assert.equal(5, lines_of(5))
  end)

  it("moves its place when the output was taken, and comes back to it", function()
    local out = dir .. "/out"
    assert(os.execute(("lua5.4 bin/idngo events follow --spool %s/spool --state %s >%s & pid=$!; while ! grep -qs events %s; do "
      .. "sleep 0.05; done; kill -INT $pid; wait $pid; true"):format(dir, state, out, state)))
    assert.equal(5, select(2, files.read(out):gsub("\n", "")))
    local places = json.decode(files.read(state))
    assert.is_true(select(2, next(places)) > 0)
  end)
end)
