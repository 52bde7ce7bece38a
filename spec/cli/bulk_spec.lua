-- idngo call … --input: a read for each applicant of a list, as lines of JSON; a second run with the same output goes on.

local json = require("idngo.json")
local support = require("runs")

describe("idngo call --input", function()
  local server, folder, input, ids

  setup(function()
    server, folder = support.server { applicants = 60 }, support.folder()
    local rows, csv = support.applicants(server, "")
    input, ids = support.write(folder .. "/in.csv", csv), {}
    for i, row in ipairs(rows) do ids[i] = row.id end
  end)
  teardown(function() support.clean(server) end)
  before_each(function() support.forget(server) end)

  local function call(text, ...) return support.command(server, "call " .. text:format(...)) end

  --- Lines of JSON, by applicant; how many there are.
  local function lines_of(text)
    local found, count = {}, 0
    for line in text:gmatch("[^\n]+") do
      local row = assert(json.decode(line))
      assert.is_nil(found[row.applicantId])
      found[row.applicantId], count = row, count + 1
    end
    return found, count
  end

  local function calls() return support.ledger(server).totals.calls end

  it("prints a line for each, and says on stderr how it went", function()
    local out, errors, code = call("status --input %s", input)
    assert.same({ "idngo: 60 applicants, 0 failed\n", 0 }, { errors, code })
    local found, count = lines_of(out)
    assert.equal(60, count)
    for _, id in ipairs(ids) do
      assert.equal("status", found[id].call)
      assert.is_string(found[id].result.reviewStatus)
    end
    out, errors, code = call("checks POA --input %s --field checks.1.answer", input)
    assert.equal(0, code, errors)
    found = lines_of(out)
    assert.equal("checks POA --field checks.1.answer", found[ids[1]].call)
    assert.equal("GREEN", found[ids[1]].result["checks.1.answer"])
  end)

  it("says by its exit code that its output cannot be written", function()
    for _, path in ipairs { folder .. "/none/out.jsonl", "/dev/full" } do
      local _, errors, code = call("status --input %s --output %s", input, path)
      assert.equal(74, code, errors)
    end
  end)

  it("tells what failed of whom, and asks for these alone when it goes on; what was cut off is made anew", function()
    local path = folder .. "/out.jsonl"
    support.faults(server, { { endpoint = "applicant", applicantId = ids[3], status = 404 },
      { endpoint = "applicant", applicantId = ids[9], status = 400 } })
    local out, errors, code = call("applicant --input %s --output %s", input, path)
    assert.same({ "", "idngo: 60 applicants, 2 failed\n", 1 }, { out, errors, code })
    local found, count = lines_of(support.read(path))
    assert.equal(60, count)
    assert.same({ 404, 400 }, { found[ids[3]].error.status, found[ids[9]].error.status })
    assert.equal("600", support.shell(("stat -c %%a %s"):format(path)):match("%d+"))
    support.forget(server)
    local whole = support.read(path)
    local from, to = whole:find("[^\n]+\n$") -- the last line is cut off, as by a kill
    local cut = assert(json.decode(whole:sub(from, to))).applicantId
    support.write(path, whole:sub(1, to - 20))
    errors, code = select(2, call("applicant --input %s --output %s", input, path))
    assert.equal(0, code, errors)
    assert.equal(3 - ((cut == ids[3] or cut == ids[9]) and 1 or 0), calls())
    found, count = lines_of(support.read(path))
    assert.equal(60, count)
    for _, id in ipairs(ids) do assert.equal(id, found[id].result.id) end
    errors, code = select(2, call("applicant --input %s --output %s", input, path))
    assert.same({ "idngo: 60 applicants, 60 of them done before, 0 failed\n", 0 }, { errors, code })
    assert.equal(60, select(2, lines_of(support.read(path))))
    assert.equal(calls(), 3 - ((cut == ids[3] or cut == ids[9]) and 1 or 0))
  end)

  it("goes on after a kill, with nobody twice", function()
    local path = folder .. "/killed.jsonl"
    support.faults(server, { { endpoint = "timeline", applicantId = ids[40], delay = 600 } })
    local process = support.start(server, ("call timeline --input %s --output %s"):format(input, path))
    support.wait_for(function() return select(2, support.read(path, ""):gsub("\n", "")) == 59 end)
    os.execute("kill -9 " .. process.pid)
    process.wait()
    support.forget(server)
    local _, errors, code = call("timeline --input %s --output %s", input, path)
    assert.equal(0, code, errors)
    assert.equal(1, calls())
    assert.equal(60, select(2, lines_of(support.read(path))))
  end)

  it("is the only one that writes to an output: who began beside it would take its lines away", function()
    local out = folder .. "/shared.jsonl"
    support.faults(server, { { endpoint = "status", delay = 1 } })
    local first = support.start(server, ("call status --input %s --output %s"):format(input, out))
    support.wait_for(function() return calls() > 0 end)
    local _, errors, code = call("status --input %s --output %s", input, out)
    assert.same({ ("idngo: %s: another process is writing to it; wait for that one, or give a new name\n"):format(out), 75 },
      { errors, code })
    support.faults(server, {})
    assert.equal(0, first.wait(), first.errors())
    assert.equal(60, select(2, lines_of(support.read(out))))
    _, errors, code = call("status --input %s --output %s", input, out)
    assert.same({ "idngo: 60 applicants, 60 of them done before, 0 failed\n", 0 }, { errors, code })
    assert.equal(60, calls())
  end)

  it("goes on with the answers of the same call of the same account alone", function()
    local path = folder .. "/labels.jsonl"
    local function run(text, more, url)
      return support.shell(("%s %s lua5.4 bin/idngo call %s --input %s --output %s </dev/null"):format(support.env(server),
        url and "IDNGO_BASE_URL=" .. url or "", text, input, more or path))
    end
    for _, case in ipairs { -- a call, and others whose answers are not its own
      { "actions --limit 1", "actions", "actions --limit 2", "actions --limit 1 --offset 1", "actions --limit 1 --field list" },
      { "checks POA", "checks IP_CHECK", "checks POA --field checks.1.answer" },
      { "status --field reviewStatus", "status", "status --field levelName", "status --field 'levelName --field reviewStatus'" },
    } do
      os.remove(path)
      local _, errors, code = run(case[1])
      assert.equal(0, code, errors)
      local kept, made = support.read(path), calls()
      for i = 2, #case do
        _, errors, code = run(case[i])
        assert.equal(65, code, case[i] .. errors)
        assert.truthy(errors:find("holds other lines than those of " .. case[i]:match("^%w+"), 1, true), errors)
      end
      _, errors, code = run(case[1], nil, (server.url:gsub("127%.0%.0%.1", "localhost")))
      assert.equal(65, code, errors)
      assert.truthy(errors:find("holds lines of another account; give a new name", 1, true), errors)
      _, errors, code = run(case[1] .. " --timeout 50")
      assert.same({ 0, "idngo: 60 applicants, 60 of them done before, 0 failed\n" }, { code, errors })
      assert.same({ kept, made }, { support.read(path), calls() })
    end
  end)

  it("ends where every call would fail, and keeps what it has", function()
    support.faults(server, { { endpoint = "status", status = 403 } })
    local _, errors, code = call("status --input %s --output %s/none.jsonl", input, folder)
    assert.equal(77, code, errors)
    support.faults(server, { { endpoint = "status", status = 500 } })
    _, errors, code = support.shell(("%s lua5.4 bin/idngo call status --input %s --timeout 5 --deadline 1 </dev/null"):format(
      support.env(server), input))
    assert.not_equal(0, code, errors)
    assert.is_true(calls() < 60 * 5)
    _, errors, code = call("status --input %s --output /dev/full", input)
    assert.not_equal(0, code, errors)
  end)

  it("takes up what a link leads to", function()
    local path = folder .. "/linked.jsonl"
    support.write(path, "")
    assert(os.execute(("ln -s linked.jsonl %s/link"):format(folder)))
    for times = 1, 2 do
      local _, errors, code = call("status --input %s --output %s/link", input, folder)
      assert.equal(0, code, errors)
      assert.equal(60, select(2, lines_of(support.read(path))), times)
    end
  end)

  it("is for reads: what changes something is left to policies; other lists and outputs are refused", function()
    support.write(folder .. "/other.jsonl", '{"applicantId":"a","call":"steps","result":{}}\n')
    support.write(folder .. "/text", "a text\nand more\n")
    support.write(folder .. "/names.csv", "name\nAsel\n")
    support.write(folder .. "/line", "precious\n")
    support.write(folder .. "/cut", '{"account":"')
    support.write(folder .. "/word", "precious")
    assert(os.execute(("ln -s nowhere %s/dangling && ln -s loop %s/loop"):format(folder, folder)))
    for text, wrong in pairs {
      ["add_tags --input IN"] = { 2, "a policy does that, by a plan that is approved before anything is sent" },
      ["send_verification_status_email --input IN"] = { 2, "a policy does that" },
      ["levels --input IN"] = { 2, "unknown option '--input'" },
      ["report --input IN"] = { 2, "unknown option '--input'" },
      ["status"] = { 2, "missing argument 'applicantId'" }, ["checks " .. ids[1]] = { 2, "missing argument 'type'" },
      ["checks --input IN"] = { 2, "missing argument 'type'" },
      ["status " .. ids[1] .. " --input IN"] = { 2, "too many arguments" },
      ["status " .. ids[1] .. " --output x"] = { 2, "--output is for --input" },
      ["status --input IN --dry-run"] = { 2, "--dry-run shows one request" },
      ["status --input FOLDER/none"] = { 65, "none" }, ["status --input FOLDER/names.csv"] = { 65, "names.csv: " },
      ["status --input IN --output FOLDER/other.jsonl"] = { 65, "holds other lines than those of status; give a new name" },
      ["status --input IN --output FOLDER/line"] = { 65, "holds other lines than those of status; give a new name" },
      ["status --input IN --output FOLDER/word"] = { 65, "holds other lines than those of status; give a new name" },
      ["status --input IN --output FOLDER/dangling"] = { 65, "is a link that leads nowhere; name a file" },
      ["status --input IN --output FOLDER/loop"] = { 65, "is a link that leads nowhere; name a file" },
      ["status --input IN --output FOLDER/text"] = { 65, "holds other lines than those of status; give a new name" },
    } do
      local _, errors, code = call("%s", (text:gsub("IN", input):gsub("FOLDER", folder)))
      assert.equal(wrong[1], code, text .. ": " .. errors)
      assert.truthy(errors:find(wrong[2], 1, true), errors)
    end
    assert.equal(0, calls())
    assert.equal("a text\nand more\n", support.read(folder .. "/text"))
    assert.equal("precious\n", support.read(folder .. "/line"))
    assert.equal("precious", support.read(folder .. "/word"))
    assert.is_nil(io.open(folder .. "/nowhere"))
    local _, errors, code = call("status --input %s --output %s/cut", input, folder) -- nothing is lost of one of ours
    assert.equal(0, code, errors)
  end)
end)
