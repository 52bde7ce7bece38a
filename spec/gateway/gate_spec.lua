-- The gate inside a real nginx: whom it lets in, and that it asks once.

local core = require("idngo.core")
local worlds = require("gate_world")
local nginx = require("nginx")

describe("A gate #nginx", function()
  local world

  setup(function() world = worlds.start() end)
  teardown(function() world:stop() end)

  describe("asked about one", function()
    setup(function() world:open { settings = "failed_for = 0.001," } end)

    for i, case in ipairs {
      { "GREEN", 200 }, { "RED", 403 }, { "YELLOW", 403 }, { "lower case", 403 }, { "no check", 403 }, { "null", 403 },
      { "no answer", 403 }, { "one of two", 503 }, { "nobody", 403 }, { "404 page", 503 },
      { "page", 503 }, { "cut", 503 }, { "number", 503 }, { "no checks", 503 }, { "empty", 503 }, { "500", 503 },
      { "401", 503 }, { "429", 503 },
    } do
      local said, expected = case[1], case[2]
      it(("answers %d where the service says %s"):format(expected, said), function()
        local id = "person" .. i
        world:set(id, said)
        local status, body, headers = world:ask(id)
        assert.equal(expected, status, world.gate:complaints())
        assert.equal(expected == 200, body == "in\n")
        assert.equal(expected == 503 and "1" or nil, headers["retry-after"])
        local before = world:calls(id)
        assert.equal(expected, (world:ask(id)))
        if expected ~= 503 then return assert.equal(before, world:calls(id)) end -- it is remembered
        nginx.wait_for(function() -- what was not found out is asked again
          assert.equal(503, (world:ask(id)))
          return world:calls(id) > before
        end)
      end)
    end

    it("answers 401 to who names nobody, and asks nobody", function()
      local before = world:calls()
      assert.equal(401, (world:ask(nil)))
      assert.equal(401, (world:ask("")))
      assert.equal(before, world:calls())
    end)

    it("asks the same with HEAD", function()
      world:set("head", "RED")
      assert.equal(403, (world:ask("head", "/in", "HEAD")))
      assert.equal(200, (world:ask("head2", "/in", "HEAD")))
    end)
  end)

  it("reads every question as policies do", function()
    local green = { { "duplicate_checks", "duplicates" }, { "tin_checks", "tin" }, { "status", "status" },
      { "checks", "check", "POA" }, { "checks", "search", "SIMILAR_SEARCH" }, { "liveness_checks", "liveness" } }
    local made, server = {}, {}
    for _, each in ipairs(green) do
      made[#made + 1] = ([[ NAME = assert(require("idngo").gateway.new { dict = "idngo", green = { WHAT }, failed_for = 0.001,
        client = { base_url = "SERVICE", app_token = "sbx:a", secret_key = "s", limits = false, max_attempts = 1 } }) ]])
        :gsub("NAME", each[2]):gsub("WHAT", each[3] and ('{ "checks", "%s" }'):format(each[3]) or '"' .. each[1] .. '"')
      server[#server + 1] = ([[ location = /NAME { content_by_lua_block {
        local yes, err = NAME:verdict(ngx.var.http_x_applicant_id)
        ngx.print(tostring(yes), " ", err and err.kind or "")
      } } ]]):gsub("NAME", each[2])
    end
    world:open { made = table.concat(made), server = table.concat(server) }
    for reply, facts in pairs {
      ["another search"] = { duplicates = "nil malformed", check = "nil malformed", search = "nil malformed",
        liveness = "nil malformed", tin = "nil malformed" },
      ["another typed search"] = { search = "nil malformed" },
      ["its search"] = { duplicates = "true ", search = "true " }, ["odd search"] = { search = "nil malformed" },
      ["one of two"] = { duplicates = "nil malformed", tin = "nil malformed", check = "nil malformed" },
      GREEN = { duplicates = "true ", tin = "true ", check = "true ", status = "nil malformed" },
      RED = { duplicates = "false ", tin = "false ", check = "false " },
      ["no check"] = { duplicates = "false ", tin = "false ", check = "false " },
      ["odd document"] = { tin = "nil malformed", check = "true " }, completed = { status = "true " },
      reviewed = { status = "false " }, refused = { status = "false " }, odd = { status = "nil malformed" },
    } do
      for fact, expected in pairs(facts) do
        local id = worlds.escape(fact .. reply)
        world:set(id, reply)
        local _, said = world:ask(id, "/" .. fact)
        assert.equal(expected, said, fact .. " of " .. reply)
      end
    end
  end)

  it("loads nothing and opens no file once it is made", function()
    world:open { workers = 1, http = "init_worker_by_lua_block { " .. [[
      local function refused(what) return function(name) error(what .. tostring(name)) end end
      for i in ipairs(package.loaders) do package.loaders[i] = refused("loads ") end
      io.open = refused("opens ")
    } ]], made = [[
      gate = assert(require("idngo").gateway.new { dict = "idngo", green = { "liveness_checks", { "checks", "POA" },
        "duplicate_checks", "tin_checks" },
        client = { base_url = "SERVICE", app_token = "sbx:a", secret_key = "s", limits = false, max_attempts = 1 } })
    ]] }
    assert.equal(200, (world:ask("loaded")), world.gate:log())
    assert.equal(403, (world:ask("a/../b\255")))
    world:set("unloaded", "RED")
    assert.equal(403, (world:ask("unloaded")))
    assert.equal("", world.gate:complaints())
    for _, said in ipairs { "page", "404 page", "502 page", "cut", "500", "401", "429", "null", "odd", "empty" } do
      world:set("un " .. said, said)
      assert.equal(said == "null" and 403 or 503, (world:ask("un " .. said)), said)
    end
    for _, what in ipairs { "loads ", "opens " } do assert.is_nil(world.gate:log():find(what, 1, true)) end
    assert.truthy(world:metrics():find("idngo_gateway_requests_total", 1, true))
  end)

  it("asks once for 10 000 requests", function()
    world:open {}
    world:set("hold", "1")
    local first = world:begin("many")
    nginx.wait_for(function() return world:calls("many") > 0 end)
    world:set("hold", "0")
    local statuses = world:load("many", 10000)
    assert.same({ ["200"] = 10000 }, statuses)
    assert.equal(200, first.status())
    assert.equal(1, world:calls("many"))
    world:set("refused", "RED")
    assert.same({ ["403"] = 10000 }, (world:load("refused", 10000)))
    assert.equal(1, world:calls("refused"))
  end)

  it("asks once for each lifetime", function()
    world:open { settings = "yes_for = 0.2," }
    local began = core.now()
    assert.same({ ["200"] = 10000 }, (world:load("often", 10000)))
    local took = core.now() - began
    assert.is_true(world:calls("often") <= 1 + took / 0.2, ("%d calls in %.3f s"):format(world:calls("often"), took))
    world:set("often", "RED")
    nginx.wait_for(function() return world:ask("often") == 403 end)
  end)

  it("holds answers of many people at once, more than nginx has timers", function()
    world:open { http = "lua_max_running_timers 4;", workers = 1 }
    world:set("hold", "1")
    local waiting = {}
    for i = 1, 20 do
      world:set("crowd" .. i, i % 2 == 0 and "GREEN" or "RED")
      waiting[i] = world:begin("crowd" .. i)
    end
    nginx.wait_for(function() return world:calls("crowd1") > 0 end)
    world:set("hold", "0")
    for i = 1, 20 do
      assert.equal(i % 2 == 0 and 200 or 403, waiting[i].status())
      assert.equal(1, world:calls("crowd" .. i))
    end
  end)
end)
