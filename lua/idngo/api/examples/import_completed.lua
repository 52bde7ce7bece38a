-- As one that is created, with a review that is completed.
return require("idngo.api.examples.create_applicant"):match('^(.-) "review": {'):gsub("user%-4711", "user-7001") .. [[
 "review": {
  "createDate": "2026-11-01 09:00:00+0000",
  "reviewDate": "2026-11-01 09:05:00+0000",
  "levelName": "basic-kyc-level",
  "reviewStatus": "completed",
  "reviewResult": {
   "reviewAnswer": "RED",
   "reviewRejectType": "FINAL",
   "rejectLabels": [
    "FORGERY"
   ],
   "moderationComment": "",
   "clientComment": ""
  }
 },
 "deleted": false
}
]]
