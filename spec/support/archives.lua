-- Import archives for tests, written byte by byte so that they can be wrong in any way.

local files = require("files")

local M = {}

M.JPEG, M.PNG, M.MP4 = "\xff\xd8\xff\xe0 an image", "\x89PNG\r\n\x1a\n an image", "\0\0\0\x18ftypisom a video"

--- A piece of the reference: a reply, which is an endpoint's example, or what is sent.
function M.fixture(name)
  local text = files.read("spec/fixtures/reference/" .. name .. ".json", "")
  return text ~= "" and text or require("idngo.api.examples." .. name)
end

function M.crc32(bytes)
  local crc = 0xffffffff
  for i = 1, #bytes do
    crc = crc ~ bytes:byte(i)
    for _ = 1, 8 do crc = crc >> 1 ~ (crc & 1) * 0xedb88320 end
  end
  return crc ~ 0xffffffff
end

--- Deflated without compressing: blocks of bytes as they are.
function M.deflate(bytes)
  local blocks = {}
  for at = 1, math.max(#bytes, 1), 65535 do
    local block = bytes:sub(at, at + 65534)
    blocks[#blocks + 1] = string.pack("<BI2I2", at + 65535 > #bytes and 1 or 0, #block, ~#block & 0xffff) .. block
  end
  return table.concat(blocks)
end

--- What both headers of an entry have, from the entry and what is to differ in this header.
local function header_of(entry, differ)
  local data = entry.data or entry.bytes
  local header = {
    name = entry.name, flags = entry.flags or 0, method = entry.method or 0, extra = entry.extra or "",
    crc = entry.crc or M.crc32(entry.bytes), size = entry.size or #entry.bytes, compressed = entry.compressed or #data,
  }
  for name, value in pairs(differ or {}) do header[name] = value end
  return header
end

local function common(h)
  return string.pack("<I2I2I2I2I2I4I4I4I2I2", 20, h.flags, h.method, 0, 0x21, h.crc, h.compressed, h.size, #h.name, #h.extra)
end

--- entries: {name, bytes, data = bytes as stored?, before = junk?, descriptor = bytes after the data?,
---   flags?, method?, crc?, size?, compressed?, extra?, attributes?, offset?, comment?, ["local"] =, central = overrides}
--- whole: {prefix, gap (before the directory), junk (before the end record), suffix, count, here, disk, size, offset, comment}
function M.zip(entries, whole)
  whole = whole or {}
  local body, directory, at, base = { whole.prefix or "" }, {}, 0, 0
  if whole.moved then base = #whole.prefix end
  for _, entry in ipairs(entries) do
    local start = at + #(entry.before or "") + base
    local h, c = header_of(entry, entry["local"]), header_of(entry, entry.central)
    local record = (entry.before or "") .. "PK\3\4" .. common(h) .. h.name .. h.extra .. (entry.data or entry.bytes)
      .. (entry.descriptor or "")
    if entry.absent then record = "" end
    body[#body + 1] = record
    at = at + #record
    directory[#directory + 1] = string.pack("<c4I2", "PK\1\2", 3 << 8 | 20) .. common(c)
      .. string.pack("<I2I2I2I4I4", #(entry.comment or ""), 0, 0, entry.attributes or 0x81a4 << 16, entry.offset or start)
      .. c.name .. c.extra .. (entry.comment or "")
  end
  body[#body + 1] = whole.gap or ""
  at = at + base + #(whole.gap or "")
  local central = table.concat(directory)
  local count, comment = whole.count or #entries, whole.comment or ""
  return table.concat(body) .. central .. (whole.junk or "")
    .. string.pack("<c4I2I2I2I2I4I4s2", "PK\5\6", whole.disk or 0, 0, (whole.here or count) & 0xffff, count & 0xffff,
      whole.size or #central, whole.offset or at, comment)
    .. (whole.suffix or "")
end

--- The entries of a good archive: two sides of a document and a selfie. Each can be found by its name, too.
function M.good()
  local doc = M.fixture("applicantIdDoc")
  local entries = {
    { name = "applicant.json", bytes = M.fixture("applicant") },
    { name = "front/applicantIdDoc.json", bytes = doc },
    { name = "front/1.jpeg", bytes = M.JPEG },
    { name = "back/applicantIdDoc.json", bytes = doc },
    { name = "back/2.png", bytes = M.PNG },
    { name = "selfie/applicantIdDoc.json", bytes = '{"idDocType":"SELFIE","country":"GBR","idDocSubType":null}' },
    { name = "selfie/3.mp4", bytes = M.MP4 },
  }
  local by_name = {}
  for _, entry in ipairs(entries) do by_name[entry.name] = entry end
  return entries, by_name
end

--- The mapping of a table with the columns id and name; everybody has the same selfie.
function M.mapping(selfie)
  return ([[
[applicant]
externalUserId = {id}
info.firstName = {name}
info.lastName = {name}
info.country = KAZ
review.createDate = 2022-11-21 08:25:32+0000
review.levelName = basic-kyc-level
review.reviewStatus = completed
review.reviewResult.reviewAnswer = GREEN
[document selfie]
file = %s
idDocType = SELFIE
country = KAZ
]]):format(selfie)
end

return M
