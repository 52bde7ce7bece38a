return {
  { name = "a check that did not pass is no source", facts = { tin = "RED" }, expect = { "pass" } },
  { name = "no address, no change", facts = { tin = "GREEN" }, expect = { "pass" } },
  {
    name = "the newest address that is still good is taken",
    facts = { tin = { answer = "GREEN", extractedDoc = { addresses = {
      { country = "KAZ", town = "Astana", startDate = "2010-01-01 00:00:00" },
      { country = "KAZ", town = "Almaty", startDate = "2015-03-01 00:00:00" },
      { country = "KAZ", town = "Semey", startDate = "2020-01-01 00:00:00", endDate = "2021-01-01 00:00:00" },
    } } } },
    expect = { { "update_info", args = { info = { addresses = { { country = "KAZ", town = "Almaty" } } } } } },
  },
}
