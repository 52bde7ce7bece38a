-- Notes on applicants, for those who work with them in the dashboard.

return {
  classes = {
    Notes = { -- The notes on an applicant.
      list = "NoteList, or items", -- the notes
      items = "Note[], checked", -- the notes, when there is no `list`
      totalItems = "integer", -- how many there are, when there is no `list`
    },
    NoteList = { -- A list of notes.
      items = "Note[], required", -- one for each
      totalItems = "integer", -- how many there are
      pageInfo = "table", -- which part of them it is
    },
    Note = { -- One note.
      id = "text, checked", -- the note
      applicantId = "string, checked", -- whom it is on
      note = "string", -- what it says
      tags = "string[]", -- its tags
      attachments = "table[]", -- files that hang on it
      createdAt = "moment", -- when it was written
      createdBy = "string", -- by whom
      updatedAt = "moment", -- when it was last changed
      updatedBy = "string", -- by whom
    },
    StoredNote = { -- A note whose id is there.
      "Note",
      id = "text, required", -- the note
    },
    NewNote = { -- A note to be written.
      applicantId = "text, required", -- whom it is on
      note = "text, required", -- what it says
      tags = "string[]", -- its tags
    },
    NoteChange = { -- A note as it shall be.
      "NewNote",
      id = "text, required", -- the note
    },
    NoteName = { -- Which note.
      id = "text, required", -- the note
      applicantId = "text, required", -- whom it is on
    },
  },

  endpoints = {
    --[==[
    Which notes are there on an applicant?

    | no such applicant | 404 | ids are those of one environment |

    - The app token needs the permission to see notes.
    ]==]
    {
      name = "notes",
      title = "Get applicant notes",
      request = "GET /resources/api/applicants/notes",
      arguments = { { "applicantId", "whom they are on" } },
      reply = "notes", returns = "Notes",
      retry = "safe",
      try = { "6543210fedcba9876543210f" },
      source = { "Sumsub", "get-applicant-notes" },
    },
    --[==[
    Writes a note on an applicant.

    ```lua
    local note = assert(client:add_note { applicantId = "60b8ce73460647000145384e", note = "Called the person back" })
    print(note.id, note.note)
    ```
    ```sh
    echo '{ "applicantId": "60b8ce73460647000145384e", "note": "Called the person back" }' >note.json
    idngo call add_note note.json
    ```

    | no such applicant | 404 | nothing was written |

    - A second one is a second note, which people see: after an unknown outcome look at `notes`.
    ]==]
    {
      name = "add_note",
      title = "Add applicant note",
      request = "POST /resources/api/applicants/notes",
      body = { "json", "note", "what it says, and on whom", class = "NewNote",
        example = '{ applicantId = "60b8ce73460647000145384e", note = "Called back" }' },
      reply = "note", returns = "StoredNote",
      echoes = { applicantId = "applicantId" },
      example = "note",
      retry = "once", -- a second note is seen by people
      source = { "Sumsub", "add-applicant-note" },
      actions = { add_note = {} },
    },
    --[==[
    Changes a note.

    ```lua
    local note = assert(client:add_note { applicantId = "60b8ce73460647000145384e", note = "Call the person back" })
    note = assert(client:edit_note { id = note.id, applicantId = note.applicantId, note = "Called the person back" })
    print(note.note)
    ```
    ```sh
    echo '{ "applicantId": "60b8ce73460647000145384e", "note": "Call back" }' >note.json
    id=$(idngo call add_note note.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo "{ \"id\": \"$id\", \"applicantId\": \"60b8ce73460647000145384e\", \"note\": \"Called back\" }" >change.json
    idngo call edit_note change.json
    ```

    | no such note on this applicant | 404 | `notes` lists them |

    - Its tags must exist, the vendor's page says.
    ]==]
    {
      name = "edit_note",
      title = "Edit applicant note",
      request = "PATCH /resources/api/applicants/notes",
      body = { "json", "note", "the note as it shall be", class = "NoteChange",
        example = '{ id = "note-1", applicantId = "60b8ce73460647000145384e", note = "Called back" }' },
      reply = "note", returns = "StoredNote",
      echoes = { id = "id", applicantId = "applicantId" },
      example = "note",
      retry = "idempotent", -- the note says what was sent, however often
      source = { "Sumsub", "edit-applicant-note" },
    },
    --[==[
    Removes a note.

    ```lua
    local note = assert(client:add_note { applicantId = "60b8ce73460647000145384e", note = "Written by mistake" })
    print(assert(client:remove_note { id = note.id, applicantId = note.applicantId }).ok)
    ```
    ```sh
    echo '{ "applicantId": "60b8ce73460647000145384e", "note": "Written by mistake" }' >note.json
    id=$(idngo call add_note note.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo "{ \"id\": \"$id\", \"applicantId\": \"60b8ce73460647000145384e\" }" >which.json
    idngo call remove_note which.json
    ```

    | no such note on this applicant | 404 | `notes` lists them; it may be gone already |

    - Which note it is stands in a body, which this DELETE has.
    ]==]
    {
      name = "remove_note",
      title = "Remove applicant note",
      request = "DELETE /resources/api/applicants/notes",
      body = { "json", "note", "which note", class = "NoteName",
        example = '{ id = "note-1", applicantId = "60b8ce73460647000145384e" }' },
      reply = "ok", returns = "Ok", takes = "empty",
      example = "request_check",
      retry = "idempotent", -- a note that is gone stays so
      source = { "Sumsub", "remove-applicant-note" },
    },
    --[==[
    Hangs a file on a note.

    ```lua
    local note = assert(client:add_note { applicantId = "60b8ce73460647000145384e", note = "Sent by e-mail" })
    note = assert(client:attach_to_note({ id = note.id, applicantId = note.applicantId },
      { bytes = "name,answer\n", name = "list.csv" }))
    print(#note.attachments)
    ```
    ```sh
    echo '{ "applicantId": "60b8ce73460647000145384e", "note": "Sent by e-mail" }' >note.json
    id=$(idngo call add_note note.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo "{ \"id\": \"$id\", \"applicantId\": \"60b8ce73460647000145384e\" }" >which.json
    echo "name,answer" >list.csv
    idngo call attach_to_note which.json list.csv
    ```

    | no such note on this applicant | 404 | `notes` lists them |
    | no file, or one of more than 10 MB | 400 | nothing was added |
    | a file of another kind | 400 | jpg, jpeg, png, pdf, doc, docx, xls, xlsx, odt, ods, csv, txt |

    - Unlike in `add_document` each field of the metadata is a part of its own: `metadata[id]` and `metadata[applicantId]`.
    ]==]
    {
      name = "attach_to_note",
      title = "Add attachment to applicant note",
      request = "POST /resources/api/applicants/notes/attachments",
      body = { "multipart", "metadata", "which note", class = "NoteName", part = "content", apart = true, alone = "once",
        example = '{ id = "note-1", applicantId = "60b8ce73460647000145384e" }' },
      reply = "note", returns = "StoredNote",
      echoes = { id = "id", applicantId = "applicantId" },
      example = "note",
      retry = "once", -- it would hang there twice
      source = { "Sumsub", "add-attachment-to-applicant-note" },
    },
  },
}
