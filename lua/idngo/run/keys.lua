-- Keys: who signs the log of a run, and whose approvals count.
--
-- One key serves both unless it is told otherwise: then a user who can run can also approve. Which approvers count is
-- read from the settings (approvers, approver_key_file) of the user who goes on with a run, never from the run.

local audit = require("idngo.run.audit")
local config = require("idngo.client.config")
local core = require("idngo.core")
local errors = require("idngo.error")
local text_file = require("idngo.text")
local write_file = require("idngo.write_file")

local M = {}

local HINT = "IDNGO_AUDIT_KEY_FILE names the file of the audit key"

--- A file beside the config file's usual place, and the folders in which that is.
local function usual(name)
  local home = os.getenv("XDG_CONFIG_HOME")
  if not home or home == "" then home = os.getenv("HOME") and os.getenv("HOME") .. "/.config" end
  if not home then return nil end
  return ("%s/idngo/%s"):format(home, name), { home, home .. "/idngo" }
end

--- Where the key is: $IDNGO_AUDIT_KEY_FILE, else audit.key beside the config file's usual place.
local function key_path()
  local path = os.getenv("IDNGO_AUDIT_KEY_FILE")
  if path and path ~= "" then return path end
  return usual("audit.key")
end

--- The 64 hex digits that a key of idngo 0.1 is.
local function old_key(text) return text:match("^(" .. ("%x"):rep(64) .. ")%s*$") end

local function private_key(path, text)
  local old = old_key(text)
  local key, message = core.private_key(old and core.sha256("idngo ed25519\n" .. old) or text)
  if key then return key end
  return nil, errors.config(("%s %s, nor 64 hex digits"):format(path, message), HINT)
end

--- Makes a private key, and writes it to a file that is not there yet.
---@return userdata? key
---@return string? message
local function make_key(path, folders)
  local seed = audit.random(32)
  if not seed then return nil, "there are no random bytes" end
  for _, folder in ipairs(folders or {}) do core.folder(folder) end
  local key = assert(core.private_key(seed))
  local written, message = write_file(path, key:private_pem(), true)
  return written and key, message
end

--- The error of a log that another key signed than the one it is to be read by: most often that of another machine or user; but
--- nobody can tell from here that it is not a log that somebody made.
---@param store idngo.run.Store
---@param message string
---@return idngo.Error
function M.other(store, message)
  local err = store:damaged("audit", 1, message)
  err.hint = "have IDNGO_AUDIT_KEY_FILE name the key that the run was begun with: all who work on it need that one; if it is "
    .. "named already, somebody wrote another log: take the run from a copy, or begin anew"
  return err
end

--- The key that logs are signed with. A key of idngo 0.1, which was 64 hex digits, goes on as the seed of one.
---@param create boolean make one when there is none
---@return userdata? key
---@return idngo.Error?
function M.own(create)
  local path, folders = key_path()
  if not path then return nil, errors.config("no place for the audit key: HOME is not set", HINT) end
  local text = text_file.read_if_there(path)
  if create and text == nil then
    local key, message = make_key(path, folders)
    if key then return key end
    text = text_file.read_if_there(path) -- another process has made it meanwhile
    if not text then return nil, errors.config("the audit key cannot be written: " .. message, HINT) end
  end
  if text then return private_key(path, text) end
  return nil, errors.config(("the audit key %s cannot be read"):format(path), HINT)
end

--- The key with which idngo 0.1 signed logs; the same key checks them.
---@param path string? instead of the usual place
---@return string? 64 hex digits
---@return idngo.Error?
function M.hmac(path)
  path = path or key_path()
  local text = path and text_file.read(path)
  local key = text and old_key(text)
  if key then return key end
  return nil, errors.config(("%s holds no key of idngo 0.1, which is 64 hex digits"):format(path or "the audit key"), HINT)
end

--- The public keys in a text of PEM, by their ids; and their owners' names: each key's is the last line above it that is no key,
--- so that several keys of one owner stand below one name.
---@param path string
---@param setting string? that names the file
---@return table<string, userdata>?
---@return idngo.Error|table<string, string>
function M.public(path, setting)
  local function refuse(message, hint)
    return nil, errors.config(setting and ("%s: %s"):format(setting, message) or message, hint or setting and
      "the setting names a file; idngo config shows where it is set")
  end
  local text, message = text_file.read(path)
  if not text then return refuse(("the public keys cannot be read: %s"):format(tostring(message))) end
  local public_keys, names, after, name = {}, {}, 1, nil
  for from, block, behind in text:gmatch("()(%-%-%-%-%-BEGIN [^-]+%-%-%-%-%-.-%-%-%-%-%-END [^-]+%-%-%-%-%-\n?)()") do
    local key
    key, message = core.public_key(block)
    if not key then return refuse(("%s: a key in it %s"):format(path, message)) end
    public_keys[key:id()] = key
    local above = text:sub(after, from - 1):match("([^\n]*%S)%s*$")
    name = above and above:match("^[%s#]*(.-)%s*$") or name
    names[key:id()], after = name, behind
  end
  if not next(public_keys) then return refuse(path .. " holds no public key in PEM", "idngo audit key prints one") end
  return public_keys, names
end

--- Whose approvals count, and their names: the keys in the file that the setting `approvers` names, else the audit key.
---@param where {config_file: string?, profile: string?}? where to look for the setting, unless in the usual place
---@return table<string, userdata>?
---@return idngo.Error|table<string, string>
function M.approvers(where)
  local path, err = config.of_runs("approvers", where)
  if err then return nil, err end
  if path then return M.public(path, "approvers") end
  local key
  key, err = M.own(false)
  if not key then return nil, err end
  return { [key:id()] = key }, {}
end

--- Makes a key to approve with. A file that is there is left alone, whoever made it and whenever.
---@param path string? approver.key beside the config file's usual place
---@return userdata? key
---@return string|idngo.Error path
function M.make_approver(path)
  local folders
  if not path then path, folders = usual("approver.key") end
  if not path then return nil, errors.config("there is no place for the key: HOME is not set", "name a file by --key") end
  local key, message = make_key(path, folders)
  if key then return key, path end
  return nil, errors.new { kind = "io", outcome = "not_sent", message = ("the key cannot be made: %s; a key is never replaced")
    :format(message), hint = "name another file by --key" }
end

--- The key that a person signs with here: what setting approver_key_file names, else the audit key.
---@return userdata? key
---@return idngo.Error?
---@return string? path of the setting
local function own_of(where, create)
  local path, err = config.of_runs("approver_key_file", where)
  if err then return nil, err end
  if not path then return M.own(create or false) end
  local text, message = text_file.read(path)
  if not text then
    return nil, errors.config("approver_key_file: the approver's key cannot be read: " .. tostring(message),
      "the setting names a file; idngo config shows where it is set")
  end
  local key
  key, err = private_key(path, text)
  return key, err, path
end

--- Who proposes something here: the id of the key that a person approves with, though it may be no approver's, else of the audit
--- key; and whether whoever that is counts among those who approve it.
---@param where {config_file: string?, profile: string?}?
---@return {proposer: string, not_the_proposer: boolean?}?
---@return idngo.Error?
function M.proposer(where)
  local apart, err = config.of_runs("not_the_proposer", where)
  local key
  if not err then key, err = own_of(where, true) end
  if not key then return nil, err end
  return { proposer = key:id(), not_the_proposer = apart or nil }
end

--- The public key that the log of a run names as its signer's, and whether it is the audit key of this machine: of any other it
--- is not known here whose it is.
---@param store idngo.run.Store
---@return userdata? key
---@return boolean|idngo.Error is_own
function M.signer(store)
  local row = store:row("audit_record", 1)
  local begun = row and store:decode(row.record, "audit", 1)
  local id = type(begun) == "table" and begun.key
  local own, err = M.own(false)
  if own and own:id() == id then return own, true end
  local key = type(id) == "string" and core.public_key(id)
  if key and key:id() == id then return key, false end
  return nil, err or store:damaged("audit", 1, "names no key")
end

--- The key that a person approves and settles with here: the one that the setting approver_key_file names, else the audit
--- key. It must be an approver's.
---@param where {config_file: string?, profile: string?}?
---@param elsewhere boolean? what it signs is for another machine, which knows its approvers: where none are set here, that is
---  left to it
---@return userdata? key
---@return idngo.Error?
function M.approver(where, elsewhere)
  local key, err, path = own_of(where)
  local approvers
  if key and elsewhere then
    local set
    set, err = config.of_runs("approvers", where)
    if not set then return not err and key or nil, err end
  end
  if key then approvers, err = M.approvers(where) end
  if not approvers then return nil, err end
  if approvers[key:id()] then return key end
  return nil, errors.new { kind = "approval", outcome = "not_sent",
    message = ("%s is no approver's"):format(path and "the key " .. path or "the audit key"),
    hint = "approve with a key whose public one is in the file that the setting approvers names: approver_key_file is the key "
      .. "(idngo config shows both)" }
end

return M
