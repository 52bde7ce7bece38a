-- docs/troubleshooting.md: the messages that stand there indented are those that are printed. (Its code blocks are run by
-- docs_spec.lua; these need more than a command.)

local files = require("files")
local idngo = require("idngo")
local nginx = require("nginx")
local shell = require("shell")

local messages = {}
for line in files.read("docs/troubleshooting.md"):gmatch("\n    (%S[^\n]*)") do messages[#messages + 1] = line end

--- The message of the page that `said` is, and marks it as seen.
local seen = {}
local function assert_on_page(said)
  said = said:match("^[^\n]*")
  for _, message in ipairs(messages) do
    if said:find("^" .. message:gsub("%p", "%%%0"):gsub("…", ".*") .. "$") then
      seen[message] = true
      return
    end
  end
  error("not on the page: " .. said, 2)
end

local SERVER = [[
location / { default_type text/html; return 200 "<h1>maintenance</h1>"; }
location /resources/checks/latest { default_type application/json; return 200 '{"ok":1}'; }
location /clock/ {
  content_by_lua_block {
    ngx.status = 401
    ngx.header["Date"] = ngx.http_time(ngx.time() + 3600)
    ngx.header["Content-Type"] = "application/json"
    ngx.say('{"code":401,"description":"Request signature mismatch"}')
  }
}
location /busy/ { default_type application/json; return 429 '{"code":429,"description":"Too many requests"}'; }
location /expired/ { default_type application/json;
  return 401 '{"code":401,"errorCode":4004,"description":"Request expired"}'; }
location /rewritten/ {
  content_by_lua_block {
    ngx.header["Content-Type"] = "application/json"
    if ngx.var.request_method == "GET" then return ngx.say('{"list":{"items":[]}}') end
    ngx.status = 401
    ngx.say('{"code":401,"errorCode":4003,"description":"Request signature mismatch"}')
  }
}
location /forbidden/ { return 403; }
location /nothing/ { content_by_lua_block { ngx.status = 404 ngx.header["Content-Length"] = 0 ngx.send_headers() } }
location /moved/ { content_by_lua_block { ngx.status = 308 ngx.header["Location"] = "https://new.example/a?b=c" } }
location /plain { content_by_lua_block { ngx.say(ask { base_url = "https://localhost:${plain}" }) } }
location /resolver { content_by_lua_block { ngx.say(ask { base_url = "https://api.idngo.kz" }) } }
location /trust { content_by_lua_block { ngx.say(ask { base_url = "https://localhost:${tls}" }) } }
location /ca { content_by_lua_block { ngx.say(ask { base_url = "https://localhost:${tls}", ca_file = "cert.pem" }) } }
]]

local INIT = [[
init_by_lua_block {
  function ask(options)
    options.app_token, options.secret_key, options.limits, options.max_attempts = "sbx:demo", "demo-secret", false, 1
    local client, err = require("idngo").client(options)
    if client then err = select(2, client:levels()) end
    return tostring(err)
  end
}
server { listen 127.0.0.1:${plain}; }
server {
  listen 127.0.0.1:${tls} ssl;
  ssl_certificate ${folder}/cert.pem;
  ssl_certificate_key ${folder}/key.pem;
}
]]

describe("docs/troubleshooting.md #nginx", function()
  local server, folder
  setup(function()
    folder = files.folder()
    assert(os.execute(("cd %s && openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -addext "
      .. "subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>/dev/null && touch %s/cert"):format(folder, folder)))
    local values = { folder = folder, tls = tostring(nginx.free_port()), plain = tostring(nginx.free_port()) }
    server = nginx.start { http = INIT:gsub("%${(%w+)}", values), server = SERVER:gsub("%${(%w+)}", values),
      main = "working_directory " .. folder .. ";" }
  end)
  teardown(function()
    server:stop()
    os.execute("rm -rf " .. folder)
  end)

  --- What a call says that goes to `path` of the server.
  local function say(attempts, path, method, ...)
    local client = assert(idngo.client { base_url = path:find("^https:") and path or server.url .. path,
      app_token = "sbx:demo", secret_key = "demo-secret", max_attempts = attempts, limits_dir = folder .. "/limits" })
    if method ~= "levels" then client:levels() end
    local result, err = client[method](client, ...)
    client:close()
    assert.is_nil(result)
    return tostring(err)
  end

  it("has the clock's message", function() assert_on_page(say(1, "/clock", "levels")) end)
  it("has that of a request that was held up", function() assert_on_page(say(1, "/expired", "levels")) end)
  it("has that of a request that was changed on its way", function()
    assert_on_page(say(1, "/rewritten", "update_info", "5eea3f5204f940217bcbc03d", { firstName = "x" }))
  end)
  it("has those of what stands in between", function()
    for _, path in ipairs { "/forbidden", "/nothing", "/moved" } do assert_on_page(say(1, path, "levels")) end
  end)
  it("has that of https to a plain port", function()
    assert_on_page(say(1, ("https://localhost:%d"):format(server.port), "levels"))
  end)
  it("has that of a 429", function() assert_on_page(say(2, "/busy", "levels")) end)
  it("has those of replies that are none", function()
    assert_on_page(say(1, "", "levels"))
    assert_on_page(say(1, "", "duplicate_checks", "5eea3f5204f940217bcbc03d"))
  end)

  for _, path in ipairs { "resolver", "trust", "ca", "plain" } do
    it("has what nginx says: " .. path, function() assert_on_page(shell("curl -s %s/%s", server.url, path)) end)
  end

  it("has that of a jail that is not there", function()
    assert_on_page(shell("IDNGO_JAIL=/nonexistent/idngo-jail lua5.4 bin/idngo policy test "
      .. "examples/policies/block-duplicates.lua 2>&1"))
  end)

  it("has that of missing modules", function()
    assert_on_page(shell("LUA_CPATH=/nonexistent/?.so lua5.4 bin/idngo 2>&1"))
    assert_on_page(shell("lua5.4 -e 'package.preload[\"idngo.journal\"] = function() "
      .. "error(\"module \\39idngo.journal\\39 not found\") end' bin/idngo status . 2>&1"))
  end)

  it("has no message that is not printed", function()
    for _, message in ipairs(messages) do assert.is_true(seen[message], message) end
  end)
end)
