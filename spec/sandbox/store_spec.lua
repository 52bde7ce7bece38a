-- luacheck: std lua54+busted
local people = require("idngo.sandbox.people")
local store = require("idngo.sandbox.store")

describe("the sandbox's store", function()
  local all, kept
  before_each(function()
    all = people.new(1, 1000)
    kept = store.new(all)
  end)

  local MIB = ("x"):rep(1024 * 1024)

  it("keeps 256 MiB of changes, then refuses", function()
    for i = 1, 256 do assert.is_true(kept:set_info(all:at(i), MIB)) end
    assert.is_false(kept:set_info(all:at(257), "{}"))
    assert.is_false(kept:add({ id = "a", externalUserId = "b" }, {}))
    assert.is_nil(all:get("a"))
  end)

  it("counts what replaces something only for the difference", function()
    for _ = 1, 1000 do assert.is_true(kept:set_info(all:at(1), MIB)) end
    assert.is_true(kept:set_info(all:at(1), "{}"))
    for i = 1, 255 do assert.is_true(kept:set_info(all:at(i), MIB)) end
  end)
end)
