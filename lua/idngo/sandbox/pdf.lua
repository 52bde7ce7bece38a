--- The smallest honest PDF: one page of text lines, with a correct cross-reference table.

--- Text of a PDF string; characters that the standard font lacks become question marks.
local function literal(text)
  return "(" .. text:gsub("[^\32-\126]+", "?"):gsub("[\\()]", "\\%0") .. ")"
end

---@param lines string[] the first is the heading
---@return string bytes
return function(lines)
  local text = { "BT /F1 18 Tf 56 780 Td " .. literal(lines[1]) .. " Tj /F1 11 Tf 0 -34 Td 18 TL" }
  for i = 2, #lines do
    text[#text + 1] = literal(lines[i]) .. " Tj T*"
  end
  text[#text + 1] = "ET"
  local stream = table.concat(text, "\n")
  local objects = {
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
      .. " /Resources << /Font << /F1 5 0 R >> >> >>",
    string.format("<< /Length %d >>\nstream\n%s\nendstream", #stream, stream),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
  }
  local out, at, offsets = { "%PDF-1.4\n%\226\227\207\211\n" }, 15, {}
  for i, object in ipairs(objects) do
    offsets[i] = string.format("%010d 00000 n \n", at)
    out[#out + 1] = string.format("%d 0 obj\n%s\nendobj\n", i, object)
    at = at + #out[#out]
  end
  out[#out + 1] = string.format(
    "xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n",
    #objects + 1,
    table.concat(offsets),
    #objects + 1,
    at
  )
  return table.concat(out)
end
