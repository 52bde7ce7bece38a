-- Runs over a sandbox for the specs of policies: a folder, applicants, the ledger, and idngo as a process.

local core = require("idngo.core")
local files = require("files")
local http = require("socket.http")
local input = require("idngo.policy.input")
local new_rows = require("idngo.policy.rows").new
local json = require("idngo.json")
local ltn12 = require("ltn12")
local sandbox = require("idngo.sandbox")

local M = {}

--- The folder of the project, with a slash.
M.root = io.popen("pwd"):read("*l") .. "/"

--- A folder that is gone when the spec calls M.clean.
local folders = {}
function M.folder()
  local path = files.folder()
  folders[#folders + 1] = path
  return path
end

--- What a teardown does: ends the sandbox, if one is given, and removes the folders.
function M.clean(server)
  if server then server:close() end
  if folders[1] then os.execute("rm -rf " .. table.concat(folders, " ")) end
  if package.loaded.watch_place then require("watch_place").stop() end
  folders = {}
end

M.read, M.write, M.shell = files.read, files.write, require("command")

function M.server(options)
  options = options or {}
  options.limits, options.report_seconds = options.limits or false, options.report_seconds or 0
  return assert(sandbox.background(options))
end

function M.client_options(server)
  return { base_url = server.url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false }
end

--- What the sandbox's control says to a request, asked in this process: a curl for each would take longer than what is tested.
local function control(method, url, body)
  local said = {}
  local _, status = assert(http.request { method = method, url = url, sink = ltn12.sink.table(said),
    source = body and ltn12.source.string(body), headers = { ["content-length"] = body and #body } })
  said = table.concat(said)
  assert(status >= 200 and status < 300, said)
  return said
end

function M.ledger(server, query)
  return json.decode(control("GET", ("%s/-/ledger%s"):format(server.url, query or "")))
end

--- The sandbox's applicants in a situation, as it tells them.
function M.told(server, situation) return control("GET", ("%s/-/applicants?%s"):format(server.url, situation or "")) end

--- Forgets what was asked of the server, and no more.
function M.forget_ledger(server) control("DELETE", server.url .. "/-/ledger") end

--- Forgets what was asked of the server, its faults, and whom runs of its account have acted on.
function M.forget(server)
  local state = os.getenv("IDNGO_STATE_DIR")
  if state then os.rename(state .. "/people", ("%s/forgotten-%.0f"):format(state, core.random() * 2 ^ 53)) end
  for _, what in ipairs { "ledger", "faults" } do control("DELETE", ("%s/-/%s"):format(server.url, what)) end
end

function M.faults(server, rules)
  control("PUT", server.url .. "/-/faults", json.encode(rules, "rules", "[]"))
end

--- Rows of a list, as a plan takes them.
function M.rows(list)
  local rows = new_rows()
  for _, row in ipairs(list) do rows:add(nil, row) end
  return rows
end

--- A list of the fields of rows.
function M.list(rows)
  local list = {}
  for n, _, fields in rows:each() do list[n] = json.decode(fields) end
  return list
end

--- Rows of the sandbox's applicants in a situation, as a plan takes them.
function M.applicants(server, situation)
  local csv = control("GET", ("%s/-/applicants?format=csv&%s"):format(server.url, situation or ""))
  return M.list(assert(input.parse(csv))), csv
end

--- The ids of the sandbox's applicants in a situation.
function M.ids(server, situation)
  local ids = {}
  for n, row in ipairs((M.applicants(server, situation))) do ids[n] = row.id end
  return ids
end

--- The CSV without whom a fact of somebody else in it names: of such two a run acts on one alone.
function M.strangers(server, csv)
  local client <close> = assert(require("idngo").client(M.client_options(server)))
  local named, taken, kept = {}, {}, {}
  for line in csv:gmatch("[^\n]+") do
    local id, hits, free = line:match(("%x"):rep(24)), {}, true
    local check = id and assert(client:duplicate_checks(id)).checks[1]
    for _, hit in ipairs(check and check.similarSearchInfo and check.similarSearchInfo.duplicateApplicantHits or {}) do
      hits[hit.applicantId or ""] = true
      free = free and not taken[hit.applicantId]
    end
    if not id or (free and not named[id]) then
      kept[#kept + 1] = line
      taken[id or ""] = true
      for hit in pairs(hits) do named[hit] = true end
    end
  end
  return table.concat(kept, "\n") .. "\n"
end

--- Calls in the ledger that changed something, or would have.
function M.writes(ledger)
  local found = {}
  for _, entry in ipairs(ledger.entries) do
    if entry.method ~= "GET" then found[#found + 1] = entry end
  end
  return found
end

--- The environment of a process that calls the sandbox.
function M.env(server)
  return ("IDNGO_CONFIG= IDNGO_BASE_URL=%s IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret"):format(server.url)
end

--- Runs the idngo command against the sandbox; input is </dev/null unless told.
function M.command(server, arguments)
  if not arguments:find("<", 1, true) then arguments = arguments .. " </dev/null" end
  return M.shell(("%s lua5.4 bin/idngo %s"):format(M.env(server), arguments))
end

--- A run about so many applicants, planned, of which nothing is sent yet: its plan's hash, and the applicants.
function M.planned(server, dir, policy, limit)
  M.forget(server)
  local rows, csv = M.applicants(server, "type=individual&review=completed-GREEN&email=yes&limit=" .. limit)
  local out, errors, code = M.command(server, ("plan %s --input %s --run %s --json"):format(M.write(dir .. ".lua", policy),
    M.write(dir .. ".csv", csv), dir))
  assert(code == 0, errors)
  return json.decode(out).plan, rows
end

--- Applies a run until the process is killed, when the `nth` step was sent.
function M.kill(server, dir, nth)
  local driver = ("lua5.4 spec/support/apply_driver.lua %s %s sent %d"):format(dir, server.url, nth)
  assert(select(3, M.shell(driver)) == 137)
end

--- Waits until `what` says so, for a minute. What is a command takes more of the processor than what is waited for, were it
--- called all the time.
function M.wait_for(what)
  for _ = 1, 1200 do
    local began = core.now()
    if what() then return end
    core.sleep(math.max(0.05, math.min(2 * (core.now() - began), 0.5)))
  end
  error("it never came", 2)
end

--- Starts a command in the background: {pid, out() and errors() so far, wait(minutes) -> exit code}.
function M.background(command)
  local base = M.folder()
  local function said(what) return M.read(base .. "/" .. what, "") end
  local script = M.write(base .. "/script", ("%s >%s/out 2>%s/err &\necho $! >%s/pid; wait $!; echo $? >%s/code\n"):format(
    command, base, base, base, base))
  os.execute(("bash %s 2>/dev/null &"):format(script))
  M.wait_for(function() return said("pid"):find("\n") end)
  return {
    pid = said("pid"):match("%d+"),
    out = function() return said("out") end,
    errors = function() return said("err") end,
    wait = function(minutes)
      for _ = 2, minutes or 1 do
        if pcall(M.wait_for, function() return said("code"):find("\n") end) then break end
      end
      M.wait_for(function() return said("code"):find("\n") end)
      return tonumber(said("code"))
    end,
  }
end

--- Starts the idngo command in the background, with more of an environment perhaps.
function M.start(server, arguments, environment)
  return M.background(("%s %s lua5.4 bin/idngo %s </dev/null"):format(M.env(server), environment or "", arguments))
end

return M
