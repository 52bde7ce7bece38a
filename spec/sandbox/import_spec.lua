-- luacheck: std lua54+busted
--- Imports: archives taken apart and judged by the reference's tables.
local cjson = require("cjson")
local support = require("sandbox.support")

local JPEG, PNG, MP4 = "\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n", "\0\0\0\x18ftypisom"

--- The entries of a good archive, in a folder for each side and a selfie.
local function good(user)
  local applicant = support.fixture("applicant"):gsub("someClientUserId", user)
  local doc = support.fixture("applicantIdDoc")
  return {
    { "applicant.json", applicant },
    { "front/applicantIdDoc.json", doc },
    { "front/1.jpeg", JPEG },
    { "back/applicantIdDoc.json", doc },
    { "back/2.png", PNG },
    { "selfie/applicantIdDoc.json", '{"idDocType":"SELFIE","country":"GBR","idDocSubType":null}' },
    { "selfie/3.mp4", MP4 },
  }
end

describe("an import", function()
  local process, users = nil, 0
  setup(function() process = support.run("limits=false,report_seconds=0") end)
  teardown(function() process:stop() end)

  local function import(bytes)
    return support.call(process, "POST", "/resources/applicants/-/applicantImport", {
      body = bytes, headers = { ["Content-Type"] = "application/zip" },
    })
  end

  local function new_user()
    users = users + 1
    return "import-" .. users
  end

  --- A good archive after `change` has had its way with its entries (by name, or the list).
  local function changed(change)
    local entries, by_name = good(new_user()), {}
    for _, entry in ipairs(entries) do by_name[entry[1]] = entry end
    change(by_name, entries)
    return support.zip(entries)
  end

  it("creates an applicant that can be read afterwards", function()
    local user = new_user()
    local reply = import(support.zip(good(user)))
    assert.equal(200, reply.status)
    local applicant = reply.json
    assert.matches("^%x+$", applicant.id)
    assert.equal(24, #applicant.id)
    assert.equal(user, applicant.externalUserId)
    assert.equal("Snow", applicant.info.lastName)
    assert.equal("completed", applicant.review.reviewStatus)
    assert.equal("GREEN", applicant.review.reviewResult.reviewAnswer)
    assert.equal("2022-11-21 08:25:32+0000", applicant.review.createDate)
    assert.equal("2022-11-21 08:25:32", applicant.createdAt)
    assert.equal(3, #applicant.info.idDocs)
    local base = "/resources/applicants/" .. applicant.id
    local timeline = support.call(process, "GET", "/resources/applicantTimeline/" .. applicant.id)
    assert.equal(applicant.id, timeline.json.applicantId)
    local checks = support.call(process, "GET", "/resources/checks/latest?type=TIN&applicantId=" .. applicant.id)
    assert.equal('{"checks":[]}', checks.body)
    assert.equal(200, support.call(process, "GET", base .. "/summary/report").status)
    assert.is_true(support.call(process, "PATCH", base .. "/presence/deactivated").json.deleted)
    assert.equal(400, support.call(process, "POST", base .. "/verificationStatusEmail").status)
    assert.equal(404, support.call(process, "GET", base .. "/info/facemap/video?checkId=a").status)
    local listed = support.control(process, "GET", "applicants?after=200&limit=1").body
    assert.equal(applicant.id, cjson.decode(listed).applicantId)
    local entry = support.ledger(process, "?endpoint=import_applicant").entries[1]
    assert.equal(applicant.id, entry.applicantId)
    assert.equal(user, entry.externalUserId)
    assert.is_true(entry.applied)
  end)

  it("of the same externalUserId again is refused with 409, and nothing is created", function()
    local user = new_user()
    local first = import(support.zip(good(user)))
    local second = import(support.zip(good(user)))
    assert.equal(200, first.status)
    assert.equal(409, second.status)
    assert.matches("externalUserId exists already", second.json.description)
    local entries = support.ledger(process, "?endpoint=import_applicant").entries
    assert.is_false(entries[#entries].applied)
    assert.equal(user, entries[#entries].externalUserId)
  end)

  it("of a seeded applicant's externalUserId is refused with 409", function()
    assert.equal(409, import(support.zip(good("user-000001"))).status)
    assert.equal(200, import(support.zip(good("user-000201"))).status)
  end)

  it("may lie in one top folder, with what macOS adds", function()
    local entries = good(new_user())
    for _, entry in ipairs(entries) do entry[1] = "applicant/" .. entry[1] end
    table.insert(entries, 1, { "applicant/", "", mode = 0x41ed })
    entries[#entries + 1] = { "__MACOSX/applicant/._1.jpeg", "x" }
    entries[#entries + 1] = { "applicant/.DS_Store", "x" }
    entries[#entries + 1] = { "applicant/front/.DS_Store", "x" }
    assert.equal(200, import(support.zip(entries)).status)
  end)

  it("made by the zip program is taken", function()
    local dir = os.tmpname()
    os.remove(dir)
    os.execute(("mkdir -p %s/front %s/back %s/selfie"):format(dir, dir, dir))
    for _, entry in ipairs(good(new_user())) do os.rename(support.write_file(entry[2]), dir .. "/" .. entry[1]) end
    os.execute(("cd %s && zip -qr t.zip ."):format(dir))
    assert.equal(200, import(support.read_file(dir .. "/t.zip")).status)
    os.execute("rm -r " .. dir)
  end)

  local function drop(name)
    return function(_, entries)
      for i, entry in ipairs(entries) do
        if entry[1] == name then table.remove(entries, i) end
      end
    end
  end

  local function add(...)
    local entry = { ... }
    return function(_, entries) entries[#entries + 1] = entry end
  end

  local function edit(name, what, with)
    return function(by_name)
      local count
      by_name[name][2], count = by_name[name][2]:gsub(what, with)
      assert(count > 0)
    end
  end

  local DOC = "front/applicantIdDoc.json"

  for what, row in pairs({
    ["without applicant.json"] = { drop("applicant.json"), "applicant.json is missing" },
    ["without externalUserId"] = { edit("applicant.json", '"externalUserId"', '"user"'), "externalUserId is missing" },
    ["without info"] = { edit("applicant.json", '"info"', '"data"'), "info is missing" },
    ["without firstName"] = { edit("applicant.json", '"firstName"', '"first"'), "info.firstName is missing" },
    ["without lastName"] = { edit("applicant.json", '"lastName"', '"last"'), "info.lastName is missing" },
    ["without country"] = { edit("applicant.json", '"country"', '"land"'), "info.country is missing" },
    ["with a long country"] = { edit("applicant.json", '"GBR"', '"Britain"'), "info.country is not valid" },
    ["without review"] = { edit("applicant.json", '"review":', '"verdict":'), "review is missing" },
    ["without createDate"] = { edit("applicant.json", '"createDate"', '"created"'), "review.createDate is missing" },
    ["with another date"] = { edit("applicant.json", "08:25:32%+0000", "08:25:32"), "review.createDate is not valid" },
    ["without levelName"] = { edit("applicant.json", '"levelName"', '"level"'), "review.levelName is missing" },
    ["with another level"] = { edit("applicant.json", "basic%-kyc%-level", "x"), "no such level" },
    ["without reviewStatus"] = { edit("applicant.json", '"reviewStatus"', '"s"'), "review.reviewStatus is missing" },
    ["without reviewResult"] = { edit("applicant.json", '"reviewResult"', '"r"'), "review.reviewResult is missing" },
    ["not GREEN"] = { edit("applicant.json", '"GREEN"', '"RED"'), "reviewResult.reviewAnswer is not valid" },
    ["without reviewAnswer"] = { edit("applicant.json", '"reviewAnswer"', '"a"'), "reviewAnswer is missing" },
    ["with broken JSON"] = { edit("applicant.json", "}%s*$", ""), "applicant.json: ", 1004 },
    ["without folders"] = {
      function(_, entries) for i = #entries, 2, -1 do entries[i] = nil end end, "no folder with a document",
    },
    ["without applicantIdDoc.json"] = { drop(DOC), "front/applicantIdDoc.json is missing" },
    ["without idDocType"] = { edit(DOC, '"idDocType"', '"t"'), "idDocType is missing" },
    ["without the document's country"] = { edit(DOC, '"country"', '"c"'), "country is missing" },
    ["with a third side"] = { edit(DOC, '"number"', '"idDocSubType":"TOP","number"'), "idDocSubType is not valid" },
    ["without an image"] = { drop("front/1.jpeg"), "front: there is no image or video" },
    ["with two images in a folder"] = { add("front/2.png", PNG), "front: one image or video per folder" },
    ["with a file of another kind"] = { add("front/a.txt", "x"), "only jpeg, jpg, png and mp4", 1005 },
    ["with an image that is none"] = { edit("front/1.jpeg", "^.", "x"), "is not what its name says", 1004 },
    ["with an empty image"] = { edit("front/1.jpeg", ".+", ""), "is empty", 1003 },
    ["with a file beside applicant.json"] = { add("1.jpeg", JPEG), "files lie in folders" },
    ["with folders in folders"] = { add("a/b/1.jpeg", JPEG), "one folder deep" },
    ["with .."] = { add("front/../../x.png", PNG), "leads out of the archive" },
    ["with an absolute name"] = { add("/x.png", PNG), "leads out of the archive" },
    ["with a backslash"] = { add("a\\x.png", PNG), "file names may only have" },
    ["with a blank in a name"] = { add("front/a b.png", PNG), "file names may only have" },
    ["with a name twice"] = { add("front/1.jpeg", JPEG), "a file is there twice" },
    ["with a symbolic link"] = {
      function(_, entries) entries[#entries + 1] = { "x/1.png", "/etc/passwd", mode = 0xa1ff } end,
      "only files and folders",
    },
    ["with a wrong checksum"] = { function(by_name) by_name["front/1.jpeg"].crc = 1 end, "CRC", 1004 },
    ["with more than 200 entries"] = {
      function(_, entries) for i = 1, 200 do entries[#entries + 1] = { "d" .. i .. "/1.png", PNG } end end,
      "too many entries", 1004,
    },
    ["that claims to hold too much"] = {
      function(by_name) by_name["front/1.jpeg"].claim = 300 * 1024 * 1024 end, "holds too much", 1002,
    },
  }) do
    it(what .. " is refused with 400 and creates nothing", function()
      local before = support.ledger(process).totals.applied
      local reply = import(changed(row[1]))
      assert.equal(400, reply.status)
      assert.matches(row[2], reply.json.description, 1, true)
      assert.equal(row[3], reply.json.errorCode)
      assert.equal(before, support.ledger(process).totals.applied)
    end)
  end

  it("that is no archive is refused with 400 corrupted-file", function()
    local reply = import("not a zip")
    assert.equal(400, reply.status)
    assert.equal(1004, reply.json.errorCode)
    assert.equal("corrupted-file", reply.json.errorName)
  end)

  --- An archive of `count` folders whose images swell to 49 MiB of nothing each, or to `size`.
  local function swelling(count, size)
    local dir = os.tmpname()
    os.remove(dir)
    os.execute("mkdir " .. dir)
    os.rename(support.write_file(support.fixture("applicant")), dir .. "/applicant.json")
    for i = 1, count do
      os.execute(("mkdir %s/%d && printf '\\377\\330\\377' > %s/%d/1.jpeg && truncate -s %dM %s/%d/1.jpeg"):format(
        dir, i, dir, i, size or 49, dir, i))
      os.rename(support.write_file(support.fixture("applicantIdDoc")), dir .. "/" .. i .. "/applicantIdDoc.json")
    end
    os.execute(("cd %s && zip -qr1 t.zip ."):format(dir))
    local bytes = support.read_file(dir .. "/t.zip")
    os.execute("rm -r " .. dir)
    return bytes
  end

  it("of a file that swells beyond 50 MiB is refused", function()
    local reply = import(swelling(1, 51))
    assert.equal(400, reply.status)
    assert.matches("larger than allowed", reply.json.description)
  end)

  it("of files that swell beyond 256 MiB is refused, whatever sizes it claims", function()
    -- Claims ten bytes for every entry: the size stands 24 bytes into each record of the central directory.
    local lying = swelling(6):gsub("(PK\1\2" .. ("."):rep(20) .. ")....", "%1\10\0\0\0")
    local reply = import(lying)
    assert.equal(400, reply.status)
    assert.matches("larger than allowed", reply.json.description)
  end)
end)
