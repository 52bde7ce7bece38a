-- idngo.archive.check: what is taken, and at least sixty archives that are each bad in one way.

local archive = require("idngo.archive")
local archives = require("archives")
local fields = require("idngo.archive.fields")
local files = require("files")
local findings = require("idngo.archive.findings")
local idngo = require("idngo")
local json = require("idngo.json")
local layout = require("idngo.archive.layout")

local JPEG, PNG, zip = archives.JPEG, archives.PNG, archives.zip

local function lines(found)
  local out = {}
  for i, finding in ipairs(found) do out[i] = finding.severity .. " " .. findings.line(finding) end
  return table.concat(out, "\n")
end

-- Ways to change a good archive.

local function edit(name, what, with)
  return function(by_name)
    local count
    by_name[name].bytes, count = by_name[name].bytes:gsub(what, with)
    assert(count > 0, "nothing to edit")
  end
end

local function set(name, values)
  return function(by_name)
    for key, value in pairs(values) do by_name[name][key] = value end
  end
end

local function add(entry)
  return function(_, entries) entries[#entries + 1] = entry end
end

local function drop(name)
  return function(_, entries)
    for i = #entries, 1, -1 do
      if entries[i].name == name then table.remove(entries, i) end
    end
  end
end

local function rename(name, new)
  return function(by_name) by_name[name].name = new end
end

--- An archive after a change, or after something is done to the whole of it.
local function changed(change, whole)
  local entries, by_name = archives.good()
  if change then whole = change(by_name, entries) or whole end
  return zip(entries, whole)
end

local function nothing() end

local function many(count)
  return function(_, entries)
    for i = 1, count do entries[#entries + 1] = { name = "d" .. i .. "/", bytes = "" } end
  end
end

local APPLICANT, DOC, IMAGE = "applicant.json", "front/applicantIdDoc.json", "front/1.jpeg"
local LATER = 1 << 3
local INNER = zip({ { name = "a.png", bytes = PNG } })

local function descriptor(bytes, crc)
  return string.pack("<c4I4I4I4", "PK\7\8", crc or archives.crc32(bytes), #bytes, #bytes)
end

local unset = { crc = 0, size = 0, compressed = 0 }

-- What is wrong, the change (and the whole), and the finding: entry, field, a part of the problem.
local bad = {
  -- names
  { "a name that climbs", rename(IMAGE, "front/../../1.jpeg"), "front/../../1.jpeg", "name", ". or .. part" },
  { "a name with a dot part", rename(IMAGE, "front/./1.jpeg"), "front/./1.jpeg", "name", ". or .. part" },
  { "a name with an empty part", rename(IMAGE, "front//1.jpeg"), "front//1.jpeg", "name", "empty, . or .." },
  { "an absolute name", rename(IMAGE, "/front/1.jpeg"), "/front/1.jpeg", "name", "root of a disk" },
  { "a drive letter", rename(IMAGE, "C:/front/1.jpeg"), "C:/front/1.jpeg", "name", "drive letter" },
  { "backslashes", rename(IMAGE, "front\\1.jpeg"), "front\\1.jpeg", "name", "backslash" },
  { "backslashes that climb", rename(IMAGE, "..\\..\\1.jpeg"), "..\\..\\1.jpeg", "name", ".. part" },
  { "a space in a name", rename(IMAGE, "front/my passport.jpeg"), "front/my passport.jpeg", "name", "characters" },
  { "a name that is not ASCII", rename(IMAGE, "front/\u{444}.jpeg"), "front/\\xd1\\x84.jpeg", "name", "characters" },
  { "a NUL in a name", rename(IMAGE, "front/1.jpeg\0.png"), "front/1.jpeg\\x00.png", "name", "characters" },
  { "a line break in a name", rename(IMAGE, "front/1\n.jpeg"), "front/1\\x0a.jpeg", "name", "characters" },
  { "an empty name", rename(IMAGE, ""), "", "name", "empty" },
  { "a long name", rename(IMAGE, "front/" .. ("x"):rep(250) .. ".jpeg"), "front/" .. ("x"):rep(249), "name", "255" },
  { "the same name twice", add { name = IMAGE, bytes = JPEG }, IMAGE, "name", "more than one entry" },
  { "names that differ by case", add { name = "FRONT/1.JPEG", bytes = JPEG }, IMAGE, "name", "by case only" },
  { "a file and a folder of one name", add { name = "front/1.jpeg/", bytes = "" }, "front/1.jpeg/", "name", "more than one" },
  {
    "a second name in an extra field",
    set(IMAGE, { extra = string.pack("<I2s2", 0x7075, "\1....front/2.jpeg") }), IMAGE, "name", "second name",
  },
  -- what an entry is
  { "a symbolic link", set(IMAGE, { attributes = 0xa1ff << 16 }), IMAGE, "attributes", "symbolic link" },
  { "a device", set(IMAGE, { attributes = 0x21b6 << 16 }), IMAGE, "attributes", "neither a file nor a folder" },
  { "a pipe", set(IMAGE, { attributes = 0x11b6 << 16 }), IMAGE, "attributes", "neither a file nor a folder" },
  { "a folder by its mode, a file by its name", set(IMAGE, { attributes = 0x41ed << 16 }), IMAGE, "attributes", "a folder by" },
  { "a folder with content", add { name = "x/", bytes = "x", attributes = 0 }, "x/", "attributes", "a folder by one mark" },
  { "an encrypted entry", set(IMAGE, { flags = 1 }), IMAGE, "flags", "encrypted" },
  { "strong encryption", set(IMAGE, { flags = 1 << 6 }), IMAGE, "flags", "encrypted" },
  { "a rare method", set(IMAGE, { method = 12 }), IMAGE, "method", "neither stored nor deflated" },
  { "zip64 sizes", set(IMAGE, { extra = string.pack("<I2s2", 1, ("\0"):rep(16)) }), IMAGE, "extra field", "zip64" },
  { "an extra field of 5 KiB", set(IMAGE, { extra = string.pack("<I2s2", 0xcafe, ("\0"):rep(5000)) }), IMAGE, "extra field",
    "4 KiB" },
  { "a comment of 5 KiB", set(IMAGE, { comment = ("x"):rep(5000) }), IMAGE, "extra field", "4 KiB" },
  -- sizes and places
  { "a size that is not what is stored", set(IMAGE, { size = 5 }), IMAGE, "size", "two sizes differ" },
  {
    "a size smaller than what is packed",
    set(IMAGE, { data = archives.deflate(JPEG), method = 8, size = 5 }), IMAGE, "size", "more than it claims",
  },
  {
    "a size larger than what is packed",
    set(IMAGE, { data = archives.deflate(JPEG), method = 8, size = 50 }), IMAGE, "size", "less than it claims",
  },
  {
    "a ratio that no image has",
    set(IMAGE, { data = archives.deflate(JPEG), method = 8, size = 40 * 1024 * 1024 }), IMAGE, "size", "100 times",
  },
  { "data that does not deflate", set(IMAGE, { data = "\7", method = 8 }), IMAGE, "content", "cannot be unpacked" },
  { "a wrong checksum", set(IMAGE, { crc = 1 }), IMAGE, "content", "cannot be unpacked: CRC" },
  {
    "two records for one entry",
    function(_, entries)
      entries[#entries + 1] = { name = APPLICANT, bytes = entries[1].bytes, absent = true, offset = 0 }
    end,
    APPLICANT, "offset", "shares bytes with another",
  },
  {
    "an entry inside another's data",
    function(_, entries)
      local inner = { name = "in/1.png", bytes = PNG }
      local stored = zip({ inner }):match("^(.-)PK\1\2")
      table.insert(entries, 1, { name = "out/1.jpeg", bytes = JPEG .. stored })
      table.insert(entries, { name = "in/1.png", bytes = PNG, absent = true, offset = 30 + #"out/1.jpeg" + #JPEG })
    end,
    "in/1.png", "offset", "shares bytes with another",
  },
  { "an offset outside", set(IMAGE, { offset = 0x7fffffff }), IMAGE, "offset", "outside of the archive" },
  { "an offset at no header", set(IMAGE, { offset = 1 }), IMAGE, "offset", "no local header" },
  { "bytes before the first entry", set(APPLICANT, { before = "junk" }), APPLICANT, "layout", "belong to no entry" },
  { "bytes between entries", set(IMAGE, { before = "junk" }), IMAGE, "layout", "belong to no entry" },
  -- two headers
  { "another name in the local header", set(IMAGE, { ["local"] = { name = "front/9.jpeg" } }), IMAGE, "name", "local header" },
  { "another method in the local header", set(IMAGE, { ["local"] = { method = 8 } }), IMAGE, "method", "local header" },
  { "encryption in the local header alone", set(IMAGE, { ["local"] = { flags = 1 } }), IMAGE, "method", "other flags" },
  { "another size in the local header", set(IMAGE, { ["local"] = { size = 1 } }), IMAGE, "size", "local header" },
  { "another checksum in the local header", set(IMAGE, { ["local"] = { crc = 1 } }), IMAGE, "size", "or checksum" },
  { "a data descriptor that is missing", set(IMAGE, { flags = LATER, ["local"] = unset }), IMAGE, "size", "descriptor" },
  {
    "a data descriptor that lies",
    set(IMAGE, { flags = LATER, ["local"] = unset, descriptor = descriptor(JPEG, 1) }), IMAGE, "size", "descriptor",
  },
  -- the whole
  { "no archive", "not a zip", nil, "end record", "no ZIP archive" },
  { "no bytes", "", nil, "end record", "no ZIP archive" },
  { "an archive cut off", changed():sub(1, -30), nil, "end record", "cut off" },
  { "bytes before the archive", changed(nothing, { prefix = "#!/bin/sh\n" }), nil, "layout", "before the archive" },
  { "bytes before the archive, with offsets to match", changed(nothing, { prefix = "#!/bin/sh\n", moved = true }),
    APPLICANT, "layout", "belong to no entry" },
  { "bytes after the archive", changed() .. "junk", nil, "layout", "after the archive" },
  { "bytes before the directory", changed(nothing, { gap = "junk" }), nil, "layout", "around the central directory" },
  { "bytes after the directory", changed(nothing, { junk = "junk" }), nil, "layout", "around the central directory" },
  { "two archives in a row", changed() .. INNER, nil, "layout", "before the archive" },
  { "two end records", changed(nothing, { suffix = zip({}) }), nil, "end record", "there are several" },
  { "a second archive in the comment", changed(nothing, { comment = zip({}) }), nil, "end record", "there are several" },
  { "fewer entries than counted", changed(nothing, { count = 9 }), nil, "entry count", "another number" },
  { "more entries than counted", changed(nothing, { count = 3 }), nil, "entry count", "another number" },
  { "a directory cut off", changed(nothing, { size = 40 }), nil, "layout", "around the central directory" },
  { "a directory beyond the end", changed(nothing, { offset = 99999 }), nil, "central directory", "not where" },
  { "one part of several", changed(nothing, { disk = 1 }), nil, "end record", "one part of several" },
  { "counts that differ", changed(nothing, { here = 1 }), nil, "end record", "one part of several" },
  { "zip64's own end record", changed(nothing, { junk = "PK\6\7" .. ("\0"):rep(16) }), nil, "end record", "zip64" },
  { "an offset of zip64", changed(nothing, { offset = 0xffffffff }), nil, "end record", "zip64" },
  { "501 entries", changed(many(494)), nil, "entry count", "too many" },
  -- what is where
  { "no applicant.json", drop(APPLICANT), APPLICANT, "file", "missing" },
  { "two applicant.json", function(_, entries)
    entries[1].name = "a/applicant.json"
    entries[#entries + 1] = { name = "b/applicant.json", bytes = entries[1].bytes }
  end, "b/applicant.json", "file", "more than one applicant.json" },
  { "a second applicant.json in a folder", add { name = "front/applicant.json", bytes = "{}" }, "front/applicant.json",
    "file", "more than one applicant.json" },
  { "files outside of the top folder", rename(APPLICANT, "top/applicant.json"), IMAGE, "file", "lies elsewhere" },
  { "a file at the root", add { name = "notes.txt", bytes = "x" }, "notes.txt", "file", "beside applicant.json" },
  { "a folder in a folder", rename(IMAGE, "front/images/1.jpeg"), "front/images/1.jpeg", "file", "one folder below" },
  { "no document", function(_, entries) for i = #entries, 2, -1 do entries[i] = nil end end, nil, "file", "no document" },
  { "a folder without applicantIdDoc.json", drop(DOC), DOC, "file", "missing" },
  { "a folder without an image", drop(IMAGE), "front/", "file", "no image or video" },
  { "an empty folder", add { name = "more/", bytes = "", attributes = 0x41ed << 16 }, "more/", "file", "no image" },
  { "two images in a folder", add { name = "front/2.png", bytes = PNG }, "front/2.png", "file", "a second image" },
  { "a file of another kind", add { name = "front/scan.tiff", bytes = "x" }, "front/scan.tiff", "name", "neither" },
  { "applicantIdDoc.json with other capitals", rename(DOC, "front/ApplicantIDDoc.json"), "front/ApplicantIDDoc.json", "name",
    "capitals" },
  { "an empty image", set(IMAGE, { bytes = "" }), IMAGE, "size", "empty" },
  { "an empty applicant.json", set(APPLICANT, { bytes = "" }), APPLICANT, "size", "empty" },
  { "an image above 50 MiB", set(IMAGE, { size = 60000000, compressed = 60000000 }), IMAGE, "size", "larger than 50 MiB" },
  { "a description above 16 KiB", set(DOC, { bytes = (" "):rep(20000) .. "{}" }), DOC, "size", "larger than 16 KiB" },
  -- what files hold
  { "a PNG named as JPEG", set(IMAGE, { bytes = PNG }), IMAGE, "content", "it is PNG" },
  { "a PDF named as JPEG", set(IMAGE, { bytes = "%PDF-1.7" }), IMAGE, "content", "it is a PDF" },
  { "a nested archive", set(IMAGE, { bytes = "PK\3\4 and so on" }), IMAGE, "content", "it is a ZIP archive" },
  { "a whole archive stored as an image", set("selfie/3.mp4", { bytes = INNER }), nil, "end record", "several" },
  { "text named as PNG", set("back/2.png", { bytes = "hello" }), "back/2.png", "content", "named as PNG, but it is none" },
  { "a JPEG named as MP4", set("selfie/3.mp4", { bytes = JPEG }), "selfie/3.mp4", "content", "it is JPEG" },
  { "broken JSON", edit(APPLICANT, "}%s*$", ""), APPLICANT, "content", "not a JSON object" },
  { "a list for an object", set(APPLICANT, { bytes = "[1]" }), APPLICANT, "content", "not an object" },
  { "JSON in UTF-16", set(DOC, { bytes = "\xff\xfe{\0}\0" }), DOC, "content", "not a JSON object" },
  { "a name twice in an object", edit(APPLICANT, '"firstName"', '"lastName"'), APPLICANT, "content", "stands twice" },
  { "a very deep object", set(DOC, { bytes = ('{"a":'):rep(2000) .. "1" .. ("}"):rep(2000) }), DOC, "content", "nested" },
  -- applicant.json
  { "no externalUserId", edit(APPLICANT, "externalUserId", "userId"), APPLICANT, "externalUserId", "missing" },
  { "a number for externalUserId", edit(APPLICANT, '"someClientUserId"', "12"), APPLICANT, "externalUserId", "string" },
  { "an empty externalUserId", edit(APPLICANT, "someClientUserId", " "), APPLICANT, "externalUserId", "empty" },
  { "a control character in externalUserId", edit(APPLICANT, "someClientUserId", "a\\u0009b"), APPLICANT, "externalUserId",
    "control" },
  { "no info", edit(APPLICANT, '"info"', '"data"'), APPLICANT, "info", "missing" },
  { "text for info", edit(APPLICANT, '"info": %b{}', '"info": "x"'), APPLICANT, "info", "not an object" },
  { "no firstName", edit(APPLICANT, "firstName", "f"), APPLICANT, "info.firstName", "missing" },
  { "no lastName", edit(APPLICANT, "lastName", "l"), APPLICANT, "info.lastName", "missing" },
  { "null for lastName", edit(APPLICANT, '"Snow"', "null"), APPLICANT, "info.lastName", "missing" },
  { "no country", edit(APPLICANT, '"country"', '"c"'), APPLICANT, "info.country", "missing" },
  { "a country of two letters", edit(APPLICANT, "GBR", "GB"), APPLICANT, "info.country", "alpha-3" },
  { "a country in small letters", edit(APPLICANT, "GBR", "gbr"), APPLICANT, "info.country", "alpha-3" },
  { "a country that is none", edit(APPLICANT, "GBR", "ENG"), APPLICANT, "info.country", "alpha-3" },
  { "a gender in full", edit(APPLICANT, '"lastName"', '"gender":"male","lastName"'), APPLICANT, "info.gender", "neither M" },
  { "a birthday of another form", edit(APPLICANT, '"lastName"', '"dob":"31.05.1990","lastName"'), APPLICANT, "info.dob", "date" },
  { "a birthday that never was", edit(APPLICANT, '"lastName"', '"dob":"1990-02-30","lastName"'), APPLICANT, "info.dob", "date" },
  { "a leap day too many", edit(APPLICANT, '"lastName"', '"dob":"1900-02-29","lastName"'), APPLICANT, "info.dob", "date" },
  { "a nationality by name", edit(APPLICANT, '"lastName"', '"nationality":"British","lastName"'), APPLICANT,
    "info.nationality", "alpha-3" },
  { "a number for tin", edit(APPLICANT, '"lastName"', '"tin":123,"lastName"'), APPLICANT, "info.tin", "string" },
  { "an object for addresses", edit(APPLICANT, '"lastName"', '"addresses":{"town":"x"},"lastName"'), APPLICANT,
    "info.addresses", "not a list" },
  { "text for an address", edit(APPLICANT, '"lastName"', '"addresses":["x"],"lastName"'), APPLICANT, "info.addresses[1]",
    "not an object" },
  { "an address's country by name", edit(APPLICANT, '"lastName"', '"addresses":[{},{"country":"UK"}],"lastName"'), APPLICANT,
    "info.addresses[2].country", "alpha-3" },
  { "a number for an address's postCode", edit(APPLICANT, '"lastName"', '"addresses":[{"postCode":1}],"lastName"'), APPLICANT,
    "info.addresses[1].postCode", "string" },
  { "no review", edit(APPLICANT, '"review"', '"verdict"'), APPLICANT, "review", "missing" },
  { "no createDate", edit(APPLICANT, "createDate", "created"), APPLICANT, "review.createDate", "missing" },
  { "createDate without a zone", edit(APPLICANT, "08:25:32%+0000", "08:25:32"), APPLICANT, "review.createDate", "time of" },
  { "createDate after ISO 8601", edit(APPLICANT, "%-21 08:25:32", "-21T08:25:32"), APPLICANT, "review.createDate", "time" },
  { "createDate at 25 o'clock", edit(APPLICANT, "08:25:32", "25:25:32"), APPLICANT, "review.createDate", "time of" },
  { "reviewDate as a day", edit(APPLICANT, "2022%-11%-21 08:25:36%+0000", "2022-11-21"), APPLICANT, "review.reviewDate", "time" },
  { "no levelName", edit(APPLICANT, "levelName", "level"), APPLICANT, "review.levelName", "missing" },
  { "no reviewStatus", edit(APPLICANT, "reviewStatus", "status"), APPLICANT, "review.reviewStatus", "missing" },
  { "no reviewResult", edit(APPLICANT, "reviewResult", "result"), APPLICANT, "review.reviewResult", "missing" },
  { "no reviewAnswer", edit(APPLICANT, "reviewAnswer", "answer"), APPLICANT, "review.reviewResult.reviewAnswer", "missing" },
  { "a rejected applicant", edit(APPLICANT, "GREEN", "RED"), APPLICANT, "review.reviewResult.reviewAnswer", "not GREEN" },
  { "an answer in small letters", edit(APPLICANT, "GREEN", "green"), APPLICANT, "review.reviewResult.reviewAnswer", "not GREEN" },
  { "a list for a comment", edit(APPLICANT, '"clientComment": ""', '"clientComment": []'), APPLICANT,
    "review.reviewResult.clientComment", "not a string" },
  -- applicantIdDoc.json
  { "no idDocType", edit(DOC, "idDocType", "type"), DOC, "idDocType", "missing" },
  { "no country of the document", edit(DOC, '"country"', '"c"'), DOC, "country", "missing" },
  { "no country of the selfie", edit("selfie/applicantIdDoc.json", '"country"', '"c"'), "selfie/applicantIdDoc.json", "country",
    "missing" },
  { "a third side", edit(DOC, '"number"', '"idDocSubType":"TOP","number"'), DOC, "idDocSubType", "neither FRONT_SIDE" },
  { "a number that is one", edit(DOC, '"1234567890"', "1234567890"), DOC, "number", "not a string" },
  { "issuedDate of another form", edit(DOC, "2020%-09%-25", "25/09/2020"), DOC, "issuedDate", "date" },
  { "validUntil of another form", edit(DOC, '"number"', '"validUntil":"2030","number"'), DOC, "validUntil", "date" },
  { "a document's birthday of another form", edit(DOC, "1985%-01%-23", "23 Jan 1985"), DOC, "dob", "date" },
}

--- The finding for an entry and a field whose problem has `part` in it.
local function pick(found, entry, field, part)
  for _, finding in ipairs(found) do
    if finding.entry == (entry or "(archive)") and finding.field == field and finding.problem:find(part, 1, true) then
      return finding
    end
  end
end

describe("idngo.archive.check", function()
  it("finds nothing in a good archive, stored or deflated, by path or by bytes", function()
    assert.same({}, archive.check({ bytes = changed() }))
    assert.same({}, archive.check("examples/applicant.zip"))
    local entries = archives.good()
    for _, entry in ipairs(entries) do entry.method, entry.data = 8, archives.deflate(entry.bytes) end
    assert.same({}, archive.check({ bytes = zip(entries) }))
  end)

  it("takes a top folder, folder entries, and data descriptors with and without their mark", function()
    local entries, by_name = archives.good()
    for _, entry in ipairs(entries) do entry.name = "top/" .. entry.name end
    table.insert(entries, 1, { name = "top/", bytes = "", attributes = 0x41ed << 16 | 0x10 })
    table.insert(entries, 2, { name = "top/front/", bytes = "", attributes = 0x41ed << 16 | 0x10 })
    for name, with in pairs { [IMAGE] = 1, [DOC] = 5 } do
      local entry = by_name[name]
      entry.flags, entry["local"], entry.descriptor = LATER, unset, descriptor(entry.bytes):sub(with)
    end
    assert.same({}, archive.check({ bytes = zip(entries) }))
  end)

  it("takes the archives of the zip program and of Python, written to a pipe too", function()
    local dir = files.folder()
    for _, entry in ipairs(archives.good()) do
      os.execute(("mkdir -p %s/in/%s"):format(dir, entry.name:match("^(.*)/") or ""))
      files.write(dir .. "/in/" .. entry.name, entry.bytes)
    end
    assert(os.execute(("cd %s/in && zip -qr ../a.zip . && zip -qr - . | cat >../b.zip && zip -q0r ../c.zip . && "
      .. "python3 -m zipfile -c ../d.zip *"):format(dir)))
    for _, name in ipairs { "a", "b", "c", "d" } do
      assert.equal("", lines(archive.check(("%s/%s.zip"):format(dir, name))))
    end
    os.execute("rm -r " .. dir)
  end)

  for _, row in ipairs(bad) do
    it("refuses " .. row[1], function()
      local bytes = type(row[2]) == "string" and row[2] or changed(row[2])
      local found = assert(archive.check({ bytes = bytes }))
      local finding = pick(found, row[3], row[4], row[5])
      assert(finding, "found instead:\n" .. lines(found))
      assert.equal("error", finding.severity)
      assert.is_true(#finding.remedy > 0)
      assert.is_true(findings.refuse(found))
    end)
  end

  it("is tested with at least sixty bad archives", function() assert.is_true(#bad >= 60) end)

  it("warns of macOS's litter and passes over it, or refuses it when asked", function()
    local bytes = changed(function(_, entries)
      table.insert(entries, 1, { name = ".DS_Store", bytes = "x" })
      entries[#entries + 1] = { name = "__MACOSX/front/._1.jpeg", bytes = "x" }
      entries[#entries + 1] = { name = "front/._1.jpeg", bytes = "x" }
    end)
    local found = archive.check({ bytes = bytes })
    assert.equal(1, #found)
    assert.same({
      entry = ".DS_Store", field = "name", problem = "left by macOS (3 in all)", severity = "warning",
      remedy = "delete __MACOSX, .DS_Store and ._ files before making the archive",
    }, found[1])
    assert.is_false(findings.refuse(found))
    assert.equal("error", archive.check({ bytes = bytes }, { litter = "refuse" })[1].severity)
  end)

  it("warns of what the service may not know, and of misspelt fields", function()
    local odd = {}
    for i = 1, 21 do odd[i] = ('"n%d":1,'):format(i) end
    for change, expected in pairs {
      [edit(APPLICANT, '"lastName"', table.concat(odd) .. '"lastName"')] =
        APPLICANT .. ": info: 21 fields are not of the reference",
      [edit(DOC, "ID_CARD", "LIBRARY_CARD")] = DOC .. ": idDocType: a document type that this program does not know",
      [edit(APPLICANT, "GBR", "XKX")] = APPLICANT .. ": info.country: a code that ISO leaves to users",
      [edit(APPLICANT, "completed", "pending")] = APPLICANT .. ": review.reviewStatus: not completed",
      [edit(APPLICANT, '"lastName"', '"middlename":"x","lastName"')] =
        "info.middlename: not a field of the reference; did you mean middleName?",
      [edit(APPLICANT, '"lastName"', '"Фамилия":"x","lastName"')] = "info.(a field): not a field of the reference",
      [function() return { comment = "hello" } end] = "(archive): comment: the archive has a comment",
    } do
      local found = archive.check({ bytes = changed(change) })
      assert.truthy(lines(found):find(expected, 1, true), lines(found))
      assert.is_false(findings.refuse(found))
    end
  end)

  it("names all problems of an archive, those of its structure and of its fields", function()
    local found = archive.check({ bytes = changed(function(by_name, entries)
      rename(IMAGE, "front/my passport.jpeg")(by_name)
      edit(DOC, "idDocType", "type")(by_name)
      drop("back/2.png")(by_name, entries)
    end) })
    assert.truthy(pick(found, "front/my passport.jpeg", "name", "characters"))
    assert.truthy(pick(found, DOC, "idDocType", "missing"))
    assert.truthy(pick(found, "back/", "file", "no image"))
  end)

  it("lists no more problems than anybody reads", function()
    local found = archive.check({ bytes = changed(edit(APPLICANT, '"lastName"',
      '"addresses":[' .. ("1,"):rep(20000) .. '1],"lastName"')) })
    assert.equal(201, #found)
    assert.truthy(found[201].problem:find("more problems than these 200", 1, true))
  end)

  it("shows no value of a person's data", function()
    for _, row in ipairs(bad) do
      local bytes = type(row[2]) == "string" and row[2] or changed(row[2])
      local text = lines(archive.check({ bytes = bytes }))
      for _, value in ipairs { "John", "Snow", "Doe", "someClientUserId", "1234567890", "1985", "British" } do
        assert.is_nil(text:find(value, 1, true), text)
      end
    end
  end)

  it("throws on wrong arguments, and says when a file cannot be opened", function()
    assert.error_matches(function() archive.check() end, "must be a path, or {bytes = …}", 1, true)
    assert.error_matches(function() archive.check("x", { liter = "refuse" }) end, "unknown option liter", 1, true)
    assert.error_matches(function() archive.check("x", { litter = "drop" }) end, 'litter must be "refuse"', 1, true)
    for _, path in ipairs { "/nonexistent.zip", "/tmp", "/dev/null" } do
      local found, e = archive.check(path)
      assert.is_nil(found)
      assert.equal("io", e.kind)
      assert.equal("not_sent", e.outcome)
      assert.truthy(tostring(e):find(path, 1, true))
    end
  end)

  it("knows the fields of the reference's examples", function()
    assert.equal("text", (fields.knows("applicant.json", "info.addresses.1.town")))
    assert.is_nil((fields.knows("applicant.json", "info.town")))
    assert.same({}, (function()
      local found = {}
      fields.check(found, "applicant.json", json.decode(archives.fixture("applicant")))
      fields.check(found, "x/applicantIdDoc.json", json.decode(archives.fixture("applicantIdDoc")))
      return found
    end)())
  end)

  it("plans from names alone what is read", function()
    local found = {}
    local plan = layout.plan(found, {
      { name = "a/applicant.json", size = 1, kind = "file" }, { name = "a/b/applicantIdDoc.json", size = 1, kind = "file" },
      { name = "a/b/c.MP4", size = 1, kind = "file" },
    })
    assert.same({}, found)
    assert.equal("a/applicant.json", plan.applicant.name)
    assert.equal("a/b/c.MP4", plan.media[1].name)
  end)
end)

describe("import_applicant", function()
  local client
  setup(function()
    client = assert(idngo.client { base_url = "http://127.0.0.1:9", app_token = "sbx:demo", secret_key = "demo-secret" })
  end)
  teardown(function() client:close() end)

  it("refuses what check refuses, and sends nothing", function()
    local result, e = client:import_applicant { bytes = changed(edit(APPLICANT, "GREEN", "RED")) }
    assert.is_nil(result)
    assert.equal("archive", e.kind)
    assert.equal("not_sent", e.outcome)
    assert.equal("import_applicant", e.endpoint)
    assert.equal("review.reviewResult.reviewAnswer", e.findings[1].field)
    assert.truthy(tostring(e):find("applicant.json: review.reviewResult.reviewAnswer: not GREEN", 1, true), tostring(e))
    local request, problem = client:prepare("import_applicant", { bytes = "no archive" })
    assert.is_nil(request)
    assert.equal("archive", problem.kind)
  end)

  it("takes a path, bytes and a table with a path; unchecked, anything", function()
    local bytes = files.read("examples/applicant.zip")
    for _, what in ipairs { "examples/applicant.zip", { bytes = bytes }, { path = "examples/applicant.zip" } } do
      assert.equal(bytes, assert(client:prepare("import_applicant", what)).body)
    end
    assert.equal("x", assert(client:prepare("import_applicant", { bytes = "x" }, { unchecked = true })).body)
  end)

  it("is an error of kind config without libzip, unless unchecked", function()
    local loaded, preload = package.loaded["idngo.zip"], package.preload["idngo.zip"]
    package.loaded["idngo.zip"] = nil
    package.preload["idngo.zip"] = function() error("libzip.so.4: cannot open shared object file") end
    local request, e = client:prepare("import_applicant", "examples/applicant.zip")
    local unchecked = client:prepare("import_applicant", "examples/applicant.zip", { unchecked = true })
    package.loaded["idngo.zip"], package.preload["idngo.zip"] = loaded, preload
    assert.is_nil(request)
    assert.equal("config", e.kind)
    assert.equal("not_sent", e.outcome)
    assert.truthy(tostring(e):find("libzip", 1, true))
    assert.is_table(unchecked)
  end)
end)
