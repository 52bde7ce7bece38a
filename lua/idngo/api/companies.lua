-- Companies: their data, and the people behind them.

return {
  words = {
    BeneficiaryType = { "ubo", "shareholder", "representative", "director" },
  },

  classes = {
    CompanyInfo = { -- What is known of a company.
      companyName = "string", -- its name
      registrationNumber = "string", -- its number
      country = "string", -- three letters, ISO 3166-1 alpha-3
      alternativeNames = "string[]", -- other names
      legalAddress = "string", -- where it is registered
      postalAddress = "string", -- where it has its post
      registrationLocation = "string", -- at which office
      incorporatedOn = "day", -- `YYYY-MM-DD`
      type = "string", -- its legal form
      email = "string", -- e-mail address
      phone = "string", -- phone number
      website = "string", -- its pages
      taxId = "string", -- its taxpayer number
      controlScheme = "string", -- who controls it
      noUBOs = "boolean", -- whether nobody owns a large part of it
      beneficiaries = "Beneficiary[]", -- the people behind it
    },
    Beneficiary = { -- Somebody behind a company.
      id = "string", -- the link
      applicantId = "string, checked", -- the applicant who it is
      types = "string[]", -- `ubo`, `shareholder`, `representative`, `director`
      type = "BeneficiaryType", -- the same in the older form
      positions = "string[]", -- the same in the older form
      shareSize = "number", -- of how much of it, in percent
      beneficiaryInfo = "table", -- who it is, when it is no applicant yet
      applicant = "table", -- the applicant, in the older form
    },
    StoredBeneficiary = { -- Somebody behind a company, whose link is there.
      "Beneficiary",
      id = "text, required", -- the link
    },
    NewBeneficiary = { -- Somebody to be linked to a company: an applicant, by `applicantId`, or somebody new, by
      -- `beneficiaryInfo`; never both.
      types = "string[], required", -- what of the company it is
      applicantId = "string, or beneficiaryInfo", -- the applicant who it is
      beneficiaryInfo = "table", -- who it is: firstName, lastName, dob, …
      shareSize = "number", -- of how much of it, in percent
    },
    LinkedApplicant = { -- An applicant to be linked to a company, in the older form.
      applicantId = "text, required", -- the applicant
      type = "BeneficiaryType, required", -- what of the company it is
      positions = "string[]", -- what it does there
      applicant = "table", -- the applicant again: `{ id = … }`
    },
  },

  endpoints = {
    --[==[
    Changes what you declared about a company.

    ```lua
    local company = assert(client:create_applicant("basic-kyc-level", { externalUserId = "company-1", type = "company" }))
    print(assert(client:update_company(company.id, { companyName = "Example LLP", country = "KAZ" })).companyName)
    ```
    ```sh
    echo '{ "externalUserId": "company-2", "type": "company" }' >company.json
    id=$(idngo call create_applicant basic-kyc-level company.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo '{ "companyName": "Example LLP" }' >change.json
    idngo call update_company $id change.json
    ```

    | the applicant is a person | 400 | `update_fixed_info` is for people |

    - Fields that are left out stay as they are.
    - That the reply is the company's data is inferred.
    ]==]
    {
      name = "update_company",
      title = "Change provided company data",
      request = "PATCH /resources/applicants/{applicantId}/fixedInfo/companyInfo",
      arguments = { { "applicantId", "the company" } },
      body = { "json", "company", "the fields to change", class = "CompanyInfo", empty = "[]",
        example = '{ companyName = "Example LLP" }' },
      reply = "company", returns = "CompanyInfo",
      retry = "idempotent", -- the fields have the values that were sent, however often
      source = { "Sumsub", "change-provided-company-data" },
    },
    --[==[
    Changes what was extracted about a company.

    ```lua
    local company = assert(client:create_applicant("basic-kyc-level", { externalUserId = "company-3", type = "company" }))
    local info = assert(client:update_extracted_company(company.id, { companyName = "Example LLP", country = "KAZ" }))
    print(info.companyName)
    ```
    ```sh
    echo '{ "externalUserId": "company-4", "type": "company" }' >company.json
    id=$(idngo call create_applicant basic-kyc-level company.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo '{ "companyName": "Example LLP", "country": "KAZ" }' >change.json
    idngo call update_extracted_company $id change.json
    ```

    | the applicant is a person | 400 | `update_info` is for people |

    - The vendor's pages disagree: by the older one a field that is left out is unset, by the newer one it stays. Send all of
      them.
    ]==]
    {
      name = "update_extracted_company",
      title = "Change extracted company data",
      request = "PATCH /resources/applicants/{applicantId}/info/companyInfo",
      arguments = { { "applicantId", "the company" } },
      body = { "json", "company", "all its fields", class = "CompanyInfo", empty = "[]",
        example = '{ companyName = "Example LLP", country = "KAZ" }' },
      reply = "company", returns = "CompanyInfo", example = "update_company",
      retry = "idempotent", -- the fields have the values that were sent, however often
      source = { "Sumsub", "change-extracted-company-data" },
    },
    --[==[
    Links somebody to a company: an applicant who is there, or somebody new.

    ```lua
    local company = assert(client:create_applicant("basic-kyc-level", { externalUserId = "company-5", type = "company" }))
    local linked = assert(client:link_beneficiary(company.id, { types = { "shareholder" }, shareSize = 42.5,
      beneficiaryInfo = { firstName = "Dana", lastName = "Testova", dob = "1980-01-02" } }))
    print(linked.id, linked.applicantId)
    ```
    ```sh
    echo '{ "externalUserId": "company-6", "type": "company" }' >company.json
    id=$(idngo call create_applicant basic-kyc-level company.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo '{ "types": ["ubo"], "applicantId": "60f6f9ab7bbfc20001eca91d" }' >link.json
    idngo call link_beneficiary $id link.json
    ```

    | the applicant is a person | 400 | only companies have them |
    | `applicantId` and `beneficiaryInfo` | 400 | one of them |
    | no such applicant to link | 404 | ids are those of one environment |

    - A second one may link somebody new twice. After an unknown outcome look at the company: `applicant` shows
      `fixedInfo.companyInfo.beneficiaries`.
    ]==]
    {
      name = "link_beneficiary",
      title = "Link beneficiary to company (KYB 2.0)",
      request = "POST /resources/applicants/{applicantId}/fixedInfo/companyInfo/beneficiaries",
      arguments = { { "applicantId", "the company" } },
      body = { "json", "beneficiary", "who it is, and what of the company", class = "NewBeneficiary",
        example = '{ types = { "ubo" }, applicantId = "60f6f9ab7bbfc20001eca91d" }' },
      reply = "beneficiary", returns = "StoredBeneficiary", about = false,
      retry = "once", -- somebody new would be linked twice
      source = { "Sumsub", "link-beneficiary-to-company-kyb-20" },
    },
    --[==[
    Links an applicant to a company in the older form, which on KYB 2.0 fills what was extracted: `link_beneficiary` is better.

    ```lua
    local company = assert(client:create_applicant("basic-kyc-level", { externalUserId = "company-7", type = "company" }))
    local info = assert(client:link_extracted_beneficiary(company.id, { applicantId = "60f6f9ab7bbfc20001eca91d", type = "ubo" }))
    print(info.beneficiaries[1].applicantId)
    ```
    ```sh
    echo '{ "externalUserId": "company-8", "type": "company" }' >company.json
    id=$(idngo call create_applicant basic-kyc-level company.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo '{ "applicantId": "60f6f9ab7bbfc20001eca91d", "type": "director", "positions": ["CEO"] }' >link.json
    idngo call link_extracted_beneficiary $id link.json
    ```

    | the applicant is a person | 400 | only companies have them |
    | no such applicant to link | 404 | ids are those of one environment |
    ]==]
    {
      name = "link_extracted_beneficiary",
      title = "Add existing individual applicant as beneficiary",
      request = "POST /resources/applicants/{applicantId}/info/companyInfo/beneficiaries",
      arguments = { { "applicantId", "the company" } },
      body = { "json", "beneficiary", "who it is, and what of the company", class = "LinkedApplicant",
        example = '{ applicantId = "60f6f9ab7bbfc20001eca91d", type = "ubo" }' },
      reply = "company", returns = "CompanyInfo", example = "update_company",
      retry = "once", -- nobody knows whether a second one is linked twice
      source = { "Sumsub", "add-existing-individual-applicant-as-beneficiary" },
    },
    --[==[
    Takes the link between a company and somebody away.

    ```lua
    local company = assert(client:create_applicant("basic-kyc-level", { externalUserId = "company-9", type = "company" }))
    local who = "60f6f9ab7bbfc20001eca91d"
    assert(client:link_extracted_beneficiary(company.id, { applicantId = who, type = "ubo" }))
    print(assert(client:unlink_beneficiary(company.id, who)).beneficiaries)
    ```
    ```sh
    echo '{ "externalUserId": "company-10", "type": "company" }' >company.json
    id=$(idngo call create_applicant basic-kyc-level company.json --json | sed 's/.*"id":"\([^"]*\)".*/\1/')
    echo '{ "applicantId": "60f6f9ab7bbfc20001eca91d", "type": "director" }' >link.json
    idngo call link_extracted_beneficiary $id link.json
    idngo call unlink_beneficiary $id 60f6f9ab7bbfc20001eca91d
    ```

    | the applicant is a person | 400 | only companies have them |

    - That the reply is the company's data is inferred.
    ]==]
    {
      name = "unlink_beneficiary",
      title = "Unlink beneficiary from company",
      request = "DELETE /resources/applicants/{applicantId}/info/companyInfo/beneficiaries/{beneficiaryApplicantId}",
      arguments = {
        { "applicantId", "the company" },
        { "beneficiaryApplicantId", "the applicant who is linked" },
      },
      reply = "company", returns = "CompanyInfo", example = "update_company",
      retry = "idempotent", -- who is not linked stays so
      source = { "Sumsub", "an OpenAPI description of others" },
    },
  },
}
