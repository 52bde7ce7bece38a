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
    local row = json.decode(out)
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
    os.execute(("mkdir %s/to"):format(folder))
    assert.equal(row.sha256, json.decode((run("pack @/in --to @/to --json"))).sha256)
    assert.equal(files.read(folder .. "/in.zip"), files.read(folder .. "/to/in.zip"))
  end)

  it("pack makes archives of a table of people, and names the lines that it refuses", function()
    files.write(folder .. "/people.csv", "id,name\n7,Ann\n8,\n")
    files.write(folder .. "/map", archives.mapping("1.jpeg"))
    local all = "pack --people @/people.csv --mapping @/map --documents @/in/front --to @"
    local out, errors, code = run(all)
    assert.equal("", errors)
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
    files.write(folder .. "/map", "[applicant]\ninfo.frstName = x\n")
    out, errors, code = run(all)
    assert.equal("", out)
    assert.equal(65, code)
    assert.truthy(errors:find("line 2: no field info.frstName, did you mean firstName?", 1, true), errors)
  end)

  it("pack exits with 74 when it cannot write", function()
    local out, errors, code = run("pack @/in --to /nonexistent")
    assert.equal("", out)
    assert.equal(74, code)
    assert.truthy(errors:find("/nonexistent/in.zip: No such file", 1, true), errors)
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
