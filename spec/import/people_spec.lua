-- What is judged of people of a table together, and which of their files are taken: the twenty people whose scans are named by
-- hand, dictionaries, dates against each other, rows and scans that are there twice.

local archive = require("idngo.archive")
local files = require("files")
local json = require("idngo.json")
local words = require("idngo.table.words")

local JPEG, PNG = "\255\216\255\224", "\137PNG\r\n\26\n" .. ("\0"):rep(20)
local MP4, HEIC = "\0\0\0\24ftypisom" .. ("\0"):rep(20), "\0\0\0\24ftypheic" .. ("\0"):rep(20)
local folder, made

--- A JPEG that is no other.
local function jpeg(n) return JPEG .. string.char(n):rep(20) end

local function write(name, bytes)
  assert(os.execute(("mkdir -p '%s'"):format((folder .. "/" .. name):match("^(.*)/"))))
  files.write(folder .. "/" .. name, bytes)
end

--- The people of a table by line: {taken = {document = inner name}, said = every finding}; notes; or nil and the message.
local function people(table_, map, scans)
  made = made + 1
  local base = ("%s/t%d"):format(folder, made)
  files.write(base .. ".csv", table_)
  files.write(base .. ".map", map)
  local next_person, e, notes = archive.people { people = base .. ".csv", mapping = base .. ".map",
    documents = folder .. "/" .. (scans or "none") }
  if not next_person then return nil, e.message end
  local all = {}
  for person in next_person do
    local list, taken = {}, {}
    for i, each in ipairs(person.findings) do
      list[i] = ("%s %s %s: %s; %s"):format(each.severity, each.entry, each.field, each.problem, each.remedy)
    end
    for _, source in ipairs(person.sources) do
      local document, ending = source.name:match("^(.-)/.*%.(%a%w%w)$")
      if document and source.path then taken[document] = ending end
    end
    all[person.line] = { taken = taken, said = table.concat(list, "\n"), id = person.external_user_id,
      applicant = person.sources[1] and json.decode(person.sources[1].bytes) }
  end
  return all, table.concat((notes()), "\n"), select(2, notes())
end

local FIXED = [[
review.levelName = l
review.reviewStatus = completed
review.reviewResult.reviewAnswer = GREEN
]]

describe("people of a table", function()
  setup(function() folder, made = files.folder(), 0 end)
  teardown(function() os.execute("rm -rf " .. folder) end)

  describe("whose scans are named by hand", function()
    local MAP = "[applicant]\nexternalUserId = {id}\ninfo.firstName = A\ninfo.lastName = B\ninfo.country = KAZ\n"
      .. "review.createDate = 2022-11-21 08:25:32+0000\n" .. FIXED

    local function document(name, lines)
      return ("[document %s]\n%s\nidDocType = ID_CARD\ncountry = KAZ\n"):format(name, lines)
    end

    local all, notes, unused

    setup(function()
      local n = 0
      local function put(name, bytes)
        n = n + 1
        write("scans/" .. name, bytes or jpeg(n))
      end
      put "1001/front.jpg" put "1001/back.jpg" put("1001/selfie.mp4", MP4)
      put "1002/Front.JPG" put "1002/BACK.Jpeg" put("1002/Selfie.PNG", PNG)
      put("1003/front.heic", HEIC) put("1003/back.HEIC", HEIC)
      put "1004/front.jfif" put("1004/back.pdf", "%PDF-1.4\n") put("1004/selfie.webp", "RIFF\0\0\0\0WEBPVP8 ")
      put("1005/front.jpg", PNG .. "x") put "1005/back.heic" put("1005/selfie.jpg", HEIC)
      put "1006/front.jpg" put "1006/front (1).jpg" put "1006/back.jpeg" put("1006/back.png", PNG .. "y")
      put "1006/selfie — копия.jpg"
      put("1007/Thumbs.db", "x") put("1007/.DS_Store", "x") put("1007/._front.jpg", "x") put "1007/front.jpg.jpg"
      put("1007/back.jpg.heic", HEIC)
      put "Заи\204\134ков/front.jpg" put "Зайков-2/front.jpg" put "1008 /front.jpg" put "1009/front .jpg"
      put "1010/IMG_0001.jpg" put "1010/IMG_0002.jpg" put("1011/front.jpg", "") put("1012/front.txt", "x")
      put("1013/front", jpeg(99)) put "1014/фронт.jpg" put "1014/Лицевая сторона.jpg"
      put "flat/1015_front.jpg" put "flat/10150_front.jpg" put "flat/1015_back.jpg" put "flat/1016-front.jpg"
      put "flat/1016_FRONT.jpg" put("same/1017_front.jpg", jpeg(7)) put("same/1018_front.jpg", jpeg(7))
      os.execute(("ln -s ../1001/front.jpg %s/scans/1013/back.jpg"):format(folder))
      local rows = { "id" }
      for id = 1001, 1018 do rows[#rows + 1] = id end
      rows[#rows + 1] = "Зайков"
      local own = document("front", "file = {id}/front.*\nfile = {id}/Лицевая сторона.*\nfile = flat/{id}*front.*\n"
        .. "file = same/{id}_front.*")
      all, notes, unused = people(table.concat(rows, "\n") .. "\n", MAP .. own
        .. document("back", "file = {id}/back.*\noptional = yes") .. document("selfie", "file = {id}/selfie.*\noptional = yes"),
        "scans")
      all.of = {}
      for _, person in pairs(all) do
        if person.id then all.of[person.id] = person end
      end
    end)

    for id, expected in pairs {
      ["1001"] = { { front = "jpg", back = "jpg", selfie = "mp4" } },
      ["1002"] = { { front = "jpg", back = "jpg", selfie = "png" } },
      ["1003"] = { {}, "error front/ file: {id}/front.*: a .heic file lies there (HEIC) and is not taken; convert it",
        "error back/ file: {id}/back.*: a .heic file lies there (HEIC) and is not taken; convert it" },
      ["1004"] = { { front = "jpg" }, "warning front/ file: its ending is .jfif, its content JPEG",
        "error back/ file: {id}/back.*: a .pdf file lies there (PDF) and is not taken",
        "error selfie/ file: {id}/selfie.*: a .webp file lies there (WebP) and is not taken" },
      ["1005"] = { { front = "png", back = "jpg" }, "warning front/ file: its ending is .jpg, its content PNG",
        "warning back/ file: its ending is .heic, its content JPEG",
        "error selfie/ file: {id}/selfie.*: a .jpg file lies there whose content is HEIC, and is not taken; convert it" },
      ["1006"] = { { front = "jpg" }, "error back/ file: {id}/back.*: 2 files fit (.jpeg, .png); leave one of them" },
      ["1007"] = { {}, "front.*: 1 file begins like it but has two endings (.jpg.jpg); rename it",
        "back.*: 1 file begins like it but has two endings (.jpg.heic), the last of which is not taken; rename it" },
      ["Зайков"] = { { front = "jpg" } }, ["1008"] = { { front = "jpg" } }, ["1009"] = { { front = "jpg" } },
      ["1010"] = { {}, "front/ file: there is none for this person; its folder has 2 other files" },
      ["1011"] = { {}, "front/ file: {id}/front.*: the file is empty" },
      ["1012"] = { {}, "front/ file: {id}/front.*: a .txt file lies there and is not taken" },
      ["1013"] = { {}, "a file without an ending lies there whose content is JPEG, and is not taken; give it the ending .jpg",
        "back/ file: {id}/back.*: a link lies there; links are not followed" },
      ["1014"] = { { front = "jpg" } }, ["1015"] = { { front = "jpg" } },
      ["1016"] = { {}, "front/ file: {id}/front.*: 2 files fit (.jpg, .jpg)" },
      ["1017"] = { { front = "jpg" }, "the same file or image as on line 19; see whose it is" },
      ["1018"] = { { front = "jpg" }, "the same file or image as on line 18; see whose it is" },
    } do
      it("have what is theirs: " .. id, function()
        local person = all.of[id]
        assert.same(expected[1], person.taken, person.said)
        assert.equal(#expected - 1, select(2, ("\n" .. person.said):gsub("\n[^\n]", "")), person.said)
        for i = 2, #expected do assert.truthy(person.said:find(expected[i], 1, true), person.said) end
        for _, name in ipairs { "IMG", "копия", "(1)", "_front", "Лицевая" } do
          assert.is_nil(person.said:find(name, 1, true), person.said)
        end
      end)
    end

    it("are told of files that nobody took, by ending; the names stand in a list", function()
      assert.truthy(notes:find("files under the folder of documents were taken by nobody: .jpg ", 1, true), notes)
      assert.is_nil(notes:find("IMG", 1, true))
      local listed = table.concat(unused, "\n")
      for _, name in ipairs { "1010/IMG_0001.jpg", "flat/10150_front.jpg", "1006/front (1).jpg", "1003/front.heic" } do
        assert.truthy(listed:find(name, 1, true), name)
      end
      assert.is_nil(listed:find("Thumbs", 1, true))
    end)
  end)

  local HEAD = "id;last;first;sex;born;citizen;iin;card;approved\n"
  local MAP = "[table]\nzone = +05:00\nempty = -, NULL\n[applicant]\nexternalUserId = {id}\ninfo.lastName = {last}\n"
    .. "info.firstName = {first}\ninfo.gender = {sex|sex}\ninfo.dob = {born|dd.MM.yyyy}\ninfo.country = {citizen|country}\n"
    .. "info.tin = {iin|iin}\nreview.createDate = {approved|dd.MM.yyyy H:mm}\nreview.reviewDate = {approved|dd.MM.yyyy H:mm}\n"
    .. FIXED .. "[document card]\nfile = all/card.jpg\nidDocType = ID_CARD\ncountry = {citizen|country}\nnumber = {card}\n"

  --- A row: what is not said is in order.
  local function row(changes)
    local cells = { id = "1001", last = "Примерова", first = "Анна", sex = "жен.", born = "31.05.1990", citizen = "Казахстан",
      iin = "900531499506", card = "", approved = "21.11.2022 8:25" }
    for name, value in pairs(changes or {}) do cells[name] = value end
    return HEAD:gsub("%w+", cells)
  end

  setup(function() write("none/all/card.jpg", jpeg(1)) end)

  it("in order are what the dictionaries make of them", function()
    local all, notes = people(HEAD .. row(), MAP)
    assert.equal("", all[2].said .. notes)
    assert.same({ lastName = "Примерова", firstName = "Анна", gender = "F", dob = "1990-05-31", country = "KAZ",
      tin = "900531499506" }, all[2].applicant.info)
    assert.equal("2022-11-21 03:25:00+0000", all[2].applicant.review.createDate)
  end)

  it("are not said to have the same image where it cannot be compared", function()
    for _, id in ipairs { "2001", "2002" } do write("unread/" .. id .. "/card.jpg", jpeg(7)) end
    local map = MAP:gsub("all/card.jpg", "{id}/card.jpg")
    local open, is_broken = io.open, false
    finally(function() io.open = open end) -- luacheck: ignore 122
    io.open = function(path, ...) -- luacheck: ignore 122
      local file, message, number = open(path, ...)
      if not file or not is_broken or not path:find("card.jpg", 1, true) then return file, message, number end
      return setmetatable({ read = function(_, size)
        if size > 1000 then return nil, "Input/output error", 5 end
        return file:read(size)
      end, seek = function(_, ...) return file:seek(...) end, close = function() return file:close() end }, {})
    end
    for _, broken in ipairs { false, true } do
      is_broken = broken
      local all = people(HEAD .. row { id = "2001" } .. row { id = "2002", last = "Другова" }, map, "unread")
      assert.equal(not broken, all[2].said:find("the same file or image", 1, true) ~= nil, all[2].said)
    end
  end)

  for what, case in pairs {
    ["a number without its check"] = { { iin = "900531499507" }, "info.tin: the cell in column iin has a check digit that is" },
    ["an organisation's number"] = { { iin = "050540001230" }, "has a check digit that is wrong" },
    ["eleven digits that nothing confirms"] = { { iin = "10304699528" }, "the date of birth does not confirm it" },
    ["a number that tells another day"] = { { born = "30.05.1990" }, "warning applicant.json info.tin: tells another day" },
    ["a number that tells another sex"] = { { sex = "м" }, "warning applicant.json info.tin: tells another sex" },
    ["a code that was a number"] = { { id = "1001,0" }, "error applicant.json externalUserId: ends in .0" },
    ["a day to come"] = { { born = "31.05.2990", iin = "-" }, "error applicant.json info.dob: lies in the future" },
    ["a child"] = { { born = "31.05.2020", iin = "-" }, "warning applicant.json info.dob: makes the person younger than 16" },
    ["a moment to come"] = { { approved = "21.11.2922 8:25" }, "error applicant.json review.createDate: lies in the future" },
    ["a name of two scripts"] = { { last = "Иванoв" }, "warning applicant.json info.lastName: has a word of Latin and" },
    ["a Latin i among Cyrillic letters"] = { { last = "Серiк" }, "warning applicant.json info.lastName: has a Latin i or h" },
    ["names of different scripts"] = { { last = "Ivanova" }, "is in another script than the first name" },
    ["a name with digits"] = { { first = "Анна1" }, "warning applicant.json info.firstName: has digits, signs" },
    ["a card of letters that look alike"] = { { card = "А123" }, "card/applicantIdDoc.json number: has Cyrillic letters" },
    ["a country that is none"] = { { citizen = "СССР" }, "is a state that no longer exists; write today's country" },
    ["a country of two letters"] = { { citizen = "PK" }, "is two letters, which country does not take" },
    ["a sex that is a number"] = { { sex = "1" }, "is a number, and which is which differs" },
    ["an empty date of a program"] = { { born = "01.01.0001" }, "is what 1C, MySQL and others write for no date" },
  } do
    it("are judged: " .. what, function()
      local all = people(HEAD .. row(case[1]), MAP)
      assert.truthy(all[2].said:find(case[2], 1, true), all[2].said)
      for _, cell in pairs(case[1]) do
        if #cell > 3 then assert.is_nil(all[2].said:find(cell, 1, true), all[2].said) end
      end
    end)
  end

  it("have zeros put back where check digit and date of birth confirm it, and that is told", function()
    local all, notes = people(HEAD .. row { born = "04.03.2001", iin = "10304699528" }, MAP)
    assert.equal("010304699528", all[2].applicant.info.tin)
    assert.truthy(notes:find("1 numbers had lost their leading zeros", 1, true), notes)
  end)

  it("that are there twice: the same again is left out, different ones are all refused, numbers and names are told", function()
    local all, notes = people(files.read("spec/fixtures/tables/files/duplicates.csv"), [[
[applicant]
externalUserId = {Код клиента}
info.lastName = {Фамилия}
info.firstName = {Имя}
info.dob = {Дата рождения|dd.MM.yyyy}
info.country = {Гражданство|country}
info.tin = {ИИН}
review.createDate = {Одобрено|dd.MM.yyyy HH:mm}
]] .. FIXED .. "[document card]\nfile = all/card.jpg\nidDocType = ID_CARD\ncountry = KAZ\n")
    assert.is_nil(all[4])
    assert.truthy(notes:find("line 4 is the same as line 2, and left out", 1, true), notes)
    assert.truthy(notes:find("times of column Одобрено have no zone and are taken for UTC", 1, true), notes)
    assert.equal("", all[2].said)
    for _, line in ipairs { 3, 5 } do
      assert.truthy(all[line].said:find("there are different people of this id on lines 3, 5", 1, true), all[line].said)
    end
    assert.truthy(all[6].said:find("warning applicant.json info.tin: the same number as on line 2", 1, true), all[6].said)
    assert.truthy(all[7].said:find("info.lastName: the same name and date of birth as on line 2", 1, true), all[7].said)
    all = people("id\n0042\n42\nA1\nА1\n", "[applicant]\nexternalUserId = {id}\n[document d]\nfile = all/card.jpg\n")
    assert.truthy(all[3].said:find("look alike the same as on line 2", 1, true), all[3].said)
    assert.truthy(all[5].said:find("look alike the same as on line 4", 1, true), all[5].said)
  end)

  it("have the cells of their row, also where some of them refuse it, without those that an import added", function()
    local map = "[applicant]\nexternalUserId = {id}\ninfo.lastName = {last}\n[document d]\nfile = all/card.jpg\n"
    files.write(folder .. "/cells.csv", "id;idngo:line;last;;idngo:problem\n1;9;=A1;x;Canary?s\n2;9;b;;\n3;9\n")
    files.write(folder .. "/cells.map", map)
    local cells = {}
    for person in archive.people { people = folder .. "/cells.csv", mapping = folder .. "/cells.map",
      documents = folder .. "/none" } do
      assert.same({ columns = { "id", "last", "" }, separator = ";", first = 1 }, person.table)
      cells[#cells + 1] = person.cells and table.concat(person.cells, "|") or "none"
    end
    assert.same({ "1|=A1|x", "2|b|", "none" }, cells)
  end)

  it("whose numbers say that day and month are the other way round are all refused, once", function()
    local table_ = files.read("spec/fixtures/tables/files/ambiguous-dates-with-iin.csv")
    local map = "[applicant]\nexternalUserId = {Код клиента}\ninfo.dob = {Дата рождения|%s}\ninfo.tin = {ИИН|iin}\n"
      .. "[document d]\nfile = all/card.jpg\n"
    local _, why = people(table_, map:format("MM.dd.yyyy"))
    assert.truthy(why:find("2 of 3 numbers say that day and month are the other way round", 1, true)
      or why:find("3 of 3 numbers", 1, true), why)
    assert.is_table(people(table_, map:format("dd.MM.yyyy")))
  end)

  it("have words of the mapping before those of the program, forms of one column, and what is to be chosen first", function()
    local all = people(HEAD .. row { citizen = "UK", iin = "-", born = "1 мая 1985" } .. row { id = "2", iin = "-" },
      MAP:gsub("citizen|country", "citizen|land"):gsub("born|dd.MM.yyyy", "born|days") .. "[values land: country]\nUK = GBR\n"
      .. "[dates days]\nform = dd.MM.yyyy\nform = d MMMM yyyy\n")
    assert.same({ "GBR", "KAZ" }, { all[2].applicant.info.country, all[3].applicant.info.country })
    assert.same({ "1985-05-01", "1990-05-31" }, { all[2].applicant.info.dob, all[3].applicant.info.dob })
    for _, change in ipairs { { "born|dd.MM.yyyy", "born|?", "line 9: choose the form of the date" },
      { "zone = %+05:00", "zone = ?", "line 2: choose the zone" },
      { "levelName = l", "levelName = ?", "choose the value of review.levelName" },
      { "zone = %+05:00", "zone = Asia/Almaty", "zone is UTC, or hours such as +05:00" },
      { "zone = %+05:00", "encoding = cp1251", "encoding is utf-8, windows-1251, kz-1048 or utf-16" },
      { "born|dd.MM.yyyy", "born|d", "read some texts as different days" } } do
      local _, why = people(HEAD .. row(), MAP:gsub(change[1], change[2], 1)
        .. "[dates d]\nform = dd.MM.yyyy\nform = MM.dd.yyyy\n")
      assert.truthy(why:find(change[3], 1, true), why)
    end
  end)

  it("read words in three languages, exactly", function()
    for _, each in ipairs {
      { "country", "РК", "KAZ" }, { "country", "қазақстан", "KAZ" }, { "country", "Niger", "NER" }, { "country", "KAZ", "KAZ" },
      { "country-2", "PK", "PAK" }, { "country-numeric", "31", "AZE" }, { "sex", "Әйел", "F" }, { "sex", "ер", "M" },
      { "document", "Уд. личности", "ID_CARD" }, { "document", "төлқұжат", "PASSPORT" },
      { "side", "Оборотная сторона", "BACK_SIDE" },
      { "name-last", "Алиев Вагиф Гасан оглы", "Алиев" }, { "name-middle", "Алиев Вагиф Гасан оглы", "Гасан оглы" },
      { "name-first-last", "John Ronald Smith", "Smith" }, { "name-first-first", "John Smith", "John" },
      { "latin", "АВ123", "AB123" }, { "cyrillic", "Серiк", "Серік" },
    } do
      assert.equal(each[3], (words.readers[each[1]]().read(each[2])), each[2])
    end
    for _, each in ipairs { { "country", "Нигер." .. "ия?" }, { "country", "Nigerr" }, { "country", "Корея" },
      { "country", "РБ" },
      { "country-2", "РК" }, { "country-numeric", "999" }, { "sex", "жігіт" }, { "document", "свидетельство о рождении" },
      { "name-last", "Анна" }, { "name-last", "А. Б. Примерова" }, { "name-first", "Примерова, Анна" }, { "latin", "Ж1" } } do
      local value, why, remedy = words.readers[each[1]]().read(each[2])
      assert.is_nil(value, each[2])
      assert.is_string(why)
      assert.is_string(remedy)
      assert.is_nil((why .. remedy):find(each[2], 1, true))
    end
    local sex = words.readers.sex()
    assert.equal("F", (sex.read("ә")))
    sex.survey("ж")
    assert.is_nil((sex.read("ә")))
  end)
end)
