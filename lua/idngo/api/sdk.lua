-- Links to the vendor's own pages for users.

return {
  classes = {
    WebsdkLink = { -- A link at which a user can verify themselves.
      url = "text, required", -- open it in the user's browser; anybody who has it can use it until it expires
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
  },
}
