-- The transport that fits where we run: cosockets inside nginx, libcurl everywhere else.

local ngx = require("idngo.compat").global("ngx")

return require(ngx and ngx.socket and "idngo.transport.ngx" or "idngo.transport.curl")
