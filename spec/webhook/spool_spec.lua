-- The spool from Lua, and idngo events: what was stored is read once, in order, whatever happened to the files.

local command = require("command")
local core = require("idngo.core")
local files = require("files")
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
end)
