-- Calls: how each action of a decision is carried out. Their arguments were checked when the policy decided (actions.lua);
-- `pass` and `hold` are decisions without a call.

local core = require("idngo.core")

local M = {}

---@class idngo.policy.Call
---@field endpoint string in the endpoint table
---@field destructive boolean? changes or shows what cannot be taken back: the facts are read again first
---@field file string? name of the file it leaves behind
---@field needs string? fact that its arguments are completed from
---@field perform fun(client: idngo.Client, id: string, args: table, path: string?, before_send: fun()): table?, idngo.Error?
---  before_send: see exchange.lua

local function presence(status)
  return function(client, id, _, _, before_send)
    local result, e = client:set_presence(id, status, { before_send = before_send })
    -- the vendor's code for "already in that state": what we wanted
    if not result and e.errorCode == 3000 then return {} end
    return result, e
  end
end

--- The calls by their action's name.
---@type table<string, idngo.policy.Call>
M.of = {
  deactivate = { endpoint = "set_presence", destructive = true, perform = presence("deactivated") },
  activate = { endpoint = "set_presence", destructive = true, perform = presence("activated") },
  send_status_email = {
    endpoint = "send_verification_status_email", destructive = true,
    perform = function(client, id, _, _, before_send)
      return client:send_verification_status_email(id, { before_send = before_send })
    end,
  },
  update_info = {
    endpoint = "update_info", destructive = true,
    perform = function(client, id, args, _, before_send)
      return client:update_info(id, args.info, { unsetFields = args.unsetFields, before_send = before_send })
    end,
  },
  save_report = {
    endpoint = "report", file = "report.pdf",
    perform = function(client, id, args, path, before_send)
      return client:report(id, { report = args.report, lang = args.lang, to = path, before_send = before_send })
    end,
  },
  save_liveness_video = {
    endpoint = "liveness_video", file = "liveness.mp4", needs = "liveness",
    perform = function(client, id, args, path, before_send)
      return client:liveness_video(id, args.checkId, { to = path, before_send = before_send })
    end,
  },
  create_websdk_link = {
    endpoint = "websdk_link", file = "link.txt",
    perform = function(client, _, args, path, before_send)
      local options = { before_send = before_send }
      for name, value in pairs(args) do options[name] = value end
      options.levelName = nil
      local result, e = client:websdk_link(args.levelName, options)
      if not result then return nil, e end
      local sink, why = core.sink(path)
      local written = sink
      if sink then written, why = sink:write(result.url .. "\n") end
      if written then written, why = sink:commit() end
      if not written then return nil, { kind = "io", outcome = "applied", status = 200, message = why } end
      return written
    end,
  },
}

--- An action's retry class: S, I, D or N.
---@param name string
---@return string
function M.class(name)
  local endpoint = M.of[name].endpoint
  for _, row in ipairs(core.endpoints) do
    if row.name == endpoint then return row.retry end
  end
  error("no endpoint " .. endpoint)
end

--- Whether an error would meet every applicant: the run stops rather than try them all.
---@param e idngo.Error
---@return boolean
function M.is_general(e)
  return e.kind == "config" or (e.kind == "http" and (e.status == 401 or e.status == 403))
end

--- The name of the file that step `k` of an applicant leaves behind, or nil.
function M.file_name(action, id, k)
  local file = M.of[action].file
  return file and ("%s-%d-%s"):format(core.escape(id), k, file)
end

return M
