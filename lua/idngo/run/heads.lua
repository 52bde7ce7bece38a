-- Heads: the last record of every run, kept outside its folder. A folder that was put back from a copy was true once, and its
-- log is whole; that it is not what it was is known here alone.
--
-- They are in $IDNGO_STATE_DIR, else $XDG_STATE_HOME/idngo, else ~/.local/state/idngo: a file for every run, to which a line
-- is added with every commit that tells of something. A process that goes on with a run alone writes it anew, whole or not at
-- all. So a file that does not end in such lines is damaged: where the run was nobody knows, and a person has to say that it
-- goes on.

local address = require("idngo.run.address")
local core = require("idngo.core")
local errors = require("idngo.error")
local journal = require("idngo.journal")
local shell_word = require("idngo.shell_word")
local text_file = require("idngo.text")
local write_file = require("idngo.write_file")

local M = {}

---@class idngo.run.Heads
---@field file userdata
local Heads = {}
Heads.__index = Heads

--- The folder of what is kept about runs on this machine, whether or not it is there; and those above it that it is made in.
---@param inside string
---@return string?
---@return idngo.Error|string[]
function M.path(inside)
  local base, above = os.getenv("IDNGO_STATE_DIR"), {}
  if not base or base == "" then
    local state = os.getenv("XDG_STATE_HOME")
    local home = os.getenv("HOME")
    if not state or state == "" then
      if not home then
        return nil, errors.config("no place for what is kept about runs: HOME is not set", "set IDNGO_STATE_DIR")
      end
      above = { home .. "/.local", home .. "/.local/state" }
      state = home .. "/.local/state"
    end
    base = state .. "/idngo"
  end
  above[#above + 1] = base
  return base .. "/" .. inside, above
end

--- The same, made if need be.
---@param inside string
---@return string?
---@return idngo.Error?
function M.folder(inside)
  local path, above = M.path(inside)
  if not path then return nil, above end
  above[#above + 1] = path
  for i, each in ipairs(above) do
    local ok, message = core.folder(each)
    if not ok and i > #above - 2 then -- those above are not ours to judge
      return nil, errors.new { kind = "io", outcome = "not_sent", message = "no place for what is kept about runs: " .. message,
        hint = "IDNGO_STATE_DIR names a folder of yours" }
    end
  end
  return path
end

local function line_of(head) return ("%d %s\n"):format(head.seq, head.hash) end

-- Of a line: the digits of a number and of a hash, a blank, a line break.
local LONGEST = 16 + 64 + 2

-- Of so many lines at the end the record that came last counts: of processes on this machine that share a run, each adds its line
-- after its commit, and may be late.
local TAIL = 64

--- Whether a text is what a power cut may leave of a line.
local function is_torn(text) return #text < LONGEST and (text:find("^%d*$") or text:find("^%d+ %x*$")) end

--- The last record that a file tells of: seq, hash; nil when there is no file, false and why where it cannot be read, and then
--- whether that is because it is damaged.
---@return integer|false|nil seq
---@return string? hash
---@return boolean? is_damaged
---@return boolean? is_cut whether a part of a line is at its end
local function last(path)
  local file, message = text_file.open_if_there(path)
  if not file then return file, message end
  local from = math.max(0, file:seek("end") - TAIL * LONGEST)
  file:seek("set", from)
  local text = "\n" .. (file:read("*a") or "")
  file:close()
  if from > 0 then text = text:match("\n.-(\n.*)$") or "" end -- from a whole line on
  local number, hash, rest = text:match("^.*\n(%d+) (%x+)\n([^\n]*)$")
  if not (number and #number <= 16 and #hash == 64 and is_torn(rest)) then
    return false, path .. " is damaged: it tells no more which record the run was at", true
  end
  local seq = tonumber(number)
  for earlier, other in text:gmatch("\n(%d+) (%x+)%f[\n]") do
    if #earlier <= 16 and #other == 64 and tonumber(earlier) > seq then seq, hash = tonumber(earlier), other end
  end
  return seq, hash, nil, rest ~= ""
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
---@param accept fun(seq: integer?, hash: string?)? a person said to go on, though the run is behind, or that is not known; writes
---  that down
---@return boolean? ok
---@return idngo.Error? kind `run` when the run is behind
function M.open(store, dir, accept)
  local folder, err = M.folder("heads")
  if not folder then return nil, err end
  local path = folder .. "/" .. store.run_id
  if core.is_regular(path) == false then return nil, behind(path .. " is no regular file", dir) end
  local seq, hash, is_damaged, is_cut = last(path)
  if is_damaged and not accept then return nil, behind(hash, dir) end
  if seq == false and not is_damaged then
    return nil, errors.new { kind = "io", outcome = "not_sent", message = "the run's head: " .. hash, hint = "let it be read" }
  end
  if is_damaged then seq, hash = nil, nil end
  local row = seq and store:row("audit_record", seq)
  local differs = is_damaged or seq and (not row or row.hash ~= hash)
  if differs and not accept then
    return nil, behind(("the run is at record %d (%s), but was at record %d (%s)"):format(store.head.seq,
      store.head.hash:sub(1, 16), seq, hash:sub(1, 16)), dir)
  end
  if differs then accept(seq, hash) end
  local file, message = true, nil
  if not store.joins or is_cut then file, message = write_file(path, line_of(store.head)) end -- no other process has it open
  if file then file, message = journal.log(path) end
  if not file then return nil, errors.new { kind = "io", outcome = "not_sent", message = message, hint = "repair the disk" } end
  store.heads = setmetatable({ file = file }, Heads)
  if store.joins then store.heads:keep(store.head) end
  return true
end

--- Whether a run was worked on here, so that this machine's key has signed its log. Throws where that cannot be known.
---@param run any its id, as somebody says
---@return boolean
function M.is_known(run)
  local folder = type(run) == "string" and run:find("^%x+$") and M.path("heads")
  if not folder then return false end
  local there, message = core.is_regular(("%s/%s"):format(folder, run))
  if message then
    error(errors.new { kind = "io", outcome = "not_sent", message = "the run's head: " .. message, hint = "let it be read" }, 0)
  end
  return there ~= nil
end

local function must(ok, message)
  if ok then return end
  error(errors.new { kind = "io", outcome = "not_sent", message = "the run's head: " .. message, hint = "repair the disk" }, 0)
end

--- Keeps the last record.
function Heads:keep(head) must(self.file:append(line_of(head))) end

--- Makes sure that what is kept survives a power cut.
function Heads:sync() must(self.file:sync()) end

function Heads:close() self.file:close() end

return M
