-- Runs in PostgreSQL over TLS: who is spoken to is who the address names, by an authority that the address names, or nobody is;
-- and what is said of that names no password.

local approval = require("idngo.run.approval")
local json = require("idngo.json")
local postgres = require("postgres")
local support = require("runs")

if not postgres.is_there then
  describe("a run in PostgreSQL over TLS", function() pending("postgresql is not installed") end)
  return
end

local PASSWORD = "xV7correct-horse"
local POLICY = [[
return { name = "over TLS", version = "1", decide = function() return send_status_email(), deactivate("d") end }]]

describe("a run in PostgreSQL over TLS", function()
  local host, server, certs, listens

  --- The address of a run on the server as HOST, which trusts an authority; the password is in a file.
  local function url(name, ca, run, file)
    return ("postgresql://idngo@%s/idngo?hostaddr=%s&sslmode=verify-full&sslrootcert=%s/%s.pem&passfile=%s/%s%s"):format(name,
      listens, certs, ca, certs, file or "passwords", run and "&run=" .. run or "")
  end

  --- Starts the server with a certificate, or without TLS.
  local function start(certificate)
    local tls = certificate and ("-c ssl=on -c ssl_cert_file=%s.pem -c ssl_key_file=leaf.key"):format(certificate) or ""
    return host:start(("-c listen_addresses=%s %s"):format(listens, tls))
  end

  local function passwords(name, password)
    local path = support.write(("%s/%s"):format(certs, name), ("*:*:*:*:%s\n"):format(password))
    os.execute("chmod 600 " .. path)
  end

  setup(function()
    certs, host, server = support.folder(), postgres.start(), support.server { applicants = 30 }
    assert(os.execute("sh spec/support/certs.sh " .. certs))
    math.randomseed(os.time() + tonumber(host:pid()))
    local random = math.random
    listens = ("127.%d.%d.%d"):format(random(1, 254), random(0, 254), random(1, 254)) -- by itself, with the usual port
    host:psql(("ALTER ROLE idngo PASSWORD '%s'"):format(PASSWORD))
    host:halt()
    local data = host.dir .. "/data"
    os.execute(("cp %s/good.pem %s/unknown_ca.pem %s/expired.pem %s/leaf.key %s && chmod 600 %s/leaf.key"):format(certs, certs,
      certs, certs, data, data))
    os.execute(("chown --reference=%s/PG_VERSION %s/*.pem %s/leaf.key"):format(data, data, data))
    support.write(data .. "/pg_hba.conf", "local all postgres trust\nhostssl all all all scram-sha-256\n")
    passwords("passwords", PASSWORD)
    passwords("wrong", "xV7another")
    start("good")
  end)
  teardown(function()
    support.clean(server)
    host:stop()
  end)

  --- What a command says that looks which runs there are.
  local function list(...) return support.command(server, ("runs list '%s'"):format(url(...))) end

  it("is planned, carried out by two processes, and read", function()
    local _, errors, code = support.command(server, ("runs init '%s'"):format(url("localhost", "ca")))
    assert.equal(0, code, errors)
    local place, base = url("localhost", "ca", "week"), support.folder()
    local _, csv = support.applicants(server, "review=completed-GREEN&type=individual&email=yes&limit=6")
    local out
    out, errors, code = support.command(server, ("plan %s --input %s --run '%s' --json"):format(
      support.write(base .. "/policy.lua", POLICY), support.write(base .. "/ids.csv", csv), place))
    assert.equal(0, code, errors)
    local run = assert(require("idngo.policy.run").open(place))
    assert.equal("t", host:psql("SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'idngo'"))
    assert(approval.approve(run, { hash = json.decode(out).plan, max = { deactivate = "100%" } }))
    run:close()
    local all = {}
    for i = 1, 2 do
      all[i] = support.background(("lua5.4 spec/support/worker_driver.lua '%s' %s"):format(place, server.url))
    end
    for i = 1, 2 do assert.equal(0, all[i].wait(9), all[i].errors()) end
    out, errors, code = list("localhost", "ca")
    assert.equal(0, code, errors)
    assert.truthy(out:find("week +done"), out)
    assert.equal(0, (select(3, support.command(server, ("audit verify '%s'"):format(place)))))
  end)

  for what, case in pairs {
    ["whose certificate names another host"] = { "good", "other.test", "ca", "does not match host name" },
    ["whose certificate is of another authority than the address says"] = { "good", "localhost", "other_ca",
      "certificate verify failed" },
    ["that shows a certificate of an authority of its own"] = { "unknown_ca", "localhost", "ca", "certificate verify failed" },
    ["whose certificate has expired"] = { "expired", "localhost", "ca", "certificate verify failed" },
    ["when the file of authorities is not there"] = { "good", "localhost", "none", "does not exist" },
    ["that speaks no TLS"] = { nil, "localhost", "ca", "server does not support SSL" },
  } do
    it("is not had from a server " .. what, function()
      host:halt()
      start(case[1])
      local _, errors, code = list(case[2], case[3])
      assert.not_equal(0, code)
      assert.truthy(errors:find(case[4], 1, true), errors)
      assert.truthy(errors:find("sslrootcert", 1, true), errors)
      assert.is_nil(errors:find("xV7", 1, true), errors)
    end)
  end

  it("is not had with a wrong password, which is not repeated", function()
    host:halt()
    start("good")
    local _, errors, code = list("localhost", "ca", nil, "wrong")
    assert.not_equal(0, code)
    assert.truthy(errors:find("password authentication failed", 1, true), errors)
    assert.truthy(errors:find("~/.pgpass", 1, true), errors)
    assert.is_nil(errors:find("xV7", 1, true), errors)
  end)
end)
