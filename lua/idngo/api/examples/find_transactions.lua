-- The transaction of the example, in a list.
local one = require("idngo.api.examples.submit_transaction"):gsub("\n$", ""):gsub("\n", "\n   ")

return ('{\n "list": {\n  "items": [\n   %s\n  ],\n  "totalItems": 1\n }\n}\n'):format(one)
