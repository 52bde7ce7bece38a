-- Reviews: how far an applicant's verification is, and what moves it.

return {
  classes = {
    Steps = { -- The steps of a verification by their names, such as `IDENTITY` and `SELFIE`: for each a Step, and nothing for
    -- one that was not given yet.
      IDENTITY = "Step, checked", -- the identity document
      IDENTITY2 = "Step", -- the second, on levels that ask for several
      IDENTITY3 = "Step", -- the third
      IDENTITY4 = "Step", -- the fourth
      SELFIE = "Step, checked", -- the face
      SELFIE2 = "Step", -- the second
      PROOF_OF_RESIDENCE = "Step", -- the proof of address
      APPLICANT_DATA = "Step", -- what the user filled in
      PHONE_VERIFICATION = "Step", -- the phone number
      EMAIL_VERIFICATION = "Step", -- the e-mail address
      QUESTIONNAIRE = "Step", -- the questionnaire
      COMPANY_DATA = "Step", -- of a company: what was filled in
      COMPANY_DOCUMENTS = "Step", -- of a company: its papers
    },
    ReviewState = { -- A Review by itself, whose status is always there.
      "Review",
      reviewStatus = "ReviewStatus, required", -- where it stands
    },
    Step = { -- One step.
      reviewResult = "ReviewResult, checked", -- what came of it
      country = "string", -- of the document: three letters, ISO 3166-1 alpha-3
      idDocType = "string", -- `PASSPORT`, `ID_CARD`, `SELFIE`, …
      imageIds = "integer[]", -- its pictures; these ids are numbers here, and texts everywhere else
      imageReviewResults = "table", -- what came of each picture, by its id
      forbidden = "boolean", -- whether the document is not accepted on this level
      doubleSided = "boolean", -- whether it has two sides
      stepStatuses = "table[]", -- parts of the step
    },
    Result = { -- What a verification shall come to.
      reviewAnswer = "ReviewAnswer, required", -- the result
      rejectLabels = "string[], required", -- why; may be empty
      reviewRejectType = "RejectType", -- of a RED: FINAL or RETRY
      clientComment = "string", -- must not be shown to the user
      moderationComment = "string", -- may be shown to the user
    },
  },

  endpoints = {
    --[==[
    How far is each step of an applicant's verification?

    ```lua
    local steps = assert(client:steps("6543210fedcba9876543210f"))
    for name, step in pairs(steps) do print(name, step.idDocType, step.reviewResult and step.reviewResult.reviewAnswer) end
    ```
    ```sh
    idngo call steps 6543210fedcba9876543210f
    ```

    - A step that was not given yet is `null` on the wire, and so absent. Steps that depend on the identity document are absent
      until that is decided.
    - After a final rejection it may say little: `applicant` says why.
    - `imageIds` are numbers here; `document_image` takes them as texts.
    ]==]
    {
      name = "steps",
      title = "Get applicant verification steps status",
      request = "GET /resources/applicants/{applicantId}/requiredIdDocsStatus",
      arguments = { { "applicantId", "the applicant to look up" } },
      reply = "steps", returns = "Steps",
      retry = "safe",
      try = { "6543210fedcba9876543210f" },
      source = { "IDnGO", "a client of api.cyberity.ru" },
      fact = { "steps", answers = { "MISSING" } },
    },
    --[==[
    How far is an applicant's verification?

    ```lua
    local r = assert(client:status("6543210fedcba9876543210f"))
    if r.reviewStatus == "completed" and r.reviewResult then print(r.reviewResult.reviewAnswer) else print(r.reviewStatus) end
    ```
    ```sh
    idngo call status 6543210fedcba9876543210f
    ```

    - Decide only on `completed` with a `reviewAnswer`: an older answer may stand beside `init`.
    - `reviewStatus` may have values that are not listed.
    ]==]
    {
      name = "status",
      title = "Get applicant review status",
      request = "GET /resources/applicants/{applicantId}/status",
      arguments = { { "applicantId", "the applicant to look up" } },
      reply = "review", returns = "ReviewState",
      retry = "safe",
      try = { "6543210fedcba9876543210f" },
      source = { "Sumsub", "get-applicant-review-status" },
      fact = { "status", answers = { "GREEN", "RED", "MISSING" } },
    },
    --[==[
    Asks for an applicant to be checked: the review goes from `init` to `pending`.

    ```lua
    local applicant = assert(client:create_applicant("basic-kyc-level", { externalUserId = "user-5001" }))
    local ok, err = client:request_check(applicant.id)
    print(ok and "asked" or err)
    ```
    ```sh
    echo '{ "externalUserId": "user-5003" }' >applicant.json
    id=$(idngo call create_applicant basic-kyc-level applicant.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    idngo call request_check $id --reason "documents are complete"
    ```

    | the applicant is under review (pending, queued, prechecked) | 409 | wait for its result |
    | steps are missing | 409 | its words name them; upload them first |

    - A check may cost money and may be made by people: it is never asked for twice on a guess. After an unknown outcome look
      at `status`: `pending`, `queued`, `prechecked` or a newer attempt say that it was taken.
    - An empty reply counts, as the vendor's page says.
    ]==]
    {
      name = "request_check",
      title = "Request applicant check",
      request = "POST /resources/applicants/{applicantId}/status/pending",
      arguments = { { "applicantId", "the applicant to check" } },
      options = {
        { "reason", "why, in your words", empty = true },
        { "reasonCode", "the kind of verification; its values are not published", empty = true },
      },
      reply = "ok", returns = "Ok", takes = "empty",
      retry = "once", -- it starts a check, which may be billed, or made by people
      source = { "IDnGO", "a client of api.cyberity.ru" },
      actions = { request_check = { destructive = true, marks = true } },
    },
    --[==[
    Sets an applicant back to the beginning: documents become inactive, the status `init`, and the person starts over.

    ```lua
    print(assert(client:reset("60f6f9ab7bbfc20001eca91d")).ok)
    ```
    ```sh
    idngo call reset 60b8ce73460647000145384e
    ```

    | the applicant is under review (pending, queued, prechecked) | 409 | wait for its result |

    - A second one may wipe what was uploaded in between, so it is never made twice on a guess.
    - The vendor advises against it after a final rejection.
    ]==]
    {
      name = "reset",
      title = "Reset applicant",
      request = "POST /resources/applicants/{applicantId}/reset",
      arguments = { { "applicantId", "the applicant to reset" } },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "once", -- it would wipe what was uploaded since
      source = { "IDnGO", "a client of api.cyberity.ru" },
    },
    --[==[
    Ends a review by hand, in the sandbox environment alone: tokens of production are refused.

    ```lua
    local applicant = assert(client:create_applicant("basic-kyc-level", { externalUserId = "user-5002" }))
    print(assert(client:complete_in_sandbox(applicant.id, { reviewAnswer = "GREEN", rejectLabels = {} })).ok)
    ```
    ```sh
    echo '{ "reviewAnswer": "RED", "reviewRejectType": "RETRY", "rejectLabels": ["SCREENSHOTS"] }' >result.json
    idngo call complete_in_sandbox 5eea3f5204f940217bcbc03d result.json
    ```

    | the applicant is of production | 403 | it is for trying, in the sandbox environment |

    - The webhook `applicantReviewed` is sent, as after a real review.
    - `rejectLabels` must be there, and may be empty.
    ]==]
    {
      name = "complete_in_sandbox",
      title = "Set review for applicant on sandbox",
      request = "POST /resources/applicants/{applicantId}/status/testCompleted",
      arguments = { { "applicantId", "the applicant whose review ends" } },
      body = { "json", "result", "what it comes to", class = "Result", empty = "[]",
        example = '{ reviewAnswer = "GREEN", rejectLabels = {} }' },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "harmless", -- it comes to the same, and one more webhook is sent
      source = { "Sumsub", "set-review-for-applicant-on-sandbox; that IDnGO has it at the same path is inferred" },
    },
    --[==[
    Moves an applicant to another verification level, whose further steps the person has to take.

    ```lua
    local applicant = assert(client:move_to_level("60f6f9ab7bbfc20001eca91d", "basic-kyc-level"))
    print(applicant.review.levelName)
    ```
    ```sh
    idngo call move_to_level 60f6f9ab7bbfc20001eca91d basic-kyc-level
    ```

    | the applicant is pending, queued or onHold | 409 | wait for its result |
    | no such level | 400 | `levels` lists the names |
    | no such applicant | 404 | ids are those of one environment |

    - What is asked for then is in `requiredIdDocs`.
    ]==]
    {
      name = "move_to_level",
      title = "Change level and reset steps",
      request = "POST /resources/applicants/{applicantId}/moveToLevel",
      arguments = {
        { "applicantId", "the applicant to move" },
        { "name", "the level, as named in the dashboard" },
      },
      reply = "applicant", returns = "StoredApplicant", about = "id",
      example = "applicant",
      retry = "idempotent", -- who is on the level stays there
      source = { "Sumsub", "change-level-and-reset-steps" },
      hints = { [404] = "the service knows no such applicant, or no such level; `idngo call levels` names those" },
      actions = { move_to_level = { destructive = true, marks = true } },
    },
    --[==[
    Resets one step of an applicant's verification, which the person has to take again.

    ```lua
    print(assert(client:reset_step("60f6f9ab7bbfc20001eca91d", "SELFIE")).ok)
    ```
    ```sh
    idngo call reset_step 60f6f9ab7bbfc20001eca91d IDENTITY
    ```

    | the level has no such step | 400 | `steps` lists them |
    | the applicant is under review (pending, queued, prechecked) | 409 | wait for its result |
    | no such applicant | 404 | ids are those of one environment |

    - `PHONE_VERIFICATION`, `EMAIL_VERIFICATION`, `QUESTIONNAIRE`, `APPLICANT_DATA`, `IDENTITY` to `IDENTITY4`,
      `PROOF_OF_RESIDENCE`, `SELFIE`, `COMPANY_DATA`, `COMPANY_DOCUMENTS`, and perhaps others.
    - `APPLICANT_DATA` empties the taxpayer numbers of `fixedInfo`, too, `PHONE_VERIFICATION` the applicant's phone number.
    ]==]
    {
      name = "reset_step",
      title = "Reset single verification step",
      request = "POST /resources/applicants/{applicantId}/resetStep/{step}",
      arguments = {
        { "applicantId", "the applicant" },
        { "step", "the step, such as `SELFIE`" },
      },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "once", -- it would wipe what was uploaded since
      source = { "Sumsub", "reset-single-verification-step" },
      actions = { reset_step = { destructive = true, marks = true, guard = "10%" } },
    },
  },
}
