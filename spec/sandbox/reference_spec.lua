-- luacheck: std lua54+busted
--- The reference's own calls get the reference's own replies.
local cjson = require("cjson")
local endpoints = require("idngo.endpoints")
local operation = require("idngo.operation")
local support = require("sandbox.support")

local CHECKS = "/resources/checks/latest?type="

describe("the reference's example", function()
  local process
  setup(function() process = support.run("report_seconds=0") end)
  teardown(function() process:stop() end)

  -- but for the id of the presence reply, which in the reference is not the one asked for, and has letters that no id has
  for _, endpoint in ipairs(endpoints.rows()) do
    local description = endpoints.description(endpoint.name)
    if description.try and not description.file and not description.body then
      it(endpoint.name .. " comes word for word", function()
        local o, values = operation.of(endpoint.name), {}
        for i, value in ipairs(description.try) do
          if i <= o.positional then values[i] = value end
          for name, option in pairs(i > o.positional and value or {}) do values[o.options[name]] = option end
        end
        local reply = support.call(process, endpoint.method, o.target("", table.unpack(values, 1, #o.params)))
        assert.equal(200, reply.status)
        assert.equal("application/json", reply.headers["content-type"])
        assert.equal(endpoints.example(endpoint.name), reply.body)
      end)
    end
  end

  it("update_info: the example body gives the example reply", function()
    local reply = support.call(process, "PATCH", "/resources/applicants/5b76df770a975a1404cbcb60/info", {
      body = support.fixture("update_info.request"),
      headers = { ["Content-Type"] = "application/json" },
    })
    assert.same(cjson.decode(support.fixture("update_info")), reply.json)
  end)

  it("the report and the video are there under the example's ids", function()
    local report = support.call(process, "GET",
      "/resources/applicants/60f6f9ab7bbfc20001eca91d/summary/report?report=applicantReport&lang=en")
    assert.equal("application/pdf", report.headers["content-type"])
    local video = support.call(process, "GET", "/resources/applicants/5b76df770a975a1404cbcb60/info/facemap/video"
      .. "?checkId=800c2988-15ab-4b26-a633-9fef4b16d7b6")
    assert.equal("video/mp4", video.headers["content-type"])
  end)

  it("presence knows the way back", function()
    local target = "/resources/applicants/63e096c51b6b400000000000/presence/"
    assert.is_false(support.call(process, "PATCH", target .. "activated").json.deleted)
    assert.is_true(support.call(process, "PATCH", target .. "deactivated").json.deleted)
  end)

  it("calls without an example answer sensibly for these applicants too", function()
    for _, id in ipairs({
      "5eea3f5204f940217bcbc03d", "60b8ce73460647000145384e", "60f6f9ab7bbfc20001eca91d",
      "5b76df770a975a1404cbcb60", "63e096c51b6b400000000000",
    }) do
      for _, type in ipairs({ "SIMILAR_SEARCH", "TIN", "FACE_LIVELINESS" }) do
        assert.equal(1, #support.call(process, "GET", CHECKS .. type .. "&applicantId=" .. id).json.checks)
      end
      assert.equal(id, support.call(process, "GET", "/resources/applicantTimeline/" .. id).json.applicantId)
      local similar = support.call(process, "GET", "/resources/applicants/" .. id .. "/similar/byText").json
      assert.equal(similar.totalCnt, #similar.similarApplicants)
      local mail = support.call(process, "POST", "/resources/applicants/" .. id .. "/verificationStatusEmail")
      assert.equal(200, mail.status)
    end
  end)
end)
