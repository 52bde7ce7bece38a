-- idngo.core under failing allocations.

local torture = torture -- luacheck: globals torture
local core = require("idngo.core")
local endpoints = require("idngo.endpoints")

endpoints.rows() -- read before an allocation fails

local folder = torture.folder

local function empty(context) os.execute("rm -f " .. context.folder .. "/*") end
local function remove(context) os.execute("rm -rf " .. context.folder) end

local function read(path)
  local file <close> = io.open(path, "rb")
  return file and file:read("a")
end

--- Names in a folder besides those expected.
local function strangers(path, expected)
  local list <close> = assert(io.popen("ls -A " .. path))
  for name in list:lines() do
    if not expected[name] then return name end
  end
end

local RICH = [==[{"id":12345678901234567890,"n":[1,-2,3.5,1e3,true,false,null,"",{}],"a\u00e9\ud83d\ude00":{"x":null,
"deep":[[[{"y":["z",{"k":"v\n\t\\"}]}]]],"list":[{"a":1},{"a":2},{"a":3},{"a":4},{"a":5},{"a":6}]},
"many":{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9},"long":"]==] .. ("x"):rep(300) .. '"}'

return {
  {
    name = "core: open the module",
    setup = function() return { open = package.searchers[3]("idngo.core") } end,
    run = function(context) return context.open("idngo.core") end,
    right = function(module) return module.operation ~= nil and module.signer ~= nil and module.spool ~= nil end,
  },
  {
    name = "core: a signer, a signature",
    setup = function()
      local path = os.tmpname()
      local file <close> = assert(io.open(path, "w"))
      file:write("a-secret\n")
      return { path = path }
    end,
    run = function(context)
      local signer <close> = core.signer("a-secret")
      local long <close> = core.signer(("k"):rep(100))
      local from_file <close>, why = core.signer_from_file(context.path)
      if not from_file then return nil, why end
      signer:begin(1700000000, "POST", "/resources/applicants")
      signer:update("{}")
      local pieces = signer:finish()
      assert(long:sign(1, "GET", "/", nil))
      assert(core.string_to_sign(1700000000, "POST", "/resources/applicants", "{}"))
      return { pieces, from_file:sign(1700000000, "POST", "/resources/applicants", "{}"),
        from_file:headers("A: b\r\n", 1700000000, "POST", "/resources/applicants", "{}") }
    end,
    right = function(result) return result[1] == result[2] and #result[1] == 64 end,
    close = function(context) os.remove(context.path) end,
  },
  {
    name = "core: one signer again and again",
    setup = function() return { signer = core.signer("a-secret") } end,
    run = function(context) return context.signer:sign(1700000000, "GET", "/resources/x", "") end,
    right = function(result) return result == core.signer("a-secret"):sign(1700000000, "GET", "/resources/x", "") end,
    close = function(context) context.signer:close() end,
  },
  {
    name = "core: digests",
    run = function() return { core.sha256("abc"), core.hmac("sha512", "key", "bytes"), core.hmac("sha1", "k", "b") } end,
    right = function(result) return result[1]:sub(1, 8) == "ba7816bf" and #result[2] == 128 and #result[3] == 40 end,
  },
  {
    name = "core: targets",
    run = function()
      local base, why = core.base("https://api.idngo.kz:8443/prefix")
      if not base then return nil, why end
      local all = { base.host, core.escape("a b/ü"), core.utf8("ü") }
      for _, endpoint in ipairs(endpoints.rows()) do
        local values = {}
        for _, param in ipairs(endpoint.params) do
          if param.type ~= "fixed" then
            values[#values + 1] = param.type == "integer" and 60 or param.type == "list" and { "dob", "tin" }
              or param.values and param.values[1] or ("a ü"):rep(200)
          end
        end
        all[#all + 1] = core.operation(endpoint.path, endpoint.params)("/prefix", table.unpack(values))
      end
      return all
    end,
    right = function(all) return all[1] == "api.idngo.kz" and all[2] == "a%20b%2F%C3%BC" and #all == 3 + #endpoints.rows() end,
  },
  {
    name = "core: a rich JSON document",
    run = function()
      return core.json_decode(RICH, setmetatable({}, { __mode = "k" }))
    end,
    right = function(value)
      return value.id == "12345678901234567890" and #value.n == 8 and value["aé😀"].deep[1][1][1].y[2].k == "v\n\t\\"
        and value.many.i == 9 and #value.long == 300
    end,
  },
  {
    name = "core: refused JSON",
    run = function()
      local value, why = core.json_decode('{"a":1,"a":2}', {})
      local broken, at = core.json_decode("[1,", {})
      return value == nil and broken == nil and { why, at }
    end,
    right = function(all) return all[1] == "a name stands twice in one object" and all[2]:find("byte 4") end,
  },
  {
    name = "core: classify",
    run = function()
      local failure = { status = 429, sent = true, complete = true, retry_after = "17", date = "Tue, 14 Nov 2023 22:13:20 GMT" }
      local outcome, retry, wait = core.classify("safe", failure, 1700000000)
      return { outcome, retry, wait, core.http_date("Tue, 14 Nov 2023 22:13:20 GMT") }
    end,
    right = function(all) return all[1] == "rejected" and all[2] == true and all[3] == 17 and all[4] == 1700000000 end,
  },
  {
    name = "core: a request and its reply",
    run = function()
      local signer <close> = core.signer("k")
      local request = core.http_request("POST", "/x", "h", "A: b\r\n", "body", true, signer, 1)
      local reply = core.http_reply()
      reply:begin(false, true, 1000)
      local bytes = "HTTP/1.1 100 Continue\r\n\r\n"
        .. "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
      local first = reply:feed(bytes:sub(1, 40))
      local state, status = reply:feed(bytes:sub(41))
      if state == "wrong" or first == "wrong" then return nil, (reply:problem()) end
      return { request, first, state, status, reply:take(), (reply:head()) }
    end,
    right = function(all)
      return all[1]:find("Sig: %x+\r\n") and all[1]:find("\r\n\r\nbody$") and all[2] == "more" and all[3] == "end"
        and all[4] == 200 and all[5] == "abc" and all[6]:find("^HTTP/1.1 200 OK.*\r\n\r\n$")
    end,
    clean = { "not enough memory for the reply" },
  },
  {
    name = "core: a limiter",
    setup = function() return { folder = folder() } end,
    run = function(context)
      local limiter <close>, why = core.limiter("torture", context.folder)
      if not limiter then return nil, why end
      local read_lane, own = limiter:lane("read", 300, 5), limiter:lane("own", 1, 0)
      local grants = {}
      for i = 1, 20 do
        local grant, problem = limiter:acquire({ read_lane }, 10)
        if not grant then return nil, problem end
        grants[i] = grant
      end
      local single <const> = limiter:acquire({ read_lane, own }, 10)
      local refused, _, ticket = limiter:acquire({ own }, 10)
      if ticket then limiter:cancel_wait(ticket) end
      for _, grant in ipairs(grants) do limiter:release(grant, "not_sent") end
      if single then limiter:release(single, "not_sent") end
      limiter:close_lane(own, 0)
      local lanes = limiter:snapshot()
      return not refused and lanes
    end,
    right = function(lanes) return #lanes == 2 and lanes[1].slots == 300 and lanes[2].used <= 1 end,
    before = empty, -- a run that threw leaves its grants to their lease
    close = remove,
  },
  {
    name = "core: a sink",
    setup = function()
      local path = folder()
      return { folder = path, path = path .. "/file" }
    end,
    run = function(context)
      os.remove(context.path)
      local sink <close>, why = core.sink(context.path)
      if not sink then return nil, why end
      local ok, problem = sink:write(("bytes"):rep(1000))
      if not ok then return nil, problem end
      local saved, failed = sink:commit()
      return saved, failed
    end,
    right = function(saved, context)
      return saved.size == 5000 and saved.sha256 == core.sha256(("bytes"):rep(1000)) and #read(context.path) == 5000
    end,
    check = function(context, result)
      collectgarbage() -- a sink that was made, and not yet to be closed
      local stranger = strangers(context.folder, { file = true })
      if stranger then error(stranger .. " is left behind") end
      if not result and read(context.path) then error("it failed, and the file is there") end
    end,
    close = remove,
  },
  {
    name = "core: a source",
    setup = function()
      local path = os.tmpname()
      local file <close> = assert(io.open(path, "w"))
      file:write(("bytes"):rep(30000))
      return { path = path, signer = core.signer("a-secret") }
    end,
    run = function(context)
      local source <close>, why = core.source(context.path)
      if not source then return nil, why end
      local signature, problem = source:headers(context.signer, "", 1700000000, "POST", "/resources/x")
      if not signature then return nil, problem end
      local pieces = {}
      while true do
        local piece, failed = source:read(65536)
        if not piece then return nil, failed end
        if piece == "" then break end
        pieces[#pieces + 1] = piece
      end
      return { signature = signature, bytes = table.concat(pieces) }
    end,
    right = function(all, context)
      return all.bytes == ("bytes"):rep(30000)
        and all.signature == context.signer:headers("", 1700000000, "POST", "/resources/x", all.bytes)
    end,
    close = function(context) os.remove(context.path) end,
  },
  {
    name = "core: a spool, written and read",
    setup = function() return { folder = folder() } end,
    run = function(context)
      local spool <close>, why = core.spool(context.folder, 4096)
      if not spool then return nil, why end
      local texts = {}
      for i = 1, 40 do
        local ticket, problem = spool:append(("%d:"):format(i) .. ("e"):rep(4000))
        if not ticket then return nil, problem end
        texts[ticket] = i
      end
      local last = #texts
      while true do
        local durable, problem = spool:durable(last)
        if durable then break end
        if problem then return nil, problem end
      end
      spool:close()
      local segments, failed = core.spool_segments(context.folder)
      if not segments then return nil, failed end
      table.sort(segments, function(a, b) return a.name < b.name end)
      local found = 0
      for _, segment in ipairs(segments) do
        local reader <close>, problem = core.spool_reader(context.folder .. "/" .. segment.name, 0)
        if not reader then return nil, problem end
        while true do
          local text, received = reader:next()
          if not text then
            if received then return nil, received end
            break
          end
          if not received then return nil, "damaged" end
          found = found + 1
        end
      end
      return { found = found, last = last }
    end,
    right = function(all) return all.last == 40 and all.found == 40 end,
    before = empty,
    close = remove,
  },
}
