return {
  { name = "someone unique passes", facts = { duplicates = "GREEN" }, expect = { "pass" } },
  {
    name = "a duplicate is removed and told",
    facts = { duplicates = { answer = "RED", hits = { { applicantId = "twin" } } } },
    expect = { { "deactivate", reason = "duplicate of twin" }, "send_status_email" },
  },
  {
    name = "a duplicate of nobody is a matter for a human",
    facts = { duplicates = "RED" },
    expect = { { "hold", reason = "the duplicate check says RED" } },
  },
  { name = "a name that matches is looked at more closely", facts = { duplicates = "YELLOW" },
    expect = { need = "similar_by_text_and_face" } },
  {
    name = "… and removed when the face matches too",
    facts = { duplicates = "YELLOW", similar_by_text_and_face = { answer = "FOUND", hits = {
      { applicantId = "cousin", exactMatch = false }, { applicantId = "twin", exactMatch = true } } } },
    expect = { { "deactivate", reason = "text and face match twin" }, "send_status_email" },
  },
  { name = "… and held when it does not", facts = { duplicates = "YELLOW", similar_by_text_and_face = "NONE" },
    expect = { { "hold", reason = "similar by name alone" } } },
  { name = "no check is not clean", facts = { duplicates = "MISSING" }, expect = { "hold" } },
}
