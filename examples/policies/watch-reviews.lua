-- For idngo watch: decides about reviews as they arrive. What is rejected is marked at once; what is approved waits for a person,
-- who looks at it before it is noted.
return {
  name = "watch-reviews",
  version = "1",
  on = { "applicantReviewed" },
  decide = function(_, _, event)
    local answer = event.reviewResult and event.reviewResult.reviewAnswer
    if answer == "RED" then
      return add_tags({ "rejected" })
    end
    if answer ~= "GREEN" then
      return hold("a review without an answer")
    end
    return ask(add_note("approved, and looked at by a person"), "look at it before it is noted")
  end,
}
