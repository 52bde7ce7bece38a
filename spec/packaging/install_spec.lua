-- What strangers get: a tree of CMake's, LuaRocks' for Lua 5.4 and 5.1, and the .deb. All hold the same files and work from
-- where they are. No rock server is asked.

local shell = require("shell")
local version = require("idngo.version")

local root = shell("pwd"):match("[^\n]+")
local build = os.getenv("IDNGO_BUILD")
if build:sub(1, 1) ~= "/" then build = root .. "/" .. build end
local folder = os.tmpname()
os.remove(folder)

-- LuaRocks' own flags here, for all rocks: each file is compiled once for them, and in less time than by -O2.
local CFLAGS = "-O1 -fPIC"

--- What a command prints; it must succeed.
local function run(command, ...)
  local pipe = io.popen(("{ %s ; } 2>&1"):format(command:format(...)))
  local out = pipe:read("a")
  assert.is_true(pipe:close(), out)
  return out
end

--- LuaRocks for one Lua and one tree, on a machine where the distribution has lua-cjson and argparse. It takes make, unless
--- it is told otherwise, which starts three times as many processes: here one tree is made so.
local function luarocks(lua, tree, config)
  return ("CMAKE_BUILD_PARALLEL_LEVEL=2 LUAROCKS_CONFIG=%s/%s.lua luarocks --lua-version=%s --tree=%s/%s "
    .. "--only-server=%s/none "):format(folder, config or "ninja", lua, folder, tree, folder)
end

--- An environment with nothing of the checkout or the user in it, and `path` first.
local function elsewhere(path)
  return ("cd / && env -i HOME=%s TMPDIR=%s PATH=%s:/usr/local/bin:/usr/bin:/bin "):format(folder, folder, path)
end

--- The loader takes an empty element among the places of libraries for the folder that a program happens to be in.
local function check_places(c_modules)
  local all = run("cd '%s' && readelf -dW idngo/*.so && { head -c 2 idngo-jail | grep -q '#!' || readelf -dW idngo-jail; }",
    c_modules) -- where the evaluator was left out a script says so
  for places in all:gmatch("R[UN]*PATH%)[^%[]*%[([^%]]*)%]") do
    assert.is_nil((":" .. places .. ":"):find("::", 1, true), places)
  end
end

--- The files below two folders of a tree, one for C modules and one for Lua files, sorted.
local function files(c_modules, lua_files)
  check_places(c_modules)
  return run("(cd '%s' && find idngo idngo-jail -type f; cd '%s' && find idngo -type f) | LC_ALL=C sort", c_modules, lua_files)
end

describe("installed #slow", function()
  local everything, multiarch

  setup(function()
    run("mkdir %s %s/none %s/links", folder, folder, folder)
    for name, generator in pairs { make = "", ninja = 'cmake_generator = "Ninja"\n' } do
      local config = assert(io.open(("%s/%s.lua"):format(folder, name), "w"))
      config:write('rocks_provided = { ["lua-cjson"] = "2.1.0-1", argparse = "0.7.1-1" }\n',
        ('variables = { CFLAGS = "%s" }\n'):format(CFLAGS), generator)
      config:close()
    end
    everything = files(build .. "/lua5.4", root .. "/lua")
    multiarch = run("gcc -print-multiarch"):match("%S+")
    run("LUAROCKS_CONFIG=%s/ninja.lua ./dev package", folder)
  end)
  teardown(function() os.execute("rm -rf build.luarocks " .. folder) end)

  it("knows all files there are", function()
    for _, name in ipairs { "idngo/core.so", "idngo/curl.so", "idngo/zip.so", "idngo-jail", "idngo/cli/demo.lua" } do
      assert.is_truthy(everything:find(name .. "\n", 1, true), name)
    end
  end)

  describe("by CMake", function()
    local tree = folder .. "/moved 'here"
    setup(function()
      run("cmake --install %s --prefix %s/made", build, folder)
      run("mv %s/made \"%s\" && ln -s \"%s/bin/idngo\" %s/links", folder, tree, tree, folder)
    end)

    it("is everything, for both Luas", function()
      local quoted = tree:gsub("'", "'\\''")
      for _, lua in ipairs { "5.4", "5.1" } do
        assert.equal(everything, files(quoted .. "/lib/lua/" .. lua, quoted .. "/share/lua/" .. lua))
      end
    end)

    it("works after a move and through a link", function()
      assert.matches("(%d+) of %1 calls came back right", run(elsewhere(folder .. "/links") .. "idngo demo"))
    end)
  end)

  describe("by LuaRocks", function()
    it("has well-formed rockspecs, of the version that CMake knows too", function() -- docs/generated_spec compares their text
      for _, of in ipairs { "scm", version } do run("luarocks lint rockspec/idngo-%s-1.rockspec", of) end
      assert.equal(version, run("sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' %s/CMakeCache.txt", build):match("%S+"))
    end)

    it("is everything from a checkout, and passes luarocks test", function()
      run(luarocks("5.4", "made") .. "make rockspec/idngo-scm-1.rockspec")
      assert.equal(everything, files(folder .. "/made/lib/lua/5.4", folder .. "/made/share/lua/5.4"))
      assert.matches("(%d+) of %1 calls came back right", run(elsewhere(folder .. "/made/bin") ..
        "sh -c 'cd %s && luarocks --lua-version=5.4 test rockspec/idngo-scm-1.rockspec'", root))
    end)

    for _, lua in ipairs { "5.4", "5.1" } do
      it("is everything from a binary rock for Lua " .. lua .. ", and works", function()
        run(luarocks(lua, "rock" .. lua) .. "install %s/rocks-%s/idngo-%s-1.*.rock", build, lua, version)
        local tree = folder .. "/rock" .. lua
        assert.equal(everything, files(tree .. "/lib/lua/" .. lua, tree .. "/share/lua/" .. lua))
        if lua == "5.1" then -- the test above has done it for 5.4
          assert.matches("(%d+) of %1 calls came back right", run(elsewhere(tree .. "/bin") .. "idngo demo"))
        end
      end)
    end

    it("has a command that works from a binary rock, also when dependencies were not looked at", function()
      run(luarocks("5.4", "alone") .. "install --deps-mode=none %s/rocks-5.4/idngo-%s-1.*.rock", build, version)
      assert.equal("idngo " .. version .. "\n", run(elsewhere(folder .. "/alone/bin") .. "idngo --version"))
    end)

    it("leaves out what has no library, and says so; links the OpenSSL that is named; minds CFLAGS", function()
      local openssl, bare = folder .. "/openssl", folder .. "/bare"
      run("rm -rf build.luarocks") -- where the libraries are known
      local knows_nothing = assert(io.open(folder .. "/pkg-config", "w"))
      knows_nothing:write('#!/bin/sh\n[ "$1" = --version ] && echo 1.8.1\n')
      knows_nothing:close()
      run("chmod +x %s/pkg-config", folder)
      run("mkdir -p %s/lib %s/include && cp -r /usr/include/openssl %s/include && cp $(gcc -print-file-name=libcrypto.so) "
        .. "%s/lib/libcrypto.so.3 && ln -s libcrypto.so.3 %s/lib/libcrypto.so", openssl, openssl, openssl, openssl, openssl)
      local headers = run("pkg-config --variable=includedir luajit"):match("%S+")
      local out = run("PKG_CONFIG=%s/pkg-config %smake rockspec/idngo-scm-1.rockspec LUA_INCDIR=%s OPENSSL_DIR=%s",
        folder, luarocks("5.1", "bare", "make"), headers, openssl)
      assert.equal(everything, files(bare .. "/lib/lua/5.1", bare .. "/share/lua/5.1"))
      local lua = ("LUA_PATH='%s/share/lua/5.1/?.lua' LUA_CPATH='%s/lib/lua/5.1/?.so' luajit "):format(bare, bare)
      for _, name in ipairs { "curl", "jail_host", "journal", "sandbox_host", "zip" } do
        assert.is_truthy(out:find("idngo." .. name .. " is left out", 1, true), out)
        assert.matches("^false.*idngo%." .. name .. " was left out when idngo was built: .* not found: %C+\n$",
          run(lua .. "-e 'print(pcall(require, \"idngo.%s\"))'", name))
      end
      local maps = run(lua .. "-e 'require(\"idngo.core\")' -e 'print(io.open(\"/proc/self/maps\"):read(\"*a\"))'")
      assert.is_truthy(maps:find(openssl .. "/lib/libcrypto.so.3", 1, true), maps)
      assert.is_nil(maps:match("/usr/%S*/libcrypto"))
      local commands = run("cat build.luarocks/compile_commands.json")
      assert.is_truthy(commands:find((" %s "):format(CFLAGS), 1, true))
      assert.is_nil(commands:match("%-O2") or commands:match("%-Werror"))
    end)
  end)

  describe("by the .deb", function()
    local deb = folder .. "/deb"
    setup(function() run("dpkg-deb -x %s/idngo_%s_*.deb %s", build, version, deb) end)

    it("is everything, for both Luas, below /usr", function()
      for _, lua in ipairs { "5.4", "5.1" } do
        assert.equal(everything, files(("%s/usr/lib/%s/lua/%s"):format(deb, multiarch, lua), deb .. "/usr/share/lua/" .. lua))
      end
      assert.equal("usr\n", run("ls %s", deb))
      assert.equal("", run("diff LICENSE %s/usr/share/doc/idngo/copyright", deb))
    end)

    it("works where it is unpacked", function()
      assert.matches("(%d+) of %1 calls came back right", run(elsewhere(deb .. "/usr/bin") .. "idngo demo"))
    end)

    it("depends on the Lua, the Lua libraries and the libraries it uses", function()
      local depends = run("dpkg-deb -f %s/idngo_%s_*.deb Depends", build, version)
      for _, package in ipairs { "lua5.4", "lua-cjson", "lua-argparse", "libcurl4", "libssl3", "libseccomp2" } do
        assert.is_truthy((", " .. depends):find(", " .. package, 1, true), package)
      end
    end)
  end)
end)
