-- Links to the vendor's own pages for users.

return {
  classes = {
    WebsdkLink = { -- A link at which a user can verify themselves.
      url = "secret, required", -- open it in the user's browser; anybody who has it can use it until it expires
    },
    LinkRequest = { -- Whom a link is for.
      levelName = "text, required", -- the verification level
      userId = "text, required", -- your own id of the user
      externalActionId = "string", -- your own id of an action
      applicantIdentifiers = "Identifiers", -- what an applicant that is created by it is known by
      ttlInSecs = "integer", -- how long it lives, in seconds; 1800 unless given
      redirect = "table", -- where the user goes afterwards: successUrl, rejectUrl, signKey, allowedQueryParams
    },
  },

  endpoints = {
    --[==[
    Makes a link at which a user can verify themselves in a browser.

    ```lua
    local r = assert(client:websdk_link("basic-kyc-level", { externalUserId = "304775ty", ttlInSecs = 1800 }))
    print(r.url)
    ```
    ```sh
    idngo call websdk_link basic-kyc-level --externalUserId 304775ty
    ```

    | no such level | 404 | `levels` lists the names |
    | neither externalUserId nor externalActionId | 400 | one of them is needed |
    | a locale that is no language | 400 | two letters, such as `en` |

    - The link is a credential: anybody who has it can verify as that user until it expires. Keep it out of logs.
    - A second call makes a second link; the first stays good. So a lost answer is tried again.
    - The level's name is a piece of the path. Names with blanks, `@` or `/` are percent-encoded before signing; by
      hand this is what signature mismatches come from.
    - For an applicant action give `externalActionId` with it.
    ]==]
    {
      name = "websdk_link",
      title = "Generate external WebSDK link",
      request = "POST /resources/sdkIntegrations/levels/{levelName}/websdkLink",
      arguments = { { "levelName", "a verification level, as named in the dashboard" } },
      options = {
        { "externalUserId", "your own id of the user; needed for an applicant's link" },
        { "externalActionId", "your own id of the action; needed for an action's link" },
        { "locale", "language of the WebSDK, ISO 639-1" },
        { "ttlInSecs", "how long the link lives, in seconds (the server's default is 1800)", type = "integer" },
      },
      reply = "link", returns = "WebsdkLink",
      retry = "harmless", -- a second link is good, and so is the first
      try = { "basic-kyc-level", { externalUserId = "304775ty" } },
      hints = { [404] = "the service knows no such thing; compare the level's name with those of `idngo call levels`" },
      actions = { create_websdk_link = { file = "link.txt" } },
    },
    --[==[
    Makes a link at which a user can verify themselves, by a body in JSON: the form of Sumsub's newer documents.

    ```lua
    local r = assert(client:websdk_link_json({ levelName = "basic-kyc-level", userId = "user-4711", ttlInSecs = 1800 },
      { lang = "ru" }))
    print(r.url)
    ```
    ```sh
    echo '{ "levelName": "basic-kyc-level", "userId": "user-4711" }' >link.json
    idngo call websdk_link_json link.json
    ```

    | no such level | 404 | `levels` lists the names |

    - The link is a credential, as that of `websdk_link`, which is the form of IDnGO's reference.
    ]==]
    {
      name = "websdk_link_json",
      title = "Generate external WebSDK link by JSON",
      request = "POST /resources/sdkIntegrations/levels/-/websdkLink",
      body = { "json", "request", "whom it is for", class = "LinkRequest",
        example = '{ levelName = "basic-kyc-level", userId = "user-4711" }' },
      options = {
        { "lang", "language of the WebSDK, ISO 639-1" },
        { "source", "a mark of yours" },
        { "customizationName", "how the WebSDK looks" },
        { "translationName", "which translation it takes" },
      },
      reply = "link", returns = "WebsdkLink", example = "websdk_link",
      retry = "harmless", -- a second link is good, and so is the first
      source = { "Sumsub", "generate-websdk-external-link" },
      hints = { [404] = "the service knows no such thing; compare the level's name with those of `idngo call levels`" },
    },
  },
}
