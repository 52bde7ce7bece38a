-- Heads: the last record of every run, kept outside its folder. A folder that was put back from a copy was true once, and its
-- log is whole; that it is not what it was is known here alone.
--
-- They are in $IDNGO_STATE_DIR, else $XDG_STATE_HOME/idngo, else ~/.local/state/idngo: a file for every run, to which a line
-- is added with every commit that tells of something.

local address = require("idngo.run.address")
local core = require("idngo.core")
local errors = require("idngo.error")
local journal = require("idngo.journal")
local shell_word = require("idngo.shell_word")
local text_file = require("idngo.text")

local M = {}

---@class idngo.run.Heads
---@field file userdata
local Heads = {}
Heads.__index = Heads

--- The folder of what is kept about runs on this machine, made if need be.
---@param inside string
---@return string?
---@return idngo.Error?
function M.folder(inside)
  local base, made = os.getenv("IDNGO_STATE_DIR"), {}
  if not base or base == "" then
    local state = os.getenv("XDG_STATE_HOME")
    local home = os.getenv("HOME")
    if not state or state == "" then
      if not home then
        return nil, errors.config("no place for what is kept about runs: HOME is not set", "set IDNGO_STATE_DIR")
      end
      made = { home .. "/.local", home .. "/.local/state" }
      state = home .. "/.local/state"
    end
    base = state .. "/idngo"
  end
  for _, path in ipairs(made) do core.folder(path) end
  local path = base .. "/" .. inside
  for _, each in ipairs { base, path } do
    local ok, message = core.folder(each)
    if not ok then
      return nil, errors.new { kind = "io", outcome = "not_sent", message = "no place for what is kept about runs: " .. message,
        hint = "IDNGO_STATE_DIR names a folder of yours" }
    end
  end
  return path
end

--- The last whole line of a file: seq, hash; nil when there is none, false and why where it cannot be read.
local function last(path)
  local file, message = text_file.open_if_there(path)
  if not file then return file, message end
  local size = file:seek("end")
  file:seek("set", math.max(0, size - 200))
  local seq, hash
  for number, digits in (file:read("*a") or ""):gmatch("(%d+) (%x+)\n") do
    if #digits == 64 then seq, hash = tonumber(number), digits end
  end
  file:close()
  return seq, hash
end

local function behind(message, dir)
  if address.is(dir) then
    return errors.new { kind = "run", outcome = "not_sent", message = message,
      hint = ("the server went back to an earlier moment. idngo settle %s --went-back goes on, and leaves to you what may have "
        .. "been sent"):format(shell_word(dir)) }
  end
  return errors.new { kind = "run", outcome = "not_sent", message = message,
    hint = ("was the folder put back from a copy? What was sent since then, it does not know. idngo settle %s --went-back goes "
      .. "on, and leaves to you what may have been sent"):format(shell_word(dir)) }
end

--- Opens the head of a run that is about to go on; compares it with the run's own.
---@param store idngo.run.Store
---@param dir string
---@param accept fun(seq: integer, hash: string)? a person said to go on, though the run is behind; writes that down
---@return boolean? ok
---@return idngo.Error? kind `run` when the run is behind
function M.open(store, dir, accept)
  local folder, err = M.folder("heads")
  if not folder then return nil, err end
  local path = folder .. "/" .. store.run_id
  if core.is_regular(path) == false then return nil, behind(path .. " is no regular file", dir) end
  local seq, hash = last(path)
  if seq == false then
    return nil, errors.new { kind = "io", outcome = "not_sent", message = "the run's head: " .. hash, hint = "let it be read" }
  end
  local row = seq and store:row("audit_record", seq)
  local differs = seq and (not row or row.hash ~= hash)
  if differs and not accept then
    return nil, behind(("the run is at record %d (%s), but was at record %d (%s)"):format(store.head.seq,
      store.head.hash:sub(1, 16), seq, hash:sub(1, 16)), dir)
  end
  if differs then accept(seq, hash) end
  local file, message = journal.log(path)
  local ok = file
  if file and (differs or not seq) then ok, message = file:truncate(0) end
  if not ok then return nil, errors.new { kind = "io", outcome = "not_sent", message = message, hint = "repair the disk" } end
  store.heads = setmetatable({ file = file }, Heads)
  if seq ~= store.head.seq or differs then store.heads:keep(store.head) end
  return true
end

local function must(ok, message)
  if ok then return end
  error(errors.new { kind = "io", outcome = "not_sent", message = "the run's head: " .. message, hint = "repair the disk" }, 0)
end

--- Keeps the last record.
function Heads:keep(head) must(self.file:append(("%d %s\n"):format(head.seq, head.hash))) end

--- Makes sure that what is kept survives a power cut.
function Heads:sync() must(self.file:sync()) end

function Heads:close() self.file:close() end

return M
