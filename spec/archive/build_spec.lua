-- Making import archives: from parts, from folders, from a table of people. What is made, check accepts.

local archive = require("idngo.archive")
local archives = require("archives")
local capture = require("shell")
local core = require("idngo.core")
local files = require("files")
local findings = require("idngo.archive.findings")
local idngo = require("idngo")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")

local folder

local function make(name, form)
  local path = folder .. "/" .. name
  local input = "-f lavfi -i testsrc=size=160x120:rate=10"
  assert(os.execute(("ffmpeg -loglevel error -y %s %s %s"):format(input, form, path)))
  return path
end

local function exists(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

--- Parts of a good archive; `to` differs each time.
local made = 0
local function parts()
  made = made + 1
  local applicant = json.decode(archives.fixture("applicant"))
  applicant.externalUserId = "built-" .. made
  return {
    applicant = applicant,
    documents = {
      { folder = "selfie", idDoc = { idDocType = "SELFIE", country = "KAZ" }, file = folder .. "/selfie.mp4" },
      { folder = "front", idDoc = json.decode(archives.fixture("applicantIdDoc")), file = folder .. "/My Scan.JPG" },
      { folder = "back", idDoc = { idDocType = "ID_CARD", country = "KAZ" }, file = folder .. "/back.png" },
    },
    to = ("%s/%d.zip"):format(folder, made),
  }
end

local function lines(found)
  local out = {}
  for i, finding in ipairs(found) do out[i] = findings.line(finding) end
  return table.concat(out, "\n")
end

--- Writes a folder laid out like an archive.
local function lay_out(contents)
  made = made + 1
  local path = folder .. "/in" .. made
  for name, bytes in pairs(contents) do
    os.execute(("mkdir -p '%s/%s'"):format(path, name:match("^(.*)/") or ""))
    files.write(path .. "/" .. name, bytes)
  end
  return path
end

local function good_files()
  local contents = {}
  for _, entry in ipairs(archives.good()) do contents[entry.name] = entry.bytes end
  return contents
end

describe("archives that are made", function()
  setup(function()
    folder = files.folder()
    os.rename(make("scan.jpg", "-frames:v 1"), folder .. "/My Scan.JPG")
    make("back.png", "-frames:v 1")
    make("selfie.mp4", "-t 1 -pix_fmt yuv420p")
  end)
  teardown(function() os.execute("rm -r " .. folder) end)

  describe("by build", function()
    it("are accepted by check, by unzip and by Python, and say their size and sum", function()
      local built = assert(archive.build(parts()))
      assert.same({}, built.findings)
      assert.same({}, archive.check(built))
      local bytes = files.read(built.path)
      assert.equal(#bytes, built.size)
      assert.equal(core.sha256(bytes), built.sha256)
      assert.truthy(capture("unzip -tqq %s && python3 -m zipfile -t %s", built.path, built.path):find("Done"))
    end)

    it("hold sorted, stored entries under names that tell nothing, of 1980, for the owner to write", function()
      local built = assert(archive.build(parts()))
      local listed = {}
      for line in capture("zipinfo -l --h-t %s | grep '^-'", built.path):gmatch("[^\n]+") do
        listed[#listed + 1] = line:match("%S+$")
        assert.matches("^%-rw%-r%-%-r%-%- +1%.0 unx .* stor 80%-Jan%-01 00:00 ", line)
      end
      assert.same({
        "applicant.json", "back/applicantIdDoc.json", "back/back.png", "front/applicantIdDoc.json", "front/front.jpg",
        "selfie/applicantIdDoc.json", "selfie/selfie.mp4",
      }, listed)
    end)

    it("are the same bytes for the same input, in whatever order and at whatever time", function()
      local one = parts()
      local first = files.read(assert(archive.build(one)).path)
      one.documents[1], one.documents[3] = one.documents[3], one.documents[1]
      os.execute(("touch -d 2001-01-01 %s/back.png && TZ=Asia/Almaty true"):format(folder))
      assert.is_true(first == files.read(assert(archive.build(one)).path))
    end)

    it("are imported by the sandbox, with the fields sent", function()
      local server = assert(sandbox.background {})
      local client = assert(idngo.client { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret" })
      local given = parts()
      local built = assert(archive.build(given))
      local applicant = assert(client:import_applicant(built))
      client:close()
      server:close()
      assert.equal(given.applicant.externalUserId, applicant.externalUserId)
      assert.equal("Snow", applicant.info.lastName)
      assert.equal(3, #applicant.info.idDocs)
    end)

    local wrong = {
      { "a rejected applicant", function(p) p.applicant.review.reviewResult.reviewAnswer = "RED" end, "Answer: not GREEN" },
      { "a document without a type", function(p) p.documents[1].idDoc.idDocType = nil end, "Doc.json: idDocType: missing" },
      { "no document", function(p) p.documents = {} end, "there is no document" },
      { "a file that is not there", function(p) p.documents[1].file = "/nonexistent.mp4" end, "cannot be read: No such file" },
      { "a folder for a file", function(p) p.documents[1].file = "/tmp" end, "neither applicantIdDoc.json nor a .jpg" },
      { "a file of another kind", function(p) p.documents[1].file = "README.md" end, "neither applicantIdDoc.json nor a .jpg" },
      { "an empty file", function(p)
        p.documents[1].file = folder .. "/empty.png"
        files.write(p.documents[1].file, "")
      end, "selfie/selfie.png: size: the file is empty" },
      { "a file that is not what its name says", function(p)
        p.documents[1].file = folder .. "/text.png"
        files.write(p.documents[1].file, "hello")
      end, "selfie/selfie.png: content: named as PNG, but it is none" },
      { "a file above 50 MiB", function(p)
        p.documents[1].file = folder .. "/large.png"
        os.execute("truncate -s 52428801 " .. p.documents[1].file)
      end, "larger than allowed; use a file of at most 50 MiB" },
      { "two folders of one name", function(p) p.documents[1].folder = "front" end, "another of this name" },
      { "two folders that differ by case", function(p) p.documents[1].folder = "FRONT" end, "differs by case only" },
      { "a folder's name with a space", function(p) p.documents[1].folder = "a b" end, "has characters other than" },
      { "a folder's name that climbs", function(p) p.documents[1].folder = ".." end, "or an empty part" },
      { "a folder in a folder", function(p) p.documents[1].folder = "a/b" end, "lies elsewhere" },
      { "a long folder's name", function(p) p.documents[1].folder = ("a"):rep(250) end, "longer than 255 bytes" },
      { "251 documents", function(p)
        for i = 1, 251 do p.documents[i] = { folder = "d" .. i, idDoc = {}, file = "x.png" } end
      end, "too many entries" },
    }
    for _, row in ipairs(wrong) do
      it("are not made of " .. row[1], function()
        local given = parts()
        row[2](given)
        local built, e = archive.build(given)
        assert.is_nil(built)
        assert.equal("archive", e.kind)
        assert.equal("not_sent", e.outcome)
        assert.truthy(lines(e.findings):find(row[3], 1, true), lines(e.findings))
        assert.is_false(exists(given.to))
      end)
    end

    it("are not left half-made where they cannot be written", function()
      local given = parts()
      given.to = "/nonexistent/a.zip"
      local built, e = archive.build(given)
      assert.is_nil(built)
      assert.equal("io", e.kind)
      assert.truthy(tostring(e):find("/nonexistent/a.zip", 1, true))
    end)

    it("throw on wrong arguments", function()
      for message, change in pairs {
        ["applicant must be a table"] = function(p) p.applicant = "x" end,
        ["documents must be a list"] = function(p) p.documents = nil end,
        ["to must be a path"] = function(p) p.to = nil end,
        ["documents[2] must have folder, idDoc and file"] = function(p) p.documents[2].file = nil end,
        ["applicant.info.dob is a function, which JSON cannot hold"] = function(p) p.applicant.info.dob = print end,
      } do
        local given = parts()
        change(given)
        assert.error_matches(function() archive.build(given) end, message, 1, true)
      end
    end)
  end)

  describe("from a folder", function()
    it("hold its files as they are, without what macOS left", function()
      local contents = good_files()
      contents[".DS_Store"], contents["front/._1.jpeg"], contents["__MACOSX/x/y"] = "x", "x", "x"
      local path = lay_out(contents)
      local built = assert(archive.pack(path, path .. ".zip"))
      assert.equal(3, #built.findings)
      assert.equal("warning", built.findings[1].severity)
      assert.same({}, archive.check(built))
      assert.equal(archives.fixture("applicant"), capture("unzip -p %s applicant.json", built.path))
      local again = assert(archive.pack(path .. "/", path .. "-again.zip"))
      assert.equal(built.sha256, again.sha256)
    end)

    for what, row in pairs {
      ["a file at its root"] = { { ["notes.txt"] = "x" }, "notes.txt: file: lies beside applicant.json" },
      ["a folder too deep"] = { { ["front/a/b/1.png"] = "x" }, "front/a/b/1.png: file: lies elsewhere" },
      ["a folder far too deep"] = { { ["front/a/b/c/1.png"] = "x" }, "front/a/b/c/: file: lies too deep" },
      ["a name with a space"] = { { ["my card/1.png"] = "x" }, "my card/1.png: name: has characters" },
      ["two images in a folder"] = { { ["front/2.png"] = archives.PNG }, "front/2.png: file: a second image" },
      ["broken JSON"] = { { ["applicant.json"] = "{" }, "applicant.json: content: not a JSON object" },
    } do
      it("are not made of one with " .. what, function()
        local contents = good_files()
        for name, bytes in pairs(row[1]) do contents[name] = bytes end
        local path = lay_out(contents)
        local built, e = archive.pack(path, path .. ".zip")
        assert.is_nil(built)
        assert.truthy(lines(e.findings):find(row[2], 1, true), lines(e.findings))
        assert.is_false(exists(path .. ".zip"))
      end)
    end

    it("are not made of pipes, which must not hang, nor of what is no folder", function()
      local path = lay_out(good_files())
      os.execute(("mkfifo %s/front/2.png"):format(path))
      local _, e = archive.pack(path, path .. ".zip")
      assert.truthy(lines(e.findings):find("front/2.png: file: neither a file nor a folder", 1, true))
      local built, problem = archive.pack("/nonexistent", path .. ".zip")
      assert.is_nil(built)
      assert.equal("io", problem.kind)
      assert.error_matches(function() archive.pack({}, "x") end, "must be a folder, or a person", 1, true)
      assert.error_matches(function() archive.pack(path) end, "to must be a path", 1, true)
    end)
  end)

  describe("from a table", function()
    local mapping = [==[
# where everything comes from
[applicant]
externalUserId = {id}
info.firstName = {first}
info.lastName = {last}
info.gender = {sex|sex}
info.dob = {born|d.M.yyyy}
info.country = {land|lands}
info.addresses.1.town = {town}
info.addresses.2.town = {second town}
info.addresses.2.country = {land|lands}
review.createDate = {approved|dd.MM.yyyy HH:mm}
review.levelName = basic-kyc-level
review.reviewStatus = completed
review.reviewResult.reviewAnswer = GREEN

[document passport]
file = {id}/passport.*
idDocType = PASSPORT
country = {land|lands}
number = N {number}

[document selfie]
file = {id}/selfie.*
optional = yes
idDocType = SELFIE
country = {land|lands}

[values sex]
f = F
m = M
[values lands]
Қазақстан = KAZ
]==]
    local head = "id,first,last,sex,born,land,town,second town,approved,number\n"
    local anna = 'a|1,"Anna ""A""",Lee,f,31.05.1990,Қазақстан,"Almaty\n1",Astana,21.11.2022 08:25,7\n'
    local bo = "b,Bo,Li,m,1.2.1980,Қазақстан,,Astana,21.11.2022 08:25,\n"

    --- The people of a table, and the error.
    local function people(table_, map)
      made = made + 1
      local base = ("%s/table%d"):format(folder, made)
      files.write(base .. ".csv", table_)
      files.write(base .. ".map", map or mapping)
      local all, next_person, e = {}, archive.people { people = base .. ".csv", mapping = base .. ".map",
        documents = folder .. "/people" }
      for person in next_person or function() end do all[#all + 1] = person end
      return all, e and e.message:gsub("^.*/table%d+", "")
    end

    local function decoded(person, name)
      for _, source in ipairs(person.sources) do
        if source.name == name then return json.decode(source.bytes) end
      end
    end

    setup(function()
      os.execute(("mkdir -p '%s/people/a|1' %s/people/b"):format(folder, folder))
      os.execute(("cp '%s/My Scan.JPG' '%s/people/a|1/passport.JPG'"):format(folder, folder))
      os.execute(("cp %s/selfie.mp4 '%s/people/a|1/selfie.mp4'"):format(folder, folder))
      os.execute(("cp %s/back.png %s/people/b/passport.png"):format(folder, folder))
    end)

    it("hold every field where the mapping puts it", function()
      local all = people(head .. anna .. bo)
      assert.same({ externalUserId = "a|1", info = {
        firstName = 'Anna "A"', lastName = "Lee", gender = "F", dob = "1990-05-31", country = "KAZ",
        addresses = { { town = "Almaty 1" }, { town = "Astana", country = "KAZ" } },
      }, review = {
        createDate = "2022-11-21 08:25:00+0000", levelName = "basic-kyc-level", reviewStatus = "completed",
        reviewResult = { reviewAnswer = "GREEN" },
      } }, decoded(all[1], "applicant.json"))
      assert.same({ idDocType = "PASSPORT", country = "KAZ", number = "N 7" }, decoded(all[1], "passport/applicantIdDoc.json"))
      local second = decoded(all[2], "applicant.json")
      assert.same({ { town = "Astana", country = "KAZ" } }, second.info.addresses)
      assert.is_nil(decoded(all[2], "passport/applicantIdDoc.json").number)
      assert.equal(5, #all[1].sources)
      assert.equal(3, #all[2].sources)
      assert.same({ 2, 4 }, { all[1].line, all[2].line })
    end)

    it("are accepted by check, and named after the person's id", function()
      for i, person in ipairs(people(head .. anna .. bo)) do
        assert.equal(({ "a_7c1", "b" })[i], person.name)
        assert.same({}, archive.check(assert(archive.pack(person, folder .. "/" .. person.name .. ".zip"))))
      end
    end)

    it("come from semicolons, tabs, a mark at the start, and Windows' line ends alike", function()
      local plain = people(head .. bo)[1].sources[1].bytes
      for _, table_ in ipairs {
        (head .. bo):gsub(",", ";"), (head .. bo):gsub(",", "\t"), "\239\187\191" .. head .. bo,
        (head .. bo):gsub("\n", "\r\n"), head .. "\n\n" .. bo, (head .. bo):sub(1, -2),
      } do
        assert.equal(plain, people(table_)[1].sources[1].bytes)
      end
    end)

    local function row(changes)
      local cells = {
        id = "b", first = "Bo", last = "Li", sex = "m", born = "1.2.1980", land = "Қазақстан", town = "", second = "",
        approved = "21.11.2022 08:25", number = "",
      }
      for name, cell in pairs(changes) do cells[name] = cell end
      return head .. table.concat({ cells.id, cells.first, cells.last, cells.sex, cells.born, cells.land, cells.town,
        cells.second, cells.approved, cells.number }, ",") .. "\n"
    end

    for what, case in pairs {
      ["a value that is not listed"] = { row { sex = "x" }, "info.gender: the cell in column sex is not among [values sex]" },
      ["a date of another form"] = { row { born = "1980-02-01" }, "info.dob: the cell in column born is not a date of the form" },
      ["a date that never was"] = { row { born = "31.2.1980" },
        "info.dob: the cell in column born is not a day or time of the calendar (form d.M.yyyy)" },
      ["a field left empty"] = { row { last = "" }, "info.lastName: missing" },
      ["no id"] = { row { id = "" }, "externalUserId: missing" },
      ["no file"] = { row { id = "c" }, "passport/: file: there is none for this person" },
      ["an id that climbs"] = { row { id = "../a" }, "passport/: file: {id}/passport.*: the path leads out of the folder" },
      ["an id that was there before"] = { row {} .. bo:gsub("Bo", "Ann"),
        "externalUserId: there are different people of this id on lines 2, 3; leave one of them out" },
      ["too few cells"] = { head .. "a,b\n", "row: it has 2 cells for 10 columns" },
      ["a quote that is not closed"] = { head .. 'a,"b\n', "row: a quoted cell has no end; nothing behind it was read" },
      ["text behind a quote"] = { head .. 'a,"b"c\n', "row: text behind a quoted cell" },
      ["a row that may be two"] = { head .. 'a,"b,c,d,e,f,g,h,i,j,k\nl,m,n,o,p,q,r,s,t,u",c,d,e,f,g,h,i,j\n',
        "row: a quote too many? this row may be several; lines 2 to 3 were left out" },
      ["what a spreadsheet left in its place"] = { row { last = "#REF!" }, "column 3: is an error of the spreadsheet" },
    } do
      it("are not made of a person with " .. what, function()
        local all = people(case[1])
        local built, e = archive.pack(all[#all], folder .. "/no.zip")
        assert.is_nil(built)
        assert.truthy(lines(e.findings):find(case[2], 1, true), lines(e.findings))
        assert.is_false(exists(folder .. "/no.zip"))
      end)
    end

    it("are not made where two files fit", function()
      os.execute(("cp %s/back.png '%s/people/a|1/passport.png'"):format(folder, folder))
      local person = people(head .. anna)[1]
      os.remove(folder .. "/people/a|1/passport.png")
      assert.truthy(lines(person.findings):find("{id}/passport.*: 2 files fit (.jpg, .png); leave one", 1, true))
    end)

    local NO_FORM = " is neither a [values] section nor the form of a date such as dd.MM.yyyy; "
      .. "letters that are words are quoted, as in yyyy-MM-dd'T'HH:mm:ssX, two digits of a year are yy@1926, and iso reads "
      .. "every form of ISO 8601"

    for message, change in pairs {
      [".map: line 3: no field externalUserID, did you mean externalUserId?"] = { "externalUserId", "externalUserID" },
      [".map: line 4: no field info.firstname, did you mean firstName?"] = { "info.firstName", "info.firstname" },
      [".csv: line 1: it has 10 columns and lacks firs (of 10 that are named); did you mean first?"] =
        { "{first}", "{firs}" },
      [".map: line 23: no section documnet, did you mean document?"] = { "[document selfie]", "[documnet selfie]" },
      [".map: line 25: no field optinal, did you mean optional?"] = { "optional = yes", "optinal = yes" },
      [".map: line 4: a brace without its other; write {column}"] = { "{first}", "{first" },
      [".map: line 4: neither [section] nor name = value"] = { "info.firstName = ", "info.firstName " },
      [".map: line 5: info.firstName is there twice"] = { "info.lastName", "info.firstName" },
      [".map: line 7: d.M.yy" .. NO_FORM] =
        { "d.M.yyyy", "d.M.yy" },
      [".map: line 8: land" .. NO_FORM] =
        { "|lands}", "|land}" },
      [".map: line 17: a document's name has A-Z a-z 0-9 _ and - only"] = { "document passport", "document pass port" },
      [".map: line 17: no section passports, known: table, applicant, document, values, dates"] =
        { "document passport", "passports" },
      [".map: line 2: sections are [table], [applicant], [document NAME], [values NAME] and [dates NAME]"] =
        { "[applicant]", "[applicant one]" },
      [".map: line 23: this section is there twice"] = { "document selfie", "document Passport" },
      [".map: line 25: optional is yes or no"] = { "optional = yes", "optional = maybe" },
      [".map: line 32: [document passport] has no file = …"] = { "file = {id}/passport", "number = {id}/passport" },
      [".map: line 2: stands before the first [section]"] = { "[applicant]", "applicant = 1" },
    } do
      it("are not made with a mapping file that is wrong:" .. message:gsub("^.*: line %d+", ""), function()
        local at, stop = mapping:find(change[1], 1, true)
        local map = mapping:sub(1, at - 1) .. change[2] .. mapping:sub(stop + 1)
        if change[2]:find("^number") then map = map:gsub("number = N {number}\n", "") end
        local _, e = people(head .. bo, map)
        assert.equal(message, e)
      end)
    end

    for message, table_ in pairs {
      [".csv: empty; see whether it is the right file"] = "",
      [".csv: line 1: columns 1, 2 are all called id; write {#1} or {#2}"] = "id," .. head,
      [".csv: line 1: a quoted cell has no end; nothing behind it was read; correct the quotes there, or write header = … "
        .. "under [table]"] = 'a,"b\n',
      [".csv: line 2: not UTF-8; if the file is from Excel or 1C in Russian, write encoding = windows-1251 under [table]; "
        .. "better, save it as CSV UTF-8, since Windows-1251 has no Ә Ғ Қ Ң Ө Ұ Ү Һ"] = head .. "\207\240\n",
    } do
      it("are not made of a table that is wrong:" .. message:sub(6), function()
        local _, e = people(table_)
        assert.equal(message, e)
      end)
    end

    it("are not made without a table or a mapping file", function()
      for _, options in ipairs {
        { people = "/nonexistent", mapping = folder .. "/empty.map", documents = "." },
        { people = folder .. "/only.csv", mapping = "/nonexistent", documents = "." },
      } do
        files.write(folder .. "/only.csv", head)
        files.write(folder .. "/empty.map", "[applicant]\n")
        local next_person, e = archive.people(options)
        assert.is_nil(next_person)
        assert.equal("archive", e.kind)
        assert.truthy(e.message:find("/nonexistent", 1, true))
      end
      assert.error_matches(function() archive.people { people = "x" } end, "mapping must be a path", 1, true)
    end)

    it("read a date's parts in any order and form", function()
      for form, cell in pairs {
        ["yyyy-MM-dd"] = "1980-02-01", ["MM/dd/yyyy"] = "02/01/1980", ["M/d/yyyy"] = "2/1/1980", ["yyyyMMdd"] = "19800201",
        ["d. M. yyyy"] = "1. 2. 1980",
      } do
        local person = people(row { born = cell }, (mapping:gsub("d%.M%.yyyy", form)))[1]
        assert.equal("1980-02-01", decoded(person, "applicant.json").info.dob)
      end
    end)
  end)
end)
