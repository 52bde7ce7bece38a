-- The same policy and facts give the same bytes, whatever the process, its addresses and its hash seed.
local jail = require("idngo.policy.jail")
local json = require("idngo.json")

local LUA = os.getenv("IDNGO_LUA") or "lua5.4"

-- Everything whose order or text Lua leaves open: walks, sorting of equals, text of objects, errors, numbers.
local POLICY = [[
return { name = "all", decide = function(applicant, facts)
  local seen = {}
  local own = { tin = 1, dob = 2, lastName = 3, firstName = 4, country = 5, email = 6, [3] = 8, [1.5] = 9, [true] = 10 }
  for name in pairs(own) do seen[#seen + 1] = tostring(name) end
  for name, value in pairs(facts.timeline) do seen[#seen + 1] = name .. tostring(value) end
  for name in next, applicant do seen[#seen + 1] = name end
  local list = {}
  for i = 1, 300 do list[i] = { key = i * 7919 % 5, at = i } end
  table.sort(list, function(a, b) return a.key < b.key end)
  for i = 1, 300, 37 do seen[#seen + 1] = list[i].at end
  seen[#seen + 1] = ("%s %s %s"):format({}, pairs, facts.timeline)
  seen[#seen + 1] = tostring(select(2, pcall(function() return {} < {} end)))
  seen[#seen + 1] = 1 / 3 .. 10 // 3 .. 2 ^ 53 .. #own
  local info = {}
  for i = 1, 40 do info["field" .. i * 31 % 41] = i end
  return hold(table.concat(seen, " ")), update_info(info)
end }
]]

local function facts()
  return { timeline = { items = { 1, 2 }, alpha = "a", beta = 2, gamma = 2.5, delta = true, epsilon = "e", zeta = "z" } }
end

describe("1000 replays", function()
  it("run where Lua's own order differs from process to process", function()
    local script = "'for k in pairs{tin=1,dob=1,lastName=1,firstName=1,country=1,email=1} do io.write(k) end'"
    local pipe <close> = assert(io.popen(("for i in $(seq 30); do %s -e %s; echo; done | sort -u | wc -l"):format(LUA, script)))
    assert.is_true(pipe:read("n") > 1)
  end)

  it("in 100 processes give the same bytes", function()
    local different, count = {}, 0
    for _ = 1, 100 do
      local pool <close> = assert(jail.pool { text = POLICY, chunkname = "all.lua" })
      for _ = 1, 10 do
        local outcome = pool:evaluate({ id = "one", name = "A", born = "1990-01-01" }, facts(), { trace = true })
        assert.equal("decided", outcome.kind, outcome.message)
        different[json.encode(outcome, "outcome", "[]")] = true
        count = count + 1
      end
    end
    assert.equal(1000, count)
    local first = next(different)
    assert.is_nil(next(different, first))
    assert.is_nil(first:find("0x%x%x%x%x"))
  end)
end)
