-- What processes say to each other by a PostgreSQL server when something has changed that others wait for: who is woken, by what,
-- and that nobody is lost to whom nothing was said. Who waits here would wait for an hour.

local compat = require("idngo.compat")
local core = require("idngo.core")
local postgres = require("postgres")
local runtimes = require("idngo.runtime.current")
local parallel = require("idngo.runtime.parallel")

if not postgres.is_there then
  describe("words between processes", function() pending("postgresql is not installed") end)
  return
end

local connect = require("idngo.run.server").connect

local HOUR = 3600

describe("words between processes", function()
  local host, here, there

  setup(function() host = postgres.start() end)
  teardown(function() host:stop() end)
  before_each(function()
    here = assert(connect(host:url(), { slow = "SELECT pg_sleep(0.3) IS NULL AS slept" }))
    there = assert(connect(host:url(), {}))
  end)
  after_each(function()
    here:close()
    there:close()
  end)

  local function tell(channel)
    there:whole(function() there:tell(channel or "work") end)
  end

  --- Has this process wait for more than what it heard before, and do `fn` when it does. Whether it was woken, else it is given
  --- up after a minute; and how much it has heard.
  local function woken(fn, seconds)
    local seen, is_woken = here:words("work"), false
    local ok, thrown = compat.try(function()
      parallel.run(function()
        local host_ = runtimes.current()
        parallel.spawn(function()
          here:await("work", seen, seconds or HOUR)
          is_woken = not host_.cancelled
        end)
        parallel.spawn(function()
          while not next(here.ears) do host_.sleep(0.01) end
          fn()
          local limit = core.now() + 60
          while not is_woken and core.now() < limit do host_.sleep(0.01) end
          if not is_woken then host_:cancel() end
        end)
      end)
    end)
    if not ok then error(thrown, 0) end
    return is_woken, here:words("work") - seen
  end

  it("wake who waits for them, when the transaction is committed in which they are said", function()
    assert.same({ true, 1 }, { woken(tell) })
    assert.same({ true, 1 }, { woken(function()
      pcall(there.whole, there, function()
        there:tell("work")
        error("no", 0)
      end)
      tell("people") -- there nobody listens
      there:whole(function() for _ = 1, 3 do there:tell("work") end end)
    end) })
    local before = here:words("work")
    here:whole(function() here:tell("work") end)
    assert.equal(before, here:words("work"), "it hears itself")
  end)

  it("are heard of before anybody waits, and where he waits without tasks", function()
    local seen = here:words("work")
    tell()
    here:await("work", seen, HOUR)
    assert.equal(seen + 1, here:words("work"))
    os.execute(("sleep 0.3; psql -h %s -U idngo idngo -qc 'NOTIFY work' &"):format(host.dir))
    here:await("work", seen + 1, HOUR)
    assert.equal(seen + 2, here:words("work"))
  end)

  it("wake who waits where they come with the answer to another task", function()
    assert.same({ true, 1 }, { woken(function()
      parallel.parallel({ 1, 2 }, function(i)
        if i == 1 then return here:rows("slow") end
        tell()
      end, { concurrency = 2 })
    end) })
  end)

  it("may have been said while the connection was lost: who waits looks, and hears what is said next", function()
    here.patience = { seconds = 60, again = function() end }
    assert.same({ true, 1 }, { woken(function()
      host:psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
    end) })
    assert.same({ true, 1 }, { woken(tell) })
  end)

  it("are not counted on: who hears none looks when his time is over, as behind a pooler that gives connections away", function()
    local seen = here:words("work")
    here:exec("UNLISTEN *")
    tell()
    local before = core.now()
    here:await("work", seen, 0.2)
    assert.equal(seen, here:words("work"))
    assert.is_true(core.now() - before >= 0.2)
  end)
end)
