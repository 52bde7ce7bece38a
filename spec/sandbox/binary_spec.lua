-- luacheck: std lua54+busted
--- PDF and MP4 as other programs see them.
local support = require("sandbox.support")

describe("the sandbox's files", function()
  local process
  setup(function() process = support.run("limits=false,report_seconds=0") end)
  teardown(function() process:stop() end)

  local function report(id, query)
    return support.call(process, "GET", "/resources/applicants/" .. id .. "/summary/report" .. query)
  end

  for type, kind in pairs({ applicantReport = "individual", companyReport = "company" }) do
    it(type .. " is a PDF without errors that names applicant and report", function()
      local id = support.pick(process, "type=" .. kind)
      local reply = report(id, "?report=" .. type .. "&lang=kk")
      assert.equal(200, reply.status)
      assert.equal("application/pdf", reply.headers["content-type"])
      local path = support.write_file(reply.body)
      assert.matches("No syntax or stream encoding errors", support.output_of("qpdf --check " .. path .. " 2>&1"))
      local text = support.output_of("pdftotext -layout " .. path .. " - 2>&1")
      os.remove(path)
      assert.matches("applicantId: " .. id, text, 1, true)
      assert.matches("report: " .. type, text, 1, true)
      assert.matches("lang: kk", text, 1, true)
    end)
  end

  it("a hostile name does not break the PDF", function()
    for _, name in ipairs({ "quotes", "rtl", "control", "script", "long", "astral" }) do
      local reply = report(support.pick(process, "type=individual&name=" .. name), "")
      local path = support.write_file(reply.body)
      assert.matches("No syntax or stream encoding errors", support.output_of("qpdf --check " .. path .. " 2>&1"))
      os.remove(path)
    end
  end)

  local function video(situation, check)
    local id = support.pick(process, situation)
    local checks = support.call(process, "GET", "/resources/checks/latest?type=FACE_LIVELINESS&applicantId=" .. id)
    check = check or checks.json.checks[1].id
    return support.call(process, "GET", "/resources/applicants/" .. id .. "/info/facemap/video?checkId=" .. check)
  end

  it("the video is an MP4 with more than one frame", function()
    local reply = video("liveness=GREEN&frames=many")
    assert.equal(200, reply.status)
    assert.equal("video/mp4", reply.headers["content-type"])
    local path = support.write_file(reply.body)
    local facts = support.output_of("ffprobe -v error -count_frames -show_entries"
      .. " stream=codec_type,nb_read_frames:format=format_name -of default=nw=1 " .. path .. " 2>&1")
    os.remove(path)
    assert.equal("codec_type=video\nnb_read_frames=24\nformat_name=mov,mp4,m4a,3gp,3g2,mj2\n", facts)
  end)

  it("there is no video of one frame: 400", function()
    local reply = video("liveness=GREEN&frames=one")
    assert.equal(400, reply.status)
    assert.matches("one frame or fewer", reply.json.description)
  end)

  it("there is no video of another check, nor without one: 404", function()
    assert.equal(404, video("liveness=GREEN&frames=many", "800c2988-15ab-4b26-a633-9fef4b16d7b6").status)
    assert.equal(404, video("liveness=none", "800c2988-15ab-4b26-a633-9fef4b16d7b6").status)
  end)
end)
