-- Who shares a worker of nginx with a call that moves much has their turn all the while.

local files = require("files")
local http = require("socket.http")
local json = require("idngo.json")
local nginx = require("nginx")
local shell = require("shell")
local socket = require("socket")

local MIB = 1024 * 1024

describe("beside a call that moves 256 MiB inside nginx #nginx #slow", function()
  local upstream, gateway, folder

  setup(function()
    folder = files.folder()
    assert(os.execute(("truncate -s %d %s/large"):format(256 * MIB, folder)))
    upstream = nginx.start {
      http = ("client_body_buffer_size 1m; sendfile_max_chunk 4m; output_buffers 4 1m; types { application/pdf pdf; }"),
      server = ([[
        location /resources/ { content_by_lua_block {
          if ngx.var.request_method == "POST" then
            ngx.req.discard_body()
            ngx.header.content_type = "application/json"
            ngx.print('{"id":"a1","externalUserId":"e1"}')
          else
            ngx.exec("/large")
          end
        } }
        location = /large { default_type application/pdf; alias %s/report; }
      ]]):format(folder),
    }
    assert(os.execute(("printf %%%%PDF- >%s/report && truncate -s %d %s/report"):format(folder, 256 * MIB, folder)))
    gateway = nginx.start {
      http = ([[
        init_by_lua_block {
          folder, idngo, core = "%s", require "idngo", require "idngo.core"
          client = assert(idngo.client { base_url = "http://127.0.0.1:%d", app_token = "sbx:a.b", secret_key = "secret",
            limits = false, max_attempts = 1, timeout = 300 })
          ways = {}
          function ways.up() return client:import_applicant(folder .. "/large", { unchecked = true }) end
          function ways.bytes() return client:import_applicant({ bytes = bytes }, { unchecked = true }) end
          function ways.to_function()
            return client:report("a1", { to = function(piece) -- slower than the server
              for _ = 1, 4 do core.sha256(piece) end
              return true
            end })
          end
          function ways.to_file() return client:report("a1", { to = folder .. "/saved" }) end

          -- The worker's processor time in all, and the most of it that went by before another had a turn: this time
          -- stands still while the machine does other things.
          function watch(way)
            if way == "bytes" then bytes = ("b"):rep(64 * 1024 * 1024) end
            local ended, most, turns = false, 0, 0
            local begun = os.clock()
            local watcher = ngx.thread.spawn(function()
              local last = os.clock()
              while not ended do
                ngx.sleep(0.001)
                local now = os.clock()
                most, turns, last = math.max(most, now - last), turns + 1, now
              end
            end)
            local result, err = ways[way]()
            ended = true
            ngx.thread.wait(watcher)
            return { ok = result and true or tostring(err), all = os.clock() - begun, most = most, turns = turns }
          end
        } ]]):format(folder, upstream.port),
      server = [[ location = /watch { content_by_lua_block {
        ngx.print(require("idngo.json").encode(watch(ngx.var.arg_way)))
      } } ]],
    }
  end)

  teardown(function()
    gateway:stop()
    upstream:stop()
    os.execute("rm -r " .. folder)
  end)

  for way, what in pairs { up = "sends a file", bytes = "sends what it has in memory",
    to_function = "hands a reply to a function", to_file = "saves a reply" } do
    it("that " .. what .. ", others have their turn", function()
      local told
      for _ = 1, 3 do -- a processor that is shared stands still now and then, on the worker's account; who is held is held always
        told = json.decode((http.request(gateway.url .. "/watch?way=" .. way)))
        assert.is_true(told.ok, tostring(told.ok) .. gateway:complaints())
        if told.most < told.all / 8 then return end
      end
      error(("%.3f s of %.3f s in one go"):format(told.most, told.all))
    end)
  end
end)

describe("while the disk stands still, under a file that is saved inside nginx #nginx", function()
  local upstream, gateway, folder, gate

  before_each(function()
    folder = files.folder()
    gate = folder .. "/gate"
    shell("mkfifo %s && cc -shared -fPIC -o %s/slow_sync.so spec/support/slow_sync.c -ldl", gate, folder)
    upstream = nginx.start { server = [[ location / { default_type application/pdf; return 200 "%PDF-1.7 x"; } ]] }
    gateway = nginx.start {
      env = ("env LD_PRELOAD=%s/slow_sync.so SLOW_SYNC='.saved. %s'"):format(folder, gate), main = "env SLOW_SYNC;",
      http = ([[
        init_by_lua_block {
          folder = "%s"
          client = assert(require("idngo").client { base_url = "http://127.0.0.1:%d", app_token = "sbx:a.b",
            secret_key = "secret", limits = { report = { 1, 300 } }, limits_dir = "%s", timeout = 300 })
        } ]]):format(folder, upstream.port, folder),
      server = [[
        lua_check_client_abort on;
        location = /save { content_by_lua_block {
          local saved, err = client:report("a1", { to = folder .. "/saved" })
          ngx.print(saved and saved.size or tostring(err))
        } }
        location = /lane { content_by_lua_block {
          for _, lane in ipairs(client:lanes()) do
            if lane.name == "report" then ngx.print(lane.used, " used, ", lane.waiting, " waiting") end
          end
        } }
      ]],
    }
  end)

  after_each(function()
    gateway:stop()
    upstream:stop()
    os.execute("rm -r " .. folder)
  end)

  local function visit(path)
    local visitor = assert(socket.connect("127.0.0.1", gateway.port))
    assert(visitor:send(("GET %s HTTP/1.0\r\n\r\n"):format(path)))
    visitor:settimeout(30)
    return visitor
  end

  local function answer_of(visitor)
    local answer = visitor:receive("*a")
    visitor:close()
    return answer and answer:match("\r\n\r\n(.*)$")
  end

  local function lane() return answer_of(visit("/lane")) end

  local function is_saved() return files.read(folder .. "/saved", "") == "%PDF-1.7 x" end

  it("others have their turn, and the file has its name when it is on the disk", function()
    local saver = visit("/save")
    local disk = assert(io.open(gate, "w")) -- when it syncs
    local seen, early = lane(), is_saved()
    disk:close()
    assert.equal("1 used, 0 waiting", seen)
    assert.is_false(early)
    assert.equal("10", answer_of(saver))
    assert.is_true(is_saved())
    assert.equal("", gateway:complaints())
  end)

  it("a visitor who hangs up frees no slot of what was answered, and the file is saved", function()
    local saver = visit("/save")
    local disk = assert(io.open(gate, "w"))
    local waiter = visit("/save")
    nginx.wait_for(function() return lane() == "1 used, 1 waiting" end, 30)
    saver:close()
    waiter:close()
    nginx.wait_for(function() return lane():find("0 waiting", 1, true) end, 30)
    assert.equal("1 used, 0 waiting", lane())
    assert.is_false(is_saved())
    disk:close()
    nginx.wait_for(is_saved, 30)
    assert.equal("1 used, 0 waiting", lane())
  end)

  it("an nginx that is told to stop saves it first", function()
    local saver = visit("/save")
    local disk = assert(io.open(gate, "w"))
    gateway:signal("TERM")
    nginx.wait_for(function() return gateway:log():find("exiting", 1, true) end, 30)
    disk:close()
    nginx.wait_for(is_saved, 30)
    saver:close()
  end)
end)
