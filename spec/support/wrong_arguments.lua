--- What a client must make of wrong arguments: data, no logic.
--
-- One row: `call` is the method and its arguments. Either `target` is the request target it must be sent to, or
-- `throws` is a pattern for the error thrown before anything is sent; no message may hold the value itself.
return {
  -- accepted, and encoded so that they stay one segment or one value
  { call = { "timeline", "a/b" }, target = "/resources/applicantTimeline/a%2Fb" },
  { call = { "timeline", "../levels" }, target = "/resources/applicantTimeline/..%2Flevels" },
  { call = { "timeline", "..." }, target = "/resources/applicantTimeline/..." },
  { call = { "timeline", "a?b=c" }, target = "/resources/applicantTimeline/a%3Fb%3Dc" },
  { call = { "timeline", "a#b" }, target = "/resources/applicantTimeline/a%23b" },
  { call = { "timeline", "a;b" }, target = "/resources/applicantTimeline/a%3Bb" },
  { call = { "timeline", "a\\b" }, target = "/resources/applicantTimeline/a%5Cb" },
  { call = { "timeline", "%2f" }, target = "/resources/applicantTimeline/%252f" },
  { call = { "timeline", "%2e%2e" }, target = "/resources/applicantTimeline/%252e%252e" },
  { call = { "timeline", "a%00b" }, target = "/resources/applicantTimeline/a%2500b" },
  { call = { "timeline", "%0d%0aX-Evil: 1" }, target = "/resources/applicantTimeline/%250d%250aX-Evil%3A%201" },
  { call = { "timeline", "a b" }, target = "/resources/applicantTimeline/a%20b" },
  { call = { "timeline", " " }, target = "/resources/applicantTimeline/%20" },
  { call = { "timeline", "a+b" }, target = "/resources/applicantTimeline/a%2Bb" },
  { call = { "timeline", "auth0|123" }, target = "/resources/applicantTimeline/auth0%7C123" },
  { call = { "timeline", "{applicantId}" }, target = "/resources/applicantTimeline/%7BapplicantId%7D" },
  { call = { "timeline", "\208\148\240\159\153\130" }, target = "/resources/applicantTimeline/%D0%94%F0%9F%99%82" },
  { call = { "timeline", ("a"):rep(1024) }, target = "/resources/applicantTimeline/" .. ("a"):rep(1024) },
  { call = { "tin_checks", "a&type=SIMILAR_SEARCH" },
    target = "/resources/checks/latest?type=TIN&applicantId=a%26type%3DSIMILAR_SEARCH" },
  { call = { "tin_checks", ".." }, target = "/resources/checks/latest?type=TIN&applicantId=.." },
  { call = { "liveness_video", "a/b", "c&d" },
    target = "/resources/applicants/a%2Fb/info/facemap/video?checkId=c%26d" },
  { call = { "websdk_link", "basic/\195\188+1@x?", { externalUserId = "auth0|1 2" } },
    target = "/resources/sdkIntegrations/levels/basic%2F%C3%BC%2B1%40x%3F/websdkLink?externalUserId=auth0%7C1%202" },
  { call = { "update_info", "a1", { tin = "1" }, { unsetFields = { "dob", "tin" } } },
    target = "/resources/applicants/a1/info?unsetFields=dob%2Ctin" },

  -- refused: as a path segment these would name another resource
  { call = { "timeline", "" }, throws = "applicantId.*empty" },
  { call = { "timeline", "." }, throws = "applicantId" },
  { call = { "timeline", ".." }, throws = "applicantId" },
  { call = { "timeline", "-" }, throws = "applicantId" },
  { call = { "websdk_link", ".." }, throws = "levelName" },

  -- refused: bytes that no id holds
  { call = { "timeline", "a\0b" }, throws = "applicantId.*control" },
  { call = { "timeline", "a\r\nX-Evil: 1" }, throws = "applicantId.*control" },
  { call = { "timeline", "a\rb" }, throws = "applicantId.*control" },
  { call = { "timeline", "a\nb" }, throws = "applicantId.*control" },
  { call = { "timeline", "a\tb" }, throws = "applicantId.*control" },
  { call = { "timeline", "a\127b" }, throws = "applicantId.*control" },
  { call = { "timeline", "caf\233" }, throws = "applicantId.*UTF%-8" },
  { call = { "timeline", "\192\175" }, throws = "applicantId.*UTF%-8" }, -- an overlong slash
  { call = { "timeline", "\237\160\128" }, throws = "applicantId.*UTF%-8" }, -- a surrogate
  { call = { "timeline", ("a"):rep(1025) }, throws = "applicantId.*long" },
  { call = { "timeline", ("a"):rep(1024 * 1024) }, throws = "applicantId.*long" },
  { call = { "tin_checks", "a\r\nb" }, throws = "applicantId.*control" },
  { call = { "websdk_link", "basic", { externalUserId = "a\nb" } }, throws = "externalUserId.*control" },

  -- refused: another type, or another value than those allowed
  { call = { "timeline" }, throws = "applicantId" },
  { call = { "timeline", 12345 }, throws = "applicantId" },
  { call = { "timeline", {} }, throws = "applicantId" },
  { call = { "timeline", true }, throws = "applicantId" },
  { call = { "liveness_video", "a1" }, throws = "checkId" },
  { call = { "set_presence", "a1", "deleted" }, throws = "status" },
  { call = { "set_presence", "a1", "Deactivated" }, throws = "status" },
  { call = { "report", "a1", { report = "basic" } }, throws = "report" },
  { call = { "websdk_link", "basic", { ttlInSecs = 0 } }, throws = "ttlInSecs" },
  { call = { "websdk_link", "basic", { ttlInSecs = -1 } }, throws = "ttlInSecs" },
  { call = { "websdk_link", "basic", { ttlInSecs = 1.5 } }, throws = "ttlInSecs" },
  { call = { "websdk_link", "basic", { ttlInSecs = 0 / 0 } }, throws = "ttlInSecs" },
  { call = { "websdk_link", "basic", { ttlInSecs = 2 ^ 53 } }, throws = "ttlInSecs" },
  { call = { "websdk_link", "basic", { ttlInSecs = "soon" } }, throws = "ttlInSecs" },

  -- refused: lists of names
  { call = { "update_info", "a1", { tin = "1" }, { unsetFields = { "dob,tin" } } }, throws = "unsetFields" },
  { call = { "update_info", "a1", { tin = "1" }, { unsetFields = { "" } } }, throws = "unsetFields" },
  { call = { "update_info", "a1", { tin = "1" }, { unsetFields = {} } }, throws = "unsetFields" },
  { call = { "update_info", "a1", { tin = "1" }, { unsetFields = { "a b" } } }, throws = "unsetFields" },
  { call = { "update_info", "a1", { tin = "1" }, { unsetFields = { 1 } } }, throws = "unsetFields" },
  { call = { "update_info", "a1", { tin = "1" }, { unsetFields = "dob" } }, throws = "unsetFields" },

  -- refused: the free call, where path and headers are the caller's
  { call = { "call", "GET", "resources/x" }, throws = "path" },
  { call = { "call", "GET", "@evil.test/x" }, throws = "path" },
  { call = { "call", "GET", "https://evil.test/x" }, throws = "path" },
  { call = { "call", "GET", "/a b" }, throws = "path" },
  { call = { "call", "GET", "/a\r\nX-Evil: 1" }, throws = "path" },
  { call = { "call", "GET", "/a\0b" }, throws = "path" },
  { call = { "call", "GET\r\nX-Evil: 1", "/a" }, throws = "method" },
  { call = { "call", "GET /b", "/a" }, throws = "method" },
  { call = { "call", "GET", "/a", { headers = { ["X-A"] = "a\r\nX-Evil: 1" } } }, throws = "header" },
  { call = { "call", "GET", "/a", { headers = { ["X-A"] = "a\nb" } } }, throws = "header" },
  { call = { "call", "GET", "/a", { headers = { ["X-A"] = "a\0b" } } }, throws = "header" },
  { call = { "call", "GET", "/a", { headers = { ["X-A: 1\r\nX-Evil"] = "1" } } }, throws = "header" },
  { call = { "call", "GET", "/a", { headers = { ["X A"] = "1" } } }, throws = "header" },
  { call = { "call", "GET", "/a", { headers = { [""] = "1" } } }, throws = "header" },
}
