-- Programs that make an error of reading a global nobody has set: idngo loads and works there, on every Lua.

local files = require("files")
local runs = require("runs")
local sh = require("shell")

local BUILD = os.getenv("IDNGO_BUILD") or "build"
local MODULES = { ["lua5.4"] = "lua5.4", luajit = "luajit", ["lua5.1"] = "luajit" }

-- strict.lua of Lua's own tests in short, and Penlight's
local STRICT = {
  ["strict.lua"] = [[
    setmetatable(_G, {
      __index = function(_, name) error("undeclared variable " .. tostring(name), 2) end,
      __newindex = function(_, name) error("assignment to undeclared variable " .. tostring(name), 2) end,
    })]],
  ["pl.strict"] = 'require("pl.strict")',
}

local USE = [[
local idngo = require("idngo")
local client = assert(idngo.client())
assert(client:duplicate_checks("5eea3f5204f940217bcbc03d"))
assert(client:call("GET", "/resources/applicants/-/levels", { query = { a = 1.5 } }))
assert(select(2, client:tin_checks("nobody")).status == 404)
local ids = { "5b76df770a975a1404cbcb60", "60b8ce73460647000145384e" }
local results = idngo.parallel(ids, function(id) return assert(client:liveness_checks(id)) end)
assert(results[1] and results[2])
idngo.run(function() idngo.spawn(function() assert(client:levels()) end) end)
local core = require("idngo.core")
local body = '{"type":"a","applicantId":"1"}'
assert(idngo.webhook.verify(body, { ["X-Payload-Digest"] = core.hmac("sha256", "s", body),
  ["X-Payload-Digest-Alg"] = "HMAC_SHA256_HEX" }, "s"))
assert(idngo.archive.check("examples/applicant.zip"))
assert(idngo.config.explain())
client:close()
]]

local COMMANDS = { "call levels", "endpoints --json", "doctor", "policy test examples/policies/block-duplicates.lua",
  "import check examples/applicant.zip" }

local server, folder

local function passes(name, text)
  local path = files.write(folder .. "/script.lua", text)
  local _, errors, code = runs.shell(("%s LUA_CPATH='%s/%s/?.so;;' %s %s </dev/null"):format(runs.env(server), BUILD,
    MODULES[name], name, path))
  assert.equal(0, code, name .. ": " .. errors)
end

describe("Under a watch over globals, #slow", function()
  setup(function()
    server = runs.server()
    folder = runs.folder()
  end)
  teardown(function() runs.clean(server) end)

  for strict, begin in pairs(STRICT) do
    for name in pairs(MODULES) do
      it(("%s, %s loads every module"):format(strict, name), function()
        local lines = { begin }
        for path in sh("find lua/idngo -name '*.lua'"):gmatch("[^\n]+") do
          local module = path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
          if not module:find("ngx", 1, true) and module ~= "idngo.runtime.nginx" and module ~= "idngo.types" then
            lines[#lines + 1] = ("require(%q)"):format(module)
          end
        end
        assert.is_true(#lines > 80)
        passes(name, table.concat(lines, "\n"))
      end)

      it(("%s, %s makes calls, verifies webhooks and checks archives"):format(strict, name), function()
        passes(name, begin .. "\n" .. USE)
      end)

      it(("%s, %s runs the command"):format(strict, name), function()
        for _, line in ipairs(COMMANDS) do
          passes(name, ("arg = { [0] = 'bin/idngo', %s }\n%s\nos.exit(require('idngo.cli').main(arg))"):format(
            line:gsub("%S+", "'%0',"), begin))
        end
      end)
    end
  end
end)

describe("A global that not every Lua has", function()
  local everywhere = {}
  for name in ([[_G _VERSION arg assert collectgarbage coroutine debug dofile error getmetatable io ipairs load math next os
    package pairs pcall print rawequal rawget rawset require select setmetatable string table tonumber tostring type
    xpcall]]):gmatch("%S+") do everywhere[name] = true end
  local in_nginx = {} -- nothing loads these elsewhere
  for name in ("webhook/receiver runtime/nginx transport/ngx transport/ngx_advice transport/ngx_calls transport/ngx_dial "
    .. "transport/ngx_proxy transport/ngx_tasks"):gmatch("%S+") do in_nginx[("lua/idngo/%s.lua"):format(name)] = true end

  it("is read by compat.global alone", function()
    for path in sh("find lua -name '*.lua'"):gmatch("[^\n]+") do
      for name in sh("luac5.4 -l -p %s", path):gmatch('_ENV "([%w_]+)"') do
        assert.is_true(everywhere[name] or name == "ngx" and in_nginx[path] or false, path .. " reads the global " .. name)
      end
    end
    assert.equal("lua/idngo/compat.lua\n", sh("grep -rl 'rawget(_G' lua"))
  end)
end)
