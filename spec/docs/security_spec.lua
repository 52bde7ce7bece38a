-- What docs/security.md claims and no other spec shows; and that every test it names is there.

local config = require("idngo.client.config")
local core = require("idngo.core")
local files = require("files")
local json = require("idngo.json")
local operation = require("idngo.operation")
local reply = require("idngo.client.reply")
local sh = require("shell")

local folder

setup(function()
  folder = files.folder()
end)
teardown(function() os.execute("rm -rf " .. folder) end)

local function write(name, text) return files.write(folder .. "/" .. name, text) end

--- One line of UTF-8 without what makes a terminal do something: C0 and C1 control characters, as bytes and as UTF-8.
local function is_harmless(text)
  assert.is_nil(text:find("[%c\127]"), text)
  assert.is_nil(text:find("\194[\128-\159]"), text)
  assert.truthy(core.utf8(text), text)
end

describe("a server's reply", function()
  local call = { operation = operation.of("tin_checks"), target = "/x" }

  it("cannot drive a terminal through a header that an error shows", function()
    for _, lines in ipairs { "x-correlation-id: a\155b\194\155c\r\ncontent-type: application/json",
      "x-correlation-id: a\r\ncontent-type: a\194\155b\155" } do
      for _, status in ipairs { 200, 500 } do
        local _, problem = reply.read(call, status, "HTTP/1.1 200 OK\r\n" .. lines .. "\r\n", "<", "")
        is_harmless(problem.message)
        is_harmless(problem.correlationId)
      end
    end
  end)

  it("cannot drive a terminal through its error body", function()
    local body = json.encode { description = "x\194\155y\27z\127", errorName = "\194\144", correlationId = "\8" }
    local _, problem = reply.read(call, 400, "HTTP/1.1 400 x\r\n", body, "")
    is_harmless(problem.description .. problem.errorName .. problem.correlationId)
  end)

  it("cannot have a value shown in part, nor token and signature", function()
    local about = { operation = call.operation, target = "/x?externalUserId=a%40b%7Cc",
      personal = '{"firstName":"Aygul <b> Ivanova"}' }
    local sent = "X-App-Token: sbx:TOKEN\r\nX-App-Access-Sig: 5161\r\n"
    for at = 470, 500 do -- where a description ends, and words of a page
      local text = ("x"):rep(at) .. "Aygul <b> Ivanova"
      local _, problem = reply.read(about, 400, "HTTP/1.1 400 x\r\n", json.encode { description = text }, sent)
      assert.is_nil(problem.description:find("A", 1, true), problem.description)
    end
    for at = 40, 60 do
      for _, page in ipairs { "<title>%s</title>", "%s", '{"message":"%s"}' } do
        for _, value in ipairs { "Aygul <b> Ivanova", "Aygul &lt;b&#62; Ivanova", "a@b|c", "a%40b%7Cc" } do
          local body = page:gsub("%%s", (("x"):rep(at) .. value):gsub("%%", "%%%%"), 1)
          local _, problem = reply.read(about, 403, "HTTP/1.1 403 x\r\n", body, sent)
          assert.is_nil((problem.said:gsub("^x+", "")):find("%a"), problem.said)
        end
      end
    end
    local _, problem = reply.read(about, 401, "HTTP/1.1 401 x\r\n", json.encode { description = "sbx:TOKEN 5161" }, sent)
    assert.equal("[…] […]", problem.description)
  end)

  it("cannot make an error longer than a screen", function()
    local long = ("a"):rep(60000)
    local head = "HTTP/1.1 200 OK\r\nx-correlation-id: " .. long .. "\r\ncontent-type: text/" .. long .. "\r\n"
    local _, problem = reply.read(call, 200, head, "<", "")
    assert.is_true(#problem.message + #problem.correlationId < 1100)
  end)
end)

describe("the command's JSON", function()
  it("says the same as the reply, without a byte that drives a terminal", function()
    for _, how in ipairs { "json", "pretty" } do
      local path = write("print.lua", ([[require("idngo.cli.print").%s { a = %q }]]):format(how, "é\194\155\127\27x"))
      local out = sh("lua5.4 %s", path)
      assert.is_nil(out:gsub("\n", ""):find("[%c\127]"))
      assert.is_nil(out:find("\194[\128-\159]"))
      assert.equal("é\194\155\127\27x", json.decode(out).a)
    end
  end)

  it("is as harmless for webhooks that are shown again", function()
    local spool = assert(core.spool(folder .. "/spool", 1024 * 1024))
    local ticket = spool:append('{"type":"t\194\155\127","applicantId":"a"}')
    while not spool:durable(ticket) do assert(ticket) end
    spool:close()
    for _, action in ipairs { "list", "list --json", "replay" } do
      local out = sh("lua5.4 bin/idngo events %s --spool %s/spool", action, folder)
      assert.truthy(out:find("t", 1, true))
      assert.is_nil(out:gsub("\n", ""):find("[%c\127]"), out)
      assert.is_nil(out:find("\194[\128-\159]"), out)
    end
  end)
end)

describe("secrets", function()
  it("of a proxy are not shown with the settings", function()
    for proxy, shown in pairs {
      ["http://user:CANARYPASS@proxy:3128"] = "http://(not shown)@proxy:3128",
      ["user:CANARYPASS@proxy:3128"] = "(not shown)@proxy:3128",
      ["http://user:CANARY@PASS@proxy"] = "http://(not shown)@proxy",
      ["http://proxy:3128"] = "http://proxy:3128",
      [""] = "",
    } do
      for _, row in ipairs(assert(config.explain { proxy = proxy, config_file = write("empty", "") })) do
        if row.name == "proxy" then assert.equal(shown, row.value) end
      end
    end
  end)

  it("of a proxy are in no error, wherever the proxy fails", function()
    local idngo = require("idngo")
    for _, proxy in ipairs { "http://user:CANARYPASS@127.0.0.1:1", "http://user:CANARYPASS@no-such-host.invalid:1",
      "nosuch://user:CANARYPASS@h", "http://user:CANARYPASS@[bad" } do
      local client = assert(idngo.client { base_url = "https://127.0.0.1:1", app_token = "t", secret_key = "k",
        proxy = proxy, max_attempts = 1, limits = false, timeout = 5 })
      local _, e = client:levels()
      client:close()
      assert.is_nil((tostring(e) .. json.encode(e)):find("CANARY", 1, true), tostring(e))
    end
  end)

  it("are warned about when others may read their file", function()
    local path = write("key", "secret\n")
    local set = "IDNGO_CONFIG= IDNGO_BASE_URL=https://127.0.0.1:1 IDNGO_APP_TOKEN=t IDNGO_SECRET_KEY_FILE=" .. path
    assert(os.execute("chmod 644 " .. path))
    assert.truthy(sh("%s lua5.4 bin/idngo doctor 2>&1", set):find("chmod 600 " .. path, 1, true))
    assert(os.execute("chmod 600 " .. path))
    assert.is_nil(sh("%s lua5.4 bin/idngo doctor 2>&1", set):find("chmod 600", 1, true))
  end)
end)

describe("an applicant's id", function()
  it("cannot have a file written anywhere but in the run's folder", function()
    local calls = require("idngo.policy.handlers")
    for _, id in ipairs { "../../etc/cron.d/x", "/etc/passwd", "..", "a/../../b", "~root" } do
      local name = calls.file_name("save_report", id, 1)
      assert.is_nil(name:find("/", 1, true))
      assert.is_nil(name:find("^%.+$"))
    end
  end)
end)

describe("another user of the machine", function()
  it("cannot have a run made in a folder where others may write, or through a link", function()
    local open = folder .. "/open"
    assert(os.execute("mkdir -m 755 " .. open))
    assert.is_true(core.folder(open))
    for _, mode in ipairs { "777", "775", "1777", "757" } do
      assert(os.execute(("chmod %s %s"):format(mode, open)))
      local ok, why = core.folder(open)
      assert.is_nil(ok)
      assert.equal(open .. ": group or others may write there", why)
    end
    assert(os.execute(("chmod 755 %s && ln -s open %s/link"):format(open, folder)))
    assert.same({ nil, folder .. "/link: it is a link" }, { core.folder(folder .. "/link") })
    assert.truthy(select(2, core.folder(folder .. "/no/where")):find("No such file", 1, true))
    assert.is_true(core.folder(folder .. "/new"))
    assert.equal("700\n", sh("stat -c %%a %s/new", folder))
  end)

  it("cannot have a run gone on with in a folder that was opened to others since", function()
    local run, people = folder .. "/run", write("people", "nobody-1\n")
    local env = "IDNGO_CONFIG= IDNGO_BASE_URL=http://127.0.0.1:1 IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=x"
    local policy = write("pass.lua", 'return { name = "p", decide = function() return pass() end }\n')
    local plan = ("%s lua5.4 bin/idngo plan %s --input %s --run %s 2>&1; echo $?"):format(env, policy, people, run)
    assert.truthy(sh("%s", plan):find("\n0\n$"))
    for _, bad in ipairs { "chmod 770 RUN", "chmod 777 RUN/files", "mv RUN/files RUN/f && ln -s f RUN/files" } do
      assert(os.execute((bad:gsub("RUN", run))))
      local said = sh("%s lua5.4 bin/idngo resume %s 2>&1; echo $?", env, run)
      assert.truthy(said:find("no folder for the run: " .. run, 1, true), said)
      assert.truthy(said:find("\n74\n$"), said)
      assert.truthy(sh("lua5.4 bin/idngo status %s; echo $?", run):find("\n0\n$"))
      os.execute(("chmod 700 %s %s/files; if [ -L %s/files ]; then rm %s/files; mv %s/f %s/files; fi"):format(run, run, run, run,
        run, run))
    end
    assert.truthy(sh("%s lua5.4 bin/idngo resume %s 2>/dev/null; echo $?", env, run):find("4\n$")) -- nobody approved it
  end)

  it("can read nothing that is written for the owner, whatever the umask", function()
    local script = write("files.lua", ([[
      local core, journal = require("idngo.core"), require("idngo.journal")
      local dir = %q
      assert(core.folder(dir))
      local db = assert(journal.open(dir .. "/journal.db", true))
      assert(db:exec("CREATE TABLE t (a)"))
      assert(journal.log(dir .. "/audit.jsonl")):append("x")
      assert(journal.lock(dir .. "/lock"))
      local sink = assert(core.sink(dir .. "/report.pdf"))
      assert(sink:write("x"))
      assert(sink:commit())
      local spool = assert(core.spool(dir .. "/spool", 1024))
      local ticket = spool:append("{}")
      while not spool:durable(ticket) do assert(ticket) end
      io.popen("ls -lR " .. dir .. " && stat -c %%A " .. dir .. " >&2"):close()
      os.execute("find " .. dir .. " -perm /077 | sed s,^,OPEN:,; find " .. dir .. " | wc -l")
      spool:close()
      db:close()
    ]]):format(folder .. "/files"))
    local out = sh("umask 000; lua5.4 %s 2>&1", script)
    assert.is_nil(out:find("OPEN:", 1, true), out)
    assert.is_true(tonumber(out:match("(%d+)%s*$")) >= 8, out)
  end)

  if sh("id -u") == "0\n" then
    it("has no spool that this one would write into", function()
      local theirs = folder .. "/theirs"
      assert(os.execute("mkdir -m 755 " .. theirs .. " && chown 65534 " .. theirs))
      local spool, why = core.spool(theirs, 1024)
      assert.is_nil(spool)
      assert.equal(theirs .. ": it belongs to another user", why)
    end)
  end
end)

describe("docs/security.md", function()
  local function read(path)
    local file = io.open(path, "rb")
    local text = file and file:read("a")
    if file then file:close() end
    return text
  end

  --- Whether `text` defines a test, a C function or a row of a table that is called `name`.
  local function defines(text, name)
    for _, form in ipairs { 'it("%s"', "%s(", 'name = "%s"', 'it(("%s")', '["%s"] = ' } do
      local at = text:find(form:gsub("%%s", (name:gsub("%%", "%%%%"))), 1, true)
      if at and (form ~= "%s(" or text:find("\n[%a][%w_ %*]-" .. name .. "%(")) then return true end
    end
    return false
  end

  it("names a test for every claim, and every test it names is there", function()
    local claims, named = 0, 0
    for line in read("docs/security.md"):gmatch("[^\n]+") do
      local cell = line:match("^|.*|.*|(.*)|$")
      if cell and not cell:find("^%-+$") and cell ~= " test " then
        claims = claims + 1
        local here = 0
        for file, name in (cell .. "·"):gmatch("`([%w_/.]+)`: (.-) ?·") do
          local text = read("spec/" .. file)
          assert.truthy(text, file)
          assert.is_true(defines(text, name), file .. ": " .. name)
          here = here + 1
        end
        assert.is_true(here > 0, line)
        assert.equal(here, select(2, cell:gsub("`%s*:", "")), line)
        named = named + here
      end
    end
    assert.is_true(claims > 30 and named >= claims)
  end)
end)
