-- Completions for bash, zsh and fish, as argparse makes them from the command's own parser.

local cli = require("idngo.cli")

local NOTE = "# Made by ./dev generate from the commands of lua/idngo/cli.\n"

local M = {}

function M.bash() return NOTE .. cli.parser():get_bash_complete() end

function M.zsh() -- whose first line has to be its own
  return (cli.parser():get_zsh_complete():gsub("\n", function() return "\n" .. NOTE end, 1))
end

function M.fish() return NOTE .. cli.parser():get_fish_complete() end

return M
