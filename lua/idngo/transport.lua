-- The transport that fits where we run: cosockets inside nginx, libcurl everywhere else.

local ngx = rawget(_G, "ngx")

return require(ngx and ngx.socket and "idngo.transport.ngx" or "idngo.transport.curl")
