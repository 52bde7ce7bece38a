-- Holds applicants whose tax number is not theirs: the check says so, or it found another surname than the one in the
-- input's column lastName.
local function lower(text)
  return (text or ""):lower()
end

return {
  name = "review-tin-mismatch",
  version = "1",
  decide = function(applicant, facts)
    local tin = facts.tin
    if tin.answer == "MISSING" then
      return hold("no tax number check")
    end
    if tin.answer ~= "GREEN" then
      return hold("the tax number check says " .. tin.answer)
    end
    local found = tin.extractedDoc.lastName
    if found and applicant.lastName and lower(found) ~= lower(applicant.lastName) then
      return hold("the tax number belongs to another surname")
    end
    return pass()
  end,
}
