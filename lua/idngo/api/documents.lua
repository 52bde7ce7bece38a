-- Documents: pictures of papers and faces.

return {
  classes = {
    NewDocument = { -- What a picture is of.
      idDocType = "text, required", -- `PASSPORT`, `ID_CARD`, `DRIVERS`, `SELFIE`, …
      country = "text, required", -- who issued it: three letters, ISO 3166-1 alpha-3
      idDocSubType = "string", -- of a paper with two sides: `FRONT_SIDE` or `BACK_SIDE`
      firstName = "string", -- as the document has it, as are the next ones
      middleName = "string", -- middle name or patronymic
      lastName = "string", -- last name
      issuedDate = "day", -- `YYYY-MM-DD`
      validUntil = "day", -- `YYYY-MM-DD`
      number = "string", -- its number
      dob = "day", -- date of birth, `YYYY-MM-DD`
      placeOfBirth = "string", -- place of birth
    },
    AddedDocument = { -- What was sent of the document, what the service thinks of the picture, and its id.
      "NewDocument",
      idDocType = "text, required", -- as it was sent
      country = "string", -- as it was sent
      imageId = "string", -- the picture's id, from the head of the reply; absent when no file was sent
      errors = "string[], checked", -- why the picture does not count, though the answer is 200: `dataNotReadable`,
      -- `screenshot`, …
      warnings = "string[], checked", -- what may be wrong with it: `dataReadability`, `maybeExpiredDoc`, …
      created = "boolean", -- by the client: false where the service said that the picture was there before
      differs = "string[]", -- by the client, of a picture that was found: empty
    },
    Images = { -- The pictures of an applicant.
      items = "Image[], required", -- one for each
      totalItems = "integer", -- how many there are
    },
    Image = { -- One picture.
      id = "string, checked", -- what `document_image` wants as imageId
      previewId = "string", -- a smaller one of it
      addedDate = "moment", -- when it was added
      fileMetadata = "FileMetadata, checked", -- the file
      idDocDef = "DocumentSide, checked", -- of which document it is
      reviewResult = "ReviewResult", -- what came of it
      attemptId = "string", -- the round of the review
      source = "string", -- where it is from, such as `fileupload` or `liveness`
      deactivated = "boolean", -- whether it counts no more
    },
    FileMetadata = { -- A file as it was sent. Numbers come as texts, too.
      fileName = "string", -- its name
      fileType = "string", -- its type
      fileSize = "string|integer", -- its size in bytes
      resolution = "table", -- of a picture: width and height
    },
    DocumentSide = { -- A document, and a side of it.
      idDocType = "string", -- `PASSPORT`, `ID_CARD`, `SELFIE`, …
      country = "string", -- who issued it: three letters, ISO 3166-1 alpha-3
      idDocSubType = "string", -- `FRONT_SIDE` or `BACK_SIDE`
    },
  },

  endpoints = {
    --[==[
    Uploads a picture of a document, or what a document says.

    ```lua
    local picture = assert(io.open("front.jpg", "wb")) -- stands for a real one
    picture:write("\255\216\255\224"):close()

    local applicant = assert(client:create_applicant("basic-kyc-level", { externalUserId = "user-3001" }))
    local added = assert(client:add_document(applicant.id,
      { idDocType = "ID_CARD", country = "KAZ", idDocSubType = "FRONT_SIDE" }, "front.jpg"))
    for _, why in ipairs(added.errors or {}) do print("does not count:", why) end
    print(added.imageId)
    ```
    ```sh
    printf '\377\330\377\340' >selfie.jpg   # stands for a real picture
    echo '{ "externalUserId": "user-3002" }' >applicant.json
    echo '{ "idDocType": "SELFIE", "country": "KAZ" }' >selfie.json
    id=$(idngo call create_applicant basic-kyc-level applicant.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    idngo call add_document $id selfie.json selfie.jpg
    ```

    | the same file again | 409 | errorCode 1000; where `images` shows it, it is the result, with `created = false` |
    | the file is empty | 400 | errorCode 1003 |
    | the file is no picture, video or PDF | 400 | errorCode 1005 |
    | the applicant is under review | 409 | errorCode 1006: wait for its result |

    - The file is a path, `{ bytes = … }`, or `{ read = function(at, n) … end, size = … }`: a function that gives at most `n`
      bytes from byte `at` on, the same ones however often it is asked; outside of nginx it must not wait for calls. Beside them
      `name` and `type` say what the file is called and its media type; else both follow from the path. `false` sends what the
      document says, without a file.
    - Where the answer is lost, `images` is looked through for a picture with this name, size and document that came since; with
      one the result is its `imageId`, with `differs` and without what the service thinks of it. With none the outcome is
      `unknown`.
    - What a document says, without a file, is the same however often it is sent: it is tried again, and not looked for.
    - A path and a function are read twice, once to sign and once to send, and never held as a whole. Where the second reading
      finds another file, what is sent is never whole: an error of kind `io`, outcome `not_sent`.
    - Look at `errors`: with 200 the service may say that the picture does not count (`forbiddenDocument`, `dataNotReadable`,
      `expiredDoc`, `screenshot`, `sameSides`, …). Of a paper with two sides both are then inactive.
    - Metadata of the same document and country is merged with what was there; a picture is always added.
    - IDnGO takes 50 MB, by its own words; Sumsub 64.
    ]==]
    {
      name = "add_document",
      title = "Add an ID document",
      request = "POST /resources/applicants/{applicantId}/info/idDoc",
      arguments = { { "applicantId", "the applicant whose document it is" } },
      body = { "multipart", "metadata", "what it is of", class = "NewDocument", part = "content", alone = "idempotent",
        example = '{ idDocType = "ID_CARD", country = "KAZ", idDocSubType = "FRONT_SIDE" }' },
      sends = "X-Return-Doc-Warnings: true",
      headers = { imageId = "x-image-id" },
      reply = "document", returns = "AddedDocument",
      retry = "keyed", -- the same bytes are refused with errorCode 1000
      settle = { by = "images", as = "image", done = 1000 },
      source = { "IDnGO", "the integration guide, step 2" },
    },
    --[==[
    Which pictures does an applicant have?

    - Sizes come as texts.
    - `document_image` reads one of them.
    ]==]
    {
      name = "images",
      title = "Get information about document images",
      request = "GET /resources/applicants/{applicantId}/metadata/resources",
      arguments = { { "applicantId", "the applicant to look up" } },
      reply = "images", returns = "Images",
      retry = "safe",
      try = { "6543210fedcba9876543210f" },
      source = { "Sumsub", "get-information-about-document-images" },
    },
    --[==[
    Reads one picture of an applicant, by the applicant's inspection.

    ```lua
    local applicant = assert(client:applicant("6543210fedcba9876543210f"))
    local image = assert(client:images(applicant.id)).items[1]
    local saved = assert(client:document_image(applicant.inspectionId, image.id, { to = "front.jpg" }))
    print(saved.path, saved.size, saved.contentType)
    ```
    ```sh
    idngo call document_image 6543210fedcba98765432110 900100100 --to front.jpg
    wc -c front.jpg
    ```

    | no such picture, or it is of another inspection | 404 | `images` lists the ids |
    | the app token may not see personal data | 403 | permissions are set in the dashboard |

    - `inspectionId` stands in the applicant. The id of a picture is in `images`, in `steps`, and what `add_document` returns.
    - It may be a JPEG, a PNG, a PDF or a video. What is text or JSON is an error of kind `malformed`, and nothing is saved.
    ]==]
    {
      name = "document_image",
      title = "Get document images",
      request = "GET /resources/inspections/{inspectionId}/resources/{imageId}",
      arguments = {
        { "inspectionId", "the applicant's inspection" },
        { "imageId", "the picture" },
      },
      reply = "file", returns = "File", file = { "a picture, a video or a PDF", media = "*/*" },
      retry = "safe",
      source = { "IDnGO", "a client of api.cyberity.ru" },
    },
    --[==[
    Reads one picture of an applicant by the applicant's id, the form of Sumsub's newer documents.

    ```lua
    local image = assert(client:applicant_image("6543210fedcba9876543210f", "900100100"))
    print(#image.body, image.contentType)
    ```
    ```sh
    idngo call applicant_image 6543210fedcba9876543210f 900100100 | wc -c
    ```

    | no such picture, or it is of another applicant | 404 | `images` lists the ids |

    - Sumsub has it since 2026-09; IDnGO is known to have `document_image`.
    ]==]
    {
      name = "applicant_image",
      title = "Get document images by applicant",
      request = "GET /resources/applicants/{applicantId}/resources/{imageId}",
      arguments = {
        { "applicantId", "the applicant" },
        { "imageId", "the picture" },
      },
      reply = "file", returns = "File", file = { "a picture, a video or a PDF", media = "*/*" },
      retry = "safe",
      source = { "Sumsub", "get-document-images" },
    },
    --[==[
    Makes a picture inactive, or restores it, by the applicant's inspection.

    ```lua
    local applicant = assert(client:create_applicant("basic-kyc-level", { externalUserId = "user-5201" }))
    local added = assert(client:add_document(applicant.id, { idDocType = "SELFIE", country = "KAZ" },
      { bytes = "\137PNG\r\n\26\nmade up", name = "face.png" }))
    assert(client:deactivate_image(applicant.inspectionId, added.imageId))
    print(client:images(applicant.id).items[1].deactivated)
    assert(client:deactivate_image(applicant.inspectionId, added.imageId, { revert = "true" }))
    ```
    ```sh
    idngo call deactivate_image 60b8ce73460647000145384e 900100100 || true
    ```

    | the applicant is under review | 304 | an error here: wait for its result |
    | no such picture of this inspection | 404 | `images` lists the ids |

    - By an older page of the vendor an id that is not known changes nothing, and is answered with 200.
    - It deletes nothing.
    ]==]
    {
      name = "deactivate_image",
      title = "Mark image as inactive",
      request = "DELETE /resources/inspections/{inspectionId}/resources/{imageId}",
      arguments = {
        { "inspectionId", "the applicant's inspection" },
        { "imageId", "the picture" },
      },
      options = { { "revert", "`true` restores it", values = { "true", "false" } } },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "idempotent", -- a picture that is inactive stays so
      source = { "Sumsub", "marking-image-as-inactive" },
      hints = { [304] = "the applicant is under review, and its pictures stay as they are; wait for the result" },
    },
    --[==[
    Makes a picture inactive by the applicant's id, the form of Sumsub's newer documents.

    ```lua
    local applicant = assert(client:create_applicant("basic-kyc-level", { externalUserId = "user-5202" }))
    local added = assert(client:add_document(applicant.id, { idDocType = "SELFIE", country = "KAZ" },
      { bytes = "\137PNG\r\n\26\nmade up", name = "face.png" }))
    assert(client:deactivate_applicant_image(applicant.id, added.imageId))
    print(client:images(applicant.id).items[1].deactivated)
    ```
    ```sh
    idngo call deactivate_applicant_image 60b8ce73460647000145384e 900100100 || true
    ```

    | the applicant is under review | 304 | an error here: wait for its result |
    | no such picture of this applicant | 404 | `images` lists the ids |

    - It deletes nothing. The call that restores such a picture is not known; `deactivate_image` does, by `revert`.
    ]==]
    {
      name = "deactivate_applicant_image",
      title = "Mark image as inactive by applicant",
      request = "DELETE /resources/applicants/{applicantId}/resources/{imageId}",
      arguments = {
        { "applicantId", "the applicant" },
        { "imageId", "the picture" },
      },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "idempotent", -- a picture that is inactive stays so
      source = { "Sumsub", "mark-image-as-inactive" },
      hints = { [304] = "the applicant is under review, and its pictures stay as they are; wait for the result" },
    },
  },
}
