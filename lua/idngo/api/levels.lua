-- Verification levels of the account.

return {
  classes = {
    Levels = { -- The verification levels of the account. The API shows them under `list`, its table has them at the root:
    -- `(r.list or r).items` reads both.
      list = "LevelList, or items", -- the levels
      items = "Level[], checked", -- the levels, when there is no `list`
      totalItems = "integer", -- how many there are, when there is no `list`
    },
    LevelList = { -- A list of levels.
      items = "Level[], required", -- one for each level
      totalItems = "integer", -- how many there are
    },
    Level = { -- One verification level.
      id = "string", -- the level
      name = "string, checked", -- what `websdk_link` wants as levelName; never changes
      desc = "string", -- description
      type = "string", -- `standalone`, `actions` or `module`
      actionType = "string", -- of type `actions`: `paymentMethod` or `faceEnrollment`
      applicantType = "ApplicantType", -- whom it is for
      requiredIdDocs = "RequiredIdDocs", -- the steps, and what each asks for
      websdkFlowId = "string", -- customisation of the WebSDK
      msdkFlowId = "string", -- customisation of the MobileSDK
      createdAt = "moment", -- when it was created
      createdBy = "string", -- who created it; `Service` stands for the vendor's support
      modifiedAt = "moment", -- when it was last changed
      customPrivacyNoteText = "string", -- the consent text that the WebSDK shows
      watchListCheckSettings = "table", -- settings of anti-money-laundering checks
      useCustomWatchListCheckSettings = "boolean", -- whether these settings are the level's own
      useCustomIdDocSettings = "boolean", -- whether the supported documents are the level's own
      applicantInsightSettings = "ApplicantInsightSettings", -- further checks that are switched on
    },
    ApplicantInsightSettings = { -- Further checks of a level. The reference calls it a list; it has names.
      advancedEmailCheckEnabled = "boolean", -- of the e-mail address
      advancedPhoneCheckEnabled = "boolean", -- of the phone number
      advancedIpCheckEnabled = "boolean", -- of the IP address
      advancedIdentityEnrichmentEnabled = "boolean", -- of the identity, from further sources
    },
    RequiredIdDocs = { -- The steps of a verification.
      docSets = "DocSet[]", -- one for each step
      videoIdent = "boolean", -- whether there is a video interview
      videoIdentUploadTypes = "string[]", -- documents that are uploaded for it
    },
    DocSet = { -- One step.
      idDocSetType = "string", -- the step: `IDENTITY`, `SELFIE`, `PROOF_OF_RESIDENCE`, …
      types = "string[]", -- documents that it takes: `PASSPORT`, `ID_CARD`, `DRIVERS`, …
      subTypes = "string[]", -- sides: `FRONT_SIDE`, `BACK_SIDE`
      fields = "DocSetField[]", -- fields to be filled in
      videoRequired = "string", -- `disabled`, `photoRequired`, `passiveLiveness` or `docapture`
      captureMode = "string", -- with `docapture`: `manualAndAuto` or `manualOnly`
      uploaderMode = "string", -- `always`, `never` or `fallback`: whether a file may be chosen instead of the camera
      paymentMethods = "table[]", -- settings of payment method checks
      questionnaireDefId = "string", -- the questionnaire
      poaStepSettingsId = "string", -- settings of a proof of address
    },
    DocSetField = { -- A field that a step asks for.
      name = "string", -- the field
      required = "boolean", -- whether it must be filled in
    },
    StoredLevel = { -- A level whose id is there.
      "Level",
      id = "text, required", -- the level
    },
    NewLevel = { -- A level to be created.
      "Level",
      name = "text, required", -- what it is called; never changes
    },
    LevelChange = { -- What of a level to change.
      "Level",
      id = "text, required", -- the level
    },
  },

  endpoints = {
    --[==[
    Which verification levels does the account have? Needs no arguments, so it is also the call to try credentials
    with.

    ```lua
    local r = assert(client:levels())
    for _, level in ipairs((r.list or r).items) do
      print(level.name, level.type or "")
    end
    ```
    ```sh
    idngo call levels
    ```

    - The reference's table has `items` at the root, its example under `list`. Both are taken; a reply with neither is
      an error of kind `malformed`.
    - `applicantInsightSettings` is an object, though the reference's table says array.
    ]==]
    {
      name = "levels",
      title = "Retrieve list of available verification levels",
      request = "GET /resources/applicants/-/levels",
      reply = "levels", returns = "Levels",
      retry = "safe",
      try = {},
      fact = { "levels", answers = { "MISSING" } },
    },
    --[==[
    Reads one verification level.

    | no such level | 404 | `levels` lists them |
    ]==]
    {
      name = "level",
      title = "Get level",
      request = "GET /resources/applicants/-/levels/{levelId}",
      arguments = { { "levelId", "the level to read" } },
      reply = "level", returns = "StoredLevel",
      echoes = { id = "levelId" },
      retry = "safe",
      try = { "608febf45814660009e22a14" },
      source = { "Sumsub", "the vendor's skill create-level" },
    },
    --[==[
    Creates a verification level.

    ```lua
    local level = assert(client:create_level { name = "level-1", type = "standalone", requiredIdDocs = {
      docSets = { { idDocSetType = "IDENTITY", types = { "PASSPORT" } } } } })
    print(level.id, level.name)
    ```
    ```sh
    echo '{ "name": "level-2", "type": "standalone" }' >level.json
    idngo call create_level level.json
    ```

    | a level of this name exists | 409 | `levels` lists them |
    | an id in the body | 400 | `update_level` changes one |

    - A second one would be a second level, so it is never created again on a guess. After an unknown outcome look at `levels`.
    ]==]
    {
      name = "create_level",
      title = "Create level",
      request = "POST /resources/applicants/-/levels",
      body = { "json", "level", "what it is called, and its steps", class = "NewLevel", empty = "[]", without = "id",
        example = '{ name = "level-1", type = "standalone" }' },
      reply = "level", returns = "StoredLevel",
      echoes = { name = "name" },
      example = "level",
      retry = "once", -- there would be two
      source = { "Sumsub", "the vendor's skill create-level" },
    },
    --[==[
    Changes a verification level.

    ```lua
    local level = assert(client:create_level { name = "level-3", type = "standalone" })
    print(assert(client:update_level { id = level.id, desc = "for branches" }).desc)
    ```
    ```sh
    echo '{ "name": "level-4", "type": "standalone" }' >level.json
    id=$(idngo call create_level level.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo "{ \"id\": \"$id\", \"desc\": \"for branches\" }" >change.json
    idngo call update_level change.json
    ```

    | no such level | 404 | `levels` lists them |

    - What the account may not use is left out by the service without a word: compare the reply with what was sent.
    ]==]
    {
      name = "update_level",
      title = "Update level",
      request = "PATCH /resources/applicants/-/levels",
      body = { "json", "level", "what to change, and of which level", class = "LevelChange", empty = "[]",
        example = '{ id = "608febf45814660009e22a14", desc = "for branches" }' },
      reply = "level", returns = "StoredLevel",
      echoes = { id = "id" },
      example = "level",
      retry = "idempotent", -- the fields have the values that were sent, however often
      source = { "Sumsub", "the vendor's skill create-level" },
    },
  },
}
