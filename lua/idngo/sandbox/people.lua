--- The sandbox's applicants: N that follow from a seed, the reference's own, and those imported.
--
-- A person is a table whose fields are derived when first read, so that a hundred thousand of them cost
-- nothing until asked for; none is kept. What has changed about a person is in store.lua.
--
-- Every field of DIMENSIONS is a situation a policy can meet. The first twelve applicants go through all
-- values of each in turn, so every value exists in the smallest sandbox; the others are mostly clean.
local compat = require("idngo.compat")
local seeded = require("idngo.sandbox.seeded_random")

local people = {}
people.__index = people

--- name, values, their weights in percent, and how many of the first applicants share a value before the next
--- one comes (1 unless given): so that a form meets every answer it can come with.
local DIMENSIONS = {
  { "type", { "individual", "company" }, { 95, 5 }, 8 },
  { "duplicates", { "GREEN", "RED", "YELLOW", "none", "nullAnswer", "nullFields" }, { 78, 10, 5, 4, 1, 2 } },
  { "tin", { "GREEN", "YELLOW", "RED", "none" }, { 80, 8, 7, 5 } },
  { "tinShape", { "object", "array" }, { 60, 40 }, 4 },
  { "liveness", { "GREEN", "RED", "ERROR", "none" }, { 82, 7, 4, 7 } },
  { "frames", { "many", "one" }, { 95, 5 }, 4 },
  {
    "review",
    {
      "completed-GREEN", "completed-RED-FINAL", "completed-RED-RETRY",
      "init", "pending", "prechecked", "queued", "onHold",
    },
    { 70, 5, 5, 4, 5, 3, 3, 5 },
  },
  { "email", { "yes", "no" }, { 92, 8 } },
  {
    "name",
    { "plain", "script", "quotes", "rtl", "long", "formula", "control", "astral" },
    { 93, 1, 1, 1, 1, 1, 1, 1 },
  },
}

local EVERY_VALUE = 12
local BIRTH_OF_TIME = 1672531200 -- 2023-01-01, the earliest applicant

--- Salts of what is not a dimension.
local SALT = { id = 100, created = 101, first = 102, last = 103, born = 104, country = 105, check = 106, key = 107 }

local FIRST = { "Aigerim", "Daniyar", "John", "Maria", "Nurlan", "Saule", "Timur", "Anna", "Alikhan", "Elena" }
local LAST = { "Akhmetov", "Smith", "Petrova", "Omarov", "Garcia", "Kim", "Nowak", "Ivanov", "Suleimenova", "Li" }
local COUNTRIES = { "KAZ", "KAZ", "KAZ", "GBR", "UZB", "KGZ", "USA", "DEU" }

--- Names as they reach a real database, meant to be hard on printers.
local HOSTILE = {
  script = "<script>alert('idngo')</script>",
  quotes = [[O'Brien "Bobby"; DROP TABLE applicants;-- \]],
  -- a name in Arabic between U+202E and U+202C, and one in Hebrew
  rtl = "\226\128\174\217\129\216\167\216\183\217\133\216\169\226\128\172 \215\156\215\145\215\159",
  long = ("Wolfeschlegelsteinhausenbergerdorff"):rep(12),
  formula = '=HYPERLINK("http://localhost/","click")',
  control = "Line\nbreak\tand \27[31mred",
  astral = "Zoe\204\136 \240\159\152\128 \240\160\128\128", -- U+0308, U+1F600, U+20000
}

local function pick(values, weights, at)
  for i, weight in ipairs(weights) do
    at = at - weight
    if at <= 0 then return values[i] end
  end
end

local function date(time)
  return os.date("!%Y-%m-%d %H:%M:%S", time)
end

--- How a field follows from the person; each is called at most once for a person in hand.
local derive = {}

for salt, dimension in ipairs(DIMENSIONS) do
  local name, values, weights, stride = compat.unpack(dimension)
  derive[name] = function(self)
    if self.index <= EVERY_VALUE then return values[math.floor((self.index - 1) / (stride or 1)) % #values + 1] end
    return pick(values, weights, seeded.one_of(100, self.seed, self.index, salt))
  end
end

local function one_of(list, salt)
  return function(self) return list[seeded.one_of(#list, self.seed, self.index, salt)] end
end

function derive.reviewStatus(self) return self.review:match("^%a+") end
function derive.reviewAnswer(self) return self.review:match("^completed%-(%a+)") end
function derive.rejectType(self) return self.review:match("RED%-(%a+)$") end

derive.country = one_of(COUNTRIES, SALT.country)
derive.firstName = one_of(FIRST, SALT.first)

local plain_last = one_of(LAST, SALT.last)
function derive.lastName(self)
  return HOSTILE[self.name] or plain_last(self)
end

function derive.created(self)
  return BIRTH_OF_TIME + seeded.one_of(60000000, self.seed, self.index, SALT.created)
end

function derive.createdAt(self) return date(self.created) end

--- The moment `seconds` after the person was created, as the API writes it.
function derive.later(self)
  return function(seconds) return date(self.created + seconds) end
end

function derive.dob(self)
  return date(seeded.one_of(1000000000, self.seed, self.index, SALT.born)):sub(1, 10)
end

function derive.tinNumber(self)
  return string.format("%012d", seeded.one_of(999999999999, self.seed, self.index, SALT.born))
end

function derive.emailAddress(self)
  return self.email == "yes" and self.externalUserId .. "@example.com" or nil
end

function derive.checkId(self)
  local a = seeded.hash(self.seed, self.index, SALT.check)
  local b = seeded.hash(self.seed, self.index, SALT.check + 1)
  return seeded.uuid(a, b)
end

function derive.externalUserId(self) return string.format("user-%06d", self.index) end

local PERSON = {
  __index = function(self, field)
    local make = derive[field]
    local value = make and make(self)
    if value ~= nil then rawset(self, field, value) end
    return value
  end,
}

--- What an id holds in place of an index: a number of 32 bits, moved by what follows from the seed.
local function masked(seed, index, direction)
  return (index + direction * seeded.one_of(2 ^ 32, seed, 0, SALT.id)) % 4294967296
end

-- The vendor's ids are 24 hex digits. An id holds the index, masked, and proves itself by the two other parts; that of an
-- inspection is another one of the same family.
local APPLICANT, INSPECTION = "5f", "6a"
local salts = { [APPLICANT] = SALT.id, [INSPECTION] = SALT.key }

local function id_of(kind, seed, index)
  local proof = seeded.hash(seed, index, salts[kind])
  return string.format("%s%s%08x%s", kind, proof:sub(1, 6), masked(seed, index, 1), proof:sub(9))
end

--- The index that an id holds, or nil where its other parts do not fit.
local function index_of(kind, seed, id)
  local part = id:match("^" .. kind .. "%x%x%x%x%x%x(%x%x%x%x%x%x%x%x)%x%x%x%x%x%x%x%x$")
  local index = part and masked(seed, tonumber(part, 16), -1)
  return index and id_of(kind, seed, index) == id and index or nil
end

function derive.inspectionId(self)
  if self.index < 0 then return string.format("%08x%s", self.created, seeded.hash(self.seed, -self.index, SALT.key)) end
  return id_of(INSPECTION, self.seed, self.index)
end

--- The applicants the reference calls by their ids; its replies are theirs.
local function reference_people()
  return {
    { id = "5eea3f5204f940217bcbc03d", duplicates = "RED" },
    { id = "60b8ce73460647000145384e" },
    { id = "60f6f9ab7bbfc20001eca91d" },
    {
      id = "5b76df770a975a1404cbcb60",
      checkId = "800c2988-15ab-4b26-a633-9fef4b16d7b6",
      info = {
        firstName = "Andy",
        dob = "1990-01-05",
        country = "GBR",
        idDocs = {
          { idDocType = "PASSPORT", country = "GBR", number = "" },
          { idDocType = "DRIVERS", country = "GBR" },
        },
      },
    },
    { id = "63e096c51b6b400000000000", review = "init" },
    people.sample(),
  }
end

--- The applicants of examples that are not the reference's.
function people.sample()
  return { id = "6543210fedcba9876543210f", inspectionId = "6543210fedcba98765432110", is_sample = true }
end

local CLEAN = {
  type = "individual", duplicates = "GREEN", tin = "GREEN", tinShape = "object", liveness = "GREEN", frames = "many",
  review = "completed-GREEN", email = "yes", name = "plain",
}

---@param seed integer
---@param count integer how many follow from the seed
function people.new(seed, count)
  local self = setmetatable({ seed = seed, count = count, fixed = {}, inspections = {} }, people)
  for i, person in ipairs(reference_people()) do
    for field, value in pairs(CLEAN) do person[field] = person[field] or value end
    person.index, person.externalUserId = -i, "reference-" .. i
    self:add(person)
  end
  return self
end

--- Adds a person who does not follow from the seed. Fields not given are derived.
---@param person table with id and index
function people:add(person)
  person.seed = self.seed
  self.fixed[person.id] = setmetatable(person, PERSON)
  self.inspections[person.inspectionId] = person
end

--- Keeps a person who is about to change: from now on nothing is derived anew. Whether it was not kept before.
---@param person table
---@return boolean
function people:keep(person)
  person.is_sample = nil
  if self.fixed[person.id] then return false end
  self:add(person)
  return true
end

--- The person number `index` of those that follow from the seed (1..count).
function people:at(index)
  local id = id_of(APPLICANT, self.seed, index)
  return self.fixed[id] or setmetatable({ id = id, index = index, seed = self.seed }, PERSON)
end

---@param id string
---@return table? person
function people:get(id)
  local fixed = self.fixed[id]
  if fixed then return fixed end
  local index = index_of(APPLICANT, self.seed, id)
  return index and index >= 1 and index <= self.count and self:at(index) or nil
end

--- The person whose inspection it is.
---@param id string
---@return table? person
function people:of_inspection(id)
  local fixed = self.inspections[id]
  if fixed then return fixed end
  local index = index_of(INSPECTION, self.seed, id)
  return index and index >= 1 and index <= self.count and self:at(index) or nil
end

--- The person with this id of yours, of those that are there from the start.
---@param external_user_id string
---@return table? person
function people:of_user(external_user_id)
  local kind, digits = external_user_id:match("^(%l+)%-(%d+)$")
  local index = tonumber(digits)
  local person
  if kind == "reference" then
    for _, each in pairs(self.fixed) do person = each.index == -index and each or person end
  elseif kind == "user" and index >= 1 and index <= self.count then
    person = self:at(index)
  end
  return person and person.externalUserId == external_user_id and person or nil
end

--- Names of the dimensions, in order.
people.situations = {}
for i, dimension in ipairs(DIMENSIONS) do people.situations[i] = dimension[1] end

return people
