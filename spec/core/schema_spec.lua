-- Shapes of replies: what passes, and how what does not is named.

local json = require("idngo.json")

local hit = { required = { "id" }, id = "text", names = "strings" }
local check = json.schema {
  required = { "hits" }, hits = { each = hit }, answer = "string", score = "number", ok = "boolean", doc = "table",
  info = "object", any = "list", deep = { deeper = { answer = "string" } },
}

describe("a shape", function()
  for _, text in ipairs {
    '{"hits":[]}', '{"hits":[{"id":"a","names":[]},{"id":"b","names":["x","y"]}]}', '{"hits":[],"other":7}',
    '{"hits":[],"answer":"","score":1.5,"ok":false,"doc":{},"info":{},"any":[1,"a"],"deep":{"deeper":{"answer":"x"}}}',
    '{"hits":[],"doc":["a"],"answer":null}',
  } do
    it("takes " .. text, function() assert.is_nil((check(json.decode(text)))) end)
  end

  for text, message in pairs {
    ['[]'] = "has no hits",
    ['["a"]'] = " is not an object", ['{"hit":1}'] = "has no hits",
    ['{"hits":{}}'] = ".hits is not a list", ['{"hits":{"a":1}}'] = ".hits is not a list", ['{"hits":7}'] = ".hits is not a list",
    ['{"hits":[{}]}'] = ".hits[1] has no id", ['{"hits":[{"id":"a"},{"id":""}]}'] = ".hits[2].id is empty, not a text",
    ['{"hits":[{"id":7}]}'] = ".hits[1].id is a number, not a text",
    ['{"hits":[["x"]]}'] = ".hits[1] is not an object",
    ['{"hits":[{"id":"a","names":["b",1]}]}'] = ".hits[1].names is a table, not a list of strings",
    ['{"hits":[{"id":"a","names":{}}]}'] = ".hits[1].names is a table, not a list of strings",
    ['{"hits":[],"answer":1}'] = ".answer is a number, not a string",
    ['{"hits":[],"score":"1"}'] = ".score is a string, not a number",
    ['{"hits":[],"ok":"yes"}'] = ".ok is a string, not a boolean", ['{"hits":[],"doc":"d"}'] = ".doc is a string, not a table",
    ['{"hits":[],"info":["a"]}'] = ".info is a table, not an object", ['{"hits":[],"any":{}}'] = ".any is a table, not a list",
    ['{"hits":[],"deep":{"deeper":{"answer":false}}}'] = ".deep.deeper.answer is a boolean, not a string",
  } do
    it(("says of %s: %s"):format(text, message), function()
      local wrong, where = check(json.decode(text))
      assert.equal(message, (where .. " " .. (wrong or "")):gsub("^ (has)", "%1"))
    end)
  end

  it("is refused where it is none", function()
    assert.has_error(function() json.schema("strnig") end)
    assert.has_error(function() json.schema({ a = 7 }) end)
    local deep = "string"
    for _ = 1, 9 do deep = { each = deep } end
    assert.error_matches(function() json.schema(deep) end, "nested deeper")
    local wide = {}
    for i = 1, 100 do wide["p" .. i] = "string" end
    assert.error_matches(function() json.schema(wide) end, "more than")
  end)
end)
