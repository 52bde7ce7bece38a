-- Every call through real forward proxies, and what a proxy that refuses makes of them. nginx has no proxies, so the
-- runtimes are those of plain Lua.

local every_call = require("interop.every_call")
local nginx = require("interop.servers.nginx")
local proxies = require("interop.proxies")
local reverse = require("interop.reverse")
local runtimes = require("interop.runtimes")
local world = require("interop.world")

local here, service

setup(function()
  here = world.start()
  service = nginx.start(here.values)
end)
teardown(function()
  if service then service:stop() end
  if here then here:stop() end
end)

local function options_of(proxy, way)
  return here:options(("https://localhost:%d"):format(service.ports[way or "tls13"]), { proxy = proxy, max_attempts = 2 })
end

--- Makes a read and an e-mail, of which neither may leave, and judges their errors.
local function refused(runtime, options, judge)
  local seq = select(2, here:ledger(0))
  for _, one in ipairs(runtime.run(options, { { "tin_checks", "a1" }, { "send_verification_status_email", "a1" } })) do
    assert.truthy(one.err, "succeeded")
    assert.equal("not_sent", one.err.outcome, one.err.text)
    assert.is_nil(one.err.text:find("carol", 1, true))
    judge(one.err)
  end
  every_call.check_nothing_arrived(here, seq)
end

--- A proxy's refusal, which is permanent.
local function is_refusal(status, hint)
  return function(err)
    assert.same({ "connect", 1 }, { err.kind, err.attempts }, err.text)
    assert.truthy(err.text:find(": the proxy refused to connect: " .. status), err.text)
    assert.truthy(err.hint:find(hint, 1, true), err.text)
  end
end

-- tinyproxy says 401 where a password is wrong
local wants_password = is_refusal("40[17]", "the proxy wants another user or password")

local function sorted(t)
  local names = {}
  for name in pairs(t) do names[#names + 1] = name end
  table.sort(names)
  return ipairs(names)
end

for _, proxy in ipairs(proxies.list) do
  describe(proxy.name, function()
    if reverse.is_skipped(proxy.program) then pending(proxy.program .. " is not installed") return end
    local running
    setup(function() running = proxy.start(here.values) end)
    teardown(function() if running then running:stop() end end)

    for _, way in sorted(proxy.ways) do
      local locked = proxy.locked and proxy.locked[way]
      for _, runtime in ipairs { runtimes.blocking, runtimes.scheduler } do
        local function named(text) return ("%s, %s: %s"):format(way, runtime.name, text) end

        if proxy.closed then
          it(named("lets nobody through, and says so"), function()
            refused(runtime, options_of(proxy.url(running, way)), is_refusal(403, "ask its operator"))
          end)
        else
          local right = locked and "right" or nil
          it(named("every call is answered and arrived once"), function()
            local work = every_call.work(here, runtime.crowd and 5 or 1, not runtime.crowd)
            every_call.check(work, runtime.run(options_of(proxy.url(running, way, right)), work.list))
          end)

          it(named("the server's certificate is looked at"), function()
            refused(runtime, options_of(proxy.url(running, way, right), "wrong_host"), function(err)
              assert.same({ "tls", 1 }, { err.kind, err.attempts }, err.text)
              assert.truthy(err.hint:find("for another host", 1, true), err.text)
            end)
          end)

          it(named("a server that is gone is reported by the proxy"), function()
            local options = options_of(proxy.url(running, way, right))
            options.base_url = "https://localhost:1"
            refused(runtime, options, function(err) assert.equal("connect", err.kind, err.text) end)
          end)
        end

        if locked then
          it(named("who has no password, or a wrong one, is asked for it once"), function()
            refused(runtime, options_of(proxy.url(running, way)), wants_password)
            refused(runtime, options_of(proxy.url(running, way, "wrong")), wants_password)
          end)
        end
      end

      it(way .. ": once it is gone nothing reaches the server", function()
        local url = proxy.url(running, way)
        running:stop()
        refused(runtimes.blocking, options_of(url), function(err)
          assert.same({ "connect", 2 }, { err.kind, err.attempts }, err.text)
          assert.truthy(err.hint:find("this is the proxy", 1, true), err.text)
        end)
        running = proxy.start(here.values)
      end)
    end
  end)
end
