-- A run's folder that was put back to an earlier moment: it was true once, and its log is whole. And files that are none.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local files = require("files")
local json = require("idngo.json")
local store = require("idngo.run.store")
local runs = require("idngo.policy.run")
local support = require("runs")
local work = require("idngo.run.work")

local POLICY = 'return { name = "m", version = "1", decide = function() return send_status_email() end }'

local server, folder, policy, input
local count = 0

local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

local function mails() return #support.ledger(server, "?endpoint=send_verification_status_email").entries end

--- A run of five e-mails, carried out; and its folder as it was at moments before.
local function finished()
  count = count + 1
  local dir, moments = ("%s/run%d"):format(folder, count), {}
  local function keep(name)
    moments[#moments + 1] = name
    os.execute(("cp -r %s %s.%s"):format(dir, dir, name))
  end
  local _, errors, code = idngo("plan %s --input %s --run %s", policy, input, dir)
  assert.equal(0, code, errors)
  keep("planned")
  local run = assert(runs.open(dir))
  assert(approval.approve(run, { hash = run.store:get("plan_hash"), max = { deactivate = "0" } }))
  keep("approved")
  local context = assert(work.open(run, { client = support.client_options(server), concurrency = 1, on_step = function(name)
    if name == "intent" or name == "settled" then keep(name .. #moments) end
  end }))
  assert.is_true(apply.run(run, context))
  context.client:close()
  run:close()
  assert.equal(5, mails())
  return dir, moments
end

local function put_back(dir, moment)
  os.execute(("rm -rf %s && cp -r %s.%s %s"):format(dir, dir, moment, dir))
end

describe("a run's folder that was put back", function()
  setup(function()
    server = support.server { applicants = 60 }
    folder = support.folder()
    policy = support.write(folder .. "/policy.lua", POLICY)
    local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&email=yes&limit=5")
    input = support.write(folder .. "/input.csv", csv)
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function() support.forget(server) end)

  it("is refused, whenever it was, and sends nothing twice", function()
    local dir, moments = finished()
    assert.equal(12, #moments)
    for _, moment in ipairs(moments) do
      put_back(dir, moment)
      local kept = assert(store.read(dir))
      local hash = kept:get("plan_hash")
      kept:close()
      for _, command in ipairs { "resume " .. dir, ("apply %s --approve %s"):format(dir, hash) } do
        local _, errors, code = idngo("%s", command)
        assert.equal(65, code, moment .. errors)
        assert.truthy(errors:find("the run is at record %d+ %(%x+%), but was at record %d+ %(%x+%)"), errors)
      end
    end
    assert.equal(5, mails())
  end)

  it("is refused, too, where the file that would tell was cut off, or is something else; until a person says so", function()
    local dir, moments = finished()
    local kept = assert(store.read(dir))
    local path = ("%s/heads/%s"):format(os.getenv("IDNGO_STATE_DIR"), kept:get("run"))
    kept:close()
    put_back(dir, moments[6])
    local known = files.read(path)
    local last = known:match("[^\n]*\n$")
    -- the last line is torn: the one before it tells
    for _, text in ipairs { known:sub(1, -20), known .. "1", known .. "123 0a" } do
      files.write(path, text)
      local _, errors, code = idngo("resume %s", dir)
      assert.equal(65, code, errors)
      assert.truthy(errors:find("but was at record", 1, true), errors)
    end
    for name, text in pairs { nothing = "", half = last:sub(1, 40), zeros = ("\0"):rep(#known), tail = known .. ("\0"):rep(300),
      line = known .. "x\n", text = "no head of a run\n", number = last:match("^%d+") .. "\n", hash = last:match(" (.*)"),
      short = last:sub(1, -3) .. "\n", long = known .. ("0"):rep(500) } do
      files.write(path, text)
      local _, errors, code = idngo("resume %s", dir)
      assert.equal(65, code, name .. errors)
      assert.truthy(errors:find(path .. " is damaged: it tells no more which record the run was at", 1, true), errors)
      assert.truthy(errors:find("--went-back", 1, true), errors)
      assert.equal(text, files.read(path), name)
    end
    local _, errors, code = idngo("settle %s --went-back", dir)
    assert.equal(0, code, errors)
    assert.truthy(errors:find("written down", 1, true), errors)
    assert.equal(1, (select(3, idngo("resume %s", dir))))
    assert.equal(5, mails())
    assert.equal(0, (select(3, idngo("audit verify %s", dir))))
    -- whoever goes on behind a torn line does not add to it
    files.write(path, files.read(path) .. "77 0a")
    for _ = 1, 2 do assert.equal(1, (select(3, idngo("resume %s", dir)))) end
    assert.truthy(files.read(path):find("^%d+ %x+\n"))
  end)

  it("goes on when a person says so, and leaves to them every e-mail that it does not know of", function()
    local dir, moments = finished()
    put_back(dir, moments[6])
    local _, errors, code = idngo("settle %s --went-back --note ticket-7", dir)
    assert.equal(0, code, errors)
    _, errors, code = idngo("resume %s", dir)
    assert.equal(1, code, errors)
    assert.equal(5, mails())
    local out
    out, errors, code = idngo("settle %s --json", dir)
    assert.equal(1, code, errors)
    local listed = {}
    for line in out:gmatch("[^\n]+") do listed[#listed + 1] = json.decode(line) end
    assert.equal(3, #listed) -- two were known as sent
    assert.truthy(listed[1].problem:find("put back to an earlier moment", 1, true))
    for i, step in ipairs(listed) do
      _, errors, code = idngo("settle %s %s %d --as %s --note seen", dir, step.applicantId, step.step,
        i == 1 and "applied" or "void")
      assert.equal(0, code, errors)
    end
    assert.equal(65, (select(3, idngo("settle %s %s 1 --as applied", dir, listed[1].applicantId))))
    assert.equal(0, (select(3, idngo("settle %s", dir))))
    out = json.decode((idngo("status %s --json", dir)))
    assert.same({ applied = 3, void = 2 }, out.steps)
    local log = files.read(dir .. "/audit.jsonl")
    assert.equal(3, select(2, log:gsub('"event":"settled"', "")))
    assert.truthy(log:find('"note":"ticket-7"', 1, true))
    _, errors, code = idngo("audit verify %s", dir)
    assert.equal(0, code, errors)
    assert.equal(0, (select(3, idngo("settle %s --went-back", dir))))
  end)

  it("of its log alone is found by the head that was kept", function()
    local dir = finished()
    local pem = files.write(folder .. "/pub.pem", (idngo("audit key")))
    local log = files.read(dir .. "/audit.jsonl")
    local head = log:match('"hash":"(%x+)"[^\n]*\n$')
    assert.equal(0, (select(3, idngo("audit verify %s/audit.jsonl --key %s --head %s", dir, pem, head))))
    files.write(dir .. "/audit.jsonl", (log:gsub("[^\n]*\n$", ""))) -- it ended with a signature there, once
    assert.equal(0, (select(3, idngo("audit verify %s/audit.jsonl --key %s", dir, pem))))
    local _, errors, code = idngo("audit verify %s/audit.jsonl --key %s --head %s", dir, pem, head)
    assert.equal(1, code)
    assert.truthy(errors:find("the head given is not in the log", 1, true), errors)
    assert.equal(1, (select(3, idngo("audit verify %s", dir))))
  end)

  it("with a pipe in a file's place is refused", function()
    local dir, moments = finished()
    for _, name in ipairs { "journal.db", "journal.db-wal", "audit.jsonl" } do
      put_back(dir, moments[1])
      os.execute(("rm -f %s/%s && mkfifo %s/%s"):format(dir, name, dir, name))
      for _, command in ipairs { "status " .. dir, "resume " .. dir, "audit verify " .. dir } do
        if not (name == "audit.jsonl" and command:find("status", 1, true)) then
          local _, errors, code = support.shell(("%s timeout 60 lua5.4 bin/idngo %s </dev/null"):format(support.env(server),
            command))
          assert.truthy(code == 74 or code == 1 or code == 65, command .. code .. errors)
        end
      end
    end
  end)
end)

describe("an audit log, by a public key alone", function()
  local dir, pem, log

  setup(function()
    server = support.server { applicants = 60 }
    folder = support.folder()
    policy = support.write(folder .. "/policy.lua", 'return { name = "m", version = "1", decide = function() return '
      .. 'save_report(), send_status_email() end }')
    local _, csv = support.applicants(server, "type=individual&review=completed-GREEN&email=yes&limit=3")
    input = support.write(folder .. "/input.csv", csv)
    dir = folder .. "/run"
    idngo("plan %s --input %s --run %s", policy, input, dir)
    local kept = assert(store.read(dir))
    local hash = kept:get("plan_hash")
    kept:close()
    local _, errors, code = idngo("apply %s --approve %s --note OPS-12", dir, hash)
    assert.equal(0, code, errors)
    pem = files.write(folder .. "/pub.pem", (idngo("audit key")))
    os.execute(("mkdir %s/alone && cp -r %s/audit.jsonl %s/files %s/alone"):format(folder, dir, dir, folder))
    log = folder .. "/alone/audit.jsonl"
  end)
  teardown(function()
    server:close()
    support.clean()
  end)

  local function verify(key)
    local out, errors, code = support.shell(("lua5.4 bin/idngo audit verify %s --key %s"):format(log, key or pem))
    return code, out .. errors
  end

  it("needs no journal, tells who approved, and checks the files that were saved", function()
    local code, text = verify()
    assert.equal(0, code, text)
    assert.truthy(text:find("approved +%d+%-%d+%-%d+ %d+:%d+:%d+ UTC by [^\n]+: OPS%-12\n"), text)
    local name = support.shell("ls " .. folder .. "/alone/files"):match("[^\n]+")
    local path = folder .. "/alone/files/" .. name
    local bytes = files.read(path)
    files.write(path, bytes .. "x")
    code, text = verify()
    assert.equal(1, code)
    assert.truthy(text:find("files/" .. name .. " is not the file that was saved", 1, true), text)
    os.remove(path)
    assert.equal(1, (verify()))
    files.write(path, bytes)
    assert.equal(0, (verify()))
  end)

  it("is refused by another key, by one that is none, and where a log of 0.1 is given", function()
    local other = folder .. "/other.pem"
    os.execute(("openssl genpkey -algorithm ed25519 2>/dev/null | openssl pkey -pubout -out %s"):format(other))
    local code, text = verify(other)
    assert.equal(1, code)
    assert.truthy(text:find("names another key", 1, true), text)
    assert.equal(78, (verify(policy)))
    local _, errors, old = support.shell(("lua5.4 bin/idngo audit verify spec/fixtures/runs-0.1.0/planned/audit.jsonl --key %s")
      :format(pem))
    assert.equal(1, old, errors)
  end)

  it("holds an approval that only an approver of the settings can give", function()
    local approver, public = folder .. "/approver.pem", folder .. "/approvers.pem"
    os.execute(("openssl genpkey -algorithm ed25519 -out %s 2>/dev/null; openssl pkey -in %s -pubout -out %s"):format(approver,
      approver, public))
    local other = folder .. "/run2"
    local out = json.decode((idngo("plan %s --input %s --run %s --json", policy, input, other)))
    local function apply_(env)
      return support.shell(("%s %s lua5.4 bin/idngo apply %s --approve %s </dev/null"):format(support.env(server), env, other,
        out.plan))
    end
    support.forget(server)
    local _, errors, code = apply_("IDNGO_APPROVERS=" .. public)
    assert.equal(4, code, errors)
    assert.truthy(errors:find("the audit key is no approver's", 1, true), errors)
    assert.equal(0, mails())
    _, errors, code = apply_(("IDNGO_APPROVERS=%s IDNGO_APPROVER_KEY_FILE=%s"):format(public, approver))
    assert.equal(0, code, errors)
    assert.equal(3, mails())
    _, errors, code = support.shell(("cat %s %s >%s/both.pem; lua5.4 bin/idngo audit verify %s --key %s/both.pem"):format(pem,
      public, folder, other, folder))
    assert.equal(0, code, errors)
  end)
end)
