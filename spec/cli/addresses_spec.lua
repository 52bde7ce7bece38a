-- Every command that takes a run, given the address of one in PostgreSQL: it asks the server, and does nothing before. The server
-- here is one that does not answer.

local commands = require("generate.commands")
local support = require("runs")

--- Whether an argument or an option of a command line is a run.
local function is_run(element)
  if (element.value or ""):find("RUN", 1, true) then return true end
  for _, name in ipairs(element.names) do
    if name == "--run" or name:find("^RUN") then return true end
  end
  return false
end

--- The command lines of a command, one for each of its elements that is a run.
local function lines_of(command, address)
  local lines = {}
  local function line(run)
    local words = { table.concat(command.path, " ") }
    for _, argument in ipairs(command.arguments) do
      local word = is_run(argument) and address or "{folder}/policy.lua"
      if argument == run or not argument.optional or (is_run(argument) and not run) then words[#words + 1] = word end
    end
    for _, option in ipairs(command.options) do
      local own = is_run(option) and (option == run or not option.optional)
      if own then words[#words + 1] = option.names[1] .. " " .. address end
    end
    if command.path[1] == "plan" then words[#words + 1] = "--input {folder}/ids" end
    return table.concat(words, " ")
  end
  for _, list in ipairs { command.arguments, command.options } do
    for _, element in ipairs(list) do
      if is_run(element) then lines[#lines + 1] = line(element) end
    end
  end
  return lines
end

describe("idngo, given the address of a run in PostgreSQL", function()
  local server, folder
  setup(function()
    server, folder = support.server { applicants = 20 }, support.folder()
    support.write(folder .. "/policy.lua",
      'return { name = "p", version = "1", decide = function() return hold("h") end }\n')
    support.write(folder .. "/ids", (select(2, support.applicants(server, "type=individual&limit=1"))))
    assert(os.execute(("mkdir -m 700 %s/state %s/here"):format(folder, folder)))
  end)
  teardown(function() support.clean(server) end)
  before_each(function() support.forget_ledger(server) end)

  local count = 0
  commands.each(commands.tree(), function(command)
    for i, line in ipairs(lines_of(command, "{address}")) do
      count = count + 1
      it(("asks the server: %s %d"):format(table.concat(command.path, " "), i), function()
        line = line:gsub("{address}", "'postgresql:///x?host={folder}&run=y'"):gsub("{folder}", folder)
        local root = support.root
        local path = ("%slua/?.lua;%slua/?/init.lua;;"):format(root, root)
        local out, errors, code = support.shell(("cd %s/here && env %s IDNGO_STATE_DIR=%s/state LUA_PATH='%s' lua5.4 %sbin/idngo "
          .. "%s </dev/null"):format(folder, support.env(server), folder, path, root, line))
        local asked = errors:find("PostgreSQL: ", 1, true)
        assert.is_true(asked and (code == 74 or code == 65), line .. ": " .. code .. "\n" .. out .. errors)
        assert.equal("", out)
        assert.same({}, support.ledger(server).entries)
        assert.equal("", support.shell(("find %s/here %s/state -mindepth 1"):format(folder, folder)))
      end)
    end
  end)

  it("are looked at, all of them", function() assert.is_true(count > 20, tostring(count)) end)
end)
