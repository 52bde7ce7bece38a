-- Bodies of a gigabyte, both ways, in constant memory; functions as targets; files that change under way.

local core = require("idngo.core")
local fault_server = require("fault_server")
local runtimes = require("idngo.runtime.current")
local idngo = require("idngo")

local GIB = 1024 * 1024 * 1024

local folder, port, pipe, client

--- Runs `code` with a client in a fresh process, so that nothing but its transfer moves its peak of memory; gives
--- what it returned and how much the peak grew.
local function measured(code)
  local script = folder .. "/transfer.lua"
  local file = io.open(script, "w")
  file:write(([[
    local idngo = require "idngo"
    local client = assert(idngo.client { base_url = "http://127.0.0.1:%s", app_token = "a", secret_key = "s",
      limits = false, timeout = 120, max_attempts = 1 })
    local function peak() return tonumber(io.open("/proc/self/status"):read("a"):match("VmHWM:%%s+(%%d+) kB")) end
    local before = peak()
    local result = assert((function() %s end)())
    print(result.size or 0, result.sha256 or result.id, peak() - before)
  ]]):format(port, code))
  file:close()
  local run = io.popen("lua5.4 " .. script)
  local size, rest = run:read("n", "l")
  run:close()
  local digest, grown = rest:match("(%x+)%s+(%d+)")
  return size, digest, tonumber(grown)
end

local function openssl_sha256(path)
  local digest = io.popen("openssl dgst -sha256 -r " .. path):read("l")
  return digest:match("^%x+")
end

setup(function()
  folder = os.tmpname()
  os.remove(folder)
  os.execute("mkdir " .. folder .. " && mkfifo " .. folder .. "/ready")
  pipe = io.popen(("exec python3 spec/support/bulk_server.py %d >%s/ready"):format(GIB, folder), "w")
  local ready = io.open(folder .. "/ready")
  port = ready:read("l")
  ready:close()
  client = assert(idngo.client { base_url = "http://127.0.0.1:" .. port, app_token = "a", secret_key = "s", limits = false,
    timeout = 120, max_attempts = 1 })
end)

teardown(function()
  client:close()
  pipe:close()
  os.execute("rm -rf " .. folder)
end)

describe("a gigabyte #slow", function()
  it("is downloaded to a file in constant memory", function()
    local size, digest, grown = measured(("return client:report('a', { to = %q })"):format(folder .. "/big.pdf"))
    assert.is_true(grown < 16 * 1024, grown .. " KiB more")
    assert.equal(GIB, size)
    assert.equal(openssl_sha256(folder .. "/big.pdf"), digest)
  end)

  it("is uploaded from a file in constant memory", function()
    local _, digest, grown = measured(("return client:import_applicant(%q, { unchecked = true })"):format(
      folder .. "/big.pdf"))
    assert.is_true(grown < 16 * 1024, grown .. " KiB more")
    assert.equal(openssl_sha256(folder .. "/big.pdf"), digest)
    os.remove(folder .. "/big.pdf")
  end)

  it("is streamed to a function, which may stop it", function()
    local seen = 0
    local result, err = client:report("a", { to = function(chunk)
      seen = seen + #chunk
      if seen > 10 * 1024 * 1024 then return nil, "enough" end
      return true
    end })
    assert.is_nil(result)
    assert.equal("io", err.kind)
    assert.truthy(tostring(err):find("enough", 1, true))
    assert.is_true(seen < 12 * 1024 * 1024)
  end)
end)

describe("an upload", function()
  it("lets other tasks have their turn while a large file is signed", function()
    local server = fault_server.start()
    local path = folder .. "/large.zip"
    local file = io.open(path, "wb")
    for _ = 1, 16 do file:write(("x"):rep(1024 * 1024)) end
    file:close()
    local uploader = assert(idngo.client { base_url = server.http .. "/s/good", app_token = "a", secret_key = "s",
      limits = false })
    local turns, meanwhile, prepared = 0, nil, nil
    idngo.run(function()
      idngo.spawn(function()
        repeat
          turns = turns + 1
          runtimes.current().sleep(0)
        until prepared
      end)
      idngo.spawn(function()
        prepared = assert(uploader:prepare("import_applicant", path, { unchecked = true }))
        meanwhile = turns
      end)
    end)
    uploader:close()
    server:stop()
    assert.is_true(meanwhile > 10, meanwhile .. " turns")
    local signed = core.signer("s"):sign(tonumber(prepared.headers["X-App-Access-Ts"]), "POST", prepared.target, prepared.body)
    assert.equal(signed, prepared.headers["X-App-Access-Sig"])
  end)

  it("whose file changes while it is sent fails before its last byte, and says so", function()
    local server = fault_server.start()
    local path = folder .. "/changing.zip"
    local file = io.open(path, "wb")
    file:write(("x"):rep(4 * 1024 * 1024))
    file:close()
    local sender = assert(idngo.client { base_url = server.http .. "/s/good", app_token = "a", secret_key = "s",
      limits = false })
    -- another hand writes to the file between its two readings
    local source = core.source
    core.source = function(name)
      local real = source(name)
      return setmetatable({}, { __index = function(_, method)
        return function(_, ...)
          local results = table.pack(real[method](real, ...))
          if method == "headers" and results[1] then
            local f = io.open(path, "r+b")
            f:seek("set", 3 * 1024 * 1024)
            f:write("y")
            f:close()
          end
          return table.unpack(results, 1, results.n)
        end
      end })
    end
    local result, err = sender:import_applicant(path, { unchecked = true })
    core.source = source
    sender:close()
    local seen = server:seen("good")
    server:stop()
    assert.is_nil(result)
    assert.equal("io", err.kind)
    assert.equal(1, err.attempts)
    assert.truthy(tostring(err):find("the file changed while it was being sent", 1, true), tostring(err))
    assert.is_true(seen.bytes < 4 * 1024 * 1024, "the last byte was held back")
  end)

  it("of a file that is not there is an error, not an exception, and nothing is sent", function()
    local result, err = client:import_applicant(folder .. "/none.zip")
    assert.is_nil(result)
    assert.equal("io", err.kind)
    assert.equal("not_sent", err.outcome)
    assert.truthy(tostring(err):find("none.zip: No such file or directory", 1, true))
  end)
end)
