-- What the endpoint pages say beyond the tables: for each endpoint what it answers, a snippet that the tests run, what
-- can go wrong with it alone, and what callers trip over.
--
-- refusals: {when, status the sandbox answers, meaning}. The reference names hardly any status; a real server may answer
-- another 4xx, with the same outcome.

local M = {}

M.duplicate_checks = {
  intro = "Is this applicant somebody you have already? Returns what the latest duplicate check found: who looks alike, and "
    .. "in which fields.",
  lua = [[
local r = assert(client:duplicate_checks("5eea3f5204f940217bcbc03d"))
if not r.checks[1] then print("no check has been made") end
for _, check in ipairs(r.checks) do
  print(check.answer)
  local found = check.similarSearchInfo or {}
  for _, hit in ipairs(found.duplicateApplicantHits or {}) do
    print(hit.applicantId, table.concat(hit.matchedFields or {}, ", "))
  end
end]],
  shell = "idngo call duplicate_checks 5eea3f5204f940217bcbc03d",
  notes = {
    "Compare with `GREEN`, never with `RED`: there are also `YELLOW`, no answer, and no check.",
    "`checks` may be empty: the check was not made, or is not part of the level. That is no GREEN.",
    "The reference's tables show the fields as if at the root; they are in `checks`, as its examples have it. A reply "
      .. "without `checks` is an error of kind `malformed`.",
    "There may be several checks. Any other field may be missing: a RED check without `similarSearchInfo` happens.",
    "`createdAt` comes with and without milliseconds.",
  },
}

M.tin_checks = {
  intro = "Does the taxpayer number belong to this person? Returns the latest check and what the external source knows of "
    .. "the person, addresses above all.",
  lua = [[
local r = assert(client:tin_checks("5eea3f5204f940217bcbc03d"))
for _, check in ipairs(r.checks) do
  print(check.answer)
  for _, address in ipairs(idngo.extracted_doc(check).addresses) do
    print(address.country, address.town, address.street)
  end
end]],
  shell = "idngo call tin_checks 5eea3f5204f940217bcbc03d",
  notes = {
    "`extractedDoc` comes as an object with `addresses`, and as the bare list of addresses: the reference shows both. "
      .. "`idngo.extracted_doc(check).addresses` is a list whichever came.",
    "YELLOW means that the source has no data. RED means that data differs, and now and then that none was found.",
    "`checks` may be empty: that is no GREEN.",
  },
}

M.liveness_checks = {
  intro = "Was there a living face before the camera? Returns the latest liveness check, whose id is what `liveness_video` "
    .. "needs.",
  lua = [[
local r = assert(client:liveness_checks("5b76df770a975a1404cbcb60"))
for _, check in ipairs(r.checks) do print(check.answer, check.id) end]],
  shell = "idngo call liveness_checks 5b76df770a975a1404cbcb60",
  notes = {
    "ERROR means that the check itself failed: neither passed nor failed.",
    "`createdAt` is the check's time; the reference calls it the applicant's.",
    "FACE_LIVELINESS is spelt so on the wire.",
    "`checks` may be empty: that is no GREEN.",
  },
}

M.liveness_video = {
  intro = "Fetches the video of a liveness check.",
  lua = [[
local r = assert(client:liveness_checks("5b76df770a975a1404cbcb60"))
local check = assert(r.checks[1], "no check has been made")
local video = assert(client:liveness_video("5b76df770a975a1404cbcb60", check.id, { to = "liveness.mp4" }))
print(video.path, video.size, video.contentType)]],
  shell = "idngo call liveness_video 5b76df770a975a1404cbcb60 800c2988-15ab-4b26-a633-9fef4b16d7b6 --to liveness.mp4",
  refusals = {
    { "no such check of this applicant", 404, "take the id from `liveness_checks`" },
    { "one frame or fewer was captured", 400, "there is no video; trying again does not help" },
  },
  notes = {
    "Mostly `video/mp4`; `contentType` says what came. Anything that is not `video/…` is an error of kind `malformed`, and "
      .. "nothing of it is saved.",
    "With `to` the video does not pass through memory, and there is no file until all of it has come.",
  },
}

M.websdk_link = {
  intro = "Makes a link at which a user can verify themselves in a browser.",
  lua = [[
local r = assert(client:websdk_link("basic-kyc-level", { externalUserId = "304775ty", ttlInSecs = 1800 }))
print(r.url)]],
  shell = "idngo call websdk_link basic-kyc-level --externalUserId 304775ty",
  refusals = {
    { "no such level", 404, "`levels` lists the names" },
    { "neither externalUserId nor externalActionId", 400, "one of them is needed" },
    { "a locale that is no language", 400, "two letters, such as `en`" },
  },
  notes = {
    "The link is a credential: whoever has it can verify as that user until it expires. Keep it out of logs.",
    "A second call makes a second link; the first stays good. So a lost answer is tried again.",
    "The level's name is a piece of the path. Names with blanks, `@` or `/` are percent-encoded before signing; by hand "
      .. "this is what signature mismatches come from.",
    "For an applicant action give `externalActionId` with it.",
  },
}

M.send_verification_status_email = {
  intro = "Sends the applicant an e-mail about where the verification stands.",
  lua = [[
local ok, err = client:send_verification_status_email("60b8ce73460647000145384e")
if ok then
  print("sent")
elseif err.outcome == "unknown" then
  print("perhaps sent: look at the timeline before you send it again")
else
  print("not sent", err)
end]],
  shell = "idngo call send_verification_status_email 60b8ce73460647000145384e",
  refusals = {
    { "the applicant has no e-mail address", 400, "nothing was sent" },
    { "the server answers 200 with `ok` other than 1", 200, "an error of kind `http`, outcome `rejected`" },
  },
  notes = {
    "People notice a second e-mail, so this call is never repeated on a guess. It gets a connection of its own: a kept one "
      .. "may have died unseen.",
    "`outcome == \"unknown\"` means that it may have gone out. Ask a human.",
  },
}

M.timeline = {
  intro = "What happened to this applicant, and from where?",
  lua = [[
local r = assert(client:timeline("60b8ce73460647000145384e"))
for _, item in ipairs(r.items) do
  print(item.ts, item.activity, item.ipInfo and item.ipInfo.countryCode3 or "")
end]],
  shell = "idngo call timeline 60b8ce73460647000145384e",
  notes = {
    "Newest first in the reference's example; no paging is documented.",
    "Here `items` is at the root, unlike in `levels`.",
    "`imageId` is a text here and a number elsewhere in the API: treat ids as opaque.",
    "The reference describes four fields of an event and shows seventeen. Kinds of activity are an open set.",
  },
}

M.report = {
  intro = "Fetches the verification report as a PDF.",
  lua = [[
local r = assert(client:report("60f6f9ab7bbfc20001eca91d", { lang = "en", to = "report.pdf" }))
print(r.path, r.size, r.sha256)]],
  shell = "idngo call report 60f6f9ab7bbfc20001eca91d --to report.pdf",
  refusals = {
    { "the other report fits this applicant", 400, "`applicantReport` for a person, `companyReport` for a company" },
    { "a lang that is no language", 400, "two letters, such as `en`" },
  },
  notes = {
    "The service makes one report at a time; a second request waits until the first is answered. The client sees to it, "
      .. "also between processes.",
    "Making a report takes seconds. Raise `timeout` for large ones: `{ timeout = 120 }`.",
    "The reference names the parameter `reportType`, of type Integer; on the wire it is `report`, a word.",
    "An error comes as JSON even here. What does not begin with `%PDF-` is an error of kind `malformed`, and nothing is "
      .. "saved.",
  },
}

M.levels = {
  intro = "Which verification levels does the account have? Needs no arguments, so it is also the call to try credentials "
    .. "with.",
  lua = [[
local r = assert(client:levels())
for _, level in ipairs((r.list or r).items) do
  print(level.name, level.type or "")
end]],
  shell = "idngo call levels",
  notes = {
    "The reference's table has `items` at the root, its example under `list`. Both are taken; a reply with neither is an "
      .. "error of kind `malformed`.",
    "`applicantInsightSettings` is an object, though the reference's table says array.",
  },
}

M.update_info = {
  intro = "Changes what is known of a person: sets fields of `info`, and resets those in `unsetFields`.",
  lua = [[
local info = assert(client:update_info("5b76df770a975a1404cbcb60",
  { firstName = "Andrew", dob = "1990-05-01" }, { unsetFields = { "middleName", "tin" } }))
print(info.firstName, info.dob, info.tin)]],
  shell = [[
echo '{ "firstName": "Andrew", "dob": "1990-05-01" }' >info.json
idngo call update_info 5b76df770a975a1404cbcb60 info.json --unsetFields middleName,tin]],
  refusals = {
    { "a value that the field cannot have", 400, "nothing was changed" },
  },
  notes = {
    "Fields that are left out stay as they are. So do fields that are null: only `unsetFields` clears.",
    "Changing data may start a new review, and a later check may overwrite it with what it reads from the documents. Try it "
      .. "in the sandbox environment first, as the reference says.",
    "No error and no log shows the values that were sent.",
  },
}

M.similar_by_text_and_face = {
  intro = "Which applicants are like this one, by data or by face? Searches now, while `duplicate_checks` returns what the "
    .. "last check found.",
  lua = [[
local r = assert(client:similar_by_text_and_face("5eea3f5204f940217bcbc03d"))
for _, similar in ipairs(r.similarApplicants) do
  print(similar.applicant and similar.applicant.id, similar.exactMatch, similar.blacklisted,
    table.concat(similar.matchedFields or {}, ", "))
end]],
  shell = "idngo call similar_by_text_and_face 5eea3f5204f940217bcbc03d",
  notes = {
    "A scarce call: 7 in 10 s for the whole account. Ask `duplicate_checks` first.",
    "A match by face alone has an empty `matchedFields` and `exactMatch` false.",
    "The reference's curl example lacks `/similar` in its path; the path above it is right.",
    "The other applicants' personal data is in the reply.",
  },
}

M.similar_by_text = {
  intro = "Which applicants are like this one, by data alone?",
  lua = [[
local r = assert(client:similar_by_text("5eea3f5204f940217bcbc03d"))
print(#r.similarApplicants, "applicants with similar data")]],
  shell = "idngo call similar_by_text 5eea3f5204f940217bcbc03d",
  notes = {
    "The reply has the form of `similar_by_text_and_face`.",
    "10 in 10 s for the whole account, counted apart from the search by face.",
  },
}

M.import_applicant = {
  intro = "Imports an approved applicant from another provider: one ZIP archive with the data and the documents of one person.",
  lua = [[
local picture = assert(io.open("selfie.jpg", "wb")) -- stands for a real one
picture:write("\255\216\255\224"):close()

local built = assert(idngo.archive.build {
  applicant = {
    externalUserId = "someClientUserId",
    info = { firstName = "John", lastName = "Snow", country = "GBR" },
    review = {
      createDate = "2022-11-21 08:25:32+0000", levelName = "basic-kyc-level", reviewStatus = "completed",
      reviewResult = { reviewAnswer = "GREEN" },
    },
  },
  documents = { { folder = "selfie", idDoc = { idDocType = "SELFIE", country = "GBR" }, file = "selfie.jpg" } },
  to = "someClientUserId.zip",
})
local applicant, err = client:import_applicant(built.path)
if applicant then
  print("imported as", applicant.id)
elseif err.kind == "archive" then
  for _, finding in ipairs(err.findings) do print(finding.entry, finding.field, finding.problem) end
else
  print(err)
end]],
  shell = [[
mkdir -p jon/selfie
printf '\377\330\377\340' >jon/selfie/me.jpg   # stands for a real picture
echo '{ "idDocType": "SELFIE", "country": "GBR" }' >jon/selfie/applicantIdDoc.json
cat >jon/applicant.json <<'JSON'
{ "externalUserId": "jon", "info": { "firstName": "Jon", "lastName": "Snow", "country": "GBR" },
  "review": { "createDate": "2022-11-21 08:25:32+0000", "levelName": "basic-kyc-level", "reviewStatus": "completed",
              "reviewResult": { "reviewAnswer": "GREEN" } } }
JSON
idngo import pack jon
idngo call import_applicant jon.zip]],
  refusals = {
    { "an applicant with this externalUserId exists", 409, "it may be yours, from an attempt whose answer was lost" },
    { "the archive is not in order", 400, "the client's own check says what before anything is sent" },
    { "no such level", 400, "`levels` lists the names" },
  },
  notes = {
    "The archive is checked before it is sent; what the check refuses is an error of kind `archive`, outcome `not_sent`, "
      .. "whose `findings` name every fault. `{ unchecked = true }` sends without looking.",
    "The body is the archive's raw bytes. The reference's `curl -d` would strip line breaks from it; `--data-binary` is what "
      .. "works.",
    "A lost answer is tried again: if the first had been taken, the second is refused with 409.",
    "A path is read twice, once to sign and once to send; a file that changes between is an error, and is not sent whole.",
    "Making archives and sending thousands of them: [Importing applicants](../import.md).",
  },
}

M.set_presence = {
  intro = "Removes an applicant's profile from duplicate checks, or restores it. `client:deactivate(id)` and "
    .. "`client:activate(id)` are shorter.",
  lua = [[
local applicant, err = client:set_presence("63e096c51b6b400000000000", "deactivated")
print(applicant and applicant.deleted or err)]],
  shell = "idngo call set_presence 63e096c51b6b400000000000 deactivated",
  refusals = {
    { "the applicant is under review (pending, queued, prechecked)", 409, "try again when the review has ended" },
  },
  notes = {
    "Deactivating deletes nothing: the profile stays, but later duplicate checks do not see it, and it can be restored.",
    "`deleted` must say what was asked for, else the call is an error of kind `malformed`; when restoring, a missing "
      .. "`deleted` counts as false.",
    "The id in the reply may differ in form from the one asked for. Ids are opaque; not all are 24 hex digits.",
  },
}

--- What the retry classes mean, as sentences on a page.
M.retry = {
  S = "**S, a safe read**: nothing changes, so it is tried again whenever no good answer came and another may.",
  I = "**I, an idempotent write**: done twice it leaves the same, so it is tried again even when the first may have taken "
    .. "effect.",
  D = "**D, a duplicate is harmless**: done twice it leaves one thing too many that nobody minds, so it is tried again even "
    .. "when the first may have taken effect.",
  K = "**K, a natural key**: the service refuses a second one, so it is tried again even when the first may have taken "
    .. "effect.",
  N = "**N, people notice**: tried again only when it is certain that it was not done: `not_sent`, or refused with 408, 425, "
    .. "429, or 409 with `Retry-After`.",
}

return M
