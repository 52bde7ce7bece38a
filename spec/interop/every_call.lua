-- Every call, for several applicants at once: what is asked, what the sandbox must have been asked, and what must be
-- answered. Answers are compared with those that the sandbox gives without anything in between.

local archives = require("archives")
local assert = require("luassert")
local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local runtimes = require("interop.runtimes")

local M = {}

local MIB = 1024 * 1024

--- As it comes out of JSON, whichever runtime made it.
local function through_json(value) return assert(json.decode(json.encode(value, "value", "[]"))) end

local made = 0

--- The path of a new archive of a person whom nobody has imported; `size` bytes are a picture, and compress badly.
local function new_archive(world, size)
  made = made + 1
  local applicant = json.decode(archives.fixture("applicant"))
  applicant.externalUserId = "interop-" .. made
  local picture = ("%s/%d.jpg"):format(world.folder, size)
  if not io.open(picture) then
    local random = assert(io.open("/dev/urandom", "rb"))
    files.write(picture, archives.JPEG .. random:read(size))
    random:close()
  end
  local path = ("%s/%d.zip"):format(world.folder, made)
  assert(idngo.archive.build { applicant = applicant, to = path,
    documents = { { folder = "selfie", idDoc = { idDocType = "SELFIE", country = "KAZ" }, file = picture } } })
  return path, applicant.externalUserId
end

--- The applicants that all calls are possible for.
local function people_of(world)
  world.fit = world.fit or world:people("type=individual&email=yes&liveness=GREEN&frames=many&review=completed-GREEN")
  return world.fit
end

--- Adds every call for the i-th applicant.
local function add(world, list, i, big)
  local people = people_of(world)
  local id = people[i].applicantId
  local changed, gone = people[#people + 1 - 2 * i].applicantId, people[#people - 2 * i].applicantId
  local function to(ending)
    made = made + 1
    return { to = ("%s/saved-%d.%s"):format(world.folder, made, ending) }
  end
  for _, call in ipairs {
    { "duplicate_checks", id }, { "tin_checks", id }, { "liveness_checks", id },
    { "liveness_video", id, world.check_ids[id], to("mp4") },
    { "websdk_link", "basic-kyc-level", { externalUserId = ("a b/c?d=%%41&ä|%d"):format(i), ttlInSecs = 600 + i } },
    { "send_verification_status_email", id },
    { "timeline", id }, { "report", id, to("pdf") }, { "levels" },
    { "update_info", changed, { firstName = "Ännchen", tin = ("%09d"):format(i) }, { unsetFields = { "middleName", "gender" } } },
    { "similar_by_text_and_face", id }, { "similar_by_text", id },
    { "import_applicant", (new_archive(world, big and 4 * MIB or 3000)) },
    { "set_presence", gone, i % 2 == 0 and "activated" or "deactivated" },
  } do list[#list + 1] = call end
end

-- Answers that differ each time: what must be true of them.
local new_each_time = {
  websdk_link = function(result) assert.matches("^https://", result.url) end,
  import_applicant = function(result, request)
    assert.equal(request.external, result.externalUserId)
    assert.equal(core.sha256("import:" .. request.external):sub(1, 24), result.id)
  end,
}

local function key_of(method, target, digest) return ("%s %s %s"):format(method, target, digest) end

--- A call without the path that it saves to.
local function name_of(call)
  local words = {}
  for i, word in ipairs(call) do
    local is_table = type(word) == "table"
    words[i] = not is_table and word or word.to and "" or json.encode(word, "word")
  end
  return table.concat(words, " ")
end

--- Answers from the sandbox itself, by name; asked for once.
local function answers_of(world, list)
  world.answers = world.answers or {}
  local unknown, names = {}, {}
  for _, call in ipairs(list) do
    local name = name_of(call)
    if not new_each_time[call[1]] and not world.answers[name] then
      unknown[#unknown + 1], names[#names + 1] = call, name
      world.answers[name] = true
    end
  end
  for i, one in ipairs(runtimes.blocking.run(world:options(world.url), unknown)) do
    assert(one.result, one.err and one.err.text)
    world.answers[names[i]] = through_json(one.result)
  end
  return world.answers
end

--- The work of `copies` applicants: list and what must come of it.
---@param world table
---@param copies integer
---@param big boolean? one of the archives has some MiB
function M.work(world, copies, big)
  if not world.check_ids then
    world.check_ids = {}
    local asked = {}
    for i, person in ipairs(people_of(world)) do asked[i] = { "liveness_checks", person.applicantId } end
    for i, one in ipairs(runtimes.blocking.run(world:options(world.url), asked)) do
      world.check_ids[asked[i][2]] = one.result.checks[1].id
    end
  end
  local list = {}
  for i = 1, copies do add(world, list, i, big and i == 1) end
  local work = { list = list, requests = {}, world = world, answers = answers_of(world, list) }
  local client = assert(idngo.client(world:options(world.url)))
  for i, call in ipairs(list) do
    local request = assert(client:prepare(table.unpack(call)))
    work.requests[i] = { key = key_of(request.method, request.target, core.sha256(request.body or "")) }
    if call[1] == "import_applicant" then
      local path = call[2]
      work.requests[i].external = assert(idngo.archive.check(path)) and files.read(path):match('"externalUserId":"([^"]+)"')
    end
  end
  client:close()
  work.seq = select(2, world:ledger(0))
  return work
end

--- What the sandbox must have been asked, each request once, and signed so that it was let in.
local function check_ledger(work)
  local due = {}
  for _, request in ipairs(work.requests) do due[request.key] = (due[request.key] or 0) + 1 end
  local wrong = {}
  for _, entry in ipairs(work.world:ledger(work.seq)) do
    local key = key_of(entry.method, entry.target, entry.sha256)
    due[key] = (due[key] or 0) - 1
    if entry.status ~= 200 then wrong[#wrong + 1] = ("%s -> %s"):format(key, entry.status) end
  end
  for key, count in pairs(due) do
    if count > 0 then wrong[#wrong + 1] = ("%s did not arrive"):format(key) end
    if count < 0 then wrong[#wrong + 1] = ("%s arrived %d times too often"):format(key, -count) end
  end
  assert.same({}, wrong)
end

--- Whether all calls were answered as they must be, and each request arrived once.
---@param work table
---@param told table[] see calls.lua
---@param attempts? integer how often a call may have been tried, 1 unless told otherwise
function M.check(work, told, attempts)
  local wrong = {}
  for i, call in ipairs(work.list) do
    local one = told[i]
    if one.err then wrong[#wrong + 1] = ("%s: %s"):format(call[1], one.err.text) end
  end
  assert.same({}, wrong)
  for i, call in ipairs(work.list) do
    local result, due = through_json(told[i].result), work.answers[name_of(call)]
    if new_each_time[call[1]] then new_each_time[call[1]](result, work.requests[i]) else assert.same(due, result, call[1]) end
    if result.file then assert.equal(result.file, result.said) end
    assert.is_true(told[i].meta.attempts <= (attempts or 1), call[1] .. " was tried again")
  end
  check_ledger(work)
  for _, call in ipairs(work.list) do
    if call[1] == "import_applicant" then os.remove(call[2]) end
  end
end

--- Nothing of what was asked has arrived.
function M.check_nothing_arrived(world, seq)
  assert.same({}, (world:ledger(seq)))
end

return M
