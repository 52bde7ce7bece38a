return [[
{
 "levelName": "basic-kyc-level",
 "createDate": "2026-11-01 09:00:00+0000",
 "startDate": "2026-11-01 09:02:00+0000",
 "reviewDate": "2026-11-01 09:05:00+0000",
 "reviewResult": {
  "reviewAnswer": "GREEN"
 },
 "reviewStatus": "completed",
 "priority": 0,
 "reviewId": "Rv001",
 "attemptId": "At001",
 "attemptCnt": 1,
 "levelAutoCheckMode": "always",
 "reprocessing": false
}
]]
