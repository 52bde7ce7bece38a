-- idngo redecide RUN: has the events of lines that are over decided another time, each as another line. What came of them stays.

local approve = require("idngo.cli.approve")

local M = {}

function M.define(parser) approve.define_saying(parser, "Numbers of lines that are over.", true) end

function M.run(options)
  return approve.say(options, function(target, n) return { event = "told", what = "redecide", target = target, line = n } end)
end

return M
