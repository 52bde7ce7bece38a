-- Removes applicants that are duplicates of others, and tells them. The faces are compared only where a name alone
-- matched: that call is scarce (7 in 10 s).
return {
  name = "block-duplicates",
  version = "1",
  decide = function(_, facts)
    local found = facts.duplicates
    if found.answer == "GREEN" then
      return pass()
    end
    if found.answer == "RED" and found.hits[1] then
      return deactivate("duplicate of " .. found.hits[1].applicantId), send_status_email()
    end
    if found.answer == "YELLOW" then
      for _, hit in ipairs(facts.similar_by_text_and_face.hits) do
        if hit.exactMatch then
          return deactivate("text and face match " .. hit.applicantId), send_status_email()
        end
      end
      return hold("similar by name alone")
    end
    return hold("the duplicate check says " .. found.answer)
  end,
}
