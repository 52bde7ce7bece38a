-- Who shares a worker of nginx with a call that moves much has their turn all the while.

local files = require("files")
local http = require("socket.http")
local json = require("idngo.json")
local nginx = require("nginx")

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

  for way, what in pairs { up = "sends a file", to_function = "hands a reply to a function", to_file = "saves a reply" } do
    it("that " .. what .. ", others have their turn", function()
      local told = json.decode((http.request(gateway.url .. "/watch?way=" .. way)))
      assert.is_true(told.ok, tostring(told.ok) .. gateway:complaints())
      assert.is_true(told.most < told.all / 8, ("%.3f s of %.3f s in one go"):format(told.most, told.all))
    end)
  end
end)
