return '{"list": {"items": [' .. require("idngo.api.examples.questionnaire") .. '], "totalItems": 1}}\n'
