-- Texts. Files as Notepad and PowerShell write them: a byte order mark, CR LF, UTF-16; wherever one is read. Random digits.

local core = require("idngo.core")
local files = require("files")
local runs = require("runs")
local text = require("idngo.text")

local MARK = "\239\187\191"
local UTF16 = { "\255\254b\0a\0s\0e\0", "\254\255\0b\0a\0s\0e" }

local server, folder

local function write(name, bytes) return files.write(folder .. "/" .. name, bytes) end

local function idngo(env, line, ...)
  return runs.shell(("%s lua5.4 bin/idngo %s </dev/null"):format(env, line:format(...)))
end

local function works(...)
  local out, errors, code = idngo(...)
  assert.equal(0, code, errors)
  return out
end

describe("A text with a byte order mark", function()
  setup(function()
    server = runs.server()
    folder = runs.folder()
  end)
  teardown(function() runs.clean(server) end)

  it("loses the mark, once and only in front; lines lose CR LF", function()
    assert.equal("a" .. MARK, text.plain(MARK .. "a" .. MARK))
    assert.equal(MARK, text.plain(MARK .. MARK))
    assert.equal("", text.plain(MARK))
    local lines = {}
    for line in text.lines("a\r\n\nb\r\n") do lines[#lines + 1] = line end
    assert.same({ "a", "", "b" }, lines)
    local _, why = text.read(folder)
    assert.equal(folder .. ": cannot be read", why)
  end)

  it("can be the settings and the secret's file", function()
    local secret = write("secret", MARK .. "demo-secret\r\n")
    local config = write("config", ("%sbase_url = %s\r\napp_token = sbx:demo\r\nsecret_key_file = %s\r\ntimeout = 20\r\n"):format(
      MARK, server.url, secret))
    works("IDNGO_CONFIG=", "--config-file %s call levels", config)
    works("IDNGO_CONFIG= IDNGO_SECRET_KEY_FILE=" .. write("bare", MARK .. "demo-secret"), "--config-file %s call levels", config)
  end)

  it("can be JSON on the command line, and on standard input", function()
    local info = write("info.json", MARK .. '{"firstName":"A"}\r\n')
    works(runs.env(server), "call update_info 5b76df770a975a1404cbcb60 %s", info)
    local _, errors, code = runs.shell(("%s lua5.4 bin/idngo call update_info 5b76df770a975a1404cbcb60 - <%s"):format(
      runs.env(server), info))
    assert.equal(0, code, errors)
  end)

  it("can be a policy, its cases, a list of applicants and a mapping file", function()
    local policy = write("p.lua", MARK .. 'return { name = "p", version = "1", decide = function() return pass() end }\r\n')
    write("p.cases.lua", MARK .. 'return { { name = "c", facts = {}, expect = { "pass" } } }\r\n')
    works(runs.env(server), "policy test %s", policy)
    local ids = write("ids", MARK .. "5b76df770a975a1404cbcb60\r\n")
    works(runs.env(server), "plan %s --input %s --run %s/run", policy, ids, folder)
    works(runs.env(server), "resume %s/run --dry-run", folder)
    local mapping = require("idngo.archive.mapping")
    assert(mapping.load(write("mapping", MARK .. "[applicant]\r\nexternalUserId = {id}\r\n"), { "id" }))
    local _, why = mapping.load(write("short", "[applicant]\n[document a]\nidDocType = PASSPORT\n"), { "id" })
    assert.equal(folder .. "/short: line 3: [document a] has no file = …", why)
  end)

  it("can be a file of a folder that is packed, which then has none", function()
    assert(os.execute(("mkdir %s/in && cd %s/in && unzip -q %s/examples/applicant.zip"):format(folder, folder, os.getenv("PWD"))))
    local json = require("shell")("find %s/in -name applicant.json", folder):match("[^\n]+")
    files.write(json, MARK .. files.read(json))
    works(runs.env(server), "import pack %s/in --to %s", folder, folder)
    works(runs.env(server), "import check %s/in.zip", folder)
    assert.equal("", require("shell")("unzip -p %s/in.zip '*applicant.json' | grep -a $'^\\xef\\xbb\\xbf'", folder))
  end)

  it("that is UTF-16 is refused by name, and nothing of it is told", function()
    for _, bytes in ipairs(UTF16) do
      local path = write("utf16", bytes)
      local signer, why = core.signer_from_file(path)
      assert.is_nil(signer)
      assert.equal(path .. ": it is UTF-16; save it as UTF-8", why)
      for _, line in ipairs { "--config-file @ config", "call update_info x @", "plan @ --run @2", "policy test @",
        "sandbox --secret-key-file @" } do
        local _, errors, code = idngo(runs.env(server):gsub("IDNGO_CONFIG=%S*", ""), line:gsub("@", path))
        assert.is_true(code ~= 0 and code ~= 1, line)
        assert.truthy(errors:find("UTF-16; save it as UTF-8", 1, true), line .. ": " .. errors)
      end
    end
  end)
end)

describe("a text of others", function()
  local UNSEEN = { 0x80, 0x9B, 0x9F, 0x61C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2066, 0x2069,
    0x206F, 0xFEFF, 0xE0001, 0xE007F }

  it("has nothing in it that is obeyed, each such character shown once", function()
    for _, code in ipairs(UNSEEN) do
      local character = utf8.char(code)
      assert.equal("a?b", text.printable("a" .. character .. "b", "?"), ("%X"):format(code))
      local shown = text.harmless('"a' .. character .. 'b"')
      assert.is_nil(shown:find("[\128-\255]"), shown)
      assert.equal("a" .. character .. "b", require("idngo.json").decode(shown))
    end
    for code = 0, 127 do
      local shown = text.printable(string.char(code), "?")
      assert.equal((code < 32 or code == 127) and "?" or string.char(code), shown)
    end
  end)

  it("stays as it is otherwise: letters of every script, joiners, what takes two columns", function()
    for _, words in ipairs { "Ермек Қасымұлы", "日本語", "می\226\128\140خواهم", "a–b…c·d", "👩\226\128\141🔬" } do
      assert.equal(words, text.printable(words, "?"))
      assert.equal(words, text.harmless(words))
    end
  end)

  it("has bytes shown that are no UTF-8, and not its other letters", function()
    assert.equal("Е?м", text.printable("Ер\155м", "?"):gsub("%?+", "?"))
    assert.equal("ab?", text.printable("ab\155", "?"))
  end)
end)

describe("Random hex digits", function()
  it("are as many as asked for, of all sixteen, and others each time", function()
    local many = text.random_hex(2000)
    assert.equal(2000, #many)
    assert.is_nil(many:find("[^0-9a-f]"))
    for digit in ("0123456789abcdef"):gmatch(".") do assert.is_truthy(many:find(digit, 1, true), digit) end
    assert.not_equal(text.random_hex(32), text.random_hex(32))
    assert.equal("", text.random_hex(0))
  end)
end)

describe("A file that need not be there", function()
  it("is opened once: another may take its place meanwhile", function()
    local path, open, count = files.folder() .. "/file", io.open, 0
    finally(function() io.open = open end) -- luacheck: ignore 122
    io.open = function(...) -- luacheck: ignore 122
      count = count + 1
      return open(...)
    end
    assert.is_nil((text.read_if_there(path)))
    files.write(path, MARK .. "x")
    count = 0
    assert.equal("x", (text.read_if_there(path)))
    assert.equal(1, count)
    local found, why = text.read_if_there(path:match("^(.*)/"))
    assert.is_false(found)
    assert.truthy(why:find(": cannot be read", 1, true), why)
  end)
end)
