-- luacheck: std lua54+busted
local people = require("idngo.sandbox.people")

describe("the sandbox's applicants", function()
  it("follow from the seed: same seed, same ids and fields; another seed, others", function()
    local a, b, c = people.new(7, 50), people.new(7, 50), people.new(8, 50)
    for i = 1, 50 do
      local one, two = a:at(i), b:at(i)
      for _, field in ipairs({ "id", "firstName", "dob", "createdAt", "checkId", "duplicates", "review" }) do
        assert.equal(one[field], two[field])
      end
      assert.not_equal(one.id, c:at(i).id)
    end
  end)

  it("are found by their ids, and only those that exist", function()
    local all = people.new(1, 100)
    for _, index in ipairs({ 1, 50, 100 }) do
      assert.equal(index, all:get(all:at(index).id).index)
    end
    assert.is_nil(all:get(all:at(101).id))
    assert.is_nil(all:get(all:at(0).id))
    assert.is_nil(all:get("5f0000000000000000000000"))
    assert.is_nil(all:get(""))
    assert.is_nil(all:get(all:at(1).id:upper()))
    local other = all:at(1).id:gsub("^5f.", "5f0", 1)
    assert.is_nil(all:get(other == all:at(1).id and "5f1" .. other:sub(4) or other))
  end)

  it("have 24 hex digits as ids, no two the same", function()
    local all, seen = people.new(3, 20000), {}
    for i = 1, 20000 do
      local id = all:at(i).id
      assert.matches("^%x+$", id)
      assert.equal(24, #id)
      assert.is_nil(seen[id])
      seen[id] = true
    end
  end)

  it("take no memory until asked for, however many", function()
    local function used()
      collectgarbage()
      collectgarbage()
      return collectgarbage("count")
    end
    local before = used()
    local all = people.new(1, 100000)
    for i = 1, 100000 do
      assert(all:get(all:at(i).id).duplicates)
    end
    assert.is_true(used() - before < 1024) -- KiB
  end)

  it("meet every value of every situation within the first twelve, whatever the seed", function()
    for seed = 1, 3 do
      local all, seen = people.new(seed, 12), {}
      for i = 1, 12 do
        local person = all:at(i)
        for _, name in ipairs(people.situations) do seen[name .. "=" .. person[name]] = true end
        seen["tin=" .. person.tin .. " " .. person.tinShape] = true
        seen["liveness=" .. person.liveness .. " " .. person.frames] = true
      end
      for name, values in pairs({
        type = { "individual", "company" },
        duplicates = { "GREEN", "RED", "YELLOW", "none", "nullAnswer", "nullFields" },
        tin = { "none", "GREEN object", "GREEN array", "YELLOW object", "YELLOW array", "RED object", "RED array" },
        liveness = { "GREEN many", "GREEN one", "RED", "ERROR", "none" },
        review = {
          "init", "pending", "prechecked", "queued", "onHold",
          "completed-GREEN", "completed-RED-FINAL", "completed-RED-RETRY",
        },
        email = { "yes", "no" },
        name = { "plain", "script", "quotes", "rtl", "long", "formula", "control", "astral" },
      }) do
        for _, value in ipairs(values) do assert.is_true(seen[name .. "=" .. value], name .. "=" .. value) end
      end
    end
  end)

  it("are mostly clean beyond those", function()
    local all, clean = people.new(5, 2000), 0
    for i = 13, 2000 do
      local person = all:at(i)
      local answers = person.duplicates .. person.liveness .. person.tin
      if answers == "GREENGREENGREEN" then clean = clean + 1 end
    end
    assert.is_true(clean > 800 and clean < 1400, clean)
  end)
end)
