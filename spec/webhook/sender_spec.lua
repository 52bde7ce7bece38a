-- Events that idngo sends: the receiver inside nginx takes them as the service's, byte by byte.

local command = require("command")
local files = require("files")
local json = require("idngo.json")
local nginx = require("nginx")
local spool = require("idngo.webhook.spool")

describe("events that idngo sends #nginx", function()
  local receiver, folder

  setup(function()
    folder = files.folder()
    receiver = nginx.start {
      http = ([[
        lua_shared_dict webhooks 8m;
        init_by_lua_block {
          local handler = require("idngo.webhook").handler
          first = handler { secrets = "the-secret", spool = "%s/first", dedupe = "webhooks" }
          second = handler { secrets = "another", spool = "%s/second", dedupe = "webhooks" }
        } ]]):format(folder, folder),
      server = [[
        location = /first { content_by_lua_block { first() } }
        location = /second { content_by_lua_block { second() } }
        location = /moved { return 302 /first; }
      ]],
    }
    files.write(folder .. "/secret", "the-secret\n")
    files.write(folder .. "/another", "another")
  end)

  teardown(function()
    receiver:stop()
    os.execute("rm -rf " .. folder)
  end)

  local function run(arguments, ...) return command("lua5.4 bin/idngo events " .. arguments:format(...)) end

  local function stored(name)
    local list = {}
    for record in spool.records(folder .. "/" .. name, {}) do list[#list + 1] = record.text end
    return list
  end

  it("are stored, and say that they are tests", function()
    local out, said, code = run("send --to %s/first --secret-file %s/secret --applicant a1 --answer RED", receiver.url, folder)
    assert.same({ "stored by the receiver\n", 0 }, { out, code }, said)
    assert.truthy(said:find("it says testMode: a watch ignores it, unless", 1, true), said)
    local event = json.decode(stored("first")[1])
    assert.same({ "applicantReviewed", "a1", true, "completed", "RED" }, { event.type, event.applicantId, event.testMode,
      event.reviewStatus, event.reviewResult.reviewAnswer })
    assert.matches("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d%.%d%d%d$", event.createdAtMs)
    run("send --to %s/first --secret-file %s/secret --applicant a2 --type applicantCreated", receiver.url, folder)
    event = json.decode(stored("first")[2])
    assert.same({ "applicantCreated", "a2" }, { event.type, event.applicantId })
    assert.is_nil(event.reviewResult)
  end)

  it("go to another receiver byte by byte, in order, signed with its secret, each once", function()
    local before = stored("first")
    assert.equal(2, #before)
    for _ = 1, 2 do
      local out, said, code = run("replay --spool %s/first --forward-to %s/second --secret-file %s/another", folder, receiver.url,
        folder)
      assert.same({ "", "idngo: 2 events sent\n", 0 }, { out, said, code })
    end
    assert.same(before, stored("second"))
    local _, said = run("replay --applicant a2 --spool %s/first --forward-to %s/second --secret-file %s/another", folder,
      receiver.url, folder)
    assert.equal("idngo: 1 event sent\n", said)
  end)

  it("end at the first that is not taken, and say what the receiver answered; secrets are shown nowhere", function()
    for what, expected in pairs {
      ["second --secret-file FOLDER/secret"] = { 77, "the receiver answered 401" },
      ["nothing --secret-file FOLDER/another"] = { 1, "the receiver answered 404" },
      ["moved --secret-file FOLDER/another"] = { 1, "the receiver answered 302" },
    } do
      local options = what:gsub("FOLDER", folder)
      for _, action in ipairs { "send --applicant a1 --to ", "replay --spool " .. folder .. "/first --forward-to " } do
        local out, said, code = run("%s%s/%s", action, receiver.url, options)
        assert.same({ "", expected[1] }, { out, code }, said)
        assert.truthy(said:find(expected[2], 1, true), said)
        assert.is_nil(said:find("the-secret", 1, true) or said:find("another", 1, true), said)
        if action:find("replay") then assert.truthy(said:find("0 events sent", 1, true), said) end
      end
    end
    local _, said, code = run("send --applicant a1 --to http://127.0.0.1:%d/first --secret-file %s/secret", nginx.free_port(),
      folder)
    assert.equal(69, code, said)
  end)

  it("need a secret and an address that can be used", function()
    files.write(folder .. "/empty", "\n")
    files.write(folder .. "/blank", " the-secret\n")
    for arguments, expected in pairs {
      ["--to http://127.0.0.1:1/x --secret-file FOLDER/none"] = { 78, "No such file" },
      ["--to http://127.0.0.1:1/x --secret-file FOLDER/empty"] = { 78, "webhook secret is empty" },
      ["--to http://127.0.0.1:1/x --secret-file FOLDER/blank"] = { 78, "starts or ends with a blank" },
      ["--to http://127.0.0.1:1 --secret-file FOLDER/secret"] = { 78, "must have a path" },
      ["--to http://example.com/x --secret-file FOLDER/secret"] = { 78, "http" },
      ["--to ftp://127.0.0.1/x --secret-file FOLDER/secret"] = { 78, "URL" },
      ["--to http://127.0.0.1:1/x"] = { 2, "--secret-file" },
      ["--secret-file FOLDER/secret"] = { 2, "--to" },
    } do
      local _, said, code = run("send --applicant a1 %s", (arguments:gsub("FOLDER", folder)))
      assert.equal(expected[1], code, arguments .. said)
      assert.truthy(said:find(expected[2], 1, true), said)
      assert.is_nil(said:find("the-secret", 1, true), said)
    end
    local _, said, code = run("replay --spool %s/first --forward-to %s/second", folder, receiver.url)
    assert.equal(2, code)
    assert.truthy(said:find("--forward-to needs --secret-file", 1, true), said)
  end)
end)
