-- Decisions on applicants that people of yours make, instead of the vendor's.

return {
  classes = {
    Decision = { -- A decision.
      note = "string", -- why, for those who look at it later
      tags = "string[]", -- tags for the applicant
    },
    Refusal = { -- A decision with reasons.
      "Decision",
      reasons = "table", -- codes by their groups, such as `{ fraud = { "multiAccounting" } }`
    },
  },

  endpoints = {
    --[==[
    Approves an applicant: the review is completed, and its answer is GREEN.

    ```lua
    local made = assert(client:create_applicant("basic-kyc-level", { externalUserId = "user-5101" }))
    local applicant = assert(client:approve(made.id, { note = "Seen in the branch" }))
    print(applicant.review.reviewStatus, applicant.review.reviewResult.reviewAnswer)
    ```
    ```sh
    echo '{ "note": "Seen in the branch", "tags": ["branch"] }' >decision.json
    idngo call approve 60f6f9ab7bbfc20001eca91d decision.json
    ```

    | `reasons` in the body | 409 | an approval has none; the method throws before anything is sent |
    | the service works on this applicant | 409 | it is tried again after 10 to 15 s, as the vendor wants |
    | no such applicant | 404 | ids are those of one environment |

    - A decision is told to the person, so it is never sent again on a guess. After an unknown outcome look at `status`.
    - It may be left out: then the body is `{}`.
    ]==]
    {
      name = "approve",
      title = "Approve applicant",
      request = "POST /resources/applicants/{applicantId}/-/approve",
      arguments = { { "applicantId", "the applicant to approve" } },
      body = { "json", "decision", "note and tags", class = "Decision", optional = true, empty = "[]", without = "reasons",
        example = '{ note = "Seen in the branch" }' },
      reply = "applicant", returns = "StoredApplicant", about = "id",
      example = "applicant",
      retry = "once", -- the person is told
      again = { 10, 15 },
      source = { "Sumsub", "approve-applicant" },
      actions = { approve = { destructive = true, marks = true, guard = "10%", verdict = true } },
    },
    --[==[
    Rejects an applicant for good: the review is completed, its answer is RED, and final.

    ```lua
    local made = assert(client:create_applicant("basic-kyc-level", { externalUserId = "user-5102" }))
    local applicant = assert(client:reject(made.id, { note = "Two accounts of one person",
      tags = { "duplicate" }, reasons = { fraud = { "multiAccounting" } } }))
    print(table.concat(applicant.review.reviewResult.rejectLabels, " "))
    ```
    ```sh
    echo '{ "note": "Two accounts", "reasons": { "fraud": ["multiAccounting"] } }' >decision.json
    idngo call reject 60f6f9ab7bbfc20001eca91d decision.json
    ```

    | the service works on this applicant | 409 | it is tried again after 10 to 15 s, as the vendor wants |
    | no such applicant | 404 | ids are those of one environment |

    - It is possible from any status. `rejectLabels` has `EXTERNAL_DECISION_REJECTION` then.
    - A decision is told to the person, so it is never sent again on a guess. After an unknown outcome look at `status`.
    ]==]
    {
      name = "reject",
      title = "Reject applicant",
      request = "POST /resources/applicants/{applicantId}/-/reject",
      arguments = { { "applicantId", "the applicant to reject" } },
      body = { "json", "decision", "note, tags and reasons", class = "Refusal", empty = "[]",
        example = '{ note = "Two accounts of one person", reasons = { fraud = { "multiAccounting" } } }' },
      reply = "applicant", returns = "StoredApplicant", about = "id",
      example = "applicant",
      retry = "once", -- the person is told
      again = { 10, 15 },
      source = { "Sumsub", "reject-applicant" },
      actions = { reject = { destructive = true, marks = true, guard = "10%", verdict = true } },
    },
    --[==[
    Opens a review again that waits for a further document: the status is `init`, and the person may upload.

    ```lua
    local made = assert(client:create_applicant("basic-kyc-level", { externalUserId = "user-5103" }))
    assert(client:reject(made.id, { note = "by mistake" }))
    local applicant = assert(client:reopen(made.id, { reasons = { manual = { "additionalDocumentRequest" } } }))
    print(applicant.review.reviewStatus)
    ```
    ```sh
    echo '{ "reasons": { "manual": ["additionalDocumentRequest"] } }' >decision.json
    idngo call reopen 60f6f9ab7bbfc20001eca91d decision.json
    ```

    | the service works on this applicant | 409 | it is tried again after 10 to 15 s, as the vendor wants |
    | no such applicant | 404 | ids are those of one environment |

    - It is meant for `onHold` with a step that was asked for; else the service overrides it, the vendor's page says.
    ]==]
    {
      name = "reopen",
      title = "Change applicant status to init",
      request = "POST /resources/applicants/{applicantId}/-/init",
      arguments = { { "applicantId", "the applicant" } },
      body = { "json", "decision", "note, tags and reasons", class = "Refusal", empty = "[]",
        example = '{ reasons = { manual = { "additionalDocumentRequest" } } }' },
      reply = "applicant", returns = "StoredApplicant", about = "id",
      example = "applicant",
      retry = "once", -- the person is asked for more
      again = { 10, 15 },
      source = { "Sumsub", "change-applicant-status-to-init" },
    },
  },
}
