-- The locations of nginx.conf beside this file. One client serves them all; it never blocks a worker.

local idngo = require "idngo"
local json = require "cjson"

local LEVEL = "basic-kyc-level"

-- Who may pass: who is alive, and nobody's duplicate. A good verdict holds for a while, a bad one only until it may have been
-- mended; what cannot be found out keeps everybody out.
local gate = assert(idngo.gateway.new {
  dict = "gate", green = { "liveness_checks", "duplicate_checks" }, yes_for = 300, no_for = 15,
  client = { timeout = 10, deadline = 15, on_event = idngo.gateway.log(ngx.INFO) },
})
local client = gate.client

local M = { gate = gate }

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
