-- The fault server keeps its promises over TLS and HTTP/2, seen through openssl s_client.
local mime = require "mime"
local json = require "cjson"
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

  describe("over HTTP/2", function()
    local DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9

    local function frame(kind, flags, stream, payload)
      return string.pack(">I3BBI4", #payload, kind, flags, stream) .. payload
    end

    --- The frames that answer a GET of / on stream 1 (HPACK: static entries 2, 7 and 4, and localhost as authority).
    local function frames(key)
      local path = os.tmpname()
      local file = assert(io.open(path, "wb"))
      file:write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", frame(SETTINGS, 0, 0, ""),
        frame(HEADERS, 5, 1, "\x82\x87\x84\x01\x09localhost"))
      file:close()
      local bytes = shell("timeout 0.3 openssl s_client -connect 127.0.0.1:%d -servername localhost -alpn h2 -quiet "
        .. "<%s 2>/dev/null | head -c 200000", server.tls[key], path)
      os.remove(path)
      local list, at = {}, 1
      while #bytes - at >= 8 do
        local size, kind, flags, stream, next = string.unpack(">I3BBI4", bytes, at)
        list[#list + 1] = { kind = kind, flags = flags, stream = stream, size = size,
          payload = bytes:sub(next, next + size - 1) }
        at = next + size
      end
      return list, bytes
    end

    local function find(list, kind, stream)
      for _, one in ipairs(list) do
        if one.kind == kind and one.stream == stream and one.flags ~= 1 then return one end
      end
    end

    it("answers well, for any endpoint", function()
      local list = frames("h2_good")
      assert.equal(0x88, find(list, HEADERS, 1).payload:byte())
      local data
      for _, one in ipairs(list) do data = one.kind == DATA and one or data end
      local reply = json.decode(data.payload)
      for _, part in ipairs { "checks", "url", "ok", "items", "list", "similarApplicants", "id", "deleted" } do
        assert.is_truthy(reply[part], part)
      end
      assert.equal(1, server:seen("tls/h2_good").requests)
    end)

    for key, payload in pairs {
      h2_goaway_unprocessed = string.pack(">I4I4", 0, 0), h2_goaway_processed = string.pack(">I4I4", 1, 2),
      h2_goaway_after_reply = string.pack(">I4I4", 1, 0),
    } do
      it("says GOAWAY: " .. key, function()
        local list = frames(key)
        assert.equal(payload, find(list, GOAWAY, 0).payload)
        assert.equal(key == "h2_goaway_after_reply", find(list, HEADERS, 1) ~= nil)
      end)
    end

    for key, code in pairs { h2_refused = 7, h2_internal = 2, h2_rst_mid_body = 2 } do
      it("says RST_STREAM: " .. key, function()
        local list = frames(key)
        assert.equal(string.pack(">I4", code), find(list, RST_STREAM, 1).payload)
        assert.equal(key == "h2_rst_mid_body", find(list, DATA, 1) ~= nil)
      end)
    end

    it("sends 2 730 settings at once", function()
      local largest = 0
      for _, one in ipairs((frames("h2_huge_settings"))) do
        largest = one.kind == SETTINGS and math.max(largest, one.size) or largest
      end
      assert.equal(2730 * 6, largest)
    end)

    for key, kind in pairs {
      h2_settings_flood = SETTINGS, h2_ping_flood = PING, h2_continuation_flood = CONTINUATION,
    } do
      it("sends frames without end: " .. key, function()
        local count = 0
        for _, one in ipairs((frames(key))) do count = count + (one.kind == kind and 1 or 0) end
        assert.is_true(count > 10)
      end)
    end

    it("announces a frame of 16 MiB", function()
      assert.equal(0xffffff, find(frames("h2_oversized_frame"), DATA, 1).size)
    end)

    it("speaks HTTP/1.1 where frames belong", function()
      assert.matches("HTTP/1.1 200 OK", select(2, frames("h2_garbage")))
    end)

    it("sends a header that HTTP/2 forbids, and a length that lies", function()
      assert.matches("\10connection\5close", find(frames("h2_connection_header"), HEADERS, 1).payload)
      local list = frames("h2_length_lie")
      local size = 0
      for _, one in ipairs(list) do size = one.kind == DATA and one.size or size end
      assert.matches(tostring(size + 10), find(list, HEADERS, 1).payload)
    end)
  end)
end)
