-- Saves the PDF report of everyone, by the input's column type, and the video of those whose liveness was checked, for the
-- archive.
return {
  name = "archive-evidence",
  version = "1",
  decide = function(applicant, facts)
    local report = save_report({ report = applicant.type == "company" and "companyReport" or "applicantReport" })
    if facts.liveness.id then
      return report, save_liveness_video()
    end
    return report
  end,
}
