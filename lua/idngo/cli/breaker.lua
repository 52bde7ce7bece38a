-- idngo breaker RUN: whether the breaker of a watch is open, and why; and closes it.

local cli = require("idngo.cli")
local dates = require("idngo.dates")
local output = require("idngo.cli.output")

local M = {}

function M.define(parser)
  parser:argument("dir", "The folder of the watch."):argname("RUN")
  parser:argument("close", "close: let things be done again without a person."):args("?"):choices { "close" }
  parser:option("--note", "What to write down with it, such as a ticket."):argname("TEXT")
end

function M.run(options)
  local letter = require("idngo.cli.letter")
  local store, code = letter.open(options)
  if not store then return code end
  local open = store.witness.breaker.open
  local text = open and ("open since %s UTC: %s. %d lines wait.\n"):format(dates.stamp(open.at), open.why,
    store:totals()["waiting:breaker"] or 0)
  if options.close and open then
    output.tell(text) -- what is closed is shown before anything is signed
    code = letter.say(options, store, { { event = "told", what = "breaker", opening = open.seq } })
  elseif options.close then
    output.tell("idngo: the breaker is closed; there is nothing to say\n")
    code = cli.exit.failed
  elseif open then
    output.write(text)
    code = cli.exit.failed
  else
    output.write("closed\n")
    code = cli.exit.ok
  end
  store:close()
  return code
end

return M
