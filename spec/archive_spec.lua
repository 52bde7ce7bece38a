-- luacheck: std lua54+busted
--- idngo.archive: reading ZIP archives in memory, within bounds.
local archive = require("idngo.archive")
local support = require("sandbox.support")

describe("idngo.archive", function()
  it("lists and reads entries", function()
    local zip = assert(archive.open(support.zip({ { "a/b.txt", "hello" }, { "a/", "", mode = 0x41ed } }), 10))
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
    local zip = assert(archive.open(support.read_file(dir .. "/t.zip"), 10))
    assert.is_true(zip:entries()[1].compressed < 1000)
    assert.equal(text, zip:read(1, #text))
    assert.same({ n = 2, nil, "entry is larger than allowed" }, table.pack(zip:read(1, #text - 1)))
    assert.equal(text, zip:read(1, #text))
    zip:close()
    os.execute("rm -r " .. dir)
  end)

  it("stops at the cap, whatever size the directory claims", function()
    local zip = assert(archive.open(support.zip({ { "a", ("x"):rep(100000), mode = 0x81a4 } }), 10))
    assert.is_nil((zip:read(1, 99999)))
    assert.equal(100000, #zip:read(1, 100000))
  end)

  it("finds a damaged entry by its checksum", function()
    local zip = assert(archive.open(support.zip({ { "a", "hello", crc = 1 } }), 10))
    local bytes, message = zip:read(1, 100)
    assert.is_nil(bytes)
    assert.matches("CRC", message)
  end)

  it("tells symbolic links and special files from files", function()
    local bytes = support.zip({ { "l", "/etc/passwd", mode = 0xa1ff }, { "p", "", mode = 0x11a4 } })
    local entries = assert(archive.open(bytes, 10)):entries()
    assert.equal("symlink", entries[1].kind)
    assert.equal("special", entries[2].kind)
  end)

  it("refuses more entries than allowed before it looks at them", function()
    local entries = {}
    for i = 1, 11 do entries[i] = { "f" .. i, "" } end
    assert.same({ n = 2, nil, "too many entries" }, table.pack(archive.open(support.zip(entries), 10)))
    entries[11] = nil
    assert.equal(10, #assert(archive.open(support.zip(entries), 10)):entries())
  end)

  it("refuses what is no archive", function()
    local whole = support.zip({ { "a", "hello" } })
    for _, bytes in ipairs({ "", "PK", "hello", ("\0"):rep(1000), whole:sub(1, -2), whole:sub(5) }) do
      local zip, message = archive.open(bytes, 10)
      assert.is_true(zip and #zip:entries() == 0 or type(message) == "string")
    end
  end)

  it("survives every single byte changed", function()
    local whole = support.zip({ { "a", "hello" }, { "b/c", "world" } })
    for i = 1, #whole do
      local zip = archive.open(whole:sub(1, i - 1) .. string.char(whole:byte(i) ~ 0xff) .. whole:sub(i + 1), 10)
      for index in ipairs(zip and zip:entries() or {}) do zip:read(index, 100) end
    end
  end)

  it("throws on wrong arguments and on a closed archive", function()
    local zip = assert(archive.open(support.zip({ { "a", "hello" } }), 10))
    assert.has_error(function() zip:read(0, 10) end)
    assert.has_error(function() zip:read(2, 10) end)
    assert.has_error(function() zip:read(1, -1) end)
    assert.has_error(function() archive.open("x", 0) end)
    zip:close()
    assert.error_matches(function() zip:entries() end, "archive is closed")
  end)
end)
