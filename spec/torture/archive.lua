-- idngo.zip and idngo.archive under failing allocations.

local torture = torture -- luacheck: globals torture
local archive = require("idngo.archive")
local archives = require("archives")
local files = require("files")
local json = require("idngo.json")
local zips = require("idngo.zip")

local function parts(folder)
  return {
    applicant = json.decode(archives.fixture("applicant")),
    documents = {
      { folder = "back", idDoc = { idDocType = "ID_CARD", country = "KAZ" }, file = folder .. "/back.png" },
      { folder = "front", idDoc = json.decode(archives.fixture("applicantIdDoc")), file = folder .. "/front.jpg" },
    },
    to = folder .. "/built.zip",
  }
end

local function open()
  local folder = torture.folder()
  files.write(folder .. "/back.png", archives.PNG)
  files.write(folder .. "/front.jpg", archives.JPEG)
  local context = { folder = folder, parts = parts(folder) }
  assert(archive.build(context.parts))
  return context
end

local function close(context) os.execute("rm -rf " .. context.folder) end

local clean = { "[Mm]alloc failure", "not enough memory", "Memory allocation failure", "Read error", "Zip archive inconsistent" }

return {
  {
    name = "zip: open, list, read, measure",
    setup = open,
    run = function(context)
      local zip <close>, why = zips.open({ path = context.parts.to }, 100)
      if not zip then return nil, why end
      local entries, problem = zip:entries()
      if not entries then return nil, problem end
      local found, good = zip:findings()
      local bytes = {}
      for i in ipairs(entries) do
        local size, wrong = zip:measure(i, 100000)
        if not size then return nil, wrong end
        local read, failed = zip:read(i, 100000)
        if not read then return nil, failed end
        bytes[entries[i].name] = read
      end
      return good and #found == 0 and bytes
    end,
    right = function(bytes) return bytes["back/back.png"] == archives.PNG or bytes[next(bytes)] ~= nil end,
    check = function() collectgarbage() end,
    close = close,
    clean = clean,
    slack = { blocks = 40 }, -- libzip's, see torture.c
  },
  {
    name = "zip: one archive, read again",
    setup = function()
      local context = open()
      context.bytes = files.read(context.parts.to)
      return context
    end,
    run = function(context)
      if not context.zip then
        local zip, why = zips.open({ bytes = context.bytes }, 100)
        if not zip then return nil, why end
        context.zip = zip
      end
      return context.zip:read(1, 100000)
    end,
    right = function(bytes) return bytes:find("externalUserId", 1, true) ~= nil end,
    close = function(context)
      context.zip:close()
      close(context)
    end,
    clean = clean,
    slack = { blocks = 40 },
  },
  {
    name = "archive: check",
    setup = open,
    run = function(context) return archive.check(context.parts.to) end,
    right = function(found) return #found == 0 end,
    check = function() collectgarbage() end,
    close = close,
    clean = clean,
    slack = { blocks = 40 },
  },
  {
    name = "archive: build",
    setup = open,
    before = function(context) os.remove(context.parts.to) end,
    run = function(context) return archive.build(context.parts) end,
    right = function(built, context) return built.size == #files.read(context.parts.to) end,
    check = function(context, result)
      collectgarbage()
      local there = io.open(context.parts.to)
      if there then there:close() end
      -- what is thrown after the file was given its name is the caller's result, not the file's
      if result and not there then error("there is no file") end
      local list <close> = assert(io.popen("ls -A " .. context.folder .. " | wc -l"))
      if list:read("n") ~= 2 + (there and 1 or 0) then error("something is left behind") end
    end,
    close = close,
    clean = clean,
  },
}
