-- Profiles: idngo init, which asks for one; which account a command has by them; and what a profile that is production asks for.

local files = require("files")
local json = require("idngo.json")
local support = require("runs")

local LUA = os.getenv("LUA") or "/usr/bin/lua5.4"
local SECRET = "demo-secret"

local server, other, home

--- The environment of a person who has nothing set but a place for the config file.
local function bare(more)
  return ("env -u IDNGO_CONFIG -u IDNGO_PROFILE -u IDNGO_BASE_URL -u IDNGO_APP_TOKEN -u IDNGO_SECRET_KEY "
    .. "-u IDNGO_SECRET_KEY_FILE XDG_CONFIG_HOME=%s %s "):format(home, more or "")
end

local function run(line, more)
  return support.shell(("%s%s bin/idngo %s </dev/null"):format(bare(more), LUA, line))
end

local function quoted(text) return "'" .. text .. "'" end

--- A command on a terminal, and what a person types: {question, answer, …}. The screen, and the exit code.
local function typed(line, answers, more)
  local words = {}
  for i, word in ipairs(answers) do words[i] = quoted(word) end
  local out, _, code = support.shell(("python3 spec/support/typist.py %s -- %s%s bin/idngo %s"):format(table.concat(words, " "),
    bare(more), LUA, line))
  return out, code
end

local function answers(url, more)
  return { "Base URL", url, "App token", more and more.token or "sbx:demo", "Secret key", more and more.secret or SECRET,
    "production", more and more.production or "" }
end

local function config() return files.read(home .. "/idngo/config", "") end

local function modes() return (support.shell(("cd %s && find . -type f -printf '%%f %%m\\n' | sort"):format(home))) end

--- Two profiles, one of which is production, and a run that was planned under each.
local function write_profiles(more)
  os.execute(("mkdir -p -m 700 %s/idngo"):format(home))
  for _, name in ipairs { "test", "prod" } do
    files.write(("%s/idngo/%s.secret"):format(home, name), SECRET .. "\n")
    os.execute(("chmod 600 %s/idngo/%s.secret"):format(home, name))
  end
  files.write(home .. "/idngo/config", ([[
timeout = 20
%s
[test]
base_url = %s
app_token = sbx:demo
secret_key_file = %s/idngo/test.secret

[prod]
base_url = %s
app_token = sbx:demo
secret_key_file = %s/idngo/prod.secret
production = true
]]):format(more or "", server.url, home, other.url, home))
end

setup(function()
  server, other = support.server { applicants = 30 }, support.server { applicants = 30 }
end)
teardown(function()
  other:close()
  support.clean(server)
end)
before_each(function() home = support.folder() end)

describe("idngo init", function()
  it("asks, tries, and writes a profile and its secret, which nobody else can read", function()
    local out, code = typed("init", { "Name of the profile", "", table.unpack(answers(server.url)) })
    assert.equal(0, code, out)
    assert.truthy(out:find("It works: 1 verification level", 1, true), out)
    assert.is_nil(out:find(SECRET, 1, true), out)
    assert.equal(("profile = main\n\n[main]\nbase_url = %s\napp_token = sbx:demo\n"
      .. "secret_key_file = %s/idngo/main.secret\n"):format(server.url, home), config())
    assert.equal("config 600\nmain.secret 600\n", modes())
    local said, _, ok = run("call levels --json")
    assert.equal(0, ok)
    assert.is_table(json.decode(said))
    assert.truthy(run("config"):find("profile +main +config file"))
    assert.truthy(run("doctor"):find("ok    profile +main\n"))
  end)

  it("lets neither file be read by others at any moment, whatever the umask", function()
    local script = files.write(home .. "/typed.sh", ("umask 000; exec strace -f -qq "
      .. "-e trace=openat,open,creat,mkdir,chmod,fchmod -o %s/trace %s bin/idngo init --profile a\n"):format(home, LUA))
    local words = {}
    for i, word in ipairs(answers(server.url)) do words[i] = quoted(word) end
    local out, _, code = support.shell(("python3 spec/support/typist.py %s -- %s sh %s"):format(table.concat(words, " "), bare(),
      script))
    assert.equal(0, code, out)
    local made = 0
    for line in files.read(home .. "/trace"):gmatch("[^\n]+") do
      local ours = line:find(home .. "/idngo", 1, true)
      local mode = ours and line:match("O_CREAT[^,]*, 0(%d+)")
      if mode then
        made = made + 1
        assert.equal("600", mode, line)
      end
      assert.is_nil(ours and line:find("chmod"), line)
    end
    assert.equal(2, made)
    assert.equal("700\n", (support.shell(("stat -c %%a %s/idngo"):format(home))))
  end)

  it("keeps what stands in the config file, and asks before it replaces a profile", function()
    write_profiles("# mine\nprofile = test")
    files.write(home .. "/idngo/config", config() .. "client_id = acme\n") -- of the account, and so not of the next one
    local before = config()
    local out, code = typed("init --profile prod", { "Replace its account", "n" })
    assert.equal(1, code)
    assert.truthy(out:find("nothing was written", 1, true), out)
    assert.equal(before, config())
    out, code = typed("init --profile prod", { "Replace its account", "y",
      table.unpack(answers(server.url, { production = "y" })) })
    assert.equal(0, code, out)
    assert.equal((before:gsub("%[prod%].*", "") .. ("[prod]\nbase_url = %s\napp_token = sbx:demo\nsecret_key_file = "
      .. "%s/idngo/prod-2.secret\nproduction = true\n"):format(server.url, home)), config())
    assert.is_nil(io.open(home .. "/idngo/prod.secret")) -- nothing names it any more
    assert.truthy(out:find("--profile prod or IDNGO_PROFILE=prod", 1, true), out)
  end)

  it("leaves nothing when it is broken off at any question", function()
    local questions = answers(server.url)
    for last = 1, #questions, 2 do
      local words = { table.unpack(questions, 1, last) }
      words[#words + 1] = "^C"
      local out, code = typed("init --profile a", words)
      assert.equal(130, code, out)
      assert.equal("", modes())
    end
    local words = answers(other.url, { secret = "wrong" })
    words[#words + 1], words[#words + 2] = "Write it down anyway", "^C"
    local out, code = typed("init --profile a", words)
    assert.equal(130, code, out)
    assert.equal("", modes())
  end)

  it("shows again what a person types, also when it was broken off at the secret", function()
    local words = { "Base URL", server.url, "App token", "sbx:demo", "Secret key", "^C" }
    local script = files.write(home .. "/typed.sh", LUA .. " bin/idngo init --profile a; stty -a | grep -o -- '-*echo '\n")
    for i, word in ipairs(words) do words[i] = quoted(word) end
    local out = support.shell(("python3 spec/support/typist.py %s -- %s bash %s"):format(table.concat(words, " "), bare(),
      script))
    assert.truthy(out:find("\necho ?\n"), out)
  end)

  it("says what does not work, and writes it down only when that is meant", function()
    local words = answers(server.url, { secret = "wrong" })
    words[#words + 1], words[#words + 2] = "Write it down anyway", "n"
    local out, code = typed("init --profile a", words)
    assert.equal(1, code)
    assert.truthy(out:find("4003", 1, true), out)
    assert.equal("", modes())
    words[#words] = "y"
    out, code = typed("init --profile a", words)
    assert.equal(0, code, out)
    assert.equal("a.secret 600\nconfig 600\n", modes())
  end)

  it("asks again for what cannot be", function()
    local out, code = typed("init", { "Name of the profile", "two words", "Name of the profile", "a",
      "Base URL", "http://example.org", "Base URL", server.url, "App token", "", "App token", "sbx:demo",
      "Secret key", "", "Secret key", SECRET, "production", "n" })
    assert.equal(0, code, out)
  end)

  it("asks nobody where there is no terminal", function()
    local _, errors, code = run("init --profile a")
    assert.equal(2, code)
    assert.truthy(errors:find("there is no terminal", 1, true), errors)
    assert.equal("", modes())
  end)
end)

describe("a profile", function()
  it("is named by --profile, else by IDNGO_PROFILE, else by the config file, and no other's account is", function()
    write_profiles("profile = test")
    local function url(line, more) return run(line, more):match("base_url +(%S+)") end
    assert.equal(server.url, url("config"))
    assert.equal(other.url, url("--profile prod config"))
    assert.equal(other.url, url("config --profile prod"))
    assert.equal(other.url, url("config", "IDNGO_PROFILE=prod"))
    assert.equal(server.url, url("config --profile test", "IDNGO_PROFILE=prod"))
    assert.equal("(not", url("config --profile ''", "IDNGO_PROFILE=prod"))
    assert.equal("(not", url("config", "IDNGO_PROFILE="))
    -- the config file's own is for when the environment names no account
    assert.equal("http://127.0.0.1:9", url("config", "IDNGO_BASE_URL=http://127.0.0.1:9"))
    assert.is_nil(run("config", "IDNGO_BASE_URL=http://127.0.0.1:9"):find("app_token +%(set"))
    assert.truthy(run("config --profile prod"):find("timeout +20")) -- what stands above them holds for all
  end)

  it("is refused where it is unknown, or where the environment names another account", function()
    write_profiles()
    for _, case in ipairs {
      { "call levels --profile pord", "", "there is no profile pord in config file .*it has prod, test" },
      { "call levels", "IDNGO_PROFILE=none", "there is no profile none" },
      { "call levels", "", "name a profile by %-%-profile or IDNGO_PROFILE: prod, test" },
      { "call levels --profile test", "IDNGO_APP_TOKEN=x", "sets app_token, and so does the environment %(IDNGO_APP_TOKEN%)" },
      { "call levels --profile test", "IDNGO_SECRET_KEY=x", "profile test sets secret_key" },
    } do
      local _, errors, code = run(case[1], case[2])
      assert.equal(78, code, errors)
      assert.truthy(errors:find(case[3]), errors)
    end
    home = home .. "/none"
    local _, errors, code = run("call levels --profile test")
    assert.equal(78, code)
    assert.truthy(errors:find("idngo init makes one", 1, true), errors)
  end)

  it("is refused while others can read its secret, wherever that is", function()
    write_profiles()
    os.execute(("chmod 640 %s/idngo/test.secret"):format(home))
    local _, errors, code = run("call levels --profile test")
    assert.equal(78, code)
    assert.truthy(errors:find("test.secret holds the secret of profile test, and others can read it", 1, true), errors)
    assert.truthy(errors:find("chmod 600", 1, true), errors)
    assert.equal(0, select(3, run("call levels --profile prod")))
    files.write(home .. "/idngo/config", ("[a]\nbase_url = %s\napp_token = sbx:demo\nsecret_key = %s\n"):format(server.url,
      SECRET))
    os.execute(("chmod 644 %s/idngo/config"):format(home))
    _, errors, code = run("call levels --profile a")
    assert.equal(78, code)
    assert.truthy(errors:find("idngo/config holds the secret of profile a", 1, true), errors)
    os.execute(("chmod 600 %s/idngo/config"):format(home))
    assert.equal(0, select(3, run("call levels --profile a")))
  end)

  it("is wrong in a config file where a line says so", function()
    for _, case in ipairs {
      { "[two words]", "line 1: a profile is %[NAME%]" }, { "[a]\n[a]", "line 2: profile a is there already" },
      { "[a", "line 1: a profile" }, { "production = true", "line 1: production stands in a profile" },
      { "[a]\nprofile = a", "line 2: profile stands above all profiles" }, { "[a]\nxyz = 1", "line 2: unknown setting xyz" },
      { "[a]\nproduction = yes", "line 2: production cannot be set here" },
      { "[a]\nproduction = true\nproduction = false", "line 3: production is set already, above" },
      { "timeout = 1\ntimeout = 1", "line 2: timeout is set already, above" },
      { "[a]\nsecret_key = s\nsecret_key_file = f", "line 3: secret_key is set already, above" },
    } do
      os.execute(("mkdir -p %s/idngo"):format(home))
      files.write(home .. "/idngo/config", case[1] .. "\n")
      local _, errors, code = run("config")
      assert.equal(78, code)
      assert.truthy(errors:find(case[2]), errors)
    end
  end)
end)

describe("a run of a profile", function()
  local ids

  local function plan(profile, name)
    local policy = files.write(home .. "/policy.lua", 'return { name = "all", version = "1", decide = function() '
      .. 'return deactivate("told to") end }')
    files.write(home .. "/ids", ids)
    local out, errors, code = run(("--profile %s plan %s --input %s/ids --run %s/%s --json"):format(profile, policy, home,
      home, name))
    assert.equal(0, code, errors)
    return json.decode(out).plan, errors
  end

  setup(function()
    local _, csv = support.applicants(server, "type=individual")
    ids = {}
    for id in csv:gmatch("\n[^,]*,(%x+)") do ids[#ids + 1] = id end
    ids = table.concat(ids, "\n", 1, 3) .. "\n"
  end)
  before_each(function()
    write_profiles()
    support.forget(server)
    support.forget(other)
  end)

  it("is carried out under no other, and says so", function()
    local hash = plan("test", "run")
    for _, line in ipairs { "apply {} --approve " .. hash, "resume {}", "undo {} --run {}2" } do
      local _, errors, code = run("--profile prod " .. line:gsub("{}", home .. "/run"))
      assert.equal(78, code, errors)
      assert.truthy(errors:find("the run is of profile test, and the settings are those of profile prod", 1, true), errors)
      assert.truthy(errors:find("idngo --profile test goes on with it", 1, true), errors)
    end
    local bypass = ("IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=%s"):format(server.url, SECRET)
    local _, errors, code = run(("apply %s/run --approve %s"):format(home, hash), bypass)
    assert.equal(78, code, errors)
    assert.truthy(errors:find("and the settings are those of none", 1, true), errors)
    assert.equal(0, #support.ledger(server, "?endpoint=set_presence").entries)
    local out
    out, errors, code = run(("--profile test apply %s/run --approve %s --max-deactivations 100%%"):format(home, hash))
    assert.equal(0, code, errors .. out)
  end)

  it("stands in the commands that are said to go on with its runs, which work as they are", function()
    plan("test", "first") -- for its files
    local out, errors, code = run(("--profile test plan %s/policy.lua --input %s/ids --run %s/said"):format(home, home, home))
    local apply = errors:match("To do it: idngo ([^\n]+)")
    assert.truthy(apply, errors .. out .. code)
    support.faults(server, { { endpoint = "set_presence", drop = "before" } })
    out, errors, code = run(apply .. " --max-deactivations 100%")
    support.forget(server)
    assert.equal(5, code, out .. errors)
    assert.truthy(errors:find("a call that failed: set_presence", 1, true), errors) -- why some are left
    local again = errors:match("some are left; idngo (.-) tries them again")
    assert.truthy(again, errors)
    out, errors, code = run(again)
    assert.equal(0, code, out .. errors)
    errors = select(2, run(("--profile test import run --dry-run --run %s/import examples/applicant.zip"):format(home)))
    local import = errors:match("To do it: idngo ([^\n]+)")
    assert.truthy(import, errors)
    out, errors, code = run(import)
    assert.equal(0, code, out .. errors)
  end)

  it("is an import's, too", function()
    local _, errors, code = run(("--profile test import run --dry-run --run %s/import examples/applicant.zip"):format(home))
    assert.equal(0, code, errors)
    _, errors, code = run(("--profile prod import run --run %s/import --yes"):format(home))
    assert.equal(78, code, errors)
    assert.truthy(errors:find("the run is of profile test", 1, true), errors)
  end)

  it("names profile and account where a person is asked", function()
    plan("test", "run")
    local out, code = typed(("--profile test apply %s/run --max-deactivations 100%%"):format(home),
      { "first eight characters", "no" })
    assert.equal(4, code, out)
    local account = out:match("It is for profile test, account (%x+) at " .. server.url:gsub("%p", "%%%0"))
    assert.equal(12, #(account or ""), out)
    assert.truthy(run("--profile test doctor"):find("account +" .. account), account)
    out, code = typed(("--profile test purge %s/run"):format(home), { "Type yes", "no" })
    assert.equal(4, code, out)
    assert.truthy(out:gsub("%s+", " "):find("a run of profile test, account " .. account, 1, true), out)
  end)
end)

describe("production", function()
  local hash, dir
  before_each(function()
    write_profiles()
    support.forget(other)
    local _, csv = support.applicants(other, "type=individual")
    local ids = {}
    for id in csv:gmatch("\n[^,]*,(%x+)") do ids[#ids + 1] = id end
    files.write(home .. "/ids", table.concat(ids, "\n", 1, 20) .. "\n")
    files.write(home .. "/policy.lua", ('local n = 0\nreturn { name = "one", version = "1", decide = function(applicant) if '
      .. 'applicant.id == %q then return deactivate("told to") end return pass() end }'):format(ids[1]))
    dir = home .. "/run"
    local out, errors, code = run(("--profile prod plan %s/policy.lua --input %s/ids --run %s --json"):format(home, home, dir))
    assert.equal(0, code, errors)
    hash = json.decode(out).plan
  end)

  local function sent() return #support.ledger(other, "?endpoint=set_presence").entries end

  it("wants its name typed for an approval, and nothing takes the place of that", function()
    local apply = ("--profile prod apply %s"):format(dir)
    local _, errors, code = run(("%s --approve %s"):format(apply, hash))
    assert.equal(4, code, errors)
    assert.truthy(errors:find("profile prod is production: its name is typed for an approval, and there is no terminal", 1, true))
    local out
    for _, wrong in ipairs { "", "y", "yes", "Prod", "prod2", "test" } do
      out, code = typed(("%s --approve %s"):format(apply, hash), { "Type the profile", wrong })
      assert.equal(4, code, out)
      assert.truthy(out:find("what was typed is not the profile's name", 1, true), out)
    end
    out, code = typed(apply, { "first eight characters", "another" })
    assert.equal(4, code, out)
    assert.truthy(out:find("the hash given is not the plan's", 1, true), out)
    assert.is_nil(out:find("Type the profile", 1, true))
    out, code = typed(apply, { "first eight characters", hash:sub(1, 8), "Type the profile", "^C" })
    assert.equal(130, code, out)
    assert.equal(0, sent())
    out, code = typed(apply, { "first eight characters", hash:sub(1, 8), "Type the profile", "prod" })
    assert.equal(0, code, out)
    assert.truthy(out:gsub("%s+", " "):find("This is production: profile prod, account", 1, true), out)
    assert.equal(1, sent())
  end)

  it("wants it for an import with --yes, too", function()
    local import = ("--profile prod import run --run %s/import --yes"):format(home)
    local _, errors, code = run(import .. " examples/applicant.zip")
    assert.equal(4, code, errors)
    local out
    out, code = typed(import, { "Type the profile", "test" })
    assert.equal(4, code, out)
    assert.equal(0, #support.ledger(other, "?endpoint=import_applicant").entries)
    out, code = typed(import, { "Type the profile", "prod" })
    assert.equal(0, code, out)
    assert.equal(1, #support.ledger(other, "?endpoint=import_applicant").entries)
  end)

  it("guards more tightly unless told otherwise", function()
    files.write(home .. "/policy.lua",
      'return { name = "all", version = "1", decide = function() return deactivate("told to") end }')
    files.write(home .. "/ids", (files.read(home .. "/ids"):match("^[^\n]+\n[^\n]+\n")))
    local function planned(profile)
      local _, errors = run(("--profile %s plan %s/policy.lua --input %s/ids --run %s/%s2"):format(profile, home, home, home,
        profile))
      return errors
    end
    assert.truthy(planned("prod"):find("for more than 1, apply wants to be told", 1, true))
    local run_hash = json.decode((run(("status %s/prod2 --json"):format(home)))).plan
    local out, code = typed(("--profile prod apply %s/prod2 --approve %s"):format(home, run_hash), { "Type the profile", "prod" })
    assert.equal(4, code, out)
    assert.truthy(out:find("the plan deactivates 2 of 2 applicants, the guard allows 1", 1, true), out)
    local approval, handlers = require("idngo.run.approval"), require("idngo.policy.handlers")
    for action, described in pairs(handlers.actions) do
      assert.equal(described.guard and "1%", approval.default({ handlers = handlers, production = true }, action))
      assert.equal(described.guard, approval.default({ handlers = handlers }, action))
    end
  end)
end)
