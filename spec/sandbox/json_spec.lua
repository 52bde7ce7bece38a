-- luacheck: std lua54+busted
local json = require("idngo.sandbox.json")

describe("the sandbox's JSON", function()
  it("writes objects with sorted keys, whole numbers whole and empty arrays as arrays", function()
    local text = json.encode({ b = 1, a = json.array({}), c = { d = 1.5, e = json.null }, f = { true, "x" } })
    assert.equal('{"a":[],"b":1,"c":{"d":1.5,"e":null},"f":[true,"x"]}', text)
  end)

  it("reads back what it writes", function()
    local text = '{"a":[],"b":{},"c":[1,-2,0.5,1e+20],"d":"\\u0001\\"\\\\é","e":null}'
    assert.equal(text, json.encode(json.decode(text)))
  end)

  it("keeps whole numbers beyond 2^31", function()
    assert.equal(6652226840123, json.decode("6652226840123"))
    assert.equal("integer", math.type(json.decode("6652226840123")))
  end)

  it("reads surrogate pairs", function()
    assert.equal("\u{1f600}", json.decode('"\\ud83d\\ude00"'))
  end)

  it("keeps null, lists that are empty or begin with null, and numbers beyond 2^53 as numbers", function()
    local value = json.decode('{"a":null,"b":[null,[]],"c":{},"d":12345678901234567890}')
    assert.equal(json.null, value.a)
    assert.same({ true, true, true }, { json.is_array(value.b), value.b[1] == json.null, json.is_array(value.b[2]) })
    assert.same({ true, "number" }, { json.is_object(value.c), type(value.d) })
    assert.equal(json.null, json.decode("null"))
    assert.is_false(json.decode("false"))
  end)

  it("refuses a name that stands twice", function()
    assert.same({ nil, "a name stands twice in one object" }, { json.decode('{"a":1,"a":2}') })
  end)

  for _, bad in ipairs({
    "", "{", "[1,]", '{"a":1,}', "{'a':1}", "{a:1}", "NaN", "01", "0x10", "1.", ".5", "+1", "1e400", "nul", "true1",
    '"\\x"', '"\\ud800"', '"\\udc00x"', '"\1"', '"\xff"', "[1] 2", "[1 2]", '{"a" 1}', '"abc', ("["):rep(201),
    "\u{feff}{}", "[", '{"a":}', "--1", "1-2", "[1]x",
  }) do
    it("refuses " .. (#bad > 20 and "deep nesting" or ("%q"):format(bad)), function()
      local value, message = json.decode(bad)
      assert.is_nil(value)
      assert.matches("at byte %d+$", message)
    end)
  end
end)
