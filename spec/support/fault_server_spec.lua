-- The fault server keeps its promises: what each scenario puts on the wire, seen without our client, through raw
-- sockets and, where only an errno tells, bash's /dev/tcp. TLS is in support/fault_server_tls_spec.lua.
local socket = require "socket"
local json = require "cjson"
local endpoints = require "idngo.endpoints"
local faults = require("faults")
local fault_server = require("fault_server")
local operation = require("idngo.operation")
local parts = require("parts")
local shell = require("shell")
local wait_for = require("nginx").wait_for

local CHECKS = "/resources/checks/latest?type=TIN&applicantId=a1"
local KINDS = { config = true, dns = true, connect = true, tls = true, timeout = true, io = true, http = true,
  malformed = true, limit = true, cancelled = true, archive = true }
local OUTCOMES = { not_sent = true, rejected = true, unknown = true, applied = true }

local server

local function port_of(url)
  return tonumber(url:match(":(%d+)$"))
end

local function request(scenario, path, method, body)
  return ("%s /s/%s%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n%s"):format(method or "GET", scenario, path or CHECKS,
    body and "Content-Length: " .. #body .. "\r\n" or "", body or "")
end

--- What arrives in answer to `bytes`, up to `limit` bytes, and how it ended: "closed", "timeout" or nil at the limit.
local function exchange(bytes, limit, port)
  local sock = assert(socket.connect("127.0.0.1", port or port_of(server.http)))
  sock:settimeout(1)
  assert(sock:send(bytes))
  local all, ending, part = sock:receive(limit or "*a")
  sock:close()
  return all or part, all and not limit and "closed" or ending
end

--- What bash reads from a connection, its complaint included when that was reset.
local function bash_exchange(port, bytes)
  return shell([[LC_ALL=C timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d; printf "%s" >&3; cat <&3' 2>&1]], port,
    (bytes:gsub("[^%w]", function(c) return ("\\x%02x"):format(c:byte()) end)))
end

local function split(reply)
  return reply:match("^(.-\r\n\r\n)(.*)$")
end


describe("the fault server", function()
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)
  before_each(function() server:forget() end)

  it("knows the scenario of every row, and every row says what must come of it", function()
    local names = {}
    for _, row in ipairs(faults.faults) do
      assert.is_nil(names[row.name], row.name)
      names[row.name] = true
      assert.is_truthy(row.what and row.group, row.name)
      assert.is_truthy(endpoints.description(row.endpoint or "tin_checks"), row.name)
      if row.ok then
        assert.is_nil(row.kind or row.outcome, row.name)
      else
        assert.is_true(KINDS[row.kind], row.name)
        assert.is_true(OUTCOMES[row.outcome], row.name)
      end
      if row.tls then assert.is_number(server.tls[row.tls], row.name) end
      if row.port then assert.is_number(server[row.port], row.name) end
    end
  end)

  it("answers an unknown scenario with an error that names the fault", function()
    assert.matches("^HTTP/1.1 404.*no such scenario", (exchange(request("no-such"))))
  end)

  it("serves every scenario that the table names", function()
    local names = {}
    for _, row in ipairs(faults.faults) do
      if not (row.port or row.host) then names[row.scenario or row.name] = true end
    end
    for _, part in ipairs(faults.parts) do
      for _, scenario in ipairs(part.scenarios) do names[scenario] = true end
    end
    for name in pairs(names) do
      local sock = assert(socket.connect("127.0.0.1", port_of(server.http)))
      assert(sock:send(request(name)))
      sock:settimeout(0.05)
      local got, _, part = sock:receive(64)
      sock:close()
      assert.is_nil((got or part):find("404", 1, true) and not name:find("404", 1, true) and name or nil)
    end
  end)

  describe("records", function()
    it("what arrived to the byte, under the scenario's name", function()
      local bytes = request("good", "/resources/applicants/a1/info", "PATCH", '{"tin":"1"}')
      exchange(bytes, 10)
      local seen = server:seen("good")
      assert.same({ 1, 1, #bytes }, { seen.connections, seen.requests, seen.bytes })
      assert.equal(bytes, seen.raw[1])
    end)

    it("a chunked request body", function()
      local bytes = "POST /s/good/resources/applicants/-/applicantImport HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        .. "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
      assert.matches('"id"', exchange(bytes, 200))
      assert.equal(bytes, server:seen("good").raw[1])
    end)

    it("several requests of one connection", function()
      local sock = assert(socket.connect("127.0.0.1", port_of(server.http)))
      assert(sock:send(request("good") .. request("good")))
      local seen
      wait_for(function()
        seen = server:seen("good")
        return seen.requests == 2
      end)
      sock:close()
      assert.equal(1, seen.connections)
    end)

    it("nothing for the trap while nobody falls into it, and everything when somebody does", function()
      assert.same({ 0, 0 }, { server:seen("trap").connections, server:seen("trap").bytes })
      local sock = assert(socket.connect("127.0.0.1", port_of(server.trap)))
      sock:send("x")
      repeat until server:seen("trap").bytes == 1
      sock:close()
    end)

    it("forgets on request, counters included", function()
      for _ = 1, 2 do
        for _, status in ipairs { "503", "503", "200" } do
          assert.matches("^HTTP/1.1 " .. status, (exchange(request("503-then-ok"), 12)))
        end
        server:forget()
        assert.equal(0, server:seen("503-then-ok").requests)
      end
    end)
  end)

  describe("has a good reply for", function()
    for _, endpoint in ipairs(endpoints.rows()) do
      it(endpoint.name, function()
        local o = operation.of(endpoint.name)
        local target = o.target("", table.unpack(parts.arguments(endpoint.name), 1, o.positional))
        local path, file = parts.of(endpoint.name), endpoints.description(endpoint.name).file
        local got = exchange(request("no-length", target, endpoint.method))
        local media = file and (file.media == "*/*" and "image/jpeg" or file.media)
        assert.truthy(got:find(media or "application/json", 1, true), got)
        local part = path and ('"%s": '):format(path[#path]) or "{"
        assert.truthy(got:find(file and (file.begins or "ftypmp42") or part, 1, true), got)
      end)
    end
  end)

  describe("ends the connection", function()
    for scenario, before in pairs {
      ["reset-after-request"] = "", ["reset-mid-headers"] = "HTTP/1.1 200 OK\r\nContent-Type: appl",
      ["reset-mid-body"] = "HTTP/1.1 200 OK\r\n",
    } do
      it("with RST: " .. scenario, function()
        local got = bash_exchange(port_of(server.http), request(scenario))
        assert.equal(before, got:sub(1, #before))
        assert.matches("Connection reset by peer", got)
      end)
    end

    it("with RST while a body is being sent, of which little was read", function()
      local head = "POST /s/reset-mid-request/x HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n"
      assert.matches("Connection reset by peer", bash_exchange(port_of(server.http), head .. ("x"):rep(1000)))
      assert.is_true(server:seen("reset-mid-request").bytes < 10000)
    end)

    it("with RST on accept, before a request", function()
      assert.matches("reset by peer", bash_exchange(server.reset, ""))
      assert.equal(0, server:seen("reset").bytes)
    end)

    for scenario, sent in pairs {
      ["fin-before-status"] = "", ["fin-mid-status"] = "HTTP/1.1 2",
      ["fin-mid-headers"] = "HTTP/1.1 200 OK\r\nContent-Type: appl",
    } do
      it("with FIN: " .. scenario, function()
        assert.equal(sent, bash_exchange(port_of(server.http), request(scenario)))
      end)
    end

    it("between a reply and the next request (stale-closed)", function()
      local got, ending = exchange(request("stale-closed"))
      assert.matches("^HTTP/1.1 200", got)
      assert.is_nil(got:find("Connection: close", 1, true))
      assert.equal("closed", ending)
    end)

    it("after reading a second request, without a byte in answer (stale-silent)", function()
      local got = exchange(request("stale-silent") .. request("stale-silent"))
      assert.equal(1, select(2, got:gsub("HTTP/1.1", "")))
      assert.equal(2, server:seen("stale-silent").requests)
    end)

    it("by RST after reading a second request (stale-reset)", function()
      assert.matches("reset by peer", bash_exchange(port_of(server.http),
        request("stale-reset") .. request("stale-reset")))
    end)
  end)

  describe("stays silent", function()
    for scenario, sent in pairs { ["stall-before-status"] = "^$", ["stall-mid-body"] = "^HTTP/1.1 200.*\"}$" } do
      it(scenario, function()
        local got, ending = exchange(request(scenario))
        assert.matches(sent, got)
        assert.equal("timeout", ending)
      end)
    end

    for scenario, sent in pairs { ["slow-status"] = "^HTTP/1.1 200 O+$", ["slow-headers"] = "^HTTP/1.1 200 OK\r\nX%-",
      ["slow-body"] = "\r\n\r\n{.*}  +$" } do
      it("but for a byte now and then: " .. scenario, function()
        local sock = assert(socket.connect("127.0.0.1", port_of(server.http)))
        sock:send(request(scenario))
        sock:settimeout(1, "t")
        local _, ending, got = sock:receive("*a")
        sock:close()
        assert.equal("timeout", ending)
        assert.matches(sent, got)
      end)
    end

    it("to connects (blackhole), and refuses them (refused)", function()
      local sock = socket.tcp()
      sock:settimeout(0.3)
      assert.equal("timeout", select(2, sock:connect("127.0.0.1", server.blackhole)))
      sock:close()
      assert.equal("connection refused", select(2, socket.connect("127.0.0.1", server.refused)))
    end)

    it("once the request's head is there, and reads no more (stall-mid-request)", function()
      local sock = assert(socket.connect("127.0.0.1", port_of(server.http)))
      sock:settimeout(0.5)
      local _, ending = sock:send("POST /s/stall-mid-request/x HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n"
        .. ("x"):rep(32 * 1024 * 1024))
      sock:close()
      assert.equal("timeout", ending)
    end)
  end)

  describe("puts on the wire", function()
    local body = "%b{}"
    local blocks = {
      ["garbage-status"] = "^\22\3\1hello \255\254\r\n\r\n" .. body,
      ["status-not-http"] = "^ICY 200 OK\r\n",
      ["status-2-digits"] = "^HTTP/1.1 20 OK\r\n",
      ["status-4-digits"] = "^HTTP/1.1 2000 OK\r\n",
      ["status-999"] = "^HTTP/1.1 999 ",
      ["status-without-reason"] = "^HTTP/1.1 200 \r\n",
      ["http09"] = '^{"checks"',
      ["100-then-good"] = "^HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
      ["103-then-good"] = "^HTTP/1.1 103 Early Hints\r\nLink: .-\r\n\r\nHTTP/1.1 200 OK\r\n",
      ["101-unasked"] = "^HTTP/1.1 101 Switching Protocols\r\n.*\r\n\r\n$",
      ["length-negative"] = "\r\nContent%-Length: %-1\r\n",
      ["length-garbage"] = "\r\nContent%-Length: 12abc\r\n",
      ["length-overflow"] = "\r\nContent%-Length: 18446744073709551%d%d%d\r\n",
      ["chunk-extension"] = "chunked\r\n.*\r\n\r\n%x+;name=value\r\n" .. body .. "\r\n0\r\n\r\n$",
      ["bad-chunk-size"] = "\r\n\r\nxyz\r\n" .. body,
      ["negative-chunk"] = "\r\n\r\n%-%x+\r\n" .. body,
      ["overflow-chunk"] = "\r\n\r\n1" .. ("%x"):rep(16) .. "\r\n" .. body,
      ["missing-last-chunk"] = "\r\n\r\n%x+\r\n" .. body .. "\r\n$",
      ["unknown-transfer-coding"] = "\r\nTransfer%-Encoding: x%-made%-up\r\n",
      ["trailers"] = "\r\n0\r\nX%-Sum: 1\r\nX%-More: 2\r\n\r\n$",
      ["obs-fold"] = "\r\nX%-Folded: one\r\n Content%-Length: 1\r\n",
      ["nul-in-header"] = "\r\nX%-Nul: a%zb\r\n",
      ["bare-cr-in-header"] = "\r\nX%-Cr: a\rContent%-Length: 1\r\n",
      ["bare-lf-in-header"] = "\r\nX%-Lf: a\nX%-Other: b\r\n",
      ["header-without-colon"] = "\r\nthis is no header\r\n",
      ["space-before-colon"] = "\r\nContent%-Length : 1\r\n",
      ["204-with-body"] = "^HTTP/1.1 204 .*\r\n\r\n" .. body .. "$",
      ["304-with-body"] = "^HTTP/1.1 304 .*\r\n\r\n" .. body .. "$",
      ["wrong-content-type"] = "\r\nContent%-Type: text/html\r\n.*" .. body .. "$",
      ["charset-utf-16"] = "charset=utf%-16\r\n.*\r\n\r\n\255\254{%z\"%z",
      ["charset-utf-7"] = "\r\n\r\n{%+ACI%-checks",
      ["encoding-mismatch"] = "\r\nContent%-Encoding: gzip\r\n.*\r\n\r\n" .. body .. "$",
      ["pdf-that-is-html"] = "application/pdf\r\n.*\r\n\r\n<html>",
      ["redirect-same-host"] = "^HTTP/1.1 302 .*\r\nLocation: /s/good/resources/checks/latest%?type=TIN",
      ["redirect-loop"] = "^HTTP/1.1 308 .*\r\nLocation: /s/redirect%-loop/resources/checks/latest%?",
      ["409-retry-after"] = "^HTTP/1.1 409 .*\r\nRetry%-After: 7\r\n",
      ["429-date"] = "\r\nDate: %a+, .- GMT\r\nRetry%-After: %a+, .- GMT\r\n",
      ["429-negative"] = "\r\nRetry%-After: %-5\r\n",
      ["429-huge"] = "\r\nRetry%-After: 9+\r\n",
      ["429-garbage"] = "\r\nRetry%-After: soon\r\n",
      ["error-cut"] = "^HTTP/1.1 400 .*\r\nContent%-Length: 500\r\n.*" .. body .. "$",
      ["json-empty"] = "\r\nContent%-Length: 0\r\n.*\r\n\r\n$",
      ["json-truncated"] = "%]$",
      ["json-trailing-comma"] = ",}$",
      ["json-duplicate-keys"] = '\r\n\r\n{"checks":.*RED.*"checks":.*GREEN',
      ["json-1e400"] = '"extra":1e400,',
      ["json-lone-surrogate"] = '"extra":"\\ud800"',
      ["json-raw-nul"] = '"a%zb"',
      ["json-escaped-nul"] = '"a\\u0000b"',
      ["json-bom"] = "\r\n\r\n\239\187\191{",
      ["json-nan"] = '"extra":NaN,',
      ["json-not-utf8"] = '"caf\233"',
      ["json-utf16"] = '\r\n\r\n{%z"%z',
      ["json-big-id"] = '"extra":9007199254740993,',
      ["json-unknown-enum"] = '"answer": "PURPLE"',
      ["json-top-array"] = "\r\n\r\n%[" .. body .. "%]$",
      ["json-part-missing"] = "\r\n\r\n{}$",
      ["json-part-null"] = '\r\n\r\n{"checks": null}$',
      ["json-part-of-numbers"] = '\r\n\r\n{"checks": %[1, 2%]}$',
      ["json-null-fields"] = '"answer": null',
      ["json-other-types"] = '"answer": {"was": "GREEN"}',
    }
    for scenario, pattern in pairs(blocks) do
      it(scenario, function()
        local got, ending = exchange(request(scenario))
        -- Lua 5.4 has no %z; a NUL stands for itself there
        assert.is_truthy(got:find((pattern:gsub("%%z", "%%\0"))), got)
        assert.equal("closed", ending)
      end)
    end

    for _, status in ipairs { 400, 401, 403, 404, 405, 408, 409, 415, 425, 500, 501, 502, 503, 504, 520 } do
      it(status .. " as the API words it", function()
        local _, text = split((exchange(request(tostring(status)))))
        assert.equal(status, json.decode(text).code)
      end)
    end

    it("lengths that lie, by 10 bytes more and by 3 less", function()
      for scenario, difference in pairs { ["length-too-long"] = 10, ["length-too-short"] = -3 } do
        local head, text = split((exchange(request(scenario))))
        assert.equal(#text + difference, tonumber(head:match("Content%-Length: (%d+)")), scenario)
      end
    end)

    it("two lengths, equal and conflicting", function()
      for scenario, difference in pairs { ["length-equal-twice"] = 0, ["length-conflicting"] = -3 } do
        local head, text = split((exchange(request(scenario))))
        local one, two = head:match("Content%-Length: (%d+)\r\nContent%-Length: (%d+)")
        assert.same({ #text, #text + difference }, { tonumber(one), tonumber(two) })
      end
    end)

    it("chunks of the promised size, with a length beside them where that is the fault", function()
      for _, scenario in ipairs { "chunked", "chunked-and-length" } do
        local head, text = split((exchange(request(scenario))))
        local size, chunk = text:match("^(%x+)\r\n(.*)\r\n0\r\n\r\n$")
        assert.equal(#chunk, tonumber(size, 16))
        assert.equal(scenario == "chunked-and-length" and #chunk or nil, tonumber(head:match("Content%-Length: (%d+)")))
      end
    end)

    it("headers too large, too many and without end", function()
      assert.matches("\r\nX%-Huge: " .. ("h"):rep(1000), (exchange(request("huge-header"))))
      assert.is_true(#exchange(request("huge-header")) > 200 * 1024)
      assert.equal(10000, select(2, exchange(request("many-headers")):gsub("X%-Many: 1\r\n", "")))
      assert.is_true(#exchange(request("huge-trailers")) > 1024 * 1024)
      assert.matches("^HTTP/1.1 200 OK\r\nX%-Endless: x+$", (exchange(request("endless-header"), 1024 * 1024)))
    end)

    it("interim replies without end", function()
      local got = exchange(request("flood-1xx"), 1024 * 1024)
      assert.is_true(select(2, got:gsub("HTTP/1.1 103 ", "")) > 10000)
      assert.is_nil(got:find("HTTP/1.1 200", 1, true))
    end)

    it("brackets 100 000 deep", function()
      local got = exchange(request("json-deep"))
      assert.is_truthy(got:find(("["):rep(100000) .. ("]"):rep(100000), 1, true))
    end)

    it("a second reply right behind the first, once", function()
      local got = exchange(request("junk-after-reply") .. request("junk-after-reply"), 700)
      assert.equal(3, select(2, got:gsub("HTTP/1.1 200 OK", "")))
      assert.equal(1, select(2, got:gsub("injected", "")))
    end)

    it("a good reply byte by byte, or bit by bit, that adds up", function()
      local whole = exchange(request("good"), 150)
      for _, scenario in ipairs { "one-byte-slices", "bandwidth-cap" } do
        assert.equal(whole, (exchange(request(scenario), 150)))
      end
    end)

    it("an answer before the body was read, and a refusal of Expect", function()
      local head = "POST /s/%s/x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n"
      assert.matches("^HTTP/1.1 413 ", (exchange(head:format("early-413"), 20)))
      assert.matches("^HTTP/1.1 417 ", (exchange(head:format("417"), 20)))
      assert.equal("", (exchange(head:format("no-100"), 20)))
      assert.equal("HTTP/1.1 100 Continue\r\n\r\n", (exchange(head:format("good"), 25)))
    end)

    it("redirects to the trap with the whole path", function()
      for _, scenario in ipairs { "redirect-other-host", "redirect-permanent", "redirect-to-http" } do
        local got = exchange(request(scenario))
        assert.equal(server.trap .. CHECKS, got:match("\r\nLocation: (.-)\r\n"))
      end
    end)

    it("401 with its own time, until the timestamp fits that", function()
      local function call(ts)
        return (exchange((request("401-skewed-date"):gsub("\r\n\r\n$", "\r\nX-App-Access-Ts: " .. ts .. "\r\n\r\n"))))
      end
      assert.matches("^HTTP/1.1 401 .*\r\nDate: ", call(os.time()))
      local sock = call(os.time() + 3600)
      assert.matches("^HTTP/1.1 200 ", sock)
    end)
  end)

  describe("packs", function()
    local function unpack_with(scenario, command)
      local path = os.tmpname()
      local file = assert(io.open(path, "wb"))
      file:write((select(2, split((exchange(request(scenario)))))))
      file:close()
      local out = shell("cat %s | %s 2>&1", path, command)
      os.remove(path)
      return out
    end

    it("300 MiB of zeros in less than half a MB, with a right checksum", function()
      assert.is_true(#exchange(request("gzip-bomb")) < 500 * 1000)
      assert.matches("^314572800%s", unpack_with("gzip-bomb", "gzip -dc | wc -c"))
    end)

    it("that once more", function()
      assert.matches("gzip, gzip", (exchange(request("nested-gzip"))))
      assert.matches("^314572800%s", unpack_with("nested-gzip", "gzip -dc | gzip -dc | wc -c"))
    end)

    it("gzip without its end, and with a wrong checksum", function()
      assert.matches("unexpected end of file", unpack_with("truncated-gzip", "LC_ALL=C gzip -dc"))
      assert.matches("crc error", unpack_with("gzip-bad-checksum", "LC_ALL=C gzip -dc"))
    end)

    it("only for those that ask (gzip-good)", function()
      assert.matches("\r\n\r\n{", (exchange(request("gzip-good"))))
      assert.matches("\r\n\r\n\31\139", (exchange((request("gzip-good"):gsub("\r\n\r\n$",
        "\r\nAccept-Encoding: gzip\r\n\r\n")))))
    end)

    it("a string of 100 MB into good JSON of the promised length", function()
      local out = shell("curl -s -o /dev/null -w '%%{size_download} %%header{content-length}' %s/s/json-100-mb%s",
        server.http, "/resources/applicants/-/levels")
      local got, promised = out:match("(%d+) (%d+)")
      assert.equal(promised, got)
      assert.is_true(tonumber(got) > 100 * 1000 * 1000)
    end)
  end)

  describe("for names", function()
    local function ask(name)
      local query = string.pack(">I2I2I2I2I2I2", 7, 0x100, 1, 0, 0, 0)
      for label in name:gmatch("[^.]+") do query = query .. string.pack("s1", label) end
      local udp = socket.udp()
      udp:settimeout(0.3)
      udp:sendto(query .. "\0" .. string.pack(">I2I2", 1, 1), "127.0.0.1", server.dns)
      local reply = udp:receive()
      udp:close()
      return reply
    end

    it("has a name server that finds, denies or keeps silent", function()
      assert.equal("\127\0\0\1", ask("some.host"):sub(-4))
      assert.equal(3, ask("a.fail.test"):byte(4) & 15)
      assert.is_nil(ask("a.slow.test"))
    end)

    it("has a shim that delays or denies getaddrinfo, and leaves other names alone", function()
      local so = os.tmpname()
      local source = debug.getinfo(1, "S").source:sub(2):gsub("[^/]*$", "slow_dns.c")
      assert(os.execute(("cc -std=c11 -Wall -Wextra -Werror -shared -fPIC -o %s %s"):format(so, source)))
      local function look_up(name)
        local start = socket.gettime()
        local out = shell("LD_PRELOAD=%s IDN_SLOW_DNS_MS=300 getent ahosts %s; echo $?", so, name)
        return out, socket.gettime() - start
      end
      local out, took = look_up("a.slow.test")
      assert.equal("2\n", out)
      assert.is_true(took >= 0.3)
      assert.equal("2\n", (look_up("a.fail.test")))
      assert.matches("127.0.0.1.*0\n$", (look_up("127.0.0.1")))
      os.remove(so)
    end)
  end)

  describe("ends and leaves nothing behind", function()
    local function gone(other)
      return not os.execute("kill -0 " .. other.pid .. " 2>/dev/null")
        and shell("ls -A %s", other.dir) == "ready\nreplies.json\n"
    end

    it("when it is told to", function()
      local other = fault_server.start()
      os.execute("kill -TERM " .. other.pid)
      other.pipe:close() -- waits for it
      assert.is_true(gone(other))
      os.execute("rm -r " .. other.dir)
    end)

    it("when its standard input closes", function()
      local other = fault_server.start()
      other.pipe:close()
      assert.is_true(gone(other))
      os.execute("rm -r " .. other.dir)
    end)
  end)
end)
