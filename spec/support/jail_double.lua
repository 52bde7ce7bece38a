-- Stands in for idngo.policy.jail: runs a policy in this process, without any of its walls. Same interface.

local M = {}

local TOUCH = {}

local actions = {
  pass = {}, hold = { "reason" }, deactivate = { "reason" }, activate = { "reason" }, send_status_email = { "reason" },
  update_info = { "info", "options", "reason" }, save_report = { "options", "reason" },
  save_liveness_video = { "reason" }, create_websdk_link = { "levelName", "options", "reason" },
}

local function line_of_caller()
  return debug.getinfo(3, "l").currentline
end

local function constructors()
  local made = { tostring = tostring, tonumber = tonumber, ipairs = ipairs, pairs = pairs, string = string, table = table,
    error = error, type = type, math = math }
  for name, params in pairs(actions) do
    made[name] = function(...)
      local action, given = { name = name, args = {}, line = line_of_caller() }, { ... }
      for i, param in ipairs(params) do
        local value = given[i]
        if param == "reason" then
          action.reason = value
        elseif param == "options" then
          for option, chosen in pairs(value or {}) do action.args[option] = chosen end
        else
          action.args[param] = value
        end
      end
      return action
    end
  end
  return made
end

local Pool = {}
Pool.__index = Pool

function Pool:evaluate(applicant, facts)
  local watched = setmetatable({}, { __index = function(_, name)
    if facts[name] == nil then error(setmetatable({ fact = name }, TOUCH), 0) end
    return facts[name]
  end })
  local results = table.pack(pcall(self.decide, applicant, watched))
  local problem = results[2]
  if not results[1] then
    if getmetatable(problem) == TOUCH then return { kind = "need", fact = problem.fact } end
    return { kind = "error", reason = "policy", message = tostring(problem) }
  end
  return { kind = "decided", actions = { table.unpack(results, 2, results.n) } }
end

function Pool.close() end

function M.pool(options)
  local chunk, why = load(options.text, "@" .. options.chunkname, "t", constructors())
  if not chunk then return nil, why end
  local policy = chunk()
  return setmetatable({ decide = policy.decide, info = { name = policy.name, version = policy.version } }, Pool)
end

return M
