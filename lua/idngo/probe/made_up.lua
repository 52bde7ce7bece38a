-- The applicant that a probe makes up, in the sandbox environment: created, changed, deactivated, and left inactive. And what
-- becomes of a check when somebody it found is deactivated.

local json = require("idngo.json")
local judge = require("idngo.probe.judge")
local places = require("idngo.probe.rows")

local M = {}

--- Whom it makes up; always the same, so that who wants to can have somebody alike.
M.PERSON = { firstName = "Idngo", lastName = "Probe", dob = "1990-01-02", country = "KAZ" }

local KEEPS = "it keeps who was deactivated"

--- Whom the latest duplicate check of an applicant found: a set of ids, and a list; nil where there is no check.
local function hits_of(value)
  local check = value and value.checks and value.checks[1]
  local info = check and check.similarSearchInfo
  if not info or type(info.duplicateApplicantHits) ~= "table" then return nil end
  local set, list = {}, {}
  for _, hit in ipairs(info.duplicateApplicantHits) do
    if type(hit) == "table" and type(hit.applicantId) == "string" then
      set[hit.applicantId], list[#list + 1] = true, hit.applicantId
    end
  end
  return set, list
end

--- Asks and judges; the value where the reply is as described.
local function step(self, created, name, ...)
  local call, reply, err = self:ask(name, ...)
  local value = judge.reply(self.rows, name, call, reply, err, created)
  self.asked[name] = true
  return value, reply, err
end

local function change(self, id)
  local state = step(self, false, "status", id)
  if state then
    self.rows:judge(state.reviewStatus == "init", "state", places.of_class("ReviewState", "reviewStatus", "status"),
      "a new applicant is init", state.reviewStatus == "init" and "it is" or "another")
  end
  local info = step(self, false, "update_info", id, { firstName = M.PERSON.firstName })
  if info then
    self.rows:judge(info.firstName == M.PERSON.firstName, "changed", places.of_class("Info", "firstName", "update_info"),
      "the reply has what was sent", info.firstName == M.PERSON.firstName and "it has" or "it has not")
  end
  local fixed = step(self, false, "update_fixed_info", id, { lastName = M.PERSON.lastName })
  if fixed then
    self.rows:add("fits", "wrapper", places.of_class("ChangedInfo", "fixedInfo", "update_fixed_info"),
      "the applicant, or fixedInfo", fixed.id ~= nil and "the applicant" or "fixedInfo")
  end
end

--- Deactivates the applicant, twice: whether it stands is what matters, and is asked last.
local function deactivate(self, id)
  local deleted = places.of_class("StoredApplicant", "deleted", "set_presence")
  local value = step(self, false, "set_presence", id, "deactivated")
  if value then
    self.rows:judge(value.deleted == true, "confirmed", deleted, "deleted is true",
      value.deleted == nil and "it is missing" or value.deleted == true and "it is" or "it is false")
  end
  local _, again = self:ask("set_presence", id, "deactivated")
  if again and again.status < 500 and again.status ~= 429 then
    self.rows:judge(again.status == 200, "done twice", places.of_endpoint("set_presence", "retry"), "200", again.status)
  else
    self.rows:add("unknown", "done twice", places.of_endpoint("set_presence", "retry"), "200",
      again and again.status or "no reply")
  end
end

--- Restores the applicant, which was deactivated, for a moment.
local function restore(self, id)
  local deleted = places.of_class("StoredApplicant", "deleted", "set_presence")
  local value = step(self, false, "set_presence", id, "activated")
  if value then
    self.rows:judge(not value.deleted, "restored", deleted, "deleted is false, or missing",
      value.deleted == nil and "it is missing" or value.deleted and "it is true" or "it is false")
  end
  self:ask("set_presence", id, "deactivated")
end

--- Makes somebody up. `read` asks what can be asked, while the applicant is there.
---@param self table the probe
---@param read fun()
function M.run(self, read)
  local level = self.known.levelName
  if not level then
    self.rows:add("not tried", "made-up applicant", places.of_endpoint("create_applicant", "request"), "it is created",
      "no level is known")
    return read()
  end
  self.may_write = true
  local external = "idngo-probe-" .. self.random_id()
  local made, created, reply, err = pcall(step, self, true, "create_applicant", level,
    { externalUserId = external, type = "individual", lang = "en", fixedInfo = M.PERSON })
  self.may_write = false
  local id = made and created and created.id
  if not id then
    local may_be = not made or not reply or reply.status >= 500 or reply.status < 300
    if may_be then self.warn(("an applicant with the externalUserId %s may be there, and active"):format(external)) end
    if not made then error(created, 0) end
    self.rows:add("not tried", "made-up applicant", places.of_endpoint("create_applicant", "request"), "it is changed",
      "none was created" .. (err and ": " .. err.kind or ""))
    return read()
  end
  self.known.applicantId = self.known.applicantId or id
  local ok, thrown = pcall(function()
    read()
    self.may_write = true
    change(self, id)
  end)
  self.may_write = true
  deactivate(self, id)
  if ok then restore(self, id) end
  self.may_write = false
  local _, seen = self:ask("applicant", id)
  local value = seen and seen.status == 200 and json.decode(seen.body or "")
  local is_gone = type(value) == "table" and value.deleted == true
  if not is_gone then self.warn(("the applicant with the externalUserId %s may still be active"):format(external)) end
  local place = places.of_class("Applicant", "deleted", "applicant")
  if type(value) == "table" then
    self.rows:judge(is_gone, "left inactive", place, "deleted is true", is_gone and "it is" or "it is not")
  else
    self.rows:add("unknown", "left inactive", place, "deleted is true", seen and seen.status or "no reply")
  end
  if not ok then error(thrown, 0) end
  local before = self.given and hits_of(self.values.duplicate_checks)
  if before and before[id] then
    local _, after = self:ask("duplicate_checks", self.given)
    local now = after and after.status == 200 and json.decode(after.body or "")
    local hits = type(now) == "table" and hits_of(now)
    self.stored = hits and (hits[id] and "fits" or "differs") or "unknown"
  end
end

--- Judges what becomes of a check when somebody it found is deactivated: by the one who was, or by one who is.
---@param self table the probe
function M.judge_stored(self)
  local place = places.of_endpoint("duplicate_checks", "returns")
  if self.stored then
    return self.rows:add(self.stored, "stored check", place, KEEPS,
      self.stored == "fits" and "it does" or self.stored == "differs" and "it loses them" or "it cannot be told")
  end
  local _, list = hits_of(self.values.duplicate_checks)
  for i = 1, math.min(list and #list or 0, 3) do
    local _, reply = self:ask("applicant", list[i])
    local value = reply and reply.status == 200 and json.decode(reply.body or "")
    if type(value) == "table" and value.deleted == true then
      return self.rows:add("fits", "stored check", place, KEEPS, "it does")
    end
  end
  self.rows:add("not tried", "stored check", place, KEEPS, "nobody who was found is deactivated")
end

return M
