-- A reply that is the description's example, word for word, while nothing of it was changed.

local endpoints = require("idngo.endpoints")
local json = require("idngo.sandbox.json")

--- What to answer: {body =} of the example, or {json =}.
---@param name string an endpoint's
---@param value any
---@return table
return function(name, value)
  local example = endpoints.example(name)
  return json.encode(json.decode(example)) == json.encode(value) and { body = example } or { json = value }
end
