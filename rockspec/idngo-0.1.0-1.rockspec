rockspec_format = "3.0"
package = "idngo"
version = "0.1.0-1"
source = { -- luarocks make takes the checkout that it is run in
  url = "git+file://.",
  tag = "v0.1.0",
}
description = {
  summary = "Client for the IDnGO identity-verification API",
  detailed = [[
    Signed calls of every endpoint, from plain Lua and inside nginx, with retries that do nothing twice, rate-limit lanes
    shared by processes, webhooks, import archives, and policies that decide about applicants. Comes with the idngo command
    and a sandbox that serves the whole API locally.
  ]],
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
}
build = {
  type = "cmake", -- CMakeLists.txt has the only list of sources
  variables = {
    CMAKE_BUILD_TYPE = "None", -- the flags are those of LuaRocks
    CMAKE_C_COMPILER = "$(CC)",
    CMAKE_C_FLAGS = "$(CFLAGS)",
    CMAKE_INSTALL_PREFIX = "$(PREFIX)",
    CMAKE_INSTALL_BINDIR = "$(BINDIR)",
    CMAKE_PREFIX_PATH = "$(OPENSSL_DIR);$(CURL_DIR)",
    OPENSSL_ROOT_DIR = "$(OPENSSL_DIR)",
    LUA_INCDIR = "$(LUA_INCDIR)",
    LUA_LIBDIR = "$(LUA_LIBDIR)",
    INSTALL_CMOD = "$(LIBDIR)",
    INSTALL_LMOD = "$(LUADIR)",
    BUILD_TESTING = "OFF",
  },
}
test = {
  type = "command",
  script = "spec/support/rock_test.lua",
}
