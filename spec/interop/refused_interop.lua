-- What must not be spoken to, or cannot be: wrong certificates, wrong ports, client certificates, a service that is gone.
-- Whatever happens, no request arrives at the sandbox, and no call says that it succeeded.

local every_call = require("interop.every_call")
local reverse = require("interop.reverse")
local runtimes = require("interop.runtimes")
local wrong_certificates = require("interop.world").wrong_certificates

-- What the advice of plain Lua says of each; nginx cannot tell all of them apart.
local ADVICE = {
  expired = "compare the dates", not_yet = "compare the dates", wrong_host = "for another host",
  self_signed = "ca_file", unknown_ca = "ca_file",
}

local READ, EMAIL = "tin_checks", "send_verification_status_email"

for _, server in ipairs(reverse.servers()) do
  describe(server.name, function()
    if reverse.is_skipped(server.program) then pending(server.program .. " is not installed") return end
    setup(function() server:start() end)
    teardown(function() server:stop() end)

    --- Makes a read and an e-mail, of which neither may arrive. Gives their errors.
    local function refused(runtime, url, more)
      local seq = select(2, server.world:ledger(0))
      local options = { max_attempts = 2 }
      for name, value in pairs(more or {}) do options[name] = value end
      local told = runtime.run(server.world:options(url, options), { { READ, "a1" }, { EMAIL, "a1" } })
      every_call.check_nothing_arrived(server.world, seq)
      local read, email = told[1].err, told[2].err
      assert.truthy(read and email, "succeeded")
      return read, email
    end

    --- The same where the handshake must fail, for good.
    local function fails_in_handshake(runtime, url, advice, more)
      for _, err in ipairs { refused(runtime, url, more) } do
        assert.same({ "tls", "not_sent", 1 }, { err.kind, err.outcome, err.attempts }, err.text)
        assert.truthy(err.hint, err.text)
        if runtime ~= runtimes.nginx then assert.truthy(err.hint:find(advice, 1, true), err.text) end
      end
    end

    for _, runtime in ipairs { runtimes.blocking, runtimes.scheduler, runtimes.nginx } do
      for _, way in ipairs(wrong_certificates) do
        it(("with a certificate that is %s is told nothing, %s"):format(way, runtime.name), function()
          fails_in_handshake(runtime, server:url(way), ADVICE[way])
        end)
      end

      it("is told nothing by who trusts another authority, " .. runtime.name, function()
        fails_in_handshake(runtime, server:url(server.ways[1]), "ca_file", { ca_file = server.world.certs .. "/other_ca.pem" })
      end)

      if server.speaks_http then
        it("speaks no TLS on its plain port, " .. runtime.name, function()
          for _, err in ipairs { refused(runtime, ("https://localhost:%d"):format(server:port("plain"))) } do
            assert.same({ "tls", "not_sent" }, { err.kind, err.outcome }, err.text)
            assert.truthy(runtime == runtimes.nginx or err.hint:find("speaks no TLS", 1, true), err.text)
          end
        end)
      end

      it("has no answer for plain HTTP on its TLS port, " .. runtime.name, function()
        for _, err in ipairs { refused(runtime, ("http://127.0.0.1:%d"):format(server:port(server.ways[1]))) } do
          assert.truthy(err.kind == "http" and err.status == 400 or err.kind == "io" or err.kind == "malformed", err.text)
        end
      end)

      it("answers for a service that is gone, and the e-mail is not sent again, " .. runtime.name, function()
        local read, email = refused(runtime, server:url("gone"))
        assert.equal(2, read.attempts)
        if server.speaks_http then
          assert.truthy(read.kind == "http" and (read.status == 502 or read.status == 503), read.text)
          assert.truthy(read.hint:find("not the service's own words", 1, true), read.text)
          assert.same({ "unknown", 1 }, { email.outcome, email.attempts }, email.text)
        else -- it hangs up, perhaps before it was asked
          assert.truthy(({ io = true, connect = true, tls = true })[read.kind], read.text)
          assert.truthy(email.outcome == "unknown" or email.outcome == "not_sent", email.text)
        end
      end)

      it("lets in only who shows the right client certificate, " .. runtime.name, function()
        local certs = server.world.certs
        local url = server:url("client_cert")
        for _, more in ipairs { {}, { cert_file = certs .. "/good.pem", key_file = certs .. "/leaf.key" } } do
          for _, err in ipairs { refused(runtime, url, more) } do
            assert.truthy(err.kind == "tls" or err.kind == "io" or err.kind == "http" and err.status == 400, err.text)
            assert.truthy(runtime == runtimes.nginx or err.hint, err.text)
          end
        end
        local work = every_call.work(server.world, 1)
        every_call.check(work, runtime.run(server.world:options(url, { cert_file = certs .. "/client.pem",
          key_file = certs .. "/client.key" }), work.list))
      end)
    end
  end)
end
