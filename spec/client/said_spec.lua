-- What is shown of targets, and of pages that somebody else wrote: nothing of a person, and words of descriptions as they are.

local said = require("idngo.client.said")

describe("what is shown", function()
  it("of a path names a filter and hides its value, whatever the filter is called", function()
    for target, shown in pairs {
      ["/q/-;data.props.card_holder=Asel%20T"] = "/q/-;data.props.card_holder={data.props.card_holder}",
      ["/q/-;data.props.card-holder=Asel/one?x=1"] = "/q/-;data.props.card-holder={data.props.card-holder}/one",
      ["/q/-;data%2Eapplicant.fullName=Asel"] = "/q/-;data%2Eapplicant.fullName={data%2Eapplicant.fullName}",
      ["/q/-;data.type=finance;external%55serId=me"] = "/q/-;data.type=finance;external%55serId={external%55serId}",
    } do
      assert.equal(shown, said.path(target))
    end
  end)

  it("of an address hides what lets somebody in, however its name is written", function()
    for _, name in ipairs { "secretKey", "secret%4bey", "%73ecretKey", "shareToken" } do
      assert.equal("/x?a=b&" .. name .. "=[…]", said.without_secrets("/x?a=b&" .. name .. "=canary"))
    end
  end)

  it("of a text hides filters' values, also where they are written as they stood in the target", function()
    local call = { operation = {}, target = "/q/-;data.props.card_holder=Asel%20Testova?limit=2" }
    local text = "no transaction of Asel Testova or Asel%20Testova here"
    assert.equal("no transaction of […] or […] here", said.redact(text, call, ""))
  end)

  it("of a text hides numbers that were sent, and values that begin another", function()
    local personal = '{"firstName":"Ana","lastName":"Anastasia","middleName":"An","iin":900101300123,"flags":7}'
    for _ = 1, 20 do -- whatever order a table has
      assert.equal("the name […], of […], iin […], 7 tries", said.redact("the name Anastasia, of Ana, iin 900101300123, 7 tries",
        { operation = {}, target = "/x", personal = personal }, ""))
    end
  end)

  it("of a text hides a number in every form that a server may write", function()
    for number, forms in pairs {
      ["900101300123"] = { "900101300123", "900101300123.0", "9.00101300123E11", "9.00101300123e+11" },
      ["123456789012345"] = { "123456789012345", "123456789012345.0", "1.23456789012345E14" },
      ["1234567890123456"] = { "1234567890123456", "1.234567890123456E15" },
      ["-4234567890123456"] = { "-4234567890123456", "4234567890123456" },
      ["12345678901234567"] = { "12345678901234567" },
      ["1.234567890123e+24"] = { "1.234567890123e+24", "1.234567890123E24", "1234567890122999947329536" },
      ["43.238949123456791"] = { "43.238949123456791", "43.23894912345679", "4.323894912345679E1" },
      ["1234.5"] = { "1234.5", "1.2345E3" },
    } do
      local call = { operation = {}, target = "/x", personal = ('{"tin":%s}'):format(number) }
      for _, form in ipairs(forms) do
        local shown = said.redact(("tin %s is taken"):format(form), call, "")
        assert.is_truthy(shown:find("^tin %-?%[…%][.0Ee+]*[%d]* is taken$") and not shown:find("%d%d%d"), form .. ": " .. shown)
      end
    end
    local short = { operation = {}, target = "/x", personal = '{"tries":3,"rate":0.5,"most":-12}' }
    assert.equal("3 of 12 at 0.5", said.redact("3 of 12 at 0.5", short, ""))
  end)

  it("of a text hides values in the query of a call that no description has", function()
    local call = { operation = { name = "call" }, target = "/resources/x?phone=%2B77001112233&lang=en" }
    assert.equal("no […] or […] when it is sent", said.redact("no +77001112233 or %2B77001112233 when it is sent", call, ""))
  end)

  it("of a page leaves words that a parameter takes: they say nothing of anybody", function()
    for _, target in ipairs { "/resources/kyt/txns/query/-;data.info.direction=in", "/resources/x?lang=en" } do
      local page = "<html><title>Checking the token, running then</title></html>"
      assert.equal("Checking the token, running then", said.of(page, { target = target, operation = {} }, ""))
    end
  end)
end)
