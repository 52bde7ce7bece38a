-- Commands that are shown to a person to type: a shell reads them as they were meant, whatever a folder is called, and no word
-- is quoted that need not be.

local support = require("runs")
local word = require("idngo.shell_word")

local POLICY = [[return { name = "p", version = "1", decide = function() return send_status_email("as they asked") end }]]

describe("a word of a command line", function()
  it("is left as it is where a shell reads it so", function()
    for _, text in ipairs { "run-1", "/tmp/lua_x1F3a9/run", "--max-deactivations", "25%", "a=b", "user@host:1,2+3_4.5" } do
      assert.equal(text, word(text))
    end
  end)

  it("reaches a program whole, whatever is in it", function()
    for _, text in ipairs { "", " ", "it's a run", "$HOME", "`id`", "~", "~root", "a*", "[a]", "{a,b}", "a;b", "a|b", "a&b",
      "<a>", "(a)", "#a", "!a", "a\\b", '"a"', "a\tb", "a\nb", "=ls", "ә", "^a", "'" } do
      assert.equal(text, support.shell("printf %s " .. word(text)):sub(1, -1), text)
      assert.not_equal(text, word(text))
    end
  end)
end)

describe("a command shown to a person, for a folder whose name has a blank and a quote", function()
  local server, folder, ids
  setup(function()
    server, folder = support.server { applicants = 20 }, support.folder()
    local _, csv = support.applicants(server, "type=individual&email=yes&limit=2")
    support.write(folder .. "/ids", csv)
    support.write(folder .. "/p.lua", POLICY)
    ids = {}
    for id in csv:gmatch(("%x"):rep(24)) do ids[#ids + 1] = id end
  end)
  teardown(function() support.clean(server) end)
  before_each(function() support.forget(server) end)

  --- Runs a command line in a shell, inside the folder, as a person would; what is shown, and the exit code.
  local function typed(line)
    local run = "idngo() { exec env %s lua5.4 bin/idngo \"$@\"; }; %s </dev/null"
    local out, errors, code = support.shell(("sh -c " .. word(run:format(support.env(server), line))))
    return out .. errors, code
  end

  --- What stands behind `before` in a line of what was shown, as far as `stop`.
  local function shown(text, before)
    return assert(text:match(before .. "(idngo [^\n]*)"), text)
  end

  local function plan(name)
    local dir = word(folder .. "/" .. name)
    local said, code = typed(("idngo plan %s/p.lua --input %s/ids --run %s"):format(folder, folder, dir))
    assert.equal(0, code, said)
    return dir, said
  end

  it("approves the plan that was shown", function()
    local _, said = plan("it's one")
    local command = shown(said, "To do it: ")
    local done, code = typed(command)
    assert.equal(0, code, command .. "\n" .. done)
    assert.truthy(done:find("2 applied", 1, true), done)
  end)

  it("approves it where an error says how", function()
    local dir = plan("it's two")
    local said, code = typed("idngo resume " .. dir)
    assert.equal(4, code, said)
    local done
    done, code = typed(shown(said, "look at it, then: "))
    assert.equal(0, code, done)
  end)

  it("settles a step", function()
    local dir, said = plan("it's three")
    support.faults(server, { { endpoint = "send_verification_status_email", drop = "after", times = 1 } })
    local done, code = typed(shown(said, "To do it: "))
    assert.equal(1, code, done)
    said = typed("idngo settle " .. dir)
    local command = shown(said, "to settle: ")
    local id = assert(said:match(("%x"):rep(24)), said)
    done, code = typed((command:gsub("APPLICANT", id):gsub("STEP", "1"):gsub("applied|void", "void")))
    assert.equal(0, code, command .. "\n" .. done)
    done, code = typed((command:gsub("APPLICANT", ids[1]):gsub("STEP", "9"):gsub("applied|void", "void")))
    assert.equal(65, code, done)
    done, code = typed(shown(done, "settled; "):gsub(" lists them$", ""))
    assert.equal(0, code, done)
  end)

  it("sends an import", function()
    local dir = word(folder .. "/it's four")
    local said, code = typed(("idngo import run --run %s examples/applicant.zip"):format(dir))
    local command = shown(said, "look at it, then: ")
    assert.equal(4, code, said)
    local done
    done, code = typed(command)
    assert.equal(0, code, command .. "\n" .. done)
  end)
end)
