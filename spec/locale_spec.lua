-- Programs with a locale of their own, where numbers have a comma, or a sign that takes two bytes: what is sent, read and
-- written down is the same, on every Lua.

local files = require("files")
local runs = require("runs")
local sh = require("shell")

local BUILD = os.getenv("IDNGO_BUILD") or "build"
local MODULES = { ["lua5.4"] = "lua5.4", luajit = "luajit", ["lua5.1"] = "luajit" }
local LOCALES = { "de_DE", "fa_IR" }

local USE = [[
assert(os.setlocale(arg[1] or "C"))
local idngo = require("idngo")
local json = require("idngo.json")
local config = assert(io.open(arg[2] .. "/config", "w"))
config:write("timeout = 2.5\n")
config:close()
local client = assert(idngo.client { config_file = arg[2] .. "/config",
  on_event = function() end })
local request = client:prepare("call", "POST", "/x", { query = { lat = 43.25, n = 7 },
  body = { lat = 43.25, third = 1 / 3, large = 1e300, small = -2.5e-10, whole = 12, edge = 9007199254740993.0 * 4 } })
print(request.target, request.body)
local value = assert(json.decode('{"a":43.25,"b":[-1.5e-3,2.5E2,1e300],"c":' .. ("1"):rep(250) .. '.5}'))
print(value.a == 43.25, value.b[1] == -0.0015, value.b[2] == 250, value.b[3] == 1e300, value.c > 1e249)
print(json.decode("1.5e400"))
print(json.encode(value.a), json.encode(0.1), json.encode(1e22))
for _, row in ipairs(assert(idngo.config.explain { config_file = arg[2] .. "/config" })) do
  if row.name == "timeout" then print(row.value) end
end
print(require("idngo.sandbox.json").encode({ lat = 43.25 }))
local report = assert(client:timeline("60b8ce73460647000145384e"))
print(json.encode(report, "report", "[]"))
local lines = idngo.events.json_lines({ write = function(_, ...) print(((...):gsub('"seconds":[%d.e-]+', "seconds"))) end })
lines { event = "reply", seconds = 0.25 }
]]

describe("In the locale #slow", function()
  local server, folder, expected

  local function printed(name, locale)
    local script = files.write(folder .. "/script.lua", USE)
    local out, errors, code = runs.shell(("%s LOCPATH=%s LUA_CPATH='%s/%s/?.so;;' %s %s %s %s </dev/null"):format(
      runs.env(server), folder, BUILD, MODULES[name], name, script, locale, folder))
    assert.equal(0, code, errors)
    return out
  end

  setup(function()
    server = runs.server()
    folder = runs.folder()
    for _, locale in ipairs(LOCALES) do
      sh("localedef -i %s -f UTF-8 %s/%s.UTF-8 2>&1", locale, folder, locale)
    end
    expected = printed("lua5.4", "C")
    assert.truthy(expected:find("/x?lat=43.25&n=7", 1, true), expected)
    assert.truthy(expected:find('{"edge":36028797018963968e0,"large":1e+300,"lat":43.25,"small":-2.5e-10,"third":0.333', 1, true),
      expected)
  end)
  teardown(function()
    server:close()
    runs.clean()
  end)

  for _, locale in ipairs(LOCALES) do
    for name in pairs(MODULES) do
      it(("%s, %s writes and reads numbers as everywhere"):format(locale, name), function()
        assert.equal(expected, printed(name, locale .. ".UTF-8"))
      end)
    end
  end
end)
