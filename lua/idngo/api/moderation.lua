-- What the vendor's moderators chose.

return {
  classes = {
    ModerationStates = { -- What moderators chose, for each round of an applicant's review.
      list = "ModerationStateList, or items", -- the rounds
      items = "ModerationState[], checked", -- the rounds, when there is no `list`
      totalItems = "integer", -- how many there are, when there is no `list`
    },
    ModerationStateList = { -- A list of rounds.
      items = "ModerationState[], required", -- one for each
      totalItems = "integer", -- how many there are
    },
    ModerationState = { -- One round.
      id = "string", -- the state
      applicantId = "string, checked", -- the applicant
      key = "string", -- internal to the vendor
      imagesStates = "table", -- by the id of a picture: `{ state = { BUTTON = { value = true } } }`
      applicantState = "table", -- of the applicant: `{ BUTTON = { value = true } }`
    },
  },

  endpoints = {
    --[==[
    Why was an applicant rejected, in the words of the moderators: which of their buttons they chose, of the applicant and of
    each picture.

    | no such applicant | 404 | ids are those of one environment |

    - A button is `group_button`, such as `dataMismatch_fullName`.
    ]==]
    {
      name = "moderation_states",
      title = "Clarify rejection reason",
      request = "GET /resources/moderationStates/-;applicantId={applicantId}",
      arguments = { { "applicantId", "the applicant to look up" } },
      reply = "states", returns = "ModerationStates",
      retry = "safe",
      try = { "6543210fedcba9876543210f" },
      source = { "Sumsub", "clarify-rejection-reason" },
    },
  },
}
