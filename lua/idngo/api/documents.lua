-- Documents: pictures of papers and faces.

return {
  classes = {
    Images = { -- The pictures of an applicant.
      items = "Image[], required", -- one for each
      totalItems = "integer", -- how many there are
    },
    Image = { -- One picture.
      id = "string, checked", -- what `document_image` wants as imageId
      previewId = "string", -- a smaller one of it
      addedDate = "string", -- when it was added
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
  },
}
