-- Looks whether anything is to be read on a connection that nginx kept, which its Lua has no call for.
--
-- nginx hears of what came when it next looks at its sockets, and a worker that is busy does so late: until then the
-- surplus answer of a broken peer would be taken for that of the next request. ngx_lua shows its own tests the number of
-- a connection, and so us; where it does not, connections are what nginx thinks of them.

local has_ffi, ffi = pcall(require, "ffi")
local C = has_ffi and ffi.C

local FUNCTIONS = {
  "int ngx_http_lua_ffi_socket_tcp_hack_fd(void *socket, int fd, unsigned char *why, size_t *size);",
  "ssize_t recv(int fd, void *to, size_t size, int flags);",
}

local MSG_PEEK, MSG_DONTWAIT, EAGAIN = 0x02, 0x40, 11
local SOCKET = 1 -- where a cosocket keeps nginx's own

local function find()
  for _, declaration in ipairs(FUNCTIONS) do pcall(ffi.cdef, declaration) end -- somebody else may have done so
  return C.ngx_http_lua_ffi_socket_tcp_hack_fd, C.recv
end

local found, number_of, recv
if has_ffi and ffi.os == "Linux" then found, number_of, recv = pcall(find) end

if not found then return function() return true end end

local WHY = 256
local why, size, byte = ffi.new("unsigned char[?]", WHY), ffi.new("size_t[1]"), ffi.new("char[1]")

--- Whether nothing is to be read on an open connection, not even its end.
---@param sock table a cosocket that is connected
---@return boolean
return function(sock)
  size[0] = WHY
  local fd = number_of(sock[SOCKET], -1, why, size) -- -1: changes nothing
  return fd >= 0 and recv(fd, byte, 1, MSG_PEEK + MSG_DONTWAIT) < 0 and ffi.errno() == EAGAIN
end
