-- Signatures of others: short programs that sign with the standard library of their language, and make the calls of the vendor's
-- public examples: somebody is created, a document added, the steps read, a token made. The sandbox has to let them in.
--
-- A program reads lines, METHOD TARGET CONTENT-TYPE BODY-FILE with tabs between, sends each, and prints "STATUS BODY".

local files = require("files")
local json = require("idngo.json")
local sandbox = require("idngo.sandbox")
local shell = require("shell")

local LANGUAGES = {
  { "Python", "python3", "python3 %s/sign.py" }, { "JavaScript", "node", "node %s/sign.mjs" },
  { "PHP", "php", "php -d display_errors=stderr %s/sign.php" }, { "Ruby", "ruby", "ruby %s/sign.rb" },
  { "Go", "go", "GOCACHE=%s/go-cache GO111MODULE=off go run %s/sign.go" }, { "Java", "javac", "java %s/Sign.java" },
}

describe("signing:", function()
  local server, place
  setup(function() server, place = assert(sandbox.background { limits = false }), files.folder() end)
  teardown(function()
    server:close()
    os.execute("rm -rf " .. place)
  end)

  for _, language in ipairs(LANGUAGES) do
    local name, program, command = table.unpack(language)
    it("the sandbox lets in what " .. name .. " signs", function()
      if shell("command -v %s || true", program) == "" then
        pending(program .. " is not installed")
        return
      end
      command = command:gsub("%%s/go%-cache", place .. "/go-cache"):gsub("%%s", "spec/interop/signing")
      local count = 0
      --- Sends requests in one run of the program; statuses and decoded bodies.
      local function send(...)
        local lines, told = {}, {}
        for i, request in ipairs { ... } do
          count = count + 1
          local path = files.write(("%s/%s-%d"):format(place, program, count), request[4] or "")
          lines[i] = table.concat({ request[1], request[2], request[3] or "", path }, "\t")
        end
        local input = files.write(place .. "/" .. program .. "-input", table.concat(lines, "\n") .. "\n")
        for line in shell("IDNGO_BASE_URL=%s %s <%s", server.url, command, input):gmatch("[^\n]+") do
          local status, body = line:match("^(%d+) (.*)$")
          told[#told + 1] = { tonumber(status), assert(json.decode(body), line) }
        end
        assert.equal(select("#", ...), #told)
        return table.unpack(told)
      end

      local user, JSON = "signed-by-" .. program, "application/json"
      local made = send({ "POST", "/resources/applicants?levelName=basic-kyc-level", JSON,
        json.encode { externalUserId = user, fixedInfo = { firstName = "Әсел" } } })
      assert.equal(201, made[1])
      local id = made[2].id
      local document = table.concat({ "--edge", 'Content-Disposition: form-data; name="metadata"', "",
        '{"idDocType":"PASSPORT","country":"GBR"}', "--edge",
        'Content-Disposition: form-data; name="content"; filename="a.png"', "Content-Type: image/png", "",
        "\137PNG\r\n\26\n\0\255 " .. program, "--edge--", "" }, "\r\n")
      local added, steps, found, token, none = send(
        { "POST", "/resources/applicants/" .. id .. "/info/idDoc", "multipart/form-data; boundary=edge", document },
        { "GET", "/resources/applicants/" .. id .. "/requiredIdDocsStatus" },
        { "GET", "/resources/applicants/-;externalUserId=" .. user:gsub("-", "%%2D") .. "/one" },
        { "POST", "/resources/accessTokens/sdk", JSON, json.encode { userId = user, levelName = "basic-kyc-level" } },
        { "DELETE", "/resources/applicants/" .. id .. "/tags", JSON, '["never there"]' })
      assert.same({ 200, 200, 200, 200, 200 }, { added[1], steps[1], found[1], token[1], none[1] })
      assert.same({ "GBR", "PASSPORT" }, { added[2].country, steps[2].IDENTITY.idDocType })
      assert.same({ id, user }, { found[2].id, token[2].userId })
    end)
  end
end)
