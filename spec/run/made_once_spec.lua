-- What the first process of a user or of a machine makes, and all others go by: of several that are the first, one makes it.

local shell = require("shell")
local support = require("runs")

describe("of several processes that begin at once", function()
  local folder
  before_each(function() folder = support.folder() end)
  teardown(support.clean)

  --- What each of them prints of `code`, and what is in the folder afterwards.
  local function together(code)
    local said = shell("for i in 1 2 3 4 5 6 7 8; do IDNGO_AUDIT_KEY_FILE=%s/key LUA_PATH='%s' lua5.4 -e '%s' & done; wait",
      folder, package.path, code)
    local count, first = 0, said:match("[^\n]+")
    for each in said:gmatch("[^\n]+") do
      assert.equal(first, each)
      count = count + 1
    end
    assert.equal(8, count, said)
    return first, (shell("ls -A %s", folder))
  end

  it("all sign with the audit key that one of them makes", function()
    local id, listing = together([[print(assert(require("idngo.run.keys").own(true)):id())]])
    assert.equal("key\n", listing)
    assert.equal(id, (together([[print(assert(require("idngo.run.keys").own(false)):id())]])))
  end)

  it("all go by the id of a spool that one of them makes", function()
    local _, listing = together(([[print(require("idngo.watch.places").id("%s"))]]):format(folder))
    assert.equal("watch.id\n", listing)
  end)
end)
