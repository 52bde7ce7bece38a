--- The rows of faults.lua about bodies: encoding, JSON, files. What the fields mean, and the rules behind them, are
-- told there.
local endpoints = require("idngo.endpoints")
local essential = require("parts")
local schema = require("idngo.schema")

local rows = {
  -- encoding ----------------------------------------------------------------------------------------------------
  { name = "gzip-good", group = "encoding", what = "gzip where it was asked for", ok = true },
  { name = "gzip-bomb", group = "encoding", what = "300 MiB of zeros in 300 KB", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl's --max-filesize lets all of it pass: count in the write callback" },
  { name = "gzip-bomb-pdf", group = "encoding", what = "the same as a file", scenario = "gzip-bomb",
    endpoint = "report", status = 200, kind = "malformed", outcome = "applied" },
  { name = "nested-gzip", group = "encoding", what = "the bomb packed twice", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl unpacks both" },
  { name = "truncated-gzip", group = "encoding", what = "gzip cut before its checksum", status = 200,
    kind = "malformed", outcome = "applied", note = "libcurl reports success with what it could unpack" },
  { name = "truncated-gzip-pdf", group = "encoding", what = "the same as a file", scenario = "truncated-gzip",
    endpoint = "report", status = 200, kind = "malformed", outcome = "applied",
    note = "nothing in a file shows it under libcurl: files are best asked for without gzip, and refused with it" },
  { name = "gzip-bad-checksum", group = "encoding", what = "gzip with a wrong checksum", status = 200,
    kind = "malformed", outcome = "applied" },
  { name = "encoding-mismatch", group = "encoding", what = "plain text called gzip", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "encoding-unknown", group = "encoding", what = "Content-Encoding: x-made-up", status = 200,
    kind = "malformed", outcome = "applied" },

  -- json --------------------------------------------------------------------------------------------------------
  { name = "json-empty", group = "json", what = "no body", status = 200, kind = "malformed", outcome = "applied" },
  { name = "json-blank", group = "json", what = "blanks only", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-truncated", group = "json", what = "the last bracket is missing", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-trailing-comma", group = "json", what = "a comma before the last bracket", status = 200,
    kind = "malformed", outcome = "applied" },
  { name = "json-trailing-text", group = "json", what = "a second value after the first", status = 200,
    kind = "malformed", outcome = "applied" },
  { name = "json-duplicate-keys", group = "json", what = "checks twice, RED first", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-deep", group = "json", what = "100 000 brackets deep", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-deep-unclosed", group = "json", what = "100 000 opening brackets", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-1e400", group = "json", what = "a number beyond a double", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-leading-zero", group = "json", what = "007", status = 200, kind = "malformed", outcome = "applied" },
  { name = "json-hex-number", group = "json", what = "0x10", status = 200, kind = "malformed", outcome = "applied" },
  { name = "json-nan", group = "json", what = "NaN", status = 200, kind = "malformed", outcome = "applied" },
  { name = "json-infinity", group = "json", what = "-Infinity", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-lone-surrogate", group = "json", what = "half of a character", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-raw-nul", group = "json", what = "a NUL in a string", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-raw-newline", group = "json", what = "a line break in a string", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-escaped-nul", group = "json", what = "an escaped NUL in a string", ok = true,
    note = "allowed: result.extra is a, NUL, b" },
  { name = "json-bom", group = "json", what = "a byte order mark in front", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-comment", group = "json", what = "a comment", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-single-quotes", group = "json", what = "single quotes", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-not-utf8", group = "json", what = "a byte that is not UTF-8", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-utf16", group = "json", what = "UTF-16 without a label", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-html", group = "json", what = "a page in HTML", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-100-mb", group = "json", what = "a string of 100 MB", status = 200, kind = "malformed",
    outcome = "applied", note = "rule 6; the text is whole and good, so only the cap on bodies can stop it" },
  { name = "json-endless", group = "json", what = "a body without end", scenario = "endless-body", timeout = 10,
    status = 200, kind = "malformed", outcome = "applied" },
  { name = "json-big-id", group = "json", what = "a whole number beyond 2^53", ok = true,
    note = "result.extra keeps every digit of 9007199254740993" },
  { name = "json-unknown-field", group = "json", what = "a new field", ok = true, note = "result.extra is kept" },
  { name = "json-unknown-enum", group = "json", what = "the answer PURPLE", ok = true, note = "kept as it is" },
  { name = "json-null-fields", group = "json", what = "null for every field below the part", ok = true,
    note = "absent in the result: result.checks[1].answer is nil" },
  { name = "json-other-types", group = "json", what = "another type for every field below the part", status = 200,
    kind = "malformed", outcome = "applied", note = "an answer that is no string decides nothing" },
  { name = "json-no-checks", group = "json", what = "an empty list of checks", scenario = "json-part-empty-list",
    ok = true },
  { name = "json-top-array", group = "json", what = "the object inside a list", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-top-string", group = "json", what = "a string at the top", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-top-number", group = "json", what = "a number at the top", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-top-true", group = "json", what = "true at the top", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-top-null", group = "json", what = "null at the top", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "json-info-array", group = "json", what = "a list for an object", scenario = "json-top-array",
    endpoint = "update_info", status = 200, kind = "malformed", outcome = "applied" },
  { name = "json-info-duplicate", group = "json", what = "firstName twice", scenario = "json-duplicate-keys",
    endpoint = "update_info", status = 200, kind = "malformed", outcome = "applied" },
  { name = "json-ok-0", group = "json", what = "the server says that it did not",
    endpoint = "send_verification_status_email", status = 200, never_resent = true, kind = "http",
    outcome = "rejected", note = "a complete answer that says no is a refusal, whatever its status" },
  { name = "json-of-another", group = "json", what = "another applicant's checks", status = 200, kind = "malformed",
    outcome = "unknown" },
  { name = "json-timeline-of-another", group = "json", what = "another applicant's timeline",
    scenario = "json-of-another", endpoint = "timeline", status = 200, kind = "malformed", outcome = "unknown" },
  { name = "json-presence-of-another", group = "json", what = "another applicant is deactivated",
    scenario = "json-of-another", endpoint = "set_presence", status = 200, never_resent = true, kind = "malformed",
    outcome = "unknown" },
  { name = "json-info-of-another", group = "json", what = "another applicant is changed", scenario = "json-of-another",
    endpoint = "update_info", status = 200, never_resent = true, kind = "malformed", outcome = "unknown" },
  { name = "json-email-of-another", group = "json", what = "another applicant is written to",
    scenario = "json-of-another", endpoint = "send_verification_status_email", status = 200, never_resent = true,
    kind = "malformed", outcome = "unknown" },
  { name = "out-of-step-then-ok", group = "json", what = "a connection that answers for somebody else", then_ok = 2,
    status = 200, kind = "malformed", outcome = "unknown", note = "it is used no more: another one answers right" },
  { name = "json-of-another-check", group = "json", what = "a check of another type", status = 200,
    kind = "malformed", outcome = "unknown" },
  { name = "json-duplicates-of-another-check", group = "json", what = "a check of another type",
    scenario = "json-of-another-check", endpoint = "duplicate_checks", status = 200, kind = "malformed",
    outcome = "unknown" },
  { name = "json-other-presence", group = "json", what = "still there after deactivation", endpoint = "set_presence",
    status = 200, kind = "malformed", outcome = "applied" },
  { name = "json-email-empty", group = "json", what = "200 to an e-mail, and nothing else", scenario = "json-empty",
    endpoint = "send_verification_status_email", status = 200, never_resent = true, kind = "malformed",
    outcome = "applied" },

  -- binary ------------------------------------------------------------------------------------------------------
  { name = "pdf-good", group = "binary", what = "a PDF", scenario = "good", endpoint = "report", ok = true },
  { name = "video-good", group = "binary", what = "a video", scenario = "good", endpoint = "liveness_video",
    ok = true },
  { name = "pdf-that-is-html", group = "binary", what = "a page in HTML called PDF", endpoint = "report",
    status = 200, kind = "malformed", outcome = "applied" },
  { name = "pdf-json-error", group = "binary", what = "an error in JSON with status 200 for a PDF",
    scenario = "json-error-with-200", endpoint = "report", status = 200, kind = "malformed", outcome = "applied" },
  { name = "pdf-206", group = "binary", what = "a part of a PDF, unasked", scenario = "206-unasked", endpoint = "report",
    status = 206, kind = "malformed", outcome = "applied", note = "leaves no file behind" },
  { name = "pdf-empty", group = "binary", what = "an empty PDF", scenario = "200-without-body", endpoint = "report",
    status = 200, kind = "malformed", outcome = "applied" },
  { name = "pdf-cut", group = "binary", what = "a PDF shorter than its length", scenario = "length-too-long",
    endpoint = "report", status = 200, kind = "malformed", outcome = "unknown", note = "leaves no file behind" },
  { name = "pdf-chunk-cut", group = "binary", what = "a PDF whose last chunk is missing",
    scenario = "missing-last-chunk", endpoint = "report", status = 200, kind = "malformed", outcome = "unknown" },
  { name = "pdf-reset", group = "binary", what = "RST within a PDF", scenario = "reset-mid-body", endpoint = "report",
    status = 200, kind = "io", outcome = "unknown", note = "leaves no file behind" },
  { name = "pdf-endless", group = "binary", what = "a PDF without end", scenario = "endless-body",
    endpoint = "report", timeout = 1, needs = "to = a function that keeps nothing", status = 200, kind = "timeout",
    outcome = "unknown", note = "malformed where a cap on files ends it first" },
  { name = "video-that-is-html", group = "binary", what = "a page in HTML for a video", endpoint = "liveness_video",
    status = 200, kind = "malformed", outcome = "applied" },
  { name = "video-json-error", group = "binary", what = "an error in JSON with status 200 for a video",
    scenario = "json-error-with-200", endpoint = "liveness_video", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "video-cut", group = "binary", what = "a video shorter than its length", scenario = "length-too-long",
    endpoint = "liveness_video", status = 200, kind = "malformed", outcome = "unknown" },
  { name = "save-disk-full", group = "binary", what = "the disk is full while saving", scenario = "good",
    endpoint = "report", needs = "to = a path on a full file system", status = 200, kind = "io", outcome = "applied",
    note = "leaves no file behind" },
  { name = "save-over-symlink", group = "binary", what = "a symbolic link at the target", scenario = "good",
    endpoint = "report", needs = "to = a path that is a symbolic link", ok = true,
    note = "the link is replaced; the file it points at is left alone" },
}

-- What spoils the part that an endpoint exists for.
local list = { "json-empty-object", "json-part-missing", "json-part-null", "json-part-string", "json-part-number",
  "json-part-true", "json-part-object", "json-part-empty-object", "json-part-of-numbers", "json-part-of-strings" }
local text = { "json-empty-object", "json-part-missing", "json-part-null", "json-part-number", "json-part-true",
  "json-part-array", "json-part-object", "json-part-empty-text" }
local one = { "json-empty-object", "json-part-missing", "json-part-null", "json-part-string", "json-part-true",
  "json-part-array", "json-part-object", "json-part-empty-text" }
local flag = { "json-empty-object", "json-part-missing", "json-part-null", "json-part-string", "json-part-number",
  "json-part-array", "json-part-object", "json-part-empty-text" }
local bare = { "json-empty-object", "json-top-array", "json-top-string", "json-top-number", "json-top-true", "json-top-null" }
local object = { "json-top-array", "json-top-string", "json-top-number", "json-top-true", "json-top-null" }

--- Every endpoint that answers in JSON, its part, and the scenarios that spoil it. Each is a row of its own that
-- must give { kind = "malformed", outcome = "applied", status = 200 } after one request.
local parts = {}
for _, row in ipairs(endpoints.rows()) do
  local path, type = essential.of(row.name)
  if path then
    local is_number = type == "yes" or type == "integer"
    local scenarios = type:find("%[%]$") and list or is_number and one or type == "boolean" and flag or text
    parts[#parts + 1] = { endpoint = row.name, part = table.concat(path, "."), scenarios = scenarios }
  elseif not (endpoints.description(row.name).file or endpoints.description(row.name).takes) then
    local is_list = schema.element(endpoints.description(row.name).returns)
    parts[#parts + 1] = { endpoint = row.name, part = is_list and "the list" or "the object",
      scenarios = is_list and bare or object }
  end
end

return { rows = rows, parts = parts }
