-- The fault server keeps its promises over TLS, seen through openssl s_client.
local mime = require "mime"
local fault_server = require("fault_server")
local shell = require("shell")

local CHECKS = "/resources/checks/latest?type=TIN&applicantId=a1"

describe("the fault server", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)
  before_each(function() server:forget() end)

  describe("over TLS", function()
    --- What s_client says of a listener, asked for `localhost` with our CA.
    local function s_client(key, options)
      return shell("printf 'GET /s/good%s HTTP/1.1\\r\\n\\r\\n' | timeout 1 openssl s_client -connect 127.0.0.1:%d "
        .. "-servername localhost -verify_hostname localhost -CAfile %s %s 2>&1", CHECKS, server.tls[key],
        server.ca_file, options or "")
    end

    for key, verdict in pairs {
      good = "0 %(ok%)", expired = "10 %(certificate has expired%)", not_yet = "9 %(certificate is not yet valid%)",
      wrong_host = "62 %(hostname mismatch%)", self_signed = "18 %(self%-signed certificate%)",
      unknown_ca = "21 %(unable to verify the first certificate%)", nul_san = "62 %(hostname mismatch%)",
    } do
      it("shows a certificate that is " .. key, function()
        assert.matches("Verify return code: " .. verdict, s_client(key))
      end)
    end

    it("has a NUL in the name of nul_san", function()
      local pem = s_client("nul_san", "-showcerts"):match("BEGIN CERTIFICATE%-+(.-)%-+END CERTIFICATE")
      assert.is_truthy(mime.unb64((pem:gsub("%s", ""))):find("localhost\0.evil.test", 1, true))
    end)

    for key, protocol in pairs { tls1_0 = "TLSv1", tls1_1 = "TLSv1.1", tls1_2 = "TLSv1.2", tls1_3 = "TLSv1.3" } do
      it("speaks only " .. protocol .. " on " .. key, function()
        local weak = s_client(key, "-cipher DEFAULT:@SECLEVEL=0 -min_protocol TLSv1")
        assert.matches("New, " .. (key == "tls1_3" and "TLSv1.3" or "[%w.]+") .. ", Cipher is %w", weak)
        assert.matches(key == "tls1_3" and "TLSv1.3" or "Protocol  : " .. protocol .. "\n", weak)
        if key < "tls1_2" then
          assert.is_nil(s_client(key, "-min_protocol TLSv1.2"):find("Cipher is [%w]+%-"))
        end
      end)
    end

    it("offers a cipher that hides nothing, and one without certificate", function()
      assert.matches("Cipher is ECDHE%-ECDSA%-NULL%-SHA",
        s_client("null_cipher", "-tls1_2 -cipher ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0"))
      assert.matches("Cipher is AECDH%-AES128%-SHA",
        s_client("anonymous", "-tls1_2 -cipher AECDH-AES128-SHA:@SECLEVEL=0"))
      assert.matches("handshake failure", s_client("null_cipher"))
    end)

    it("asks for a client certificate, and takes the one it made", function()
      for key, alert in pairs { client_cert = "handshake failure", client_cert_1_3 = "certificate required" } do
        assert.matches(alert, s_client(key, "-ign_eof"))
        assert.matches('"checks"', s_client(key, ("-ign_eof -cert %s -key %s"):format(
          server.client_cert, server.client_key)))
      end
    end)

    it("notes the server name, and can insist on it", function()
      s_client("good")
      assert.same({ "localhost" }, server:seen("tls/good").sni)
      assert.matches("unrecognized name", (shell("openssl s_client -connect 127.0.0.1:%d -noservername </dev/null 2>&1",
        server.tls.sni_required)))
    end)

    for key, complaint in pairs {
      alpn_refused = "no application protocol", plain_http = "wrong version number", garbage = "wrong version number",
      reset = "errno=104", closed = "unexpected eof",
    } do
      it("breaks the handshake: " .. key, function()
        local got = s_client(key)
        assert.matches(complaint, got)
        assert.equal(0, server:seen("good").requests)
      end)
    end

    it("never finishes the handshake: stall", function()
      assert.is_nil(s_client("stall"):find("Verify return code: 0", 1, true))
      assert.equal(1, server:seen("tls/stall").connections)
    end)

    it("asks for a second handshake before it answers: renegotiation", function()
      local got = s_client("renegotiation", "-ign_eof -state")
      local _, hello = got:find("read hello request", 1, true)
      assert.is_truthy(hello and got:find('"checks"', hello, true))
    end)
  end)
end)
