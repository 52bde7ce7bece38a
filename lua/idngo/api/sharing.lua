-- Applicants of one account that another may take over, by tokens.

return {
  classes = {
    ShareRequest = { -- Who is shared, and with whom.
      applicantId = "text, required", -- the applicant
      forClientId = "text, required", -- the account that may take it over
      ttlInSecs = "integer", -- how long the token lives, in seconds
    },
    ShareToken = { -- A token with which another account takes an applicant over, once.
      token = "secret, required", -- give it to that account, and to nobody else; opaque
      forClientId = "string, checked", -- the account
    },
  },

  endpoints = {
    --[==[
    Makes a token with which another account takes over an applicant, once.

    ```lua
    local shared = assert(client:share_token { applicantId = "60f6f9ab7bbfc20001eca91d", forClientId = "partner" })
    print(shared.forClientId, #shared.token > 0)
    ```
    ```sh
    echo '{ "applicantId": "60f6f9ab7bbfc20001eca91d", "forClientId": "partner" }' >share.json
    idngo call share_token share.json
    ```

    | no such applicant | 404 | ids are those of one environment |
    | the app token may not share | 403 | permissions are set in the dashboard |

    - The token is a credential: the client writes it nowhere. It is spent by the first who uses it.
    ]==]
    {
      name = "share_token",
      title = "Generate share token",
      request = "POST /resources/accessTokens/shareToken",
      body = { "json", "request", "who is shared with whom", class = "ShareRequest",
        example = '{ applicantId = "60f6f9ab7bbfc20001eca91d", forClientId = "partner" }' },
      reply = "token", returns = "ShareToken",
      echoes = { forClientId = "forClientId" },
      retry = "harmless", -- a second token is good, and so is the first
      source = { "Sumsub", "generate-share-token" },
    },
    --[==[
    The same in the older form, with everything in the query.

    ```lua
    local shared = assert(client:share_token_by_query("60f6f9ab7bbfc20001eca91d", "partner", { ttlInSecs = 600 }))
    print(shared.forClientId, #shared.token > 0)
    ```
    ```sh
    idngo call share_token_by_query 60f6f9ab7bbfc20001eca91d partner
    ```

    | no such applicant | 404 | ids are those of one environment |

    - `share_token` is the form of the vendor's newer pages; clients of others use this one.
    ]==]
    {
      name = "share_token_by_query",
      title = "Generate share token",
      request = "POST /resources/accessTokens/-/shareToken",
      arguments = {
        { "applicantId", "the applicant" },
        { "forClientId", "the account that may take it over" },
      },
      options = { { "ttlInSecs", "how long it lives, in seconds", type = "integer" } },
      reply = "token", returns = "ShareToken",
      echoes = { forClientId = "forClientId" },
      example = "share_token",
      retry = "harmless", -- a second token is good, and so is the first
      source = { "Sumsub", "the npm client's generateShareToken" },
    },
    --[==[
    Takes over an applicant whom another account shares: a copy of it, with an id of its own.

    ```lua
    local shared = assert(client:share_token { applicantId = "60f6f9ab7bbfc20001eca91d", forClientId = "partner" })
    local copy = assert(client:import_shared(shared.token, { resetIdDocSetTypes = { "SELFIE" } }))
    print(copy.id, copy.externalUserId)
    ```
    ```sh
    echo '{ "applicantId": "60f6f9ab7bbfc20001eca91d", "forClientId": "partner" }' >share.json
    token=$(idngo call share_token share.json --json | sed 's/.*"token":"\([^"]*\)".*/\1/')
    idngo call import_shared $token
    ```

    | the token is none, or was used | 401 | ask for another one |

    - The token is spent by the first success: a 401 behind an unknown outcome says that there is a copy; look for it.
    - The token stands in the query, and is hidden in errors, events and logs of the client.
    ]==]
    {
      name = "import_shared",
      title = "Import a shared applicant (reusable KYC)",
      request = "POST /resources/applicants/-/import",
      arguments = { { "shareToken", "the token of the account that shares" } },
      options = { { "resetIdDocSetTypes", "steps that the person has to take again", type = "list", empty = true } },
      reply = "applicant", returns = "StoredApplicant",
      example = "applicant",
      retry = "once", -- the first success spends the token
      source = { "Sumsub", "import-applicants-reusable-kyc" },
    },
    --[==[
    Takes over an applicant whom another account shares, onto a level of yours. The vendor's pages name it instead of
    `import_shared`.

    ```lua
    local shared = assert(client:share_token { applicantId = "60f6f9ab7bbfc20001eca91d", forClientId = "partner" })
    local copy = assert(client:reuse(shared.token, "basic-kyc-level"))
    print(copy.externalUserId:sub(1, 5))
    ```
    ```sh
    echo '{ "applicantId": "60f6f9ab7bbfc20001eca91d", "forClientId": "partner" }' >share.json
    token=$(idngo call share_token share.json --json | sed 's/.*"token":"\([^"]*\)".*/\1/')
    idngo call reuse $token basic-kyc-level
    ```

    | the token is none, or was used | 401 | ask for another one |
    | no such level | 400 | `levels` lists the names |

    - The copy's `externalUserId` begins with `copy-`.
    ]==]
    {
      name = "reuse",
      title = "Reuse an applicant (reusable KYC)",
      request = "POST /resources/api/reusableIdentity/reuse",
      arguments = {
        { "shareToken", "the token of the account that shares" },
        { "levelName", "the verification level, as named in the dashboard" },
      },
      reply = "applicant", returns = "StoredApplicant",
      example = "applicant",
      retry = "once", -- the first success spends the token
      source = { "Sumsub", "reuse-applicant-for-reusable-kyc" },
    },
  },
}
