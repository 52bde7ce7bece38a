-- A tour: one applicant from the first call to the report, as most integrations have it; then every call of the reference, one
-- after another; and what each returned.
--
--   idngo sandbox --port 8080 &
--   IDNGO_BASE_URL=http://127.0.0.1:8080 IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret \
--     lua5.4 examples/tour.lua
--
-- The ids are those of the vendor's reference, which the sandbox knows; the applicant is created anew. Files are saved in
-- IDNGO_TOUR_FILES, else here. A table on a terminal, one JSON line per call elsewhere; the exit code is 0 only if all came
-- back right, 74 if that could not be printed.

local cjson = require "cjson"
local idngo = require "idngo"

local client = assert(idngo.client())
local folder = os.getenv("IDNGO_TOUR_FILES") or "."
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or ""

local is_terminal = os.execute("test -t 1") -- true, or 0 on Lua 5.1
is_terminal = is_terminal == true or is_terminal == 0
local rows, failed, lost = {}, 0, nil

local function write(text)
  local ok, why = io.stdout:write(text, "\n")
  lost = lost or not ok and why
end

local function quoted(text) return (cjson.encode(text):gsub("\\/", "/")) end

--- Makes one call and keeps a line about it; `say` puts the result into words, and fails when it is not right.
local function visit(name, say, ...)
  local result, err = client[name](client, ...)
  local ok, text = false, tostring(err)
  if result then ok, text = pcall(say, result) end
  if not ok then failed = failed + 1 end
  local meta = result and idngo.meta(result) or {}
  rows[#rows + 1] = { ok and "ok" or "FAIL", name, text }
  if not is_terminal then
    write(('{"call":%s,"ok":%s,"result":%s,"status":%s,"correlationId":%s}'):format(quoted(name), tostring(ok), quoted(text),
      meta.status and ("%d"):format(meta.status) or "null", meta.correlation_id and quoted(meta.correlation_id) or "null"))
  end
  return result
end

-- One applicant: created, both sides of a document and a selfie uploaded, checked, reported. A user id is used once.
local user = ("tour-%d-%s"):format(os.time(), tostring({}):match("%x+$"))
local applicant = visit("create_applicant", function(r)
  assert(r.externalUserId == user)
  return "review " .. r.review.reviewStatus
end, "basic-kyc-level", { externalUserId = user, fixedInfo = { firstName = "Asel", lastName = "Testova", country = "KAZ" } })
local id = applicant and applicant.id or "none"

local function upload(what, metadata)
  metadata.country = "KAZ"
  visit("add_document", function(r) return ("%s, image %s"):format(what, r.imageId) end, id, metadata,
    { bytes = "\137PNG\r\n\26\n in place of a picture: " .. what, name = what:gsub(" ", "-") .. ".png" })
end
upload("front of an ID card", { idDocType = "ID_CARD", idDocSubType = "FRONT_SIDE" })
upload("back of an ID card", { idDocType = "ID_CARD", idDocSubType = "BACK_SIDE" })
upload("selfie", { idDocType = "SELFIE" })

visit("request_check", function(r)
  assert(r.ok == 1)
  return "asked for"
end, id)

-- What people and machines of the service do; only in its sandbox environment it is done by a call.
visit("complete_in_sandbox", function(r)
  assert(r.ok == 1)
  return "GREEN, in place of a moderator"
end, id, { reviewAnswer = "GREEN", rejectLabels = {} })

visit("wait_for_review", function(r)
  return ("%s, %s"):format(r.reviewStatus, r.reviewResult.reviewAnswer)
end, id, { deadline = 60 })

--- A file that was saved, by its name.
local function saved(r) return ("%s, %d bytes: %s"):format(r.contentType, r.size, r.path:match("[^/]+$")) end

visit("report", saved, id, { report = "applicantReport", lang = "en", to = folder .. "/applicant.pdf" })

-- 1  Is this applicant a duplicate?
visit("duplicate_checks", function(r)
  local check = r.checks[1]
  local hit = check.similarSearchInfo.duplicateApplicantHits[1]
  return ("%s: %s, %s"):format(check.answer, hit.applicantId, table.concat(hit.types, ", "))
end, "5eea3f5204f940217bcbc03d")

-- 2  Does the tax number match? The addresses come in one shape, whatever the server sent.
visit("tin_checks", function(r)
  local document = idngo.extracted_doc(r.checks[1])
  return ("%s: %d address, in %s"):format(r.checks[1].answer, #document.addresses, document.addresses[1].town)
end, "5eea3f5204f940217bcbc03d")

-- 3  Was the face live? And 4, the video that shows it.
local liveness = visit("liveness_checks", function(r)
  return ("%s on %s"):format(r.checks[1].answer, r.checks[1].createdAt)
end, "5b76df770a975a1404cbcb60")
visit("liveness_video", saved, "5b76df770a975a1404cbcb60",
  liveness and liveness.checks[1] and liveness.checks[1].id or "none", { to = folder .. "/liveness.mp4" })

-- 5  Who looks like this applicant, by data and face; 6, by data alone
visit("similar_by_text_and_face", function(r)
  local first = r.similarApplicants[1]
  return ("%d; first %s, %s"):format(#r.similarApplicants, first.applicant.id, first.exactMatch and "exact" or "inexact")
end, "5eea3f5204f940217bcbc03d")
visit("similar_by_text", function(r)
  return ("%d"):format(#r.similarApplicants)
end, "5eea3f5204f940217bcbc03d")

-- 7  What happened to this applicant?
visit("timeline", function(r)
  return ("%d events, last %s"):format(#r.items, r.items[1].activity)
end, "60b8ce73460647000145384e")

-- 8  The report as a PDF
visit("report", saved, "60f6f9ab7bbfc20001eca91d", { report = "applicantReport", lang = "en", to = folder .. "/report.pdf" })

-- 9  The verification levels of the account
visit("levels", function(r)
  return ("%d level, %s"):format(#r.list.items, r.list.items[1].name)
end)

-- 10 A link for a user to verify at
visit("websdk_link", function(r)
  return "to " .. assert(r.url:match("^https://([^/]+)/"))
end, "basic-kyc-level", { externalUserId = "304775ty" })

-- 11 Correct what is known of an applicant
visit("update_info", function(r)
  assert(r.firstName == "Andrew" and r.dob == "1990-05-01")
  return ("firstName, dob, %d documents"):format(#r.idDocs)
end, "5b76df770a975a1404cbcb60", { firstName = "Andrew", dob = "1990-05-01" })

-- 12 Tell the person where the verification stands: never sent twice
visit("send_verification_status_email", function(r)
  assert(r.ok == 1)
  return "sent"
end, "60b8ce73460647000145384e")

-- 13 Import an applicant from another provider
visit("import_applicant", function(r)
  return "created " .. r.id
end, here .. "applicant.zip")

-- 14 Take a profile out of the duplicate search
visit("set_presence", function(r)
  return ("deleted = %s"):format(tostring(r.deleted))
end, "63e096c51b6b400000000000", "deactivated")

client:close()

if is_terminal then
  write(("%-4s %-31s%s"):format("", "CALL", "RESULT"))
  for _, row in ipairs(rows) do write(("%-4s %-31s%s"):format(row[1], row[2], row[3])) end
end
local flushed, why = io.stdout:flush()
lost = lost or not flushed and why
io.stderr:write(("\n%d of %d calls came back right.\n"):format(#rows - failed, #rows))
if lost then
  io.stderr:write("idngo: standard output: ", lost, "\n")
  os.exit(74)
end
os.exit(failed == 0 and 0 or 1)
