-- The command line: one parser for every command, one place for exit codes.
--
-- stdout is data, stderr is talk: see cli/output.lua. Secrets are never arguments: they come from the environment or a file.

local argparse = require("argparse")
local core = require("idngo.core")
local errors = require("idngo.error")
local output = require("idngo.cli.output")
local version = require("idngo.version")

local M = {}

--- Exit codes, by what went wrong.
M.exit = {
  ok = 0, failed = 1, usage = 2, policy = 3, approval = 4, resumable = 5, input = 65, unavailable = 69, io = 74,
  later = 75, auth = 77, config = 78,
}

local by_kind = {
  config = "config", dns = "unavailable", connect = "unavailable", tls = "unavailable", timeout = "later",
  io = "io", malformed = "unavailable", limit = "later", cancelled = "failed", archive = "input",
  approval = "approval", run = "input",
}

--- The exit code for an error of a call.
---@param err idngo.Error
---@return integer
function M.code_of(err)
  local word = by_kind[err.kind]
  if err.kind == "http" then
    word = (err.status == 401 or err.status == 403) and "auth" or err.status == 429 and "later"
      or err.status >= 500 and "unavailable" or "failed"
  elseif err.kind == "io" and err.outcome ~= "not_sent" and err.status == nil then
    word = "unavailable" -- the connection broke, not the disk
  end
  return M.exit[word]
end

-- Every command, and what it does. It is a module with `define(parser)` and `run(options) -> exit code`, which is loaded where a
-- command line names it. Those of policies load what they need in `run`: without SQLite the other commands work all the same.
local commands = {
  { "call", "Call one endpoint of the API." },
  { "api", "Sign and send any call of the API." },
  { "endpoints", "List the endpoints and how each is called." },
  { "init", "Ask for an account, try it, and write it down as a profile." },
  { "doctor", "Check settings, connection, clock and credentials." },
  { "probe", "Compare the service with what is described of it." },
  { "limits", "Show the rate-limit lanes of the account, and who waits; begin those of a new one." },
  { "config", "Show the settings and where each came from." },
  { "import", "Check, make and send archives of applicants." },
  { "sandbox", "Serve the API locally, with made-up applicants." },
  { "events", "Read the webhooks that nginx has received: list, replay, follow, prune; and send one." },
  { "receive", "Receive the service's webhooks and store them durably, without nginx." },
  { "watch", "Decide about events as they arrive; what a mandate covers is done, the rest waits." },
  { "approve", "Approve the mandate of a watch, or lines of it that wait." },
  { "reject", "Say no to lines of a watch that wait, or to a mandate that is proposed." },
  { "retry", "Let lines of a watch that wait be decided again." },
  { "redecide", "Have lines of a watch that are over decided another time." },
  { "approvers", "Make a key to approve with." },
  { "breaker", "Show whether the breaker of a watch is open, and close it." },
  { "demo", "Start a sandbox, make the calls of a tour, receive webhooks, watch them, plan and apply a policy." },
  { "plan", "Decide about applicants by a policy; nothing is changed." },
  { "apply", "Carry out a plan; it must be approved by its hash." },
  { "resume", "Go on with a run that was interrupted." },
  { "status", "Show how far a run is." },
  { "list", "List a run's applicants, or an import's people, as a table." },
  { "report", "Write a run's report: report.html, and of a policy report.json." },
  { "runs", "Prepare a database of PostgreSQL for runs, and list those in it." },
  { "settle", "List the steps that need a person, and what the service shows of them; write down what a person says." },
  { "undo", "Plan the opposite of what a run applied; nothing is changed." },
  { "purge", "Destroy the personal data in a run that has ended; its log stays, and verifies." },
  { "explain", "Show why an applicant was decided about as it was." },
  { "audit", "Check a run's audit log, and what earlier versions did." },
  { "policy", "Test, compare and measure policies." },
  { "help", "Show what a command does and takes." },
  { "version", "Print the version." },
}

local files = { init = "begin", runs = "databases" } -- where a command is in a file of another name

local wants_json = false -- whether the command line has --json

--- Where a command finds its settings, as options of idngo.client.
---@param options table the parsed command line
---@return {config_file: string?, profile: string?}
function M.settings(options) return { config_file = options.config_file, profile = options.account_profile } end

--- What is known of an error, for JSON.
---@param err any
---@return table
function M.fields(err)
  if type(err) ~= "table" then return { message = tostring(err) } end
  local fields = {}
  for name, value in pairs(err) do fields[name] = value end
  return fields
end

local function print_error(fields)
  require("idngo.cli.print").json { error = fields }
end

--- Ends a mistyped command line: prints usage and message, exit code 2.
local function usage_error(parser, message)
  output.tell(("%s\n\nError: %s\n"):format(parser:get_usage(), message))
  if wants_json then print_error { kind = "usage", message = message } end
  os.exit(output.finish(M.exit.usage))
end

--- Prints help or version, and ends.
local function say(text)
  output.write(text, "\n")
  os.exit(output.finish(M.exit.ok))
end

--- Lets --help of a parser, and of all commands below it, print as everything else does.
local function redirect_help(parser)
  parser._options[parser._help_option_idx]:action(function() say(parser:get_help()) end)
  for _, command in ipairs(parser._commands) do redirect_help(command) end
end

--- Lets every command take --json: errors are JSON then, also of commands that print nothing else as JSON.
local function add_json(parser)
  local has = false
  for _, option in ipairs(parser._options) do has = has or option._name == "--json" end
  if not has and not parser._commands[1] then parser:flag("--json", "Print an error as one line of JSON.") end
  for _, command in ipairs(parser._commands) do add_json(command) end
end

--- The parser of all commands; the manual and the completions are made from it too.
---@param args string[]? a command line: only commands that stand in it are loaded
---@return table parser
---@return table<string, table> modules of those, by command
function M.parser(args)
  local words, before = {}, ""
  for _, word in ipairs(args or {}) do
    word = word:gsub("-", "_") -- argparse takes both
    words[word], words[before .. " " .. word], before = true, true, word
  end
  local is_named = args and function(name) return words[name] end
  local parser = argparse("idngo", "Client for the IDnGO identity-verification API.")
  parser.error = usage_error
  parser:option("--config-file", "Config file to use instead of the usual one."):argname("FILE")
  -- calls have arguments of their own that are called so
  parser:option("--profile", "Profile of the config file to use."):argname("NAME"):target("account_profile")
  parser:flag("-v --version", "Print the version and exit."):action(function()
    say("idngo " .. version)
  end)
  parser:command_target("command")
  parser:require_command(true)
  local modules = {}
  for _, each in ipairs(commands) do
    local name, summary = each[1], each[2]
    local command = parser:command(name, summary)
    command.error = usage_error
    if not args or words[name] then
      modules[name] = require("idngo.cli." .. (files[name] or name))
      modules[name].define(command, usage_error, is_named)
      add_json(command)
    end
  end
  redirect_help(parser)
  return parser, modules
end

--- Says an error on stderr, and as JSON with --json; returns its exit code.
---@param err any
---@param told boolean? whether it is in the JSON that was printed
---@return integer
function M.fail(err, told)
  output.tell("idngo: ", tostring(err), "\n")
  if wants_json and not told then print_error(M.fields(err)) end
  return errors.is(err) and M.code_of(err) or M.exit.failed
end

-- Modules that are left out where a library is missing, and what they need.
local optional = {
  curl = "libcurl 7.85", zip = "libzip 1.7", journal = "SQLite 3.37", sandbox_host = "libmicrohttpd 0.9.74",
  jail_host = "libseccomp 2.4", postgres = "libpq 14",
}

--- Ends a command that broke off: interrupted, without one of idngo's modules, or by an unexpected error.
local function broke_off(message)
  if message:find("interrupted!", 1, true) then
    output.tell("idngo: interrupted\n")
    return 130
  end
  local missing = message:match("module 'idngo%.([%w_]+)' not found")
  if optional[missing] then
    output.tell(("idngo: idngo.%s cannot be loaded – install %s or later and build idngo again\n"):format(missing,
      optional[missing]))
    return M.exit.config
  end
  output.tell("idngo: ", message, "\n")
  return message:find(" was left out when idngo was built", 1, true) and M.exit.config or M.exit.failed
end

--- Runs one command line.
---@param args string[]
---@return integer exit code
function M.main(args)
  core.own_streams()
  for _, word in ipairs(args) do wants_json = wants_json or word == "--json" end
  local parser, modules = M.parser(args)
  local options = parser:parse(args)
  local ok, code = pcall(modules[options.command].run, options)
  if not ok then code = errors.is(code) and M.fail(code) or broke_off(tostring(code)) end
  if wants_json and code ~= M.exit.ok and not output.written then
    local told = (output.told or "it failed"):gsub("^idngo: ", ""):gsub("%s+$", "")
    print_error { message = told }
  end
  return output.finish(code)
end

return M
