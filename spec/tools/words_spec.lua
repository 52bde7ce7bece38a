-- The lint of words: what it finds, and that it finds nothing here.

local files = require("files")
local words = require("tools.words")

local LIST = words.list("# a remark\nwhoever = who it is\ntell of|tells of = report\nmend = repair\n")

local function found(path, text)
  local said = {}
  for i, sentence in ipairs(words.check(LIST, path, text)) do said[i] = sentence:gsub("; write instead: .*", "") end
  return said
end

describe("the lint of words", function()
  it("finds nothing in the documents, nor in what code says", function()
    assert.is_true(words.lint())
  end)

  it("reads a list that says what to write instead", function()
    assert.same({ word = "tells of", instead = "report" }, LIST[3])
    assert.has_error(function() words.list("whoever\n") end, "tools/words.txt: not WORD = INSTEAD: whoever")
    for _, row in ipairs(words.list(files.read("tools/words.txt"))) do
      assert.is_true(#row.word > 3 and #row.instead > 3, row.word)
    end
  end)

  it("says where a word stands, and what to write", function()
    assert.same({ 'docs/a.md:2: "whoever"; write instead: who it is' },
      words.check(LIST, "docs/a.md", "One.\nAsk whoever knows.\n"))
  end)

  for _, case in ipairs {
    { "at the beginning of a sentence, and of a text", "docs/a.md", "Whoever comes. Whoever", { 1, 1 } },
    { "that is broken over lines", "docs/a.md", "an error\nthat tells\nof it", { 2 } },
    { "in marks and quotes", "docs/a.md", "`mend`, **mend**, \"mend\"", { 1, 1, 1 } },
    { "but none inside of a word", "docs/a.md", "recommend amendments mended whoever's_name", { 1 } },
    { "in a string of Lua, in its line", "lua/a.lua", "local a = 1\nlocal b = 'mend it'", { 2 } },
    { "in a long string of Lua", "lua/a.lua", "local a = [[\none\nmend\n]]", { 3 } },
    { "but none in a comment or a name of Lua", "lua/a.lua", "-- mend\n--[[ mend ]]\nlocal mend = M.mend", {} },
  } do
    it("finds one " .. case[1], function()
      local lines = {}
      for i, sentence in ipairs(found(case[2], case[3])) do lines[i] = tonumber(sentence:match(":(%d+):")) end
      assert.same(case[4], lines)
    end)
  end
end)
