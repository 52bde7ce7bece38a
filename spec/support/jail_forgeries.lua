-- What an evaluator that has been taken over may write instead of an answer. Used by jail_forger.lua, which writes it,
-- and by jail/forgery_spec.lua, which expects what the host makes of it.

local function str(s) return string.pack("<c1s4", "S", s) end
local function int(n) return string.pack("<c1i8", "I", n) end
local function count(tag, n) return string.pack("<c1I4", tag, n) end
local function list(...) return count("L", select("#", ...)) .. table.concat({ ... }) end

--- map(key, encoded value, …)
local function map(...)
  local given, parts = { ... }, {}
  for i = 1, #given, 2 do parts[#parts + 1] = str(given[i]) .. given[i + 1] end
  return count("M", #given // 2) .. table.concat(parts)
end

local function frame(value) return string.pack("<s4", value) end

local function decided(...) return frame(map("kind", str("decided"), "actions", list(...))) end
local function action(name, args, ...) return map("name", str(name), "args", args, ...) end

local nothing = list()
local pass = action("pass", nothing)
local nested = map("info", nothing)
for _ = 1, 50 do nested = map("info", nested) end

local M = {
  ready = frame(map("ready", "T")),
  policy = frame(map("kind", str("policy"), "policy", map("name", str("forged")))),
}

--- name, bytes, what is expected: the outcome's kind or its reason; `ends`: the process ends after writing
M.list = {
  { "nothing is wrong with it", decided(pass), "decided" },
  { "a trace of numbers", frame(map("kind", str("need"), "fact", str("levels"), "trace",
    map("lines", list(int(1)), "reads", list(int(1))))), "need" },
  { "a trace of words", frame(map("kind", str("need"), "fact", str("levels"), "trace",
    map("lines", list(str("a")), "reads", str("b")))), "need" },
  { "a byte that starts no value", frame("Z"), "protocol" },
  { "a string that is longer than its frame", frame(count("S", 100) .. "x"), "protocol" },
  { "a string of 4 GiB", frame(count("S", 0xFFFFFFFF)), "protocol" },
  { "a list of 4 billion", frame(count("L", 0xFFFFFFFF) .. "T"), "protocol" },
  { "a map of 4 billion", frame(count("M", 0xFFFFFFFF) .. "T"), "protocol" },
  { "half a number", frame("I1234"), "protocol" },
  { "lists within lists", frame(count("L", 1):rep(200000) .. "T"), "protocol" },
  { "a value and more", frame(pass .. "T"), "protocol" },
  { "a key that is a list", frame(count("M", 1) .. nothing .. "T"), "protocol" },
  { "a key that is not a number", frame(count("M", 1) .. string.pack("<c1d", "D", 0 / 0) .. "T"), "protocol" },
  { "an empty frame", frame(""), "protocol" },
  { "a frame of 4 GiB", "\255\255\255\255" .. ("x"):rep(1000), "protocol" },
  { "a frame larger than any answer", string.pack("<I4", (2 << 20) + 1) .. ("T"):rep((2 << 20) + 1), "protocol" },
  { "a million values", frame(count("L", 1000000) .. ("T"):rep(1000000)), "protocol" },
  { "half a frame, then the end", string.pack("<I4", 100) .. "M", "crash", ends = true },
  { "half a head, then the end", "\1\0", "crash", ends = true },
  { "half a frame, then silence", string.pack("<I4", 100) .. "M", "time" },
  { "silence", "", "time" },
  { "the end", "", "crash", ends = true },
  { "a string", frame(str("decided")), "protocol" },
  { "true", frame("T"), "protocol" },
  { "false", frame("F"), "protocol" },
  { "no kind", frame(map("actions", list(pass))), "protocol" },
  { "another kind", frame(map("kind", str("approved"))), "protocol" },
  { "the answer to another question", M.policy, "protocol" },
  { "a kind that is a table", frame(map("kind", nothing)), "protocol" },
  { "need of a fact that was given", frame(map("kind", str("need"), "fact", str("tin"))), "protocol" },
  { "need of what is no fact", frame(map("kind", str("need"), "fact", str("secret_key"))), "protocol" },
  { "need of a number", frame(map("kind", str("need"), "fact", int(1))), "protocol" },
  { "an error without a reason", frame(map("kind", str("error"), "message", str("x"))), "protocol" },
  { "an error that is no text", frame(map("kind", str("error"), "reason", str("policy"), "message", int(1))), "protocol" },
  { "an error of the terminal",
    frame(map("kind", str("error"), "reason", str("policy"), "message", str("\27[2J\255"))), "policy" },
  { "an error without end",
    frame(map("kind", str("error"), "reason", str("policy"), "message", str(("x"):rep(1000000)))), "policy" },
  { "a decision without actions", frame(map("kind", str("decided"))), "protocol" },
  { "a decision of no action", decided(), "protocol" },
  { "a decision of a string", frame(map("kind", str("decided"), "actions", str("pass"))), "protocol" },
  { "an action nobody knows", decided(action("delete", nothing)), "protocol" },
  { "an action without arguments", decided(map("name", str("pass"))), "protocol" },
  { "an argument nobody knows", decided(action("save_report", map("path", str("/etc/passwd")))), "protocol" },
  { "an argument for an action that takes none", decided(action("pass", map("to", str("x")))), "protocol" },
  { "an argument of another type", decided(action("create_websdk_link", map("levelName", int(1)))), "protocol" },
  { "an argument with a line break", decided(action("create_websdk_link", map("levelName", str("a\r\nb")))), "protocol" },
  { "info without end", decided(action("update_info", nested)), "protocol" },
  { "a missing reason", decided(action("deactivate", nothing)), "protocol" },
  { "a reason with an escape sequence", decided(action("hold", nothing, "reason", str("\27[2J"))), "protocol" },
  { "a reason that is a list", decided(action("hold", nothing, "reason", nothing)), "protocol" },
}

return M
