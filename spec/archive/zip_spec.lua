-- luacheck: std lua54+busted
--- idngo.zip: reading ZIP archives within bounds, and the pieces that archives are made of.
local support = require("sandbox.support")
local zips = require("idngo.zip")

describe("idngo.zip", function()
  it("lists and reads entries", function()
    local zip = assert(zips.open({ bytes = support.zip({ { "a/b.txt", "hello" }, { "a/", "", mode = 0x41ed } }) }, 10))
    assert.same({
      { name = "a/b.txt", size = 5, compressed = 5, kind = "file", encrypted = false },
      { name = "a/", size = 0, compressed = 0, kind = "directory", encrypted = false },
    }, zip:entries())
    assert.equal("hello", zip:read(1, 5))
    zip:close()
    zip:close()
  end)

  it("reads what the zip program deflates", function()
    local dir = os.tmpname()
    os.remove(dir)
    local text = ("idngo "):rep(10000)
    os.execute("mkdir " .. dir)
    os.rename(support.write_file(text), dir .. "/text")
    os.execute(("cd %s && zip -q9 t.zip text"):format(dir))
    local zip = assert(zips.open({ bytes = support.read_file(dir .. "/t.zip") }, 10))
    assert.is_true(zip:entries()[1].compressed < 1000)
    assert.equal(text, zip:read(1, #text))
    assert.same({ n = 2, nil, "entry is larger than allowed" }, table.pack(zip:read(1, #text - 1)))
    assert.equal(text, zip:read(1, #text))
    zip:close()
    os.execute("rm -r " .. dir)
  end)

  it("stops at the cap, whatever size the directory claims", function()
    local zip = assert(zips.open({ bytes = support.zip({ { "a", ("x"):rep(100000), mode = 0x81a4 } }) }, 10))
    assert.is_nil((zip:read(1, 99999)))
    assert.equal(100000, #zip:read(1, 100000))
  end)

  it("finds a damaged entry by its checksum", function()
    local zip = assert(zips.open({ bytes = support.zip({ { "a", "hello", crc = 1 } }) }, 10))
    local bytes, message = zip:read(1, 100)
    assert.is_nil(bytes)
    assert.matches("CRC", message)
  end)

  it("tells symbolic links and special files from files", function()
    local bytes = support.zip({ { "l", "/etc/passwd", mode = 0xa1ff }, { "p", "", mode = 0x11a4 } })
    local entries = assert(zips.open({ bytes = bytes }, 10)):entries()
    assert.equal("symlink", entries[1].kind)
    assert.equal("special", entries[2].kind)
  end)

  it("reads a file piece by piece as it reads bytes", function()
    local path = support.write_file(support.zip({ { "a", ("x"):rep(200000) } }))
    local zip = assert(zips.open({ path = path }, 10))
    assert.equal(("x"):rep(200000), zip:read(1, 200000))
    assert.same({ n = 2, 200000, ("x"):rep(16) }, table.pack(zip:measure(1, 200000)))
    assert.same({ n = 2, nil, "entry is larger than allowed" }, table.pack(zip:measure(1, 199999)))
    zip:close()
    os.remove(path)
  end)

  it("lists no more entries than allowed", function()
    local entries = {}
    for i = 1, 11 do entries[i] = { "f" .. i, "" } end
    local zip = zips.open({ bytes = support.zip(entries) }, 10)
    assert.same({ n = 2, nil, "too many entries for one applicant" }, table.pack(zip:entries()))
    entries[11] = nil
    assert.equal(10, #assert(zips.open({ bytes = support.zip(entries) }, 10)):entries())
  end)

  it("refuses what is no archive", function()
    local whole = support.zip({ { "a", "hello" } })
    for _, bytes in ipairs({ "", "PK", "hello", ("\0"):rep(1000), whole:sub(1, -2), whole:sub(5) }) do
      local zip = assert(zips.open({ bytes = bytes }, 10))
      local found, readable = zip:findings()
      assert.is_true(#found > 0)
      assert.is_false(readable)
    end
  end)

  it("survives every single byte changed", function()
    local whole = support.zip({ { "a", "hello" }, { "b/c", "world" } })
    for i = 1, #whole do
      local zip = zips.open({ bytes = whole:sub(1, i - 1) .. string.char(whole:byte(i) ~ 0xff) .. whole:sub(i + 1) }, 10)
      for index in ipairs(zip:entries() or {}) do zip:read(index, 100) end
      zip:close()
    end
  end)

  it("throws on wrong arguments and on a closed archive", function()
    local zip = assert(zips.open({ bytes = support.zip({ { "a", "hello" } }) }, 10))
    assert.has_error(function() zip:read(0, 10) end)
    assert.has_error(function() zip:read(2, 10) end)
    assert.has_error(function() zip:read(1, -1) end)
    assert.has_error(function() zips.open({ bytes = "x" }, 0) end)
    zip:close()
    assert.error_matches(function() zip:entries() end, "archive is closed")
  end)
end)
