-- The rockspecs: one for a checkout, one for the release that lua/idngo/version.lua names.
--
-- CMake compiles, but LuaRocks copies: `luarocks make --pack-binary-rock` makes its tree only after the rockspec is read,
-- so an install step of CMake's would write elsewhere. What is copied is therefore listed here, made from lua/.

local template = [[
-- Made by generate/rockspecs.lua.
rockspec_format = "3.0"
package = "idngo"
version = "%s"
source = { -- for luarocks make, which takes the checkout it is run in
  url = "git+file://.",%s
}
description = {
  summary = "Client for the IDnGO identity-verification API",
  detailed = "Signed calls of every endpoint, from plain Lua and inside nginx, with retries that do nothing twice, rate-limit "
    .. "lanes shared by processes, webhooks, import archives, policies that decide about applicants, and a sandbox.",
  homepage = "https://developers.idngo.kz/",
  license = "MIT",
  labels = { "http", "client" },
}
supported_platforms = { "linux" }
dependencies = {
  "lua >= 5.1, < 5.5, ~= 5.2, ~= 5.3",
  "lua-cjson >= 2.1.0",
  "argparse >= 0.7",
}
external_dependencies = { -- the others are optional; CMake says what is left out without them
  OPENSSL = { library = "crypto" },
  CURL = { library = "curl" },
  ZLIB = { library = "z" },
}
build = {
  type = "cmake",
  install_pass = false,
  variables = {
    BUILD_TESTING = "OFF",
    CMAKE_BUILD_TYPE = "None", -- no flags but LuaRocks' and our own
    CMAKE_C_COMPILER = "$(CC)",
    CMAKE_C_FLAGS = "$(CFLAGS)",
    CMAKE_INSTALL_LIBDIR = "lib",
    CMAKE_PREFIX_PATH = "$(OPENSSL_DIR);$(CURL_DIR);$(ZLIB_DIR)",
    LUA_INCDIR = "$(LUA_INCDIR)",
    OPENSSL_ROOT_DIR = "$(OPENSSL_DIR)",
  },
  install = {
    bin = { "build.luarocks/command/idngo" },
    conf = { "LICENSE" },
    lib = {
      "build.luarocks/lua5.4/idngo-jail",
%s
    },
    lua = {
%s
    },
  },
  copy_directories = { "examples" },
}
test = { -- of what was installed; ./dev test tests the rest
  type = "command",
  command = "idngo demo",
}
]]

-- Every module of CMakeLists.txt; one that is left out is there too, and says so.
local c_modules = { "core", "curl", "jail_host", "journal", "postgres", "sandbox_host", "zip" }

local function lines(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("a")
  pipe:close()
  return text:gmatch("[^\n]+")
end

local function entries(modules)
  local list = {}
  for name, path in pairs(modules) do list[#list + 1] = ("      [%q] = %q,"):format(name, path) end
  table.sort(list)
  return table.concat(list, "\n")
end

--- The rockspecs: {path = text}, below the repository's root.
---@return table<string, string>
return function()
  local lib, lua = {}, {}
  for _, name in ipairs(c_modules) do lib["idngo." .. name] = "build.luarocks/lua/idngo/" .. name .. ".so" end
  for path in lines("find lua/idngo -name '*.lua'") do lua[(path:match("^lua/(.*)%.lua$"):gsub("/", "."))] = path end
  local version = dofile("lua/idngo/version.lua")
  return {
    ["rockspec/idngo-scm-1.rockspec"] = template:format("scm-1", "", entries(lib), entries(lua)),
    [("rockspec/idngo-%s-1.rockspec"):format(version)] =
      template:format(version .. "-1", ('\n  tag = "v%s",'):format(version), entries(lib), entries(lua)),
  }
end
