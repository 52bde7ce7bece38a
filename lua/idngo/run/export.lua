-- The log of a run as a file, for those who check it without its journal: every line as the journal holds it. The file is
-- written whole or not at all, and takes no other file's place, unless that is a beginning of it: an earlier export of the run.

local audit = require("idngo.run.audit")
local core = require("idngo.core")
local errors = require("idngo.error")
local write_file = require("idngo.write_file")

local function refusal(message, hint)
  return errors.new { kind = "run", outcome = "not_sent", message = message, hint = hint }
end

local function disk(path, message)
  return errors.new { kind = "io", outcome = "not_sent", message = ("%s: %s"):format(path, message), hint = "name another file" }
end

--- Compares a file with a log, line by line: `take(line)`, and nil behind the last; throws where it is no beginning of it. Nil
--- where there is no file; what is no regular file, nor a link to one, is written through.
local function comparison(path)
  local there, message = core.is_regular(path)
  if there == false then there, message = core.is_regular(core.absolute(path) or path) end
  if message then error(disk(path, message), 0) end
  if not there then return nil end
  local file
  file, message = io.open(path, "rb")
  if not file then error(disk(path, message), 0) end
  return function(line)
    local bytes = file:read(line and #line or 1)
    if not line then file:close() end
    if not bytes or bytes == line then return end
    if not line then
      error(refusal(path .. " is a longer log than the run's, which has lost its end since",
        "keep that file: it tells what the run does not know any more; name another one"), 0)
    end
    if #bytes < #line and line:sub(1, #bytes) == bytes then return end -- its last line, torn
    error(refusal(path .. " is there already, and is no beginning of this log", "name another file"), 0)
  end
end

--- Reads the log to its end: what there is to tell of it.
---@return {records: integer, run: string, head: string, files: integer}
local function look(store, compare)
  local chain, files, previous = audit.chain(), {}, nil
  for row in store:each("audit_records") do
    local text = tostring(row.record)
    local message, record = chain:take(row.hash, text, row.signature)
    if message then error(store:damaged("audit", row.seq, message), 0) end
    if record.file and record.sha256 then files[record.file] = true end
    if compare then compare(audit.line(row.hash, text, row.signature)) end
    previous = row
  end
  if compare then compare(nil) end
  if not previous or not previous.signature then
    error(store:damaged("audit", chain.seq, "is the last record, and not signed"), 0)
  end
  local count = 0
  for _ in pairs(files) do count = count + 1 end
  return { records = chain.seq, run = chain.run, head = chain.hash, files = count }
end

--- Writes the log of a run.
---@param store idngo.run.Store a snapshot
---@param to string|fun(text: string) a file, or what takes it piece by piece
---@return {records: integer, run: string, head: string, files: integer}? exported files: how many the run saved
---@return idngo.Error?
return function(store, to)
  local path = type(to) == "string" and to or nil
  local ok, found = pcall(function()
    local told = look(store, path and comparison(path))
    local function produce(write)
      for line in audit.lines(store) do write(line) end
    end
    if not path then
      produce(to)
      return told
    end
    local written, message = write_file(path, produce)
    if not written then error(disk(path, message), 0) end
    return told
  end)
  if ok then return found end
  if not errors.is(found) then error(found, 0) end
  return nil, found
end
