-- How ./dev sets a machine up, shown on machines made of stand-ins: a folder of programs that is all of PATH.

--- Starts ./dev build, or another command, on a machine that has `programs`, {name = script}, beside what every system has.
--- What it said, its exit code, and what the stand-ins noted.
local function dev(programs, command)
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute(("mkdir %s && for t in bash dirname cat env; do ln -s $(command -v $t) %s; done"):format(folder, folder)))
  for name, script in pairs(programs) do
    local file = assert(io.open(folder .. "/" .. name, "w"))
    file:write("#!/bin/bash\nnote() { printf '%s\\n' \"$*\" >>", folder, "/notes; }\n", script, "\n")
    file:close()
    assert(os.execute("chmod +x " .. folder .. "/" .. name))
  end
  local pipe = io.popen(("PATH=%s bash ./dev %s 2>&1"):format(folder, command or "build"))
  local said = pipe:read("a")
  local _, _, code = pipe:close()
  local file = io.open(folder .. "/notes")
  local notes = file and file:read("a") or ""
  if file then file:close() end
  os.execute("rm -r " .. folder)
  return said, code, notes
end

local missing = { ["dpkg-query"] = "exit 1", id = "echo 1000" }

--- `missing` with more programs.
local function machine(more)
  local programs = {}
  for name, script in pairs(missing) do programs[name] = script end
  for name, script in pairs(more) do programs[name] = script end
  return programs
end

-- the build itself is not what is looked at here
local stop = "note cmake; exit 1"

describe("./dev", function()
  it("env prints what a shell takes, wherever the tree is", function()
    local folder = os.tmpname()
    os.remove(folder)
    local pipe = io.popen(([[root=%s"/it's a \$tree" && mkdir -p "$root" && cp dev "$root" &&
        eval "$(env -u IDNGO_BUILD "$root/dev" env luajit)"
      test "${PATH%%%%:*}" = "$root/bin" && test "${LUA_CPATH%%%%;*}" = "$root/build/luajit/?.so" &&
        case $LUA_PATH in "$root/lua/?.lua;$root/lua/?/init.lua;;"*) echo right ;; esac
      rm -r %s]]):format(folder, folder))
    assert.equal("right\n", pipe:read("a"))
    pipe:close()
  end)

  it("names the packages and stops on a machine without apt", function()
    local said, code, notes = dev(machine { sudo = "note sudo" })
    assert.equal(69, code, said)
    assert.truthy(said:find("has no apt-get", 1, true) and said:find(" liblua5.4-dev ", 1, true), said)
    assert.equal("", notes)
  end)

  it("says what it installs before it does, through sudo for who is not root", function()
    local said, _, notes = dev(machine {
      sudo = 'note "sudo $1"; "$@"', ["apt-get"] = 'echo "apt-get ran: $1"; note "apt-get $*"', cmake = stop, nproc = "echo 1",
      mkdir = "exit 0",
    })
    assert.is_true(said:find("Installing from Debian: ", 1, true) < said:find("apt-get ran: update", 1, true), said)
    assert.truthy(notes:find("^sudo apt%-get\napt%-get update"), notes)
    assert.truthy(notes:find("apt%-get install .* lua%-cjson "), notes)
  end)

  it("installs as root without sudo", function()
    local _, _, notes = dev(machine { id = "echo 0", ["apt-get"] = 'note "apt-get $1"', cmake = stop, mkdir = "exit 0" })
    assert.truthy(notes:find("^apt%-get update\napt%-get install\n"), notes)
  end)

  it("asks whoever is neither root nor has sudo to have them installed", function()
    local said, code, notes = dev(machine { ["apt-get"] = "note apt-get" })
    assert.equal(77, code, said)
    assert.truthy(said:find("Ask for: apt-get install cmake ", 1, true), said)
    assert.equal("", notes)
  end)

  it("lets no service start that it installs, and forbids the machine no others", function()
    local policy = "/usr/sbin/policy-rc.d"
    local there = io.open(policy)
    if there then there:close() end
    for status, last in pairs { [0] = "cmake", [100] = "apt-get install haproxy" } do
      local _, code, notes = dev(machine {
        id = "echo 0", install = 'note "install $4"', rm = 'note "rm $2"', cmake = stop, mkdir = "exit 0", nproc = "echo 1",
        ["dpkg-query"] = '[ "$4" = haproxy ] || echo installed', dpkg = "exit 0", systemctl = "exit 0",
        ["apt-get"] = ('[ $1 = update ] && exit; note "apt-get $1 ${*: -1}"; exit %d'):format(status),
      }, "interop")
      assert.not_equal(0, code)
      local due = there and { "apt-get install haproxy" } or { "install " .. policy, "apt-get install haproxy", "rm " .. policy }
      if last == "cmake" then due[#due + 1] = "cmake" end
      assert.equal(table.concat(due, "\n"), (notes:gsub("^\n", ""):gsub("\n$", ""):gsub("cmake.*", "cmake")))
    end
  end)

  it("asks nobody for anything when all is there", function()
    local said, _, notes = dev {
      ["dpkg-query"] = "echo installed", id = "echo 1000", ["apt-get"] = "note apt-get", sudo = "note sudo", cmake = stop,
      mkdir = "exit 0",
    }
    assert.is_nil(said:find("Installing", 1, true))
    assert.equal("cmake\n", notes)
  end)

  it("says so when apt-get cannot install", function()
    local said, code = dev(machine { id = "echo 0", ["apt-get"] = "echo 'E: no network' >&2; exit 100" })
    assert.equal(69, code, said)
    assert.truthy(said:find("E: no network", 1, true) < said:find("apt-get could not install them", 1, true), said)
  end)
end)
