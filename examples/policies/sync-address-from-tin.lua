-- Writes the newest address that the tax number check found into the applicant's profile.
local function newest(addresses)
  local found
  for _, address in ipairs(addresses) do
    if not address.endDate and (not found or (address.startDate or "") > (found.startDate or "")) then
      found = address
    end
  end
  return found
end

return {
  name = "sync-address-from-tin",
  version = "1",
  decide = function(_, facts)
    if facts.tin.answer ~= "GREEN" then
      return pass()
    end
    local address = newest(facts.tin.extractedDoc.addresses)
    if not address then
      return pass()
    end
    return update_info({
      addresses = { {
        country = address.country, postCode = address.postCode, town = address.town, street = address.street,
        buildingNumber = address.buildingNumber,
      } },
    }, nil, "address of the tax office")
  end,
}
