-- idngo approvers init: a key to approve with, and the lines of it for those who run.

local core = require("idngo.core")
local keys = require("idngo.run.keys")
local support = require("runs")

local base

local function idngo(arguments)
  return support.shell(("HOME=%s XDG_CONFIG_HOME= IDNGO_CONFIG= lua5.4 bin/idngo approvers init %s"):format(base, arguments))
end

describe("idngo approvers", function()
  setup(function() base = support.folder() end)
  teardown(support.clean)

  it("makes a key that its owner alone can read, and prints what names it", function()
    local out, errors, code = idngo("'Ann Lee' --key " .. base .. "/ann.key")
    assert.equal(0, code, errors)
    local key = assert(core.private_key(support.read(base .. "/ann.key")))
    assert.equal("Ann Lee\n" .. key:pem(), out)
    assert.is_nil((out .. errors):find("PRIVATE", 1, true))
    assert.equal("600\n", (support.shell("stat -c %a " .. base .. "/ann.key")))
    assert.truthy(errors:find(("set approver_key_file = %s/ann.key in"):format(base), 1, true), errors)
    -- what it prints is what the setting approvers takes
    support.write(base .. "/approvers", out .. (idngo("Ben")))
    local public, names = keys.public(base .. "/approvers")
    assert.equal("Ann Lee", names[key:id()])
    local ben = assert(core.private_key(support.read(base .. "/.config/idngo/approver.key")))
    assert.same({ "Ben", true }, { names[ben:id()], public[ben:id()] ~= nil })
    assert.equal("", (support.shell(("ls -A %s/.config/idngo | grep -v '^approver.key$'"):format(base)))) -- nothing else
  end)

  it("never replaces what is there", function()
    local path = support.write(base .. "/there", "something")
    for _, each in ipairs { path, base } do
      local out, errors, code = idngo("Ann --key " .. each)
      assert.same({ "", 74 }, { out, code }, errors)
      assert.truthy(errors:find(each .. ": File exists; a key is never replaced", 1, true), errors)
    end
    assert.equal("something", support.read(path))
    os.execute(("ln -s %s/nothing %s/link"):format(base, base))
    assert.equal(74, select(3, idngo(("Ann --key %s/link"):format(base))))
    assert.is_nil(core.is_regular(base .. "/nothing"))
    assert.equal(74, select(3, idngo(("Ann --key %s/no/such"):format(base))))
  end)

  it("wants a name that stands in one line", function()
    for _, each in ipairs { "''", "' Ann'", "'# Ann'", "\"$(printf 'Ann\\nBen')\"", "-----BEGIN", "" } do
      assert.equal(2, select(3, idngo(each .. " --key " .. base .. "/no")), each)
    end
    assert.is_nil(core.is_regular(base .. "/no"))
  end)
end)
