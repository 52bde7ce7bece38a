-- A gate in a real nginx and the service behind it, another nginx whose answers a test sets while it runs.

local http = require("socket.http")
local ltn12 = require("ltn12")
local nginx = require("nginx")
local socket = require("socket")

local M = {}

-- What the service says: by the applicant, by the app token, or of all. `hold` keeps answers back.
local SERVICE = {
  http = [[
    lua_shared_dict state 10m;
    init_by_lua_block {
      local function checks(check) return 200, '{"checks":[' .. check .. ']}' end
      replies = {
        GREEN = function() return checks('{"answer":"GREEN"}') end,
        RED = function() return checks('{"answer":"RED"}') end,
        YELLOW = function() return checks('{"answer":"YELLOW"}') end,
        ["lower case"] = function() return checks('{"answer":"green"}') end,
        ["no check"] = function() return checks("") end,
        ["null"] = function() return checks('{"answer":null}') end,
        ["no answer"] = function() return checks("{}") end,
        ["one of two"] = function() return checks('{"answer":"GREEN"},{"answer":"RED"}') end,
        ["another search"] = function() return checks('{"answer":"GREEN","similarSearchInfo":{"answer":"RED"}}') end,
        ["another typed search"] = function()
          return checks('{"answer":"GREEN","checkType":"SIMILAR_SEARCH","similarSearchInfo":{"answer":"RED"}}')
        end,
        ["odd search"] = function() return checks('{"answer":"GREEN","similarSearchInfo":"RED"}') end,
        ["its search"] = function() return checks('{"similarSearchInfo":{"answer":"GREEN"}}') end,
        ["odd document"] = function() return checks('{"answer":"GREEN","extractedDoc":{"addresses":{"a":1}}}') end,
        completed = function() return 200, '{"reviewStatus":"completed","reviewResult":{"reviewAnswer":"GREEN"}}' end,
        reviewed = function() return 200, '{"reviewStatus":"pending","reviewResult":{"reviewAnswer":"GREEN"}}' end,
        refused = function() return 200, '{"reviewStatus":"completed","reviewResult":{"reviewAnswer":"RED"}}' end,
        odd = function() return 200, '{"reviewStatus":"completed","reviewResult":{"reviewAnswer":1}}' end,
        ["nobody"] = function() return 404, '{"description":"Applicant not found","code":404,"correlationId":"c1"}' end,
        ["404 page"] = function() return 404, "<html>GREEN</html>", "text/html" end,
        ["page"] = function() return 200, "<html>GREEN</html>", "text/html" end,
        ["502 page"] = function() return 502, "<html><title>502 Bad Gateway</title></html>", "text/html" end,
        ["cut"] = function() return 200, '{"checks":[{"answer":"GREEN"}' end,
        ["number"] = function() return checks('{"answer":1}') end,
        ["no checks"] = function() return 200, '{"answer":"GREEN"}' end,
        ["empty"] = function() return 200, "" end,
        ["500"] = function() return 500, '{"description":"GREEN","code":500}' end,
        ["401"] = function() return 401, '{"description":"Invalid token","code":401}' end,
        ["429"] = function() return 429, '{"description":"Too many","code":429}' end,
      }

      -- 10 000 requests over a hundred connections; statuses and how often each came
      function load(port, path, id, count)
        local statuses, left, threads = {}, count, {}
        local request = ("GET %s HTTP/1.1\r\nHost: a\r\nX-Applicant-Id: %s\r\n\r\n"):format(path, id)
        local function work()
          local sock
          while left > 0 do
            left = left - 1
            if not sock then
              sock = ngx.socket.tcp()
              sock:settimeout(60000)
              assert(sock:connect("127.0.0.1", port))
            end
            assert(sock:send(request))
            local status = assert(sock:receive()):match("^HTTP/1.1 (%d+)")
            local length, closes
            repeat
              local line = assert(sock:receive())
              length = length or tonumber(line:lower():match("^content%-length: (%d+)"))
              closes = closes or line:lower():find("^connection: close")
            until line == ""
            assert(sock:receive(length))
            statuses[status] = (statuses[status] or 0) + 1
            if closes then sock:close() sock = nil end
          end
        end
        for i = 1, 100 do threads[i] = ngx.thread.spawn(work) end
        for i = 1, 100 do assert(ngx.thread.wait(threads[i])) end
        for status, times in pairs(statuses) do ngx.say(status, " ", times) end
      end
    }
  ]],
  server = [[
    location = /-/set { content_by_lua_block {
      ngx.shared.state:set(ngx.unescape_uri(ngx.var.arg_name), ngx.unescape_uri(ngx.var.arg_value))
      ngx.print("ok")
    } }
    location = /-/get { content_by_lua_block { ngx.print(ngx.shared.state:get(ngx.unescape_uri(ngx.var.arg_name)) or 0) } }
    location = /-/load { content_by_lua_block {
      load(tonumber(ngx.var.arg_port), ngx.var.arg_path, ngx.var.arg_id, tonumber(ngx.var.arg_count))
    } }
    location / { content_by_lua_block {
      local state, args = ngx.shared.state, ngx.req.get_uri_args()
      local id = args.applicantId or ngx.var.uri:match("/applicants/([^/]+)") or ngx.var.uri
      state:incr("calls", 1, 0)
      state:incr("calls " .. id, 1, 0)
      local kind = state:get(id) or state:get(args.type or "-") or state:get(ngx.var.http_x_app_token) or state:get("all")
      while state:get("hold") == "1" do ngx.sleep(0.005) end
      local status, body, type = replies[kind or "GREEN"]()
      ngx.status, ngx.header.content_type, ngx.header.content_length = status, type or "application/json", #body
      ngx.print(body)
    } }
  ]],
}

local World = {}
World.__index = World

local function get(url, headers, method)
  local body = {}
  local ok, status, replied = http.request { url = url, headers = headers, method = method, sink = ltn12.sink.table(body) }
  return ok and status, table.concat(body), replied
end

--- Sets what the service says: of an id, of a type of check, of an app token, or of `all`.
function World:set(name, value)
  assert(get(("%s/-/set?name=%s&value=%s"):format(self.service.url, M.escape(name), M.escape(value))))
end

--- Calls that the service got, of one id or altogether.
function World:calls(id)
  return tonumber((select(2, get(self.service.url .. "/-/get?name=" .. M.escape(id and "calls " .. id or "calls")))))
end

--- The status that a request gets.
function World:ask(id, path, method)
  return get(self.gate.url .. (path or "/in"), { ["X-Applicant-Id"] = id }, method)
end

--- Statuses of many requests at once, and how often each came.
function World:load(id, count, path)
  local _, text = get(("%s/-/load?port=%d&path=%s&id=%s&count=%d"):format(self.service.url, self.gate.port, path or "/in", id,
    count))
  local statuses = {}
  for status, times in text:gmatch("(%d+) (%d+)") do statuses[status] = tonumber(times) end
  return statuses
end

--- Begins a request whose status is read later: 0 where none came.
function World:begin(id, path)
  local visitor = assert(socket.connect("127.0.0.1", self.gate.port))
  assert(visitor:send(("GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Applicant-Id: %s\r\n\r\n"):format(
    path or "/in", id)))
  return {
    kill = function() visitor:close() end,
    status = function()
      local line = visitor:receive()
      visitor:close()
      return tonumber((line or ""):match("^HTTP/1.1 (%d+)")) or 0
    end,
  }
end

--- The configuration of a gate: `made` is Lua for init_by_lua that makes it.
local function configuration(self, options)
  local made = options.made or ([[
    gate = assert(require("idngo").gateway.new { dict = "idngo", green = %s, %s client = { base_url = "%s", max_attempts = 1,
      app_token = "sbx:a", secret_key = "s", limits = false } }) ]]):format(options.green or '{ "liveness_checks" }',
    options.settings or "", self.service.url)
  return {
    workers = options.workers or 2, env = options.env, main = options.main,
    http = ("lua_shared_dict idngo %s; %s init_by_lua_block { %s }"):format(options.size or "10m", options.http or "",
      made:gsub("SERVICE", self.service.url)),
    server = [[
      location = /in {
        access_by_lua_block { gate:access(ngx.var.http_x_applicant_id) }
        content_by_lua_block { ngx.header.content_length = 3 ngx.print("in\n") }
      }
      location = /metrics { content_by_lua_block { gate:metrics() } }
      location = /who {
        content_by_lua_block {
          local dict = ngx.shared.idngo
          for _, key in ipairs(dict:get_keys(0)) do
            if key:find("^?") then ngx.say(dict:get(key)) end
          end
        }
      }
    ]] .. (options.server or ""),
  }
end

--- The worker that asks just now.
function World:asking()
  local _, text = get(self.gate.url .. "/who")
  return tonumber(text:match("^%d+"))
end

function World:metrics()
  return (select(2, get(self.gate.url .. "/metrics")))
end

--- Starts a gate; the one before ends.
---@param options {settings: string?, green: string?, made: string?, size: string?, server: string?, http: string?,
---  workers: integer?, env: string?, main: string?}
function World:open(options)
  if self.gate then self.gate:stop() end
  self.gate = nil
  self.gate = nginx.start(configuration(self, options))
end

function World:stop()
  if self.gate then self.gate:stop() end
  self.service:stop()
end

function M.escape(text)
  return (text:gsub("[^%w]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

M.get = get

function M.start()
  return setmetatable({ service = nginx.start(SERVICE) }, World)
end

return M
