-- idngo breaker RUN: whether the breaker of a watch is open, and why; and closes it.

local cli = require("idngo.cli")
local dates = require("idngo.dates")
local output = require("idngo.cli.output")

local M = {}

function M.define(parser, usage_error)
  parser:argument("RUN", "The watch: its folder, or its address in PostgreSQL."):argname("RUN"):target("dir")
  parser:argument("close", "close: let things be done again without a person."):args("?"):choices { "close" }
  parser:flag("--rebase", "Close it, and take the last 1000 decisions for what is usual, until another mandate is current.")
  parser:option("--note", "What to write down with it, such as a ticket."):argname("TEXT")
  require("idngo.cli.letter").define_to(parser)
  M.usage_error = function(message) usage_error(parser, message) end
end

--- Says that it be closed, which is shown before; the exit code.
local function close(options, store, open)
  local said, seen, bands = { event = "told", what = "breaker", opening = open.seq }, store.witness, nil
  if options.rebase then
    said.rebase = seen.breaker:last_decision()
    local objection, count
    objection, bands, count = seen.breaker:objection(said, seen:current_mandate())
    if objection then
      output.tell(("idngo: %s\n"):format(objection))
      return cli.exit.failed
    end
    output.tell(("usual from now on, by the last %d decisions: %s\n"):format(count,
      require("idngo.cli.mandate").bands_text(bands)))
  end
  said.shown = seen.breaker:shown(said.rebase, bands)
  return require("idngo.cli.letter").say(options, store, { said })
end

function M.run(options)
  for _, name in ipairs { "rebase", "to" } do
    if options[name] and not options.close then M.usage_error(("--%s stands behind close"):format(name)) end
  end
  local store, code = require("idngo.cli.letter").open(options)
  if not store then return code end
  local seen = store.witness
  local open, mandate = seen.breaker.open, seen:current_mandate()
  local text = open and ("open since %s UTC: %s. %d lines wait.\n"):format(dates.stamp(open.at), open.why,
    store:totals()["waiting:breaker"] or 0)
  if options.close and open then
    output.tell(text) -- what is closed is shown before anything is signed
    code = close(options, store, open)
  elseif options.close then
    output.tell("idngo: the breaker is closed; there is nothing to say\n")
    code = cli.exit.failed
  elseif open then
    output.write(text)
    output.tell(("%s closes it; approvals: %d\n"):format(require("idngo.run.command")({ dir = options.dir, store = store },
      "idngo breaker %s close"), mandate and mandate.approvals or 1))
    code = cli.exit.failed
  else
    local rebased = seen.breaker.rebased
    output.write("closed", rebased and ("; usual is what the last %d decisions before %s UTC were"):format(rebased.decisions,
      dates.stamp(rebased.at)) or "", "\n")
    code = cli.exit.ok
  end
  store:close()
  return code
end

return M
