-- What is left out where runs are in PostgreSQL is there: a file or a test of another name would be run, or missed, in silence.

local files = require("files")
local folders = require("journal_folders")

describe("what is left out where runs are in PostgreSQL", function()
  it("is in a spec by that name, and has a reason", function()
    for name, tests in pairs(folders.TESTS) do
      local text = files.read(("spec/%s_spec.lua"):format(name))
      for start, reason in pairs(tests) do
        assert.truthy(text:find('"' .. start, 1, true), ("%s: %s"):format(name, start))
        assert.is_true(#reason > 0)
      end
    end
  end)

  it("is a whole file only where that is named so", function()
    local list = table.concat(folders.files(), " ") .. " "
    for _, name in ipairs { "run/crash", "import/kills", "policy/decisions", "watch/evening" } do
      assert.truthy(list:find(name .. " ", 1, true), name)
    end
    assert.is_nil(list:find("run/disk ", 1, true))
  end)
end)
