--- Takes a body of multipart/form-data apart, in memory.

--- What a parameter of a header says, quoted or not.
local function parameter(header, name)
  local quoted = (";" .. header):match('[;%s]' .. name .. '="([^"]*)"')
  return quoted or (";" .. header):match("[;%s]" .. name .. "=([^;%s\"]+)")
end

---@param content_type string of the request
---@param body string
---@return table<string, {bytes: string, name: string?, type: string?}>? parts by their names
---@return string? message
return function(content_type, body)
  local boundary = parameter(content_type, "boundary")
  if not boundary or #boundary > 70 then return nil, "Content-Type has no boundary" end
  local delimiter = "--" .. boundary
  if body:sub(1, #delimiter + 2) ~= delimiter .. "\r\n" then return nil, "the body does not begin with its boundary" end
  local parts, at = {}, #delimiter + 3
  while true do
    local head_end, bytes_at = body:find("\r\n\r\n", at, true)
    local ends, delimiter_end = body:find("\r\n" .. delimiter, bytes_at and bytes_at - 1 or at, true)
    if not head_end or not ends then return nil, "a part does not end" end
    local head, part = "\r\n" .. body:sub(at, head_end - 1) .. "\r\n", { bytes = body:sub(bytes_at + 1, ends - 1) }
    local lower = head:lower()
    local from, to = lower:find("\r\ncontent%-disposition:[^\r\n]*")
    local disposition = from and head:sub(from, to) or ""
    local name = parameter(disposition, "name")
    if not name then return nil, "a part has no name" end
    if parts[name] then return nil, "a part is there twice" end
    from, to = lower:find("\r\ncontent%-type:[^\r\n]*")
    part.name, part.type = parameter(disposition, "filename"), from and head:sub(from, to):match(":%s*([^;%s]+)")
    parts[name] = part
    local behind = body:sub(delimiter_end + 1, delimiter_end + 2)
    if behind == "--" then return parts end -- a final line break is usual, and not needed
    if behind ~= "\r\n" then return nil, "a boundary does not end its line" end
    at = delimiter_end + 3
  end
end
