-- The spool from Lua, and idngo events: what was stored is read once, in order, whatever happened to the files.

local command = require("command")
local compat = require("idngo.compat")
local core = require("idngo.core")
local files = require("files")
local shell = require("shell")
local spool = require("idngo.webhook.spool")

local dir

before_each(function()
  dir = os.tmpname()
  os.remove(dir)
end)

after_each(function()
  os.execute("rm -rf " .. dir .. "*")
end)

local function event(id, kind)
  return ('{\n  "type" : "%s",\n  "applicantId" : "%s",\n  "labels" : [ ]\n}'):format(kind or "applicantReviewed", id)
end

local function flat(text)
  return (text:gsub("\n", " "))
end

--- Stores each text in a group of its own, so that segments end where their size says.
local function store(writer, ...)
  for _, text in ipairs { ... } do
    local ticket = assert(writer:append(text))
    while not writer:durable(ticket) do
      local _, problem = writer:durable(ticket)
      assert(not problem, problem)
    end
  end
end

local function new_writer(segment_size)
  return assert(core.spool(dir, segment_size or 1024 * 1024))
end

--- The records beyond `offsets`, which are moved.
local function read(offsets)
  local records = {}
  for record, problem in spool.records(dir, offsets) do
    assert(record, tostring(problem))
    records[#records + 1] = record
    offsets[record.segment] = record.to
  end
  return records
end

local function texts(records)
  local list = {}
  for i, record in ipairs(records) do list[i] = record.text end
  return list
end

local function segments()
  local list = assert(core.spool_segments(dir))
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

--- Overwrites bytes of a segment.
local function scribble(segment, at, bytes)
  local file = assert(io.open(dir .. "/" .. segment, "r+b"))
  file:seek("set", at)
  file:write(bytes)
  file:close()
end

--- Runs idngo events: what it printed, what it said, its exit code.
local function run(arguments)
  return command("lua5.4 bin/idngo events " .. arguments)
end

describe("what a receiver appends to", function()
  local real, stores
  before_each(function()
    real, stores = core.spool, {}
    core.spool = function() ---@diagnostic disable-line: duplicate-set-field
      local made = { last = 0, said = {}, ends = 0 }
      function made:append()
        self.last = self.last + 1
        return self.last
      end
      function made:durable(ticket)
        assert(self.ends == 0, "it is closed")
        return compat.unpack(self.said[ticket] or { false }, 1, 3)
      end
      function made:close() self.ends = self.ends + 1 end
      stores[#stores + 1] = made
      return made
    end
  end)
  after_each(function() core.spool = real end)

  it("stays open after a failure", function()
    local writer = spool.writer(dir)
    for i = 1, 20 do
      local record = assert(writer:append("{}"))
      stores[1].said[i] = { nil, "No space left on device", false }
      assert.same({ nil, "No space left on device" }, { writer:durable(record) })
    end
    assert.equal(1, #stores)
    assert.equal(0, stores[1].ends)
  end)

  it("is opened anew where its folder is gone, and the old one is closed when nothing is on its way in it", function()
    local writer = spool.writer(dir)
    local first, second, third = writer:append("1"), writer:append("2"), writer:append("3")
    stores[1].said[1] = { nil, "gone", true }
    assert.is_nil((writer:durable(first)))
    local fourth = assert(writer:append("4"))
    assert.equal(2, #stores)
    stores[1].said[2], stores[1].said[3] = { nil, "gone", true }, { true }
    assert.is_nil((writer:durable(second))) -- another one failed, and not this one
    assert.is_false((writer:durable(fourth)))
    writer:append("5")
    assert.equal(2, #stores)
    assert.equal(0, stores[1].ends)
    assert.is_true((writer:durable(third)))
    assert.same({ 1, 0 }, { stores[1].ends, stores[2].ends })
    writer:close()
    assert.same({ 1, 1 }, { stores[1].ends, stores[2].ends })
  end)
end)

describe("the spool", function()
  it("gives back the bytes of every record, in the order of arrival across workers", function()
    local one, two = new_writer(), new_writer()
    store(one, event("a"))
    store(two, event("b"))
    store(one, event("c"))
    store(two, event("d"))
    assert.equal(2, #segments())
    assert.same({ event("a"), event("b"), event("c"), event("d") }, texts(read {}))
    one:close()
    two:close()
  end)

  it("refuses what no webhook can be", function()
    local writer = new_writer()
    assert.is_nil((writer:append("")))
    assert.is_nil((writer:append("\255")))
    writer:close()
    assert.has_error(function() writer:append("{}") end, "spool is closed")
  end)

  it("is read on from its offsets, each record once, while it grows over many segments", function()
    local writer, offsets, got = new_writer(200), {}, {}
    for i = 1, 50 do
      store(writer, event(i))
      for _, text in ipairs(texts(read(offsets))) do got[#got + 1] = text end
    end
    writer:close()
    assert.is_true(#segments() > 10)
    assert.equal(50, #got)
    for i = 1, 50 do assert.equal(event(i), got[i]) end
    assert.same({}, read(offsets))
  end)

  it("passes over a segment that somebody removes before it is opened, and prunes it", function()
    store(new_writer(), event(1))
    local all = core.spool_segments
    finally(function() core.spool_segments = all end)
    core.spool_segments = function(...) ---@diagnostic disable-line: duplicate-set-field
      local list, found = all(...)
      list[#list + 1] = { name = "0000000000000001-1.events", size = 100, written = 1 }
      return list, found
    end
    assert.same({ event(1) }, texts(read {}))
    local pruned = assert(require("idngo.webhook.readers").prune(dir, { older = 3600, unread = true }))
    assert.equal(1, pruned.removed.count)
  end)

  it("forgets the offsets of segments that are gone", function()
    local writer, offsets = new_writer(1), {}
    store(writer, event(1), event(2))
    read(offsets)
    writer:close()
    local gone, kept = segments()[1], segments()[2]
    os.remove(dir .. "/" .. gone.name)
    assert.same({}, read(offsets))
    assert.same({ [kept.name] = kept.size }, offsets)
  end)

  --- How many segments this process has open for reading.
  local function opened()
    local _, count = (shell("ls -l /proc/%d/fd", core.process()) .. "\n"):gsub(dir:gsub("%p", "%%%0") .. "/", "")
    return count
  end

  it("has nothing open behind a loop that was left early, however often", function()
    local writer = new_writer(1)
    for i = 1, 5 do store(writer, event(i)) end
    writer:close()
    collectgarbage("stop")
    for _ = 1, 50 do
      local first
      for record in spool.records(dir, {}) do
        first = record.text
        if first then break end
      end
      assert.equal(event(1), first)
      pcall(function()
        for record in spool.records(dir, {}) do error(record) end
      end)
    end
    local tail = spool.open(dir, {})
    for _ = 1, 50 do tail:records()() end
    tail:close()
    local left = opened()
    collectgarbage("restart")
    assert.equal(0, left)
  end)

  it("is looked at again without opening what was read to its end, half records included", function()
    local writer, offsets = new_writer(1), {}
    for i = 1, 30 do store(writer, event(i)) end
    writer:close()
    local cut = segments()[7]
    scribble(cut.name, cut.size, "\255EV1\1")
    local tail, count, reader = spool.open(dir, offsets), 0, core.spool_reader
    local function look()
      local found = {}
      for record in tail:records() do
        found[#found + 1] = record.text
        offsets[record.segment] = record.to
      end
      return found
    end
    core.spool_reader = function(...)
      count = count + 1
      return reader(...)
    end
    local first, before = #look(), count
    local again = #look()
    core.spool_reader = reader
    assert.same({ 30, 0, 30, 30 }, { first, again, before, count })
    scribble(cut.name, cut.size, "") -- whoever began it may go on
    local file = assert(io.open(dir .. "/" .. segments()[9].name, "rb"))
    local whole = file:read("a")
    file:close()
    scribble(cut.name, cut.size, whole)
    assert.same({ event(9) }, look())
  end)

  it("costs as much with 2 000 segments behind it as with 16, and holds nothing open", function()
    local function cost(count)
      os.execute("rm -rf " .. dir)
      local writer, offsets = new_writer(1), {}
      for i = 1, 8 do store(writer, event(i)) end
      writer:close()
      local first = segments()[1]
      local whole = files.read(dir .. "/" .. first.name)
      for i = 9, count do files.write(("%s/%s"):format(dir, first.name:gsub("^%d+", ("%016d"):format(i))), whole) end
      local tail = spool.open(dir, offsets)
      local function look()
        local found = 0
        for record in tail:records() do
          found, offsets[record.segment] = found + 1, record.to
        end
        return found
      end
      assert.equal(count, look())
      local steps = 0
      debug.sethook(function() steps = steps + 1 end, "", 1)
      for _ = 1, 20 do look() end
      debug.sethook()
      local descriptors = select(2, shell("ls -l /proc/%d/fd", core.process()):gsub(dir:gsub("%p", "%%%0"), ""))
      assert.equal(0, descriptors)
      assert.equal(0, look())
      return steps
    end
    local few, many = cost(16), cost(2000)
    assert.is_true(many <= 1.1 * few, ("%d instructions of Lua against %d"):format(many, few))
  end)

  it("gives again what a reader did not deal with", function()
    local writer, offsets = new_writer(), {}
    store(writer, event(1), event(2))
    writer:close()
    local tail, seen = spool.open(dir, offsets), {}
    for _ = 1, 2 do
      for record in tail:records() do seen[#seen + 1] = record.text end
    end
    assert.same({ event(1), event(2), event(1), event(2) }, seen)
  end)

  it("says nothing of a record that was never finished", function()
    local writer = new_writer()
    store(writer, event(1))
    writer:close()
    local segment = segments()[1]
    scribble(segment.name, segment.size, "\255EV1\1")
    assert.same({ event(1) }, texts(read {}))
  end)

  it("keeps its offsets in a file, and refuses one that holds something else", function()
    local path = dir .. ".offsets"
    assert.same({}, spool.load_offsets(path))
    assert(spool.save_offsets(path, { ["1-2.events"] = 77 }))
    assert.same({ ["1-2.events"] = 77 }, spool.load_offsets(path))
    assert(os.execute(("ln -s %s.loop %s.loop"):format(path, path)))
    assert.is_nil((spool.load_offsets(path .. ".loop"))) -- it is there, and cannot be read
    for _, text in ipairs { "", "7", '{"a":"b"}', '{"a":-1}', '{"a":1.5}' } do
      files.write(path, text)
      local offsets, problem = spool.load_offsets(path)
      assert.is_nil(offsets)
      assert.equal("io", problem.kind)
    end
  end)
end)

describe("idngo events", function()
  local function fill()
    local writer = new_writer()
    store(writer, event("a"), event("b", "applicantPending"), event("a", "applicantPending"))
    writer:close()
  end

  it("lists events for people", function()
    fill()
    local out, said, code = run("list --spool " .. dir)
    assert.equal(0, code)
    assert.equal("", said)
    local lines = {}
    for line in out:gmatch("[^\n]+") do lines[#lines + 1] = line end
    assert.equal(3, #lines)
    assert.truthy(lines[1]:match("^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d%.%d%d%d  .*a +applicantReviewed$"))
  end)

  it("lists events as JSON with when and where they are stored", function()
    fill()
    local out = run("list --json --type applicantReviewed --spool " .. dir)
    assert.truthy(out:find('"offset":0,"event":{   "type" : "applicantReviewed",   "applicantId" : "a",   "labels" : [ ] }}\n',
      1, true))
  end)

  it("replays events as they came, one to a line", function()
    fill()
    local out, _, code = run("replay --applicant a --spool " .. dir)
    assert.equal(0, code)
    assert.equal(flat(event("a")) .. "\n" .. flat(event("a", "applicantPending")) .. "\n", out)
  end)

  it("gives the newest event of each applicant, as plans take them", function()
    local function made(id, at, answer, more)
      return ('{"type":"applicantReviewed","applicantId":"%s","createdAtMs":%s,"reviewResult":{"reviewAnswer":"%s"}%s}'):format(
        id, at and '"' .. at .. '"' or "null", answer, more or "")
    end
    local writer = new_writer(1)
    store(writer, made("5eea3f5204f940217bcbc03d", "2024-01-02 10:00:00.002", "RED"),
      made("5eea3f5204f940217bcbc03d", "2024-01-02 10:00:00.001", "GREEN"), -- came late
      made("5eea3f5204f940217bcbc03e", "2024-01-02 10:00:00.000", "GREEN"),
      made("5eea3f5204f940217bcbc03e", "2024-01-02 10:00:00.000", "RED"), -- at once: the one that came later
      made("5eea3f5204f940217bcbc03f", "2100-01-01 00:00:00.000", "GREEN"), -- a time to come is none
      made("5eea3f5204f940217bcbc03f", nil, "RED"),
      made("5eea3f5204f940217bcbc040", "2024-01-02 10:00:00.000", "GREEN"),
      made("5eea3f5204f940217bcbc040", "2024-01-02 10:00:00.001", "RED", ',"testMode":true'),
      made("5eea3f5204f940217bcbc040", "2024-01-02 10:00:00.002", "RED", ',"testMode":"true"'),
      '{"type":"kytTxnReviewed","kytTxnId":"t"}', "no JSON")
    writer:close()
    local out, said, code = run("newest --spool " .. dir)
    assert.equal(0, code, said)
    local found = {}
    for line in out:gmatch("[^\n]+") do
      local id, answer = line:match('"applicantId":"(%w+)".*"reviewAnswer":"(%u+)"')
      found[#found + 1] = id:sub(-2) .. " " .. answer
    end
    assert.same({ "3d RED", "3e RED", "3f RED", "40 GREEN" }, found)
    local rows, message = require("idngo.policy.input").parse(out, {})
    assert.is_nil(message)
    assert.equal(4, rows.count)
    rows:close()
    assert.equal("", (run("newest --type applicantPending --spool " .. dir)))
  end)

  it("replays what was received since a time", function()
    fill()
    local _, count = run("replay --since 1h --spool " .. dir):gsub("\n", "")
    assert.equal(3, count)
    assert.equal("", (run('replay --since "2999-12-31 23:59:59" --spool ' .. dir)))
    local _, early = run("replay --since 2020-02-29T10:30Z --spool " .. dir):gsub("\n", "")
    assert.equal(3, early)
    local _, east = run("replay --since 2020-02-29T10:30:00+06:00 --spool " .. dir):gsub("\n", "")
    assert.equal(3, east)
    for _, bad in ipairs { "yesterday", "2021-02-29", "2020-01-01T1:2", "12", "2020-01-01T24:00" } do
      local _, said, code = run(("replay --since %s --spool %s"):format(bad, dir))
      assert.equal(2, code)
      assert.truthy(said:find("is no time", 1, true))
    end
  end)

  it("reports damage by segment and offset, gives all the rest, and exits with 1", function()
    fill()
    local records = read {}
    scribble(records[2].segment, records[2].from + 40, "X")
    local out, said, code = run("replay --spool " .. dir)
    local _, count = out:gsub("\n", "")
    assert.equal(2, count)
    assert.equal(1, code)
    assert.equal(("idngo: %s: damaged from byte %d to %d\n"):format(records[2].segment, records[2].from, records[2].to), said)
  end)

  it("says which directory cannot be read", function()
    local _, said, code = run("list --spool " .. dir .. ".none")
    assert.equal(74, code)
    assert.truthy(said:find(dir .. ".none: No such file or directory", 1, true))
  end)

  --- Follows with a place kept in a file until `count` lines have come, then interrupts.
  local function follow(count)
    local pipe = assert(io.popen(("echo $$; exec lua5.4 bin/idngo events follow --spool %s --state %s.state 2>&1")
      :format(dir, dir)))
    local pid, lines = pipe:read("l"), {}
    for i = 1, count do lines[i] = pipe:read("l") end
    os.execute("kill -INT " .. pid)
    local rest = pipe:read("a")
    local _, _, code = pipe:close()
    return lines, rest, code
  end

  it("follows over rotations and its own restarts, each event once", function()
    local writer = new_writer(100)
    store(writer, event(1), event(2))
    local lines, rest, code = follow(2)
    assert.same({ flat(event(1)), flat(event(2)) }, lines)
    assert.equal("idngo: interrupted\n", rest)
    assert.equal(130, code)
    store(writer, event(3), event(4), event(5))
    lines = follow(3)
    assert.same({ flat(event(3)), flat(event(4)), flat(event(5)) }, lines)
    writer:close()
  end)

  --- Makes all segments look as old as the days say.
  local function age(days)
    for _, segment in ipairs(segments()) do
      assert(os.execute(("touch -d '%d days ago' %s/%s"):format(days, dir, segment.name)))
    end
  end

  local function names()
    local list = {}
    for i, segment in ipairs(segments()) do list[i] = segment.name end
    return list
  end

  it("prunes what every reader has read and nobody writes, and says why it keeps the rest", function()
    local writer = new_writer(1)
    store(writer, event(1), event(2))
    follow(2)
    store(writer, event(3), event(4))
    local all = names()
    age(31)
    local out, said, code = run("prune --dry-run --spool " .. dir)
    assert.same({ "", 0 }, { said, code })
    assert.matches("^would remove 2 files of 0%.0 MiB\nkept 2 files of 0%.0 MiB: not read to the end by " ..
      (dir:gsub("%p", "%%%0")) .. "%.state\n$", out)
    assert.same(all, names())
    run("prune --spool " .. dir)
    assert.same({ all[3], all[4] }, names())
    follow(2)
    out = run("prune --spool " .. dir)
    assert.matches("^removed 1 file of 0%.0 MiB\nkept 1 file of 0%.0 MiB: still written\n$", out)
    assert.same({ all[4] }, names())
    store(writer, event(5)) -- whoever writes never noticed
    assert.same({ all[4], names()[2] }, names())
    writer:close()
    out = run("prune --older 1h --spool " .. dir)
    assert.matches("^removed 1 file of .*kept 1 file of 0%.0 MiB: written lately\n$", out)
  end)

  it("does not prune what one of two readers has not read, nor what nobody is known to read, unless that is meant", function()
    local writer = new_writer()
    store(writer, event(1))
    writer:close()
    age(31)
    assert.matches("^removed 0 files .*kept 1 file .*: no reader is known, and %-%-unread was not given\n$",
      (run("prune --spool " .. dir)))
    follow(1)
    files.write(dir .. ".other", "{}")
    assert(require("idngo.webhook.readers").note(dir, dir .. ".other"))
    assert.matches("^removed 0 files .*: not read to the end by .*%.other\n$", (run("prune --spool " .. dir)))
    assert.matches("^removed 1 file ", (run("prune --unread --spool " .. dir)))
  end)

  it("waits for a reader that has read nothing yet", function()
    local writer = new_writer()
    store(writer, event(1))
    writer:close()
    age(31)
    local _, _, code = command(("sh -c 'exec timeout 60 lua5.4 bin/idngo events follow --spool %s --state %s.state >/dev/full'")
      :format(dir, dir))
    assert.equal(74, code)
    assert.matches("^removed 0 files .*: not read to the end by .*%.state\n$", (run("prune --spool " .. dir)))
  end)

  it("prunes nothing while a reader's place cannot be read, and says whose", function()
    local writer = new_writer()
    store(writer, event(1))
    follow(1)
    writer:close()
    age(31)
    files.write(dir .. ".state", "[]x")
    local _, said, code = run("prune --spool " .. dir)
    assert.same({ ("idngo: %s.state: not a file of offsets (outcome: not_sent)\n"):format(dir), 74 }, { said, code })
    os.remove(dir .. ".state")
    _, said, code = run("prune --unread --spool " .. dir)
    assert.equal(74, code)
    assert.truthy(said:find(dir .. ".state: the offsets of a reader are not there", 1, true), said)
    assert.truthy(said:find(" remove " .. dir .. "/", 1, true), said)
    local place = io.popen(("ls %s/*.reader"):format(dir)):read("l")
    local noted = files.read(place)
    assert(os.execute(("ln -s %s.state %s.state"):format(dir, dir)))
    files.write(place, (noted:gsub("%.state", ".state/x")))
    _, said, code = run("prune --unread --spool " .. dir)
    assert.same({ 74, nil }, { code, said:find("remove", 1, true) })
    assert.truthy(said:find(dir .. ".state/x: Too many levels", 1, true), said)
    files.write(place, noted)
    os.remove(dir .. ".state")
    assert.equal(1, #segments())
    assert(os.execute(("rm %s/*.reader"):format(dir)))
    assert.equal(0, select(3, run("prune --unread --spool " .. dir)))
    assert.equal(0, #segments())
  end)

  it("prunes a file at whose end a killed writer left half a record", function()
    local writer = new_writer()
    store(writer, event(1))
    writer:close()
    follow(1)
    local segment = segments()[1]
    scribble(segment.name, segment.size, "\255EV1\1")
    age(31)
    assert.matches("^removed 1 file ", (run("prune --spool " .. dir)))
  end)

  it("says that a reader of a spool it may not write in is not waited for", function()
    local writer = new_writer()
    store(writer, event(1))
    writer:close()
    local absolute = core.absolute(dir .. ".state")
    local place = ("%s/%s.reader"):format(dir, core.sha256(absolute):sub(1, 16))
    assert(os.execute("mkdir " .. place))
    local lines, rest = follow(2)
    assert.truthy(lines[1]:find("^idngo: `idngo events prune` will not wait for this reader: "), lines[1])
    assert.same({ flat(event(1)), "idngo: interrupted\n" }, { lines[2], rest })
  end)
end)
