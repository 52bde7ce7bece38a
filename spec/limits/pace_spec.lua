-- Bodies that move: `timeout` bounds their silence, over every transport, and the slots of their calls are held meanwhile.

local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local local_runner = require("local_runner")
local nginx = require("nginx")
local nginx_runner = require("nginx_runner")

local MB = 1024 * 1024

local folder, peer, port

local function told()
  return files.read(folder .. "/out", "")
end

local function count(word)
  local _, n = told():gsub("%f[%w]" .. word .. "%f[%W]", "")
  return n
end

setup(function()
  folder = files.folder()
  peer = assert(io.popen(("exec python3 spec/support/pacing_peer.py >%s/out"):format(folder), "w"))
  nginx.wait_for(function() port = told():match("^(%d+)\n") return port end)
end)
teardown(function()
  peer:close()
  os.execute("rm -rf " .. folder)
end)

local function options_of(how, more)
  local options = { base_url = ("http://127.0.0.1:%s/%s"):format(port, how), app_token = "sbx:a.b", secret_key = "s",
    limits = false, max_attempts = 1, timeout = 2 }
  for name, value in pairs(more or {}) do options[name] = value end
  return options
end

local function upload(how, size, more)
  return { options = options_of(how, more), endpoint = "import_applicant", args = { { fill = size }, { unchecked = true } },
    calls = 1 }
end

local function download(how, more, endpoint)
  return { options = options_of(how, more), endpoint = endpoint or "report", args = { "a1" }, calls = 1 }
end

--- The same call as a task of the scheduler, beside one that waits.
local scheduler_runner = { name = "scheduler" }
function scheduler_runner.run(case)
  local result, err
  idngo.run(function()
    local other = idngo.spawn(function() idngo.parallel({ 1 }, function() return true end) end)
    result, err = local_runner.run(case)
    other:wait()
  end)
  return result, err
end

--- Runs a case whose time runs out: `make` makes it with that time, of a second, or of more where the machine was too busy to
--- come as far within it as `came` asks of the error. The last try is the one that counts.
local function run_until(runner, make, came)
  local result, err, seconds
  for i = 0, 2 do
    seconds = 4 ^ i // 1
    result, err = runner.run(make(seconds))
    if err and came(err) then break end
  end
  return result, err, seconds
end

local function is_unknown(err) return err.outcome == "unknown" end

for _, runner in ipairs { local_runner, scheduler_runner, nginx_runner } do
  describe(("#pace over %s:%s"):format(runner.name, runner == nginx_runner and " #nginx" or ""), function()
    teardown(function()
      if runner.stop then runner.stop() end
    end)

    it("an upload that gets on may take longer than timeout", function()
      local started = core.now()
      local result, err = runner.run(upload("slow", 12 * MB))
      assert.is_nil(err and err.text)
      assert.equal("a1", result.id)
      assert.is_true(core.now() - started > 2)
    end)

    it("one that is never answered times out, and its advice says what was seen", function()
      local result, err, seconds = run_until(runner, function(timeout) return upload("mute", 6 * MB, { timeout = timeout }) end,
        function(e) return e.hint and e.hint:find("took all", 1, true) end)
      assert.is_nil(result)
      assert.equal("timeout", err.kind)
      assert.equal("unknown", err.outcome)
      assert.equal(("the server took all 6.3 MB and did not answer within %d s; to wait for longer raise timeout (--timeout)")
        :format(seconds), err.hint)
    end)

    it("one that the server takes no more of times out", function()
      local result, err = run_until(runner, function(timeout) return upload("deaf", 32 * MB, { timeout = timeout }) end,
        function(e) return e.hint and e.hint:find("had taken %d+%.%d MB") end)
      assert.is_nil(result)
      assert.equal("timeout", err.kind)
      assert.equal("unknown", err.outcome)
      assert.truthy(err.hint:find("the server had taken %d+%.%d MB of 33%.6 MB"), err.text)
      assert.truthy(err.hint:find("raise timeout (--timeout)", 1, true), err.text)
    end)

    it("a deadline bounds all, and is what the advice names", function()
      local result, err = run_until(runner, function(deadline)
        return upload("slow", 12 * MB * deadline, { deadline = deadline })
      end, is_unknown)
      assert.is_nil(result)
      assert.equal("timeout", err.kind)
      assert.equal("unknown", err.outcome)
      assert.truthy(err.hint:find("when the deadline passed; deadline (--deadline)", 1, true), err.text)
    end)

    it("a file that gets on may take longer than timeout", function()
      local started = core.now()
      local to = folder .. "/file.pdf"
      local case = download("file")
      case.args[2] = { to = to }
      local result, err = runner.run(case)
      assert.is_nil(err and err.text)
      assert.equal(40 * 65536, result.size)
      assert.is_true(core.now() - started > 2)
    end)

    it("a file that comes byte by byte times out", function()
      local result, err, seconds = run_until(runner, function(timeout) return download("drip", { timeout = timeout }) end,
        function(e) return e.status end)
      assert.is_nil(result)
      assert.equal("timeout", err.kind)
      assert.equal("unknown", err.outcome)
      assert.equal(200, err.status)
      assert.truthy(err.hint:find(("the file was still coming and less than 64 KiB moved within %d s"):format(seconds), 1,
        true), err.text)
    end)

    it("JSON has one timeout, however it comes", function()
      local result, err = run_until(runner, function(timeout) return download("json", { timeout = timeout }, "tin_checks") end,
        is_unknown)
      assert.is_nil(result)
      assert.equal("timeout", err.kind)
      assert.equal("unknown", err.outcome)
    end)

    it("slots are held for as long as an upload gets on", function()
      local limits = { limits = { import_applicant = { 1, 0 } }, limits_dir = folder .. "/held-" .. runner.name,
        timeout = 2 }
      local begun, from = count("begun"), #told()
      -- another process of the account, that comes when the upload is under way
      local other = io.popen(([[while [ "$(grep -c begun %s/out)" -le %d ]; do sleep 0.02; done; exec lua5.4 -e '
        local c = require("idngo").client { base_url = "http://127.0.0.1:%s/slow", app_token = "sbx:a.b", secret_key = "s",
          limits = { import_applicant = { 1, 0 } }, limits_dir = "%s" }
        print(c:import_applicant({ bytes = "zip" }, { unchecked = true }))' 2>&1]]):format(folder, begun, port,
        limits.limits_dir))
      local result, err = runner.run(upload("slow", 12 * MB, limits))
      local said = other:read("a")
      other:close()
      assert.is_nil(err and err.text)
      assert.is_table(result)
      assert.truthy(said:find("^table"), said)
      local order = {}
      for word in told():sub(from + 1):gmatch("%a+") do
        if word == "begun" or word == "answered" then order[#order + 1] = word end -- earlier connections may still end
      end
      assert.equal("begun answered begun answered", table.concat(order, " "))
    end)

    it("an upload whose slot is lost is broken off", function()
      local dir = folder .. "/lost-" .. runner.name
      local how = "lose/" .. core.escape(dir)
      local from
      local result, err = run_until(runner, function(timeout)
        from = #told()
        return upload(how, 24 * MB, { limits = { import_applicant = { 1, 0 } }, limits_dir = dir, timeout = timeout })
      end, function(e) return e.text:find("slot was", 1, true) end)
      assert.is_nil(result)
      assert.equal("timeout", err.kind)
      assert.equal("unknown", err.outcome)
      assert.truthy(err.text:find("slot was another's while its body moved", 1, true), err.text)
      local gone = runner == nginx_runner and "closed" or "reset" -- nginx cannot reset, but takes no more
      nginx.wait_for(function() return told():find(gone, from, true) end)
      assert.is_nil(told():find("answered", from, true))
    end)

    it("a file whose slot is lost is broken off, and what came of it is not taken for all", function()
      local dir, to = folder .. "/file-" .. runner.name, folder .. "/lost.pdf"
      local case = download("lose_file/" .. core.escape(dir), { limits = { report = { 1, 0 } }, limits_dir = dir, timeout = 2 })
      case.args[2] = { to = to }
      local result, err = runner.run(case)
      assert.is_nil(result)
      assert.same({ "timeout", 200 }, { err.kind, err.status })
      assert.truthy(err.text:find("slot was another's while its body moved", 1, true), err.text)
      assert.is_nil((io.open(to)))
    end)
  end)
end
