-- Access tokens for the vendor's WebSDK and MobileSDK.

return {
  classes = {
    AccessToken = { -- A token with which an SDK verifies one user.
      token = "secret, required", -- give it to the SDK, and to nobody else; opaque
      userId = "string", -- the user it is for
    },
    TokenRequest = { -- Whom a token is for.
      userId = "text, required", -- your own id of the user
      levelName = "text, required", -- the verification level
      ttlInSecs = "integer", -- how long it lives, in seconds; 600 unless given
      externalActionId = "string", -- your own id of an action
      applicantIdentifiers = "Identifiers", -- what an applicant that is created by it is known by
    },
    Identifiers = { -- How to reach a user.
      email = "string", -- e-mail address
      phone = "string", -- phone number
    },
  },

  endpoints = {
    --[==[
    Makes an access token, with which the WebSDK or MobileSDK verifies one user.

    ```lua
    local r = assert(client:access_token("user-4711", "basic-kyc-level", { ttlInSecs = 1200 }))
    print(r.userId, #r.token > 0)
    ```
    ```sh
    idngo call access_token user-4711 basic-kyc-level
    ```

    | no such level | 400 | `levels` lists the names |

    - The token is a credential: a person who has it can verify as that user until it expires. The client writes it nowhere: no
      event, error or log holds it. Keep it out of yours.
    - A reply that names another `userId` is another's, and an error: its token would let this user in as that one.
    - Everything is in the query; there is no body, and none is signed.
    - IDnGO's documents name this form. Sumsub's newer ones name `access_token_json` alone.
    ]==]
    {
      name = "access_token",
      title = "Generate access token",
      request = "POST /resources/accessTokens",
      arguments = {
        { "userId", "your own id of the user" },
        { "levelName", "the verification level, as named in the dashboard" },
      },
      options = {
        { "ttlInSecs", "how long it lives, in seconds (the server's default is 600)", type = "integer" },
        { "externalActionId", "your own id of an action" },
      },
      reply = "token", returns = "AccessToken",
      echoes = { userId = "userId" },
      retry = "harmless", -- a second token is good, and so is the first
      source = { "IDnGO", "the API reference" },
      hints = { [404] = "the service knows no such level; compare its name with those of `idngo call levels`" },
    },
    --[==[
    Makes an access token by a body in JSON, the form of Sumsub's newer documents.

    ```lua
    local r = assert(client:access_token_json { userId = "user-4711", levelName = "basic-kyc-level", ttlInSecs = 600 })
    print(r.userId, #r.token > 0)
    ```
    ```sh
    echo '{ "userId": "user-4711", "levelName": "basic-kyc-level" }' >token.json
    idngo call access_token_json token.json
    ```

    | no such level | 400 | `levels` lists the names |

    - The token is a credential, as that of `access_token`, which is the form that IDnGO's documents name.
    ]==]
    {
      name = "access_token_json",
      title = "Generate access token for SDKs",
      request = "POST /resources/accessTokens/sdk",
      body = { "json", "request", "whom it is for", class = "TokenRequest",
        example = '{ userId = "user-4711", levelName = "basic-kyc-level" }' },
      reply = "token", returns = "AccessToken",
      echoes = { userId = "userId" },
      example = "access_token",
      retry = "harmless", -- a second token is good, and so is the first
      source = { "Sumsub", "generate-access-token" },
    },
  },
}
