return {
  {
    name = "report and video",
    facts = { liveness = { answer = "GREEN", id = "check" } },
    expect = { { "save_report", args = { report = "applicantReport" } }, "save_liveness_video" },
  },
  {
    name = "a company without a liveness check",
    applicant = { id = "c", type = "company" }, facts = { liveness = "MISSING" },
    expect = { { "save_report", args = { report = "companyReport" } } },
  },
}
