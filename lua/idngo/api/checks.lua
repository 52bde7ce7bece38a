-- Checks of an applicant: the latest of each type.

return {
  words = {
    Answer = { "GREEN", "RED", "YELLOW", "ERROR" },
    MatchType = { "text", "image" },
  },

  classes = {
    Check = { -- What all checks have.
      answer = "Answer, checked", -- GREEN, RED, YELLOW or ERROR
      createdAt = "moment, checked", -- when it was made, `YYYY-MM-DD hh:mm:ss`, with or without milliseconds
      id = "string, checked", -- the check
      checkType = "string", -- the type that was asked for
    },
    DuplicateChecks = { -- The duplicate checks of an applicant.
      checks = "DuplicateCheck[], required", -- at most the latest check; empty when there is none, which is not a GREEN
    },
    DuplicateCheck = { -- One duplicate check.
      "Check",
      answer = "Answer, checked", -- GREEN: nobody alike; RED, YELLOW: somebody is
      similarSearchInfo = "SimilarSearchInfo, checked", -- what was found
    },
    SimilarSearchInfo = { -- What a duplicate check found.
      answer = "Answer, checked", -- as that of the check
      duplicateApplicantHits = "DuplicateHit[], checked", -- one for each applicant that looks like this one
    },
    DuplicateHit = { -- An applicant that looks like this one.
      applicantId = "text, checked", -- the other applicant
      matchedFields = "string[], checked", -- paths of the fields that agree, such as `info.lastName`
      types = "MatchType[], checked", -- `text` when data agrees, `image` when the face does
    },
    TinChecks = { -- The checks of an applicant's taxpayer identification number.
      checks = "TinCheck[], required", -- at most the latest check; empty when there is none, which is not a GREEN
    },
    TinCheck = { -- One check of a taxpayer identification number.
      "Check",
      answer = "Answer, checked", -- GREEN: it fits; YELLOW: no data; RED: the data differs, or sometimes was not found
      extractedDoc = "ExtractedDoc|Address[], checked", -- what the external source knows; comes in two forms, which
      -- `idngo.extracted_doc` makes one
    },
    ExtractedDoc = { -- What an external source knows about a taxpayer. The reference describes `addresses` alone.
      country = "string", -- three letters, ISO 3166-1 alpha-3
      firstName = "string", -- first name
      lastName = "string", -- last name
      dob = "day", -- date of birth, `YYYY-MM-DD`
      tin = "string", -- the number
      email = "string", -- e-mail address
      addresses = "Address[]", -- the addresses that the source has
    },
    LivenessChecks = { -- The face liveness checks of an applicant.
      checks = "LivenessCheck[], required", -- at most the latest check; empty when there is none, which is not a GREEN
    },
    LivenessCheck = { -- One face liveness check.
      "Check",
      answer = "Answer, checked", -- GREEN, RED or ERROR
      id = "string, checked", -- what `liveness_video` wants as checkId
      createdAt = "moment, checked", -- when it was made (the reference calls it the applicant's, which it is not)
      checkType = "string", -- `FACE_LIVELINESS`, spelt so on the wire
    },
    Checks = { -- The latest checks of one type.
      checks = "AnyCheck[], required", -- at most the latest check; empty when there is none, which is not a GREEN
    },
    AnyCheck = { -- A check of whatever type. What else is in it depends on the type.
      "Check",
      answer = "Answer, checked", -- compare with GREEN, never with RED
    },
    InspectionChecks = { -- The checks of an inspection.
      checks = "AnyCheck[], required", -- one for each
    },
  },

  endpoints = {
    --[==[
    Is this applicant somebody you have already? Returns what the latest duplicate check found: who looks alike, and
    in which fields.

    ```lua
    local r = assert(client:duplicate_checks("5eea3f5204f940217bcbc03d"))
    if not r.checks[1] then print("no check has been made") end
    for _, check in ipairs(r.checks) do
      print(check.answer)
      local found = check.similarSearchInfo or {}
      for _, hit in ipairs(found.duplicateApplicantHits or {}) do
        print(hit.applicantId, table.concat(hit.matchedFields or {}, ", "))
      end
    end
    ```
    ```sh
    idngo call duplicate_checks 5eea3f5204f940217bcbc03d
    ```

    - Compare with `GREEN`, never with `RED`: there are also `YELLOW`, no answer, and no check.
    - `checks` may be empty: the check was not made, or is not part of the level. That is no GREEN.
    - The reference's tables show the fields as if at the root; they are in `checks`, as its examples have it. A reply
      without `checks` is an error of kind `malformed`.
    - There may be several checks. Any other field may be missing: a RED check without `similarSearchInfo` happens.
    - `createdAt` comes with and without milliseconds.
    ]==]
    {
      name = "duplicate_checks",
      title = "Retrieve duplicate check results (similar applicants)",
      request = "GET /resources/checks/latest?type=SIMILAR_SEARCH",
      arguments = { { "applicantId", "the applicant to look up" } },
      reply = "checks", returns = "DuplicateChecks",
      retry = "safe",
      try = { "5eea3f5204f940217bcbc03d" },
      fact = { "duplicates", answers = { "GREEN", "YELLOW", "RED", "MISSING" } },
    },
    --[==[
    Does the taxpayer number belong to this person? Returns the latest check and what the external source knows of the
    person, addresses above all.

    ```lua
    local r = assert(client:tin_checks("5eea3f5204f940217bcbc03d"))
    for _, check in ipairs(r.checks) do
      print(check.answer)
      for _, address in ipairs(idngo.extracted_doc(check).addresses) do
        print(address.country, address.town, address.street)
      end
    end
    ```
    ```sh
    idngo call tin_checks 5eea3f5204f940217bcbc03d
    ```

    - `extractedDoc` comes as an object with `addresses`, and as the bare list of addresses: the reference shows both.
      `idngo.extracted_doc(check).addresses` is a list whichever came.
    - YELLOW means that the source has no data. RED means that data differs, and now and then that none was found.
    - `checks` may be empty: that is no GREEN.
    ]==]
    {
      name = "tin_checks",
      title = "Retrieve TIN check result",
      request = "GET /resources/checks/latest?type=TIN",
      arguments = { { "applicantId", "the applicant to look up" } },
      reply = "checks", returns = "TinChecks",
      retry = "safe",
      try = { "5eea3f5204f940217bcbc03d" },
      fact = { "tin", answers = { "GREEN", "YELLOW", "RED", "MISSING" } },
    },
    --[==[
    Was there a living face before the camera? Returns the latest liveness check, whose id is what `liveness_video`
    needs.

    ```lua
    local r = assert(client:liveness_checks("5b76df770a975a1404cbcb60"))
    for _, check in ipairs(r.checks) do print(check.answer, check.id) end
    ```
    ```sh
    idngo call liveness_checks 5b76df770a975a1404cbcb60
    ```

    - ERROR means that the check itself failed: neither passed nor failed.
    - `createdAt` is the check's time; the reference calls it the applicant's.
    - FACE_LIVELINESS is spelt so on the wire.
    - `checks` may be empty: that is no GREEN.
    ]==]
    {
      name = "liveness_checks",
      title = "Retrieve face Liveness check result",
      request = "GET /resources/checks/latest?type=FACE_LIVELINESS",
      arguments = { { "applicantId", "the applicant to look up" } },
      reply = "checks", returns = "LivenessChecks",
      retry = "safe",
      try = { "5b76df770a975a1404cbcb60" },
      fact = { "liveness", answers = { "GREEN", "RED", "ERROR", "MISSING" } },
    },
    --[==[
    Fetches the video of a liveness check.

    ```lua
    local r = assert(client:liveness_checks("5b76df770a975a1404cbcb60"))
    local check = assert(r.checks[1], "no check has been made")
    local video = assert(client:liveness_video("5b76df770a975a1404cbcb60", check.id, { to = "liveness.mp4" }))
    print(video.path, video.size, video.contentType)
    ```
    ```sh
    idngo call liveness_video 5b76df770a975a1404cbcb60 800c2988-15ab-4b26-a633-9fef4b16d7b6 --to liveness.mp4
    ```

    | no such check of this applicant | 404 | take the id from `liveness_checks` |
    | one frame or fewer was captured | 400 | there is no video; trying again does not help |

    - Mostly `video/mp4`; `contentType` says what came. Anything that is not `video/…` is an error of kind
      `malformed`, and nothing of it is saved.
    - With `to` the video does not pass through memory, and there is no file until all of it has come.
    ]==]
    {
      name = "liveness_video",
      title = "Retrieve applicant Liveness",
      request = "GET /resources/applicants/{applicantId}/info/facemap/video",
      arguments = {
        { "applicantId", "the applicant to look up" },
        { "checkId", "the id of a check from liveness_checks" },
      },
      reply = "video", returns = "File", file = { "a video", media = "video/mp4" },
      retry = "safe",
      try = { "5b76df770a975a1404cbcb60", "800c2988-15ab-4b26-a633-9fef4b16d7b6" },
      actions = { save_liveness_video = { file = "liveness.mp4", needs = "liveness", faces = true } },
    },
    --[==[
    Reads the latest check of any type.

    ```lua
    local r = assert(client:checks("6543210fedcba9876543210f", "POA"))
    for _, check in ipairs(r.checks) do print(check.answer, check.createdAt) end
    ```
    ```sh
    idngo call checks 6543210fedcba9876543210f POA
    ```

    | no such applicant | 404 | ids are those of one environment |

    - `POA` is known of IDnGO. Of Sumsub are known `EMAIL_CONFIRMATION`, `PHONE_CONFIRMATION`, `IP_CHECK`, `COMPANY`,
      `FACE_MATCH`, `BANK_CARD`, `NFC`, `PAYMENT_METHOD`, `PAYMENT_SOURCE`; there may be others. `duplicate_checks`,
      `tin_checks` and `liveness_checks` know what is in theirs.
    - The answer stands in `checks[1]`, not at the root. `checks` may be empty: that is no GREEN.
    ]==]
    {
      name = "checks",
      title = "Get the latest check results",
      request = "GET /resources/checks/latest",
      arguments = {
        { "applicantId", "the applicant to look up" },
        { "type", "the type of check, such as `POA`" },
      },
      reply = "checks", returns = "Checks",
      retry = "safe",
      try = { "6543210fedcba9876543210f", "POA" },
      source = { "IDnGO", "the page on proofs of address" },
    },
    --[==[
    Reads all checks of an applicant's inspection.

    | no such inspection | 404 | `inspectionId` stands in the applicant |

    - What each of them holds is not described by any source: a client of api.cyberity.ru hands it on as it comes.
    ]==]
    {
      name = "inspection_checks",
      title = "Get the checks of an inspection",
      request = "GET /resources/inspections/{inspectionId}/checks",
      arguments = { { "inspectionId", "the applicant's inspection" } },
      reply = "checks", returns = "InspectionChecks",
      retry = "safe",
      try = { "6543210fedcba98765432110" },
      source = { "IDnGO", "a client of api.cyberity.ru" },
    },
  },
}
