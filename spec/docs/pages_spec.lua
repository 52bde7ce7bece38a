-- The documents: every code block is run or checked, every link leads somewhere, and every public function is described.
--
-- The comment above a block says how it is run; the blocks of one document share a folder, in their order:
--
--   <!-- run: sandbox -->   lua, sh: ends well and prints something. console: the commands behind `$ ` print the lines
--                           below them, in which … stands for anything. Settings are those of a sandbox.
--   <!-- run: demo -->      console: as above, on a terminal; `./dev demo` is run as what it becomes when all is built
--   <!-- run: recording --> console: on a terminal; all that a command prints is compared, line by line: a line of … alone stands
--                           for lines that are left out, … in a line for anything, and what varies is masked first by the
--                           document's masks.sed, where it has one
--   <!-- run: nginx -->     nginx: a real nginx runs with it inside its http block until the document's next one
--   <!-- run: config -->    ini: a config file that `idngo config` takes
--   <!-- file: NAME -->     any: is written to the folder under that name; a later block uses it
--   <!-- part: NAME -->     any: a spec of the document's own runs it
--
-- Without a comment: json must be JSON. text shows: right below a block that was run what that prints, with … for anything,
-- as the last lines of console do; elsewhere nothing runs, but a line that starts with `idngo ` must name a command of ours
-- and its options. Nothing else may stand in a block. 127.0.0.1:8080, :8088 and :8443 become free ports, /var/lib/idngo
-- and /etc/idngo folders of the document.

local commands = require("generate.commands")
local core = require("idngo.core")
local files = require("files")
local idngo = require("idngo")
local json = require("idngo.json")
local nginx = require("nginx")
local sandbox = require("idngo.sandbox")
local shell = require("shell")

local read, write = files.read, files.write

local function capture(command)
  local pipe = io.popen(command)
  local text = pipe:read("a")
  return text, pipe:close()
end

local function markdown_files()
  local paths = {}
  for path in capture("ls README.md docs/*.md docs/*/*.md"):gmatch("%S+") do paths[#paths + 1] = path end
  return paths
end

--- The code blocks of a document: language, text, and what the comment above says, if there is one.
local function blocks(text)
  local found, ended = {}, 1
  text = "\n" .. text .. "\n"
  for from, before, language, code, to in text:gmatch("()([^\n]*)\n```(%w*)\n(.-)\n```()") do
    local kind, value = before:match("^<!%-%- (%w+): (%S+) %-%->$")
    found[#found + 1] = { language = language, code = code, kind = kind, marker = value,
      follows = text:sub(ended, from + #before):find("^%s*$") and found[#found] }
    ended = to
  end
  return found
end

-- Running blocks: each runner gets the document's place {folder, settings, ports, …} and the block.

local run = {}

--- Runs a file of the folder with the sandbox's settings.
local function execute(place, runner, command)
  return capture(("cd %s && %s PATH=\"%s/bin:$PATH\" %s %s 2>&1"):format(place.folder, place.settings, nginx.root, runner,
    command))
end

function run.lua(place, block)
  write(place.folder .. "/snippet", block.code .. "\n")
  local output, ok = execute(place, "", "lua5.4 snippet")
  block.output = output
  assert.is_true(ok, output)
  assert.is_true(#output > 0, "a snippet shows something")
end

function run.sh(place, block)
  write(place.folder .. "/snippet", "set -e\n" .. block.code .. "\n")
  local output, ok = execute(place, "", "bash snippet")
  block.output = output
  assert.is_true(ok, output)
  assert.is_true(#output > 0, "a snippet shows something")
end

local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
  return lines
end

--- The commands of a console block, each with the lines it shows.
local function dialogue(text)
  local steps = {}
  for line in (text .. "\n"):gmatch("(.-)\n") do
    local command = line:match("^%$ (.*)$")
    if command then steps[#steps + 1] = { command = command, lines = {} }
    elseif steps[1] then table.insert(steps[#steps].lines, line) end
  end
  return steps
end

--- Whether `output` has each of these lines. Their order is not looked at: standard error comes unbuffered.
local function assert_shows(output, lines)
  for _, line in ipairs(lines) do
    local pattern = "\n" .. line:gsub("%p", "%%%0"):gsub("…", "[^\n]*") .. "%s*\n"
    assert.truthy(line == "" or ("\n" .. output:gsub("\r", "") .. "\n"):find(pattern),
      ("shown in the document, not by the program:\n%s\nit prints\n%s"):format(line, output))
  end
end

function run.console(place, block)
  local steps = dialogue(block.code)
  assert.truthy(steps[1], "a console block has a command behind $")
  for _, step in ipairs(steps) do
    write(place.folder .. "/snippet", step.command .. "\n")
    assert_shows(execute(place, "", "bash snippet"), step.lines)
  end
end

--- What stays on a terminal of what was written to it: without colours, and what was written over.
local function stays(output)
  return (output:gsub("\27%[[%d;]*m", ""):gsub("\r+\n", "\n"):gsub("[^\n]*\r\27%[K", ""))
end

--- What `./dev demo` shows at its end, when all is built.
local function demo()
  local output = stays(capture("script -qec 'env COLUMNS=200 lua5.4 bin/idngo demo' /dev/null 2>&1"))
  return (output:gsub(nginx.root:gsub("%p", "%%%0") .. "/", ""))
end

function run.demo(_, block)
  local step = dialogue(block.code)[1]
  assert.equal("./dev demo", step.command)
  assert_shows(demo(), step.lines)
end

--- The output must be these lines and no others.
local function assert_is(output, lines)
  local at, skips, said = 1, false, lines_of((output:gsub("\n$", "")))
  if output == "" then said = {} end
  local function fits(line) return said[at] and said[at]:find("^" .. line:gsub("%p", "%%%0"):gsub("…", ".*") .. "$") end
  for _, line in ipairs(lines) do
    if line == "…" then
      skips = true
    else
      while skips and said[at] and not fits(line) do at = at + 1 end
      assert.truthy(fits(line), ("recorded:\n%s\nprinted:\n%s\nof\n%s"):format(line, tostring(said[at]), output))
      at, skips = at + 1, false
    end
  end
  assert.is_true(skips or at > #said, ("printed, and not recorded:\n%s\nof\n%s"):format(tostring(said[at]), output))
end

function run.recording(place, block)
  local steps = dialogue(block.code)
  assert.truthy(steps[1], "a recording has a command behind $")
  local is_demo = steps[1].command == "./dev demo" -- it shows commands of its own
  if is_demo then steps = { { command = steps[1].command, lines = lines_of(block.code:match("\n(.*)")) } } end
  for _, step in ipairs(steps) do
    write(place.folder .. "/snippet", step.command .. "\n")
    local output = is_demo and demo() or stays(execute(place, "COLUMNS=200", "script -qec 'bash snippet' /dev/null"))
    if place.masks then
      local masked, ok = capture(("sed -Ef %s %s"):format(place.masks, write(place.folder .. "/output", output)))
      assert.is_true(ok, "the script of the masks")
      output = masked
    end
    assert_is(output, step.lines)
  end
end

function run.nginx(place, block)
  if place.nginx then place.nginx:stop() end
  local port = place.ports["127.0.0.1:8088"]:match("%d+$")
  place.nginx = nginx.start {
    http = block.code, env = "env IDNGO_CONFIG= " .. place.settings,
    main = "env IDNGO_BASE_URL; env IDNGO_APP_TOKEN; env IDNGO_SECRET_KEY; env IDNGO_LIMITS_DIR;",
  }
  assert.equal("", place.nginx:complaints())
  nginx.wait_for(function() return os.execute(("curl -s -o /dev/null http://127.0.0.1:%s/"):format(port)) end)
end

function run.ini(place, block)
  write(place.folder .. "/config", block.code .. "\n")
  local output, ok = execute(place, "IDNGO_CONFIG=config", "idngo config")
  assert.is_true(ok, output)
end

local by_marker = { demo = run.demo, recording = run.recording, nginx = run.nginx, config = run.ini }

-- Blocks that run nothing.

local known_commands = {}
commands.each(commands.tree(), function(command) known_commands[table.concat(command.path, " ")] = command end)

--- Whether the command line `text` names a command and options that exist.
local function check_command_line(text)
  local path = ""
  for word in text:gmatch("%S+") do
    local longer = path == "" and word or path .. " " .. word
    if known_commands[longer] then path = longer end
  end
  assert.is_true(path ~= "", "no command of ours: idngo " .. text)
  local names = {}
  for _, command in ipairs { known_commands[""], known_commands[path] } do
    for _, option in ipairs(command.options) do
      for _, name in ipairs(option.names) do names[name] = true end
    end
  end
  for option in text:gmatch("%f[%S]%-%-[%w-]+") do
    assert.is_true(names[option], ("idngo %s has no %s"):format(path, option))
  end
end

local function check_shown(block)
  if block.language == "json" then
    assert(json.decode(block.code))
  elseif block.language == "text" and block.follows and block.follows.output then
    assert_shows(block.follows.output, lines_of(block.code))
  else
    assert.equal("text", block.language, "every snippet says how it is run")
    for _, line in ipairs(lines_of(block.code)) do
      local text = line:match("^idngo (.*)$")
      if text then check_command_line(text) end
    end
  end
end

describe("snippets:", function()
  local shared -- by the pages of endpoints, each of which calls its own one
  teardown(function()
    if shared then shared:close() end
  end)

  for _, path in ipairs(markdown_files()) do
    local found = blocks(read(path))
    local tags = path:find("endpoints/") and " #slow" or "" -- these are run without the sanitizers only
    for _, block in ipairs(found) do
      if block.marker == "nginx" and tags == "" then tags = " #nginx" end
    end
    describe(path .. tags, function()
      local place, server
      setup(function()
        server = path:find("endpoints/") and shared or assert(sandbox.background { report_seconds = 0 })
        -- any other has one of its own: what a page makes there is no other page's
        if path:find("endpoints/") then shared = server end
        local limits = os.getenv("IDNGO_LIMITS_DIR")
        place = { folder = files.folder(), ports = {} }
        for _, name in ipairs { "var", "etc" } do assert(core.folder(place.folder .. "/" .. name)) end
        -- a name server that does not answer must not hold us up
        place.settings = "RES_OPTIONS='attempts:1 timeout:1' IDNGO_CONFIG= IDNGO_APP_TOKEN=sbx:demo "
          .. "IDNGO_SECRET_KEY=demo-secret IDNGO_BASE_URL=" .. server.url .. (limits and " IDNGO_LIMITS_DIR=" .. limits or "")
        for _, port in ipairs { "8080", "8088", "8443" } do
          place.ports["127.0.0.1:" .. port] = "127.0.0.1:" .. nginx.free_port()
        end
      end)
      teardown(function()
        if server ~= shared then server:close() end
        if place.nginx then place.nginx:stop() end
        local pid = files.read(place.folder .. "/server.pid", ""):match("%d+")
        os.execute(("%s rm -rf %s"):format(pid and "kill " .. pid .. "; " or "", place.folder))
      end)

      for i, block in ipairs(found) do
        local tag = block.code:find("./dev demo", 1, true) and block.language == "console" and " #slow" or ""
        it(("block %d (%s) holds%s"):format(i, block.language, tag), function()
          block.code = block.code:gsub("127%.0%.0%.1:%d+", place.ports):gsub("/var/lib/idngo", place.folder .. "/var")
            :gsub("/etc/idngo", place.folder .. "/etc")
          if block.kind == "file" then
            local file = write(place.folder .. "/" .. block.marker, block.code .. "\n")
            if block.marker == "masks.sed" then place.masks = file end
            local used = false
            local name = block.marker:gsub("%.cases%.lua$", ".lua") -- cases are found by their policy's name
            for later = i + 1, #found do used = used or found[later].code:find(name, 1, true) ~= nil end
            for later = i + 1, #found do used = used or file == place.masks and found[later].marker == "recording" end
            assert.is_true(used, "nothing uses " .. block.marker)
          elseif block.kind == "part" then
            local spec = shell("cat spec/docs/*_spec.lua")
            assert.truthy(spec:find(("part(%q)"):format(block.marker), 1, true), "no spec runs " .. block.marker)
          elseif block.kind == "run" then
            local runner = by_marker[block.marker] or block.marker == "sandbox" and run[block.language]
            assert.truthy(runner, ("nothing runs %s, %s"):format(block.language, block.marker))
            runner(place, block)
          else
            check_shown(block)
          end
        end)
      end
    end)
  end

  it("are found", function() assert.is_true(#blocks(read("README.md")) >= 5) end)
end)

describe("the documents in HTML #slow", function()
  local folder
  setup(function()
    folder = files.folder()
    local output, ok = capture("./dev docs " .. folder .. "/html 2>&1")
    assert.is_true(ok, output)
  end)
  teardown(function() os.execute("rm -rf " .. folder) end)

  it("have a page for every document and endpoint", function()
    for _, path in ipairs(markdown_files()) do
      local name = path:match("^docs/(.*)%.md$")
      if name then assert.truthy(io.open(("%s/html/%s.html"):format(folder, name)), name) end
    end
    for _, endpoint in ipairs(idngo.endpoints) do
      assert.truthy(io.open(("%s/html/endpoints/%s.html"):format(folder, endpoint.name)), endpoint.name)
    end
  end)

  it("load nothing from elsewhere", function()
    local remote = [[(src|href)="(https?:)?//[^"]*\.(js|css|woff2?|png)|@import|url\(.?https?:]]
    assert.equal("", (capture(("grep -rlE --include='*.html' --include='*.css' '%s' %s/html"):format(remote, folder))))
  end)

  it("have no link into a page that leads nowhere", function()
    for path in shell("find %s/html -name '*.html'", folder):gmatch("%S+") do
      local text, here = read(path), path:match("^(.*)/")
      for target in text:gmatch('href="([^"#:]*#[^"]+)"') do
        local page, anchor = target:match("^([^#]*)#(.*)$")
        local other = page == "" and text or read(here .. "/" .. page)
        assert.truthy(other:find('id="' .. anchor .. '"', 1, true) or other:find('name="' .. anchor .. '"', 1, true),
          path .. " links to " .. target)
      end
    end
  end)
end)

describe("README.md", function()
  it("has a first example that minds replies as they come: nulls, no check, several", function()
    local code = assert(read("README.md"):match("```lua\n(.-)\nlocal ok, err")) -- as far as what reads the reply
    for reply, expected in pairs {
      ['{"checks":[{"answer":"RED","similarSearchInfo":null},{"answer":"RED","similarSearchInfo":null}]}'] = "RED\nRED\n",
      ['{"checks":[{"answer":"GREEN"},{"answer":"RED","similarSearchInfo":{"duplicateApplicantHits":[{"applicantId":"b",'
        .. '"matchedFields":null}]}}]}'] = "GREEN\nRED\nsame person as b\t\n",
      ['{"checks":[{"answer":"RED","similarSearchInfo":{"duplicateApplicantHits":null}}]}'] = "RED\n",
      ['{"checks":[]}'] = "", ['{"checks":[{"answer":null}]}'] = "nil\n",
    } do
      local printed = {}
      local given = { client = function()
        return { duplicate_checks = function() return json.decode(reply) end }
      end }
      local env = setmetatable({ require = function() return given end, print = function(...)
        local texts = table.pack(...)
        for i = 1, texts.n do texts[i] = tostring(texts[i]) end
        printed[#printed + 1] = table.concat(texts, "\t") .. "\n"
      end }, { __index = _G })
      assert(load(code, "README.md", "t", env))()
      assert.equal(expected, table.concat(printed))
    end
  end)

  it("and docs/install.md name the version that this is", function()
    for _, path in ipairs { "README.md", "docs/install.md" } do
      local count = 0
      for version in read(path):gmatch("idngo[-_](%d+%.%d+%.%d+)") do
        assert.equal(idngo.version, version, path)
        count = count + 1
      end
      assert.is_true(count > 0, path)
    end
    assert.equal(idngo.version, read("README.md"):match("\nVersion (%d+%.%d+%.%d+),"))
  end)

  it("links to files that exist", function()
    for target in read("README.md"):gmatch("%]%(([^):#]+)%)") do assert.truthy(io.open(target), target) end
  end)
end)

it("README.md and the navigation of the site lead to every page", function()
  local readme, navigation = read("README.md"), read("mkdocs.yml")
  for _, path in ipairs(markdown_files()) do
    local page = path:match("^docs/(.*%.md)$")
    if page then assert.truthy(navigation:find(": " .. page .. "\n", 1, true), page .. " is not in mkdocs.yml") end
    local is_endpoint = page and page:find("/")
    if page and not is_endpoint then assert.truthy(readme:find("(" .. path .. ")", 1, true), path .. " is not in README.md") end
  end
end)

describe("docs/client.md", function()
  local page = read("docs/client.md")

  --- The lines above a function's definition, where its annotations are.
  local function comment_of(fn)
    local info = debug.getinfo(fn, "S")
    local lines, above = {}, {}
    for line in (read(info.source:sub(2)) .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
    for i = info.linedefined - 1, 1, -1 do
      if not lines[i]:find("^%s*%-%-") then break end
      table.insert(above, 1, lines[i])
    end
    return table.concat(above, "\n")
  end

  local function assert_described(name, fn)
    local section = page:match("\n### " .. name:gsub("%p", "%%%0") .. "%f[^%w_]([^\n]*\n.-)\n##") or page:match("\n### "
      .. name:gsub("%p", "%%%0") .. "%f[^%w_]([^\n]*\n.*)$")
    assert.truthy(section, "no section about " .. name)
    if type(fn) ~= "function" or debug.getinfo(fn, "S").what == "C" then return end
    local comment = comment_of(fn)
    assert.is_true(comment:find("%-%-%-") ~= nil, name .. " has no annotation where it is defined")
    for param in comment:gmatch("@param ([%w_]+)") do
      assert.truthy(section:find(param, 1, true), ("the section of %s does not mention %s"):format(name, param))
    end
  end

  --- Public functions of a table that the facade shows, and of the tables in it.
  local function walk(name, value)
    for key, inner in pairs(value) do
      if type(inner) == "function" then assert_described(name .. "." .. key, inner)
      elseif type(inner) == "table" and type(key) == "string" then walk(name .. "." .. key, inner) end
    end
  end

  it("has a section on every public function of the facade, with its parameters", function()
    local facade = {}
    for _, name in ipairs { "archive", "endpoints", "parallel", "run", "spawn", "webhook" } do -- loaded when asked for
      assert.truthy(idngo[name], name)
    end
    for name, value in pairs(idngo) do
      if name ~= "endpoints" and name ~= "webhook" and name ~= "config" then facade[name] = value end
    end
    walk("idngo", facade)
    for _, name in ipairs { "verify", "handler" } do assert_described("idngo.webhook." .. name, idngo.webhook[name]) end
    assert_described("idngo.config.explain", idngo.config.explain)
    for name in pairs(idngo) do assert.truthy(page:find("idngo." .. name, 1, true), name) end
  end)

  it("has a section on every method of a client that is no endpoint; each endpoint has a page", function()
    local is_endpoint = {}
    for _, endpoint in ipairs(idngo.endpoints) do is_endpoint[endpoint.name] = true end
    for name, fn in pairs(require("idngo.client").Client) do
      if is_endpoint[name] then
        assert.truthy(io.open("docs/endpoints/" .. name .. ".md"), name)
      elseif not name:find("^__") then
        assert_described("client:" .. name, fn)
      end
    end
  end)

  it("names every setting and its default", function()
    for _, setting in ipairs(idngo.config.settings) do
      assert.truthy(page:find("| `" .. setting.name .. "` |", 1, true), setting.name)
    end
  end)
end)
