return {
  { name = "no check", facts = { tin = "MISSING" }, expect = { { "hold", reason = "no tax number check" } } },
  { name = "refused", facts = { tin = "RED" }, expect = { { "hold", reason = "the tax number check says RED" } } },
  { name = "passed, and nothing to compare", facts = { tin = "GREEN" }, expect = { "pass" } },
  {
    name = "passed, the same surname in other letters",
    applicant = { id = "a", lastName = "KIM" }, facts = { tin = { answer = "GREEN", extractedDoc = { lastName = "Kim" } } },
    expect = { "pass" },
  },
  {
    name = "passed, another surname",
    applicant = { id = "a", lastName = "Kim" }, facts = { tin = { answer = "GREEN", extractedDoc = { lastName = "Li" } } },
    expect = { { "hold", reason = "the tax number belongs to another surname" } },
  },
}
