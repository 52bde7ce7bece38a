-- Rows of an input: which ids are taken, the messages about the others, and rows beyond what memory holds at once.

local json = require("idngo.json")
local rows = require("idngo.policy.rows")

local A, B = "5f0b4e5a422965274f5b0aaa", "5f07f82442296516810730a2"

describe("rows", function()
  it("are given as they were added, however many", function()
    local stored, expected, given = rows.new(), {}, {}
    for i = 1, 450 do
      expected[i] = { i, ("a%d"):format(i), { id = ("a%d"):format(i), n = i } }
      stored:add(i, { id = expected[i][2], n = i })
    end
    for n, id, fields in stored:each() do given[#given + 1] = { n, id, json.decode(fields) } end
    assert.same(expected, given)
    assert.equal(450, stored.count)
    stored:close()
  end)

  it("are gathered with the names of their columns", function()
    local gatherer = rows.gatherer {}
    gatherer:add(1, A, { n = 1 })
    gatherer:add(2, B, { tags = { "x" } })
    assert.is_nil(gatherer:message())
    assert.same({ id = true, n = true, tags = { true } }, gatherer.columns)
    assert.equal(2, gatherer.rows.count)
  end)

  it("take a word or a number for an id only where it is said to be one", function()
    for id, taken in pairs { [A] = true, a1 = true, word = false, ["1001"] = false } do
      for _, unsure in ipairs { false, true } do
        local gatherer = rows.gatherer {}
        gatherer:add(1, id, {}, unsure)
        assert.equal(taken or not unsure, gatherer:message() == nil, id)
      end
    end
  end)

  it("name an id that stands twice with the line where it stood first, among all that is wrong, in order", function()
    local function message_of(ids)
      local gatherer = rows.gatherer {}
      for i, id in ipairs(ids) do gatherer:add(i + 1, id, {}) end
      return gatherer:message()
    end
    assert.equal(table.concat({ "line 3: no applicant's id, which has A-Z a-z 0-9 _ and - alone",
      "line 4: the id stands on line 2 already", "line 6: no applicant's id, which has A-Z a-z 0-9 _ and - alone",
      "line 7: the id stands on line 2 already" }, "\n"), message_of { A, "!", A, B, "?", A })
    local ids = {}
    for i = 1, 50 do ids[i] = A end
    local message = message_of(ids)
    assert.equal(21, select(2, message:gsub("[^\n]+", "")))
    assert.truthy(message:find("line 22: the id stands on line 2 already\nand 29 more", 1, true), message)
    for i = 2, 31 do ids[i] = ".." end
    assert.truthy(message_of(ids):find("line 22: [^\n]+\nand 29 more$"), message_of(ids))
  end)
end)
