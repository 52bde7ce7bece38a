-- An import in a process of its own, which kills itself where it is told:
-- import_driver.lua DIR URL SCALE INPUTS [STEP COUNT], where INPUTS is a folder of folders, and `scale` shortens the lanes.
-- Exits with 0 when nobody is left to send.

local apply = require("idngo.run.apply")
local approval = require("idngo.run.approval")
local capture = require("shell")
local endpoints = require("idngo.endpoints")
local imports = require("idngo.import")
local work = require("idngo.run.work")

local dir, url, scale, listed, step, count = require("idngo.compat").unpack(arg)
count = tonumber(count)

local paths, limits = {}, {}
for path in capture("ls -d %s/*", listed):gmatch("%S+") do paths[#paths + 1] = path end
for name, lane in pairs(endpoints.limits()) do limits[name] = { lane[1], lane[2] / tonumber(scale) } end

local run = assert(imports.open(dir, { account = "a", inputs = { paths = paths } }))
local context = assert(work.open(run, {
  -- a killed process's slots are held for as long as its calls could have taken
  client = { base_url = url, app_token = "sbx:demo", secret_key = "demo-secret", limits = limits, timeout = 2 },
  on_step = function(name)
    if name ~= step then return end
    count = count - 1
    if count == 0 then os.execute("kill -9 $PPID") end
  end,
}))
assert(approval.approve(run, { hash = run.store:get("plan_hash") }))
local complete, problem = apply.run(run, context)
context.client:close()
run:close()
if problem then io.stderr:write(tostring(problem), "\n") end
os.exit(complete and 0 or type(problem) == "number" and 128 + problem or 1, true)
