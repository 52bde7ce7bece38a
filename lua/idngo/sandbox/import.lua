--- Takes an import archive apart in memory and judges it by the reference's tables.
--
-- Layout: applicant.json, and folders that each hold applicantIdDoc.json and one image or video; all of it
-- may lie in one top folder. What macOS adds (__MACOSX/, .DS_Store) is passed over.
local json = require("idngo.sandbox.json")
local sorted = require("idngo.sorted")

local MAX_ENTRIES = 200
local MAX_JSON = 1024 * 1024
local MAX_FILE = 50 * 1024 * 1024
local MAX_TOTAL = 256 * 1024 * 1024

--- Stops the import; caught in the function below.
local function refuse(description, code, name)
  error({ description = description, errorCode = code, errorName = name }, 0)
end

local function corrupted(what)
  refuse(what, 1004, "corrupted-file")
end

-- Fields.

local DATE_TIME = "^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d%+0000$"

local function is_text(value) return type(value) == "string" and value ~= "" end
local function is_any_text(value) return type(value) == "string" end
local function is_country(value) return is_any_text(value) and value:find("^%u%u%u$") ~= nil end
local function is_date(value) return is_any_text(value) and value:find("^%d%d%d%d%-%d%d%-%d%d$") ~= nil end
local function is_date_time(value) return is_any_text(value) and value:find(DATE_TIME) ~= nil end
local function is_gender(value) return value == "M" or value == "F" end
local function is_green(value) return value == "GREEN" end
local function is_side(value) return value == "FRONT_SIDE" or value == "BACK_SIDE" end

--- The reference's tables: what must be there, and what a field must be when it is. null is "not there".
local APPLICANT = {
  required = { externalUserId = is_text, info = json.is_object, review = json.is_object },
  optional = {},
}
local INFO = {
  required = { firstName = is_text, lastName = is_text, country = is_country },
  optional = {
    middleName = is_any_text, legalName = is_any_text, gender = is_gender, dob = is_date, placeOfBirth = is_any_text,
    countryOfBirth = is_any_text, stateOfBirth = is_any_text, nationality = is_country, addresses = json.is_array,
    tin = is_any_text,
  },
}
local REVIEW = {
  required = {
    createDate = is_date_time, levelName = is_text, reviewResult = json.is_object, reviewStatus = is_text,
  },
  optional = { reviewDate = is_date_time },
}
local RESULT = {
  required = { reviewAnswer = is_green },
  optional = { moderationComment = is_any_text, clientComment = is_any_text },
}
local ID_DOC = {
  required = { idDocType = is_text, country = is_country },
  optional = {
    idDocSubType = is_side, firstName = is_any_text, middleName = is_any_text, lastName = is_any_text,
    issuedDate = is_date, validUntil = is_date, number = is_any_text, dob = is_date, placeOfBirth = is_any_text,
  },
}

local function check(object, fields, where)
  for _, name in ipairs(sorted(fields.required)) do
    local value = object[name]
    if value == nil or value == json.null then refuse(where .. name .. " is missing") end
    if not fields.required[name](value) then refuse(where .. name .. " is not valid") end
  end
  for _, name in ipairs(sorted(fields.optional)) do
    local value = object[name]
    if value ~= nil and value ~= json.null and not fields.optional[name](value) then
      refuse(where .. name .. " is not valid")
    end
  end
end

-- Files.

local MAGIC = {
  jpg = "^\255\216\255",
  jpeg = "^\255\216\255",
  png = "^\137PNG\r\n\26\n",
  mp4 = "^....ftyp",
}

local function is_litter(name)
  return name:find("^__MACOSX/") or name:find("/__MACOSX/", 1, true) or name:find("%.DS_Store$")
end

--- {path = index} of the files that count, with the one top folder cut off where there is one.
local function list(zip)
  local paths, total, top = {}, 0, nil
  local entries, message = zip:entries()
  if not entries then corrupted("not a ZIP archive: " .. message) end
  for index, entry in ipairs(entries) do
    local name = entry.name
    if name:find("[^%w_./-]") then refuse("file names may only have A-Z a-z 0-9 _ - and .") end
    if ("/" .. name):find("/%.%.?/") or name:find("^/") or name:find("//", 1, true) then
      refuse("a file name leads out of the archive")
    end
    if entry.kind == "symlink" or entry.kind == "special" then refuse("only files and folders are allowed") end
    if entry.encrypted then corrupted("the archive is encrypted") end
    if entry.kind == "file" and not is_litter(name) then
      if paths[name] then refuse("a file is there twice") end
      paths[name] = index
      total = total + entry.size
    end
  end
  if total > MAX_TOTAL then refuse("the archive holds too much", 1002, "file-too-big") end
  if paths["applicant.json"] then return paths end
  local inside = {}
  for name, index in pairs(paths) do
    local folder, rest = name:match("^([^/]+)/(.+)$")
    top = top or folder
    if folder == nil or folder ~= top then refuse("applicant.json is missing") end
    inside[rest] = index
  end
  if not inside["applicant.json"] then refuse("applicant.json is missing") end
  return inside
end

--- `source`: the zip and how much more of it may be unpacked; what its directory claims is not relied on.
local function read(source, index, max, path)
  local bytes, message = source.zip:read(index, math.min(max, source.left))
  if not bytes then corrupted(path .. ": " .. message) end
  source.left = source.left - #bytes
  if bytes == "" then refuse(path .. " is empty", 1003, "empty-file") end
  return bytes
end

local function read_json(source, index, path, fields)
  local object, message = json.decode(read(source, index, MAX_JSON, path))
  if object == nil then corrupted(path .. ": " .. message) end
  if not json.is_object(object) then corrupted(path .. " is not a JSON object") end
  check(object, fields, path .. ": ")
  return object
end

local function check_folder(source, folder, files)
  local doc, media
  for name, index in pairs(files) do
    local path = folder .. "/" .. name
    if name == "applicantIdDoc.json" then
      doc = read_json(source, index, path, ID_DOC)
    else
      local magic = MAGIC[(name:match("%.(%w+)$") or ""):lower()]
      if not magic then refuse(path .. ": only jpeg, jpg, png and mp4 are allowed", 1005, "unsupported-file-format") end
      if media then refuse(folder .. ": one image or video per folder") end
      media = path
      if not read(source, index, MAX_FILE, path):find(magic) then corrupted(path .. " is not what its name says") end
    end
  end
  if not doc then refuse(folder .. "/applicantIdDoc.json is missing") end
  if not media then refuse(folder .. ": there is no image or video") end
  return doc
end

local function take_apart(zip)
  local source = { zip = zip, left = MAX_TOTAL }
  local folders, applicant = {}, nil
  for path, index in pairs(list(zip)) do
    local folder, name = path:match("^([^/]+)/([^/]+)$")
    if path == "applicant.json" then
      applicant = read_json(source, index, path, APPLICANT)
    elseif not folder then
      refuse(path .. ": files lie in folders, one folder deep")
    else
      folders[folder] = folders[folder] or {}
      folders[folder][name] = index
    end
  end
  check(applicant.info, INFO, "applicant.json: info.")
  check(applicant.review, REVIEW, "applicant.json: review.")
  check(applicant.review.reviewResult, RESULT, "applicant.json: review.reviewResult.")
  local docs = {}
  for _, folder in ipairs(sorted(folders)) do docs[#docs + 1] = check_folder(source, folder, folders[folder]) end
  if #docs == 0 then refuse("there is no folder with a document") end
  return applicant, docs
end

---@param bytes string the archive
---@return table? applicant externalUserId, info, review as in applicant.json
---@return table docs_or_error the applicantIdDoc.json objects; or {description, errorCode?, errorName?}
return function(bytes)
  local zip = assert(require("idngo.zip").open({ bytes = bytes }, MAX_ENTRIES))
  local ok, applicant, docs = pcall(take_apart, zip)
  zip:close()
  if ok then return applicant, docs end
  if type(applicant) ~= "table" then error(applicant, 0) end
  return nil, applicant
end
