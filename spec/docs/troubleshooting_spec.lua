-- docs/troubleshooting.md: the messages that stand there indented are those that are printed. (Its code blocks are run by
-- docs/pages_spec.lua; these need more than a command.) And its tables of advice are what the code can say, all
-- of it and no more.

local advice = require("hints")
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
    for _, what in ipairs { "-e 'require [[idngo]]'", "bin/idngo" } do
      assert_on_page(shell(("LUA_CPATH=/nonexistent/?.so lua5.4 %s 2>&1"):format(what)))
    end
    assert_on_page(shell("lua5.4 -e 'package.preload[\"idngo.journal\"] = function() "
      .. "error(\"module \\39idngo.journal\\39 not found\") end' bin/idngo status . 2>&1"))
  end)

  it("has no message that is not printed", function()
    for _, message in ipairs(messages) do assert.is_true(seen[message], message) end
  end)
end)

describe("the advice of docs/troubleshooting.md", function()
  local entries = {}
  for ticks in files.read("docs/troubleshooting.md"):gmatch("\n| (`[^\n]*)") do
    local fence = ticks:match("^`+")
    entries[#entries + 1] = ticks:match("^" .. fence .. "(.-)%s*" .. fence .. " |")
  end

  --- The texts of a piece, without what differs.
  local known = {}
  local function parts_of(text)
    if known[text] then return known[text] end
    local parts = {}
    known[text] = parts
    for part in (text:gsub("…", "\0") .. "\0"):gmatch("(%Z*)%z") do
      if part:find("%w") then parts[#parts + 1] = part end
    end
    return parts
  end

  --- Whether an entry has the parts of a piece, in their order.
  local function tells_of(entry, parts)
    local at = 1
    for _, part in ipairs(parts) do
      local from, to = entry:find(part, at, true)
      if not from then return false end
      at = to + 1
    end
    return true
  end

  --- The pieces without an entry, and the entries that the pieces do not make up.
  local function differences(pieces, of)
    local untold, unsaid = {}, {}
    for _, piece in ipairs(pieces) do
      local told = false
      for _, entry in ipairs(of) do told = told or tells_of(entry, parts_of(piece.text)) end
      if not told then untold[#untold + 1] = ("%s:%d: %s"):format(piece.path, piece.line, piece.text) end
    end
    for _, entry in ipairs(of) do
      local rest, found = entry, {}
      for _, piece in ipairs(pieces) do
        if tells_of(entry, parts_of(piece.text)) then found[#found + 1] = piece.text end
      end
      table.sort(found, function(a, b) return #a > #b end)
      for _, text in ipairs(found) do
        for _, part in ipairs(parts_of(text)) do
          local from, to = rest:find(part, 1, true)
          if from then rest = rest:sub(1, from - 1) .. "…" .. rest:sub(to + 1) end
        end
      end
      if rest:find("%w") or not found[1] then unsaid[#unsaid + 1] = entry end
    end
    return untold, unsaid
  end

  it("has an entry for every advice that the code can give, and none beside", function()
    local untold, unsaid = differences(advice(), entries)
    assert.equal("", table.concat(untold, "\n"), "advice without an entry")
    assert.equal("", table.concat(unsaid, "\n"), "entries that are no advice")
  end)

  -- One new piece of advice, in each way in which the code gives one.
  local ways = {
    field = [[return { kind = "io", hint = "NEW advice" }]],
    assignment = [[local problem = {} problem.hint = "NEW " .. 1 .. " advice"]],
    several = [[local problem = {} problem.permanent, problem.hint = true, "NEW advice"]],
    argument = [[local function refuse(message, hint) return { message, hint } end
      return refuse("x", ("NEW %s advice"):format(1))]],
    module = [[local err = require("idngo.error") return err.config(("a %s"):format(1), "NEW advice")]],
    constant = [[local WHAT = "NEW advice" return { hint = WHAT }]],
    rows = [[local rows = { { "a cause", "NEW advice" } } local p = {} for _, row in ipairs(rows) do p.hint = row[2] end]],
    choice = [[return { hint = os and "NEW advice" or nil }]],
    returned = [[local M = {} function M.some_hint(a) if a then return "NEW advice" end end return M]],
    described = "---@return nil\n---@return string message\n---@return string? hint\nlocal function f() "
      .. "return nil, 'message', 'NEW advice' end return f",
    row = [[local permanent = { A = "NEW advice" } return { hint = permanent[os] }]],
    description = [[return { x = { hints = { [404] = "NEW advice" } } }]],
    dash = [[io.stderr:write("cannot be loaded – NEW advice\n")]],
  }
  for name, code in pairs(ways) do
    it("would miss an entry for one that is new: " .. name, function()
      local folder = files.folder()
      files.write(folder .. "/error.lua", files.read("lua/idngo/error.lua"))
      files.write(folder .. "/new.lua", code .. "\n")
      local pieces = advice(folder)
      os.execute("rm -r " .. folder)
      local untold = differences(pieces, entries)
      assert.equal(1, #untold, table.concat(untold, "\n"))
      assert.truthy(untold[1]:find("new.lua:%d: NEW.* advice$"), untold[1])
    end)
  end

  it("would be too much where the code does not say it any more", function()
    local pieces = advice()
    for i, piece in ipairs(pieces) do
      local fewer = table.move(pieces, 1, #pieces, 1, {})
      table.remove(fewer, i)
      local theirs = {} -- no other entry is made up of it
      for _, entry in ipairs(entries) do
        if tells_of(entry, parts_of(piece.text)) then theirs[#theirs + 1] = entry end
      end
      local _, unsaid = differences(fewer, theirs)
      local is_part_of_another = false -- such as "mend the disk"
      for _, other in ipairs(fewer) do
        is_part_of_another = is_part_of_another or tells_of(other.text, parts_of(piece.text))
      end
      assert.is_true(is_part_of_another or #unsaid > 0, piece.text)
    end
  end)
end)
