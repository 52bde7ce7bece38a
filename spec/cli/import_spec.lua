-- idngo import: what it prints where, and its exit codes.

local archives = require("archives")
local files = require("files")
local json = require("idngo.json")
local shell = require("command")

local folder

--- Runs the command; its output, errors and exit code.
local function run(command)
  return shell(("lua5.4 bin/idngo import %s </dev/null"):format(command:gsub("@", folder)))
end

describe("idngo import", function()
  setup(function()
    folder = files.folder()
    local entries, by_name = archives.good()
    files.write(folder .. "/good.zip", archives.zip(entries))
    for _, entry in ipairs(entries) do
      os.execute(("mkdir -p '%s/in/%s'"):format(folder, entry.name:match("^(.*)/") or ""))
      files.write(folder .. "/in/" .. entry.name, entry.bytes)
    end
    by_name["front/1.jpeg"].name = "front/\27[31m.jpeg"
    files.write(folder .. "/bad.zip", archives.zip(entries))
    entries = archives.good()
    table.insert(entries, 1, { name = ".DS_Store", bytes = "x" })
    files.write(folder .. "/litter.zip", archives.zip(entries))
  end)
  teardown(function() os.execute("rm -r " .. folder) end)

  it("check says ok, warn or fail for each archive, and exits with 65 when one is refused", function()
    local out, errors, code = run("check @/good.zip @/litter.zip @/bad.zip")
    assert.equal(65, code)
    assert.equal("", errors)
    assert.equal(([[
ok    @/good.zip
warn  @/litter.zip
      warning  .DS_Store: name: left by macOS (1 in all); delete __MACOSX, .DS_Store and ._ files before making the archive
fail  @/bad.zip
      error  front/\x1b[31m.jpeg: name: has characters other than A-Z a-z 0-9 _ - and .; rename the file
]]):gsub("@", folder), out)
    assert.equal(0, (select(3, run("check @/good.zip @/litter.zip"))))
    assert.equal(65, (select(3, run("check --refuse-litter @/litter.zip"))))
  end)

  it("check prints a line of JSON per archive when asked, and exits with 74 when one cannot be read", function()
    local out, errors, code = run("check --json @/none.zip @/bad.zip")
    assert.equal(74, code)
    assert.truthy(errors:find("none.zip: No such file", 1, true), errors)
    local first, second = out:match("^([^\n]+)\n([^\n]+)\n$")
    assert.equal("io", json.decode(first).error.kind)
    local row = json.decode(second)
    assert.equal(folder .. "/bad.zip", row.file)
    assert.is_false(row.ok)
    assert.equal("name", row.findings[1].field)
  end)

  it("pack makes an archive of each folder, beside it or where it is told, the same every time", function()
    local out, errors, code = run("pack @/in/ --json")
    assert.equal("", errors)
    assert.equal(0, code)
    local row = json.decode(out)
    assert.equal(folder .. "/in.zip", row.file)
    assert.equal(#files.read(row.file), row.size)
    local _, _, checked = run("check @/in.zip")
    assert.equal(0, checked)
    assert.equal(row.sha256, json.decode((run("pack @/in --to @/to --json"))).sha256)
    assert.equal("700\n", (shell("stat -c %a " .. folder .. "/to"))) -- which was not there
    assert.equal(files.read(folder .. "/in.zip"), files.read(folder .. "/to/in.zip"))
  end)

  it("pack makes no two folders into one archive, and names one after the folder that a dot stands for", function()
    os.execute(("mkdir '%s/other' && cp -r '%s/in' '%s/other/in'"):format(folder, folder, folder))
    local _, errors, code = run("pack @/in @/other/in/ --to @/both")
    assert.equal(65, code)
    assert.equal(("idngo: @/both/in.zip would be the archive of @/in and of @/other/in; pack them into different folders, by "
      .. "--to\n"):gsub("@", folder), errors)
    assert.is_nil(io.open(folder .. "/both"))
    assert.equal(0, (select(3, run("pack @/in @/other/in"))))
    local packed, root = files.read(folder .. "/in.zip"), shell("pwd"):gsub("\n", "")
    for place, words in pairs { ["other/in/."] = ".", ["other/in/front"] = "..", ["other/in"] = "./" } do
      os.remove(folder .. "/other/in.zip")
      local command = ("cd '%s/%s' && LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua;;' lua5.4 '%s/bin/idngo' import pack %s"):format(
        folder, place, root, root, root, words)
      assert.equal(0, (select(3, shell(command .. " </dev/null"))))
      assert.equal(packed, files.read(folder .. "/other/in.zip"), place)
    end
    assert.equal(65, (select(3, run("pack /"))))
  end)

  it("pack makes archives of a table of people, and names the lines that it refuses", function()
    files.write(folder .. "/people.csv", "id,name\n7,Ann\n8,\n")
    files.write(folder .. "/map", archives.mapping("1.jpeg"))
    local all = "pack --people @/people.csv --mapping @/map --documents @/in/front --to @"
    local out, errors, code = run(all)
    assert.equal(([[
@/people.csv: 2 people: 1 ok, 1 refused (2 problems)
@/people.csv: 1 file under the folder of documents was taken by nobody: .json 1
]]):gsub("@", folder), errors)
    assert.equal(65, code)
    assert.equal(([[
ok    @/7.zip
fail  @/people.csv line 3
      error  applicant.json: info.firstName: missing; fill it in
      error  applicant.json: info.lastName: missing; fill it in
]]):gsub("@", folder), out)
    local _, _, checked = run("check @/7.zip")
    assert.equal(0, checked)
    local lines = {}
    for line in run(all .. " --json"):gmatch("[^\n]+") do lines[#lines + 1] = json.decode(line).line end
    assert.same({ 2, 3 }, lines)
    files.write(folder .. "/map", archives.mapping("1.jpeg") .. "number = \200\224\n")
    out, errors, code = run(all)
    assert.equal("", out)
    assert.equal(65, code)
    assert.truthy(errors:find("map: line %d+: not UTF%-8; save the file as UTF%-8"), errors)
    files.write(folder .. "/map", "[applicant]\ninfo.frstName = x\n")
    out, errors, code = run(all)
    assert.equal("", out)
    assert.equal(65, code)
    assert.truthy(errors:find("line 2: no field info.frstName, did you mean firstName?", 1, true), errors)
  end)

  it("pack says a problem once that many rows have, and all of its rows by --all", function()
    local rows = { "id,name" }
    for i = 1, 40 do rows[#rows + 1] = i % 2 == 0 and ("1%03d,Ann"):format(i) or ("1%03d,"):format(i) end
    files.write(folder .. "/people.csv", table.concat(rows, "\n") .. "\n")
    files.write(folder .. "/map", archives.mapping("1.jpeg"))
    local all = "pack --people @/people.csv --mapping @/map --documents @/in/front --to @"
    local out, errors, code = run(all)
    assert.equal(65, code)
    assert.equal(2, select(2, out:gsub("error  ", "")))
    assert.truthy(out:find(("fail  %s/people.csv: 20 rows\n      error  applicant.json: info.firstName: missing; fill it in: "
      .. "lines 2, 4, 6, 8, 10 … ; --all lists them\n"):format(folder), 1, true), out)
    assert.truthy(errors:find("40 people: 20 ok, 20 refused (40 problems)", 1, true), errors)
    local lines = {}
    for line = 2, 40, 2 do lines[#lines + 1] = tostring(line) end
    assert.truthy((run(all .. " --all")):find("lines " .. table.concat(lines, ", ") .. "\n", 1, true))
  end)

  it("--strict takes warnings for errors, of archives, folders and tables", function()
    assert.equal(0, (select(3, run("check @/litter.zip"))))
    assert.equal(65, (select(3, run("check --strict @/litter.zip"))))
    os.execute(("cp -r '%s/in' '%s/littered' && touch '%s/littered/.DS_Store'"):format(folder, folder, folder))
    local out, errors, code = run("pack @/littered")
    assert.equal(0, code, out .. errors)
    assert.truthy(out:find("warning", 1, true), out)
    out, errors, code = run("pack --strict @/littered")
    assert.equal(65, code, out .. errors)
    assert.is_nil(out:find("warning", 1, true), out)
    files.write(folder .. "/people.csv", "id,name\n2001,Ann\n2002,IVANO(B)\n")
    files.write(folder .. "/map", archives.mapping("1.jpeg"))
    local all = "pack --people @/people.csv --mapping @/map --documents @/in/front --to @"
    out, errors, code = run(all)
    assert.equal(0, code, out .. errors)
    assert.truthy(out:find("warning", 1, true), out)
    out, errors, code = run(all .. " --strict")
    assert.equal(65, code, out .. errors)
    assert.truthy(errors:find("2 people: 1 ok, 1 refused", 1, true), errors)
  end)

  it("never shows a cell, whatever is wrong with the table or the mapping", function()
    local head, row = "customer;first name;last name;born;country;approved\n",
      "Canary-1;CanaryJane;CanaryDoe;1990-05-31;GBR;2022-11-21 08:25:32\n"
    local map = [[
[applicant]
externalUserId = {customer}
info.firstName = {first name}
info.lastName  = {last name}
info.dob       = {born|yyyy-MM-dd}
info.country   = {country}
review.createDate   = {approved|yyyy-MM-dd HH:mm:ss}
review.levelName    = basic-kyc-level
review.reviewStatus = completed
review.reviewResult.reviewAnswer = GREEN
[document front]
file = {customer}/{last name}.*
idDocType = PASSPORT
country = {country}
]]
    files.write(folder .. "/map", map)
    local all = "pack --people @/people.csv --mapping @/map --documents @/in/front --to @"
    for _, case in ipairs {
      { row, "it has 6 columns and lacks customer, first name, last name, born, country, approved (of 6 that are named)" },
      { row .. row, "is this line a row of data?" },
      { row:gsub(";", ","), "is this line a row of data?" },
      { row:gsub("\n", "\r"), "is this line a row of data?" },
      { (row:gsub("Canary%-1", "customer")), "it has 6 columns and lacks first name, last name, born" },
      { (row:gsub("GBR", "GBR;GBR")), "it has 7 columns and lacks" },
      { row:gsub("GBR", ""), "it has 6 columns and lacks" },
      { "Canary;;\n" .. head .. row, "they stand on line 2: write header = 2 under [table]" },
      { head .. row:gsub("CanaryDoe", "=Canary"), "column 3: is a formula" },
      { head .. row:gsub("CanaryDoe", "Canar?"), "column 3: has lost letters" },
      { row:gsub("31;", '31;"'), "line 1: a quoted cell has no end" },
      { head .. row, "front/: file: there is none for this person" },
      { head .. row:gsub("1990%-05", "Canary"), "the cell in column born is not a date of the form yyyy-MM-dd" },
      { head .. row:gsub("GBR", "Canary"), "info.country: not a country code", "[document front]\n",
        "[document front]\noptional = yes\n" },
      { head .. row:gsub("31;", '31;"'), "a quoted cell has no end" },
      { head .. row:gsub(";GBR", ";Canary;GBR"), "it has 7 cells for 6 columns" },
      { head .. row:gsub("Canary%-1", "../Canary"), "the path leads out of the folder of documents" },
      { (head:gsub("born", "borm")) .. row, "lacks born (of 6 that are named); did you mean borm?" },
      { head .. row, "neither a [values] section nor the form of a date", "|yyyy-MM-dd}", "|nothing}" },
      { head .. row, "is not among [values land]", "{country}", "{country|land}" },
      { head .. row, "no section documents, did you mean document?", "[document front]", "[documents front]" },
    } do
      files.write(folder .. "/people.csv", case[1])
      local from, to = (case[3] or "x"):gsub("%p", "%%%0"), (case[4] or "x"):gsub("%%", "%%%%")
      local values = case[2]:find("land", 1, true) and "[values land]\nCanary = X\n" or ""
      files.write(folder .. "/map", map:gsub(from, to, 1) .. values)
      for _, form in ipairs { "", " --json" } do
        local out, errors, code = run(all .. form)
        assert.equal(65, code, case[2] .. out .. errors)
        if form == "" then assert.truthy((out .. errors):find(case[2], 1, true), case[2] .. "\n" .. out .. errors) end
        assert.is_nil((out .. errors):find("anary", 1, true), out .. errors)
      end
    end
    files.write(folder .. "/map", map .. "[values land]\nCanary = X\nCanary = Y\n")
    local _, errors = run(all)
    assert.truthy(errors:find("this value is there twice", 1, true), errors)
    assert.is_nil(errors:find("Canary", 1, true), errors)
  end)

  it("takes tables as spreadsheets save them: a mark, sep=, empty rows, quotes inside cells, digits in a date's form", function()
    local map = archives.mapping("1.jpeg"):gsub("%[document", "info.dob = {born|yyyy-MM-dd 0:00:00}\n%0", 1)
    files.write(folder .. "/map", map)
    files.write(folder .. "/people.csv",
      '\239\187\191sep=;\r\nid;name;born;;\r\n9;LLP "Sample";1990-05-31 0:00:00;;\r\n;;;;\r\n')
    local out, errors, code = run("pack --people @/people.csv --mapping @/map --documents @/in/front --to @")
    assert.equal(0, code, out .. errors)
    assert.equal(("ok    %s/9.zip\n"):format(folder), out)
  end)

  it("takes a table without people for one that is not the right one, wherever it is given", function()
    files.write(folder .. "/map", archives.mapping("1.jpeg"))
    for _, text in ipairs { "id,name\n", "id,name\n\n,\n", "id,name\nTotal,\n" } do
      files.write(folder .. "/people.csv", text)
      for _, command in ipairs { "pack --to @/new", "run --run @/newrun --dry-run" } do
        local out, errors, code = run(command .. " --people @/people.csv --mapping @/map --documents @/in/front --config-file "
          .. files.write(folder .. "/config", "base_url = http://127.0.0.1:1\napp_token = a\nsecret_key = b\n"))
        assert.equal(65, code, errors)
        assert.equal("", out)
        assert.truthy(errors:find("people.csv: the table has no people", 1, true), errors)
      end
    end
  end)

  it("pack leaves no folder behind when it reads no table", function()
    files.write(folder .. "/map", archives.mapping("1.jpeg"))
    files.write(folder .. "/people.csv", "name\nAnn\n")
    local all = "pack --people %s --mapping @/map --documents @/in/front --to @/new"
    for _, people in ipairs { "@/people.csv", "@/none.csv" } do
      assert.equal(65, (select(3, run(all:format(people)))))
      assert.is_nil(require("idngo.core").is_regular(folder .. "/new"))
    end
  end)

  it("pack exits with 74 when it cannot write", function()
    files.write(folder .. "/people.csv", "id,name\n7,Ann\n")
    files.write(folder .. "/map", archives.mapping("1.jpeg"))
    for _, what in ipairs { "@/in", "--people @/people.csv --mapping @/map --documents @/in/front" } do
      for to, why in pairs { ["@/good.zip/to"] = "Not a directory", ["@/none/to"] = "No such file" } do
        local out, errors, code = run(("pack %s --to %s"):format(what, to))
        assert.equal("", out)
        assert.equal(74, code)
        assert.truthy(errors:find(to:gsub("@", folder) .. ": " .. why, 1, true), errors)
      end
    end
    assert.truthy(select(2, run("pack --people @/people.csv --mapping @/map --documents @/in/front --to @/good.zip")):find(
      "people.csv: 1 people: 0 ok, 1 in order, but not written\n", 1, true))
    local _, errors, code = run("pack @/in --to /proc")
    assert.equal(74, code)
    assert.truthy(errors:find("/proc/in.zip: ", 1, true), errors)
    -- nor what nobody took, which is for this user alone; nor a draft
    local all = "pack --people @/people.csv --mapping @/map --documents @/in/front --to @ --unused "
    assert.equal(0, (select(3, run(all .. "@/unused"))))
    assert.equal("600", shell("stat -c %a " .. folder .. "/unused"):match("%d+"))
    assert.truthy(files.read(folder .. "/unused"):find("json\n$"))
    for _, command in ipairs { all .. "@/none/unused", all .. "/dev/full", "draft @/people.csv --to @/none/map" } do
      _, errors, code = run(command)
      assert.equal(74, code, command .. errors)
    end
  end)

  it("exits with 2 for a mistyped command line", function()
    for command, why in pairs {
      [""] = "a command is required", ["check"] = "missing argument", ["pack"] = "a FOLDER, or --people, is required",
      ["pack --people x --mapping y --to z"] = "--people needs --documents",
      ["pack x --people x --mapping y --documents d --to z"] = "exclude each other",
    } do
      local out, errors, code = run(command)
      assert.equal(2, code, command)
      assert.equal("", out)
      assert.truthy(errors:find(why, 1, true), errors)
    end
  end)
end)
