-- Applicants from other providers.

return {
  limits = {
    import_applicant = { 10, 10 },
  },

  classes = {
    ReviewedApplicant = { -- An applicant of another provider, whose review is over.
      externalUserId = "text, required", -- your own id of the user
      info = "Info", -- what is known of the person
      fixedInfo = "Info", -- the same, and of a company: companyInfo
      email = "string", -- the user's e-mail address
      phone = "string", -- the user's phone number
      type = "ApplicantType", -- a person, unless it says otherwise
      review = "CompletedReview, required", -- what came of it
    },
    CompletedReview = { -- A review that is over.
      "Review",
      reviewStatus = "ReviewStatus, required", -- `completed`
      reviewResult = "CompletedResult, required", -- what came of it
    },
    CompletedResult = { -- What came of it.
      "ReviewResult",
      reviewAnswer = "ReviewAnswer, required", -- the result: `GREEN` or `RED`
    },
  },

  endpoints = {
    --[==[
    Imports an approved applicant from another provider: one ZIP archive with the data and the documents of one
    person.

    ```lua
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
    end
    ```
    ```sh
    mkdir -p jon/selfie
    printf '\377\330\377\340' >jon/selfie/me.jpg   # stands for a real picture
    echo '{ "idDocType": "SELFIE", "country": "GBR" }' >jon/selfie/applicantIdDoc.json
    cat >jon/applicant.json <<'JSON'
    { "externalUserId": "jon", "info": { "firstName": "Jon", "lastName": "Snow", "country": "GBR" },
      "review": { "createDate": "2022-11-21 08:25:32+0000", "levelName": "basic-kyc-level", "reviewStatus": "completed",
                  "reviewResult": { "reviewAnswer": "GREEN" } } }
    JSON
    idngo import pack jon
    idngo call import_applicant jon.zip
    ```

    | an applicant with this externalUserId exists | 409 | it may be yours, from an attempt whose answer was lost |
    | the archive is not in order | 400 | the client's own check says what before anything is sent |
    | no such level | 400 | `levels` lists the names |

    - The archive is checked before it is sent; what the check refuses is an error of kind `archive`, outcome
      `not_sent`, whose `findings` name every fault. `{ unchecked = true }` sends without looking.
    - The body is the archive's raw bytes. The reference's `curl -d` would strip line breaks from it; `--data-binary`
      is what works.
    - A lost answer is tried again: if the first had been taken, the second is refused with 409.
    - A path is read twice, once to sign and once to send; a file that changes between is an error, and is not sent
      whole.
    - Making archives and sending thousands of them: [Importing applicants](../import.md).
    ]==]
    {
      name = "import_applicant",
      title = "Import applicant from ZIP archive",
      request = "POST /resources/applicants/-/applicantImport",
      body = { "zip", "archive", "the ZIP archive to send" },
      reply = "applicant", returns = "StoredApplicant",
      retry = "keyed", -- the service knows people by externalUserId
      limit = "import_applicant",
    },
    --[==[
    Imports an applicant whose review another provider has ended: the data and the result, without documents.

    ```lua
    local applicant = assert(client:import_completed("basic-kyc-level", {
      externalUserId = "user-7001", info = { firstName = "Asel", lastName = "Testova", country = "KAZ" },
      review = {
        createDate = "2026-11-01 09:00:00+0000", reviewDate = "2026-11-01 09:05:00+0000", reviewStatus = "completed",
        reviewResult = { reviewAnswer = "RED", reviewRejectType = "FINAL", rejectLabels = { "FORGERY" } },
      },
    }))
    print(applicant.id, applicant.review.reviewResult.reviewAnswer)
    ```
    ```sh
    cat >completed.json <<'JSON'
    { "externalUserId": "user-7002", "info": { "firstName": "Dana", "lastName": "Testova", "country": "KAZ" },
      "review": { "reviewStatus": "completed", "reviewResult": { "reviewAnswer": "GREEN" } } }
    JSON
    idngo call import_completed basic-kyc-level completed.json
    ```

    | an applicant with this externalUserId exists | 409 | it may be yours, from an attempt whose answer was lost |
    | no such level | 400 | `levels` lists the names |

    - Unlike the archive of `import_applicant` it takes rejections, too.
    ]==]
    {
      name = "import_completed",
      title = "Import applicant with a completed review",
      request = "POST /resources/applicants/-/ingestCompleted",
      arguments = { { "levelName", "the verification level, as named in the dashboard" } },
      body = { "json", "applicant", "who it is and what came of it", class = "ReviewedApplicant",
        example = '{ externalUserId = "user-7001", review = { … } }' },
      reply = "applicant", returns = "CreatedApplicant",
      retry = "keyed", -- the service knows people by externalUserId
      settle = { by = "applicant_by_external_id", with = "externalUserId", as = "applicant" },
      source = { "Sumsub", "import-applicant" },
    },
  },
}
