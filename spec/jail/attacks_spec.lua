-- Hostile policies against the built evaluator: every file of spec/fixtures/attacks is the body of a function of
-- (applicant, facts), and its first line says what must come of it:
--   -- expect: decided ACTION[: REASON] | need FACT | error REASON[: part of the message]
local evaluators = require("evaluators")
local jail = require("idngo.policy.jail")

-- What must come is said of the evaluator's processor time, which a busy machine does not stretch. Only what is to end by the
-- clock has little of it: anything else has time enough on the busiest machine.
local SECONDS, LATE, ENOUGH = 0.3, 0.1, 600
local DIR = "spec/fixtures/attacks/"

-- Once the attack is over: does the evaluator still do what it did before? Names and behaviour of all there is.
local AFTERWARDS = [[
    local names = {}
    for _, library in ipairs { _ENV, string, table, math, utf8 } do
      for name, value in pairs(library) do names[#names + 1] = name .. "=" .. type(value) end
    end
    table.sort(names)
    local work = ("ab"):rep(3, "-"):upper() .. ("%d %s %s"):format(7, {}, tostring(nil)) .. tostring(getmetatable(""))
    return hold(#names .. " " .. facts.duplicates.hits[2].applicantId .. " " .. work .. " " .. names[1] .. " " .. names[#names])
]]

local function policy_of(body)
  return "local function attack(applicant, facts) " .. body .. "\nend\n" .. [[
return {
  name = "attack",
  decide = function(applicant, facts)
    if applicant.attack then return attack(applicant, facts) end
]] .. AFTERWARDS .. "end }"
end

local function facts()
  return { duplicates = { answer = "RED", hits = { { applicantId = "one" }, { applicantId = "two" } } } }
end

--- An outcome in the words of the fixtures' first lines.
local function in_words(outcome)
  if outcome.kind == "need" then return "need " .. outcome.fact end
  if outcome.kind == "error" then
    return "error " .. outcome.reason .. (outcome.reason == "policy" and ": " .. outcome.message or "")
  end
  local action = outcome.actions[1]
  return "decided " .. action.name .. (action.reason and ": " .. action.reason or "")
end

local function read(name)
  local file <close> = assert(io.open(DIR .. name))
  local text = file:read("a")
  return text, text:match("^%-%- expect: ([^\n]+)\n")
end

local function names()
  local list, pipe = {}, assert(io.popen("ls " .. DIR))
  for name in pipe:lines() do list[#list + 1] = name end
  pipe:close()
  return list
end

local function pool_of(text, name, seconds)
  return assert(jail.pool { text = text, chunkname = name, seconds = seconds, memory = 16 * 1024 * 1024 })
end

describe("A hostile policy", function()
  local fresh <const> = (function()
    local pool <close> = pool_of(policy_of(""), "fresh.lua", ENOUGH)
    return in_words(pool:evaluate({}, facts()))
  end)()

  it("is one of at least 60", function()
    assert.is_true(#names() >= 60)
    assert.truthy(fresh:find("^decided hold: %d+ two AB%-AB%-AB7 table nilnil "), fresh)
  end)

  for _, name in ipairs(names()) do
    it(name, function()
      local text, expected = read(name)
      local kind, part = expected:match("^([^:]*):? ?(.*)$")
      local by_clock = kind:find("^error time") ~= nil
      local pool <close> = pool_of(policy_of(text), name, by_clock and SECONDS or ENOUGH)
      local before = evaluators.seconds()
      local got = in_words(pool:evaluate({ attack = true }, facts()))
      if by_clock then got = got:gsub("^error instructions", "error time") end
      local took = evaluators.seconds() - before
      assert.equal(kind, got:sub(1, #kind), got)
      assert.truthy(got:find(part, 1, true), got)
      assert.is_nil(got:find("%c"), "control characters reach the host")
      assert.truthy(utf8.len(got), "bytes that are not UTF-8 reach the host")
      assert.is_nil(got:find("0x%x%x%x%x%x"), "an address reaches the host")
      assert.is_true(not by_clock or took <= SECONDS + LATE, ("%g s"):format(took))
      local after
      for _ = 1, 50 do -- who has little of the clock may be late once more, and is not wrong then
        after = in_words(pool:evaluate({}, facts()))
        if not after:find("^error time") then break end
      end
      assert.equal(fresh, after)
    end)
  end
end)
