-- The core as Lua sees it: vectors, an independent check of signatures, JSON, files.

local cjson = require("cjson")
local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local shell = require("shell")

local read, write = files.read, files.write

local function unhex(hex)
  return (hex:gsub("..", function(pair) return string.char(tonumber(pair, 16)) end))
end

--- HMAC-SHA256 by the openssl command line.
local function openssl_hmac(secret, bytes)
  local path = os.tmpname()
  write(path, bytes)
  local pipe = io.popen(("openssl dgst -sha256 -hmac '%s' -hex %s"):format(secret, path))
  local out = pipe:read("a")
  pipe:close()
  os.remove(path)
  return out:match("=%s*(%x+)")
end

local vectors = cjson.decode(read("spec/fixtures/signing-vectors.json"))

describe("signing", function()
  for _, group in ipairs { "published", "computed" } do
    for _, v in ipairs(vectors[group]) do
      it(("reproduces the %s vector %s"):format(group, v.name), function()
        local signer, body, ts = core.signer(v.secret), unhex(v.body_hex), math.tointeger(v.ts)
        assert.equal(v.signature, signer:sign(ts, v.method, v.uri, body))
        assert.equal(unhex(v.string_to_sign_hex), core.string_to_sign(ts, v.method, v.uri, body))
        assert.equal(v.signature, openssl_hmac(v.secret, unhex(v.string_to_sign_hex)))
        signer:begin(ts, v.method, v.uri)
        for byte in body:gmatch(".") do signer:update(byte) end
        assert.equal(v.signature, signer:finish())
      end)
    end
  end

  it("reproduces the webhook digests", function()
    local algs = { HMAC_SHA1_HEX = "sha1", HMAC_SHA256_HEX = "sha256", HMAC_SHA512_HEX = "sha512" }
    for _, v in ipairs(vectors.webhook) do
      assert.equal(v.digest, core.hmac(algs[v.alg], v.secret, v.body))
    end
    assert.equal(3, #vectors.webhook)
  end)

  it("throws when a closed signer is used, and closes twice without harm", function()
    local signer = core.signer("x")
    signer:close()
    signer:close()
    assert.has_error(function() signer:sign(1, "GET", "/", "") end, "signer is closed")
  end)

  it("reads a secret from a file's first line", function()
    local path = os.tmpname()
    write(path, "demo-secret\r\nmore\n")
    assert.equal(core.signer("demo-secret"):sign(1, "GET", "/", ""),
      core.signer_from_file(path):sign(1, "GET", "/", ""))
    for content, why in pairs { [""] = "empty", ["\n"] = "empty", ["a b\n"] = "blank", [("x"):rep(2000)] = "longer" } do
      write(path, content)
      local signer, message = core.signer_from_file(path)
      assert.is_nil(signer)
      assert.truthy(message:find(why, 1, true), message)
      assert.truthy(message:find(path, 1, true))
    end
    os.remove(path)
    local signer, message = core.signer_from_file("/nonexistent/key")
    assert.is_nil(signer)
    assert.truthy(message:find("No such file", 1, true))
  end)
end)

describe("operations", function()
  it("refuse a description that makes no sense, and say what is wrong", function()
    local function param(fields)
      local made = { name = "id", where = "path", type = "string", required = true }
      for name, value in pairs(fields or {}) do made[name] = value end
      return made
    end
    for _, case in ipairs {
      { "no path", {}, "has a path that is none" }, { "/a?b", {}, "has a path that is none" },
      { "/{id}", {}, "no parameter" }, { "/{id}/{id}", { param() }, "stands there twice" },
      { "/a", { param() }, "does not stand there" }, { "/{id}", { param { required = false } }, "an optional parameter" },
      { "/{id}", { param { type = "date" } }, "no type" }, { "/{id}", { param { where = "body" } }, "no where" },
      { "/a", { param { where = "query", type = "fixed" } }, "without its value" },
      { "/{id}", { param { name = false } }, "expected" }, { "/{id}", { 7 }, "table expected" },
    } do
      assert.error_matches(function() core.operation(case[1], case[2]) end, case[3])
    end
    local many = {}
    for i = 1, 13 do many[i] = { name = "p" .. i, where = "query", type = "string" } end
    assert.error_matches(function() core.operation("/", many) end, "more than 12 parameters")
  end)

  it("put a matrix parameter into its segment, and keep it there", function()
    local target = core.operation("/applicants/-;externalUserId={id}/one",
      { { name = "id", where = "path", type = "string", required = true } })
    assert.equal("/applicants/-;externalUserId=a%2Fb%3B%3D-/one", target("", "a/b;=-"))
    assert.equal("/applicants/-;externalUserId=-/one", target("", "-"))
    assert.same({ nil, "id is missing" }, { target("") })
  end)
end)

describe("the endpoints", function()
  it("are each there once, with the fields that are promised", function()
    local seen = {}
    for _, endpoint in ipairs(idngo.endpoints) do
      assert.is_nil(seen[endpoint.name])
      seen[endpoint.name] = endpoint
      for _, field in ipairs { "name", "method", "path", "body", "reply", "retry", "title" } do
        assert.is_string(endpoint[field], endpoint.name .. "." .. field)
      end
      for _, param in ipairs(endpoint.params) do
        assert.truthy(param.name and param.where and param.type, endpoint.name)
        assert.is_boolean(param.required)
      end
    end
    assert.equal("N", seen.send_verification_status_email.retry)
    assert.equal("K", seen.import_applicant.retry)
    assert.equal("D", seen.websdk_link.retry)
    assert.equal("I", seen.update_info.retry)
    assert.equal("I", seen.set_presence.retry)
    assert.same({ "pdf", "video", "checks" }, { seen.report.reply, seen.liveness_video.reply, seen.tin_checks.reply })
    assert.equal("report", seen.report.lane)
  end)

  it("are an error, and no more, while their files cannot be read", function()
    local out = shell([[ulimit -n 24; lua5.4 -e '
      local idngo = require "idngo"
      local client = idngo.client { base_url = "http://127.0.0.1:1", app_token = "a", secret_key = "b", limits = false }
      require("idngo.operation").of("create_applicant") -- what its body takes is still to be read
      local held = {}
      repeat held[#held + 1] = io.open("/dev/null") until not io.open("/dev/null")
      local function try(name, ...)
        local result, err = client[name](client, ...)
        print(result, err.kind, err.outcome, err.retryable, err.message:match("^what is said of this endpoint cannot be read"))
      end
      try("timeline", "a")
      try("call", "GET", "/resources/a")
      try("create_applicant", "level", { externalUserId = "a" })
      for _, file in ipairs(held) do file:close() end
      collectgarbage()
      print(client:prepare("timeline", "a").target, client.timeline ~= nil)
      print(client:prepare("call", "GET", "/resources/a").target)
    ']])
    assert.equal(("nil\tio\tnot_sent\ttrue\twhat is said of this endpoint cannot be read\n"):rep(3)
      .. "/resources/applicantTimeline/a\ttrue\n/resources/a\n", out)
  end)

  it("leave an error without its advice, and no more, while that cannot be read", function()
    local out = shell([[lua5.4 -e '
      package.preload["idngo.client.hints"] = function() error("no file can be opened", 0) end
      local client = require "idngo".client { base_url = "http://127.0.0.1:1", app_token = "a", secret_key = "b",
        limits = false, max_attempts = 1 }
      local result, err = client:timeline("a")
      print(result, err.kind, err.outcome, err.hint)
    ']])
    assert.equal("nil\tconnect\tnot_sent\tnil\n", out)
  end)

  it("load no more than a call takes", function()
    local out = shell([[lua5.4 -e '
      local client = require "idngo".client { base_url = "http://127.0.0.1:1", app_token = "a", secret_key = "b" }
      client:prepare("timeline", "a")
      for _, name in ipairs { "body", "hints", "multipart", "raw", "settle", "wait" } do
        print(name, package.loaded["idngo.client." .. name])
      end
      print("settings", package.loaded["idngo.limits.settings"])
      client:prepare("create_applicant", "level", { externalUserId = "a" })
      print(package.loaded["idngo.client.body"] and package.loaded["idngo.client.settle"] and "with a body")
    ']])
    assert.equal("body\tnil\nhints\tnil\nmultipart\tnil\nraw\tnil\nsettle\tnil\nwait\tnil\nsettings\tnil\nwith a body\n", out)
  end)

  it("are described in files that are read when they are needed", function()
    local out = shell([[lua5.4 -e '
      local function loaded()
        local names = {}
        for name in pairs(package.loaded) do names[#names + 1] = name:match("^idngo%%.api%%.(.*)") end
        table.sort(names)
        print(table.concat(names, " "))
      end
      local idngo = require "idngo"
      loaded()
      local client = idngo.client { base_url = "http://127.0.0.1:1", app_token = "a", secret_key = "b" }
      loaded()
      client:prepare("timeline", "a")
      loaded()
      assert(#idngo.endpoints > 3 and idngo.endpoints == idngo.endpoints)
    ']])
    assert.equal("\nindex\nindex timeline\n", out)
  end)
end)

describe("JSON", function()
  it("decodes more strings than it notes the lengths of", function()
    local parts, expected = {}, {}
    for i = 1, 1200 do
      parts[i] = i % 3 == 0 and ('"\\u00e9\\"%d"'):format(i) or ('"plain %d"'):format(i)
      expected[i] = i % 3 == 0 and ('é"%d'):format(i) or ("plain %d"):format(i)
    end
    assert.same(expected, json.decode("[" .. table.concat(parts, ",") .. "]"))
  end)

  it("leaves null members out and closes lists up", function()
    assert.same({ b = { 1, 2 }, c = {} }, json.decode('{"a":null,"b":[1,null,2,null],"c":{"d":null}}'))
  end)

  it("gives whole numbers as integers and others as floats", function()
    local v = json.decode('[1, -3, 2.0, 1e2, 2.5, -0]')
    for _, i in ipairs { 1, 2, 3, 4, 6 } do assert.equal("integer", math.type(v[i])) end
    assert.equal("float", math.type(v[5]))
    assert.same({ 1, -3, 2, 100, 2.5, 0 }, v)
  end)

  it("keeps whole numbers beyond 2^53 exactly, as strings", function()
    assert.same({ id = "9007199254740993", n = 9007199254740992 },
      json.decode('{"id":9007199254740993,"n":9007199254740992}'))
  end)

  it("tells an empty object from an empty list", function()
    local v = json.decode('{"a":{},"b":[],"c":[{ }],"d":{"e":null}}')
    assert.same({ a = {}, b = {}, c = { {} }, d = {} }, v)
    assert.is_false(json.is_list(v.a))
    assert.is_true(json.is_list(v.b))
    assert.is_false(json.is_list(v.c[1]))
    assert.is_false(json.is_list(v.d))
  end)

  it("reads every escape, in names and in values", function()
    assert.same({ ['\0"\\'] = '/\b\f\n\r\t', x = "a\u{e9}\u{20ac}\u{1f600}\u{10ffff}z" }, json.decode(
      [[{"\u0000\"\\":"\/\b\f\n\r\t","x":"a\u00E9\u20ac\ud83d\uDE00\udbff\udfffz"}]]))
  end)

  it("refuses a name that stands twice, whatever the values", function()
    for _, text in ipairs { '{"a":1,"a":2}', '{"a":null,"a":1}', '[{"x":{"b":1,"b":1}}]' } do
      local value, why = json.decode(text)
      assert.is_nil(value)
      assert.equal("a name stands twice in one object", why)
    end
  end)

  it("says where a text is broken, and never what stands there", function()
    local value, why = json.decode('{"name": "Ivan", "n": nan}')
    assert.is_nil(value)
    assert.equal("unexpected character at byte 23", why)
  end)

  it("encodes members in order, integers and floats exactly", function()
    assert.equal('{"a":1,"b":[1.5,0.1,9007199254740993],"c":"\\"é\\n"}',
      json.encode { c = '"é\n', b = { 1.5, 0.1, 9007199254740993 }, a = 1.0 })
  end)

  it("decodes what it encoded to the same value and type, also beyond 2^53", function()
    for _, n in ipairs { 2.0 ^ 53 + 2, -2.0 ^ 53 - 2, 9071998123458910.0, 1e17, 1e300, 0.1, -1.5, 2.0 ^ 53, 7.0 } do
      local back = json.decode(json.encode({ n = n })).n
      assert.equal(n, back)
    end
  end)

  it("escapes what a string cannot hold as it is, and nothing else", function()
    for code = 0, 127 do
      local text = ("a%cé"):format(code)
      assert.equal((cjson.encode(text):gsub("\\/", "/")), json.encode { text }:sub(2, -2), "byte " .. code)
    end
    assert.equal(cjson.null, json.null)
  end)

  it("names the part it cannot encode", function()
    local cases = {
      [{ a = { b = {} } }] = "info.a.b is an empty table",
      [{ a = { 1, nil, 3 } }] = "info.a is neither a list",
      [{ a = { 1, x = 2 } }] = "info.a mixes names",
      [{ a = 0 / 0 }] = "info.a is not a finite number",
      [{ a = print }] = "info.a is a function",
      [{ a = "\255" }] = "info.a is not UTF-8",
    }
    for value, message in pairs(cases) do
      local ok, why = pcall(json.encode, value, "info")
      assert.is_false(ok)
      assert.truthy(why:find(message, 1, true), why)
    end
    local loop = {}
    loop.loop = loop
    assert.is_false((pcall(json.encode, loop)))
  end)
end)

describe("an object that loses all its members", function()
  it("is written as an object still, wherever it stands", function()
    local value = json.decode('{"a":{"b":null},"c":[null],"d":{},"e":[{"f":null}]}')
    assert.equal('{"a":{},"c":[],"d":{},"e":[{}]}', json.encode(value, "value", "[]"))
    assert.equal("{}", json.encode(json.decode('{"a":null}'), "value", "[]"))
    assert.equal("[]", json.encode(json.decode("[null]"), "value", "[]"))
  end)
end)

describe("a sink", function()
  local folder
  before_each(function()
    folder = files.folder()
  end)
  after_each(function() os.execute("rm -rf " .. folder) end)

  local function listing()
    return shell("ls -A %s", folder)
  end

  it("appears whole, private and with its digest", function()
    local sink = core.sink(folder .. "/a.pdf")
    assert.is_true(sink:write("hello "))
    assert.falsy(listing():find("^a.pdf"))
    assert.is_true(sink:write("world"))
    local saved = sink:commit()
    assert.equal("hello world", read(folder .. "/a.pdf"))
    assert.equal(11, saved.size)
    assert.equal(core.sha256("hello world"), saved.sha256)
    assert.equal("a.pdf\n", listing())
    assert.is_false(core.shared_with_others(folder .. "/a.pdf"))
  end)

  it("of a new file replaces nothing, whatever that is and whenever it came", function()
    os.execute(("cd %s && echo old > file && mkdir dir && ln -s nothing link && mkfifo pipe"):format(folder))
    for _, name in ipairs { "file", "dir", "link", "pipe" } do
      assert.same({ nil, ("%s/%s: File exists"):format(folder, name) }, { core.sink(folder .. "/" .. name, true) })
    end
    assert.same({ nil, "/dev/stdout: File exists" }, { core.sink("/dev/stdout", true) })
    local first, second = core.sink(folder .. "/a", true), core.sink(folder .. "/a", true)
    first:write("first")
    second:write("second")
    assert(first:commit())
    assert.same({ nil, folder .. "/a: File exists" }, { second:commit() })
    second:abort()
    assert.equal("first", read(folder .. "/a"))
    assert.equal("a\ndir\nfile\nlink\npipe\n", listing())
  end)

  it("is committed by a thread when told to", function()
    local sink = core.sink(folder .. "/a")
    sink:write("x")
    assert.is_false(sink:busy())
    sink:begin()
    for _, method in ipairs { "begin", "through" } do assert.error_matches(function() sink[method](sink) end, "being saved") end
    assert.error_matches(function() sink:write("y") end, "being saved")
    while sink:busy() do core.sleep(0.001) end
    local saved = assert(sink:commit())
    assert.same({ path = folder .. "/a", size = 1, sha256 = core.sha256("x") }, saved)
    assert.equal("x", read(folder .. "/a"))
    -- whoever does not wait for it has it all the same, and who cannot have it is told why
    sink = core.sink(folder .. "/b")
    sink:begin()
    sink:abort()
    core.sink(folder .. "/c"):begin()
    collectgarbage()
    collectgarbage()
    assert.equal("a\nb\nc\n", listing())
    os.execute("mkdir " .. folder .. "/gone")
    sink = core.sink(folder .. "/gone/d")
    os.execute("rm -r " .. folder .. "/gone")
    sink:begin()
    local nothing, why = sink:commit()
    assert.is_nil(nothing)
    assert.equal(folder .. "/gone/d: No such file or directory", why)
    sink:abort()
  end)

  it("leaves nothing behind when it is aborted or collected", function()
    local sink = core.sink(folder .. "/a")
    sink:write("x")
    sink:abort()
    sink:abort()
    core.sink(folder .. "/b"):write("x")
    collectgarbage()
    collectgarbage()
    assert.equal("", listing())
  end)

  it("replaces a symlink instead of following it", function()
    write(folder .. "/victim", "precious")
    os.execute(("ln -s %s/victim %s/link"):format(folder, folder))
    local sink = core.sink(folder .. "/link")
    sink:write("new")
    assert(sink:commit())
    assert.equal("precious", read(folder .. "/victim"))
    assert.equal("new", read(folder .. "/link"))
  end)

  --- What a script prints that saves `bytes` to `path`, run by a shell that has prepared `around` it.
  local function save(path, around)
    local script = write(folder .. "/save.lua", ([[
      local core = require("idngo.core")
      local sink, why = core.sink(%q)
      local ok = sink and sink:through()
      if ok then ok, why = sink:write("bytes") end
      if ok then ok, why = sink:commit() end
      io.stderr:write(ok and ok.size .. " " .. ok.sha256:sub(1, 4) or tostring(why))]]):format(path))
    return shell("bash -c '" .. around:gsub("SAVE", "lua5.4 " .. script:gsub("%%", "%%%%")) .. "' 2>&1")
  end
  local saved = "5 " .. core.sha256("bytes"):sub(1, 4)

  it("writes through what is no regular file, and through links to it: it stays what it is", function()
    os.execute(("mkfifo %s/pipe && ln -s pipe %s/to-pipe && ln -s /dev/null %s/null && ln -s /dev/full %s/full"):format(folder,
      folder, folder, folder))
    for _, name in ipairs { "pipe", "to-pipe" } do
      local out = save(folder .. "/" .. name, ("exec 3<>%s/pipe; SAVE; read -t 60 -N 5 x <&3; echo $x"):format(folder))
      assert.equal(saved .. "bytes\n", out)
    end
    assert.equal(saved, save(folder .. "/null", "SAVE"))
    assert.equal(folder .. "/full: No space left on device", save(folder .. "/full", "SAVE"))
    assert.equal(folder .. "/pipe: nobody reads this pipe", save(folder .. "/pipe", "SAVE"))
    assert.equal("fifo\nsymbolic link\nsymbolic link\n", shell("stat -c %%F %s/pipe %s/to-pipe %s/null", folder, folder, folder))
  end)

  it("writes behind what an open descriptor has, by whatever name", function()
    os.execute(("ln -s /dev/stdout %s/out"):format(folder))
    for _, name in ipairs { "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", folder .. "/out" } do
      local file = folder .. "/file"
      local out = save(name, ("echo before >%s; { SAVE; echo after; } >>%s; cat %s"):format(file, file, file))
      assert.equal(saved .. "before\nbytesafter\n", out)
    end
    assert.equal("symbolic link\n", shell("stat -c %%F /dev/stdout"))
    assert.equal(saved .. "bytes", save("/dev/fd/7", ("exec 7> >(cat >%s/piped); SAVE; exec 7>&-; wait $!; cat %s/piped")
      :format(folder, folder)))
  end)

  it("replaces no folder that a symlink leads to, and nothing that came while it was written", function()
    os.execute(("mkdir %s/dir && ln -s dir %s/to-dir"):format(folder, folder))
    local sink, why = core.sink(folder .. "/to-dir")
    assert.is_nil(sink)
    assert.equal(folder .. "/to-dir: Is a directory", why)
    sink = core.sink(folder .. "/late")
    sink:write("x")
    os.execute("mkfifo " .. folder .. "/late")
    assert.is_nil((sink:commit()))
    sink:abort()
    assert.equal("fifo\n", shell("stat -c %%F %s/late", folder))
    sink = core.sink(folder .. "/dir/gone")
    sink:write("x")
    os.execute("rm -r " .. folder .. "/dir")
    local ok
    ok, why = sink:commit()
    assert.is_nil(ok)
    assert.equal(folder .. "/dir/gone: No such file or directory", why)
  end)

  it("says which path cannot be written, and why", function()
    local sink, why = core.sink(folder .. "/none/a")
    assert.is_nil(sink)
    assert.equal(folder .. "/none/a: No such file or directory", why)
    sink, why = core.sink(folder)
    assert.is_nil(sink)
    assert.truthy(why:find("directory", 1, true))
  end)
end)

describe("a source", function()
  it("is signed over its bytes and read again in pieces", function()
    local path, bytes = os.tmpname(), ("0123456789"):rep(30000)
    write(path, bytes)
    local source, signer = core.source(path), core.signer("s")
    assert.equal(#bytes, source:size())
    local lines = "A: b\r\nX-App-Access-Ts: 7\r\nX-App-Access-Sig: " .. signer:sign(7, "POST", "/x", bytes) .. "\r\n"
    assert.equal(lines, source:headers(signer, "A: b\r\n", 7.9, "POST", "/x"))
    assert.equal(lines, signer:headers("A: b\r\n", 7.9, "POST", "/x", bytes))
    local pieces = signer:copy()
    pieces:begin(7, "POST", "/x")
    for at = 1, #bytes, 1000 do pieces:update(bytes:sub(at, at + 999)) end
    assert.equal(lines, pieces:finish_headers("A: b\r\n", 7))
    local parts = {}
    repeat
      parts[#parts + 1] = source:read(65536)
    until parts[#parts] == ""
    assert.equal(bytes, table.concat(parts))
    source:close()
    os.remove(path)
  end)

  it("is signed a MiB at a time, while its signer makes other signatures, and from the start for another time", function()
    local path, bytes = os.tmpname(), ("0123456789abcdef"):rep(160 * 1024)
    write(path, bytes)
    local source, signer = core.source(path), core.signer("s")
    local function lines(ts) return signer:headers("", ts, "POST", "/x", bytes) end
    assert.is_false(source:headers(signer, "", 7, "POST", "/x"))
    assert.is_false(source:headers(signer, "", 8, "POST", "/x"))
    local other = lines(9)
    assert.is_false(source:headers(signer, "", 8, "POST", "/x"))
    assert.equal(lines(8), source:headers(signer, "", 8, "POST", "/x"))
    assert.equal(lines(9), other)
    assert.is_false(source:headers(signer, "", 8, "POST", "/x"))
    source:close()
    os.remove(path)
  end)

  it("does not give out its last bytes when the file changed in between", function()
    local path = os.tmpname()
    for _, change in ipairs { "0123456789X", "012345678", "X123456789" } do
      write(path, "0123456789")
      local source = core.source(path)
      source:headers(core.signer("s"), "", 7, "POST", "/x")
      write(path, change)
      local given, piece, why = 0
      repeat
        piece, why = source:read(4)
        given = given + #(piece or "")
      until not piece or piece == ""
      assert.is_nil(piece)
      assert.is_true(given < 10)
      assert.equal("the file changed while it was being sent", why)
      source:close()
    end
    os.remove(path)
  end)

  it("refuses what is no regular file", function()
    for _, path in ipairs { "/dev/null", "/tmp", "/nonexistent/x" } do
      local source, why = core.source(path)
      assert.is_nil(source)
      assert.equal(1, why:find(path, 1, true))
    end
  end)
end)

describe("a reply that nginx brings", function()
  --- What comes of a reply in slices of `step` bytes.
  local function read_sliced(reply, text, step)
    local state, status, has_head = "more", nil, nil
    reply:begin(false, true, 20)
    for at = 1, #text, step do
      if state == "more" then state, status, has_head = reply:feed(text:sub(at, at + step - 1)) end
    end
    if state == "more" then state, status, has_head = reply:eof(false) end
    local body, head, keeps = reply:finish()
    return { state, status, has_head, head, state == "wrong" and (reply:problem()) or body, keeps }
  end

  local length, chunks = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
  local closed = "HTTP/1.0 404 No\r\n\r\n"

  for name, case in pairs {
    ["of known length"] = { length .. "abc", { "end", 200, true, length, "abc", true } },
    ["in chunks"] = { chunks .. "3\r\nabc\r\n0\r\n\r\n", { "end", 200, true, chunks, "abc", true } },
    ["behind interim ones, to the end"] = {
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" .. closed .. "abc",
      { "end", 404, true, closed, "abc", false },
    },
    ["that is too long"] = { length:gsub("3", "21") .. ("a"):rep(21),
      { "wrong", 200, true, (length:gsub("3", "21")), "reply larger than max_reply", false } },
    ["that is cut"] = { length .. "ab", { "wrong", 200, true, length, "connection closed before the end of the reply", false } },
  } do
    it("is read the same in one piece and in slices: " .. name, function()
      local reply = core.http_reply()
      for _, step in ipairs { 1, 7, #case[1], 2 } do assert.same(case[2], read_sliced(reply, case[1], step)) end
    end)
  end

  it("is judged by its head as soon as that is there", function()
    local reply = core.http_reply()
    reply:begin(false, false, 10)
    local state, status = reply:feed("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")
    assert.same({ "wrong", 200, "content-length is no number of bytes", true }, { state, status, reply:problem() })
  end)
end)

describe("a process", function()
  it("is gone when it has ended, and not before", function()
    assert.is_false(core.process_gone(core.process()))
    local ended = shell("sh -c 'echo $$'")
    assert.is_true(core.process_gone(tonumber(ended)))
  end)

  it("has a number: 0 and less stand for groups", function()
    for _, number in ipairs { 0, -1, 2 ^ 40 } do assert.has_error(function() core.process_gone(number) end) end
  end)
end)

describe("what lies at a path", function()
  it("is a regular file or another thing, is nothing, or cannot be told", function()
    local folder = files.folder()
    write(folder .. "/file", "x")
    assert(os.execute(("ln -s file %s/link && ln -s around %s/around"):format(folder, folder)))
    assert.is_true(core.is_regular(folder .. "/file"))
    for _, other in ipairs { folder, folder .. "/link", folder .. "/around", "/dev/null" } do
      assert.is_false(core.is_regular(other), other)
    end
    for _, none in ipairs { folder .. "/none", folder .. "/file/x" } do assert.same({ nil, nil }, { core.is_regular(none) }) end
    local there, message = core.is_regular(folder .. "/around/x")
    assert.is_nil(there)
    assert.equal(folder .. "/around/x: Too many levels of symbolic links", message)
    -- and who asks says so, and not that there is none
    local _, err = require("idngo.run.store").read(folder .. "/around")
    assert.equal("io", err.kind)
    assert.truthy(err.message:find("around/journal.db: Too many levels", 1, true), err.message)
    local _, why = require("idngo.run.verify").log(folder .. "/around/audit.jsonl", error, {}, {})
    assert.truthy(why:find("audit.jsonl: Too many levels", 1, true), why)
  end)
end)

describe("a key", function()
  local key = assert(core.private_key(("0a"):rep(32)))

  it("is checked by whoever has its public half, as PEM or as its id", function()
    local signature = key:sign("text")
    for _, public in ipairs { key:id(), key:pem() } do
      local half = assert(core.public_key(public))
      assert.equal(key:id(), half:id())
      assert.is_true(half:verify("text", signature))
      assert.is_false(half:verify("other", signature))
      assert.is_false(half:verify("text", signature:sub(3)))
    end
  end)

  it("is nothing else", function()
    for _, text in ipairs { "", "0a", key:id():sub(2), key:id():upper(), key:id() .. "0", ("zz"):rep(32), key:private_pem() } do
      local none, why = core.public_key(text)
      assert.is_nil(none)
      assert.equal("is no Ed25519 public key in PEM", why)
    end
  end)
end)

describe("the host's boot", function()
  it("has an id; where that cannot be read it is like no other", function()
    assert.equal(36, #core.boot_id())
    local watch, limits = require("idngo.watch.clock"), require("idngo.limits.clock")
    local sources, real, folder = watch.sources, core.boot_id, files.folder()
    finally(function() watch.sources, core.boot_id = sources, real end)
    watch.sources = { boottime = function() return 100 end, wall = function() return 7000 end }
    assert.equal(5090, watch.now({ boot = "a", bt = 10, t = 5000 }, 4000, "a"))
    for _, other in ipairs { "b", false } do
      assert.equal(4100, watch.now({ boot = "a", bt = 10, t = 5000 }, 4000, other or nil))
    end
    assert.equal(4100, watch.now({ bt = 10, t = 5000 }, 4000, nil))
    local function add()
      local kept = limits.new(folder, "account")
      kept:check("epoch", 1, 2, 3)
      kept:add(1, 2, 3)
    end
    core.boot_id = function() end
    add()
    assert.same({}, limits.new(folder, "account").samples)
    core.boot_id = real
    add()
    assert.equal(1, #limits.new(folder, "account").samples)
  end)
end)
