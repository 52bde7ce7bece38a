-- idngo import check|pack|run: archives of applicants, checked, made and sent.

local archive = require("idngo.archive")
local cli = require("idngo.cli")
local core = require("idngo.core")
local findings = require("idngo.archive.findings")
local import_run = require("idngo.cli.import_run")
local output = require("idngo.cli.output")
local print_ = require("idngo.cli.print")

local M = {}

function M.define(parser, usage_error)
  parser:command_target("import_command")
  parser:require_command(true)
  local check = parser:command("check", "Check archives before they are sent; nothing is extracted.")
  check.error = usage_error
  check:argument("FILE.zip", "Archives."):args("+"):argname("FILE.zip"):target("files")
  check:flag("--refuse-litter", "Take what macOS leaves in archives for an error.")
  check:flag("--strict", "Take every warning for an error.")
  check:flag("--json", "Print one line of JSON per archive.")
  local pack = parser:command("pack", "Make archives, from folders laid out like them or from a table of people.")
  pack.error = usage_error
  pack:argument("FOLDER", "Folders with applicant.json and the folders of documents."):args("*"):argname("FOLDER")
    :target("folders")
  pack:option("--people", "Table of people, as CSV."):argname("FILE.csv")
  pack:option("--mapping", "Which column goes into which field."):argname("FILE")
  pack:option("--documents", "Folder of images and videos that the mapping file names."):argname("DIR")
  pack:option("--to", "Folder for the archives, made when it is not there; beside each FOLDER unless given."):argname("DIR")
  pack:option("--unused", "File for the names of documents that nobody took."):argname("FILE")
  pack:flag("--strict", "Take every warning for an error.")
  pack:flag("--all", "Name every row that has a problem, where many have the same.")
  pack:flag("--json", "Print one line of JSON per archive.")
  local draft = parser:command("draft", "Write a mapping for a table of people, to be read and completed; sends nothing.")
  draft.error = usage_error
  draft:argument("TABLE", "Table of people, as CSV."):argname("TABLE"):target("table")
  draft:option("--documents", "Folder of images and videos."):argname("DIR")
  draft:option("--to", "New file for the mapping; standard output unless given."):argname("MAPPING")
  draft:option("--values", "Print the words of one column instead."):argname("COLUMN")
  local run = parser:command("run", "Import applicants; goes on where an earlier run with the same folder ended.")
  run.error = usage_error
  import_run.define(run)
  M.usage_error = {
    pack = function(message) usage_error(pack, message) end,
    run = function(message) usage_error(run, message) end,
  }
end

--- A table of people comes with what it needs.
local function check_people(options, command, needed)
  for _, name in ipairs(needed) do
    if options.people and not options[name] then M.usage_error[command](("--people needs --%s"):format(name)) end
  end
end

local colours = { error = "fail", warning = "warn" }

--- Shows what was found in one archive; `made` is what there is to say of one that was made.
local function show(options, path, found, made)
  local ok = not findings.refuse(found)
  if options.json then
    local row = { file = path, ok = ok, findings = found }
    for name, value in pairs(made or {}) do row[name] = value end
    print_.json(row)
    return ok
  end
  local state = not ok and "fail" or found[1] and "warn" or "ok"
  output.write(print_.paint(state, ("%-4s"):format(state)), "  ", print_.plain(path), "\n")
  for _, finding in ipairs(found) do
    output.write("      ", print_.paint(colours[finding.severity], finding.severity), "  ",
      print_.plain(findings.line(finding)), "\n")
  end
  return ok
end

local function check(options)
  local code = cli.exit.ok
  for _, path in ipairs(options.files) do
    local found, err = archive.check(path, { litter = options.refuse_litter and "refuse" or nil, strict = options.strict })
    if not found then
      code = math.max(code, cli.fail(err))
    elseif not show(options, path, found) then
      code = math.max(code, cli.exit.input)
    end
  end
  return code
end

--- Makes one archive and shows it; its exit code. Of a row of a table, `line` is its line, and what was found in it is added
--- to `grouped`, if that is there.
local function pack_one(options, source, to, shown, line, grouped)
  local built, err = archive.pack(source, to, { strict = options.strict })
  if not built and not err.findings then return cli.fail(err) end
  local found = built and built.findings or err.findings
  if not grouped then
    show(options, built and built.path or shown, found, { size = built and built.size, sha256 = built and built.sha256,
      line = line })
  else
    for _, finding in ipairs(found) do grouped:add(findings.line(finding), line, finding.severity) end
    if built then
      local state = found[1] and "warn" or "ok"
      output.write(print_.paint(state, ("%-4s"):format(state)), "  ", print_.plain(built.path), "\n")
    end
  end
  return built and cli.exit.ok or cli.exit.input
end

--- Shows what was found in the rows of a table.
local function show_grouped(options, grouped)
  local head
  for group in grouped:each() do
    local state = colours[group.severity]
    local where = group.place and ("%s line %d"):format(options.people, group.place)
      or ("%s: %d rows"):format(options.people, group.rows)
    if where ~= head or not group.place then
      output.write(print_.paint(state, ("%-4s"):format(state)), "  ", print_.plain(where), "\n")
    end
    head = where
    output.write("      ", print_.paint(state, group.severity), "  ", print_.plain(group.text), "\n")
  end
end

local function counted(count, word) return ("%d %s%s"):format(count, word, count == 1 and "" or "s") end

--- The counts over all people of a table, as a sentence.
local function total(ok, refused, unwritten, counts)
  local words = { ("%d ok"):format(ok) }
  if refused > 0 then words[2] = ("%d refused (%s)"):format(refused, counted(counts.error or 0, "problem")) end
  if unwritten > 0 then words[#words + 1] = ("%d in order, but not written"):format(unwritten) end
  if counts.warning then words[#words + 1] = counted(counts.warning, "warning") end
  return ("%d people: %s"):format(ok + refused + unwritten, table.concat(words, ", "))
end

--- Makes the folder that archives go to; the exit code where it cannot be made.
local function make_folder(path)
  -- of what is there already, whoever made it says who may read it
  if not path or core.is_regular(path) ~= nil then return nil end
  local ok, message = core.folder(path)
  if ok then return nil end
  output.tell("idngo: ", message, "\n")
  return cli.exit.io
end

--- Where the archive of a folder goes: beside it, or into --to, under the folder's own name, which `.` and the like do not tell.
local function archive_path(options, folder)
  local name = folder:match("[^/]*$")
  if name == "" or name:find("^%.%.?$") then
    local whole, message = core.absolute(folder)
    if not whole then return nil, message end
    folder, name = whole, whole:match("[^/]+$")
    if not name then return nil, whole .. ": has no name that an archive could have" end
  end
  return (options.to and options.to .. "/" .. name or folder) .. ".zip"
end

--- Packs each folder. No two may be made into one archive: it would be the last one's alone.
local function pack_folders(options)
  local paths, made_of = {}, {}
  for i, folder in ipairs(options.folders) do
    folder = folder:gsub("(.)/+$", "%1")
    options.folders[i] = folder
    local path, message = archive_path(options, folder)
    if not path then
      output.tell("idngo: ", message, "\n")
      return cli.exit.input
    elseif made_of[path] then
      output.tell(("idngo: %s would be the archive of %s and of %s; pack them into different folders, by --to\n"):format(path,
        made_of[path], folder))
      return cli.exit.input
    end
    paths[i], made_of[path] = path, folder
  end
  local code = make_folder(options.to)
  if code then return code end
  code = cli.exit.ok
  for i, folder in ipairs(options.folders) do code = math.max(code, pack_one(options, folder, paths[i], folder)) end
  return code
end

local function pack_people(options)
  local next_person, err, notes = archive.people { people = options.people, mapping = options.mapping,
    documents = options.documents, strict = options.strict }
  if not next_person then return cli.fail(err) end
  local code, ok, refused, unwritten = make_folder(options.to) or cli.exit.ok, 0, 0, 0
  if code ~= cli.exit.ok then return code end
  local grouped = not options.json and require("idngo.cli.grouped").new(options.all) or nil
  for person in next_person do
    local to = ("%s/%s.zip"):format(options.to, person.name or "unnamed")
    local came = pack_one(options, person, to, ("%s line %d"):format(options.people, person.line), person.line, grouped)
    if came == cli.exit.ok then
      ok = ok + 1
    elseif came == cli.exit.input then
      refused = refused + 1
    else
      unwritten = unwritten + 1
    end
    code = math.max(code, came)
  end
  if grouped then
    show_grouped(options, grouped)
    output.tell(("%s: %s\n"):format(options.people, total(ok, refused, unwritten, grouped.counts)))
  end
  local list, unused = notes()
  for _, note in ipairs(list) do output.tell(("%s: %s\n"):format(options.people, print_.plain(note))) end
  if options.unused then return math.max(code, import_run.write_unused(options.unused, unused)) end
  return code
end

local function pack(options)
  if options.people then
    check_people(options, "pack", { "mapping", "documents", "to" })
    if #options.folders > 0 then M.usage_error.pack("FOLDER and --people exclude each other") end
  elseif #options.folders == 0 then
    M.usage_error.pack("a FOLDER, or --people, is required")
  end
  if options.people then return pack_people(options) end
  return pack_folders(options)
end

local function run(options)
  if not options.run then M.usage_error.run("--run RUN is required") end
  check_people(options, "run", { "mapping", "documents" })
  return import_run.run(options)
end

--- Writes a mapping that a person reads: 1 while something must be chosen.
local function draft(options)
  local made, message
  local drafts = require("idngo.archive.draft")
  if options.values then
    made, message = drafts.values(options.table, options.values)
    for _, word in ipairs(made or {}) do output.write(print_.plain(word), "\n") end
  else
    made, message = drafts.draft(options.table, { documents = options.documents })
  end
  if not made then
    output.tell("idngo: ", message, "\n")
    return cli.exit.input
  end
  if options.values then return cli.exit.ok end
  for _, line in ipairs(made.seen) do output.tell(("%s: %s\n"):format(options.table, print_.plain(line))) end
  if not options.to then
    output.write(made.text)
  else
    if core.is_regular(options.to) ~= nil then -- whatever is there, also what may not be read
      output.tell(("idngo: %s is there already; name a new file\n"):format(options.to))
      return cli.exit.input
    end
    local written
    written, message = require("idngo.write_file")(options.to, made.text)
    if not written then
      output.tell(("idngo: %s: %s\n"):format(options.to, message))
      return cli.exit.io
    end
  end
  return made.open > 0 and cli.exit.failed or cli.exit.ok
end

local commands = { check = check, draft = draft, pack = pack, run = run }

function M.run(options)
  return commands[options.import_command](options)
end

return M
