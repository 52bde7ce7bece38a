-- How risky applicants are.

return {
  words = {
    RiskLevel = { "noRisk", "low", "medium", "high", "unknown" },
  },

  classes = {
    NewRisk = { -- How risky an applicant is, by your own lights.
      riskLevel = "RiskLevel, required", -- how risky
      comment = "text, required", -- why
    },
    Risk = { -- How risky an applicant is, and how that came about.
      riskLevel = "RiskLevel, required", -- how risky
      entries = "RiskEntry[], checked", -- what was said of it
    },
    RiskEntry = { -- What was said of it once.
      id = "string", -- the entry
      createdAt = "moment", -- when
      comment = "string", -- why
      riskLevel = "RiskLevel", -- how risky
    },
  },

  endpoints = {
    --[==[
    Says how risky an applicant is.

    ```lua
    local risk = assert(client:set_risk_level("60f6f9ab7bbfc20001eca91d", { riskLevel = "low", comment = "Known for years" }))
    print(risk.riskLevel, #risk.entries)
    ```
    ```sh
    echo '{ "riskLevel": "high", "comment": "Many accounts" }' >risk.json
    idngo call set_risk_level 60f6f9ab7bbfc20001eca91d risk.json
    ```

    | a level that is none, or no comment | 400 | nothing was written |
    | no such applicant | 404 | ids are those of one environment |

    - Each time there is one more entry. It is the older form; the path of the newer one is not known.
    ]==]
    {
      name = "set_risk_level",
      title = "Set risk level",
      request = "POST /resources/applicants/{applicantId}/riskLevel/entries",
      arguments = { { "applicantId", "the applicant" } },
      body = { "json", "risk", "how risky, and why", class = "NewRisk",
        example = '{ riskLevel = "low", comment = "Known for years" }' },
      reply = "risk", returns = "Risk",
      echoes = { riskLevel = "riskLevel" },
      retry = "harmless", -- one more entry says the same
      source = { "Sumsub", "the npm client's setRiskLevel" },
    },
  },
}
