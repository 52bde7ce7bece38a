-- idngo init: asks for an account, tries it by a call that changes nothing, and writes it down as a profile.
--
-- Nothing is on disk before the last answer. Then the secret is written to a file of its own and the config file is replaced,
-- which is the moment that counts: whatever breaks off before it, nothing was changed.

local cli = require("idngo.cli")
local compat = require("idngo.compat")
local config = require("idngo.client.config")
local core = require("idngo.core")
local errors = require("idngo.error")
local idngo = require("idngo")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")
local shell_word = require("idngo.shell_word")
local text_file = require("idngo.text")
local write_file = require("idngo.write_file")

local M = {}

function M.define() end

local PATIENCE = 30 -- seconds for the call that tries the account

local function broken_off() return errors.new { kind = "cancelled", outcome = "not_sent", message = "nothing was written" } end

--- What a person types; ends the command when nobody does any more.
local function ask(question)
  output.tell(question)
  local line = io.read("*l")
  if not line then
    output.tell("\n")
    error(broken_off(), 0)
  end
  return (line:gsub("^%s+", ""):gsub("%s+$", ""))
end

local function agrees(question) return ask(question .. " [y/N] "):lower():find("^y") ~= nil end

--- Asks until the answer will do. `check` returns the value, or nil and what is wrong.
local function ask_for(question, check)
  while true do
    local value, message = check(ask(question))
    if value then return value end
    output.tell("  ", print_.plain(message), "\n")
  end
end

-- A shell of its own turns the echo off, asks, and turns it on again whatever ends it: a second Ctrl-C ends us at once.
local HIDDEN = [[exec 2>/dev/null
was=$(stty -g </dev/tty) || exit 1
trap 'stty "$was" </dev/tty' EXIT
trap 'exit 130' INT TERM HUP
stty -echo </dev/tty
printf '%%s' %s >/dev/tty
IFS= read -r line </dev/tty && printf '%%s\n' "$line"]]

--- What a person types unseen.
local function ask_hidden(question)
  local pipe = assert(io.popen("sh -c " .. shell_word(HIDDEN:format(shell_word(question)))))
  local line = pipe:read("*l")
  pipe:close()
  output.tell("\n")
  if not line then error(broken_off(), 0) end
  return (line:gsub("^%s+", ""):gsub("%s+$", ""))
end

local function check_name(text)
  if text == "" then text = "main" end
  if text:find(config.PROFILE) then return text end
  return nil, "a name is of letters, digits, dots, - and _"
end

local function check_url(text)
  if text == "" then text = "https://api.idngo.kz" end
  local base, message = core.base(text)
  if base then return text end
  return nil, "the URL " .. message
end

local function check_token(text)
  if text ~= "" and not text:find("[^\33-\126]") then return text end
  return nil, text == "" and "it is needed" or "it has a blank or a control byte in it: copy it again"
end

local function ask_secret()
  while true do
    local secret, message = check_token(ask_hidden("Secret key (not shown): "))
    if secret then return secret end
    output.tell("  ", message, "\n")
  end
end

--- Tries the account; whether it is to be written down.
local function try(options, made)
  output.tell("Trying it …\n")
  local client, err = idngo.client { config_file = options.config_file, profile = "", base_url = made.base_url,
    app_token = made.app_token, secret_key = made.secret, max_attempts = 1, deadline = PATIENCE }
  local levels
  if client then
    levels, err = client:levels()
    client:close()
  end
  if levels then
    local count = #(levels.list or levels).items
    output.tell(("It works: %d verification level%s.\n"):format(count, count == 1 and "" or "s"))
    return true
  end
  cli.fail(err)
  return agrees("It does not work. Write it down anyway?")
end

--- The text of a config file with the profile in it: its account anew, all else as it was. And the file of the secret that it
--- had, if any.
local function with_profile(text, made)
  local lines, section, found, old = {}, nil, false, nil
  local has_default, has_account = false, false
  local function account()
    lines[#lines + 1] = "base_url = " .. made.base_url
    lines[#lines + 1] = "app_token = " .. made.app_token
    lines[#lines + 1] = "secret_key_file = " .. made.secret_file
    if made.production then lines[#lines + 1] = "production = true" end
  end
  for line in text_file.lines(text) do
    local name, value = line:match("^%s*([%w_]+)%s*=%s*(.-)%s*$")
    section = line:match("^%s*%[%s*(.-)%s*%]%s*$") or section
    local of_account = name == "base_url" or name == "app_token" or name == "secret_key" or name == "secret_key_file"
    if section == made.name and (of_account or name == "production" or name == "client_id") then
      if name == "secret_key_file" then old = value end
    else
      lines[#lines + 1] = line
    end
    if not section then
      has_default, has_account = has_default or name == "profile", has_account or of_account
    elseif section == made.name and not found then
      found = true
      account()
    end
  end
  while lines[#lines] == "" do lines[#lines] = nil end
  if not found then
    if lines[1] then lines[#lines + 1] = "" end
    lines[#lines + 1] = ("[%s]"):format(made.name)
    account()
  end
  local is_default = not has_default and not has_account
  if is_default then table.insert(lines, 1, ("profile = %s\n"):format(made.name)) end
  return table.concat(lines, "\n") .. "\n", old, is_default
end

--- Whether a profile stands in a text.
local function has_profile(text, name)
  for line in text_file.lines(text) do
    if line:match("^%s*%[%s*(.-)%s*%]%s*$") == name then return true end
  end
  return false
end

--- What the config file holds; "" where none is there, nil where it cannot be read.
local function read(path)
  local text, message = text_file.read_if_there(path)
  if text == nil then return "" end
  return text or nil, message
end

--- A name that no file has, beside the config file.
local function free_path(folder, name)
  local path, n = ("%s/%s.secret"):format(folder, name), 1
  while true do
    if core.is_regular(path) == nil then return path end
    n = n + 1
    path = ("%s/%s-%d.secret"):format(folder, name, n)
  end
end

--- The config file that is meant, where a link leads; and its folder.
local function place_of(options)
  local path = config.path(options)
  if not path then return nil, errors.config("there is no place for a config file", "set HOME, or name one by --config-file") end
  local pipe = io.popen(("readlink -m -- %s 2>/dev/null"):format(shell_word(path)))
  path = pipe:read("*l") or path
  pipe:close()
  return path, path:match("^(.*)/[^/]*$") or "."
end

--- Writes the secret, and then the config file: all of it, or nothing.
local function write(path, folder, before, made)
  if compat.execute(("umask 077; mkdir -p -- %s 2>/dev/null"):format(shell_word(folder))) ~= true then
    return nil, errors.config(("the folder %s cannot be made"):format(folder), "make it, or name a config file by --config-file")
  end
  local text, old, is_default = with_profile(before, made)
  local done, err
  local ran, thrown = compat.pcall(function()
    done, err = write_file(made.secret_file, made.secret .. "\n")
    if not done then return end
    if read(path) ~= before then
      done, err = nil, path .. ": it was changed meanwhile; begin again"
      return
    end
    done, err = write_file(path, text)
  end)
  if not ran or not done then os.remove(made.secret_file) end
  if not ran then error(thrown, 0) end
  if not done then return nil, errors.new { kind = "io", outcome = "not_sent", message = tostring(err) } end
  local function folder_of(file) return file:match("^(.*)/") end
  if old and folder_of(old) == folder_of(made.secret_file) and not text:find(old, 1, true) then
    os.remove(old) -- the one that was replaced; it is beside ours, and nothing names it any more
  end
  return true, is_default
end

--- Asks for everything; nil when what is there is to stay.
local function gather(options, before, folder)
  local made = { name = options.account_profile or os.getenv("IDNGO_PROFILE") }
  if made.name and made.name ~= "" then
    local _, message = check_name(made.name)
    if message then error(errors.config("the profile: " .. message), 0) end
  else
    made.name = ask_for("Name of the profile [main]: ", check_name)
  end
  if has_profile(before, made.name) and not agrees(("Profile %s is there already. Replace its account?"):format(made.name)) then
    return nil
  end
  made.base_url = ask_for("Base URL [https://api.idngo.kz]: ", check_url)
  made.app_token = ask_for("App token: ", check_token)
  made.secret = ask_secret()
  made.production = agrees("Is this production, where people are real?")
  made.secret_file = free_path(folder, made.name)
  return made
end

function M.run(options)
  if not (core.isatty(0) and core.isatty(2)) then
    output.tell("idngo: init asks a person, and there is no terminal; docs/client.md tells how to write a profile\n")
    return cli.exit.usage
  end
  local path, folder = place_of(options)
  if not path then return cli.fail(folder) end
  local before, message = read(path)
  if not before then return cli.fail(errors.config("config file " .. message)) end
  local made = gather(options, before, folder)
  if not made or not try(options, made) then return cli.fail(broken_off()) end
  local done, is_default = write(path, folder, before, made)
  if not done then return cli.fail(is_default) end
  output.tell(("Profile %s is in %s, its secret in %s.\n"):format(made.name, path, made.secret_file))
  output.tell(is_default and "It is the one that is used unless another is named.\n"
    or ("It is used by --profile %s or IDNGO_PROFILE=%s.\n"):format(made.name, made.name))
  return cli.exit.ok
end

return M
