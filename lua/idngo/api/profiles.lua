-- Applicants: created, looked up, and what you declare about them.

return {
  classes = {
    NewApplicant = { -- Somebody to be verified.
      externalUserId = "text, required", -- your own id of the user, of at most 512 characters
      email = "string", -- the user's e-mail address
      phone = "string", -- the user's phone number
      lang = "string", -- the user's language, ISO 639-1
      sourceKey = "string", -- which of your branches or partners it is from
      type = "ApplicantType", -- a person, unless it says otherwise
      fixedInfo = "Info", -- what you know of the person
      info = "Info", -- of a company: companyInfo
      metadata = "Metadata[]", -- notes of yours
      structuredMetadata = "table", -- the same with names of its own
    },
    CreatedApplicant = { -- An applicant that was created, or that was found where the answer was lost or it was there before.
      "StoredApplicant",
      created = "boolean", -- by the client: absent in an answer, and where the answer was lost and this was found; false where
      -- the service said that it was there before
      differs = "string[]", -- by the client, of what was found: fields that are not as they were sent, or not shown
    },
    ChangedInfo = { -- The applicant that was changed, or its fixedInfo alone.
      "Info",
      id = "string, checked", -- the applicant, when it is one
      fixedInfo = "Info, checked", -- what you declared about it, when it is one
    },
    Existence = { -- Whether there is an applicant.
      exists = "boolean, required", -- whether there is
      applicant = "Applicant, checked", -- the applicant, when there is
    },
    ProfileChange = { -- What of a profile to change. Fields that are left out stay as they are.
      id = "text, required", -- the applicant
      externalUserId = "string", -- your own id of the user
      email = "string", -- the user's e-mail address
      phone = "string", -- the user's phone number
      sourceKey = "string", -- which of your branches or partners it is from
      lang = "string", -- the user's language, ISO 639-1
      metadata = "Metadata[]", -- notes of yours
      questionnaires = "table[]", -- answers to questionnaires
      deleted = "boolean", -- whether it is deactivated
    },
  },

  endpoints = {
    --[==[
    Creates an applicant on a verification level.

    ```lua
    local applicant = assert(client:create_applicant("basic-kyc-level", {
      externalUserId = "user-4711", email = "asel@example.org", lang = "ru",
      fixedInfo = { firstName = "Asel", lastName = "Testova", dob = "1992-03-04", country = "KAZ" },
    }))
    print(applicant.id, applicant.inspectionId, applicant.review.reviewStatus)
    ```
    ```sh
    echo '{ "externalUserId": "user-4712", "email": "dana@example.org" }' >applicant.json
    idngo call create_applicant basic-kyc-level applicant.json
    ```

    | an applicant with this externalUserId exists | 409 | `applicant_by_external_id` reads it |
    | no such level | 400 | `levels` lists the names, in exact case |

    - `client:create_or_get(levelName, applicant)` takes the same, and returns an applicant who is there already with
      `created = false` and, as `differs`, the names of the fields that are not as they were sent.
    - Where the answer is lost the applicant is looked for by `externalUserId`; one who is found is the result, with `differs`
      and without `created`, since nobody can tell. Where none is found the outcome is `unknown`: the first may still be under
      way.
    - Keep `id` and `inspectionId` of the reply: documents are uploaded by the one and read back by the other.
    - Success is status 201, or 200.
    - The vendor's pages disagree on where a company's data goes, `info.companyInfo` or `fixedInfo.companyInfo`: what is given
      is sent as it is.
    - The reply must be of the `externalUserId` that was sent, else it is another's.
    ]==]
    {
      name = "create_applicant",
      title = "Create an applicant",
      request = "POST /resources/applicants",
      arguments = { { "levelName", "the verification level, as named in the dashboard" } },
      body = {
        "json", "applicant", "who it is", class = "NewApplicant", example = '{ externalUserId = "user-4711" }',
      },
      options = { { "accessToken", "the token of the user's session for device intelligence; seen for Sumsub alone" } },
      reply = "applicant", returns = "CreatedApplicant",
      retry = "keyed", -- the service knows people by externalUserId
      settle = { by = "applicant_by_external_id", with = "externalUserId", as = "applicant" },
      source = { "IDnGO", "the integration guide, step 1" },
      hints = { [404] = "the service knows no such level; compare its name with those of `idngo call levels`" },
    },
    --[==[
    Reads an applicant: who it is, what is asked of it, and how far the verification is.

    ```lua
    local applicant = assert(client:applicant("6543210fedcba9876543210f"))
    local review = applicant.review
    print(review.reviewStatus, review.reviewResult and review.reviewResult.reviewAnswer)
    ```
    ```sh
    idngo call applicant 6543210fedcba9876543210f
    ```

    | no such applicant | 404 | ids are those of one environment |

    - Somebody is verified only when `reviewStatus` is `completed` and `reviewAnswer` is `GREEN`: an older answer may stand
      beside `init`.
    ]==]
    {
      name = "applicant",
      title = "Get applicant data",
      request = "GET /resources/applicants/{applicantId}/one",
      arguments = { { "applicantId", "the applicant to read" } },
      reply = "applicant", returns = "StoredApplicant", about = "id",
      retry = "safe",
      try = { "6543210fedcba9876543210f" },
      source = { "IDnGO", "the page on proofs of address" },
      fact = { "applicant", answers = { "GREEN", "RED", "MISSING" } },
    },
    --[==[
    Reads an applicant by your own id of the user.

    ```lua
    local applicant, err = client:applicant_by_external_id("reference-6")
    print(applicant and applicant.id or err)
    ```
    ```sh
    idngo call applicant_by_external_id reference-6
    ```

    | no such applicant | 404 | an id that was never used, or one of another environment |

    - The id is a piece of the path and may hold any character; it is percent-encoded before signing.
    ]==]
    {
      name = "applicant_by_external_id",
      title = "Get applicant data by externalUserId",
      request = "GET /resources/applicants/-;externalUserId={externalUserId}/one",
      arguments = { { "externalUserId", "your own id of the user" } },
      reply = "applicant", returns = "StoredApplicant",
      retry = "safe",
      example = "applicant",
      source = { "IDnGO", "the page on proofs of address" },
    },
    --[==[
    Tells whether there is an applicant with your own id of the user, and which.

    ```lua
    local r = assert(client:applicant_exists("nobody-at-all"))
    print(r.exists)
    ```
    ```sh
    idngo call applicant_exists reference-6
    ```

    - Unlike `applicant_by_external_id` it answers 200 when there is none. Sumsub has it since 2026-09; whether IDnGO has it is
      not known.
    ]==]
    {
      name = "applicant_exists",
      title = "Check whether an applicant exists by externalUserId",
      request = "GET /resources/applicants/-/byExternalUserId/{externalUserId}",
      arguments = { { "externalUserId", "your own id of the user" } },
      reply = "existence", returns = "Existence",
      echoes = { ["applicant.externalUserId"] = "externalUserId" },
      retry = "safe",
      source = { "Sumsub", "check-applicant-existence-by-externaluserid" },
    },
    --[==[
    Changes what you declared about a person: fields of `fixedInfo`.

    ```lua
    local r = assert(client:update_fixed_info("60f6f9ab7bbfc20001eca91d", { firstName = "Asel", country = "KAZ" }))
    print(r.firstName or r.fixedInfo.firstName)
    ```
    ```sh
    echo '{ "dob": "1992-03-04" }' >fixed.json
    idngo call update_fixed_info 60f6f9ab7bbfc20001eca91d fixed.json
    ```

    | a value that the field cannot have | 400 | nothing was changed |

    - The reply is the applicant, or `fixedInfo` alone: sources disagree, and both are taken.
    - It changes nothing in the review: `request_check` starts a new one. Not for companies.
    ]==]
    {
      name = "update_fixed_info",
      title = "Change provided info (fixedInfo)",
      request = "PATCH /resources/applicants/{applicantId}/fixedInfo",
      arguments = { { "applicantId", "the applicant to change" } },
      body = { "json", "fixedInfo", "the fields to change", class = "Info", example = '{ firstName = "Asel" }' },
      reply = "object", returns = "ChangedInfo", about = "id",
      retry = "idempotent", -- the fields have the values that were sent, however often
      source = { "Sumsub", "change-provided-info-fixedinfo" },
      actions = { update_fixed_info = { destructive = true, marks = true } },
    },
    --[==[
    Puts an applicant on the blocklist: a final rejection, now and in later checks.

    ```lua
    local applicant = assert(client:blocklist("60b8ce73460647000145384e", "Two accounts of one person"))
    print(table.concat(applicant.review.reviewResult.rejectLabels, " "))
    ```
    ```sh
    idngo call blocklist 5eea3f5204f940217bcbc03d "Two accounts of one person"
    ```

    | the applicant is on it already | 409 | errorCode 5000: it is done, and the result is the applicant, with `created = false` |

    - It is about this profile alone, not about a company's beneficiaries.
    - The person is told: a final rejection.
    ]==]
    {
      name = "blocklist",
      title = "Add applicant to blocklist",
      request = "POST /resources/applicants/{applicantId}/blacklist",
      arguments = {
        { "applicantId", "the applicant to block" },
        { "note", "why, for those who look at it later", empty = true },
      },
      reply = "applicant", returns = "CreatedApplicant", about = "id",
      retry = "keyed", -- a second one is refused with errorCode 5000
      settle = { by = "applicant", as = "blocked", done = 5000 },
      source = { "Sumsub", "add-applicant-to-blocklist" },
      actions = { blocklist = { destructive = true, marks = true, guard = "10%", verdict = true } },
    },
    --[==[
    Changes a profile beside what is known of the person: ids of yours, how the user is reached, notes.

    ```lua
    local applicant = assert(client:update_profile { id = "60b8ce73460647000145384e", email = "new@example.org", lang = "kk" })
    print(applicant.email, applicant.lang)
    ```
    ```sh
    echo '{ "id": "60b8ce73460647000145384e", "sourceKey": "branch-2" }' >change.json
    idngo call update_profile change.json
    ```

    | no such applicant | 404 | ids are those of one environment |
    | somebody else has this externalUserId | 409 | nothing was changed |

    - Who it is stands in the body, as `id`.
    - The vendor's newest sample no longer shows `externalUserId`.
    ]==]
    {
      name = "update_profile",
      title = "Change profile data details",
      request = "PATCH /resources/applicants",
      body = { "json", "profile", "the fields to change, and of whom", class = "ProfileChange", empty = "[]",
        example = '{ id = "60b8ce73460647000145384e", email = "new@example.org" }' },
      reply = "applicant", returns = "StoredApplicant",
      echoes = { id = "id" },
      example = "applicant",
      retry = "idempotent", -- the fields have the values that were sent, however often
      source = { "Sumsub", "change-profile-data-details" },
    },
  },
}
