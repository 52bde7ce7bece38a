-- idngo call deactivate and activate: the client's methods of these names, which are set_presence with its last argument.

local support = require("runs")

describe("idngo call", function()
  local server, id
  setup(function()
    server = support.server { applicants = 20 }
    id = support.ids(server, "type=individual&limit=1")[1]
  end)
  teardown(function()
    server:close()
    support.clean()
  end)

  local function idngo(arguments, ...) return support.command(server, arguments:format(...)) end

  it("deactivates and activates by the name of the method", function()
    for name, deleted in pairs { deactivate = "true\n", activate = "false\n" } do
      support.forget(server)
      local out, errors, code = idngo("call %s %s --field deleted", name, id)
      assert.same({ deleted, 0 }, { out, code }, errors)
      local calls = support.writes(support.ledger(server))
      assert.equal(1, #calls)
      local same = idngo("call set_presence %s %sd --field deleted", id, name)
      assert.equal(deleted, same)
    end
  end)

  it("takes the applicant alone, one at a time", function()
    for arguments, message in pairs { [""] = "missing argument 'applicantId'", [id .. " deactivated"] = "too many arguments",
      [id .. " --input list"] = "a policy does that" } do
      local _, errors, code = idngo("call deactivate %s", arguments)
      assert.equal(2, code)
      assert.truthy(errors:find(message, 1, true), errors)
    end
  end)
end)
