local applicant = require("idngo.api.examples.applicant"):gsub("\n$", ""):gsub("\n", "\n ")
return ('{\n "exists": true,\n "applicant": %s\n}\n'):format(applicant)
