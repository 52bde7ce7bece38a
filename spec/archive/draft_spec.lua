-- Drafts of mappings: what they propose and why, what they leave open, and that nothing of a person is in them.

local drafts = require("idngo.archive.draft")
local files = require("files")
local shell = require("command")

local FOLDER = "spec/fixtures/tables/files/"
local folder

local function draft(name, options)
  local made = assert(drafts.draft(FOLDER .. name, options or {}))
  return made.text, made, table.concat(made.seen, "\n")
end

--- Whether a text has a line, however wide its blanks.
local function has(text, line) assert.truthy(text:gsub(" +#", " #"):find(line, 1, true), text) end

--- The command; its output, errors and exit code.
local function run(command) return shell(("lua5.4 bin/idngo import %s </dev/null"):format(command:gsub("@", folder))) end

describe("drafts of mappings", function()
  setup(function() folder = files.folder() end)
  teardown(function() os.execute("rm -rf " .. folder) end)

  it("find the names, the fields and the forms of dates, with their reasons", function()
    local text, made, seen = draft "excel-title-numbering-totals.csv"
    has(text, "header = 3\n")
    has(text, "zone = ?")
    has(text, "externalUserId = {Код клиента}\n")
    has(text, "info.gender = {Пол|sex}\n")
    has(text, "info.dob = {Дата рождения|dd.MM.yyyy} # day first: some have a day over 12\n")
    has(text, "info.tin = {ИИН|iin}\n")
    has(text, "info.country = {Гражданство|country} # check: the table has no country of residence\n")
    has(text, "number = {Номер удостоверения}\n")
    has(seen, "UTF-8, semicolons, names on line 3; 5 rows")
    has(seen, "lines 11 to 12: totals or signatures, left out")
    assert.equal(3, made.open)
  end)

  it("leave open what cannot be told: orders of dates, ids, words for approved", function()
    has(draft "ambiguous-dates.csv", "{Дата рождения|?}")
    has(draft "ambiguous-dates.csv", "# dd.MM.yyyy or MM.dd.yyyy: nothing tells day and month apart")
    has(draft "ambiguous-dates-with-iin.csv", "{Дата рождения|dd.MM.yyyy} # 3 of 3 numbers agree")
    has(draft "excel-serial-dates.csv", "# whole numbers: excel-1900 if a spreadsheet wrote them")
    has(draft "kk-month-names.csv", "externalUserId = ?")
    has(draft "kk-month-names.csv", "{Аты-жөні|name-last}")
    has(draft "kk-month-names.csv", "{Туған күні|yyyy 'жылғы' d MMMM}")
    has(draft "excel-two-digit-years.csv", ("dd.MM.yy@%d}"):format(tonumber(os.date("!%Y")) - 99))
    files.write(folder .. "/status.csv", "customer id;last name;first name;status\n1;A;B;Canary\n")
    local made = drafts.draft(folder .. "/status.csv", {})
    has(made.text, "reviewAnswer = {status|answer}")
    has(made.text, "[values answer]\n? = GREEN")
    assert.is_nil(made.text:find("Canary", 1, true))
  end)

  it("say what a value looks like where no column has it, and pack takes such a value", function()
    files.write(folder .. "/bare.csv", "customer id;gender\n1;F\n")
    local text = assert(drafts.draft(folder .. "/bare.csv", {})).text
    for field, form in pairs { ["review.createDate"] = "such as 2022-11-21 08:25:32+0000", ["info.firstName"] = "{COLUMN}",
      ["info.country"] = "such as KAZ", ["review.levelName"] = "idngo call levels lists them" } do
      local line = text:match("\n(" .. field .. " = %?[^\n]*)")
      assert.truthy(line and line:find(form, 1, true), line or text)
    end
    -- what is shown is a value that a mapping takes, in the place of ?
    local moment = text:match("such as (%d%d%d%d%-%d%d%-%d%d [%d:]+%+%d+)")
    local chosen = text:gsub("(review.createDate = )%?", "%1" .. moment):gsub("(info.country = )%?", "%1KAZ")
      :gsub(" = %?", " = {gender}")
    local mapping, why = require("idngo.archive.mapping").load(files.write(folder .. "/bare.map", chosen))
    assert.truthy(mapping, why)
  end)

  it("are read by pack when what is open is chosen", function()
    os.execute(("for i in 1001 0042 1003 1004 1005; do mkdir -p %s/scans/$i %s/to;"
      .. " printf '\\377\\330\\377\\340' >%s/scans/$i/front.jpg; done"):format(folder, folder, folder))
    local out, errors, code = run(("draft %sexcel-title-numbering-totals.csv --documents @/scans --to @/map"):format(FOLDER))
    assert.equal("", out)
    assert.equal(1, code, errors)
    assert.truthy(errors:find("10 of 10 columns mapped", 1, true), errors)
    local pack = ("pack --people %sexcel-title-numbering-totals.csv --mapping @/map --documents @/scans --to @/to"):format(FOLDER)
    out, errors, code = run(pack)
    assert.equal(65, code, out)
    assert.truthy(errors:find("map: line 4: choose the zone", 1, true), errors)
    local map = files.read(folder .. "/map")
    has(map, "file = {Код клиента}/front.* # 5 folders have such a file\n")
    files.write(folder .. "/map", (map:gsub("zone = %?", "zone = +05:00"):gsub("levelName = %?", "levelName = basic")))
    out, errors, code = run(pack)
    assert.equal(0, code, out .. errors)
    assert.equal(5, select(2, out:gsub("%f[%w]ok  ", "")) + select(2, out:gsub("warn  ", "")), out)
    local lost = folder .. "/lost"
    assert(os.execute(("ln -s %s/nowhere %s"):format(folder, lost))) -- it is there, and cannot be read
    out, errors, code = run(("draft %sgsheets.csv --to %s"):format(FOLDER, lost))
    assert.same({ "", 65 }, { out, code })
    assert.truthy(errors:find("lost is there already; name a new file", 1, true), errors)
    out, errors, code = run(("draft %sgsheets.csv --to @/map"):format(FOLDER))
    assert.equal("65 ", code .. " " .. out)
    assert.truthy(errors:find("is there already", 1, true), errors)
    assert(os.execute(("ln -s nowhere %s/link"):format(folder))) -- nor what cannot be read
    assert.equal(65, (select(3, run(("draft %sgsheets.csv --to @/link"):format(FOLDER)))))
    assert.equal("nowhere\n", (shell("readlink " .. folder .. "/link")))
  end)

  it("show no cell, but the words of a column that one asks for", function()
    for _, name in ipairs { "excel-ru-1251.csv", "headerless.csv", "onec-report.txt", "gsheets.csv", "excel-kk-utf8.csv",
      "real-workbook.csv", "duplicates.csv", "psql-unaligned.txt", "json.csv", "two-separators.csv", "empty.csv" } do
      local out, errors, code = run(("draft %s%s"):format(FOLDER, name))
      assert.is_true(code == 0 or code == 1 or code == 65, errors)
      for _, cell in ipairs { "Пример", "Образцов", "Тестов", "900531", "1001", "Sample", "044999" } do
        assert.is_nil((out .. errors):find(cell, 1, true), name .. out .. errors)
      end
    end
    local out, _, code = run(("draft %sgsheets.csv --values Пол"):format(FOLDER))
    assert.equal("женский\nмужской\n", out)
    assert.equal(0, code)
    assert.equal(65, (select(3, run("draft @/nowhere"))))
  end)
end)
