-- The peers of the benchmark: that each does its jobs right, and that what is told of them is what is measured. How
-- fast they are is no test.

local build = os.getenv("IDNGO_BUILD") or "build"

local function capture(command)
  local pipe = io.popen(command .. " 2>&1")
  local text = pipe:read("a")
  return text, pipe:close()
end

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

--- What a shell command prints under the server of the measurements.
local function under_server(command)
  return capture(("%s/bench/server sh -c %s"):format(build, quoted(command)))
end

describe("the server of the measurements", function()
  setup(function() assert(capture("bash bench/compile.sh " .. build)) end)

  --- The status of the answer to one call with these headers.
  local function status(headers)
    return (under_server(([[
      sign() { printf %%s "$1$2$3" | openssl dgst -sha256 -hmac "$4" -r | cut -d' ' -f1; }
      target='/resources/checks/latest?type=TIN&applicantId=a' now=$(date +%%s)
      curl -s -o /dev/null -w '%%{http_code}' %s "$IDNGO_BASE_URL$target"]]):format(headers)))
  end

  it("answers a call that is signed", function()
    assert.equal("200", status [[-H 'x-app-token: sbx:a' -H "x-app-access-ts: $now" \
      -H "x-app-access-sig: $(sign $now GET "$target" bench-secret)"]])
  end)

  it("refuses a call that another key signed", function()
    assert.equal("401", status [[-H 'X-App-Token: sbx:a' -H "X-App-Access-Ts: $now" \
      -H "X-App-Access-Sig: $(sign $now GET "$target" another)"]])
  end)

  it("refuses a call that was signed for something else", function()
    assert.equal("401", status [[-H 'X-App-Token: sbx:a' -H "X-App-Access-Ts: $now" \
      -H "X-App-Access-Sig: $(sign $now GET "$target&more=1" bench-secret)"]])
  end)

  it("refuses a call that was signed two minutes ago", function()
    assert.equal("401", status [[-H 'X-App-Token: sbx:a' -H "X-App-Access-Ts: $((now - 120))" \
      -H "X-App-Access-Sig: $(sign $((now - 120)) GET "$target" bench-secret)"]])
  end)

  it("refuses a call that is not signed", function()
    assert.equal("401", status "-H 'X-App-Token: sbx:a'")
  end)
end)

describe("the peers of the benchmark", function()
  local contenders = require("bench.contenders")

  setup(function() assert(capture("bash bench/compile.sh " .. build)) end)

  --- What a contender that did its job right leads to in the script below.
  local function right(job)
    if job.name ~= "signing" then return "right\n" end
    local _, secret, ts, method, target, body = table.unpack(job.words)
    return (capture(("printf %%s %s | openssl dgst -sha256 -hmac %s -r | cut -d' ' -f1"):format(
      quoted(ts .. method .. target .. body), secret)))
  end

  local shown = "grep -q cpu=.*wall=.*peak= && echo right"
  local show = {
    signing = "grep -o 'signature=.*' | cut -d= -f2",
    download = shown:gsub("echo", [[test "$(sha256sum <"$saved")" = "$IDNGO_FILE_SHA256  -" && echo]]),
  }

  for _, peer in ipairs(contenders.peers) do
    if os.execute(peer.version .. " >/dev/null 2>&1") then
      it(peer.name .. " does its jobs right #slow", function()
        local expected, script = {}, {}
        for _, job in ipairs(contenders.jobs) do
          for _, contender in ipairs(job) do
            if contender.name == peer.name then
              expected[#expected + 1] = job.name .. ": " .. right(job)
              script[#script + 1] = ("saved=%s; echo '%s: '$(%s 0 %d | %s)\n"):format(
                quoted(job.saves or ""), job.name, contender.command, math.min(job.count, 70), show[job.name] or shown)
            end
          end
        end
        script[#script + 1] = [[rm -f "$saved"]]
        assert.equal(table.concat(expected), (under_server(table.concat(script))))
      end)
    end
  end

  it("are the rows of the table of docs/performance.md, and their jobs its columns", function()
    local file = assert(io.open("docs/performance.md"))
    local heads, names = {}, {}
    local section = file:read("a"):match("\n## Peers\n(.-)\n## ")
    file:close()
    local head, rows = section:match("\n(| |[^\n]+)\n|%-%-%-[^\n]+\n(.-\n)\n")
    for title in head:sub(4):gmatch("%s*(.-)%s*|") do heads[#heads + 1] = title end
    for name in rows:gmatch("| (.-) |[^\n]*\n") do names[#names + 1] = name end
    for i, job in ipairs(contenders.jobs) do assert.equal(job.title, heads[i]) end
    for i, peer in ipairs(contenders.peers) do assert.equal(peer.name, names[i]) end
    assert.equal(#contenders.jobs, #heads)
    assert.equal(#contenders.peers, #names)
  end)
end)
