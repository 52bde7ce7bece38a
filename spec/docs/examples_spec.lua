-- The examples are to be copied: they use what is public, and no module from inside.

local files = require("files")
local shell = require("shell")

-- Modules beside the one that all is in, which the documents tell to require.
local PUBLIC = { ["idngo.archive"] = true, ["idngo.table"] = true }

--- The modules that a text requires, with the lines they stand in.
local function required(text)
  local found, number = {}, 0
  for line in (text .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    for name in line:gmatch("require[%s(]*[\"'%[=]+([%w_.]+)") do found[#found + 1] = { name = name, line = number } end
  end
  return found
end

describe("examples", function()
  for path in shell("find examples -name '*.lua' -o -name '*.conf'"):gmatch("%S+") do
    it(path .. " uses the public module alone", function()
      local text = files.read(path)
      local _, count = text:gsub("%f[%w_]require%f[^%w_]", "")
      local modules = required(text)
      assert.equal(count, #modules, "each require names its module in quotes")
      for _, module in ipairs(modules) do
        local where = ("%s:%d requires %s"):format(path, module.line, module.name)
        assert.truthy(PUBLIC[module.name] or not module.name:find("^idngo%."), where)
        if not PUBLIC[module.name] and module.name ~= "idngo" and module.name ~= "cjson" then -- else one of the example's own
          assert(io.open(path:match("^(.*/)") .. module.name .. ".lua"), where):close()
        end
      end
    end)
  end

  it("are looked at for every way to write a require", function()
    local names = {}
    for _, module in ipairs(required([[require "idngo.a" require'idngo.b' require("idngo.c") x = require ( 'idngo.d' )]]
      .. "\nrequire [[idngo.e]]")) do names[#names + 1] = module.name .. module.line end
    assert.same({ "idngo.a1", "idngo.b1", "idngo.c1", "idngo.d1", "idngo.e2" }, names)
  end)
end)
