-- Letters in files: an approver whose machine has neither the log's key nor a way to the journal signs beside a copy of the run,
-- and somebody else hands in what was signed. Nothing is sent.

local core = require("idngo.core")
local json = require("idngo.json")
local letters = require("idngo.watch.letters")
local support = require("runs")
local w = require("watch_lines")

local NOW = w.NOW
local base, approvers, hers
local now = core.wall

--- The command where the watch is: its key signs the log, and the approvers are known.
local function here(arguments, ...)
  return support.shell(("IDNGO_CONFIG= IDNGO_APPROVERS=%s lua5.4 bin/idngo %s"):format(approvers, arguments:format(...)))
end

--- The command where an approver is: she has her key, and neither account nor approvers nor a key of a log.
local function there(arguments, ...)
  return support.shell(("env -u IDNGO_AUDIT_KEY_FILE IDNGO_CONFIG= HOME=%s XDG_CONFIG_HOME=%s/none IDNGO_STATE_DIR=%s/state "
    .. "IDNGO_APPROVER_KEY_FILE=%s lua5.4 bin/idngo %s"):format(base, base, base, hers, arguments:format(...)))
end

--- A watch that one of two approvers is to approve, with a line that waits; its folder and a copy of that.
local function watch()
  w.approved { max = {} }
  local recent = core.wall()
  w.take({ w.reviewed("a1", "GREEN", recent) }, recent)
  w.decide(1, { "deactivate" })
  assert.same({ "waiting", "mandate" }, { w.state(1) })
  local dir = w.run.dir
  w.run:close()
  w.run = nil
  assert.equal("", (support.shell(("cp -a %s %s.copy 2>&1"):format(dir, dir))))
  return dir, dir .. ".copy", base .. "/letter"
end

describe("letters in files", function()
  setup(function()
    w.setup()
    base = support.folder()
    hers, approvers = base .. "/hers.pem", base .. "/approvers"
    support.write(hers, w.others[1]:private_pem())
    support.write(approvers, "Ann\n" .. w.others[1]:pem() .. "Operator\n" .. w.key:pem())
  end)
  before_each(w.before)
  after_each(function()
    w.after()
    core.wall = now
  end)
  teardown(support.clean)

  it("are written where only an approver's own key is, and count where they are handed in, once", function()
    local dir, copy, file = watch()
    local out, errors, code = there("approve %s 1 --note CR-7 --to %s", copy, file)
    assert.same({ "", 0 }, { out, code }, errors)
    assert.truthy(errors:find(("the log is whole, and signed by %s, which is not this machine's"):format(w.key:id()), 1, true))
    assert.truthy(errors:find("1  mandate  a1  deactivate (planned)", 1, true), errors)
    assert.is_nil(core.is_regular(base .. "/state")) -- nothing is made by a look
    assert.truthy(errors:find("nothing was said yet: idngo approve RUN --from FILE hands it in", 1, true), errors)
    out, errors, code = here("approve %s --from %s", dir, file)
    assert.same({ "1  taken: 1 of 1\n", 0 }, { out, code }, errors)
    assert.is_nil(errors:find("signed by", 1, true)) -- the key is this machine's
    -- again: it was said once
    assert.equal("1  taken: 1 of 1\n", (here("approve %s --from %s", dir, file)))
    assert.truthy((here("audit verify %s", dir)):find("approved +.*Ann.*CR%-7"))
  end)

  it("are left at once where the journal can be written, and a watcher takes them", function()
    local dir = watch()
    local out, errors, code = there("approve %s 1", dir)
    assert.same({ "1  left; a watcher will take it\n", 1 }, { out, code }, errors)
    assert.is_nil(errors:find("could not be taken in here", 1, true), errors)
    w.run = assert(require("idngo.watch.run").open(dir))
    letters.take(w.run.store, w.approvers, w.names, w.account)
    assert.equal("open", w.run.store:line(1).state)
  end)

  it("say no, want a line decided again, withdraw, close the breaker, and approve a mandate alike", function()
    w.new_watch { breaker = { deactivate = { high = 0.05 } } }
    local dir, hash, file = w.run.dir, w.store.witness.hashes[1], base .. "/many"
    w.run:close()
    assert.equal(0, select(3, there("approve %s %s --to %s", dir, hash, file)))
    assert.truthy((here("approve %s --from %s", dir, file)):find("taken: 1 of 1", 1, true))
    w.run = assert(require("idngo.watch.run").open(dir))
    w.store = w.run.store
    w.store:switch()
    local n = 0
    while not w.store.witness.breaker.open do
      n = n + 1
      w.take { w.reviewed("a" .. n, "GREEN", core.wall()) }
      w.decide(n, { "deactivate" }, { asked = "sure?" })
    end
    w.run:close()
    w.run = nil
    local words = { ("reject %s 1 --to %s.1"):format(dir, file), ("retry %s 2 --to %s.2"):format(dir, file),
      ("approve %s 3 --to %s.3"):format(dir, file), ("breaker %s close --to %s.4"):format(dir, file) }
    for _, each in ipairs(words) do assert.equal(0, select(3, there(each)), each) end
    assert.equal(2, select(3, there("breaker %s --to %s", dir, file)))
    local all = {}
    for i = 1, 4 do all[i] = support.read(("%s.%d"):format(file, i)) end
    support.write(file, table.concat(all))
    local out = here("approve %s --from %s", dir, file)
    assert.equal("1  taken: rejected\n2  taken: it is decided again\n3  taken: 1 of 1\nbreaker  taken: 1 of 1\n", out)
    assert.equal(0, select(3, there("approve %s 3 --withdraw --to %s", dir, file)))
    assert.equal("3  taken: withdrawn\n", (here("approve %s --from %s", dir, file)))
  end)

  it("are refused, all of them, where one is not what an approver signed, with what is wrong", function()
    local dir, copy, file = watch()
    there("approve %s 1 --to %s", copy, file)
    local body = support.read(file)
    local function refused(text, why, number)
      support.write(file, text)
      local out, errors, code = here("approve %s --from %s", dir, file)
      assert.same({ "", 65 }, { out, code }, errors)
      local words = ("%s: letter %d: %s; none of them was handed in"):format(file, number or 1, why)
      assert.truthy(errors:find(words, 1, true), errors)
    end
    local function with(name, value)
      local record = json.decode(body)
      record[name] = value
      return letters.encode(record) .. "\n"
    end
    refused(with("line", 2), "refused: it has a wrong signature")
    refused(with("note", "another"), "refused: it has a wrong signature")
    refused(body .. with("at", 1), "refused: it has a wrong signature", 2)
    refused(with("run", ("0"):rep(32)), "refused: it is of another run")
    refused(with("key", ("0"):rep(64)), "refused: it is by a key that is no approver's")
    refused(with("t", 1), "refused: it has a field that is not a person's to say: t")
    refused((body:gsub("^{", "{ ")), "refused: it is not what was left")
    refused(body:sub(1, 40), "refused: it is no letter")
    refused("", "refused: it is no letter")
    local out, errors, code = here("approve %s --from %s.none", dir, file)
    assert.same({ "", 78 }, { out, code }, errors)
    assert.equal(2, select(3, here("approve %s 1 --from %s", dir, file)))
    -- none of all that was left
    support.write(file, body)
    assert.equal("1  taken: 1 of 1\n", (here("approve %s --from %s", dir, file)))
  end)

  it("count for what was looked at alone", function()
    local dir, copy, file = watch()
    there("approve %s 1 --to %s", copy, file)
    w.run = assert(require("idngo.watch.run").open(dir))
    w.store = w.run.store
    w.offset = 1
    w.take({ w.reviewed("a1", "RED", core.wall() + 5) }, core.wall()) -- something newer
    w.run:close()
    w.run = nil
    local out, _, code = here("approve %s --from %s", dir, file)
    assert.same({ "1  stale: it is superseded by event 2\n", 1 }, { out, code })
  end)

  it("count for fourteen days, and not before their day", function()
    w.approved { max = {} }
    w.take { w.reviewed("a1", "GREEN", NOW) }
    w.decide(1, { "deactivate" })
    local function at(seconds)
      local wall = core.wall()
      core.wall = function() return wall + seconds end
      local id, body = letters.write(w.store, { event = "approved", target = w.store:line(1).row.hash, line = 1 }, w.key)
      core.wall = now
      letters.leave(w.store, id, body)
      letters.take(w.store, w.approvers, w.names, w.account)
      return letters.verdict(w.store, id)
    end
    assert.equal("stale: it was written more than 14 days ago", at(-14 * 86400 - 60))
    assert.equal("refused: it is of a day that has not come", at(86400 + 60))
    assert.equal("taken: 1 of 1", at(-14 * 86400 + 60))
    w.is_sound()
  end)

  it("are not written beside a log of another key where the watch was at work", function()
    local dir, copy = watch()
    for _, each in ipairs { "approve %s 1", "reject %s 1", "breaker %s", "explain %s 1" } do
      local command = ("IDNGO_CONFIG= IDNGO_AUDIT_KEY_FILE=%s lua5.4 bin/idngo " .. each):format(hers, dir)
      local out, errors, code = support.shell(command)
      assert.equal("", out)
      assert.truthy(code ~= 0 and errors:find("names another key than this machine's, which has worked on the run", 1, true),
        errors)
      assert.truthy(errors:find("have IDNGO_AUDIT_KEY_FILE name the key that the run was begun with", 1, true), errors)
    end
    assert.equal(0, select(3, there("approve %s 1 --to %s.letter", copy, copy)))
    -- nor where it cannot be known whether it was
    os.execute(("mkdir -m 700 %s/state && ln -s heads %s/state/heads"):format(base, base))
    local out, errors, code = there("approve %s 1 --to %s.letter", copy, copy)
    os.execute(("rm -r %s/state"):format(base))
    assert.same({ "", 74 }, { out, code }, errors)
    assert.truthy(errors:find("the run's head: .*Too many levels of symbolic links"), errors)
  end)

  it("are signed for what is shown of a line, whatever hash stands there, by whoever wrote the journal", function()
    local _, copy, file = watch()
    local letter_of, output = require("idngo.cli.letter"), require("idngo.cli.output")
    local open, tell, target = letter_of.open, output.tell, nil
    finally(function() letter_of.open, output.tell = open, tell end)
    function output.tell() end
    -- as one would who has made a log of his own: the hash of a line stands at another one
    function letter_of.open(options)
      local store = assert(open(options))
      local own = store.line
      store.is_ours = false
      target = store:target(own(store, 1))
      function store:line(n)
        local line = own(self, n)
        line.row.hash = ("0"):rep(64)
        return line
      end
      return store
    end
    for _, command in ipairs { "approve", "reject", "retry", "redecide" } do
      assert.equal(0, require("idngo.cli." .. command).run { dir = copy, targets = { 1 }, to = file })
      assert.equal(target, json.decode(support.read(file)).target)
    end
  end)

  it("say again of a line that is over what is shown of it, and not what was once approved", function()
    w.approved { max = {} }
    w.take { w.reviewed("a1", "GREEN", NOW) }
    w.decide(1, { "deactivate" })
    local once = w.store:line(1).row.hash
    assert.equal("taken: rejected", (w.say { event = "declined", target = once, line = 1 }))
    local function redecide(target) return (w.say { event = "told", what = "redecide", target = target, line = 1 }) end
    assert.equal("stale: it is not what was looked at any more", redecide(once))
    assert.equal("taken: line 2 decides about it", redecide(w.store:target(w.store:line(1))))
    w.is_sound()
  end)
end)
