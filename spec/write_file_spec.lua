-- Files that are written whole or not at all.

local files = require("files")
local write_file = require("idngo.write_file")

describe("a file", function()
  local folder, path
  before_each(function()
    folder = files.folder()
    path = folder .. "/file"
  end)
  after_each(function() os.execute("rm -rf " .. folder) end)

  local function is_alone()
    local list = io.popen("ls -A " .. folder)
    local names = list:read("a")
    list:close()
    return names
  end

  it("is written from a text, and from pieces", function()
    assert.same({ 3, path }, { write_file(path, "one").size, write_file(path, "two").path })
    assert.equal("two", files.read(path))
    write_file(path, function(write)
      write("a")
      write("b")
    end)
    assert.equal("ab", files.read(path))
    assert.equal("file\n", is_alone())
  end)

  it("is as it was when its pieces end half-way, and what was thrown is thrown on", function()
    write_file(path, "old")
    for _, thrown in ipairs { { kind = "damaged" }, "interrupted!" } do
      local ok, found = pcall(write_file, path, function(write)
        write("new")
        error(thrown, 0)
      end)
      assert.same({ false, thrown }, { ok, found })
      assert.equal("old", files.read(path))
      assert.equal("file\n", is_alone())
    end
  end)

  it("passes on an interruption of the writing of a text", function()
    debug.sethook(function()
      if debug.getinfo(2, "S").source:find("idngo/write_file", 1, true) then error("interrupted!", 0) end
    end, "l")
    local ok, found = pcall(write_file, path, "text")
    debug.sethook()
    assert.same({ false, "interrupted!" }, { ok, found })
    assert.equal("", is_alone())
  end)

  it("says why it cannot be written", function()
    local written, why = write_file(folder .. "/none/file", "text")
    assert.is_nil(written)
    assert.is_string(why)
    written, why = write_file("/dev/full", ("x"):rep(100000))
    assert.is_nil(written)
    assert.truthy(why:find("No space left", 1, true), why)
  end)
end)
