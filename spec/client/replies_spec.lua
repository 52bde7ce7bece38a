-- Whom a reply is about: what names somebody else than was asked about is nobody's answer, wherever it says so.

local operations = require("idngo.operation")
local replies = require("idngo.client.replies")

--- What is strange in a reply to a call about A.
local function strange(name, value, more)
  local call = { operation = operations.of(name), subject = "A" }
  for key, what in pairs(more or {}) do call[key] = what end
  return replies.stranger(call, value)
end

describe("a reply", function()
  it("with checks is compared by all else that it says, too", function()
    local echoed = { subject = false, echoed = { "A1" } }
    assert.equal("id", strange("action", { id = "A2", checks = { { answer = "GREEN" } } }, echoed))
    assert.is_nil(strange("action", { id = "A1", checks = { { answer = "GREEN" } } }, echoed))
  end)

  it("that lists is about the one who was asked about in each of its items", function()
    for _, name in ipairs { "actions", "notes" } do
      local items = { { id = "1", applicantId = "A" }, { id = "2" }, { id = "3", applicantId = "B" } }
      assert.equal("items[3].applicantId", strange(name, { items = items }), name)
      assert.equal("items[3].applicantId", strange(name, { list = { items = items } }), name)
      items[3] = nil
      assert.is_nil(strange(name, { items = items }), name)
    end
  end)
end)
