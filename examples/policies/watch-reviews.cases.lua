return {
  { name = "rejected", event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "RED" } },
    expect = { "add_tags" } },
  { name = "approved", event = { type = "applicantReviewed", reviewResult = { reviewAnswer = "GREEN" } },
    expect = { "add_note", { "ask", reason = "look at it before it is noted" } } },
  { name = "without an answer", event = { type = "applicantReviewed" },
    expect = { { "hold", reason = "a review without an answer" } } },
}
