-- Anti-money-laundering screening: what it found, and what is done about it.

return {
  limits = {
    aml_case = { 10, 60 }, -- the vendor's page on the case
    recheck_aml = { 100, 60 }, -- the vendor's page on running the check
  },

  words = {
    MatchStatus = { "potential_match", "true_positive", "false_positive" },
  },

  classes = {
    AmlCase = { -- What screening found of one applicant. Any field may be missing.
      id = "string, checked", -- the case
      createdAt = "moment", -- when it was opened
      targetEntityType = "string", -- what it is about: an applicant
      targetEntityId = "string, checked", -- the applicant
      vendorAttribution = "table", -- whose data it is
      ongoingMonitoring = "table", -- whether it goes on
      review = "table", -- how far it is
      riskLabels = "string[]", -- risks that were seen
      hits = "AmlHit[], checked", -- what was found
    },
    AmlHit = { -- One person or company that may be this one.
      id = "text, checked", -- the hit
      matchStatus = "MatchStatus", -- what was decided about it
      whitelisted = "boolean", -- whether it is left out from now on
      note = "string", -- why
    },
    HitReviews = { -- What is decided about hits.
      hitReviews = "HitReview[], required", -- one for each
    },
    HitReview = { -- What is decided about one hit.
      hitId = "text, required", -- the hit
      matchStatus = "MatchStatus, required", -- whether it is the person; that `false_positive` is the word for no is inferred
      whitelisted = "boolean", -- whether it is left out from now on
      note = "string", -- why
    },
  },

  endpoints = {
    --[==[
    What did the anti-money-laundering screening find of an applicant?

    | no such applicant | 404 | ids are those of one environment |

    - At most 10 in a minute: the client sees to it.
    - Any field may be null, and so absent: without `hits` nobody knows whether there are some.
    ]==]
    {
      name = "aml_case",
      title = "Get AML case data",
      request = "GET /resources/api/applicants/{applicantId}/amlCase",
      arguments = { { "applicantId", "the applicant to look up" } },
      reply = "case", returns = "AmlCase", about = "targetEntityId",
      retry = "safe",
      limit = "aml_case",
      try = { "6543210fedcba9876543210f" },
      source = { "Sumsub", "get-aml-case-data" },
    },
    --[==[
    Says of hits of a screening whether they are the person.

    ```lua
    local case = assert(client:aml_case("6543210fedcba9876543210f"))
    assert(client:review_aml_hits(case.id, { hitReviews = {
      { hitId = case.hits[1].id, matchStatus = "false_positive", whitelisted = true, note = "Other date of birth" } } }))
    print(client:aml_case("6543210fedcba9876543210f").hits[1].matchStatus)
    ```
    ```sh
    echo '{ "hitReviews": [{ "hitId": "HIT-1", "matchStatus": "false_positive", "note": "Other person" }] }' >hits.json
    idngo call review_aml_hits 6550000000000000000000a1 hits.json
    ```

    | no such case, or a hit that is not of it | 404 | `aml_case` has the ids |

    - The applicant must be `onHold`, the vendor's page says.
    - The reply is how many hits were changed, in a form that no source shows: it is not read.
    - The path has no `/api/`, unlike that of `aml_case`.
    ]==]
    {
      name = "review_aml_hits",
      title = "Update AML hit review",
      request = "PATCH /resources/amlCases/{caseId}/hits",
      arguments = { { "caseId", "the case, from `aml_case`" } },
      body = { "json", "reviews", "what is decided about hits", class = "HitReviews",
        example = '{ hitReviews = { { hitId = "HIT-1", matchStatus = "false_positive" } } }' },
      reply = "nothing", returns = "Nothing", takes = "anything",
      example = "health",
      retry = "idempotent", -- the hits are as was said, however often
      source = { "Sumsub", "update-aml-hit-review" },
    },
    --[==[
    Has an approved applicant screened again.

    ```lua
    print(assert(client:recheck_aml("60f6f9ab7bbfc20001eca91d")).ok)
    ```
    ```sh
    idngo call recheck_aml 60f6f9ab7bbfc20001eca91d
    ```

    | the applicant is not approved | 409 | wait for its result |
    | no such applicant | 404 | ids are those of one environment |

    - It costs money, so it is never asked for again on a guess. At most 100 in a minute: the client sees to it.
    - The sandbox puts on hold whom it finds, until `review_aml_hits` says of each hit whether it is the person.
    ]==]
    {
      name = "recheck_aml",
      title = "Run AML check",
      request = "POST /resources/applicants/{applicantId}/recheck/aml",
      arguments = { { "applicantId", "the applicant to screen" } },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "once", -- it costs money
      limit = "recheck_aml",
      source = { "Sumsub", "run-aml-check" },
    },
  },
}
