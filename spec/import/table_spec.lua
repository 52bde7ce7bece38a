-- A table's dates in the forms that programs write, and the files of a person's documents: what lies there and is not taken is
-- told, and nothing of a person is.

local archive = require("idngo.archive")
local files = require("files")
local json = require("idngo.json")

local JPEG, HEIC = "\255\216\255\224", "\0\0\0\24ftypheic"
local folder, made

local function write(name, bytes)
  assert(os.execute(("mkdir -p '%s'"):format((folder .. "/scans/" .. name):match("^(.*)/"))))
  files.write(folder .. "/scans/" .. name, bytes)
end

--- The only person of a table with these cells and date forms.
local function person_of(cells, forms, documents)
  made = made + 1
  local base = ("%s/t%d"):format(folder, made)
  files.write(base .. ".csv", ("id;born;approved\n%s;%s;%s\n"):format(cells.id or "1001", cells.born or "1990-05-31",
    cells.approved or "2022-11-21 08:25:32"))
  files.write(base .. ".map", ([[
[applicant]
externalUserId = {id}
info.firstName = Jane
info.lastName = Doe
info.country = GBR
info.dob = {born|%s}
review.createDate = {approved|%s}
review.levelName = l
review.reviewStatus = completed
review.reviewResult.reviewAnswer = GREEN
]]):format(forms.born or "yyyy-MM-dd", forms.approved or "yyyy-MM-dd HH:mm:ss") .. (documents or ""))
  local next_person, e = archive.people { people = base .. ".csv", mapping = base .. ".map", documents = folder .. "/scans" }
  return next_person and next_person(), e and e.message
end

local function said(person)
  local list = {}
  for i, each in ipairs(person.findings) do
    list[i] = ("%s %s %s: %s; %s"):format(each.severity, each.entry, each.field, each.problem, each.remedy)
  end
  return table.concat(list, "\n")
end

describe("people of a table", function()
  setup(function()
    folder, made = files.folder(), 0
    os.execute("mkdir " .. folder .. "/scans")
  end)
  teardown(function() os.execute("rm -rf " .. folder) end)

  describe("with dates", function()
    local function read(field, form, cell)
      local person, e = person_of({ [field] = cell }, { [field] = form })
      if not person then return nil, e end
      local applicant = json.decode(person.sources[1].bytes)
      if person.findings[1] then return nil, said(person) end
      return field == "born" and applicant.info.dob or applicant.review.createDate
    end

    it("read ISO 8601, quoted words and zones", function()
      for _, each in ipairs {
        { "born", "iso", "1990-05-31", "1990-05-31" }, { "born", "iso", "1990-05-31T00:00:00.000Z", "1990-05-31" },
        { "born", "iso", "1990-05-31 00:00", "1990-05-31" }, { "born", "dd.MM.yyyy H:mm:ss", "31.05.1990 0:00:00", "1990-05-31" },
        { "born", "yyyy-MM-dd'T'HH:mm:ssX", "1990-05-31T00:00:00+05:00", "1990-05-31" },
        { "approved", "iso", "2022-11-21T08:25:32Z", "2022-11-21 08:25:32+0000" },
        { "approved", "iso", "2022-11-21T08:25:32.125+05:00", "2022-11-21 03:25:32+0000" },
        { "approved", "iso", "2023-01-01 02:25+0600", "2022-12-31 20:25:00+0000" },
        { "approved", "iso", "2024-02-28T23:25:32-05", "2024-02-29 04:25:32+0000" },
        { "approved", "yyyy-MM-dd'T'HH:mm:ss'Z'", "2022-11-21T08:25:32Z", "2022-11-21 08:25:32+0000" },
        { "approved", "yyyy-MM-dd'T'HH:mm:ssX", "2022-11-21T08:25:32+05:00", "2022-11-21 03:25:32+0000" },
        { "approved", "yyyy-MM-dd HH:mm:ssX", "2022-11-21 08:25:32+0500", "2022-11-21 03:25:32+0000" },
        { "approved", "d.M.yyyy' г. в 'H:mm", "21.11.2022 г. в 8:25", "2022-11-21 08:25:00+0000" },
        { "approved", "yyyy-MM-dd HH'':mm", "2022-11-21 08':25", "2022-11-21 08:25:00+0000" },
        { "approved", "yyyy-MM-dd HH:mm:ss+0000", "2022-11-21 08:25:32+0000", "2022-11-21 08:25:32+0000" },
      } do
        local value, why = read(each[1], each[2], each[3])
        assert.equal(each[4], value, why)
      end
    end)

    it("are refused where the day is none, may be another, or the zone is not said; the cell is not shown", function()
      for _, each in ipairs {
        { "born", "iso", "1990-05-30T17:00:00Z", "has a time of day" },
        { "born", "iso", "31.05.1990", "not a date of the form iso" },
        { "born", "iso", "1990-02-29", "is not a day or time of the calendar (form iso)" },
        { "born", "iso", "19900531", "not a date of the form iso" },
        { "born", "dd.MM.yyyy H:mm", "31.05.1990 14:30", "has a time of day: midnight somewhere else?" },
        { "born", "dd.MM.yyyy", "31.02.1990", "is not a day or time of the calendar (form" },
        { "born", "dd.MM.yyyy", "1990-05-31", "is not a date of the form dd.MM.yyyy" },
        { "approved", "iso", "2022-11-21T08:25:32", "has no zone: write zone = under [table]" },
        { "approved", "iso", "2022-11-21", "has no time of day" },
        { "approved", "iso", "2022-11-21T24:00:00Z", "is not a day or time" },
        { "approved", "iso", "2022-11-21T08:25:32+25:00", "is not a day or time of the calendar (form iso)" },
        { "approved", "yyyy-MM-dd HH:mmX", "2022-11-21 08:25+0", "is not a date of the form" },
        { "approved", "yyyy-MM-dd HH:mm", "2022-11-21 25:25", "is not a day or time of the calendar (form" },
      } do
        local value, why = read(each[1], each[2], each[3])
        assert.is_nil(value)
        assert.truthy(why:find("the cell in column " .. each[1], 1, true), why)
        assert.truthy(why:find(each[4], 1, true), why)
        assert.is_nil(why:find(each[3], 1, true))
      end
    end)

    it("have forms that are forms", function()
      for _, form in ipairs { "yyyy-MM-ddTHH:mm", "yyyy-MM-dd'T", "dd.dd.yyyy", "dd.MM", "yyyy-MM-ddX", "isoo" } do
        local person, why = person_of({}, { born = form })
        assert.is_nil(person)
        assert.truthy(why:find("nor the form of a date such as dd.MM.yyyy; letters that are words are quoted", 1, true), why)
      end
    end)
  end)

  describe("with documents", function()
    local OPTIONAL = "[document back]\nfile = {id}/back.*\noptional = yes\nidDocType = PASSPORT\ncountry = GBR\n"

    --- The files that are put there, what is taken, and what is said.
    local function find(id, names, document)
      for name, bytes in pairs(names) do write(name, bytes) end
      local person = person_of({ id = id }, {}, document or OPTIONAL)
      local taken = person.sources[3] and person.sources[3].path:sub(#folder + 8)
      return taken, said(person)
    end

    it("leave an optional one out only where nothing lies", function()
      assert.same({ "" }, { select(2, find("none", {})) })
      assert.same({ "" }, { select(2, find("other", { ["other/front.jpg"] = JPEG })) })
      for name, what in pairs { ["back.heic"] = "a .heic file lies there (HEIC)",
        ["back.PDF"] = "a .pdf file lies there whose content is HEIC,",
        back = "a file without an ending lies there (HEIC)", ["back.Жанна"] = "a file with another ending lies there (HEIC)",
        ["Back.jpg"] = "a .jpg file lies there whose content is HEIC," } do
        local id = "odd" .. name:byte(1) .. #name
        local taken, why = find(id, { [id .. "/" .. name] = HEIC })
        assert.is_nil(taken)
        assert.truthy(why:find("error back/ file: {id}/back.*: " .. what, 1, true), why)
        assert.truthy(why:find("and is not taken; convert it", 1, true), why)
        assert.is_nil(why:find(id, 1, true))
      end
    end)

    it("take the one that is there, by any ending that fits, and only one", function()
      for i, ending in ipairs { "jpg", "JPG", "Jpeg", "PNG", "mP4" } do
        local id = "fit" .. i
        local bytes = ending == "PNG" and "\137PNG\r\n\26\n" or ending == "mP4" and "\0\0\0\24ftypisom" or JPEG
        local taken, why = find(id, { [id .. "/back." .. ending] = bytes, [id .. "/back.old.jpg"] = JPEG })
        assert.same({ id .. "/back." .. ending, "" }, { taken, why })
      end
      local taken, why = find("two", { ["two/back.jpg"] = JPEG, ["two/back.heic"] = HEIC })
      assert.is_nil(taken)
      assert.truthy(why:find("error back/ file: {id}/back.*: 2 files fit (.heic, .jpg); leave one of them there", 1, true), why)
    end)

    it("are of a name in other capitals, and of none that is longer", function()
      local flat = OPTIONAL:gsub("{id}/back", "flat/{id}")
      assert.equal("flat/AB1.jpg", (find("AB1", { ["flat/AB1.jpg"] = JPEG }, flat)))
      assert.equal("flat/AB1.jpg", (find("ab1", {}, flat)))
      assert.equal("flat/AB1.2.jpg", (find("AB1.2", { ["flat/AB1.2.jpg"] = JPEG }, flat)))
      assert.equal("flat/AB1.jpg", (find("AB1", {}, flat)))
      assert.is_nil((find("AB", {}, flat)))
    end)

    it("that must be there are told in the same words, and by a name with its ending, too", function()
      local must = OPTIONAL:gsub("optional = yes\n", "")
      assert.truthy(select(2, find("must", {}, must)):find("there is none for this person", 1, true))
      assert.truthy(select(2, find("must2", { ["must2/back.heic"] = HEIC }, must)):find("a .heic file lies there", 1, true))
      local exact = OPTIONAL:gsub("back%.%*", "back.jpg")
      assert.equal("exact/back.JPG", (find("exact", { ["exact/back.JPG"] = JPEG }, exact)))
      assert.truthy(select(2, find("exact2", { ["exact2/back.heic"] = HEIC }, exact)):find("a .heic file lies there", 1, true))
    end)

    it("are not missing where a link, or nobody knows what, lies in the place of their folder", function()
      write("elsewhere/back.jpg", JPEG)
      os.execute(("cd %s/scans && ln -s elsewhere linked && ln -s nowhere broken && mkfifo special"):format(folder))
      for id, what in pairs { linked = "a link lies in the place of its folder; links are not followed",
        broken = "a link lies in the place of its folder", special = "what lies in the place of its folder cannot be" } do
        for _, deep in ipairs { "{id}", "{id}/deeper", "*{id}" } do
          local taken, why = find(id, {}, (OPTIONAL:gsub("{id}", deep, 1)))
          assert.is_nil(taken)
          assert.truthy(why:find(what, 1, true), why)
        end
        assert.equal("", select(2, find(id .. "2", {}))) -- another's
      end
      os.execute(("ln -s elsewhere/back.jpg %s/scans/file"):format(folder))
      assert.equal("", select(2, find("file", {}))) -- no folder, wherever it leads
    end)

    it("are not missing where the table names their file, or the path is one of another system", function()
      write("named/a.jpg", JPEG)
      local none = "error back/ file: %s: the cell names a file, and there is none of this name; add it"
      for _, each in ipairs { { "named/a.jpg" }, { "a.JPG", "named/{id}" }, { "b", "{id}.jpg" }, { "b.", "named/{id}" },
        { "b", "named/{id}.*" }, { "named/b.jpg", nil, none:format("{id}") },
        { "b.PDF ", "named/{id}", none:format("named/{id}") },
        { "named\\a.jpg", nil, "error back/ file: {id}: there is none, and the path has a \\ in it; part folders by /" },
        { "named", "{id}\\b.*", "there is none, and the path has a \\ in it" } } do
        local taken, why = find(each[1], {}, (OPTIONAL:gsub("{id}/back%.%*", (each[2] or "{id}"):gsub("%%", "%%%%"), 1)))
        if each[3] then
          assert.is_nil(taken)
          assert.truthy(why:find(each[3], 1, true), why)
        else
          assert.equal("", why)
        end
      end
    end)

    it("are looked for in a folder that is there", function()
      local path = folder .. "/scans"
      os.rename(path, path .. ".away")
      local none, why = person_of({ id = "1001" }, {}, OPTIONAL)
      os.rename(path .. ".away", path)
      assert.is_nil(none)
      assert.equal(("the folder of documents: %s: No such file or directory"):format(path), why)
    end)

    it("are not missing where their folder cannot be read, or is a file", function()
      write("afile", JPEG)
      assert.equal("", select(2, find("afile", {})))
      if os.execute("test $(id -u) != 0") then
        write("closed/back.jpg", JPEG)
        os.execute(("chmod 000 %s/scans/closed"):format(folder))
        local _, why = find("closed", {})
        os.execute(("chmod 700 %s/scans/closed"):format(folder))
        assert.truthy(why:find("its folder cannot be read", 1, true), why)
      end
    end)
  end)
end)
