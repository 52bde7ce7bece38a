-- What npm carries: every method of sumsub-node-sdk against the sandbox, and the bodies that the client sends, as busboy reads
-- them.

local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local shell = require("shell")

-- Methods that the sandbox does not answer as their types say, and why.
local left_out = {
  getRequiredIdDocs = "sources contradict each other on the call",
  getApplicantReport = "its kinds of report are none of IDnGO's",
}

local folder = require("interop.npm")("npm")

describe("npm:", function()
  if not folder then
    pending("npm is not installed, or its registry cannot be reached")
    return
  end

  local server, place
  setup(function()
    server, place = assert(sandbox.background { limits = false }), files.folder()
  end)
  teardown(function()
    server:close()
    os.execute("rm -rf " .. place)
  end)

  it("sumsub-node-sdk gets what its types say from all methods but those that are left out", function()
    local told, count, answered = shell("IDNGO_NPM=%s IDNGO_BASE_URL=%s node spec/interop/npm/sdk.mjs", folder, server.url), 0, 0
    for line in told:gmatch("[^\n]+") do
      local method = assert(json.decode(line))
      count = count + 1
      if method.problem == nil then answered = answered + 1 end
      assert.is_true((method.problem ~= nil) == (left_out[method.name] ~= nil),
        ("%s: %s"):format(method.name, method.problem or "is answered"))
    end
    assert.same({ 44, 42 }, { count, answered })
  end)

  local client = assert(idngo.client { base_url = "http://localhost:1", app_token = "sbx:demo", secret_key = "demo-secret",
    limits = false })

  --- The parts of a call's body, as busboy reads them.
  local function parts_of(...)
    local request = assert(client:prepare(...))
    files.write(place .. "/body", request.body)
    local list = {}
    local told = shell("IDNGO_NPM=%s node spec/interop/npm/parts.mjs '%s' <%s/body", folder,
      request.headers["Content-Type"], place)
    for line in told:gmatch("[^\n]+") do
      local part = assert(json.decode(line))
      list[part.name] = part
    end
    return list
  end

  local bytes = "\0\r\n--idngo-\r\n\r\nContent-Disposition: form-data; name=\"x\"\r\n\255" .. ("x"):rep(100000)

  for _, name in ipairs { "front.jpg", 'a"; name="metadata', "a\r\nX: y", "..\\..\\x.png", "имя.pdf", "%22", "", "." } do
    it(("busboy reads a document called %q as it was sent"):format(name), function()
      local metadata = { idDocType = "ID_CARD", country = "KAZ", number = 'a"\r\n--b' }
      local parts = parts_of("add_document", "a", metadata, { bytes = bytes, name = name })
      local text = json.encode(metadata)
      assert.same({ core.sha256(text), "application/json" }, { parts.metadata.sha256, parts.metadata.type })
      assert.same({ core.sha256(bytes), #bytes }, { parts.content.sha256, parts.content.size })
      assert.is_nil(parts.content.filename:find('[%c"\\/]'))
      local count = 0
      for _ in pairs(parts) do count = count + 1 end
      assert.equal(2, count)
    end)
  end

  it("busboy reads fields that are parts of their own, from a path and from a function", function()
    local path = files.write(place .. "/list.csv", bytes)
    local at = { read = function(from, n) return bytes:sub(from + 1, from + n) end, size = #bytes, name = "list.csv" }
    for _, content in ipairs { path, at } do
      local parts = parts_of("attach_to_note", { id = "n;1", applicantId = 'a"\r\nb' }, content)
      assert.same({ core.sha256("n;1"), core.sha256('a"\r\nb'), core.sha256(bytes), "list.csv" },
        { parts["metadata[id]"].sha256, parts["metadata[applicantId]"].sha256, parts.content.sha256, parts.content.filename })
    end
  end)
end)
