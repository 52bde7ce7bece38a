-- Report pages of made-up applicants, as large as a test wants them; without a run behind them.

local page = require("idngo.run.page")
local stats = require("idngo.run.stats")

local DECISIONS, STATES = { "act", "hold", "pass", "error" }, { "applied", "rejected", "unknown" }
local ACTIONS = { "deactivate", "save_report", "send_status_email" }

--- Sums of calls in which everything occurs that a page draws.
local function costs()
  local sums, name = stats.new(), "similar_by_text_and_face"
  for i = 1, 400 do
    local time = 1.7e9 + i
    sums:hear { event = "request", endpoint = name, time = time }
    sums:hear { event = "reply", endpoint = name, seconds = i % 7 / 10, time = time }
    if i % 3 == 0 then sums:hear { event = "wait", endpoint = name, lane = name, seconds = 2.5, time = time } end
    if i % 50 == 0 then sums:hear { event = "limit", lane = name, time = time } end
  end
  sums:look { { name = name, slots = 7, window = 10, used = 6 } }
  return { timeline = sums.timeline, lanes = sums.lanes, endpoints = sums.endpoints, latency_classes = stats.classes }
end

local COLUMNS = { { label = "Applicant", width = "13.5rem" }, { label = "Decision", width = "7rem", tag = true },
  { label = "Reason", width = "3fr" }, { label = "Steps", width = "3fr", short = true },
  { label = "Input, masked", width = "2fr", short = true } }

--- The n-th row: what it holds follows from n.
local function row(n)
  local decision, state, action = DECISIONS[n % 4 + 1], STATES[n % 3 + 1], ACTIONS[n % 5 % 3 + 1]
  local acts = decision == "act"
  return {
    cells = { ("%024x"):format(n * 7919), decision, decision == "hold" and ("a reason with %d in it"):format(n % 10) or nil,
      acts and ("%s: %s"):format(action, state) or nil, "lastName: A•••" },
    kinds = { { decision }, acts and { state } or {}, acts and { action } or {} },
    details = { { "Deciding line", ("policy.lua:%d"):format(n % 9) }, { "Fact duplicates", "RED" } },
  }
end

--- Writes a page with so many rows.
---@param path string
---@param count integer
---@return string path
return function(path, count)
  local file, n = assert(io.open(path, "w")), 0
  local function write(text) file:write(text) end
  write(page.begin("made up", { "lastName" }))
  write(('<h1>made up</h1><div class="cards">%s</div>'):format(page.card("applicants", "applicants", count)))
  write(page.section("Decisions", page.bars("Decisions", { { label = "act", segments = { { "act", 5, "act" } }, total = 5,
    note = "5" } })) .. page.costs(costs()))
  page.write_list(write, {
    what = "Applicants", count = count, columns = COLUMNS,
    colours = { act = "act", hold = "hold", pass = "pass", error = "error" },
    kinds = { { word = "decision", values = DECISIONS }, { word = "state", values = STATES },
      { word = "action", values = ACTIONS } },
    each = function()
      n = n + 1
      return n <= count and row(n - 1) or nil
    end,
  })
  file:close()
  return path
end
