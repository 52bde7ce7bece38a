-- The lint of layers: what it finds in made-up trees, and that it finds nothing here.

local layers = require("tools.layers")

--- What is wrong with the tree of lua/, changed: texts by their paths below lua/; false takes a file away.
local function found(changes)
  local files = layers.files("lua")
  for path, text in pairs(changes) do files[path] = text or nil end
  return layers.check(layers.read(files))
end

describe("the layers of lua/", function()
  it("hold", function()
    assert.same({}, found {})
  end)

  for _, case in ipairs {
    { "an arrow that points up", { ["idngo/run/new.lua"] = 'local policy = require("idngo.policy.run")' },
      "lua/idngo/run/new.lua (run, in durable work) needs lua/idngo/policy/run.lua (policy, in work)"
        .. ": an arrow that points up" },
    { "an arrow up to the whole library", { ["idngo/policy/new.lua"] = 'local idngo = require "idngo"' },
      "lua/idngo/policy/new.lua (policy, in work) needs lua/idngo/init.lua (idngo, in library): an arrow that points up" },
    { "an arrow that is drawn late", { ["idngo/json.lua"] = "return function() return require('idngo.client') end" },
      "lua/idngo/json.lua (values, in plain values) needs "
        .. "lua/idngo/client/init.lua (client, in calls): an arrow that points up" },
    { "an arrow by pcall", { ["idngo/table/new.lua"] = 'local ok, api = pcall(require, "idngo.endpoints")' },
      "lua/idngo/table/new.lua (table, in ground) needs lua/idngo/endpoints.lua (api, in descriptions)"
        .. ": an arrow that points up" },
    { "an arrow by a name that stands in a table",
      { ["idngo/run/new.lua"] = 'local by = { a = "idngo.import.handlers" } return require(by.a)' },
      "lua/idngo/run/new.lua (run, in durable work) needs lua/idngo/import/handlers.lua (import, in work)"
        .. ": an arrow that points up" },
    { "an arrow to a room beside", { ["idngo/import/new.lua"] = 'local jail = require("idngo.policy.jail")' },
      "lua/idngo/import/new.lua (import) needs lua/idngo/policy/jail.lua (policy): rooms of one layer know nothing of each "
        .. "other" },
    { "a circle", { ["idngo/run/a.lua"] = 'require("idngo.run.b")', ["idngo/run/b.lua"] = 'require("idngo.run.a")' },
      "these need each other in a circle: lua/idngo/run/a.lua needs lua/idngo/run/b.lua, and that lua/idngo/run/a.lua" },
    { "a circle of three, one of them late", {
      ["idngo/run/a.lua"] = 'require("idngo.run.b")', ["idngo/run/b.lua"] = 'require("idngo.run.c")',
      ["idngo/run/c.lua"] = 'return function() require("idngo.run.a") end',
    }, "these need each other in a circle: lua/idngo/run/a.lua needs lua/idngo/run/b.lua needs lua/idngo/run/c.lua, and that "
      .. "lua/idngo/run/a.lua" },
    { "a file that is in no room", { ["idngo/misc.lua"] = "return {}" },
      "lua/idngo/misc.lua is in no room: put it into a folder of one, or name it in tools/layers.lua" },
    { "a folder that is no room", { ["idngo/helpers/all.lua"] = "return {}" },
      "lua/idngo/helpers/all.lua is in no room: put it into a folder of one, or name it in tools/layers.lua" },
    { "a file that was taken away", { ["idngo/version.lua"] = false, ["idngo/client.lua"] = "return {}" },
      "tools/layers.lua names lua/idngo/version, which is not there" },
    { "a file that loads what its room may not", { ["idngo/limits/new.lua"] = 'local curl = require("idngo.curl")' },
      "lua/idngo/limits/new.lua needs idngo.curl, which is for runtime transport/curl cli/checks: it is in the wrong room, or "
        .. "asks what another room should say" },
    { "a library of a database in policies", { ["idngo/policy/new.lua"] = 'local journal = require("idngo.journal")' },
      "lua/idngo/policy/new.lua needs idngo.journal, which is for run watch: it is in the wrong room, or asks what "
        .. "another room should say" },
    { "a library from elsewhere", { ["idngo/json.lua"] = 'local lpeg = require("lpeg")' },
      "lua/idngo/json.lua needs lpeg, which is neither a file of lua/ nor named in FOREIGN of tools/layers.lua" },
  } do
    it("do not: " .. case[1], function()
      local sentences = found(case[2])
      local is_said = false
      for _, sentence in ipairs(sentences) do is_said = is_said or sentence == case[3] end
      assert.is_true(is_said, case[3] .. "\n  is not in\n" .. table.concat(sentences, "\n"))
    end)
  end

  for name, text in pairs {
    ["a comment"] = '-- local up = require("idngo.cli")\n--[[ require "idngo.cli" ]] --[=[ ]] require "idngo.cli" ]=] return {}',
    ["a message"] = [[error("idngo.cli is not for you") return { name = "idngo.cli" }]],
    ["what a message quotes"] = [==[local a, b = [[require "idngo.cli"]], "say \"require('idngo.cli')" return a .. b]==],
    ["an arrow down"] = 'local core, text = require("idngo.core"), require "idngo.text" return core, text',
    ["an arrow to its own room"] = "local people = require('idngo.run.people')",
  } do
    it("are not broken by " .. name, function()
      assert.same({}, found { ["idngo/run/new.lua"] = text })
    end)
  end

  for _, case in ipairs {
    { "a clock of csrc/system", '#include "system/clock.h"', "system/clock.h" },
    { "the system", "#include <unistd.h>", "unistd.h" }, { "sockets", "#  include <sys/socket.h>", "sys/socket.h" },
    { "files of another room", '#include "../curl/loop.h"', "../curl/loop.h" },
  } do
    it("of C: csrc/protocol has no " .. case[1], function()
      assert.same({ ("csrc/protocol/reply.c includes %s: what touches the system is in csrc/system"):format(case[3]) },
        layers.check_pure("reply.c", case[2] .. "\n"))
    end)
  end

  it("of C: csrc/protocol may include its own headers, the binding's, and the language's", function()
    assert.same({}, layers.check_pure("reply.c", '#include "reply.h"\n#include "core/lua_core.h"\n#include <string.h>\n'))
  end)

  it("are drawn in docs/design.md, where each room says what it needs", function()
    local drawing = layers.drawing(layers.read(layers.files("lua")))
    assert.truthy(drawing:find("durable work   run       journal, steps, workers, audit log, reports\n"
      .. "                         -> client limits api runtime values\n", 1, true), drawing)
    assert.truthy(assert(io.open("docs/design.md")):read("a"):find(drawing, 1, true))
  end)
end)
