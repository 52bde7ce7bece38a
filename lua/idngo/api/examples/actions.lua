return '{"list": {"items": [' .. require("idngo.api.examples.action") .. '], "totalItems": 1}}\n'
