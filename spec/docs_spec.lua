-- The documents: what is generated is up to date, and every snippet runs.

local sandbox = require("idngo.sandbox")

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("a")
  file:close()
  return text
end

local function capture(command)
  local pipe = io.popen(command)
  local text = pipe:read("a")
  return text, pipe:close()
end

local function markdown_files()
  local files = {}
  for path in capture("ls README.md docs/*.md"):gmatch("%S+") do files[#files + 1] = path end
  return files
end

--- The code blocks of a document: language, text, and the marker in the comment above, if any.
local function blocks(text)
  local found = {}
  for before, language, code in text:gmatch("([^\n]*)\n```(%w*)\n(.-)\n```") do
    found[#found + 1] = { language = language, code = code, marker = before:match("^<!%-%- run: (%w+) %-%->$") }
  end
  return found
end

-- Blocks that show something and run nothing.
local shown = { console = true, text = true }

describe("snippets", function()
  local server, folder
  setup(function()
    server = assert(sandbox.background { report_seconds = 0 })
    folder = os.tmpname()
    os.remove(folder)
    os.execute("mkdir " .. folder)
  end)
  teardown(function()
    server:close()
    os.execute("rm -r " .. folder)
  end)

  local count = 0
  for _, path in ipairs(markdown_files()) do
    for i, block in ipairs(blocks(read(path))) do
      if not shown[block.language] then
        count = count + 1
        it(("%s, block %d (%s) runs"):format(path, i, block.language), function()
          assert.equal("sandbox", block.marker, "every snippet says how it is run")
          local script = folder .. "/snippet"
          local file = io.open(script, "w")
          file:write(block.language == "sh" and "set -e\n" or "", block.code, "\n")
          file:close()
          local settings = "IDNGO_CONFIG= IDNGO_APP_TOKEN=sbx:demo IDNGO_SECRET_KEY=demo-secret IDNGO_BASE_URL=" .. server.url
          local runner = block.language == "lua" and "lua5.4" or "PATH=\"$OLDPWD/bin:$PATH\" bash"
          local output, ok = capture(("cd %s && %s %s snippet 2>&1"):format(folder, settings, runner))
          assert.is_true(ok, output)
          assert.is_true(#output > 0, "a snippet shows something")
        end)
      end
    end
  end

  it("are found", function() assert.is_true(count >= 3) end)
end)
