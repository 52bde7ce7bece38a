-- idngo reject RUN: says no to lines of a watch that wait, or to a mandate that is proposed.

local approve = require("idngo.cli.approve")

local M = {}

function M.define(parser) approve.define_saying(parser, "Numbers of lines that wait; or the hash of a mandate.") end

function M.run(options)
  return approve.say(options, function(target, n) return { event = "declined", target = target, line = n } end, true)
end

return M
