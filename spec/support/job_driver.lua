-- A script with a job, in a process of its own: job_driver.lua WHAT FILE URL IDS [NTH [before|after]]
-- WHAT is "job", a mail and a note for each applicant, or "parallel", the checks of each over a checkpoint. It kills itself
-- before or after the NTH write to the file. Prints how many are done and what is in doubt; exits with 0 when nothing is left.

local database = require("idngo.run.database").Database
local files = require("files")
local idngo = require("idngo")

local what, path, url, listed, nth, when = require("idngo.compat").unpack(arg)
local count, run = tonumber(nth), database.run

function database.run(...)
  count = count and count - 1
  if count == 0 and when == "before" then os.execute("kill -9 $PPID") end
  local changed = run(...)
  if count == 0 then os.execute("kill -9 $PPID") end
  return changed
end

local ids = {}
for id in files.read(listed):gmatch("%S+") do ids[#ids + 1] = id end

local function fail(err)
  io.stderr:write(tostring(err), "\n")
  os.exit(1, true)
end

local client = assert(idngo.client { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret", limits = false,
  max_attempts = 1 })
if what == "parallel" then
  local results, errors, interrupt = idngo.parallel(ids, function(id) return client:duplicate_checks(id) end,
    { checkpoint = path, client = client, concurrency = 4 })
  if not results or interrupt or next(errors) then fail(interrupt or results and select(2, next(errors)) or errors) end
  for i, id in ipairs(ids) do print(id, idngo.answer(results[i]), #idngo.hits(results[i])) end
else
  local job, err = idngo.job(path, client)
  if not job then fail(err) end
  local left
  for _, id in ipairs(ids) do
    local mailed, failure = job:step("mail " .. id, function(own) return own:send_verification_status_email(id) end)
    left = left or failure
    if mailed then
      mailed, failure = job:step("note " .. id, function(own)
        local review, problem = own:status(id)
        return review and own:add_note { applicantId = id, note = "told " .. review.reviewStatus }, problem
      end)
      left = left or not mailed and failure
    end
  end
  for _, doubtful in ipairs(job:unknown() or {}) do print("doubt", doubtful.step, doubtful.endpoint) end
  job:close()
  if left then fail(left) end
end
client:close()
