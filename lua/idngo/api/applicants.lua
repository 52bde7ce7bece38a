-- Applicants: who they are, and what is done to them.

return {
  limits = {
    report = { 1, 0 }, -- the next only after the previous was answered
  },

  words = {
    ReviewAnswer = { "GREEN", "RED" },
    ReviewStatus = { "init", "pending", "prechecked", "queued", "completed", "onHold", "awaitingUser", "awaitingService" },
    RejectType = { "FINAL", "RETRY" },
    ApplicantType = { "individual", "company" },
  },

  classes = {
    Info = { -- What is known of a person.
      firstName = "string", -- first name
      firstNameEn = "string", -- the same in Latin letters
      middleName = "string", -- middle name or patronymic
      middleNameEn = "string", -- the same in Latin letters
      lastName = "string", -- last name
      lastNameEn = "string", -- the same in Latin letters
      legalName = "string", -- name as in the passport
      gender = "string", -- `M` or `F`
      dob = "day", -- date of birth, `YYYY-MM-DD`
      placeOfBirth = "string", -- place of birth
      countryOfBirth = "string", -- three letters, ISO 3166-1 alpha-3
      stateOfBirth = "string", -- region of birth
      country = "string", -- three letters, ISO 3166-1 alpha-3
      nationality = "string", -- three letters, ISO 3166-1 alpha-3
      addresses = "Address[]", -- addresses
      tin = "string", -- taxpayer identification number
      phone = "string", -- phone number
      companyInfo = "table", -- of a company: its name, number, address, beneficiaries
      idDocs = "IdDoc[]", -- documents
    },
    IdDoc = { -- A document of a person.
      idDocType = "string", -- `PASSPORT`, `ID_CARD`, `DRIVERS`, …
      country = "string", -- who issued it: three letters, ISO 3166-1 alpha-3
      firstName = "string", -- as the document has it, as are the next ones
      firstNameEn = "string", -- in Latin letters
      middleName = "string", -- middle name or patronymic
      middleNameEn = "string", -- in Latin letters
      lastName = "string", -- last name
      lastNameEn = "string", -- in Latin letters
      issuedDate = "day", -- `YYYY-MM-DD`
      issueAuthority = "string", -- who issued it
      validUntil = "day", -- `YYYY-MM-DD`
      number = "string", -- its number; may be empty
      dob = "day", -- date of birth, `YYYY-MM-DD`
      placeOfBirth = "string", -- place of birth
      mrzLine1 = "string", -- the lines that machines read
      mrzLine2 = "string", -- the second
      mrzLine3 = "string", -- the third
    },
    Address = { -- An address.
      country = "string", -- three letters, ISO 3166-1 alpha-3
      postCode = "string", -- postal code
      town = "string", -- city or locality
      street = "string", -- street, or the whole address, as the source writes it
      buildingNumber = "string", -- building number
      buildingName = "string", -- building name
      flatNumber = "string", -- apartment
      subStreet = "string", -- more about the street
      state = "string", -- region, state or province
      startDate = "moment", -- since when the person lived there
      endDate = "moment", -- until when
      formattedAddress = "string", -- all of it in one line
    },
    Applicant = { -- A profile.
      id = "text, checked", -- the applicant; an opaque text
      createdAt = "moment", -- when it was created
      createdBy = "string", -- by whom
      key = "string", -- internal to the vendor
      clientId = "string", -- your account
      inspectionId = "string", -- its inspection
      externalUserId = "string", -- your own id of the user
      email = "string", -- the user's e-mail address
      phone = "string", -- the user's phone number
      sourceKey = "string", -- which of your branches or partners it is from
      ipCountry = "string", -- where the user's address is: three letters, ISO 3166-1 alpha-3
      applicantPlatform = "string", -- where it was created, such as `API`
      info = "Info, checked", -- what is known of the person
      fixedInfo = "Info", -- what you declared about the person
      metadata = "Metadata[]", -- what you noted with it
      tags = "string[]", -- tags; absent when there are none
      agreement = "table", -- what the user agreed to, and when
      questionnaires = "table[]", -- answers to questionnaires
      riskLabels = "table", -- risks that were seen
      assessment = "table", -- how risky it is
      requiredIdDocs = "RequiredIdDocs", -- the steps of the verification
      review = "Review, checked", -- how far the verification is
      deleted = "boolean, checked", -- whether it is deactivated
      lang = "string", -- the user's language
      type = "ApplicantType", -- a person or a company
    },
    StoredApplicant = { -- A profile that a call created or changed: an Applicant, whose id is always there.
      "Applicant",
      id = "text, required", -- the applicant; an opaque text
      deleted = "boolean, checked", -- whether it is deactivated; the client insists that it says what was asked for
    },
    Metadata = { -- A note of yours on an applicant.
      key = "string", -- its name
      value = "string", -- what it says
    },
    Review = { -- How far a verification is. It is passed only when reviewStatus is `completed` and reviewAnswer `GREEN`.
      reviewId = "string", -- the review
      attemptId = "string", -- this round of it
      attemptCnt = "integer", -- how many rounds there were
      levelName = "string", -- the verification level
      levelAutoCheckMode = "string", -- when checks start by themselves
      reviewReasonCode = "string", -- why it was begun
      reviewStatus = "ReviewStatus, checked", -- where it stands
      reviewResult = "ReviewResult, checked", -- what came of it; may be that of an earlier round while the status is
      -- `init`
      createDate = "zoned", -- `YYYY-MM-DD hh:mm:ss+0000`
      startDate = "zoned", -- `YYYY-MM-DD hh:mm:ss+0000`
      reviewDate = "zoned", -- `YYYY-MM-DD hh:mm:ss+0000`
      elapsedSincePendingMs = "integer", -- milliseconds
      elapsedSinceQueuedMs = "integer", -- milliseconds
      reprocessing = "boolean", -- whether it was checked again
      priority = "integer", -- its place in the queue
      autoChecked = "boolean", -- whether no human looked
    },
    ReviewResult = { -- What came of a verification.
      reviewAnswer = "ReviewAnswer, checked", -- the result
      reviewRejectType = "RejectType", -- of a RED: `FINAL` ends it, after `RETRY` the user may try again
      rejectLabels = "string[]", -- why; read reviewRejectType for what it means
      moderationComment = "string", -- may be shown to the user
      clientComment = "string", -- must not be shown to the user
      buttonIds = "string[]", -- what the moderator chose
    },
  },

  endpoints = {
    --[==[
    Changes what is known of a person: sets fields of `info`, and resets those in `unsetFields`.

    ```lua
    local info = assert(client:update_info("5b76df770a975a1404cbcb60",
      { firstName = "Andrew", dob = "1990-05-01" }, { unsetFields = { "middleName", "tin" } }))
    print(info.firstName, info.dob, info.tin)
    ```
    ```sh
    echo '{ "firstName": "Andrew", "dob": "1990-05-01" }' >info.json
    idngo call update_info 5b76df770a975a1404cbcb60 info.json --unsetFields middleName,tin
    ```

    | a value that the field cannot have | 400 | nothing was changed |

    - Fields that are left out stay as they are. So do fields that are null: only `unsetFields` clears.
    - Changing data may start a new review, and a later check may overwrite it with what it reads from the documents.
      Try it in the sandbox environment first, as the reference says.
    - No error and no log shows the values that were sent.
    ]==]
    {
      name = "update_info",
      title = "Update applicant data",
      request = "PATCH /resources/applicants/{applicantId}/info",
      arguments = { { "applicantId", "the applicant to change" } },
      body = {
        "json", "info", "the fields to change", class = "Info", example = '{ firstName = "Andrew" }', unless = "unsetFields",
      },
      options = { { "unsetFields", "names of the info fields to reset", type = "list" } },
      reply = "info", returns = "Info", about = "id",
      retry = "idempotent", -- the fields have the values that were sent, however often
      try = { "5b76df770a975a1404cbcb60", { firstName = "Andrew", dob = "1990-05-01" } },
      actions = { update_info = { destructive = true, marks = true } },
    },
    --[==[
    Removes an applicant's profile from duplicate checks, or restores it. `client:deactivate(id)` and
    `client:activate(id)` are shorter.

    ```lua
    local applicant, err = client:set_presence("63e096c51b6b400000000000", "deactivated")
    print(applicant and applicant.deleted or err)
    ```
    ```sh
    idngo call set_presence 63e096c51b6b400000000000 deactivated
    ```

    | the applicant is under review (pending, queued, prechecked) | 409 | try again when the review has ended |

    - Deactivating deletes nothing: the profile stays, but later duplicate checks do not see it, and it can be
      restored.
    - `deleted` must say what was asked for, else the call is an error of kind `malformed`; when restoring, a missing
      `deleted` counts as false.
    - The id in the reply may differ in form from the one asked for. Ids are opaque; not all are 24 hex digits.
    ]==]
    {
      name = "set_presence",
      title = "Deactivate applicant",
      request = "PATCH /resources/applicants/{applicantId}/presence/{status}",
      arguments = {
        { "applicantId", "the applicant to remove or restore" },
        { "status", "deactivated removes, activated restores", values = { "deactivated", "activated" } },
      },
      reply = "presence", returns = "StoredApplicant", about = "id", confirms = { "deleted", status = "deactivated" },
      retry = "idempotent", -- who is removed stays so
      try = { "63e096c51b6b400000000000", "deactivated" },
      actions = {
        deactivate = { destructive = true, marks = true, gone = 1, opposite = "activate", guard = "10%" },
        activate = { destructive = true, marks = true, gone = 0, opposite = "deactivate" },
      },
    },
    --[==[
    Sends the applicant an e-mail about where the verification stands.

    ```lua
    local ok, err = client:send_verification_status_email("60b8ce73460647000145384e")
    if ok then
      print("sent")
    elseif err.outcome == "unknown" then
      print("perhaps sent: look at the timeline before you send it again")
    else
      print("not sent", err)
    end
    ```
    ```sh
    idngo call send_verification_status_email 60b8ce73460647000145384e
    ```

    | the applicant has no e-mail address | 400 | nothing was sent |
    | the server answers 200 with `ok` other than 1 | 200 | an error of kind `http`, outcome `rejected` |

    - People notice a second e-mail, so this call is never repeated on a guess. It gets a connection of its own: a
      kept one may have died unseen.
    - `outcome == "unknown"` means that it may have gone out. Ask a human.
    ]==]
    {
      name = "send_verification_status_email",
      title = "Send verification status email to user",
      request = "POST /resources/applicants/{applicantId}/verificationStatusEmail",
      arguments = { { "applicantId", "the applicant to write to" } },
      reply = "ok", returns = "Ok",
      retry = "once", -- a second e-mail reaches a person
      try = { "60b8ce73460647000145384e" },
      actions = { send_status_email = { destructive = true, marks = true } },
    },
    --[==[
    Fetches the verification report as a PDF.

    ```lua
    local r = assert(client:report("60f6f9ab7bbfc20001eca91d", { lang = "en", to = "report.pdf" }))
    print(r.path, r.size, r.sha256)
    ```
    ```sh
    idngo call report 60f6f9ab7bbfc20001eca91d --to report.pdf
    ```

    | the other report fits this applicant | 400 | `applicantReport` for a person, `companyReport` for a company |
    | a lang that is no language | 400 | two letters, such as `en` |

    - The service makes one report at a time; a second request waits until the first is answered. The client sees to
      it, also between processes.
    - Making a report takes seconds. Raise `timeout` for large ones: `{ timeout = 120 }`.
    - The reference names the parameter `reportType`, of type Integer; on the wire it is `report`, a word.
    - An error comes as JSON even here. What does not begin with `%PDF-` is an error of kind `malformed`, and nothing
      is saved.
    ]==]
    {
      name = "report",
      title = "Retrieve applicant verification report in PDF",
      request = "GET /resources/applicants/{applicantId}/summary/report",
      arguments = { { "applicantId", "the applicant to report on" } },
      options = {
        {
          "report", "applicantReport for a person, companyReport for a company",
          values = { "applicantReport", "companyReport" }, default = "applicantReport",
        },
        { "lang", "language of the report, ISO 639-1", default = "en" },
      },
      reply = "pdf", returns = "File", file = { "a PDF", media = "application/pdf", begins = "%PDF-" },
      retry = "safe",
      limit = "report",
      try = { "60f6f9ab7bbfc20001eca91d" },
      actions = { save_report = { file = "report.pdf" } },
    },
  },
}
