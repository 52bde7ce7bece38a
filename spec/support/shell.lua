--- What a shell command prints; arguments are as for string.format.
return function(command, ...)
  local pipe = assert(io.popen(command:format(...)))
  local out = pipe:read("*a")
  pipe:close()
  return out
end
