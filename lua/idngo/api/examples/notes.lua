return '{"list": {"items": [' .. require("idngo.api.examples.note") .. '], "totalItems": 1}}\n'
