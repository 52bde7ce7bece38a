-- idngo retry RUN: lets lines of a watch that wait be decided again, from their facts on.

local approve = require("idngo.cli.approve")

local M = {}

function M.define(parser) approve.define_saying(parser, "Numbers of lines that wait.") end

function M.run(options)
  return approve.say(options, function(target, n) return { event = "told", what = "retry", target = target, line = n } end)
end

return M
