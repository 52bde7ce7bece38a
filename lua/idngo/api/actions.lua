-- Actions of applicants who are there already: a withdrawal, a new card, a face to be compared.

return {
  classes = {
    NewAction = { -- An action to be begun: your own id of it, and at least one of the others.
      externalActionId = "text, required", -- your own id of it
      email = "string", -- an e-mail address to be confirmed
      phone = "string", -- a phone number to be confirmed
      paymentSource = "table", -- where the money is from: `fixedInfo` (accountIdentifier, fullName, institutionName, …), checksum
      paymentMethod = "table", -- how it is paid: type, subType, data
      questionnaires = "table[]", -- answers to questionnaires
    },
    Action = { -- An action, and how far it is.
      id = "text, required", -- the action
      applicantId = "string, checked", -- whose it is
      externalActionId = "string, checked", -- your own id of it
      clientId = "string", -- your account
      createdAt = "moment", -- when it was begun
      type = "string", -- its type
      review = "Review, checked", -- how far it is
      requiredIdDocs = "RequiredIdDocs", -- its steps
      checks = "ActionCheck[], checked", -- what was checked
      paymentSource = "table", -- as it was sent
      paymentMethod = "table", -- as it was sent
      questionnaires = "table[]", -- answers to questionnaires
      images = "ActionImage[]", -- its pictures
      email = "string", -- as it was sent
      phone = "string", -- as it was sent
    },
    ActionCheck = { -- One check of an action.
      answer = "string, checked", -- what came of it
      checkType = "string", -- what was checked
      createdAt = "moment", -- when
      id = "string", -- the check
    },
    ActionChecks = { -- The latest checks of an action.
      checks = "ActionCheck[], required", -- at most the latest; empty when there is none, which is not a GREEN
    },
    Actions = { -- The actions of an applicant.
      list = "ActionList, or items", -- the actions
      items = "Action[], checked", -- the actions, when there is no `list`
      totalItems = "integer", -- how many there are, when there is no `list`
    },
    ActionList = { -- A list of actions.
      items = "Action[], required", -- one for each
      totalItems = "integer", -- how many there are
    },
    ActionDocument = { -- What a picture of an action is of.
      idDocType = "text, required", -- `BANK_CARD`, `SELFIE`, …
      country = "text, required", -- three letters, ISO 3166-1 alpha-3
    },
    ActionRefusal = { -- A decision with reasons, which must be there.
      "Refusal",
      reasons = "table, required", -- codes by their groups, such as `{ fraud = { "stolenCard" } }`
    },
    ActionImage = { -- A picture of an action.
      id = "string", -- the service's id of what was added
      imageId = "text, required", -- the picture; unlike that of `add_document` it is in the reply's body
      resizedImageId = "string", -- a smaller one
      imageFileName = "string", -- what it is called
      imageHash = "string", -- of its bytes
      sigHash = "string", -- of its looks
      mimeType = "string", -- its media type
      addedDate = "moment", -- when
      actualResolution = "table", -- how large it is
      answer = "string", -- what the service thinks of it
      idDocDef = "table", -- what it is of
    },
  },

  endpoints = {
    --[==[
    Begins an action of an applicant, on a level of type `actions`.

    ```lua
    local action = assert(client:create_action("60f6f9ab7bbfc20001eca91d", "withdrawals", {
      externalActionId = "withdrawal-2026-17",
      paymentSource = { fixedInfo = { fullName = "Asel Testova", accountIdentifier = "KZ00TEST0000000000" } },
    }))
    print(action.id, action.review.reviewStatus)
    ```
    ```sh
    echo '{ "externalActionId": "withdrawal-2026-18", "phone": "+77000000000" }' >action.json
    idngo call create_action 60f6f9ab7bbfc20001eca91d withdrawals action.json
    ```

    | nothing but the id | 400 | nothing was begun |
    | no such level | 400 | `levels` lists the names |
    | an action with this externalActionId exists | 409 | `actions` lists those of the applicant |
    | no such applicant | 404 | ids are those of one environment |

    - No source says that the service refuses a second one with the same `externalActionId`, so it is never sent again on a
      guess: after an unknown outcome look at `actions`.
    - A check that is not in the level is left out without a word: compare `checks`.
    ]==]
    {
      name = "create_action",
      title = "Create applicant action",
      request = "POST /resources/applicantActions/-/forApplicant/{applicantId}",
      arguments = {
        { "applicantId", "whose it is" },
        { "levelName", "the level of type `actions`, as named in the dashboard" },
      },
      body = { "json", "action", "your own id of it, and what is to be checked", class = "NewAction",
        example = '{ externalActionId = "withdrawal-2026-17", phone = "+77000000000" }' },
      reply = "action", returns = "Action",
      echoes = { externalActionId = "externalActionId" },
      example = "action",
      retry = "once", -- nobody says that a second one is refused
      source = { "Sumsub", "create-applicant-action" },
    },
    --[==[
    Reads an action: how far it is, and what came of its checks.

    | no such action | 404 | `actions` lists those of an applicant |
    ]==]
    {
      name = "action",
      title = "Get action information",
      request = "GET /resources/applicantActions/{actionId}/one",
      arguments = { { "actionId", "the action to read" } },
      reply = "action", returns = "Action",
      echoes = { id = "actionId" },
      retry = "safe",
      try = { "6570a1b2c3d4e5f60718293c" },
      source = { "Sumsub", "get-action-information" },
    },
    --[==[
    Which actions does an applicant have?

    | no such applicant | 404 | ids are those of one environment |

    - That they come under `list` is inferred; a list at the root is taken, too.
    ]==]
    {
      name = "actions",
      title = "List actions of an applicant",
      request = "GET /resources/applicantActions/-;applicantId={applicantId}",
      arguments = { { "applicantId", "whose they are" } },
      options = {
        { "limit", "at most so many; the service gives up to 1000", type = "integer" },
        { "offset", "from which one on", type = "integer" },
      },
      reply = "actions", returns = "Actions",
      retry = "safe",
      try = { "6543210fedcba9876543210f" },
      source = { "Sumsub", "an OpenAPI description of others" },
    },
    --[==[
    Asks for an action to be checked.

    ```lua
    local action = assert(client:create_action("60f6f9ab7bbfc20001eca91d", "withdrawals",
      { externalActionId = "withdrawal-2026-19", phone = "+77000000000" }))
    print(assert(client:request_action_check(action.id)).review.reviewStatus)
    ```
    ```sh
    echo '{ "externalActionId": "withdrawal-2026-20", "phone": "+77000000000" }' >action.json
    id=$(idngo call create_action 60f6f9ab7bbfc20001eca91d withdrawals action.json --json | sed 's/.*,"id":"\([^"]*\)".*/\1/')
    idngo call request_action_check $id
    ```

    | the action is under review | 409 | wait for its result |
    | no such action | 404 | `actions` lists those of an applicant |

    - A check may cost money: it is never asked for twice on a guess. After an unknown outcome look at `action`.
    ]==]
    {
      name = "request_action_check",
      title = "Request action check",
      request = "POST /resources/applicantActions/{actionId}/review/status/pending",
      arguments = { { "actionId", "the action to check" } },
      reply = "action", returns = "Action",
      echoes = { id = "actionId" },
      example = "action",
      retry = "once", -- it starts a check, which may be billed
      source = { "Sumsub", "request-action-check" },
    },
    --[==[
    Adds a picture to an action.

    ```lua
    local action = assert(client:create_action("60f6f9ab7bbfc20001eca91d", "withdrawals",
      { externalActionId = "withdrawal-2026-21", phone = "+77000000000" }))
    local image = assert(client:add_action_image(action.id, { idDocType = "BANK_CARD", country = "KAZ" },
      { bytes = "\137PNG\r\n\26\nmade up", name = "card.png" }))
    print(image.imageId)
    ```
    ```sh
    echo '{ "externalActionId": "withdrawal-2026-22", "phone": "+77000000000" }' >action.json
    id=$(idngo call create_action 60f6f9ab7bbfc20001eca91d withdrawals action.json --json | sed 's/.*,"id":"\([^"]*\)".*/\1/')
    echo '{ "idDocType": "BANK_CARD", "country": "KAZ" }' >metadata.json
    printf '\211PNG\r\n\032\nmade up' >card.png
    idngo call add_action_image $id metadata.json card.png
    ```

    | no such action | 404 | `actions` lists those of an applicant |
    | no file, or one of a format that is not supported | 400 | JPEG, PNG, PDF, MP4 or WebM |

    - A second one may be a second picture, which moderators see: after an unknown outcome look at `action`.
    ]==]
    {
      name = "add_action_image",
      title = "Add images to applicant actions",
      request = "POST /resources/applicantActions/{actionId}/images",
      arguments = { { "actionId", "the action" } },
      body = { "multipart", "metadata", "what it is of", class = "ActionDocument", part = "content", alone = "once",
        example = '{ idDocType = "BANK_CARD", country = "KAZ" }' },
      reply = "image", returns = "ActionImage",
      retry = "once", -- moderators would see it twice
      source = { "Sumsub", "add-images-to-applicant-actions" },
    },
    --[==[
    Reads one picture of an action.

    ```lua
    local action = assert(client:create_action("60f6f9ab7bbfc20001eca91d", "withdrawals",
      { externalActionId = "withdrawal-2026-23", phone = "+77000000000" }))
    local image = assert(client:add_action_image(action.id, { idDocType = "BANK_CARD", country = "KAZ" },
      { bytes = "\137PNG\r\n\26\nmade up", name = "card.png" }))
    print(#assert(client:action_image(action.id, image.imageId)).body)
    ```
    ```sh
    echo '{ "externalActionId": "withdrawal-2026-24", "phone": "+77000000000" }' >action.json
    id=$(idngo call create_action 60f6f9ab7bbfc20001eca91d withdrawals action.json --json | sed 's/.*,"id":"\([^"]*\)".*/\1/')
    echo '{ "idDocType": "BANK_CARD", "country": "KAZ" }' >metadata.json
    printf '\211PNG\r\n\032\nmade up' >card.png
    image=$(idngo call add_action_image $id metadata.json card.png --json | sed 's/.*"imageId":"\([^"]*\)".*/\1/')
    idngo call action_image $id $image | wc -c
    ```

    | no such picture, or it is of another action | 404 | `action` has the ids |
    ]==]
    {
      name = "action_image",
      title = "Get images from applicant actions",
      request = "GET /resources/applicantActions/{actionId}/images/{imageId}",
      arguments = {
        { "actionId", "the action" },
        { "imageId", "the picture" },
      },
      options = { { "preview", "whether a small one is wanted", values = { "true", "false" } } },
      reply = "file", returns = "File", file = { "a picture, a video or a PDF", media = "*/*" },
      retry = "safe",
      source = { "Sumsub", "get-images-from-applicant-actions" },
    },
    --[==[
    Approves an action.

    ```lua
    local action = assert(client:create_action("60f6f9ab7bbfc20001eca91d", "withdrawals",
      { externalActionId = "withdrawal-2026-25", phone = "+77000000000" }))
    print(assert(client:approve_action(action.id)).review.reviewResult.reviewAnswer)
    ```
    ```sh
    echo '{ "externalActionId": "withdrawal-2026-26", "phone": "+77000000000" }' >action.json
    id=$(idngo call create_action 60f6f9ab7bbfc20001eca91d withdrawals action.json --json | sed 's/.*,"id":"\([^"]*\)".*/\1/')
    echo '{ "note": "Seen in the branch" }' >decision.json
    idngo call approve_action $id decision.json
    ```

    | the service works on this action | 409 | it is tried again after 10 to 15 s, as the vendor wants |
    | no such action | 404 | `actions` lists those of an applicant |

    - That it takes what `approve` takes is inferred from `reject_action`. It may be left out: then the body is `{}`.
    ]==]
    {
      name = "approve_action",
      title = "Approve applicant action",
      request = "POST /resources/api/applicantActions/{actionId}/-/approve",
      arguments = { { "actionId", "the action to approve" } },
      body = { "json", "decision", "note and tags", class = "Decision", optional = true, empty = "[]", without = "reasons",
        example = '{ note = "Seen in the branch" }' },
      reply = "action", returns = "Action",
      echoes = { id = "actionId" },
      example = "action",
      retry = "once", -- what follows from it is done
      again = { 10, 15 },
      source = { "Sumsub", "reject-applicant-action" },
    },
    --[==[
    Rejects an action.

    ```lua
    local action = assert(client:create_action("60f6f9ab7bbfc20001eca91d", "withdrawals",
      { externalActionId = "withdrawal-2026-27", phone = "+77000000000" }))
    print(assert(client:reject_action(action.id, { reasons = { fraud = { "stolenCard" } } })).review.reviewResult.reviewAnswer)
    ```
    ```sh
    echo '{ "externalActionId": "withdrawal-2026-28", "phone": "+77000000000" }' >action.json
    id=$(idngo call create_action 60f6f9ab7bbfc20001eca91d withdrawals action.json --json | sed 's/.*,"id":"\([^"]*\)".*/\1/')
    echo '{ "reasons": { "fraud": ["stolenCard"] } }' >decision.json
    idngo call reject_action $id decision.json
    ```

    | the service works on this action | 409 | it is tried again after 10 to 15 s, as the vendor wants |
    | no reasons | 400 | the method throws before anything is sent |
    | no such action | 404 | `actions` lists those of an applicant |
    ]==]
    {
      name = "reject_action",
      title = "Reject applicant action",
      request = "POST /resources/api/applicantActions/{actionId}/-/reject",
      arguments = { { "actionId", "the action to reject" } },
      body = { "json", "decision", "reasons, note and tags", class = "ActionRefusal", empty = "[]",
        example = '{ reasons = { fraud = { "stolenCard" } } }' },
      reply = "action", returns = "Action",
      echoes = { id = "actionId" },
      example = "action",
      retry = "once", -- what follows from it is done
      again = { 10, 15 },
      source = { "Sumsub", "reject-applicant-action" },
    },
    --[==[
    Answers a questionnaire of an action.

    ```lua
    local action = assert(client:create_action("60f6f9ab7bbfc20001eca91d", "withdrawals",
      { externalActionId = "withdrawal-2026-29", phone = "+77000000000" }))
    action = assert(client:submit_action_questionnaire(action.id, { id = "sourceOfFunds",
      sections = { income = { items = { kind = { values = { "salary" } } } } } }))
    print(action.questionnaires[1].id)
    ```
    ```sh
    echo '{ "externalActionId": "withdrawal-2026-30", "phone": "+77000000000" }' >action.json
    id=$(idngo call create_action 60f6f9ab7bbfc20001eca91d withdrawals action.json --json | sed 's/.*,"id":"\([^"]*\)".*/\1/')
    echo '{ "id": "sourceOfFunds", "sections": { "income": { "items": { "yearly": { "value": "18000" } } } } }' >answers.json
    idngo call submit_action_questionnaire $id answers.json
    ```

    | no such action | 404 | `actions` lists those of an applicant |

    - Answers that are left out become empty: send all of them.
    ]==]
    {
      name = "submit_action_questionnaire",
      title = "Add applicant action questionnaire",
      request = "POST /resources/applicantActions/{actionId}/questionnaires",
      arguments = { { "actionId", "the action" } },
      body = { "json", "answers", "all answers of one questionnaire", class = "Answers", empty = "[]",
        example = '{ id = "sourceOfFunds", sections = { income = { items = { yearly = { value = "18000" } } } } }' },
      reply = "action", returns = "Action",
      example = "action",
      retry = "idempotent", -- the answers are those that were sent, however often
      source = { "Sumsub", "add-applicant-action-questionnaire" },
    },
    --[==[
    What came of the check of an action's payment source?

    | no such action | 404 | `actions` lists those of an applicant |

    - `checks` may be empty: that is no GREEN.
    ]==]
    {
      name = "action_checks",
      title = "Get payment source check results for action",
      request = "GET /resources/api/applicantActions/{actionId}/checks/latest?type=PAYMENT_SOURCE",
      arguments = { { "actionId", "the action to look up" } },
      reply = "checks", returns = "ActionChecks",
      retry = "safe",
      try = { "6570a1b2c3d4e5f60718293c" },
      source = { "Sumsub", "get-payment-source-check-results-for-action" },
    },
  },
}
