-- The link to Redis over streams of the test's own: what comes in which pieces, and what is taken for a reply.

local core = require("idngo.core")
local links = require("idngo.limits.link")
local runtime = require("idngo.runtime")
local unpack = require("idngo.compat").unpack

describe("a link to Redis", function()
  local real, opened, pieces, ends
  before_each(function() real, opened, ends = runtime.connect, 0, {} end)
  after_each(function() runtime.connect = real end)

  --- Has the next connections give these pieces, one by one. The first is new, the others were kept.
  local function serve(...)
    pieces = { ... }
    runtime.connect = function()
      opened = opened + 1
      return {
        reused = opened > 1,
        send = function() return true end,
        receive = function()
          if not pieces[1] then return nil, { kind = "timeout", message = "timed out receiving" } end
          return table.remove(pieces, 1)
        end,
        keep = function() ends[#ends + 1] = "kept" end,
        reset = function() ends[#ends + 1] = "reset" end,
      }
    end
  end

  local function ask(link) return link:ask({ "PING" }, core.now() + 5) end

  it("writes commands of few words and of many, short ones and long ones", function()
    for _, count in ipairs { 1, 511, 512, 513, 4096 } do
      for _, length in ipairs { 0, 1, 20, 4096, 16370, 16384, 17000 } do
        local words, wanted = { ("x"):rep(length) }, { ("*%d\r\n$%d\r\n%s\r\n"):format(count, length, ("x"):rep(length)) }
        for i = 2, count do
          words[i] = i % 2 == 0 and -9007199254740991 or "y"
          wanted[i] = i % 2 == 0 and "$17\r\n-9007199254740991\r\n" or "$1\r\ny\r\n"
        end
        assert.is_true(core.resp_command(words) == table.concat(wanted), count .. " words, the first of " .. length)
      end
    end
  end)

  it("takes the answer to its password and the reply, in one piece or in many", function()
    for _, bytes in ipairs { { "+OK\r\n:7\r\n" }, { "+O", "K\r", "\n:", "7\r\n" }, { "+OK\r\n", ":7\r\n" } } do
      opened = 0
      local link = links.new({ host = "127.0.0.1", port = 1 }, nil, "canary")
      serve(unpack(bytes))
      assert.equal(7, (ask(link)))
      serve(":8\r\n")
      assert.equal(8, (ask(link)))
    end
    assert.same(("kept "):rep(6), table.concat(ends, " ") .. " ")
  end)

  it("fails where what answers to its password is none, and where a reply is nothing", function()
    serve("$-1\r\n")
    local reply, failure = ask(links.new({ host = "127.0.0.1", port = 1 }, "user", "canary"))
    assert.is_nil(reply)
    assert.equal("timeout", failure.kind)
    assert.is_true(failure.sent)
    serve("$-1\r\n")
    assert.is_false((ask(links.new({ host = "127.0.0.1", port = 1 }))))
  end)

  it("uses a connection no more on which a single byte came too much", function()
    local link = links.new({ host = "127.0.0.1", port = 1 })
    for _, surplus in ipairs { "+", "\n", "+OK\r\n", "x" } do
      serve("+OK\r\n" .. surplus)
      local reply, failure = ask(link)
      assert.is_nil(reply)
      assert.equal("Redis says more than it was asked", failure.message)
      serve("+OK\r\n")
      assert.equal("OK", (ask(link))) -- nor does it remember anything of it
    end
    assert.same(("reset kept "):rep(4), table.concat(ends, " ") .. " ")
  end)

  it("forgets a reply that came in part", function()
    local link = links.new({ host = "127.0.0.1", port = 1 })
    serve("$5\r\nab")
    assert.equal("timeout", select(2, ask(link)).kind)
    serve("$2\r\nok\r\n")
    assert.equal("ok", (ask(link)))
  end)
end)
