-- The specs of runs that are run where runs are in PostgreSQL: all of four folders, but for those that this names with a reason;
-- and the tests in them that are about a run's folder as such, by what their names begin with.

local M = {}

local COPY = "a database is not put back by a copy of a folder"
local CHANGED = "who may write journal.db, table by table; what a changed row does in PostgreSQL, its own specs tell"

local OWN = "makes runs in PostgreSQL by itself"
local NONE = "makes no run"
local ELSEWHERE = "archives lie beside the journal there; what a run in PostgreSQL does without them, import/postgres tells"

M.TESTS = {
  ["import/again"] = {
    ["names no file that could not be written"] = "puts folders into its folder",
    ["gives back rows of every kind of table"] = "removes its folder, to begin anew",
    ["sends who has a warning, lists them in warnings.csv"] = "moves its folder",
    ["leaves nothing of a person behind when it is purged"] = "looks into every file of the folder",
    ["sends no archive that is another than the one that was approved"] = ELSEWHERE,
    ["packs whose archive had gone anew"] = ELSEWHERE,
  },
  ["import/people"] = { [""] = NONE },
  ["import/postgres"] = { [""] = OWN },
  ["import/run"] = { [""] = OWN },
  ["import/table"] = { [""] = NONE },
  ["policy/affected"] = { [""] = "folders of 0.1" },
  ["policy/arguments"] = { [""] = NONE },
  ["policy/facts"] = { [""] = NONE },
  ["policy/input"] = { [""] = NONE },
  ["policy/jail"] = { [""] = NONE },
  ["policy/rows"] = { [""] = NONE },
  ["run/approval"] = {
    ["to "] = CHANGED, ["with an approval of its own making"] = CHANGED, ["and its log made anew"] = CHANGED,
  },
  ["run/audit"] = { [""] = "audit.jsonl and its lock, as files" },
  ["run/browser"] = { [""] = "pages of reports, which are files wherever the run is" },
  ["run/disk"] = { [""] = "a disk that fails under SQLite; a server's is its own" },
  ["run/enemy"] = { [""] = CHANGED },
  ["run/job"] = { [""] = "a job is in a file, wherever runs are" },
  ["run/journal"] = { [""] = "SQLite itself" },
  ["run/later"] = { [""] = NONE },
  ["run/old"] = { [""] = "folders of 0.1" },
  ["run/page"] = { [""] = NONE },
  ["run/people"] = { ["are in a file that is refused"] = "the file of this machine's account" },
  ["run/postgres"] = { [""] = OWN },
  ["run/postgres_crash"] = { [""] = OWN },
  ["run/postgres_lines"] = { [""] = OWN },
  ["run/postgres_tls"] = { [""] = OWN },
  ["run/postgres_words"] = { [""] = OWN },
  ["run/postgres_workers"] = { [""] = OWN },
  ["run/put_back"] = { [""] = COPY },
  ["run/resume"] = { ["refuses a second runner"] = "there a second runner joins the first" },
  ["run/said"] = { ["shows in settle what the service knows of each step"] = COPY },
  ["run/scale"] = { [""] = "what bench measures, in folders that it makes" },
  ["run/store"] = { [""] = OWN },
  ["watch/burst"] = { [""] = "the memory and the disk that SQLite takes" },
  ["watch/crash"] = { ["and put back to a copy of an earlier moment"] = COPY },
  ["watch/enemy"] = { [""] = CHANGED },
  ["watch/forget"] = {
    ["holds nothing personal any more when it ended before a person said"] = "looks into every file of the folder",
    ["is not forgotten where the log does not say so"] = CHANGED,
    ["is forgotten by idngo purge --older"] = "looks into every file of the folder",
  },
  ["watch/guards"] = { [""] = "clocks of machines, which count in a folder; there the server's does" },
  ["watch/interleaving"] = { [""] = "a model that puts its journal back to earlier moments, by SQLite's savepoints" },
  ["watch/letters"] = {
    ["are written where only an approver's own key is"] = COPY, ["count for what was looked at alone"] = COPY,
    ["are not written beside a log of another key"] = COPY, ["are refused, all of them"] = COPY,
    ["are signed for what is shown of a line"] = CHANGED,
  },
  ["watch/kept"] = {
    ["is not gone on with where it is changed, another's, or ahead of a folder that was put back"] = COPY,
    ["does not keep a change of the folder from being named"] = CHANGED,
  },
  ["watch/line"] = {
    ["is not sent beyond a guard of its action or its applicant, whatever the clocks do"] = "there the server's clock counts",
  },
  ["watch/pause"] = { [""] = NONE },
  ["watch/people"] = {
    ["is held at no moment while a person is asked"] = "whether a server's lock is held another connection would have to ask",
  },
  ["watch/policy"] = { [""] = NONE },
  ["watch/postgres"] = { [""] = OWN },
  ["watch/upgrade"] = { ["is proposed with its report, or not at all"] = "changes rows within SQLite's savepoints" },
  ["watch/purge"] = {
    ["is purged to the end by who does it again"] = "looks into every file of the folder",
    ["does not pass for purged where the log does not say so"] = CHANGED,
  },
}

--- Why a test is left out, or nil.
---@param file string without spec/ and _spec.lua
---@param name string
function M.why(file, name)
  for start, reason in pairs(M.TESTS[file] or {}) do
    if name:sub(1, #start) == start then return reason end
  end
end

--- The spec files that are run there.
---@return string[] names without spec/ and _spec.lua
function M.files()
  local names = {}
  for path in require("shell")("ls spec/import/*_spec.lua spec/policy/*_spec.lua spec/run/*_spec.lua spec/watch/*_spec.lua")
    :gmatch("[^\n]+") do
    local name = path:match("^spec/(.*)_spec%.lua$")
    if not (M.TESTS[name] or {})[""] then names[#names + 1] = name end
  end
  return names
end

return M
