-- Questionnaires: what is asked, and what applicants answered.

return {
  classes = {
    Answers = { -- All answers of one questionnaire.
      id = "text, required", -- the questionnaire
      sections = "table, required", -- `{ SECTION = { items = { ITEM = { value = "…" } } } }`; several answers: `values = { … }`
    },
    Questionnaire = { -- A questionnaire. More of it than its id is not described by any source.
      id = "text, required", -- the questionnaire
      name = "string", -- what it is called
      title = "string", -- its title
      desc = "string", -- what it is for
      sections = "table", -- its sections and questions
      createdAt = "moment", -- when it was created
      createdBy = "string", -- by whom
      modifiedAt = "moment", -- when it was last changed
    },
    Questionnaires = { -- The questionnaires of the account.
      list = "QuestionnaireList, or items", -- the questionnaires
      items = "Questionnaire[], checked", -- the questionnaires, when there is no `list`
      totalItems = "integer", -- how many there are, when there is no `list`
    },
    QuestionnaireList = { -- A list of questionnaires.
      items = "Questionnaire[], required", -- one for each
      totalItems = "integer", -- how many there are
    },
    Answered = { -- The applicant with its answers, or the answers alone: which of them is not known.
      id = "string, checked", -- of the applicant, or of the questionnaire
      questionnaires = "table[]", -- the answers, when it is the applicant
      sections = "table", -- the answers, when it is the questionnaire
    },
  },

  endpoints = {
    --[==[
    Answers a questionnaire for an applicant.

    ```lua
    assert(client:submit_questionnaire("60f6f9ab7bbfc20001eca91d", { id = "sourceOfFunds", sections = { income = { items = {
      kind = { values = { "salary", "rent" } }, yearly = { value = "18000" } } } } }))
    print(client:applicant("60f6f9ab7bbfc20001eca91d").questionnaires[1].id)
    ```
    ```sh
    echo '{ "id": "sourceOfFunds", "sections": { "income": { "items": { "yearly": { "value": "18000" } } } } }' >answers.json
    idngo call submit_questionnaire 60f6f9ab7bbfc20001eca91d answers.json
    ```

    | no such applicant | 404 | ids are those of one environment |
    | null inside an array | 400 | nothing was changed |

    - It overwrites all answers of the questionnaire: send all of them.
    - Whether the reply is the applicant or the questionnaire is not known: both are taken.
    ]==]
    {
      name = "submit_questionnaire",
      title = "Add applicant questionnaire",
      request = "POST /resources/applicants/{applicantId}/questionnaires",
      arguments = { { "applicantId", "who answers" } },
      body = { "json", "answers", "all answers of one questionnaire", class = "Answers", empty = "[]",
        example = '{ id = "sourceOfFunds", sections = { income = { items = { yearly = { value = "18000" } } } } }' },
      reply = "object", returns = "Answered",
      retry = "idempotent", -- the answers are those that were sent, however often
      source = { "Sumsub", "add-applicant-questionnaire" },
    },
    --[==[
    Reads what a questionnaire asks.

    | no such questionnaire | 404 | `questionnaires` lists them |
    ]==]
    {
      name = "questionnaire",
      title = "Get questionnaire information",
      request = "GET /resources/questionnaires/-;id={questionnaireId}/one",
      arguments = { { "questionnaireId", "the questionnaire to read" } },
      reply = "questionnaire", returns = "Questionnaire",
      echoes = { id = "questionnaireId" },
      retry = "safe",
      try = { "sourceOfFunds" },
      source = { "Sumsub", "get-questionnaire-information" },
    },
    --[==[
    Which questionnaires does the account have?
    ]==]
    {
      name = "questionnaires",
      title = "List questionnaires",
      request = "GET /resources/api/questionnaires/list",
      reply = "questionnaires", returns = "Questionnaires",
      retry = "safe",
      try = {},
      source = { "Sumsub", "get-levels-with-questionnaires" },
    },
  },
}
