-- Searches for applicants that are alike.

return {
  limits = {
    similar_by_text_and_face = { 7, 10 },
    similar_by_text = { 10, 10 },
  },

  classes = {
    Similar = { -- Applicants that are like this one.
      similarApplicants = "SimilarApplicant[], required", -- one for each; empty when there is none
      totalCnt = "integer", -- how many there are
    },
    SimilarApplicant = { -- One applicant that is like this one.
      applicant = "Applicant, checked", -- the other applicant
      matchedFields = "string[], checked", -- paths of the fields that agree; empty when the face alone does
      exactMatch = "boolean, checked", -- whether the data agrees exactly
      blacklisted = "boolean, checked", -- whether the other applicant is on your blacklist
      types = "MatchType[], checked", -- `text` when data agrees, `image` when the face does
    },
  },

  endpoints = {
    --[==[
    Which applicants are like this one, by data or by face? Searches now, while `duplicate_checks` returns what the
    last check found.

    ```lua
    local r = assert(client:similar_by_text_and_face("5eea3f5204f940217bcbc03d"))
    for _, similar in ipairs(r.similarApplicants) do
      print(similar.applicant and similar.applicant.id, similar.exactMatch, similar.blacklisted,
        table.concat(similar.matchedFields or {}, ", "))
    end
    ```
    ```sh
    idngo call similar_by_text_and_face 5eea3f5204f940217bcbc03d
    ```

    - A scarce call: 7 in 10 s for the whole account. Ask `duplicate_checks` first.
    - A match by face alone has an empty `matchedFields` and `exactMatch` false.
    - The reference's curl example lacks `/similar` in its path; the path above it is right.
    - The other applicants' personal data is in the reply.
    ]==]
    {
      name = "similar_by_text_and_face",
      title = "Retrieve similar applicants (by text and face)",
      request = "GET /resources/applicants/{applicantId}/similar/byTextAndFace",
      arguments = { { "applicantId", "the applicant to compare" } },
      reply = "similar", returns = "Similar",
      retry = "safe",
      limit = "similar_by_text_and_face",
      try = { "5eea3f5204f940217bcbc03d" },
      fact = { "similar_by_text_and_face", answers = { "NONE", "FOUND" } },
    },
    --[==[
    Which applicants are like this one, by data alone?

    ```lua
    local r = assert(client:similar_by_text("5eea3f5204f940217bcbc03d"))
    print(#r.similarApplicants, "applicants with similar data")
    ```
    ```sh
    idngo call similar_by_text 5eea3f5204f940217bcbc03d
    ```

    - The reply has the form of `similar_by_text_and_face`.
    - 10 in 10 s for the whole account, counted apart from the search by face.
    ]==]
    {
      name = "similar_by_text",
      title = "Retrieve similar applicants (by text)",
      request = "GET /resources/applicants/{applicantId}/similar/byText",
      arguments = { { "applicantId", "the applicant to compare" } },
      reply = "similar", returns = "Similar",
      retry = "safe",
      limit = "similar_by_text",
      try = { "5eea3f5204f940217bcbc03d" }, example = "similar_by_text_and_face",
      fact = { "similar_by_text", answers = { "NONE", "FOUND" } },
    },
  },
}
