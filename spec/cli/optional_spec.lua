-- The command on a machine where a library was missing when idngo was built: what needs it says so, all else works.

local files = require("files")
local nginx = require("nginx")
local shell = require("shell")

local build = os.getenv("IDNGO_BUILD") or "build"
if build:sub(1, 1) ~= "/" then build = nginx.root .. "/" .. build end

-- module, what it needs, a command that needs it
local modules = {
  { "journal", "SQLite", "plan examples/policies/block-duplicates.lua --run /nonexistent/run </dev/null" },
  { "curl", "libcurl", "call levels" },
  { "sandbox_host", "libmicrohttpd", "sandbox" },
  { "jail_host", "libseccomp", "policy test examples/policies/block-duplicates.lua" },
  { "postgres", "libpq", "runs list postgresql:///x" },
  { "zip", "libzip", "import check examples/applicant.zip" },
}

describe("without", function()
  local folder
  setup(function() folder = files.folder() end)
  teardown(function() os.execute("rm -rf " .. folder) end)

  for _, row in ipairs(modules) do
    local module, library, command = table.unpack(row)
    describe("idngo." .. module, function()
      local function idngo(arguments)
        return shell("LUA_CPATH='%s/%s/?.so;;' IDNGO_CONFIG= IDNGO_BASE_URL=http://127.0.0.1:1 IDNGO_APP_TOKEN=sbx:demo "
          .. "IDNGO_SECRET_KEY=x lua5.4 bin/idngo %s 2>&1; echo \"exit $?\"", folder, module, arguments)
      end
      setup(function()
        assert(os.execute(("mkdir -p %s/%s/idngo && ln -s %s/lua5.4/idngo/* %s/%s/idngo && rm %s/%s/idngo/%s.so"):format(folder,
          module, build, folder, module, folder, module, module)))
      end)

      it("idngo " .. command .. " names the library in one line", function()
        local said = idngo(command)
        assert.truthy(said:find("^idngo: [^\n]*idngo%." .. module .. " cannot be loaded[^\n]* – install " .. library
          .. " [^\n]*\nexit 78\n$"), said)
      end)

      it("idngo endpoints works", function() assert.truthy(idngo("endpoints"):find("\nexit 0\n$")) end)
    end)
  end
end)

-- What reads a run's folder: RUN is one of a policy, applied as far as it could be; IMPORT is an import that was not sent.
local reading = {
  "status RUN", "list RUN", "report RUN", "settle RUN", "explain RUN nobody-1",
  "audit verify RUN", "audit affected RUN", "apply RUN --dry-run",
  "resume RUN --dry-run", "import run --run IMPORT --dry-run", "policy backtest POLICY RUN", "events list --spool RUN",
}

describe("without idngo.curl, of what only reads", function()
  local folder
  local env = "IDNGO_CONFIG= IDNGO_BASE_URL=http://127.0.0.1:1 IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=x "
  setup(function()
    folder = files.folder()
    files.write(folder .. "/policy.lua", 'return { name = "p", decide = function() return pass() end }')
    files.write(folder .. "/people", "nobody-1\n")
    assert(os.execute(("%s lua5.4 bin/idngo plan %s/policy.lua --input %s/people --run %s/run >/dev/null 2>&1"):format(env,
      folder, folder, folder)))
    os.execute(("%s lua5.4 bin/idngo import run %s/people --run %s/import --dry-run >/dev/null 2>&1"):format(env, folder,
      folder))
    assert(os.execute(("mkdir -p %s/lib/idngo && ln -s %s/lua5.4/idngo-jail %s/lib/ && ln -s %s/lua5.4/idngo/* %s/lib/idngo/ "
      .. "&& rm %s/lib/idngo/curl.so"):format(folder, build, folder, build, folder, folder)))
  end)
  teardown(function() os.execute("rm -rf " .. folder) end)

  for _, command in ipairs(reading) do
    it(command .. " works", function()
      local line = command:gsub("%u%u%u+", { RUN = folder .. "/run", IMPORT = folder .. "/import",
        POLICY = folder .. "/policy.lua" })
      local function idngo(path)
        return (shell("LUA_CPATH='%s/?.so;;' %s lua5.4 bin/idngo %s 2>&1; echo \"exit $?\"", path, env, line))
      end
      local said = idngo(folder .. "/lib")
      assert.is_nil(said:find("curl", 1, true), said)
      assert.equal(idngo(build .. "/lua5.4"):match("exit %d+"), said:match("exit %d+"))
      assert.truthy(said:find("exit [01]\n$") or command:find("^explain") or command:find("^policy"), said)
    end)
  end
end)
