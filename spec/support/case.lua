-- Runs one contract case in a process of its own: case.lua < JSON, prints JSON {result = true} or {err = fields}.

local cjson = require("cjson")
local local_runner = require("local_runner")

local case = cjson.decode(io.read("a"))
local result, err = local_runner.run(case)
print(cjson.encode { result = result ~= nil, err = err })
