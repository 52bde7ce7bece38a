-- What fits a terminal: widths, shortened and wrapped texts; and tables and progress in terminals of 80 and 200 columns.

local files = require("files")
local json = require("idngo.json")
local screen = require("idngo.cli.screen")
local support = require("runs")
local watches = require("watches")

describe("the width of a text", function()
  it("is what it takes on a screen, not its bytes", function()
    assert.equal(5, screen.width("Ермек"))
    assert.equal(4, screen.width("日本"))
    assert.equal(1, screen.width("e\204\129")) -- with an accent of its own
    assert.equal(3, screen.width("a…b"))
  end)

  it("bounds a text that is shortened, at any width", function()
    for _, text in ipairs { "абвгд", "日本語日本語", "plain text", "e\204\129e\204\129e\204\129" } do
      for columns = 1, 12 do
        local short = screen.fit(text, columns)
        assert.is_true(screen.width(short) <= columns, short)
        assert.is_true(short == text or short:find("…$") ~= nil)
      end
    end
  end)

  it("bounds every line of a wrapped text, which loses no word", function()
    local text = "one two three-and-a-very-long-word 日本語日本語 четыре пять"
    for columns = 2, 30 do
      local rows = screen.wrap(text, columns)
      for _, row in ipairs(rows) do assert.is_true(screen.width(row) <= columns, row) end
      assert.equal((text:gsub("%s", "")), (table.concat(rows):gsub("%s", "")))
    end
  end)
end)

describe("events in a list", function()
  teardown(support.clean)

  it("stand in columns, whatever letters are in them", function()
    local spool = support.folder()
    watches.fill(spool, { '{"type":"here","applicantId":"a"}', '{"type":"here","applicantId":"Ермек"}', '{"type":"here"}',
      '{"type":"here","applicantId":"日本","reviewResult":{"reviewAnswer":"GREEN"}}' })
    local out, errors, code = support.shell("lua5.4 bin/idngo events list --spool " .. spool)
    assert.equal(0, code, errors)
    local places = {}
    for line in out:gmatch("[^\n]+") do places[#places + 1] = screen.width(line:match("^(.*)here$")) end
    assert.same({ 59, 59, 59, 59 }, places)
  end)
end)

--- What a command writes on a terminal of so many columns: its bytes, and its exit code.
local function on_terminal(columns, line)
  return support.shell(("python3 spec/support/terminal.py %d %s </dev/null"):format(columns, line))
end

--- The lines that a terminal shows of what was written: what was written over is gone. `written`: with what was.
local function lines_of(text)
  local lines, written = {}, {}
  for line in (text:gsub("\r\n", "\n") .. "\n"):gmatch("(.-)\n") do
    for part in (line .. "\r"):gmatch("(.-)\r") do
      written[#written + 1] = part:gsub("\27%[[%d?]*[%a]", "")
    end
    lines[#lines + 1] = line:match("[^\r]*$"):gsub("\27%[[%d?]*[%a]", "")
  end
  return lines, written
end

describe("a terminal", function()
  local server, folder, env
  setup(function()
    server, folder = support.server { applicants = 60, latency = 0.05 }, support.folder()
    env = "env " .. support.env(server) .. " "
    local _, csv = support.applicants(server, "type=individual")
    files.write(folder .. "/ids", csv)
  end)
  teardown(function() support.clean(server) end)

  for _, columns in ipairs { 80, 200 } do
    it(("of %d columns is never too narrow for progress and tables"):format(columns), function()
      local run = ("%s/run-%d"):format(folder, columns)
      local out = on_terminal(columns, ("%slua5.4 bin/idngo plan examples/policies/block-duplicates.lua --input %s/ids --run %s")
        :format(env, folder, run))
      local shown, written = lines_of(out)
      local progress, tables = 0, 0
      for _, line in ipairs(written) do
        if line:find("^planning: ") then
          progress = progress + 1
          assert.is_true(screen.width(line) < columns, line)
        end
      end
      assert.is_true(progress > 0, out)
      assert.is_true(out:find("\27[?7l", 1, true) < out:find("\27[?7h", 1, true))
      for _, line in ipairs(shown) do
        assert.is_nil(line:find("^planning: %d"), line) -- written over, and away in the end
        if line:find("^applicants  ") or line:find("^plan +%x+$") or line:find("^  %x+$") then tables = tables + 1 end
        if line:find("^  %x+$") then assert.equal(66, #line) end -- a hash is whole, to be copied
        if not line:find("^Nothing has") and not line:find("^It would") then
          assert.is_true(screen.width(line) <= columns, line)
        end
      end
      assert.equal(2, tables)
      local rows = 0
      for _, line in ipairs((lines_of(on_terminal(columns, ("%slua5.4 bin/idngo list %s"):format(env, run))))) do
        rows = rows + (line:find("^%x+  ") and 1 or 0)
        assert.is_true(screen.width(line) <= columns, line)
        assert.is_nil(line:find("  %-$"), line) -- nothing stands for cells at the end that are empty
      end
      assert.is_true(rows >= 60, rows)
      out = on_terminal(columns, env .. "lua5.4 bin/idngo config")
      for _, line in ipairs((lines_of(out))) do assert.is_true(screen.width(line) <= columns, line) end
    end)
  end

  it("is told at once what a signal waits for", function()
    local run = folder .. "/slow"
    local out = support.command(server, ("plan examples/policies/block-duplicates.lua --input %s/ids --run %s --json"):format(
      folder, run))
    local plan = assert(json.decode(out)).plan
    support.faults(server, { { endpoint = "set_presence", delay = 600 } })
    local process = support.start(server, ("apply %s --approve %s --max-deactivations 100%%"):format(run, plan))
    support.wait_for(function()
      for _, entry in ipairs(support.ledger(server).entries) do
        if entry.method == "PATCH" or entry.method == "PUT" or entry.method == "POST" then return true end
      end
    end)
    os.execute("kill -INT " .. process.pid)
    support.wait_for(function() return process.errors():find("\n") end)
    local said = process.errors()
    assert.truthy(said:find("stopping: waiting for calls under way (", 1, true), said)
    assert.truthy(said:find("set_presence", 1, true), said)
    assert.equal(130, process.wait())
    support.forget(server)
  end)
end)
