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
      createdAt = "string", -- when it was created
      createdBy = "string", -- who created it; `Service` stands for the vendor's support
      modifiedAt = "string", -- when it was last changed
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
  },
}
