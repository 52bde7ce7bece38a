-- What errors advise: every situation, made with real servers, over libcurl and inside nginx. A line must fit all causes that
-- look alike from here.

local fault_server = require("fault_server")
local local_runner = require("local_runner")
local nginx = require("nginx")
local nginx_runner = require("nginx_runner")
local sandbox = require("idngo.sandbox")

local ID = "5eea3f5204f940217bcbc03d"

-- What stands in front of the service, and replies in the service's own words that the sandbox does not give.
local PEER = [[
location /strip/ { proxy_pass ${sandbox}/; }
location /rewrite/ { rewrite ^ /rewrite; }
location = /rewrite {
  proxy_pass ${sandbox}/resources/applicants/-/info?added=1;
}
location /own/ {
  content_by_lua_block {
    local status, code, skew, then_ = ngx.var.uri:match("^/own/(%d+)/(%d+)/(-?%d+)/(%a*)")
    local seen = (ngx.shared.seen:incr(ngx.var.uri, 1, 0))
    ngx.header["Date"] = ngx.http_time(ngx.time() + skew)
    ngx.header["Content-Type"] = "application/json"
    if then_ == "later" and seen % 2 == 1 then return ngx.say('{"checks":[]}') end
    ngx.status = tonumber(status)
    ngx.say(('{"code":%s,"description":"no"%s}'):format(status, code ~= "0" and ',"errorCode":' .. code or ""))
  }
}
location /html/ {
  content_by_lua_block {
    ngx.header["Content-Type"] = "text/html"
    ngx.status = tonumber(ngx.var.uri:match("^/html/(%d+)/"))
    ngx.say("<html><head><TITLE lang=en>\n ", ngx.status, " Blocked &amp; \27[31mlogged ", (" very long"):rep(20),
      "</TITLE>")
  }
}
location /late { content_by_lua_block { ngx.status = 401 ngx.header["Date"] = ngx.http_time(ngx.time() + 3600)
  ngx.header["Content-Type"] = "text/html" ngx.say("<title>Sign in</title>") } }
location /empty/ { content_by_lua_block { ngx.status = tonumber(ngx.var.uri:match("^/empty/(%d+)/"))
  ngx.header["Content-Length"] = 0 ngx.send_headers() } }
location /text/ { content_by_lua_block { ngx.status = 503 ngx.say("no healthy upstream\nmore") } }
location /kong/ { content_by_lua_block { ngx.status = 404 ngx.say('{"message":"no Route matched with those values"}') } }
location /moved/ { content_by_lua_block { ngx.status = 308 ngx.header["Location"] = "https://x:y@new.example:8443/a?b=c" } }
location /moved-here/ { content_by_lua_block { ngx.status = 301 ngx.header["Location"] = ngx.var.uri .. "/" } }
location /echo/ {
  content_by_lua_block {
    ngx.req.read_body()
    ngx.status = 403
    local name = (ngx.req.get_body_data() or ""):match('"firstName":"(.-)"') or ngx.var.arg_externalUserId or ""
    ngx.header["Content-Type"] = "text/html"
    ngx.say("<h1>", name:gsub("<", "&lt;"), " ", ngx.var.uri:match("%x+/one") or "", " ", ngx.req.get_headers()["X-App-Token"],
      " ", ngx.unescape_uri(name), " ", ngx.req.get_headers()["X-App-Access-Sig"], " x@y.kz</h1>")
  }
}
]]

local IN_BETWEEN = "not the service's own words: a gateway, firewall or proxy in front of it answered"
local SIGNATURE = "the secret key is not this app token's, or the request was changed on the way"
local TRUST = "lua_ssl_trusted_certificate"

-- One row of `rows`:
--   name      the situation
--   cause     what is wrong; rows of different causes may have one line only where `open` says that the line names no cause,
--             or all of them
--   at        the base URL: a path of the peer, of the fault server's TLS listener KEY ("tls:KEY"), or whole
--   hint      how the advice begins; nginx: how it begins there, where that differs; false: as the other host, not tried
--   said, text   what else the error tells
local rows = {
  { name = "401, the wrong key", cause = "key", at = "/sandbox", secret = "wrong", hint = SIGNATURE .. "; where", open = true },
  { name = "401, a gateway strips base_url's path", cause = "path", at = "/strip", endpoint = "levels", args = {},
    hint = SIGNATURE .. ", such as the path in base_url", open = true },
  { name = "401, a gateway rewrites the request", cause = "rewritten", at = "/rewrite", endpoint = "update_info",
    args = { "a1", { firstName = "x" } }, hint = SIGNATURE .. ", such as the path in base_url; where", open = true },
  { name = "401 with a key that just worked", cause = "rewritten", at = "/own/401/4003/0/later", calls = 2,
    hint = "this key was accepted before: something on the way changed" },
  { name = "401 without a code and a key that just worked", cause = "withdrawn or rewritten", at = "/own/401/0/0/later",
    calls = 2, hint = "this key was accepted before: it was withdrawn since, or" },
  { name = "401, an unknown token", cause = "token", at = "/own/401/4001/0/",
    hint = "the service does not know this app token: it is mistyped, withdrawn, or" },
  { name = "401, an unknown token that just worked", cause = "withdrawn or rewritten", at = "/own/401/4001/0/later", calls = 2,
    hint = "this key was accepted before: it was withdrawn since, or" },
  { name = "401, without a code", cause = "key", at = "/own/401/0/0/", hint = "the service takes app token, signature or clock",
    open = true },
  { name = "401, our clock is behind", cause = "clock", at = "/own/401/4004/3600/",
    hint = "this machine's clock is 3", text = "s behind the server's" },
  { name = "401, our clock is ahead", cause = "clock", at = "/own/401/4003/-3600/",
    hint = "this machine's clock is 3", text = "s ahead of the server's" },
  { name = "401, expired though the clocks agree", cause = "held up", at = "/own/401/4004/0/",
    hint = "the service took the request for expired, though its clock and this machine's agree" },
  { name = "401 of a gateway whose clock is off", cause = "in between", at = "/late", hint = IN_BETWEEN, said = "Sign in" },
  { name = "HTML 403", cause = "in between", at = "/html/403", hint = IN_BETWEEN },
  { name = "HTML 404", cause = "in between", at = "/html/404", hint = IN_BETWEEN },
  { name = "HTML 429", cause = "in between", at = "/html/429", hint = IN_BETWEEN },
  { name = "HTML 502", cause = "in between", at = "/html/502", hint = IN_BETWEEN },
  { name = "HTML 200", cause = "in between", at = "/html/200", hint = IN_BETWEEN,
    said = "200 Blocked & [31mlogged very long very long very long very …" },
  { name = "407 without a proxy of ours", cause = "in between", at = "/html/407", hint = IN_BETWEEN },
  { name = "a text of a mesh", cause = "in between", at = "/text", hint = IN_BETWEEN, said = "no healthy upstream" },
  { name = "JSON of a gateway", cause = "in between", at = "/kong", hint = IN_BETWEEN,
    said = "no Route matched with those values" },
  { name = "403 without a word", cause = "unknown", at = "/empty/403", hint = "the answer does not say whose it is" },
  { name = "404 without a word", cause = "unknown", at = "/empty/404", hint = "the answer does not say whose it is" },
  { name = "403 of the service", cause = "not allowed", at = "/own/403/0/0/", hint = "the service does not allow this" },
  { name = "429 of the service, limits off", cause = "limits off", at = "/own/429/0/0/",
    hint = "the account's limit is used up; here" },
  { name = "unknown applicant", cause = "applicant", at = "/sandbox", args = { "0000" },
    hint = "the service has nothing for this id; look whether" },
  { name = "unknown user", cause = "applicant", at = "/sandbox", endpoint = "applicant_by_external_id", args = { "nobody" },
    hint = "the service has nothing for this id; look whether" },
  { name = "unknown transaction", cause = "applicant", at = "/sandbox", endpoint = "transaction_by_txn_id", args = { "none" },
    hint = "the service has nothing for this id; look whether" },
  { name = "unknown level", cause = "level", at = "/sandbox", endpoint = "websdk_link", args = { "no-such-level" },
    hint = "the service knows no such thing; compare the level's name" },
  { name = "unknown path", cause = "path asked for", at = "/sandbox", endpoint = "call", args = { "GET", "/resources/nowhere" },
    hint = "the service has nothing at this path; compare it" },
  { name = "a redirect elsewhere", cause = "redirect", at = "/moved",
    hint = "redirects are not followed, since a signature is for one address; this one points to https://new.example:8443" },
  { name = "a redirect on the same host", cause = "redirect here", at = "/moved-here",
    hint = "redirects are not followed, since a signature is for one address; this one points to another path there" },
  { name = "https to a plain port", cause = "no TLS", at = "tls:peer", hint = "what answers there speaks no TLS",
    nginx = "nginx writes the reason to its error log", log = "wrong version number" },
  { name = "https to what speaks no protocol", cause = "no TLS", at = "tls:garbage", hint = "what answers there speaks no TLS",
    nginx = "nginx writes the reason to its error log", log = "wrong version number" },
  { name = "an h2-only server", cause = "h2", at = "tls:alpn_refused", hint = "the server does not speak HTTP/1.1",
    nginx = "nginx writes the reason to its error log", log = "no application protocol" },
  { name = "an old TLS", cause = "old TLS", at = "tls:tls1_1", hint = "the server speaks neither TLS 1.2 nor 1.3",
    nginx = "nginx writes the reason to its error log", log = "alert protocol version" },
  { name = "a client certificate is wanted", cause = "client certificate", at = "tls:client_cert", open = true,
    hint = "the server refused the handshake", nginx = "nginx writes the reason to its error log", log = "handshake failure" },
  { name = "no common cipher", cause = "cipher", at = "tls:null_cipher", open = true,
    hint = "the server refused the handshake", nginx = "nginx writes the reason to its error log", log = "handshake failure" },
  { name = "an unknown authority", cause = "authority", at = "tls:self_signed",
    hint = "an authority that is not trusted here", nginx = TRUST },
  { name = "the certificate's dates", cause = "dates", at = "tls:expired", hint = "compare the dates", nginx = TRUST,
    nginx_or = "compare the dates" },
  { name = "the certificate of another host", cause = "host", at = "tls:wrong_host",
    hint = "the server's certificate is for another host", nginx = TRUST, nginx_or = "the server's certificate is for another" },
  { name = "an IP literal that the certificate does not name", cause = "host", at = "tls:wrong_host", ip = true,
    hint = "the server's certificate is for another host", nginx = "nginx compares a certificate with names" },
  { name = "nobody listens", cause = "connect", at = "http://127.0.0.1:1", hint = "check host and port in base_url" },
  { name = "unknown host name", cause = "name", at = "https://api.invalid", hint = "check the host name in base_url",
    nginx = "write into the http block of nginx.conf: resolver" },
  { name = "unknown proxy name", cause = "proxy's name", at = "https://api.invalid", proxy = "http://proxy.invalid:3128",
    hint = "check the proxy's name", nginx = "write into the http block of nginx.conf: resolver" },
  { name = "a proxy that nobody listens at", cause = "proxy", at = "https://api.invalid", proxy = "http://127.0.0.1:1",
    hint = "this is the proxy" },
}

local world, peer, faults

local function base_of(row)
  local key = row.at:match("^tls:(.*)")
  if key then
    return ("https://%s:%d/s/good"):format(row.ip and "127.0.0.1" or "localhost", key == "peer" and peer.port or faults.tls[key])
  end
  if row.at == "/sandbox" then return world.url end
  return row.at:find("^http") and row.at or peer.url .. row.at
end

local function ask(runner, row)
  local options = {
    base_url = base_of(row), app_token = "sbx:demo", secret_key = row.secret or "demo-secret", limits = false, max_attempts = 1,
    deadline = 10, proxy = row.proxy, ca_file = faults.ca_file,
  }
  local ok, result, err = pcall(runner.run, { options = options, endpoint = row.endpoint or "tin_checks",
    args = row.args or { ID }, calls = row.calls or 1 })
  if not ok then return { text = tostring(result):match("[^\n]*"), hint = tostring(result) } end -- a setting
  assert.is_nil(result)
  return err
end

describe("advice #nginx", function()
  setup(function()
    world = assert(sandbox.background {})
    faults = fault_server.start()
    peer = nginx.start { http = "lua_shared_dict seen 1m;", server = PEER:gsub("%${sandbox}", world.url) }
  end)
  teardown(function()
    peer:stop()
    faults:stop()
    world:close()
    nginx_runner.stop()
  end)

  local lines = {} -- first line of advice -> cause, by host

  for _, runner in ipairs { local_runner, nginx_runner } do
    local is_nginx = runner == nginx_runner
    for _, row in ipairs(rows) do
      local hint = row.hint
      if is_nginx and row.nginx ~= nil then hint = row.nginx end
      if hint then
        it(("over %s: %s"):format(runner.name, row.name), function()
          local err = ask(runner, row)
          local found = err.hint and (err.hint:find(hint, 1, true) or is_nginx and row.nginx_or
            and err.hint:find(row.nginx_or, 1, true))
          assert.truthy(found, err.text)
          if row.said then assert.equal(row.said, err.said) end
          if row.text then assert.truthy(err.text:find(row.text, 1, true), err.text) end
          if err.said then assert.truthy(err.text:find(', a page that says "' .. err.said, 1, true), err.text) end
          assert.is_nil(err.text:find("[%c\127]"))
          assert.is_nil(err.text:find("b=c", 1, true) or err.text:find("x:y", 1, true), err.text)
          local known = lines[err.hint]
          if row.nginx and is_nginx then return end
          assert.truthy(not known or known.cause == row.cause or (known.open and row.open),
            known and ("%s and %s have one line: %s"):format(known.name, row.name, err.hint))
          lines[err.hint] = known or row
        end)
      end
    end
  end

  it("in nginx points to a log that has the reason", function()
    for _, row in ipairs(rows) do
      if row.log then
        ask(nginx_runner, row)
        assert.truthy(nginx_runner.server:log():find(row.log, 1, true), row.name)
      end
    end
  end)

  it("of TLS 1.3, which refuses a client certificate behind the handshake, names the certificate", function()
    local hint_of = require("idngo.client.hints")
    for _, alert in ipairs { "tlsv1 alert unknown ca", "sslv3 alert bad certificate", "sslv3 alert certificate expired",
      "sslv3 alert certificate revoked", "sslv3 alert certificate unknown", "sslv3 alert unsupported certificate",
      "tlsv1 alert access denied" } do
      local message = ("OpenSSL SSL_read: OpenSSL/3.0.19: error:0A000418:SSL routines::%s, errno 0"):format(alert)
      assert.equal("the server takes no client certificate but one it knows; see cert_file and key_file",
        hint_of({ kind = "io", message = message }, {}))
    end
    assert.equal("the server wants a client certificate; see cert_file and key_file",
      hint_of({ kind = "io", message = "tlsv13 alert certificate required" }, {}))
    assert.is_nil(hint_of({ kind = "io", message = "tlsv1 alert internal error" }, {}))
  end)

  it("with limits says that others may use the account", function()
    local idngo = require("idngo")
    local client <close> = assert(idngo.client { base_url = peer.url .. "/own/429/0/0/", app_token = "a", secret_key = "b",
      max_attempts = 1, limits_dir = os.tmpname() .. ".d" })
    local _, err = client:levels()
    assert.truthy(err.hint:find("though calls are held back here: calls that are not counted here use it too, or it is lower",
      1, true), tostring(err))
  end)

  for _, runner in ipairs { local_runner, nginx_runner } do
    it(("over %s shows nothing that was sent"):format(runner.name), function()
      for _, sent in ipairs {
        { at = "/echo", endpoint = "update_info", args = { ID, { firstName = "Ayg<ul" } } },
        { at = "/echo", endpoint = "websdk_link", args = { "basic", { externalUserId = "auth0|Aygul" } } },
        { at = "/echo", endpoint = "call", args = { "GET", "/resources/applicants/" .. ID .. "/one" } },
      } do
        local err = ask(runner, sent)
        assert.truthy(err.said and err.said:find("[…]", 1, true), err.text)
        for _, word in ipairs { "Ayg", ID, "sbx:demo", "@y.kz" } do assert.is_nil(err.said:find(word, 1, true), err.said) end
        assert.is_nil(err.said:find(("%x"):rep(20)), err.said)
      end
    end)
  end
end)
