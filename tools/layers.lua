-- The layers of lua/: which room each file is in, and which rooms it may need. `./dev lint` checks every require against them,
-- and docs/design.md shows the drawing that is made from them.
--
-- A require points down, or stays in its room: not up, and not to another room of its layer. No files need each other in a
-- circle, not even where one of them waits with its require. Where a name comes from a table, each string that is the name of a
-- module counts.

local strings_of = require("tools.strings")

local M = {}

--- From the top. A room holds files and folders of lua/idngo, and what it is for.
---@type {layer: string, [integer]: {name: string, holds: string, about: string}}[]
M.LAYERS = {
  { layer = "people", { name = "cli", holds = "cli/", about = "the command" } },
  { layer = "library", { name = "idngo", holds = "init types", about = 'what require "idngo" gives' } },
  { layer = "watches", { name = "watch", holds = "watch/", about = "decisions as events arrive" } },
  {
    layer = "work",
    { name = "policy", holds = "policy/", about = "policies" },
    { name = "import", holds = "import/", about = "imports" },
    { name = "webhook", holds = "webhook/", about = "events of the service" },
    { name = "gateway", holds = "gateway/", about = "verdicts that nginx lets in by" },
    { name = "sandbox", holds = "sandbox/", about = "the service, simulated" },
    { name = "probe", holds = "probe/", about = "the service, compared with the descriptions" },
  },
  { layer = "durable work", { name = "run", holds = "run/", about = "journal, steps, workers, audit log, reports" } },
  {
    layer = "calls",
    { name = "client", holds = "client/ transport/", about = "request, signature, response, outcome, retry" },
  },
  { layer = "limits", { name = "limits", holds = "limits/", about = "slots: in a file, or in Redis for machines" } },
  { layer = "descriptions", { name = "api", holds = "api/ drift endpoints operation schema", about = "one for each endpoint" } },
  { layer = "archives", { name = "archive", holds = "archive/", about = "archives of applicants, built and checked" } },
  {
    layer = "ground",
    {
      name = "runtime", about = "time, tasks, streams: blocking, scheduler, nginx",
      holds = "runtime/ transport/ngx_advice transport/ngx_calls transport/ngx_dial "
        .. "transport/ngx_proxy transport/ngx_socket transport/ngx_tasks",
    },
    { name = "table", holds = "table/", about = "tables that people write" },
  },
  {
    layer = "plain values",
    {
      name = "values", about = "JSON, text, days, files",
      holds = "compat dates error json options prometheus shell_word sorted suggest text version write_file",
    },
  },
}

--- What is no file of lua/ and not for every room: {module = "rooms, or files of theirs"}.
M.FOREIGN = {
  ["idngo.curl"] = "runtime transport/curl cli/checks",
  ["idngo.jail_host"] = "policy",
  ["idngo.journal"] = "run watch",
  ["idngo.postgres"] = "run",
  ["idngo.sandbox_host"] = "sandbox webhook/server watch/listen",
  ["idngo.zip"] = "archive import sandbox",
  argparse = "cli",
  cjson = "json cli/checks",
  ffi = "runtime", -- LuaJIT's
  ["ngx.semaphore"] = "runtime limits/redis",
  ["ngx.ssl"] = "runtime",
}
M.EVERYWHERE = { ["idngo.core"] = true }

--- Headers by which C touches the system, and those of sys/: csrc/protocol is given bytes and moments instead.
M.SYSTEM = { "dirent.h", "fcntl.h", "poll.h", "pthread.h", "pwd.h", "sched.h", "signal.h", "spawn.h", "stdatomic.h", "time.h",
  "unistd.h" }
--- What may include one nevertheless: {["file header"] = why}.
M.PURE_ENOUGH = { ["sign.c sys/mman.h"] = "keeps what can sign in a page that no core dump holds" }

--- The module that a file of lua/ is.
local function module_of(path) return (path:gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")) end

--- Reads a tree.
---@param files table<string, string> texts by their paths below lua/
---@return table<string, {path: string, needs: string[]}> by module
function M.read(files)
  local modules = {}
  for path in pairs(files) do modules[module_of(path)] = { path = path, needs = {} } end
  for path, text in pairs(files) do
    local seen, name = { [module_of(path)] = true }, module_of(path)
    local strings, by_name = strings_of(text)
    for _, string in ipairs(strings) do
      local needed = string[1]
      local counts = string.required and not needed:find("%.$") or by_name and modules[needed]
      if counts and not seen[needed] then
        seen[needed] = true
        table.insert(modules[name].needs, needed)
      end
    end
    table.sort(modules[name].needs)
  end
  return modules
end

--- Each module's room, or nil; what rooms hold that is not there.
local function rooms_of(modules)
  local rooms, holds, used = {}, {}, {}
  for height, layer in ipairs(M.LAYERS) do
    for _, room in ipairs(layer) do
      for held in room.holds:gmatch("%S+") do
        holds[held] = { name = room.name, layer = layer.layer, height = height }
        used[held] = false
      end
    end
  end
  for name, module in pairs(modules) do
    local path = module.path:gsub("^idngo/", ""):gsub("%.lua$", "")
    local held = holds[path] and path or path:match("^[^/]*/")
    rooms[name] = held and holds[held]
    if rooms[name] then used[held] = true end
  end
  return rooms, used
end

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

local function says(found, text, ...) found[#found + 1] = text:format(...) end

local function check_foreign(found, path, room, needed)
  local short = path:gsub("^idngo/", ""):gsub("%.lua$", "")
  for place in (M.FOREIGN[needed] or ""):gmatch("%S+") do
    if place == room.name or place == short then return end
  end
  if M.FOREIGN[needed] then
    says(found, "lua/%s needs %s, which is for %s: it is in the wrong room, or asks what another room should say", path, needed,
      M.FOREIGN[needed])
  else
    says(found, "lua/%s needs %s, which is neither a file of lua/ nor named in FOREIGN of tools/layers.lua", path, needed)
  end
end

local function check_arrow(found, path, needed_path, from, to)
  if to.height < from.height then
    says(found, "lua/%s (%s, in %s) needs lua/%s (%s, in %s): an arrow that points up", path, from.name, from.layer,
      needed_path, to.name, to.layer)
  elseif to.height == from.height and to.name ~= from.name then
    says(found, "lua/%s (%s) needs lua/%s (%s): rooms of one layer know nothing of each other", path, from.name, needed_path,
      to.name)
  end
end

--- Every circle once, from the file whose name comes first.
local function check_circles(found, modules)
  local state, way = {}, {}
  local function visit(name)
    state[name] = "open"
    way[#way + 1] = name
    for _, needed in ipairs(modules[name].needs) do
      if state[needed] == "open" then
        local circle = {}
        for i = #way, 1, -1 do
          table.insert(circle, 1, "lua/" .. modules[way[i]].path)
          if way[i] == needed then break end
        end
        says(found, "these need each other in a circle: %s, and that %s", table.concat(circle, " needs "), circle[1])
      elseif modules[needed] and not state[needed] then
        visit(needed)
      end
    end
    way[#way] = nil
    state[name] = "done"
  end
  for _, name in ipairs(sorted_keys(modules)) do
    if not state[name] then visit(name) end
  end
end

--- What is wrong with a tree, a sentence each.
---@param modules table of M.read
---@return string[]
function M.check(modules)
  local found = {}
  local rooms, used = rooms_of(modules)
  for _, held in ipairs(sorted_keys(used)) do
    if not used[held] then says(found, "tools/layers.lua names lua/idngo/%s, which is not there", held) end
  end
  for _, name in ipairs(sorted_keys(modules)) do
    local module, room = modules[name], rooms[name]
    if not room then
      says(found, "lua/%s is in no room: put it into a folder of one, or name it in tools/layers.lua", module.path)
    else
      for _, needed in ipairs(module.needs) do
        if not modules[needed] then
          if not M.EVERYWHERE[needed] then check_foreign(found, module.path, room, needed) end
        elseif rooms[needed] then
          check_arrow(found, module.path, modules[needed].path, room, rooms[needed])
        end
      end
    end
  end
  check_circles(found, modules)
  return found
end

--- The rooms by layer, and what each needs: text for people.
---@param modules table of M.read
---@return string
function M.drawing(modules)
  local rooms, needs = rooms_of(modules), {}
  for name, module in pairs(modules) do
    local room = rooms[name]
    if room then
      needs[room.name] = needs[room.name] or {}
      for _, needed in ipairs(module.needs) do
        local other = rooms[needed]
        if other and other.name ~= room.name then needs[room.name][other.name] = true end
      end
    end
  end
  local lines, order = {}, {}
  for _, layer in ipairs(M.LAYERS) do
    for _, room in ipairs(layer) do order[#order + 1] = room.name end
  end
  for _, layer in ipairs(M.LAYERS) do
    for i, room in ipairs(layer) do
      local needed = {}
      for _, other in ipairs(order) do
        if needs[room.name] and needs[room.name][other] then needed[#needed + 1] = other end
      end
      lines[#lines + 1] = ("%-15s%-10s%s"):format(i == 1 and layer.layer or "", room.name, room.about)
      if needed[1] then lines[#lines + 1] = ("%-25s-> %s"):format("", table.concat(needed, " ")) end
    end
  end
  lines[#lines + 1] = ("%-15s%-10s%s"):format("C", "core", "for all of them")
  return table.concat(lines, "\n") .. "\n"
end

--- What is wrong with a file of csrc/protocol, a sentence each.
---@param name string
---@param text string
---@return string[]
function M.check_pure(name, text)
  local found = {}
  local function no(header)
    says(found, "csrc/protocol/%s includes %s: what touches the system is in csrc/system", name, header)
  end
  for header in text:gmatch('#%s*include%s*"([^"]+)"') do
    if header:find("/", 1, true) and header ~= "core/lua_core.h" then no(header) end
  end
  for header in text:gmatch("#%s*include%s*<([^>]+)>") do
    local is_pure = not header:find("^sys/") or header == "sys/types.h"
    for _, other in ipairs(M.SYSTEM) do is_pure = is_pure and header ~= other end
    if not is_pure and not M.PURE_ENOUGH[name .. " " .. header] then no(header) end
  end
  return found
end

--- The files of a folder, as M.read takes them.
---@param root string the folder that holds `idngo`
---@return table<string, string>
function M.files(root)
  local files = {}
  local pipe = assert(io.popen(("cd '%s' && find . -name '*.lua'"):format(root)))
  for path in pipe:lines() do
    if not path:find("/api/examples/", 1, true) then -- texts that the service answers
      local file = assert(io.open(root .. "/" .. path))
      files[path:sub(3)] = file:read("a")
      file:close()
    end
  end
  pipe:close()
  return files
end

--- Draws the tree of the folder, and says what is wrong with it.
---@param root string
---@return boolean whether all is well
function M.lint(root)
  local modules = M.read(M.files(root))
  io.write(M.drawing(modules))
  local found = M.check(modules)
  local pipe = assert(io.popen("ls csrc/protocol"))
  for name in pipe:lines() do
    local file = assert(io.open("csrc/protocol/" .. name))
    for _, sentence in ipairs(M.check_pure(name, file:read("a"))) do found[#found + 1] = sentence end
    file:close()
  end
  pipe:close()
  for _, sentence in ipairs(found) do print(sentence) end
  return #found == 0
end

return M
