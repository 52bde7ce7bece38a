-- The locations of nginx.conf beside this file. One client serves them all; it never blocks a worker.

local idngo = require "idngo"
local json = require "cjson"

local LEVEL = "basic-kyc-level"
-- Seconds a verdict holds: a good one for a while, a bad one only until it may have been mended.
local PASS_FOR, STOP_FOR = 300, 15

local client = assert(idngo.client { timeout = 10, deadline = 15 })

local M = {}

--- Ends the request with an error of ours. The browser learns no more than it needs.
local function refuse(err)
  ngx.log(ngx.ERR, tostring(err))
  if err.status == 404 then return ngx.exit(404) end
  ngx.header["Retry-After"] = err.retryable and 5 or nil
  return ngx.exit(err.retryable and 503 or 502)
end

--- POST /verification/link: a link under which the user can verify themselves.
function M.link()
  local user = ngx.var.http_x_user_id
  if not user then return ngx.exit(401) end
  local link, err = client:websdk_link(LEVEL, { externalUserId = user, ttlInSecs = 1800 })
  if not link then return refuse(err) end
  ngx.header["Content-Type"], ngx.header["Cache-Control"] = "application/json", "no-store"
  ngx.say(json.encode { url = link.url })
end

--- Whether there is a check, and every one of them is good: no answer is not a good answer.
local function is_green(result)
  for _, check in ipairs(result.checks) do
    if check.answer ~= "GREEN" then return false end
  end
  return #result.checks > 0
end

--- /account/: lets in who is alive and nobody's duplicate. What cannot be found out keeps everybody out, and is not
--- remembered.
function M.gate()
  local applicant = ngx.var.http_x_applicant_id
  if not applicant or not applicant:find("^%w+$") then return ngx.exit(401) end
  local verdict = ngx.shared.gate:get(applicant)
  if not verdict then
    local results, errors = idngo.parallel({ "liveness_checks", "duplicate_checks" }, function(name)
      return client[name](client, applicant)
    end)
    local err = errors[1] or errors[2]
    if err then return refuse(err) end
    verdict = is_green(results[1]) and is_green(results[2]) and "pass" or "stop"
    ngx.shared.gate:set(applicant, verdict, verdict == "pass" and PASS_FOR or STOP_FOR)
  end
  if verdict ~= "pass" then return ngx.exit(403) end
end

--- /reports/ID.pdf: hands the report on as it arrives.
function M.report()
  local _, err = client:report(ngx.var.applicant, {
    to = function(chunk)
      if not ngx.headers_sent then
        ngx.header["Content-Type"], ngx.header["Cache-Control"] = "application/pdf", "no-store"
      end
      ngx.print(chunk)
      return ngx.flush(true) -- nil and a reason when the browser has gone
    end,
  })
  if not err then return end
  if not ngx.headers_sent then return refuse(err) end
  ngx.log(ngx.ERR, tostring(err))
  return ngx.exit(ngx.ERROR) -- breaks off, so that the browser sees that it has not got all
end

return M
