return (require("idngo.api.examples.applicant"):gsub('"reviewAnswer": "GREEN"', [=["reviewAnswer": "RED",
   "reviewRejectType": "FINAL",
   "rejectLabels": [
    "BLOCKLIST"
   ]]=]))
