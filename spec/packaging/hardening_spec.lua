-- How the modules and idngo-jail are compiled and linked, read out of the files themselves.

local shell = require("shell")

local build = os.getenv("IDNGO_BUILD") or "build"

local modules = {}
for path in shell("ls %s/*/idngo/*.so", build):gmatch("[^\n]+") do modules[#modules + 1] = path end
local jail = build .. "/lua5.4/idngo-jail"
local programs = { jail }

local function each(paths, check)
  assert.is_true(#paths > 0)
  for _, path in ipairs(paths) do check(path) end
end

local function all()
  local paths = { jail }
  for _, path in ipairs(modules) do paths[#paths + 1] = path end
  return paths
end

local sanitized = shell("nm -D %s/lua5.4/idngo/core.so", build):find("__asan_init", 1, true)

-- a build for the sanitizers is not one that anybody installs
if not sanitized then
  describe("what is installed", function()
    it("shows one symbol per module, the one that Lua looks for", function()
      each(modules, function(path)
        local name = path:match("([^/]+)%.so$")
        assert.equal("luaopen_idngo_" .. name .. "\n", shell("nm -D --defined-only %s | sed 's/.* //'", path), path)
      end)
    end)

    it("has its tables of addresses made read-only before the first call", function()
      each(all(), function(path)
        assert.truthy(shell("readelf -lW %s", path):find("GNU_RELRO", 1, true), path)
        assert.truthy(shell("readelf -dW %s", path):find("NOW", 1, true), path)
      end)
    end)

    it("has no executable stack, nor a segment to write and to execute", function()
      each(all(), function(path)
        local segments = shell("readelf -lW %s", path)
        assert.equal("RW ", segments:match("GNU_STACK.-(R?W?E?%s)%s*0x%x+\n"), path)
        assert.is_nil(segments:find("LOAD[^\n]-RWE"), path)
        assert.is_nil(shell("readelf -dW %s", path):find("TEXTREL", 1, true), path)
      end)
    end)

    it("is loaded at an address of the system's choice", function()
      each(programs, function(path)
        assert.truthy(shell("readelf -hW %s", path):find("Type:%s+DYN"), path)
      end)
    end)

    it("watches its stack, and the bounds of what is copied", function()
      each(all(), function(path)
        assert.truthy(shell("nm -D %s", path):find("__stack_chk_fail", 1, true), path)
      end)
      assert.truthy(shell("nm -D %s/lua5.4/idngo/core.so", build):find("__v?snprintf_chk"))
    end)

    it("is told where to search for libraries by nobody but the system", function()
      each(all(), function(path)
        assert.is_nil(shell("readelf -dW %s", path):find("R[UN]*PATH"), path)
      end)
    end)

    if shell("uname -m"):find("x86_64", 1, true) then
      it("marks where an indirect jump may land", function()
        each(modules, function(path)
          local name = path:match("([^/]+)%.so$")
          assert.truthy(shell("objdump -d --disassemble=luaopen_idngo_%s %s", name, path):find("endbr64", 1, true), path)
        end)
      end)
    end

    it("keeps the stack from leaping over its guard", function()
      -- a function with more than a page on its stack touches each page in turn
      local code = shell("objdump -d --no-show-raw-insn %s/lua5.4/idngo/core.so", build)
      if shell("uname -m"):find("x86_64", 1, true) then assert.truthy(code:find("orq?%s+%$0x0,")) end
    end)
  end)
end
