-- The manual page idngo(1), in roff's man macros: commands from the command table, settings and exit codes from the
-- code's own tables. Words that stand in no table are here.

local cli = require("idngo.cli")
local commands = require("generate.commands")
local config = require("idngo.client.config")
local version = require("idngo.version")

local DATE = "2026-11-25" -- when words below were last changed

local exit_words = {
  ok = "all went well",
  failed = "a call was refused, or some items of many failed",
  usage = "the command line is wrong; nothing was done",
  policy = "a policy's tests failed, or reach too few of its lines",
  approval = "a plan must be approved first",
  resumable = "steps are left; the same command, or idngo resume, goes on",
  input = "input is not in order: an archive, a table, a list of applicants, a policy",
  unavailable = "the server cannot be reached or used",
  io = "a file could not be read or written, standard output among them",
  later = "a deadline, a timeout or the rate limit; try later",
  auth = "credentials were refused",
  config = "a setting is missing or wrong, or a folder holds no such run",
}

local files = {
  { "~/.config/idngo/config", "Settings, lines of the form name = value; # starts a comment. $XDG_CONFIG_HOME is obeyed." },
  { "~/.config/idngo/audit.key", "The key that signs audit logs, made at the first plan. IDNGO_AUDIT_KEY_FILE names another." },
  { "~/.local/state/idngo/heads",
    "The last record of every run. IDNGO_STATE_DIR names another place than ~/.local/state/idngo." },
  { "/dev/shm/idngo-UID", "Rate-limit slots that the processes of a user share; /tmp/idngo-UID where there is no /dev/shm." },
  { "DIR/journal.db, DIR/audit.jsonl, DIR/files, DIR/report.html",
    "A run: its journal, its audit log, saved reports and videos, and what idngo report writes." },
}

local variables = {
  { "IDNGO_SECRET_KEY_FILE", "a file whose first line is the secret key" },
  { "IDNGO_AUDIT_KEY_FILE", "the file of the audit key" },
  { "IDNGO_STATE_DIR", "the folder of what is kept about runs outside of them" },
  { "IDNGO_JAIL", "the program that policies run in, when it is not where idngo was installed" },
  { "NO_COLOR", "when set, nothing is coloured" },
}

local examples = {
  { "Look at settings, connection, clock and credentials:", "idngo doctor" },
  { "Is this applicant a duplicate?", "idngo call duplicate_checks 5eea3f5204f940217bcbc03d --json" },
  { "Save a report:", "idngo call report 60f6f9ab7bbfc20001eca91d --to report.pdf" },
  { "Try it all without an account:", "idngo sandbox --port 8080 &\nexport IDNGO_BASE_URL=http://127.0.0.1:8080\n"
    .. "export IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret\nidngo call levels" },
  { "Decide about applicants, look, then act:", "idngo plan policy.lua --input applicants.csv --run run-1\n"
    .. "idngo apply run-1 --approve HASH" },
}

--- A text as roff reads it as text.
local function plain(text)
  return (text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("^([.'])", "\\&%1"):gsub("\n([.'])", "\n\\&%1"):gsub("–", "\\(en")
    :gsub("…", "..."):gsub("·", "\\(bu"):gsub("'", "\\(aq"))
end

local function bold(text) return "\\fB" .. plain(text) .. "\\fR" end
local function italic(text) return "\\fI" .. plain(text) .. "\\fR" end

local function sentence(text)
  text = text:gsub("^%l", string.upper)
  return text:find("[.?!]$") and text or text .. "."
end

local out

local function line(text) out[#out + 1] = text end

--- Text in lines of at most 78 characters.
local function prose(text)
  local row = ""
  for word in text:gmatch("%S+") do
    if row ~= "" and #plain(row .. word) > 77 then
      line(plain(row))
      row = ""
    end
    row = row == "" and word or row .. " " .. word
  end
  line(plain(row))
end

local function item(head, text)
  line(".TP")
  line(head)
  prose(text)
end

local function choices_of(element)
  return element.choices and (" One of: %s."):format(table.concat(element.choices, ", ")) or ""
end

local function default_of(element)
  return element.default and (" Default: %s."):format(element.default) or ""
end

local function show_option(option)
  local names = {}
  for i, name in ipairs(option.names) do names[i] = bold(name) end
  item(table.concat(names, ", ") .. (option.value and " " .. italic(option.value) or ""),
    sentence(option.doc) .. choices_of(option) .. default_of(option))
end

local function is_help(option) return option.names[#option.names] == "--help" end

--- What a command takes, but for its help and the options in `known`.
local function show_elements(command, known)
  for _, argument in ipairs(command.arguments) do
    item(italic(argument.names[1]), sentence(argument.doc) .. choices_of(argument))
  end
  for _, option in ipairs(command.options) do
    if not is_help(option) and not known[option.names[1]] then show_option(option) end
  end
end

--- Options that all commands below one have, with the same words: shown once.
local function common_options(command)
  local counts, common = {}, {}
  for _, inner in ipairs(command.commands) do
    for _, option in ipairs(inner.options) do
      local key = option.names[1] .. option.doc
      counts[key] = (counts[key] or 0) + 1
      if counts[key] == #command.commands and counts[key] > 1 and not is_help(option) then
        common[#common + 1] = option
        common[option.names[1]] = true
      end
    end
  end
  return common
end

local function title(command)
  line(".SS " .. plain("idngo " .. table.concat(command.path, " ")))
  prose(command.doc)
end

--- "idngo call …" as the parser writes it, its help option left out.
local function synopsis(command)
  line(".PP")
  prose((command.usage:gsub(" %[%-h%]", "")))
end

local function show_commands(outer)
  local known = common_options(outer)
  for _, command in ipairs(outer.commands) do
    title(command)
    if command.commands[1] then
      if command.arguments[1] then -- it does something without a command below it, too
        synopsis(command)
        show_elements(command, known)
      end
      local common = common_options(command)
      if common[1] then
        line(".PP")
        line("All of the following take:")
        for _, option in ipairs(common) do show_option(option) end
      end
      show_commands(command)
    else
      synopsis(command)
      show_elements(command, known)
    end
  end
end

local function show_exit_codes()
  local rows = {}
  for name, code in pairs(cli.exit) do
    rows[#rows + 1] = { code, assert(exit_words[name], "no words for exit code " .. name) }
  end
  rows[#rows + 1] = { 130, "interrupted, or ended by SIGINT; a run has written down where it was" }
  rows[#rows + 1] = { 141, "whoever read standard output has gone; a run went on to its end all the same" }
  rows[#rows + 1] = { 143, "ended by SIGTERM; a run has written down where it was" }
  table.sort(rows, function(a, b) return a[1] < b[1] end)
  for _, row in ipairs(rows) do item(bold(tostring(row[1])), sentence(row[2])) end
end

local function show_environment()
  for _, setting in ipairs(config.settings) do
    if setting.env then
      item(bold(setting.env), sentence(setting.type == "secret" and "the secret key" or setting.doc))
    end
  end
  for _, variable in ipairs(variables) do item(bold(variable[1]), sentence(variable[2])) end
end

--- The page.
---@return string
return function()
  local tree = commands.tree()
  out = {}
  line([[.\" Made by ./dev generate from the command table (lua/idngo/cli).]])
  line((".TH IDNGO 1 \"%s\" \"idngo %s\" \"User Commands\""):format(DATE, version))
  line(".ad l")
  line(".nh")
  line(".SH NAME")
  line("idngo \\- client for the IDnGO identity\\-verification API")
  line(".SH SYNOPSIS")
  line(".B idngo")
  line("[\\fB\\-\\-config\\-file\\fR \\fIFILE\\fR] \\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]")
  line(".SH DESCRIPTION")
  prose("Calls the API, decides about applicants by policies, imports applicants, reads received webhooks, and serves a "
    .. "sandbox of the API. Standard output is data, standard error is talk. Secrets are never arguments: they come from "
    .. "the environment or a file.")
  line(".SH OPTIONS")
  show_elements(tree, {})
  item(bold("-h") .. ", " .. bold("--help"), "Of any command: print its help and exit.")
  line(".SH COMMANDS")
  show_commands(tree)
  line(".SH EXIT STATUS")
  show_exit_codes()
  line(".SH ENVIRONMENT")
  line("Options win over the environment, and that over the config file.")
  show_environment()
  line(".SH FILES")
  for _, file in ipairs(files) do item(italic(file[1]), file[2]) end
  line(".PP")
  line("Settings that the config file may hold:")
  for _, setting in ipairs(config.settings) do
    if setting.type == "secret" then
      item(bold(setting.name .. "_file"), ("The file whose first line is %s."):format(setting.doc:match("^(.-),")))
    elseif setting.type ~= "function" and setting.type ~= "limits" and setting.name ~= "config_file" then
      item(bold(setting.name), sentence(setting.doc) .. (setting.default and (" Default: %s."):format(setting.default) or ""))
    end
  end
  line(".SH EXAMPLES")
  for _, example in ipairs(examples) do
    line(plain(example[1]))
    line(".PP")
    line(".in +4n")
    line(".nf")
    line(plain(example[2]))
    line(".fi")
    line(".in")
    line(".PP")
  end
  if out[#out] == ".PP" then out[#out] = nil end
  return table.concat(out, "\n") .. "\n"
end
