-- What nginx's Lua has no call for: to look whether anything is to be read on a connection, to reset it, and to end it while a
-- thread waits for it.
--
-- nginx hears of what came when it next looks at its sockets, and a worker that is busy does so late: until then the
-- surplus answer of a broken peer would be taken for that of the next request. ngx_lua shows its own tests the number of
-- a connection, and so us; where it does not, connections are what nginx thinks of them.

local has_ffi, ffi = pcall(require, "ffi")
local C = has_ffi and ffi.C

local FUNCTIONS = {
  "int ngx_http_lua_ffi_socket_tcp_hack_fd(void *socket, int fd, unsigned char *why, size_t *size);",
  "ssize_t recv(int fd, void *to, size_t size, int flags);",
  "int shutdown(int fd, int how);",
  "int setsockopt(int fd, int level, int name, const void *value, unsigned int size);",
}

local MSG_PEEK, MSG_DONTWAIT, EAGAIN = 0x02, 0x40, 11
local SHUT_RDWR, SOL_SOCKET, SO_LINGER = 2, 1, 13
local SOCKET = 1 -- where a cosocket keeps nginx's own

local function find()
  for _, declaration in ipairs(FUNCTIONS) do pcall(ffi.cdef, declaration) end -- somebody else may have done so
  return C.ngx_http_lua_ffi_socket_tcp_hack_fd, C.recv
end

local M = {}

local found, number_of, recv
if has_ffi and ffi.os == "Linux" then found, number_of, recv = pcall(find) end

if not found then
  function M.is_silent() return true end
  function M.set_reset() end
  function M.shut() end
  return M
end

local WHY = 256
local buffer, size, byte = ffi.new("unsigned char[?]", WHY), ffi.new("size_t[1]"), ffi.new("char[1]")
local at_once = ffi.new("int[2]", 1, 0) -- struct linger

local function descriptor(sock)
  size[0] = WHY
  return number_of(sock[SOCKET], -1, buffer, size) -- -1: changes nothing
end

--- Whether nothing is to be read on an open connection, not even its end.
---@param sock table a cosocket that is connected
---@return boolean
function M.is_silent(sock)
  local fd = descriptor(sock)
  return fd >= 0 and recv(fd, byte, 1, MSG_PEEK + MSG_DONTWAIT) < 0 and ffi.errno() == EAGAIN
end

--- Whatever the system has not sent yet when the connection is closed does not leave.
function M.set_reset(sock)
  local fd = descriptor(sock)
  if fd >= 0 then C.setsockopt(fd, SOL_SOCKET, SO_LINGER, at_once, ffi.sizeof(at_once)) end
end

--- Ends a connection, so that a thread that waits for it goes on.
function M.shut(sock)
  local fd = descriptor(sock)
  if fd >= 0 then C.shutdown(fd, SHUT_RDWR) end
end

return M
