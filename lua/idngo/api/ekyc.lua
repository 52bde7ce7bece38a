-- Verification by records of the state, with a code that the person gets.

return {
  classes = {
    EkycRequest = { -- Whom to ask about.
      info = "EkycInfo, required", -- who it is
    },
    EkycInfo = { -- Who it is.
      country = "text, required", -- whose records: three letters, ISO 3166-1 alpha-3
      tin = "text, required", -- the taxpayer number
    },
    EkycProof = { -- What the person got: a code, or the address that the state's pages led to.
      otp = "table, or oauth", -- `{ code = "…" }`
      oauth = "table", -- `{ completeUrl = "…" }`
    },
    EkycCheck = { -- How far it is. What else is in it depends on the country.
      id = "string, checked", -- the check, which `ekyc_confirm` wants
      answer = "Answer, checked", -- what came of it
      status = "string", -- how far it is
      createdAt = "moment", -- when it was begun
      errorCode = "integer", -- 9100 to 9107: why it failed
    },
  },

  endpoints = {
    --[==[
    Begins a verification by records of the state: the person gets a code.

    ```lua
    local check = assert(client:ekyc_submit("60f6f9ab7bbfc20001eca91d", { info = { country = "KAZ", tin = "920304000000" } }))
    print(check.id)
    ```
    ```sh
    echo '{ "info": { "country": "KAZ", "tin": "920304000000" } }' >ekyc.json
    idngo call ekyc_submit 60f6f9ab7bbfc20001eca91d ekyc.json
    ```

    | no country, or no taxpayer number | 400 | nothing was sent to the person |
    | no such applicant | 404 | ids are those of one environment |

    - A code goes out to a person, so it is never asked for again on a guess.
    ]==]
    {
      name = "ekyc_submit",
      title = "Submit eKYC data",
      request = "POST /resources/applicants/{applicantId}/ekyc/submit",
      arguments = { { "applicantId", "the applicant" } },
      body = { "json", "request", "who it is", class = "EkycRequest",
        example = '{ info = { country = "KAZ", tin = "920304000000" } }' },
      reply = "check", returns = "EkycCheck",
      retry = "once", -- a code goes out to a person
      source = { "Sumsub", "an OpenAPI description of others" },
    },
    --[==[
    Ends a verification by records of the state, with what the person got.

    ```lua
    local id = "60f6f9ab7bbfc20001eca91d"
    local check = assert(client:ekyc_submit(id, { info = { country = "KAZ", tin = "920304000000" } }))
    print(assert(client:ekyc_confirm(id, check.id, { otp = { code = "123456" } })).answer)
    ```
    ```sh
    echo '{ "info": { "country": "KAZ", "tin": "920304000000" } }' >ekyc.json
    id=$(idngo call ekyc_submit 60f6f9ab7bbfc20001eca91d ekyc.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo '{ "otp": { "code": "123456" } }' >code.json
    idngo call ekyc_confirm 60f6f9ab7bbfc20001eca91d $id code.json
    ```

    | no such check of this applicant | 404 | `ekyc_submit` gives its id |

    - A code is spent when it is tried, so it is never sent again on a guess.
    ]==]
    {
      name = "ekyc_confirm",
      title = "Confirm eKYC data",
      request = "POST /resources/applicants/{applicantId}/ekyc/confirm/{checkId}",
      arguments = {
        { "applicantId", "the applicant" },
        { "checkId", "the check, from `ekyc_submit`" },
      },
      body = { "json", "proof", "what the person got", class = "EkycProof", example = '{ otp = { code = "123456" } }' },
      reply = "check", returns = "EkycCheck", example = "ekyc_submit",
      echoes = { id = "checkId" },
      retry = "once", -- a code is spent when it is tried
      source = { "Sumsub", "an OpenAPI description of others" },
    },
  },
}
