-- What applicants agreed to.

return {
  classes = {
    NewAgreement = { -- What an applicant agreed to.
      records = "AgreementRecord[], required", -- one for each text
      acceptedAt = "moment", -- when, `YYYY-MM-DD hh:mm:ss`
      residenceCountry = "string", -- where the person lives: three letters, ISO 3166-1 alpha-3
    },
    AgreementRecord = { -- One text.
      content = "string", -- what it says, or where it stands
    },
    Agreed = { -- The applicant with its agreement, or the agreement alone: which of them is not known.
      id = "string, checked", -- the applicant, when it is one
      agreement = "table", -- what was agreed to, when it is the applicant
      createdAt = "moment", -- when it was written down
      acceptedAt = "moment", -- when it was agreed to
      source = "string", -- where
      records = "AgreementRecord[]", -- the texts
      content = "string", -- the text
    },
  },

  endpoints = {
    --[==[
    Writes down what an applicant agreed to, as those must who verify people by the API alone.

    ```lua
    assert(client:accept_agreement("60f6f9ab7bbfc20001eca91d", { acceptedAt = "2026-11-01 09:00:00",
      records = { { content = "https://example.org/privacy" } } }))
    print(client:applicant("60f6f9ab7bbfc20001eca91d").agreement.acceptedAt)
    ```
    ```sh
    echo '{ "records": [{ "content": "https://example.org/privacy" }] }' >agreement.json
    idngo call accept_agreement 60f6f9ab7bbfc20001eca91d agreement.json
    ```

    | no such applicant | 404 | ids are those of one environment |

    - Whether the reply is the applicant or the agreement is not known: both are taken.
    ]==]
    {
      name = "accept_agreement",
      title = "Record applicant's agreement",
      request = "POST /resources/applicants/{applicantId}/agreement",
      arguments = { { "applicantId", "who agreed" } },
      body = { "json", "agreement", "to what, and when", class = "NewAgreement",
        example = '{ records = { { content = "https://example.org/privacy" } } }' },
      reply = "object", returns = "Agreed",
      retry = "harmless", -- it is written down once more
      source = { "Sumsub", "applicant-privacy-disclosures-and-consent-requirements" },
    },
  },
}
