-- A disk that is full or broken under a run: a clear end, resumable, nothing done twice. It fails after so many writes; with
-- IDNGO_DISK=1, which ./dev torture sets, after each number of them.

local store = require("idngo.run.store")
local summary = require("idngo.run.summary")
local support = require("runs")

local ENOSPC, EIO = 28, 5
local EACH = os.getenv("IDNGO_DISK") ~= nil

local server, folder, input, shim, plain
local count = 0

local function driver(dir, failing)
  return ("%s lua5.4 spec/support/run_driver.lua %s %s %s"):format(
    failing and ("FAIL_IO='%s' LD_PRELOAD='%s'"):format(failing, shim) or "", dir, server.url, input)
end

--- Emails per applicant in the ledger.
local function most_emails()
  local counts, most = {}, 0
  for _, entry in ipairs(support.ledger(server, "?endpoint=send_verification_status_email").entries) do
    counts[entry.applicantId] = (counts[entry.applicantId] or 0) + 1
    most = math.max(most, counts[entry.applicantId])
  end
  return most
end

describe("a run on a failing disk", function()
  setup(function()
    plain = os.getenv("LD_PRELOAD") or ""
    server = support.server { applicants = 60 }
    folder = support.folder()
    shim = folder .. "/fail_io.so"
    assert(os.execute(("cc -shared -fPIC -D_GNU_SOURCE -o %s spec/support/fail_io.c -ldl"):format(shim)))
    if plain ~= "" then shim = plain .. " " .. shim end
    local _, csv = support.applicants(server, "liveness=GREEN&email=yes&review=completed-GREEN&type=individual&limit=4")
    input = support.write(folder .. "/input.csv", csv)
  end)
  teardown(function()
    server:close()
    support.clean()
  end)

  -- what breaks goes the way of what is full, but for the words
  for what, case in pairs {
    ["journal is full"] = { ENOSPC, "journal.db", "is full", "I/O error" }, -- SQLite's words for a write, and a sync
    ["journal breaks #slow"] = { EIO, "journal.db", "I/O error" },
    ["audit log is full"] = { ENOSPC, "audit.jsonl", "No space left" },
    ["audit log breaks #slow"] = { EIO, "audit.jsonl", "Input/output error" },
    ["files are full"] = { ENOSPC, "/files/", "No space left" }, ["files break #slow"] = { EIO, "/files/", "Input/output error" },
  } do
    it("stops with what is wrong when its " .. what .. ", and goes on when that is mended", function()
      local stopped = 0
      local last, step = case[2] == "journal.db" and 90 or 9, case[2] == "journal.db" and 30 or 4
      for after = 0, last, EACH and 1 or step do
        support.forget(server)
        count = count + 1
        local dir = ("%s/run%d"):format(folder, count)
        local _, errors, code = support.shell(driver(dir, ("%d %d %s"):format(case[1], after, case[2])))
        if code ~= 0 then
          stopped = stopped + 1
          assert.truthy(errors:find(case[3], 1, true) or errors:find(case[4] or case[3], 1, true),
            ("after %d: %s"):format(after, errors))
          assert.is_nil(errors:find("traceback", 1, true), errors)
        end
        _, errors, code = support.shell(driver(dir))
        assert.equal(0, code, errors)
        assert.is_true(most_emails() <= 1)
        local kept = assert(store.read(dir))
        assert.equal("done", summary(kept).state)
        kept:close()
      end
      assert.is_true(stopped > 1)
    end)
  end
end)
