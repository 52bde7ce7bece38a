-- A corrected table, mapping or scan goes on in the same import: whoever is imported, or may be, is left alone; whoever failed
-- is tried again, once somebody has approved it again. The sandbox's ledger is the judge.

local archives = require("archives")
local files = require("files")
local journals = require("journal")
local json = require("idngo.json")
local support = require("runs")
local tables = require("idngo.table")

local server, folder, base
local count = 0

local HEAD = "id;name;of;level\r\n"

local MAPPING = [[
[applicant]
externalUserId = {id}
info.firstName = {name}
info.lastName = {name}
info.country = {of}
review.createDate = 2022-11-21 08:25:32+0000
review.levelName = {level}
review.reviewStatus = completed
review.reviewResult.reviewAnswer = GREEN
[document selfie]
file = all.jpg
idDocType = SELFIE
country = KAZ
[document front]
file = {id}.*
optional = yes
idDocType = ID_CARD
country = KAZ
]]

--- Ids of this test alone.
local function id(n) return ("again%d-%d"):format(count, n) end

local function row(n, name, of, level)
  return ("%s;%s;%s;%s\r\n"):format(id(n), name or "Ann", of or "KAZ", level or "basic-kyc-level")
end

local function table_of(name, ...)
  return files.write(("%s/%s.csv"):format(base, name), HEAD .. table.concat { ... })
end

--- idngo import run over a table, in the one folder of the test.
local function run(people, options)
  local arguments = people and ("--people %s --mapping %s/map --documents %s/scans"):format(people, base, base) or ""
  local out, errors, code = support.command(server, ("import run --run %s/run %s %s"):format(base, arguments,
    options or "--yes --json"))
  return out:find("^{") and json.decode(out) or out, errors, code
end

--- How often each of the test was imported, by its number.
local function imported()
  local times = {}
  for _, entry in ipairs(support.ledger(server, "?endpoint=import_applicant&limit=1000").entries) do
    local n = entry.applied and entry.externalUserId:match(("^again%d%%-(%%d+)$"):format(count))
    if n then times[tonumber(n)] = (times[tonumber(n)] or 0) + 1 end
  end
  return times
end

--- The folder of what the run makes, as the command names it.
local function results() return journals.folder(base .. "/run") end
local function errors_csv(path) return (files.read(path or results() .. "/errors.csv"):gsub("^\239\187\191", "")) end

local function same(expected, found)
  for name, value in pairs(expected) do assert.equal(value, found[name], name .. " in " .. json.encode(found)) end
  return found
end

describe("an import that is given a list again", function()
  setup(function()
    server = support.server()
    folder = support.folder()
  end)
  teardown(function()
    server:close()
    support.clean()
  end)
  before_each(function()
    count = count + 1
    base = ("%s/%d"):format(folder, count)
    assert(os.execute(("mkdir -p %s/scans"):format(base)))
    files.write(base .. "/map", MAPPING)
    files.write(base .. "/scans/all.jpg", archives.JPEG)
    support.forget(server)
  end)

  it("takes the corrected rows of errors.csv, and leaves who is imported alone", function()
    local people = table_of("people", row(1), row(2, "Bob", "Kazakhstan"), row(3, "Cid;", "KAZ"):gsub("Cid;", '"Cid; Jr"'),
      row(4, "Dan", "KAZ", "no-such-level"))
    local found, errors, code = run(people)
    assert.equal(1, code, errors)
    same({ people = 4, imported = 2, refused = 1, rejected = 1 }, found)
    assert.truthy(errors:find("2 to correct: see " .. results() .. "/errors.csv", 1, true), errors)
    local text = errors_csv()
    assert.equal(HEAD:gsub("\r\n", "") .. ";idngo:line;idngo:problem", text:match("^[^\r]*"))
    local lines = {}
    for line in text:gmatch("([^\r\n]+)\r\n") do lines[#lines + 1] = line end
    assert.equal(3, #lines)
    assert.truthy(lines[2]:find(id(2) .. ";Bob;Kazakhstan;basic-kyc-level;3;applicant.json: info.country: ", 1, true), lines[2])
    assert.truthy(lines[3]:find(id(4) .. ";Dan;KAZ;no-such-level;5;import_applicant: HTTP 400", 1, true), lines[3])
    -- corrected there, and given back as it is
    files.write(base .. "/mended.csv", (text:gsub("Kazakhstan", "KAZ"):gsub("no%-such%-level", "basic-kyc-level")))
    errors, code = select(2, run(base .. "/mended.csv", "--json"))
    assert.equal(4, code) -- a corrected list is another plan
    assert.truthy(errors:find("2 people on the list: 2 planned again", 1, true), errors)
    assert.truthy(errors:find("the plan has not been approved", 1, true), errors)
    assert.same({ 1, nil, 1 }, imported())
    found, errors, code = run(nil)
    assert.equal(0, code, errors)
    same({ people = 4, imported = 4 }, found)
    assert.same({ 1, 1, 1, 1 }, imported())
    assert.is_nil(errors_csv():find(id(1), 1, true))
    assert.equal(1, select(2, errors_csv():gsub("\r\n", "")))
    local _, said, verified = support.command(server, ("audit verify %s/run"):format(base))
    assert.equal(0, verified, said)
    local approvals = 0
    for _, record in ipairs(require("watches").records(base .. "/run")) do
      if record.event == "approved" then approvals = approvals + 1 end
    end
    assert.equal(2, approvals)
  end)

  it("goes on with the same list without asking again, whatever its path", function()
    local people = table_of("people", row(1), row(2), row(3, "Cid", "Nowhere"))
    support.faults(server, { { endpoint = "import_applicant", drop = "before" } })
    local _, errors, code = run(people, "--yes --json")
    assert.equal(5, code, errors)
    support.forget(server)
    os.execute(("mkdir %s/other && cp %s %s/other/p.csv"):format(base, people, base))
    local found
    found, errors, code = run(people, "--json")
    assert.equal(1, code, errors)
    same({ people = 3, imported = 2, refused = 1 }, found)
    found, errors, code = run(people, "--json")
    assert.equal(1, code, errors)
    same({ people = 3, imported = 2, refused = 1 }, found)
  end)

  it("tries whose scan or mapping was mended, and tells of those who are imported with other data", function()
    files.write(("%s/scans/%s.heic"):format(base, id(2)), "\0\0\0\24ftypheic")
    local people = table_of("people", row(1), row(2))
    same({ imported = 1, refused = 1 }, (run(people)))
    os.remove(("%s/scans/%s.heic"):format(base, id(2)))
    files.write(("%s/scans/%s.jpg"):format(base, id(2)), archives.JPEG)
    local found, errors, code = run(people) -- the same table
    assert.equal(0, code, errors)
    same({ people = 2, imported = 2 }, found)
    files.write(base .. "/map", (MAPPING:gsub("lastName = {name}", "lastName = X {name}")))
    found, errors, code = run(table_of("more", row(1), row(2), row(3)))
    assert.equal(0, code, errors)
    assert.truthy(errors:find("3 people on the list: 1 of them new; 2 imported before with other data and left alone", 1, true),
      errors)
    same({ people = 3, imported = 3 }, found)
    assert.same({ 1, 1, 1 }, imported())
  end)

  it("settles whom it may have sent before it takes other data of them", function()
    local people = table_of("people", row(1), row(2))
    support.faults(server, { { endpoint = "import_applicant", drop = "after" } })
    local found, errors, code = run(people)
    assert.equal(5, code, errors)
    same({ unknown = 2 }, found)
    support.forget(server)
    found, errors, code = run(table_of("other", row(1, "Eve"), row(2)), "--json")
    assert.truthy(errors:find("1 left as they are; 1 perhaps sent with other data", 1, true), errors)
    assert.equal(1, code, errors) -- the approval counts: the plan is the same
    same({ people = 2, confirm = 2 }, found)
    assert.equal(2, #support.ledger(server, "?endpoint=import_applicant").entries)
    assert.same({}, imported()) -- they were, before the ledger was forgotten
  end)

  it("replaces who was not sent yet, and forgets rows of which nobody knows whose they are", function()
    local people = table_of("people", row(1), row(2), row(3):sub(#id(3) + 1))
    local found, errors, code = run(people, "--dry-run --json")
    assert.equal(1, code, errors)
    same({ people = 3, ready = 2, refused = 1 }, found)
    assert.truthy(errors_csv():find("\r\n;Ann;KAZ;basic-kyc-level;4;", 1, true), errors_csv())
    found, errors, code = run(table_of("mended", row(1, "Ann B"), row(3)))
    assert.equal(0, code, errors)
    assert.truthy(errors:find("2 people on the list: 1 of them new; 1 planned again; 1 rows of before left out", 1, true), errors)
    same({ people = 3, imported = 3 }, found)
    assert.same({ 1, 1, 1 }, imported())
    local out = support.command(server, ("list %s/run --csv --columns externalUserId,state"):format(base))
    for n = 1, 3 do assert.truthy(out:find(id(n) .. ",imported", 1, true), out) end
  end)

  it("loses no row that has too few cells or too many, or that errors.csv cannot hold", function()
    local short, long = row(2):gsub(";basic.*", "\r\n"), row(3):gsub("\r\n", ";x\r\n")
    local people = table_of("people", row(1), short, long, row(4):gsub("Ann", '"Ann"x'), row(5, "Eve", "Nowhere"))
    local found, errors, code = run(people)
    assert.equal(1, code, errors)
    same({ people = 5, imported = 1, refused = 4 }, found)
    assert.truthy(errors:find("1 row could not be taken apart: correct the table itself, and give it again\n", 1, true), errors)
    local text = errors_csv()
    assert.truthy(text:find(("\r\n%s;Ann;KAZ;idngo:line 3;idngo:problem "):format(id(2)), 1, true), text)
    assert.truthy(text:find(("\r\n%s;Ann;KAZ;basic-kyc-level;x;idngo:line 4;idngo:problem "):format(id(3)), 1, true), text)
    -- as it stands, and as a spreadsheet saves it, with cells at the ends of short rows: nobody is taken for another
    local padded = text:gsub("[^\r\n]+", function(line)
      return line .. (";"):rep(6 - select(2, line:gsub(";", "")))
    end)
    for _, back in ipairs { text, padded } do
      found, errors, code = run(files.write(base .. "/back.csv", back))
      assert.equal(1, code, errors)
      same({ people = 5, imported = 1, refused = 4 }, found)
      assert.is_nil(files.read(results() .. "/report.html"):find("idngo:line", 1, true))
    end
    -- corrected, of one line, and the others when the table is given
    local mended = errors_csv():gsub("(Ann;KAZ;)(idngo:line)", "%1basic-kyc-level;%2"):gsub("\r\n[^\r]*;x;[^\r]*", "")
    found, errors, code = run(files.write(base .. "/mended.csv", mended))
    assert.equal(1, code, errors)
    same({ people = 5, imported = 2, refused = 3 }, found)
    assert.same({ 1, 1 }, imported())
    found, errors, code = run(table_of("whole", row(1), row(2), row(3), row(4), row(5)))
    assert.equal(0, code, errors)
    same({ people = 5, imported = 5 }, found)
    assert.same({ 1, 1, 1, 1, 1 }, imported())
  end)

  it("sends who has a warning, lists them in warnings.csv, and refuses them where warnings are errors", function()
    for _, n in ipairs { 2, 3 } do files.write(("%s/scans/%s.png"):format(base, id(n)), archives.JPEG .. n) end
    local people = table_of("people", row(1), row(2, "Bob"), row(3, "Cid", "Nowhere"))
    local found, errors, code = run(people)
    assert.equal(1, code, errors)
    same({ people = 3, imported = 2, refused = 1 }, found)
    assert.truthy(errors:find("warning: 2 people, such as " .. people .. " line 3: front/", 1, true), errors)
    assert.truthy(errors:find("2 with warnings: see " .. results() .. "/warnings.csv", 1, true), errors)
    local warnings = errors_csv(results() .. "/warnings.csv")
    assert.equal(3, select(2, warnings:gsub("\r\n", "")))
    local second = "\r\n" .. id(2) .. ";Bob;KAZ;basic-kyc-level;3;front/: file: its ending is .png"
    assert.truthy(warnings:find(second, 1, true), warnings)
    assert.truthy(support.shell(("stat -c %%a %s/warnings.csv"):format(results())):find("^600"))
    assert.is_nil(errors_csv():find("ending is", 1, true)) -- what has to be corrected, and nothing else
    local out = support.command(server, ("list %s/run --csv --columns state,warnings"):format(base))
    assert.equal(1, select(2, out:gsub("imported,\r?\n", "")), out)
    assert.equal(1, select(2, out:gsub("imported,\"front/", "")), out)
    assert.truthy(files.read(results() .. "/report.html"):find("its ending is .png", 1, true))
    -- the same files with the right ending
    for _, n in ipairs { 2, 3 } do
      local path = ("%s/scans/%s"):format(base, id(n))
      assert(os.rename(path .. ".png", path .. ".jpg"))
    end
    errors, code = select(2, run(table_of("corrected", row(3, "Cid"))))
    assert.equal(0, code, errors)
    -- it was said of who was sent
    assert.equal(1, select(2, errors_csv(results() .. "/warnings.csv"):gsub("\r\n%S", "")))
    errors, code = select(2, support.command(server, ("purge %s/run --yes"):format(base)))
    assert.equal(0, code, errors)
    assert.is_nil(io.open(results() .. "/warnings.csv"))
    os.execute(("mv %s/run %s/before"):format(base, base))
    assert(os.rename(("%s/scans/%s.jpg"):format(base, id(2)), ("%s/scans/%s.png"):format(base, id(2))))
    found = run(people, "--strict --dry-run --json")
    same({ people = 3, ready = 1, refused = 2 }, found)
    assert.truthy(errors_csv():find("its ending is .png", 1, true))
  end)

  it("has all of them refused without asking anybody, and writes their rows where it is told", function()
    local path = base .. "/rows.csv"
    local found, errors, code = run(table_of("people", row(1, "Ann", "x"), row(2, "Bob", "y")), "--json --errors " .. path)
    assert.equal(1, code, errors)
    same({ people = 2, refused = 2 }, found)
    assert.equal(3, select(2, errors_csv(path):gsub("\r\n", "")))
    assert.is_nil(io.open(results() .. "/errors.csv"))
    assert.truthy(support.shell("stat -c %a " .. path):find("^600"))
    for _, name in ipairs { "Ann", "Bob" } do assert.is_nil(errors:find(name, 1, true)) end
  end)

  it("names no file that could not be written, and says so by its exit code", function()
    local people = table_of("people", row(1), row(2, "Bob", "x"))
    local found, errors, code = run(people, "--yes --json --errors " .. base .. "/none/rows.csv")
    assert.equal(74, code, errors)
    same({ people = 2, imported = 1, refused = 1 }, found)
    assert.equal("io", found.error.kind)
    assert.is_nil(errors:find("see ", 1, true), errors)
    local again = errors:match("1 to correct, 0 with warnings: their rows are in no file; (idngo import run [^;]+) writes them")
    errors, code = select(2, support.command(server, again:gsub("^idngo ", "")))
    assert.equal(1, code, errors)
    assert.truthy(errors:find("1 to correct: see " .. results() .. "/errors.csv", 1, true), errors)
    assert.equal(2, select(2, errors_csv():gsub("\r\n", "")))
    -- in place of each of these files lies a folder
    files.write(base .. "/scans/nobody.jpg", archives.JPEG .. "x")
    for _, name in ipairs { "report.html", "errors.csv", "warnings.csv", "unused.txt" } do
      local path = ("%s/run/%s"):format(base, name)
      os.remove(path)
      assert(os.execute(("mkdir %s"):format(path)))
      errors, code = select(2, run(table_of("other", row(2, "Bob", name)), "--yes"))
      assert.equal(74, code, name .. errors)
      assert.truthy(errors:find("idngo: [^\n]*" .. name:gsub("%p", "%%%0")), errors)
      assert.equal(name == "unused.txt", errors:find("their names are in", 1, true) == nil, errors)
      assert.equal(name ~= "unused.txt", errors:find("see ", 1, true) == nil, errors)
      assert(os.execute(("rmdir %s"):format(path)))
    end
  end)

  it("reads rows of several lines, quotes and other separators back as they were", function()
    local text = 'id,name,of,level,"a ""note"""\n' .. ('%s,"Ann ""A"", Jr",x,basic-kyc-level,"one\ntwo"\n'):format(id(1))
      .. ('%s," Bob ",y,basic-kyc-level,"=1+1"\n'):format(id(2))
    run(files.write(base .. "/people.csv", "sep=,\n" .. text))
    local before = errors_csv()
    files.write(base .. "/mended.csv", before)
    local _, errors, code = run(base .. "/mended.csv")
    assert.equal(1, code, errors)
    local function cells(of) return (of:gsub(",%d+,applicant.json[^\r]*", "")) end
    assert.equal(cells(before), cells(errors_csv()))
    files.write(base .. "/mended.csv", (before:gsub(",x,", ",KAZ,"):gsub(",y,", ",KAZ,")))
    _, errors, code = run(base .. "/mended.csv")
    assert.equal(0, code, errors)
    assert.same({ 1, 1 }, imported())
  end)

  --- The cells of errors.csv without those that were added.
  local function cells_of(text)
    local options, found = { header = "none", columns = { 1 }, separator = text:match("(.)idngo:line") }, {}
    for each in assert(tables.text(text, options)):rows() do
      found[#found + 1] = table.concat(each, "¦", 1, #each - 2)
    end
    return found
  end

  it("gives back rows of every kind of table so that the same mapping reads them", function()
    local L = "basic-kyc-level"
    local numbered = MAPPING:gsub("{id}", "{#1}"):gsub("{name}", "{#2}"):gsub("{of}", "{#3}"):gsub("{level}", "{#4}")
    local function wide(text) return "\255\254" .. text:gsub(".", "%0\0") end
    local kinds = {
      { "header = none", ("@1;A, B;bad;%s\n@2;C;bad;%s\n"):format(L, L), numbered },
      { "header = none\nseparator = tab", ("@1\tA;B\tbad\t%s\n@2\tC;D\tbad\t%s\n"):format(L, L), numbered },
      { "header = 2-3", ("List, of\nid,person,,,person\n,name,of,level,\n@1,A,bad,%s,x\n@2,B,bad,%s,y\n"):format(L, L),
        (MAPPING:gsub("{(n%a+)}", "{person / %1}"):gsub("{of}", "{person / of}"):gsub("{level}", "{person / level}")) },
      { "header = 3", ("List; of\n\nid;name;of;level\n@1;A, B;bad;%s\n@2;C;bad;%s\n"):format(L, L) },
      { "", ("sep=|\nid|name|of|level|note;,\n@1|A|bad|%s|a;b\n@2|B|bad|%s|a,b\n"):format(L, L) },
      { "encoding = windows-1251", ("id;name;of;level;note\n@1;\200\226\224\237;bad;%s;\223\n@2;\192;bad;%s;\n"):format(L, L) },
      { "encoding = utf-16", wide(("id\tname\tof\tlevel\n@1\tA\tbad\t%s\n@2\tB\tbad\t%s\n"):format(L, L)) },
      { "escape = backslash", ("id;name;of;level;note\n@1;A\\tB\\\\C;bad;%s;\\N\n@2;\"B;\\\\n\";bad;%s;x\n"):format(L, L) },
      { "short = fill", ("id;of;level;name;note\n@1;bad;%s;A\n@2;bad;%s;B;x\n"):format(L, L) },
      { "empty = -", ("id;name;of;level;born\n@1;A;bad;%s;#####\n@2;=\"B\";bad;%s;-\n"):format(L, L) },
      { "", ("id;of;level;name;;\n@1;bad;%s;A;\n@2;bad;%s;B;;;\n"):format(L, L) },
    }
    for n, kind in ipairs(kinds) do
      count = count + 1
      local head, text, map = kind[1], kind[2], kind[3] or MAPPING
      os.execute(("rm -rf %s/run"):format(base))
      local between = kind[1] == "encoding = utf-16" and "%z?" or ""
      text = text:gsub("@" .. between .. "([12])" .. between, function(which)
        return between == "" and id(tonumber(which)) or (id(tonumber(which)):gsub(".", "%0\0"))
      end)
      files.write(base .. "/map", ("[table]\n%s\n"):format(head) .. map)
      local found, errors = run(files.write(base .. "/people.csv", text))
      assert.truthy(type(found) == "table", n .. " " .. head .. ": " .. errors)
      assert.equal(2, found.refused, n .. " " .. head .. ": " .. errors)
      local before = errors_csv()
      run(files.write(base .. "/mended.csv", "\239\187\191" .. before), "--json --yes")
      assert.same(cells_of(before), cells_of(errors_csv()), n .. " " .. head)
      local _, said, code = run(files.write(base .. "/mended.csv", "\239\187\191" .. before:gsub("bad", "KAZ", 1)))
      assert.equal(1, code, n .. " " .. head .. ": " .. said)
      assert.same({ 1 }, imported(), n .. " " .. head)
    end
  end)

  it("is whole or not at all when it is killed while it is taken in", function()
    run(table_of("people", row(1), row(2, "Bob", "x"), row(3, "Cid", "y")))
    local list = table_of("mended", row(2), row(3), row(4))
    local driver = files.write(base .. "/driver.lua", ([[
      local prepare = require("idngo.import.prepare")
      local each, left = prepare.each, tonumber(arg[1])
      function prepare.each(inputs, path_of, take)
        return each(inputs, path_of, function(n, row)
          left = left - 1
          if left == 0 then os.execute("kill -9 $PPID") end
          return take(n, row)
        end)
      end
      local store = require("idngo.run.store")
      local kept = store.read("%s/run")
      local account = kept:get("account")
      kept:close()
      local _, problem = require("idngo.import").open("%s/run", { account = account,
        inputs = { paths = {}, people = "%s", mapping = "%s/map", documents = "%s/scans" } })
      print(problem)]]):format(base, base, list, base, base))
    for nth = 1, 3 do
      local _, _, code = support.shell(("lua5.4 %s %d"):format(driver, nth))
      assert.equal(137, code)
      local out = json.decode((support.command(server, ("status %s/run --json"):format(base))))
      same({ people = 3, imported = 1, refused = 2 }, out)
    end
    local found, errors, code = run(list)
    assert.equal(0, code, errors)
    same({ people = 4, imported = 4 }, found)
    assert.same({ 1, 1, 1, 1 }, imported())
  end)

  it("leaves nothing of a person behind when it is purged, of no list", function()
    run(table_of("people", row(1), row(2, "Bob", "x")))
    run(table_of("mended", row(2, "Bob", "KAZ"), row(3)))
    for _, name in ipairs { "3-000001.zip", ".3-000002.zip.aB3xYz" } do -- of a list whose packing was killed
      files.write(("%s/run/archives/%s"):format(base, name), "Ann")
    end
    local _, errors, code = support.command(server, ("purge %s/run --yes"):format(base))
    assert.equal(0, code, errors)
    assert.equal("", (support.shell(("ls -A %s/run/archives"):format(base))))
    local _, _, found = support.shell(("grep -rlaE 'Bob|Ann' %s/run"):format(base))
    assert.equal(1, found)
    assert.equal(0, (select(3, support.command(server, ("audit verify %s/run"):format(base)))))
    for _, again in ipairs { "import run --run %s/run --yes", "import run --run %s/run --dry-run", "resume %s/run",
      ("import run --run %%s/run --people %s --mapping %s/map --documents %s/scans --yes"):format(
        table_of("more", row(4)), base, base) } do
      local _, told, refused = support.command(server, again:format(base))
      assert.equal(65, refused, again .. told)
      assert.truthy(told:find("the personal data of the run were destroyed", 1, true), told)
    end
    for _, look in ipairs { "status", "list", "report" } do
      local _, told, seen = support.command(server, ("%s %s/run"):format(look, base))
      assert.is_true(seen == 0, look .. told)
      assert.truthy(told:find("the personal data of the run were destroyed", 1, true), told)
    end
  end)

  it("sends no archive that is another than the one that was approved", function()
    run(table_of("people", row(1)), "--dry-run")
    local path = results() .. "/archives/000001.zip"
    local bytes = files.read(path)
    local forged = bytes:gsub("Ann", "Eve")
    assert.equal(#bytes, #forged)
    files.write(path, forged)
    local found, errors, code = run(nil)
    assert.equal(1, code, errors)
    same({ people = 1, refused = 1 }, found)
    assert.truthy(errors:find("is not the one that was checked", 1, true), errors)
    assert.same({}, imported())
    local source = require("idngo.core").source
    local signer = require("idngo.core").signer("secret")
    local other = source(path, ("0"):rep(64))
    local lines, why = other:headers(signer, "", 1, "POST", "/")
    assert.is_nil(lines)
    assert.truthy(why:find("changed since it was looked at", 1, true))
    local right = source(path, source(path):sha256())
    assert.is_string(right:headers(signer, "", 1, "POST", "/"))
    assert.equal(require("idngo.core").sha256(forged), source(path):sha256())
  end)

  it("packs whose archive had gone anew, and leaves alone of whom a person said that nothing is to be done", function()
    local people = table_of("people", row(1), row(2))
    run(people, "--dry-run")
    os.remove(results() .. "/archives/000001.zip")
    local found, errors, code = run(nil)
    assert.equal(1, code, errors)
    same({ people = 2, imported = 1, refused = 1 }, found)
    assert.truthy(errors:find("the archive is gone", 1, true), errors)
    found, errors, code = run(people)
    assert.equal(0, code, errors)
    assert.truthy(errors:find("2 people on the list: 1 planned again; 1 left as they are", 1, true), errors)
    same({ people = 2, imported = 2 }, found)
    -- one that has gone before anybody saw that it has
    run(table_of("third", row(3)), "--dry-run")
    local made = support.shell(("ls %s/run/archives/3-*"):format(base)):match("%S+")
    os.remove(made)
    found, errors, code = run(table_of("fourth", row(3), row(4)))
    assert.equal(0, code, errors)
    assert.truthy(errors:find("2 people on the list: 1 of them new; 1 left as they are", 1, true), errors)
    assert.is_true(require("idngo.core").is_regular(made)) -- it is the same again, byte for byte
    same({ people = 4, imported = 4 }, found)
    -- what a person settled stays as they said, of the same data
    support.faults(server, { { endpoint = "import_applicant", drop = "after" } })
    run(table_of("fifth", row(5)))
    support.forget(server)
    local said = select(2, support.command(server, ("settle %s/run %s 1 --as void"):format(base, id(5))))
    assert.truthy(said:find("is void", 1, true), said)
    found, errors, code = run(table_of("sixth", row(5), row(6)))
    assert.equal(1, code, errors)
    assert.truthy(errors:find("2 people on the list: 1 of them new; 1 left as they are", 1, true), errors)
    same({ people = 6, imported = 5, refused = 1 }, found)
    assert.equal(0, (select(3, support.command(server, ("audit verify %s/run"):format(base)))))
  end)

  it("refuses a list where its journal was changed, and plans nobody anew who may have been sent", function()
    run(table_of("people", row(1), row(2, "Bob", "x")))
    journals.change(base .. "/run", "UPDATE steps SET state = 'rejected', problem = 'x'")
    local _, errors, code = run(table_of("mended", row(1, "Eve"), row(2)))
    assert.equal(4, code, errors)
    assert.truthy(errors:find("is rejected in the journal, but applied in the audit log", 1, true), errors)
    assert.same({ 1 }, imported())
    local witness = require("idngo.run.witness").new((require("idngo.import.handlers")))
    for _, record in ipairs { { event = "begun" }, { event = "planned", plan = "p", seq = 2 }, { event = "approved", plan = "p" },
      { event = "intent", applicant = "a", line = 1, step = 1, action = "import_applicant" } } do
      assert.is_nil(witness:take(record))
    end
    assert.equal("plans anew what may have been sent", witness:take { event = "decided", line = 1, again = true })
    assert.equal("approves another plan", witness:take { event = "approved", plan = "q" })
  end)
end)
