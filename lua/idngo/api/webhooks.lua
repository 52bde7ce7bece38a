-- Webhooks of the account, as objects: where the service sends what.

return {
  words = {
    TargetType = { "http", "email", "slack", "telegram" },
    SignatureAlgorithm = { "HMAC_SHA1_HEX", "HMAC_SHA256_HEX", "HMAC_SHA512_HEX" },
  },

  classes = {
    Webhooks = { -- The webhooks of the account: the oldest fifty, and no others.
      list = "WebhookList, or items", -- the webhooks
      items = "Webhook[], checked", -- the webhooks, when there is no `list`
      totalItems = "integer", -- how many there are, when there is no `list`
    },
    WebhookList = { -- A list of webhooks.
      items = "Webhook[], required", -- one for each
      totalItems = "integer", -- how many there are
    },
    Webhook = { -- One webhook.
      id = "text, checked", -- the webhook
      name = "string", -- what it is called
      description = "string", -- what it is for
      target = "string", -- where it is sent
      targetType = "TargetType", -- how
      types = "string[]", -- which events
      applicantType = "ApplicantType", -- of whom; of all, unless given
      sourceKeys = "string[]", -- of which of your branches or partners
      secretKey = "string, dropped", -- what it is signed with: the service tells it, and the client forgets it, so that it is in
      -- no result
      signatureAlgorithm = "SignatureAlgorithm", -- how it is signed
      headers = "table[]", -- further headers: key and value
      notResendFailedWebhooks = "boolean", -- whether what was not taken is sent once only
      createdAt = "moment", -- when it was created
      createdBy = "string", -- by whom
    },
    StoredWebhook = { -- A webhook whose id is there.
      "Webhook",
      id = "text, required", -- the webhook
    },
    NewWebhook = { -- A webhook to be created.
      name = "string", -- what it is called
      description = "string", -- what it is for
      target = "text, required", -- where it is sent
      targetType = "TargetType", -- how; `http` unless given
      types = "string[], required", -- which events; names that are none are dropped without a word
      applicantType = "ApplicantType", -- of whom
      sourceKeys = "string[]", -- of which of your branches or partners
      secretKey = "secret", -- what it shall be signed with
      signatureAlgorithm = "SignatureAlgorithm", -- how
      headers = "table[]", -- further headers: key and value
      notResendFailedWebhooks = "boolean", -- whether what was not taken is sent once only
    },
    WebhookChange = { -- What of a webhook to change.
      "NewWebhook",
      id = "text, required", -- the webhook
      target = "string", -- where it is sent
      types = "string[]", -- which events
    },
    Digest = { -- The digest of a text.
      digest = "text, required", -- hex digits
      digestAlg = "string", -- by which algorithm
    },
  },

  endpoints = {
    --[==[
    Which webhooks does the account have?

    - It shows the oldest fifty, and there is no way to the others.
    - `secretKey` comes in plain text; the client drops it.
    ]==]
    {
      name = "webhooks",
      title = "List webhooks",
      request = "GET /resources/api/clientWebhooks",
      reply = "webhooks", returns = "Webhooks",
      retry = "safe",
      try = {},
      source = { "Sumsub", "the vendor's skill manage-webhooks" },
    },
    --[==[
    Reads one webhook.

    | no such webhook | 404 | `webhooks` lists the oldest fifty |
    ]==]
    {
      name = "webhook",
      title = "Get webhook",
      request = "GET /resources/api/clientWebhooks/{webhookId}",
      arguments = { { "webhookId", "the webhook to read" } },
      reply = "webhook", returns = "StoredWebhook",
      echoes = { id = "webhookId" },
      retry = "safe",
      try = { "66f0a1b2c3d4e5f601234567" },
      source = { "Sumsub", "the vendor's skill manage-webhooks" },
    },
    --[==[
    Creates a webhook.

    ```lua
    local made = assert(client:create_webhook { name = "Lifecycle", target = "https://backend.example/hooks/id",
      targetType = "http", types = { "applicantReviewed", "applicantPending" }, secretKey = "made-up",
      signatureAlgorithm = "HMAC_SHA256_HEX" })
    print(made.id, made.secretKey)
    ```
    ```sh
    echo '{ "target": "https://backend.example/hooks", "types": ["applicantReviewed"] }' >webhook.json
    idngo call create_webhook webhook.json
    ```

    | an id in the body | 400 | it would change the webhook of that id: `update_webhook` does that |

    - A second one delivers everything twice, so it is never made again on a guess. After an unknown outcome look at `webhooks`.
    - Names of events that are none are dropped without a word: compare `types` of the reply.
    - The reply's `secretKey` is dropped.
    ]==]
    {
      name = "create_webhook",
      title = "Create webhook",
      request = "POST /resources/api/agent/clientWebhooks",
      body = { "json", "webhook", "what is sent where", class = "NewWebhook", without = "id",
        example = '{ target = "https://backend.example/hooks/id", types = { "applicantReviewed" } }' },
      reply = "webhook", returns = "StoredWebhook",
      example = "webhook",
      retry = "once", -- a second one delivers everything twice
      source = { "Sumsub", "the vendor's skill manage-webhooks" },
    },
    --[==[
    Changes a webhook.

    ```lua
    local made = assert(client:create_webhook { target = "https://backend.example/a", types = { "applicantReviewed" } })
    print(assert(client:update_webhook { id = made.id, target = "https://backend.example/b" }).target)
    ```
    ```sh
    echo '{ "target": "https://backend.example/c", "types": ["applicantReviewed"] }' >webhook.json
    id=$(idngo call create_webhook webhook.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo "{ \"id\": \"$id\", \"types\": [\"applicantReset\"] }" >change.json
    idngo call update_webhook change.json
    ```

    | no such webhook | 404 | `webhooks` lists the oldest fifty |

    - There is no call that removes one.
    ]==]
    {
      name = "update_webhook",
      title = "Update webhook",
      request = "PATCH /resources/api/agent/clientWebhooks",
      body = { "json", "webhook", "what to change", class = "WebhookChange",
        example = '{ id = "66f0a1b2c3d4e5f601234567", target = "https://backend.example/b" }' },
      reply = "webhook", returns = "StoredWebhook",
      echoes = { id = "id" },
      example = "webhook",
      retry = "idempotent", -- the fields have the values that were sent, however often
      source = { "Sumsub", "the vendor's skill manage-webhooks" },
    },
    --[==[
    Has the service sign a text as it signs webhooks, to compare with what you make of it.

    ```lua
    local told = assert(client:test_digest("made-up-secret", '{"type":"applicantReviewed"}'))
    print(told.digestAlg, #told.digest)
    ```
    ```sh
    printf '{"type":"applicantReviewed"}' >body.txt
    idngo call test_digest made-up-secret body.txt
    ```

    | an algorithm that is none | 400 | those of `signatureAlgorithm` |

    - The secret stands in the query, as the vendor wants it: in the logs of proxies on the way, too. Try it with one that is
      made up. The client shows it nowhere.
    - `idngo.webhook.verify` checks what the service sends.
    ]==]
    {
      name = "test_digest",
      title = "Verify webhook sender",
      request = "POST /resources/inspectionCallbacks/testDigest",
      arguments = { { "secretKey", "the secret to sign with" } },
      body = { "text", "text", "the bytes to sign" },
      options = { { "digestAlg", "the algorithm", values = { "HMAC_SHA1_HEX", "HMAC_SHA256_HEX", "HMAC_SHA512_HEX" } } },
      reply = "digest", returns = "Digest",
      retry = "safe", -- nothing changes
      source = { "Sumsub", "clients of others" },
    },
  },
}
