-- Who did what in the account.

return {
  classes = {
    AuditTrail = { -- What was done in the account, the newest first. That it comes under `list` is inferred.
      list = "AuditEvents, or items", -- the events
      items = "AuditEvent[], checked", -- the events, when there is no `list`
      totalItems = "integer", -- how many there are, when there is no `list`
    },
    AuditEvents = { -- A list of events.
      items = "AuditEvent[], required", -- one for each
      totalItems = "integer", -- how many there are
    },
    AuditEvent = { -- What was done once.
      id = "string", -- the event
      ts = "moment", -- when
      activity = "string", -- what was done
      subjectName = "string", -- by whom
      applicantId = "string", -- to whom
    },
  },

  endpoints = {
    --[==[
    Who did what in the account?

    - The account needs the feature. The vendor has a newer call, whose path is not known.
    - One request gives 10 events, unless `limit` says otherwise, and at most 20 000.
    ]==]
    {
      name = "audit_trail",
      title = "Get audit trail events",
      request = "GET /resources/auditTrailEvents",
      options = {
        { "subjectName", "who did it" },
        { "activity", "what was done" },
        { "from", "from when on" },
        { "to", "until when" },
        { "limit", "at most so many", type = "integer" },
        { "offset", "from which one on", type = "integer" },
      },
      reply = "events", returns = "AuditTrail",
      retry = "safe",
      try = {},
      source = { "Sumsub", "audit-trail-events" },
    },
  },
}
