-- Uploads: a table and a file in one body of multipart/form-data, from a path, from bytes and from a function; as Python's parser
-- of mail reads them, in both runtimes, in constant memory, and with files that change under way.

local core = require("idngo.core")
local fault_server = require("fault_server")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local nginx = require("nginx")
local operation = require("idngo.operation")
local sandbox = require("idngo.sandbox")
local shell = require("shell")

local METADATA = { idDocType = "ID_CARD", country = "KAZ", idDocSubType = "FRONT_SIDE" }
local JPEG = "\255\216\255\224"

local folder, server, client

local function open(options)
  local settings = { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false, max_attempts = 1 }
  for name, value in pairs(options or {}) do settings[name] = value end
  return assert(idngo.client(settings))
end

local number = 0

local function create()
  number = number + 1
  return assert(client:create_applicant("basic-kyc-level", { externalUserId = "multipart-" .. number }))
end

--- What Python makes of a body.
local function parsed(prepared)
  local path = files.write(folder .. "/body", prepared.body)
  return json.decode(shell("python3 spec/support/read_multipart.py '%s' %s", prepared.headers["Content-Type"], path))
end

--- A function that gives `bytes`, and how often it was asked for the first of them.
local function reader(bytes)
  local times = { count = 0 }
  return function(at, n)
    if at == 0 then times.count = times.count + 1 end
    return bytes:sub(at + 1, at + n)
  end, times
end

-- Line breaks of all sorts, what looks like a boundary, every byte.
local function hostile()
  local pieces = { JPEG, "\r\n--idngo-\r\n", "--\r\n\r\n", "\n\r\r\n\n" }
  for byte = 0, 255 do pieces[#pieces + 1] = string.char(byte) end
  math.randomseed(7)
  for _ = 1, 20000 do pieces[#pieces + 1] = ("\r\n-\0ab"):sub(math.random(6)):sub(1, 1) end
  return table.concat(pieces)
end

setup(function()
  folder = files.folder()
  server = assert(sandbox.background { limits = false })
  client = open()
end)

teardown(function()
  client:close()
  server:close()
  os.execute("rm -rf " .. folder)
end)

describe("a body in parts", function()
  local function sources()
    local bytes = hostile()
    local path = files.write(folder .. "/front.jpg", bytes)
    return bytes, { path = path, ["table of a path"] = { path = path }, bytes = { bytes = bytes, name = "front.jpg" },
      ["function"] = { read = reader(bytes), size = #bytes, name = "front.jpg" } }
  end

  for _, what in ipairs { "path", "table of a path", "bytes", "function" } do
    it("of a " .. what .. " is what Python reads, and what the sandbox serves back", function()
      local bytes, all = sources()
      local applicant = create()
      local prepared = assert(client:prepare("add_document", applicant.id, METADATA, all[what]))
      local read = parsed(prepared)
      assert.same({}, read.defects)
      assert.same({
        { name = "metadata", type = "application/json", text = json.encode(METADATA), size = #json.encode(METADATA),
          sha256 = core.sha256(json.encode(METADATA)), headers = { "content-disposition", "content-type" }, defects = {} },
        { name = "content", filename = "front.jpg", type = "image/jpeg", size = #bytes, sha256 = core.sha256(bytes),
          headers = { "content-disposition", "content-type" }, defects = {} },
      }, read.parts)
      assert.equal("true", prepared.headers["X-Return-Doc-Warnings"])
      assert.equal(core.signer("demo-secret"):sign(tonumber(prepared.headers["X-App-Access-Ts"]), "POST", prepared.target,
        prepared.body), prepared.headers["X-App-Access-Sig"])

      local added = assert(client:add_document(applicant.id, METADATA, all[what]))
      assert.same({ "ID_CARD", "KAZ", "FRONT_SIDE" }, { added.idDocType, added.country, added.idDocSubType })
      local image = assert(client:images(applicant.id)).items[1]
      assert.same({ added.imageId, "front.jpg", tostring(#bytes) },
        { image.id, image.fileMetadata.fileName, image.fileMetadata.fileSize })
      local served = assert(client:document_image(applicant.inspectionId, added.imageId))
      assert.is_true(served.body == bytes)
      assert.equal("image/jpeg", served.contentType)
      assert.same({ tonumber(added.imageId) }, assert(client:steps(applicant.id)).IDENTITY.imageIds)
      assert.equal("ID_CARD", assert(client:applicant(applicant.id)).info.idDocs[1].idDocType)
    end)
  end

  it("without a file has one part, and no picture comes of it", function()
    local applicant = create()
    local read = parsed(assert(client:prepare("add_document", applicant.id, METADATA, false)))
    assert.same({ 1, "metadata", {} }, { #read.parts, read.parts[1].name, read.defects })
    local added = assert(client:add_document(applicant.id, { idDocType = "ID_CARD", country = "KAZ", number = "N1" }, false))
    assert.is_nil(added.imageId)
    assert.same({}, assert(client:images(applicant.id)).items)
    assert.equal("N1", assert(client:applicant(applicant.id)).info.idDocs[1].number)
  end)

  it("has a name that cannot end its place, whatever was given", function()
    for given, sent in pairs {
      ['a"; name="metadata.jpg'] = "a__ name=_metadata.jpg", ["a\r\nX-Evil: 1\r\n\r\nb.png"] = "a__X-Evil: 1____b.png",
      ["a\\b.jpg"] = "a_b.jpg", ["a\0b"] = "a_b", ["\208\159\208\176.jpg"] = "__.jpg", ["\255\254.jpg"] = "__.jpg",
      ["../../etc/passwd"] = "file.._.._etc_passwd", [""] = "file", [".jpg"] = "file.jpg", ["%22.jpg"] = "_22.jpg",
      [("n"):rep(300) .. ".png"] = ("n"):rep(96) .. ".png",
    } do
      local read = parsed(assert(client:prepare("add_document", "a", METADATA, { bytes = JPEG, name = given })))
      assert.same({ sent, "content", core.sha256(JPEG) }, { read.parts[2].filename, read.parts[2].name, read.parts[2].sha256 })
      assert.same({ "content-disposition", "content-type" }, read.parts[2].headers)
      assert.equal(2, #read.parts)
    end
  end)

  it("has a boundary of 128 random bits that stands in no part, and another each time", function()
    local seen = {}
    for _ = 1, 100 do
      local media = assert(client:prepare("add_document", "a", METADATA, false)).headers["Content-Type"]
      local bits = media:match("^multipart/form%-data; boundary=idngo%-(%x+)$")
      assert.equal(32, #bits)
      assert.is_nil(seen[bits])
      seen[bits] = true
    end
    local random, draws = core.random, 0
    finally(function() core.random = random end)
    core.random = function()
      draws = draws + 1
      return draws <= 32 and 0 or 0.5
    end
    local prepared = assert(client:prepare("add_document", "a",
      { idDocType = "idngo-" .. ("0"):rep(32), country = "KAZ" }, { bytes = JPEG }))
    assert.truthy(prepared.headers["Content-Type"]:find("idngo-" .. ("8"):rep(32), 1, true))
  end)

  it("of nothing that can be sent throws, and sends nothing", function()
    for _, case in ipairs {
      { nil, "content must be a path" }, { true, "content must be a path" }, { "", "content must be a path" },
      { {}, "content must be a path" }, { { bytes = "" }, "content is empty" }, { { path = "a", bytes = "b" }, "must be a path" },
      { { read = function() end }, "must be a path" }, { { read = function() end, size = -1 }, "must be a path" },
      { { bytes = "a", name = 1 }, "content has a name that is no string" },
      { { bytes = "a", type = "image/jpeg\r\nX: 1" }, "content has a type that is none" },
      { { bytes = "a", type = "jpeg" }, "content has a type that is none" },
    } do
      local ok, why = pcall(client.add_document, client, "a", METADATA, case[1])
      assert.is_false(ok)
      assert.truthy(why:find(case[2], 1, true), why)
    end
    local ok, why = pcall(client.add_document, client, "a", { country = "KAZ" }, false)
    assert.is_false(ok)
    assert.truthy(why:find("metadata has no idDocType", 1, true), why)
  end)

  it("of a file that is not there, or none, is not sent", function()
    for _, path in ipairs { folder .. "/none", folder, "/dev/null" } do
      local result, err = client:add_document("a", METADATA, path)
      assert.is_nil(result)
      assert.same({ "io", "not_sent" }, { err.kind, err.outcome })
    end
  end)

  it("of a field that is none is no body", function()
    for field, hint in pairs { nmae = "did you mean name?", filename = "known: bytes, name" } do
      local ran, why = pcall(client.add_document, client, "a1", METADATA, { bytes = JPEG, [field] = "a.jpg" })
      assert.is_false(ran)
      assert.truthy(why:find("content has a field that is none: " .. hint, 1, true), why)
    end
  end)

  it("is refused with the codes of the service", function()
    local id = create().id
    local function refused(status, code, content)
      local result, err = client:add_document(id, METADATA, content)
      assert.is_nil(result)
      assert.same({ status, code, "rejected" }, { err.status, err.errorCode, err.outcome })
    end
    assert(client:add_document(id, METADATA, { bytes = JPEG }))
    refused(409, 1000, { bytes = JPEG, name = "another.jpg" }) -- which no picture is called
    refused(400, 1005, { bytes = "text" })
    refused(400, 1003, files.write(folder .. "/empty.jpg", ""))
    assert(client:request_check(id))
    refused(409, 1006, { bytes = JPEG .. "2" })
  end)

  it("is taken without the last line break, and refused where it is broken", function()
    local boundary = "--b\r\nContent-Disposition: form-data; name=metadata\r\n\r\n"
    local target = ("/resources/applicants/%s/info/idDoc"):format(create().id)
    local function send(body, media)
      return client:call("POST", target,
        { body = body, headers = { ["Content-Type"] = media or "multipart/form-data; boundary=b" } })
    end
    assert.equal("SELFIE", assert(send(boundary .. '{"idDocType":"SELFIE","country":"KAZ"}\r\n--b--')).idDocType)
    for _, body in ipairs { "", "x", boundary, boundary .. "{}", boundary .. "{}\r\n--b", boundary .. "{}\r\n--bx" } do
      assert.equal(400, select(2, send(body)).status)
    end
    assert.equal(400, select(2, send(boundary .. "{}\r\n--b--", "multipart/form-data")).status)
    assert.equal(415, select(2, send("{}", "application/json")).status)
  end)
end)

describe("a file that changes", function()
  local faults
  setup(function() faults = fault_server.start() end)
  teardown(function() faults:stop() end)
  before_each(function() faults:forget() end)

  local function not_sent(content, size)
    local sender = open { base_url = faults.http .. "/s/good", max_attempts = 3 }
    local result, err = sender:add_document("a1", METADATA, content)
    sender:close()
    assert.is_nil(result)
    assert.same({ "io", "not_sent", 1 }, { err.kind, err.outcome, err.attempts }, tostring(err))
    assert.truthy(tostring(err):find("the file changed while it was being sent", 1, true), tostring(err))
    assert.is_true(faults:seen("good").bytes < size)
  end

  it("between its two readings is never sent whole: a path", function()
    local size = 4 * 1024 * 1024
    local path = files.write(folder .. "/changing.jpg", ("x"):rep(size))
    local source = core.source
    finally(function() core.source = source end)
    core.source = function(...)
      local real = source(...)
      return setmetatable({}, { __index = function(_, method)
        return function(_, ...)
          local results = table.pack(real[method](real, ...))
          if method == "headers" and results[1] then
            local file = io.open(path, "r+b")
            file:seek("set", 3 * 1024 * 1024)
            file:write("y")
            file:close()
          end
          return table.unpack(results, 1, results.n)
        end
      end })
    end
    not_sent(path, size)
  end)

  it("between its two readings is never sent whole: a function", function()
    local size, asked = 4 * 1024 * 1024, 0
    not_sent({ size = size, read = function(at, n)
      if at == 0 then asked = asked + 1 end
      return (asked > 1 and at > size / 2 and "y" or "x"):rep(n)
    end }, size)
  end)

  it("or ends early, or fails, is not sent", function()
    for _, case in ipairs {
      { function() return "" end, "it ended before its size" }, { function(_, n) return ("x"):rep(n + 1) end, "it gave more" },
      { function() return nil, "gone" end, "gone" }, { function() error("thrown", 0) end, "thrown" },
      { function() return 7 end, "it gave no bytes" },
    } do
      local result, err = client:add_document("a1", METADATA, { read = case[1], size = 100 })
      assert.is_nil(result)
      assert.same({ "io", "not_sent" }, { err.kind, err.outcome })
      assert.truthy(tostring(err):find(case[2], 1, true), tostring(err))
    end
  end)

  it("not is read again for another attempt", function()
    local path = files.write(folder .. "/again.jpg", JPEG .. ("x"):rep(100000))
    local read, times = reader(JPEG .. ("x"):rep(100000))
    for _, content in ipairs { path, { read = read, size = 100004 }, { bytes = JPEG } } do
      faults:forget()
      local sender = open { base_url = faults.http .. "/s/429-then-ok", max_attempts = 4 }
      local added, err = sender:add_document("a1", METADATA, content)
      sender:close()
      assert.is_nil(err)
      assert.equal("ID_CARD", added.idDocType)
      assert.is_true(faults:seen("429-then-ok").requests > 1)
    end
    assert.is_true(times.count >= 4)
  end)
end)

describe("300 MB", function()
  local SIZE = 300 * 1000 * 1000
  local port, pipe

  setup(function()
    os.execute("mkfifo " .. folder .. "/ready")
    pipe = io.popen(("exec python3 spec/support/bulk_server.py 1 >%s/ready"):format(folder), "w")
    local ready = io.open(folder .. "/ready")
    port = ready:read("l")
    ready:close()
  end)
  teardown(function() pipe:close() end)

  local SEND = [[
    local idngo = require "idngo"
    local client = assert(idngo.client { base_url = "http://127.0.0.1:%s", app_token = "a", secret_key = "s", limits = false,
      timeout = 120, max_attempts = 1 })
    local function peak() return tonumber(io.open("/proc/self/status"):read("a"):match("VmHWM:%%s+(%%d+) kB")) end
    local before = peak()
    local result, err = client:add_document("a", { idDocType = "ID_CARD", country = "KAZ" }, %s)
    print(err and err.status or 200, err and err.kind, peak() - before)
  ]]

  for what, content in pairs {
    path = "%q",
    ["function"] = "{ size = " .. SIZE .. ", read = function(at, n) return ('x'):rep(n) end }",
  } do
    it("of a " .. what .. " are sent in constant memory #slow", function()
      local path = folder .. "/large.bin"
      shell("head -c %d /dev/zero >%s", SIZE, path)
      local script = files.write(folder .. "/send.lua", SEND:format(port, what == "path" and content:format(path) or content))
      local status, kind, grown = shell("lua5.4 %s", script):match("^(%d+)%s+(%S+)%s+(%d+)")
      assert.same({ "200", "malformed" }, { status, kind }) -- it has read all, and says no more than a digest
      assert.is_true(tonumber(grown) < 16 * 1024, grown .. " KiB more")
      os.remove(path)
    end)
  end
end)

describe("inside nginx #nginx", function()
  it("a path, bytes and a function arrive as they are, within tasks of their own", function()
    local id = create().id
    local path = files.write(folder .. "/nginx.jpg", JPEG .. ("p"):rep(3000000))
    local gateway = nginx.start { server = ([[
      location = /send { content_by_lua_block {
        local idngo = require "idngo"
        local client = assert(idngo.client { base_url = "%s", app_token = "sbx:demo", secret_key = "demo-secret",
          limits = false, max_attempts = 1 })
        local bytes = "%s" .. ("f"):rep(2000000)
        local contents = { "%s", { bytes = "%s" .. ("b"):rep(2000000) },
          { size = #bytes, read = function(at, n) ngx.sleep(0.001) return bytes:sub(at + 1, at + n) end } }
        for _, content in ipairs(contents) do
          local added, err = client:add_document("%s", { idDocType = "ID_CARD", country = "KAZ" }, content)
          ngx.say(added and added.imageId or tostring(err))
        end
      } }
    ]]):format(server.url, "\\255\\216\\255", path, "\\255\\216\\255", id) }
    finally(function() gateway:stop() end)
    local said = shell("curl -s http://127.0.0.1:%d/send", gateway.port)
    local images = assert(client:images(id)).items
    assert.equal(3, #images, said)
    for i, size in ipairs { 3000004, 2000003, 2000003 } do
      assert.equal(tostring(size), images[i].fileMetadata.fileSize)
      assert.truthy(said:find(images[i].id, 1, true), said)
    end
    local last = assert(client:applicant_image(id, images[3].id)).body
    assert.is_true(last == "\255\216\255" .. ("f"):rep(2000000))
    assert.equal("", gateway:complaints())
  end)
end)

describe("idngo call add_document", function()
  it("takes a file of JSON and the file, or the JSON alone", function()
    local id = create().id
    files.write(folder .. "/metadata.json", json.encode(METADATA))
    files.write(folder .. "/side.jpg", JPEG)
    local settings = ("IDNGO_CONFIG= IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret"):format(server.url)
    local function run(rest) return shell("%s lua5.4 bin/idngo call add_document %s %s/metadata.json %s --json 2>&1", settings,
      id, folder, rest) end
    local added = json.decode(run(folder .. "/side.jpg"))
    assert.equal(added.imageId, assert(client:images(id)).items[1].id)
    assert.is_nil(json.decode(run("")).imageId)
    assert.equal("multipart", operation.of("add_document").row.body)
  end)
end)
