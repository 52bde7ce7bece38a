-- What reads replies inside nginx serves one after the other: nothing of a reply, nor of what ended it, is left for the next.

local readers = require("idngo.transport.ngx_reader").readers

local REPLY = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}"

describe("a reader of replies inside nginx", function()
  it("that serves again is as a new one", function()
    local new = readers(function(reader)
      reader.broken = { kind = "timeout" } -- as by a call whose slot is lost, and whose server answers nevertheless
      return REPLY
    end)
    local function fields()
      local reader, found = new("sock", 1, 2, false, false, 1000), {}
      for name, value in pairs(reader) do found[name] = value end
      return reader, found
    end
    local reader, first = fields()
    assert.is_true(reader:read_head())
    assert.equal("{}", reader:read_body())
    reader:close()
    local again, found = fields()
    assert.equal(reader, again)
    assert.same(first, found)
  end)
end)
