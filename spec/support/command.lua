--- Runs a shell command line; gives stdout, stderr and the exit code, 128 and the signal's number after a signal.
local files = require("files")

return function(command)
  local out, errors = os.tmpname(), os.tmpname()
  local _, how, code = os.execute(("%s >%s 2>%s"):format(command, out, errors))
  local printed, said = files.read(out), files.read(errors)
  os.remove(out)
  os.remove(errors)
  return printed, said, how == "signal" and 128 + code or code
end
